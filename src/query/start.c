/*
 * start.c
 *		May a run start (spec 4.5)?  For whoever records runs: the engine, which
 *		names who starts one and for whom, and start_run().
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "lookup/session.h"
#include "lookup/workflow.h"
#include "query/argument.h"
#include "query/principal.h"

/*
 * Returns the verdict on a run of that workflow by the starter for the user, both
 * NULL for none.  Raises undefined_object for a user that does not exist, to a
 * starter who may start runs for others.
 */
static WpVerdict
decide_start(const WpText *account, const WpText *id, const WpPrincipal *starter, const WpText *for_user)
{
	WpPrincipal user;
	WpWorkflow workflow;
	WpVerdict verdict = starter != NULL ? wp_decide_starter(starter, account, for_user) : WP_ALLOWED;

	if (verdict != WP_ALLOWED)
		return verdict;
	if (for_user->data != NULL)
		wp_require_principal(account, for_user, &user);
	if (account->data == NULL || id->data == NULL || !wp_load_workflow(account, id, &workflow))
		return WP_NOT_FOUND;
	return wp_decide_start(starter, for_user->data != NULL ? &user : NULL, &workflow);
}

/*
 * _start_verdict(account_id, workflow_id, started_by, for_user) → text: for a run
 * that the engine records.
 */
PG_FUNCTION_INFO_V1(wp_start_verdict);
Datum
wp_start_verdict(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText id = wp_arg_text(fcinfo, 1);
	WpText started_by = wp_arg_text(fcinfo, 2);
	WpText for_user = wp_arg_text(fcinfo, 3);
	WpPrincipal starter;

	if (started_by.data != NULL)
		wp_require_principal(&account, &started_by, &starter);
	PG_RETURN_TEXT_P(cstring_to_text(wp_verdict_code(
		decide_start(&account, &id, started_by.data != NULL ? &starter : NULL, &for_user))));
}

/*
 * _start_verdict(workflow_id, for_user) → text: for a run that the session's
 * principal starts, an anonymous one too.
 */
PG_FUNCTION_INFO_V1(wp_session_start_verdict);
Datum
wp_session_start_verdict(PG_FUNCTION_ARGS)
{
	WpText id = wp_arg_text(fcinfo, 0);
	WpText for_user = wp_arg_text(fcinfo, 1);
	const WpPrincipal *starter = wp_session_principal_with(wp_action_facets(WP_RUN) | WP_FACET_WORKSPACES);
	WpVerdict verdict = WP_NO_PRINCIPAL;

	if (starter != NULL)
		verdict = decide_start(&starter->account, &id, starter, &for_user);
	PG_RETURN_TEXT_P(cstring_to_text(wp_verdict_code(verdict)));
}
