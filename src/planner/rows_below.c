/*
 * rows_below.c
 *		Takes a decision on a row that belongs to a workflow apart for the
 *		planner: a run, a step, a version, a row under protect().
 *
 * Such a row has its workflow's verdict, which is remembered
 * (lookup/workflow_rights.h).  If the session's principal has the right to few
 * workflows, these lead to their rows by an index.  So can_view_in(account_id,
 * workflow_id) becomes
 *
 * 			_view_in(account_id, workflow_id) AND _in_account(account_id)
 * 			AND _among('view verdict', workflow_id)
 *
 * and connected users find their own runs, and the steps of these:
 *
 * 			… AND (_among('view history', workflow_id)
 * 				   OR _is_bound_user(started_by) OR _is_bound_user(for_user))
 *
 * As in rewrite.c, the first function is the decision, and the others, or at
 * least the first of those between OR, are true for every row: they become
 * index conditions (arm_support.c).
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "optimizer/planmain.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "planner/decision_columns.h"
#include "planner/reachable_ids.h"
#include "planner/replan.h"
#include "planner/rows_below.h"

/* The arguments begin with the account and the workflow. */
#define ARG_WORKFLOW 1

typedef struct Below
{
	const char *name;
	int nargs;
	WpFunction decision;
	WpAction action;
	WpCandidateKind kind;
	/* the arm of connected users, for the arguments from `first` to `last` */
	WpFunction own;
	int first;
	int last;
} Below;

static const Below all_below[] = {
	{"can_view_in", 2, WP_FN_VIEW_IN, WP_VIEW, WP_VERDICT, WP_FUNCTIONS, 0, -1},
	{"can_edit_in", 2, WP_FN_EDIT_IN, WP_EDIT, WP_VERDICT, WP_FUNCTIONS, 0, -1},
	{"can_view_run", 4, WP_FN_VIEW_RUN, WP_VIEW, WP_HISTORY,
	 WP_FN_IS_BOUND_USER, 2, 3},
	{"can_view_run_detail", 8, WP_FN_VIEW_RUN_DETAIL, WP_VIEW, WP_HISTORY,
	 WP_FN_OF_BOUND_RUN, 2, 2},
};

bool
wp_decision_below(int i, WpFunction *function)
{
	if (i >= lengthof(all_below))
		return false;
	*function = all_below[i].decision;
	return true;
}

/* Returns the decision that the function is, or NULL if it is another's. */
static const Below *
below_of(const FuncExpr *call)
{
	char *name = get_func_name(call->funcid);

	for (const Below *below = all_below;
		 name != NULL && below < all_below + lengthof(all_below); below++)
		if (strcmp(name, below->name) == 0 &&
			list_length(call->args) == below->nargs && wp_is_ours(call->funcid))
			return below;
	return NULL;
}

/*
 * Returns the column of the given table below the argument, or NULL.  `like` is
 * NULL, or a column of the table.
 */
static Node *
column_of(PlannerInfo *root, Node *argument, Node *like)
{
	Node *column = wp_column_below(root, argument);
	WpColumnType type;

	if (column == NULL || !wp_id_type_of(column, &type) ||
		(like != NULL && ((Var *) like)->varno != ((Var *) column)->varno))
		return NULL;
	return column;
}

/*
 * Returns the arm for the user in this column, which may be NULL.  The index
 * may contain only the rows where it is not.
 */
static Expr *
own_arm(WpFunction function, Node *column)
{
	NullTest *some = makeNode(NullTest);

	some->arg = (Expr *) copyObject(column);
	some->nulltesttype = IS_NOT_NULL;
	some->location = -1;
	return makeBoolExpr(
		AND_EXPR,
		list_make2(some,
				   wp_call(function, NIL, list_make1(copyObject(column)))),
		-1);
}

static Node *
simplify(PlannerInfo *root, FuncExpr *call)
{
	const Below *below = root != NULL ? below_of(call) : NULL;
	Node *account;
	Node *workflow;
	List *parts;
	List *arms;
	Const *label;

	if (below == NULL)
		return NULL;
	for (int i = 0; i < WP_FUNCTIONS; i++)
		if (!OidIsValid(wp_function(i)))
			return NULL;
	account = column_of(root, linitial(call->args), NULL);
	workflow =
		account != NULL
			? column_of(root, list_nth(call->args, ARG_WORKFLOW), account)
			: NULL;
	if (workflow == NULL)
		return NULL;
	label = makeConst(
		TEXTOID, -1, get_typcollation(TEXTOID), -1,
		CStringGetTextDatum(wp_candidate_label(below->action, below->kind)),
		false, false);
	arms = list_make1(
		wp_call(WP_FN_AMONG, NIL, list_make2(label, copyObject(workflow))));
	for (int i = below->first; i <= below->last; i++)
	{
		Node *own = column_of(root, list_nth(call->args, i), account);

		if (own == NULL)
			return NULL;
		arms = lappend(arms, own_arm(below->own, own));
	}
	record_plan_function_dependency(root, call->funcid);
	wp_replan_planned();

	parts = list_make1(wp_call(below->decision, NIL, copyObject(call->args)));
	if (!wp_account_given(root, account))
		parts = lappend(parts, wp_call(WP_FN_IN_ACCOUNT, NIL,
									   list_make1(copyObject(account))));
	/* With the workflow given, the rows are found without arms. */
	if (!wp_workflow_given(root, account, workflow))
		parts = lappend(parts, list_length(arms) == 1
								   ? linitial(arms)
								   : makeBoolExpr(OR_EXPR, arms, -1));
	return list_length(parts) == 1 ? linitial(parts)
								   : (Node *) makeBoolExpr(AND_EXPR, parts, -1);
}

PG_FUNCTION_INFO_V1(wp_below_support);

/* _below_support(internal) → internal: the support function of all of them. */
Datum
wp_below_support(PG_FUNCTION_ARGS)
{
	Node *request = (Node *) PG_GETARG_POINTER(0);

	if (!IsA(request, SupportRequestSimplify))
		PG_RETURN_POINTER(NULL);
	PG_RETURN_POINTER(simplify(((SupportRequestSimplify *) request)->root,
							   ((SupportRequestSimplify *) request)->fcall));
}
