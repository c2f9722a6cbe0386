/*
 * source_support.c
 *		What lets the indexes and statistics of an application's own tables
 *		serve where the model reads from them (spec 6.4).
 *
 * The rules know ids as text.  A source may hold them as uuid or as a number,
 * and the view over it casts them: `user_id::text = $1` is a sequential scan.
 * So the model's queries compare ids by an operator of their own, ==, and the
 * planner is told what that comes to for the column that it finds below the
 * cast: `user_id = _as_uuid($1)`.  Text that PostgreSQL does not print for any
 * uuid or number names nothing, and becomes NULL: the answer is NULL where ==
 * itself says false, which is the same to a condition, and is why == does not
 * stand below NOT.
 *
 * A column of a subquery is left alone.  Once the planner has found what it is,
 * it simplifies the condition again, for each member of a UNION ALL by itself.
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_collation_d.h"
#include "catalog/pg_operator_d.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"
#include "utils/uuid.h"

#include "compat.h"
#include "lookup/owner_query.h"
#include "planner/plan_functions.h"
#include "query/id_text.h"

/* Of WpColumnType.place. */
enum
{
	AS_TEXT,
	AS_UUID,
	AS_BIGINT
};

/* What is compared. */
typedef struct Operand
{
	Node *text; /* as it is given */
	Node *node; /* below its casts */
	WpColumnType type;
} Operand;

/*
 * Returns the expression below the casts that make text of an id, as far as ids
 * go: those of a varchar, of a domain, and by the output of its type.
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
		/* 7::text is not 7 itself, and neither is '7'::text::bigint. */
		if (IsA(node, CoerceViaIO) &&
			getBaseType(((CoerceViaIO *) node)->resulttype) != TEXTOID &&
			getBaseType(((CoerceViaIO *) node)->resulttype) != VARCHAROID)
			return node;
		node = arg;
	}
}

/*
 * Returns whether the planner may come to know more of the expression: a column
 * of a subquery that it has not pulled up, or of members of a UNION ALL.
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

/* Finds what is compared; false where nothing can be said of it (yet). */
static bool
find_operand(PlannerInfo *root, Node *argument, Operand *operand)
{
	operand->text = argument;
	operand->node = below_casts(argument);
	return !is_of_subquery(root, operand->node) &&
		   wp_id_type_of(operand->node, &operand->type);
}

/*
 * Returns the collation to compare texts in: that of a column, so that its
 * index serves, where equal are the same bytes.  Of two, not "C", which is that
 * of the model's own tables.
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

/* Returns the operator = of PostgreSQL's own for these types of ids. */
static Oid
equality(Oid left, Oid right)
{
	if (left == TEXTOID)
		return TextEqualOperator;
	return get_opfamily_member(
		lookup_type_cache(left, TYPECACHE_BTREE_OPFAMILY)->btree_opf, left,
		right, BTEqualStrategyNumber);
}

/* Returns the text as an id of the type, computed where it can be. */
static Node *
as_type(PlannerInfo *root, int place, bool many, Node *text)
{
	static const WpFunction functions[][2] = {
		[AS_UUID] = {WP_FN_AS_UUID, WP_FN_AS_UUIDS},
		[AS_BIGINT] = {WP_FN_AS_BIGINT, WP_FN_AS_BIGINTS}};
	WpFunction function = functions[place][many ? 1 : 0];

	if (!OidIsValid(wp_function(function)))
		return NULL;
	return eval_const_expressions(
		root, (Node *) wp_call(function, NIL, list_make1(text)));
}

static Expr *
id_equality(const Operand *left, Node *right, Oid right_type, Oid collation)
{
	Oid opno = equality(left->type.operand, right_type);

	if (!OidIsValid(opno))
		return NULL;
	return make_opclause(opno, BOOLOID, false,
						 wp_operand(left->node, &left->type, collation),
						 (Expr *) right, InvalidOid, collation);
}

/* Returns what a == b comes to, NULL where that is not known. */
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
	/* A column of text, and the value of another query's column. */
	if (contain_var_clause(b.node) && !contain_var_clause(a.node))
		return id_equality(&b, a.text, TEXTOID, choose_collation(&b, NULL));
	value = as_type(root, a.type.place, false,
					(Node *) wp_operand(b.node, &b.type, C_COLLATION_OID));
	if (value == NULL)
		return NULL;
	if (IsA(value, Const) && ((Const *) value)->constisnull)
		return (Expr *) makeBoolConst(false, true);
	return id_equality(&a, value, a.type.value, InvalidOid);
}

/* Returns what _id_in(id, ids) comes to, NULL where that is not known. */
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
		ids = as_type(root, id.type.place, true, ids);
	any->opno = equality(id.type.operand, id.type.value);
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
 * Returns the texts of an array of them, in *n those that are not NULL,
 * palloc'd.
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

/* _as_uuid(text) → uuid; NULL for text that no uuid is printed as */
Datum
wp_as_uuid(PG_FUNCTION_ARGS)
{
	WpText id = wp_text_of(PG_GETARG_VARLENA_PP(0));
	pg_uuid_t *uuid = palloc(sizeof(pg_uuid_t));

	if (!wp_id_uuid(&id, uuid))
		PG_RETURN_NULL();
	PG_RETURN_UUID_P(uuid);
}

/* _as_bigint(text) → bigint; NULL for text that no number is printed as */
Datum
wp_as_bigint(PG_FUNCTION_ARGS)
{
	WpText id = wp_text_of(PG_GETARG_VARLENA_PP(0));
	int64 number;

	if (!wp_id_bigint(&id, &number))
		PG_RETURN_NULL();
	PG_RETURN_INT64(number);
}

/* _as_uuids(text[]) → uuid[], of those that are */
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

/* _as_bigints(text[]) → bigint[], of those that are */
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

/* _not_false(boolean) → boolean: whether a constraint would take the row */
Datum
wp_not_false(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(PG_ARGISNULL(0) || PG_GETARG_BOOL(0));
}

/*
 * _source_support(internal) → internal.  A superuser can give it to any
 * function, whose arguments may be others: no answer.
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
			PG_RETURN_POINTER(simplify_equal(root, call->args));
		if (wp_is_call((Node *) call, WP_FN_ID_IN))
			PG_RETURN_POINTER(simplify_in(root, call->args));
	}
	/* A source is meant to hold rows that make sense. */
	if (IsA(request, SupportRequestSelectivity) &&
		wp_is_function(((SupportRequestSelectivity *) request)->funcid,
					   WP_FN_NOT_FALSE))
	{
		((SupportRequestSelectivity *) request)->selectivity = 1.0;
		PG_RETURN_POINTER(request);
	}
	PG_RETURN_POINTER(NULL);
}
