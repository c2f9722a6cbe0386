/*
 * explain_target.c
 *		The question that explain_access() and who_can() are asked in words: an
 *		action on a workflow, workspace, board or run.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "decide/gates.h"
#include "lookup/load_workflow.h"
#include "principal/find.h"
#include "query/explain_target.h"
#include "query/run_access.h"

/*
 * The questions that are not about an action on a workflow, and the second id
 * that each takes.
 */
static const struct
{
	const char *name;
	WpQuestionKind kind;
	const char *part;
} others[] = {
	{"create", WP_ASK_CREATE},
	{"access_workspace", WP_ASK_ACCESS_WORKSPACE},
	{"view_board", WP_ASK_VIEW_BOARD},
	{"view_column", WP_ASK_VIEW_COLUMN, "ARRAY[board_id, column_id]"},
	{"edit_column", WP_ASK_EDIT_COLUMN, "ARRAY[board_id, column_id]"},
	{"view_run", WP_ASK_VIEW_RUN},
	{"view_run_detail", WP_ASK_VIEW_RUN_DETAIL, "ARRAY[run_id, step_no]"},
	{"step", WP_ASK_STEP, "ARRAY[run_id, step_id]"},
	{"replay", WP_ASK_REPLAY}};

WpQuestion
wp_question(const WpText *action)
{
	WpQuestion question = {WP_ASK_WORKFLOW};

	if (action->data == NULL)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("the action must not be null"),
						errhint("Name one, such as view.")));
	question.action = wp_action(action->data, action->len);
	if (question.action != WP_ACTION_UNKNOWN)
		return question;
	for (int i = 0; i < lengthof(others); i++)
		if (strlen(others[i].name) == action->len &&
			memcmp(others[i].name, action->data, action->len) == 0)
		{
			question.kind = others[i].kind;
			return question;
		}
	ereport(
		ERROR,
		(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		 errmsg("unknown action \"%.*s\"", action->len, action->data),
		 errhint("Actions on a workflow are view, view_draft, edit, operate, "
				 "publish, delete, manage_members, manage_rules, enable "
				 "and run; on a workspace, create and access_workspace; on "
				 "a board, view_board, and on its columns view_column and "
				 "edit_column; on a run, view_run and replay, and on its "
				 "steps view_run_detail and step.")));
}

WpAction
wp_question_action(const WpText *action)
{
	WpQuestion question = wp_question(action);

	if (question.kind != WP_ASK_WORKFLOW)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("\"%.*s\" is no action on a workflow",
							   action->len, action->data)));
	return question.action;
}

const char *
wp_question_takes_part(const WpQuestion *question)
{
	for (int i = 0; i < lengthof(others); i++)
		if (others[i].kind == question->kind)
			return others[i].part;
	return NULL;
}

/* Returns whether the question is about a run or a step of one. */
static bool
is_about_run(const WpQuestion *question)
{
	return question->kind == WP_ASK_VIEW_RUN ||
		   question->kind == WP_ASK_VIEW_RUN_DETAIL ||
		   question->kind == WP_ASK_STEP || question->kind == WP_ASK_REPLAY;
}

/*
 * Returns the number of a step.  Raises invalid_parameter_value if it is
 * invalid.
 */
static int32
read_step_no(const WpText *text)
{
	int64 number = 0;

	for (int i = 0; i < text->len; i++)
	{
		if (text->data[i] < '0' || text->data[i] > '9' ||
			(number = number * 10 + (text->data[i] - '0')) > PG_INT32_MAX)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("invalid step number \"%.*s\"", text->len,
								   text->data),
							errhint("Steps of a run go by their step_no, "
									"ARRAY[run_id, '1'].")));
	}
	return (int32) number;
}

void
wp_question_about(WpQuestion *question, const WpText *account,
				  const WpText *object)
{
	question->account = *account;
	question->object = *object;
	question->found = account->data != NULL && object->data != NULL &&
					  (question->part.data != NULL ||
					   wp_question_takes_part(question) == NULL);
	if (!question->found)
		return;
	switch (question->kind)
	{
		case WP_ASK_WORKFLOW:
			question->found =
				wp_load_workflow(account, object, &question->workflow);
			break;
		case WP_ASK_VIEW_RUN:
		case WP_ASK_REPLAY:
		case WP_ASK_STEP:
			question->found = wp_load_run(account, object, &question->run);
			break;
		case WP_ASK_VIEW_RUN_DETAIL:
			question->found =
				wp_load_run_step(account, object, read_step_no(&question->part),
								 &question->touched) &&
				wp_load_run(account, object, &question->run);
			break;
		case WP_ASK_CREATE:
		case WP_ASK_ACCESS_WORKSPACE:
		case WP_ASK_VIEW_BOARD:
		case WP_ASK_VIEW_COLUMN:
		case WP_ASK_EDIT_COLUMN:
			/*
			 * Nothing to load: every principal has its workspaces, and a board
			 * is read for one principal at a time.
			 */
			break;
	}
}

uint32
wp_question_facets(const WpQuestion *question)
{
	/*
	 * To ask about others, a principal must manage the members.  So the base
	 * facets are always needed.
	 */
	if (question->kind == WP_ASK_REPLAY)
		return WP_BASE_FACETS | wp_action_facets(WP_RUN);
	return WP_BASE_FACETS | (question->kind == WP_ASK_WORKFLOW
								 ? wp_action_facets(question->action)
								 : 0);
}

/* Returns the answer to `kind` for the principal on a board or a column. */
static WpVerdict
decide_board(const WpQuestion *question, WpQuestionKind kind,
			 const WpPrincipal *principal, WpTrace *trace)
{
	static const WpText nothing = {NULL, 0};
	WpBoard board;
	WpColumn column;

	if (principal == NULL ||
		!wp_load_board(principal, &question->object, &board))
		return wp_gate_caller(principal, &nothing, trace);
	if (kind == WP_ASK_VIEW_BOARD)
		return wp_decide_view_board(principal, &board, trace);
	if (!wp_load_column(principal, &board, &question->object, &question->part,
						&column))
		return wp_gate_caller(principal, &nothing, trace);
	return kind == WP_ASK_VIEW_COLUMN
			   ? wp_decide_view_column(principal, &board, &column, trace)
			   : wp_decide_edit_column(principal, &board, &column, trace);
}

/* Returns the answer on the details of a step of a run. */
static WpVerdict
decide_detail(const WpQuestion *question, const WpPrincipal *principal,
			  WpTrace *trace)
{
	WpLoadedTouch loaded;

	if (principal == NULL)
		return wp_gate_caller(principal, &question->account, trace);
	wp_load_touch(principal, &question->touched, &loaded);
	return wp_decide_view_run_detail(principal, &question->run.run,
									 &loaded.touch, trace);
}

/*
 * Returns the answer.  An object that does not exist is answered like a row of
 * another account.
 */
WpVerdict
wp_question_decide(const WpQuestion *question, const WpPrincipal *principal,
				   WpTrace *trace)
{
	static const WpText nothing = {NULL, 0};
	WpVerdict verdict;

	if (!question->found)
		return wp_gate_caller(principal, &nothing, trace);
	switch (question->kind)
	{
		case WP_ASK_WORKFLOW:
			return wp_decide_traced(principal, question->action,
									&question->workflow, trace);
		case WP_ASK_CREATE:
			return wp_decide_create(principal, &question->account,
									&question->object, trace);
		case WP_ASK_ACCESS_WORKSPACE:
			return wp_decide_access_workspace(
				principal, &question->account, &question->object,
				principal ? wp_workspace_kind_of(principal, &question->object)
						  : WP_WORKSPACE_UNKNOWN,
				trace);
		case WP_ASK_VIEW_BOARD:
		case WP_ASK_VIEW_COLUMN:
		case WP_ASK_EDIT_COLUMN:
			return decide_board(question, question->kind, principal, trace);
		case WP_ASK_VIEW_RUN:
			return wp_decide_view_run(principal, &question->run.run, trace);
		case WP_ASK_VIEW_RUN_DETAIL:
			return decide_detail(question, principal, trace);
		case WP_ASK_STEP:
			verdict = wp_decide_view_run(principal, &question->run.run, trace);
			return verdict != WP_ALLOWED
					   ? verdict
					   : wp_answer_step(&question->run, &question->part, trace);
		case WP_ASK_REPLAY:
			return wp_answer_replay(principal, &question->run.run, trace);
	}
	return WP_NOT_FOUND;
}

bool
wp_question_visible(const WpQuestion *question, const WpPrincipal *principal)
{
	if (!question->found ||
		wp_decide_caller(principal, &question->account) != WP_ALLOWED)
		return false;
	switch (question->kind)
	{
		case WP_ASK_WORKFLOW:
			return wp_decide(principal, WP_VIEW, &question->workflow) ==
				   WP_ALLOWED;
		case WP_ASK_VIEW_BOARD:
			return decide_board(question, WP_ASK_VIEW_BOARD, principal, NULL) ==
				   WP_ALLOWED;
		case WP_ASK_VIEW_COLUMN:
		case WP_ASK_EDIT_COLUMN:
			return decide_board(question, WP_ASK_VIEW_COLUMN, principal,
								NULL) == WP_ALLOWED;
		case WP_ASK_VIEW_RUN:
		case WP_ASK_VIEW_RUN_DETAIL:
		case WP_ASK_STEP:
		case WP_ASK_REPLAY:
			return wp_decide_view_run(principal, &question->run.run, NULL) ==
				   WP_ALLOWED;
		case WP_ASK_CREATE:
		case WP_ASK_ACCESS_WORKSPACE:
			break;
	}
	return wp_decide_access_workspace(
			   principal, &question->account, &question->object,
			   wp_workspace_kind_of(principal, &question->object),
			   NULL) == WP_ALLOWED ||
		   (wp_is_team(principal) &&
			principal->account_role == WP_ACCOUNT_ADMIN &&
			wp_find_workspace(principal, &question->object) != NULL);
}

bool
wp_question_shows_touched(const WpQuestion *question,
						  const WpPrincipal *principal)
{
	return question->kind != WP_ASK_VIEW_RUN_DETAIL ||
		   decide_detail(question, principal, NULL) == WP_ALLOWED;
}

WpText
wp_question_acts_as(const WpQuestion *question)
{
	static const WpText nobody = {NULL, 0};

	if (question->found && question->kind == WP_ASK_STEP)
		return question->run.run_as;
	return question->found && question->kind == WP_ASK_REPLAY
			   ? question->run.run.for_user
			   : nobody;
}

const WpWorkflow *
wp_question_workflow(const WpQuestion *question)
{
	if (question->found && question->kind == WP_ASK_WORKFLOW)
		return &question->workflow;
	if (question->found && is_about_run(question))
		return question->run.run.workflow;
	return NULL;
}

WpText
wp_question_workspace(const WpQuestion *question, const WpPrincipal *principal)
{
	WpText nowhere = {NULL, 0};
	const WpWorkflow *workflow = wp_question_workflow(question);
	WpBoard board;

	if (workflow != NULL)
		return workflow->workspace;
	if (question->kind == WP_ASK_CREATE ||
		question->kind == WP_ASK_ACCESS_WORKSPACE)
		return question->object;
	if (!is_about_run(question) &&
		wp_load_board(principal, &question->object, &board))
		return board.workspace;
	return nowhere;
}

char *
wp_step_decided_by(const WpTraceStep *step)
{
	StringInfoData by;

	if (step->by == NULL)
		return NULL;
	initStringInfo(&by);
	appendStringInfoString(&by, step->by);
	if (step->name.data != NULL)
		appendStringInfo(&by, ": %.*s", step->name.len, step->name.data);
	if (step->through.data != NULL)
		appendStringInfo(&by, ", through role %.*s", step->through.len,
						 step->through.data);
	return by.data;
}
