"""compare_decisions.py: asks both sides about every principal and object of random accounts."""
import conditions
import world
from decisions import ACTIONS, ROWS, Principal, can_access_workspace, create, decide, other_reading, visible_rows
from server import copy_in, literal

SETUP = """
CREATE UNLOGGED TABLE oracle.ids (n int, id text);
CREATE UNLOGGED TABLE oracle.spaces (n int, id text, kind workflow_perms.workspace_kind);
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
CREATE FUNCTION oracle.bits(VARIADIC answers boolean[]) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT string_agg(CASE WHEN a THEN 't' WHEN NOT a THEN 'f' ELSE '?' END, '' ORDER BY n)
        FROM unnest(answers) WITH ORDINALITY AS u (a, n) $$;
"""

ID_FORM = ', '.join('workflow_perms.can_%s(%%s i.id)' % action for action in ACTIONS)
ROW_FORM = ', '.join('workflow_perms.can_%s(%%s w)' % action for action in ACTIONS)
COLUMNS = 'w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden'
COLUMN_FORM = ', '.join('workflow_perms.can_%s(%%s %s)' % (action, COLUMNS) for action in ACTIONS)
VERDICTS = " || ' ' || ".join("workflow_perms.workflow_verdict('%s', %s)" % (action, COLUMNS) for action in ACTIONS)
FORMS = ('by row', 'by columns', 'by principal and row', 'by principal and columns',
         'by principal from its text and columns')


def bits(form, first=''):
    """Returns the SQL of the answers of a form, one letter an action."""
    return 'oracle.bits(%s)' % (form % ((first,) * len(ACTIONS)))


# Policies that come with a later part of the product; compared as soon as they are there.
LATER = ('workflow_steps',)


def questions(principal, other, application, tables):
    """Returns psql input that asks everything there is to ask of one principal.

    other: the same with other metadata, or None."""
    account = principal.account
    script = ['BEGIN;']
    given = changed = 'NULL::workflow_perms.principal'
    if account is not None:
        who = '%s, %s' % (literal(account.id), literal(principal.user_id))
        script.append('SELECT workflow_perms.set_principal(%s);' % who)
        given = 'workflow_perms.principal(%s)' % who
        if other is not None:
            changed = 'workflow_perms.with_metadata(%s, %s)' % (given, literal(conditions.write_json(other.metadata)))
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
COPY (SELECT 'i', i.n, {id}, {principal_id} FROM oracle.ids i
    CROSS JOIN (SELECT {given} AS p OFFSET 0) AS q ORDER BY i.n) TO STDOUT;
COPY (SELECT 's', s.n, workflow_perms.can_create(s.id), workflow_perms.create_verdict({account}, s.id),
        workflow_perms.can_access_workspace(s.id), workflow_perms.can_access_workspace({account}, s.id, s.kind)
    FROM oracle.spaces s ORDER BY s.n) TO STDOUT;
COPY (SELECT 'k', c.n, s.n, workflow_perms.can(c.name), workflow_perms.can(c.name, s.id)
    FROM oracle.capabilities c, oracle.spaces s ORDER BY c.n, s.n) TO STDOUT;
SET LOCAL ROLE {application};""".format(
        row=bits(ROW_FORM), columns=bits(COLUMN_FORM), principal_row=bits(ROW_FORM, 'q.p,'),
        principal_columns=bits(COLUMN_FORM, 'q.p,'), text_columns=bits(COLUMN_FORM, 'q.again,'), verdicts=VERDICTS,
        id=bits(ID_FORM), principal_id=bits(ID_FORM, 'q.p,'), given=given, changed=changed, application=application,
        account=literal(account.id if account is not None else 'x')))
    for table in tables:
        script.append("COPY (SELECT 'r', '%s', %s FROM workflow_perms.%s) TO STDOUT;" % (table, ROWS[table], table))
    script.append('COMMIT;\nCOPY (SELECT %s) TO STDOUT;\n' % literal('end'))
    return '\n'.join(script)


class Comparison:
    """Compares one random world a round."""

    KIND = 'w'

    def __init__(self, server, rng, report):
        self.server, self.rng, self.report = server, rng, report
        self.worlds = self.principals = self.decisions = self.allowed = self.rows = 0
        self.codes = {}
        self.loaded = None
        server.run(SETUP)
        self.tables = [table for table in ROWS if table not in LATER or server.run(
            "SELECT has_table_privilege('%s', 'workflow_perms.%s', 'SELECT');" % (server.application, table)).strip() == 't']

    def round(self):
        """Compares one world."""
        accounts = world.random_world(self.rng)
        # What a report names: the seed of the run and the number of the world repeat it.
        self.worlds += 1
        self.objects = [row for account in accounts.values() for row in account.workflows.values()]
        self.own = world.random_rows(self.rng, accounts)
        self.ids = sorted({row.id for row in self.objects}) + ['no such workflow']
        capabilities = list(world.CAPABILITIES) + ['acme.nobody']
        everybody = [Principal(account, user) for account in accounts.values() for user in [None] + list(account.users)]
        everybody.append(Principal(None, None))
        script = [world.unload(self.loaded), 'TRUNCATE oracle.rows, oracle.ids, oracle.capabilities, oracle.own;',
                  'SET session_replication_role = origin;', world.load(self.rng, accounts),
                  copy_in('oracle.rows', [(n, row.account, row.id) for n, row in enumerate(self.objects)]),
                  copy_in('oracle.ids', enumerate(self.ids)), copy_in('oracle.capabilities', enumerate(capabilities)),
                  copy_in('oracle.own (n, account_id, workflow_id, workspace_id, visibility, status, condition, hidden)', [
                      (n, row.account, row.id, row.workspace, row.visibility, row.status, row.condition, row.hidden)
                      for n, row in enumerate(self.own)])]
        self.loaded = accounts
        self.spaces = {}
        others = {principal: self.with_metadata(principal) for principal in everybody
                  if principal.user is not None and principal.user.kind == 'connected'}
        for principal in everybody:
            number = principal.account.id if principal.account is not None else None
            if number not in self.spaces:
                known = principal.account.workspaces if principal.account is not None else {}
                self.spaces[number] = list(known) + ['no such workspace']
                script += ['TRUNCATE oracle.spaces;', copy_in('oracle.spaces', (
                    (n, space, known.get(space, 'open')) for n, space in enumerate(self.spaces[number])))]
            script.append(questions(principal, others.get(principal), self.server.application, self.tables))
        answers = self.server.rows('\n'.join(script))
        for principal in everybody:
            self.principals += 1
            self.compare(principal, others.get(principal), capabilities, answers)

    def compare(self, principal, other, capabilities, answers):
        """Compares the answers about one principal, up to the row that ends them."""
        seen, shown = dict.fromkeys('wmoiskun', 0), {table: set() for table in self.tables}
        for row in answers:
            if row == ['end']:
                break
            if row[0] == 'r':
                shown[row[1]].add(tuple(row[2:]))
                continue
            seen[row[0]] += 1
            if row[0] == 'm':
                self.changed_answer(other, row)
            elif row[0] == 'k':
                self.capability_answer(principal, capabilities, row)
            else:
                {'w': self.workflow_answer, 'i': self.id_answer, 's': self.space_answer}.get(
                    row[0], self.own_answer)(principal, row)
        spaces = self.spaces[principal.account.id if principal.account is not None else None]
        # How many ids are numbers or UUIDs only the server was asked.
        expected = {'m': len(self.objects) if other is not None else 0, 'u': seen['u'], 'n': seen['n'], 'o': len(self.own), 'w': len(self.objects), 'i': len(self.ids), 's': len(spaces), 'k': len(capabilities) * len(spaces)}
        if seen != expected:
            self.report('decisions: answers are missing', self.about(principal), seen, expected)
        wanted = visible_rows(principal)
        for table in self.tables:
            self.rows += len(wanted[table])
            for key in shown[table] ^ wanted[table]:
                self.differ('row of %s %s' % (table, 'shown' if key in shown[table] else 'not shown'), principal,
                            'key %r' % (key,))

    def check(self, got, wanted, kind, principal, *details):
        """Counts one decision, and reports it if the sides differ."""
        self.decisions += 1
        self.allowed += wanted in ('t', 'allowed')
        if got != wanted:
            self.differ(kind, principal, *details, 'server %r, oracle %r' % (got, wanted))

    def workflow_answer(self, principal, row):
        """Compares the forms that take a workflow's row or columns."""
        workflow = self.objects[int(row[1])]
        codes = row[7].split(' ') if row[7] else [None] * len(ACTIONS)
        for at, action in enumerate(ACTIONS):
            wanted = decide(action, principal, workflow)
            self.codes[wanted] = self.codes.get(wanted, 0) + 1
            if codes[at] != other_reading(action, principal, workflow):
                self.check(codes[at], wanted, 'verdict of %s' % action, principal, self.describe(workflow))
            for form, letters in zip(FORMS, row[2:7]):
                self.check(letters[at], 't' if wanted == 'allowed' else 'f', 'can_%s %s' % (action, form), principal,
                           self.describe(workflow), 'verdict %s' % wanted)

    def with_metadata(self, principal):
        """Returns the same principal as if its user had other metadata."""
        nodes = [row.node for row in self.objects]
        metadata = world.random_metadata(self.rng, [row.condition for row in self.objects if row.condition is not None])
        if not world.specified(metadata, principal.user_id, nodes):
            metadata = {}
        other = Principal(principal.account, principal.user_id)
        other.user = world.User(principal.user.kind, principal.user.account_role, metadata, principal.user.active)
        return other

    def changed_answer(self, principal, row):
        """Compares the answers about a principal with changed metadata."""
        workflow = self.objects[int(row[1])]
        for at, action in enumerate(ACTIONS):
            wanted = decide(action, principal, workflow)
            self.check(row[2][at], 't' if wanted == 'allowed' else 'f', 'with_metadata(): can_%s' % action, principal,
                       self.describe(workflow), 'verdict %s' % wanted)

    def own_answer(self, principal, row):
        """Compares the forms that take a row of an application's own table."""
        workflow = self.own[int(row[1])]
        forms = {'o': FORMS, 'n': ('by row of numbers', 'by principal and row of numbers'),
                 'u': ('by row of UUIDs', 'by principal and row of UUIDs')}[row[0]]
        for at, action in enumerate(ACTIONS):
            wanted = decide(action, principal, workflow)
            for form, letters in zip(forms, row[2:]):
                self.check(letters[at], 't' if wanted == 'allowed' else 'f', 'own table: can_%s %s' % (action, form),
                           principal, self.describe(workflow), 'verdict %s' % wanted)

    def id_answer(self, principal, row):
        """Compares the forms that take a workflow's id."""
        number = self.ids[int(row[1])]
        workflow = principal.account.workflows.get(number) if principal.account is not None else None
        for at, action in enumerate(ACTIONS):
            wanted = 't' if decide(action, principal, workflow) == 'allowed' else 'f'
            for form, letters in zip(('by id', 'by principal and id'), row[2:4]):
                self.check(letters[at], wanted, 'can_%s %s' % (action, form), principal, 'id %r' % number,
                           self.describe(workflow) if workflow else 'not in the account')

    def space_answer(self, principal, row):
        """Compares what is asked about a workspace."""
        space = self.spaces[principal.account.id if principal.account is not None else None][int(row[1])]
        code, access = create(principal, space), can_access_workspace(principal, space)
        about = 'workspace %r' % space
        self.check(row[2], 't' if code == 'allowed' else 'f', 'can_create', principal, about, code)
        self.check(row[3], code, 'create_verdict', principal, about)
        self.check(row[4], 't' if access else 'f', 'can_access_workspace by id', principal, about)
        if space != 'no such workspace':
            self.check(row[5], 't' if access else 'f', 'can_access_workspace by columns', principal, about)

    def capability_answer(self, principal, capabilities, row):
        """Compares can()."""
        name = capabilities[int(row[1])]
        space = self.spaces[principal.account.id if principal.account is not None else None][int(row[2])]
        self.check(row[3], 't' if principal.can(name) else 'f', 'can', principal, name)
        self.check(row[4], 't' if principal.can(name, space) else 'f', 'can in a workspace', principal, name,
                   'workspace %r' % space)

    def differ(self, kind, principal, *details):
        """Reports a difference with what there is to know about who asked."""
        self.report(kind, 'world %d' % self.worlds, self.about(principal), *details)

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
        """Returns a workflow in words, its members, steps and workspaces included."""
        account = self.loaded[workflow.account]
        spaces = {workflow.workspace} | {space for number, _, space in account.steps if number == workflow.id}
        return 'workflow %r of account %r in %r (%s): %s, %s, hidden %s, condition %s; members (user, role, owner, over) %s; touches %s' % (
            workflow.id, workflow.account, workflow.workspace, account.workspaces[workflow.workspace], workflow.visibility,
            workflow.status, workflow.hidden, workflow.condition,
            [row[1:] for row in account.workflow_members if row[0] == workflow.id],
            [(space, account.workspaces[space], [row[1:] for row in account.workspace_members if row[0] == space])
             for space in sorted(spaces)])

    def summary(self):
        """Returns the counts in words."""
        return '%d decisions compared (%d yes) and %d visible rows, of %d principals in %d worlds' % (
            self.decisions, self.allowed, self.rows, self.principals, self.worlds)
