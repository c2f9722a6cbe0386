/*
 * version.c
 *		Who sees which version of a workflow's definition (spec 4.7, 6.3).
 */
#include "postgres.h"

#include "fmgr.h"

#include "lookup/session.h"
#include "lookup/workflow.h"
#include "query/argument.h"

/*
 * can_view_version(workflow_id, version) → boolean: the live version with the
 * right to view, others with the right to edit; to members and services alone.
 */
PG_FUNCTION_INFO_V1(wp_can_view_version);
Datum
wp_can_view_version(PG_FUNCTION_ARGS)
{
	const WpPrincipal *principal = wp_session_principal();
	WpText id = wp_arg_text(fcinfo, 0);
	WpWorkflow workflow;

	if (!wp_is_team(principal) || id.data == NULL || PG_ARGISNULL(1) ||
		!wp_load_workflow(&principal->account, &id, &workflow) ||
		wp_decide(principal, WP_VIEW, &workflow) != WP_ALLOWED)
		PG_RETURN_BOOL(false);
	PG_RETURN_BOOL(wp_live_version(&principal->account, &id) == PG_GETARG_INT32(1) ||
				   wp_decide(principal, WP_EDIT, &workflow) == WP_ALLOWED);
}
