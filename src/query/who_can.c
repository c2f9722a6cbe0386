/*
 * who_can.c
 *		who_can(): the users that may do an action on a workflow, each with the
 *		reason (spec 5).  Users are loaded, checked by the usual decision, and
 *		freed one after the other.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "lookup/load_principal.h"
#include "lookup/owner_query.h"
#include "lookup/session_principal.h"
#include "principal/find.h"
#include "query/argument.h"
#include "query/explain_target.h"
#include "query/refusal.h"

/* The question for every user, and the trace that keeps the reason. */
typedef struct Asking
{
	WpTrace trace;
	const WpQuestion *question;
	ReturnSetInfo *result;
	char *reason;
	bool decided; /* no later gate is the reason */
} Asking;

/*
 * Keeps the gate that gives the right as the reason.  For running this is the
 * rules gate.  Otherwise it is the condition if one was matched, or else the
 * last gate that depends on the user and not on the workflow's state.
 */
static void
keep_reason(WpTrace *trace, const WpTraceStep *step)
{
	static const char *const deciding[] = {"rules", "owner", "capability",
										   "visible", "condition"};
	Asking *asking = (Asking *) trace;

	for (int i = 0; i < lengthof(deciding) && !asking->decided; i++)
		if (strcmp(step->gate, deciding[i]) == 0)
		{
			asking->reason = wp_step_decided_by(step);
			asking->decided = i == 0 || step->condition != NULL;
		}
}

/* Checks one user, and puts it into the result if it may do the action. */
static void
ask_user(const WpPrincipal *principal, void *arg)
{
	Asking *asking = arg;
	Datum values[2];
	bool nulls[2] = {false, false};

	asking->reason = NULL;
	asking->decided = false;
	if (wp_question_decide(asking->question, principal, &asking->trace) !=
		WP_ALLOWED)
		return;
	values[0] = wp_text_datum(&principal->user);
	nulls[1] = asking->reason == NULL;
	values[1] = nulls[1] ? (Datum) 0 : CStringGetTextDatum(asking->reason);
	tuplestore_putvalues(asking->result->setResult, asking->result->setDesc,
						 values, nulls);
}

/*
 * Makes sure that the asker may see the answer.  Raises insufficient_privilege,
 * with not_found if the asker may not view the workflow.
 */
static void
require_right(const WpQuestion *question, const WpPrincipal *asker)
{
	static const char what[] = "list who has access to";
	WpVerdict verdict = wp_decide_caller(asker, &question->account);

	/*
	 * From here on the caller is active and of the account.  The other checks
	 * are of the workflow.
	 */
	if (asker == NULL || !asker->active)
		wp_raise_refusal(what, "workflow", &question->object,
						 wp_verdict_code(verdict));
	if (!wp_question_visible(question, asker))
		wp_raise_refusal(what, "workflow", &question->object,
						 wp_verdict_code(WP_NOT_FOUND));
	verdict = wp_decide(asker, WP_MANAGE_MEMBERS, &question->workflow);
	if (verdict != WP_ALLOWED &&
		!(wp_is_team(asker) &&
		  wp_holds_capability(asker, "team.manage_roles",
							  &question->workflow.workspace)))
		wp_raise_refusal(what, "workflow", &question->object,
						 wp_name_capability(
							 verdict, "workflows.modify or team.manage_roles"));
}

/* who_can(action, workflow_id) → setof (user_id, reason). */
PG_FUNCTION_INFO_V1(wp_who_can);
Datum
wp_who_can(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	WpText action = wp_arg_text(fcinfo, 0);
	WpText id = wp_arg_text(fcinfo, 1);
	WpText nothing = {NULL, 0};
	WpQuestion question = wp_question(&action);
	const WpPrincipal *asker;
	Asking asking = {{keep_reason}, &question, result};

	if (question.kind != WP_ASK_WORKFLOW)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("\"%.*s\" is no action on a workflow",
							   action.len, action.data)));
	InitMaterializedSRF(fcinfo, 0);
	asker = wp_session_principal();
	wp_question_about(&question, asker ? &asker->account : &nothing, &id);
	require_right(&question, asker);
	wp_each_principal(&question.workflow, wp_action_facets(question.action),
					  ask_user, &asking);
	return (Datum) 0;
}
