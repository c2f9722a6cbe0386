"""compare_sequences.py: random sequences of changes, and after each what is decided, listed and enabled.

Transactions of one session follow each other, with savepoints that are rolled back to or
released, commits and rollbacks. Each has a principal of the session; the other users of the
account are asked about as explicit principals, so that what a backend keeps of many is asked
after each change. Changes that end enablements pass the triggers; see reevaluate().
"""
from copy import deepcopy

import changes
import compare_decisions
import conditions
import plans
import running
import world
from answers import array
from changes import AFTER, BEFORE, update, where
from compare_decisions import COLUMN_FORM, ID_FORM, ROW_FORM, VERDICTS, bits
from decisions import Principal
from plans import Lists
from plans import WORKFLOW_ACTIONS as ACTIONS
from server import copy_in, literal

SETUP = """
-- How a statement of the application ends: nothing, or the code for which it is refused.
CREATE FUNCTION oracle.attempt(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RETURN 'done';
EXCEPTION WHEN insufficient_privilege THEN
    RETURN regexp_replace(SQLERRM, '^.*: ', '');
END $$;
"""

TRANSACTIONS = 4
STEPS = 7


def enabled_rows(account):
    """Fills what is known of enablements: {(workflow, user): (enabled, reason, since the beginning)}."""
    account.enablements = {(number, user): ((number, user) in account.enabled, None, True)
                           for number in account.workflows for user, row in account.users.items() if row.kind == 'connected'}
    # How many times one was switched, each of which is in the audit log.
    account.switched = 0


def set_enabled(account, key, enabled, reason):
    """Writes an enablement."""
    account.enablements[key] = (enabled, reason, False)
    account.switched += 1
    (account.enabled.add if enabled else account.enabled.discard)(key)


def reevaluate(account, concerned):
    """Disables those enablements of (workflow, user) that concern the change and that condition or place no longer allow (spec 4.4)."""
    for key in sorted(account.enabled):
        if key in account.enablements and concerned(*key):
            code = running.stay_enabled(Principal(account, key[1]), account.workflows[key[0]])
            if code != 'allowed':
                set_enabled(account, key, False, code)


# Changes through the triggers: (SQL, what does the same), each of which the triggers allow -------

def change_metadata(rng, account):
    """Gives a connected user other metadata."""
    number = choose(rng, [user for user, row in account.users.items() if row.kind == 'connected'])
    if number is None:
        return None, None
    rows = account.workflows.values()
    metadata = world.random_metadata(rng, [row.condition for row in rows if row.condition is not None])
    if not world.specified(metadata, number, [row.node for row in rows]) or same_json(metadata, account.users[number].metadata):
        return None, None

    def apply():
        account.users[number].metadata = metadata
        reevaluate(account, lambda _, user: user == number)

    return update('users', 'metadata = %s' % literal(conditions.write_json(metadata)), account, user_id=number), apply


def change_metadata_of_many(rng, account):
    """Gives several connected users the same metadata, by one statement."""
    users = [user for user, row in account.users.items() if row.kind == 'connected' and rng.random() < .7]
    metadata = {'plan': rng.choice(world.PLANS), 'seats': conditions.Decimal(rng.choice((3, 10)))}
    if not all(world.specified(metadata, user, [row.node for row in account.workflows.values()]) for user in users):
        return None, None
    changed = {user for user in users if not same_json(metadata, account.users[user].metadata)}

    def apply():
        for user in users:
            account.users[user].metadata = metadata
        reevaluate(account, lambda _, user: user in changed)

    return 'UPDATE workflow_perms.users SET metadata = %s WHERE account_id = %s AND user_id = ANY (%s);' % (
        literal(conditions.write_json(metadata)), literal(account.id), literal(array(users))), apply


def reevaluate_account(_, account):
    """Ends what the account's rows no longer allow: what was written past the triggers, or what time has ended."""
    return 'DO $$ BEGIN PERFORM workflow_perms.reevaluate(%s); END $$;' % literal(account.id), lambda: reevaluate(account, lambda *_: True)


def change_condition_of_many(rng, account):
    """Gives all workflows of a workspace the same condition and visibility, by one statement."""
    home = rng.choice(list(account.workspaces))
    text, visibility = rng.choice(world.CONDITIONS + (None,)), rng.choice(('main', 'private'))
    node = None if text is None else conditions.read(text)
    rows = [row for row in account.workflows.values() if row.workspace == home]
    if not rows or node is not None and not all(world.specified(user.metadata, name, [node]) for name, user in account.users.items()):
        return None, None
    changed = {row.id for row in rows if row.visibility != visibility or (row.node is None) != (node is None)
               or node is not None and conditions.key_of(row.node) != conditions.key_of(node)}

    def apply():
        for row in rows:
            row.condition, row.node, row.visibility = text, node, visibility
        reevaluate(account, lambda workflow, _: workflow in changed)

    return "UPDATE workflow_perms.workflows SET condition = %s, visibility = '%s' %s;" % (
        literal(text), visibility, where(account, workspace_id=home)), apply


def same_json(a, b):
    """True if two values are equal, however their numbers are written."""
    return conditions.equal(a, b)


def change_workflow(rng, account):
    """Changes a workflow; which of its columns end enablements is the spec's to say."""
    number = choose(rng, list(account.workflows))
    if number is None:
        return None, None
    row = account.workflows[number]
    family = {'open': 'open', 'closed': 'open'}.get(account.workspaces[row.workspace], account.workspaces[row.workspace])
    homes = [space for space, kind in account.workspaces.items() if {'open': 'open', 'closed': 'open'}.get(kind, kind) == family]
    column, value = rng.choice((
        ('visibility', 'main' if row.visibility == 'private' else 'private'),
        ('status', rng.choice(('draft', 'live', 'live', 'stopped'))), ('hidden', not row.hidden),
        ('condition', rng.choice(world.CONDITIONS + (None,))), ('condition', rng.choice(world.CONDITIONS + (None,))),
        ('workspace', rng.choice(homes)), ('rank', rng.randrange(100)), ('name', rng.choice(world.IDS))))
    node = None if column != 'condition' or value is None else conditions.read(value)
    if column == 'condition' and node is not None and not all(
            world.specified(user.metadata, name, [node]) for name, user in account.users.items()):
        return None, None
    if getattr(row, column) == value or column == 'condition' and row.node is not None and node is not None and (
            conditions.key_of(row.node) == conditions.key_of(node)):
        return None, None

    def apply():
        setattr(account.workflows[number], column, value)
        if column == 'condition':
            account.workflows[number].node = node
        if column in ('condition', 'visibility', 'workspace'):
            reevaluate(account, lambda workflow, _: workflow == number)

    written = str(value) if isinstance(value, (bool, int)) else literal(value)
    return update('workflows', '%s = %s' % ('workspace_id' if column == 'workspace' else column, written), account,
                  workflow_id=number), apply


def change_workspace(rng, account):
    """Opens or closes a workspace, or offers it, or offers it no longer."""
    sql, change = changes.change_workspace(rng, account)
    if sql is None:
        return None, None
    before = account.workspaces.copy(), account.offered.copy()

    def apply():
        change()
        changed = {space for space in account.workspaces
                   if (account.workspaces[space], account.offered[space]) != (before[0][space], before[1][space])}
        reevaluate(account, lambda workflow, _: account.workflows[workflow].workspace in changed)

    return sql, apply


def change_enablement(rng, account):
    """Enables what may be enabled and what may not, or disables."""
    key = choose(rng, sorted(account.enablements))
    if key is None:
        return None, None
    on = not account.enablements[key][0]
    code = running.enable(Principal(account, key[1]), account.workflows[key[0]]) if on else 'allowed'

    def apply():
        if code == 'allowed':
            set_enabled(account, key, on, 'user')

    statement = update('enablements', 'enabled = %s' % on, account, workflow_id=key[0], user_id=key[1])
    return "SELECT oracle.word('A', %s, oracle.attempt(%s));" % (
        literal('done' if code == 'allowed' else code), literal(statement)), apply


def delete_workflow(rng, account):
    """Deletes a workflow, and with it all that names it."""
    number = choose(rng, list(account.workflows))
    if number is None or len(account.workflows) < 6:
        return None, None

    def apply():
        del account.workflows[number]
        account.workflow_members = [row for row in account.workflow_members if row[0] != number]
        account.steps = [row for row in account.steps if row[0] != number]
        account.touches = {key: touch for key, touch in account.touches.items() if key[0] != number}
        account.rules = [row for row in account.rules if row[0] != number]
        account.versions = {key for key in account.versions if key[0] != number}
        account.drafts = {key for key in account.drafts if key[0] != number}
        forget_enablements(account, lambda workflow, _: workflow == number)

    return 'DELETE FROM workflow_perms.workflows %s;' % where(account, workflow_id=number), apply


def delete_user(rng, account):
    """Deletes a connected user who is not the one who asks; of others the invariants may have something to say."""
    number = choose(rng, [user for user, row in account.users.items() if row.kind == 'connected' and user != account.asker
                          and not any(grant[0] == user and grant[2] is None for grant in account.grants)])
    if number is None:
        return None, None

    def apply():
        del account.users[number]
        account.grants = [row for row in account.grants if row[0] != number]
        account.rules = [row for row in account.rules if row[2] != number]
        for row in account.workflows.values():
            if row.created_by == number:
                row.created_by = None
        forget_enablements(account, lambda _, user: user == number)

    return 'DELETE FROM workflow_perms.users %s;' % where(account, user_id=number), apply


def forget_enablements(account, gone):
    """Forgets the enablements that go with something else."""
    for key in [key for key in account.enablements if gone(*key)]:
        del account.enablements[key]
        account.enabled.discard(key)


def change_owner(rng, account):
    """Makes an owner of a member, or a member of an owner."""
    table, column, rows = rng.choice((('workflow_members', 'workflow_id', account.workflow_members),
                                      ('workspace_members', 'workspace_id', account.workspace_members)))
    row = choose(rng, [row for row in rows if row[1] is not None])
    if row is None:
        return None, None

    def apply():
        mine = getattr(account, table)
        mine[mine.index(row)] = row[:3] + (not row[3], row[4])

    return past(update(table, 'is_owner = %s' % (not row[3]), account, **{column: row[0], 'user_id': row[1]})), apply


def change_other(rng, account):
    """Any change that ends no enablement, as changes.py makes it."""
    sql, apply = rng.choice(OTHERS)(rng, account)
    return sql and past(sql), apply


def past(sql):
    """Returns SQL that writes past the invariants; see world.load()."""
    return '%s\n%s\n%s' % (BEFORE, sql, AFTER)


def choose(rng, items):
    """Returns one of the items, None if there is none."""
    return rng.choice(items) if items else None


OTHERS = (changes.change_settings, changes.change_grant, changes.change_grant, changes.change_workspace_member,
          changes.change_workspace_member, changes.change_workflow_member, changes.change_workflow_member, changes.change_role,
          changes.change_rule, changes.change_rule, changes.change_user)
CHANGES = (change_metadata, change_metadata, change_metadata_of_many, change_condition_of_many, change_workflow, change_workflow, change_workflow, change_workspace, change_enablement,
           change_enablement, reevaluate_account, change_other, change_other, change_other, change_other, change_owner, delete_workflow, delete_user)


class Sequence:
    """The session: SQL as it grows, the account as it is, and what is expected of each answer."""

    def __init__(self, rng, account, others):
        """others: accounts that stay as they are, by id."""
        self.rng, self.account, self.others = rng, account, others
        self.script, self.asked, self.history = [], [], []
        self.savepoints = []

    def note(self, sql):
        """Adds SQL that changes something, for the reports too."""
        self.script.append(sql)
        self.history.append(sql)

    def transaction(self):
        """Adds a transaction."""
        rng, before = self.rng, self.account
        self.note('BEGIN;')
        user = rng.choice([None] + list(self.account.users) * 2)
        self.script.append('SELECT workflow_perms.set_anonymous(%s);' % literal(self.account.id) if user is None
                           else 'SELECT workflow_perms.set_principal(%s, %s);' % (literal(self.account.id), literal(user)))
        self.user = self.account.asker = user
        self.ask()
        self.savepoints = []
        for _ in range(STEPS):
            self.step()
            self.ask()
        if rng.random() < .3:
            self.note('ROLLBACK;')
            self.account = before
        else:
            self.note('COMMIT;')
        self.user = None

    def step(self):
        """Adds a change, or what takes some back."""
        rng, kind = self.rng, self.rng.random()
        if kind < .12:
            name = 's%d' % len(self.savepoints)
            self.savepoints.append((name, self.account))
            self.note('SAVEPOINT %s;' % name)
        elif kind < .24 and self.savepoints:
            at = rng.randrange(len(self.savepoints))
            name, self.account = self.savepoints[at]
            del self.savepoints[at:]
            self.note('ROLLBACK TO %s; RELEASE %s;' % (name, name))
            self.account.asker = self.user
        elif kind < .28 and self.savepoints:
            at = rng.randrange(len(self.savepoints))
            self.note('RELEASE %s;' % self.savepoints[at][0])
            del self.savepoints[at:]
            return
        for _ in range(rng.choice((1, 1, 1, 2))):
            # What was asked about stays as it was.
            after = deepcopy(self.account)
            sql, apply = rng.choice(CHANGES)(rng, after)
            if sql is None:
                continue
            apply()
            self.account = after
            if sql.startswith('SELECT'):
                self.asked.append(('A', None, None, self.history[-4:] + [sql]))
            self.note(sql)

    def ask(self):
        """Adds the questions."""
        rng, account = self.rng, self.account
        number = literal(account.id)
        accounts = dict(self.others, **{account.id: account})
        principal = Principal(account, self.user)
        form = rng.choice((ROW_FORM, COLUMN_FORM, ID_FORM.replace('i.id', 'w.workflow_id')))
        lists = Lists(rng, principal, 'plain', ways=(rng.choice(plans.WAYS),), most=6)
        self.script.append("""
COPY (SELECT 'E', workflow_id, user_id, enabled, reason, changed_at < '2021-01-01Z' FROM workflow_perms.enablements
    WHERE account_id = {number} ORDER BY workflow_id, user_id) TO STDOUT;
COPY (SELECT 'L', count(*) FROM workflow_perms.audit_log WHERE account_id = {number} AND object LIKE 'enablements %'
    AND before ->> 'enabled' <> after ->> 'enabled') TO STDOUT;
COPY (SELECT 'S', string_agg({session}, '' ORDER BY w.workflow_id), string_agg({verdicts}, ' ' ORDER BY w.workflow_id)
    FROM workflow_perms.workflows w WHERE w.account_id = {number}) TO STDOUT;
COPY (SELECT 'P', u.user_id, string_agg({given}, '' ORDER BY w.workflow_id) FROM workflow_perms.users u
    CROSS JOIN LATERAL (SELECT workflow_perms.principal(u.account_id, u.user_id) AS p OFFSET 0) AS q
    JOIN workflow_perms.workflows w ON w.account_id = u.account_id WHERE u.account_id = {number} GROUP BY u.user_id) TO STDOUT;
{lists}
COPY (SELECT 'end') TO STDOUT;""".format(number=number, session=bits(form), verdicts=VERDICTS, given=bits(form, 'q.p,'), lists=lists.script))
        self.asked.append(('?', accounts, (principal, lists), self.history[-8:]))


class Comparison(compare_decisions.Base):
    """Compares one sequence a round."""

    # Answers that the self-test alters, at least.
    NEEDED = ('E', 'S', 'P', 'A', 'L')

    def __init__(self, server, rng, report):
        super().__init__(server, rng, report)
        self.changes = self.enablements = self.disabled = 0
        server.once(SETUP)

    def round(self):
        """Compares one world."""
        self.worlds += 1
        accounts = world.random_world(self.rng)
        number = self.rng.choice(list(accounts))
        enabled_rows(accounts[number])
        self.numbered = [(account.id, name) for account in accounts.values() for name in account.workflows]
        others = {name: account for name, account in accounts.items() if name != number}
        script = [world.unload(self.server.loaded), 'SET session_replication_role = origin;', world.load(self.rng, accounts), 'TRUNCATE oracle.rows;',
                  copy_in('oracle.rows', [(n,) + key for n, key in enumerate(self.numbered)]), compare_decisions.NUMBER,
                  compare_decisions.NO_JIT, plans.prepare()]
        sequence = Sequence(self.rng, accounts[number], others)
        for _ in range(TRANSACTIONS):
            sequence.transaction()
        self.server.loaded = accounts
        answers = self.server.rows('\n'.join(script + sequence.script))
        for kind, self.now, asked, self.history in sequence.asked:
            self.changes += 1
            if kind == 'A':
                self.attempted(next(answers, None))
            else:
                self.compare(*asked, answers)

    def attempted(self, row):
        """Compares how enabling ended."""
        if row is None or row[0] != 'A':
            self.report('sequence %d: an answer is missing' % self.worlds, row, *self.history)
        elif row[1] != row[2]:
            self.report('sequence %d: enabling' % self.worlds, 'server %r, oracle %r' % (row[2], row[1]), *self.history)
        self.decisions += 1

    def compare(self, principal, lists, answers):
        """Compares the answers after a change, up to the row that ends them."""
        account = principal.account
        seen, enablements, users = dict.fromkeys('SPL' + Lists.KINDS, 0), {}, dict.fromkeys(account.users, 0)
        for row in answers:
            if row == ['end']:
                break
            if row[0] == 'E':
                enablements[row[1], row[2]] = (row[3] == 't', row[4], row[5] == 't')
                continue
            seen[row[0]] += 1
            if row[0] in lists.KINDS:
                lists.compare(self, row)
            elif row[0] == 'L':
                self.check(row[1], str(account.switched), 'entries of the audit log about enablements', principal)
            elif row[0] == 'S':
                self.of_workflows(principal, row[1], 'session')
                codes = ' '.join(self.verdict(action, principal, account.workflows[number])
                                 for number in self.in_order(account) for action in ACTIONS)
                self.check(row[2], codes, 'verdicts', principal)
            else:
                self.of_workflows(Principal(account, row[1]), row[2], 'principal')
        if seen != dict(lists.asked, S=1, L=1, P=len(account.users) if account.workflows else 0):
            self.differ('answers are missing', principal, seen)
        self.enablements += len(account.enablements)
        self.decisions += len(account.enablements)
        self.disabled += sum(reason not in (None, 'user') for _, reason, _ in account.enablements.values())
        for key in enablements.keys() | account.enablements.keys():
            got, wanted = enablements.get(key), account.enablements.get(key)
            if got != wanted:
                self.differ('enablement %r (enabled, reason, untouched)' % (key,), principal, 'server %r, oracle %r' % (got, wanted),
                            self.describe(account.workflows[key[0]]) if key[0] in account.workflows else 'no such workflow',
                            account.users[key[1]].metadata if key[1] in account.users else 'no such user')

    def in_order(self, account):
        """Returns the ids of the account's workflows in the order of the server."""
        return sorted(account.workflows, key=str.encode)

    def of_workflows(self, principal, got, whose):
        """Compares the answers on all workflows of the account."""
        account, got = principal.account, got or ''
        for at, number in enumerate(self.in_order(account)):
            workflow = account.workflows[number]
            self.check_letters(got[at * len(ACTIONS):(at + 1) * len(ACTIONS)].ljust(len(ACTIONS), '-'),
                               self.letters(principal, workflow), whose, principal, workflow)

    def where(self):
        """Returns where in the run it is."""
        return 'sequence %d, after: %s' % (self.worlds, '\n        '.join(self.history))

    def summary(self):
        """Returns the counts in words."""
        return '%d decisions after %d changes in %d sequences, %d enablements looked at (%d ended by a change)' % (
            self.decisions, self.changes, self.worlds, self.enablements, self.disabled)
