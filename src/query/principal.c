/*
 * principal.c
 *		principal(account, user_id): loading anybody's principal as a value
 *		(spec 3).
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/jsonb.h"

#include "lookup/load.h"
#include "principal/value.h"
#include "query/argument.h"
#include "query/principal.h"

void
wp_require_principal(const WpText *account, const WpText *user, WpPrincipal *principal)
{
	WpLoadResult result;

	if (account->data == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("a principal needs an account"),
				 errhint("Pass the account's id; only the user may be NULL, for an anonymous principal.")));
	result = wp_load_principal(account, user, WP_ALL_FACETS, principal);
	if (result == WP_UNKNOWN_ACCOUNT)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("account \"%.*s\" does not exist", account->len, account->data),
				 errhint("Accounts are made by workflow_perms.create_account().")));
	if (result == WP_UNKNOWN_USER)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("user \"%.*s\" does not exist in account \"%.*s\"",
						user->len, user->data, account->len, account->data),
				 errhint("Users are rows of workflow_perms.users; pass NULL for an anonymous principal.")));
}

/* principal(account, user_id) → principal. */
PG_FUNCTION_INFO_V1(wp_principal);
Datum
wp_principal(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText user = wp_arg_text(fcinfo, 1);
	WpPrincipal principal;

	wp_require_principal(&account, &user, &principal);
	PG_RETURN_JSONB_P(wp_principal_to_jsonb(&principal));
}
