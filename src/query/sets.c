/*
 * sets.c
 *		visible_workflows(), runnable_workflows(): the workflows on which the
 *		session's principal may do something (spec 5).  Always what filtering with
 *		can_view or can_run leaves, for they ask the same decision; a runnable
 *		workflow need not be visible, so the rows are read as the tables' owner.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "lookup/read.h"
#include "lookup/session.h"
#include "lookup/workflow.h"

/* What the filter hands to each row. */
typedef struct Filter
{
	const WpPrincipal *principal;
	WpAction action;
	ReturnSetInfo *result;
} Filter;

/* Puts the workflow's id into the result if the action is allowed. */
static void
add_allowed(const WpWorkflow *workflow, void *arg)
{
	Filter *filter = arg;
	Datum id;
	bool isnull = false;

	if (wp_decide(filter->principal, filter->action, workflow) != WP_ALLOWED)
		return;
	id = wp_text_datum(&workflow->workflow);
	tuplestore_putvalues(filter->result->setResult, filter->result->setDesc, &id, &isnull);
	pfree(DatumGetPointer(id));
}

/*
 * Returns the set of ids on which the action is allowed; empty without an active
 * principal.
 */
static Datum
allowed_workflows(FunctionCallInfo fcinfo, WpAction action)
{
	Filter filter = {NULL, action, (ReturnSetInfo *) fcinfo->resultinfo};

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	filter.principal = wp_session_principal_with(wp_action_facets(action));
	if (filter.principal != NULL && filter.principal->active)
		wp_each_workflow(&filter.principal->account, add_allowed, &filter);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(wp_visible_workflows);

/*
 * visible_workflows() → setof text.
 */
Datum
wp_visible_workflows(PG_FUNCTION_ARGS)
{
	return allowed_workflows(fcinfo, WP_VIEW);
}

PG_FUNCTION_INFO_V1(wp_runnable_workflows);

/*
 * runnable_workflows() → setof text.
 */
Datum
wp_runnable_workflows(PG_FUNCTION_ARGS)
{
	return allowed_workflows(fcinfo, WP_RUN);
}
