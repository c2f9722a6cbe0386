/*
 * user.c
 *		Reading the users of an account, some at a time.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "lookup/enums.h"
#include "lookup/read.h"
#include "lookup/user.h"

/* Rows that are read at a time. */
#define BATCH 1000

/* The connected users u of the account $1. */
#define CONNECTED_USERS \
	" FROM workflow_perms.users u WHERE u.account_id OPERATOR(pg_catalog.=) $1" \
	" AND u.kind OPERATOR(pg_catalog.=) 'connected'::workflow_perms.user_kind"

/* Has the user u the workflow $2 enabled? */
#define HAS_ENABLED \
	"EXISTS (SELECT FROM workflow_perms.enablements e" \
	" WHERE e.account_id OPERATOR(pg_catalog.=) $1 AND e.workflow_id OPERATOR(pg_catalog.=) $2" \
	" AND e.user_id OPERATOR(pg_catalog.=) u.user_id AND e.enabled)"

/* Lets one of two conditions the user u match? */
#define MATCHES_SOME \
	"(workflow_perms.matches(u.metadata, u.user_id, $3) OR workflow_perms.matches(u.metadata, u.user_id, $4))"

static WpQuery connected_users_query = {
	"SELECT u.user_id, u.active, u.metadata, " HAS_ENABLED CONNECTED_USERS " ORDER BY u.user_id",
	2,
	{TEXTOID, TEXTOID}};

/* Two halves, each of which an index leads to: who matches, and who has it enabled all the same. */
static WpQuery concerned_users_query = {
	"SELECT u.user_id, u.active, u.metadata, " HAS_ENABLED CONNECTED_USERS " AND " MATCHES_SOME
	" UNION ALL SELECT u.user_id, u.active, u.metadata, true" CONNECTED_USERS " AND " HAS_ENABLED
	" AND " MATCHES_SOME " IS NOT TRUE ORDER BY user_id",
	4,
	{TEXTOID, TEXTOID},
	.options = CURSOR_OPT_CUSTOM_PLAN};

static WpQuery matching_users_query = {
	"SELECT u.user_id" CONNECTED_USERS " AND workflow_perms.matches(u.metadata, u.user_id, $2)",
	2,
	{TEXTOID},
	.options = CURSOR_OPT_CUSTOM_PLAN | CURSOR_OPT_PARALLEL_OK};

/* Calls `each` for every row, in a context that is emptied after each call. */
static void
each_row(WpQuery *query, Datum *args, WpEachUser each, void *arg)
{
	WpReading reading;
	MemoryContext context;
	Portal rows;

	wp_reading_begin(&reading);
	context = AllocSetContextCreate(CurrentMemoryContext, "workflow_perms user", ALLOCSET_DEFAULT_SIZES);
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

			CHECK_FOR_INTERRUPTS();
			SPI_tuptable = batch;
			user.user = wp_read_text(i, 1, context);
			user.active = wp_read_bool(i, 2);
			user.metadata = (Jsonb *) wp_read_varlena(i, 3, context);
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

/* Calls `each` for every connected user of the account; see user.h. */
void
wp_each_connected_user(const WpText *account, const WpText *workflow, WpEachUser each, void *arg)
{
	Datum args[] = {wp_text_datum(account), wp_text_datum(workflow)};

	each_row(&connected_users_query, args, each, arg);
}

/*
 * Calls `each` for every connected user whom a change of condition may concern; see
 * user.h.
 */
void
wp_each_concerned_user(const WpText *account, const WpText *workflow, const struct varlena *before,
					   const struct varlena *after, WpEachUser each, void *arg)
{
	Datum args[] = {wp_text_datum(account), wp_text_datum(workflow), PointerGetDatum(before), PointerGetDatum(after)};

	each_row(&concerned_users_query, args, each, arg);
}

/*
 * Puts the ids of the connected users who match into the store, in no order; see
 * user.h.
 */
void
wp_put_matching_users(const WpText *account, const struct varlena *condition, Tuplestorestate *store, TupleDesc desc)
{
	Datum args[] = {wp_text_datum(account), PointerGetDatum(condition)};
	WpReading reading;

	wp_reading_begin(&reading);
	wp_read_into(&matching_users_query, args, store, desc);
	wp_reading_end(&reading);
}
