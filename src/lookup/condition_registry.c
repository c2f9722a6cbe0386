/*
 * condition_registry.c
 *		Reads the registry of conditions.
 *
 * A backend keeps what it has read and later reads only what was added.  So it
 * must never miss a row.  Rows are added and, rarely, deleted, but never
 * changed.
 *
 * - A reading includes every row that counts for any snapshot that this backend
 *   holds, not only for one.  These are rows that are committed now, and the
 *   transaction's own, unless their deletion is so old that no such snapshot
 *   can see them.  So it also serves a cursor's older snapshot.
 * - A row is skipped if its transaction still runs, and read the next time.
 *   Each row has a stamp of the transaction that added it.  The next reading
 *   begins at the oldest transaction that ran when the active snapshot was
 *   taken.
 * - A dump has rows whose stamp is not their own.  They arrive by a restore,
 *   which disables triggers or makes the table anew.  Both invalidate every
 *   backend's relation cache at their end, and then everything read before is
 *   dropped.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/relscan.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/predicate.h"
#include "storage/proc.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/xid8.h"

#include "compat.h"
#include "condition/compare.h"
#include "lookup/check_column.h"
#include "lookup/distributed.h"
#include "lookup/owner_query.h"
#include "lookup/model_tables.h"
#include "lookup/condition_registry.h"

static Oid conditions_table = InvalidOid;
static Oid workflows_table = InvalidOid;
static bool checked = false; /* what follows is known */
static bool trusted = false;
static uint64 generation = 1;

static void
relation_changed(Datum arg, Oid relation)
{
	if (!OidIsValid(relation) || relation == conditions_table ||
		relation == workflows_table)
		checked = false;
	if (!OidIsValid(relation) || relation == conditions_table)
		generation++;
}

void
wp_registry_init(void)
{
	CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
}

/*
 * Returns the oid of the index if it is usable and begins with these two
 * columns; otherwise InvalidOid.
 */
static Oid
find_index(const char *name, AttrNumber first, AttrNumber second)
{
	Oid index = wp_find_relation(name);
	Relation opened;
	bool usable;

	if (!OidIsValid(index) || get_rel_relkind(index) != RELKIND_INDEX)
		return InvalidOid;
	opened = index_open(index, AccessShareLock);
	usable = opened->rd_index->indisvalid &&
			 opened->rd_index->indrelid == conditions_table &&
			 opened->rd_index->indnkeyatts >= 2 &&
			 opened->rd_index->indkey.values[0] == first &&
			 opened->rd_index->indkey.values[1] == second;
	index_close(opened, AccessShareLock);
	return usable ? index : InvalidOid;
}

/*
 * Returns the number of a column of the registry.  Raises undefined_column and
 * datatype_mismatch.
 */
static AttrNumber
find_column(Relation registry, const char *name, WpStored type)
{
	AttrNumber number = get_attnum(conditions_table, name);

	if (number <= 0)
		ereport(
			ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("column \"%s\" of workflow_perms.conditions does not exist",
					name),
			 errhint("A superuser puts the tables right: SELECT "
					 "workflow_perms.upgrade_model().")));
	wp_check_column("conditions", RelationGetDescr(registry), number, type,
					NULL);
	return number;
}

/*
 * Returns whether triggers that call this function of our schema always fire on
 * these events, and rows cannot get into the relation in other ways.
 */
static bool
fires_always(Relation relation, const char *function, int events)
{
	int found = 0;

	if (relation->rd_rel->relkind != RELKIND_RELATION ||
		relation->rd_rel->relhassubclass || relation->trigdesc == NULL)
		return false;
	for (int i = 0; i < relation->trigdesc->numtriggers; i++)
	{
		Trigger *trigger = &relation->trigdesc->triggers[i];
		char *name;

		if (trigger->tgenabled != TRIGGER_FIRES_ALWAYS ||
			get_func_namespace(trigger->tgfoid) !=
				RelationGetNamespace(relation))
			continue;
		name = get_func_name(trigger->tgfoid);
		if (name != NULL && strcmp(name, function) == 0)
			found |= trigger->tgtype;
	}
	return (found & events) == events;
}

/*
 * Opens the registry, after processing all pending invalidations.  Returns NULL
 * if there is none.
 */
static Relation
open_registry(void)
{
	if (!checked || !OidIsValid(conditions_table))
		conditions_table = wp_find_relation("conditions");
	return OidIsValid(conditions_table)
			   ? try_relation_open(conditions_table, AccessShareLock)
			   : NULL;
}

bool
wp_registry_trusted(void)
{
	Relation registry = open_registry();
	Relation workflows;

	/* It may have been dropped and made anew. */
	if (registry == NULL || !checked)
	{
		if (registry != NULL)
			relation_close(registry, AccessShareLock);
		checked = false;
		registry = open_registry();
	}
	if (registry == NULL)
		return false;
	if (!checked)
	{
		trusted = false;
		workflows_table = wp_find_relation("workflows");
		workflows = OidIsValid(workflows_table)
						? try_relation_open(workflows_table, AccessShareLock)
						: NULL;
		if (workflows != NULL)
		{
			/*
			 * Set before looking, so that an invalidation while we look resets
			 * it.
			 */
			checked = true;
			trusted =
				fires_always(workflows, "_register_condition",
							 TRIGGER_TYPE_INSERT | TRIGGER_TYPE_UPDATE) &&
				fires_always(registry, "_stamp_condition", TRIGGER_TYPE_INSERT);
			relation_close(workflows, AccessShareLock);
		}
	}
	relation_close(registry, AccessShareLock);
	return trusted;
}

uint64
wp_registry_generation(void)
{
	return generation;
}

/* Returns the full id of a transaction that a current snapshot names. */
static FullTransactionId
whole_transaction_id(TransactionId xid)
{
	FullTransactionId next = ReadNextFullTransactionId();
	uint32 epoch = EpochFromFullTransactionId(next);

	if (xid > XidFromFullTransactionId(next))
		epoch--;
	return FullTransactionIdFromEpochAndXid(epoch, xid);
}

/*
 * Returns whether a row is committed or our own, and not deleted for all of our
 * snapshots.  These hold back vacuum, so the row's long values still exist.  In
 * SERIALIZABLE, raises t_r_serialization_failure.
 */
static bool
counts(Relation registry, HeapTuple row, Buffer buffer)
{
	Snapshot snapshot = GetActiveSnapshot();
	HTSV_Result state;

	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	/*
	 * A transaction that added a row that we do not see comes after us.  This
	 * kind of scan does not report it by itself.
	 */
	if (IsolationIsSerializable())
		HeapCheckForSerializableConflictOut(
			HeapTupleSatisfiesVisibility(row, snapshot, buffer), registry, row,
			buffer, snapshot);
	state = HeapTupleSatisfiesVacuum(row, MyProc->xmin, buffer);
	LockBuffer(buffer, BUFFER_LOCK_UNLOCK);
	if (state == HEAPTUPLE_INSERT_IN_PROGRESS)
		return TransactionIdIsCurrentTransactionId(
			HeapTupleHeaderGetXmin(row->t_data));
	return state != HEAPTUPLE_DEAD;
}

/*
 * Begins a scan with these keys, the first of which is the account.  Uses that
 * index if it can.
 */
static SysScanDesc
begin_scan(Relation registry, const char *index_name, Snapshot snapshot,
		   int nkeys, ScanKey keys)
{
	Oid index = find_index(index_name, keys[0].sk_attno, keys[1].sk_attno);

	return systable_beginscan(registry, index, OidIsValid(index), snapshot,
							  nkeys, keys);
}

/* Calls `each` for the condition of the row, detoasted. */
static void
with_condition(Relation registry, AttrNumber column, HeapTuple row,
			   WpEachCondition each, void *arg)
{
	bool isnull;
	Datum stored =
		heap_getattr(row, column, RelationGetDescr(registry), &isnull);
	struct varlena *condition;

	if (isnull)
		wp_column_is_null("conditions", RelationGetDescr(registry), column);
	condition = PG_DETOAST_DATUM_PACKED(stored);
	each(condition, arg);
	if ((Pointer) condition != DatumGetPointer(stored))
		pfree(condition);
}

FullTransactionId
wp_registry_read(const WpText *account, FullTransactionId since,
				 WpEachCondition each, void *arg)
{
	/*
	 * The snapshot is older than this reading.  Every transaction that runs now
	 * was running then, or is later.
	 */
	FullTransactionId next_since =
		whole_transaction_id(GetActiveSnapshot()->xmin);
	bool all = !FullTransactionIdIsValid(since);
	Datum id = wp_text_datum(account);
	Relation registry = table_open(conditions_table, AccessShareLock);
	AttrNumber condition_column =
		find_column(registry, "condition", WP_STORED_CONDITION);
	AttrNumber added_column = find_column(registry, "added", WP_STORED_XID8);
	ScanKeyData keys[3];
	SysScanDesc scan;
	HeapTuple row;

	if (wp_is_distributed(conditions_table))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("the registry of conditions cannot be read "
							   "where it is distributed"),
						errhint("Filter workflows with can_view() instead.")));

	/* In SERIALIZABLE, rows that are added later conflict with us. */
	PredicateLockRelation(registry, GetActiveSnapshot());

	ScanKeyInit(&keys[0], find_column(registry, "account_id", WP_STORED_TEXT),
				BTEqualStrategyNumber, F_TEXTEQ, id);
	/*
	 * Stamps of future transactions come from another server.  Such rows were
	 * read the first time.
	 */
	ScanKeyInit(&keys[1], added_column, BTGreaterEqualStrategyNumber, F_XID8GE,
				FullTransactionIdGetDatum(since));
	ScanKeyInit(&keys[2], added_column, BTLessStrategyNumber, F_XID8LT,
				FullTransactionIdGetDatum(ReadNextFullTransactionId()));
	scan = begin_scan(registry, "conditions_added_idx", SnapshotAny,
					  all ? 1 : 3, keys);
	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		CHECK_FOR_INTERRUPTS();
		if (counts(registry, row,
				   ((BufferHeapTupleTableSlot *) scan->slot)->buffer))
			with_condition(registry, condition_column, row, each, arg);
	}
	systable_endscan(scan);
	table_close(registry, AccessShareLock);
	pfree(DatumGetPointer(id));
	return FullTransactionIdFollows(since, next_since) ? since : next_since;
}

/* The condition that is sought, and whether it was found. */
typedef struct Wanted
{
	const struct varlena *condition;
	bool found;
} Wanted;

/* WpEachCondition: compares with the condition that is sought. */
static void
compare_condition(const struct varlena *condition, void *arg)
{
	Wanted *wanted = arg;

	wanted->found = wp_condition_equal(wanted->condition, condition);
}

bool
wp_registry_has(Datum account, const struct varlena *condition)
{
	Wanted wanted = {condition, false};
	Relation registry;
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple row;

	/*
	 * Looked up by name each time: what is written must not depend on an
	 * invalidation that has not arrived yet.
	 */
	conditions_table = wp_find_relation("conditions");
	registry = OidIsValid(conditions_table)
				   ? try_relation_open(conditions_table, AccessShareLock)
				   : NULL;
	if (registry == NULL)
		return false;
	ScanKeyInit(&keys[0], find_column(registry, "account_id", WP_STORED_TEXT),
				BTEqualStrategyNumber, F_TEXTEQ, account);
	ScanKeyInit(&keys[1], find_column(registry, "hash", WP_STORED_INT8),
				BTEqualStrategyNumber, F_INT8EQ,
				Int64GetDatum((int64) wp_condition_hash(condition)));
	scan = begin_scan(registry, "conditions_hash_idx", SnapshotSelf, 2, keys);
	while (!wanted.found && HeapTupleIsValid(row = systable_getnext(scan)))
	{
		CHECK_FOR_INTERRUPTS();
		with_condition(registry,
					   find_column(registry, "condition", WP_STORED_CONDITION),
					   row, compare_condition, &wanted);
	}
	systable_endscan(scan);
	relation_close(registry, AccessShareLock);
	return wanted.found;
}
