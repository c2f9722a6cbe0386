"""rows.py: who sees which row (spec 6.3), a second time."""
from decisions import BY_MEMBERSHIP, can_access_workspace, decide, edit, stopped, view
from running import board_member, checked, view_board, view_column, view_run, view_run_detail, write_workspace_rules


def visible_rows(principal):
    """Returns {table: set of keys} of the rows that select finds (spec 6.3)."""
    tables = {name: set() for name in tuple(ROWS) + ('run_history',)}
    if stopped(principal) or principal.user is None:
        # An anonymous principal sees nothing but what a gate may show it.
        return tables if stopped(principal) else dict(tables, workflows=viewable(principal))
    account, me, team = principal.account, principal.user_id, principal.team
    number, role = account.id, principal.account_role()
    tables['users'] = {(number, user) for user, row in account.users.items()
                       if user == me or (principal.can('connected_users.view') if row.kind == 'connected'
                                         else team and role != 'guest')}
    tables['role_grants'] = {
        (number, user, name, space) for user, name, space, _ in account.grants
        if user == me or team and (role == 'admin' or principal.can('team.manage_roles')
                                   or principal.can('team.manage_roles', space))}
    tables['workspace_members'] = {(number, thing, user, name) for thing, user, name, _, _ in account.workspace_members
                                   if user == me or can_access_workspace(principal, thing)}
    tables['workspaces'] = {(number, space) for space in account.workspaces
                            if role == 'admin' or can_access_workspace(principal, space)}
    tables['workflows'] = viewable(principal)
    seen = {run.id: run for run in account.runs.values() if view_run(principal, run) == 'allowed'}
    tables['runs'] = {(number, run) for run in seen}
    tables['run_steps'] = {(number, run, str(step)) for run, step in account.run_steps
                           if run in seen and view_run_detail(principal, seen[run], step) == 'allowed'}
    tables['run_history'] = {(run, str(step), 'f' if (number, run, str(step)) in tables['run_steps'] else 't')
                             for run, step in account.run_steps if run in seen}
    tables['run_history'] |= {(run, None, 'f') for run in seen if not any(key[0] == run for key in account.run_steps)}
    tables['enablements'] = {(number, workflow.id, user) for workflow in account.workflows.values()
                             for user, row in account.users.items() if row.kind == 'connected'
                             and (user == me or principal.can('connected_users.view', workflow.workspace))}
    tables['execution_rules'] = {(number,) + row[:4] for row in account.rules if manages_rules(principal, *row[:2])}
    tables['workflow_drafts'] = {(number, thing, user) for thing, user in account.drafts
                                 if user == me and decide('view_draft', principal, account.workflows[thing]) == 'allowed'}
    tables['connections'] = {(number,) + row for row in account.connections if row[0] == me or principal.can('connected_users.view')}
    boards = {board.id: board for board in account.boards.values() if view_board(principal, board)}
    tables['boards'] = {(number, board) for board in boards}
    tables['board_members'] = {(number,) + row[:3] for row in account.board_members if row[0] in boards}
    tables['board_columns'] = {(number,) + key for key in account.columns
                               if key[0] in boards and view_column(principal, boards[key[0]], key[1])}
    tables['column_access'] = {(number,) + row for row in account.column_access
                               if row[3] == me or board_member(principal, account.boards[row[0]], owner=True)}
    if team:
        seen = {key[1] for key in tables['workflows'] if view(principal, account.workflows[key[1]]) == 'allowed'}
        tables['workflow_versions'] = {
            (number, thing, str(version)) for thing, version in account.versions
            if decide('view' if account.live_versions[thing] == version else 'edit', principal, account.workflows[thing]) == 'allowed'}
        tables['accounts'] = {(number,)}
        tables['roles'] = {(number, name) for name in account.roles}
        tables['role_capabilities'] = {(number, name, item) for name, items in account.capabilities.items() for item in items}
        tables['role_includes'] = {(number, name, item) for name, items in account.includes.items() for item in items}
        tables['workflow_members'] = {(number, thing, user, name) for thing, user, name, _, _ in account.workflow_members
                                      if thing in seen}
        tables['workflow_steps'] = {(number, thing, step) for thing, step, _ in account.steps if thing in seen}
    return tables


def audited(principal):
    """Returns the accounts whose audit log is shown."""
    shown = not stopped(principal) and principal.team and (
        principal.account_role() == 'admin' or principal.can('team.manage_roles'))
    return [principal.account.id] if shown else []


def manages_rules(principal, workflow, workspace):
    """True if the principal may see the rules of a workflow or a workspace; None for both: those of the account."""
    if not principal.team:
        return False
    if principal.account_role() == 'admin' or principal.can('team.manage_roles'):
        return True
    if workspace is not None:
        return write_workspace_rules(principal, workspace) == 'allowed'
    if workflow is None:
        return False
    row = principal.account.workflows[workflow]
    if checked(principal.account, row):
        return edit(principal, row, 'manage_members') == 'allowed'
    return principal.can('workflows.deploy', row.workspace)


def viewable(principal):
    """Returns the keys of the workflows that select finds."""
    account = principal.account
    membered = {row[0] for row in account.workflow_members}
    return {(account.id, row.id) for row in account.workflows.values()
            if view(principal, row) == 'allowed'
            or principal.team and not stopped(principal) and row.created_by == principal.user_id
            and account.workspaces[row.workspace] in BY_MEMBERSHIP and row.id not in membered}


# The key columns of the tables whose visible rows are compared.
ROWS = {
    'accounts': 'account_id',
    'users': 'account_id, user_id',
    'roles': 'account_id, role',
    'role_capabilities': 'account_id, role, capability',
    'role_includes': 'account_id, role, included_role',
    'role_grants': 'account_id, user_id, role, workspace_id',
    'workspaces': 'account_id, workspace_id',
    'workspace_members': 'account_id, workspace_id, user_id, role',
    'workflows': 'account_id, workflow_id',
    'workflow_members': 'account_id, workflow_id, user_id, role',
    'workflow_steps': 'account_id, workflow_id, step_id',
    'workflow_drafts': 'account_id, workflow_id, user_id',
    'workflow_versions': 'account_id, workflow_id, version::text',
    'connections': 'account_id, user_id, configuration',
    'execution_rules': 'account_id, workflow_id, workspace_id, user_id, role',
    'enablements': 'account_id, workflow_id, user_id',
    'boards': 'account_id, board_id',
    'board_members': 'account_id, board_id, user_id, role',
    'board_columns': 'account_id, board_id, column_id',
    'column_access': 'account_id, board_id, column_id, access::text, user_id, role',
    'runs': 'account_id, run_id',
    'run_steps': 'account_id, run_id, step_no::text',
}
