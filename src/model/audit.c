/*
 * audit.c
 *		The trigger function that writes the audit log: an entry for every row that
 *		a statement changed (log.c).
 *
 * Called by effect() after each statement, with its transition tables, and so as
 * the owner of the tables.  In C, because a plan over transition tables that was
 * made for one row would be kept for a hundred thousand: here the old and the new
 * rows are walked side by side.
 */
#include "postgres.h"

#include "executor/tuptable.h"
#include "fmgr.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

#include "model/log.h"
#include "model/trigger_data.h"

PG_FUNCTION_INFO_V1(wp_audit);

/* Begins to read a transition table from its start; NULL is none. */
static void
rewind_rows(Tuplestorestate *rows)
{
	if (rows == NULL)
		return;
	/* other readers have pointers of their own, and may have left theirs selected */
	tuplestore_select_read_pointer(rows, 0);
	tuplestore_rescan(rows);
}

/* Goes to the next row of a transition table; returns the slot, NULL for no more. */
static TupleTableSlot *
next_row(Tuplestorestate *rows, TupleTableSlot *slot)
{
	return rows != NULL && tuplestore_gettupleslot(rows, true, false, slot) ? slot : NULL;
}

/*
 * SQL trigger, called by effect() with its own name and the columns of the key as
 * arguments: writes an entry for every row that the statement changed.
 */
Datum
wp_audit(PG_FUNCTION_ARGS)
{
	TriggerData *data = wp_trigger_data(fcinfo, WP_ON_AFTER | WP_EACH_STATEMENT | WP_ON_INSERT | WP_ON_UPDATE | WP_ON_DELETE | WP_WITH_TABLES);
	TupleTableSlot *slots[2];
	TupleTableSlot *before;
	TupleTableSlot *after;
	WpLog *log;

	log = wp_log_begin(data->tg_relation, data->tg_trigger,
					   TRIGGER_FIRED_BY_INSERT(data->tg_event) ? "insert" :
					   TRIGGER_FIRED_BY_UPDATE(data->tg_event) ? "update" : "delete");
	for (int i = 0; i < lengthof(slots); i++)
		slots[i] = MakeSingleTupleTableSlot(RelationGetDescr(data->tg_relation), &TTSOpsMinimalTuple);
	rewind_rows(data->tg_oldtable);
	rewind_rows(data->tg_newtable);
	for (;;)
	{
		before = next_row(data->tg_oldtable, slots[0]);
		after = next_row(data->tg_newtable, slots[1]);
		if (before == NULL && after == NULL)
			break;
		wp_log_row(log, before, after);
	}
	for (int i = 0; i < lengthof(slots); i++)
		ExecDropSingleTupleTableSlot(slots[i]);
	wp_log_end(log);
	return PointerGetDatum(NULL);
}
