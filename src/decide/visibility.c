/*
 * visibility.c
 *		Who sees a workflow (spec 4.1).
 */
#include "postgres.h"

#include "condition/match.h"
#include "decide/gates.h"
#include "principal/find.h"

/*
 * Returns whether the condition lets the principal pass: absent, or true.
 * Unknown does not match.  Raises nothing.
 */
bool
wp_condition_holds(const WpPrincipal *principal, const struct varlena *condition)
{
	WpSubject subject;

	if (condition == NULL)
		return true;
	subject.metadata = principal->metadata ? &principal->metadata->root : NULL;
	subject.user_id = principal->user.data;
	subject.user_id_len = principal->user.len;
	return wp_condition_match(condition, &subject) == WP_TRUE;
}

/*
 * Returns whether a row of workflow_members invites the principal to this
 * workflow: by name, or by a role that counts where the workflow lies.
 * Raises nothing.
 */
static bool
is_invited(const WpPrincipal *principal, const WpWorkflow *workflow)
{
	int n;
	const WpMembership *membership = wp_find_memberships(principal, &workflow->workflow, &n);

	for (; n > 0; n--, membership++)
		if (membership->scope.data == NULL ||
			wp_text_compare(&membership->scope, &workflow->workspace) == 0)
			return true;
	return false;
}

/*
 * The gate for members and services.  Account admins have no bypass into private
 * workflows.  Raises nothing.
 */
static WpVerdict
team_sees(const WpPrincipal *principal, const WpWorkflow *workflow, WpWorkspaceKind kind)
{
	const WpWorkspace *workspace;

	if (kind == WP_WORKSPACE_UNKNOWN)
		return WP_NOT_VISIBLE;
	if (!wp_goes_by_membership(kind))
		return wp_holds_capability(principal, "workflows.view", &workflow->workspace) ? WP_ALLOWED : WP_NO_CAPABILITY;

	if (is_invited(principal, workflow))
		return WP_ALLOWED;
	if (workflow->visibility != WP_VISIBILITY_MAIN)
		return WP_NOT_VISIBLE;
	if (kind == WP_WORKSPACE_OPEN && principal->account_role != WP_ACCOUNT_NONE &&
		(principal->account_role != WP_ACCOUNT_GUEST || principal->guests_see_open_main))
		return WP_ALLOWED;
	workspace = wp_find_workspace(principal, &workflow->workspace);
	return workspace != NULL && workspace->is_member ? WP_ALLOWED : WP_NOT_VISIBLE;
}

/*
 * Returns whether the workflow, in a workspace of this kind, lies where connected
 * users see workflows; what else hides it (its status, its flag, its condition)
 * are gates of their own.  Raises nothing.
 */
bool
wp_lies_before_connected(const WpWorkflow *workflow, WpWorkspaceKind kind)
{
	if (kind == WP_WORKSPACE_UNKNOWN)
		return false;
	if (!wp_goes_by_membership(kind))
		return true;
	return kind == WP_WORKSPACE_OPEN && workflow->visibility == WP_VISIBILITY_MAIN;
}

/*
 * The gates for connected users and anonymous principals.  Raises nothing.
 */
static WpVerdict
outsider_sees(const WpPrincipal *principal, const WpWorkflow *workflow, WpWorkspaceKind kind)
{
	if (workflow->status != WP_STATUS_LIVE)
		return WP_NOT_LIVE;
	if (workflow->hidden)
		return WP_HIDDEN;
	if (!wp_condition_holds(principal, workflow->condition))
		return WP_CONDITION;
	if (principal->user.data == NULL || !wp_lies_before_connected(workflow, kind))
		return WP_NOT_VISIBLE;
	return WP_ALLOWED;
}

/*
 * Returns the verdict of `view`, for a principal that has passed the gates of
 * every action.  Raises nothing.
 */
WpVerdict
wp_gate_view(const WpPrincipal *principal, const WpWorkflow *workflow)
{
	WpWorkspaceKind kind = wp_workspace_kind_of(principal, &workflow->workspace);

	return wp_is_team(principal) ? team_sees(principal, workflow, kind)
								 : outsider_sees(principal, workflow, kind);
}
