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
 * The planner itself makes their index conditions.  It is asked for a path to a
 * table that has, instead of an arm, a condition on one of its values.
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
#include "catalog/pg_operator.h"
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
#include "optimizer/tlist.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

#include "compat.h"
#include "planner/arm_support.h"
#include "planner/estimate.h"
#include "planner/ordered_path.h"
#include "planner/plan_functions.h"
#include "planner/reachable_ids.h"

/* What a looked-up row takes: its place, and its columns of the order. */
#define LOOKED_UP_BYTES 128

static bool enabled;
static set_rel_pathlist_hook_type previous_hook;

/* An index, and what it has of the query's order. */
typedef struct Layout
{
	IndexOptInfo *index;
	int order;  /* the column where the order begins */
	int norder; /* how many columns of the query's order it gives */
	bool backward;
} Layout;

/* A way to some of the rows. */
typedef struct PlannedSource
{
	WpOrderedKind kind;
	Layout *layout;
	IndexPath *path;
	int norder;   /* as in the layout; 0 if not all before it have one value */
	Expr *values; /* an array: for each of them; NULL: none */
	double nvalues; /* for the principal at planning */
	double nrows;
} PlannedSource;

typedef struct Planning
{
	PlannerInfo *root;
	RelOptInfo *rel;
	List *layouts; /* of the indexes that can be used */
} Planning;

/* Does a scan of the index give this order by its column? */
static bool
has_order(Planning *planning, const IndexOptInfo *index, int column,
		  bool backward, PathKey *wanted)
{
	IndexOptInfo one = *index;

	if (column >= index->nkeycolumns || index->indexkeys[column] <= 0 ||
		index->sortopfamily[column] != wanted->pk_opfamily)
		return false;
	one.nkeycolumns = 1;
	one.indextlist = list_copy_tail(index->indextlist, column);
	one.sortopfamily += column;
	one.opcintype += column;
	one.reverse_sort += column;
	one.nulls_first += column;
	one.indexcollations += column;
	return list_member_ptr(build_index_pathkeys(planning->root, &one,
												backward
													? BackwardScanDirection
													: ForwardScanDirection),
						   wanted) &&
		   /* An index of names has another type than its column. */
		   get_atttype(index->indexoid, column + 1) ==
			   get_atttype(
				   planning->root->simple_rte_array[index->rel->relid]->relid,
				   index->indexkeys[column]);
}

/* Sets planning->layouts, unless that is done. */
static void
make_layouts(Planning *planning)
{
	List *wanted = planning->root->query_pathkeys;
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
		for (; layout->order < index->nkeycolumns; layout->order++)
		{
			layout->backward = wp_is_descending((PathKey *) linitial(wanted)) !=
							   index->reverse_sort[layout->order];
			while (
				layout->norder < Min(list_length(wanted), WP_ORDER_COLUMNS) &&
				has_order(planning, index, layout->order + layout->norder,
						  layout->backward, list_nth(wanted, layout->norder)))
				layout->norder++;
			if (layout->norder > 0)
				break;
		}
		/* Then those without the order need not be tried. */
		planning->layouts = layout->norder > 0
								? lcons(layout, planning->layouts)
								: lappend(planning->layouts, layout);
	}
}

/* An estimate that takes no time, of costs that decide nothing. */
static void
no_costs(PlannerInfo *root, IndexPath *path, double loop_count, Cost *startup,
		 Cost *total, Selectivity *selectivity, double *correlation,
		 double *pages)
{
	*startup = *total = *selectivity = *correlation = *pages = 0;
}

/*
 * Returns the planner's path to the rows by this index, as if the table had
 * these conditions, too.
 */
static IndexPath *
index_path(Planning *planning, const Layout *layout, List *restrictions)
{
	RelOptInfo rel = *planning->rel;
	IndexOptInfo *index = palloc(sizeof(IndexOptInfo));
	IndexPath *path;
	ListCell *cell;

	*index = *layout->index;
	index->rel = &rel;
	index->amhasgetbitmap = false;
	index->amcostestimate = no_costs;
	/* Its order is known, and it is wanted without conditions, too. */
	index->sortopfamily = NULL;
	index->predOK = true;
	/* A condition with OR, as arms are, would take time and be of no use. */
	index->indrestrictinfo = list_copy(restrictions);
	foreach (cell, layout->index->indrestrictinfo)
		if (lfirst_node(RestrictInfo, cell)->orclause == NULL)
			index->indrestrictinfo =
				lappend(index->indrestrictinfo, lfirst(cell));
	rel.indexlist = list_make1(index);
	rel.baserestrictinfo = rel.joininfo = rel.pathlist = NIL;
	rel.has_eclass_joins = rel.consider_parallel = false;
	create_index_paths(planning->root, &rel);
	/* Its scan has no filter, which would take time to make. */
	index->indrestrictinfo = NIL;
	index->rel = planning->rel;
	path = linitial_node(IndexPath, rel.pathlist);
	path->path.parent = planning->rel;
	path->path.pathtype = T_IndexScan;
	path->path.pathtarget = create_empty_pathtarget();
	foreach (cell, path->indexclauses)
	{
		IndexClause *clause = lfirst(cell);

		/*
		 * Several values do not come in the order.  The node adds conditions on
		 * the order's first column, which must come last.
		 */
		if (clause->indexcol > layout->order ||
			IsA(linitial_node(RestrictInfo, clause->indexquals)->clause,
				ScalarArrayOpExpr))
			path->indexclauses =
				foreach_delete_current(path->indexclauses, cell);
	}
	return path;
}

/* Has the index's column one value in all rows with the condition? */
static bool
has_one_value(const IndexOptInfo *index, const IndexClause *clause)
{
	Expr *qual = linitial_node(RestrictInfo, clause->indexquals)->clause;

	if (IsA(qual, NullTest))
		return ((NullTest *) qual)->nulltesttype == IS_NULL;
	return IsA(qual, OpExpr) &&
		   get_op_opfamily_strategy(((OpExpr *) qual)->opno,
									index->opfamily[clause->indexcol]) ==
			   BTEqualStrategyNumber;
}

/*
 * Is it a better source: more of the order, or else a smaller index, or else
 * more conditions on it?
 */
static bool
is_better(const PlannedSource *source, const PlannedSource *other)
{
	if (other->layout == NULL || source->norder != other->norder)
		return other->layout == NULL || source->norder > other->norder;
	if (source->layout->index->tuples != other->layout->index->tuples)
		return source->layout->index->tuples < other->layout->index->tuples;
	return list_length(source->path->indexclauses) >
		   list_length(other->path->indexclauses);
}

/*
 * Sets the source to the rows with these conditions by this index, if that is
 * better.  The conditions must begin the index, and those of columns before the
 * order must give them one value.
 */
static void
try_index(Planning *planning, PlannedSource *source, Layout *layout,
		  List *conditions, Expr *values)
{
	PlannedSource other = {source->kind, layout, NULL, layout->norder, values};
	List *restrictions = NIL;
	int column = 0;
	int found = 0;
	ListCell *cell;

	foreach (cell, conditions)
		restrictions =
			lappend(restrictions,
					make_simple_restrictinfo(planning->root, lfirst(cell)));
	other.path = index_path(planning, layout, restrictions);
	foreach (cell, other.path->indexclauses)
	{
		IndexClause *clause = lfirst(cell);

		if (clause->indexcol > column)
			break;
		if (!has_one_value(layout->index, clause))
			continue;
		column = clause->indexcol + 1;
		if (!list_member_ptr(restrictions, clause->rinfo))
			continue;
		found++;
		if (clause->indexcol >= layout->order)
			other.norder = 0;
	}
	if (column < layout->order)
		other.norder = 0;
	if (found == list_length(restrictions) && is_better(&other, source))
		*source = other;
}

/*
 * Is the column of the index NULL for workflows without a condition, in the
 * place of their conditions' hash, and is the arm for them?  Then a stream of
 * them is about an account that is NULL for principals that conditions do not
 * bind.
 */
static List *
unconditional(FuncExpr *arm, IndexOptInfo *index, int column)
{
	FuncExpr *call = (FuncExpr *) llast(arm->args);
	NullTest *test;

	if (!wp_is_function(arm->funcid, WP_FN_NO_CONDITION) ||
		!wp_is_call((Node *) call, WP_FN_UNCONDITIONAL_ACCOUNT))
		return NIL;
	test = makeNode(NullTest);
	test->arg =
		wp_call(WP_FN_CONDITION_HASH, NIL, list_make1(llast(call->args)));
	test->nulltesttype = IS_NULL;
	test->location = -1;
	if (!match_index_to_operand((Node *) test->arg, column, index))
		return NIL;
	return list_make2(
		make_opclause(TextEqualOperator, BOOLOID, false, linitial(call->args),
					  wp_call(WP_FN_BOUND_ACCOUNT, wp_given(arm->args, 1), NIL),
					  InvalidOid, exprCollation(linitial(call->args))),
		test);
}

/*
 * Sets the source to the arm's rows by this index, if that is better.  In the
 * place of an array, the condition has the value that is given to it.
 */
static void
try_arm(Planning *planning, PlannedSource *source, Layout *layout,
		FuncExpr *arm)
{
	if (source->layout != NULL && source->norder > layout->norder)
		return;
	for (int column = 0;
		 column <= layout->order && column < layout->index->nkeycolumns;
		 column++)
	{
		Node *condition =
			wp_arm_condition(planning->root, arm, layout->index, column);
		ScalarArrayOpExpr *any = (ScalarArrayOpExpr *) condition;
		Expr *values = NULL;
		List *conditions;

		if (condition == NULL)
			conditions = unconditional(arm, layout->index, column);
		else if (IsA(condition, OpExpr))
			conditions = list_make1(condition);
		else
		{
			CaseTestExpr *value = makeNode(CaseTestExpr);

			values = lsecond(any->args);
			value->typeId = get_element_type(exprType((Node *) values));
			value->typeMod = -1;
			value->collation = get_typcollation(value->typeId);
			conditions = list_make1(
				make_opclause(any->opno, BOOLOID, false, linitial(any->args),
							  (Expr *) value, InvalidOid, any->inputcollid));
		}
		if (conditions != NIL)
			try_index(planning, source, layout, conditions, values);
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
	source->kind = WP_LOOKUP;
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

	walk->kind = WP_WALK;
	foreach (cell, planning->layouts)
		if (((Layout *) lfirst(cell))->norder > 0)
			try_index(planning, walk, lfirst(cell), NIL, NULL);
}

/* Do both have the same columns of the table in the order? */
static bool
have_same_columns(const Layout *a, const Layout *b, int norder)
{
	return memcmp(a->index->indexkeys + a->order,
				  b->index->indexkeys + b->order, sizeof(int) * norder) == 0;
}

/*
 * Is the path a walk in this order, or in one that begins alike, with no
 * condition on its index that our walk lacks?
 */
static bool
is_walk(const Path *path, List *pathkeys, const IndexPath *walk)
{
	const IndexPath *scan = (const IndexPath *) path;
	ListCell *cell;
	ListCell *ours;

	if (!IsA(path, IndexPath) || path->param_info != NULL ||
		path->pathkeys == NIL || scan->indexorderbys != NIL ||
		linitial(path->pathkeys) != linitial(pathkeys))
		return false;
	foreach (cell, scan->indexclauses)
	{
		bool found = false;

		foreach (ours, walk->indexclauses)
			found |= lfirst_node(IndexClause, ours)->rinfo ==
					 lfirst_node(IndexClause, cell)->rinfo;
		if (!found)
			return false;
	}
	return true;
}

/*
 * Removes the planner's walks that ours is no worse than from the table's
 * paths.  Lowers the path's costs to theirs.
 */
static void
replace_walks(RelOptInfo *rel, Path *ours, const IndexPath *walk)
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

/* Puts the sources and the order into the form of ordered_path.h. */
static void
describe(CustomPath *path, List *sources)
{
	List *numbers = NIL;
	List *values = NIL;
	ListCell *cell;

	foreach (cell, sources)
	{
		PlannedSource *source = lfirst(cell);
		bool looked_up = source->kind == WP_LOOKUP;

		path->custom_paths = lappend(path->custom_paths, source->path);
		numbers = lappend(
			numbers,
			list_make4_int(source->kind, source->layout->backward && !looked_up,
						   source->layout->order,
						   looked_up ? Min(source->nrows, INT_MAX) : 0));
		values = lappend(values, source->values);
	}
	path->custom_private = list_make3(
		numbers, list_make1_int(list_length(path->path.pathkeys)), values);
}

/*
 * Returns the plan node.  All conditions are in its filter.  Of the scans of
 * indexes it takes what they are on, and their conditions.
 */
static Plan *
make_plan(PlannerInfo *root, RelOptInfo *rel, CustomPath *path, List *tlist,
		  List *clauses, List *custom_plans)
{
	CustomScan *scan = makeNode(CustomScan);
	List *indexes = NIL;
	ListCell *plan;
	ListCell *values;

	forboth(plan, custom_plans, values, lthird(path->custom_private))
	{
		IndexScan *index = lfirst_node(IndexScan, plan);

		indexes = lappend_oid(indexes, index->indexid);
		scan->custom_exprs = lappend(
			scan->custom_exprs, list_make2(index->indexqual, lfirst(values)));
	}
	scan->scan.plan.targetlist = tlist;
	scan->scan.plan.qual = extract_actual_clauses(clauses, false);
	scan->scan.scanrelid = rel->relid;
	scan->flags = path->flags;
	scan->custom_private = list_make3(indexes, linitial(path->custom_private),
									  lsecond(path->custom_private));
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
	const Layout *first;
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
	first = walk.norder > 0 ? walk.layout : NULL;
	foreach (cell, sources)
	{
		PlannedSource *source = lfirst(cell);

		if (source->norder < norder)
			continue;
		if (first == NULL)
			first = source->layout;
		if (have_same_columns(source->layout, first, norder))
			source->kind = WP_STREAM;
	}

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
	if (walk.norder > 0)
	{
		sources = lcons(&walk, sources);
		replace_walks(rel, &path->path, walk.path);
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
