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
 * The gate of the board itself, for members and services.  A main one is for
 * whoever is no guest and reaches its workspace, the others for their members, of
 * whom guests see shareable ones only.  Raises nothing.
 */
static WpVerdict
team_sees_board(const WpPrincipal *principal, const WpBoard *board, WpTrace *trace)
{
	static const char gate[] = "board";
	bool guest = principal->account_role == WP_ACCOUNT_GUEST;
	bool reached;

	if (board->kind == WP_BOARD_MAIN && !guest)
	{
		reached = wp_reaches_workspace(principal, &board->workspace, wp_workspace_kind_of(principal, &board->workspace));
		return wp_told(trace, "workspace", reached ? WP_ALLOWED : WP_WORKSPACE_RESTRICTED,
					   reached ? "reaches the workspace" : "does not reach the workspace", &board->workspace);
	}
	if (board->kind == WP_BOARD_MAIN || (board->kind == WP_BOARD_PRIVATE && guest))
		return wp_told_word(trace, gate, WP_BOARD_RESTRICTED, "account role", "guest");
	if (board->is_member && (board->kind == WP_BOARD_SHAREABLE || board->kind == WP_BOARD_PRIVATE))
		return wp_told(trace, gate, WP_ALLOWED, board->is_owner ? "owner of the board" : "member of the board", NULL);
	return wp_told(trace, gate, WP_BOARD_RESTRICTED, "not a member of the board", NULL);
}

/*
 * Returns the verdict on seeing the board, told gate by gate to whoever listens
 * (trace NULL: nobody).  Boards are for members and services.  Raises nothing.
 */
WpVerdict
wp_decide_view_board_traced(const WpPrincipal *principal, const WpBoard *board, WpTrace *trace)
{
	WpVerdict verdict = wp_gate_caller(principal, &board->account, trace);

	if (verdict != WP_ALLOWED)
		return verdict;
	if (!wp_is_team(principal))
		return wp_told(trace, "board", WP_BOARD_RESTRICTED, "neither a member of the account nor a service", NULL);
	return team_sees_board(principal, board, trace);
}

/*
 * Returns the verdict on seeing the board.  Raises nothing.
 */
WpVerdict
wp_decide_view_board(const WpPrincipal *principal, const WpBoard *board)
{
	return wp_decide_view_board_traced(principal, board, NULL);
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
 * The gate of a capability for the history of the workflow's runs.  Raises nothing.
 */
static WpVerdict
holds(const WpPrincipal *principal, const WpRun *run, const char *capability, WpTrace *trace)
{
	bool held = wp_holds_capability(principal, capability, &run->workflow->workspace);

	return wp_told_word(trace, "capability", held ? WP_ALLOWED : WP_NO_CAPABILITY, "capability", capability);
}

/*
 * Returns the verdict on seeing that a run took place, its steps' numbers, states
 * and reasons, told gate by gate to whoever listens (trace NULL: nobody).  Raises
 * nothing.
 */
WpVerdict
wp_decide_view_run_traced(const WpPrincipal *principal, const WpRun *run, WpTrace *trace)
{
	static const char gate[] = "visible";
	WpVerdict verdict = wp_gate_caller(principal, &run->account, trace);

	if (verdict != WP_ALLOWED)
		return verdict;
	if (!wp_is_team(principal))
	{
		if (principal->user.data != NULL && is_user(principal, &run->for_user))
			return wp_told(trace, gate, WP_ALLOWED, "made for the user", NULL);
		if (principal->user.data != NULL && is_user(principal, &run->started_by))
			return wp_told(trace, gate, WP_ALLOWED, "started by the user", NULL);
		return wp_told(trace, gate, WP_NOT_VISIBLE, "neither made for the user nor started by them", NULL);
	}
	if (run->workflow == NULL)
		return wp_told(trace, gate, WP_NOT_VISIBLE, "there is no such workflow any more", NULL);
	if (!wp_steps_are_checked(principal, run->workflow))
		return holds(principal, run, "task_history.view", trace);
	return wp_gate_view(principal, run->workflow, trace);
}

/*
 * Returns the verdict on seeing that a run took place.  Raises nothing.
 */
WpVerdict
wp_decide_view_run(const WpPrincipal *principal, const WpRun *run)
{
	return wp_decide_view_run_traced(principal, run, NULL);
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
 * last and may be another's; told as the others.  Raises nothing.
 */
WpVerdict
wp_decide_replay(const WpPrincipal *principal, const WpRun *run, WpTrace *trace)
{
	WpVerdict verdict = wp_decide_view_run_traced(principal, run, trace);
	bool owns;

	if (verdict != WP_ALLOWED)
		return verdict;
	if (run->workflow == NULL)
		return wp_told(trace, "owner", WP_NOT_OWNER, "there is no such workflow any more", NULL);
	if (!wp_steps_are_checked(principal, run->workflow))
		verdict = holds(principal, run, "task_history.replay", trace);
	else
	{
		owns = wp_owns_workflow(principal, run->workflow);
		verdict = wp_told(trace, "owner", owns ? WP_ALLOWED : WP_NOT_OWNER, owns ? "owner" : "not an owner", NULL);
	}
	if (verdict != WP_ALLOWED)
		return verdict;
	return wp_told(trace, "failed", run->failed ? WP_ALLOWED : WP_NOT_FAILED, NULL, NULL);
}
