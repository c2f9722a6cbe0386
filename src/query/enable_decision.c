/*
 * enable_decision.c
 *		The decision on enabling (spec 4.4) from the rows themselves, for
 *		somebody who need not be the session's principal: the user's, the
 *		workflow's and its workspace's.  What guards enablements and what
 *		re-evaluates them asks this, a whole set of them in a statement, with no
 *		principal loaded for any.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "lookup/enums.h"
#include "query/argument.h"
#include "query/enable_decision.h"

/*
 * The decision itself, on a principal that consists of what a connected user's
 * gates look at.
 */
const char *
wp_enabling_refusal(const WpEnabling *enabling)
{
	/* Of one account and one workspace, whatever their names. */
	static const WpText same = {"=", 1};
	WpWorkspace workspace = {.workspace = same,
							 .kind = enabling->workspace_kind};
	WpPrincipal principal = {.account = same,
							 .user = enabling->user,
							 .kind = enabling->kind,
							 .active = enabling->active,
							 .metadata = enabling->metadata,
							 .facets = wp_action_facets(WP_ENABLE),
							 .nworkspaces = 1,
							 .workspaces = &workspace};
	WpWorkflow workflow = {.account = same,
						   .workspace = same,
						   .visibility = enabling->visibility,
						   .status = enabling->status,
						   .condition = enabling->condition};
	WpVerdict verdict = wp_decide(&principal, WP_ENABLE, &workflow);

	return verdict == WP_ALLOWED ? NULL : wp_verdict_code(verdict);
}

/*
 * _enable_refusal(user_id, kind, active, metadata, workspace_kind, visibility,
 * status, condition) → text.
 */
PG_FUNCTION_INFO_V1(wp_enable_refusal);
Datum
wp_enable_refusal(PG_FUNCTION_ARGS)
{
	WpEnabling enabling = {
		.user = wp_arg_text(fcinfo, 0),
		.kind = wp_arg_word(fcinfo, 1, &wp_user_kinds, WP_KIND_MEMBER),
		.active = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2),
		.metadata = PG_ARGISNULL(3) ? NULL : PG_GETARG_JSONB_P(3),
		.workspace_kind =
			wp_arg_word(fcinfo, 4, &wp_workspace_kinds, WP_WORKSPACE_UNKNOWN),
		.visibility =
			wp_arg_word(fcinfo, 5, &wp_visibilities, WP_VISIBILITY_UNKNOWN),
		.status = wp_arg_word(fcinfo, 6, &wp_statuses, WP_STATUS_UNKNOWN),
		.condition = PG_ARGISNULL(7) ? NULL : PG_GETARG_VARLENA_PP(7)};
	const char *code = wp_enabling_refusal(&enabling);

	if (code == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(code));
}
