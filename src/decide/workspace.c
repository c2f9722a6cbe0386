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
 * The gate of reaching the workspace, which is of this kind.  Raises nothing.
 */
static WpVerdict
reach(const WpPrincipal *principal, const WpText *workspace, WpWorkspaceKind kind, WpTrace *trace)
{
	bool reached = wp_reaches_workspace(principal, workspace, kind);

	return wp_told(trace, "workspace", reached ? WP_ALLOWED : WP_WORKSPACE_RESTRICTED,
				   reached ? "reaches the workspace" : "does not reach the workspace", workspace);
}

/*
 * Returns the verdict on picking this workspace, of this kind, of that account.
 * Raises nothing.
 */
WpVerdict
wp_decide_access_workspace(const WpPrincipal *principal, const WpText *account,
						   const WpText *workspace, WpWorkspaceKind kind, WpTrace *trace)
{
	WpVerdict verdict = wp_gate_caller(principal, account, trace);

	if (verdict != WP_ALLOWED)
		return verdict;
	if (kind == WP_WORKSPACE_UNKNOWN)
		return wp_told(trace, "found", WP_NOT_FOUND, "no such workspace", workspace);
	return reach(principal, workspace, kind, trace);
}

/*
 * Returns the verdict on creating a workflow in this workspace of that account.
 * Raises nothing.
 */
WpVerdict
wp_decide_create(const WpPrincipal *principal, const WpText *account, const WpText *workspace, WpTrace *trace)
{
	WpVerdict verdict = wp_gate_caller(principal, account, trace);
	WpWorkspaceKind kind;
	bool creator;

	if (verdict != WP_ALLOWED)
		return verdict;
	kind = wp_workspace_kind_of(principal, workspace);
	if (kind == WP_WORKSPACE_UNKNOWN)
		return wp_told(trace, "found", WP_NOT_FOUND, "no such workspace", workspace);

	if (!wp_goes_by_membership(kind))
		return wp_told_word(trace, "capability",
							wp_is_team(principal) && wp_holds_capability(principal, "workflows.create", workspace)
							? WP_ALLOWED
							: WP_NO_CAPABILITY,
							"capability", "workflows.create");

	creator = wp_is_team(principal) && principal->account_role != WP_ACCOUNT_NONE &&
		(principal->creator_roles & (1U << principal->account_role)) != 0;
	if (wp_told_word(trace, "account_role", creator ? WP_ALLOWED : WP_ACCOUNT_ROLE, "account role",
					 principal->account_role == WP_ACCOUNT_NONE ? "none" : wp_account_roles.labels[principal->account_role]) != WP_ALLOWED)
		return WP_ACCOUNT_ROLE;
	return reach(principal, workspace, kind, trace);
}
