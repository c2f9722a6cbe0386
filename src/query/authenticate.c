/*
 * authenticate.c
 *		authenticate(token, session): becoming the session's principal by a token.
 */
#include "postgres.h"

#include "fmgr.h"

#include "principal/identity.h"
#include "principal/token.h"
#include "query/argument.h"
#include "query/session.h"

/* Raises invalid_authorization_specification; the reason shows nothing of the token or the keys. */
static void
refuse(const char *reason)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
			 errmsg("the token is refused"),
			 errdetail_internal("%s", reason)));
}

/* Becomes whom the token, the first argument, speaks for; raises where it is not to be believed. */
static void
become_subject(FunctionCallInfo fcinfo)
{
	WpText token;
	WpText account;
	WpText user;
	const char *reason;

	if (PG_ARGISNULL(0))
		refuse("It is null.");
	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("\"session\" must not be null"),
				 errhint("It is true for the session and false for this transaction.")));
	token = wp_arg_text(fcinfo, 0);
	reason = wp_token_subject(&token, &account, &user);
	if (reason != NULL)
		refuse(reason);
	wp_become(&account, &user, PG_GETARG_BOOL(1));
}

/*
 * authenticate(token, session) → void.  Whatever it raises, the session has no
 * principal afterwards, not even the one that it had before.
 */
PG_FUNCTION_INFO_V1(wp_authenticate);
Datum
wp_authenticate(PG_FUNCTION_ARGS)
{
	PG_TRY();
	{
		become_subject(fcinfo);
	}
	PG_CATCH();
	{
		wp_identity_void();
		PG_RE_THROW();
	}
	PG_END_TRY();
	PG_RETURN_VOID();
}
