/*
 * account_users.c
 *		Reads the users of an account in batches.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/memutils.h"

#include "lookup/account_users.h"
#include "lookup/model_tables.h"
#include "lookup/probe.h"

/* The connected users u of the account $1. */
#define CONNECTED_USERS                                                        \
	" FROM workflow_perms.users u"                                             \
	" WHERE u.account_id OPERATOR(workflow_perms.==) $1"                       \
	" AND u.kind OPERATOR(pg_catalog.=) 'connected'::workflow_perms.user_kind"

/* Has the user u enabled the workflow $2? */
#define HAS_ENABLED                                                            \
	"EXISTS (SELECT FROM workflow_perms.enablements e"                         \
	" WHERE e.account_id OPERATOR(pg_catalog.=) $1 AND e.workflow_id "         \
	"OPERATOR(pg_catalog.=) $2"                                                \
	" AND e.user_id OPERATOR(workflow_perms.==) u.user_id AND e.enabled)"

/* Does the user u match the condition now? */
#define MATCHES_NOW(condition)                                                 \
	"workflow_perms._matches_at(u.metadata, u.user_id, " condition             \
	", pg_catalog.now())"

/* Does the user u match one of two conditions? */
#define MATCHES_SOME "(" MATCHES_NOW("$3") " OR " MATCHES_NOW("$4") ")"

/* A user whose key occurs twice in a source is nobody. */
#define OCCURS_ONCE                                                            \
	" AND (SELECT pg_catalog.count(*) FROM workflow_perms.users c"             \
	" WHERE c.account_id OPERATOR(workflow_perms.==) $1 AND c.user_id"         \
	" OPERATOR(workflow_perms.==) u.user_id) OPERATOR(pg_catalog.=) 1"

/* Each query: from the table, and from a source. */
#define CONNECTED_USERS_QUERY(from)                                            \
	{                                                                          \
		"SELECT u.user_id, u.active, u.metadata, " HAS_ENABLED from            \
		" ORDER BY u.user_id",                                                 \
			2, {TEXTOID, TEXTOID}, .table = "users"                            \
	}
static WpQuery connected_users_queries[] = {
	CONNECTED_USERS_QUERY(CONNECTED_USERS),
	CONNECTED_USERS_QUERY(CONNECTED_USERS OCCURS_ONCE)};

/*
 * Two halves, each with its own index: users that match, and users that do not
 * but have enabled it.
 */
#define CONCERNED_USERS_QUERY(from)                                            \
	{                                                                          \
		"SELECT u.user_id, u.active, u.metadata, " HAS_ENABLED from            \
		" AND " MATCHES_SOME                                                   \
		" UNION ALL SELECT u.user_id, u.active, u.metadata, true" from         \
		" AND " HAS_ENABLED " AND " MATCHES_SOME                               \
		" IS NOT TRUE ORDER BY user_id",                                       \
			4, {TEXTOID, TEXTOID}, .table = "users",                           \
								   .options = CURSOR_OPT_CUSTOM_PLAN           \
	}
static WpQuery concerned_users_queries[] = {
	CONCERNED_USERS_QUERY(CONNECTED_USERS),
	CONCERNED_USERS_QUERY(CONNECTED_USERS OCCURS_ONCE)};

#define MATCHING_USERS_QUERY(from)                                             \
	{                                                                          \
		"SELECT u.user_id" from " AND " MATCHES_NOW("$2") " LIMIT $3", 3,      \
			{TEXTOID, InvalidOid, INT8OID},                                    \
			.options = CURSOR_OPT_CUSTOM_PLAN | CURSOR_OPT_PARALLEL_OK         \
	}
static WpQuery matching_users_queries[] = {
	MATCHING_USERS_QUERY(CONNECTED_USERS),
	MATCHING_USERS_QUERY(CONNECTED_USERS OCCURS_ONCE)};

/* Calls `each` for every row, in a context that is reset after each call. */
static void
each_row(WpQuery *query, Datum *args, WpEachUser each, void *arg)
{
	MemoryContext one = AllocSetContextCreate(
		CurrentMemoryContext, "workflow_perms user", ALLOCSET_DEFAULT_SIZES);
	WpRows rows;

	wp_rows_query(&rows, query, args);
	while (wp_rows_next(&rows))
	{
		MemoryContext caller = MemoryContextSwitchTo(one);
		WpUser user = {.user = wp_rows_peek(&rows, 0),
					   .active = wp_rows_bool(&rows, 1),
					   .metadata = wp_rows_jsonb(&rows, 2, one),
					   .has_enabled = wp_rows_bool(&rows, 3)};

		each(&user, arg);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(one);
	}
	wp_rows_close(&rows);
	MemoryContextDelete(one);
}

void
wp_each_connected_user(const WpText *account, const WpText *workflow,
					   WpEachUser each, void *arg)
{
	Datum args[] = {wp_text_datum(account), wp_text_datum(workflow)};

	each_row(&connected_users_queries[wp_is_source("users")], args, each, arg);
}

void
wp_each_concerned_user(const WpText *account, const WpText *workflow,
					   const struct varlena *before,
					   const struct varlena *after, WpEachUser each, void *arg)
{
	Datum args[] = {wp_text_datum(account), wp_text_datum(workflow),
					PointerGetDatum(before), PointerGetDatum(after)};

	each_row(&concerned_users_queries[wp_is_source("users")], args, each, arg);
}

void
wp_put_matching_users(const WpText *account, const struct varlena *condition,
					  int64 most, Tuplestorestate *store, TupleDesc desc)
{
	Datum args[] = {wp_text_datum(account), PointerGetDatum(condition),
					Int64GetDatum(most)};

	(void) wp_read_into(&matching_users_queries[wp_is_source("users")], args,
						store, desc);
}
