/*
 * ordered_path.c
 *		A path to the visible rows of a table in the order of the query.
 *
 * PostgreSQL has two ways to the newest rows that a principal may see.  It
 * reads all of them and sorts, or it walks an index in the order until enough
 * rows are visible.  It believes that visible rows are spread evenly.  So it
 * walks past a million rows if nothing recent is visible.
 *
 * This path reads each place where rows can be visible in the order, and merges
 * these streams (ordered_node.c).  The arms of a decision (rewrite.c) say which
 * places there are.  An arm is
 *  - a stream for each of its values, if an index has the order behind the
 *    arm's column: a workspace, the hash of a condition;
 *  - otherwise a look-up: all rows that the arm finds, sorted.
 * If an index has the order without an arm, the node walks first.  Nobody knows
 * beforehand which of the two is shorter.  So the cost cannot decide it: the
 * node begins with the walk and gives up in time.  It replaces the planner's
 * own walk.
 *
 * The path changes no answer.  Every condition of the query and its policies
 * stays in the plan's filter, in PostgreSQL's order, and is evaluated for each
 * row.  An index condition is used before the policies only where PostgreSQL
 * would do so.  Comparing rows in the order calls the comparison of the
 * column's operator class on hidden rows; only superusers make such classes.
 *
 * The plan contains expressions, not the principal's data.  They are computed
 * at execution, so the plan serves every principal.
 */
#include "postgres.h"

#include <limits.h>

#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "optimizer/restrictinfo.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

#include "compat.h"
#include "planner/arm_support.h"
#include "planner/estimate.h"
#include "planner/ordered_node.h"
#include "planner/ordered_path.h"
#include "planner/plan_functions.h"
#include "planner/reachable_ids.h"

/* What a looked-up row takes: its place, and its columns of the order. */
#define LOOKED_UP_BYTES 128

static bool enabled;
static set_rel_pathlist_hook_type previous_hook;

/* A way to some of the rows. */
typedef struct PlannedSource
{
	WpOrderedKind kind;
	IndexOptInfo *index;
	List *quals;  /* conditions on the index's columns */
	int value;    /* WP_SOURCE_VALUE */
	List *arrays; /* expressions */
	int norder;   /* how many columns of the query's order it gives */
	int order;    /* WP_SOURCE_ORDER */
	bool backward;
	List *used;     /* restrictions of the query that are in quals */
	double nvalues; /* for the principal at planning */
	double nrows;
} PlannedSource;

typedef struct Planning
{
	PlannerInfo *root;
	RelOptInfo *rel;
} Planning;

static Expr *
index_column(const IndexOptInfo *index, int column)
{
	Node *expression =
		(Node *) ((TargetEntry *) list_nth(index->indextlist, column))->expr;

	return (Expr *) makeVar(INDEX_VAR, column + 1, exprType(expression),
							exprTypmod(expression), exprCollation(expression),
							0);
}

static Expr *
index_condition(const IndexOptInfo *index, int column, Oid operator,
				Node * value)
{
	return make_opclause(operator, BOOLOID, false, index_column(index, column),
						 (Expr *) copyObject(value), InvalidOid,
						 index->indexcollations[column]);
}

static bool
has_collation(const IndexOptInfo *index, int column, Oid collation)
{
	return !OidIsValid(index->indexcollations[column]) ||
		   index->indexcollations[column] == collation;
}

/*
 * Returns the strategy number of `column operator value`, if the condition is
 * such a one and may be asked before the policies; otherwise 0.
 */
static int
strategy_of(Planning *planning, RestrictInfo *restriction, IndexOptInfo *index,
			int column)
{
	OpExpr *op = (OpExpr *) restriction->clause;

	if (!IsA(op, OpExpr) || list_length(op->args) != 2 ||
		!match_index_to_operand(linitial(op->args), column, index) ||
		!wp_is_one_value(lsecond(op->args)) ||
		!has_collation(index, column, op->inputcollid) ||
		!restriction_is_securely_promotable(restriction, planning->rel))
		return 0;
	return get_op_opfamily_strategy(op->opno, index->opfamily[column]);
}

/*
 * Returns the index condition that gives the column one value in all rows of
 * the query, such as the account; NULL if there is none.  Adds the restriction
 * that says so to *used.
 */
static Expr *
fixed(Planning *planning, IndexOptInfo *index, int column, List **used)
{
	ListCell *cell;

	foreach (cell, planning->rel->baserestrictinfo)
	{
		RestrictInfo *restriction = lfirst(cell);
		Node *clause = (Node *) restriction->clause;

		if (wp_is_call(clause, WP_FN_IN_ACCOUNT) ||
			wp_is_call(clause, WP_FN_OF_PRINCIPAL(WP_FN_IN_ACCOUNT)))
			clause = wp_arm_condition(planning->root, (FuncExpr *) clause,
									  index, column);
		else if (strategy_of(planning, restriction, index, column) !=
				 BTEqualStrategyNumber)
			continue;
		if (clause == NULL)
			continue;
		*used = lappend(*used, restriction);
		return index_condition(index, column, ((OpExpr *) clause)->opno,
							   lsecond(((OpExpr *) clause)->args));
	}
	return NULL;
}

/* Adds the bound that ROW(columns) operator ROW(values) sets, if any. */
static List *
add_row_bound(List *bounds, IndexOptInfo *index, int column,
			  RowCompareExpr *row)
{
	int n = 0;
	int strategy = get_op_opfamily_strategy(linitial_oid(row->opnos),
											index->opfamily[column]);
	Oid operator;
	Oid left;
	Oid right;

	for (; n < list_length(row->opnos) && column + n < index->nkeycolumns; n++)
		if (!match_index_to_operand(list_nth(row->largs, n), column + n,
									index) ||
			!wp_is_one_value(list_nth(row->rargs, n)) || strategy == 0 ||
			get_op_opfamily_strategy(list_nth_oid(row->opnos, n),
									 index->opfamily[column + n]) != strategy ||
			!has_collation(index, column + n,
						   list_nth_oid(row->inputcollids, n)))
			break;
	if (n == 0)
		return bounds;
	if (n == list_length(row->opnos))
	{
		row = copyObject(row);
		for (int i = 0; i < n; i++)
			lfirst(list_nth_cell(row->largs, i)) =
				index_column(index, column + i);
		return lappend(bounds, row);
	}
	/* Of several columns the first alone is bounded, so equal values stay. */
	op_input_types(linitial_oid(row->opnos), &left, &right);
	if (strategy == BTLessStrategyNumber)
		strategy = BTLessEqualStrategyNumber;
	else if (strategy == BTGreaterStrategyNumber)
		strategy = BTGreaterEqualStrategyNumber;
	operator=
		get_opfamily_member(index->opfamily[column], left, right, strategy);
	return OidIsValid(operator)
			   ? lappend(bounds, index_condition(index, column, operator,
												 linitial(row->rargs)))
			   : bounds;
}

/*
 * Returns the index conditions on the order's first column: a page's begin.
 * Adds the restrictions that say so to *used.
 */
static List *
bounds_of(Planning *planning, IndexOptInfo *index, int column, List **used)
{
	List *bounds = NIL;
	ListCell *cell;

	foreach (cell, planning->rel->baserestrictinfo)
	{
		RestrictInfo *restriction = lfirst(cell);
		Node *clause = (Node *) restriction->clause;
		int nbounds = list_length(bounds);

		if (!restriction_is_securely_promotable(restriction, planning->rel))
			continue;
		if (IsA(clause, NullTest) && !((NullTest *) clause)->argisrow &&
			match_index_to_operand((Node *) ((NullTest *) clause)->arg, column,
								   index))
		{
			NullTest *test = copyObject((NullTest *) clause);

			test->arg = index_column(index, column);
			bounds = lappend(bounds, test);
		}
		else if (IsA(clause, RowCompareExpr))
			bounds =
				add_row_bound(bounds, index, column, (RowCompareExpr *) clause);
		else if (strategy_of(planning, restriction, index, column) != 0)
			bounds = lappend(
				bounds,
				index_condition(index, column, ((OpExpr *) clause)->opno,
								lsecond(((OpExpr *) clause)->args)));
		if (list_length(bounds) > nbounds)
			*used = lappend(*used, restriction);
	}
	return bounds;
}

/* Is the query ordered by this column of the table here? */
static bool
orders_by(const PathKey *key, const RelOptInfo *rel, AttrNumber column)
{
	ListCell *cell;

	foreach (cell, key->pk_eclass->ec_members)
	{
		Expr *member = ((EquivalenceMember *) lfirst(cell))->em_expr;

		while (IsA(member, RelabelType))
			member = ((RelabelType *) member)->arg;
		if (IsA(member, Var) && ((Var *) member)->varno == rel->relid &&
			((Var *) member)->varattno == column)
			return true;
	}
	return false;
}

/*
 * Returns how many columns of the query's order the index gives, from this
 * column of its own on, and whether backward.
 */
static int
order_given(Planning *planning, IndexOptInfo *index, int column, bool *backward)
{
	IndexOptInfo rest = *index;
	List *wanted = planning->root->query_pathkeys;

	if (column >= index->nkeycolumns)
		return 0;
	rest.indextlist = list_copy_tail(index->indextlist, column);
	rest.nkeycolumns -= column;
	rest.opcintype += column;
	rest.sortopfamily += column;
	rest.reverse_sort += column;
	rest.nulls_first += column;
	rest.indexcollations += column;
	for (int pass = 0; pass < 2; pass++)
	{
		List *keys = build_index_pathkeys(planning->root, &rest,
										  pass == 0 ? ForwardScanDirection
													: BackwardScanDirection);
		int n = 0;

		/* An index of names has another type than its column. */
		while (
			n < WP_ORDER_COLUMNS && n < list_length(keys) &&
			n < list_length(wanted) &&
			list_nth(keys, n) == list_nth(wanted, n) &&
			index->indexkeys[column + n] > 0 &&
			orders_by(list_nth(keys, n), planning->rel,
					  index->indexkeys[column + n]) &&
			get_atttype(index->indexoid, column + n + 1) ==
				exprType((Node *) ((TargetEntry *) list_nth(rest.indextlist, n))
							 ->expr))
			n++;
		*backward = pass == 1;
		if (n > 0)
			return n;
	}
	return 0;
}

static bool
is_usable(const IndexOptInfo *index)
{
	return index->relam == BTREE_AM_OID && !index->hypothetical &&
		   (index->indpred == NIL || index->predOK);
}

/*
 * Is it a better source: more of the order, or else a smaller index, or else
 * more conditions on it?
 */
static bool
is_better(const PlannedSource *source, const PlannedSource *other)
{
	if (other->index == NULL || source->norder != other->norder)
		return other->index == NULL || source->norder > other->norder;
	if (source->index->tuples != other->index->tuples)
		return source->index->tuples < other->index->tuples;
	return source->order > other->order;
}

/* Sets the source to the walk on this index, if it is better. */
static void
try_walk(Planning *planning, PlannedSource *walk, IndexOptInfo *index)
{
	PlannedSource other = {WP_WALK, index};
	Expr *condition;

	other.value = -1;
	while (other.order < index->nkeycolumns &&
		   (condition = fixed(planning, index, other.order, &other.used)) !=
			   NULL)
	{
		other.quals = lappend(other.quals, condition);
		other.order++;
	}
	other.norder = order_given(planning, index, other.order, &other.backward);
	if (other.norder > 0 && is_better(&other, walk))
	{
		other.quals = list_concat(
			other.quals, bounds_of(planning, index, other.order, &other.used));
		*walk = other;
	}
}

/*
 * Returns the condition of the arm for workflows without one: the index has
 * NULL in the place of their conditions' hash.  It is about an account that is
 * NULL for principals that conditions do not bind.
 */
static bool
take_unconditional(Planning *planning, PlannedSource *source, FuncExpr *arm,
				   int column)
{
	IndexOptInfo *index = source->index;
	FuncExpr *account = (FuncExpr *) llast(arm->args);
	NullTest *test = makeNode(NullTest);
	ArrayExpr *array = makeNode(ArrayExpr);
	Node *hash;

	if (!wp_is_call((Node *) account, WP_FN_UNCONDITIONAL_ACCOUNT))
		return false;
	hash = (Node *) wp_call(WP_FN_CONDITION_HASH, NIL,
							list_make1(llast(account->args)));
	if (column == 0 ||
		!match_index_to_operand(linitial(account->args), 0, index) ||
		!OidIsValid(get_opfamily_member(index->opfamily[0], TEXTOID, TEXTOID,
										BTEqualStrategyNumber)) ||
		!match_index_to_operand(hash, column, index))
		return false;
	array->array_typeid = TEXTARRAYOID;
	array->array_collid = get_typcollation(TEXTOID);
	array->element_typeid = TEXTOID;
	array->elements =
		list_make1(wp_call(WP_FN_BOUND_ACCOUNT, wp_given(arm->args, 1), NIL));
	array->location = -1;
	test->arg = index_column(index, column);
	test->nulltesttype = IS_NULL;
	test->location = -1;
	lfirst(list_head(source->quals)) =
		index_condition(index, 0,
						get_opfamily_member(index->opfamily[0], TEXTOID,
											TEXTOID, BTEqualStrategyNumber),
						(Node *) makeNullConst(TEXTOID, -1, InvalidOid));
	source->value = 0;
	source->arrays = list_make1(array);
	source->quals = lappend(source->quals, test);
	return true;
}

/*
 * Adds the arm's condition on this column to the source.  Returns false if it
 * has none.
 */
static bool
take_arm(Planning *planning, PlannedSource *source, FuncExpr *arm, int column)
{
	Node *condition;
	OpExpr *op;
	Oid type;

	if (wp_is_function(arm->funcid, WP_FN_NO_CONDITION) &&
		take_unconditional(planning, source, arm, column))
		return true;
	condition = wp_arm_condition(planning->root, arm, source->index, column);
	if (condition == NULL)
		return false;
	op = (OpExpr *) condition;
	if (IsA(condition, OpExpr))
	{
		source->quals = lappend(source->quals,
								index_condition(source->index, column, op->opno,
												lsecond(op->args)));
		return true;
	}
	/* A place for each value of the array in turn. */
	type = get_element_type(
		exprType(lsecond(((ScalarArrayOpExpr *) condition)->args)));
	source->value = list_length(source->quals);
	source->arrays =
		list_make1(lsecond(((ScalarArrayOpExpr *) condition)->args));
	source->quals =
		lappend(source->quals,
				index_condition(source->index, column,
								((ScalarArrayOpExpr *) condition)->opno,
								(Node *) makeNullConst(type, -1, InvalidOid)));
	return true;
}

/* Sets the source to the arm's rows by this index, if that is better. */
static void
try_arm(Planning *planning, PlannedSource *source, IndexOptInfo *index,
		FuncExpr *arm)
{
	PlannedSource other = {WP_LOOKUP, index};
	bool taken = false;
	int column = 0;

	other.value = -1;
	for (; column < index->nkeycolumns; column++)
	{
		Expr *condition;

		if (!taken && take_arm(planning, &other, arm, column))
		{
			taken = true;
			continue;
		}
		other.norder =
			taken ? order_given(planning, index, column, &other.backward) : 0;
		if (other.norder > 0 ||
			(condition = fixed(planning, index, column, &other.used)) == NULL)
			break;
		other.quals = lappend(other.quals, condition);
	}
	other.order = column;
	if (taken && is_better(&other, source))
		*source = other;
}

/* Is the call an arm that finds few rows by an index of values? */
static bool
is_arm(const FuncExpr *call)
{
	static const WpFunction arms[] = {
		WP_FN_AMONG,        WP_FN_OWNED,           WP_FN_CREATED,
		WP_FN_NO_CONDITION, WP_FN_CONDITION_HOLDS, WP_FN_DIGEST_HOLDS};
	WpAction action;
	WpCandidateKind kind;
	Const *label;
	WpText words;

	if (!IsA(call, FuncExpr))
		return false;
	for (int i = 0; i < lengthof(arms); i++)
	{
		if (!wp_is_function(call->funcid, arms[i]))
			continue;
		if (arms[i] != WP_FN_AMONG)
			return true;
		/* Lists of workflows, for rows below one, are too long. */
		label = list_nth(call->args, list_length(call->args) - 2);
		if (!IsA(label, Const) || label->constisnull)
			return false;
		words.data = VARDATA_ANY(DatumGetTextPP(label->constvalue));
		words.len = VARSIZE_ANY_EXHDR(DatumGetTextPP(label->constvalue));
		return wp_candidate_words(&words, &action, &kind) && kind < WP_VERDICT;
	}
	return false;
}

/*
 * Returns sources that together have every row for which the condition can be
 * true; NIL if there are none.
 */
static List *
cover(Planning *planning, Node *node)
{
	List *sources = NIL;
	PlannedSource source = {WP_LOOKUP};
	ListCell *cell;

	if (is_orclause(node))
	{
		foreach (cell, ((BoolExpr *) node)->args)
		{
			List *some = cover(planning, lfirst(cell));

			if (some == NIL)
				return NIL;
			sources = list_concat(sources, some);
		}
		return sources;
	}
	if (is_andclause(node))
	{
		/* Of a workspace and a condition, the condition comes last. */
		List *args = ((BoolExpr *) node)->args;

		for (int i = list_length(args) - 1; i >= 0 && sources == NIL; i--)
			sources = cover(planning, list_nth(args, i));
		return sources;
	}
	if (!is_arm((FuncExpr *) node))
		return NIL;
	foreach (cell, planning->rel->indexlist)
		if (is_usable(lfirst(cell)))
			try_arm(planning, &source, lfirst(cell), (FuncExpr *) node);
	if (source.index == NULL)
		return NIL;
	source.nvalues = wp_estimate_values(planning->root, (FuncExpr *) node);
	source.nrows = planning->rel->tuples *
				   clause_selectivity(planning->root, node,
									  planning->rel->relid, JOIN_INNER, NULL);
	return list_make1(
		memcpy(palloc(sizeof(PlannedSource)), &source, sizeof(PlannedSource)));
}

/* Do both have the same columns of the table in the order? */
static bool
have_same_columns(const PlannedSource *a, const PlannedSource *b, int norder)
{
	for (int i = 0; i < norder; i++)
		if (a->index->indexkeys[a->order + i] !=
			b->index->indexkeys[b->order + i])
			return false;
	return true;
}

/*
 * Returns the sources with those joined that differ only in their arrays, and
 * with streams only if they give the wanted order.
 */
static List *
join_sources(Planning *planning, List *all, const PlannedSource *first,
			 int norder)
{
	List *joined = NIL;
	ListCell *cell;
	ListCell *other_cell;

	foreach (cell, all)
	{
		PlannedSource *source = lfirst(cell);
		bool found = false;

		foreach (other_cell, joined)
		{
			PlannedSource *other = lfirst(other_cell);

			if (found || other->index != source->index || source->value < 0 ||
				other->value != source->value ||
				!equal(list_truncate(list_copy(other->quals),
									 list_length(source->quals)),
					   source->quals))
				continue;
			found = true;
			other->arrays = list_concat(other->arrays, source->arrays);
			other->nvalues += source->nvalues;
			other->nrows += source->nrows;
		}
		if (found)
			continue;
		if (source->norder >= norder &&
			have_same_columns(source, first, norder))
		{
			source->kind = WP_STREAM;
			source->quals = list_concat(
				source->quals, bounds_of(planning, source->index, source->order,
										 &source->used));
		}
		else
			source->backward = false;
		joined = lappend(joined, source);
	}
	return joined;
}

/*
 * Do the rows that are looked up fit into work_mem?  They are sorted there, and
 * not on disk.
 */
static bool
fit_into_memory(List *sources)
{
	double nrows = 0;
	ListCell *cell;

	foreach (cell, sources)
		if (((PlannedSource *) lfirst(cell))->kind == WP_LOOKUP)
			nrows += ((PlannedSource *) lfirst(cell))->nrows;
	return nrows * LOOKED_UP_BYTES <= work_mem * 1024.0;
}

/*
 * Is the path a walk in this order, or in one that begins alike, with no
 * condition on its index that our walk lacks?
 */
static bool
is_walk(const Path *path, List *pathkeys, const PlannedSource *walk)
{
	const IndexPath *scan = (const IndexPath *) path;
	ListCell *cell;

	if (!IsA(path, IndexPath) || path->param_info != NULL ||
		path->pathkeys == NIL || scan->indexorderbys != NIL ||
		linitial(path->pathkeys) != linitial(pathkeys))
		return false;
	foreach (cell, scan->indexclauses)
		if (!list_member_ptr(walk->used, ((IndexClause *) lfirst(cell))->rinfo))
			return false;
	return true;
}

/*
 * Removes the planner's walks that ours is no worse than from the table's
 * paths.  Lowers the path's costs to theirs.
 */
static void
replace_walks(RelOptInfo *rel, Path *ours, const PlannedSource *walk)
{
	List *others = NIL;
	List *partial = NIL;
	ListCell *cell;

	foreach (cell, rel->pathlist)
	{
		Path *path = lfirst(cell);

		if (!is_walk(path, ours->pathkeys, walk))
		{
			others = lappend(others, path);
			continue;
		}
		ours->startup_cost = Min(ours->startup_cost, path->startup_cost);
		ours->total_cost = Min(ours->total_cost, path->total_cost);
	}
	/* The costs of these are those of one worker. */
	foreach (cell, rel->partial_pathlist)
		if (!is_walk(lfirst(cell), ours->pathkeys, walk))
			partial = lappend(partial, lfirst(cell));
	rel->pathlist = others;
	rel->partial_pathlist = partial;
}

/* Sets the costs of merging the sources.  nrows: how many they have. */
static void
cost_merge(Planning *planning, Path *path, List *sources, double nrows)
{
	QualCost qual;
	Cost row = random_page_cost + cpu_index_tuple_cost + cpu_tuple_cost;
	ListCell *cell;

	foreach (cell, sources)
	{
		PlannedSource *source = lfirst(cell);

		if (source->kind == WP_WALK)
			continue;
		path->startup_cost +=
			source->nvalues *
			(0.5 * random_page_cost +
			 (source->index->tree_height + 1) * 50 * cpu_operator_cost);
		if (source->kind == WP_LOOKUP)
			path->startup_cost += source->nrows * row;
	}
	cost_qual_eval(&qual, planning->rel->baserestrictinfo, planning->root);
	path->startup_cost += qual.startup;
	path->total_cost =
		path->startup_cost + nrows * (row + qual.per_tuple + cpu_operator_cost);
}

/* Puts the order and the sources into the form of ordered_node.h. */
static void
describe(Planning *planning, CustomPath *path, List *sources, int norder)
{
	PlannedSource *first = NULL;
	List *columns = NIL;
	List *operators = NIL;
	List *collations = NIL;
	List *nulls_first = NIL;
	List *described = NIL;
	List *expressions = NIL;
	ListCell *cell;

	foreach (cell, sources)
	{
		PlannedSource *source = lfirst(cell);

		double nrows = source->kind == WP_LOOKUP ? source->nrows : 0;

		if (source->kind != WP_LOOKUP && first == NULL)
			first = source;
		described = lappend(
			described,
			list_make2(
				list_make1_oid(source->index->indexoid),
				lappend_int(list_make4_int(source->kind, source->backward,
										   source->value, source->order),
							Min(nrows, INT_MAX))));
		expressions =
			lappend(expressions, list_make2(source->quals, source->arrays));
	}
	for (int i = 0; i < norder; i++)
	{
		PathKey *key = list_nth(planning->root->query_pathkeys, i);
		Oid type = first->index->opcintype[first->order + i];

		columns =
			lappend_int(columns, first->index->indexkeys[first->order + i]);
		operators = lappend_oid(
			operators,
			get_opfamily_member(key->pk_opfamily, type, type,
								wp_is_descending(key) ? BTGreaterStrategyNumber
													  : BTLessStrategyNumber));
		collations = lappend_oid(collations, key->pk_eclass->ec_collation);
		nulls_first = lappend_int(nulls_first, key->pk_nulls_first);
	}
	path->custom_private =
		list_make3(list_make4(columns, operators, collations, nulls_first),
				   described, expressions);
}

/* Returns the plan node; all conditions are in its filter. */
static Plan *
make_plan(PlannerInfo *root, RelOptInfo *rel, CustomPath *path, List *tlist,
		  List *clauses, List *custom_plans)
{
	CustomScan *scan = makeNode(CustomScan);

	scan->scan.plan.targetlist = tlist;
	scan->scan.plan.qual = extract_actual_clauses(clauses, false);
	scan->scan.scanrelid = rel->relid;
	scan->flags = path->flags;
	scan->custom_private = list_make2(linitial(path->custom_private),
									  lsecond(path->custom_private));
	scan->custom_exprs = lthird(path->custom_private);
	scan->methods = &wp_ordered_scan_methods;
	return (Plan *) scan;
}

/*
 * Adds the path, if the rows that the query can see are covered by sources, one
 * of which at least is in the query's order.
 */
static void
add_ordered_path(PlannerInfo *root, RelOptInfo *rel)
{
	static const CustomPathMethods methods = {.CustomName = "WorkflowOrder",
											  .PlanCustomPath = make_plan};
	Planning planning = {root, rel};
	PlannedSource walk = {WP_WALK};
	const PlannedSource *first = NULL;
	List *sources = NIL;
	double nrows = 0;
	int norder = 0;
	CustomPath *path;
	ListCell *cell;

	foreach (cell, rel->baserestrictinfo)
	{
		RestrictInfo *restriction = lfirst(cell);
		List *some = cover(&planning, (Node *) restriction->clause);
		double n =
			rel->tuples * clause_selectivity(root, (Node *) restriction,
											 rel->relid, JOIN_INNER, NULL);

		if (some == NIL || (sources != NIL && n >= nrows))
			continue;
		sources = some;
		nrows = n;
	}
	if (sources == NIL)
		return;
	foreach (cell, rel->indexlist)
		if (is_usable(lfirst(cell)))
			try_walk(&planning, &walk, lfirst(cell));
	foreach (cell, sources)
		norder = Max(norder, ((PlannedSource *) lfirst(cell))->norder);
	/* What only one of them gives is left to a sort. */
	if (walk.norder > 0)
		norder = norder > 0 ? Min(norder, walk.norder) : walk.norder;
	if (norder == 0)
		return;
	if (walk.norder >= norder)
		first = &walk;
	foreach (cell, sources)
		if (first == NULL && ((PlannedSource *) lfirst(cell))->norder >= norder)
			first = lfirst(cell);
	sources = join_sources(&planning, sources, first, norder);
	if (!fit_into_memory(sources))
		return;
	if (first == &walk)
		sources = lcons(&walk, sources);

	path = makeNode(CustomPath);
	path->path.pathtype = T_CustomScan;
	path->path.parent = rel;
	path->path.pathtarget = rel->reltarget;
	path->path.parallel_safe = rel->consider_parallel;
	path->path.rows = rel->rows;
	path->path.pathkeys =
		list_truncate(list_copy(root->query_pathkeys), norder);
	path->flags = CUSTOMPATH_SUPPORT_PROJECTION;
	path->methods = &methods;
	cost_merge(&planning, &path->path, sources, Max(nrows, rel->rows));
	if (first == &walk)
		replace_walks(rel, &path->path, &walk);
	describe(&planning, path, sources, norder);
	add_path(rel, (Path *) path);
}

static void
offer_path(PlannerInfo *root, RelOptInfo *rel, Index rti, RangeTblEntry *rte)
{
	if (previous_hook != NULL)
		previous_hook(root, rel, rti, rte);
	/* A table with partitions or children has no index of all its rows. */
	if (enabled && enable_indexscan && root->query_pathkeys != NIL &&
		rel->reloptkind == RELOPT_BASEREL && rte->rtekind == RTE_RELATION &&
		rte->relkind == RELKIND_RELATION && !rte->inh &&
		rte->tablesample == NULL && rel->baserestrictinfo != NIL &&
		rel->indexlist != NIL && bms_is_empty(rel->lateral_relids) &&
		OidIsValid(wp_function(WP_FN_AMONG)))
		add_ordered_path(root, rel);
}

void
wp_ordered_path_init(void)
{
	DefineCustomBoolVariable(
		"workflow_perms.enable_ordered_path",
		"Enables the planner's use of plans that read visible rows in order.",
		NULL, &enabled, true, PGC_USERSET, GUC_EXPLAIN, NULL, NULL, NULL);
	RegisterCustomScanMethods(&wp_ordered_scan_methods);
	previous_hook = set_rel_pathlist_hook;
	set_rel_pathlist_hook = offer_path;
}
