"""history.py: execution rules, enablements, boards and runs of random accounts, as plain data and as COPY.

Filled into an Account of world.py, whose words it uses.
"""
import world
from server import copy_in, literal

CUSTOM_KINDS = ('main', 'main', 'shareable', 'private')
# Of children first: what unload() deletes.
TABLES = ('connections', 'workflow_drafts', 'workflow_versions', 'run_steps', 'runs', 'column_access', 'board_columns', 'board_members', 'workflow_steps', 'boards', 'enablements',
          'execution_rules')


class Board:
    """A row of boards."""

    def __init__(self, account, number, workspace, kind):
        self.account, self.id, self.workspace, self.kind = account, number, workspace, kind


class Run:
    """A row of runs."""

    def __init__(self, account, number, workflow, parent, version, started_by, started_as, for_user, run_as, status):
        self.account, self.id, self.workflow, self.parent, self.version = account, number, workflow, parent, version
        self.started_by, self.started_as = started_by, started_as
        self.for_user, self.run_as, self.status = for_user, run_as, status


def fill(rng, account, ids):
    """Fills all that this module knows of; the rest of the account is there."""
    add_rules(rng, account)
    add_boards(rng, account, ids)
    add_touches(rng, account)
    add_versions(rng, account)
    add_runs(rng, account, ids)


def add_rules(rng, account):
    """Fills rules, (workflow or None, workspace or None, user, role, effect, over), the default and what is enabled."""
    account.default_execution = rng.choice(('grant', 'grant', 'deny'))
    account.rules = []
    roles, users, keys = sorted(account.roles), list(account.users), set()
    for of in rule_objects(account, rng.choice((0, 1, 3)), rng.choice((0, 1, 2)), rng.choice((0, 1, 1, 2))):
        if rng.random() < .5:
            named = (rng.choice(users), None) if rng.random() < .4 else (None, rng.choice(roles))
            if of + named not in keys:
                keys.add(of + named)
                account.rules.append(of + named + (rng.choice(('grant', 'deny')), world.expiry(rng)))
    if rng.random() < .85:
        add_disagreements(rng, account, keys)
    account.enabled = {(number, user) for number in account.workflows for user, row in account.users.items()
                       if row.kind == 'connected' and rng.random() < .6}


def rule_objects(account, whole, spaces, flows):
    """Returns what rules can be on, (workflow or None, workspace or None): so many times the account, each workspace, each workflow."""
    return ([(None, None)] * whole + [(None, space) for space in account.workspaces] * spaces
            + [(number, None) for number in account.workflows] * flows)


def add_disagreements(rng, account, keys):
    """Gives most users two roles, of which most workflows or workspaces grant to the one and deny the other; keys: of the rules so far."""
    pair = world.distinct(rng, world.custom_roles(account), 2)
    held = {grant[:3] for grant in account.grants}
    for user in account.users:
        for role in pair if rng.random() < .85 else ():
            if (user, role, None) not in held:
                account.grants.append((user, role, None, False))
    for of in rule_objects(account, rng.random() < .5, rng.random() < .7, 1):
        # Where the workflow says nothing its workspace does.
        if rng.random() < (.8 if of[0] is not None else .9):
            for role, effect in zip(pair, rng.sample(('grant', 'deny'), 2)):
                if of + (None, role) not in keys:
                    keys.add(of + (None, role))
                    account.rules.append(of + (None, role, effect, False))


def add_boards(rng, account, ids):
    """Fills boards, their members, columns and the columns' lists."""
    account.boards, account.columns, account.board_members, account.column_access = {}, {}, [], set()
    spaces = list(account.workspaces)
    for number in world.distinct(rng, ids, rng.randint(3, 7)):
        account.boards[number] = Board(account.id, number, rng.choice(spaces), rng.choice(CUSTOM_KINDS))
        for column in world.distinct(rng, ids, rng.randrange(4)):
            account.columns[number, column] = (rng.random() < .4, rng.random() < .4)
    world.add_members(rng, account, account.boards, account.board_members, 4)
    team = [user for user, row in account.users.items() if row.kind != 'connected']
    for (board, column), _ in account.columns.items():
        for access in ('view', 'edit'):
            for user in world.distinct(rng, team, rng.randrange(4)):
                account.column_access.add((board, column, access, user, None))
            for role in world.distinct(rng, world.custom_roles(account), rng.choice((0, 0, 1))):
                account.column_access.add((board, column, access, None, role))


def random_touch(rng, account, workspace):
    """Returns (board, column) in the workspace, or None for either."""
    boards = [number for number, board in account.boards.items() if board.workspace == workspace]
    if not boards or rng.random() < .2:
        return None, None
    board = rng.choice(boards)
    columns = [column for thing, column in account.columns if thing == board]
    return board, rng.choice(columns) if columns and rng.random() < .8 else None


def add_touches(rng, account):
    """Fills touches: {(workflow, step): (board, column, access)}, of the steps that are there."""
    account.touches = {(workflow, step): random_touch(rng, account, workspace) + (rng.choice(('read', 'write')),)
                       for workflow, step, workspace in account.steps}


def add_runs(rng, account, ids):
    """Fills runs, run_steps, {(run, number): (step, workspace, board, column, access, status, reason)}, and who is run-as."""
    account.runs, account.run_steps = {}, {}
    users = list(account.users)
    team = [user for user in users if account.users[user].kind != 'connected']
    connected = [user for user in users if user not in team]
    for workflow in account.workflows.values():
        workflow.run_as = rng.choice(team) if rng.random() < .6 else None
    for number in world.distinct(rng, ids, rng.randint(4, 8)):
        workflow = rng.choice(list(account.workflows))
        live = account.live_versions.get(workflow)
        starter = rng.choice(users + [None] * 3 + ['x gone'])
        account.runs[number] = Run(
            account.id, number, workflow, rng.choice(list(account.runs) + [None, 'x gone']), live if rng.random() < .7 else rng.choice((None, 1, 2, 3)),
            starter, rng.choice(('anonymous', 'system')) if starter is None else 'user',
            rng.choice(connected * 3 + ['x gone']) if connected and rng.random() < .5 else None,
            rng.choice(team) if rng.random() < .85 else rng.choice((None, 'x gone')), rng.choice(('failed', 'failed', 'succeeded', 'running')))
        for step in range(rng.randrange(4)):
            workspace = rng.choice(list(account.workspaces) + [None])
            board, column = (None, None) if workspace is None else random_touch(rng, account, workspace)
            if board is not None and rng.random() < .1:
                board, column = 'x gone', None
            account.run_steps[number, step] = (str(step), workspace, board, column, rng.choice(('read', 'write')), 'failed',
                                               rng.choice((None, None, 'not_found', 'board_restricted')))


def add_versions(rng, account):
    """Fills versions, {(workflow, number)}, which of them is live, drafts, {(workflow, user)}, and connections, {(user, configuration)}."""
    account.versions, account.live_versions, account.drafts, account.connections = set(), {}, set(), set()
    for number in account.workflows:
        versions = range(1, 1 + rng.randrange(4))
        account.versions |= {(number, version) for version in versions}
        if versions:
            account.live_versions[number] = rng.choice(versions)
        account.drafts |= {(number, user) for user in account.users if rng.random() < .15}
    for user, row in account.users.items():
        if row.kind == 'connected':
            account.connections |= {(user, name) for name in ('', 'eu', 'x' * 255, '\u200b') if rng.random() < .4}


def load(account, until):
    """Returns psql input, for what load() of world.py begins with."""
    number = account.id
    return ['UPDATE workflow_perms.accounts SET default_execution = %s WHERE account_id = %s;' % (
        literal(account.default_execution), literal(number)),
        copy_in('workflow_perms.execution_rules (account_id, workflow_id, workspace_id, user_id, role, effect, expires_at)',
                [(number,) + row[:5] + (until(row[5]),) for row in account.rules]),
        copy_in('workflow_perms.enablements (account_id, workflow_id, user_id, enabled, changed_at)',
                [(number, workflow, user, (workflow, user) in account.enabled, '2020-01-01Z') for workflow in account.workflows
                 for user, row in account.users.items() if row.kind == 'connected']),
        copy_in('workflow_perms.boards (account_id, board_id, workspace_id, kind)',
                [(number, board.id, board.workspace, board.kind) for board in account.boards.values()]),
        copy_in('workflow_perms.board_members (account_id, board_id, user_id, role, is_owner, expires_at)',
                [(number,) + row[:4] + (until(row[4]),) for row in account.board_members]),
        copy_in('workflow_perms.board_columns (account_id, board_id, column_id, view_restricted, edit_restricted)',
                [(number,) + key + flags for key, flags in account.columns.items()]),
        copy_in('workflow_perms.column_access (account_id, board_id, column_id, access, user_id, role)',
                [(number,) + row for row in sorted(account.column_access, key=repr)]),
        copy_in('workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, board_id, column_id, access)',
                [(number,) + row + account.touches[row[:2]] for row in account.steps]),
        copy_in('workflow_perms.runs (account_id, run_id, workflow_id, parent_run, version, started_by, started_as, for_user, run_as, status, started_at)',
                [(number, row.id, row.workflow, row.parent, row.version, row.started_by, row.started_as, row.for_user, row.run_as, row.status, '2020-01-01Z')
                 for row in account.runs.values()]),
        copy_in('workflow_perms.run_steps (account_id, run_id, step_no, workflow_id, step_id, workspace_id, board_id, column_id, access, status, reason, details)',
                [(number,) + key + (account.runs[key[0]].workflow,) + row + ('{}',) for key, row in account.run_steps.items()]),
        copy_in('workflow_perms.workflow_versions (account_id, workflow_id, version, definition, published_at)',
                [(number,) + key + ('{}', '2020-01-01Z') for key in sorted(account.versions)]),
        ''.join('UPDATE workflow_perms.workflows SET live_version = %d WHERE account_id = %s AND workflow_id = %s;\n' % (
            version, literal(number), literal(workflow)) for workflow, version in account.live_versions.items()),
        copy_in('workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition, updated_at)',
                [(number,) + key + ('{}', '2020-01-01Z') for key in sorted(account.drafts)]),
        copy_in('workflow_perms.connections (account_id, user_id, configuration, connected_at)',
                [(number,) + key + ('2020-01-01Z',) for key in sorted(account.connections)])]
