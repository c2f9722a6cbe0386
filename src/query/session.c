/*
 * session.c
 *		SQL entry points to the session's principal: setting it, and who it is.
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/builtins.h"

#include "compat.h"
#include "lookup/session.h"
#include "principal/identity.h"
#include "query/argument.h"
#include "query/principal.h"
#include "query/session.h"

void
wp_become(const WpText *account, const WpText *user, bool session)
{
	wp_identity_set(account, user, session);

	/*
	 * Somebody who does not exist is an error here rather than a puzzling "no"
	 * later.  The first decision needs to know who it is anyway.
	 */
	if (wp_session_principal_who() == NULL)
	{
		WpPrincipal principal;

		wp_require_principal(account, user, &principal);
	}

	/*
	 * Right for a statement or a procedure that sets and asks, a puzzle for who
	 * asks in the next statement: so it is said, but not as a warning, which
	 * servers log.
	 */
	if (!session && !IsTransactionBlock() && !SPI_inside_nonatomic_context())
		ereport(NOTICE,
				(errcode(ERRCODE_NO_ACTIVE_SQL_TRANSACTION),
				 errmsg("the session's principal is set for this statement only"),
				 errhint("Set it inside BEGIN and COMMIT, or for the session with session => true.")));
}

/*
 * set_principal(account, user_id, session) → void: makes this user of this
 * account (user_id NULL: nobody in particular, anonymous) the session's
 * principal, for the transaction or for the session.  Raises 22004 for an
 * account or a scope that is NULL, 42704 for one that does not exist, and what
 * wp_identity_set raises.
 */
PG_FUNCTION_INFO_V1(wp_set_principal);
Datum
wp_set_principal(PG_FUNCTION_ARGS)
{
	WpText account;
	WpText user;
	bool session;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the account must not be null"),
				 errhint("To clear the session's principal, end the transaction or use RESET ALL.")));
	if (PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("\"session\" must not be null"),
				 errhint("It is true for the session and false for this transaction.")));
	account = wp_arg_text(fcinfo, 0);
	user = wp_arg_text(fcinfo, 1);
	session = PG_GETARG_BOOL(2);

	wp_become(&account, &user, session);
	PG_RETURN_VOID();
}

/* principal_user() → text: the user id of the session's principal, NULL for none and for an anonymous one. */
PG_FUNCTION_INFO_V1(wp_principal_user);
Datum
wp_principal_user(PG_FUNCTION_ARGS)
{
	WpIdentity identity;

	if (!wp_identity_get(&identity) || identity.user.data == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(identity.user.data, identity.user.len));
}
