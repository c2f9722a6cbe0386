/*
 * set_principal.c
 *		SQL entry points for principals: setting the session's, by name or by a
 *		token; its account and user; and any user's principal as a value (spec
 *		3).
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "compat.h"
#include "lookup/load_principal.h"
#include "lookup/model_tables.h"
#include "lookup/session_principal.h"
#include "principal/identity.h"
#include "principal/token.h"
#include "principal/principal_json.h"
#include "query/argument.h"
#include "query/id_text.h"
#include "query/refusal.h"
#include "query/set_principal.h"

/* Returns the words for a user that the account has not. */
static const char *
unknown_user(const WpText *account, const WpText *user)
{
	return psprintf("user \"%.*s\" does not exist in account \"%.*s\"",
					user->len, user->data ? user->data : "", account->len,
					account->data);
}

static const char *
unknown_account(const WpText *account)
{
	return psprintf("account \"%.*s\" does not exist", account->len,
					account->data);
}

#define ACCOUNTS_HINT "Accounts are made by workflow_perms.create_account()."

/* Returns where users are, and not whether there is one that occurs twice. */
static const char *
users_hint(void)
{
	return wp_is_source("users")
			   ? "Users are read from a source.  If it has the user twice, it "
				 "is nobody: permission_drift() reports that."
			   : "Users are rows of workflow_perms.users.";
}

void
wp_raise_no_user(const WpText *account, const WpText *user, const char *hint)
{
	ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
					errmsg_internal("%s", unknown_user(account, user)),
					errhint("%s", hint != NULL ? hint : users_hint())));
}

void
wp_require_principal(const WpText *account, const WpText *user,
					 WpPrincipal *principal)
{
	WpLoadResult result;

	if (account->data == NULL)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("a principal needs an account"),
						errhint("Pass the account's id; only the user may be "
								"NULL, for an anonymous principal.")));
	result = wp_load_principal(account, user, WP_ALL_FACETS, principal);
	if (result == WP_UNKNOWN_ACCOUNT)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg_internal("%s", unknown_account(account)),
						errhint(ACCOUNTS_HINT)));
	if (result == WP_UNKNOWN_USER)
		wp_raise_no_user(account, user, NULL);
}

/*
 * Raises that the session gets no principal.  The code makes a server answer
 * that the user, who may be deleted, has to sign in.
 */
wp_noreturn static void
raise_no_principal(int sqlstate, const char *table, const char *words,
				   const char *hint)
{
	wp_raise_violation(sqlstate, "no_principal", table, NULL, words, hint);
}

/*
 * Makes this user of this account (data NULL: anonymous) the session's
 * principal, for the transaction or for the session.  Raises undefined_object
 * if it does not exist, and the errors of wp_identity_set.
 */
static void
become(const WpText *account, const WpText *user, bool session)
{
	wp_identity_set(account, user, session);

	/*
	 * A user that does not exist is an error here rather than a puzzling "no"
	 * later.  The first decision needs to load the principal anyway.
	 */
	if (wp_session_principal_who() == NULL)
	{
		WpPrincipal principal;
		TimestampTz ignored;
		WpLoadResult result = wp_load_who(account, user, CurrentMemoryContext,
										  &principal, &ignored);

		if (result == WP_UNKNOWN_ACCOUNT)
			raise_no_principal(ERRCODE_UNDEFINED_OBJECT, "accounts",
							   unknown_account(account), ACCOUNTS_HINT);
		if (result == WP_UNKNOWN_USER)
			raise_no_principal(ERRCODE_UNDEFINED_OBJECT, "users",
							   unknown_user(account, user), users_hint());
	}

	/*
	 * This works for a statement or a procedure that sets the principal and
	 * then uses it.  It surprises a user whose next statement has no principal.
	 * A notice says so, not a warning, because servers log warnings.
	 */
	if (!session && !IsTransactionBlock() && !SPI_inside_nonatomic_context())
		ereport(
			NOTICE,
			(errcode(ERRCODE_NO_ACTIVE_SQL_TRANSACTION),
			 errmsg("the session's principal is set for this statement only"),
			 errhint("Set it inside BEGIN and COMMIT, or for the session with "
					 "session => true.")));
}

/* Returns the argument `session`.  Raises null_value_not_allowed. */
static bool
get_session(FunctionCallInfo fcinfo, int argno)
{
	if (PG_ARGISNULL(argno))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("\"session\" must not be null"),
						errhint("It is true for the session and false for this "
								"transaction.")));
	return PG_GETARG_BOOL(argno);
}

/*
 * Returns the account, the first argument; raises null_value_not_allowed.
 */
static WpText
get_account(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		raise_no_principal(ERRCODE_NULL_VALUE_NOT_ALLOWED, "accounts",
						   "the account must not be null",
						   "To clear the session's principal, end the "
						   "transaction or use RESET ALL.");
	return wp_arg_text(fcinfo, 0);
}

/* set_principal(account, user_id, session) → void. */
PG_FUNCTION_INFO_V1(wp_set_principal);
Datum
wp_set_principal(PG_FUNCTION_ARGS)
{
	WpText account = get_account(fcinfo);
	WpText user = wp_arg_text(fcinfo, 1);

	/* A lost parameter must not become an anonymous visitor. */
	if (user.data == NULL)
		raise_no_principal(
			ERRCODE_NULL_VALUE_NOT_ALLOWED, "users",
			"the user id must not be null",
			"An anonymous principal is set by set_anonymous(account).");
	become(&account, &user, get_session(fcinfo, 2));
	PG_RETURN_VOID();
}

/* set_anonymous(account, session) → void. */
PG_FUNCTION_INFO_V1(wp_set_anonymous);
Datum
wp_set_anonymous(PG_FUNCTION_ARGS)
{
	WpText account = get_account(fcinfo);
	WpText nobody = {NULL, 0};

	become(&account, &nobody, get_session(fcinfo, 1));
	PG_RETURN_VOID();
}

/*
 * Raises invalid_authorization_specification.  The reason reveals nothing of
 * the token or the keys.
 */
static void
refuse(const char *reason)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
			 errmsg("the token is refused"), errdetail_internal("%s", reason)));
}

/*
 * Sets the session's principal to the user that the token in the first
 * argument names.  Raises if the token is not valid.
 */
static void
become_subject(FunctionCallInfo fcinfo)
{
	WpText token;
	WpText account;
	WpText user;
	const char *reason;
	bool session;

	if (PG_ARGISNULL(0))
		refuse("It is null.");
	session = get_session(fcinfo, 1);
	token = wp_arg_text(fcinfo, 0);
	reason = wp_token_subject(&token, &account, &user);
	if (reason != NULL)
		refuse(reason);
	become(&account, &user, session);
}

/*
 * authenticate(token, session) → void.  After any error the session has no
 * principal, not even the one that it had before.
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

/*
 * principal_user() → text: the user id of the session's principal, NULL for an
 * anonymous principal and without one.
 */
PG_FUNCTION_INFO_V1(wp_principal_user);
Datum
wp_principal_user(PG_FUNCTION_ARGS)
{
	WpIdentity identity;

	if (!wp_identity_get(&identity) || identity.user.data == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(
		cstring_to_text_with_len(identity.user.data, identity.user.len));
}

/*
 * Policies compare an account column with the principal's account.  If the
 * column is not text, the account is converted instead of the column, so that
 * an index on the column can be used.  An account that is not exactly the text
 * form of such a value gives NULL, never an error, so a policy answers no.
 */

/* Fills in the session's identity.  Returns false if there is none. */
static bool
get_identity(WpIdentity *identity)
{
	if (wp_identity_get(identity))
		return true;
	wp_identity_is_none();
	return false;
}

/*
 * principal_account() → text: the account of the session's principal, or NULL.
 */
PG_FUNCTION_INFO_V1(wp_principal_account);
Datum
wp_principal_account(PG_FUNCTION_ARGS)
{
	text *last = fcinfo->flinfo->fn_extra;
	WpIdentity identity;
	MemoryContext old;

	if (!get_identity(&identity))
		PG_RETURN_NULL();
	/*
	 * Policies compare every row with it, so the text is made only once per
	 * account.
	 */
	if (last == NULL || VARSIZE_ANY_EXHDR(last) != identity.account.len ||
		memcmp(VARDATA_ANY(last), identity.account.data,
			   identity.account.len) != 0)
	{
		/*
		 * A scan that began with the previous text may still read it, so that
		 * is not freed.
		 */
		old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
		last = cstring_to_text_with_len(identity.account.data,
										identity.account.len);
		MemoryContextSwitchTo(old);
		fcinfo->flinfo->fn_extra = last;
	}
	PG_RETURN_TEXT_P(last);
}

/* Returns the id as uuid; NULL if it is none. */
static Datum
return_uuid(FunctionCallInfo fcinfo, const WpText *id)
{
	pg_uuid_t *uuid = palloc(sizeof(pg_uuid_t));

	if (id->data == NULL || !wp_id_uuid(id, uuid))
		PG_RETURN_NULL();
	PG_RETURN_UUID_P(uuid);
}

/* Returns the id as bigint; NULL if it is none. */
static Datum
return_bigint(FunctionCallInfo fcinfo, const WpText *id)
{
	int64 number;

	if (id->data == NULL || !wp_id_bigint(id, &number))
		PG_RETURN_NULL();
	PG_RETURN_INT64(number);
}

/*
 * principal_account_uuid() → uuid and so on: the account, or the user, of the
 * session's principal; NULL if there is none or its id is not of that type.
 */
#define IDENTITY(symbol, field, as_type)                                       \
	PG_FUNCTION_INFO_V1(symbol);                                               \
	Datum symbol(PG_FUNCTION_ARGS)                                             \
	{                                                                          \
		WpIdentity identity;                                                   \
                                                                               \
		if (!get_identity(&identity))                                          \
			PG_RETURN_NULL();                                                  \
		return as_type(fcinfo, &identity.field);                               \
	}

IDENTITY(wp_principal_account_uuid, account, return_uuid)
IDENTITY(wp_principal_account_bigint, account, return_bigint)
IDENTITY(wp_principal_user_uuid, user, return_uuid)
IDENTITY(wp_principal_user_bigint, user, return_bigint)
