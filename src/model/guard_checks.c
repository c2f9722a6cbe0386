/*
 * guard_checks.c
 *		Checks that the guards share (guard_refusals.sql), in C because bulk
 *		changes make them for each row.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "decide/decide.h"
#include "lookup/load_workflow.h"
#include "lookup/probe.h"
#include "lookup/session_principal.h"
#include "principal/find.h"
#include "query/argument.h"
#include "query/refusal.h"
#include "query/run_access.h"

PG_FUNCTION_INFO_V1(wp_caller_refusal);
PG_FUNCTION_INFO_V1(wp_name_capability_sql);
PG_FUNCTION_INFO_V1(wp_workflow_refusal);
PG_FUNCTION_INFO_V1(wp_require_grantee);

static WpProbe user_probe = {"users",
							 {"account_id", "user_id"},
							 NULL,
							 {"user_id"},
							 .unique = {"user_id"}};
static WpProbe role_probe = {"roles", {"account_id", "role"}, NULL, {"role"}};

/*
 * The capabilities that an action in a project or an app requires, in the order
 * of the gates in decide/.  The last line is for all other actions.
 */
static const struct
{
	const char *action;
	const char *capabilities[4]; /* NULL ends them */
} required[] = {
	{"view", {"workflows.view"}},
	{"operate", {"workflows.view", "workflows.deploy"}},
	{"publish", {"workflows.view", "workflows.modify", "workflows.deploy"}},
	{"create", {"workflows.create"}},
	{"manage_rules", {"workflows.deploy"}},
	{"replay", {"task_history.view", "task_history.replay"}},
	{NULL, {"workflows.view", "workflows.modify"}},
};

/* _caller_refusal(account_id) → text: the code, NULL if there is none. */
Datum
wp_caller_refusal(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpVerdict verdict = wp_answer_caller(&account);

	if (verdict == WP_ALLOWED)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(wp_verdict_code(verdict)));
}

/*
 * Returns the first capability that the action requires and the session's
 * principal does not hold for the workspace.
 */
static const char *
lacked_capability(const char *action, const WpText *account,
				  const WpText *workspace)
{
	const WpPrincipal *principal =
		wp_session_principal_with(WP_FACET_CAPABILITIES);
	int line = 0;

	if (wp_decide_caller(principal, account) != WP_ALLOWED)
		principal = NULL;
	while (required[line].action != NULL &&
		   strcmp(required[line].action, action) != 0)
		line++;
	for (int i = 0; required[line].capabilities[i] != NULL; i++)
		if (principal == NULL ||
			!wp_holds_capability(principal, required[line].capabilities[i],
								 workspace))
			return required[line].capabilities[i];
	return "workflows.view";
}

/* _name_capability(code, action, account, workspace) → text. */
Datum
wp_name_capability_sql(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 2);
	WpText workspace = wp_arg_text(fcinfo, 3);

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (strcmp(text_to_cstring(PG_GETARG_TEXT_PP(0)),
			   wp_verdict_code(WP_NO_CAPABILITY)) != 0)
		return PG_GETARG_DATUM(0);
	PG_RETURN_TEXT_P(cstring_to_text(wp_name_capability(
		WP_NO_CAPABILITY,
		lacked_capability(
			PG_ARGISNULL(1) ? "" : text_to_cstring(PG_GETARG_TEXT_PP(1)),
			&account, &workspace))));
}

/* _workflow_refusal(action, account, workflow) → text. */
Datum
wp_workflow_refusal(PG_FUNCTION_ARGS)
{
	WpAction action = wp_arg_action(fcinfo, 0);
	WpText account = wp_arg_text(fcinfo, 1);
	WpText id = wp_arg_text(fcinfo, 2);
	WpVerdict verdict = wp_answer_caller(&account);
	const char *capability = NULL;
	WpWorkflow workflow;

	if (verdict == WP_ALLOWED &&
		(id.data == NULL || !wp_load_workflow(&account, &id, &workflow)))
		verdict = WP_NOT_FOUND;
	else if (verdict == WP_ALLOWED)
		verdict = wp_decide(wp_session_principal_for(action, &workflow), action,
							&workflow);
	if (verdict == WP_ALLOWED)
		PG_RETURN_NULL();
	if (verdict == WP_NO_CAPABILITY)
		capability = lacked_capability(text_to_cstring(PG_GETARG_TEXT_PP(0)),
									   &account, &workflow.workspace);
	PG_RETURN_TEXT_P(cstring_to_text(wp_name_capability(verdict, capability)));
}

/*
 * Raises foreign_key_violation if a grantee is named (id->data not NULL) that
 * the account does not have.
 */
static void
require(WpProbe *probe, const char *kind, const char *column,
		const WpText *account, const WpText *id, const WpText *named,
		const char *hint)
{
	const WpText *keys[] = {account, id};

	if (id->data != NULL && !wp_probe_finds(probe, keys))
		wp_raise_violation(ERRCODE_FOREIGN_KEY_VIOLATION, "not_found", NULL,
						   column,
						   psprintf("%s \"%.*s\" does not exist in account "
									"\"%.*s\"",
									kind, named->len, named->data, account->len,
									account->data != NULL ? account->data : ""),
						   hint);
}

/* _require_grantee(account, user_id, role). */
Datum
wp_require_grantee(PG_FUNCTION_ARGS)
{
	static const WpText other_spelling = {"NotAuthenticatedUser", 20};
	static const WpText anonymous = {"NonAuthenticatedUser", 20};
	WpText account = wp_arg_text(fcinfo, 0);
	WpText user = wp_arg_text(fcinfo, 1);
	WpText role = wp_arg_text(fcinfo, 2);

	require(&user_probe, "user", "user_id", &account, &user, &user,
			"Name a user of the row's own account.");
	require(&role_probe, "role", "role", &account,
			role.data != NULL && wp_text_equal(&role, &other_spelling)
				? &anonymous
				: &role,
			&role,
			"Name a role of the row's own account, a row of "
			"workflow_perms.roles.");
	PG_RETURN_VOID();
}
