/*
 * enable_decision.c
 *		The decision on enabling (spec 4.4) from the rows of the user, the
 *		workflow and its workspace.  The user need not be the session's
 *		principal.  The guard of enablements and their re-evaluation use this,
 *		for many rows in a statement, without loading any principal.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

#include "lookup/enums.h"
#include "query/argument.h"
#include "query/enable_decision.h"

/*
 * Stands for the one account and the one workspace.  Their names do not matter.
 */
static const WpText same = {"=", 1};

/* Makes a principal with only the fields that a connected user's gates read. */
static void
make_principal(const WpEnabling *enabling, WpWorkspace *workspace,
			   WpPrincipal *principal, WpWorkflow *workflow)
{
	*workspace = (WpWorkspace){.workspace = same,
							   .kind = enabling->workspace_kind,
							   .offered = enabling->offered};
	*principal = (WpPrincipal){.account = same,
							   .user = enabling->user,
							   .kind = enabling->kind,
							   .active = enabling->active,
							   .metadata = enabling->metadata,
							   .taken_at = enabling->at,
							   .facets = wp_action_facets(WP_ENABLE),
							   .nworkspaces = 1,
							   .workspaces = workspace};
	*workflow = (WpWorkflow){.account = same,
							 .workspace = same,
							 .visibility = enabling->visibility,
							 .status = enabling->status,
							 .condition = enabling->condition};
}

const char *
wp_enabling_refusal(const WpEnabling *enabling)
{
	WpWorkspace workspace;
	WpPrincipal principal;
	WpWorkflow workflow;
	WpVerdict verdict;

	make_principal(enabling, &workspace, &principal, &workflow);
	verdict = wp_decide(&principal, WP_ENABLE, &workflow);
	return verdict == WP_ALLOWED ? NULL : wp_verdict_code(verdict);
}

/*
 * _end_of_enabling(user_id, kind, metadata, workspace_kind, offered,
 * visibility, condition, at) → text.
 */
PG_FUNCTION_INFO_V1(wp_end_of_enabling);
Datum
wp_end_of_enabling(PG_FUNCTION_ARGS)
{
	WpEnabling enabling = {
		.user = wp_arg_text(fcinfo, 0),
		.kind = wp_arg_word(fcinfo, 1, &wp_user_kinds, WP_KIND_MEMBER),
		.metadata = PG_ARGISNULL(2) ? NULL : PG_GETARG_JSONB_P(2),
		.workspace_kind =
			wp_arg_word(fcinfo, 3, &wp_workspace_kinds, WP_WORKSPACE_UNKNOWN),
		.offered = PG_ARGISNULL(4) ? WP_OFFERED_BY_KIND : PG_GETARG_BOOL(4),
		.visibility =
			wp_arg_word(fcinfo, 5, &wp_visibilities, WP_VISIBILITY_UNKNOWN),
		.condition = PG_ARGISNULL(6) ? NULL : PG_GETARG_VARLENA_PP(6),
		/* without a time, nothing is known about it */
		.at = PG_ARGISNULL(7) ? DT_NOEND : PG_GETARG_TIMESTAMPTZ(7)};
	WpWorkspace workspace;
	WpPrincipal principal;
	WpWorkflow workflow;
	WpVerdict verdict;

	make_principal(&enabling, &workspace, &principal, &workflow);
	verdict = wp_decide_stay_enabled(&principal, &workflow);
	if (verdict == WP_ALLOWED)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(wp_verdict_code(verdict)));
}
