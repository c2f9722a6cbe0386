/*
 * user.c
 *		Reading the users of an account, some at a time.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "lookup/read.h"
#include "lookup/user.h"

/* Rows that are read at a time. */
#define BATCH 1000

static WpQuery users_query = {
	"SELECT u.user_id, u.active, NULL::pg_catalog.jsonb, false FROM workflow_perms.users u"
	" WHERE u.account_id OPERATOR(pg_catalog.=) $1 ORDER BY u.user_id",
	1,
	{TEXTOID}};

static WpQuery connected_users_query = {
	"SELECT u.user_id, u.active, u.metadata,"
	" EXISTS (SELECT FROM workflow_perms.enablements e"
	" WHERE e.account_id OPERATOR(pg_catalog.=) $1 AND e.workflow_id OPERATOR(pg_catalog.=) $2"
	" AND e.user_id OPERATOR(pg_catalog.=) u.user_id AND e.enabled)"
	" FROM workflow_perms.users u"
	" WHERE u.account_id OPERATOR(pg_catalog.=) $1"
	" AND u.kind OPERATOR(pg_catalog.=) 'connected'::workflow_perms.user_kind ORDER BY u.user_id",
	2,
	{TEXTOID, TEXTOID}};

/*
 * Calls `each` for every row, in a context that is emptied after each call.
 */
static void
each_row(WpQuery *query, const WpText *account, const WpText *workflow, WpEachUser each, void *arg)
{
	WpReading reading;
	MemoryContext context;
	Datum args[2];
	Portal rows;

	wp_reading_begin(&reading);
	context = AllocSetContextCreate(CurrentMemoryContext, "workflow_perms user", ALLOCSET_DEFAULT_SIZES);
	args[0] = wp_text_datum(account);
	args[1] = workflow ? wp_text_datum(workflow) : (Datum) 0;
	rows = wp_read_rows(query, args);
	for (SPI_cursor_fetch(rows, true, BATCH); SPI_processed > 0; SPI_cursor_fetch(rows, true, BATCH))
	{
		/* `each` may read, and what it reads takes the place of these. */
		SPITupleTable *batch = SPI_tuptable;
		uint64 n = SPI_processed;

		for (uint64 i = 0; i < n; i++)
		{
			MemoryContext old = MemoryContextSwitchTo(context);
			WpUser user;
			Datum metadata;
			bool isnull;

			CHECK_FOR_INTERRUPTS();
			SPI_tuptable = batch;
			user.user = wp_read_text(i, 1, context);
			user.active = wp_read_bool(i, 2);
			metadata = wp_read_datum(i, 3, &isnull);
			user.metadata = isnull ? NULL : DatumGetJsonbPCopy(metadata);
			user.has_enabled = wp_read_bool(i, 4);
			each(&user, arg);
			MemoryContextSwitchTo(old);
			MemoryContextReset(context);
		}
		SPI_freetuptable(batch);
	}
	SPI_cursor_close(rows);
	wp_reading_end(&reading);
}

/*
 * Calls `each` for every user of the account; see user.h.
 */
void
wp_each_user(const WpText *account, WpEachUser each, void *arg)
{
	each_row(&users_query, account, NULL, each, arg);
}

/*
 * Calls `each` for every connected user of the account; see user.h.
 */
void
wp_each_connected_user(const WpText *account, const WpText *workflow, WpEachUser each, void *arg)
{
	each_row(&connected_users_query, account, workflow, each, arg);
}
