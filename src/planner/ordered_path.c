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

/*
 * What an index is good for in the query: its columns have one value each, one
 * of them for each value of an arm, as far as the order begins.
 */
typedef struct Layout
{
	IndexOptInfo *index;
	Expr *fixed[INDEX_MAX_KEYS]; /* the conditions that say so */
	List *used;                  /* restrictions that they are from */
	int gap;                     /* the column without one; -1: none */
	int order;                   /* the column where the order begins */
	int norder; /* how many columns of the query's order it gives */
	bool backward;
} Layout;

/* A way to some of the rows. */
typedef struct PlannedSource
{
	WpOrderedKind kind;
	Layout *layout;
	int norder;     /* as in the layout; 0 if the arm does not precede it */
	List *quals;    /* conditions on the index's columns */
	int value;      /* WP_SOURCE_VALUE */
	List *arrays;   /* expressions */
	double nvalues; /* for the principal at planning */
	double nrows;
} PlannedSource;

typedef struct Planning
{
	PlannerInfo *root;
	RelOptInfo *rel;
	List *layouts; /* of the indexes that can be used */
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

/*
 * Returns the index condition from this column on that ROW(columns) operator
 * ROW(values) becomes; NULL if there is none.
 */
static Expr *
row_bound(IndexOptInfo *index, int column, RowCompareExpr *row)
{
	RowCompareExpr *bound = copyObject(row);
	Oid family = index->opfamily[column];
	int strategy = get_op_opfamily_strategy(linitial_oid(row->opnos), family);
	int n = 0;
	Oid operator;
	Oid left;
	Oid right;

	for (; n < list_length(row->opnos) && column + n < index->nkeycolumns; n++)
	{
		if (!match_index_to_operand(list_nth(row->largs, n), column + n,
									index) ||
			!wp_is_one_value(list_nth(row->rargs, n)) || strategy == 0 ||
			get_op_opfamily_strategy(list_nth_oid(row->opnos, n),
									 index->opfamily[column + n]) != strategy ||
			!has_collation(index, column + n,
						   list_nth_oid(row->inputcollids, n)))
			break;
		lfirst(list_nth_cell(bound->largs, n)) =
			index_column(index, column + n);
	}
	if (n == 0 || n == list_length(row->opnos))
		return n == 0 ? NULL : (Expr *) bound;
	/* Of several columns the first alone is bounded, so equal values stay. */
	op_input_types(linitial_oid(row->opnos), &left, &right);
	if (strategy == BTLessStrategyNumber)
		strategy = BTLessEqualStrategyNumber;
	else if (strategy == BTGreaterStrategyNumber)
		strategy = BTGreaterEqualStrategyNumber;
	operator= get_opfamily_member(family, left, right, strategy);
	return OidIsValid(operator)
			   ? index_condition(index, column, operator, linitial(row->rargs))
			   : NULL;
}

/*
 * Adds the index conditions on the order's first column, a page's begin, and
 * the restrictions that they are from.
 */
static void
add_bounds(Planning *planning, PlannedSource *source)
{
	IndexOptInfo *index = source->layout->index;
	int column = source->layout->order;
	ListCell *cell;

	foreach (cell, planning->rel->baserestrictinfo)
	{
		RestrictInfo *restriction = lfirst(cell);
		Node *clause = (Node *) restriction->clause;
		Expr *bound = NULL;

		if (!restriction_is_securely_promotable(restriction, planning->rel))
			continue;
		if (IsA(clause, NullTest) && !((NullTest *) clause)->argisrow &&
			match_index_to_operand((Node *) ((NullTest *) clause)->arg, column,
								   index))
		{
			bound = copyObject((Expr *) clause);
			((NullTest *) bound)->arg = index_column(index, column);
		}
		else if (IsA(clause, RowCompareExpr))
			bound = row_bound(index, column, (RowCompareExpr *) clause);
		else if (strategy_of(planning, restriction, index, column) != 0)
			bound = index_condition(index, column, ((OpExpr *) clause)->opno,
									lsecond(((OpExpr *) clause)->args));
		if (bound == NULL)
			continue;
		source->quals = lappend(source->quals, bound);
		source->layout->used = lappend(source->layout->used, restriction);
	}
}

/* Sets what the index gives of the query's order, from layout->order on. */
static void
find_order(Planning *planning, Layout *layout)
{
	IndexOptInfo *index = layout->index;
	int column = layout->order;
	List *wanted = planning->root->query_pathkeys;
	IndexOptInfo rest = *index;
	List *keys;

	rest.sortopfamily += column;
	if (((PathKey *) linitial(wanted))->pk_opfamily != *rest.sortopfamily)
		return;
	rest.indextlist = list_copy_tail(index->indextlist, column);
	rest.nkeycolumns -= column;
	rest.opcintype += column;
	rest.reverse_sort += column;
	rest.nulls_first += column;
	rest.indexcollations += column;
	layout->backward =
		wp_is_descending((PathKey *) linitial(wanted)) != *rest.reverse_sort;
	keys = build_index_pathkeys(planning->root, &rest,
								layout->backward ? BackwardScanDirection
												 : ForwardScanDirection);
	while (layout->norder < Min(list_length(keys), list_length(wanted)) &&
		   layout->norder < WP_ORDER_COLUMNS &&
		   list_nth(keys, layout->norder) == list_nth(wanted, layout->norder) &&
		   index->indexkeys[column + layout->norder] > 0 &&
		   /* An index of names has another type than its column. */
		   get_atttype(index->indexoid, column + layout->norder + 1) ==
			   exprType((Node *) ((TargetEntry *) list_nth(rest.indextlist,
														   layout->norder))
							->expr))
		layout->norder++;
}

/* Sets planning->layouts, unless that is done. */
static void
make_layouts(Planning *planning)
{
	ListCell *cell;

	if (planning->layouts != NIL)
		return;
	foreach (cell, planning->rel->indexlist)
	{
		IndexOptInfo *index = lfirst(cell);
		Layout *layout;

		if (index->relam != BTREE_AM_OID || index->hypothetical ||
			(index->indpred != NIL && !index->predOK))
			continue;
		layout = palloc0(sizeof(Layout));
		layout->index = index;
		layout->gap = -1;
		planning->layouts = lappend(planning->layouts, layout);
		for (; layout->order < index->nkeycolumns; layout->order++)
		{
			layout->fixed[layout->order] =
				fixed(planning, index, layout->order, &layout->used);
			if (layout->fixed[layout->order] != NULL)
				continue;
			find_order(planning, layout);
			if (layout->norder > 0 || layout->gap >= 0)
				break;
			layout->gap = layout->order;
		}
	}
}

/*
 * Is it a better source: more of the order, or else a smaller index, or else
 * more conditions on it?
 */
static bool
is_better(const PlannedSource *source, const PlannedSource *other)
{
	const Layout *one = source->layout;
	const Layout *two = other->layout;

	if (two == NULL || source->norder != other->norder)
		return two == NULL || source->norder > other->norder;
	if (one->index->tuples != two->index->tuples)
		return one->index->tuples < two->index->tuples;
	return one->order > two->order;
}

/* Takes the conditions of the layout's columns, but of this one the other. */
static void
take_layout(PlannedSource *source, int column, Expr *condition)
{
	for (int i = 0; i < Max(source->layout->order, column + 1); i++)
		source->quals = lappend(
			source->quals, i == column ? condition : source->layout->fixed[i]);
}

/*
 * Is this the arm for workflows without a condition, and has this column of the
 * index NULL for them, in the place of their conditions' hash? Then a stream of
 * them is about an account that is NULL for principals that conditions do not
 * bind.
 */
static bool
is_unconditional(IndexOptInfo *index, FuncExpr *arm, int column)
{
	FuncExpr *account = (FuncExpr *) llast(arm->args);

	return wp_is_function(arm->funcid, WP_FN_NO_CONDITION) &&
		   wp_is_call((Node *) account, WP_FN_UNCONDITIONAL_ACCOUNT) &&
		   column > 0 &&
		   match_index_to_operand(linitial(account->args), 0, index) &&
		   match_index_to_operand(
			   (Node *) wp_call(WP_FN_CONDITION_HASH, NIL,
								list_make1(llast(account->args))),
			   column, index);
}

/* Returns the condition `column operator value`, for each value of an array. */
static Expr *
each_value(PlannedSource *source, int column, Oid operator, Expr * array)
{
	Oid type = get_element_type(exprType((Node *) array));

	source->value = column;
	source->arrays = list_make1(array);
	return index_condition(source->layout->index,
						   column, operator,(Node *)
									   makeNullConst(type, -1, InvalidOid));
}

/*
 * Takes the conditions of the layout, and that of the arm on this column of the
 * index.  Returns false if the arm has none.
 */
static bool
take_arm(Planning *planning, PlannedSource *source, FuncExpr *arm, int column)
{
	IndexOptInfo *index = source->layout->index;
	Node *condition = wp_arm_condition(planning->root, arm, index, column);
	Oid equal;
	NullTest *test;
	ArrayExpr *array;

	if (condition != NULL && IsA(condition, OpExpr))
		take_layout(source, column,
					index_condition(index, column, ((OpExpr *) condition)->opno,
									lsecond(((OpExpr *) condition)->args)));
	else if (condition != NULL)
		take_layout(
			source, column,
			each_value(source, column, ((ScalarArrayOpExpr *) condition)->opno,
					   lsecond(((ScalarArrayOpExpr *) condition)->args)));
	if (condition != NULL)
		return true;
	if (!is_unconditional(index, arm, column) ||
		!OidIsValid(equal =
						get_opfamily_member(index->opfamily[0], TEXTOID,
											TEXTOID, BTEqualStrategyNumber)))
		return false;
	array = makeNode(ArrayExpr);
	array->array_typeid = TEXTARRAYOID;
	array->array_collid = get_typcollation(TEXTOID);
	array->element_typeid = TEXTOID;
	array->elements =
		list_make1(wp_call(WP_FN_BOUND_ACCOUNT, wp_given(arm->args, 1), NIL));
	array->location = -1;
	test = makeNode(NullTest);
	test->arg = index_column(index, column);
	test->nulltesttype = IS_NULL;
	test->location = -1;
	take_layout(source, column, (Expr *) test);
	linitial(source->quals) = each_value(source, 0, equal, (Expr *) array);
	return true;
}

/* Sets the source to the arm's rows by this index, if that is better. */
static void
try_arm(Planning *planning, PlannedSource *source, Layout *layout,
		FuncExpr *arm)
{
	int last = layout->gap >= 0 ? layout->gap : layout->order;

	for (int column = Max(layout->gap, 0);
		 column <= last && column < layout->index->nkeycolumns; column++)
	{
		PlannedSource other = {WP_LOOKUP, layout, .value = -1};

		if (column < layout->order)
			other.norder = layout->norder;
		if (!is_better(&other, source) ||
			!take_arm(planning, &other, arm, column))
			continue;
		*source = other;
		return;
	}
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
	RestrictInfo *restriction = (RestrictInfo *) node;
	List *sources = NIL;
	PlannedSource *source;
	ListCell *cell;

	if (IsA(node, RestrictInfo) && restriction->orclause != NULL)
		node = (Node *) restriction->orclause;
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
	if (!IsA(node, RestrictInfo) || !is_arm((FuncExpr *) restriction->clause))
		return NIL;
	make_layouts(planning);
	source = palloc0(sizeof(PlannedSource));
	foreach (cell, planning->layouts)
		try_arm(planning, source, lfirst(cell),
				(FuncExpr *) restriction->clause);
	if (source->layout == NULL)
		return NIL;
	source->nvalues =
		wp_estimate_values(planning->root, (FuncExpr *) restriction->clause);
	source->nrows = planning->rel->tuples *
					clause_selectivity(planning->root, node,
									   planning->rel->relid, JOIN_INNER, NULL);
	return list_make1(source);
}

/* Sets the source to the walk that has the most of the order, if any. */
static void
find_walk(Planning *planning, PlannedSource *walk)
{
	ListCell *cell;

	foreach (cell, planning->layouts)
	{
		Layout *layout = lfirst(cell);
		PlannedSource other = {WP_WALK, layout, layout->norder, .value = -1};

		if (layout->gap < 0 && other.norder > 0 && is_better(&other, walk))
			*walk = other;
	}
	if (walk->layout == NULL)
		return;
	take_layout(walk, -1, NULL);
	add_bounds(planning, walk);
}

/* Do both have the same columns of the table in the order? */
static bool
have_same_columns(const Layout *a, const Layout *b, int norder)
{
	return memcmp(a->index->indexkeys + a->order,
				  b->index->indexkeys + b->order, sizeof(int) * norder) == 0;
}

/*
 * Returns the sources with those joined that differ only in their arrays, and
 * with streams only if they give the wanted order, as `first` does.
 */
static List *
join_sources(Planning *planning, List *all, const Layout *first, int norder)
{
	List *joined = NIL;
	ListCell *cell;
	ListCell *other;

	foreach (cell, all)
	{
		PlannedSource *source = lfirst(cell);
		PlannedSource *same = NULL;

		foreach (other, joined)
			if (source->value >= 0 &&
				((PlannedSource *) lfirst(other))->value == source->value &&
				((PlannedSource *) lfirst(other))->layout == source->layout)
				same = lfirst(other);
		if (same != NULL)
		{
			same->arrays = list_concat(same->arrays, source->arrays);
			same->nvalues += source->nvalues;
			same->nrows += source->nrows;
			continue;
		}
		joined = lappend(joined, source);
		if (source->norder < norder ||
			!have_same_columns(source->layout, first, norder))
			continue;
		source->kind = WP_STREAM;
		add_bounds(planning, source);
	}
	return joined;
}

/*
 * Is the path a walk in this order, or in one that begins alike, with no
 * condition on its index that our walk lacks?
 */
static bool
is_walk(const Path *path, List *pathkeys, const Layout *walk)
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
replace_walks(RelOptInfo *rel, Path *ours, const Layout *walk)
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

/*
 * Sets the costs of merging the sources.  nrows: how many they have.  Returns
 * false if those that are looked up do not fit into work_mem.  They are sorted
 * there, and not on disk.
 */
static bool
cost_merge(Planning *planning, Path *path, List *sources, double nrows)
{
	QualCost qual;
	Cost row = random_page_cost + cpu_index_tuple_cost + cpu_tuple_cost;
	double nlooked_up = 0;
	ListCell *cell;

	foreach (cell, sources)
	{
		PlannedSource *source = lfirst(cell);

		path->startup_cost +=
			source->nvalues *
			(0.5 * random_page_cost +
			 (source->layout->index->tree_height + 1) * 50 * cpu_operator_cost);
		if (source->kind == WP_LOOKUP)
			nlooked_up += source->nrows;
	}
	cost_qual_eval(&qual, planning->rel->baserestrictinfo, planning->root);
	path->startup_cost += qual.startup + nlooked_up * row;
	path->total_cost =
		path->startup_cost + nrows * (row + qual.per_tuple + cpu_operator_cost);
	return nlooked_up * LOOKED_UP_BYTES <= work_mem * 1024.0;
}

/* Puts the sources and the order into the form of ordered_node.h. */
static void
describe(CustomPath *path, List *sources)
{
	List *indexes = NIL;
	List *numbers = NIL;
	List *expressions = NIL;
	ListCell *cell;

	foreach (cell, sources)
	{
		PlannedSource *source = lfirst(cell);
		bool looked_up = source->kind == WP_LOOKUP;
		bool backward = source->layout->backward && !looked_up;

		indexes = lappend_oid(indexes, source->layout->index->indexoid);
		numbers = lappend(
			numbers,
			list_make5_int(source->kind, backward, source->value,
						   source->layout->order,
						   looked_up ? Min(source->nrows, INT_MAX) : 0));
		expressions =
			lappend(expressions, list_make2(source->quals, source->arrays));
	}
	path->custom_private = list_make4(
		indexes, numbers, list_make1_int(list_length(path->path.pathkeys)),
		expressions);
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
	scan->custom_private = list_truncate(list_copy(path->custom_private), 3);
	scan->custom_exprs = llast(path->custom_private);
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
	const Layout *first = NULL;
	List *sources = NIL;
	double nrows = 0;
	int norder = 0;
	CustomPath *path;
	ListCell *cell;

	foreach (cell, rel->baserestrictinfo)
	{
		List *some = cover(&planning, lfirst(cell));
		double n;

		if (some == NIL)
			continue;
		n = rel->tuples * clause_selectivity(root, lfirst(cell), rel->relid,
											 JOIN_INNER, NULL);
		if (sources != NIL && n >= nrows)
			continue;
		sources = some;
		nrows = n;
	}
	if (sources == NIL)
		return;
	find_walk(&planning, &walk);
	foreach (cell, sources)
		norder = Max(norder, ((PlannedSource *) lfirst(cell))->norder);
	/* What only one of them gives is left to a sort. */
	if (walk.norder > 0)
		norder = norder > 0 ? Min(norder, walk.norder) : walk.norder;
	if (norder == 0)
		return;
	first = walk.layout;
	foreach (cell, sources)
		if (first == NULL && ((PlannedSource *) lfirst(cell))->norder >= norder)
			first = ((PlannedSource *) lfirst(cell))->layout;
	sources = join_sources(&planning, sources, first, norder);

	path = makeNode(CustomPath);
	path->path.pathtype = T_CustomScan;
	path->path.parent = rel;
	path->path.pathtarget = rel->reltarget;
	/* Workers are of no use to few rows, and would count for themselves. */
	path->path.parallel_safe = false;
	path->path.rows = rel->rows;
	path->path.pathkeys =
		list_truncate(list_copy(root->query_pathkeys), norder);
	path->flags = CUSTOMPATH_SUPPORT_PROJECTION;
	path->methods = &methods;
	if (!cost_merge(&planning, &path->path, sources, Max(nrows, rel->rows)))
		return;
	if (walk.layout != NULL)
	{
		sources = lcons(&walk, sources);
		replace_walks(rel, &path->path, walk.layout);
	}
	describe(path, sources);
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
