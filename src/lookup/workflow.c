/*
 * workflow.c
 *		Reading workflow_perms.workflows: one row, or all of an account's.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
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
#define SELECT_COLUMNS "SELECT w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden"
#define FROM_ACCOUNT " FROM workflow_perms.workflows w WHERE w.account_id OPERATOR(pg_catalog.=) $1"

/* Where all are read, the planner chooses how: the account may be the whole table. */
static WpQuery workflows_query = {
	SELECT_COLUMNS FROM_ACCOUNT,
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
	memset(workflow, 0, sizeof(*workflow));
	workflow->account = *account;
	workflow->workflow = wp_rows_text(row, 0, context);
	workflow->workspace = wp_rows_text(row, 1, context);
	workflow->visibility = wp_rows_word(row, 2, &wp_visibilities, WP_VISIBILITY_UNKNOWN);
	workflow->status = wp_rows_word(row, 3, &wp_statuses, WP_STATUS_UNKNOWN);
	workflow->condition = wp_rows_copy(row, 4, context);
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

/* What is done with each row that a cursor gives: one of the two. */
typedef struct Reader
{
	const WpText *account;
	WpEachWorkflow each;
	WpEachPlaced each_placed; /* the row has its value in the order behind fill_workflow's */
	void *arg;
} Reader;

/* Hands every row of the cursor to the reader, and closes it. */
static void
read_cursor(Portal rows, const Reader *reader)
{
	MemoryContext batch = AllocSetContextCreate(CurrentMemoryContext, "workflow_perms workflows", ALLOCSET_DEFAULT_SIZES);
	WpRows row;

	wp_rows_use_slot(&row, MakeSingleTupleTableSlot(rows->tupDesc, &TTSOpsHeapTuple), NULL);
	for (SPI_cursor_fetch(rows, true, BATCH); SPI_processed > 0; SPI_cursor_fetch(rows, true, BATCH))
	{
		uint64 n = SPI_processed;

		for (uint64 i = 0; i < n; i++)
		{
			WpWorkflow workflow;
			WpPlace place;

			CHECK_FOR_INTERRUPTS();
			wp_rows_new_row(&row);
			ExecStoreHeapTuple(SPI_tuptable->vals[i], row.slot, false);
			fill_workflow(&row, reader->account, batch, &workflow);
			if (reader->each != NULL)
			{
				reader->each(&workflow, reader->arg);
				continue;
			}
			place.value = wp_rows_datum(&row, 6, &place.is_null);
			place.id = workflow.workflow;
			reader->each_placed(&workflow, &place, reader->arg);
		}
		ExecClearTuple(row.slot);
		SPI_freetuptable(SPI_tuptable);
		MemoryContextReset(batch);
	}
	wp_rows_release(&row);
	ExecDropSingleTupleTableSlot(row.slot);
	SPI_cursor_close(rows);
}

/* Calls `each` for every workflow of the account; see workflow.h. */
void
wp_each_workflow(const WpText *account, WpEachWorkflow each, void *arg)
{
	Reader reader = {account, each, NULL, arg};
	WpReading reading;
	Datum args[1];

	wp_reading_begin(&reading);
	args[0] = wp_text_datum(account);
	read_cursor(wp_read_rows(&workflows_query, args), &reader);
	wp_reading_end(&reading);
}

/*
 * Calls `each` for the account's workflows for which the condition in SQL holds, of
 * $2 and so on.  It is planned for these very arguments, most of them arrays: few
 * rows are had from indexes, many from a scan.
 */
static void
each_placed(const WpText *account, const WpOrder *order, const char *condition, int nargs, Oid *types, Datum *args,
			WpEachPlaced each, void *arg)
{
	Reader reader = {account, NULL, each, arg};
	WpReading reading;
	StringInfoData sql;

	wp_reading_begin(&reading);
	types[0] = TEXTOID;
	args[0] = wp_text_datum(account);
	initStringInfo(&sql);
	appendStringInfo(&sql, SELECT_COLUMNS ", w.%s" FROM_ACCOUNT " AND (%s)", quote_identifier(order->name), condition);
	read_cursor(SPI_cursor_open_with_args(NULL, sql.data, nargs, types, args, NULL, true, 0), &reader);
	wp_reading_end(&reading);
}

void
wp_each_workflow_placed(const WpText *account, const WpOrder *order, Datum workspaces, Datum ids,
						WpEachPlaced each, void *arg)
{
	Oid types[3] = {InvalidOid, TEXTARRAYOID, TEXTARRAYOID};
	Datum args[3] = {(Datum) 0, workspaces, ids};

	each_placed(account, order,
				"w.workspace_id OPERATOR(pg_catalog.=) ANY ($2) OR w.workflow_id OPERATOR(pg_catalog.=) ANY ($3)",
				3, types, args, each, arg);
}

/* See workflow.h.  The hash of no condition is NULL, by which such rows are indexed. */
void
wp_each_workflow_matching(const WpText *account, const WpOrder *order, Datum hashes, WpEachPlaced each, void *arg)
{
	Oid types[2] = {InvalidOid, INT8ARRAYOID};
	Datum args[2] = {(Datum) 0, hashes};

	each_placed(account, order,
				"workflow_perms.condition_hash(w.condition) OPERATOR(pg_catalog.=) ANY ($2)"
				" OR workflow_perms.condition_hash(w.condition) IS NULL",
				2, types, args, each, arg);
}

/* Returns whether the workflow has any member row, expired ones included. */
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
