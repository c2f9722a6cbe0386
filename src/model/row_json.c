/*
 * row_json.c
 *		to_jsonb() of rows, for tables of plain columns.
 *
 * to_jsonb() finds out anew for every row what the columns are called and how
 * their types are written, and sorts the keys.  A hundred thousand rows of one
 * table have that alike: here it is done once, and what a statement writes into
 * all of its rows, such as the time, is put into words once.  Tables with columns
 * that may hold more than one value each (jsonb, conditions, arrays) are left to
 * to_jsonb().
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"

#include "compat.h"
#include "model/row_json.h"

typedef struct Column
{
	AttrNumber number;
	Oid type;
	JsonbValue key;
	FmgrInfo to_jsonb; /* of a type that is neither text nor boolean */
	bool has_last;
	Datum last; /* the last value, and what it is as JSON */
	JsonbValue last_json;
} Column;

struct WpRowJson
{
	MemoryContext context;
	bool plain;
	FmgrInfo to_jsonb; /* of the row, where it is not plain */
	int ncolumns;
	Column *columns; /* in the order of jsonb's keys */
	JsonbPair *pairs;
};

/* Prepares a call of to_jsonb() with an argument of the type. */
static void
prepare(FmgrInfo *function, Oid type)
{
	/* what to_jsonb() learns the type of its argument from */
	Node *argument = (Node *) makeNullConst(type, -1, InvalidOid);

	fmgr_info(F_TO_JSONB, function);
	fmgr_info_set_expr((Node *) makeFuncExpr(F_TO_JSONB, JSONBOID, list_make1(argument), InvalidOid,
											 InvalidOid, COERCE_EXPLICIT_CALL),
					   function);
}

/* qsort comparator of columns: as jsonb orders keys, shorter ones first. */
static int
compare_columns(const void *a, const void *b)
{
	const JsonbValue *x = &((const Column *) a)->key;
	const JsonbValue *y = &((const Column *) b)->key;

	if (x->val.string.len != y->val.string.len)
		return x->val.string.len < y->val.string.len ? -1 : 1;
	return memcmp(x->val.string.val, y->val.string.val, x->val.string.len);
}

/* Whether values of the type are one JSON scalar each, and are passed by value or are text. */
static bool
is_plain(Oid type)
{
	return type == TEXTOID || type == BOOLOID || type == INT4OID ||
		(type == TIMESTAMPTZOID && FLOAT8PASSBYVAL) || type_is_enum(type);
}

/* See row_json.h. */
WpRowJson *
wp_row_json(TupleDesc desc)
{
	WpRowJson *json = palloc0(sizeof(WpRowJson));

	json->context = CurrentMemoryContext;
	json->plain = true;
	json->columns = palloc0(sizeof(Column) * (desc->natts + 1));
	json->pairs = palloc0(sizeof(JsonbPair) * (desc->natts + 1));
	for (int i = 0; i < desc->natts && json->plain; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);
		Column *column = &json->columns[json->ncolumns];

		if (attribute->attisdropped)
			continue;
		json->plain = is_plain(attribute->atttypid);
		column->number = attribute->attnum;
		column->type = attribute->atttypid;
		column->key.type = jbvString;
		column->key.val.string.val = pstrdup(NameStr(attribute->attname));
		column->key.val.string.len = strlen(NameStr(attribute->attname));
		if (column->type != TEXTOID && column->type != BOOLOID)
			prepare(&column->to_jsonb, column->type);
		json->ncolumns++;
	}
	if (json->plain)
		qsort(json->columns, json->ncolumns, sizeof(Column), compare_columns);
	else
		prepare(&json->to_jsonb, desc->tdtypeid);
	return json;
}

/* Sets *value to what to_jsonb() makes of the column's value, made once for equal ones in a row. */
static void
put_other(WpRowJson *json, Column *column, Datum datum, JsonbValue *value)
{
	if (!column->has_last || column->last != datum)
	{
		MemoryContext caller = MemoryContextSwitchTo(json->context);
		Jsonb *scalar = DatumGetJsonbP(FunctionCall1(&column->to_jsonb, datum));

		if (!JsonbExtractScalar(&scalar->root, &column->last_json))
			elog(ERROR, "column %d is no scalar", column->number);
		MemoryContextSwitchTo(caller);
		column->has_last = true;
		column->last = datum;
	}
	*value = column->last_json;
}

/* Sets *value to the column's of the row. */
static void
put_value(WpRowJson *json, Column *column, TupleTableSlot *row, JsonbValue *value)
{
	bool isnull;
	Datum datum = slot_getattr(row, column->number, &isnull);
	struct varlena *text;

	if (isnull)
		value->type = jbvNull;
	else if (column->type == TEXTOID)
	{
		text = PG_DETOAST_DATUM_PACKED(datum);
		value->type = jbvString;
		value->val.string.val = VARDATA_ANY(text);
		value->val.string.len = VARSIZE_ANY_EXHDR(text);
	}
	else if (column->type == BOOLOID)
	{
		value->type = jbvBool;
		value->val.boolean = DatumGetBool(datum);
	}
	else
		put_other(json, column, datum, value);
}

/* See row_json.h.  Raises what to_jsonb() raises. */
Datum
wp_row_to_jsonb(WpRowJson *json, TupleTableSlot *row)
{
	JsonbValue object;

	if (!json->plain)
		return FunctionCall1(&json->to_jsonb, ExecFetchSlotHeapTupleDatum(row));
	for (int i = 0; i < json->ncolumns; i++)
	{
		json->pairs[i].key = json->columns[i].key;
		put_value(json, &json->columns[i], row, &json->pairs[i].value);
	}
	object.type = jbvObject;
	object.val.object.nPairs = json->ncolumns;
	object.val.object.pairs = json->pairs;
	return JsonbPGetDatum(JsonbValueToJsonb(&object));
}
