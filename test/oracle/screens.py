"""screens.py: what screens are made of, a second time: names, buttons, the access report, run permissions (spec 5).

Asked of one principal after the other, as the rest (answers.py).
"""
import json
from copy import copy

import running
from decisions import BY_MEMBERSHIP, Principal, stopped
from plans import COLUMNS, WORKFLOW_ACTIONS
from server import copy_in, literal
from world import BUILT_IN, SYSTEM_ROLES, User

SETUP = """
CREATE UNLOGGED TABLE oracle.reports (n int, account_id text, action text);
CREATE UNLOGGED TABLE oracle.tabs (n int, account_id text, workflow text);
CREATE FUNCTION oracle.tab(workflow text) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT json_agg(ARRAY[t.user_id, t.role, t.setting, t.inherited, regexp_replace(t.inherited_from, ':.*', ''), t.result])
        FROM workflow_perms.run_permissions(workflow) t);
EXCEPTION WHEN insufficient_privilege THEN
    RETURN regexp_replace(SQLERRM, '^.*: ', '');
END $$;
-- How an explanation ends, whether clauses are shown, and values; or the SQLSTATE.
CREATE FUNCTION oracle.told(action text, workflow text, who text) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT concat_ws(' ', coalesce(x.code, 'allowed'), CASE WHEN x.detail IS NOT NULL THEN 'shown' END, CASE WHEN x.detail::text ~ '"seen' THEN 'seen' END)
        FROM workflow_perms.explain_access(action, workflow, who)
        WITH ORDINALITY AS x (gate, verdict, code, decided_by, detail, n) ORDER BY x.n DESC LIMIT 1);
EXCEPTION WHEN insufficient_privilege THEN
    RETURN SQLSTATE;
END $$;
"""

LEVELS = tuple('rule of the %s for %s' % (of, named) for of in ('workflow', 'workspace', 'account')
               for named in ('the user', 'a role', 'a system role')) + ('default of the account',)


class Screens:
    """What is asked of screens in one world; asks one principal and compares what came back."""

    KINDS = 'NBRDV'

    def __init__(self, comparison, rng, accounts, others):
        self.check, self.verdict, self.comparison, self.others = comparison.check, comparison.verdict, comparison, others
        self.reports = [(number, rng.choice(WORKFLOW_ACTIONS)) for number in accounts if rng.random() < .5]
        self.tabs = [(number, rng.choice(list(account.workflows))) for number, account in accounts.items() for _ in range(2)]

    def load(self):
        """Returns psql input."""
        return 'TRUNCATE oracle.reports, oracle.tabs;\n' + ''.join(
            copy_in('oracle.' + name, [(n,) + row for n, row in enumerate(rows)]) for name, rows in (('reports', self.reports), ('tabs', self.tabs)))

    def count(self, principal):
        """Returns how many rows of each kind there are to come."""
        mine = [sum(principal.account is not None and row[0] == principal.account.id for row in rows)
                for rows in (self.reports, self.tabs, self.others)]
        return dict(zip(self.KINDS, [1, len(self.comparison.numbered)] + mine))

    def script(self, principal, given):
        """Returns psql input that asks the session's principal, which is also given, a superuser's session."""
        return """
COPY (SELECT 'B', r.n, array_to_string(workflow_perms.actions(w), ' '), array_to_string(workflow_perms.actions({columns}), ' '),
        array_to_string(workflow_perms.actions(q.p, w), ' '), array_to_string(workflow_perms.actions(q.p, {columns}), ' '),
        array_to_string(workflow_perms.actions(w.workflow_id), ' '), array_to_string(workflow_perms.actions(q.p, w.workflow_id), ' ')
    FROM oracle.rows r JOIN workflow_perms.workflows w USING (account_id, workflow_id)
    CROSS JOIN (SELECT {given} AS p OFFSET 0) AS q ORDER BY r.n) TO STDOUT;
COPY (SELECT 'R', r.n, (SELECT coalesce(json_agg(ARRAY[c.workflow_id, c.user_id]), '[]') FROM workflow_perms.who_can(r.action) c)
    FROM oracle.reports r WHERE r.account_id = {account} ORDER BY r.n) TO STDOUT;
COPY (SELECT 'D', t.n, oracle.tab(t.workflow) FROM oracle.tabs t WHERE t.account_id = {account} ORDER BY t.n) TO STDOUT;
COPY (SELECT 'V', o.n, oracle.told(o.action, o.workflow, o.who),
        (SELECT concat_ws(' ', coalesce(x.code, 'allowed'), CASE WHEN x.detail IS NOT NULL THEN 'shown' END)
            FROM workflow_perms.explain_access(workflow_perms.principal(o.account_id, o.who), o.action, o.workflow)
            WITH ORDINALITY AS x (gate, verdict, code, decided_by, detail, n) ORDER BY x.n DESC LIMIT 1)
    FROM oracle.others o WHERE o.account_id = {account} ORDER BY o.n) TO STDOUT;
""".format(columns=COLUMNS, given=given, account=literal(principal.account.id if principal.account is not None else None))

    def compare(self, principal, row):
        """Compares one row."""
        {'N': self.names, 'B': self.buttons, 'R': self.report, 'D': self.tab, 'V': self.told}[row[0]](principal, row[1:])

    def names(self, principal, got):
        """The names of workflows that are shown."""
        wanted = [] if principal.account is None else sorted(
            [workflow.account, workflow.id] for workflow in principal.account.workflows.values() if views_name(principal, workflow))
        self.check(sorted(json.loads(got[0])), wanted, 'workflow_names', principal)

    def buttons(self, principal, got):
        """The actions that are allowed, in all forms."""
        number, name = self.comparison.numbered[int(got[0])]
        workflow = self.comparison.now[number].workflows[name]
        mine = principal.account.workflows.get(name) if principal.account is not None else None
        for form, answer in zip(('row', 'columns', 'principal and row', 'principal and columns', 'id', 'principal and id'), got[1:]):
            about = mine if form.endswith('id') else workflow
            wanted = ' '.join(action for action in WORKFLOW_ACTIONS if about is not None and self.verdict(action, principal, about) == 'allowed')
            # Without a principal as a value there is none to give.
            self.check(answer, wanted, 'actions() by ' + form, principal, (number, name))

    def report(self, principal, got):
        """The users that may do something, of all workflows that one may ask about."""
        _, action = self.reports[int(got[0])]
        account, wanted = principal.account, []
        users = [Principal(account, user) for user in account.users]
        for workflow in account.workflows.values():
            if self.verdict('view', principal, workflow) == 'allowed' and (
                    self.verdict('manage_members', principal, workflow) == 'allowed' or principal.can('team.manage_roles', workflow.workspace)):
                wanted += [[workflow.id, user.user_id] for user in users if self.verdict(action, user, workflow) == 'allowed']
        self.check(sorted(json.loads(got[1])), sorted(wanted), 'who_can(%s)' % action, principal)

    def tab(self, principal, got):
        """What the rules of a workflow say of everybody."""
        _, name = self.tabs[int(got[0])]
        account, workflow = principal.account, principal.account.workflows[name]
        code = stopped(principal)
        if code is None and account.workspaces[workflow.workspace] in BY_MEMBERSHIP:
            code = self.verdict('manage_members', principal, workflow)
        elif code is None:
            code = 'allowed' if principal.can('workflows.deploy', workflow.workspace) else 'no_capability'
        if code not in ('allowed', stopped(principal)) and self.verdict('view', principal, workflow) != 'allowed':
            code = 'not_found'
        if code != 'allowed' or not got[1].startswith('['):
            self.check(got[1], code, 'run_permissions()', principal, name)
            return
        wanted = [[user, None] + settings(Principal(account, user), workflow, lambda rule, user=user: rule[2] == user) for user in account.users]
        wanted += [[None, role] + settings(holder(account, role), workflow, lambda rule, role=role: rule[3] == role)
                   for role in account.roles | set(BUILT_IN) | set(SYSTEM_ROLES)]
        self.check(sorted(json.loads(got[1]), key=repr), sorted(wanted, key=repr), 'run_permissions()', principal, name)

    def told(self, principal, got):
        """An explanation about somebody else, and one of them as a value."""
        _, action, name, who = self.others[int(got[0])]
        account, workflow, subject = principal.account, principal.account.workflows[name], Principal(principal.account, who)
        code, about = self.verdict(action, subject, workflow), (action, name, who)
        shown = ' shown' if code == 'condition' else ''
        self.check(got[2], code + shown, 'explain_access of a principal', principal, about)
        wanted, knows = explained(principal, subject, workflow, code, self.verdict)
        values = who == principal.user_id or principal.can('connected_users.view', workflow.workspace)
        if shown and wanted == code and knows:
            wanted += shown
            # Of what is absent there is no value.
            if not values or ' seen' in got[1]:
                wanted += ' seen' if values else ''
        self.check(got[1], wanted, 'explanation to others', principal, about)


def views_name(principal, workflow):
    """May the principal know the name of the workflow?"""
    if running.found(principal, workflow):
        return False
    return running.view(principal, workflow) == 'allowed' or (
        principal.account.workspaces[workflow.workspace] not in BY_MEMBERSHIP
        and any(principal.can(name, workflow.workspace) for name in ('connected_users.view', 'task_history.view')))


def explained(principal, subject, workflow, code, verdict):
    """Returns what explain_access() about a subject ends with, of a decision of that code, and whether the condition is shown."""
    sees = verdict('view', principal, workflow) == 'allowed'
    supports = not sees and views_name(principal, workflow) and principal.can('connected_users.view', workflow.workspace)
    if subject.user_id == principal.user_id:
        return code, sees
    if not sees and not (supports and subject.connected):
        return stopped(principal) or 'not_found', False
    needed = 'connected_users.view' if subject.connected else 'team.manage_roles'
    if verdict('manage_members', principal, workflow) == 'allowed' or principal.can(needed, workflow.workspace):
        return code, True
    return '42501', False


def holder(account, role):
    """Returns a principal that holds a role alone, for the account; of a system role, whoever has that."""
    made = Principal(account, None)
    if role == 'NonAuthenticatedUser':
        return made
    made.user, made.user_id = User('service', None, {}, True), object()
    waiting = [] if role in SYSTEM_ROLES else [role]
    while waiting:
        name = waiting.pop()
        if (name, None) not in made.held:
            made.held.add((name, None))
            waiting += account.includes.get(name, ())
    return made


def settings(principal, workflow, names):
    """Returns what is set on the workflow itself, what is inherited and from where, and what the walk comes to; names(rule): the rule names the grantee."""
    words = {'grant': 'granted', 'deny': 'denied'}
    own = [rule for rule in principal.account.rules if rule[:2] == (workflow.id, None) and names(rule)]
    without = copy(principal)
    without.account = copy(principal.account)
    without.account.rules = [rule for rule in principal.account.rules if rule not in own]
    level, effect = running.walk(without, workflow)
    in_force = [rule[4] for rule in own if not rule[-1]]
    return [words[in_force[0]] if in_force else 'inherited', words[effect], LEVELS[level - 1], words[running.walk(principal, workflow)[1]]]
