/*
 * board.c
 *		Who sees and edits boards and columns, and what an editor's menus make of it
 *		(spec 4.8).
 */
#include "postgres.h"

#include "decide/board.h"
#include "decide/gates.h"
#include "principal/find.h"

/*
 * The gate of the board itself, for who reaches its workspace if it is a main one:
 * that is for all but guests, the others are for their members, of whom guests see
 * shareable ones only.  Raises nothing.
 */
WpVerdict
wp_gate_board(const WpPrincipal *principal, const WpBoard *board, WpTrace *trace)
{
	static const char gate[] = "board";
	bool guest = principal->account_role == WP_ACCOUNT_GUEST;

	if (!wp_is_team(principal))
		return wp_told(trace, gate, WP_BOARD_RESTRICTED, "neither a member of the account nor a service", NULL);
	if (guest && board->kind != WP_BOARD_SHAREABLE)
		return wp_told_word(trace, gate, WP_BOARD_RESTRICTED, "account role", "guest");
	if (board->kind == WP_BOARD_MAIN)
		return wp_told(trace, gate, WP_ALLOWED, "main board", NULL);
	if (board->is_member && (board->kind == WP_BOARD_SHAREABLE || board->kind == WP_BOARD_PRIVATE))
		return wp_told_through(trace, gate, WP_ALLOWED, board->is_owner ? "owner of the board" : "member of the board",
							   NULL, &board->through);
	return wp_told(trace, gate, WP_BOARD_RESTRICTED, "not a member of the board", NULL);
}

/*
 * Returns the verdict on seeing the board, told gate by gate to whoever listens
 * (trace NULL: nobody).  Boards are for members and services.  Raises nothing.
 */
WpVerdict
wp_decide_view_board(const WpPrincipal *principal, const WpBoard *board, WpTrace *trace)
{
	WpVerdict verdict = wp_gate_caller(principal, &board->account, trace);

	/* Whom the board does not admit anyway is told that, wherever it lies. */
	if (verdict == WP_ALLOWED && board->kind == WP_BOARD_MAIN && wp_is_team(principal) &&
		principal->account_role != WP_ACCOUNT_GUEST)
		verdict = wp_gate_reach(principal, &board->workspace, wp_workspace_kind_of(principal, &board->workspace), trace);
	return verdict != WP_ALLOWED ? verdict : wp_gate_board(principal, board, trace);
}

/*
 * The gate of one of a column's two lists, from which the board's owners are free.
 * Raises nothing.
 */
static WpVerdict
pass_list(const WpBoard *board, const char *list, bool restricted, bool listed, const WpText *through, WpTrace *trace)
{
	WpText name = {list, (int) strlen(list)};

	if (!restricted)
		return wp_told(trace, "column", WP_ALLOWED, "not restricted", &name);
	if (board->is_owner)
		return wp_told(trace, "column", WP_ALLOWED, "owner of the board", NULL);
	return wp_told_through(trace, "column", listed ? WP_ALLOWED : WP_COLUMN_RESTRICTED,
						   listed ? "on the list" : "not on the list", &name, listed ? through : NULL);
}

/* The gate of a column's view list.  Raises nothing. */
WpVerdict
wp_gate_view_list(const WpBoard *board, const WpColumn *column, WpTrace *trace)
{
	return pass_list(board, "view", column->view_restricted, column->on_view_list, &column->view_through, trace);
}

/* The gate of a column's edit list.  Raises nothing. */
WpVerdict
wp_gate_edit_list(const WpBoard *board, const WpColumn *column, WpTrace *trace)
{
	return pass_list(board, "edit", column->edit_restricted, column->on_edit_list, &column->edit_through, trace);
}

/*
 * Returns the verdict on seeing a column: the board, then the view list.  Told as
 * the others.  Raises nothing.
 */
WpVerdict
wp_decide_view_column(const WpPrincipal *principal, const WpBoard *board, const WpColumn *column, WpTrace *trace)
{
	WpVerdict verdict = wp_decide_view_board(principal, board, trace);

	return verdict != WP_ALLOWED ? verdict : wp_gate_view_list(board, column, trace);
}

/*
 * The gate of editing a column that may be seen: an account role of viewer never
 * edits, as the board's owner neither.  Raises nothing.
 */
WpVerdict
wp_gate_edit_column(const WpPrincipal *principal, const WpBoard *board, const WpColumn *column, WpTrace *trace)
{
	if (principal->account_role == WP_ACCOUNT_VIEWER)
		return wp_told_word(trace, "column", WP_COLUMN_RESTRICTED, "account role", "viewer");
	return wp_gate_edit_list(board, column, trace);
}

/*
 * Returns the verdict on editing a column, which needs seeing it.  Told as the
 * others.  Raises nothing.
 */
WpVerdict
wp_decide_edit_column(const WpPrincipal *principal, const WpBoard *board, const WpColumn *column, WpTrace *trace)
{
	WpVerdict verdict = wp_decide_view_column(principal, board, column, trace);

	return verdict != WP_ALLOWED ? verdict : wp_gate_edit_column(principal, board, column, trace);
}

/*
 * Returns whether boards and columns bind the steps of this workflow; in project
 * and app they do not.  A workflow of no known workspace is checked.  Raises
 * nothing.
 */
bool
wp_steps_are_checked(const WpPrincipal *principal, const WpWorkflow *workflow)
{
	WpWorkspaceKind kind = wp_workspace_kind_of(principal, &workflow->workspace);

	return kind == WP_WORKSPACE_UNKNOWN || wp_goes_by_membership(kind);
}

/*
 * Returns whether the principal reaches the workspace, of whatever kind.  Raises
 * nothing.
 */
static bool
reaches(const WpPrincipal *principal, const WpText *workspace)
{
	return wp_reaches_workspace(principal, workspace, wp_workspace_kind_of(principal, workspace));
}

/*
 * Returns how the board (NULL: none of that id) stands in an editor's menu.
 * Raises nothing.
 */
WpMenuState
wp_board_state(const WpPrincipal *principal, const WpBoard *board)
{
	if (board == NULL || wp_decide_caller(principal, &board->account) != WP_ALLOWED ||
		!reaches(principal, &board->workspace))
		return WP_MENU_ABSENT;
	return wp_decide_view_board(principal, board, NULL) == WP_ALLOWED ? WP_MENU_SELECTABLE : WP_MENU_GREY;
}

/*
 * Returns how a column stands in the menu of a step that reads or writes.  `used`:
 * the step as it is saved uses it already.  Raises nothing.
 */
WpMenuState
wp_column_state(const WpPrincipal *principal, const WpBoard *board, const WpColumn *column, bool writes, bool used)
{
	bool views = board != NULL && column != NULL &&
		wp_decide_view_column(principal, board, column, NULL) == WP_ALLOWED;
	bool edits = views && wp_decide_edit_column(principal, board, column, NULL) == WP_ALLOWED;

	if (used)
		return views && edits ? WP_MENU_SELECTABLE : WP_MENU_GREY;
	if (!views)
		return WP_MENU_HIDDEN;
	return writes && !edits ? WP_MENU_SELECTABLE_WILL_FAIL : WP_MENU_SELECTABLE;
}

/* Returns the state's word, a static string.  Raises nothing. */
const char *
wp_menu_word(WpMenuState state)
{
	switch (state)
	{
		case WP_MENU_ABSENT:
			return "absent";
		case WP_MENU_HIDDEN:
			return "hidden";
		case WP_MENU_GREY:
			return "grey";
		case WP_MENU_SELECTABLE_WILL_FAIL:
			return "selectable_will_fail";
		case WP_MENU_SELECTABLE:
			return "selectable";
	}
	return "absent";
}

/*
 * Returns the verdict on configuring a step to touch this: its workspace
 * accessible, its board selectable, its column not hidden (spec 6.3).  Whoever
 * chooses a column that may not be edited is let, for the run will fail.
 * Raises nothing.
 */
WpVerdict
wp_decide_configure(const WpPrincipal *principal, const WpTouch *touch, bool column_used)
{
	if (touch->workspace.data != NULL && !reaches(principal, &touch->workspace))
		return WP_WORKSPACE_RESTRICTED;
	if (touch->names_board)
		switch (wp_board_state(principal, touch->board))
		{
			case WP_MENU_SELECTABLE:
				break;
			case WP_MENU_ABSENT:
				return touch->board == NULL ? WP_BOARD_RESTRICTED : WP_WORKSPACE_RESTRICTED;
			default:
				return WP_BOARD_RESTRICTED;
		}
	if (touch->names_column &&
		wp_column_state(principal, touch->board, touch->column, touch->writes, column_used) == WP_MENU_HIDDEN)
		return WP_COLUMN_RESTRICTED;
	return WP_ALLOWED;
}
