/*
 * condition_gin.c
 *		The GIN operator class of metadata_condition: which of these conditions
 *		does this metadata satisfy (spec 2.4)?
 *
 * A condition is kept under the fewest and rarest keys of which all metadata that
 * satisfies it has one (condition/formula.h), or under WP_KEY_ALWAYS where there are
 * none: ranges, negations.  Metadata looks under all of its own keys, and rechecks.
 */
#include "compat.h"

#include "access/gin.h"
#include "fmgr.h"
#include "utils/jsonb.h"

#include "condition/formula.h"
#include "planner/gin_keys.h"

/* Metadata with more keys than this reads the whole index: GIN's start is their square. */
#define MAX_SEARCH_KEYS 4096

PG_FUNCTION_INFO_V1(wp_gin_condition_extract_value);
PG_FUNCTION_INFO_V1(wp_gin_condition_extract_query);
PG_FUNCTION_INFO_V1(wp_gin_condition_triconsistent);

Datum *
wp_gin_keys(WpKeys *keys, int32 *count)
{
	Datum *datums = palloc(sizeof(Datum) * (keys->count + 1));

	for (uint32 i = 0; i < keys->count; i++)
		datums[i] = Int64GetDatum(keys->items[i]);
	*count = keys->count;
	if (keys->items != NULL)
		pfree(keys->items);
	*keys = (WpKeys){0};
	return datums;
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
	PG_RETURN_POINTER(wp_gin_keys(&keys, nkeys));
}

/* The keys to look for: metadata → keys. */
Datum
wp_gin_condition_extract_query(PG_FUNCTION_ARGS)
{
	Jsonb *metadata = PG_GETARG_JSONB_P(0);
	int32 *nkeys = (int32 *) PG_GETARG_POINTER(1);
	int32 *mode = (int32 *) PG_GETARG_POINTER(6);
	WpKeys keys = {0};

	wp_keys_add(&keys, WP_KEY_ALWAYS);
	wp_metadata_keys(&metadata->root, &keys);
	if (keys.count > MAX_SEARCH_KEYS)
	{
		*mode = GIN_SEARCH_MODE_ALL;
		keys.count = 0;
	}
	PG_RETURN_POINTER(wp_gin_keys(&keys, nkeys));
}

/* Whether a condition that has these keys, or may have them, is a candidate: one will do. */
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
