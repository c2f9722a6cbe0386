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

#include "lookup/enums.h"
#include "planner/estimate.h"
#include "planner/functions.h"
#include "planner/gin_keys.h"
#include "planner/idtype.h"

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

/*
 * Returns the arguments of the call that is to become an index condition, if it can
 * be one on this index, of that access method: on the last argument.  NIL if not.
 */
static List *
args_on_last(SupportRequestIndexCondition *request, Oid method)
{
	FuncExpr *call = (FuncExpr *) request->node;

	if (!IsA(call, FuncExpr) || request->index->relam != method ||
		request->indexarg != list_length(call->args) - 1)
		return NIL;
	return call->args;
}

/* Returns the same where the other arguments have one value for the scan. */
static List *
indexable_args_of(SupportRequestIndexCondition *request, Oid method)
{
	List *args = args_on_last(request, method);
	ListCell *cell;

	foreach (cell, args)
		if (foreach_current_index(cell) != request->indexarg &&
			!is_pseudo_constant_for_index(request->root, lfirst(cell), request->index))
			return NIL;
	return args;
}

/* Returns the same for a btree. */
static List *
indexable_args(SupportRequestIndexCondition *request)
{
	return indexable_args_of(request, BTREE_AM_OID);
}

/*
 * Returns the index condition `column = ANY (values)`, as a list; NIL where the index
 * has no such thing.
 */
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
 * _among([principal,] set, id) as `id = ANY (_candidates([principal,] set))`; where it is
 * the session's principal, nobody but the planner calls that (planner.sql).
 */
static List *
among_condition(SupportRequestIndexCondition *request)
{
	List *args = indexable_args(request);
	List *before;
	WpIdType type;
	bool given;

	if (args == NIL || !wp_id_type_of(llast(args), &type))
		return NIL;
	before = list_truncate(copyObject(args), list_length(args) - 1);
	given = list_length(before) > 1;
	if (!given && wp_estimate_among_most(request))
		return NIL;
	if (!given)
		before = lcons(wp_planners_argument(), before);
	return equals_any(request, llast(args), type.operand, type.value,
					  wp_id_call(WP_FN_CANDIDATES, &type, given, before));
}

/* _condition_holds(internal, hash) as `hash = ANY (_matching(internal))`. */
static List *
condition_holds_condition(SupportRequestIndexCondition *request)
{
	List *args = indexable_args(request);

	if (args == NIL || wp_estimate_condition_holds_mostly(request))
		return NIL;
	return equals_any(request, llast(args), INT8OID, INT8OID, wp_call(WP_FN_MATCHING, list_make1(wp_planners_argument())));
}

/*
 * _no_condition([principal,] unconditional_account) as `unconditional_account =
 * _bound_account([principal])`.
 */
static List *
no_condition_condition(SupportRequestIndexCondition *request)
{
	List *args = indexable_args(request);
	Expr *account;

	if (args == NIL)
		return NIL;
	if (list_length(args) == 1)
		account = wp_call(WP_FN_BOUND_ACCOUNT, NIL);
	else
		account = wp_call(WP_FN_PRINCIPAL_BOUND_ACCOUNT, list_make1(copyObject(linitial(args))));
	return equals(request, llast(args), TEXTOID, TEXTOID, account);
}

/* _may_hold([principal,] condition) as `condition ~@ _bound_metadata(…)`. */
static List *
may_hold_condition(SupportRequestIndexCondition *request)
{
	List *args = indexable_args_of(request, GIN_AM_OID);
	Oid operator;
	Expr *metadata;

	if (args == NIL)
		return NIL;
	operator = wp_may_match_operator(request->opfamily, exprType(llast(args)));
	if (!OidIsValid(operator))
		return NIL;
	if (list_length(args) == 1)
		metadata = wp_call(WP_FN_BOUND_METADATA, list_make1(wp_planners_argument()));
	else
		metadata = wp_call(WP_FN_PRINCIPAL_BOUND_METADATA, list_make1(copyObject(linitial(args))));
	request->lossy = true;
	return list_make1(make_opclause(operator, BOOLOID, false, copyObject(llast(args)), metadata, InvalidOid, InvalidOid));
}

/* _in_account([principal,] id) as `id = principal_account()`, or `_account(principal)`. */
static List *
in_account_condition(SupportRequestIndexCondition *request)
{
	List *args = indexable_args(request);
	List *before;
	WpIdType type;

	if (args == NIL || !wp_id_type_of(llast(args), &type))
		return NIL;
	before = list_truncate(copyObject(args), list_length(args) - 1);
	return equals(request, llast(args), type.operand, type.value,
				  wp_id_call(WP_FN_ACCOUNT, &type, before != NIL, before));
}

/* _is_main(visibility) as `visibility = 'main'`. */
static List *
is_main_condition(SupportRequestIndexCondition *request)
{
	List *args = indexable_args(request);
	Oid type;
	Oid declared;

	if (args == NIL)
		return NIL;
	type = getBaseType(exprType(llast(args)));
	if (type != TEXTOID && type != wp_enum_type(&wp_visibilities))
		return NIL;
	declared = type == TEXTOID ? TEXTOID : ANYENUMOID;
	return equals(request, llast(args), declared, declared, (Expr *) wp_main_const(type));
}

/*
 * principal_created(account_id, workflow_id, workspace_id, created_by) as
 * `created_by = principal_user()`: whoever is meant is the creator at least.
 */
static List *
created_condition(SupportRequestIndexCondition *request)
{
	List *args = args_on_last(request, BTREE_AM_OID);
	List *condition;

	if (args == NIL)
		return NIL;
	condition = equals(request, llast(args), TEXTOID, TEXTOID, wp_call(WP_FN_USER, NIL));
	request->lossy = true;
	return condition;
}

/*
 * Estimates principal_created(…): hardly ever, for a workflow without members is one
 * that is just being made.
 */
static bool
estimate_created(SupportRequestSelectivity *request)
{
	request->selectivity = 1.0e-6;
	return true;
}

/* Estimates _allowed(…): few of the rows that the arms beside it let through are refused. */
static bool
estimate_allowed(SupportRequestSelectivity *request)
{
	request->selectivity = 1.0;
	return true;
}

/* What answers a request; NULL where there is nothing to answer. */
typedef List *(*Condition) (SupportRequestIndexCondition *request);
typedef bool (*Estimate) (SupportRequestSelectivity *request);

/*
 * Answers the request about a call of the function, or of its twin for a given
 * principal; NULL is no answer.  A superuser can give a support function to any
 * function, whose arguments may be others.
 */
static void *
answer(Node *request, WpFunction function, Condition condition, Estimate estimate)
{
	if (IsA(request, SupportRequestIndexCondition))
	{
		SupportRequestIndexCondition *asked = (SupportRequestIndexCondition *) request;

		return condition != NULL && wp_is_function(asked->funcid, function) ? condition(asked) : NULL;
	}
	if (IsA(request, SupportRequestSelectivity))
	{
		SupportRequestSelectivity *asked = (SupportRequestSelectivity *) request;

		return wp_is_function(asked->funcid, function) && estimate(asked) ? asked : NULL;
	}
	return NULL;
}

/* symbol: _…_support(internal) → internal, the support function of that function. */
#define SUPPORT(symbol, function, condition, estimate) \
	PG_FUNCTION_INFO_V1(symbol); \
	Datum symbol(PG_FUNCTION_ARGS) \
	{ \
		PG_RETURN_POINTER(answer((Node *) PG_GETARG_POINTER(0), function, condition, estimate)); \
	}

SUPPORT(wp_among_support, WP_FN_AMONG, among_condition, wp_estimate_among)
SUPPORT(wp_no_condition_support, WP_FN_NO_CONDITION, no_condition_condition, wp_estimate_no_condition)
SUPPORT(wp_condition_holds_support, WP_FN_CONDITION_HOLDS, condition_holds_condition, wp_estimate_condition_holds)
SUPPORT(wp_may_hold_support, WP_FN_MAY_HOLD, may_hold_condition, wp_estimate_may_hold)
SUPPORT(wp_created_support, WP_FN_CREATED, created_condition, estimate_created)
SUPPORT(wp_in_account_support, WP_FN_IN_ACCOUNT, in_account_condition, wp_estimate_in_account)
SUPPORT(wp_is_main_support, WP_FN_IS_MAIN, is_main_condition, wp_estimate_is_main)
SUPPORT(wp_allowed_support, WP_FN_ALLOWED, NULL, estimate_allowed)
