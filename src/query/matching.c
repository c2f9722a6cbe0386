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
#include "principal/value.h"

/* _matching_hashes([principal]) → bigint[], ascending; NULL without a principal. */
PG_FUNCTION_INFO_V1(wp_matching_hashes);
Datum
wp_matching_hashes(PG_FUNCTION_ARGS)
{
	WpPrincipalCache cache = {0};
	const WpMatching *matching;
	Datum *hashes;

	if (PG_NARGS() == 0)
		matching = wp_session_matching();
	else
		matching = wp_matching_of(wp_principal_getarg(fcinfo, 0, &cache));
	if (matching == NULL)
		PG_RETURN_NULL();
	hashes = palloc(sizeof(Datum) * (matching->count + 1));
	for (int i = 0; i < matching->count; i++)
		hashes[i] = Int64GetDatum(matching->hashes[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(hashes, matching->count, INT8OID, sizeof(int64),
										  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}
