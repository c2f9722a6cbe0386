/*
 * columns.h
 *		The columns that a trigger names, and what it is for a column to change.
 */
#ifndef WP_MODEL_COLUMNS_H
#define WP_MODEL_COLUMNS_H

#include "postgres.h"
#include "access/htup.h"
#include "access/tupdesc.h"
#include "commands/trigger.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "utils/rel.h"
#include "utils/reltrigger.h"

/* The call's trigger data; raises 39P01 unless it is of a trigger before each row. */
extern TriggerData *wp_before_row_data(FunctionCallInfo fcinfo);

/* The number of the column that the trigger's i-th argument names; raises 42703 if there is none. */
extern int wp_argument_column(Relation relation, const Trigger *trigger, int i);

/* Whether two rows of the table hold the same in a column, by bytes; NULL is the same as NULL. */
extern bool wp_same_in_rows(TupleDesc desc, int number, HeapTuple one, HeapTuple other);
extern bool wp_same_in_slots(int number, TupleTableSlot *one, TupleTableSlot *other);

#endif
