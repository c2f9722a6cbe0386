"""answers.py: what is asked about more than workflows: workspaces, boards, runs, explanations, who can.

A question is (action, ids of its object); expected() answers it by the rules of decisions.py
and running.py, and the server is asked twice: the function of the action, and the last row of
explain_access().
"""
import json

import decisions
import history
import running
from decisions import Principal, can_access_workspace, create, stopped
from plans import WORKFLOW_ACTIONS
from rows import viewable
from screens import explained
from server import copy_in, literal

# Whose codes the spec does not give.
NO_CODES = ('access_workspace', 'view_board', 'view_column', 'edit_column')

SETUP = """
CREATE UNLOGGED TABLE oracle.things (n int, account_id text, action text, object text[]);
CREATE UNLOGGED TABLE oracle.menus (n int, account_id text, workflow text, step text, board text, col text, access text);
CREATE UNLOGGED TABLE oracle.others (n int, account_id text, action text, workflow text, who text);
CREATE UNLOGGED TABLE oracle.starts (n int, account_id text, workflow text, starter text, for_user text, parent text);
CREATE UNLOGGED TABLE oracle.records (n int, account_id text, run text, step text, workspace text, board text, col text, access text);
CREATE UNLOGGED TABLE oracle.writes (n int, account_id text, workflow text, workspace text, board text, col text, access text);
CREATE UNLOGGED TABLE oracle.turns (n int, account_id text, workflow text, status workflow_perms.workflow_status, hides boolean);
GRANT SELECT ON oracle.writes, oracle.turns TO PUBLIC;
-- What is stored of a step that the engine records. It is taken back.
CREATE FUNCTION oracle.record(r oracle.records) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    stored text[];
BEGIN
    INSERT INTO workflow_perms.run_steps AS s (account_id, run_id, step_no, step_id, workspace_id, board_id, column_id, access, status)
        VALUES (r.account_id, r.run, 1000, r.step, r.workspace, r.board, r.col, r.access::workflow_perms.step_access, 'succeeded')
        RETURNING ARRAY[coalesce(s.reason, 'allowed'), s.status::text, s.workspace_id, s.board_id, s.column_id, s.access::text] INTO stored;
    RAISE EXCEPTION USING ERRCODE = 'ORUND';
EXCEPTION WHEN SQLSTATE 'ORUND' THEN
    RETURN stored;
END $$;
-- How writing a step ends, or deleting them all where there is no workspace: with the code, or with how many rows it took and
-- who is run-as then. It is taken back.
CREATE FUNCTION oracle.write(w oracle.writes) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    rows int;
    ended text;
BEGIN
    IF w.workspace IS NULL THEN
        DELETE FROM workflow_perms.workflow_steps s WHERE s.workflow_id = w.workflow;
    ELSE
        INSERT INTO workflow_perms.workflow_steps VALUES (w.account_id, w.workflow, 'x new', w.workspace, w.board, w.col, w.access::workflow_perms.step_access);
    END IF;
    GET DIAGNOSTICS rows = ROW_COUNT;
    ended := concat_ws(' ', rows, (SELECT f.run_as FROM workflow_perms.workflows f WHERE f.workflow_id = w.workflow AND rows > 0));
    RAISE EXCEPTION USING ERRCODE = 'ORUND';
EXCEPTION
    WHEN SQLSTATE 'ORUND' THEN
        RETURN ended;
    WHEN insufficient_privilege THEN
        RETURN regexp_replace(SQLERRM, '^.*: ', '');
END $$;
-- How another status ends, of a workflow that the same statement may hide or show. It is taken back.
CREATE FUNCTION oracle.turn(t oracle.turns) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    rows int;
BEGIN
    UPDATE workflow_perms.workflows w SET status = t.status, hidden = hidden <> t.hides WHERE w.workflow_id = t.workflow;
    GET DIAGNOSTICS rows = ROW_COUNT;
    RAISE EXCEPTION USING ERRCODE = 'ORUND';
EXCEPTION
    WHEN SQLSTATE 'ORUND' THEN
        RETURN rows;
    WHEN insufficient_privilege THEN
        RETURN regexp_replace(SQLERRM, '^.*: ', '');
END $$;
CREATE FUNCTION oracle.answer(action text, o text[]) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE action %s
        WHEN 'create' THEN workflow_perms.can_create(o[1])
        WHEN 'access_workspace' THEN workflow_perms.can_access_workspace(o[1])
        WHEN 'view_board' THEN workflow_perms.can_view_board(o[1])
        WHEN 'view_column' THEN workflow_perms.can_view_column(o[1], o[2])
        WHEN 'edit_column' THEN workflow_perms.can_edit_column(o[1], o[2])
        WHEN 'view_run' THEN workflow_perms.can_view_run(o[1])
        WHEN 'view_run_detail' THEN workflow_perms.can_view_run_detail(o[1], o[2]::int)
        WHEN 'step' THEN (workflow_perms.step_access(o[1], o[2])).allowed
        WHEN 'replay' THEN workflow_perms.can_replay(o[1])
    END $$;
-- The users for whom it is true, or the SQLSTATE.
CREATE FUNCTION oracle.who(action text, workflow text) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT coalesce(json_agg(w.user_id), '[]') FROM workflow_perms.who_can(action, workflow) w);
EXCEPTION WHEN insufficient_privilege THEN
    RETURN SQLSTATE;
END $$;
CREATE FUNCTION oracle.another(action text, workflow text, who text) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT coalesce(x.code, 'allowed') FROM workflow_perms.explain_access(action, workflow, who)
        WITH ORDINALITY AS x (gate, verdict, code, decided_by, detail, n) ORDER BY x.n DESC LIMIT 1);
EXCEPTION WHEN insufficient_privilege THEN
    RETURN SQLSTATE;
END $$;
""" % ' '.join("WHEN '%s' THEN workflow_perms.can_%s(o[1])" % (action, action) for action in WORKFLOW_ACTIONS)


class Questions:
    """What is asked in one world."""

    def __init__(self, rng, accounts):
        self.things, self.menus, self.others, self.starts, self.records, self.writes, self.turns = [], [], [], [], [], [], []
        for number, account in accounts.items():
            self.add(rng, number, account)

    def add(self, rng, number, account):
        """Adds what is asked about one account."""
        workflows, spaces, users = list(account.workflows), list(account.workspaces), list(account.users)
        ask = [(action, (name,)) for name in workflows for action in WORKFLOW_ACTIONS if rng.random() < .3]
        ask += [('view', ('no such thing',)), ('view_board', ('no such thing',)), ('replay', ('no such thing',))]
        ask += [(action, (name,)) for name in spaces for action in ('create', 'access_workspace')]
        ask += [('view_board', (name,)) for name in account.boards]
        ask += [(action, key) for key in account.columns for action in ('view_column', 'edit_column')]
        ask += [(action, (name,)) for name in account.runs for action in ('view_run', 'replay')]
        ask += [('view_run_detail', (run, str(at))) for run, at in account.run_steps]
        ask += [('step', (run.id, step)) for run in account.runs.values()
                for workflow, step, _ in account.steps if workflow == run.workflow]
        ask += [('step', (run, 'no such thing')) for run in list(account.runs)[:1]]
        self.things += [(number,) + item for item in ask]
        for board, column in list(account.columns)[:6]:
            workflow = rng.choice(workflows)
            steps = [step for thing, step, _ in account.steps if thing == workflow]
            uses = [(thing, step) for (thing, step), touch in account.touches.items() if touch[:2] == (board, column)]
            workflow, step = rng.choice(uses) if uses and rng.random() < .6 else (workflow, rng.choice(steps + [None]))
            self.menus.append((number, workflow, step, board, column, rng.choice(('read', 'write'))))
        self.others += [(number, rng.choice(WORKFLOW_ACTIONS), rng.choice(workflows), rng.choice(users)) for _ in range(5)]
        self.starts += [(number, rng.choice(workflows), rng.choice(users + [None]), rng.choice(users + [None]), None) for _ in range(12)]
        # Many of customers, who may for themselves alone.
        customers = [user for user, row in account.users.items() if row.kind == 'connected']
        self.starts += [(number, rng.choice(workflows), user, rng.choice([user, user] + users), None) for user in customers]
        # By runs that call: most for whom the caller was made.
        self.starts += [(number, rng.choice(workflows), None, rng.choice([None] * len(users) + users), run)
                        for run in list(account.runs) + ['no such thing'] for _ in range(3)]
        for run in rng.sample(list(account.runs.values()), min(4, len(account.runs))):
            steps = [step for thing, step, _ in account.steps if thing == run.workflow]
            self.records.append((number, run.id, rng.choice(steps * 2 + ['no such thing', None])) + self.touch(rng, account, spaces + [None]))
        self.writes += [(number, rng.choice(workflows)) + (self.touch(rng, account, spaces) if rng.random() < .7 else (None,) * 4)
                        for _ in range(6)]
        self.turns += [(number, name, rng.choice(('draft', 'live', 'live', 'stopped', 'stopped')), rng.random() < .3)
                       for name in rng.sample(workflows, min(8, len(workflows)))]

    def touch(self, rng, account, spaces):
        """Returns what a step may touch: (workspace, board, column, access)."""
        space = rng.choice(spaces)
        return (space,) + ((None, None) if space is None else history.random_touch(rng, account, space)) + (rng.choice(('read', 'write')),)

    def load(self):
        """Returns psql input."""
        tables = (('things', [row[:2] + (array(row[2]),) for row in self.things]), ('menus', self.menus),
                  ('others', self.others), ('starts', self.starts), ('records', self.records), ('writes', self.writes),
                  ('turns', self.turns))
        return 'TRUNCATE %s;\n' % ', '.join('oracle.' + name for name, _ in tables) + ''.join(
            copy_in('oracle.' + name, [(n,) + row for n, row in enumerate(rows)]) for name, rows in tables)


def array(items):
    """Returns a text array's literal."""
    return '{%s}' % ','.join('"%s"' % item.replace('\\', '\\\\').replace('"', '\\"') for item in items)


def script(principal):
    """Returns psql input that asks all of that of the session's principal, a superuser's session."""
    account = literal(principal.account.id if principal.account is not None else None)
    return """
COPY (SELECT 'x', t.n, oracle.answer(t.action, t.object), e.verdict, e.code FROM oracle.things t
    CROSS JOIN LATERAL (SELECT x.verdict, coalesce(x.code, 'allowed') AS code FROM workflow_perms.explain_access(t.action, t.object)
        WITH ORDINALITY AS x (gate, verdict, code, decided_by, detail, n) ORDER BY x.n DESC LIMIT 1) AS e
    WHERE t.account_id = coalesce({account}, t.account_id) ORDER BY t.n) TO STDOUT;
COPY (SELECT 'q', m.n, workflow_perms.board_state(m.workflow, m.board),
        workflow_perms.column_state(m.workflow, m.step, m.board, m.col, m.access::workflow_perms.step_access)
    FROM oracle.menus m WHERE m.account_id = {account} ORDER BY m.n) TO STDOUT;
COPY (SELECT 'y', o.n, oracle.who(o.action, o.workflow), oracle.another(o.action, o.workflow, o.who)
    FROM oracle.others o WHERE o.account_id = {account} ORDER BY o.n) TO STDOUT;
COPY (SELECT 'z', s.n, CASE WHEN s.parent IS NULL THEN workflow_perms._start_verdict(s.account_id, s.workflow, s.starter, s.for_user)
        ELSE workflow_perms._call_verdict(s.account_id, s.workflow, s.parent, s.for_user) END FROM oracle.starts s
    WHERE s.account_id = {account} ORDER BY s.n) TO STDOUT;
COPY (SELECT 'j', r.n, to_json(oracle.record(r)) FROM oracle.records r WHERE r.account_id = {account} ORDER BY r.n) TO STDOUT;
""".format(account=account)


def script_of_application(principal):
    """Returns psql input that asks the rest, as the application's role."""
    account = literal(principal.account.id if principal.account is not None else None)
    return """
COPY (SELECT 'W', w.n, oracle.write(w) FROM oracle.writes w WHERE w.account_id = {account} ORDER BY w.n) TO STDOUT;
COPY (SELECT 'T', t.n, oracle.turn(t) FROM oracle.turns t WHERE t.account_id = {account} ORDER BY t.n) TO STDOUT;
""".format(account=account)


def decide(action, principal, workflow):
    """Returns the verdict on an action on a workflow."""
    if action in ('enable', 'run'):
        return getattr(running, action)(principal, workflow)
    return decisions.decide(action, principal, workflow)


def expected(principal, action, ids):
    """Returns the answer to a question: 'allowed' or a code; where the spec gives no codes, some other word."""
    code = stopped(principal)
    if code:
        return code
    account = principal.account
    if action in WORKFLOW_ACTIONS:
        return decide(action, principal, account.workflows.get(ids[0]))
    if action == 'create':
        return create(principal, ids[0])
    if action == 'access_workspace':
        return 'allowed' if can_access_workspace(principal, ids[0]) else 'refused'
    if action in ('view_board', 'view_column', 'edit_column'):
        board = account.boards.get(ids[0])
        if board is None:
            return 'not_found'
        return 'allowed' if getattr(running, action)(principal, board, *ids[1:]) else 'refused'
    started = account.runs.get(ids[0])
    if started is None:
        return 'not_found'
    return getattr(running, action)(principal, started, *(
        [int(ids[1])] if action == 'view_run_detail' else ids[1:]))


class Answers:
    """Compares what came back about one principal; differ and check are the comparison's."""

    KINDS = 'xqyzjWT'

    def __init__(self, comparison, questions):
        self.check, self.asked = comparison.check, questions

    def count(self, principal):
        """Returns how many rows of each kind there are to come."""
        mine = [len([row for row in rows if principal.account is not None and row[0] == principal.account.id])
                for rows in (self.asked.things, self.asked.menus, self.asked.others, self.asked.starts, self.asked.records, self.asked.writes,
                             self.asked.turns)]
        if principal.account is None:
            mine[0] = len(self.asked.things)
        return dict(zip(self.KINDS, mine))

    def compare(self, principal, row):
        """Compares one row."""
        getattr(self, {'x': 'thing', 'q': 'menu', 'y': 'other', 'z': 'start', 'j': 'record', 'W': 'write', 'T': 'turn'}[row[0]])(principal, int(row[1]), row[2:])

    def thing(self, principal, n, got):
        """A question, by its function and by its explanation."""
        _, action, ids = self.asked.things[n]
        code = expected(principal, action, ids)
        answer, about = 't' if code == 'allowed' else 'f', (ids, 'code %s' % code)
        self.check(got[0], answer, 'function of %s' % action, principal, *about)
        self.check(got[1], answer, 'explain_access of %s' % action, principal, *about)
        if action not in NO_CODES:
            self.check(got[2], code, 'code of explain_access of %s' % action, principal, *about)

    def menu(self, principal, n, got):
        """How boards and columns stand in an editor's menus, for who may view the workflow."""
        _, workflow, step, board, column, access = self.asked.menus[n]
        account = principal.account
        sees = decide('view', principal, account.workflows[workflow]) == 'allowed'
        used = account.touches.get((workflow, step), ())[:2] == (board, column)
        board = account.boards[board]
        about = (workflow, step, board.id, column, access)
        self.check(got[0], running.board_state(principal, board) if sees else 'absent', 'board_state', principal, about)
        self.check(got[1], running.column_state(principal, board, column, access, used) if sees else 'hidden', 'column_state', principal, about)

    def other(self, principal, n, got):
        """Who can, and an explanation about somebody else."""
        _, action, number, who = self.asked.others[n]
        account = principal.account
        workflow, about = account.workflows[number], (action, number, who)
        sees = decide('view', principal, workflow) == 'allowed'
        manages = decide('manage_members', principal, workflow) == 'allowed'
        wanted = '42501'
        if sees and (manages or principal.can('team.manage_roles', workflow.workspace)):
            wanted = sorted(user for user in account.users if decide(action, Principal(account, user), workflow) == 'allowed')
        listed = got[0] if got[0] == '42501' else sorted(json.loads(got[0]))
        self.check(listed, wanted, 'who_can %s' % action, principal, about)
        subject = Principal(account, who)
        wanted, _ = explained(principal, subject, workflow, decide(action, subject, workflow), decide)
        self.check(got[1], wanted, 'explain_access of another', principal, about)

    def start(self, principal, n, got):
        """A run by somebody, or called by a run, for somebody."""
        _, workflow, starter, for_user, parent = self.asked.starts[n]
        account = principal.account
        people = [None if user is None else Principal(account, user) for user in (starter, for_user)]
        code = (running.start(people[0], people[1], account.workflows[workflow]) if parent is None
                else running.call(account, parent, people[1], account.workflows[workflow]))
        self.check(got[0], code, 'start of a run', principal, (workflow, starter, for_user, parent))

    def record(self, principal, n, got):
        """What is stored of a step that the engine records."""
        _, run, step, *touch = self.asked.records[n]
        account = principal.account
        code, touch = running.record(account, account.runs[run], step, tuple(touch))
        stored = [code, 'succeeded' if code == 'allowed' else 'failed'] + list(touch)
        self.check(got[0], json.dumps(stored, ensure_ascii=False, separators=(',', ':')), 'recorded step', principal, (run, account.runs[run].workflow, step, touch))

    def write(self, principal, n, got):
        """Writing a step of a workflow, or deleting all of them."""
        _, number, *touch = self.asked.writes[n]
        workflow, touch = principal.account.workflows[number], None if touch[0] is None else tuple(touch)
        self.check(got[0], running.write_steps(principal, workflow, touch), 'written steps', principal, (number, workflow.run_as, touch))

    def turn(self, principal, n, got):
        """Giving a workflow another status, and hiding or showing it or not."""
        _, number, status, hides = self.asked.turns[n]
        workflow = principal.account.workflows[number]
        operates = {status, workflow.status} == {'live', 'stopped'}
        needed = ['edit'] if hides or not operates else []
        if status != workflow.status:
            needed.append('operate' if operates else 'publish')
        codes = [code for code in (decide(action, principal, workflow) for action in needed) if code != 'allowed']
        shown = not stopped(principal) and (workflow.account, number) in viewable(principal)
        self.check(got[0], '0' if not shown else (codes + ['1'])[0], 'other status', principal, (number, workflow.status, status, hides))
