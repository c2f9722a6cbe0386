/*
 * register_conditions.c
 *		The trigger functions that fill the registry of conditions.
 *		register_conditions.sql explains why it is complete.
 */
#include "postgres.h"

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
 * Accounts share this many locks.  A transaction that writes the workflows of
 * all accounts, such as a restore, must not fill the server's lock table.
 */
#define ACCOUNT_LOCKS 128

/* the trigger below sets the transaction */
static WpQuery register_query = {
	"INSERT INTO workflow_perms.conditions (account_id, condition, added) "
	"VALUES ($1, $2, '0'::pg_catalog.xid8)",
	2,
	{TEXTOID, InvalidOid}};

/*
 * Locks the conditions of the account, and of accounts that share its lock,
 * until the transaction ends: shared, for relying on registered conditions, or
 * exclusively (`alone`).  Returns false if it would have to wait and `wait` is
 * false.
 */
static bool
lock_registry(Datum account, bool alone, bool wait)
{
	WpText id = wp_text_value(account);
	uint32 hash = hash_bytes((const unsigned char *) id.data, id.len);
	LOCKTAG tag;

	/*
	 * A tag that is not used otherwise: relations have tags of their own kind.
	 */
	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, RelationRelationId,
					   wp_find_relation("conditions"),
					   1 + hash % ACCOUNT_LOCKS);
	return LockAcquire(&tag, alone ? ExclusiveLock : ShareLock, false, !wait) !=
		   LOCKACQUIRE_NOT_AVAIL;
}

/*
 * _hold_registry(account_id) → boolean: until the transaction ends, prevents
 * writing workflows with conditions in the account.  Returns false at once if a
 * transaction is writing one.
 */
Datum
wp_hold_registry(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(lock_registry(PG_GETARG_DATUM(0), true, false));
}

/*
 * Returns whether the condition is registered, which then stays true until the
 * transaction ends: unused conditions are deleted only under the exclusive
 * lock.
 */
static bool
is_registered(Datum account, const struct varlena *condition)
{
	(void) lock_registry(account, false, true);
	return wp_registry_has(account, condition);
}

/* The columns that both triggers read. */
typedef struct Row
{
	Datum account;
	struct varlena *condition;
} Row;

/*
 * Fills row with these columns of the trigger's new row, detoasted.  Returns
 * whether there is a condition to register.
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

	/* Before the row is inserted, columns that must not be NULL may be. */
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
 * SQL trigger, after any role writes a row of workflows: registers its
 * condition.
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
 * SQL trigger, before a row is added to the registry in any way: sets its
 * transaction, or skips the row if the condition is there.
 */
Datum
wp_stamp_condition(PG_FUNCTION_ARGS)
{
	TriggerData *data =
		wp_trigger_data(fcinfo, WP_ON_BEFORE | WP_EACH_ROW | WP_ON_INSERT);
	WpNewRow stamped = {data->tg_relation, data->tg_trigtuple};
	Row row;

	if (read_row(data, &row) && is_registered(row.account, row.condition))
		return PointerGetDatum(NULL);
	wp_set_column(&stamped, "added", XID8OID,
				  FullTransactionIdGetDatum(GetTopFullTransactionId()), false);
	return wp_finish_row(&stamped);
}
