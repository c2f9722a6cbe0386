/*
 * workflow_row.h
 *		Reads a workflow from any table's row, by the names of its columns.
 */
#ifndef WP_QUERY_WORKFLOW_ROW_H
#define WP_QUERY_WORKFLOW_ROW_H

#include "postgres.h"
#include "access/attnum.h"
#include "access/htup.h"

#include "decide/decide.h"
#include "query/id_text.h"

/* The columns of a workflow, with these names (spec 6.2). */
typedef enum WpRowColumn
{
	WP_COLUMN_ACCOUNT,
	WP_COLUMN_WORKFLOW,
	WP_COLUMN_WORKSPACE,
	WP_COLUMN_VISIBILITY,
	WP_COLUMN_STATUS,
	WP_COLUMN_CONDITION,
	WP_COLUMN_HIDDEN,
	WP_COLUMN_OWNER
} WpRowColumn;

/* A row has these; its owner is never read by a name. */
#define WP_ROW_COLUMNS 7

/* The column form has the owner too. */
#define WP_ALL_COLUMNS 8

/* What a call remembers of the last row type; zeroed at the start. */
typedef struct WpRowReader
{
	uint64 type_identifier;        /* 0: nothing known yet */
	struct TupleDescData *tupdesc; /* a copy owned by the reader */
	AttrNumber columns[WP_ROW_COLUMNS];
	Oid types[WP_ALL_COLUMNS];
	char ids[4][WP_ID_PRINTED]; /* printed uuids and numbers */
} WpRowReader;

/*
 * Fills *workflow from the row.  It points into the row and the reader.  Raises
 * undefined_column and datatype_mismatch if the row type lacks the columns.
 */
extern void wp_row_workflow(WpRowReader *reader, MemoryContext context,
							HeapTupleHeader row, WpWorkflow *workflow);

/*
 * Fills *workflow from the values of all columns. reader->types has their base
 * types, InvalidOid for an enum.
 */
extern void wp_row_values(WpRowReader *reader, const NullableDatum *values,
						  WpWorkflow *workflow);

/* May this column be of this base type? */
extern bool wp_row_type(int column, Oid type);

/* The name of a column, and the column with a name, or -1. */
extern const char *wp_row_column_name(int column);
extern int wp_row_column(const char *name);

#endif
