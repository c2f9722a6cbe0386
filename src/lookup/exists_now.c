/*
 * exists_now.c
 *		Whether a row exists at this moment.  The statement's snapshot hides a
 *		row that another transaction has committed since the statement began,
 *		and also the row that the statement is about to insert.  This tells the
 *		two apart.  A cursor's older snapshot still shows a row that was deleted
 *		since.
 */
#include "postgres.h"

#include "utils/snapmgr.h"

#include "lookup/enums.h"
#include "lookup/exists_now.h"
#include "lookup/probe.h"

static WpProbe workspace_probe = {
	"workspaces", {"account_id", "workspace_id"}, NULL, {"workspace_id"}};
static WpProbe board_probe = {
	"boards", {"account_id", "board_id"}, NULL, {"board_id"}};
static WpProbe kind_probe = {
	"users", {"account_id", "user_id"}, NULL, {"kind"}};
static WpProbe workflow_probe = {
	"workflows", {"account_id", "workflow_id"}, NULL, {"workflow_id"}};

/* Returns whether the probe finds a row that is committed now. */
static bool
finds_now(WpProbe *probe, const WpText *const *keys)
{
	bool found;

	PushActiveSnapshot(GetLatestSnapshot());
	found = wp_probe_finds(probe, keys);
	PopActiveSnapshot();
	return found;
}

/*
 * Returns whether the probe finds no row: neither under the active snapshot,
 * which may show a row that was deleted since, nor under a new snapshot.
 */
static bool
is_new(WpProbe *probe, const WpText *account, const WpText *id)
{
	const WpText *keys[] = {account, id};

	return !wp_probe_finds(probe, keys) && !finds_now(probe, keys);
}

bool
wp_workspace_is_new(const WpText *account, const WpText *id)
{
	return is_new(&workspace_probe, account, id);
}

bool
wp_board_is_new(const WpText *account, const WpText *id)
{
	return is_new(&board_probe, account, id);
}

bool
wp_exists_now(const char *table, const WpText *account, const WpText *id)
{
	static WpProbe *const probes[] = {&kind_probe, &workspace_probe,
									  &workflow_probe};
	const WpText *keys[] = {account, id};

	for (int i = 0; i < lengthof(probes); i++)
		if (strcmp(probes[i]->table, table) == 0)
			return finds_now(probes[i], keys);
	ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
					errmsg("no row refers to table \"%s\"", table)));
}

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
