/*
 * row_json.c
 *		to_jsonb() of rows.
 *
 * to_jsonb() finds out anew for every row what its columns are called and how their
 * types are written, and sorts the keys: two thirds of what an entry of the audit log
 * costs about a row of `enablements`.  Here that is done once for a statement, where
 * all columns are text, boolean, enum or timestamptz.  Other rows are left to to_jsonb().
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/fmgroids.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"

#include "compat.h"
#include "model/row_json.h"

typedef struct Column
{
	AttrNumber number;
	Oid type;
	JsonbValue key;
} Column;

struct WpRowJson
{
	bool plain;
	FmgrInfo to_jsonb; /* of a row that is not plain */
	int ncolumns;
	Column *columns; /* in the order of jsonb's keys */
	JsonbPair *pairs;
};

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

/* Prepares a call of to_jsonb() with a row of that descriptor. */
static void
prepare_to_jsonb(FmgrInfo *function, TupleDesc desc)
{
	/* what to_jsonb() learns the type of its argument from */
	Node *argument = (Node *) makeNullConst(desc->tdtypeid, -1, InvalidOid);

	fmgr_info(F_TO_JSONB, function);
	fmgr_info_set_expr((Node *) makeFuncExpr(F_TO_JSONB, JSONBOID, list_make1(argument), InvalidOid,
											 InvalidOid, COERCE_EXPLICIT_CALL),
					   function);
}

/* See row_json.h.  Raises nothing. */
WpRowJson *
wp_row_json(TupleDesc desc)
{
	WpRowJson *json = palloc0(sizeof(WpRowJson));

	json->plain = true;
	json->columns = palloc0(sizeof(Column) * (desc->natts + 1));
	json->pairs = palloc0(sizeof(JsonbPair) * (desc->natts + 1));
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);
		Column *column = &json->columns[json->ncolumns];
		Oid type = attribute->atttypid;

		if (attribute->attisdropped)
			continue;
		if (type != TEXTOID && type != BOOLOID && type != TIMESTAMPTZOID && !type_is_enum(type))
			json->plain = false;
		column->number = attribute->attnum;
		column->type = type;
		column->key.type = jbvString;
		column->key.val.string.val = pstrdup(NameStr(attribute->attname));
		column->key.val.string.len = strlen(NameStr(attribute->attname));
		json->ncolumns++;
	}
	qsort(json->columns, json->ncolumns, sizeof(Column), compare_columns);
	prepare_to_jsonb(&json->to_jsonb, desc);
	return json;
}

/* Makes the value a JSON string of these bytes. */
static void
set_string(JsonbValue *value, char *bytes, int len)
{
	value->type = jbvString;
	value->val.string.val = bytes;
	value->val.string.len = len;
}

/* Sets *value to the column's of the row. */
static void
set_value(JsonbValue *value, const Column *column, TupleTableSlot *row)
{
	bool isnull;
	Datum datum = slot_getattr(row, column->number, &isnull);
	char *words;

	if (isnull)
		value->type = jbvNull;
	else if (column->type == BOOLOID)
	{
		value->type = jbvBool;
		value->val.boolean = DatumGetBool(datum);
	}
	else if (column->type == TEXTOID)
	{
		text *there = DatumGetTextPP(datum);

		set_string(value, VARDATA_ANY(there), VARSIZE_ANY_EXHDR(there));
	}
	else
	{
		words = column->type == TIMESTAMPTZOID ? JsonEncodeDateTime(palloc(MAXDATELEN + 1), datum, TIMESTAMPTZOID, NULL)
			: DatumGetCString(DirectFunctionCall1(enum_out, datum));
		set_string(value, words, strlen(words));
	}
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
		set_value(&json->pairs[i].value, &json->columns[i], row);
	}
	object.type = jbvObject;
	object.val.object.nPairs = json->ncolumns;
	object.val.object.pairs = json->pairs;
	return JsonbPGetDatum(JsonbValueToJsonb(&object));
}
