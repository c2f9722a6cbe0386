/*
 * making.c
 *		Letting who makes something see the row that INSERT … RETURNING returns,
 *		before the trigger has made an owner of them (spec 6.3, vector M24).  The
 *		guard of the table has let the row pass by then; what is asked here is
 *		whether it is that row, and not one that is there and may not be seen.
 *
 * No row is inserted in parallel mode, so there the answer is no at once.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "fmgr.h"

#include "lookup/latest.h"
#include "lookup/session.h"
#include "lookup/workflow.h"
#include "principal/find.h"
#include "principal/identity.h"
#include "query/argument.h"

/*
 * Returns the session's principal if it is an active member or service of that
 * account who may be making something of this id, else NULL.
 */
static const WpPrincipal *
maker(const WpText *account, const WpText *id)
{
	const WpPrincipal *principal = wp_session_principal();

	if (id->data == NULL || IsInParallelMode() || !wp_is_team(principal) ||
		wp_decide_caller(principal, account) != WP_ALLOWED)
		return NULL;
	return principal;
}

/*
 * principal_created(account_id, workflow_id, workspace_id, created_by) →
 * boolean: is this a new workflow of the session's principal that has no member
 * yet, in a workspace where access goes by membership?
 */
PG_FUNCTION_INFO_V1(wp_principal_created);
Datum
wp_principal_created(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText workflow = wp_arg_text(fcinfo, 1);
	WpText workspace = wp_arg_text(fcinfo, 2);
	WpText creator = wp_arg_text(fcinfo, 3);
	WpIdentity identity;
	const WpPrincipal *principal;

	/* Asked first: a policy asks for every row, and few are one's own. */
	if (creator.data == NULL || workflow.data == NULL || !wp_identity_get(&identity) ||
		wp_text_compare(&creator, &identity.user) != 0)
		PG_RETURN_BOOL(false);
	principal = wp_session_principal_about(wp_action_facets(WP_VIEW), &workflow, &workspace);
	if (!wp_is_team(principal) || wp_text_compare(&creator, &principal->user) != 0 ||
		wp_decide_caller(principal, &account) != WP_ALLOWED ||
		!wp_in_membership_workspace(principal, &workspace))
		PG_RETURN_BOOL(false);
	PG_RETURN_BOOL(!wp_workflow_has_members(&account, &workflow));
}

/*
 * principal_makes_workspace(account_id, workspace_id, kind) → boolean: is this a
 * new workspace that its maker will own, not yet in the table?
 */
PG_FUNCTION_INFO_V1(wp_principal_makes_workspace);
Datum
wp_principal_makes_workspace(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText id = wp_arg_text(fcinfo, 1);
	WpWorkspaceKind kind = wp_arg_word(fcinfo, 2, &wp_workspace_kinds, WP_WORKSPACE_UNKNOWN);
	const WpPrincipal *principal = maker(&account, &id);

	/* Every workspace that the snapshot shows is part of the principal. */
	PG_RETURN_BOOL(principal != NULL && (kind == WP_WORKSPACE_OPEN || kind == WP_WORKSPACE_CLOSED) &&
				   (principal->account_role == WP_ACCOUNT_ADMIN || principal->account_role == WP_ACCOUNT_MEMBER) &&
				   wp_find_workspace(principal, &id) == NULL && wp_workspace_is_new(&account, &id));
}

/*
 * principal_makes_board(account_id, board_id) → boolean: is this a new board, not
 * yet in the table, nor in a snapshot of it that is older?
 */
PG_FUNCTION_INFO_V1(wp_principal_makes_board);
Datum
wp_principal_makes_board(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText id = wp_arg_text(fcinfo, 1);

	PG_RETURN_BOOL(maker(&account, &id) != NULL && wp_board_is_new(&account, &id));
}
