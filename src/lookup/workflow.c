/*
 * workflow.c
 *		Reading workflow_perms.workflows: one row, or all of an account's.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "lookup/enums.h"
#include "lookup/probe.h"
#include "lookup/workflow.h"

/* Rows that are read at a time where all are. */
#define BATCH 1000

/* One, and all: fill_workflow reads the columns in this order. */
static WpProbe workflow_probe = {
	"workflows", {"account_id", "workflow_id"}, NULL,
	{"workflow_id", "workspace_id", "visibility", "status", "condition", "hidden"}};

/* Where all are read, the planner chooses how: the account may be the whole table. */
static WpQuery workflows_query = {
	"SELECT w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden"
	" FROM workflow_perms.workflows w WHERE w.account_id OPERATOR(pg_catalog.=) $1",
	1,
	{TEXTOID}};

static WpProbe live_version_probe = {"workflows", {"account_id", "workflow_id"}, NULL, {"live_version"}};
static WpProbe members_probe = {"workflow_members", {"account_id", "workflow_id"}, NULL, {"is_owner"}};

/*
 * Fills *workflow from the row, everything palloc'd in the context, save the
 * account, which stays the caller's.
 */
static void
fill_workflow(WpRows *row, const WpText *account, MemoryContext context, WpWorkflow *workflow)
{
	bool isnull;
	Datum condition;

	memset(workflow, 0, sizeof(*workflow));
	workflow->account = *account;
	workflow->workflow = wp_rows_text(row, 0, context);
	workflow->workspace = wp_rows_text(row, 1, context);
	workflow->visibility = wp_rows_word(row, 2, &wp_visibilities, WP_VISIBILITY_UNKNOWN);
	workflow->status = wp_rows_word(row, 3, &wp_statuses, WP_STATUS_UNKNOWN);
	condition = wp_rows_datum(row, 4, &isnull);
	if (!isnull)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		workflow->condition = PG_DETOAST_DATUM_COPY(condition);
		MemoryContextSwitchTo(old);
	}
	workflow->hidden = wp_rows_bool(row, 5);
}

/*
 * Fills *workflow with the row of that account and id and returns true, or false
 * if there is none.  Everything in it is palloc'd in the current context, save
 * the account, which stays the caller's.
 */
bool
wp_load_workflow(const WpText *account, const WpText *id, WpWorkflow *workflow)
{
	const WpText *keys[] = {account, id};
	WpRows rows;
	bool found;

	wp_rows_open(&rows, &workflow_probe, keys);
	found = wp_rows_next(&rows);
	if (found)
		fill_workflow(&rows, account, CurrentMemoryContext, workflow);
	wp_rows_close(&rows);
	return found;
}

/*
 * Calls `each` for every workflow of the account; see workflow.h.
 */
void
wp_each_workflow(const WpText *account, WpEachWorkflow each, void *arg)
{
	WpReading reading;
	MemoryContext batch;
	Datum args[1];
	WpRows row = {NULL};
	Portal rows;

	wp_reading_begin(&reading);
	batch = AllocSetContextCreate(CurrentMemoryContext, "workflow_perms workflows", ALLOCSET_DEFAULT_SIZES);
	args[0] = wp_text_datum(account);
	rows = wp_read_rows(&workflows_query, args);
	row.slot = MakeSingleTupleTableSlot(rows->tupDesc, &TTSOpsHeapTuple);
	for (SPI_cursor_fetch(rows, true, BATCH); SPI_processed > 0; SPI_cursor_fetch(rows, true, BATCH))
	{
		uint64 n = SPI_processed;

		for (uint64 i = 0; i < n; i++)
		{
			WpWorkflow workflow;

			CHECK_FOR_INTERRUPTS();
			ExecStoreHeapTuple(SPI_tuptable->vals[i], row.slot, false);
			fill_workflow(&row, account, batch, &workflow);
			each(&workflow, arg);
		}
		ExecClearTuple(row.slot);
		SPI_freetuptable(SPI_tuptable);
		MemoryContextReset(batch);
	}
	ExecDropSingleTupleTableSlot(row.slot);
	SPI_cursor_close(rows);
	wp_reading_end(&reading);
}

/*
 * Returns whether the workflow has any member row, expired ones included.
 */
bool
wp_workflow_has_members(const WpText *account, const WpText *id)
{
	const WpText *keys[] = {account, id};
	WpRows rows;
	bool found;

	wp_rows_open(&rows, &members_probe, keys);
	found = wp_rows_next(&rows);
	wp_rows_close(&rows);
	return found;
}

/*
 * Returns the number of the workflow's live version, 0 where it has none: versions
 * count from 1.
 */
int32
wp_live_version(const WpText *account, const WpText *id)
{
	const WpText *keys[] = {account, id};
	Datum version = (Datum) 0;
	bool isnull = true;
	WpRows rows;

	wp_rows_open(&rows, &live_version_probe, keys);
	if (wp_rows_next(&rows))
		version = wp_rows_datum(&rows, 0, &isnull);
	wp_rows_close(&rows);
	return isnull ? 0 : DatumGetInt32(version);
}
