/*
 * workflow_sets.c
 *		visible_workflows(), runnable_workflows(), what_can(): the workflows
 *		that the session's principal may do an action on (spec 5).  Queries with
 *		can_view and can_run find them, so the results are equal, and cost what
 *		such a list costs.  A runnable workflow need not be visible, so the rows
 *		are read as the tables' owner.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "lookup/owner_query.h"
#include "lookup/session_principal.h"
#include "lookup/load_workflow.h"
#include "query/workflow_sets.h"

/*
 * Copies the account of the session's principal.  Returns false without an
 * active principal, which may do nothing.
 */
static bool
find_account(WpText *account)
{
	const WpPrincipal *principal = wp_session_principal_who();

	if (principal == NULL || !principal->active)
		return false;
	*account = wp_copy_text(&principal->account, CurrentMemoryContext);
	return true;
}

static void
put_id(const WpText *id, void *arg)
{
	ReturnSetInfo *result = arg;
	Datum value = wp_text_datum(id);
	bool isnull = false;

	tuplestore_putvalues(result->setResult, result->setDesc, &value, &isnull);
	pfree(DatumGetPointer(value));
}

/* Returns the ids of the workflows on which the action is allowed. */
static Datum
allowed_workflows(FunctionCallInfo fcinfo, WpAsked asked)
{
	WpText account;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (find_account(&account))
		(void) wp_each_id_asked(&account, asked, 0, put_id, fcinfo->resultinfo);
	return (Datum) 0;
}

/* visible_workflows() → setof text. */
PG_FUNCTION_INFO_V1(wp_visible_workflows);
Datum
wp_visible_workflows(PG_FUNCTION_ARGS)
{
	return allowed_workflows(fcinfo, WP_ASKED_VIEW);
}

/* runnable_workflows() → setof text. */
PG_FUNCTION_INFO_V1(wp_runnable_workflows);
Datum
wp_runnable_workflows(PG_FUNCTION_ARGS)
{
	return allowed_workflows(fcinfo, WP_ASKED_RUN);
}

/* The actions that have a can_… function. manage_rules has none. */
static const WpAction actions[] = {WP_VIEW,           WP_VIEW_DRAFT, WP_EDIT,
								   WP_OPERATE,        WP_PUBLISH,    WP_DELETE,
								   WP_MANAGE_MEMBERS, WP_ENABLE,     WP_RUN};

Datum
wp_allowed_actions(const WpPrincipal *principal, const WpWorkflow *workflow,
				   int *count)
{
	Datum names[lengthof(actions)];
	Datum array;
	int n = 0;

	for (int i = 0; i < lengthof(actions); i++)
		if (wp_decide(principal, actions[i], workflow) == WP_ALLOWED)
			names[n++] = CStringGetTextDatum(wp_action_name(actions[i]));
	array = PointerGetDatum(
		construct_array(names, n, TEXTOID, -1, false, TYPALIGN_INT));
	for (int i = 0; i < n; i++)
		pfree(DatumGetPointer(names[i]));
	*count = n;
	return array;
}

/*
 * Puts the workflow's id and its allowed actions into the result, if there are
 * any.  The query that finds the workflows uses the session's principal too, so
 * it is fetched for each.
 */
static void
add_actions(const WpWorkflow *workflow, void *arg)
{
	ReturnSetInfo *result = arg;
	Datum values[2];
	bool nulls[2] = {false, false};
	int n;

	values[1] = wp_allowed_actions(wp_session_principal_with(WP_ALL_FACETS),
								   workflow, &n);
	if (n == 0)
		return;
	values[0] = wp_text_datum(&workflow->workflow);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	pfree(DatumGetPointer(values[0]));
	pfree(DatumGetPointer(values[1]));
}

/* what_can() → setof (workflow_id, actions). */
PG_FUNCTION_INFO_V1(wp_what_can);
Datum
wp_what_can(PG_FUNCTION_ARGS)
{
	WpText account;

	InitMaterializedSRF(fcinfo, 0);
	if (find_account(&account))
		(void) wp_each_workflow_asked(&account, WP_ASKED_ANY, 0, add_actions,
									  fcinfo->resultinfo);
	return (Datum) 0;
}
