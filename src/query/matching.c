/*
 * matching.c
 *		_matching_hashes(): the conditions that hold for the session's principal, for
 *		those who look after the extension and for its tests.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"

#include "compat.h"
#include "lookup/matching.h"

PG_FUNCTION_INFO_V1(wp_matching_hashes);

/* _matching_hashes() → bigint[], ascending; NULL without a principal. */
Datum
wp_matching_hashes(PG_FUNCTION_ARGS)
{
	const WpMatching *matching = wp_session_matching();
	Datum *hashes;

	if (matching == NULL)
		PG_RETURN_NULL();
	hashes = palloc(sizeof(Datum) * (matching->count + 1));
	for (int i = 0; i < matching->count; i++)
		hashes[i] = Int64GetDatum(matching->hashes[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(hashes, matching->count, INT8OID, sizeof(int64),
										  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}
