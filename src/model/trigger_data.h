/*
 * trigger_data.h
 *		Checks of a call that the trigger functions of this room make before
 *		they trust it.
 *
 * A superuser can create a trigger with any of them, for any event and on any
 * table.
 */
#ifndef WP_MODEL_TRIGGER_DATA_H
#define WP_MODEL_TRIGGER_DATA_H

#include "postgres.h"
#include "commands/trigger.h"
#include "executor/tuptable.h"
#include "fmgr.h"

#include "principal/principal_json.h"

/* When a trigger fires: timings, levels and events, one or more of each. */
#define WP_ON_BEFORE (1 << 0)
#define WP_ON_AFTER (1 << 1)
#define WP_EACH_ROW (1 << 2)
#define WP_EACH_STATEMENT (1 << 3)
#define WP_ON_INSERT (1 << 4)
#define WP_ON_UPDATE (1 << 5)
#define WP_ON_DELETE (1 << 6)
#define WP_ON_TRUNCATE (1 << 7)
#define WP_WITH_TABLES (1 << 8) /* it has all transition tables of its event */

/*
 * Returns the trigger data of the call.  Raises
 * e_r_i_e_trigger_protocol_violated unless it comes from such a trigger.
 */
extern TriggerData *wp_trigger_data(FunctionCallInfo fcinfo, int when);

/* Returns the new row, or for a deletion the old one. */
extern HeapTuple wp_trigger_row(const TriggerData *data);

/*
 * Returns the number of the column with that name and type (InvalidOid: any; a
 * domain counts as its base type).  Raises undefined_column and
 * datatype_mismatch.
 */
extern int wp_column(Relation relation, const char *name, Oid type);

/* The same, with its value in the row. */
extern NullableDatum wp_column_value(Relation relation, HeapTuple row,
									 const char *name, Oid type);

/* Returns a text, detoasted in the current context. */
static inline WpText
wp_text_value(Datum value)
{
	struct varlena *text = PG_DETOAST_DATUM_PACKED(value);

	return (WpText){VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text)};
}

/*
 * Goes to before the first row of a transition table, with a read pointer of
 * our own.
 */
extern void wp_read_rows(Tuplestorestate *rows);

/* Returns the text in the row's column, data NULL for NULL. */
extern WpText wp_row_text(Relation relation, HeapTuple row, const char *column);

/* A new row that a trigger writes, and the columns that it sets. */
#define WP_MOST_SET 8
typedef struct WpNewRow
{
	Relation relation;
	HeapTuple tuple;
	int nset;
	int numbers[WP_MOST_SET];
	Datum values[WP_MOST_SET];
	bool nulls[WP_MOST_SET];
} WpNewRow;

/* Sets a column of the row, as wp_column() finds it; to NULL if isnull. */
extern void wp_set_column(WpNewRow *row, const char *column, Oid type,
						  Datum value, bool isnull);
extern void wp_set_text(WpNewRow *row, const char *column, const WpText *text);

/* Returns the row with the columns that were set. */
extern Datum wp_finish_row(WpNewRow *row);

/*
 * Returns the name that the table has in the model, palloc'd.  A shard of a
 * distributed table has _ and a number appended, which do not survive a
 * rebalancing.
 */
extern char *wp_model_name(Relation relation);

/*
 * Return whether two rows of the table have the same bytes in a column, or both
 * NULL.
 */
extern bool wp_same_in_rows(TupleDesc desc, int number, HeapTuple one,
							HeapTuple other);
extern bool wp_same_in_slots(int number, TupleTableSlot *one,
							 TupleTableSlot *other);

#endif
