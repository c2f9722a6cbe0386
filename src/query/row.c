/*
 * row.c
 *		Reading a workflow from any table's row (spec 6.2): the seven columns by
 *		name, ids as text, uuid or bigint, so that an application's own table can
 *		be checked.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/tupdesc.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"
#include "utils/uuid.h"

#include "compat.h"
#include "lookup/enums.h"
#include "query/row.h"

typedef enum RowColumn
{
	COLUMN_ACCOUNT,
	COLUMN_WORKFLOW,
	COLUMN_WORKSPACE,
	COLUMN_VISIBILITY,
	COLUMN_STATUS,
	COLUMN_CONDITION,
	COLUMN_HIDDEN
} RowColumn;

static const char *const column_names[WP_ROW_COLUMNS] = {
	"account_id", "workflow_id", "workspace_id", "visibility", "status", "condition", "hidden"};

/*
 * Returns what a column has to be, for people; NULL if `type` is that.
 */
static const char *
type_refused(RowColumn column, Oid type)
{
	Oid schema_type;

	switch (column)
	{
		case COLUMN_ACCOUNT:
		case COLUMN_WORKFLOW:
		case COLUMN_WORKSPACE:
			if (type == TEXTOID || type == VARCHAROID || type == UUIDOID || type == INT8OID || type == INT4OID)
				return NULL;
			return "text, uuid, bigint or integer";
		case COLUMN_VISIBILITY:
			schema_type = wp_enum_type(&wp_visibilities);
			return type == schema_type || type == TEXTOID ? NULL : "workflow_perms.workflow_visibility or text";
		case COLUMN_STATUS:
			schema_type = wp_enum_type(&wp_statuses);
			return type == schema_type || type == TEXTOID ? NULL : "workflow_perms.workflow_status or text";
		case COLUMN_CONDITION:
			return type == wp_our_type("metadata_condition") ? NULL : "workflow_perms.metadata_condition";
		case COLUMN_HIDDEN:
			return type == BOOLOID ? NULL : "boolean";
	}
	return "something else";
}

/*
 * Returns the attribute of that name, with its base type in *type.  Raises
 * undefined_column or datatype_mismatch.
 */
static AttrNumber
find_column(TupleDesc tupdesc, RowColumn column, Oid *type)
{
	const char *refused;

	for (int i = 0; i < tupdesc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(tupdesc, i);

		if (attribute->attisdropped || namestrcmp(&attribute->attname, column_names[column]) != 0)
			continue;
		*type = getBaseType(attribute->atttypid);
		refused = type_refused(column, *type);
		if (refused != NULL)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("column \"%s\" of row type %s is of type %s", column_names[column],
							format_type_be(tupdesc->tdtypeid), format_type_be(attribute->atttypid)),
					 errdetail("It must be of type %s.", refused)));
		return i + 1;
	}
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("row type %s has no column \"%s\"", format_type_be(tupdesc->tdtypeid), column_names[column]),
			 errdetail("A workflow's row has the columns account_id, workflow_id, workspace_id, visibility, status, condition and hidden."),
			 errhint("Pass the columns themselves, or a row of a view that has them under these names.")));
}

/*
 * Makes the reader fit the row's type.  What it keeps lives in the context.
 * Raises as find_column.
 */
static void
fit_reader(WpRowReader *reader, MemoryContext context, Oid type, int32 typmod, uint64 identifier)
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

/*
 * Returns an id column as bytes; data NULL for NULL.
 */
static WpText
read_id(WpRowReader *reader, HeapTuple tuple, RowColumn column)
{
	WpText id = {NULL, 0};
	char *printed = reader->ids[column];
	bool isnull;
	Datum datum = heap_getattr(tuple, reader->columns[column], reader->tupdesc, &isnull);

	if (isnull)
		return id;
	switch (reader->types[column])
	{
		case UUIDOID:
			strlcpy(printed, DatumGetCString(DirectFunctionCall1(uuid_out, datum)), sizeof(reader->ids[column]));
			id.len = strlen(printed);
			id.data = printed;
			break;
		case INT8OID:
			id.len = pg_lltoa(DatumGetInt64(datum), printed);
			id.data = printed;
			break;
		case INT4OID:
			id.len = pg_ltoa(DatumGetInt32(datum), printed);
			id.data = printed;
			break;
		default:
			{
				struct varlena *value = PG_DETOAST_DATUM_PACKED(datum);

				id.data = VARDATA_ANY(value);
				id.len = VARSIZE_ANY_EXHDR(value);
			}
	}
	return id;
}

/*
 * Returns a column that holds a word, as enum or text; `absent` for NULL and for
 * foreign words.
 */
static int
read_word(WpRowReader *reader, HeapTuple tuple, RowColumn column, const WpVocabulary *vocabulary, int absent)
{
	bool isnull;
	Datum datum = heap_getattr(tuple, reader->columns[column], reader->tupdesc, &isnull);
	int word;

	if (isnull)
		return absent;
	if (reader->types[column] == TEXTOID)
	{
		struct varlena *value = PG_DETOAST_DATUM_PACKED(datum);

		word = wp_word(vocabulary, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	}
	else
		word = wp_enum_word(vocabulary, DatumGetObjectId(datum));
	return word < 0 ? absent : word;
}

/*
 * Fills *workflow from the row; see row.h.
 */
void
wp_row_workflow(WpRowReader *reader, MemoryContext context, HeapTupleHeader row, WpWorkflow *workflow)
{
	Oid type = HeapTupleHeaderGetTypeId(row);
	int32 typmod = HeapTupleHeaderGetTypMod(row);
	uint64 identifier = assign_record_type_identifier(type, typmod);
	HeapTupleData tuple;
	bool isnull;
	Datum datum;

	if (reader->type_identifier != identifier)
		fit_reader(reader, context, type, typmod, identifier);

	tuple.t_len = HeapTupleHeaderGetDatumLength(row);
	ItemPointerSetInvalid(&tuple.t_self);
	tuple.t_tableOid = InvalidOid;
	tuple.t_data = row;

	workflow->account = read_id(reader, &tuple, COLUMN_ACCOUNT);
	workflow->workflow = read_id(reader, &tuple, COLUMN_WORKFLOW);
	workflow->workspace = read_id(reader, &tuple, COLUMN_WORKSPACE);
	workflow->visibility = read_word(reader, &tuple, COLUMN_VISIBILITY, &wp_visibilities, WP_VISIBILITY_UNKNOWN);
	workflow->status = read_word(reader, &tuple, COLUMN_STATUS, &wp_statuses, WP_STATUS_UNKNOWN);
	datum = heap_getattr(&tuple, reader->columns[COLUMN_CONDITION], reader->tupdesc, &isnull);
	workflow->condition = isnull ? NULL : PG_DETOAST_DATUM_PACKED(datum);
	datum = heap_getattr(&tuple, reader->columns[COLUMN_HIDDEN], reader->tupdesc, &isnull);
	workflow->hidden = isnull || DatumGetBool(datum);
}
