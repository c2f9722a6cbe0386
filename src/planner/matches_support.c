/*
 * matches_support.c
 *		What the planner is told about matches(metadata, user_id, condition): that an
 *		index of metadata_ops finds the candidates, and how many there will be; the
 *		latter also of the operators ~ and @~.
 *		Other requests have no answer, and PostgreSQL goes on as without one.
 *
 * A condition asks anything of a value, so an estimate by a histogram would tell,
 * question by question, what stands in rows that row security hides: PostgreSQL
 * trusts operators that are leakproof with all statistics.  We look at those of
 * columns alone that whoever asks may read in every row.
 */
#include "compat.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "parser/parse_oper.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"

#include "planner/functions.h"
#include "planner/gin_keys.h"

#define METADATA 0 /* arguments of matches() */
#define CONDITION 2
#define MAY_MATCH "@~"
#define MAY_MATCH_STRATEGY 2

/* Where nothing is known of the condition: what matchingsel assumes. */
#define DEFAULT_SHARE 0.01

PG_FUNCTION_INFO_V1(wp_matches_support);
PG_FUNCTION_INFO_V1(wp_condition_restrict);

/* See gin_keys.h. */
double
wp_share_of(PlannerInfo *root, Oid operator, Oid collation, List *args, int varRelid)
{
	VariableStatData variable;
	Node *other;
	bool on_left;
	bool readable;

	if (!get_restriction_variable(root, args, varRelid, &variable, &other, &on_left))
		return DEFAULT_SHARE;
	readable = variable.acl_ok;
	ReleaseVariableStats(variable);
	if (!readable)
		return DEFAULT_SHARE;
	return generic_restriction_selectivity(root, operator, collation, args, varRelid, DEFAULT_SHARE);
}

/* See gin_keys.h. */
Oid
wp_may_match_operator(Oid family, Oid condition_type)
{
	Oid operator = get_opfamily_member(family, condition_type, JSONBOID, MAY_MATCH_STRATEGY);

	/* Another family may have another operator of that number. */
	if (OidIsValid(operator) &&
		get_func_namespace(get_opcode(operator)) != get_namespace_oid("workflow_perms", true))
		return InvalidOid;
	return operator;
}

/*
 * Returns a list of the lossy index condition, metadata @~ condition; NIL where the
 * index is none of metadata_ops, or the condition is not known when the scan starts.
 */
static List *
index_condition(SupportRequestIndexCondition *request)
{
	FuncExpr *call;
	Node *metadata;
	Node *condition;
	Oid may_match;

	if (!IsA(request->node, FuncExpr) || request->indexarg != METADATA)
		return NIL;
	call = (FuncExpr *) request->node;
	metadata = linitial(call->args);
	condition = list_nth(call->args, CONDITION);
	if (!is_pseudo_constant_for_index(request->root, condition, request->index))
		return NIL;
	may_match = get_opfamily_member(request->opfamily, JSONBOID, exprType(condition), MAY_MATCH_STRATEGY);
	/* Another family may have another operator of that number. */
	if (!OidIsValid(may_match) || get_func_namespace(get_opcode(may_match)) != get_func_namespace(request->funcid))
		return NIL;
	request->lossy = true;
	return list_make1(make_opclause(may_match, BOOLOID, false, (Expr *) metadata, (Expr *) condition,
									InvalidOid, InvalidOid));
}

/*
 * Sets the share of rows that match, as matchingsel would of the operator, for which
 * $userId and $rollout may be anything; false where it is a join.
 */
static bool
selectivity(SupportRequestSelectivity *request)
{
	char *schema = get_namespace_name(get_func_namespace(request->funcid));
	Node *metadata;
	Node *condition;
	Oid may_match;

	if (request->is_join || schema == NULL)
		return false;
	metadata = linitial(request->args);
	condition = list_nth(request->args, CONDITION);
	may_match = LookupOperName(NULL, list_make2(makeString(schema), makeString(MAY_MATCH)),
							   JSONBOID, exprType(condition), true, -1);
	if (!OidIsValid(may_match))
		return false;
	request->selectivity = wp_share_of(request->root, may_match, request->inputcollid, list_make2(metadata, condition),
									request->varRelid);
	return true;
}

/* The support function of matches(). */
Datum
wp_matches_support(PG_FUNCTION_ARGS)
{
	Node *request = (Node *) PG_GETARG_POINTER(0);
	Node *answer = NULL;

	/* A superuser can give it to any function, whose arguments may be others. */
	if (IsA(request, SupportRequestIndexCondition) &&
		wp_is_function(((SupportRequestIndexCondition *) request)->funcid, WP_FN_MATCHES))
		answer = (Node *) index_condition((SupportRequestIndexCondition *) request);
	else if (IsA(request, SupportRequestSelectivity) &&
			 wp_is_function(((SupportRequestSelectivity *) request)->funcid, WP_FN_MATCHES) &&
			 selectivity((SupportRequestSelectivity *) request))
		answer = request;
	PG_RETURN_POINTER(answer);
}

/* The RESTRICT function of ~ and @~: (root, operator, arguments, relation) → share of the rows. */
Datum
wp_condition_restrict(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(wp_share_of((PlannerInfo *) PG_GETARG_POINTER(0), PG_GETARG_OID(1), PG_GET_COLLATION(),
							  (List *) PG_GETARG_POINTER(2), PG_GETARG_INT32(3)));
}
