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
wp_gate_enable(const WpPrincipal *principal, const WpWorkflow *workflow, WpTrace *trace)
{
	WpWorkspaceKind kind = wp_workspace_kind_of(principal, &workflow->workspace);
	bool connected = principal->user.data != NULL && principal->kind == WP_KIND_CONNECTED;
	WpVerdict verdict = wp_told(trace, "connected", connected && kind != WP_WORKSPACE_APP ? WP_ALLOWED : WP_NOT_CONNECTED,
								!connected ? "not a connected user" : kind == WP_WORKSPACE_APP ? "nothing is enabled in an app" : NULL, NULL);

	if (verdict == WP_ALLOWED)
		verdict = wp_gate_live(workflow, trace);
	if (verdict == WP_ALLOWED)
		verdict = wp_gate_lies(workflow, kind, trace);
	if (verdict == WP_ALLOWED)
		verdict = wp_gate_condition(principal, workflow, trace);
	return verdict;
}
