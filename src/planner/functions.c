/*
 * functions.c
 *		The functions of this room that plans are made of; their oids are kept per
 *		backend and forgotten when any function of the database changes.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "lookup/enums.h"
#include "planner/functions.h"

/* What is taken after the principal, if that is taken. */
typedef enum Takes
{
	NOTHING,
	WORDS,
	ELEMENT,
	WORDS_AND_ELEMENT,
	COLUMNS,
	CONDITION,
	ACCOUNT_AND_CONDITION,
	METADATA_AND_CONDITION,
	METADATA_USER_AND_CONDITION,
	PLANNERS, /* what only the planner can give, see planner.sql */
	PLANNERS_AND_WORDS,
	PLANNERS_AND_HASH,
	FOUR_WORDS
} Takes;

typedef struct Declared
{
	const char *name;
	bool principal;
	Takes takes;
} Declared;

static const Declared declared[WP_FUNCTIONS] = {
	[WP_FN_ALLOWED] = {"_allowed", false, COLUMNS},
	[WP_FN_AMONG] = {"_among", false, WORDS_AND_ELEMENT},
	[WP_FN_IN_ACCOUNT] = {"_in_account", false, ELEMENT},
	[WP_FN_CANDIDATES] = {"_candidates", false, PLANNERS_AND_WORDS},
	[WP_FN_CANDIDATES_UUID] = {"_candidates_uuid", false, PLANNERS_AND_WORDS},
	[WP_FN_CANDIDATES_BIGINT] = {"_candidates_bigint", false, PLANNERS_AND_WORDS},
	[WP_FN_ACCOUNT] = {"principal_account", false, NOTHING},
	[WP_FN_ACCOUNT_UUID] = {"principal_account_uuid", false, NOTHING},
	[WP_FN_ACCOUNT_BIGINT] = {"principal_account_bigint", false, NOTHING},
	[WP_FN_NO_CONDITION] = {"_no_condition", false, WORDS},
	[WP_FN_BOUND_ACCOUNT] = {"_bound_account", false, NOTHING},
	[WP_FN_MAY_HOLD] = {"_may_hold", false, CONDITION},
	[WP_FN_BOUND_METADATA] = {"_bound_metadata", false, PLANNERS},
	[WP_FN_PRINCIPAL_ALLOWED] = {"_allowed", true, COLUMNS},
	[WP_FN_PRINCIPAL_AMONG] = {"_among", true, WORDS_AND_ELEMENT},
	[WP_FN_PRINCIPAL_IN_ACCOUNT] = {"_in_account", true, ELEMENT},
	[WP_FN_PRINCIPAL_CANDIDATES] = {"_candidates", true, WORDS},
	[WP_FN_PRINCIPAL_CANDIDATES_UUID] = {"_candidates_uuid", true, WORDS},
	[WP_FN_PRINCIPAL_CANDIDATES_BIGINT] = {"_candidates_bigint", true, WORDS},
	[WP_FN_PRINCIPAL_ACCOUNT] = {"_account", true, NOTHING},
	[WP_FN_PRINCIPAL_ACCOUNT_UUID] = {"_account_uuid", true, NOTHING},
	[WP_FN_PRINCIPAL_ACCOUNT_BIGINT] = {"_account_bigint", true, NOTHING},
	[WP_FN_PRINCIPAL_NO_CONDITION] = {"_no_condition", true, WORDS},
	[WP_FN_PRINCIPAL_BOUND_ACCOUNT] = {"_bound_account", true, NOTHING},
	[WP_FN_PRINCIPAL_MAY_HOLD] = {"_may_hold", true, CONDITION},
	[WP_FN_PRINCIPAL_BOUND_METADATA] = {"_bound_metadata", true, NOTHING},
	[WP_FN_IS_MAIN] = {"_is_main", false, ELEMENT},
	[WP_FN_USER] = {"principal_user", false, NOTHING},
	[WP_FN_CONDITION_HASH] = {"condition_hash", false, CONDITION},
	[WP_FN_UNCONDITIONAL_ACCOUNT] = {"_unconditional_account", false, ACCOUNT_AND_CONDITION},
	[WP_FN_CONDITION_HOLDS] = {"_condition_holds", false, PLANNERS_AND_HASH},
	[WP_FN_MATCHING] = {"_matching", false, PLANNERS},
	[WP_FN_AT_EXECUTION] = {"_at_execution", false, PLANNERS},
	[WP_FN_CREATED] = {"principal_created", false, FOUR_WORDS},
	[WP_FN_MATCHES] = {"_matches", false, METADATA_USER_AND_CONDITION},
	[WP_FN_NARROWED] = {"_narrowed", false, METADATA_AND_CONDITION},
};

static Oid oids[WP_FUNCTIONS]; /* InvalidOid: not looked up, or not there */

/* Forgets everything.  Raises nothing. */
static void
forget_functions(Datum arg, int cacheid, uint32 hashvalue)
{
	memset(oids, 0, sizeof(oids));
}

/* Called once, when the library is loaded. */
void
wp_functions_init(void)
{
	CacheRegisterSyscacheCallback(PROCOID, forget_functions, (Datum) 0);
}

/* Fills `types` with the function's argument types and returns their number. */
static int
argument_types(const Declared *function, Oid *types)
{
	int n = 0;

	if (function->principal)
		types[n++] = wp_our_type("principal");
	if (function->takes == PLANNERS || function->takes == PLANNERS_AND_WORDS || function->takes == PLANNERS_AND_HASH)
		types[n++] = INTERNALOID;
	if (function->takes == METADATA_AND_CONDITION || function->takes == METADATA_USER_AND_CONDITION)
		types[n++] = JSONBOID;
	if (function->takes == WORDS || function->takes == PLANNERS_AND_WORDS || function->takes == WORDS_AND_ELEMENT || function->takes == COLUMNS ||
		function->takes == ACCOUNT_AND_CONDITION || function->takes == METADATA_USER_AND_CONDITION)
		types[n++] = TEXTOID;
	if (function->takes == ELEMENT || function->takes == WORDS_AND_ELEMENT)
		types[n++] = ANYELEMENTOID;
	if (function->takes == CONDITION || function->takes == ACCOUNT_AND_CONDITION ||
		function->takes == METADATA_AND_CONDITION || function->takes == METADATA_USER_AND_CONDITION)
		types[n++] = wp_our_type("metadata_condition");
	if (function->takes == PLANNERS_AND_HASH)
		types[n++] = INT8OID;
	for (int i = 0; function->takes == COLUMNS && i < 7; i++)
		types[n++] = ANYOID;
	for (int i = 0; function->takes == FOUR_WORDS && i < 4; i++)
		types[n++] = TEXTOID;
	return n;
}

/* Returns the function's oid, InvalidOid if it does not exist (yet). */
Oid
wp_function(WpFunction function)
{
	Oid types[FUNC_MAX_ARGS];
	Oid schema;
	int n;

	if (OidIsValid(oids[function]))
		return oids[function];
	schema = get_namespace_oid("workflow_perms", true);
	if (!OidIsValid(schema))
		return InvalidOid;
	n = argument_types(&declared[function], types);
	oids[function] = GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid,
									 CStringGetDatum(declared[function].name),
									 PointerGetDatum(buildoidvector(types, n)), ObjectIdGetDatum(schema));
	return oids[function];
}

/* Returns a call of the function, palloc'd. */
Expr *
wp_call(WpFunction function, List *args)
{
	Oid oid = wp_function(function);
	Oid type = get_func_rettype(oid);

	return (Expr *) makeFuncExpr(oid, type, args, get_typcollation(type), InvalidOid, COERCE_EXPLICIT_CALL);
}

/*
 * Returns the argument, palloc'd: a call, which estimates compute and plans leave to
 * the execution, so that what is called with it knows which of the two it is for.
 */
Expr *
wp_planners_argument(void)
{
	return wp_call(WP_FN_AT_EXECUTION, list_make1(makeNullConst(INTERNALOID, -1, InvalidOid)));
}

/* Returns whether that is the function, or its twin for a principal that is given. */
bool
wp_is_function(Oid oid, WpFunction function)
{
	return OidIsValid(oid) &&
		(oid == wp_function(function) ||
		 (function < WP_FN_PRINCIPAL_ALLOWED && oid == wp_function(WP_FN_OF_PRINCIPAL(function))));
}

/* Returns whether the expression is a call of the function. */
bool
wp_is_call(const Node *node, WpFunction function)
{
	return node != NULL && IsA(node, FuncExpr) && ((const FuncExpr *) node)->funcid == wp_function(function);
}
