/*
 * step_and_history_gates.c
 *		What the steps of a run may do, and who may see runs, see the details of
 *		their steps, and replay them (spec 4.8).
 */
#include "postgres.h"

#include "decide/board_gates.h"
#include "decide/gates.h"
#include "principal/find.h"

/*
 * The workspace, then the board of a touch, for an active principal.  Besides
 * the workspace that the step names, the board's own workspace is checked,
 * because the board may have moved.  An object that does not exist is refused.
 */
static WpVerdict
touches_board(const WpPrincipal *principal, const WpTouch *touch,
			  WpTrace *trace)
{
	WpVerdict verdict = WP_ALLOWED;

	if (touch->workspace.data != NULL)
		verdict = wp_gate_reach(
			principal, &touch->workspace,
			wp_workspace_kind_of(principal, &touch->workspace), trace);
	if (verdict != WP_ALLOWED)
		return verdict;
	if (!touch->names_board)
		return touch->names_column
				   ? wp_trace_gate(trace, "column", WP_COLUMN_RESTRICTED,
								   "of no board", NULL)
				   : wp_trace_gate(trace, "board", WP_ALLOWED, "none", NULL);
	if (touch->board == NULL)
		return wp_trace_gate(trace, "board", WP_BOARD_RESTRICTED,
							 "there is no such board any more", NULL);
	if (wp_text_compare(&touch->workspace, &touch->board->workspace) != 0)
		verdict = wp_gate_reach(
			principal, &touch->board->workspace,
			wp_workspace_kind_of(principal, &touch->board->workspace), trace);
	if (verdict == WP_ALLOWED)
		verdict = wp_gate_board(principal, touch->board, trace);
	if (verdict == WP_ALLOWED && touch->names_column && touch->column == NULL)
		return wp_trace_gate(trace, "column", WP_COLUMN_RESTRICTED,
							 "there is no such column any more", NULL);
	return verdict;
}

/* A step that the live version does not declare may touch anything. */
static WpVerdict
gate_declared(const WpTouch *touch, WpTrace *trace)
{
	if (touch->undeclared)
		return wp_trace_gate(trace, "declared", WP_NOT_FOUND,
							 "no step of the live version", NULL);
	return WP_ALLOWED;
}

WpVerdict
wp_decide_step(const WpPrincipal *run_as, const WpTouch *touch, WpTrace *trace)
{
	bool acts = wp_is_team(run_as);
	WpVerdict verdict = gate_declared(touch, trace);

	if (verdict != WP_ALLOWED)
		return verdict;
	if (wp_trace_gate(trace, "run_as", acts ? WP_ALLOWED : WP_RUN_AS_INACTIVE,
					  "user",
					  run_as != NULL ? &run_as->user : NULL) != WP_ALLOWED)
		return WP_RUN_AS_INACTIVE;
	verdict = touches_board(run_as, touch, trace);
	if (verdict != WP_ALLOWED || !touch->names_column)
		return verdict;
	verdict = wp_gate_view_list(touch->board, touch->column, trace);
	if (verdict != WP_ALLOWED || !touch->writes)
		return verdict;
	return wp_gate_edit_column(run_as, touch->board, touch->column, trace);
}

static bool
is_user(const WpPrincipal *principal, const WpText *user)
{
	return user->data != NULL && wp_text_compare(user, &principal->user) == 0;
}

WpVerdict
wp_decide_view_run(const WpPrincipal *principal, const WpRun *run,
				   WpTrace *trace)
{
	static const char gate[] = "visible";
	WpVerdict verdict = wp_gate_caller(principal, &run->account, trace);

	if (verdict != WP_ALLOWED)
		return verdict;
	if (!wp_is_team(principal))
	{
		if (principal->user.data != NULL && is_user(principal, &run->for_user))
			return wp_trace_gate(trace, gate, WP_ALLOWED, "made for the user",
								 NULL);
		if (principal->user.data != NULL &&
			is_user(principal, &run->started_by))
			return wp_trace_gate(trace, gate, WP_ALLOWED, "started by the user",
								 NULL);
		return wp_trace_gate(trace, gate, WP_NOT_VISIBLE,
							 "neither made for the user nor started by them",
							 NULL);
	}
	if (run->workflow == NULL)
		return wp_trace_gate(trace, gate, WP_NOT_VISIBLE,
							 "there is no such workflow any more", NULL);
	if (!wp_steps_are_checked(principal, run->workflow))
		return wp_gate_capability(principal, "task_history.view",
								  &run->workflow->workspace, trace);
	return wp_gate_view(principal, run->workflow, trace);
}

/*
 * To see what was written, the principal must be on the edit list, whatever its
 * account role.
 */
WpVerdict
wp_decide_view_touch(const WpPrincipal *principal, const WpTouch *touch,
					 WpTrace *trace)
{
	WpVerdict verdict = gate_declared(touch, trace);

	if (verdict == WP_ALLOWED)
		verdict = touches_board(principal, touch, trace);
	if (verdict == WP_ALLOWED && touch->names_column)
		verdict = wp_gate_view_list(touch->board, touch->column, trace);
	if (verdict == WP_ALLOWED && touch->names_column && touch->writes)
		verdict = wp_gate_edit_list(touch->board, touch->column, trace);
	return verdict;
}

WpVerdict
wp_decide_view_run_detail(const WpPrincipal *principal, const WpRun *run,
						  const WpTouch *touch, WpTrace *trace)
{
	WpVerdict verdict = wp_decide_view_run(principal, run, trace);

	if (verdict != WP_ALLOWED)
		return verdict;
	if (run->workflow != NULL &&
		!wp_steps_are_checked(principal, run->workflow))
		return wp_trace_gate(trace, "checked", WP_ALLOWED,
							 "steps are not checked in a project or app", NULL);
	return wp_decide_view_touch(principal, touch, trace);
}

WpVerdict
wp_decide_replay(const WpPrincipal *principal, const WpRun *run, WpTrace *trace)
{
	WpVerdict verdict = wp_decide_view_run(principal, run, trace);
	bool owns;

	if (verdict != WP_ALLOWED)
		return verdict;
	if (run->workflow == NULL)
		return wp_trace_gate(trace, "owner", WP_NOT_OWNER,
							 "there is no such workflow any more", NULL);
	if (!wp_steps_are_checked(principal, run->workflow))
		verdict = wp_gate_capability(principal, "task_history.replay",
									 &run->workflow->workspace, trace);
	else
	{
		owns = wp_owns_workflow(principal, run->workflow);
		verdict =
			wp_trace_gate(trace, "owner", owns ? WP_ALLOWED : WP_NOT_OWNER,
						  owns ? "owner" : "not an owner", NULL);
	}
	if (verdict != WP_ALLOWED)
		return verdict;
	return wp_trace_gate(trace, "failed",
						 run->failed ? WP_ALLOWED : WP_NOT_FAILED, NULL, NULL);
}
