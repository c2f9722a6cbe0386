/*
 * question.c
 *		Questions by their words.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "decide/gates.h"
#include "lookup/load.h"
#include "lookup/read.h"
#include "lookup/workflow.h"
#include "principal/find.h"
#include "query/question.h"

/* The questions that are not about an action on a workflow. */
static const struct
{
	const char *name;
	WpQuestionKind kind;
} others[] = {
	{"create", WP_ASK_CREATE}, {"access_workspace", WP_ASK_ACCESS_WORKSPACE}, {"view_board", WP_ASK_VIEW_BOARD},
	{"view_run", WP_ASK_VIEW_RUN}, {"replay", WP_ASK_REPLAY}};

/*
 * Returns the question of that name, about nothing yet.  Raises
 * invalid_parameter_value for a name that is none, null_value_not_allowed for
 * none.
 */
WpQuestion
wp_question(const WpText *action)
{
	WpQuestion question = {WP_ASK_WORKFLOW};

	if (action->data == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the action must not be null")));
	question.action = wp_action(action->data, action->len);
	if (question.action != WP_ACTION_UNKNOWN)
		return question;
	for (int i = 0; i < lengthof(others); i++)
		if (strlen(others[i].name) == action->len && memcmp(others[i].name, action->data, action->len) == 0)
		{
			question.kind = others[i].kind;
			return question;
		}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown action \"%.*s\"", action->len, action->data),
			 errhint("Actions on a workflow are view, view_draft, edit, publish, delete, manage_members, manage_rules, enable and run; on a workspace, create and access_workspace; on a board, view_board; on a run, view_run and replay.")));
}

/*
 * Finds the object of that id in the account; what it is made of is palloc'd in
 * the current context or stays the caller's.
 */
void
wp_question_about(WpQuestion *question, const WpText *account, const WpText *object)
{
	question->account = *account;
	question->object = *object;
	question->found = account->data != NULL && object->data != NULL;
	if (!question->found)
		return;
	switch (question->kind)
	{
		case WP_ASK_WORKFLOW:
			question->found = wp_load_workflow(account, object, &question->workflow);
			break;
		case WP_ASK_VIEW_RUN:
		case WP_ASK_REPLAY:
			question->found = wp_load_run(account, object, &question->run);
			break;
		case WP_ASK_CREATE:
		case WP_ASK_ACCESS_WORKSPACE:
		case WP_ASK_VIEW_BOARD:
			/* Workspaces are part of every principal; boards are read as they stand to one. */
			break;
	}
}

/*
 * Returns the facets of a principal that the answer takes.
 */
uint32
wp_question_facets(const WpQuestion *question)
{
	if (question->kind == WP_ASK_REPLAY)
		return wp_action_facets(WP_RUN);
	return question->kind == WP_ASK_WORKFLOW ? wp_action_facets(question->action) : 0;
}

/*
 * Returns the verdict on replaying the run: its gates, then those of a run for the
 * user whom it was made for, or else of the one who replays it.
 */
WpVerdict
wp_answer_replay(const WpPrincipal *principal, const WpRun *run, WpTrace *trace)
{
	WpVerdict verdict = wp_decide_replay(principal, run, trace);
	WpPrincipal user;
	TimestampTz valid_until;

	if (verdict != WP_ALLOWED)
		return verdict;
	if (run->for_user.data == NULL)
		return wp_decide_traced(principal, WP_RUN, run->workflow, trace);
	if (wp_load_principal(&principal->account, &run->for_user, wp_action_facets(WP_RUN),
						  CurrentMemoryContext, &user, &valid_until) != WP_LOADED)
		return wp_told(trace, "found", WP_NOT_FOUND, "there is no such user any more", &run->for_user);
	return wp_decide_traced(&user, WP_RUN, run->workflow, trace);
}

/*
 * Returns the answer on a board, as it stands to the principal.
 */
static WpVerdict
decide_board(const WpQuestion *question, const WpPrincipal *principal, WpTrace *trace)
{
	static const WpText nothing = {NULL, 0};
	WpBoard board;

	if (principal == NULL || !wp_load_board(principal, &question->object, &board))
		return wp_gate_caller(principal, &nothing, trace);
	return wp_decide_view_board_traced(principal, &board, trace);
}

/*
 * Returns the answer.  What is not there is answered as a row of another account.
 */
WpVerdict
wp_question_decide(const WpQuestion *question, const WpPrincipal *principal, WpTrace *trace)
{
	static const WpText nothing = {NULL, 0};

	if (!question->found)
		return wp_gate_caller(principal, &nothing, trace);
	switch (question->kind)
	{
		case WP_ASK_WORKFLOW:
			return wp_decide_traced(principal, question->action, &question->workflow, trace);
		case WP_ASK_CREATE:
			return wp_decide_create(principal, &question->account, &question->object, trace);
		case WP_ASK_ACCESS_WORKSPACE:
			return wp_decide_access_workspace(principal, &question->account, &question->object,
											  principal ? wp_workspace_kind_of(principal, &question->object) : WP_WORKSPACE_UNKNOWN,
											  trace);
		case WP_ASK_VIEW_BOARD:
			return decide_board(question, principal, trace);
		case WP_ASK_VIEW_RUN:
			return wp_decide_view_run_traced(principal, &question->run.run, trace);
		case WP_ASK_REPLAY:
			return wp_answer_replay(principal, &question->run.run, trace);
	}
	return WP_NOT_FOUND;
}

/*
 * Returns whether the principal may see that the object is there: what the
 * policies on its table let it select.
 */
bool
wp_question_visible(const WpQuestion *question, const WpPrincipal *principal)
{
	if (!question->found || wp_decide_caller(principal, &question->account) != WP_ALLOWED)
		return false;
	switch (question->kind)
	{
		case WP_ASK_WORKFLOW:
			return wp_decide(principal, WP_VIEW, &question->workflow) == WP_ALLOWED;
		case WP_ASK_VIEW_BOARD:
			return decide_board(question, principal, NULL) == WP_ALLOWED;
		case WP_ASK_VIEW_RUN:
		case WP_ASK_REPLAY:
			return wp_decide_view_run(principal, &question->run.run) == WP_ALLOWED;
		case WP_ASK_CREATE:
		case WP_ASK_ACCESS_WORKSPACE:
			break;
	}
	return wp_decide_access_workspace(principal, &question->account, &question->object,
									  wp_workspace_kind_of(principal, &question->object), NULL) == WP_ALLOWED ||
		(wp_is_team(principal) && principal->account_role == WP_ACCOUNT_ADMIN &&
		 wp_find_workspace(principal, &question->object) != NULL);
}

/*
 * Returns the workflow that the question is about, itself or by a run; NULL for
 * none.
 */
const WpWorkflow *
wp_question_workflow(const WpQuestion *question)
{
	if (question->found && question->kind == WP_ASK_WORKFLOW)
		return &question->workflow;
	if (question->found && (question->kind == WP_ASK_VIEW_RUN || question->kind == WP_ASK_REPLAY))
		return question->run.run.workflow;
	return NULL;
}

/*
 * Returns the workspace in which the object lies, data NULL for none that the
 * principal's account knows.
 */
WpText
wp_question_workspace(const WpQuestion *question, const WpPrincipal *principal)
{
	WpText nowhere = {NULL, 0};
	const WpWorkflow *workflow = wp_question_workflow(question);
	WpBoard board;

	if (workflow != NULL)
		return workflow->workspace;
	if (question->kind == WP_ASK_CREATE || question->kind == WP_ASK_ACCESS_WORKSPACE)
		return question->object;
	if (question->kind == WP_ASK_VIEW_BOARD && wp_load_board(principal, &question->object, &board))
		return board.workspace;
	return nowhere;
}

/*
 * Returns what decided, with its name where it has one; palloc'd, NULL for
 * nothing to name.
 */
char *
wp_step_decided_by(const WpTraceStep *step)
{
	if (step->by == NULL || step->name.data == NULL)
		return step->by ? pstrdup(step->by) : NULL;
	return psprintf("%s: %.*s", step->by, step->name.len, step->name.data);
}

static WpQuery refuse_query = {
	"SELECT workflow_perms._refuse($1, $2, $3, $4)",
	4,
	{TEXTOID, TEXTOID, TEXTOID, TEXTOID}};

/*
 * Raises the refusal in the words of all refusals (model/refusal.sql).
 */
void
wp_raise_refusal(const char *action, const char *object_kind, const WpText *object, const char *code)
{
	WpReading reading;
	Datum args[4];

	wp_reading_begin(&reading);
	args[0] = CStringGetTextDatum(action);
	args[1] = CStringGetTextDatum(object_kind);
	args[2] = wp_text_datum(object);
	args[3] = CStringGetTextDatum(code);
	(void) wp_read(&refuse_query, args, object->data != NULL ? NULL : "  n ");
	elog(ERROR, "a refusal was not raised");
}
