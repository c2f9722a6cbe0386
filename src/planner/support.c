/*
 * support.c
 *		What the planner is told about the arms, and about who created a workflow: the
 *		index conditions that stand for them, and how many rows they are true for.
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
#include "utils/lsyscache.h"

#include "planner/estimate.h"
#include "planner/functions.h"

/*
 * Returns whether two texts that are equal in the index are the same bytes: else its
 * condition finds more than was asked for.
 */
static bool
is_exact(Oid collation)
{
	return !OidIsValid(collation) || get_collation_isdeterministic(collation);
}

/*
 * Returns the index condition `column = value`, as a list; NIL where the index's
 * operator family has no such operator.
 */
static List *
equals(SupportRequestIndexCondition *request, Node *column, Oid column_type, Oid value_type, Expr *value)
{
	Oid operator = get_opfamily_member(request->opfamily, column_type, value_type, BTEqualStrategyNumber);

	if (!OidIsValid(operator))
		return NIL;
	request->lossy = !is_exact(request->indexcollation);
	return list_make1(make_opclause(operator, BOOLOID, false, wp_operand(column, column_type, request->indexcollation),
									value, InvalidOid, request->indexcollation));
}

/* Returns `column = ANY (values)` likewise. */
static List *
equals_any(SupportRequestIndexCondition *request, Node *column, Oid column_type, Oid value_type, Expr *values)
{
	Oid operator = get_opfamily_member(request->opfamily, column_type, value_type, BTEqualStrategyNumber);
	ScalarArrayOpExpr *any;

	if (!OidIsValid(operator) || !request->index->amsearcharray)
		return NIL;
	any = makeNode(ScalarArrayOpExpr);
	any->opno = operator;
	any->opfuncid = get_opcode(operator);
	any->useOr = true;
	any->inputcollid = request->indexcollation;
	any->args = list_make2(wp_operand(column, column_type, request->indexcollation), values);
	any->location = -1;
	request->lossy = !is_exact(request->indexcollation);
	return list_make1(any);
}

/*
 * What each arm becomes: of its arguments, those given in front of its own, and the
 * column that comes last.  NIL where the index cannot serve.
 */

/* _among([principal,] set, id) as `id = ANY (_candidates([principal,] set))`. */
static List *
among_condition(SupportRequestIndexCondition *request, List *args, Node *column)
{
	List *given = wp_given(args, 2);
	Node *set = copyObject(list_nth(args, list_length(args) - 2));
	WpIdType type;

	if (!wp_id_type_of(column, &type) || (given == NIL && wp_estimate_among_most(request)))
		return NIL;
	return equals_any(request, column, type.operand, type.value,
					  wp_call_at_execution(WP_FN_CANDIDATES + type.place, given, list_make1(set)));
}

/* _condition_holds(internal, hash) as `hash = ANY (_matching(internal))`. */
static List *
condition_holds_condition(SupportRequestIndexCondition *request, List *args, Node *column)
{
	if (wp_estimate_condition_holds_mostly(request))
		return NIL;
	return equals_any(request, column, INT8OID, INT8OID, wp_call_at_execution(WP_FN_MATCHING, NIL, NIL));
}

/*
 * _no_condition([principal,] unconditional_account) as `unconditional_account =
 * _bound_account([principal])`.
 */
static List *
no_condition_condition(SupportRequestIndexCondition *request, List *args, Node *column)
{
	return equals(request, column, TEXTOID, TEXTOID, wp_call(WP_FN_BOUND_ACCOUNT, wp_given(args, 1), NIL));
}

/* _may_hold([principal,] condition) as `condition ~@ _bound_metadata(…)`. */
static List *
may_hold_condition(SupportRequestIndexCondition *request, List *args, Node *column)
{
	Oid operator = wp_may_match_operator(request->opfamily, exprType(column), JSONBOID);

	if (!OidIsValid(operator))
		return NIL;
	request->lossy = true;
	return list_make1(make_opclause(operator, BOOLOID, false, copyObject((Expr *) column),
									wp_call_at_execution(WP_FN_BOUND_METADATA, wp_given(args, 1), NIL),
									InvalidOid, InvalidOid));
}

/* _in_account([principal,] id) as `id = principal_account()`, or `_account(principal)`. */
static List *
in_account_condition(SupportRequestIndexCondition *request, List *args, Node *column)
{
	WpIdType type;

	if (!wp_id_type_of(column, &type))
		return NIL;
	return equals(request, column, type.operand, type.value,
				  wp_call(WP_FN_ACCOUNT + type.place, wp_given(args, 1), NIL));
}

/* _is_main(visibility) as `visibility = 'main'`. */
static List *
is_main_condition(SupportRequestIndexCondition *request, List *args, Node *column)
{
	Oid type;
	Expr *word;

	if (!wp_visibility_type_of(column, &type, &word))
		return NIL;
	return equals(request, column, type, type, word);
}

/*
 * principal_created(account_id, workflow_id, workspace_id, created_by) as
 * `created_by = principal_user()`: whoever is meant is the creator at least.
 */
static List *
created_condition(SupportRequestIndexCondition *request, List *args, Node *column)
{
	List *condition = equals(request, column, TEXTOID, TEXTOID, wp_call(WP_FN_USER, NIL, NIL));

	request->lossy = true;
	return condition;
}

/* Hardly ever: a workflow without members is one that is just being made. */
static bool
estimate_created(SupportRequestSelectivity *request)
{
	request->selectivity = 1.0e-6;
	return true;
}

/* Few of the rows that the arms beside it let through are refused. */
static bool
estimate_allowed(SupportRequestSelectivity *request)
{
	request->selectivity = 1.0;
	return true;
}

/* What answers about each function, or about its twin for a given principal. */
static const struct
{
	WpFunction function;
	bool (*estimate) (SupportRequestSelectivity *request);
	List *(*condition) (SupportRequestIndexCondition *request, List *args, Node *column);
	Oid method;
} answers[] = {
	{WP_FN_ALLOWED, estimate_allowed},
	{WP_FN_AMONG, wp_estimate_among, among_condition, BTREE_AM_OID},
	{WP_FN_IN_ACCOUNT, wp_estimate_in_account, in_account_condition, BTREE_AM_OID},
	{WP_FN_IS_MAIN, wp_estimate_is_main, is_main_condition, BTREE_AM_OID},
	{WP_FN_NO_CONDITION, wp_estimate_no_condition, no_condition_condition, BTREE_AM_OID},
	{WP_FN_CONDITION_HOLDS, wp_estimate_condition_holds, condition_holds_condition, BTREE_AM_OID},
	{WP_FN_MAY_HOLD, wp_estimate_may_hold, may_hold_condition, GIN_AM_OID},
	{WP_FN_CREATED, estimate_created, created_condition, BTREE_AM_OID},
};

/*
 * Returns the index condition for the call that the i-th of these answers about.  All its
 * arguments but for the last must have one value for the scan; of who created a workflow
 * they are the row's, and the condition does without them.
 */
static List *
index_condition(SupportRequestIndexCondition *request, int i)
{
	FuncExpr *call = (FuncExpr *) request->node;
	ListCell *cell;

	if (answers[i].condition == NULL || !IsA(call, FuncExpr) || request->index->relam != answers[i].method ||
		request->indexarg != list_length(call->args) - 1)
		return NIL;
	foreach (cell, call->args)
		if (answers[i].function != WP_FN_CREATED && foreach_current_index(cell) != request->indexarg &&
			!is_pseudo_constant_for_index(request->root, lfirst(cell), request->index))
			return NIL;
	return answers[i].condition(request, call->args, llast(call->args));
}

PG_FUNCTION_INFO_V1(wp_arm_support);

/*
 * _…_support(internal) → internal, the support function of them all.  A superuser can
 * give it to any function, whose arguments may be others: no answer.
 */
Datum
wp_arm_support(PG_FUNCTION_ARGS)
{
	Node *request = (Node *) PG_GETARG_POINTER(0);

	for (int i = 0; i < lengthof(answers); i++)
	{
		if (IsA(request, SupportRequestIndexCondition) &&
			wp_is_function(((SupportRequestIndexCondition *) request)->funcid, answers[i].function))
			PG_RETURN_POINTER(index_condition((SupportRequestIndexCondition *) request, i));
		if (IsA(request, SupportRequestSelectivity) &&
			wp_is_function(((SupportRequestSelectivity *) request)->funcid, answers[i].function) &&
			answers[i].estimate((SupportRequestSelectivity *) request))
			PG_RETURN_POINTER(request);
	}
	PG_RETURN_POINTER(NULL);
}
