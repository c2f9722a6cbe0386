/*
 * trigger_data.c
 *		Checks of a call that the trigger functions of this room make; see
 *		trigger_data.h.
 */
#include "postgres.h"

#include <ctype.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

#include "lookup/owner_query.h"
#include "model/trigger_data.h"

/*
 * SQL's words for the flags, in SQL's order, and the text before the first of
 * each kind.
 */
static const struct
{
	int flag;
	const char *first;
	const char *word;
} words[] = {{WP_ON_BEFORE, "", "BEFORE"},
			 {WP_ON_AFTER, "", "AFTER"},
			 {WP_ON_INSERT, " ", "INSERT"},
			 {WP_ON_UPDATE, " ", "UPDATE"},
			 {WP_ON_DELETE, " ", "DELETE"},
			 {WP_ON_TRUNCATE, " ", "TRUNCATE"},
			 {WP_EACH_ROW, " FOR EACH ", "ROW"},
			 {WP_EACH_STATEMENT, " FOR EACH ", "STATEMENT"},
			 {WP_WITH_TABLES, ", ", "with its transition tables"}};

/* Returns SQL's words for the flags, palloc'd. */
static char *
name_triggers(int when)
{
	StringInfoData text;
	const char *kind = NULL;

	initStringInfo(&text);
	for (int i = 0; i < lengthof(words); i++)
		if (when & words[i].flag)
		{
			bool more = kind != NULL && strcmp(kind, words[i].first) == 0;

			appendStringInfo(&text, "%s%s", more ? " OR " : words[i].first,
							 words[i].word);
			kind = words[i].first;
		}
	return text.data;
}

/*
 * Returns when the trigger has fired, as flags of trigger_data.h.  INSTEAD OF
 * has no timing.
 */
static int
fired_when(const TriggerData *data)
{
	TriggerEvent event = data->tg_event;
	bool was = !TRIGGER_FIRED_BY_INSERT(event); /* there is an old row */
	bool is = !TRIGGER_FIRED_BY_DELETE(event);

	return (TRIGGER_FIRED_BEFORE(event)  ? WP_ON_BEFORE
			: TRIGGER_FIRED_AFTER(event) ? WP_ON_AFTER
										 : 0) |
		   (TRIGGER_FIRED_FOR_ROW(event) ? WP_EACH_ROW : WP_EACH_STATEMENT) |
		   (TRIGGER_FIRED_BY_INSERT(event)   ? WP_ON_INSERT
			: TRIGGER_FIRED_BY_UPDATE(event) ? WP_ON_UPDATE
			: TRIGGER_FIRED_BY_DELETE(event) ? WP_ON_DELETE
											 : WP_ON_TRUNCATE) |
		   ((!was || data->tg_oldtable != NULL) &&
					(!is || data->tg_newtable != NULL)
				? WP_WITH_TABLES
				: 0);
}

TriggerData *
wp_trigger_data(FunctionCallInfo fcinfo, int when)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	int fired = CALLED_AS_TRIGGER(fcinfo) ? fired_when(data) : 0;

	if ((fired & ~(when | WP_WITH_TABLES)) != 0 ||
		(fired & (WP_ON_BEFORE | WP_ON_AFTER)) == 0 ||
		(when & WP_WITH_TABLES & ~fired) != 0)
		ereport(
			ERROR,
			(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
			 errmsg("function \"%s\" must be called by a trigger %s",
					get_func_name(fcinfo->flinfo->fn_oid), name_triggers(when)),
			 errhint(
				 "create_model() makes the triggers that there have to be.")));
	return data;
}

HeapTuple
wp_trigger_row(const TriggerData *data)
{
	return TRIGGER_FIRED_BY_UPDATE(data->tg_event) ? data->tg_newtuple
												   : data->tg_trigtuple;
}

void
wp_set_column(WpNewRow *row, const char *column, Oid type, Datum value,
			  bool isnull)
{
	Assert(row->nset < WP_MOST_SET);
	row->numbers[row->nset] = wp_column(row->relation, column, type);
	row->values[row->nset] = value;
	row->nulls[row->nset++] = isnull;
}

void
wp_set_text(WpNewRow *row, const char *column, const WpText *text)
{
	wp_set_column(row, column, TEXTOID, wp_text_datum(text),
				  text->data == NULL);
}

Datum
wp_finish_row(WpNewRow *row)
{
	if (row->nset == 0)
		return PointerGetDatum(row->tuple);
	return PointerGetDatum(heap_modify_tuple_by_cols(
		row->tuple, RelationGetDescr(row->relation), row->nset, row->numbers,
		row->values, row->nulls));
}

char *
wp_model_name(Relation relation)
{
	const char *name = RelationGetRelationName(relation);
	int len = strlen(name);
	int digits = len;

	while (digits > 0 && isdigit((unsigned char) name[digits - 1]))
		digits--;
	if (digits < len && digits > 1 && name[digits - 1] == '_')
		len = digits - 1;
	return pnstrdup(name, len);
}

int
wp_column(Relation relation, const char *name, Oid type)
{
	TupleDesc desc = RelationGetDescr(relation);
	int number = SPI_fnumber(desc, name);
	Oid has;

	if (number <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column \"%s\" of relation \"%s\" does not exist", name,
						RelationGetRelationName(relation)),
				 errhint("The trigger belongs on a table of the model.")));
	has = TupleDescAttr(desc, number - 1)->atttypid;
	if (OidIsValid(type) && has != type && getBaseType(has) != type)
		ereport(
			ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("column \"%s\" of relation \"%s\" is of type %s, not %s",
					name, RelationGetRelationName(relation),
					format_type_be(has), format_type_be(type)),
			 errhint("The trigger belongs on a table of the model.")));
	return number;
}

NullableDatum
wp_column_value(Relation relation, HeapTuple row, const char *name, Oid type)
{
	NullableDatum value;

	value.value = heap_getattr(row, wp_column(relation, name, type),
							   RelationGetDescr(relation), &value.isnull);
	return value;
}

WpText
wp_row_text(Relation relation, HeapTuple row, const char *column)
{
	NullableDatum value = wp_column_value(relation, row, column, TEXTOID);

	return value.isnull ? (WpText){NULL, 0} : wp_text_value(value.value);
}

void
wp_read_rows(Tuplestorestate *rows)
{
	tuplestore_select_read_pointer(
		rows, tuplestore_alloc_read_pointer(rows, EXEC_FLAG_REWIND));
	tuplestore_rescan(rows);
}
