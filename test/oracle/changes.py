"""changes.py: random changes of a loaded account, as SQL and as the same done to the data.

They are made between two statements of one transaction that has asked before: an answer
kept from then would be wrong.
"""
import conditions
import history
import world
from server import literal

# Who decides may also have been written past the invariants; see world.load().
BEFORE = 'SET LOCAL session_replication_role = replica;'
AFTER = 'SET LOCAL session_replication_role = origin;'


def where(account, **columns):
    """Returns the WHERE clause that finds a row of an account."""
    return 'WHERE account_id = %s' % literal(account.id) + ''.join(
        ' AND %s IS NOT DISTINCT FROM %s' % (name, literal(value)) for name, value in columns.items())


def update(table, assignment, account, **columns):
    """Returns an UPDATE of one row of a table of the model."""
    return 'UPDATE workflow_perms.%s SET %s %s;' % (table, assignment, where(account, **columns))


def random_change(rng, account):
    """Returns (SQL, what does the same to the account) of a change, (None, None) if there is nothing to change."""
    return rng.choice((change_user, change_settings, change_grant, change_workspace_member, change_workspace_member,
                       change_workflow_member, change_workflow_member, change_workflow, change_workflow, change_workspace,
                       change_role, change_rule, change_rule, change_enabled, change_board, change_board_member, change_list,
                       change_touch))(rng, account)


def change_user(rng, account):
    """Turns a user off or on, or changes its account role."""
    number = rng.choice(list(account.users))
    user = account.users[number]
    if user.kind != 'connected' and rng.random() < .5:
        role = rng.choice(('admin', 'member', 'viewer', 'guest'))
        return (update('users', 'account_role = %s' % literal(role), account, user_id=number),
                lambda: setattr(user, 'account_role', role))
    active = not user.active
    return update('users', 'active = %s' % active, account, user_id=number), lambda: setattr(user, 'active', active)


def change_settings(rng, account):
    """Changes what guests see, or who creates."""
    if rng.random() < .5:
        shown = not account.guests_see_open_main
        return (update('accounts', 'guests_see_open_main = %s' % shown, account),
                lambda: setattr(account, 'guests_see_open_main', shown))
    roles = [role for role in ('admin', 'member', 'viewer', 'guest') if rng.random() < .5]
    return (update('accounts', 'creator_roles = %s' % literal('{%s}' % ','.join(roles)), account),
            lambda: setattr(account, 'creator_roles', roles))


def change_rows(rng, account, table, rows, columns):
    """Deletes a row of a table with expiries, or lets it expire or last; rows end in whether they are over."""
    if not rows:
        return None, None
    row = rng.choice(rows)
    found = where(account, **{name: row[at] for name, at in columns})
    if rng.random() < .4:
        return 'DELETE FROM workflow_perms.%s %s;' % (table, found), lambda: rows.remove(row)
    over = not row[-1]
    return ('UPDATE workflow_perms.%s SET expires_at = %s %s;' % (table, 'now()' if over else 'NULL', found),
            lambda: rows.__setitem__(rows.index(row), row[:-1] + (over,)))


def change_grant(rng, account):
    """Gives a role, or takes one away."""
    if rng.random() < .5:
        row = (rng.choice(list(account.users)), rng.choice(world.custom_roles(account)),
               rng.choice(list(account.workspaces)) if rng.random() < .5 else None, False)
        if row not in account.grants and row[:3] + (True,) not in account.grants:
            return ('INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES (%s);'
                    % ', '.join(map(literal, (account.id,) + row[:3])), lambda: account.grants.append(row))
    return change_rows(rng, account, 'role_grants', account.grants, (('user_id', 0), ('role', 1), ('workspace_id', 2)))


def change_member(rng, account, table, column, things, rows):
    """Makes a user or role a member of a thing, or ends a membership."""
    if rng.random() < .5:
        team = [number for number, user in account.users.items() if user.kind != 'connected']
        user, role = rng.choice(team), None
        if rng.random() < .4:
            user, role = None, rng.choice(world.custom_roles(account))
        row = (rng.choice(list(things)), user, role, user is not None and rng.random() < .6, False)
        if not any(row[:3] == other[:3] for other in rows):
            return ('INSERT INTO workflow_perms.%s (account_id, %s, user_id, role, is_owner) VALUES (%s, %s);' % (
                table, column, ', '.join(map(literal, (account.id,) + row[:3])), row[3]), lambda: rows.append(row))
    return change_rows(rng, account, table, rows, ((column, 0), ('user_id', 1), ('role', 2)))


def change_workspace_member(rng, account):
    """Changes who is a member of a workspace."""
    return change_member(rng, account, 'workspace_members', 'workspace_id', account.workspaces, account.workspace_members)


def change_workflow_member(rng, account):
    """Changes who is a member of a workflow."""
    return change_member(rng, account, 'workflow_members', 'workflow_id', account.workflows, account.workflow_members)


def change_workspace(rng, account):
    """Opens or closes a workspace, or offers it, or offers it no longer."""
    number = rng.choice(list(account.workspaces))
    if rng.random() < .5:
        offered = rng.choice([value for value in (None, True, False) if value is not account.offered[number]])
        return (update('workspaces', 'offered = %s' % ('NULL' if offered is None else offered), account, workspace_id=number),
                lambda: account.offered.__setitem__(number, offered))
    kind = {'open': 'closed', 'closed': 'open'}.get(account.workspaces[number])
    if kind is None:
        return None, None
    return (update('workspaces', 'kind = %s' % literal(kind), account, workspace_id=number),
            lambda: account.workspaces.__setitem__(number, kind))


def change_workflow(rng, account):
    """Changes a workflow's visibility, status, condition, workspace, name or whether it is hidden."""
    workflow = rng.choice(list(account.workflows.values()))
    column, value = rng.choice((
        ('visibility', 'main' if workflow.visibility == 'private' else 'private'),
        ('status', rng.choice(('draft', 'live', 'stopped'))), ('hidden', not workflow.hidden), ('name', rng.choice(world.IDS)),
        ('condition', rng.choice(world.CONDITIONS + (None,))), ('workspace', rng.choice(list(account.workspaces)))))

    def apply():
        setattr(workflow, column, value)
        workflow.node = None if workflow.condition is None else conditions.read(workflow.condition)

    name = 'workspace_id' if column == 'workspace' else column
    return (update('workflows', '%s = %s' % (name, value if column == 'hidden' else literal(value)), account,
                   workflow_id=workflow.id), apply)


def change_role(rng, account):
    """Gives a role a capability or takes one from it, or has it include another no more."""
    role = rng.choice(world.custom_roles(account))
    included = sorted(account.includes.get(role, ()))
    if included and rng.random() < .6:
        other = rng.choice(included)
        return ('DELETE FROM workflow_perms.role_includes %s;' % where(account, role=role, included_role=other),
                lambda: account.includes[role].remove(other))
    held = account.capabilities[role]
    name = rng.choice(('workflows.view', 'workflows.modify', 'workflows.deploy', 'workflows.create', 'connected_users.view'))
    if name in held:
        return ('DELETE FROM workflow_perms.role_capabilities %s;' % where(account, role=role, capability=name),
                lambda: held.remove(name))
    return ('INSERT INTO workflow_perms.role_capabilities (account_id, role, capability) VALUES (%s);'
            % ', '.join(map(literal, (account.id, role, name))), lambda: held.add(name))


def change_rule(rng, account):
    """Changes the default, or gives, changes or takes away an execution rule."""
    if rng.random() < .2:
        effect = 'deny' if account.default_execution == 'grant' else 'grant'
        return (update('accounts', 'default_execution = %s' % literal(effect), account),
                lambda: setattr(account, 'default_execution', effect))
    if account.rules and rng.random() < .5:
        row = rng.choice(account.rules)
        found = where(account, workflow_id=row[0], workspace_id=row[1], user_id=row[2], role=row[3])
        if rng.random() < .5:
            return 'DELETE FROM workflow_perms.execution_rules %s;' % found, lambda: account.rules.remove(row)
        effect = 'deny' if row[4] == 'grant' else 'grant'
        return ('UPDATE workflow_perms.execution_rules SET effect = %s %s;' % (literal(effect), found),
                lambda: account.rules.__setitem__(account.rules.index(row), row[:4] + (effect, row[5])))
    named = (rng.choice(list(account.users)), None) if rng.random() < .4 else (None, rng.choice(sorted(account.roles)))
    row = rng.choice(history.rule_objects(account, 1, 1, 1)) + named + (rng.choice(('grant', 'deny', 'deny')), False)
    if any(row[:4] == other[:4] for other in account.rules):
        return None, None
    return ('INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, workspace_id, user_id, role, effect) VALUES (%s);'
            % ', '.join(map(literal, (account.id,) + row[:5])), lambda: account.rules.append(row))


def change_enabled(rng, account):
    """Enables or disables a workflow for a connected user."""
    users = [number for number, user in account.users.items() if user.kind == 'connected']
    if not users:
        return None, None
    key = (rng.choice(list(account.workflows)), rng.choice(users))
    on = key not in account.enabled
    return (update('enablements', 'enabled = %s' % on, account, workflow_id=key[0], user_id=key[1]),
            lambda: (account.enabled.add if on else account.enabled.remove)(key))


def change_board(rng, account):
    """Changes a board's kind, or a column's restrictions."""
    if account.columns and rng.random() < .5:
        (board, column), flags = rng.choice(list(account.columns.items()))
        return (update('board_columns', 'view_restricted = %s, edit_restricted = %s' % (flags[1], not flags[0]), account,
                       board_id=board, column_id=column),
                lambda: account.columns.__setitem__((board, column), (flags[1], not flags[0])))
    board = rng.choice(list(account.boards.values()))
    kind = rng.choice(('main', 'shareable', 'private'))
    return update('boards', 'kind = %s' % literal(kind), account, board_id=board.id), lambda: setattr(board, 'kind', kind)


def change_board_member(rng, account):
    """Changes who is a member of a board."""
    return change_member(rng, account, 'board_members', 'board_id', account.boards, account.board_members)


def change_list(rng, account):
    """Takes somebody off a column's list."""
    if not account.column_access:
        return None, None
    row = rng.choice(sorted(account.column_access, key=repr))
    return ('DELETE FROM workflow_perms.column_access %s;' % where(
        account, board_id=row[0], column_id=row[1], access=row[2], user_id=row[3], role=row[4]),
        lambda: account.column_access.remove(row))


def change_touch(rng, account):
    """Has a step read what it wrote, or the other way round."""
    if not account.touches:
        return None, None
    key, touch = rng.choice(list(account.touches.items()))
    access = 'read' if touch[2] == 'write' else 'write'
    return (update('workflow_steps', 'access = %s' % literal(access), account, workflow_id=key[0], step_id=key[1]),
            lambda: account.touches.__setitem__(key, touch[:2] + (access,)))
