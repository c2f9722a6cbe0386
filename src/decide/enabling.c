/*
 * enabling.c
 *		Who enables a workflow for themselves (spec 4.4).
 */
#include "postgres.h"

#include "decide/gates.h"

/*
 * Returns the verdict of `enable`, for a principal that has passed the gates of
 * every action.  Whether the workflow is hidden does not matter.  In an `app`
 * nothing is enabled, by nobody: there the first gate is shut, as it is for whoever
 * is no connected user, whatever the workflow's status.  Raises nothing.
 */
WpVerdict
wp_gate_enable(const WpPrincipal *principal, const WpWorkflow *workflow)
{
	WpWorkspaceKind kind = wp_workspace_kind_of(principal, &workflow->workspace);

	if (principal->user.data == NULL || principal->kind != WP_KIND_CONNECTED || kind == WP_WORKSPACE_APP)
		return WP_NOT_CONNECTED;
	if (workflow->status != WP_STATUS_LIVE)
		return WP_NOT_LIVE;
	if (!wp_lies_before_connected(workflow, kind))
		return WP_NOT_VISIBLE;
	if (!wp_condition_holds(principal, workflow->condition))
		return WP_CONDITION;
	return WP_ALLOWED;
}
