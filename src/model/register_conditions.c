/*
 * register_conditions.c
 *		The trigger functions that fill the registry of conditions;
 *		register_conditions.sql says why it is complete.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/rel.h"
#include "utils/xid8.h"

#include "condition/compare.h"
#include "lookup/enums.h"
#include "lookup/kept_plan.h"
#include "lookup/condition_registry.h"
#include "model/row_security.h"
#include "model/trigger_data.h"

PG_FUNCTION_INFO_V1(wp_register_condition);
PG_FUNCTION_INFO_V1(wp_stamp_condition);

/* the trigger below knows the transaction */
static WpQuery register_query = {
	"INSERT INTO workflow_perms.conditions (account_id, condition, added) "
	"VALUES ($1, $2, '0'::pg_catalog.xid8)",
	2,
	{TEXTOID, InvalidOid}};

/* What both triggers look at. */
typedef struct Row
{
	Datum account;
	struct varlena *condition;
} Row;

/*
 * Fills row with what the new row of the trigger has in these columns,
 * detoasted; returns whether that is a condition to be registered.
 */
static bool
read_row(TriggerData *data, Row *row)
{
	HeapTuple tuple = wp_trigger_row(data);
	NullableDatum account =
		wp_column_value(data->tg_relation, tuple, "account_id", TEXTOID);
	NullableDatum condition =
		wp_column_value(data->tg_relation, tuple, "condition",
						wp_our_type("metadata_condition"));

	/* Before the row is in, its columns may be NULL that must not be. */
	if (account.isnull || condition.isnull)
		return false;
	row->account = account.value;
	row->condition = PG_DETOAST_DATUM_PACKED(condition.value);
	return true;
}

/* Adds the condition to the registry, as the owner of the tables. */
static void
add_condition(Oid owner, const Row *row)
{
	Datum values[] = {row->account, PointerGetDatum(row->condition)};
	WpOwnerScope scope;

	wp_owner_enter(owner, &scope);
	SPI_connect();
	wp_execute(&register_query, values, NULL, InvalidSnapshot);
	SPI_finish();
	wp_owner_leave(&scope);
}

/*
 * SQL trigger, after a row of workflows is written, whoever writes it:
 * registers its condition.
 */
Datum
wp_register_condition(PG_FUNCTION_ARGS)
{
	TriggerData *data = wp_trigger_data(
		fcinfo, WP_ON_AFTER | WP_EACH_ROW | WP_ON_INSERT | WP_ON_UPDATE);
	Row row;

	if (read_row(data, &row) && !wp_registry_has(row.account, row.condition))
		add_condition(data->tg_relation->rd_rel->relowner, &row);
	return PointerGetDatum(NULL);
}

/*
 * SQL trigger, before a row is added to the registry, by whatever way: says
 * which transaction it is of; skips what is there.
 */
Datum
wp_stamp_condition(PG_FUNCTION_ARGS)
{
	TriggerData *data =
		wp_trigger_data(fcinfo, WP_ON_BEFORE | WP_EACH_ROW | WP_ON_INSERT);
	int column = wp_column(data->tg_relation, "added", XID8OID);
	Row row;
	Datum added;
	bool isnull = false;

	if (read_row(data, &row) && wp_registry_has(row.account, row.condition))
		return PointerGetDatum(NULL);
	added = FullTransactionIdGetDatum(GetTopFullTransactionId());
	return PointerGetDatum(heap_modify_tuple_by_cols(
		data->tg_trigtuple, RelationGetDescr(data->tg_relation), 1, &column,
		&added, &isnull));
}
