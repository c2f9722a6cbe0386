/*
 * register_conditions.c
 *		The trigger functions that fill the registry of conditions;
 *		register_conditions.sql says why it is complete.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "utils/rel.h"
#include "utils/xid8.h"

#include "condition/compare.h"
#include "lookup/enums.h"
#include "lookup/kept_plan.h"
#include "lookup/condition_registry.h"
#include "lookup/model_tables.h"
#include "model/row_security.h"
#include "model/trigger_data.h"

PG_FUNCTION_INFO_V1(wp_register_condition);
PG_FUNCTION_INFO_V1(wp_stamp_condition);
PG_FUNCTION_INFO_V1(wp_hold_registry);

/*
 * Accounts share so many locks: a transaction that writes the workflows of all
 * accounts, such as a restore, must not fill the server's table of locks.
 */
#define ACCOUNT_LOCKS 128

/* the trigger below knows the transaction */
static WpQuery register_query = {
	"INSERT INTO workflow_perms.conditions (account_id, condition, added) "
	"VALUES ($1, $2, '0'::pg_catalog.xid8)",
	2,
	{TEXTOID, InvalidOid}};

/*
 * Locks the conditions of the account, and of those that share its lock, until
 * the transaction ends: together with others who rely on what is registered, or
 * alone.  Returns false where it was not to wait and would have to.
 */
static bool
lock_registry(Datum account, bool alone, bool wait)
{
	WpText id = wp_text_value(account);
	uint32 hash = hash_bytes((const unsigned char *) id.data, id.len);
	LOCKTAG tag;

	/* A tag that nobody else takes: relations have tags of their own. */
	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, RelationRelationId,
					   wp_find_relation("conditions"),
					   1 + hash % ACCOUNT_LOCKS);
	return LockAcquire(&tag, alone ? ExclusiveLock : ShareLock, false, !wait) !=
		   LOCKACQUIRE_NOT_AVAIL;
}

/*
 * _hold_registry(account_id) → boolean: lets nobody write workflows with
 * conditions in the account until the transaction ends; false, at once, where
 * somebody is writing them.
 */
Datum
wp_hold_registry(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(lock_registry(PG_GETARG_DATUM(0), true, false));
}

/*
 * Whether the condition is registered, which stays so until the transaction
 * ends: whoever forgets conditions lets those alone whose account is held.
 */
static bool
is_registered(Datum account, const struct varlena *condition)
{
	(void) lock_registry(account, false, true);
	return wp_registry_has(account, condition);
}

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

	if (read_row(data, &row) && !is_registered(row.account, row.condition))
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

	if (read_row(data, &row) && is_registered(row.account, row.condition))
		return PointerGetDatum(NULL);
	added = FullTransactionIdGetDatum(GetTopFullTransactionId());
	return PointerGetDatum(heap_modify_tuple_by_cols(
		data->tg_trigtuple, RelationGetDescr(data->tg_relation), 1, &column,
		&added, &isnull));
}
