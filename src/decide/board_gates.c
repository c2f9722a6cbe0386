/*
 * board_gates.c
 *		Who may see and edit boards and columns, and how the menus of an editor
 *		show them (spec 4.8).
 */
#include "postgres.h"

#include "decide/board_gates.h"
#include "decide/gates.h"
#include "principal/find.h"

/*
 * A main board is visible to everyone who can reach its workspace, except
 * guests.  Other boards are visible to their members; guests see only shareable
 * ones.
 */
WpVerdict
wp_gate_board(const WpPrincipal *principal, const WpBoard *board,
			  WpTrace *trace)
{
	static const char gate[] = "board";
	bool guest = principal->account_role == WP_ACCOUNT_GUEST;

	if (!wp_is_team(principal))
		return wp_trace_gate(trace, gate, WP_BOARD_RESTRICTED,
							 "neither a member of the account nor a service",
							 NULL);
	if (guest && board->kind != WP_BOARD_SHAREABLE)
		return wp_trace_gate_word(trace, gate, WP_BOARD_RESTRICTED,
								  "account role", "guest");
	if (board->kind == WP_BOARD_MAIN)
		return wp_trace_gate(trace, gate, WP_ALLOWED, "main board", NULL);
	if (board->is_member &&
		(board->kind == WP_BOARD_SHAREABLE || board->kind == WP_BOARD_PRIVATE))
		return wp_trace_gate_through(trace, gate, WP_ALLOWED,
									 board->is_owner ? "owner of the board"
													 : "member of the board",
									 NULL, &board->through);
	return wp_trace_gate(trace, gate, WP_BOARD_RESTRICTED,
						 "not a member of the board", NULL);
}

WpVerdict
wp_decide_view_board(const WpPrincipal *principal, const WpBoard *board,
					 WpTrace *trace)
{
	WpVerdict verdict = wp_gate_caller(principal, &board->account, trace);

	/*
	 * A principal that the board does not admit gets that code, whatever the
	 * board's workspace.
	 */
	if (verdict == WP_ALLOWED && board->kind == WP_BOARD_MAIN &&
		wp_is_team(principal) && principal->account_role != WP_ACCOUNT_GUEST)
		verdict = wp_gate_reach(
			principal, &board->workspace,
			wp_workspace_kind_of(principal, &board->workspace), trace);
	return verdict != WP_ALLOWED ? verdict
								 : wp_gate_board(principal, board, trace);
}

/* One of a column's two lists.  The board's owners need not be on it. */
static WpVerdict
pass_list(const WpBoard *board, const char *list, bool restricted, bool listed,
		  const WpText *through, WpTrace *trace)
{
	WpText name = {list, (int) strlen(list)};

	if (!restricted)
		return wp_trace_gate(trace, "column", WP_ALLOWED, "not restricted",
							 &name);
	if (board->is_owner)
		return wp_trace_gate(trace, "column", WP_ALLOWED, "owner of the board",
							 NULL);
	return wp_trace_gate_through(trace, "column",
								 listed ? WP_ALLOWED : WP_COLUMN_RESTRICTED,
								 listed ? "on the list" : "not on the list",
								 &name, listed ? through : NULL);
}

WpVerdict
wp_gate_view_list(const WpBoard *board, const WpColumn *column, WpTrace *trace)
{
	return pass_list(board, "view", column->view_restricted,
					 column->on_view_list, &column->view_through, trace);
}

WpVerdict
wp_gate_edit_list(const WpBoard *board, const WpColumn *column, WpTrace *trace)
{
	return pass_list(board, "edit", column->edit_restricted,
					 column->on_edit_list, &column->edit_through, trace);
}

WpVerdict
wp_decide_view_column(const WpPrincipal *principal, const WpBoard *board,
					  const WpColumn *column, WpTrace *trace)
{
	WpVerdict verdict = wp_decide_view_board(principal, board, trace);

	return verdict != WP_ALLOWED ? verdict
								 : wp_gate_view_list(board, column, trace);
}

/* The account role viewer never edits, even as an owner of the board. */
WpVerdict
wp_gate_edit_column(const WpPrincipal *principal, const WpBoard *board,
					const WpColumn *column, WpTrace *trace)
{
	if (principal->account_role == WP_ACCOUNT_VIEWER)
		return wp_trace_gate_word(trace, "column", WP_COLUMN_RESTRICTED,
								  "account role", "viewer");
	return wp_gate_edit_list(board, column, trace);
}

WpVerdict
wp_decide_edit_column(const WpPrincipal *principal, const WpBoard *board,
					  const WpColumn *column, WpTrace *trace)
{
	WpVerdict verdict = wp_decide_view_column(principal, board, column, trace);

	return verdict != WP_ALLOWED
			   ? verdict
			   : wp_gate_edit_column(principal, board, column, trace);
}

/* If the workflow's workspace is not known, its steps are checked. */
bool
wp_steps_are_checked(const WpPrincipal *principal, const WpWorkflow *workflow)
{
	WpWorkspaceKind kind =
		wp_workspace_kind_of(principal, &workflow->workspace);

	return kind == WP_WORKSPACE_UNKNOWN || wp_goes_by_membership(kind);
}

WpMenuState
wp_board_state(const WpPrincipal *principal, const WpBoard *board)
{
	if (board == NULL ||
		wp_decide_caller(principal, &board->account) != WP_ALLOWED ||
		!wp_reaches_workspace(principal, &board->workspace))
		return WP_MENU_ABSENT;
	return wp_decide_view_board(principal, board, NULL) == WP_ALLOWED
			   ? WP_MENU_SELECTABLE
			   : WP_MENU_GREY;
}

WpMenuState
wp_column_state(const WpPrincipal *principal, const WpBoard *board,
				const WpColumn *column, bool writes, bool used)
{
	bool views =
		board != NULL && column != NULL &&
		wp_decide_view_column(principal, board, column, NULL) == WP_ALLOWED;
	bool edits = views && wp_decide_edit_column(principal, board, column,
												NULL) == WP_ALLOWED;

	if (used)
		return views && edits ? WP_MENU_SELECTABLE : WP_MENU_GREY;
	if (!views)
		return WP_MENU_HIDDEN;
	return writes && !edits ? WP_MENU_SELECTABLE_WILL_FAIL : WP_MENU_SELECTABLE;
}

const char *
wp_menu_word(WpMenuState state)
{
	static const char *const words[] = {"absent", "hidden", "grey",
										"selectable_will_fail", "selectable"};

	return words[state];
}

/* A column that may not be edited may be chosen, but the run will fail. */
WpVerdict
wp_decide_configure(const WpPrincipal *principal, const WpTouch *touch,
					bool column_used)
{
	if (touch->workspace.data != NULL &&
		!wp_reaches_workspace(principal, &touch->workspace))
		return WP_WORKSPACE_RESTRICTED;
	if (touch->names_board)
		switch (wp_board_state(principal, touch->board))
		{
			case WP_MENU_SELECTABLE:
				break;
			case WP_MENU_ABSENT:
				return touch->board == NULL ? WP_BOARD_RESTRICTED
											: WP_WORKSPACE_RESTRICTED;
			default:
				return WP_BOARD_RESTRICTED;
		}
	if (touch->names_column &&
		wp_column_state(principal, touch->board, touch->column, touch->writes,
						column_used) == WP_MENU_HIDDEN)
		return WP_COLUMN_RESTRICTED;
	return WP_ALLOWED;
}
