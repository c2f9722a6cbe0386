/*
 * users_matching.c
 *		_matching_hashes(): the conditions that hold for the session's
 *		principal, for maintenance and tests. users_matching(): the connected
 *		users that match a condition (spec 2.4).  It uses an index of
 *		metadata_ops on users if there is one and it pays.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/tuplestore.h"

#include "compat.h"
#include "lookup/matching_conditions.h"
#include "lookup/session_principal.h"
#include "lookup/account_users.h"
#include "principal/principal_json.h"
#include "query/refusal.h"

/*
 * _matching_hashes([principal]) → bigint[], ascending; NULL without a
 * principal.
 */
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
	PG_RETURN_ARRAYTYPE_P(construct_array(hashes, matching->count, INT8OID,
										  sizeof(int64), FLOAT8PASSBYVAL,
										  TYPALIGN_DOUBLE));
}

/* users_matching(condition, most) → setof user_id.  A NULL most is no bound. */
PG_FUNCTION_INFO_V1(wp_users_matching);
Datum
wp_users_matching(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const WpPrincipal *asker = wp_session_principal_with(WP_FACET_CAPABILITIES);
	WpText nothing = {NULL, 0};

	int64 most = PG_ARGISNULL(1) ? PG_INT64_MAX : PG_GETARG_INT32(1);

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	wp_require_capability(asker, "connected_users.view",
						  "list the connected users of", "account",
						  asker ? &asker->account : &nothing);
	if (most < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_ROW_COUNT_IN_LIMIT_CLAUSE),
				 errmsg("argument \"most\" of users_matching() must not be "
						"negative"),
				 errhint("Leave it out for all users.")));
	wp_put_matching_users(&asker->account, PG_GETARG_VARLENA_PP(0), most,
						  result->setResult, result->setDesc);
	return (Datum) 0;
}
