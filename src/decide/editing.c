/*
 * editing.c
 *		Who edits, publishes, deletes a workflow and manages its members (spec 4.2)
 *		and its execution rules (spec 6.3).
 */
#include "postgres.h"

#include "decide/gates.h"
#include "principal/find.h"

/*
 * Returns the principal's owner row of the workflow, or NULL.  Owners are users,
 * so the row has no scope.  Raises nothing.
 */
static const WpMembership *
find_ownership(const WpPrincipal *principal, const WpWorkflow *workflow)
{
	int n;
	const WpMembership *membership = wp_find_memberships(principal, &workflow->workflow, &n);

	for (; n > 0; n--, membership++)
		if (membership->is_owner && membership->scope.data == NULL)
			return membership;
	return NULL;
}

/*
 * Returns whether the owner reaches the workflow's own workspace and every one
 * that its steps touch.  Raises nothing.
 */
static bool
reaches_all(const WpPrincipal *principal, const WpWorkflow *workflow, const WpMembership *ownership)
{
	if (!wp_reaches_workspace(principal, &workflow->workspace,
							  wp_workspace_kind_of(principal, &workflow->workspace)))
		return false;
	for (int i = 0; i < ownership->ntouches; i++)
		if (!wp_reaches_workspace(principal, &ownership->touches[i],
								  wp_workspace_kind_of(principal, &ownership->touches[i])))
			return false;
	return true;
}

/*
 * Returns the verdict of an editing action, for a principal that has passed the
 * gates of every action.  Editing implies viewing, so view's gates come first; a
 * connected user who sees the workflow owns nothing and holds no capability.
 * Raises nothing.
 */
WpVerdict
wp_gate_edit(const WpPrincipal *principal, WpAction action, const WpWorkflow *workflow)
{
	WpVerdict verdict = wp_gate_view(principal, workflow);
	WpWorkspaceKind kind = wp_workspace_kind_of(principal, &workflow->workspace);
	bool team = wp_is_team(principal);

	if (verdict != WP_ALLOWED)
		return verdict;

	if (wp_goes_by_membership(kind))
	{
		const WpMembership *ownership = team ? find_ownership(principal, workflow) : NULL;

		if (ownership == NULL)
			return WP_NOT_OWNER;
		return reaches_all(principal, workflow, ownership) ? WP_ALLOWED : WP_WORKSPACE_RESTRICTED;
	}

	if (!team || !wp_holds_capability(principal, "workflows.modify", &workflow->workspace))
		return WP_NO_CAPABILITY;
	if (action == WP_PUBLISH && !wp_holds_capability(principal, "workflows.deploy", &workflow->workspace))
		return WP_NO_CAPABILITY;
	return WP_ALLOWED;
}

/*
 * Returns the verdict on writing the workflow's execution rules, for a principal
 * that has passed the gates of every action: where access goes by membership
 * whoever manages the members, elsewhere whoever deploys, who need not view it.
 * Raises nothing.
 */
WpVerdict
wp_gate_rules(const WpPrincipal *principal, const WpWorkflow *workflow)
{
	if (wp_in_membership_workspace(principal, &workflow->workspace))
		return wp_gate_edit(principal, WP_MANAGE_MEMBERS, workflow);
	if (!wp_is_team(principal) || !wp_holds_capability(principal, "workflows.deploy", &workflow->workspace))
		return WP_NO_CAPABILITY;
	return WP_ALLOWED;
}
