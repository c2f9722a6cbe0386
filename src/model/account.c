/*
 * account.c
 *		create_account(): the first rows of a tenant.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/builtins.h"

#include "lookup/reader.h"
#include "model/owner.h"
#include "principal/value.h"
#include "query/argument.h"

PG_FUNCTION_INFO_V1(wp_create_account);

/* What is inserted, in order; $1 is the account, $2 its first user. */
static const char *const first_rows[] = {
	/* the built-in roles come with it, by trigger */
	"INSERT INTO workflow_perms.accounts (account_id) VALUES ($1) ON CONFLICT DO NOTHING",
	"INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role)"
	" VALUES ($1, $2, 'member', 'admin')",
	"INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ($1, $2, 'Admin')",
};

/*
 * Returns an argument, which is to be an id.  Raises null_value_not_allowed and
 * invalid_parameter_value.
 */
static Datum
id_argument(FunctionCallInfo fcinfo, int argno, const char *name)
{
	static const char hint[] = "Ids are any text of 1 to 255 bytes; what is longer can be hashed.";
	WpText id = wp_arg_text(fcinfo, argno);

	if (id.data == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"%s\" of create_account() must not be null", name),
				 errhint("Give the id of the account and of its first user.")));
	if (id.len < 1 || id.len > WP_ID_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" of create_account() must have 1 to %d bytes", name, WP_ID_MAX),
				 errhint("%s", hint)));
	return PG_GETARG_DATUM(argno);
}

/*
 * SQL: create_account(account, first_user).  Whoever may call it need not be able
 * to write the tables: the rows are inserted as their owner.
 */
Datum
wp_create_account(PG_FUNCTION_ARGS)
{
	Oid types[] = {TEXTOID, TEXTOID};
	Datum values[2] = {id_argument(fcinfo, 0, "account"), id_argument(fcinfo, 1, "first_user")};
	WpText account = wp_arg_text(fcinfo, 0);
	WpOwnerScope scope;

	wp_owner_enter(wp_tables_owner(), &scope);
	SPI_connect();
	for (int i = 0; i < lengthof(first_rows); i++)
	{
		int result = SPI_execute_with_args(first_rows[i], 2, types, values, NULL, false, 0);

		/* The account first; one that another transaction is making is waited for. */
		if (result == SPI_OK_INSERT && SPI_processed == 0)
			ereport(ERROR,
					(errcode(ERRCODE_UNIQUE_VIOLATION),
					 errmsg("account \"%.*s\" exists already", account.len, account.data),
					 errhint("Add users to it with INSERT INTO workflow_perms.users.")));
		if (result != SPI_OK_INSERT)
			elog(ERROR, "SPI_execute_with_args returned %s", SPI_result_code_string(result));
	}
	SPI_finish();
	wp_owner_leave(&scope);
	PG_RETURN_VOID();
}
