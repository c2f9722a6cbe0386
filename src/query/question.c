/*
 * question.c
 *		Questions by their words.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "decide/gates.h"
#include "lookup/read.h"
#include "lookup/workflow.h"
#include "principal/find.h"
#include "query/question.h"

/*
 * Returns whether the text is this word.
 */
static bool
is_word(const WpText *text, const char *word)
{
	return text->len == strlen(word) && memcmp(text->data, word, text->len) == 0;
}

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
	if (is_word(action, "create"))
		question.kind = WP_ASK_CREATE;
	else if (is_word(action, "access_workspace"))
		question.kind = WP_ASK_ACCESS_WORKSPACE;
	else
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown action \"%.*s\"", action->len, action->data),
				 errhint("Actions on a workflow are view, view_draft, edit, publish, delete, manage_members, manage_rules, enable and run; on a workspace, create and access_workspace.")));
	return question;
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
	/* Workspaces are part of every principal of the account. */
	question->found = account->data != NULL && object->data != NULL &&
		(question->kind != WP_ASK_WORKFLOW || wp_load_workflow(account, object, &question->workflow));
}

/*
 * Returns the facets of a principal that the answer takes.
 */
uint32
wp_question_facets(const WpQuestion *question)
{
	return question->kind == WP_ASK_WORKFLOW ? wp_action_facets(question->action) : 0;
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
	if (question->kind == WP_ASK_WORKFLOW)
		return wp_decide(principal, WP_VIEW, &question->workflow) == WP_ALLOWED;
	return wp_decide_access_workspace(principal, &question->account, &question->object,
									  wp_workspace_kind_of(principal, &question->object), NULL) == WP_ALLOWED ||
		(wp_is_team(principal) && principal->account_role == WP_ACCOUNT_ADMIN &&
		 wp_find_workspace(principal, &question->object) != NULL);
}

/*
 * Returns the workspace in which the object lies, data NULL for none.
 */
WpText
wp_question_workspace(const WpQuestion *question)
{
	WpText nowhere = {NULL, 0};

	if (!question->found)
		return nowhere;
	return question->kind == WP_ASK_WORKFLOW ? question->workflow.workspace : question->object;
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
