/*
 * columns.h
 *		The columns that a trigger names, and what it is for a column to change.
 */
#ifndef WP_MODEL_COLUMNS_H
#define WP_MODEL_COLUMNS_H

#include "postgres.h"
#include "access/htup.h"
#include "access/tupdesc.h"
#include "catalog/pg_attribute.h"
#include "commands/trigger.h"

/* The number of the column that the trigger's i-th argument names; raises 42703 if there is none. */
extern int wp_argument_column(const TriggerData *data, int i);

/* Whether two values of a column are the same, by bytes; NULL is the same as NULL. */
extern bool wp_same_value(Form_pg_attribute column, const NullableDatum *a, const NullableDatum *b);

/* Whether two rows of the table hold the same in a column, in that sense. */
extern bool wp_same_in_rows(TupleDesc desc, int number, HeapTuple one, HeapTuple other);

#endif
