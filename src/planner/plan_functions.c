/*
 * plan_functions.c
 *		The functions of this room that plans contain.  Their oids are cached
 *		per backend, and forgotten when any function of the database changes.
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "lookup/enums.h"
#include "planner/plan_functions.h"

/*
 * The declarations.  Letters stand for the types, see argument_type.  A twin
 * takes a principal instead of internal.  It has the same name unless another
 * is given.
 */
static const struct
{
	const char *name;
	const char *takes;
	const char *twin;
} declared[WP_FUNCTIONS] = {
	[WP_FN_ALLOWED] = {"_allowed", "taaaaaaaa"},
	[WP_FN_AMONG] = {"_among", "te"},
	[WP_FN_IN_ACCOUNT] = {"_in_account", "e"},
	[WP_FN_CANDIDATES] = {"_candidates", "it"},
	[WP_FN_CANDIDATES_UUID] = {"_candidates_uuid", "it"},
	[WP_FN_CANDIDATES_BIGINT] = {"_candidates_bigint", "it"},
	[WP_FN_ACCOUNT] = {"principal_account", "", "_account"},
	[WP_FN_ACCOUNT_UUID] = {"principal_account_uuid", "", "_account_uuid"},
	[WP_FN_ACCOUNT_BIGINT] = {"principal_account_bigint", "",
							  "_account_bigint"},
	[WP_FN_OWNED] = {"_owned", "e"},
	[WP_FN_TEAM_USER] = {"_team_user", ""},
	[WP_FN_TEAM_USER_UUID] = {"_team_user_uuid", ""},
	[WP_FN_TEAM_USER_BIGINT] = {"_team_user_bigint", ""},
	[WP_FN_NO_CONDITION] = {"_no_condition", "t"},
	[WP_FN_BOUND_ACCOUNT] = {"_bound_account", ""},
	[WP_FN_MAY_HOLD] = {"_may_hold", "c"},
	[WP_FN_BOUND_METADATA] = {"_bound_metadata", "i"},
	[WP_FN_IS_MAIN] = {"_is_main", "e"},
	[WP_FN_USER] = {"principal_user", ""},
	[WP_FN_CONDITION_HASH] = {"condition_hash", "c"},
	[WP_FN_CONDITION_DIGEST] = {"condition_digest", "c"},
	[WP_FN_UNCONDITIONAL_ACCOUNT] = {"_unconditional_account", "tc"},
	[WP_FN_CONDITION_HOLDS] = {"_condition_holds", "ib"},
	[WP_FN_MATCHING] = {"_matching", "i"},
	[WP_FN_DIGEST_HOLDS] = {"_condition_holds", "iu"},
	[WP_FN_MATCHING_IN] = {"_matching", "ir"},
	[WP_FN_AT_EXECUTION] = {"_at_execution", "i"},
	[WP_FN_CREATED] = {"principal_created", "tttt"},
	[WP_FN_VIEW_IN] = {"_view_in", "tt"},
	[WP_FN_EDIT_IN] = {"_edit_in", "tt"},
	[WP_FN_VIEW_RUN] = {"_view_run", "tttt"},
	[WP_FN_VIEW_RUN_DETAIL] = {"_view_run_detail", "ttttttst"},
	[WP_FN_IS_BOUND_USER] = {"_is_bound_user", "e"},
	[WP_FN_BOUND_USER] = {"_bound_user", ""},
	[WP_FN_OF_BOUND_RUN] = {"_of_bound_run", "e"},
	[WP_FN_BOUND_RUNS] = {"_bound_runs", "i"},
	[WP_FN_MATCHES] = {"_matches", "jtc"},
	[WP_FN_NARROWED] = {"_narrowed", "jc"},
	[WP_FN_ID_EQUAL] = {"_id_equal", "tt"},
	[WP_FN_ID_IN] = {"_id_in", "tT"},
	[WP_FN_AS_UUID] = {"_as_uuid", "t"},
	[WP_FN_AS_BIGINT] = {"_as_bigint", "t"},
	[WP_FN_AS_UUIDS] = {"_as_uuids", "T"},
	[WP_FN_AS_BIGINTS] = {"_as_bigints", "T"},
	[WP_FN_NOT_FALSE] = {"_not_false", "y"},
	[WP_FN_NO_KEY] = {"_no_key", "t"},
};

static Oid oids[WP_FUNCTIONS]; /* InvalidOid: not looked up, or missing */

static void
forget_functions(Datum arg, int cacheid, uint32 hashvalue)
{
	memset(oids, 0, sizeof(oids));
}

void
wp_functions_init(void)
{
	CacheRegisterSyscacheCallback(PROCOID, forget_functions, (Datum) 0);
}

static Oid
argument_type(char letter)
{
	switch (letter)
	{
		case 'a':
			return ANYOID;
		case 'b':
			return INT8OID;
		case 'c':
			return wp_our_type("metadata_condition");
		case 'e':
			return ANYELEMENTOID;
		case 'i':
			return INTERNALOID;
		case 'j':
			return JSONBOID;
		case 'r':
			return REGCLASSOID;
		case 's':
			return wp_our_type("step_access");
		case 'T':
			return TEXTARRAYOID;
		case 'u':
			return UUIDOID;
		case 'y':
			return BOOLOID;
		default:
			return TEXTOID;
	}
}

Oid
wp_function(WpFunction function)
{
	bool is_twin = function >= WP_FN_TWINS && function < 2 * WP_FN_TWINS;
	int i = is_twin ? function - WP_FN_TWINS : function;
	const char *name =
		is_twin && declared[i].twin ? declared[i].twin : declared[i].name;
	Oid types[FUNC_MAX_ARGS];
	Oid schema;
	int n = 0;

	if (OidIsValid(oids[function]))
		return oids[function];
	schema = get_namespace_oid("workflow_perms", true);
	if (!OidIsValid(schema))
		return InvalidOid;
	if (is_twin)
		types[n++] = wp_our_type("principal");
	for (const char *letter = declared[i].takes; *letter != '\0'; letter++)
		if (!(is_twin && *letter == 'i'))
			types[n++] = argument_type(*letter);
	oids[function] = GetSysCacheOid3(
		PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum(name),
		PointerGetDatum(buildoidvector(types, n)), ObjectIdGetDatum(schema));
	return oids[function];
}

bool
wp_is_ours(Oid function)
{
	return get_func_namespace(function) ==
		   get_namespace_oid("workflow_perms", true);
}

Expr *
wp_call(WpFunction function, List *given, List *args)
{
	Oid oid =
		wp_function(given != NIL ? WP_FN_OF_PRINCIPAL(function) : function);
	Oid type = get_func_rettype(oid);

	return (Expr *) makeFuncExpr(
		oid, type, list_concat(copyObject(given), args), get_typcollation(type),
		InvalidOid, COERCE_EXPLICIT_CALL);
}

Expr *
wp_call_at_execution(WpFunction function, List *given, List *args)
{
	Const *null = makeNullConst(INTERNALOID, -1, InvalidOid);

	if (given == NIL)
		args = lcons(wp_call(WP_FN_AT_EXECUTION, NIL, list_make1(null)), args);
	return wp_call(function, given, args);
}

bool
wp_is_function(Oid oid, WpFunction function)
{
	return OidIsValid(oid) &&
		   (oid == wp_function(function) ||
			(function < WP_FN_TWINS &&
			 oid == wp_function(WP_FN_OF_PRINCIPAL(function))));
}

bool
wp_is_call(const Node *node, WpFunction function)
{
	return node != NULL && IsA(node, FuncExpr) &&
		   ((const FuncExpr *) node)->funcid == wp_function(function);
}

List *
wp_given(List *args, int n)
{
	return list_truncate(list_copy(args), Max(list_length(args) - n, 0));
}

Oid
wp_may_match_operator(Oid family, Oid left, Oid right)
{
	Oid opno = get_opfamily_member(family, left, right, WP_MAY_MATCH_STRATEGY);

	/* Another operator family may use this number for another operator. */
	return OidIsValid(opno) && wp_is_ours(get_opcode(opno)) ? opno : InvalidOid;
}

bool
wp_id_type_of(const Node *node, WpColumnType *type)
{
	type->base = type->operand = type->value = getBaseType(exprType(node));
	switch (type->base)
	{
		case TEXTOID:
		case VARCHAROID:
			type->operand = type->value = TEXTOID;
			type->place = 0;
			return true;
		case UUIDOID:
			type->place = 1;
			return true;
		case INT8OID:
		case INT4OID:
			type->value = INT8OID;
			type->place = 2;
			return true;
		default:
			return false;
	}
}

bool
wp_visibility_type_of(const Node *node, WpColumnType *type)
{
	type->base = getBaseType(exprType(node));
	type->operand = type->value = type->base == TEXTOID ? TEXTOID : ANYENUMOID;
	return type->base == TEXTOID ||
		   type->base == wp_enum_type(&wp_visibilities);
}

Expr *
wp_main_const(const WpColumnType *type)
{
	Datum value;

	if (type->base == TEXTOID)
		value = CStringGetTextDatum("main");
	else
		value = ObjectIdGetDatum(
			wp_enum_value(&wp_visibilities, WP_VISIBILITY_MAIN));
	return (Expr *) makeConst(type->base, -1, get_typcollation(type->base),
							  get_typlen(type->base), value, false,
							  type->base != TEXTOID);
}

Expr *
wp_as_type(Expr *text, int place)
{
	static const WpFunction as[][2] = {
		{WP_FN_AS_UUID, WP_FN_AS_UUIDS},
		{WP_FN_AS_BIGINT, WP_FN_AS_BIGINTS},
	};
	WpFunction function;

	if (place == 0)
		return text;
	function = as[place - 1][type_is_array(exprType((Node *) text)) ? 1 : 0];
	if (!OidIsValid(wp_function(function)))
		return NULL;
	return wp_call(function, NIL, list_make1(text));
}

bool
wp_is_one_value(Node *value)
{
	return !contain_var_clause(value) && !contain_volatile_functions(value) &&
		   !contain_subplans(value);
}

Oid
wp_equality(Oid left, Oid right)
{
	Oid family = lookup_type_cache(left, TYPECACHE_BTREE_OPFAMILY)->btree_opf;

	return OidIsValid(family)
			   ? get_opfamily_member(family, left, right, BTEqualStrategyNumber)
			   : InvalidOid;
}

Expr *
wp_operand(const Node *node, const WpColumnType *type, Oid collation)
{
	Expr *copy = copyObject((Expr *) node);

	/* Operators are not declared for domains.  An enum's own type is fine. */
	if (exprType((Node *) copy) == type->operand || type->operand == ANYENUMOID)
		return copy;
	return (Expr *) makeRelabelType(copy, type->operand, -1, collation,
									COERCE_IMPLICIT_CAST);
}
