/*
 * disabling.c
 *		Switching off enablements that are no longer allowed, one by one and past the
 *		executor: a changed condition ends a hundred thousand, and an UPDATE takes
 *		each of them through five triggers that have nothing to say, notes it twice in
 *		transition tables and reads it there again for the audit log.
 *
 * It is what the executor would do: the row is replaced, waiting for whoever is
 * changing it, its index entries are made where it takes new ones, the table's
 * constraints are checked, and the entry of the log is written.  That is the whole of
 * it only where enablements is as create_model() has made it, or has more indexes,
 * columns or checks.  A trigger or a foreign key that looks at what is changed here, a
 * trigger of ours that was switched off, and rows on other nodes are left to an UPDATE.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "model/disabling.h"
#include "model/log.h"
#include "model/ordinary.h"

/* What is changed. */
typedef enum Column
{
	ENABLED,
	REASON,
	CHANGED_AT,
	COLUMNS
} Column;

static const struct
{
	const char *name;
	Oid type;
} columns[COLUMNS] = {{"enabled", BOOLOID}, {"reason", TEXTOID}, {"changed_at", TIMESTAMPTZOID}};

/*
 * The triggers that an UPDATE of the extension's would fire.  All but the first have
 * nothing to say to it save that changed_at is to be now; the first is the log's.
 */
static const char *const own_triggers[] = {
	"audit_update", "authorize", "enable_gate_again", "extension_writes", "keep_columns", "write_enablement"};

struct WpDisabling
{
	MemoryContext context;
	MemoryContext row_context; /* what one row takes, emptied for the next */
	Relation relation;
	AttrNumber numbers[COLUMNS];

	/* From the first row on. */
	EState *estate;
	ResultRelInfo *result;
	TupleTableSlot *was;
	TupleTableSlot *is;
	WpLog *log;
};

/* Returns whether the trigger is fired by an UPDATE in this session. */
static bool
fires(const Trigger *trigger)
{
	return trigger->tgenabled == TRIGGER_FIRES_ALWAYS ||
		(trigger->tgenabled == TRIGGER_FIRES_ON_ORIGIN && SessionReplicationRole != SESSION_REPLICATION_ROLE_REPLICA);
}

/*
 * Returns whether the trigger is that of a foreign key to a table of the model.  It has
 * nothing to look at, for the row is there: what is disabled was found by it.  One to
 * another table may have yet to look at a row that this transaction has inserted, and
 * would not do so once that is replaced, except for the UPDATE's own trigger.
 */
static bool
is_own_key(Relation relation, const Trigger *trigger)
{
	return trigger->tgisinternal && RI_FKey_trigger_type(trigger->tgfoid) == RI_TRIGGER_FK &&
		get_rel_namespace(trigger->tgconstrrelid) == RelationGetNamespace(relation);
}

/*
 * Returns whether an UPDATE of ours would fire the triggers of own_triggers, all of
 * them and no others, and sets *audit to the first.
 */
static bool
fires_own_only(Relation relation, const Trigger **audit)
{
	TriggerDesc *triggers = relation->trigdesc;
	int own = 0;

	for (int i = 0; triggers != NULL && i < triggers->numtriggers; i++)
	{
		const Trigger *trigger = &triggers->triggers[i];
		int place;

		if (!TRIGGER_FOR_UPDATE(trigger->tgtype) || is_own_key(relation, trigger))
			continue;
		place = wp_own_trigger(relation, trigger, own_triggers, lengthof(own_triggers));
		if (place < 0 || !fires(trigger))
			return false;
		if (place == 0)
			*audit = trigger;
		own++;
	}
	return own == lengthof(own_triggers);
}

/* Finds the columns; false where one is missing or of another type, or any column is computed of others. */
static bool
find_columns(WpDisabling *disabling)
{
	TupleDesc desc = RelationGetDescr(disabling->relation);

	for (int i = 0; i < desc->natts; i++)
		if (TupleDescAttr(desc, i)->attgenerated != '\0')
			return false;
	for (int i = 0; i < COLUMNS; i++)
	{
		disabling->numbers[i] = SPI_fnumber(desc, columns[i].name);
		if (disabling->numbers[i] <= 0 || TupleDescAttr(desc, disabling->numbers[i] - 1)->atttypid != columns[i].type)
			return false;
	}
	return true;
}

/* Returns whether a foreign key of the table has one of the columns in it. */
static bool
refers_by_columns(const WpDisabling *disabling)
{
	ListCell *cell;

	foreach (cell, RelationGetFKeyList(disabling->relation))
	{
		const ForeignKeyCacheInfo *key = lfirst(cell);

		for (int i = 0; i < key->nkeys; i++)
			for (int j = 0; j < COLUMNS; j++)
				if (key->conkey[i] == disabling->numbers[j])
					return true;
	}
	return false;
}

/* See disabling.h. */
WpDisabling *
wp_disabling_open(Oid schema)
{
	Oid oid = get_relname_relid("enablements", schema);
	Relation relation = OidIsValid(oid) ? try_relation_open(oid, RowExclusiveLock) : NULL;
	WpDisabling *disabling;
	const Trigger *audit;

	if (relation == NULL)
		return NULL;
	disabling = palloc0(sizeof(WpDisabling));
	disabling->context = CurrentMemoryContext;
	disabling->relation = relation;
	if (!wp_is_ordinary(relation, ACL_SELECT | ACL_UPDATE) || !fires_own_only(relation, &audit) ||
		!find_columns(disabling) || refers_by_columns(disabling))
	{
		relation_close(relation, NoLock);
		pfree(disabling);
		return NULL;
	}
	return disabling;
}

/* Gets ready to change rows. */
static void
begin(WpDisabling *disabling)
{
	MemoryContext caller = MemoryContextSwitchTo(disabling->context);
	const Trigger *audit = NULL;

	CheckCmdReplicaIdentity(disabling->relation, CMD_UPDATE);
	disabling->row_context = AllocSetContextCreate(disabling->context, "workflow_perms disabled row", ALLOCSET_DEFAULT_SIZES);
	disabling->estate = CreateExecutorState();
	disabling->result = makeNode(ResultRelInfo);
	InitResultRelInfo(disabling->result, disabling->relation, 0, NULL, 0);
	ExecOpenIndices(disabling->result, false);
	disabling->was = table_slot_create(disabling->relation, NULL);
	disabling->is = MakeSingleTupleTableSlot(RelationGetDescr(disabling->relation), &TTSOpsVirtual);
	/* found again: the lock has kept it, and the cache may have moved it */
	if (!fires_own_only(disabling->relation, &audit))
		elog(ERROR, "the triggers of \"%s\" have changed", RelationGetRelationName(disabling->relation));
	disabling->log = wp_log_begin(disabling->relation, audit, "update");
	MemoryContextSwitchTo(caller);
}

/* Fills disabling->is with what is to stand in place of disabling->was. */
static void
fill_slot(WpDisabling *disabling, Datum reason)
{
	TupleTableSlot *was = disabling->was;
	TupleTableSlot *is = disabling->is;
	Datum values[COLUMNS] = {
		[ENABLED] = BoolGetDatum(false),
		[REASON] = reason,
		[CHANGED_AT] = TimestampTzGetDatum(GetCurrentTransactionStartTimestamp())};

	ExecClearTuple(is);
	slot_getallattrs(was);
	memcpy(is->tts_values, was->tts_values, sizeof(Datum) * was->tts_tupleDescriptor->natts);
	memcpy(is->tts_isnull, was->tts_isnull, sizeof(bool) * was->tts_tupleDescriptor->natts);
	for (int i = 0; i < COLUMNS; i++)
	{
		is->tts_values[disabling->numbers[i] - 1] = values[i];
		is->tts_isnull[disabling->numbers[i] - 1] = false;
	}
	ExecStoreVirtualTuple(is);
	is->tts_tableOid = RelationGetRelid(disabling->relation);
	if (RelationGetDescr(disabling->relation)->constr != NULL)
		ExecConstraints(disabling->result, is, disabling->estate);
}

/*
 * After the row could not be replaced, for the reason given: locks what has become of
 * it, and puts that into disabling->was.  False if it is gone, or not enabled any more.
 * Raises a serialization failure where the transaction may not see that.
 */
static bool
lock_latest(WpDisabling *disabling, TM_Result reason, ItemPointer place)
{
	TM_FailureData failure;
	TM_Result result;
	bool isnull;

	if (reason != TM_Updated && reason != TM_Deleted)
		elog(ERROR, "table_tuple_update returned %d", (int) reason);
	if (IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to concurrent %s", reason == TM_Deleted ? "delete" : "update")));
	if (reason == TM_Deleted)
		return false;
	result = table_tuple_lock(disabling->relation, place, GetActiveSnapshot(), disabling->was, GetCurrentCommandId(true),
							  LockTupleNoKeyExclusive, LockWaitBlock, TUPLE_LOCK_FLAG_FIND_LAST_VERSION, &failure);
	if (result == TM_Deleted)
		return false;
	if (result != TM_Ok)
		elog(ERROR, "table_tuple_lock returned %d", (int) result);
	*place = disabling->was->tts_tid;
	return DatumGetBool(slot_getattr(disabling->was, disabling->numbers[ENABLED], &isnull));
}

/* Replaces the row at that place, which is in disabling->was; false if it is not to be disabled any more. */
static bool
replace(WpDisabling *disabling, ItemPointer place, Datum reason)
{
	TM_FailureData failure;
	LockTupleMode mode;
	WpUpdateIndexes indexes;
	TM_Result result;

	for (;;)
	{
		fill_slot(disabling, reason);
		result = wp_table_tuple_update(disabling->relation, place, disabling->is, &failure, &mode, &indexes);
		if (result == TM_Ok)
			break;
		if (!lock_latest(disabling, result, place))
			return false;
	}
	if (disabling->result->ri_NumIndices > 0)
		wp_update_index_tuples(disabling->result, disabling->is, disabling->estate, indexes);
	return true;
}

/* See disabling.h.  Raises what an UPDATE raises. */
void
wp_disabling_row(WpDisabling *disabling, const ItemPointerData *place, Datum reason)
{
	ItemPointerData at = *place;
	MemoryContext caller;

	if (disabling->log == NULL)
		begin(disabling);
	MemoryContextReset(disabling->row_context);
	caller = MemoryContextSwitchTo(disabling->row_context);
	if (!table_tuple_fetch_row_version(disabling->relation, &at, SnapshotAny, disabling->was))
		elog(ERROR, "an enablement that was read is not there");
	if (replace(disabling, &at, reason))
		wp_log_row(disabling->log, disabling->was, disabling->is);
	ExecClearTuple(disabling->is);
	ExecClearTuple(disabling->was);
	ResetPerTupleExprContext(disabling->estate);
	MemoryContextSwitchTo(caller);
}

/* See disabling.h. */
void
wp_disabling_close(WpDisabling *disabling)
{
	if (disabling->log != NULL)
	{
		wp_log_end(disabling->log);
		ExecDropSingleTupleTableSlot(disabling->was);
		ExecDropSingleTupleTableSlot(disabling->is);
		ExecCloseIndices(disabling->result);
		FreeExecutorState(disabling->estate);
		MemoryContextDelete(disabling->row_context);
		CommandCounterIncrement();
	}
	relation_close(disabling->relation, NoLock);
	pfree(disabling);
}
