/*
 * decide.c
 *		The one entry for an action on a workflow, and the gates of every action.
 */
#include "postgres.h"

#include "decide/gates.h"
#include "principal/find.h"

static const char *const action_names[] = {"view", "view_draft", "edit", "publish", "delete", "manage_members",
	"manage_rules", "enable", "run"};

/*
 * Returns the action of that name (len bytes), WP_ACTION_UNKNOWN if there is
 * none.  Raises nothing.
 */
WpAction
wp_action(const char *name, int len)
{
	for (int i = 0; i < lengthof(action_names); i++)
		if (strlen(action_names[i]) == len && memcmp(action_names[i], name, len) == 0)
			return (WpAction) i;
	return WP_ACTION_UNKNOWN;
}

/* Returns the action's name, a static string.  Raises nothing. */
const char *
wp_action_name(WpAction action)
{
	return action < lengthof(action_names) ? action_names[action] : "";
}

/* Returns the facets of a principal that the action reads.  Raises nothing. */
uint32
wp_action_facets(WpAction action)
{
	switch (action)
	{
		case WP_VIEW:
		case WP_ENABLE:
			return WP_FACET_CAPABILITIES | WP_FACET_REACH;
		case WP_RUN:
			return WP_FACET_CAPABILITIES | WP_FACET_REACH | WP_FACET_RUNNING;
		default:
			return WP_FACET_CAPABILITIES | WP_FACET_REACH | WP_FACET_TOUCHES;
	}
}

/*
 * Returns whether there is an active principal that is a member or a service of
 * its account.  Raises nothing.
 */
bool
wp_is_team(const WpPrincipal *principal)
{
	return principal != NULL && principal->account.data != NULL && principal->active &&
		principal->user.data != NULL &&
		(principal->kind == WP_KIND_MEMBER || principal->kind == WP_KIND_SERVICE);
}

/*
 * Returns WP_ALLOWED if there is an active principal of exactly this account,
 * else why not.  A row of another account is not found, exactly as one that does
 * not exist (vector X10).  Raises nothing.
 */
WpVerdict
wp_decide_caller(const WpPrincipal *principal, const WpText *account)
{
	if (principal == NULL || principal->account.data == NULL)
		return WP_NO_PRINCIPAL;
	if (!principal->active)
		return WP_INACTIVE;
	if (account->data == NULL || !wp_text_equal(account, &principal->account))
		return WP_NOT_FOUND;
	return WP_ALLOWED;
}

/*
 * The gates of every action, told.  Each is a step of its own: somebody asks, is
 * active, and the row is of their account.
 */
WpVerdict
wp_gate_caller(const WpPrincipal *principal, const WpText *account, WpTrace *trace)
{
	WpVerdict verdict = wp_decide_caller(principal, account);

	if (trace == NULL)
		return verdict;
	if (wp_told(trace, "principal", verdict == WP_NO_PRINCIPAL ? verdict : WP_ALLOWED, NULL, NULL) != WP_ALLOWED)
		return verdict;
	if (wp_told(trace, "active", verdict == WP_INACTIVE ? verdict : WP_ALLOWED,
				principal->user.data != NULL ? "user" : "anonymous", &principal->user) != WP_ALLOWED)
		return verdict;
	return wp_told(trace, "found", verdict, verdict == WP_ALLOWED ? "account" : "nothing of that id in the account",
				   verdict == WP_ALLOWED ? &principal->account : NULL);
}

/*
 * Returns whether the principal has what it takes to decide on the action and the
 * workflow: the facets, not those of another workflow, and where it lies.  Raises
 * nothing.
 */
static bool
knows_enough(const WpPrincipal *principal, WpAction action, const WpWorkflow *workflow)
{
	if ((wp_action_facets(action) & ~principal->facets) != 0)
		return false;
	if (!principal->about_one)
		return wp_knows_workspace(principal, &workflow->workspace);
	return (!principal->about_viewing || action == WP_VIEW) &&
		wp_text_compare(&principal->about_workflow, &workflow->workflow) == 0 &&
		wp_text_compare(&principal->about_workspace, &workflow->workspace) == 0;
}

/*
 * Returns the verdict of an action on a workflow, told gate by gate to whoever
 * listens (trace NULL: nobody).  Raises nothing of its own, allocates nothing.
 */
WpVerdict
wp_decide_traced(const WpPrincipal *principal, WpAction action, const WpWorkflow *workflow, WpTrace *trace)
{
	WpVerdict verdict = wp_gate_caller(principal, &workflow->account, trace);

	if (verdict != WP_ALLOWED)
		return verdict;
	/* What was not loaded might deny, and a doubt is a no. */
	Assert(knows_enough(principal, action, workflow));
	if (!knows_enough(principal, action, workflow))
		return wp_told(trace, "action", WP_NOT_FOUND, NULL, NULL);
	switch (action)
	{
		case WP_VIEW:
			return wp_gate_view(principal, workflow, trace);
		case WP_VIEW_DRAFT:
		case WP_EDIT:
		case WP_PUBLISH:
		case WP_DELETE:
		case WP_MANAGE_MEMBERS:
			return wp_gate_edit(principal, action, workflow, trace);
		case WP_MANAGE_RULES:
			return wp_gate_rules(principal, workflow, trace);
		case WP_ENABLE:
			return wp_gate_enable(principal, workflow, trace);
		case WP_RUN:
			return wp_gate_run(principal, workflow, trace);
		case WP_ACTION_UNKNOWN:
			break;
	}
	/* An action nobody knows: a doubt is a no. */
	return wp_told(trace, "action", WP_NOT_FOUND, NULL, NULL);
}

/*
 * Returns the verdict of an action on a workflow.  Raises nothing, allocates
 * nothing.
 */
WpVerdict
wp_decide(const WpPrincipal *principal, WpAction action, const WpWorkflow *workflow)
{
	return wp_decide_traced(principal, action, workflow, NULL);
}
