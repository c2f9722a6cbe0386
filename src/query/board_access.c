/*
 * board_access.c
 *		Boards and columns for the session's principal (spec 4.8, 6.2): whether
 *		it sees and edits them, and how the menus of a workflow's editor show
 *		them.
 *
 * None of these functions is strict: NULL means no.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "lookup/load_board.h"
#include "lookup/enums.h"
#include "lookup/session_principal.h"
#include "lookup/load_workflow.h"
#include "query/argument.h"

/* can_view_board(board_id) → boolean. */
PG_FUNCTION_INFO_V1(wp_can_view_board);
Datum
wp_can_view_board(PG_FUNCTION_ARGS)
{
	WpText id = wp_arg_text(fcinfo, 0);
	const WpPrincipal *principal = wp_session_principal();
	WpBoard board;

	PG_RETURN_BOOL(principal != NULL && wp_load_board(principal, &id, &board) &&
				   wp_decide_view_board(principal, &board, NULL) == WP_ALLOWED);
}

/* can_view_board(account_id, board_id, workspace_id, kind) → boolean. */
PG_FUNCTION_INFO_V1(wp_can_view_board_columns);
Datum
wp_can_view_board_columns(PG_FUNCTION_ARGS)
{
	WpText id = wp_arg_text(fcinfo, 1);
	const WpPrincipal *principal = wp_session_principal();
	WpBoard board = {0};

	if (principal == NULL || id.data == NULL)
		PG_RETURN_BOOL(false);
	board.account = wp_arg_text(fcinfo, 0);
	board.workspace = wp_arg_text(fcinfo, 2);
	board.kind = wp_arg_word(fcinfo, 3, &wp_board_kinds, WP_BOARD_UNKNOWN);
	/* A main board is visible without membership. */
	if (board.kind != WP_BOARD_MAIN)
		wp_load_board_membership(principal, &id, &board);
	PG_RETURN_BOOL(wp_decide_view_board(principal, &board, NULL) == WP_ALLOWED);
}

/* principal_owns_board(account_id, board_id) → boolean. */
PG_FUNCTION_INFO_V1(wp_principal_owns_board);
Datum
wp_principal_owns_board(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText id = wp_arg_text(fcinfo, 1);
	const WpPrincipal *principal = wp_session_principal();
	WpBoard board = {0};

	if (wp_decide_caller(principal, &account) != WP_ALLOWED)
		PG_RETURN_BOOL(false);
	board.account = account;
	wp_load_board_membership(principal, &id, &board);
	PG_RETURN_BOOL(board.is_owner);
}

/*
 * Returns the verdict on a column of a board of the principal's account.
 * `decide` is one of the two decisions on columns.
 */
static WpVerdict
decide_column(FunctionCallInfo fcinfo,
			  WpVerdict (*decide)(const WpPrincipal *, const WpBoard *,
								  const WpColumn *, WpTrace *))
{
	WpText board_id = wp_arg_text(fcinfo, 0);
	WpText id = wp_arg_text(fcinfo, 1);
	const WpPrincipal *principal = wp_session_principal();
	WpBoard board;
	WpColumn column;

	if (principal == NULL)
		return WP_NO_PRINCIPAL;
	if (!wp_load_board(principal, &board_id, &board) ||
		!wp_load_column(principal, &board, &board_id, &id, &column))
		return WP_NOT_FOUND;
	return decide(principal, &board, &column, NULL);
}

/* can_view_column(board_id, column_id) → boolean. */
PG_FUNCTION_INFO_V1(wp_can_view_column);
Datum
wp_can_view_column(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(decide_column(fcinfo, wp_decide_view_column) == WP_ALLOWED);
}

/* can_edit_column(board_id, column_id) → boolean. */
PG_FUNCTION_INFO_V1(wp_can_edit_column);
Datum
wp_can_edit_column(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(decide_column(fcinfo, wp_decide_edit_column) == WP_ALLOWED);
}

/*
 * can_view_column(account_id, board_id, column_id, view_restricted) → boolean.
 * A row that is being inserted is not in the table yet, so its lists are empty.
 */
PG_FUNCTION_INFO_V1(wp_can_view_column_columns);
Datum
wp_can_view_column_columns(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText board_id = wp_arg_text(fcinfo, 1);
	WpText id = wp_arg_text(fcinfo, 2);
	const WpPrincipal *principal = wp_session_principal();
	WpBoard board;
	WpColumn column;

	if (wp_decide_caller(principal, &account) != WP_ALLOWED ||
		!wp_load_board(principal, &board_id, &board))
		PG_RETURN_BOOL(false);
	(void) wp_load_column(principal, &board, &board_id, &id, &column);
	column.view_restricted = PG_ARGISNULL(3) || PG_GETARG_BOOL(3);
	PG_RETURN_BOOL(wp_decide_view_column(principal, &board, &column, NULL) ==
				   WP_ALLOWED);
}

/*
 * Fills *workflow with the workflow with that id in the principal's account.
 * Returns whether the principal may view it.
 */
static bool
load_viewed_workflow(const WpPrincipal *principal, const WpText *id,
					 WpWorkflow *workflow)
{
	return principal != NULL && id->data != NULL &&
		   wp_load_workflow(&principal->account, id, workflow) &&
		   wp_decide(principal, WP_VIEW, workflow) == WP_ALLOWED;
}

/*
 * board_state(workflow_id, board_id) → text: absent, grey or selectable.  The
 * board's own workspace decides, even if the workflow's steps are not checked,
 * because a workflow of a project can be seen without any right to the board.
 */
PG_FUNCTION_INFO_V1(wp_board_state_sql);
Datum
wp_board_state_sql(PG_FUNCTION_ARGS)
{
	WpText workflow_id = wp_arg_text(fcinfo, 0);
	WpText id = wp_arg_text(fcinfo, 1);
	const WpPrincipal *principal = wp_session_principal();
	WpMenuState state = WP_MENU_ABSENT;
	WpWorkflow workflow;
	WpBoard board;

	if (load_viewed_workflow(principal, &workflow_id, &workflow) &&
		wp_load_board(principal, &id, &board))
		state = wp_board_state(principal, &board);
	PG_RETURN_TEXT_P(cstring_to_text(wp_menu_word(state)));
}

/* column_state(workflow_id, step_id, board_id, column_id, access) → text. */
PG_FUNCTION_INFO_V1(wp_column_state_sql);
Datum
wp_column_state_sql(PG_FUNCTION_ARGS)
{
	WpText workflow_id = wp_arg_text(fcinfo, 0);
	WpText step_id = wp_arg_text(fcinfo, 1);
	WpStepIds ids = {.board = wp_arg_text(fcinfo, 2),
					 .column = wp_arg_text(fcinfo, 3)};
	const WpPrincipal *principal = wp_session_principal();
	WpMenuState state = WP_MENU_HIDDEN;
	WpWorkflow workflow;
	WpLoadedTouch loaded;
	WpStepIds saved;

	ids.writes = wp_arg_word(fcinfo, 4, &wp_accesses, WP_ACCESS_WRITE) ==
				 WP_ACCESS_WRITE;
	if (load_viewed_workflow(principal, &workflow_id, &workflow))
	{
		wp_load_touch(principal, &ids, &loaded);
		if (loaded.touch.column != NULL)
		{
			bool used = wp_load_step(&principal->account, &workflow_id,
									 &step_id, &saved) &&
						wp_text_equal(&saved.board, &ids.board) &&
						wp_text_equal(&saved.column, &ids.column);

			state = wp_column_state(principal, loaded.touch.board,
									loaded.touch.column, ids.writes, used);
		}
	}
	PG_RETURN_TEXT_P(cstring_to_text(wp_menu_word(state)));
}

/*
 * configure_step_verdict(account_id, workflow_id, step_id, workspace_id,
 * board_id, column_id, access) → text.  The right to edit the workflow is not
 * checked here.
 */
PG_FUNCTION_INFO_V1(wp_configure_step_verdict);
Datum
wp_configure_step_verdict(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText workflow_id = wp_arg_text(fcinfo, 1);
	WpText step_id = wp_arg_text(fcinfo, 2);
	const WpPrincipal *principal = wp_session_principal();
	WpVerdict verdict = wp_decide_caller(principal, &account);
	WpWorkflow workflow;
	WpStepIds ids;

	wp_arg_step_ids(fcinfo, 3, &ids);
	if (verdict == WP_ALLOWED &&
		(workflow_id.data == NULL ||
		 !wp_load_workflow(&account, &workflow_id, &workflow)))
		verdict = WP_NOT_FOUND;
	if (verdict == WP_ALLOWED && wp_steps_are_checked(principal, &workflow))
	{
		WpLoadedTouch loaded;
		WpStepIds saved;
		bool is_saved = wp_load_step(&account, &workflow_id, &step_id, &saved);
		bool same_column = is_saved &&
						   wp_text_equal(&saved.board, &ids.board) &&
						   wp_text_equal(&saved.column, &ids.column);

		/* A step that does not change is not checked. */
		if (!same_column || !wp_text_equal(&saved.workspace, &ids.workspace) ||
			saved.writes != ids.writes)
		{
			wp_load_touch(principal, &ids, &loaded);
			verdict =
				wp_decide_configure(principal, &loaded.touch, same_column);
		}
	}
	PG_RETURN_TEXT_P(cstring_to_text(wp_verdict_code(verdict)));
}
