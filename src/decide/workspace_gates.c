/*
 * workspace_gates.c
 *		Who can reach a workspace (spec 4.2), create in it (spec 4.3) and write
 *		its execution rules (spec 6.3).
 */
#include "postgres.h"

#include "decide/gates.h"
#include "principal/find.h"

bool
wp_goes_by_membership(WpWorkspaceKind kind)
{
	return kind == WP_WORKSPACE_OPEN || kind == WP_WORKSPACE_CLOSED;
}

WpWorkspaceKind
wp_workspace_kind_of(const WpPrincipal *principal, const WpText *workspace)
{
	const WpWorkspace *found = wp_find_workspace(principal, workspace);

	return found ? found->kind : WP_WORKSPACE_UNKNOWN;
}

bool
wp_in_membership_workspace(const WpPrincipal *principal,
						   const WpText *workspace)
{
	return wp_goes_by_membership(wp_workspace_kind_of(principal, workspace));
}

/*
 * Returns the first role that is held for the account or for the workspace, or
 * NULL.
 */
static const WpRole *
find_any_role(const WpPrincipal *principal, const WpText *workspace)
{
	for (int i = 0; i < principal->nroles; i++)
		if (principal->roles[i].workspace.data == NULL ||
			wp_text_compare(&principal->roles[i].workspace, workspace) == 0)
			return &principal->roles[i];
	return NULL;
}

WpVerdict
wp_gate_reach(const WpPrincipal *principal, const WpText *workspace,
			  WpWorkspaceKind kind, WpTrace *trace)
{
	static const char gate[] = "workspace";
	const WpWorkspace *found;
	const WpRole *role;

	if (!wp_is_team(principal))
		return wp_trace_gate(trace, gate, WP_WORKSPACE_RESTRICTED,
							 "neither a member of the account nor a service",
							 NULL);
	if (kind == WP_WORKSPACE_UNKNOWN)
		return wp_trace_gate(trace, gate, WP_WORKSPACE_RESTRICTED,
							 "no such workspace", workspace);
	if (!wp_goes_by_membership(kind))
	{
		role = find_any_role(principal, workspace);
		return wp_trace_gate_through(
			trace, gate, role ? WP_ALLOWED : WP_WORKSPACE_RESTRICTED,
			role ? "has a role for the workspace" : "no role for the workspace",
			workspace, role ? &role->role : NULL);
	}
	if (kind == WP_WORKSPACE_OPEN &&
		principal->account_role != WP_ACCOUNT_NONE &&
		principal->account_role != WP_ACCOUNT_GUEST)
		return wp_trace_gate_word(
			trace, gate, WP_ALLOWED, "account role, in an open workspace",
			wp_account_roles.labels[principal->account_role]);
	found = wp_find_workspace(principal, workspace);
	if (found != NULL && found->is_member)
		return wp_trace_gate_through(trace, gate, WP_ALLOWED,
									 "member of the workspace", workspace,
									 &found->through);
	return wp_trace_gate(trace, gate, WP_WORKSPACE_RESTRICTED,
						 "not a member of the workspace", workspace);
}

bool
wp_reaches_workspace(const WpPrincipal *principal, const WpText *workspace)
{
	return wp_gate_reach(principal, workspace,
						 wp_workspace_kind_of(principal, workspace),
						 NULL) == WP_ALLOWED;
}

WpVerdict
wp_decide_access_workspace(const WpPrincipal *principal, const WpText *account,
						   const WpText *workspace, WpWorkspaceKind kind,
						   WpTrace *trace)
{
	WpVerdict verdict = wp_gate_caller(principal, account, trace);

	if (verdict != WP_ALLOWED)
		return verdict;
	if (kind == WP_WORKSPACE_UNKNOWN)
		return wp_trace_gate(trace, "found", WP_NOT_FOUND, "no such workspace",
							 workspace);
	return wp_gate_reach(principal, workspace, kind, trace);
}

WpVerdict
wp_decide_create(const WpPrincipal *principal, const WpText *account,
				 const WpText *workspace, WpTrace *trace)
{
	WpVerdict verdict = wp_gate_caller(principal, account, trace);
	WpWorkspaceKind kind;
	bool creator;

	if (verdict != WP_ALLOWED)
		return verdict;
	kind = wp_workspace_kind_of(principal, workspace);
	if (kind == WP_WORKSPACE_UNKNOWN)
		return wp_trace_gate(trace, "found", WP_NOT_FOUND, "no such workspace",
							 workspace);

	if (!wp_goes_by_membership(kind))
		return wp_gate_capability(principal, "workflows.create", workspace,
								  trace);

	creator = wp_is_team(principal) &&
			  principal->account_role != WP_ACCOUNT_NONE &&
			  (principal->creator_roles & (1U << principal->account_role)) != 0;
	if (wp_trace_gate_word(
			trace, "account_role", creator ? WP_ALLOWED : WP_ACCOUNT_ROLE,
			"account role",
			principal->account_role == WP_ACCOUNT_NONE
				? "none"
				: wp_account_roles.labels[principal->account_role]) !=
		WP_ALLOWED)
		return WP_ACCOUNT_ROLE;
	return wp_gate_reach(principal, workspace, kind, trace);
}

WpVerdict
wp_decide_workspace_rules(const WpPrincipal *principal, const WpText *account,
						  const WpText *workspace)
{
	WpVerdict verdict = wp_decide_caller(principal, account);
	const WpWorkspace *found;

	if (verdict != WP_ALLOWED)
		return verdict;
	found = wp_find_workspace(principal, workspace);
	if (found == NULL)
		return WP_NOT_FOUND;
	if (!wp_goes_by_membership(found->kind))
		return wp_gate_capability(principal, "workflows.deploy", workspace,
								  NULL);
	return wp_is_team(principal) && found->is_owner ? WP_ALLOWED : WP_NOT_OWNER;
}
