/*
 * source_support.c
 *		Planner support that lets queries of the model use the indexes and
 *		statistics of the application's own tables (spec 6.4).
 *
 * To the rules an id is text.  A source may store it as uuid or as a number,
 * and the view over the source casts it.  But `user_id::text = $1` is a
 * sequential scan.  So the model's queries compare ids by their own operator,
 * ==.  The planner replaces it by a comparison of the column below the cast:
 * `user_id = _as_uuid($1)`.  _as_uuid() is NULL for text that PostgreSQL prints
 * for no uuid.  Then the result is NULL where == itself is false.  To a
 * condition this is the same, but == must not be used under NOT.
 *
 * coalesce(a, b) == $1 becomes a == $1 OR (a IS NULL AND b == $1), so that the
 * indexes on a and b serve.  In a join it is left as it is: an OR cannot be
 * hashed.
 *
 * A column of a subquery is left as it is.  After the planner has pulled up the
 * subquery, it simplifies the condition again, for each member of a UNION ALL.
 */
#include "postgres.h"

#include "catalog/pg_collation_d.h"
#include "catalog/pg_operator_d.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/uuid.h"

#include "compat.h"
#include "lookup/owner_query.h"
#include "planner/plan_functions.h"
#include "query/id_text.h"

/* The values of WpColumnType.place. */
enum
{
	AS_TEXT,
	AS_UUID,
	AS_BIGINT
};

/* One side of a comparison. */
typedef struct Operand
{
	Node *text; /* the argument itself */
	Node *node; /* the expression below its casts */
	WpColumnType type;
} Operand;

/*
 * Returns the expression below the casts that make text of an id: a cast of a
 * varchar or of a domain, and a cast by the output function of its type.
 */
static Node *
below_casts(Node *node)
{
	for (;;)
	{
		WpColumnType type;
		Node *arg;

		if (IsA(node, RelabelType))
			arg = (Node *) ((RelabelType *) node)->arg;
		else if (IsA(node, CoerceViaIO))
			arg = (Node *) ((CoerceViaIO *) node)->arg;
		else
			return node;
		if (!wp_id_type_of(node, &type) || !wp_id_type_of(arg, &type))
			return node;
		/* Only casts to text are removed: '7'::text::bigint is not text. */
		if (IsA(node, CoerceViaIO) &&
			getBaseType(((CoerceViaIO *) node)->resulttype) != TEXTOID &&
			getBaseType(((CoerceViaIO *) node)->resulttype) != VARCHAROID)
			return node;
		node = arg;
	}
}

/*
 * Returns whether the planner may replace the expression later: a column of a
 * subquery that it has not pulled up yet, or of members of a UNION ALL.
 */
static bool
is_of_subquery(PlannerInfo *root, Node *node)
{
	Var *var = (Var *) node;
	RTEKind kind;

	if (!IsA(node, Var) || var->varlevelsup != 0 ||
		IS_SPECIAL_VARNO(var->varno))
		return false;
	kind = rt_fetch(var->varno, root->parse->rtable)->rtekind;
	return kind == RTE_SUBQUERY || kind == RTE_JOIN;
}

/* Fills the operand.  Returns false if its type is not known (yet). */
static bool
find_operand(PlannerInfo *root, Node *argument, Operand *operand)
{
	operand->text = argument;
	operand->node = below_casts(argument);
	return !is_of_subquery(root, operand->node) &&
		   wp_id_type_of(operand->node, &operand->type);
}

/*
 * Returns the collation for a comparison of texts: that of a column, so that
 * its index can be used, if the collation is deterministic.  Of two columns the
 * one that is not "C" is used, because "C" is that of the model's own tables.
 */
static Oid
choose_collation(const Operand *a, const Operand *b)
{
	const Operand *both[] = {a, b};
	Oid found = C_COLLATION_OID;

	for (int i = 0; i < lengthof(both); i++)
	{
		Oid own = both[i] != NULL && both[i]->type.place == AS_TEXT &&
						  contain_var_clause(both[i]->node)
					  ? exprCollation(both[i]->node)
					  : InvalidOid;

		if (OidIsValid(own) && found == C_COLLATION_OID &&
			get_collation_isdeterministic(own))
			found = own;
	}
	return found;
}

/* Returns a call that converts the text to the type, or its constant result. */
static Node *
as_type(PlannerInfo *root, int place, Node *text)
{
	return eval_const_expressions(root,
								  (Node *) wp_as_type((Expr *) text, place));
}

static Expr *
id_equality(const Operand *left, Node *right, Oid right_type, Oid collation)
{
	Oid opno = wp_equality(left->type.operand, right_type);

	if (!OidIsValid(opno))
		return NULL;
	return make_opclause(opno, BOOLOID, false,
						 wp_operand(left->node, &left->type, collation),
						 (Expr *) right, InvalidOid, collation);
}

/* Returns the replacement of a == b, or NULL. */
static Expr *
simplify_equal(PlannerInfo *root, List *args)
{
	Operand a;
	Operand b;
	Oid collation;
	Node *value;

	if (!find_operand(root, linitial(args), &a) ||
		!find_operand(root, lsecond(args), &b))
		return NULL;
	if (a.type.place == b.type.place)
	{
		collation =
			a.type.place == AS_TEXT ? choose_collation(&a, &b) : InvalidOid;
		return id_equality(&a, (Node *) wp_operand(b.node, &b.type, collation),
						   b.type.operand, collation);
	}
	if (a.type.place == AS_TEXT)
	{
		Operand swapped = a;

		a = b;
		b = swapped;
	}
	if (b.type.place != AS_TEXT)
		return NULL;
	/* b is a column of text, a is a value of another type. */
	if (contain_var_clause(b.node) && !contain_var_clause(a.node))
		return id_equality(&b, a.text, TEXTOID, choose_collation(&b, NULL));
	value = as_type(root, a.type.place,
					(Node *) wp_operand(b.node, &b.type, C_COLLATION_OID));
	if (value == NULL)
		return NULL;
	if (IsA(value, Const) && ((Const *) value)->constisnull)
		return (Expr *) makeBoolConst(false, true);
	return id_equality(&a, value, a.type.value, InvalidOid);
}

/* Returns the id as text, of that collation. */
static Node *
id_as_text(Node *id, Oid collation)
{
	Oid base = getBaseType(exprType(id));
	CoerceViaIO *cast;

	if (exprType(id) == TEXTOID)
		return id;
	if (base == TEXTOID || base == VARCHAROID)
		return (Node *) makeRelabelType((Expr *) id, TEXTOID, -1, collation,
										COERCE_IMPLICIT_CAST);
	cast = makeNode(CoerceViaIO);
	cast->arg = (Expr *) id;
	cast->resulttype = TEXTOID;
	cast->resultcollid = collation;
	cast->coerceformat = COERCE_IMPLICIT_CAST;
	cast->location = -1;
	return (Node *) cast;
}

/* Returns the comparison with another id in the place of this argument. */
static Expr *
compare_instead(const FuncExpr *call, int place, Node *id)
{
	FuncExpr *other = copyObject((FuncExpr *) call);
	Node *argument = list_nth(other->args, place);

	lfirst(list_nth_cell(other->args, place)) =
		id_as_text(copyObject(id), exprCollation(argument));
	return (Expr *) other;
}

/*
 * Returns the replacement of coalesce(a, b) == value, for the argument in that
 * place, or NULL.
 */
static Node *
split_coalesce(PlannerInfo *root, FuncExpr *call, int place)
{
	CoalesceExpr *ids =
		(CoalesceExpr *) below_casts(list_nth(call->args, place));
	Node *value = list_nth(call->args, 1 - place);
	CoalesceExpr *others;
	Node *rest;
	List *either;
	NullTest *first_is_null;
	WpColumnType type;

	if (!IsA(ids, CoalesceExpr) || list_length(ids->args) < 2 ||
		!wp_id_type_of((Node *) ids, &type) ||
		contain_vars_of_level(value, 0) ||
		contain_volatile_functions((Node *) call) ||
		contain_subplans((Node *) call))
		return NULL;
	first_is_null = makeNode(NullTest);
	first_is_null->arg = copyObject(linitial(ids->args));
	first_is_null->nulltesttype = IS_NULL;
	first_is_null->location = -1;
	others = copyObject(ids);
	others->args = list_delete_first(others->args);
	rest = list_length(others->args) == 1 ? linitial(others->args)
										  : (Node *) others;
	either = list_make2(
		compare_instead(call, place, linitial(ids->args)),
		makeBoolExpr(
			AND_EXPR,
			list_make2(first_is_null, compare_instead(call, place, rest)), -1));
	return eval_const_expressions(root,
								  (Node *) makeBoolExpr(OR_EXPR, either, -1));
}

/* Returns the replacement of _id_in(id, ids), or NULL. */
static Expr *
simplify_in(PlannerInfo *root, List *args)
{
	Operand id;
	Node *ids = lsecond(args);
	ScalarArrayOpExpr *any = makeNode(ScalarArrayOpExpr);

	if (!find_operand(root, linitial(args), &id))
		return NULL;
	if (id.type.place == AS_TEXT)
		any->inputcollid = choose_collation(&id, NULL);
	else
		ids = as_type(root, id.type.place, ids);
	any->opno = wp_equality(id.type.operand, id.type.value);
	if (ids == NULL || !OidIsValid(any->opno))
		return NULL;
	any->opfuncid = get_opcode(any->opno);
	any->useOr = true;
	any->args =
		list_make2(wp_operand(id.node, &id.type, any->inputcollid), ids);
	any->location = -1;
	return (Expr *) any;
}

PG_FUNCTION_INFO_V1(wp_id_equal);
PG_FUNCTION_INFO_V1(wp_id_in);
PG_FUNCTION_INFO_V1(wp_source_support);
PG_FUNCTION_INFO_V1(wp_as_uuid);
PG_FUNCTION_INFO_V1(wp_as_bigint);
PG_FUNCTION_INFO_V1(wp_as_uuids);
PG_FUNCTION_INFO_V1(wp_as_bigints);
PG_FUNCTION_INFO_V1(wp_not_false);

/* _id_equal(text, text) → boolean: == */
Datum
wp_id_equal(PG_FUNCTION_ARGS)
{
	WpText a = wp_text_of(PG_GETARG_VARLENA_PP(0));
	WpText b = wp_text_of(PG_GETARG_VARLENA_PP(1));

	PG_RETURN_BOOL(wp_text_equal(&a, &b));
}

/*
 * Returns the texts of the array that are not NULL, palloc'd, and their number
 * in *n.
 */
static WpText *
texts_of(ArrayType *array, int *n)
{
	Datum *values;
	bool *nulls;
	int count;
	WpText *texts;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls,
					  &count);
	texts = palloc(sizeof(WpText) * Max(count, 1));
	*n = 0;
	for (int i = 0; i < count; i++)
		if (!nulls[i])
			texts[(*n)++] = wp_text_of(PG_DETOAST_DATUM_PACKED(values[i]));
	return texts;
}

/* _id_in(text, text[]) → boolean */
Datum
wp_id_in(PG_FUNCTION_ARGS)
{
	WpText id = wp_text_of(PG_GETARG_VARLENA_PP(0));
	int n;
	WpText *ids = texts_of(PG_GETARG_ARRAYTYPE_P(1), &n);
	bool found = false;

	for (int i = 0; i < n && !found; i++)
		found = wp_text_equal(&id, &ids[i]);
	PG_RETURN_BOOL(found);
}

/* _as_uuid(text) → uuid */
Datum
wp_as_uuid(PG_FUNCTION_ARGS)
{
	WpText id = wp_text_of(PG_GETARG_VARLENA_PP(0));
	pg_uuid_t *uuid = palloc(sizeof(pg_uuid_t));

	if (!wp_id_uuid(&id, uuid))
		PG_RETURN_NULL();
	PG_RETURN_UUID_P(uuid);
}

/* _as_bigint(text) → bigint */
Datum
wp_as_bigint(PG_FUNCTION_ARGS)
{
	WpText id = wp_text_of(PG_GETARG_VARLENA_PP(0));
	int64 number;

	if (!wp_id_bigint(&id, &number))
		PG_RETURN_NULL();
	PG_RETURN_INT64(number);
}

/* _as_uuids(text[]) → uuid[] */
Datum
wp_as_uuids(PG_FUNCTION_ARGS)
{
	int n;
	WpText *ids = texts_of(PG_GETARG_ARRAYTYPE_P(0), &n);
	pg_uuid_t *uuids = palloc(sizeof(pg_uuid_t) * Max(n, 1));
	Datum *found = palloc(sizeof(Datum) * Max(n, 1));
	int nfound = 0;

	for (int i = 0; i < n; i++)
		if (wp_id_uuid(&ids[i], &uuids[nfound]))
		{
			found[nfound] = UUIDPGetDatum(&uuids[nfound]);
			nfound++;
		}
	PG_RETURN_ARRAYTYPE_P(construct_array(found, nfound, UUIDOID, UUID_LEN,
										  false, TYPALIGN_CHAR));
}

/* _as_bigints(text[]) → bigint[] */
Datum
wp_as_bigints(PG_FUNCTION_ARGS)
{
	int n;
	WpText *ids = texts_of(PG_GETARG_ARRAYTYPE_P(0), &n);
	Datum *found = palloc(sizeof(Datum) * Max(n, 1));
	int nfound = 0;
	int64 number;

	for (int i = 0; i < n; i++)
		if (wp_id_bigint(&ids[i], &number))
			found[nfound++] = Int64GetDatum(number);
	PG_RETURN_ARRAYTYPE_P(construct_array(found, nfound, INT8OID, sizeof(int64),
										  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* _not_false(boolean) → boolean */
Datum
wp_not_false(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(PG_ARGISNULL(0) || PG_GETARG_BOOL(0));
}

/*
 * _source_support(internal) → internal.  A superuser can attach it to any
 * function, with any arguments.  Such a function is left as it is.
 */
Datum
wp_source_support(PG_FUNCTION_ARGS)
{
	Node *request = (Node *) PG_GETARG_POINTER(0);

	if (IsA(request, SupportRequestSimplify))
	{
		PlannerInfo *root = ((SupportRequestSimplify *) request)->root;
		FuncExpr *call = ((SupportRequestSimplify *) request)->fcall;

		if (root == NULL || root->parse == NULL)
			PG_RETURN_POINTER(NULL);
		if (wp_is_call((Node *) call, WP_FN_ID_EQUAL))
		{
			Node *split = split_coalesce(root, call, 0);

			if (split == NULL)
				split = split_coalesce(root, call, 1);
			PG_RETURN_POINTER(
				split ? split : (Node *) simplify_equal(root, call->args));
		}
		if (wp_is_call((Node *) call, WP_FN_ID_IN))
			PG_RETURN_POINTER(simplify_in(root, call->args));
	}
	/* Most rows of a source are expected to be valid. */
	if (IsA(request, SupportRequestSelectivity) &&
		wp_is_function(((SupportRequestSelectivity *) request)->funcid,
					   WP_FN_NOT_FALSE))
	{
		((SupportRequestSelectivity *) request)->selectivity = 1.0;
		PG_RETURN_POINTER(request);
	}
	PG_RETURN_POINTER(NULL);
}
