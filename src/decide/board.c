/*
 * board.c
 *		Who sees boards and columns, and what an editor's menus and the steps of a
 *		run make of it (spec 4.8).
 */
#include "postgres.h"

#include "decide/board.h"
#include "decide/gates.h"
#include "principal/find.h"

/*
 * Returns the verdict on seeing the board.  Boards are for members and services:
 * a main one for whoever is no guest and reaches its workspace, the others for
 * their members, of whom guests see shareable ones only.  Raises nothing.
 */
WpVerdict
wp_decide_view_board(const WpPrincipal *principal, const WpBoard *board)
{
	WpVerdict verdict = wp_decide_caller(principal, &board->account);
	bool guest;

	if (verdict != WP_ALLOWED)
		return verdict;
	if (!wp_is_team(principal))
		return WP_BOARD_RESTRICTED;
	guest = principal->account_role == WP_ACCOUNT_GUEST;
	switch (board->kind)
	{
		case WP_BOARD_MAIN:
			if (guest)
				return WP_BOARD_RESTRICTED;
			return wp_reaches_workspace(principal, &board->workspace,
										wp_workspace_kind_of(principal, &board->workspace))
				? WP_ALLOWED
				: WP_WORKSPACE_RESTRICTED;
		case WP_BOARD_SHAREABLE:
			return board->is_member ? WP_ALLOWED : WP_BOARD_RESTRICTED;
		case WP_BOARD_PRIVATE:
			return board->is_member && !guest ? WP_ALLOWED : WP_BOARD_RESTRICTED;
		case WP_BOARD_UNKNOWN:
			break;
	}
	return WP_BOARD_RESTRICTED;
}

/*
 * Returns the verdict on seeing a column: the board, then the view list, of which
 * the board's owners are free.  Raises nothing.
 */
WpVerdict
wp_decide_view_column(const WpPrincipal *principal, const WpBoard *board, const WpColumn *column)
{
	WpVerdict verdict = wp_decide_view_board(principal, board);

	if (verdict != WP_ALLOWED)
		return verdict;
	if (column->view_restricted && !column->on_view_list && !board->is_owner)
		return WP_COLUMN_RESTRICTED;
	return WP_ALLOWED;
}

/*
 * Returns whether the column's edit list admits the principal, or asks nothing of
 * it.  Raises nothing.
 */
static bool
edit_list_admits(const WpBoard *board, const WpColumn *column)
{
	return !column->edit_restricted || column->on_edit_list || board->is_owner;
}

/*
 * Returns the verdict on editing a column, which needs seeing it.  An account
 * role of viewer never edits, as the board's owner neither.  Raises nothing.
 */
WpVerdict
wp_decide_edit_column(const WpPrincipal *principal, const WpBoard *board, const WpColumn *column)
{
	WpVerdict verdict = wp_decide_view_column(principal, board, column);

	if (verdict != WP_ALLOWED)
		return verdict;
	if (principal->account_role == WP_ACCOUNT_VIEWER || !edit_list_admits(board, column))
		return WP_COLUMN_RESTRICTED;
	return WP_ALLOWED;
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
	return wp_decide_view_board(principal, board) == WP_ALLOWED ? WP_MENU_SELECTABLE : WP_MENU_GREY;
}

/*
 * Returns how a column stands in the menu of a step that reads or writes.  `used`:
 * the step as it is saved uses it already.  Raises nothing.
 */
WpMenuState
wp_column_state(const WpPrincipal *principal, const WpBoard *board, const WpColumn *column, bool writes, bool used)
{
	bool views = board != NULL && column != NULL &&
		wp_decide_view_column(principal, board, column) == WP_ALLOWED;
	bool edits = views && wp_decide_edit_column(principal, board, column) == WP_ALLOWED;

	if (used)
		return views && edits ? WP_MENU_SELECTABLE : WP_MENU_GREY;
	if (!views)
		return WP_MENU_HIDDEN;
	return writes && !edits ? WP_MENU_SELECTABLE_WILL_FAIL : WP_MENU_SELECTABLE;
}

/*
 * Returns the state's word, a static string.  Raises nothing.
 */
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

/*
 * Returns the verdict on the workspace, then the board of a touch, for an active
 * principal.  A board is held to its own workspace as well as to the one that the
 * step names, should it have moved since.  What does not exist is nobody's to
 * use.  Raises nothing.
 */
static WpVerdict
touches_board(const WpPrincipal *principal, const WpTouch *touch)
{
	WpVerdict verdict;

	if (touch->workspace.data != NULL && !reaches(principal, &touch->workspace))
		return WP_WORKSPACE_RESTRICTED;
	if (!touch->names_board)
		return touch->names_column ? WP_COLUMN_RESTRICTED : WP_ALLOWED;
	if (touch->board == NULL)
		return WP_BOARD_RESTRICTED;
	if (!reaches(principal, &touch->board->workspace))
		return WP_WORKSPACE_RESTRICTED;
	verdict = wp_decide_view_board(principal, touch->board);
	if (verdict == WP_ALLOWED && touch->names_column && touch->column == NULL)
		return WP_COLUMN_RESTRICTED;
	return verdict;
}

/*
 * Returns the verdict on a step that acts with the rights of run_as.  Whether the
 * workflow's steps are checked at all is the caller's to know.  Raises nothing.
 */
WpVerdict
wp_decide_step(const WpPrincipal *run_as, const WpTouch *touch)
{
	WpVerdict verdict;

	if (!wp_is_team(run_as))
		return WP_RUN_AS_INACTIVE;
	verdict = touches_board(run_as, touch);
	if (verdict != WP_ALLOWED || !touch->names_column)
		return verdict;
	return touch->writes ? wp_decide_edit_column(run_as, touch->board, touch->column)
		: wp_decide_view_column(run_as, touch->board, touch->column);
}

/*
 * Returns whether the text is the principal's user.  Raises nothing.
 */
static bool
is_user(const WpPrincipal *principal, const WpText *user)
{
	return user->data != NULL && wp_text_compare(user, &principal->user) == 0;
}

/*
 * Returns the verdict on seeing that a run took place, its steps' numbers, states
 * and reasons.  Raises nothing.
 */
WpVerdict
wp_decide_view_run(const WpPrincipal *principal, const WpRun *run)
{
	WpVerdict verdict = wp_decide_caller(principal, &run->account);

	if (verdict != WP_ALLOWED)
		return verdict;
	if (!wp_is_team(principal))
		return principal->user.data != NULL &&
			(is_user(principal, &run->for_user) || is_user(principal, &run->started_by))
			? WP_ALLOWED
			: WP_NOT_VISIBLE;
	if (run->workflow == NULL)
		return WP_NOT_VISIBLE;
	if (!wp_steps_are_checked(principal, run->workflow))
		return wp_holds_capability(principal, "task_history.view", &run->workflow->workspace)
			? WP_ALLOWED
			: WP_NO_CAPABILITY;
	return wp_gate_view(principal, run->workflow, NULL);
}

/*
 * Returns the verdict on seeing the details of a step: the run, then all that the
 * step touched.  Who looks at what was written must be one whom the edit list
 * admits, whatever the account role.  Raises nothing.
 */
WpVerdict
wp_decide_view_run_detail(const WpPrincipal *principal, const WpRun *run, const WpTouch *touch)
{
	WpVerdict verdict = wp_decide_view_run(principal, run);

	if (verdict != WP_ALLOWED)
		return verdict;
	if (run->workflow != NULL && !wp_steps_are_checked(principal, run->workflow))
		return WP_ALLOWED;
	verdict = touches_board(principal, touch);
	if (verdict == WP_ALLOWED && touch->names_column)
		verdict = wp_decide_view_column(principal, touch->board, touch->column);
	if (verdict == WP_ALLOWED && touch->names_column && touch->writes &&
		!edit_list_admits(touch->board, touch->column))
		return WP_COLUMN_RESTRICTED;
	return verdict;
}

/*
 * Returns the verdict on replaying the run, but for the run gates, which come
 * last and may be another's.  Raises nothing.
 */
WpVerdict
wp_decide_replay(const WpPrincipal *principal, const WpRun *run)
{
	WpVerdict verdict = wp_decide_view_run(principal, run);

	if (verdict != WP_ALLOWED)
		return verdict;
	if (run->workflow == NULL)
		return WP_NOT_OWNER;
	if (!wp_steps_are_checked(principal, run->workflow))
	{
		if (!wp_holds_capability(principal, "task_history.replay", &run->workflow->workspace))
			return WP_NO_CAPABILITY;
	}
	else if (!wp_owns_workflow(principal, run->workflow))
		return WP_NOT_OWNER;
	return run->failed ? WP_ALLOWED : WP_NOT_FAILED;
}
