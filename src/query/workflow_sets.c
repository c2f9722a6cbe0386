/*
 * workflow_sets.c
 *		visible_workflows(), runnable_workflows(), what_can(): the workflows
 *		that the session's principal may do an action on (spec 5).  They use the
 *		same decision as can_view and can_run, so the results are equal.  A
 *		runnable workflow need not be visible, so the rows are read as the
 *		tables' owner.
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

/* The argument of the functions that are called for each row. */
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
	tuplestore_putvalues(filter->result->setResult, filter->result->setDesc,
						 &id, &isnull);
	pfree(DatumGetPointer(id));
}

/*
 * Returns the ids of the workflows on which the action is allowed; none without
 * an active principal.
 */
static Datum
allowed_workflows(FunctionCallInfo fcinfo, WpAction action)
{
	Filter filter = {NULL, action, (ReturnSetInfo *) fcinfo->resultinfo};

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	filter.principal = wp_session_principal_with(wp_action_facets(action) |
												 WP_FACET_WORKSPACES);
	if (filter.principal != NULL && filter.principal->active)
		wp_each_workflow(&filter.principal->account, add_allowed, &filter);
	return (Datum) 0;
}

/* visible_workflows() → setof text. */
PG_FUNCTION_INFO_V1(wp_visible_workflows);
Datum
wp_visible_workflows(PG_FUNCTION_ARGS)
{
	return allowed_workflows(fcinfo, WP_VIEW);
}

/* runnable_workflows() → setof text. */
PG_FUNCTION_INFO_V1(wp_runnable_workflows);
Datum
wp_runnable_workflows(PG_FUNCTION_ARGS)
{
	return allowed_workflows(fcinfo, WP_RUN);
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
 * any.
 */
static void
add_actions(const WpWorkflow *workflow, void *arg)
{
	Filter *filter = arg;
	Datum values[2];
	bool nulls[2] = {false, false};
	int n;

	values[1] = wp_allowed_actions(filter->principal, workflow, &n);
	if (n == 0)
		return;
	values[0] = wp_text_datum(&workflow->workflow);
	tuplestore_putvalues(filter->result->setResult, filter->result->setDesc,
						 values, nulls);
	pfree(DatumGetPointer(values[0]));
	pfree(DatumGetPointer(values[1]));
}

/* what_can() → setof (workflow_id, actions). */
PG_FUNCTION_INFO_V1(wp_what_can);
Datum
wp_what_can(PG_FUNCTION_ARGS)
{
	Filter filter = {NULL, WP_ACTION_UNKNOWN,
					 (ReturnSetInfo *) fcinfo->resultinfo};

	InitMaterializedSRF(fcinfo, 0);
	filter.principal = wp_session_principal_with(WP_ALL_FACETS);
	if (filter.principal != NULL && filter.principal->active)
		wp_each_workflow(&filter.principal->account, add_actions, &filter);
	return (Datum) 0;
}
