/*
 * decide.c
 *		The only entry for actions on workflows, and the first gates of every
 *		action.
 */
#include "postgres.h"

#include "decide/gates.h"
#include "principal/find.h"

static const char *const action_names[] = {
	"view",   "view_name",      "view_draft",   "edit",   "operate", "publish",
	"delete", "manage_members", "manage_rules", "enable", "run"};

static const char *const codes[] = {
	[WP_ALLOWED] = "allowed",
	[WP_NO_PRINCIPAL] = "no_principal",
	[WP_INACTIVE] = "inactive",
	[WP_NOT_FOUND] = "not_found",
	[WP_NOT_OWN] = "not_own",
	[WP_NOT_LIVE] = "not_live",
	[WP_HIDDEN] = "hidden",
	[WP_CONDITION] = "condition",
	[WP_NOT_VISIBLE] = "not_visible",
	[WP_NO_CAPABILITY] = "no_capability",
	[WP_NOT_OWNER] = "not_owner",
	[WP_WORKSPACE_RESTRICTED] = "workspace_restricted",
	[WP_ACCOUNT_ROLE] = "account_role",
	[WP_DENIED_USER] = "denied_user",
	[WP_DENIED_ROLE] = "denied_role",
	[WP_DENIED_SYSTEM_ROLE] = "denied_system_role",
	[WP_DENIED_APP_USER] = "denied_app_user",
	[WP_DENIED_APP_ROLE] = "denied_app_role",
	[WP_DENIED_APP_SYSTEM_ROLE] = "denied_app_system_role",
	[WP_DENIED_ACCOUNT_USER] = "denied_account_user",
	[WP_DENIED_ACCOUNT_ROLE] = "denied_account_role",
	[WP_DENIED_ACCOUNT_SYSTEM_ROLE] = "denied_account_system_role",
	[WP_DENIED_DEFAULT] = "denied_default",
	[WP_NOT_OPEN] = "not_open",
	[WP_NOT_ENABLED] = "not_enabled",
	[WP_NOT_CONNECTED] = "not_connected",
	[WP_RUN_AS_INACTIVE] = "run_as_inactive",
	[WP_BOARD_RESTRICTED] = "board_restricted",
	[WP_COLUMN_RESTRICTED] = "column_restricted",
	[WP_NOT_FAILED] = "not_failed",
};

StaticAssertDecl(lengthof(codes) == WP_NOT_FAILED + 1,
				 "every verdict has its code");

const char *
wp_verdict_code(WpVerdict verdict)
{
	/* An unknown verdict counts as a refusal. */
	return codes[verdict < lengthof(codes) ? verdict : WP_NOT_FOUND];
}

WpAction
wp_action(const char *name, int len)
{
	for (int i = 0; i < lengthof(action_names); i++)
		if (strlen(action_names[i]) == len &&
			memcmp(action_names[i], name, len) == 0)
			return (WpAction) i;
	return WP_ACTION_UNKNOWN;
}

const char *
wp_action_name(WpAction action)
{
	return action < lengthof(action_names) ? action_names[action] : "";
}

uint32
wp_action_facets(WpAction action)
{
	switch (action)
	{
		case WP_VIEW:
		case WP_VIEW_NAME:
		case WP_ENABLE:
			return WP_FACET_CAPABILITIES | WP_FACET_REACH;
		case WP_RUN:
			return WP_FACET_CAPABILITIES | WP_FACET_REACH | WP_FACET_RUNNING;
		default:
			return WP_FACET_CAPABILITIES | WP_FACET_REACH | WP_FACET_TOUCHES;
	}
}

bool
wp_is_team(const WpPrincipal *principal)
{
	return principal != NULL && principal->account.data != NULL &&
		   principal->active && principal->user.data != NULL &&
		   (principal->kind == WP_KIND_MEMBER ||
			principal->kind == WP_KIND_SERVICE);
}

/*
 * A row of another account is not found, exactly like a row that does not exist
 * (vector X10).
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

WpVerdict
wp_gate_caller(const WpPrincipal *principal, const WpText *account,
			   WpTrace *trace)
{
	WpVerdict verdict = wp_decide_caller(principal, account);

	if (trace == NULL)
		return verdict;
	if (wp_trace_gate(trace, "principal",
					  verdict == WP_NO_PRINCIPAL ? verdict : WP_ALLOWED, NULL,
					  NULL) != WP_ALLOWED)
		return verdict;
	if (wp_trace_gate(trace, "active",
					  verdict == WP_INACTIVE ? verdict : WP_ALLOWED,
					  principal->user.data != NULL ? "user" : "anonymous",
					  &principal->user) != WP_ALLOWED)
		return verdict;
	return wp_trace_gate(
		trace, "found", verdict,
		verdict == WP_ALLOWED ? "account" : "nothing of that id in the account",
		verdict == WP_ALLOWED ? &principal->account : NULL);
}

WpVerdict
wp_gate_capability(const WpPrincipal *principal, const char *capability,
				   const WpText *workspace, WpTrace *trace)
{
	WpText name = {capability, (int) strlen(capability)};
	const WpCapability *held =
		wp_is_team(principal) ? wp_find_capability(principal, &name, workspace)
							  : NULL;

	return wp_trace_gate_through(
		trace, "capability", held ? WP_ALLOWED : WP_NO_CAPABILITY, "capability",
		&name, held ? &held->through : NULL);
}

/*
 * Returns whether the principal has what the decision needs: the facets, for
 * this workflow, and the workflow's workspace.
 */
static bool
knows_enough(const WpPrincipal *principal, WpAction action,
			 const WpWorkflow *workflow)
{
	if ((wp_action_facets(action) & ~principal->facets) != 0)
		return false;
	if (!principal->about_one)
		return wp_knows_workspace(principal, &workflow->workspace);
	return (!principal->about_viewing || action == WP_VIEW) &&
		   wp_text_compare(&principal->about_workflow, &workflow->workflow) ==
			   0 &&
		   wp_text_compare(&principal->about_workspace, &workflow->workspace) ==
			   0;
}

WpVerdict
wp_decide_traced(const WpPrincipal *principal, WpAction action,
				 const WpWorkflow *workflow, WpTrace *trace)
{
	WpVerdict verdict = wp_gate_caller(principal, &workflow->account, trace);

	if (verdict != WP_ALLOWED)
		return verdict;
	/* Data that was not loaded might deny, so refuse. */
	Assert(knows_enough(principal, action, workflow));
	if (!knows_enough(principal, action, workflow))
		return wp_trace_gate(trace, "action", WP_NOT_FOUND, NULL, NULL);
	switch (action)
	{
		case WP_VIEW:
			return wp_gate_view(principal, workflow, trace);
		case WP_VIEW_NAME:
			return wp_gate_view_name(principal, workflow, trace);
		case WP_VIEW_DRAFT:
		case WP_EDIT:
		case WP_OPERATE:
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
	/* An unknown action is refused. */
	return wp_trace_gate(trace, "action", WP_NOT_FOUND, NULL, NULL);
}

WpVerdict
wp_decide(const WpPrincipal *principal, WpAction action,
		  const WpWorkflow *workflow)
{
	return wp_decide_traced(principal, action, workflow, NULL);
}
