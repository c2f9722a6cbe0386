/*
 * account.c
 *		create_account(): the first rows of a tenant.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/builtins.h"

#include "model/owner.h"

PG_FUNCTION_INFO_V1(wp_create_account);

/* What is inserted, in order; $1 is the account, $2 its first user. */
static const char *const first_rows[] = {
	/* the built-in roles come with it, by trigger */
	"INSERT INTO workflow_perms.accounts (account_id) VALUES ($1)",
	"INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role)"
	" VALUES ($1, $2, 'member', 'admin')",
	"INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ($1, $2, 'Admin')",
};

/*
 * SQL: create_account(account, first_user).  Whoever may call it need not be able
 * to write the tables: the rows are inserted as their owner.
 */
Datum
wp_create_account(PG_FUNCTION_ARGS)
{
	Oid types[] = {TEXTOID, TEXTOID};
	Datum values[2];
	WpOwnerScope scope;

	for (int i = 0; i < 2; i++)
	{
		if (PG_ARGISNULL(i))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("argument \"%s\" of create_account() must not be null",
							i == 0 ? "account" : "first_user"),
					 errhint("Give the id of the account and of its first user.")));
		values[i] = PG_GETARG_DATUM(i);
	}

	wp_owner_enter(wp_model_owner(), &scope);
	SPI_connect();
	for (int i = 0; i < lengthof(first_rows); i++)
	{
		int result = SPI_execute_with_args(first_rows[i], 2, types, values, NULL, false, 0);

		if (result != SPI_OK_INSERT)
			elog(ERROR, "SPI_execute_with_args returned %s", SPI_result_code_string(result));
	}
	SPI_finish();
	wp_owner_leave(&scope);
	PG_RETURN_VOID();
}
