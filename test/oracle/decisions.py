"""decisions.py: the gates of spec 4.1 to 4.3 and 4.6, a second time.

Every decision returns 'allowed' or the code of the first gate that fails.
"""
import conditions
import world
from conditions import ABSENT

ACTIONS = ('view', 'view_draft', 'edit', 'operate', 'publish', 'delete', 'manage_members')
BY_MEMBERSHIP = ('open', 'closed')


class Principal:
    """Who asks: an account and a user; user None is anonymous, account None is nobody."""

    def __init__(self, account, user):
        self.account, self.user_id = account, user
        # What $ago is reckoned from; None: now.
        self.time = None
        self.user = account.users[user] if account is not None and user is not None else None
        self.held = self.roles_held()
        # What was found out before, for whoever asks again: {(action, account, workflow): code}.
        self.verdicts = {}

    def roles_held(self):
        """Returns {(role, workspace or None)}, inclusions followed, in the scope of the grant."""
        held = set()
        if self.user is None:
            return held
        waiting = [(role, workspace) for user, role, workspace, over in self.account.grants
                   if user == self.user_id and not over]
        while waiting:
            pair = waiting.pop()
            if pair not in held:
                held.add(pair)
                waiting += [(other, pair[1]) for other in self.account.includes.get(pair[0], ())]
        return held

    @property
    def anonymous(self):
        return self.account is not None and self.user is None

    @property
    def team(self):
        """A member or a service; see stopped() for whether it is active."""
        return self.user is not None and self.user.kind != 'connected'

    @property
    def connected(self):
        return self.user is not None and self.user.kind == 'connected'

    @property
    def metadata(self):
        return ABSENT if self.user is None else self.user.metadata

    def account_role(self):
        return self.user.account_role if self.team else None

    def has_role(self, role, workspace):
        """True if the role is held for the whole account or for this workspace, by one of the team."""
        return self.team and ((role, None) in self.held or (role, workspace) in self.held)

    def can(self, capability, workspace=None):
        """True if the capability is held org-wide, or for the workspace if one is given."""
        if stopped(self) or not self.team:
            return False
        if self.user.account_role == 'admin' and capability in world.CARRIED_BY_ADMIN:
            return True
        return any(scope in (None, workspace) and capability in self.account.capabilities.get(role, ())
                   for role, scope in self.held)

    def member_of_workspace(self, workspace, owner=False):
        """True if the principal has a live member row of the workspace, of its own or by a role; owner: an owner's."""
        return self.team and any(
            thing == workspace and not over and (is_owner or not owner) and (user == self.user_id if user is not None else self.has_role(role, workspace))
            for thing, user, role, is_owner, over in self.account.workspace_members)

    def member_of_workflow(self, workflow, workspace, owner=False):
        """True if the principal has a live member row of the workflow; owner: an owner's."""
        return self.team and any(
            thing == workflow and not over and (is_owner or not owner)
            and (user == self.user_id if user is not None else self.has_role(role, workspace))
            for thing, user, role, is_owner, over in self.account.workflow_members)


def stopped(principal):
    """Returns the code of the gates before every other, None if they pass."""
    if principal.account is None:
        return 'no_principal'
    if principal.user is not None and not principal.user.active:
        return 'inactive'
    return None


def condition_holds(principal, workflow):
    """True if the workflow has no condition, or one that is true for the principal."""
    return workflow.node is None or conditions.match_metadata(
        workflow.node, principal.metadata, principal.user_id, principal.time or conditions.now()) is True


def can_access_workspace(principal, workspace):
    """Spec 4.2: picking a workspace and seeing its details."""
    if stopped(principal) or workspace not in principal.account.workspaces or not principal.team:
        return False
    kind = principal.account.workspaces[workspace]
    if kind in BY_MEMBERSHIP:
        return (principal.member_of_workspace(workspace)
                or kind == 'open' and principal.account_role() not in (None, 'guest'))
    return any(scope in (None, workspace) for _, scope in principal.held)


def create(principal, workspace):
    """Spec 4.3."""
    code = stopped(principal)
    if code:
        return code
    if workspace not in principal.account.workspaces:
        return 'not_found'
    if principal.account.workspaces[workspace] in BY_MEMBERSHIP:
        if principal.account_role() is None or principal.account_role() not in principal.account.creator_roles:
            return 'account_role'
        return 'allowed' if can_access_workspace(principal, workspace) else 'workspace_restricted'
    return 'allowed' if principal.can('workflows.create', workspace) else 'no_capability'


def lies_open(principal, workflow):
    """True if the workflow is where connected users see it, but for hidden."""
    kind, offered = principal.account.workspaces[workflow.workspace], principal.account.offered[workflow.workspace]
    if offered is None:
        offered = {'open': True, 'closed': False, 'project': True, 'app': True}[kind]
    return offered and (kind in ('project', 'app') or workflow.visibility == 'main')


def view(principal, workflow, invited=False):
    """Spec 4.1; invited: as if the account did not show guests what is main in open workspaces."""
    code = stopped(principal)
    if code:
        return code
    account = principal.account
    if workflow is None or workflow.account != account.id:
        return 'not_found'
    kind = account.workspaces[workflow.workspace]
    if principal.team:
        if kind not in BY_MEMBERSHIP:
            return 'allowed' if principal.can('workflows.view', workflow.workspace) else 'no_capability'
        if principal.member_of_workflow(workflow.id, workflow.workspace):
            return 'allowed'
        if workflow.visibility == 'main':
            if principal.member_of_workspace(workflow.workspace):
                return 'allowed'
            role = principal.account_role()
            if kind == 'open' and role is not None and (role != 'guest' or account.guests_see_open_main and not invited):
                return 'allowed'
        return 'not_visible'
    if workflow.status != 'live':
        return 'not_live'
    if workflow.hidden:
        return 'hidden'
    if not condition_holds(principal, workflow):
        return 'condition'
    return 'allowed' if principal.user is not None and lies_open(principal, workflow) else 'not_visible'


def edit(principal, workflow, action='edit'):
    """Spec 4.2: edit, operate, publish, delete, manage_members and view_draft."""
    code = stopped(principal)
    if code:
        return code
    if workflow is None or workflow.account != principal.account.id:
        return 'not_found'
    by_membership = principal.account.workspaces[workflow.workspace] in BY_MEMBERSHIP
    code = view(principal, workflow)
    if not principal.team:
        return 'no_capability' if not by_membership else 'not_owner' if code == 'allowed' else 'not_visible'
    if code != 'allowed':
        return code
    if action == 'operate' and workflow.status == 'draft':
        return 'not_live'
    if not by_membership:
        needed = {'publish': ('workflows.modify', 'workflows.deploy'), 'operate': ('workflows.deploy',)}.get(
            action, ('workflows.modify',))
        return 'allowed' if all(principal.can(name, workflow.workspace) for name in needed) else 'no_capability'
    if not principal.member_of_workflow(workflow.id, workflow.workspace, owner=True):
        return 'not_owner'
    touched = {workflow.workspace} | {space for number, _, space in principal.account.steps if number == workflow.id}
    return 'allowed' if all(can_access_workspace(principal, space) for space in touched) else 'workspace_restricted'


def decide(action, principal, workflow):
    """Returns the verdict on an action."""
    return view(principal, workflow) if action == 'view' else edit(principal, workflow, action)
