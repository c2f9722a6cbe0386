"""running.py: enabling, running, boards, steps and the history of runs, spec 4.4, 4.5 and 4.8, a second time.

Every decision returns 'allowed' or the code of the first gate that fails, as those of decisions.py do.
"""
from decisions import BY_MEMBERSHIP, Principal, can_access_workspace, condition_holds, edit, lies_open, stopped, view

DENIED = ('denied_user', 'denied_role', 'denied_system_role', 'denied_app_user', 'denied_app_role',
          'denied_app_system_role', 'denied_account_user', 'denied_account_role', 'denied_account_system_role', 'denied_default')


def found(principal, thing):
    """Returns the code of the gates of every action, None if they pass; thing: of an account, or None."""
    return stopped(principal) or ('not_found' if thing is None or thing.account != principal.account.id else None)


def enable(principal, workflow):
    """Spec 4.4."""
    code = found(principal, workflow)
    if code:
        return code
    if not principal.connected or principal.account.workspaces[workflow.workspace] == 'app':
        return 'not_connected'
    if workflow.status != 'live':
        return 'not_live'
    if not lies_open(principal, workflow):
        return 'not_visible'
    return 'allowed' if condition_holds(principal, workflow) else 'condition'


def stay_enabled(principal, workflow):
    """Spec 4.4, re-evaluation: the code of the condition or the place; neither status nor activity ends what is enabled."""
    if principal.account.workspaces[workflow.workspace] == 'app':
        return 'not_connected'
    if not lies_open(principal, workflow):
        return 'not_visible'
    return 'allowed' if condition_holds(principal, workflow) else 'condition'


# Running --------------------------------------------------------------------

def deciding_level(principal, workflow):
    """Returns (level from 1, effects) of where the walk over the execution rules ends; no effects: beyond all levels."""
    signed_in = 'AuthenticatedUser' if principal.user is not None else 'NonAuthenticatedUser'
    roles = {role for role, scope in principal.held if scope in (None, workflow.workspace)}
    named = (lambda user, role: user is not None and user == principal.user_id,
             lambda user, role: role in roles,
             lambda user, role: role == signed_in)
    rules = [rule for rule in principal.account.rules if not rule[-1]]
    for step, of in enumerate(((workflow.id, None), (None, workflow.workspace), (None, None))):
        for at, names in enumerate(named):
            effects = {effect for thing, space, user, role, effect, _ in rules if (thing, space) == of and names(user, role)}
            if effects:
                return step * 3 + at + 1, effects
    return 10, set()


def walk(principal, workflow):
    """Returns (level from 1, effect) of where the walk over the execution rules ends."""
    level, effects = deciding_level(principal, workflow)
    if not effects:
        return level, principal.account.default_execution
    return level, 'deny' if 'deny' in effects else 'grant'


def disagreed(principal, workflow):
    """True if the level that decides whether it is run holds both a grant and a deny."""
    return found(principal, workflow) is None and workflow.status == 'live' and len(deciding_level(principal, workflow)[1]) == 2


def start_gates(principal, workflow):
    """Returns the code of the gates that bind whoever starts a run, for somebody else too; None if they pass."""
    code = found(principal, workflow)
    if code:
        return code
    if workflow.status != 'live':
        return 'not_live'
    level, effect = walk(principal, workflow)
    if effect == 'deny':
        return DENIED[level - 1]
    if level > 3 and principal.account.workspaces[workflow.workspace] != 'app' and (
            principal.anonymous or principal.team and view(principal, workflow, invited=True) != 'allowed'):
        return 'not_open'
    return None


def run(principal, workflow):
    """Spec 4.5."""
    code = start_gates(principal, workflow)
    if code:
        return code
    if principal.connected and principal.account.workspaces[workflow.workspace] != 'app':
        if (workflow.id, principal.user_id) not in principal.account.enabled:
            return 'not_enabled'
        if not lies_open(principal, workflow):
            return 'not_visible'
    return 'allowed' if principal.team or condition_holds(principal, workflow) else 'condition'


def start(starter, for_user, workflow):
    """A run by a starter (None: nobody) for a user (None: nobody)."""
    if starter is not None and for_user is not None:
        if stopped(starter):
            return stopped(starter)
        if not starter.team and starter.user_id != for_user.user_id:
            return 'not_own'
    if starter is None and for_user is None:
        return 'allowed' if workflow.status == 'live' else 'not_live'
    if for_user is None:
        return run(starter, workflow)
    return starter is not None and start_gates(starter, workflow) or run(for_user, workflow)


def call(account, parent, for_user, workflow):
    """A run that the run of the id parent calls, for a user (None: for whom that was made)."""
    caller = account.runs.get(parent)
    if caller is None or caller.started_as == 'user' and caller.started_by not in account.users:
        return 'not_found'
    if for_user is None and caller.for_user is not None:
        if caller.for_user not in account.users:
            return 'not_found'
        for_user = Principal(account, caller.for_user)
    return start(None if caller.started_as == 'system' else Principal(account, caller.started_by), for_user, workflow)


def write_workspace_rules(principal, workspace):
    """Writing the rules of a workspace of the principal's account, spec 6.3."""
    if stopped(principal):
        return stopped(principal)
    if workspace not in principal.account.workspaces:
        return 'not_found'
    if principal.account.workspaces[workspace] in BY_MEMBERSHIP:
        return 'allowed' if principal.member_of_workspace(workspace, owner=True) else 'not_owner'
    return 'allowed' if principal.can('workflows.deploy', workspace) else 'no_capability'


# Boards and columns ---------------------------------------------------------

def board_member(principal, board, owner=False):
    """True for a member of the board, as a user or by a role that counts in its workspace; owner: an owner."""
    return principal.team and any(
        thing == board.id and not over and (is_owner or not owner)
        and (user == principal.user_id if user is not None else principal.has_role(role, board.workspace))
        for thing, user, role, is_owner, over in principal.account.board_members)


def view_board(principal, board):
    """May it see the board?"""
    if found(principal, board) or not principal.team:
        return False
    guest = principal.account_role() == 'guest'
    if board.kind == 'main':
        return not guest and can_access_workspace(principal, board.workspace)
    return board_member(principal, board) and not (guest and board.kind == 'private')


def listed(principal, board, column, access):
    """True if the list of the column admits the principal: none, or it is on it, or owns the board."""
    restricted = principal.account.columns[board.id, column][access == 'edit']
    return not restricted or board_member(principal, board, owner=True) or any(
        (thing, name, right) == (board.id, column, access)
        and (user == principal.user_id if user is not None else principal.has_role(role, board.workspace))
        for thing, name, right, user, role in principal.account.column_access)


def view_column(principal, board, column):
    """May it see the column?"""
    return (view_board(principal, board) and (board.id, column) in principal.account.columns
            and listed(principal, board, column, 'view'))


def edit_column(principal, board, column):
    """May it edit the column?"""
    return (view_column(principal, board, column) and principal.account_role() != 'viewer'
            and listed(principal, board, column, 'edit'))


def board_state(principal, board):
    """How a board stands in the menu of an editor of any workflow."""
    if not can_access_workspace(principal, board.workspace):
        return 'absent'
    return 'selectable' if view_board(principal, board) else 'grey'


def column_state(principal, board, column, access, used):
    """How a column stands in the menu of a step of any workflow; used: the step uses it as it is."""
    views, edits = view_column(principal, board, column), edit_column(principal, board, column)
    if used:
        return 'selectable' if views and edits else 'grey'
    if not views:
        return 'hidden'
    return 'selectable_will_fail' if access == 'write' and not edits else 'selectable'


# Runs and their steps -------------------------------------------------------

def touched(principal, workspace, board_id, column, see_column):
    """Returns the code of what a step touches, to an active principal; see_column(board, column) is asked last."""
    if workspace is not None and not can_access_workspace(principal, workspace):
        return 'workspace_restricted'
    if board_id is None:
        return 'allowed'
    board = principal.account.boards.get(board_id)
    if board is None or not view_board(principal, board):
        return 'board_restricted'
    if column is not None and not see_column(board, column):
        return 'column_restricted'
    return 'allowed'


def checked(account, workflow):
    """True if the steps of the workflow are checked."""
    return account.workspaces[workflow.workspace] in BY_MEMBERSHIP


def step(principal, started, name):
    """A step of the live version, in a run: for who may view the run, by the rights of its run-as."""
    code = view_run(principal, started)
    if code != 'allowed':
        return code
    account, workflow = principal.account, principal.account.workflows[started.workflow]
    where = {step_id: space for number, step_id, space in account.steps if number == workflow.id}
    if name not in where:
        return 'not_found'
    return act(account, started, where[name], *account.touches[workflow.id, name])


def act(account, started, workspace, board, column, access):
    """What a step of the run touches, by the rights of its run-as; who does not say that it reads writes."""
    if not checked(account, account.workflows[started.workflow]):
        return 'allowed'
    if started.run_as not in account.users or not account.users[started.run_as].active:
        return 'run_as_inactive'
    acts = Principal(account, started.run_as)
    return touched(acts, workspace, board, column, lambda b, c: (view_column if access == 'read' else edit_column)(acts, b, c))


def record(account, started, name, touch):
    """What becomes of a step that the engine records: (code, what it touches); touch: what the engine says of that."""
    workflow = started.workflow
    declared = {step_id: (space,) + account.touches[workflow, step_id] for number, step_id, space in account.steps if number == workflow}
    if started.version != account.live_versions.get(workflow):
        declared = {}
    if name in declared:
        touch = declared[name]
    elif touch[1] in account.boards:
        touch = (account.boards[touch[1]].workspace,) + touch[1:]
    if declared and name not in declared and checked(account, account.workflows[workflow]):
        return 'not_found', touch
    return act(account, started, *touch), touch


def write_steps(principal, workflow, touch):
    """Writing a new step that touches this, or, where touch is None, deleting all: the code, or how many rows and who is run-as."""
    rows = 1
    if touch is None:
        shown = principal.team and view(principal, workflow) == 'allowed'
        rows = len([step for step in principal.account.steps if step[0] == workflow.id]) if shown else 0
    if rows == 0:
        return '0'
    code = edit(principal, workflow, 'publish')
    if code == 'allowed' and workflow.run_as not in (None, principal.user_id):
        code = 'not_own'
    if code == 'allowed' and touch is not None and checked(principal.account, workflow):
        code = touched(principal, *touch[:3], lambda b, c: view_column(principal, b, c))
    return '%d %s' % (rows, principal.user_id) if code == 'allowed' else code


def view_run(principal, started):
    """May it see that the run took place?"""
    code = found(principal, started)
    if code:
        return code
    if not principal.team:
        return 'allowed' if principal.user is not None and principal.user_id in (started.for_user, started.started_by) \
            else 'not_visible'
    workflow = principal.account.workflows[started.workflow]
    if checked(principal.account, workflow):
        return view(principal, workflow)
    return 'allowed' if principal.can('task_history.view', workflow.workspace) else 'no_capability'


def view_run_detail(principal, started, number):
    """May it see what the step of that number did?"""
    code = found(principal, started)
    if code:
        return code
    row = principal.account.run_steps.get((started.id, number))
    if row is None:
        return 'not_found'
    code = view_run(principal, started)
    if code != 'allowed' or not checked(principal.account, principal.account.workflows[started.workflow]):
        return code
    _, workspace, board, column, access, _, reason = row
    if reason == 'not_found':
        return 'not_found'
    return touched(principal, workspace, board, column, lambda b, c: view_column(principal, b, c) and (
        access != 'write' or listed(principal, b, c, 'edit')))


def replay(principal, started):
    """May it start the run again?"""
    code = view_run(principal, started)
    if code != 'allowed':
        return code
    account, workflow = principal.account, principal.account.workflows[started.workflow]
    if checked(account, workflow):
        if not principal.member_of_workflow(workflow.id, workflow.workspace, owner=True):
            return 'not_owner'
    elif not principal.can('task_history.replay', workflow.workspace):
        return 'no_capability'
    if started.status != 'failed':
        return 'not_failed'
    if started.for_user is not None and started.for_user not in account.users:
        return 'not_found'
    return run(principal if started.for_user is None else Principal(account, started.for_user), workflow)
