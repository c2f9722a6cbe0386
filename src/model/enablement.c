/*
 * enablement.c
 *		The trigger function that writes why an enablement is as it is, and since
 *		when.  In C, because a changed condition writes a hundred thousand.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "model/owner.h"

PG_FUNCTION_INFO_V1(wp_write_enablement);

/* The places of the columns, kept for the statement in fn_extra. */
typedef struct Places
{
	int enabled;
	int reason;
	int changed_at;
} Places;

/* Returns the places, found once. */
static const Places *
get_places(FunctionCallInfo fcinfo, TupleDesc desc)
{
	Places *places = fcinfo->flinfo->fn_extra;

	if (places != NULL)
		return places;
	places = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(Places));
	places->enabled = SPI_fnumber(desc, "enabled");
	places->reason = SPI_fnumber(desc, "reason");
	places->changed_at = SPI_fnumber(desc, "changed_at");
	if (places->enabled <= 0 || places->reason <= 0 || places->changed_at <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("the table has no columns \"enabled\", \"reason\" and \"changed_at\"")));
	fcinfo->flinfo->fn_extra = places;
	return places;
}

/* Whether the rows differ in whether it is enabled. */
static bool
is_switched(TupleDesc desc, int number, HeapTuple was, HeapTuple is)
{
	bool was_null;
	bool is_null;
	Datum a = heap_getattr(was, number, desc, &was_null);
	Datum b = heap_getattr(is, number, desc, &is_null);

	return was_null != is_null || (!was_null && DatumGetBool(a) != DatumGetBool(b));
}

/*
 * SQL trigger, before a row: of a new one the reason is `user` and the time now,
 * unless an effect of the extension has given others; one that is switched gets
 * the same, but an effect's own reason stays.
 */
Datum
wp_write_enablement(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	const Places *places;
	TupleDesc desc;
	HeapTuple row;
	int columns[2];
	Datum values[2];
	bool nulls[2] = {false, false};
	int n = 0;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BEFORE(data->tg_event) || !TRIGGER_FIRED_FOR_ROW(data->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" must be called by a trigger before each row",
						get_func_name(fcinfo->flinfo->fn_oid))));
	desc = RelationGetDescr(data->tg_relation);
	places = get_places(fcinfo, desc);
	if (TRIGGER_FIRED_BY_UPDATE(data->tg_event))
	{
		row = data->tg_newtuple;
		if (!is_switched(desc, places->enabled, data->tg_trigtuple, row))
			return PointerGetDatum(row);
		if (!wp_in_effect())
			columns[n++] = places->reason;
		columns[n++] = places->changed_at;
	}
	else
	{
		row = data->tg_trigtuple;
		if (heap_attisnull(row, places->reason, desc))
			columns[n++] = places->reason;
		if (heap_attisnull(row, places->changed_at, desc))
			columns[n++] = places->changed_at;
	}
	for (int i = 0; i < n; i++)
		values[i] = columns[i] == places->reason ? CStringGetTextDatum("user")
			: TimestampTzGetDatum(GetCurrentTransactionStartTimestamp());
	return PointerGetDatum(n == 0 ? row : heap_modify_tuple_by_cols(row, desc, n, columns, values, nulls));
}
