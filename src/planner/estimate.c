/*
 * estimate.c
 *		How many rows the arms are true for: from what the principal of the moment
 *		of planning sees, and the columns' statistics.
 *
 * The estimates look at nothing else than the planner does for an `=` on the same
 * column: statistics that a role may not see through (row security, and an operator
 * that could leak) are not looked at here either.  What the principal sees is read as
 * the owner of the tables, whoever plans.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"
#include "utils/typcache.h"

#include "compat.h"
#include "lookup/enums.h"
#include "lookup/matching.h"
#include "lookup/reader.h"
#include "lookup/session.h"
#include "planner/candidates.h"
#include "planner/estimate.h"
#include "planner/gin_keys.h"
#include "planner/idtype.h"
#include "principal/find.h"
#include "principal/value.h"
#include "query/id.h"
#include "query/row.h"

/* What is assumed of a principal that is not known before the query runs. */
#define UNKNOWN_SELECTIVITY 0.01

/* A share that an index is not worth it for. */
#define MOST 0.5

/* What of a set an estimate takes. */
typedef struct Estimated
{
	const WpIdSet *set;
	double nworkspaces; /* of the principal's account */
} Estimated;

/*
 * Returns the operator `=` of the type's btree family between these two types,
 * InvalidOid if there is none.
 */
static Oid
equality(Oid type, Oid left, Oid right)
{
	TypeCacheEntry *cached = lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY);

	return OidIsValid(cached->btree_opf) ? get_opfamily_member(cached->btree_opf, left, right, BTEqualStrategyNumber)
										 : InvalidOid;
}

/*
 * Sets *selectivity to that of `column = value`; returns false if it has none.
 */
static bool
estimate_equality(SupportRequestSelectivity *request, Node *column, Oid operand, Oid value_type, Expr *value,
				  Selectivity *selectivity)
{
	Oid collation = exprCollation(column);
	Oid operator = equality(operand == ANYENUMOID ? ANYENUMOID : operand, operand, value_type);
	Expr *clause;

	if (!OidIsValid(operator))
		return false;
	clause = make_opclause(operator, BOOLOID, false, wp_operand(column, operand, collation), value, InvalidOid, collation);
	*selectivity = clause_selectivity(request->root, (Node *) clause, request->varRelid, request->jointype, request->sjinfo);
	return true;
}

/* Estimates _in_account([principal,] id); see estimate.h. */
bool
wp_estimate_in_account(SupportRequestSelectivity *request)
{
	List *args = request->args;
	List *before = list_truncate(list_copy(args), list_length(args) - 1);
	WpIdType type;

	return wp_id_type_of(llast(args), &type) &&
		estimate_equality(request, llast(args), type.operand, type.value,
						  wp_id_call(WP_FN_ACCOUNT, &type, before != NIL, before), &request->selectivity);
}

/* Estimates _is_main(visibility); see estimate.h. */
bool
wp_estimate_is_main(SupportRequestSelectivity *request)
{
	Node *column = linitial(request->args);
	Oid type = getBaseType(exprType(column));
	Oid operand = type == TEXTOID ? TEXTOID : ANYENUMOID;

	if (type != TEXTOID && type != wp_enum_type(&wp_visibilities))
		return false;
	return estimate_equality(request, column, operand, operand, (Expr *) wp_main_const(type), &request->selectivity);
}

/* Returns what stands before the last n arguments: the principal that was given, if any. */
static List *
before_last(List *args, int n)
{
	return list_truncate(list_copy(args), Max(list_length(args) - n, 0));
}

/*
 * Returns the account's share of the rows of the table of which the expression is a
 * column, or an expression of one: 1 where that is not known.  `before` is the principal
 * that was given, if one was.
 */
static double
account_share(SupportRequestSelectivity *request, Node *column, List *before)
{
	Var *var = (Var *) (IsA(column, FuncExpr) ? linitial(((FuncExpr *) column)->args) : column);
	Var *account;
	Oid relation;
	AttrNumber number;
	Oid type;
	int32 typmod;
	Oid collation;
	WpIdType id;
	Selectivity share;

	if (!IsA(var, Var) || var->varlevelsup != 0 || IS_SPECIAL_VARNO(var->varno))
		return 1.0;
	relation = planner_rt_fetch(var->varno, request->root)->relid;
	number = OidIsValid(relation) ? get_attnum(relation, wp_row_column_name(WP_COLUMN_ACCOUNT)) : 0;
	if (number <= 0)
		return 1.0;
	get_atttypetypmodcoll(relation, number, &type, &typmod, &collation);
	account = makeVar(var->varno, number, type, typmod, collation, 0);
	if (!wp_id_type_of((Node *) account, &id) ||
		!estimate_equality(request, (Node *) account, id.operand, id.value,
						   wp_id_call(WP_FN_ACCOUNT, &id, before != NIL, before), &share))
		return 1.0;
	return Max(share, 1.0e-10);
}

/*
 * Finds the principal that is given, NULL for none; false where it is not known while
 * planning.
 */
static bool
find_given(SupportRequestSelectivity *request, Node *given, const WpPrincipal **principal)
{
	if (IsA(given, Param))
		given = estimate_expression_value(request->root, given);
	if (!IsA(given, Const))
		return false;
	*principal = ((Const *) given)->constisnull
		? NULL
		: wp_principal_from_jsonb(DatumGetJsonbP(((Const *) given)->constvalue), NULL);
	return true;
}

/*
 * Finds the set of the principal at hand while planning; false where it is not
 * known, an empty set where it is nobody.
 */
static bool
find_set(SupportRequestSelectivity *request, Estimated *estimated)
{
	List *args = request->args;
	Node *words_arg = list_nth(args, list_length(args) - 2);
	const WpPrincipal *principal;
	WpAction action;
	WpCandidateKind kind;
	WpText words;

	if (!IsA(words_arg, Const) || ((Const *) words_arg)->constisnull)
		return false;
	words.data = VARDATA_ANY(DatumGetTextPP(((Const *) words_arg)->constvalue));
	words.len = VARSIZE_ANY_EXHDR(DatumGetTextPP(((Const *) words_arg)->constvalue));
	if (!wp_candidate_words(&words, &action, &kind))
		return false;
	if (list_length(args) == 2)
	{
		if (!wp_model_exists())
			return false;
		estimated->set = wp_session_candidates(action, kind);
		principal = wp_session_principal_with(wp_action_facets(action));
	}
	else
	{
		if (!find_given(request, linitial(args), &principal))
			return false;
		estimated->set = wp_candidates(principal, action, kind);
	}
	estimated->nworkspaces = kind == WP_NAMED || principal == NULL ? 0 : wp_account_workspaces(principal);
	return true;
}

/* Whether a value of a column, of that base type, is among those that are looked for. */
typedef bool (*IsAmong) (const void *sought, Oid type, Datum value);

/* An id's set as such a thing to look in. */
static bool
id_is_among(const void *sought, Oid type, Datum value)
{
	char printed[WP_ID_PRINTED];
	WpText id = wp_id_text(type, value, printed);

	return wp_idset_has(sought, &id);
}

/* The hashes of conditions that hold as such a thing. */
static bool
hash_is_among(const void *sought, Oid type, Datum value)
{
	return wp_matching_has(sought, DatumGetInt64(value));
}

/*
 * Returns the share of the rows with one of n values that are looked for: by the
 * column's most common values and, of the others, by their number.  `operand` is the
 * type that its operator `=` is declared for.
 */
static double
share_among(const void *sought, int n, IsAmong is_among, VariableStatData *column, Oid type, Oid operand,
			double ndistinct)
{
	double common_sought = 0;
	double common = 0;
	double nulls = 0;
	int ncommon = 0;
	int ncommon_sought = 0;
	Oid operator = equality(operand, operand, operand);
	AttStatsSlot slot;

	if (HeapTupleIsValid(column->statsTuple))
		nulls = ((Form_pg_statistic) GETSTRUCT(column->statsTuple))->stanullfrac;
	if (HeapTupleIsValid(column->statsTuple) && OidIsValid(operator) &&
		statistic_proc_security_check(column, get_opcode(operator)) &&
		get_attstatsslot(&slot, column->statsTuple, STATISTIC_KIND_MCV, InvalidOid,
						 ATTSTATSSLOT_VALUES | ATTSTATSSLOT_NUMBERS))
	{
		for (int i = 0; i < slot.nvalues; i++)
		{
			common += slot.numbers[i];
			if (is_among(sought, type, slot.values[i]))
			{
				common_sought += slot.numbers[i];
				ncommon_sought++;
			}
		}
		ncommon = slot.nvalues;
		free_attstatsslot(&slot);
	}
	return common_sought + Max(n - ncommon_sought, 0) * Max(1.0 - common - nulls, 0.0) / Max(ndistinct - ncommon, 1.0);
}

/*
 * Returns the principal, if it is one whom conditions bind, while planning; NULL for
 * others: the arms with conditions are not for them, and estimated to be nothing.
 */
static const WpPrincipal *
bound_principal(void)
{
	const WpPrincipal *principal = wp_model_exists() ? wp_session_principal_who() : NULL;

	return principal == NULL || wp_is_team(principal) ? NULL : principal;
}

/*
 * Finds such a principal, that given or else the session's, NULL where it is none;
 * false where it is not known while planning.
 */
static bool
find_bound(SupportRequestSelectivity *request, List *given, const WpPrincipal **principal)
{
	if (given == NIL)
		*principal = bound_principal();
	else if (!find_given(request, linitial(given), principal))
		return false;
	if (*principal != NULL && wp_is_team(*principal))
		*principal = NULL;
	return true;
}

/* Estimates _may_hold([principal,] condition), as the index finds it; see estimate.h. */
bool
wp_estimate_may_hold(SupportRequestSelectivity *request)
{
	Node *condition = llast(request->args);
	const WpPrincipal *principal;
	Oid operator;
	Const *metadata;

	request->selectivity = UNKNOWN_SELECTIVITY;
	if (!find_bound(request, before_last(request->args, 1), &principal))
		return true;
	request->selectivity = 0;
	if (principal == NULL || principal->metadata == NULL)
		return true;
	operator = OpernameGetOprid(list_make2(makeString("workflow_perms"), makeString("~@")), exprType(condition), JSONBOID);
	if (!OidIsValid(operator))
		return false;
	metadata = makeConst(JSONBOID, -1, InvalidOid, -1, JsonbPGetDatum(principal->metadata), false, false);
	request->selectivity = generic_restriction_selectivity(request->root, operator, InvalidOid, list_make2(condition, metadata),
														   request->varRelid, DEFAULT_MATCHING_SEL);
	return true;
}

/*
 * Estimates _no_condition([principal,] unconditional_account), for rows of the principal's account;
 * see estimate.h.  How many conditions are null in the whole table would say little
 * of an account, of which either nearly all or nearly none have one; the index on the
 * expression has statistics of its own.
 */
bool
wp_estimate_no_condition(SupportRequestSelectivity *request)
{
	Node *account = llast(request->args);
	List *before = before_last(request->args, 1);
	const WpPrincipal *principal;
	WpIdType text = {TEXTOID, TEXTOID, TEXTOID, 0};

	request->selectivity = 0;
	if (!find_bound(request, before, &principal))
		return false;
	if (principal == NULL)
		return true;
	if (!estimate_equality(request, account, TEXTOID, TEXTOID, wp_id_call(WP_FN_ACCOUNT, &text, before != NIL, before),
						   &request->selectivity))
		return false;
	request->selectivity /= account_share(request, account, before);
	CLAMP_PROBABILITY(request->selectivity);
	return true;
}

/* Estimates _condition_holds(internal, hash), likewise. */
bool
wp_estimate_condition_holds(SupportRequestSelectivity *request)
{
	Node *hash = llast(request->args);
	const WpMatching *matching;
	VariableStatData statistics;
	bool isdefault;
	double share;

	request->selectivity = 0;
	if (bound_principal() == NULL)
		return true;
	matching = wp_session_matching();
	if (matching == NULL || matching->count == 0)
		return true;
	examine_variable(request->root, hash, request->varRelid, &statistics);
	share = share_among(matching, matching->count, hash_is_among, &statistics, INT8OID, INT8OID,
						get_variable_numdistinct(&statistics, &isdefault));
	ReleaseVariableStats(statistics);
	/* Mostly the account's own. */
	share /= account_share(request, hash, NIL);
	CLAMP_PROBABILITY(share);
	request->selectivity = share;
	return true;
}

/*
 * Estimates _among([principal,] set, id), for rows of the principal's account: how
 * many of a table's rows are of that account is estimated by itself.  Ids that are
 * the account's own say so already, which is put right by how many ids the column
 * has and how many the account would have; see estimate.h.
 */
bool
wp_estimate_among(SupportRequestSelectivity *request)
{
	Node *column = llast(request->args);
	VariableStatData statistics;
	Estimated estimated;
	WpIdType type;
	bool isdefault;
	double ndistinct;
	double of_account;
	double share;

	request->selectivity = UNKNOWN_SELECTIVITY;
	if (!wp_id_type_of(column, &type) || !find_set(request, &estimated))
		return true;
	request->selectivity = 0;
	if (estimated.set->n == 0)
		return true;

	examine_variable(request->root, column, request->varRelid, &statistics);
	ndistinct = get_variable_numdistinct(&statistics, &isdefault);
	share = share_among(estimated.set, estimated.set->n, id_is_among, &statistics, type.base, type.operand, ndistinct);
	if (estimated.nworkspaces > 0)
	{
		of_account = estimated.nworkspaces;
		if (isdefault)
			share = estimated.set->n / of_account;
	}
	else
		of_account = statistics.rel ? Max(statistics.rel->tuples, 1) * account_share(request, column, before_last(request->args, 2)) : ndistinct;
	if (!isdefault && ndistinct > of_account)
		share *= ndistinct / Max(of_account, 1.0);
	ReleaseVariableStats(statistics);

	CLAMP_PROBABILITY(share);
	request->selectivity = share;
	return true;
}

/* Returns the request for an estimate of the call that is to become an index condition. */
static SupportRequestSelectivity
estimate_of(SupportRequestIndexCondition *request)
{
	FuncExpr *call = (FuncExpr *) request->node;
	SupportRequestSelectivity estimate = {T_SupportRequestSelectivity};

	estimate.root = request->root;
	estimate.funcid = call->funcid;
	estimate.args = call->args;
	estimate.inputcollid = call->inputcollid;
	estimate.varRelid = request->index->rel->relid;
	estimate.jointype = JOIN_INNER;
	return estimate;
}

bool
wp_estimate_among_most(SupportRequestIndexCondition *request)
{
	SupportRequestSelectivity estimate = estimate_of(request);
	Estimated estimated;

	return find_set(&estimate, &estimated) && estimated.set->n > WP_ESTIMATED_VALUES &&
		wp_estimate_among(&estimate) && estimate.selectivity > MOST;
}

bool
wp_estimate_condition_holds_mostly(SupportRequestIndexCondition *request)
{
	SupportRequestSelectivity estimate = estimate_of(request);
	const WpMatching *matching = bound_principal() ? wp_session_matching() : NULL;

	return matching != NULL && matching->count > WP_ESTIMATED_VALUES && wp_estimate_condition_holds(&estimate) &&
		estimate.selectivity > MOST;
}
