/*
 * entries.c
 *		Putting rows into the audit log without a query: many at a time, as COPY
 *		does, where all that an INSERT would do beside is known.
 *
 * That is where audit_log is as create_model() has made it, or has more indexes,
 * constraints that need no other table, or columns that may stay NULL.  Its own
 * triggers on INSERT keep everybody but the extension's effects and the table's
 * owner out, so they are not asked.  A trigger, rule, foreign key, default or
 * partition that somebody has added, and rows on other nodes, are left to the
 * executor.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/pg_class.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "compat.h"
#include "model/entries.h"
#include "model/ordinary.h"

/* What goes to the heap at a time, at most. */
#define MOST_SLOTS 250

/* In the order of WpEntryColumn. */
static const struct
{
	const char *name;
	Oid type;
} entry_columns[WP_ENTRY_COLUMNS] = {
	{"account_id", TEXTOID}, {"at", TIMESTAMPTZOID}, {"principal", TEXTOID}, {"database_role", TEXTOID},
	{"action", TEXTOID}, {"object", TEXTOID}, {"before", JSONBOID}, {"after", JSONBOID}};

/* Triggers on INSERT that let an effect pass. */
static const char *const own_triggers[] = {"authorize", "keep_entries_from_others"};

struct WpEntryTable
{
	MemoryContext context;
	Relation relation;
	AttrNumber numbers[WP_ENTRY_COLUMNS];
	AttrNumber entry; /* the identity column */
	Oid sequence; /* its numbers */
	EState *estate;
	ResultRelInfo *result;
	int nslots;
	TupleTableSlot *slots[MOST_SLOTS];
};

/*
 * Returns whether an INSERT of ours would fire no trigger but the model's own.
 */
static bool
fires_nothing(Relation relation)
{
	TriggerDesc *triggers = relation->trigdesc;

	for (int i = 0; triggers != NULL && i < triggers->numtriggers; i++)
		if (TRIGGER_FOR_INSERT(triggers->triggers[i].tgtype) &&
			wp_own_trigger(relation, &triggers->triggers[i], own_triggers, lengthof(own_triggers)) < 0)
			return false;
	return true;
}

/*
 * Finds the columns; false where one is missing, or one that is not ours has to be
 * filled in.
 */
static bool
find_columns(WpEntryTable *table)
{
	TupleDesc desc = RelationGetDescr(table->relation);
	int found = 0;

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);
		int column = 0;

		if (attribute->attisdropped)
			continue;
		if (attribute->attidentity != '\0' && attribute->atttypid == INT8OID && table->entry == 0 &&
			strcmp(NameStr(attribute->attname), "entry") == 0)
		{
			table->entry = attribute->attnum;
			continue;
		}
		if (attribute->attidentity != '\0' || attribute->attgenerated != '\0' || attribute->atthasdef)
			return false;
		while (column < WP_ENTRY_COLUMNS && strcmp(NameStr(attribute->attname), entry_columns[column].name) != 0)
			column++;
		if (column < WP_ENTRY_COLUMNS)
		{
			if (attribute->atttypid != entry_columns[column].type)
				return false;
			table->numbers[column] = attribute->attnum;
			found++;
		}
		else if (getBaseType(attribute->atttypid) != attribute->atttypid)
			/* a domain may have a default, or refuse NULL */
			return false;
	}
	return found == WP_ENTRY_COLUMNS && table->entry != 0;
}

/*
 * Returns whether putting rows in is all that an INSERT of the current user's, in an
 * effect, would do.
 */
static bool
is_ordinary(WpEntryTable *table)
{
	Relation relation = table->relation;

	return wp_is_ordinary(relation, ACL_INSERT) && fires_nothing(relation) && find_columns(table);
}

/* See entries.h. */
WpEntryTable *
wp_entries_open(Oid schema)
{
	Oid oid = get_relname_relid("audit_log", schema);
	Relation relation = OidIsValid(oid) ? try_relation_open(oid, RowExclusiveLock) : NULL;
	WpEntryTable *table;

	if (relation == NULL)
		return NULL;
	table = palloc0(sizeof(WpEntryTable));
	table->context = CurrentMemoryContext;
	table->relation = relation;
	if (is_ordinary(table))
		table->sequence = wp_identity_sequence(relation, table->entry);
	if (!OidIsValid(table->sequence))
	{
		relation_close(relation, NoLock);
		pfree(table);
		return NULL;
	}
	table->estate = CreateExecutorState();
	table->result = makeNode(ResultRelInfo);
	InitResultRelInfo(table->result, relation, 0, NULL, 0);
	ExecOpenIndices(table->result, false);
	return table;
}

/*
 * Puts the entry into the slot, with a number of its own, and holds it to the
 * table's constraints.
 */
static void
fill_slot(WpEntryTable *table, TupleTableSlot *slot, const WpEntry *entry)
{
	ExecClearTuple(slot);
	memset(slot->tts_isnull, true, sizeof(bool) * slot->tts_tupleDescriptor->natts);
	for (int i = 0; i < WP_ENTRY_COLUMNS; i++)
	{
		slot->tts_values[table->numbers[i] - 1] = entry->values[i];
		slot->tts_isnull[table->numbers[i] - 1] = entry->nulls[i];
	}
	slot->tts_values[table->entry - 1] = Int64GetDatum(nextval_internal(table->sequence, false));
	slot->tts_isnull[table->entry - 1] = false;
	ExecStoreVirtualTuple(slot);
	slot->tts_tableOid = RelationGetRelid(table->relation);
	if (RelationGetDescr(table->relation)->constr != NULL)
		ExecConstraints(table->result, slot, table->estate);
}

/*
 * Inserts what the first n slots hold.
 */
static void
insert_slots(WpEntryTable *table, int n)
{
	table_multi_insert(table->relation, table->slots, n, GetCurrentCommandId(true), 0, NULL);
	for (int i = 0; i < n; i++)
	{
		if (table->result->ri_NumIndices > 0)
			(void) wp_insert_index_tuples(table->result, table->slots[i], table->estate);
		ExecClearTuple(table->slots[i]);
		ResetPerTupleExprContext(table->estate);
	}
}

/*
 * Inserts the entries; see entries.h.  Raises what an INSERT raises.
 */
void
wp_entries_insert(WpEntryTable *table, const WpEntry *entries, int n)
{
	for (int done = 0; done < n;)
	{
		int count = Min(n - done, MOST_SLOTS);

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < count; i++)
		{
			if (i == table->nslots)
			{
				MemoryContext caller = MemoryContextSwitchTo(table->context);

				table->slots[table->nslots++] = table_slot_create(table->relation, NULL);
				MemoryContextSwitchTo(caller);
			}
			fill_slot(table, table->slots[i], &entries[done + i]);
		}
		insert_slots(table, count);
		done += count;
	}
	CommandCounterIncrement();
}

/* See entries.h. */
void
wp_entries_close(WpEntryTable *table)
{
	for (int i = 0; i < table->nslots; i++)
		ExecDropSingleTupleTableSlot(table->slots[i]);
	ExecCloseIndices(table->result);
	FreeExecutorState(table->estate);
	relation_close(table->relation, NoLock);
	pfree(table);
}
