/*
 * compare.c
 *		Equality and order of conditions, and their functions for btree and hash
 *		indexes.
 *
 * The order is that of the programs' bytes.  It starts with the kind of the
 * outermost clause, then its size.  It has no further meaning.
 */
#include "compat.h"

#include "common/cryptohash.h"
#include "common/hashfn.h"
#include "common/sha2.h"
#include "fmgr.h"
#include "utils/uuid.h"

#include "condition/compare.h"

bool
wp_condition_equal(const struct varlena *a, const struct varlena *b)
{
	size_t size = VARSIZE_ANY_EXHDR(a);

	return size == VARSIZE_ANY_EXHDR(b) &&
		   memcmp(VARDATA_ANY(a), VARDATA_ANY(b), size) == 0;
}

/*
 * A total order without meaning.  The hash is left out, because it follows from
 * the rest.
 */
static int
condition_compare(const struct varlena *a, const struct varlena *b)
{
	return wp_bytes_compare(VARDATA_ANY(a) + WP_CONDITION_HEADER,
							VARSIZE_ANY_EXHDR(a) - WP_CONDITION_HEADER,
							VARDATA_ANY(b) + WP_CONDITION_HEADER,
							VARSIZE_ANY_EXHDR(b) - WP_CONDITION_HEADER);
}

/* Compares the two arguments of a call.  Frees detoasted copies. */
static int
compare_arguments(FunctionCallInfo fcinfo)
{
	struct varlena *a = PG_GETARG_VARLENA_PP(0);
	struct varlena *b = PG_GETARG_VARLENA_PP(1);
	int cmp = condition_compare(a, b);

	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return cmp;
}

static bool
arguments_equal(FunctionCallInfo fcinfo)
{
	struct varlena *a = PG_GETARG_VARLENA_PP(0);
	struct varlena *b = PG_GETARG_VARLENA_PP(1);
	bool equal = wp_condition_equal(a, b);

	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return equal;
}

/* Returns the hash in a stored condition's first bytes. */
static uint64
argument_hash(FunctionCallInfo fcinfo)
{
	struct varlena *slice =
		PG_DETOAST_DATUM_SLICE(PG_GETARG_DATUM(0), 0, WP_CONDITION_HEADER);
	uint64 hash = wp_condition_hash(slice);

	if ((Pointer) slice != DatumGetPointer(PG_GETARG_DATUM(0)))
		pfree(slice);
	return hash;
}

/* An operator, defined by the comparison of its arguments. */
#define OPERATOR(name, expression)                                             \
	PG_FUNCTION_INFO_V1(name);                                                 \
	Datum name(PG_FUNCTION_ARGS)                                               \
	{                                                                          \
		PG_RETURN_BOOL(expression);                                            \
	}

OPERATOR(metadata_condition_eq, arguments_equal(fcinfo))
OPERATOR(metadata_condition_ne, !arguments_equal(fcinfo))
OPERATOR(metadata_condition_lt, compare_arguments(fcinfo) < 0)
OPERATOR(metadata_condition_le, compare_arguments(fcinfo) <= 0)
OPERATOR(metadata_condition_gt, compare_arguments(fcinfo) > 0)
OPERATOR(metadata_condition_ge, compare_arguments(fcinfo) >= 0)

PG_FUNCTION_INFO_V1(metadata_condition_cmp);
PG_FUNCTION_INFO_V1(metadata_condition_hash);
PG_FUNCTION_INFO_V1(metadata_condition_hash_extended);
PG_FUNCTION_INFO_V1(condition_hash);
PG_FUNCTION_INFO_V1(condition_digest);

/* btree support 1 */
Datum
metadata_condition_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(compare_arguments(fcinfo));
}

/* hash support 1 */
Datum
metadata_condition_hash(PG_FUNCTION_ARGS)
{
	PG_RETURN_UINT32((uint32) argument_hash(fcinfo));
}

/* hash support 2: with seed 0, its low half must equal that of support 1. */
Datum
metadata_condition_hash_extended(PG_FUNCTION_ARGS)
{
	uint64 hash = argument_hash(fcinfo);
	uint64 seed = PG_GETARG_INT64(1);

	PG_RETURN_UINT64(seed == 0 ? hash : hash_combine64(hash, seed));
}

Datum
condition_hash(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64((int64) argument_hash(fcinfo));
}

/* condition_digest(condition) → uuid: the first half of its bytes' SHA-256. */
Datum
condition_digest(PG_FUNCTION_ARGS)
{
	struct varlena *condition = PG_GETARG_VARLENA_PP(0);
	pg_uuid_t *digest = palloc(sizeof(pg_uuid_t));
	uint8 whole[PG_SHA256_DIGEST_LENGTH];
	pg_cryptohash_ctx *context = pg_cryptohash_create(PG_SHA256);

	if (pg_cryptohash_init(context) < 0 ||
		pg_cryptohash_update(context, (const uint8 *) VARDATA_ANY(condition),
							 VARSIZE_ANY_EXHDR(condition)) < 0 ||
		pg_cryptohash_final(context, whole, sizeof(whole)) < 0)
		elog(ERROR, "could not compute SHA-256: %s",
			 pg_cryptohash_error(context));
	pg_cryptohash_free(context);
	memcpy(digest->data, whole, UUID_LEN);
	PG_FREE_IF_COPY(condition, 0);
	PG_RETURN_UUID_P(digest);
}
