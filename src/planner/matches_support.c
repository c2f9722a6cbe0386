/*
 * matches_support.c
 *		What the planner is told about matches(metadata, user_id, condition):
 *		that an index finds the candidates, and how many there are.  Other
 *		requests get no answer, and PostgreSQL proceeds without one.
 *
 * If policies or a security_barrier view come before a query's own conditions,
 * only a leakproof function may become an index condition before them.
 * matches() is not leakproof: expressions that a query puts around a leakproof
 * function are evaluated on hidden rows.  So matches() and ~ are taken apart
 * there:
 *
 * 			_matches(metadata, user_id, condition) AND _narrowed(metadata,
 * 			condition)
 *
 * _matches() decides, after the policies. _narrowed() is leakproof because it
 * is always true.  Its index condition is metadata @~ condition.
 *
 * Estimates use the statistics of a column only if the current role may read
 * the column in every row.  PostgreSQL applies the same rule to operators that
 * are not leakproof.  Otherwise a histogram would reveal, question by question,
 * the contents of hidden rows.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "optimizer/planmain.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"

#include "lookup/enums.h"
#include "planner/estimate.h"
#include "planner/plan_functions.h"

PG_FUNCTION_INFO_V1(wp_matches_support);

/* The arguments of the call, whichever of our functions it is. */
typedef struct Question
{
	Node *metadata;
	Node *user; /* NULL: unknown */
	Node *condition;
	Node *at; /* the time; NULL: unknown */
} Question;

/*
 * Returns whether the function is one of ours that matches, and fills *asked
 * from its arguments.  A superuser can attach the support function to any
 * function.
 */
static bool
is_question(Oid function, List *args, Question *asked)
{
	static const char *const names[] = {"matches",           "metadata_matches",
										"condition_matches", "_matches",
										"_matches_at",       "_narrowed"};
	char *name = get_func_name(function);
	bool is_one = false;

	for (int i = 0; i < lengthof(names); i++)
		is_one = is_one || (name != NULL && strcmp(name, names[i]) == 0);
	if (!is_one || !wp_is_ours(function) || list_length(args) < 2 ||
		list_length(args) > 4)
		return false;
	*asked = (Question){linitial(args)};
	if (list_length(args) == 2)
		asked->condition = lsecond(args);
	else
	{
		asked->user = lsecond(args);
		asked->condition = lthird(args);
		asked->at = list_length(args) == 4 ? lfourth(args) : NULL;
	}
	if (exprType(asked->metadata) != JSONBOID)
	{
		asked->metadata = llast(args);
		asked->condition = linitial(args);
	}
	return exprType(asked->metadata) == JSONBOID &&
		   exprType(asked->condition) == wp_our_type("metadata_condition") &&
		   (asked->user == NULL || exprType(asked->user) == TEXTOID);
}

/*
 * Returns whether other conditions must be evaluated first, of row security or
 * of a security_barrier view, on a table whose columns the expression uses.
 */
static bool
is_guarded(PlannerInfo *root, Node *node)
{
	Relids relids = pull_varnos(root, node);
	int i = -1;

	while ((i = bms_next_member(relids, i)) >= 0)
	{
		RangeTblEntry *rte = rt_fetch(i, root->parse->rtable);

		if (rte->securityQuals != NIL || rte->security_barrier)
			return true;
	}
	return false;
}

/* May the expression be evaluated a second time for the same row? */
static bool
is_repeatable(Node *node)
{
	return !contain_volatile_functions(node) &&
		   !(contain_subplans(node) && contain_vars_of_level(node, 0));
}

static Node *
simplify(PlannerInfo *root, FuncExpr *call)
{
	Question asked;
	Expr *matches;
	Expr *narrowed;

	/*
	 * The extension's own queries, which know the time, are not under policies.
	 */
	if (root == NULL || !is_question(call->funcid, call->args, &asked) ||
		asked.at != NULL || !OidIsValid(wp_function(WP_FN_MATCHES)) ||
		!OidIsValid(wp_function(WP_FN_NARROWED)) ||
		call->funcid == wp_function(WP_FN_MATCHES) ||
		call->funcid == wp_function(WP_FN_NARROWED) ||
		!is_repeatable(asked.metadata) || !is_repeatable(asked.condition) ||
		!is_guarded(root, (Node *) call))
		return NULL;
	record_plan_function_dependency(root, call->funcid);
	if (asked.user == NULL)
		asked.user =
			(Node *) makeNullConst(TEXTOID, -1, get_typcollation(TEXTOID));
	matches = wp_call(WP_FN_MATCHES, NIL,
					  list_make3(asked.metadata, asked.user, asked.condition));
	narrowed = wp_call(
		WP_FN_NARROWED, NIL,
		list_make2(copyObject(asked.metadata), copyObject(asked.condition)));
	return (Node *) makeBoolExpr(AND_EXPR, list_make2(matches, narrowed), -1);
}

/*
 * Returns the lossy index condition, metadata @~ condition or condition ~@
 * metadata, as a list.  Returns NIL if the index has no such operator, or if
 * the other operand is not known when the scan starts.
 */
static List *
index_condition(SupportRequestIndexCondition *request)
{
	FuncExpr *call = (FuncExpr *) request->node;
	Node *column;
	Node *other;
	Question asked;
	Oid may_match;

	/* _narrowed() beside it has the index condition already. */
	if (!IsA(call, FuncExpr) || wp_is_call(request->node, WP_FN_MATCHES) ||
		!is_question(request->funcid, call->args, &asked))
		return NIL;
	column = list_nth(call->args, request->indexarg);
	if (column != asked.metadata && column != asked.condition)
		return NIL;
	other = column == asked.metadata ? asked.condition : asked.metadata;
	if (!is_pseudo_constant_for_index(request->root, other, request->index))
		return NIL;
	may_match = wp_may_match_operator(request->opfamily, exprType(column),
									  exprType(other));
	if (!OidIsValid(may_match))
		return NIL;
	request->lossy = true;
	return list_make1(make_opclause(may_match, BOOLOID, false, (Expr *) column,
									(Expr *) other, InvalidOid, InvalidOid));
}

/*
 * Sets the share of rows that match, as matchingsel would for the operator;
 * $userId and $rollout may be anything.  Returns false if the operator does not
 * exist.
 */
static bool
selectivity(SupportRequestSelectivity *request)
{
	bool narrowed = request->funcid == wp_function(WP_FN_NARROWED);
	Question asked;

	if (!is_question(request->funcid, request->args, &asked))
		return false;
	request->selectivity = narrowed ? 1.0 : DEFAULT_MATCHING_SEL;
	return request->is_join || narrowed ||
		   wp_estimate_may_match(request, "@~", asked.metadata,
								 asked.condition);
}

/*
 * _matches_support(internal) → internal: the support function of all of them.
 */
Datum
wp_matches_support(PG_FUNCTION_ARGS)
{
	Node *request = (Node *) PG_GETARG_POINTER(0);

	if (IsA(request, SupportRequestSimplify))
		PG_RETURN_POINTER(
			simplify(((SupportRequestSimplify *) request)->root,
					 ((SupportRequestSimplify *) request)->fcall));
	if (IsA(request, SupportRequestIndexCondition))
		PG_RETURN_POINTER(
			index_condition((SupportRequestIndexCondition *) request));
	if (IsA(request, SupportRequestSelectivity) &&
		selectivity((SupportRequestSelectivity *) request))
		PG_RETURN_POINTER(request);
	PG_RETURN_POINTER(NULL);
}
