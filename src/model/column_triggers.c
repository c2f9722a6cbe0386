/*
 * column_triggers.c
 *		Trigger functions for columns: those that never change and those that
 *		only the extension writes, which the trigger's arguments name, what it
 *		writes into some of them, and the size of metadata.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/datum.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "decide/decide.h"
#include "lookup/owner_query.h"
#include "lookup/session_principal.h"
#include "model/row_security.h"
#include "model/trigger_data.h"
#include "principal/identity.h"
#include "principal/metadata_size.h"
#include "query/refusal.h"

PG_FUNCTION_INFO_V1(wp_keep_columns);
PG_FUNCTION_INFO_V1(wp_extension_writes);
PG_FUNCTION_INFO_V1(wp_check_metadata);
PG_FUNCTION_INFO_V1(wp_write_created_by);
PG_FUNCTION_INFO_V1(wp_write_enablement);

/* The reason of what a user has switched on or off. */
static const WpText by_user = {"user", sizeof("user") - 1};

/*
 * Returns whether two values of a column have the same bytes, or are both NULL.
 * So writing `1.0` over `1` is a change.
 */
static bool
same_value(Form_pg_attribute column, const NullableDatum *a,
		   const NullableDatum *b)
{
	if (a->isnull || b->isnull)
		return a->isnull == b->isnull;
	return datum_image_eq(a->value, b->value, column->attbyval, column->attlen);
}

bool
wp_same_in_rows(TupleDesc desc, int number, HeapTuple one, HeapTuple other)
{
	NullableDatum a;
	NullableDatum b;

	a.value = heap_getattr(one, number, desc, &a.isnull);
	b.value = heap_getattr(other, number, desc, &b.isnull);
	return same_value(TupleDescAttr(desc, number - 1), &a, &b);
}

bool
wp_same_in_slots(int number, TupleTableSlot *one, TupleTableSlot *other)
{
	NullableDatum a;
	NullableDatum b;

	a.value = slot_getattr(one, number, &a.isnull);
	b.value = slot_getattr(other, number, &b.isnull);
	return same_value(TupleDescAttr(one->tts_tupleDescriptor, number - 1), &a,
					  &b);
}

/*
 * Returns the numbers of the columns that the trigger names, looked up once per
 * statement and kept in fn_extra.
 */
static const int *
named_columns(FunctionCallInfo fcinfo, const TriggerData *data)
{
	int *numbers = fcinfo->flinfo->fn_extra;

	if (numbers != NULL)
		return numbers;
	numbers = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt,
								 sizeof(int) * (data->tg_trigger->tgnargs + 1));
	for (int i = 0; i < data->tg_trigger->tgnargs; i++)
		numbers[i] = wp_column(data->tg_relation, data->tg_trigger->tgargs[i],
							   InvalidOid);
	fcinfo->flinfo->fn_extra = numbers;
	return numbers;
}

/*
 * Raises check_violation for a named column, given by its position.  The
 * message shows the column and the table.
 */
wp_noreturn static void
refuse(const TriggerData *data, int place, const char *words, const char *code,
	   const char *hint)
{
	const char *column = data->tg_trigger->tgargs[place];
	const char *table = RelationGetRelationName(data->tg_relation);

	wp_raise_violation(ERRCODE_CHECK_VIOLATION, code, table, column,
					   psprintf(words, column, table), hint);
}

/* SQL trigger: refuses an UPDATE that changes one of the named columns. */
Datum
wp_keep_columns(PG_FUNCTION_ARGS)
{
	TriggerData *data =
		wp_trigger_data(fcinfo, WP_ON_BEFORE | WP_EACH_ROW | WP_ON_UPDATE);
	TupleDesc desc = RelationGetDescr(data->tg_relation);
	const int *numbers = named_columns(fcinfo, data);

	for (int i = 0; i < data->tg_trigger->tgnargs; i++)
		if (!wp_same_in_rows(desc, numbers[i], data->tg_trigtuple,
							 data->tg_newtuple))
			refuse(data, i, "column \"%s\" of \"%s\" never changes",
				   "fixed_column", "Delete the row and insert another.");
	return PointerGetDatum(data->tg_newtuple);
}

/*
 * Returns whether the extension itself writes this value into this column of a
 * new row.  INSERT ... ON CONFLICT DO UPDATE has it in the row that was not
 * inserted, and clients set every column to that of EXCLUDED.
 */
static bool
is_written_on_insert(Form_pg_attribute column, Datum value)
{
	WpIdentity identity;
	WpText text;

	if (column->atttypid == TIMESTAMPTZOID)
		return DatumGetTimestampTz(value) ==
			   GetCurrentTransactionStartTimestamp();
	if (column->atttypid != TEXTOID)
		return false;
	text = wp_text_value(value);
	if (strcmp(NameStr(column->attname), "created_by") == 0)
		return wp_identity_get(&identity) && identity.user.data != NULL &&
			   wp_text_equal(&text, &identity.user);
	return strcmp(NameStr(column->attname), "reason") == 0 &&
		   wp_text_equal(&text, &by_user);
}

/*
 * Returns whether an UPDATE only names the column without writing a value of
 * its own: the old value, NULL, or the value written on insert.  A client that
 * stores milliseconds returns the old time without its microseconds.
 */
static bool
only_names(TupleDesc desc, int number, HeapTuple old_row, HeapTuple new_row)
{
	Form_pg_attribute column = TupleDescAttr(desc, number - 1);
	NullableDatum is;
	NullableDatum was;

	is.value = heap_getattr(new_row, number, desc, &is.isnull);
	was.value = heap_getattr(old_row, number, desc, &was.isnull);
	if (is.isnull || same_value(column, &is, &was))
		return true;
	if (!was.isnull && column->atttypid == TIMESTAMPTZOID)
	{
		TimestampTz lost =
			DatumGetTimestampTz(was.value) - DatumGetTimestampTz(is.value);

		if (lost > 0 && lost < 1000)
			return true;
	}
	return is_written_on_insert(column, is.value);
}

/*
 * SQL trigger: refuses a value for one of the named columns, except from the
 * extension's own effects.  A statement that only names the column leaves it
 * unchanged.
 */
Datum
wp_extension_writes(PG_FUNCTION_ARGS)
{
	TriggerData *data = wp_trigger_data(
		fcinfo, WP_ON_BEFORE | WP_EACH_ROW | WP_ON_INSERT | WP_ON_UPDATE);
	TupleDesc desc = RelationGetDescr(data->tg_relation);
	bool update = TRIGGER_FIRED_BY_UPDATE(data->tg_event);
	HeapTuple row = wp_trigger_row(data);
	const int *numbers;

	if (wp_in_effect())
		return PointerGetDatum(row);
	numbers = named_columns(fcinfo, data);
	for (int i = 0; i < data->tg_trigger->tgnargs; i++)
	{
		int number = numbers[i];

		if (update ? !only_names(desc, number, data->tg_trigtuple, row)
				   : !heap_attisnull(row, number, desc))
			refuse(data, i,
				   "column \"%s\" of \"%s\" is written by the extension only",
				   "system", "Leave the column out.");
		if (update && !wp_same_in_rows(desc, number, data->tg_trigtuple, row))
		{
			Datum was;
			bool isnull;

			was = heap_getattr(data->tg_trigtuple, number, desc, &isnull);
			row =
				heap_modify_tuple_by_cols(row, desc, 1, &number, &was, &isnull);
		}
	}
	return PointerGetDatum(row);
}

/*
 * SQL trigger: refuses metadata that is too big.  Metadata that was stored
 * while it was allowed, or by a restore, stays when other columns change.
 */
Datum
wp_check_metadata(PG_FUNCTION_ARGS)
{
	TriggerData *data = wp_trigger_data(
		fcinfo, WP_ON_BEFORE | WP_EACH_ROW | WP_ON_INSERT | WP_ON_UPDATE);
	TupleDesc desc = RelationGetDescr(data->tg_relation);
	HeapTuple row = wp_trigger_row(data);
	int number = wp_column(data->tg_relation, "metadata", JSONBOID);
	bool isnull;
	Datum metadata = heap_getattr(row, number, desc, &isnull);

	if (isnull || wp_metadata_fits(metadata) ||
		(TRIGGER_FIRED_BY_UPDATE(data->tg_event) &&
		 wp_same_in_rows(desc, number, data->tg_trigtuple, row)))
		return PointerGetDatum(row);
	wp_require_metadata_size(metadata, NULL);
	return PointerGetDatum(NULL); /* keep the compiler quiet */
}

/*
 * SQL trigger: the creator of a workflow is the session's principal, if it is
 * an active member or service of the account: at the start of the statement, as
 * for the guard.
 */
Datum
wp_write_created_by(PG_FUNCTION_ARGS)
{
	TriggerData *data =
		wp_trigger_data(fcinfo, WP_ON_BEFORE | WP_EACH_ROW | WP_ON_INSERT);
	WpNewRow row = {data->tg_relation, data->tg_trigtuple};
	WpText account = wp_row_text(row.relation, row.tuple, "account_id");
	const WpPrincipal *principal;

	if (wp_row_text(row.relation, row.tuple, "created_by").data != NULL)
		return wp_finish_row(&row);
	principal = wp_session_principal_who();
	if (wp_is_team(principal) &&
		wp_decide_caller(principal, &account) == WP_ALLOWED)
		wp_set_text(&row, "created_by", &principal->user);
	return wp_finish_row(&row);
}

/*
 * SQL trigger: the reason for an enablement's state, and the time of its last
 * change.  Effects may have set a reason.
 */
Datum
wp_write_enablement(PG_FUNCTION_ARGS)
{
	TriggerData *data = wp_trigger_data(
		fcinfo, WP_ON_BEFORE | WP_EACH_ROW | WP_ON_INSERT | WP_ON_UPDATE);
	WpNewRow row = {data->tg_relation, wp_trigger_row(data)};

	wp_set_column(&row, "changed_at", TIMESTAMPTZOID,
				  TimestampTzGetDatum(GetCurrentTransactionStartTimestamp()),
				  false);
	if (!wp_in_effect() ||
		wp_row_text(row.relation, row.tuple, "reason").data == NULL)
		wp_set_text(&row, "reason", &by_user);
	return wp_finish_row(&row);
}
