/*
 * account.c
 *		The account of the session's principal, for policies; also as a value of
 *		another type than text, for tables whose account column is of that type: an
 *		index on the column serves where a cast of the column would not.
 *
 * An account that is not exactly the text form of such a value is no such value:
 * NULL, never an error, so a policy answers no.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/uuid.h"

#include "compat.h"
#include "principal/identity.h"
#include "query/id.h"

/*
 * Fills in who the session's principal is; returns false for none.  Raises what
 * wp_identity_is_none raises.
 */
static bool
get_identity(WpIdentity *identity)
{
	if (wp_identity_get(identity))
		return true;
	wp_identity_is_none();
	return false;
}

/* principal_account() → text: the account of the session's principal, NULL for none. */
PG_FUNCTION_INFO_V1(wp_principal_account);
Datum
wp_principal_account(PG_FUNCTION_ARGS)
{
	text *last = fcinfo->flinfo->fn_extra;
	WpIdentity identity;
	MemoryContext old;

	if (!get_identity(&identity))
		PG_RETURN_NULL();
	/* Policies compare every row with it: the text is made once, and again for another account. */
	if (last == NULL || VARSIZE_ANY_EXHDR(last) != identity.account.len ||
		memcmp(VARDATA_ANY(last), identity.account.data, identity.account.len) != 0)
	{
		/* The one before may still be read by a scan that began with it. */
		old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
		last = cstring_to_text_with_len(identity.account.data, identity.account.len);
		MemoryContextSwitchTo(old);
		fcinfo->flinfo->fn_extra = last;
	}
	PG_RETURN_TEXT_P(last);
}

/* principal_account_uuid() → uuid: the account of the session's principal; NULL for none and for no uuid. */
PG_FUNCTION_INFO_V1(wp_principal_account_uuid);
Datum
wp_principal_account_uuid(PG_FUNCTION_ARGS)
{
	WpIdentity identity;
	pg_uuid_t *uuid = palloc(sizeof(pg_uuid_t));

	if (!get_identity(&identity) || !wp_id_uuid(&identity.account, uuid))
		PG_RETURN_NULL();
	PG_RETURN_UUID_P(uuid);
}

/* principal_account_bigint() → bigint: the account of the session's principal; NULL for none and for no number. */
PG_FUNCTION_INFO_V1(wp_principal_account_bigint);
Datum
wp_principal_account_bigint(PG_FUNCTION_ARGS)
{
	WpIdentity identity;
	int64 number;

	if (!get_identity(&identity) || !wp_id_bigint(&identity.account, &number))
		PG_RETURN_NULL();
	PG_RETURN_INT64(number);
}
