/*
 * enablement.c
 *		The trigger function that writes why an enablement is as it is, and since
 *		when.  In C, because a changed condition writes a hundred thousand.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "model/columns.h"
#include "model/owner.h"
#include "model/trigger_data.h"

PG_FUNCTION_INFO_V1(wp_write_enablement);

/* The places of the columns, kept for the statement in fn_extra. */
typedef struct Places
{
	int enabled;
	int reason;
	int changed_at;
} Places;

/* Returns the places in the relation, found once. */
static const Places *
get_places(FunctionCallInfo fcinfo, Relation relation)
{
	Places *places = fcinfo->flinfo->fn_extra;

	if (places != NULL)
		return places;
	places = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(Places));
	places->enabled = wp_column(relation, "enabled", BOOLOID);
	places->reason = wp_column(relation, "reason", TEXTOID);
	places->changed_at = wp_column(relation, "changed_at", TIMESTAMPTZOID);
	fcinfo->flinfo->fn_extra = places;
	return places;
}

/*
 * SQL trigger, before a row: of a new one the reason is `user` and the time now,
 * unless an effect of the extension has given others; one that is switched gets
 * the same, but an effect's own reason stays.
 */
Datum
wp_write_enablement(PG_FUNCTION_ARGS)
{
	TriggerData *data = wp_trigger_data(fcinfo, WP_ON_BEFORE | WP_EACH_ROW | WP_ON_INSERT | WP_ON_UPDATE);
	const Places *places;
	TupleDesc desc;
	HeapTuple row;
	int columns[2];
	Datum values[2];
	bool nulls[2] = {false, false};
	int n = 0;

	desc = RelationGetDescr(data->tg_relation);
	places = get_places(fcinfo, data->tg_relation);
	if (TRIGGER_FIRED_BY_UPDATE(data->tg_event))
	{
		row = data->tg_newtuple;
		if (wp_same_in_rows(desc, places->enabled, data->tg_trigtuple, row))
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
