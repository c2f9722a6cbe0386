/*
 * latest.c
 *		What is there at this moment.  A row that another transaction has committed
 *		since the statement began is hidden from the statement's snapshot, as is the
 *		row that the statement is about to insert; this tells the two apart.  And a
 *		row that was deleted since is what a cursor's older snapshot shows still.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/snapmgr.h"

#include "lookup/enums.h"
#include "lookup/latest.h"
#include "lookup/probe.h"
#include "lookup/read.h"

static WpQuery workspace_query = {
	"SELECT FROM workflow_perms.workspaces w"
	" WHERE w.account_id OPERATOR(pg_catalog.=) $1 AND w.workspace_id OPERATOR(pg_catalog.=) $2",
	2,
	{TEXTOID, TEXTOID}};

static WpQuery board_query = {
	"SELECT FROM workflow_perms.boards b"
	" WHERE b.account_id OPERATOR(pg_catalog.=) $1 AND b.board_id OPERATOR(pg_catalog.=) $2",
	2,
	{TEXTOID, TEXTOID}};

static WpProbe kind_probe = {"users", {"account_id", "user_id"}, NULL, {"kind"}};

/* Returns whether the query finds a row under the active snapshot. */
static bool
exists(WpQuery *query, const WpText *account, const WpText *id)
{
	WpReading reading;
	Datum args[2];
	bool found;

	wp_reading_begin(&reading);
	args[0] = wp_text_datum(account);
	args[1] = wp_text_datum(id);
	found = wp_read(query, args, NULL) > 0;
	wp_reading_end(&reading);
	return found;
}

/*
 * Returns whether the query finds no row, neither under the active snapshot, which
 * may show one that is deleted since, nor under one of this moment.
 */
static bool
is_new(WpQuery *query, const WpText *account, const WpText *id)
{
	bool found = exists(query, account, id);

	if (!found)
	{
		PushActiveSnapshot(GetLatestSnapshot());
		found = exists(query, account, id);
		PopActiveSnapshot();
	}
	return !found;
}

bool
wp_workspace_is_new(const WpText *account, const WpText *id)
{
	return is_new(&workspace_query, account, id);
}

bool
wp_board_is_new(const WpText *account, const WpText *id)
{
	return is_new(&board_query, account, id);
}

/* See latest.h.  Raises undefined_table before create_model(). */
bool
wp_user_kind_now(const WpText *account, const WpText *id, WpUserKind *kind)
{
	const WpText *keys[] = {account, id};
	WpRows rows;
	bool found;

	PushActiveSnapshot(GetLatestSnapshot());
	wp_rows_open(&rows, &kind_probe, keys);
	found = wp_rows_next(&rows);
	if (found)
		*kind = wp_rows_word(&rows, 0, &wp_user_kinds, WP_KIND_CONNECTED);
	wp_rows_close(&rows);
	PopActiveSnapshot();
	return found;
}
