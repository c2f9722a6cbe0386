/*
 * session_checks.c
 *		Checks of the session's principal itself: its capabilities, the
 *		workspaces that it can reach, its kind.  The policies and guards of the
 *		write matrix (spec 6.3) use them.
 *
 * All are false unless the principal is active and of exactly the given
 * account.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "lookup/enums.h"
#include "lookup/exists_now.h"
#include "lookup/session_principal.h"
#include "lookup/load_workflow.h"
#include "principal/find.h"
#include "principal/identity.h"
#include "query/argument.h"

static const WpText nothing = {NULL, 0};

/*
 * Returns the session's principal with these facets if it is active and of that
 * account, otherwise NULL.
 */
static const WpPrincipal *
caller_of(const WpText *account, uint32 facets)
{
	const WpPrincipal *principal = wp_session_principal_with(facets);

	return wp_decide_caller(principal, account) == WP_ALLOWED ? principal
															  : NULL;
}

/*
 * Returns the session's principal with what counts for that workspace, or NULL.
 */
static const WpPrincipal *
asker_about(const WpText *workspace)
{
	return wp_session_principal_about(WP_FACET_CAPABILITIES | WP_FACET_REACH,
									  &nothing, workspace);
}

/* can(capability [, workspace_id]) → boolean.  A NULL workspace is none. */
PG_FUNCTION_INFO_V1(wp_can);
Datum
wp_can(PG_FUNCTION_ARGS)
{
	WpText capability = wp_arg_text(fcinfo, 0);
	WpText workspace = {NULL, 0};
	const WpPrincipal *principal =
		wp_session_principal_with(WP_FACET_CAPABILITIES);

	if (PG_NARGS() > 1)
		workspace = wp_arg_text(fcinfo, 1);
	PG_RETURN_BOOL(
		principal != NULL && principal->active &&
		wp_holds_capability_text(principal, &capability, &workspace));
}

/* principal_holds(account_id, capability [, workspace_id]) → boolean. */
PG_FUNCTION_INFO_V1(wp_principal_holds);
Datum
wp_principal_holds(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText capability = wp_arg_text(fcinfo, 1);
	WpText workspace = {NULL, 0};
	const WpPrincipal *principal = caller_of(&account, WP_FACET_CAPABILITIES);

	if (PG_NARGS() > 2)
		workspace = wp_arg_text(fcinfo, 2);
	PG_RETURN_BOOL(
		principal != NULL &&
		wp_holds_capability_text(principal, &capability, &workspace));
}

/*
 * principal_holds_for_workflow(account_id, capability, workflow_id) → boolean.
 * The workflow is read only if the principal holds the capability for some
 * workspace.
 */
PG_FUNCTION_INFO_V1(wp_principal_holds_for_workflow);
Datum
wp_principal_holds_for_workflow(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText capability = wp_arg_text(fcinfo, 1);
	WpText id = wp_arg_text(fcinfo, 2);
	const WpPrincipal *principal = caller_of(&account, WP_FACET_CAPABILITIES);
	WpWorkflow workflow;

	if (principal == NULL ||
		!wp_holds_capability_somewhere(principal, &capability))
		PG_RETURN_BOOL(false);
	if (wp_holds_capability_text(principal, &capability, NULL))
		PG_RETURN_BOOL(true);
	PG_RETURN_BOOL(
		id.data != NULL && wp_load_workflow(&account, &id, &workflow) &&
		wp_holds_capability_text(principal, &capability, &workflow.workspace));
}

/*
 * principal_is_team(account_id) → boolean: an active member or service of it?
 */
PG_FUNCTION_INFO_V1(wp_principal_is_team);
Datum
wp_principal_is_team(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);

	PG_RETURN_BOOL(wp_is_team(caller_of(&account, 0)));
}

/*
 * principal_is(account_id, user_id) → boolean: exactly that user, and active?
 */
PG_FUNCTION_INFO_V1(wp_principal_is);
Datum
wp_principal_is(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText user = wp_arg_text(fcinfo, 1);
	const WpPrincipal *principal = caller_of(&account, 0);

	PG_RETURN_BOOL(principal != NULL && user.data != NULL &&
				   wp_text_compare(&principal->user, &user) == 0);
}

/* principal_has_account_role(account_id, VARIADIC roles) → boolean. */
PG_FUNCTION_INFO_V1(wp_principal_has_account_role);
Datum
wp_principal_has_account_role(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	const WpPrincipal *principal = caller_of(&account, 0);
	Datum *values;
	bool *nulls;
	int n;

	if (!wp_is_team(principal) || principal->account_role == WP_ACCOUNT_NONE ||
		PG_ARGISNULL(1))
		PG_RETURN_BOOL(false);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), wp_enum_type(&wp_account_roles),
					  sizeof(Oid), true, TYPALIGN_INT, &values, &nulls, &n);
	for (int i = 0; i < n; i++)
		if (!nulls[i] &&
			wp_enum_word(&wp_account_roles, DatumGetObjectId(values[i]), -1) ==
				(int) principal->account_role)
			PG_RETURN_BOOL(true);
	PG_RETURN_BOOL(false);
}

/* principal_owns_workspace(account_id, workspace_id) → boolean. */
PG_FUNCTION_INFO_V1(wp_principal_owns_workspace);
Datum
wp_principal_owns_workspace(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText id = wp_arg_text(fcinfo, 1);
	const WpPrincipal *principal = asker_about(&id);
	const WpWorkspace *workspace =
		wp_is_team(principal) &&
				wp_decide_caller(principal, &account) == WP_ALLOWED
			? wp_find_workspace(principal, &id)
			: NULL;

	PG_RETURN_BOOL(workspace != NULL && workspace->is_owner);
}

/* can_create(workspace_id) → boolean. */
PG_FUNCTION_INFO_V1(wp_can_create);
Datum
wp_can_create(PG_FUNCTION_ARGS)
{
	WpText workspace = wp_arg_text(fcinfo, 0);
	const WpPrincipal *principal = asker_about(&workspace);

	PG_RETURN_BOOL(principal != NULL &&
				   wp_decide_create(principal, &principal->account, &workspace,
									NULL) == WP_ALLOWED);
}

/* create_verdict(account_id, workspace_id) → text: the code of the verdict. */
PG_FUNCTION_INFO_V1(wp_create_verdict);
Datum
wp_create_verdict(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText workspace = wp_arg_text(fcinfo, 1);

	PG_RETURN_TEXT_P(cstring_to_text(wp_verdict_code(wp_decide_create(
		asker_about(&workspace), &account, &workspace, NULL))));
}

/*
 * workspace_rules_verdict(account_id, workspace_id) → text: the code of the
 * decision on writing the execution rules of the workspace.
 */
PG_FUNCTION_INFO_V1(wp_workspace_rules_verdict);
Datum
wp_workspace_rules_verdict(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText workspace = wp_arg_text(fcinfo, 1);

	PG_RETURN_TEXT_P(cstring_to_text(wp_verdict_code(wp_decide_workspace_rules(
		asker_about(&workspace), &account, &workspace))));
}

/* can_access_workspace(workspace_id) → boolean. */
PG_FUNCTION_INFO_V1(wp_can_access_workspace);
Datum
wp_can_access_workspace(PG_FUNCTION_ARGS)
{
	WpText id = wp_arg_text(fcinfo, 0);
	const WpPrincipal *principal = asker_about(&id);
	const WpWorkspace *workspace =
		principal ? wp_find_workspace(principal, &id) : NULL;

	PG_RETURN_BOOL(workspace != NULL &&
				   wp_decide_access_workspace(principal, &principal->account,
											  &id, workspace->kind,
											  NULL) == WP_ALLOWED);
}

/* can_access_workspace(account_id, workspace_id, kind) → boolean. */
PG_FUNCTION_INFO_V1(wp_can_access_workspace_columns);
Datum
wp_can_access_workspace_columns(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText id = wp_arg_text(fcinfo, 1);
	WpWorkspaceKind kind =
		wp_arg_word(fcinfo, 2, &wp_workspace_kinds, WP_WORKSPACE_UNKNOWN);

	PG_RETURN_BOOL(id.data != NULL &&
				   wp_decide_access_workspace(asker_about(&id), &account, &id,
											  kind, NULL) == WP_ALLOWED);
}

/*
 * These let the principal see a row that it is inserting, which INSERT …
 * RETURNING returns before the trigger has made the principal its owner (spec
 * 6.3, vector M24).  The guard of the table has already permitted the row.  The
 * question here is only whether it is that row, and not an existing row that
 * may not be seen.  Rows cannot be inserted in parallel mode, so there the
 * answer is no.
 */

/*
 * Returns the session's principal if it is an active member or service of that
 * account and may be inserting an object with this id, otherwise NULL.
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
 * boolean: is this a new workflow of the session's principal that has no
 * members yet, in a workspace where access is by membership?
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

	/*
	 * Checked first: a policy checks every row, and the principal created few
	 * of them.
	 */
	if (creator.data == NULL || workflow.data == NULL ||
		!wp_identity_get(&identity) ||
		wp_text_compare(&creator, &identity.user) != 0)
		PG_RETURN_BOOL(false);
	principal = wp_session_principal_about(wp_action_facets(WP_VIEW), &workflow,
										   &workspace);
	if (!wp_is_team(principal) ||
		wp_text_compare(&creator, &principal->user) != 0 ||
		wp_decide_caller(principal, &account) != WP_ALLOWED ||
		!wp_in_membership_workspace(principal, &workspace))
		PG_RETURN_BOOL(false);
	PG_RETURN_BOOL(!wp_workflow_has_members(&account, &workflow));
}

/*
 * principal_makes_workspace(account_id, workspace_id, kind) → boolean: is this
 * a new workspace that its creator will own and that is not in the table yet?
 */
PG_FUNCTION_INFO_V1(wp_principal_makes_workspace);
Datum
wp_principal_makes_workspace(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText id = wp_arg_text(fcinfo, 1);
	WpWorkspaceKind kind =
		wp_arg_word(fcinfo, 2, &wp_workspace_kinds, WP_WORKSPACE_UNKNOWN);
	const WpPrincipal *principal = maker(&account, &id);

	/* The principal lists every workspace that the snapshot shows. */
	PG_RETURN_BOOL(principal != NULL &&
				   (kind == WP_WORKSPACE_OPEN || kind == WP_WORKSPACE_CLOSED) &&
				   (principal->account_role == WP_ACCOUNT_ADMIN ||
					principal->account_role == WP_ACCOUNT_MEMBER) &&
				   wp_find_workspace(principal, &id) == NULL &&
				   wp_workspace_is_new(&account, &id));
}

/*
 * principal_makes_board(account_id, board_id) → boolean: is this a new board
 * that is not in the table yet, neither in the current state nor in an older
 * snapshot?
 */
PG_FUNCTION_INFO_V1(wp_principal_makes_board);
Datum
wp_principal_makes_board(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText id = wp_arg_text(fcinfo, 1);

	PG_RETURN_BOOL(maker(&account, &id) != NULL &&
				   wp_board_is_new(&account, &id));
}
