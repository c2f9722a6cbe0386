/*
 * edit_gates.c
 *		Who may edit, operate, publish and delete a workflow, manage its members
 *		(spec 4.2), and manage its execution rules (spec 6.3).
 */
#include "postgres.h"

#include "decide/gates.h"
#include "principal/find.h"

/*
 * Returns the principal's owner row of the workflow, or NULL. Only users are
 * owners, so the row has no scope.
 */
static const WpMembership *
find_ownership(const WpPrincipal *principal, const WpWorkflow *workflow)
{
	int n;
	const WpMembership *membership =
		wp_find_memberships(principal, &workflow->workflow, &n);

	for (; n > 0; n--, membership++)
		if (membership->is_owner && membership->scope.data == NULL)
			return membership;
	return NULL;
}

bool
wp_owns_row(const WpPrincipal *principal, const WpWorkflow *workflow)
{
	return wp_is_team(principal) && workflow->owner.data != NULL &&
		   wp_text_equal(&workflow->owner, &principal->user);
}

bool
wp_owns_workflow(const WpPrincipal *principal, const WpWorkflow *workflow)
{
	return wp_owns_row(principal, workflow) ||
		   (wp_is_team(principal) &&
			find_ownership(principal, workflow) != NULL);
}

/*
 * Returns the first workspace that the owner must reach but does not, among the
 * workflow's own and those that its steps touch; or NULL.  Without an owner row
 * of the model (ownership NULL) no steps are known.
 */
static const WpText *
find_unreached(const WpPrincipal *principal, const WpWorkflow *workflow,
			   const WpMembership *ownership)
{
	if (!wp_reaches_workspace(principal, &workflow->workspace))
		return &workflow->workspace;
	for (int i = 0; ownership != NULL && i < ownership->ntouches; i++)
		if (!wp_reaches_workspace(principal, &ownership->touches[i]))
			return &ownership->touches[i];
	return NULL;
}

static WpVerdict
owner_edits(const WpPrincipal *principal, const WpWorkflow *workflow,
			WpTrace *trace)
{
	const WpMembership *ownership = find_ownership(principal, workflow);
	bool owns = ownership != NULL || wp_owns_row(principal, workflow);
	const WpText *unreached;

	if (wp_trace_gate(trace, "owner", owns ? WP_ALLOWED : WP_NOT_OWNER,
					  ownership != NULL ? "owner"
					  : owns            ? "owner of the row"
										: "not an owner",
					  NULL) != WP_ALLOWED)
		return WP_NOT_OWNER;
	unreached = find_unreached(principal, workflow, ownership);
	return wp_trace_gate(
		trace, "workspace",
		unreached == NULL ? WP_ALLOWED : WP_WORKSPACE_RESTRICTED,
		unreached == NULL ? "reaches every workspace that it touches"
						  : "does not reach the workspace",
		unreached);
}

/*
 * The gates for principals that are neither member nor service.  They always
 * refuse.  Of the gates of viewing, only those for members and services are
 * reported (section 4), so the code does not reveal the status, the flag or the
 * condition.
 */
static WpVerdict
outsider_edits(const WpPrincipal *principal, const WpWorkflow *workflow,
			   WpTrace *trace)
{
	WpWorkspaceKind kind =
		wp_workspace_kind_of(principal, &workflow->workspace);

	if (kind != WP_WORKSPACE_UNKNOWN && !wp_goes_by_membership(kind))
		return wp_gate_capability(principal, "workflows.view",
								  &workflow->workspace, trace);
	if (wp_gate_view(principal, workflow, NULL) != WP_ALLOWED)
		return wp_trace_gate(trace, "visible", WP_NOT_VISIBLE, NULL, NULL);
	wp_trace_gate(trace, "visible", WP_ALLOWED, "connected user", NULL);
	return wp_trace_gate(trace, "owner", WP_NOT_OWNER, "not an owner", NULL);
}

/*
 * A draft is neither live nor stopped, and neither is a workflow with an
 * unknown status.
 */
static WpVerdict
gate_in_operation(const WpWorkflow *workflow, WpTrace *trace)
{
	return workflow->status == WP_STATUS_STOPPED
			   ? wp_trace_gate(trace, "live", WP_ALLOWED, "stopped", NULL)
			   : wp_gate_live(workflow, trace);
}

/*
 * Editing implies viewing, so the gates of viewing come first.  The status
 * comes next, which every principal that may view the workflow sees anyway.
 */
WpVerdict
wp_gate_edit(const WpPrincipal *principal, WpAction action,
			 const WpWorkflow *workflow, WpTrace *trace)
{
	WpVerdict verdict;

	if (!wp_is_team(principal))
		return outsider_edits(principal, workflow, trace);
	verdict = wp_gate_view(principal, workflow, trace);
	if (verdict == WP_ALLOWED && action == WP_OPERATE)
		verdict = gate_in_operation(workflow, trace);
	if (verdict != WP_ALLOWED)
		return verdict;
	if (wp_in_membership_workspace(principal, &workflow->workspace))
		return owner_edits(principal, workflow, trace);
	if (action != WP_OPERATE)
		verdict = wp_gate_capability(principal, "workflows.modify",
									 &workflow->workspace, trace);
	if (verdict == WP_ALLOWED && (action == WP_PUBLISH || action == WP_OPERATE))
		verdict = wp_gate_capability(principal, "workflows.deploy",
									 &workflow->workspace, trace);
	return verdict;
}

/*
 * If access is by membership, this requires managing the members; elsewhere
 * deploying, even without viewing.
 */
WpVerdict
wp_gate_rules(const WpPrincipal *principal, const WpWorkflow *workflow,
			  WpTrace *trace)
{
	if (wp_in_membership_workspace(principal, &workflow->workspace))
		return wp_gate_edit(principal, WP_MANAGE_MEMBERS, workflow, trace);
	return wp_gate_capability(principal, "workflows.deploy",
							  &workflow->workspace, trace);
}
