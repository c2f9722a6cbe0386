/*
 * arm_support.c
 *		What the planner is told about the arms, and about the function that
 *		checks who created a workflow: their index conditions, and how many rows
 *		they are true for.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_am.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "optimizer/paths.h"
#include "utils/lsyscache.h"

#include "lookup/workflow_rights.h"
#include "planner/arm_support.h"
#include "planner/estimate.h"
#include "planner/plan_functions.h"

/*
 * Returns whether texts that are equal in the index have the same bytes.
 * Otherwise the index condition finds more rows than the function means.
 */
static bool
is_exact(Oid collation)
{
	return !OidIsValid(collation) || get_collation_isdeterministic(collation);
}

/*
 * Returns the index condition `column = value`, or `column = ANY (value)` for
 * an array, as a list.  Returns NIL if the index's operator family has no such
 * operator.
 */
static List *
equals(SupportRequestIndexCondition *request, Node *column,
	   const WpColumnType *type, Expr *value)
{
	Oid collation = request->indexcollation;
	Oid opno = get_opfamily_member(request->opfamily, type->operand,
								   type->value, BTEqualStrategyNumber);
	ScalarArrayOpExpr *any;

	if (!OidIsValid(opno))
		return NIL;
	request->lossy = !is_exact(collation);
	if (!type_is_array(exprType((Node *) value)))
		return list_make1(make_opclause(opno, BOOLOID, false,
										wp_operand(column, type, collation),
										value, InvalidOid, collation));
	if (!request->index->amsearcharray)
		return NIL;
	any = makeNode(ScalarArrayOpExpr);
	any->opno = opno;
	any->opfuncid = get_opcode(opno);
	any->useOr = true;
	any->inputcollid = collation;
	any->args = list_make2(wp_operand(column, type, collation), value);
	any->location = -1;
	return list_make1(any);
}

/*
 * Returns the value that an index compares the column with, or NULL for no
 * condition.  The column is the last argument of such a function.  A principal
 * may be given as the first.
 */
static Expr *
value_of(SupportRequestIndexCondition *request, WpFunction function, List *args,
		 const WpColumnType *type, bool always)
{
	List *given =
		function == WP_FN_AMONG ? wp_given(args, 2) : wp_given(args, 1);

	switch (function)
	{
		/* id = ANY (_candidates([principal,] set)) */
		case WP_FN_AMONG:
			if (!always && given == NIL && wp_estimate_among_most(request))
				return NULL;
			return wp_call_at_execution(
				WP_FN_CANDIDATES + type->place, given,
				list_make1(copyObject(list_nth(args, list_length(given)))));
		/* id = principal_account(), or _account(principal) */
		case WP_FN_IN_ACCOUNT:
			return wp_call(WP_FN_ACCOUNT + type->place, given, NIL);
		/* owner_id = _team_user([principal]) */
		case WP_FN_OWNED:
			return wp_call(WP_FN_TEAM_USER + type->place, given, NIL);
		/* user_id = _bound_user() */
		case WP_FN_IS_BOUND_USER:
			return wp_as_type(wp_call(WP_FN_BOUND_USER, NIL, NIL), type->place);
		/* run_id = ANY (_bound_runs()) */
		case WP_FN_OF_BOUND_RUN:
			return wp_as_type(wp_call_at_execution(WP_FN_BOUND_RUNS, NIL, NIL),
							  type->place);
		/* visibility = 'main' */
		case WP_FN_IS_MAIN:
			return wp_main_const(type);
		/* unconditional_account = _bound_account([principal]) */
		case WP_FN_NO_CONDITION:
			return wp_call(WP_FN_BOUND_ACCOUNT, given, NIL);
		/* hash = ANY (_matching(internal)) */
		case WP_FN_CONDITION_HOLDS:
			if (!always && wp_estimate_condition_holds_mostly(request))
				return NULL;
			return wp_call_at_execution(WP_FN_MATCHING, NIL, NIL);
		/* digest = ANY (_matching(internal, index)) */
		case WP_FN_DIGEST_HOLDS:
			if (!wp_is_condition_index(request) ||
				(!always && wp_estimate_condition_holds_mostly(request)))
				return NULL;
			return wp_call_at_execution(
				WP_FN_MATCHING_IN, NIL,
				list_make1(makeConst(REGCLASSOID, -1, InvalidOid, sizeof(Oid),
									 ObjectIdGetDatum(request->index->indexoid),
									 false, true)));
		/*
		 * created_by = principal_user(): the principal is at least the creator
		 */
		case WP_FN_CREATED:
			return wp_call(WP_FN_USER, NIL, NIL);
		default:
			return NULL;
	}
}

/* Almost no rows: a workflow without members is just being created. */
static bool
estimate_created(SupportRequestSelectivity *request)
{
	request->selectivity = 0;
	return true;
}

/* A decision refuses few of the rows that the arms beside it let through. */
static bool
estimate_allowed(SupportRequestSelectivity *request)
{
	request->selectivity = 1.0;
	return true;
}

/* The answers for each function, and for its twin with a given principal. */
typedef struct Answer
{
	WpFunction function;
	bool (*estimate)(SupportRequestSelectivity *request);
	bool (*type_of)(const Node *column, WpColumnType *type);
} Answer;

static const Answer answers[] = {
	{WP_FN_ALLOWED, estimate_allowed},
	{WP_FN_AMONG, wp_estimate_among, wp_id_type_of},
	{WP_FN_IN_ACCOUNT, wp_estimate_in_account, wp_id_type_of},
	{WP_FN_OWNED, wp_estimate_owned, wp_id_type_of},
	{WP_FN_IS_MAIN, wp_estimate_is_main, wp_visibility_type_of},
	{WP_FN_NO_CONDITION, wp_estimate_no_condition, wp_id_type_of},
	{WP_FN_CONDITION_HOLDS, wp_estimate_condition_holds, wp_id_type_of},
	{WP_FN_DIGEST_HOLDS, wp_estimate_condition_holds, wp_id_type_of},
	{WP_FN_MAY_HOLD, wp_estimate_may_hold},
	{WP_FN_CREATED, estimate_created, wp_id_type_of},
	{WP_FN_VIEW_IN, estimate_allowed},
	{WP_FN_EDIT_IN, estimate_allowed},
	{WP_FN_VIEW_RUN, estimate_allowed},
	{WP_FN_VIEW_RUN_DETAIL, estimate_allowed},
	{WP_FN_IS_BOUND_USER, wp_estimate_is_bound_user, wp_id_type_of},
	{WP_FN_OF_BOUND_RUN, wp_estimate_of_bound_run, wp_id_type_of},
};

/* _may_hold([principal,] condition) as `condition ~@ _bound_metadata(…)`. */
static List *
may_hold_condition(SupportRequestIndexCondition *request, List *args)
{
	Node *condition = llast(args);
	Oid opno =
		wp_may_match_operator(request->opfamily, exprType(condition), JSONBOID);
	Expr *metadata;

	if (!OidIsValid(opno) || request->index->relam != GIN_AM_OID)
		return NIL;
	metadata =
		wp_call_at_execution(WP_FN_BOUND_METADATA, wp_given(args, 1), NIL);
	request->lossy = true;
	return list_make1(make_opclause(opno, BOOLOID, false,
									(Expr *) copyObject(condition), metadata,
									InvalidOid, InvalidOid));
}

/*
 * Returns the index condition for the call.  All arguments except the last must
 * be constant during the scan.  The arguments of the creator check are columns
 * of the row, but its condition does not use them.
 */
static List *
index_condition(SupportRequestIndexCondition *request, const Answer *answer,
				bool always)
{
	FuncExpr *call = (FuncExpr *) request->node;
	bool created = answer->function == WP_FN_CREATED;
	List *condition;
	ListCell *cell;
	WpColumnType type;
	Expr *value;

	if (!IsA(call, FuncExpr) ||
		request->indexarg != list_length(call->args) - 1)
		return NIL;
	foreach (cell, call->args)
		if (!created && foreach_current_index(cell) != request->indexarg &&
			!is_pseudo_constant_for_index(request->root, lfirst(cell),
										  request->index))
			return NIL;
	if (answer->function == WP_FN_MAY_HOLD)
		return may_hold_condition(request, call->args);
	if (answer->type_of == NULL || request->index->relam != BTREE_AM_OID ||
		!answer->type_of(llast(call->args), &type))
		return NIL;
	value = value_of(request, answer->function, call->args, &type, always);
	condition =
		value != NULL ? equals(request, llast(call->args), &type, value) : NIL;
	request->lossy |= created;
	return condition;
}

Node *
wp_arm_condition(PlannerInfo *root, FuncExpr *call, IndexOptInfo *index,
				 int column)
{
	SupportRequestIndexCondition request = {T_SupportRequestIndexCondition};
	List *condition = NIL;

	if (!match_index_to_operand(llast(call->args), column, index))
		return NULL;
	request.root = root;
	request.funcid = call->funcid;
	request.node = (Node *) call;
	request.indexarg = list_length(call->args) - 1;
	request.index = index;
	request.indexcol = column;
	request.opfamily = index->opfamily[column];
	request.indexcollation = index->indexcollations[column];
	for (const Answer *answer = answers; answer < answers + lengthof(answers);
		 answer++)
		if (wp_is_function(call->funcid, answer->function))
			condition = index_condition(&request, answer, true);
	return condition == NIL ? NULL : linitial(condition);
}

/*
 * What a decision on a row below a workflow costs the planner.  If few
 * workflows are allowed, asking a row is made dear.  The planner believes that
 * their rows are spread evenly, and would walk by time past all others, though
 * nothing recent may be among them.  By the arm, it finds no others.
 */
#define DEAR 1.0

static bool
cost_below(SupportRequestCost *request)
{
	WpRight right;

	if (wp_is_function(request->funcid, WP_FN_VIEW_IN))
		right = WP_RIGHT_VIEW;
	else if (wp_is_function(request->funcid, WP_FN_VIEW_RUN))
		right = WP_RIGHT_HISTORY;
	else
		return false;
	if (!wp_rights_are_listed(right))
		return false;
	request->startup = 0;
	request->per_tuple = DEAR;
	return true;
}

PG_FUNCTION_INFO_V1(wp_arm_support);

/*
 * _…_support(internal) → internal: the support function of all of them.  A
 * superuser can attach it to any function, with other arguments.  Then it has
 * no answer.
 */
Datum
wp_arm_support(PG_FUNCTION_ARGS)
{
	Node *request = (Node *) PG_GETARG_POINTER(0);
	SupportRequestIndexCondition *index =
		(SupportRequestIndexCondition *) request;
	SupportRequestSelectivity *rows = (SupportRequestSelectivity *) request;

	if (IsA(request, SupportRequestCost))
		PG_RETURN_POINTER(cost_below((SupportRequestCost *) request) ? request
																	 : NULL);
	for (const Answer *answer = answers; answer < answers + lengthof(answers);
		 answer++)
	{
		if (IsA(request, SupportRequestIndexCondition) &&
			wp_is_function(index->funcid, answer->function))
			PG_RETURN_POINTER(index_condition(index, answer, false));
		if (IsA(request, SupportRequestSelectivity) &&
			wp_is_function(rows->funcid, answer->function))
			PG_RETURN_POINTER(answer->estimate(rows) ? request : NULL);
	}
	PG_RETURN_POINTER(NULL);
}
