/*
 * account.c
 *		The account of the session's principal as a value of another type than
 *		text, for policies on tables whose account column is of that type: an
 *		index on the column serves where a cast of the column would not.
 *
 * An account that is not exactly the text form of such a value is no such value:
 * NULL, never an error, so a policy answers no.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/uuid.h"

#include "principal/identity.h"
#include "query/id.h"

PG_FUNCTION_INFO_V1(wp_principal_account_uuid);
PG_FUNCTION_INFO_V1(wp_principal_account_bigint);

/* principal_account_uuid() → uuid: the account of the session's principal; NULL for none and for no uuid. */
Datum
wp_principal_account_uuid(PG_FUNCTION_ARGS)
{
	WpIdentity identity;
	pg_uuid_t *uuid = palloc(sizeof(pg_uuid_t));

	if (!wp_identity_get(&identity) || !wp_id_uuid(&identity.account, uuid))
		PG_RETURN_NULL();
	PG_RETURN_UUID_P(uuid);
}

/* principal_account_bigint() → bigint: the account of the session's principal; NULL for none and for no number. */
Datum
wp_principal_account_bigint(PG_FUNCTION_ARGS)
{
	WpIdentity identity;
	int64 number;

	if (!wp_identity_get(&identity) || !wp_id_bigint(&identity.account, &number))
		PG_RETURN_NULL();
	PG_RETURN_INT64(number);
}
