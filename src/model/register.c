/*
 * register.c
 *		The trigger functions that fill the registry of conditions; registry.sql
 *		says why it is complete.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/rel.h"
#include "utils/xid8.h"

#include "condition/order.h"
#include "lookup/enums.h"
#include "lookup/registry.h"
#include "model/owner.h"
#include "model/plan.h"

PG_FUNCTION_INFO_V1(wp_register_condition);
PG_FUNCTION_INFO_V1(wp_stamp_condition);

static SPIPlanPtr register_plan = NULL;

/* What both triggers look at. */
typedef struct Row
{
	Datum account;
	struct varlena *condition; /* NULL: none */
} Row;

/* Fills row with what the new row of the trigger has in these columns; detoasted. */
static void
read_row(TriggerData *data, HeapTuple tuple, Row *row)
{
	TupleDesc desc = RelationGetDescr(data->tg_relation);
	bool isnull;
	Datum condition;

	row->account = SPI_getbinval(tuple, desc, SPI_fnumber(desc, "account_id"), &isnull);
	condition = SPI_getbinval(tuple, desc, SPI_fnumber(desc, "condition"), &isnull);
	row->condition = isnull ? NULL : PG_DETOAST_DATUM_PACKED(condition);
}

/* Adds the condition to the registry, as the owner of the tables. */
static void
add_condition(Oid owner, const Row *row)
{
	Oid types[] = {TEXTOID, wp_our_type("metadata_condition")};
	Datum values[] = {row->account, PointerGetDatum(row->condition)};
	WpOwnerScope scope;
	int result;

	wp_owner_enter(owner, &scope);
	SPI_connect();
	/* the trigger below knows the transaction */
	wp_keep_plan(&register_plan,
				 "INSERT INTO workflow_perms.conditions (account_id, condition, added)"
				 " VALUES ($1, $2, '0'::pg_catalog.xid8)", lengthof(types), types);
	result = SPI_execute_plan(register_plan, values, NULL, false, 0);
	if (result != SPI_OK_INSERT)
		elog(ERROR, "SPI_execute_plan returned %s", SPI_result_code_string(result));
	SPI_finish();
	wp_owner_leave(&scope);
}

/*
 * SQL trigger, after a row of workflows is written, whoever writes it: registers its
 * condition.
 */
Datum
wp_register_condition(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	Row row;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_FOR_ROW(data->tg_event) ||
		!TRIGGER_FIRED_AFTER(data->tg_event) || TRIGGER_FIRED_BY_DELETE(data->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("a condition is registered by a trigger after each row that is inserted or updated")));
	read_row(data, TRIGGER_FIRED_BY_UPDATE(data->tg_event) ? data->tg_newtuple : data->tg_trigtuple, &row);
	if (row.condition != NULL && !wp_registry_has(row.account, row.condition))
		add_condition(data->tg_relation->rd_rel->relowner, &row);
	return PointerGetDatum(NULL);
}

/*
 * SQL trigger, before a row is added to the registry, by whatever way: says which
 * transaction it is of; skips what is there.
 */
Datum
wp_stamp_condition(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	Row row;
	int column;
	Datum added;
	bool isnull = false;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_FOR_ROW(data->tg_event) ||
		!TRIGGER_FIRED_BEFORE(data->tg_event) || !TRIGGER_FIRED_BY_INSERT(data->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("a registered condition is stamped by a trigger before each row that is inserted")));
	read_row(data, data->tg_trigtuple, &row);
	if (row.condition != NULL && wp_registry_has(row.account, row.condition))
		return PointerGetDatum(NULL);
	column = SPI_fnumber(RelationGetDescr(data->tg_relation), "added");
	added = FullTransactionIdGetDatum(GetTopFullTransactionId());
	return PointerGetDatum(heap_modify_tuple_by_cols(data->tg_trigtuple, RelationGetDescr(data->tg_relation),
													 1, &column, &added, &isnull));
}
