/*
 * rewrite.c
 *		Taking a decision apart for the planner: an index cannot serve a
 *		function that is asked row by row, but can find ids in a list.
 *		can_…(workflow) becomes
 *
 *			_allowed(action, columns) AND _in_account(account_id) AND
 *			(_among('… named', workflow_id)
 *			 OR (_is_main(visibility) AND _among('… main', workspace_id))
 *			 OR _among('… any', workspace_id))
 *
 * For view, enable and run the latter two are for members and services ('…
 * team-main', '… team-any') where those whom conditions bind have arms of their
 * own.  That is so on our own table for the session's principal, whose
 * conditions the registry knows:
 *
 *			OR (_among('… bound', workspace_id) AND
 *				_no_condition(_unconditional_account(account_id, condition)))
 *			OR (_among('… bound', workspace_id) AND
 *				_condition_holds(…, condition_hash(condition)))
 *
 * and on any table, for any principal, where an index finds conditions by
 * metadata:
 *
 *			OR (_among('… bound', workspace_id) AND condition IS NULL)
 *			OR (_among('… bound', workspace_id) AND _may_hold(condition))
 *
 * _allowed() is the decision, so the answer is that of the call whatever stands
 * beside it; the others are true of every row, and indexes find rows by what
 * they mean (arms.c, arm_support.c).  It costs less than the arms together, so
 * that where they end in a filter it comes before them, and a row that is
 * refused costs one call.  In the plan there is nothing of the principal's: it
 * serves the next one as well, if not as fast (replan.h).
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

/* What is rewritten. */
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

/* Returns the arm that the column's id is in the set. */
static Expr *
among(const Rewriting *rewriting, WpCandidateKind kind, WpRowColumn number)
{
	Node *set = text_const(wp_candidate_label(rewriting->action, kind));

	return wp_call(WP_FN_AMONG, rewriting->given,
				   list_make2(set, column(rewriting, number)));
}

/*
 * Returns whether conditions are asked by the registry: of our own table, and
 * for the session's principal.  For one that is given nothing is read but the
 * table.
 */
static bool
by_registry(const Rewriting *rewriting)
{
	return rewriting->columns.of_workflows && rewriting->given == NIL;
}

/* Returns the condition on rows that have no condition. */
static Expr *
no_condition(const Rewriting *rewriting)
{
	Node *account = column(rewriting, WP_COLUMN_ACCOUNT);
	Node *condition = column(rewriting, WP_COLUMN_CONDITION);
	FuncExpr *unconditional;
	NullTest *none;

	if (rewriting->columns.of_workflows)
	{
		unconditional = (FuncExpr *) wp_call(WP_FN_UNCONDITIONAL_ACCOUNT, NIL,
											 list_make2(account, condition));
		/* As the parser says it of the index's expression. */
		unconditional->funccollid = unconditional->inputcollid =
			exprCollation(account);
		return wp_call(WP_FN_NO_CONDITION, rewriting->given,
					   list_make1(unconditional));
	}
	none = makeNode(NullTest);
	none->arg = (Expr *) condition;
	none->nulltesttype = IS_NULL;
	none->location = -1;
	return (Expr *) none;
}

/* Returns the condition on rows that have one that may hold. */
static Expr *
condition_holds(const Rewriting *rewriting)
{
	Node *condition = column(rewriting, WP_COLUMN_CONDITION);

	if (!by_registry(rewriting))
		return wp_call(WP_FN_MAY_HOLD, rewriting->given, list_make1(condition));
	return wp_call(
		WP_FN_CONDITION_HOLDS, NIL,
		list_make2(makeNullConst(INTERNALOID, -1, InvalidOid),
				   wp_call(WP_FN_CONDITION_HASH, NIL, list_make1(condition))));
}

/*
 * Returns the arms that the action has: whoever edits by the workspace does so
 * whatever the visibility, and nothing is enabled by name, or by others than
 * those whom conditions bind.  Of what these may run outside of apps all is
 * named, by what they have enabled.
 */
static Expr *
make_arms(const Rewriting *rewriting)
{
	WpAction action = rewriting->action;
	bool bound =
		(action == WP_VIEW || action == WP_ENABLE || action == WP_RUN) &&
		(by_registry(rewriting) || rewriting->columns.condition_indexed);
	List *arms = NIL;

	/* In a filter the first is true of nearly all that _allowed() lets pass. */
	if (!(bound && action == WP_ENABLE))
	{
		arms = lappend(arms, among(rewriting, bound ? WP_TEAM_ANY : WP_ANY,
								   WP_COLUMN_WORKSPACE));
		if (action == WP_VIEW || action == WP_ENABLE || action == WP_RUN)
		{
			List *visibility =
				list_make1(column(rewriting, WP_COLUMN_VISIBILITY));

			arms = lappend(arms,
						   both(wp_call(WP_FN_IS_MAIN, NIL, visibility),
								among(rewriting, bound ? WP_TEAM_MAIN : WP_MAIN,
									  WP_COLUMN_WORKSPACE)));
		}
	}
	if (action != WP_ENABLE)
		arms = lappend(arms, among(rewriting, WP_NAMED, WP_COLUMN_WORKFLOW));
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

	for (int i = 0; i < WP_ROW_COLUMNS; i++)
		columns = lappend(columns, column(rewriting, i));
	columns = lcons(text_const(wp_action_name(rewriting->action)), columns);
	parts = list_make1(wp_call(WP_FN_ALLOWED, rewriting->given, columns));
	/* Said already, it would count twice in what is estimated. */
	if (rewriting->given != NIL || !rewriting->columns.account_given)
		parts = lappend(
			parts, wp_call(WP_FN_IN_ACCOUNT, rewriting->given,
						   list_make1(column(rewriting, WP_COLUMN_ACCOUNT))));
	/* An id finds its row without them. */
	if (rewriting->given != NIL || !rewriting->columns.workflow_given)
		parts = lappend(parts, make_arms(rewriting));
	if (list_length(parts) == 1)
		return linitial(parts);
	return (Node *) makeBoolExpr(AND_EXPR, parts, -1);
}

/*
 * Returns whether the rows are those of the principal's account alone.  Of one
 * that is given that has to be known now: an id is then looked for in its
 * account, whosever the row is.
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
 * Returns the action of a function of ours that is named can_…, unknown for any
 * other: a superuser can give its support to functions of their own.
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
 * Finds out what a function named can_… is declared to take: a principal first
 * or not, and the form of what follows.  False: something else, so that it is
 * not ours.
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
	if (n == WP_ROW_COLUMNS)
	{
		*form = WP_FORM_COLUMNS;
		/* ids are declared as text, and words as enums */
		for (int i = 0; i < n; i++)
			if ((types[i] == TEXTOID) != (i <= WP_COLUMN_WORKSPACE) ||
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

	/*
	 * Outside of a query, as in the expression of an index, nothing is to be
	 * gained.
	 */
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
		 * It is asked about in several places, and must have one value for the
		 * scan.
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
