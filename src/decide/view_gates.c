/*
 * view_gates.c
 *		Who may see a workflow (spec 4.1).
 */
#include "postgres.h"

#include "condition/match.h"
#include "decide/gates.h"
#include "principal/find.h"

WpSubject
wp_subject_of(const WpPrincipal *principal)
{
	WpSubject subject = {principal->metadata ? &principal->metadata->root
											 : NULL,
						 principal->user.data, principal->user.len};

	subject.has_time =
		wp_instant_from_timestamp(principal->taken_at, &subject.time);
	return subject;
}

bool
wp_condition_holds(const WpPrincipal *principal,
				   const struct varlena *condition)
{
	WpSubject subject;

	if (condition == NULL)
		return true;
	subject = wp_subject_of(principal);
	return wp_condition_match(condition, &subject) == WP_TRUE;
}

WpVerdict
wp_gate_live(const WpWorkflow *workflow, WpTrace *trace)
{
	return wp_trace_gate_word(
		trace, "live",
		workflow->status == WP_STATUS_LIVE ? WP_ALLOWED : WP_NOT_LIVE, "status",
		workflow->status == WP_STATUS_UNKNOWN
			? "unknown"
			: wp_statuses.labels[workflow->status]);
}

WpVerdict
wp_gate_condition(const WpPrincipal *principal, const WpWorkflow *workflow,
				  WpTrace *trace)
{
	WpVerdict verdict = wp_condition_holds(principal, workflow->condition)
							? WP_ALLOWED
							: WP_CONDITION;

	if (trace != NULL)
	{
		WpTraceStep step = {"condition",
							verdict,
							workflow->condition == NULL ? "no condition"
														: "condition",
							{NULL, 0},
							principal,
							workflow->condition};

		trace->listen(trace, &step);
	}
	return verdict;
}

/*
 * Returns the row that makes the principal a member of the workflow, by name or
 * by a role that counts in its workspace; or NULL.
 */
static const WpMembership *
find_invitation(const WpPrincipal *principal, const WpWorkflow *workflow)
{
	int n;
	const WpMembership *membership =
		wp_find_memberships(principal, &workflow->workflow, &n);

	for (; n > 0; n--, membership++)
		if (membership->scope.data == NULL ||
			wp_text_compare(&membership->scope, &workflow->workspace) == 0)
			return membership;
	return NULL;
}

/*
 * Account admins cannot bypass the membership of private workflows. guests_too:
 * guests see main workflows of open workspaces, if the account allows it.
 */
static WpVerdict
team_sees(const WpPrincipal *principal, const WpWorkflow *workflow,
		  const WpWorkspace *workspace, bool guests_too, WpTrace *trace)
{
	static const char gate[] = "visible";
	const WpMembership *invitation;

	if (workspace == NULL || workspace->kind == WP_WORKSPACE_UNKNOWN)
		return wp_trace_gate(trace, gate, WP_NOT_VISIBLE, "no such workspace",
							 &workflow->workspace);
	if (!wp_goes_by_membership(workspace->kind))
		return wp_gate_capability(principal, "workflows.view",
								  &workflow->workspace, trace);

	invitation = find_invitation(principal, workflow);
	if (invitation != NULL)
		return wp_trace_gate_through(
			trace, gate, WP_ALLOWED,
			invitation->is_owner ? "owner" : "member of the workflow", NULL,
			&invitation->through);
	if (wp_owns_row(principal, workflow))
		return wp_trace_gate(trace, gate, WP_ALLOWED, "owner of the row", NULL);
	if (workflow->visibility != WP_VISIBILITY_MAIN)
		return wp_trace_gate(trace, gate, WP_NOT_VISIBLE,
							 "private, not a member of the workflow", NULL);
	if (workspace->kind == WP_WORKSPACE_OPEN &&
		principal->account_role != WP_ACCOUNT_NONE &&
		(principal->account_role != WP_ACCOUNT_GUEST ||
		 (guests_too && principal->guests_see_open_main)))
		return wp_trace_gate_word(
			trace, gate, WP_ALLOWED, "account role, in an open workspace",
			wp_account_roles.labels[principal->account_role]);
	if (workspace->is_member)
		return wp_trace_gate_through(trace, gate, WP_ALLOWED,
									 "member of the workspace",
									 &workflow->workspace, &workspace->through);
	return wp_trace_gate(trace, gate, WP_NOT_VISIBLE,
						 "not a member of the workspace", &workflow->workspace);
}

/* Are the workspace's workflows offered to connected users? */
static bool
is_offered(const WpWorkspace *workspace)
{
	if (workspace->offered == WP_OFFERED_BY_KIND)
		return workspace->kind != WP_WORKSPACE_CLOSED;
	return workspace->offered == WP_OFFERED_YES;
}

WpVerdict
wp_gate_placed(const WpWorkflow *workflow, const WpWorkspace *workspace,
			   WpTrace *trace)
{
	static const char gate[] = "visible";
	bool by_membership;

	if (workspace == NULL || workspace->kind == WP_WORKSPACE_UNKNOWN)
		return wp_trace_gate(trace, gate, WP_NOT_VISIBLE, "no such workspace",
							 &workflow->workspace);
	if (!is_offered(workspace))
		return wp_trace_gate(trace, gate, WP_NOT_VISIBLE,
							 "the workspace is not offered", NULL);
	by_membership = wp_goes_by_membership(workspace->kind);
	if (by_membership && workflow->visibility != WP_VISIBILITY_MAIN)
		return wp_trace_gate(trace, gate, WP_NOT_VISIBLE, "private", NULL);
	return wp_trace_gate(trace, gate, WP_ALLOWED,
						 by_membership ? "main, in an offered workspace"
									   : "in an offered project or app",
						 NULL);
}

static WpVerdict
outsider_sees(const WpPrincipal *principal, const WpWorkflow *workflow,
			  const WpWorkspace *workspace, WpTrace *trace)
{
	WpVerdict verdict = wp_gate_live(workflow, trace);

	if (verdict == WP_ALLOWED)
		verdict = wp_trace_gate(trace, "hidden",
								workflow->hidden ? WP_HIDDEN : WP_ALLOWED, NULL,
								NULL);
	if (verdict == WP_ALLOWED)
		verdict = wp_gate_condition(principal, workflow, trace);
	if (verdict == WP_ALLOWED)
		verdict = principal->user.data == NULL
					  ? wp_trace_gate(trace, "visible", WP_NOT_VISIBLE,
									  "anonymous", NULL)
					  : wp_gate_placed(workflow, workspace, trace);
	return verdict;
}

WpVerdict
wp_gate_view(const WpPrincipal *principal, const WpWorkflow *workflow,
			 WpTrace *trace)
{
	/* The one look-up that every row costs. */
	const WpWorkspace *workspace =
		wp_find_workspace(principal, &workflow->workspace);

	if (wp_is_team(principal))
		return team_sees(principal, workflow, workspace, true, trace);
	return outsider_sees(principal, workflow, workspace, trace);
}

WpVerdict
wp_gate_view_name(const WpPrincipal *principal, const WpWorkflow *workflow,
				  WpTrace *trace)
{
	static const char *const capabilities[] = {"connected_users.view",
											   "task_history.view"};
	const WpWorkspace *workspace =
		wp_find_workspace(principal, &workflow->workspace);

	/* Without the workspace, or where members see it, that is the right. */
	if (wp_is_team(principal) && workspace != NULL &&
		workspace->kind != WP_WORKSPACE_UNKNOWN &&
		!wp_goes_by_membership(workspace->kind) &&
		!wp_holds_capability(principal, "workflows.view", &workflow->workspace))
		for (int i = 0; i < lengthof(capabilities); i++)
			if (wp_holds_capability(principal, capabilities[i],
									&workflow->workspace))
				return wp_gate_capability(principal, capabilities[i],
										  &workflow->workspace, trace);
	return wp_gate_view(principal, workflow, trace);
}

bool
wp_sees_as_invited(const WpPrincipal *principal, const WpWorkflow *workflow)
{
	return team_sees(principal, workflow,
					 wp_find_workspace(principal, &workflow->workspace), false,
					 NULL) == WP_ALLOWED;
}
