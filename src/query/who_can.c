/*
 * who_can.c
 *		who_can(action, workflow): the users that may do an action on a
 *		workflow, each with the reason (spec 5).  Users are loaded, checked by
 *		the usual decision, and freed one after the other.
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
#include "query/who_can.h"

/* The question for every user, and the trace that keeps the reason. */
typedef struct Asking
{
	WpReason reason;
	const WpQuestion *question;
	ReturnSetInfo *result;
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
	WpReason *reason = (WpReason *) trace;

	for (int i = 0; i < lengthof(deciding) && !reason->decided; i++)
		if (strcmp(step->gate, deciding[i]) == 0)
		{
			reason->text = wp_step_decided_by(step);
			reason->decided = i == 0 || step->condition != NULL;
		}
}

void
wp_reason_begin(WpReason *reason)
{
	reason->trace.listen = keep_reason;
	reason->text = NULL;
	reason->decided = false;
}

/* Checks one user, and puts it into the result if it may do the action. */
static void
ask_user(WpPrincipal *principal, void *arg)
{
	Asking *asking = arg;
	Datum values[2];
	bool nulls[2] = {false, false};

	wp_reason_begin(&asking->reason);
	if (wp_question_decide(asking->question, principal,
						   &asking->reason.trace) != WP_ALLOWED)
		return;
	values[0] = wp_text_datum(&principal->user);
	nulls[1] = asking->reason.text == NULL;
	values[1] = nulls[1] ? (Datum) 0 : CStringGetTextDatum(asking->reason.text);
	tuplestore_putvalues(asking->result->setResult, asking->result->setDesc,
						 values, nulls);
}

bool
wp_may_list_access(const WpPrincipal *asker, const WpWorkflow *workflow)
{
	return wp_decide(asker, WP_MANAGE_MEMBERS, workflow) == WP_ALLOWED ||
		   (wp_is_team(asker) && wp_holds_capability(asker, "team.manage_roles",
													 &workflow->workspace));
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
	if (!wp_may_list_access(asker, &question->workflow))
		wp_raise_refusal(
			what, "workflow", &question->object,
			wp_name_capability(
				wp_decide(asker, WP_MANAGE_MEMBERS, &question->workflow),
				"workflows.modify or team.manage_roles"));
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
	WpQuestion question = {WP_ASK_WORKFLOW, wp_question_action(&action)};
	const WpPrincipal *asker;
	Asking asking = {{{NULL}}, &question, result};
	WpAbout about;

	InitMaterializedSRF(fcinfo, 0);
	asker = wp_session_principal();
	wp_question_about(&question, asker ? &asker->account : &nothing, &id);
	require_right(&question, asker);
	about = (WpAbout){question.workflow.workflow, question.workflow.workspace};
	wp_each_principal(&question.account,
					  wp_action_facets(question.action) | WP_BASE_FACETS,
					  &about, ask_user, &asking);
	return (Datum) 0;
}
