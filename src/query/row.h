/*
 * row.h
 *		Reading a workflow from any table's row, by the names of its columns.
 */
#ifndef WP_QUERY_ROW_H
#define WP_QUERY_ROW_H

#include "postgres.h"
#include "access/attnum.h"
#include "access/htup.h"

#include "decide/decide.h"

#define WP_ROW_COLUMNS 7

/* What a call site keeps about the row type it was given last; zeroed at first. */
typedef struct WpRowReader
{
	uint64 type_identifier; /* 0: nothing known yet */
	struct TupleDescData *tupdesc; /* a copy of our own */
	AttrNumber columns[WP_ROW_COLUMNS];
	Oid types[WP_ROW_COLUMNS];
	char ids[3][64]; /* uuids and numbers, printed */
} WpRowReader;

/*
 * Fills *workflow from the row; it points into the row and the reader.  Raises
 * undefined_column and datatype_mismatch for a row type without the columns.
 */
extern void wp_row_workflow(WpRowReader *reader, MemoryContext context, HeapTupleHeader row, WpWorkflow *workflow);

#endif
