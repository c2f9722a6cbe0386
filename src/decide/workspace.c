/*
 * workspace.c
 *		Who reaches a workspace (spec 4.2) and who creates in it (spec 4.3).
 */
#include "postgres.h"

#include "decide/gates.h"
#include "principal/find.h"

/*
 * Returns whether access in such a workspace goes by membership; in the others
 * it goes by capability.  Raises nothing.
 */
bool
wp_goes_by_membership(WpWorkspaceKind kind)
{
	return kind == WP_WORKSPACE_OPEN || kind == WP_WORKSPACE_CLOSED;
}

/*
 * Returns the kind of a workspace of the principal's account,
 * WP_WORKSPACE_UNKNOWN if the account has no such workspace.  Raises nothing.
 */
WpWorkspaceKind
wp_workspace_kind_of(const WpPrincipal *principal, const WpText *workspace)
{
	const WpWorkspace *found = wp_find_workspace(principal, workspace);

	return found ? found->kind : WP_WORKSPACE_UNKNOWN;
}

/*
 * Returns whether the workspace is one of the principal's account in which
 * access goes by membership.  Raises nothing.
 */
bool
wp_in_membership_workspace(const WpPrincipal *principal, const WpText *workspace)
{
	return wp_goes_by_membership(wp_workspace_kind_of(principal, workspace));
}

/*
 * Returns whether a role of the principal counts for the workspace, held for the
 * account or for it.  Raises nothing.
 */
static bool
holds_any_role(const WpPrincipal *principal, const WpText *workspace)
{
	for (int i = 0; i < principal->nroles; i++)
		if (principal->roles[i].workspace.data == NULL ||
			wp_text_compare(&principal->roles[i].workspace, workspace) == 0)
			return true;
	return false;
}

/*
 * Returns whether the principal reaches the workspace, which is of this kind.
 * Only members and services do.  Raises nothing.
 */
bool
wp_reaches_workspace(const WpPrincipal *principal, const WpText *workspace, WpWorkspaceKind kind)
{
	const WpWorkspace *found;

	if (!wp_is_team(principal) || kind == WP_WORKSPACE_UNKNOWN)
		return false;
	if (!wp_goes_by_membership(kind))
		return holds_any_role(principal, workspace);
	if (kind == WP_WORKSPACE_OPEN && principal->account_role != WP_ACCOUNT_NONE &&
		principal->account_role != WP_ACCOUNT_GUEST)
		return true;
	found = wp_find_workspace(principal, workspace);
	return found != NULL && found->is_member;
}

/*
 * Returns the verdict on picking this workspace, of this kind, of that account.
 * Raises nothing.
 */
WpVerdict
wp_decide_access_workspace(const WpPrincipal *principal, const WpText *account,
						   const WpText *workspace, WpWorkspaceKind kind)
{
	WpVerdict verdict = wp_decide_caller(principal, account);

	if (verdict != WP_ALLOWED)
		return verdict;
	if (kind == WP_WORKSPACE_UNKNOWN)
		return WP_NOT_FOUND;
	return wp_reaches_workspace(principal, workspace, kind) ? WP_ALLOWED : WP_WORKSPACE_RESTRICTED;
}

/*
 * Returns the verdict on creating a workflow in this workspace of that account.
 * Raises nothing.
 */
WpVerdict
wp_decide_create(const WpPrincipal *principal, const WpText *account, const WpText *workspace)
{
	WpVerdict verdict = wp_decide_caller(principal, account);
	WpWorkspaceKind kind;

	if (verdict != WP_ALLOWED)
		return verdict;
	kind = wp_workspace_kind_of(principal, workspace);
	if (kind == WP_WORKSPACE_UNKNOWN)
		return WP_NOT_FOUND;

	if (!wp_goes_by_membership(kind))
		return wp_is_team(principal) && wp_holds_capability(principal, "workflows.create", workspace)
			? WP_ALLOWED
			: WP_NO_CAPABILITY;

	if (!wp_is_team(principal) || principal->account_role == WP_ACCOUNT_NONE ||
		(principal->creator_roles & (1U << principal->account_role)) == 0)
		return WP_ACCOUNT_ROLE;
	return wp_reaches_workspace(principal, workspace, kind) ? WP_ALLOWED : WP_WORKSPACE_RESTRICTED;
}
