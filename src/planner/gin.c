/*
 * gin.c
 *		The GIN operator classes (spec 2.4).  Their results are always
 *		rechecked.
 *
 * metadata_ops finds the rows whose metadata satisfies a condition.  A row has
 * the keys of its metadata (condition/metadata_key.h).  A condition is turned
 * into a formula of the keys that it requires (condition/required_keys.h).
 * Ranges of numbers use a partial match.  A condition without such a formula,
 * such as one of negations, finds all rows by the one key that all rows have.
 * The planner is told that this reads the whole index.  So if it knows the
 * condition, it scans the table instead.  If it does not (generic plans,
 * joins), the index is not much slower than that scan.
 *
 * 		strategy 1	metadata ~ condition
 * 		strategy 2	metadata @~ condition, which holds if it may for some user
 *
 * metadata_condition_ops finds the conditions that some metadata satisfies.  A
 * condition is stored under the smallest and rarest set of keys of which all
 * metadata that satisfies it has one.  If there is no such set (ranges,
 * negations), it is stored under WP_KEY_ALWAYS. Metadata is looked up under all
 * of its own keys.
 */
#include "compat.h"

#include "access/gin.h"
#include "access/stratnum.h"
#include "fmgr.h"
#include "utils/jsonb.h"

#include "condition/required_keys.h"
#include "condition/match.h"
#include "planner/plan_functions.h"

/*
 * Metadata with more keys than this reads the whole index, because starting a
 * GIN scan takes the square of their number: 1,000 keys took 8 ms, 4,000 126,
 * 8,000 508.  Reading the whole index of 100,000 conditions took 55.
 */
#define MAX_SEARCH_KEYS 4096

PG_FUNCTION_INFO_V1(wp_gin_metadata_extract_value);
PG_FUNCTION_INFO_V1(wp_gin_metadata_extract_query);
PG_FUNCTION_INFO_V1(wp_gin_metadata_compare_partial);
PG_FUNCTION_INFO_V1(wp_gin_metadata_triconsistent);
PG_FUNCTION_INFO_V1(wp_metadata_may_match);
PG_FUNCTION_INFO_V1(wp_condition_may_match);
PG_FUNCTION_INFO_V1(wp_gin_condition_extract_value);
PG_FUNCTION_INFO_V1(wp_gin_condition_extract_query);
PG_FUNCTION_INFO_V1(wp_gin_condition_triconsistent);

/* What a search passes on with each of its keys. */
typedef struct SearchKey
{
	const WpSearch *search;
	int64 high;
} SearchKey;

/*
 * Returns the keys in the form that GIN takes, and their number in *count.
 * Frees the list.
 */
static Datum *
gin_keys(WpKeys *keys, int32 *count)
{
	Datum *datums = palloc(sizeof(Datum) * (keys->count + 1));

	for (uint32 i = 0; i < keys->count; i++)
		datums[i] = Int64GetDatum(keys->items[i]);
	*count = keys->count;
	if (keys->items != NULL)
		pfree(keys->items);
	return datums;
}

/* The keys of a row: metadata → keys. */
Datum
wp_gin_metadata_extract_value(PG_FUNCTION_ARGS)
{
	Jsonb *metadata = PG_GETARG_JSONB_P(0);
	int32 *nkeys = (int32 *) PG_GETARG_POINTER(1);
	WpKeys keys = {0};

	wp_metadata_keys(&metadata->root, &keys);
	PG_FREE_IF_COPY(metadata, 0);
	PG_RETURN_POINTER(gin_keys(&keys, nkeys));
}

/*
 * Does the planner ask, to estimate the cost of a search? It looks up the
 * function and calls it at once.  An index scan looks it up when it begins, and
 * calls it in a memory context of its own.  A wrong guess only costs time: both
 * modes find the same rows.
 */
static bool
is_estimate(FunctionCallInfo fcinfo)
{
	return fcinfo->flinfo->fn_mcxt == CurrentMemoryContext;
}

/* The keys to search for: condition → keys, and which of them are intervals. */
Datum
wp_gin_metadata_extract_query(PG_FUNCTION_ARGS)
{
	struct varlena *condition = PG_GETARG_VARLENA_PP(0);
	int32 *nkeys = (int32 *) PG_GETARG_POINTER(1);
	StrategyNumber strategy = PG_GETARG_UINT16(2);
	bool **partial = (bool **) PG_GETARG_POINTER(3);
	Pointer **extra = (Pointer **) PG_GETARG_POINTER(4);
	int32 *mode = (int32 *) PG_GETARG_POINTER(6);
	WpSearch *search = wp_search(condition, strategy == WP_MAY_MATCH_STRATEGY);
	SearchKey *handed = palloc(sizeof(SearchKey) * (search->nkeys + 1));
	Datum *keys = palloc(sizeof(Datum) * (search->nkeys + 1));

	*nkeys = search->nkeys;
	*partial = palloc(sizeof(bool) * (search->nkeys + 1));
	*extra = palloc(sizeof(Pointer) * (search->nkeys + 1));
	for (int i = 0; i < search->nkeys; i++)
	{
		const WpFormula *key = search->keys[i];

		keys[i] = Int64GetDatum(key->low);
		handed[i] = (SearchKey){search, key->high};
		(*extra)[i] = (Pointer) &handed[i];
		(*partial)[i] = key->low < key->high;
	}
	if (search->everywhere && is_estimate(fcinfo))
		*mode = GIN_SEARCH_MODE_ALL;
	PG_RETURN_POINTER(keys);
}

/*
 * Compares a key with the interval that begins at the search's key: 0 within
 * it, 1 beyond it.
 */
Datum
wp_gin_metadata_compare_partial(PG_FUNCTION_ARGS)
{
	int64 key = PG_GETARG_INT64(1);
	const SearchKey *handed = (const SearchKey *) PG_GETARG_POINTER(3);

	PG_RETURN_INT32(key > handed->high ? 1 : 0);
}

/*
 * Is a row that has these keys, or may have them, a candidate? Never more than
 * maybe.
 */
Datum
wp_gin_metadata_triconsistent(PG_FUNCTION_ARGS)
{
	const char *has = (const char *) PG_GETARG_POINTER(0);
	int32 nkeys = PG_GETARG_INT32(3);
	Pointer *extra = (Pointer *) PG_GETARG_POINTER(4);
	const WpSearch *search;

	if (nkeys == 0)
		PG_RETURN_GIN_TERNARY_VALUE(GIN_MAYBE);
	search = ((const SearchKey *) extra[0])->search;
	PG_RETURN_GIN_TERNARY_VALUE(
		wp_formula_holds(search->formula, has) ? GIN_MAYBE : GIN_FALSE);
}

/*
 * Returns whether the condition may hold for some user with that metadata, at
 * some time; false only if it holds for none.  A condition may depend on the
 * user's id or on the time.  A result that is unknown without them may be true
 * with them.  A false result stays false.
 */
static bool
may_match(Datum metadata, Datum condition)
{
	struct varlena *document = PG_DETOAST_DATUM_PACKED(metadata);
	struct varlena *program = PG_DETOAST_DATUM_PACKED(condition);
	WpSubject subject = {(const JsonbContainer *) VARDATA_ANY(document)};
	uint8 unknown = WP_USES_USER_ID | WP_USES_TIME;
	bool result =
		wp_condition_match(program, &subject) >=
		((wp_condition_flags(program) & unknown) != 0 ? WP_UNKNOWN : WP_TRUE);

	if ((Pointer) document != DatumGetPointer(metadata))
		pfree(document);
	if ((Pointer) program != DatumGetPointer(condition))
		pfree(program);
	return result;
}

/* metadata @~ condition. */
Datum
wp_metadata_may_match(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(may_match(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)));
}

/* condition ~@ metadata. */
Datum
wp_condition_may_match(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(may_match(PG_GETARG_DATUM(1), PG_GETARG_DATUM(0)));
}

/* The keys of a row: condition → keys. */
Datum
wp_gin_condition_extract_value(PG_FUNCTION_ARGS)
{
	struct varlena *condition = PG_GETARG_VARLENA_PP(0);
	int32 *nkeys = (int32 *) PG_GETARG_POINTER(1);
	WpKeys keys = {0};

	wp_condition_keys(condition, &keys);
	PG_FREE_IF_COPY(condition, 0);
	PG_RETURN_POINTER(gin_keys(&keys, nkeys));
}

/* The keys to search for: metadata → keys. */
Datum
wp_gin_condition_extract_query(PG_FUNCTION_ARGS)
{
	Jsonb *metadata = PG_GETARG_JSONB_P(0);
	int32 *nkeys = (int32 *) PG_GETARG_POINTER(1);
	int32 *mode = (int32 *) PG_GETARG_POINTER(6);
	WpKeys keys = {0};

	wp_metadata_keys(&metadata->root, &keys);
	if (keys.count > MAX_SEARCH_KEYS)
	{
		*mode = GIN_SEARCH_MODE_ALL;
		keys.count = 0;
	}
	PG_RETURN_POINTER(gin_keys(&keys, nkeys));
}

/*
 * Is a condition that has these keys, or may have them, a candidate? One key is
 * enough.
 */
Datum
wp_gin_condition_triconsistent(PG_FUNCTION_ARGS)
{
	GinTernaryValue *has = (GinTernaryValue *) PG_GETARG_POINTER(0);
	int32 nkeys = PG_GETARG_INT32(3);

	for (int32 i = 0; i < nkeys; i++)
		if (has[i] != GIN_FALSE)
			PG_RETURN_GIN_TERNARY_VALUE(GIN_MAYBE);
	PG_RETURN_GIN_TERNARY_VALUE(nkeys == 0 ? GIN_MAYBE : GIN_FALSE);
}
