/*
 * workflow.c
 *		Reading workflow_perms.workflows: one row, or all of an account's.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "lookup/enums.h"
#include "lookup/read.h"
#include "lookup/workflow.h"

/* Rows that are read at a time where all are. */
#define BATCH 1000

/* What every query on workflows begins with: fill_workflow reads the columns in this order. */
#define SELECT_WORKFLOW \
	"SELECT w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden" \
	" FROM workflow_perms.workflows w WHERE w.account_id OPERATOR(pg_catalog.=) $1"

static WpQuery workflow_query = {
	SELECT_WORKFLOW " AND w.workflow_id OPERATOR(pg_catalog.=) $2",
	2,
	{TEXTOID, TEXTOID}};

static WpQuery workflows_query = {
	SELECT_WORKFLOW,
	1,
	{TEXTOID}};

static WpQuery has_members_query = {
	"SELECT 1 FROM workflow_perms.workflow_members m"
	" WHERE m.account_id OPERATOR(pg_catalog.=) $1 AND m.workflow_id OPERATOR(pg_catalog.=) $2 LIMIT 1",
	2,
	{TEXTOID, TEXTOID}};

static WpQuery live_version_query = {
	"SELECT w.live_version FROM workflow_perms.workflows w"
	" WHERE w.account_id OPERATOR(pg_catalog.=) $1 AND w.workflow_id OPERATOR(pg_catalog.=) $2",
	2,
	{TEXTOID, TEXTOID}};

/*
 * Fills *workflow from a row that was read, everything palloc'd in the context,
 * save the account, which stays the caller's.
 */
static void
fill_workflow(uint64 row, const WpText *account, MemoryContext context, WpWorkflow *workflow)
{
	bool isnull;
	Datum condition;

	memset(workflow, 0, sizeof(*workflow));
	workflow->account = *account;
	workflow->workflow = wp_read_text(row, 1, context);
	workflow->workspace = wp_read_text(row, 2, context);
	workflow->visibility = wp_read_word(row, 3, &wp_visibilities, WP_VISIBILITY_UNKNOWN);
	workflow->status = wp_read_word(row, 4, &wp_statuses, WP_STATUS_UNKNOWN);
	condition = wp_read_datum(row, 5, &isnull);
	if (!isnull)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		workflow->condition = PG_DETOAST_DATUM_COPY(condition);
		MemoryContextSwitchTo(old);
	}
	workflow->hidden = wp_read_bool(row, 6);
}

/*
 * Fills *workflow with the row of that account and id and returns true, or false
 * if there is none.  Everything in it is palloc'd in the current context, save
 * the account, which stays the caller's.
 */
bool
wp_load_workflow(const WpText *account, const WpText *id, WpWorkflow *workflow)
{
	MemoryContext context = CurrentMemoryContext;
	WpReading reading;
	Datum args[2];
	bool found;

	wp_reading_begin(&reading);
	args[0] = wp_text_datum(account);
	args[1] = wp_text_datum(id);
	found = wp_read(&workflow_query, args, NULL) > 0;
	if (found)
		fill_workflow(0, account, context, workflow);
	wp_reading_end(&reading);
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
	Portal rows;

	wp_reading_begin(&reading);
	batch = AllocSetContextCreate(CurrentMemoryContext, "workflow_perms workflows", ALLOCSET_DEFAULT_SIZES);
	args[0] = wp_text_datum(account);
	rows = wp_read_rows(&workflows_query, args);
	for (SPI_cursor_fetch(rows, true, BATCH); SPI_processed > 0; SPI_cursor_fetch(rows, true, BATCH))
	{
		uint64 n = SPI_processed;

		for (uint64 i = 0; i < n; i++)
		{
			WpWorkflow workflow;

			CHECK_FOR_INTERRUPTS();
			fill_workflow(i, account, batch, &workflow);
			each(&workflow, arg);
		}
		SPI_freetuptable(SPI_tuptable);
		MemoryContextReset(batch);
	}
	SPI_cursor_close(rows);
	wp_reading_end(&reading);
}

/*
 * Returns whether the workflow has any member row, expired ones included.
 */
bool
wp_workflow_has_members(const WpText *account, const WpText *id)
{
	WpReading reading;
	Datum args[2];
	bool found;

	wp_reading_begin(&reading);
	args[0] = wp_text_datum(account);
	args[1] = wp_text_datum(id);
	found = wp_read(&has_members_query, args, NULL) > 0;
	wp_reading_end(&reading);
	return found;
}

/*
 * Returns the number of the workflow's live version, 0 where it has none: versions
 * count from 1.
 */
int32
wp_live_version(const WpText *account, const WpText *id)
{
	WpReading reading;
	Datum args[2];
	Datum version = (Datum) 0;
	bool isnull = true;

	wp_reading_begin(&reading);
	args[0] = wp_text_datum(account);
	args[1] = wp_text_datum(id);
	if (wp_read(&live_version_query, args, NULL) > 0)
		version = wp_read_datum(0, 1, &isnull);
	wp_reading_end(&reading);
	return isnull ? 0 : DatumGetInt32(version);
}
