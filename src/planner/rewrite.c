/*
 * rewrite.c
 *		Takes a decision apart for the planner.  An index cannot serve a
 *		function that is called row by row, but it can find ids that are in a
 *		list.  So can_…(workflow) becomes
 *
 * 			_allowed(action, columns) AND _in_account(account_id) AND
 * 			(_among('… named', workflow_id)
 * 			 OR (_is_main(visibility) AND _among('… main', workspace_id))
 * 			 OR _among('… any', workspace_id)
 * 			 OR _owned(owner_id))
 *
 * A workspace may be coalesce(a, b).  So that an index on a serves, _among() of
 * it becomes _among(a) OR (a IS NULL AND _among(b)).  Without a workflow_id or
 * owner_id there are no such arms.
 *
 * For view, enable and run, principals that conditions bind can have arms of
 * their own.  The last two arms are then for members and services only ('…
 * team-main', '… team-any').  This is so for the session's principal on our own
 * table, because the registry knows which conditions hold:
 *
 * 			OR (_among('… bound', workspace_id) AND
 * 				_no_condition(_unconditional_account(account_id, condition)))
 * 			OR (_among('… bound', workspace_id) AND
 * 				_condition_holds(…, condition_hash(condition)))
 *
 * It is also so for any principal on any table that has an index that finds
 * conditions by metadata:
 *
 * 			OR (_among('… bound', workspace_id) AND condition IS NULL)
 * 			OR (_among('… bound', workspace_id) AND _may_hold(condition))
 *
 * For the session's principal, an index on the conditions' digests comes first,
 * because it evaluates each distinct condition once.  The last arm is then
 *
 * 			OR (_among('… bound', workspace_id) AND
 * 				_condition_holds(…, condition_digest(condition)))
 *
 * _allowed() is the decision, so the result is always that of the original
 * call.  The arms return true for every row.  They exist because they become
 * index conditions (arms.c, arm_support.c). _allowed() costs less than the arms
 * together.  So in a filter it comes first, and a refused row costs one call.
 * The plan contains no data of the principal.  It also serves the next
 * principal, though perhaps more slowly (replan.h).
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "optimizer/planmain.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "lookup/enums.h"
#include "planner/reachable_ids.h"
#include "planner/replan.h"
#include "planner/decision_columns.h"
#include "planner/plan_functions.h"
#include "principal/principal_json.h"

/* One call of can_… that is being rewritten. */
typedef struct Rewriting
{
	WpAction action;
	List *given; /* the principal; NIL: the session's */
	WpColumns columns;
} Rewriting;

static Node *
text_const(const char *text)
{
	return (Node *) makeConst(TEXTOID, -1, get_typcollation(TEXTOID), -1,
							  CStringGetTextDatum(text), false, false);
}

static Node *
column(const Rewriting *rewriting, WpRowColumn number)
{
	return copyObject(rewriting->columns.at[number]);
}

static Expr *
both(Expr *one, Expr *other)
{
	return makeBoolExpr(AND_EXPR, list_make2(one, other), -1);
}

static Expr *
is_null(Node *node)
{
	NullTest *test = makeNode(NullTest);

	test->arg = (Expr *) node;
	test->nulltesttype = IS_NULL;
	test->location = -1;
	return (Expr *) test;
}

/* Returns the arm for "this id is in the set". */
static Expr *
id_among(const Rewriting *rewriting, WpCandidateKind kind, Node *id)
{
	Node *set = text_const(wp_candidate_label(rewriting->action, kind));
	Node *first;
	List *others;
	CoalesceExpr *rest;

	if (!IsA(id, CoalesceExpr) || list_length(((CoalesceExpr *) id)->args) < 2)
		return wp_call(WP_FN_AMONG, rewriting->given,
					   list_make2(set, copyObject(id)));
	first = linitial(((CoalesceExpr *) id)->args);
	others = list_copy_tail(((CoalesceExpr *) id)->args, 1);
	rest = copyObject((CoalesceExpr *) id);
	rest->args = others;
	return makeBoolExpr(
		OR_EXPR,
		list_make2(id_among(rewriting, kind, first),
				   both(is_null(copyObject(first)),
						id_among(rewriting, kind,
								 list_length(others) == 1 ? linitial(others)
														  : (Node *) rest))),
		-1);
}

/* The same for the id in this column. */
static Expr *
among(const Rewriting *rewriting, WpCandidateKind kind, WpRowColumn number)
{
	return id_among(rewriting, kind, rewriting->columns.at[number]);
}

/* Is the column given as NULL, for "none"? */
static bool
is_none(const Rewriting *rewriting, WpRowColumn number)
{
	Node *node = rewriting->columns.at[number];

	return IsA(node, Const) && ((Const *) node)->constisnull;
}

/*
 * Returns whether the registry says which conditions hold.  It does so for our
 * own table and the session's principal.  For a given principal, nothing but
 * the table is read.
 */
static bool
by_registry(const Rewriting *rewriting)
{
	return rewriting->columns.of_workflows && rewriting->given == NIL;
}

/* The same for an index on the conditions' digests. */
static bool
by_digest(const Rewriting *rewriting)
{
	return rewriting->columns.digest_indexed && rewriting->given == NIL;
}

/* Returns the expression for rows without a condition. */
static Expr *
no_condition(const Rewriting *rewriting)
{
	Node *account = column(rewriting, WP_COLUMN_ACCOUNT);
	Node *condition = column(rewriting, WP_COLUMN_CONDITION);
	FuncExpr *unconditional;

	if (rewriting->columns.of_workflows)
	{
		unconditional = (FuncExpr *) wp_call(WP_FN_UNCONDITIONAL_ACCOUNT, NIL,
											 list_make2(account, condition));
		/* The collations that the parser gives the index's expression. */
		unconditional->funccollid = unconditional->inputcollid =
			exprCollation(account);
		return wp_call(WP_FN_NO_CONDITION, rewriting->given,
					   list_make1(unconditional));
	}
	return is_null(condition);
}

/* Returns the expression for rows with a condition that may hold. */
static Expr *
condition_holds(const Rewriting *rewriting)
{
	Node *condition = column(rewriting, WP_COLUMN_CONDITION);

	bool hashed = by_registry(rewriting);
	WpFunction arm = hashed ? WP_FN_CONDITION_HOLDS : WP_FN_DIGEST_HOLDS;
	WpFunction named = hashed ? WP_FN_CONDITION_HASH : WP_FN_CONDITION_DIGEST;

	if (!hashed && !by_digest(rewriting))
		return wp_call(WP_FN_MAY_HOLD, rewriting->given, list_make1(condition));
	return wp_call(arm, NIL,
				   list_make2(makeNullConst(INTERNALOID, -1, InvalidOid),
							  wp_call(named, NIL, list_make1(condition))));
}

/*
 * Returns the action's arms.  Rights to edit through the workspace ignore
 * visibility, so only view, view_name, enable and run have an arm for main
 * workflows.  No workflow is enabled by name, and only principals that
 * conditions bind can enable.  What these may run outside apps is named,
 * because they have enabled it.
 */
static Expr *
make_arms(const Rewriting *rewriting)
{
	WpAction action = rewriting->action;
	bool by_place = action == WP_VIEW || action == WP_VIEW_NAME ||
					action == WP_ENABLE || action == WP_RUN;
	bool bound = by_place && (by_registry(rewriting) || by_digest(rewriting) ||
							  rewriting->columns.condition_indexed);
	List *arms = NIL;

	/*
	 * Put first: in a filter it is true for most rows that _allowed() permits.
	 */
	if (!(bound && action == WP_ENABLE))
	{
		arms = lappend(arms, among(rewriting, bound ? WP_TEAM_ANY : WP_ANY,
								   WP_COLUMN_WORKSPACE));
		if (by_place)
		{
			List *visibility =
				list_make1(column(rewriting, WP_COLUMN_VISIBILITY));

			arms = lappend(arms,
						   both(wp_call(WP_FN_IS_MAIN, NIL, visibility),
								among(rewriting, bound ? WP_TEAM_MAIN : WP_MAIN,
									  WP_COLUMN_WORKSPACE)));
		}
	}
	if (action != WP_ENABLE && !is_none(rewriting, WP_COLUMN_WORKFLOW))
		arms = lappend(arms, among(rewriting, WP_NAMED, WP_COLUMN_WORKFLOW));
	if (action != WP_ENABLE && !is_none(rewriting, WP_COLUMN_OWNER))
		arms = lappend(arms,
					   wp_call(WP_FN_OWNED, rewriting->given,
							   list_make1(column(rewriting, WP_COLUMN_OWNER))));
	if (bound)
	{
		arms =
			lappend(arms, both(among(rewriting, WP_BOUND, WP_COLUMN_WORKSPACE),
							   no_condition(rewriting)));
		arms =
			lappend(arms, both(among(rewriting, WP_BOUND, WP_COLUMN_WORKSPACE),
							   condition_holds(rewriting)));
	}
	return makeBoolExpr(OR_EXPR, arms, -1);
}

static Node *
rewrite(const Rewriting *rewriting)
{
	List *columns = NIL;
	List *parts;

	for (int i = 0; i < WP_ALL_COLUMNS; i++)
		columns = lappend(columns, column(rewriting, i));
	columns = lcons(text_const(wp_action_name(rewriting->action)), columns);
	parts = list_make1(wp_call(WP_FN_ALLOWED, rewriting->given, columns));
	/*
	 * The query says so already.  A second time, it would count twice in the
	 * estimate.
	 */
	if (rewriting->given != NIL || !rewriting->columns.account_given)
		parts = lappend(
			parts, wp_call(WP_FN_IN_ACCOUNT, rewriting->given,
						   list_make1(column(rewriting, WP_COLUMN_ACCOUNT))));
	/* With the id given, the row is found without arms. */
	if (rewriting->given != NIL || !rewriting->columns.workflow_given)
		parts = lappend(parts, make_arms(rewriting));
	if (list_length(parts) == 1)
		return linitial(parts);
	return (Node *) makeBoolExpr(AND_EXPR, parts, -1);
}

/*
 * Returns whether all rows belong to the principal's account.  For a given
 * principal this must be known now: the function looks an id up in the
 * principal's account, whatever the row's account.
 */
static bool
is_of_own_account(PlannerInfo *root, const Rewriting *rewriting)
{
	Const *given;
	Node *account;
	const WpPrincipal *principal;
	WpText said;

	if (rewriting->given == NIL)
		return rewriting->columns.account_given;
	given = linitial(rewriting->given);
	if (!IsA(given, Const) || given->constisnull ||
		rewriting->columns.account == NULL)
		return false;
	account =
		eval_const_expressions(root, copyObject(rewriting->columns.account));
	if (!IsA(account, Const) || ((Const *) account)->constisnull ||
		getBaseType(exprType(account)) != TEXTOID)
		return false;
	said.data = VARDATA_ANY(DatumGetTextPP(((Const *) account)->constvalue));
	said.len =
		VARSIZE_ANY_EXHDR(DatumGetTextPP(((Const *) account)->constvalue));
	principal =
		wp_principal_from_jsonb(DatumGetJsonbP(given->constvalue), NULL);
	return wp_text_compare(&principal->account, &said) == 0;
}

/*
 * Returns the action of our functions named can_…, and unknown for others.  A
 * superuser can attach this support function to other functions.
 */
static WpAction
action_of(Oid function)
{
	char *name = get_func_name(function);

	if (name == NULL || strncmp(name, "can_", 4) != 0 || !wp_is_ours(function))
		return WP_ACTION_UNKNOWN;
	return wp_action(name + 4, strlen(name + 4));
}

/*
 * Reads how a function named can_… is declared: with a principal first or not,
 * and the form of the other arguments.  Returns false for any other
 * declaration, because the function is then not ours.
 */
static bool
read_signature(Oid function, bool *given, WpForm *form)
{
	Oid *types;
	int n;

	get_func_signature(function, &types, &n);
	*given = n > 0 && types[0] == wp_our_type("principal");
	if (*given)
	{
		types++;
		n--;
	}
	if (n == WP_ROW_COLUMNS || n == WP_ALL_COLUMNS)
	{
		*form = WP_FORM_COLUMNS;
		/* ids are declared as text, and words as enums */
		for (int i = 0; i < n; i++)
			if ((types[i] == TEXTOID) !=
					(i <= WP_COLUMN_WORKSPACE || i == WP_COLUMN_OWNER) ||
				!wp_row_type(i, types[i]))
				return false;
		return true;
	}
	*form = n == 1 && types[0] == TEXTOID ? WP_FORM_ID : WP_FORM_ROW;
	return n == 1 && (types[0] == TEXTOID || types[0] == RECORDOID);
}

static Node *
simplify(PlannerInfo *root, FuncExpr *fcall)
{
	Rewriting rewriting = {action_of(fcall->funcid)};
	List *args = fcall->args;
	WpForm form;
	bool given;

	/* Outside a query, such as in an index's expression, there is no gain. */
	if (root == NULL || rewriting.action == WP_ACTION_UNKNOWN ||
		!read_signature(fcall->funcid, &given, &form))
		return NULL;
	for (int i = 0; i < WP_FUNCTIONS; i++)
		if (!OidIsValid(wp_function(i)))
			return NULL;
	if (given)
	{
		rewriting.given = list_make1(linitial(args));
		args = list_copy_tail(args, 1);
		/*
		 * The principal is used in several places, and must be constant during
		 * the scan.
		 */
		if (contain_vars_of_level((Node *) rewriting.given, 0) ||
			contain_volatile_functions((Node *) rewriting.given) ||
			contain_subplans((Node *) rewriting.given))
			return NULL;
	}
	if (!wp_take_columns(root, form, args, &rewriting.columns))
		return NULL;
	if (form == WP_FORM_ID && !is_of_own_account(root, &rewriting))
		return NULL;

	record_plan_function_dependency(root, fcall->funcid);
	if (rewriting.given == NIL && !rewriting.columns.workflow_given)
		wp_replan_planned();
	return rewrite(&rewriting);
}

PG_FUNCTION_INFO_V1(wp_can_support);

/* _can_support(internal) → internal: the support function of can_… */
Datum
wp_can_support(PG_FUNCTION_ARGS)
{
	Node *request = (Node *) PG_GETARG_POINTER(0);

	if (!IsA(request, SupportRequestSimplify))
		PG_RETURN_POINTER(NULL);
	PG_RETURN_POINTER(simplify(((SupportRequestSimplify *) request)->root,
							   ((SupportRequestSimplify *) request)->fcall));
}
