"""compare_decisions.py: asks both sides about every principal and object of random accounts."""
import json
from copy import deepcopy

import answers
import changes
import conditions
import plans
import samples
import screens
import world
from answers import Answers, Questions, decide
from decisions import Principal, can_access_workspace, create
from plans import COLUMNS, Lists
from plans import WORKFLOW_ACTIONS as ACTIONS
from rows import ROWS, audited, visible_rows
from running import disagreed, write_workspace_rules
from server import copy_in, literal

SETUP = """
CREATE UNLOGGED TABLE oracle.ids (n int, id text);
CREATE UNLOGGED TABLE oracle.spaces (n int, account_id text, id text);
CREATE UNLOGGED TABLE oracle.capabilities (n int, name text);
CREATE UNLOGGED TABLE oracle.rows (n int, account_id text, workflow_id text);
-- An application's own table, and the same with ids of other types.
CREATE UNLOGGED TABLE oracle.own (n int, hidden boolean, extra text DEFAULT 'x', workflow_id text,
    status workflow_perms.workflow_status, account_id text, condition workflow_perms.metadata_condition, workspace_id text,
    visibility workflow_perms.workflow_visibility);
CREATE VIEW oracle.own_bigint AS SELECT n, account_id::bigint, workflow_id::bigint, workspace_id::bigint, visibility, status,
    condition, hidden FROM oracle.own WHERE account_id ~ '^(0|-?[1-9][0-9]{0,18})$' AND workspace_id ~ '^(0|-?[1-9][0-9]{0,18})$'
    AND workflow_id ~ '^(0|-?[1-9][0-9]{0,18})$';
CREATE VIEW oracle.own_uuid AS SELECT n, condition, hidden, account_id::uuid, workflow_id::uuid, workspace_id::uuid, visibility,
    status FROM oracle.own WHERE account_id ~ '^[0-9a-f-]{36}$' AND workspace_id ~ '^[0-9a-f-]{36}$'
    AND workflow_id ~ '^[0-9a-f-]{36}$';
CREATE FUNCTION oracle.bits(VARIADIC answers boolean[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT string_agg(CASE WHEN a THEN 't' WHEN NOT a THEN 'f' ELSE '?' END, '' ORDER BY n)
        FROM unnest(answers) WITH ORDINALITY AS u (a, n) $$;
-- A row in one word, for what COPY cannot run: psql drops some characters from what it prints itself.
CREATE FUNCTION oracle.word(VARIADIC fields text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT 'hex ' || encode(convert_to(to_json(fields)::text, 'UTF8'), 'hex') $$;
-- A principal at another time.
CREATE FUNCTION oracle.at(p workflow_perms.principal, at text) RETURNS workflow_perms.principal LANGUAGE sql STABLE AS
    $$ SELECT CASE WHEN at IS NULL THEN p ELSE jsonb_set(p::jsonb, '{taken_at}', to_jsonb(at))::workflow_perms.principal END $$;
GRANT USAGE ON SCHEMA oracle TO PUBLIC;
""" + answers.SETUP + plans.SETUP + screens.SETUP

# How the policies' statements of a world run: prepared once for all principals, or forced into plans as the lists are.
PREPARED = 'SET plan_cache_mode = force_generic_plan;\n' + ''.join(
    "PREPARE rows_of_%s AS SELECT oracle.word('r', '%s', %s) FROM workflow_perms.%s;\n" % (table, table, key, table)
    for table, key in ROWS.items()) + (
    "PREPARE history AS SELECT oracle.word('h', run_id, step_no::text, left(redacted::text, 1)) FROM workflow_perms.run_history;\n")

COMPRESSED = 'SELECT count(*) FROM workflow_perms.workflows WHERE pg_column_compression(workflow_id) IS NOT NULL;'

# Compiling a statement takes a hundred times as long as running it over so few rows.
NO_JIT = 'SET jit = off;\n'

ID_FORM = ', '.join('workflow_perms.can_%s(%%s i.id)' % action for action in ACTIONS)
ROW_FORM = ', '.join('workflow_perms.can_%s(%%s w)' % action for action in ACTIONS)
COLUMN_FORM = ', '.join('workflow_perms.can_%s(%%s %s)' % (action, COLUMNS) for action in ACTIONS)
VERDICTS = " || ' ' || ".join("workflow_perms.workflow_verdict('%s', %s)" % (action, COLUMNS) for action in ACTIONS)
CAPABILITIES = world.CAPABILITIES + ('acme.nobody',)
FORMS = ('by row', 'by columns', 'by principal and row', 'by principal and columns',
         'by principal from its text and columns')


NUMBER = """
SET session_replication_role = replica;
UPDATE workflow_perms.workflows w SET n = r.n FROM oracle.rows r WHERE (w.account_id, w.workflow_id) = (r.account_id, r.workflow_id);
SET session_replication_role = origin;
"""
# What is over has been for no time at all, what is not will be in a microsecond.
EDGE = changes.BEFORE + ''.join(
    "UPDATE workflow_perms.%s SET expires_at = CASE WHEN expires_at <= now() THEN now() ELSE now() + interval '1 microsecond' END "
    'WHERE expires_at IS NOT NULL;\n' % table
    for table in ('role_grants', 'workspace_members', 'workflow_members', 'board_members', 'execution_rules')) + changes.AFTER
# Loads all that a backend might keep of a principal.
FIRST_ASKING = """
DO $$ BEGIN
    PERFORM %s FROM workflow_perms.workflows w;
    PERFORM workflow_perms.can_access_workspace(id) FROM oracle.spaces;
    PERFORM workflow_perms.can(name) FROM oracle.capabilities;
END $$;
""" % (ROW_FORM % (('',) * len(ACTIONS)))


def bits(form, first=''):
    """Returns the SQL of the answers of a form, one letter an action."""
    return 'oracle.bits(%s)' % (form % ((first,) * len(ACTIONS)))


# Policies that come with a later part of the product; compared as soon as they are there.
LATER = ('workflow_steps',)


def questions(principal, other, grant, change, lists, shown, application, tables, manner, edge):
    """Returns psql input that asks everything there is to ask of one principal.

    other: the same with other metadata, and perhaps of another time, or None; grant: a call of with_role() or without_role(), or None; change: SQL between two askings, or None; lists: Lists; shown: Screens; manner: of the policies;
    edge: SQL that has what expires do so at this moment, or a microsecond later; None: it stays."""
    account = principal.account
    script = ['BEGIN;']
    given = changed = 'NULL::workflow_perms.principal'
    if account is not None:
        who = '%s, %s' % (literal(account.id), literal(principal.user_id))
        script.append('SELECT workflow_perms.set_anonymous(%s);' % literal(account.id) if principal.user_id is None
                      else 'SELECT workflow_perms.set_principal(%s);' % who)
        given = 'workflow_perms.principal(%s)' % who
        if other is not None:
            changed = 'oracle.at(workflow_perms.with_metadata(%s, %s), %s)' % (given, literal(conditions.write_json(other.metadata)), literal(other.written_time))
    if change is not None:
        script.append(FIRST_ASKING + change)
    elif edge:
        script.append(FIRST_ASKING + edge)
    # OFFSET 0: the principal is loaded once, and no form is folded away.
    script.append("""
COPY (SELECT 'w', r.n, {row}, {columns}, {principal_row}, {principal_columns}, {text_columns}, {verdicts}
    FROM oracle.rows r JOIN workflow_perms.workflows w USING (account_id, workflow_id)
    CROSS JOIN (SELECT {given} AS p, {given}::text::workflow_perms.principal AS again OFFSET 0) AS q ORDER BY r.n) TO STDOUT;
COPY (SELECT 'o', w.n, {row}, {columns}, {principal_row}, {principal_columns} FROM oracle.own w
    CROSS JOIN (SELECT {given} AS p OFFSET 0) AS q ORDER BY w.n) TO STDOUT;
COPY (SELECT 'n', w.n, {row}, {principal_row} FROM oracle.own_bigint w
    CROSS JOIN (SELECT {given} AS p OFFSET 0) AS q ORDER BY w.n) TO STDOUT;
COPY (SELECT 'u', w.n, {row}, {principal_row} FROM oracle.own_uuid w
    CROSS JOIN (SELECT {given} AS p OFFSET 0) AS q ORDER BY w.n) TO STDOUT;
COPY (SELECT 'm', r.n, {principal_row} FROM oracle.rows r JOIN workflow_perms.workflows w USING (account_id, workflow_id)
    CROSS JOIN (SELECT {changed} AS p OFFSET 0) AS q WHERE q.p IS NOT NULL ORDER BY r.n) TO STDOUT;
COPY (SELECT 'a', r.n, {principal_row}, {principal_columns} FROM oracle.rows r JOIN workflow_perms.workflows w USING (account_id, workflow_id)
    CROSS JOIN (SELECT {granted} AS p OFFSET 0) AS q WHERE q.p IS NOT NULL ORDER BY r.n) TO STDOUT;
COPY (SELECT 'i', i.n, {id}, {principal_id} FROM oracle.ids i
    CROSS JOIN (SELECT {given} AS p OFFSET 0) AS q ORDER BY i.n) TO STDOUT;
COPY (SELECT 's', s.n, workflow_perms.can_create(s.id), workflow_perms.create_verdict({account}, s.id),
        workflow_perms.can_access_workspace(s.id), workflow_perms.can_access_workspace({account}, s.id, w.kind),
        workflow_perms.workspace_rules_verdict({account}, s.id)
    FROM oracle.spaces s LEFT JOIN workflow_perms.workspaces w ON (w.account_id, w.workspace_id) = (s.account_id, s.id)
    WHERE s.account_id IS NOT DISTINCT FROM {account} ORDER BY s.n) TO STDOUT;
COPY (SELECT 'k', c.n, s.n, workflow_perms.can(c.name), workflow_perms.can(c.name, s.id)
    FROM oracle.capabilities c, oracle.spaces s WHERE s.account_id IS NOT DISTINCT FROM {account} ORDER BY c.n, s.n) TO STDOUT;
{answers}{lists}{screens}
SET LOCAL ROLE {application};
COPY (SELECT 'l', coalesce(json_agg(DISTINCT account_id), '[]') FROM workflow_perms.audit_log) TO STDOUT;
{history}
COPY (SELECT 'N', coalesce(json_agg(ARRAY[account_id, workflow_id]), '[]') FROM workflow_perms.workflow_names) TO STDOUT;
{rest}""".format(
        history='EXECUTE history;' if manner == 'prepared' else "COPY (SELECT 'h', run_id, step_no, redacted FROM workflow_perms.run_history) TO STDOUT;",
        answers=answers.script(principal), rest=answers.script_of_application(principal), lists=lists.script, screens=shown.script(principal, given),
        row=bits(ROW_FORM), columns=bits(COLUMN_FORM), principal_row=bits(ROW_FORM, 'q.p,'),
        principal_columns=bits(COLUMN_FORM, 'q.p,'), text_columns=bits(COLUMN_FORM, 'q.again,'), verdicts=VERDICTS,
        id=bits(ID_FORM), principal_id=bits(ID_FORM, 'q.p,'), given=given, changed=changed, granted=grant % given if grant else 'NULL::workflow_perms.principal', application=application,
        account=literal(account.id if account is not None else None)))
    for table in tables:
        if manner == 'prepared':
            script.append('EXECUTE rows_of_%s;' % table)
        else:
            script.append("COPY (SELECT 'r', '%s', %s FROM workflow_perms.%s) TO STDOUT;" % (table, ROWS[table], table))
    script.append('%s;\nCOPY (SELECT %s) TO STDOUT;\n' % ('ROLLBACK' if edge else 'COMMIT', literal('end')))
    return '\n'.join(script)


class Base:
    """What comparisons of decisions count and report."""

    SETUP, NUMBER = SETUP + plans.EXTRA_COLUMNS, NUMBER

    def __init__(self, server, rng, report):
        self.server, self.rng, self.report = server, rng, report
        self.worlds = self.decisions = self.allowed = self.decided_by_lists = 0
        # What the worlds lean to: decisions that end at a level with both a grant and a deny, that depend on a condition
        # with two sets at one place, and that are about ids which are compressed where they are stored.
        # Of those on rows of the asker's own account, as many as at_home says.
        self.at_home = self.disagreed = self.two_sets = self.compressed = 0
        self.is_compressed = False
        # The plans that were what they were forced to be, by way.
        self.forced = {}
        self.server.once(self.SETUP)

    def verdict(self, action, principal, workflow):
        """Returns the verdict of the rules on an action on a row of workflows, which is found once for all who ask."""
        key = action, workflow.account, workflow.id
        if key not in principal.verdicts:
            principal.verdicts[key] = decide(action, principal, workflow)
        return principal.verdicts[key]

    def letters(self, principal, workflow):
        """Returns the answers on all actions on a row of workflows."""
        return ''.join('t' if self.verdict(action, principal, workflow) == 'allowed' else 'f' for action in ACTIONS)

    def lean(self, principal, workflow):
        """Counts the decisions on a workflow's row that the worlds lean to."""
        if workflow is None or principal.account is None or workflow.account != principal.account.id:
            return
        self.at_home += len(ACTIONS)
        if 'disagreed' not in principal.__dict__:
            principal.disagreed = {}
        if workflow not in principal.disagreed:
            principal.disagreed[workflow] = disagreed(principal, workflow)
        self.disagreed += principal.disagreed[workflow]
        self.two_sets += len(ACTIONS) * (workflow.two_sets and principal.connected)
        self.compressed += len(ACTIONS) * self.is_compressed

    def check_letters(self, got, wanted, form, principal, workflow):
        """Compares the answers on all actions, one letter each."""
        self.lean(principal, workflow)
        if got == wanted:
            self.decisions += len(ACTIONS)
            self.allowed += wanted.count('t')
            return
        for at, action in enumerate(ACTIONS):
            self.check(got[at], wanted[at], 'can_%s %s' % (action, form), principal, self.describe, workflow)

    def check(self, got, wanted, kind, principal, *details):
        """Counts one decision, and reports it if the sides differ."""
        self.decisions += 1
        self.allowed += wanted in ('t', 'allowed')
        if got != wanted:
            if details and callable(details[0]):
                details = (details[0](*details[1:]),)
            self.differ(kind, principal, *details, 'server %r, oracle %r' % (got, wanted))

    def check_list(self, found, wanted, decided, kind, principal, describe):
        """Counts the decisions that make up a list, and reports what differs."""
        self.decisions += decided
        self.decided_by_lists += decided
        self.allowed += len(wanted)
        if found != wanted:
            lost, more = ([item for item in some if item not in others] for some, others in ((wanted, found), (found, wanted)))
            self.differ(kind, principal, 'server %r' % found, 'oracle %r' % wanted, 'lost: %s' % ', '.join(map(describe, lost)),
                        'too many: %s' % ', '.join(map(describe, more)))

    def differ(self, kind, principal, *details):
        """Reports a difference with what there is to know about who asked."""
        self.report(kind, self.where(), self.about(principal), *details)

    def about(self, principal):
        """Returns a principal in words."""
        if principal.account is None:
            return 'nobody'
        account, user = principal.account, principal.user
        words = 'account %r (creators %s, guests_see_open_main %s)' % (
            account.id, account.creator_roles, account.guests_see_open_main)
        if user is None:
            return words + ', anonymous'
        return words + ', user %r: %s, %s, active %s, metadata %s, holds %s' % (
            principal.user_id, user.kind, user.account_role, user.active, conditions.write_json(user.metadata),
            sorted(principal.held, key=repr))

    def describe(self, workflow):
        """Returns a workflow in words, its members, steps and workspaces included; None: no workflow of the account."""
        if workflow is None:
            return 'not in the account'
        account = self.now[workflow.account]
        spaces = {workflow.workspace} | {space for number, _, space in account.steps if number == workflow.id}
        return 'workflow %r of account %r in %r (%s): %s, %s, hidden %s, condition %s, offered %s; members (user, role, owner, over) %s; touches %s' % (
            workflow.id, workflow.account, workflow.workspace, account.workspaces[workflow.workspace], workflow.visibility,
            workflow.status, workflow.hidden, workflow.condition, account.offered[workflow.workspace],
            [row[1:] for row in account.workflow_members if row[0] == workflow.id],
            [(space, account.workspaces[space], [row[1:] for row in account.workspace_members if row[0] == space])
             for space in sorted(spaces)])

    def describe_number(self, n):
        """Returns the workflow of a number in words."""
        account, workflow = self.numbered[n]
        return self.describe(self.now[account].workflows[workflow])


class Comparison(Base):
    """Compares one random world a round."""

    # Answers that the self-test alters, at least.
    NEEDED = tuple('wmaloinskxyzjWTh' + screens.Screens.KINDS) + tuple('%s: %s plan' % (kind, way) for kind in plans.LISTS for way in plans.WAYS)

    def __init__(self, server, rng, report):
        super().__init__(server, rng, report)
        self.principals = self.rows = 0
        self.tables = [table for table in ROWS if table not in LATER or self.server.run(
            "SELECT has_table_privilege('%s', 'workflow_perms.%s', 'SELECT');" % (self.server.application, table)).strip() == 't']

    def round(self):
        """Compares one world."""
        accounts = world.random_world(self.rng)
        # What a report names: the seed of the run and the number of the world repeat it.
        self.worlds += 1
        self.numbered = [(account.id, number) for account in accounts.values() for number in account.workflows]
        self.own = world.random_rows(self.rng, accounts)
        self.questions = Questions(self.rng, accounts)
        self.screens = screens.Screens(self, self.rng, accounts, self.questions.others)
        self.ids = sorted({number for _, number in self.numbered}) + ['no such workflow']
        self.spaces = {account.id: list(account.workspaces) + ['no such workspace'] for account in accounts.values()}
        self.spaces[None] = ['no such workspace']
        loading = self.loading(accounts)
        self.is_compressed = world.PAD in loading and world.has_long_ids(accounts)
        asked, script = [], [
            self.unloading(), 'TRUNCATE oracle.rows, oracle.ids, oracle.spaces, oracle.capabilities, oracle.own;',
            'SET session_replication_role = origin;', loading,
            self.questions.load(), self.screens.load(),
            copy_in('oracle.rows', [(n,) + key for n, key in enumerate(self.numbered)]),
            copy_in('oracle.ids', enumerate(self.ids)), copy_in('oracle.capabilities', enumerate(CAPABILITIES)),
            copy_in('oracle.spaces', [(n, number, space) for number, spaces in self.spaces.items()
                                      for n, space in enumerate(spaces)]),
            copy_in('oracle.own (n, account_id, workflow_id, workspace_id, visibility, status, condition, hidden)', [
                (n, row.account, row.id, row.workspace, row.visibility, row.status, row.condition, row.hidden)
                for n, row in enumerate(self.own)]), self.NUMBER]
        if self.rng.random() < .5:
            script.append('ANALYZE;')
        self.server.loaded = accounts
        for number, user in [(number, user) for number, account in accounts.items() for user in self.askers(account)]:
            change = self.change(accounts[number]) if self.rng.random() < .5 else None
            # The rows as they are when this principal asks.
            now = dict(accounts, **{number: deepcopy(accounts[number])})
            principal = Principal(now[number], user)
            other = self.with_metadata(principal) if principal.connected else None
            asked.append((now, principal, (other,) + self.with_grant(principal), change))
        asked.append((accounts, Principal(None, None), (None, None, None), None))
        self.manner = self.rng.choice(('plain', 'prepared', 'prepared', 'index', 'bitmap', 'heap', 'parallel'))
        script += [self.prepare(), NO_JIT + (PREPARED if self.manner == 'prepared' else plans.settings(self.manner, False))]
        generic = self.rng.choice(('plain', 'index', 'bitmap', 'heap'))
        lists = [self.lists(principal, generic) for _, principal, _, _ in asked]
        script += [questions(principal, what_if[0], what_if[2], change, wanted, self.screens, self.server.application, self.tables, self.manner,
                             self.write(EDGE) if change is None and self.rng.random() < .5 else None)
                   for (_, principal, what_if, change), wanted in zip(asked, lists)]
        answers = self.server.rows('\n'.join(script))
        for (self.now, principal, what_if, self.changed), wanted in zip(asked, lists):
            self.principals += 1
            self.compare(principal, what_if[0], what_if[1], wanted, answers)
        if self.is_compressed and self.server.run(COMPRESSED).strip() == '0':
            self.report('no id is compressed', self.where())

    def loading(self, accounts):
        """Returns psql input that loads a world."""
        return world.load(self.rng, accounts)

    def unloading(self):
        """Returns psql input that takes the world before away."""
        return world.unload(self.server.loaded)

    def prepare(self):
        """Returns psql input that prepares the lists."""
        return plans.prepare()

    def lists(self, principal, generic):
        """Returns the lists that a principal is asked for."""
        return Lists(self.rng, principal, generic)

    def askers(self, account):
        """Returns some of the account, who are asked about, so that many worlds are tried; fewer where there is much to ask."""
        users = [None] + list(account.users)
        return self.rng.sample(users, min(len(users), 6 if len(account.workspaces) < 20 else 4))

    def change(self, account):
        """Changes something, half of the time to take it back again; returns the SQL, None if nothing changed."""
        sql, apply = changes.random_change(self.rng, account)
        if sql is None:
            return None
        if self.rng.random() < .3:
            return 'SAVEPOINT before;\n%s\n%s\n%s%s\nROLLBACK TO before;' % (
                changes.BEFORE, self.write(sql), changes.AFTER, FIRST_ASKING)
        apply()
        return '\n'.join((changes.BEFORE, self.write(sql), changes.AFTER))

    def write(self, sql):
        """Returns SQL that writes the model's tables so that it writes where the rows are."""
        return sql

    def compare(self, principal, other, granted, lists, answers):
        """Compares the answers about one principal, up to the row that ends them."""
        seen, shown = dict.fromkeys('wmaloiskun' + Answers.KINDS + Lists.KINDS + self.screens.KINDS, 0), {table: set() for table in self.tables}
        history, further = set(), Answers(self, self.questions)
        for row in answers:
            if row == ['end']:
                break
            if row[0] == 'r':
                shown[row[1]].add(tuple(row[2:]))
                continue
            if row[0] == 'h':
                history.add(tuple(row[1:]))
                continue
            seen[row[0]] += 1
            if row[0] in lists.KINDS:
                lists.compare(self, row)
                continue
            {'w': self.workflow_answer, 'm': self.changed_answer, 'i': self.id_answer, 's': self.space_answer,
             'k': self.capability_answer, 
             'a': self.granted_answer, 'l': self.log_answer,
             **dict.fromkeys(Answers.KINDS, further.compare), **dict.fromkeys(self.screens.KINDS, self.screens.compare)}.get(row[0], self.own_answer)(
                 {'m': other, 'a': granted}.get(row[0], principal), row)
        spaces = self.spaces_of(principal)
        expected = {'w': len(self.numbered), 'm': len(self.numbered) if other is not None else 0, 'o': len(self.own),
                    'a': len(self.numbered) if granted is not None else 0, 'l': 1,
                    'i': len(self.ids), 's': len(spaces), 'k': len(CAPABILITIES) * len(spaces),
                    # How many ids are numbers or UUIDs, only the server was asked.
                    'u': seen['u'], 'n': seen['n'], **further.count(principal), **self.screens.count(principal), **lists.asked}
        if seen != expected:
            self.differ('answers are missing', principal, seen, expected)
        wanted = visible_rows(principal)
        self.rows += len(wanted['run_history'])
        for key in history ^ wanted['run_history']:
            self.differ('row of run_history %s' % ('shown' if key in history else 'not shown'), principal, 'key %r' % (key,))
        for table in self.tables:
            self.rows += len(wanted[table])
            for key in shown[table] ^ wanted[table]:
                self.differ('row of %s %s' % (table, 'shown' if key in shown[table] else 'not shown'), principal,
                            'key %r' % (key,))

    def spaces_of(self, principal):
        """Returns the workspaces that the principal is asked about."""
        return self.spaces[principal.account.id if principal.account is not None else None]

    def workflow(self, row):
        """Returns the workflow that an answer is about, as it was when it was given."""
        number, workflow = self.numbered[int(row[1])]
        return self.now[number].workflows[workflow]

    def workflow_answer(self, principal, row):
        """Compares the forms that take a workflow's row or columns."""
        workflow = self.workflow(row)
        codes = row[7].split(' ') if row[7] else [None] * len(ACTIONS)
        for at, action in enumerate(ACTIONS):
            wanted = self.verdict(action, principal, workflow)
            self.check(codes[at], wanted, 'verdict of %s' % action, principal, self.describe, workflow)
        for form, letters in zip(FORMS, row[2:7]):
            self.check_letters(letters, self.letters(principal, workflow), form, principal, workflow)

    def with_metadata(self, principal):
        """Returns the same principal as if its user had other metadata, in some calls at another time."""
        workflows = principal.account.workflows.values()
        metadata = world.random_metadata(self.rng, [row.condition for row in workflows if row.condition is not None])
        other = Principal(principal.account, principal.user_id)
        other.written_time = self.rng.choice(samples.TIMES) if self.rng.random() < .5 else None
        other.time = conditions.Time(conditions.instant(other.written_time), 0) if other.written_time else None
        if not world.specified(metadata, principal.user_id, [row.node for row in workflows], other.time):
            metadata = {}
        other.user = world.User(principal.user.kind, principal.user.account_role, metadata, principal.user.active)
        return other

    def with_grant(self, principal):
        """Returns (the same principal with a role of the account more or less, the SQL that makes it of a principal), or None for both."""
        if principal.user is None:
            return None, None
        account, me = deepcopy(principal.account), principal.user_id
        if self.rng.random() < .5:
            role, function = self.rng.choice(world.custom_roles(account)), 'with_role'
            account.grants.append((me, role, None, False))
        else:
            role, function = self.rng.choice([row[1] for row in account.grants if row[0] == me] + ['Support']), 'without_role'
            account.grants = [row for row in account.grants if row[:3] != (me, role, None)]
        return Principal(account, me), 'workflow_perms.%s(%%s, %s)' % (function, literal(role).replace('%', '%%'))

    def granted_answer(self, principal, row):
        """Compares the answers about a principal with a role more or less."""
        workflow = self.workflow(row)
        for form, letters in zip(('row', 'columns'), row[2:]):
            self.check_letters(letters, self.letters(principal, workflow), 'with_role() or without_role() by ' + form, principal, workflow)

    def log_answer(self, principal, row):
        """Compares whose audit log is shown."""
        self.check(json.loads(row[1]), audited(principal), 'audit_log', principal)

    def changed_answer(self, principal, row):
        """Compares the answers about a principal with changed metadata."""
        workflow = self.workflow(row)
        self.check_letters(row[2], self.letters(principal, workflow), 'with_metadata()', principal, workflow)

    def own_answer(self, principal, row):
        """Compares the forms that take a row of an application's own table."""
        workflow = self.own[int(row[1])]
        forms = {'o': FORMS, 'n': ('by row of numbers', 'by principal and row of numbers'),
                 'u': ('by row of UUIDs', 'by principal and row of UUIDs')}[row[0]]
        wanted = ''.join('t' if decide(action, principal, workflow) == 'allowed' else 'f' for action in ACTIONS)
        for form, letters in zip(forms, row[2:]):
            self.check_letters(letters, wanted, 'of an own table ' + form, principal, workflow)

    def id_answer(self, principal, row):
        """Compares the forms that take a workflow's id."""
        number = self.ids[int(row[1])]
        workflow = principal.account.workflows.get(number) if principal.account is not None else None
        wanted = self.letters(principal, workflow) if workflow else 'f' * len(ACTIONS)
        for form, letters in zip(('by id', 'by principal and id'), row[2:4]):
            self.check_letters(letters, wanted, '%s %r' % (form, number), principal, workflow)

    def space_answer(self, principal, row):
        """Compares what is asked about a workspace."""
        space = self.spaces_of(principal)[int(row[1])]
        code, access = create(principal, space), can_access_workspace(principal, space)
        about = 'workspace %r' % space
        self.check(row[2], 't' if code == 'allowed' else 'f', 'can_create', principal, about, code)
        self.check(row[3], code, 'create_verdict', principal, about)
        self.check(row[4], 't' if access else 'f', 'can_access_workspace by id', principal, about)
        if space != 'no such workspace':
            self.check(row[5], 't' if access else 'f', 'can_access_workspace by columns', principal, about)
        self.check(row[6], write_workspace_rules(principal, space), 'workspace_rules_verdict', principal, about)

    def capability_answer(self, principal, row):
        """Compares can()."""
        name = CAPABILITIES[int(row[1])]
        space = self.spaces_of(principal)[int(row[2])]
        self.check(row[3], 't' if principal.can(name) else 'f', 'can', principal, name)
        self.check(row[4], 't' if principal.can(name, space) else 'f', 'can in a workspace', principal, name,
                   'workspace %r' % space)

    # At the least so many of a thousand decisions on rows of the asker's account.
    LEANINGS = {'disagreed': 20, 'two_sets': 20, 'compressed': 20}

    def where(self):
        """Returns where in the run it is."""
        return 'world %d (%s), changed just before: %s' % (self.worlds, self.manner, self.changed)

    def summary(self):
        """Returns the counts in words."""
        return ('%d decisions, %d of them in lists, and %d visible rows, of %d principals in %d worlds (of %d on rows of one\'s own account %d with a grant and'
                ' a deny at one level, %d with two sets at one place, %d about compressed ids)') % (
            self.decisions, self.decided_by_lists, self.rows, self.principals, self.worlds, self.at_home, self.disagreed, self.two_sets, self.compressed)
