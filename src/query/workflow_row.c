/*
 * workflow_row.c
 *		Reads a workflow from any table's row (spec 6.2).  It finds the seven
 *		columns by name and takes ids as text, uuid or bigint, so that it works
 *		with an application's own table.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/tupdesc.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "compat.h"
#include "lookup/enums.h"
#include "query/id_text.h"
#include "query/workflow_row.h"

static const char *const column_names[WP_ALL_COLUMNS] = {
	"account_id", "workflow_id", "workspace_id", "visibility",
	"status",     "condition",   "hidden",       "owner_id"};

/*
 * Returns the type that a column must have, for a message; NULL if `type` is
 * suitable.
 */
static const char *
type_refused(WpRowColumn column, Oid type)
{
	switch (column)
	{
		case WP_COLUMN_ACCOUNT:
		case WP_COLUMN_WORKFLOW:
		case WP_COLUMN_WORKSPACE:
		case WP_COLUMN_OWNER:
			return wp_id_type(type) ? NULL : "text, uuid, bigint or integer";
		case WP_COLUMN_VISIBILITY:
			if (type == TEXTOID || type == wp_enum_type(&wp_visibilities))
				return NULL;
			return "workflow_perms.workflow_visibility or text";
		case WP_COLUMN_STATUS:
			if (type == TEXTOID || type == wp_enum_type(&wp_statuses))
				return NULL;
			return "workflow_perms.workflow_status or text";
		case WP_COLUMN_CONDITION:
			return type == wp_our_type("metadata_condition")
					   ? NULL
					   : "workflow_perms.metadata_condition";
		case WP_COLUMN_HIDDEN:
			return type == BOOLOID ? NULL : "boolean";
	}
	return "something else";
}

/*
 * Returns the number of the column, and its base type in *type.  Raises
 * undefined_column or datatype_mismatch.
 */
static AttrNumber
find_column(TupleDesc tupdesc, WpRowColumn column, Oid *type)
{
	const char *refused;

	for (int i = 0; i < tupdesc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(tupdesc, i);

		if (attribute->attisdropped ||
			namestrcmp(&attribute->attname, column_names[column]) != 0)
			continue;
		*type = getBaseType(attribute->atttypid);
		refused = type_refused(column, *type);
		if (refused != NULL)
			ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
							errmsg("column \"%s\" of row type %s is of type %s",
								   column_names[column],
								   format_type_be(tupdesc->tdtypeid),
								   format_type_be(attribute->atttypid)),
							errdetail("It must be of type %s.", refused)));
		return i + 1;
	}
	ereport(
		ERROR,
		(errcode(ERRCODE_UNDEFINED_COLUMN),
		 errmsg("row type %s has no column \"%s\"",
				format_type_be(tupdesc->tdtypeid), column_names[column]),
		 errdetail("A workflow's row has the columns account_id, workflow_id, "
				   "workspace_id, visibility, status, condition and hidden."),
		 errhint("Pass the columns themselves, or a row of a view that has "
				 "them under these names.")));
}

/*
 * Adapts the reader to the row's type.  Its memory is in the context.  Raises
 * as find_column does.
 */
static void
fit_reader(WpRowReader *reader, MemoryContext context, Oid type, int32 typmod,
		   uint64 identifier)
{
	TupleDesc tupdesc = lookup_rowtype_tupdesc(type, typmod);
	MemoryContext old = MemoryContextSwitchTo(context);
	TupleDesc copy = CreateTupleDescCopy(tupdesc);

	MemoryContextSwitchTo(old);
	ReleaseTupleDesc(tupdesc);
	if (reader->tupdesc != NULL)
		FreeTupleDesc(reader->tupdesc);
	reader->tupdesc = copy;
	reader->type_identifier = 0;
	for (int i = 0; i < WP_ROW_COLUMNS; i++)
		reader->columns[i] = find_column(copy, i, &reader->types[i]);
	reader->type_identifier = identifier;
}

/* Returns an id column as bytes, printed in the place; data NULL for NULL. */
static WpText
read_id(WpRowReader *reader, const NullableDatum *values, WpRowColumn column,
		int place)
{
	WpText none = {NULL, 0};

	if (values[column].isnull)
		return none;
	return wp_id_text(reader->types[column], values[column].value,
					  reader->ids[place]);
}

/*
 * Returns a column that holds a word, as enum or text; `absent` for NULL and
 * unknown words.
 */
static int
read_word(WpRowReader *reader, const NullableDatum *values, WpRowColumn column,
		  const WpVocabulary *vocabulary, int absent)
{
	int word;

	if (values[column].isnull)
		return absent;
	if (reader->types[column] == TEXTOID)
	{
		struct varlena *value = PG_DETOAST_DATUM_PACKED(values[column].value);

		word =
			wp_word(vocabulary, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	}
	else
		word = wp_enum_word(vocabulary, DatumGetObjectId(values[column].value),
							absent);
	return word < 0 ? absent : word;
}

void
wp_row_values(WpRowReader *reader, const NullableDatum *values,
			  WpWorkflow *workflow)
{
	workflow->account = read_id(reader, values, WP_COLUMN_ACCOUNT, 0);
	workflow->workflow = read_id(reader, values, WP_COLUMN_WORKFLOW, 1);
	workflow->workspace = read_id(reader, values, WP_COLUMN_WORKSPACE, 2);
	workflow->owner = read_id(reader, values, WP_COLUMN_OWNER, 3);
	workflow->visibility = read_word(reader, values, WP_COLUMN_VISIBILITY,
									 &wp_visibilities, WP_VISIBILITY_UNKNOWN);
	workflow->status = read_word(reader, values, WP_COLUMN_STATUS, &wp_statuses,
								 WP_STATUS_UNKNOWN);
	workflow->condition =
		values[WP_COLUMN_CONDITION].isnull
			? NULL
			: PG_DETOAST_DATUM_PACKED(values[WP_COLUMN_CONDITION].value);
	workflow->hidden = values[WP_COLUMN_HIDDEN].isnull ||
					   DatumGetBool(values[WP_COLUMN_HIDDEN].value);
}

bool
wp_row_type(int column, Oid type)
{
	return type_refused(column, type) == NULL;
}

const char *
wp_row_column_name(int column)
{
	return column_names[column];
}

int
wp_row_column(const char *name)
{
	for (int i = 0; i < WP_ROW_COLUMNS; i++)
		if (strcmp(name, column_names[i]) == 0)
			return i;
	return -1;
}

void
wp_row_workflow(WpRowReader *reader, MemoryContext context, HeapTupleHeader row,
				WpWorkflow *workflow)
{
	Oid type = HeapTupleHeaderGetTypeId(row);
	int32 typmod = HeapTupleHeaderGetTypMod(row);
	uint64 identifier = assign_record_type_identifier(type, typmod);
	HeapTupleData tuple;
	NullableDatum values[WP_ALL_COLUMNS];

	if (reader->type_identifier != identifier)
		fit_reader(reader, context, type, typmod, identifier);

	tuple.t_len = HeapTupleHeaderGetDatumLength(row);
	ItemPointerSetInvalid(&tuple.t_self);
	tuple.t_tableOid = InvalidOid;
	tuple.t_data = row;

	for (int i = 0; i < WP_ROW_COLUMNS; i++)
		values[i].value = heap_getattr(&tuple, reader->columns[i],
									   reader->tupdesc, &values[i].isnull);
	values[WP_COLUMN_OWNER].isnull = true;
	wp_row_values(reader, values, workflow);
}
