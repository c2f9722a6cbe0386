/*
 * estimate.c
 *		How many rows the arms are true for.  Estimates use the rights of the
 *		principal at planning time, and the columns' statistics.
 *
 * They read no more statistics than the planner does for an `=` on the same
 * column.  If a role may not see through statistics (row security, and an
 * operator that could leak), they are not used here either.  The principal's
 * rights are read as the owner of the tables, whichever role plans.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/paths.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"
#include "utils/typcache.h"

#include "compat.h"
#include "lookup/matching_conditions.h"
#include "lookup/model_tables.h"
#include "lookup/session_principal.h"
#include "planner/arms.h"
#include "planner/reachable_ids.h"
#include "planner/decision_columns.h"
#include "planner/estimate.h"
#include "planner/plan_functions.h"
#include "principal/find.h"
#include "principal/principal_json.h"
#include "query/id_text.h"

/*
 * Above this share an index does not pay.  With 4,800 rows of an account in 600
 * workspaces, planning and scanning took, with the array and without it: 0.8
 * and 1.0 ms for 40 % of the rows, 0.9 and 1.0 for half, 1.2 and 1.0 for 60 %,
 * 3.3 and 2.8 for all.
 */
#define MOST 0.5

/* What an estimate uses of a set. */
typedef struct Estimated
{
	const WpIdSet *set; /* NULL: too many to list */
	double n;
	/* in the principal's account; 0: a set of workflows, or unknown */
	double nworkspaces;
	WpText account; /* the principal's */
} Estimated;

/*
 * Sets *selectivity to that of `column = value`.  Returns false if there is no
 * such operator.
 */
static bool
estimate_equality(SupportRequestSelectivity *request, Node *column,
				  const WpColumnType *type, Expr *value,
				  Selectivity *selectivity)
{
	Oid collation = exprCollation(column);
	Oid opno = wp_equality(type->operand, type->value);
	Expr *clause;

	if (!OidIsValid(opno))
		return false;
	clause =
		make_opclause(opno, BOOLOID, false, wp_operand(column, type, collation),
					  value, InvalidOid, collation);
	*selectivity =
		clause_selectivity(request->root, (Node *) clause, request->varRelid,
						   request->jointype, request->sjinfo);
	return true;
}

/*
 * The same for "the column is the account of the principal", which is given or
 * the session's.
 */
static bool
estimate_account(SupportRequestSelectivity *request, Node *column, List *given,
				 Selectivity *selectivity)
{
	WpColumnType type;

	return wp_id_type_of(column, &type) &&
		   estimate_equality(request, column, &type,
							 wp_call(WP_FN_ACCOUNT + type.place, given, NIL),
							 selectivity);
}

bool
wp_estimate_in_account(SupportRequestSelectivity *request)
{
	List *given = wp_given(request->args, 1);

	return estimate_account(request, llast(request->args), given,
							&request->selectivity);
}

/* Strips casts between text and the types of words. */
static Node *
strip_word(Node *node)
{
	for (;;)
	{
		if (IsA(node, RelabelType))
			node = (Node *) ((RelabelType *) node)->arg;
		else if (IsA(node, CoerceViaIO))
			node = (Node *) ((CoerceViaIO *) node)->arg;
		else
			return node;
	}
}

/*
 * Returns a condition for "the expression is this word", for an estimate.
 * Returns NULL if the expression is neither a column nor CASE over constants
 * and such expressions.
 */
static Node *word_test(Node *node, const char *word);

/* Replaces the placeholder of CASE's argument in a copy of its conditions. */
static Node *
replace_case_test(Node *node, void *argument)
{
	if (node == NULL || IsA(node, CaseExpr))
		return node;
	if (IsA(node, CaseTestExpr))
		return copyObject((Node *) argument);
	return expression_tree_mutator(node, replace_case_test, argument);
}

/* Returns the label of a constant word, or NULL. */
static const char *
label_of(const Const *word)
{
	Oid output;
	bool varlena;

	if (word->constisnull)
		return NULL;
	getTypeOutputInfo(word->consttype, &output, &varlena);
	return OidOutputFunctionCall(output, word->constvalue);
}

/*
 * Returns the condition under which CASE takes this branch, if it comes to it.
 */
static Node *
branch_test(const CaseExpr *node, const CaseWhen *branch)
{
	OpExpr *op = (OpExpr *) branch->expr;
	Node *value = IsA(op, OpExpr) && list_length(op->args) == 2
					  ? strip_word(lsecond(op->args))
					  : NULL;
	Node *test = NULL;

	if (node->arg == NULL)
		return (Node *) copyObject(branch->expr);
	if (value != NULL && IsA(value, Const) && label_of((Const *) value) != NULL)
		test = word_test((Node *) node->arg, label_of((Const *) value));
	return test != NULL ? test
						: replace_case_test((Node *) copyObject(branch->expr),
											node->arg);
}

static Node *
case_test(const CaseExpr *node, const char *word)
{
	Node *test = node->defresult != NULL
					 ? word_test((Node *) node->defresult, word)
					 : makeBoolConst(false, false);

	for (int i = list_length(node->args) - 1; i >= 0 && test != NULL; i--)
	{
		CaseWhen *branch = list_nth(node->args, i);
		Node *result = word_test((Node *) branch->result, word);
		Expr *taken = (Expr *) branch_test(node, branch);
		Expr *not_taken = makeBoolExpr(NOT_EXPR, list_make1(taken), -1);

		if (result == NULL)
			return NULL;
		test = (Node *) makeBoolExpr(
			OR_EXPR,
			list_make2(makeBoolExpr(AND_EXPR, list_make2(taken, result), -1),
					   makeBoolExpr(AND_EXPR, list_make2(not_taken, test), -1)),
			-1);
	}
	return test;
}

static Node *
word_test(Node *node, const char *word)
{
	WpColumnType type;
	Const *value;
	Oid opno;

	node = strip_word(node);
	if (IsA(node, Const))
	{
		const char *label = label_of((Const *) node);

		return makeBoolConst(label != NULL && strcmp(label, word) == 0, false);
	}
	if (IsA(node, CaseExpr))
		return case_test((CaseExpr *) node, word);
	if (getBaseType(exprType(node)) != TEXTOID)
		return NULL;
	type.base = type.operand = type.value = TEXTOID;
	value = makeConst(TEXTOID, -1, get_typcollation(TEXTOID), -1,
					  CStringGetTextDatum(word), false, false);
	opno = wp_equality(TEXTOID, TEXTOID);
	return (Node *) make_opclause(
		opno, BOOLOID, false, wp_operand(node, &type, exprCollation(node)),
		(Expr *) value, InvalidOid, exprCollation(node));
}

bool
wp_estimate_is_main(SupportRequestSelectivity *request)
{
	Node *column = linitial(request->args);
	WpColumnType type;
	Node *test;

	if (!wp_visibility_type_of(column, &type))
		return false;
	test =
		IsA(strip_word(column), CaseExpr)
			? eval_const_expressions(
				  request->root,
				  word_test(column, wp_visibilities.labels[WP_VISIBILITY_MAIN]))
			: NULL;
	if (test == NULL)
		return estimate_equality(request, column, &type, wp_main_const(&type),
								 &request->selectivity);
	request->selectivity =
		clause_selectivity(request->root, test, request->varRelid,
						   request->jointype, request->sjinfo);
	return true;
}

/*
 * Returns the column that has the account in the conditions on its table, and
 * the selectivity of that condition; NULL if there is none.
 */
static Node *
find_account(SupportRequestSelectivity *request, Index varno, List *given,
			 Selectivity *share)
{
	PlannerInfo *root = request->root;
	RelOptInfo *rel =
		root->simple_rel_array != NULL && varno < root->simple_rel_array_size
			? root->simple_rel_array[varno]
			: NULL;
	ListCell *cell;

	if (rel == NULL)
		return NULL;
	foreach (cell, rel->baserestrictinfo)
	{
		Node *clause = (Node *) lfirst_node(RestrictInfo, cell)->clause;
		Node *account = wp_account_of(clause, given);

		if (account == NULL)
			continue;
		*share = clause_selectivity(root, clause, request->varRelid,
									request->jointype, request->sjinfo);
		return account;
	}
	return NULL;
}

bool
wp_estimate_is_bound_user(SupportRequestSelectivity *request)
{
	Node *column = llast(request->args);
	WpColumnType type;

	return wp_id_type_of(column, &type) &&
		   estimate_equality(
			   request, column, &type,
			   wp_as_type(wp_call(WP_FN_BOUND_USER, NIL, NIL), type.place),
			   &request->selectivity);
}

/* Without a list of the runs: few, and none of members and services. */
bool
wp_estimate_of_bound_run(SupportRequestSelectivity *request)
{
	const WpPrincipal *principal =
		wp_model_exists() ? wp_session_principal_who() : NULL;

	request->selectivity =
		principal == NULL || wp_is_team(principal) ? 0 : DEFAULT_MATCHING_SEL;
	return true;
}

/*
 * Returns the account's share of the table's rows, or 1 if it is unknown.  The
 * table is that of the columns in the expression.  *is_account: the expression
 * is the account itself.
 */
static double
account_share(SupportRequestSelectivity *request, Node *node, List *given,
			  bool *is_account)
{
	Bitmapset *varnos = pull_varnos(request->root, node);
	int varno;
	Node *account;
	Selectivity share;

	*is_account = false;
	if (!bms_get_singleton_member(varnos, &varno))
		return 1.0;
	account = find_account(request, varno, given, &share);
	if (account == NULL)
		return 1.0;
	*is_account = equal(account, node);
	return Max(share, 1.0e-10);
}

bool
wp_estimate_owned(SupportRequestSelectivity *request)
{
	Node *owner = llast(request->args);
	List *given = wp_given(request->args, 1);
	WpColumnType type;
	bool is_account;

	if ((given == NIL && !wp_model_exists()) || !wp_id_type_of(owner, &type) ||
		!estimate_equality(request, owner, &type,
						   wp_call(WP_FN_TEAM_USER + type.place, given, NIL),
						   &request->selectivity))
		return false;
	/* Users belong to one account. */
	request->selectivity /= account_share(request, owner, given, &is_account);
	CLAMP_PROBABILITY(request->selectivity);
	return true;
}

/*
 * Finds the given principal; NULL if the argument is NULL. Returns false if it
 * is not known at planning.
 */
static bool
find_given(SupportRequestSelectivity *request, Node *given,
		   const WpPrincipal **principal)
{
	if (IsA(given, Param))
		given = estimate_expression_value(request->root, given);
	if (!IsA(given, Const))
		return false;
	*principal = ((Const *) given)->constisnull
					 ? NULL
					 : wp_principal_from_jsonb(
						   DatumGetJsonbP(((Const *) given)->constvalue), NULL);
	return true;
}

/*
 * Finds the principal's set at planning.  Returns false if it is not known.
 * Without a principal the set is empty.
 */
static bool
find_set(SupportRequestSelectivity *request, Estimated *estimated)
{
	List *given = wp_given(request->args, 2);
	Const *arg = list_nth(request->args, list_length(given));
	const WpPrincipal *principal;
	WpAction action;
	WpCandidateKind kind;
	WpRight right;
	WpText words;

	if (!IsA(arg, Const) || arg->constisnull)
		return false;
	words.data = VARDATA_ANY(DatumGetTextPP(arg->constvalue));
	words.len = VARSIZE_ANY_EXHDR(DatumGetTextPP(arg->constvalue));
	if (!wp_candidate_words(&words, &action, &kind))
		return false;
	if (given == NIL)
	{
		if (!wp_model_exists())
			return false;
		if (wp_right_of(action, kind, &right))
		{
			estimated->n = wp_rights_estimate(right, &estimated->set);
			return true;
		}
		estimated->set = wp_session_candidates(action, kind);
		principal = wp_session_principal_with(wp_action_facets(action));
	}
	else
	{
		if (!find_given(request, linitial(given), &principal))
			return false;
		estimated->set = wp_candidates(principal, action, kind);
	}
	estimated->n = estimated->set->n;
	if (principal != NULL)
		estimated->account = principal->account;
	if (kind < WP_VERDICT && kind != WP_NAMED && principal != NULL)
		estimated->nworkspaces = wp_account_workspaces(principal);
	return true;
}

/*
 * Is this value of a column of that base type among the values that are sought?
 */
typedef bool (*IsAmong)(const void *sought, Oid type, Datum value);

static bool
id_is_among(const void *sought, Oid type, Datum value)
{
	char printed[WP_ID_PRINTED];
	WpText id = wp_id_text(type, value, printed);

	return wp_idset_has(sought, &id);
}

static bool
hash_is_among(const void *sought, Oid type, Datum value)
{
	return wp_matching_has(sought, DatumGetInt64(value));
}

static int
compare_digests(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(pg_uuid_t));
}

static bool
digest_is_among(const void *sought, Oid type, Datum value)
{
	const WpMatchingDigests *matching = sought;

	return bsearch(DatumGetUUIDP(value), matching->digests, matching->count,
				   sizeof(pg_uuid_t), compare_digests) != NULL;
}

/*
 * Returns the share of the rows that have one of the n sought values.  Uses the
 * column's most common values; the others are assumed to be equally frequent.
 * `operand` is the type for which its operator `=` is declared.
 */
static double
share_among(const void *sought, int n, IsAmong is_among,
			VariableStatData *column, Oid type, Oid operand, double ndistinct)
{
	double common_sought = 0;
	double common = 0;
	double nulls = 0;
	int ncommon = 0;
	int ncommon_sought = 0;
	Oid opno = wp_equality(operand, operand);
	AttStatsSlot slot;

	if (HeapTupleIsValid(column->statsTuple))
		nulls =
			((Form_pg_statistic) GETSTRUCT(column->statsTuple))->stanullfrac;
	if (HeapTupleIsValid(column->statsTuple) && OidIsValid(opno) &&
		statistic_proc_security_check(column, get_opcode(opno)) &&
		get_attstatsslot(&slot, column->statsTuple, STATISTIC_KIND_MCV,
						 InvalidOid,
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
	return common_sought + Max(n - ncommon_sought, 0) *
							   Max(1.0 - common - nulls, 0.0) /
							   Max(ndistinct - ncommon, 1.0);
}

/*
 * Finds the principal, given or else the session's, if conditions bind it.
 * Otherwise it is NULL: the arms with conditions are then estimated to find
 * nothing.  Returns false if the principal is not known at planning.
 */
static bool
find_bound(SupportRequestSelectivity *request, List *given,
		   const WpPrincipal **principal)
{
	if (given == NIL)
		*principal = wp_model_exists() ? wp_session_principal_who() : NULL;
	else if (!find_given(request, linitial(given), principal))
		return false;
	if (*principal != NULL && wp_is_team(*principal))
		*principal = NULL;
	return true;
}

/*
 * Returns the conditions that hold for the session's principal; NULL if
 * conditions do not bind it.
 */
static const WpMatching *
bound_matching(void)
{
	const WpPrincipal *principal =
		wp_model_exists() ? wp_session_principal_who() : NULL;

	return principal != NULL && !wp_is_team(principal) ? wp_session_matching()
													   : NULL;
}

bool
wp_estimate_may_match(SupportRequestSelectivity *request, char *name,
					  Node *left, Node *right)
{
	List *qualified =
		list_make2(makeString("workflow_perms"), makeString(name));
	Oid opno = OpernameGetOprid(qualified, exprType(left), exprType(right));

	if (!OidIsValid(opno))
		return false;
	request->selectivity = generic_restriction_selectivity(
		request->root, opno, InvalidOid, list_make2(left, right),
		request->varRelid, DEFAULT_MATCHING_SEL);
	return true;
}

bool
wp_estimate_may_hold(SupportRequestSelectivity *request)
{
	const WpPrincipal *principal;
	Const *metadata;

	request->selectivity = DEFAULT_MATCHING_SEL;
	if (!find_bound(request, wp_given(request->args, 1), &principal))
		return true;
	request->selectivity = 0;
	if (principal == NULL || principal->metadata == NULL)
		return true;
	metadata = makeConst(JSONBOID, -1, InvalidOid, -1,
						 JsonbPGetDatum(principal->metadata), false, false);
	return wp_estimate_may_match(request, "~@", llast(request->args),
								 (Node *) metadata);
}

/*
 * The estimate is for rows of the principal's account.  The share of null
 * conditions in the whole table says little about one account: in an account
 * nearly all or nearly none are null.  The index on the expression has its own
 * statistics.
 */
bool
wp_estimate_no_condition(SupportRequestSelectivity *request)
{
	Node *account = llast(request->args);
	List *given = wp_given(request->args, 1);
	const WpPrincipal *principal;
	bool is_account;

	request->selectivity = 0;
	if (!find_bound(request, given, &principal))
		return false;
	if (principal == NULL)
		return true;
	if (!estimate_account(request, account, given, &request->selectivity))
		return false;
	request->selectivity /= account_share(request, account, given, &is_account);
	CLAMP_PROBABILITY(request->selectivity);
	return true;
}

/* Does the index begin with the account, and then with this expression? */
static bool
is_condition_index(SupportRequestSelectivity *request, IndexOptInfo *index,
				   Node *digest)
{
	Selectivity share;
	Node *account = find_account(request, index->rel->relid, NIL, &share);

	return index->relam == BTREE_AM_OID && index->nkeycolumns >= 2 &&
		   index->indexkeys[0] != 0 &&
		   match_index_to_operand(digest, 1, index) && account != NULL &&
		   match_index_to_operand(account, 0, index);
}

/*
 * Returns the conditions that hold for the session's principal, by hash or by
 * digest, and their number; NULL if conditions do not bind it, or if they are
 * not known.
 */
static const void *
find_matching(SupportRequestSelectivity *request, Node *named, int *n)
{
	Bitmapset *varnos = pull_varnos(request->root, named);
	const WpMatching *hashes;
	const WpMatchingDigests *digests = NULL;
	RelOptInfo *rel = NULL;
	ListCell *cell;
	int varno;

	if (exprType(named) == INT8OID)
	{
		hashes = bound_matching();
		*n = hashes != NULL ? hashes->count : 0;
		return hashes;
	}
	if (wp_model_exists() && request->root->simple_rel_array != NULL &&
		bms_get_singleton_member(varnos, &varno) &&
		varno < request->root->simple_rel_array_size)
		rel = request->root->simple_rel_array[varno];
	foreach (cell, rel != NULL ? rel->indexlist : NIL)
		if (digests == NULL && is_condition_index(request, lfirst(cell), named))
			digests =
				wp_matching_digests(((IndexOptInfo *) lfirst(cell))->indexoid);
	*n = digests != NULL ? digests->count : 0;
	return digests;
}

/* Also for rows of the account; most hashes occur in one account only. */
bool
wp_estimate_condition_holds(SupportRequestSelectivity *request)
{
	Node *named = llast(request->args);
	Oid type = exprType(named);
	VariableStatData statistics;
	bool isdefault;
	bool is_account;
	double ndistinct;
	int n;
	const void *matching = find_matching(request, named, &n);

	request->selectivity = 0;
	if (n == 0)
		return true;
	examine_variable(request->root, named, request->varRelid, &statistics);
	ndistinct = get_variable_numdistinct(&statistics, &isdefault);
	request->selectivity = share_among(
		matching, n, type == INT8OID ? hash_is_among : digest_is_among,
		&statistics, type, type, ndistinct);
	request->selectivity /= account_share(request, named, NIL, &is_account);
	ReleaseVariableStats(statistics);
	CLAMP_PROBABILITY(request->selectivity);
	return true;
}

/*
 * Do the query's own conditions find at most one row of the table?
 * Then no set is needed, and listing one could take longer than the query.
 */
static bool
finds_one_row(PlannerInfo *root, Node *column)
{
	Var *var = (Var *) column;

	return IsA(column, Var) && var->varlevelsup == 0 &&
		   !IS_SPECIAL_VARNO(var->varno) && root->simple_rel_array != NULL &&
		   var->varno < root->simple_rel_array_size &&
		   root->simple_rel_array[var->varno] != NULL &&
		   wp_finds_one_row(root, root->simple_rel_array[var->varno]);
}

/*
 * The estimate is for rows of the principal's account.  If the set is not known
 * at planning, the default for matching operators is used.  The share of the
 * account is estimated separately.  Ids that occur only in the account already
 * imply it.  This is corrected by comparing the number of ids in the column
 * with the number that the account would have.
 */
bool
wp_estimate_among(SupportRequestSelectivity *request)
{
	Node *column = llast(request->args);
	VariableStatData statistics;
	Estimated estimated = {NULL};
	WpColumnType type;
	bool isdefault;
	double ndistinct;
	bool is_account;
	double of_account;
	double of_rows;
	double share;

	request->selectivity = 1.0;
	if (finds_one_row(request->root, column))
		return true;
	request->selectivity = DEFAULT_MATCHING_SEL;
	if (!wp_id_type_of(column, &type) || !find_set(request, &estimated))
		return true;
	request->selectivity = 0;
	if (estimated.n == 0)
		return true;

	/* Rows of the account: its workspace of the same id has all of them. */
	of_rows =
		account_share(request, column, wp_given(request->args, 2), &is_account);
	if (is_account && estimated.set != NULL)
	{
		request->selectivity =
			wp_idset_has(estimated.set, &estimated.account) ? 1.0 : 0.0;
		return true;
	}
	examine_variable(request->root, column, request->varRelid, &statistics);
	ndistinct = get_variable_numdistinct(&statistics, &isdefault);
	share = estimated.set != NULL
				? share_among(estimated.set, estimated.set->n, id_is_among,
							  &statistics, type.base, type.operand, ndistinct)
				: estimated.n / Max(ndistinct, 1.0);
	of_account = ndistinct;
	if (estimated.nworkspaces > 0)
	{
		of_account = estimated.nworkspaces;
		if (isdefault)
			share = estimated.n / of_account;
	}
	else if (statistics.rel != NULL)
		of_account = Max(statistics.rel->tuples, 1) * of_rows;
	if (!isdefault && ndistinct > of_account)
		share *= ndistinct / Max(of_account, 1.0);
	ReleaseVariableStats(statistics);

	CLAMP_PROBABILITY(share);
	request->selectivity = share;
	return true;
}

/*
 * Returns the request to estimate the call that is to become an index
 * condition.
 */
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
	Estimated estimated = {NULL};

	if (finds_one_row(request->root, llast(estimate.args)))
		return true;
	if (!find_set(&estimate, &estimated))
		return false;
	return estimated.set == NULL ||
		   (estimated.n > WP_ESTIMATED_VALUES && wp_estimate_among(&estimate) &&
			estimate.selectivity > MOST);
}

bool
wp_estimate_condition_holds_mostly(SupportRequestIndexCondition *request)
{
	SupportRequestSelectivity estimate = estimate_of(request);
	int n;

	find_matching(&estimate, llast(estimate.args), &n);
	return n > WP_ESTIMATED_VALUES && wp_estimate_condition_holds(&estimate) &&
		   estimate.selectivity > MOST;
}

bool
wp_is_condition_index(SupportRequestIndexCondition *request)
{
	SupportRequestSelectivity estimate = estimate_of(request);

	return request->indexcol == 1 &&
		   is_condition_index(&estimate, request->index, llast(estimate.args));
}

double
wp_estimate_values(PlannerInfo *root, FuncExpr *arm)
{
	SupportRequestSelectivity request = {T_SupportRequestSelectivity};
	Estimated estimated = {NULL};
	int n;

	request.root = root;
	request.funcid = arm->funcid;
	request.args = arm->args;
	if (wp_is_function(arm->funcid, WP_FN_AMONG))
		return find_set(&request, &estimated) ? estimated.n : 1;
	if (!wp_is_function(arm->funcid, WP_FN_CONDITION_HOLDS) &&
		!wp_is_function(arm->funcid, WP_FN_DIGEST_HOLDS))
		return 1;
	find_matching(&request, llast(arm->args), &n);
	return n;
}
