/*
 * row_json.h
 *		Rows of a table as jsonb, as to_jsonb() has them.
 */
#ifndef WP_MODEL_ROW_JSON_H
#define WP_MODEL_ROW_JSON_H

#include "postgres.h"

#include "access/tupdesc.h"
#include "executor/tuptable.h"

typedef struct WpRowJson WpRowJson;

/* Prepares to make them, for one statement; palloc'd in the current context. */
extern WpRowJson *wp_row_json(TupleDesc desc);

/* Returns the row as jsonb, palloc'd in the current context; the slot is of that descriptor. */
extern Datum wp_row_to_jsonb(WpRowJson *json, TupleTableSlot *row);

#endif
