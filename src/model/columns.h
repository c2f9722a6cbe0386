/*
 * columns.h
 *		What it is for a column to change.
 */
#ifndef WP_MODEL_COLUMNS_H
#define WP_MODEL_COLUMNS_H

#include "postgres.h"
#include "access/htup.h"
#include "access/tupdesc.h"
#include "executor/tuptable.h"

/* Whether two rows of the table hold the same in a column, by bytes; NULL is the same as NULL. */
extern bool wp_same_in_rows(TupleDesc desc, int number, HeapTuple one, HeapTuple other);
extern bool wp_same_in_slots(int number, TupleTableSlot *one, TupleTableSlot *other);

#endif
