/*
 * probe.c
 *		Reads a table of the model through one of its indexes.
 *
 * A query, however simple and well prepared, takes four microseconds before its
 * first row, and a principal needs half a dozen of them.  An index scan takes
 * less than one.  It is the same scan that the executor would make:
 * index_beginscan under the active snapshot, with its predicate locks, and a
 * lock on the table until the end of the transaction.  Privileges and policies
 * are not checked, so it is the same as reading as the owner of the tables.  If
 * the index has all columns, the scan is index-only: a principal with 25,000
 * workspaces takes 44 ms of CPU to load, and 76 without.
 *
 * Tables that the planner would treat in another way cannot be read like this:
 * partitioned and inherited tables, tables with rows on other nodes, views over
 * sources (spec 6.4), and tables without a suitable index.  For those, a query
 * returns the same rows.
 *
 * A source may have two rows with the same key, which grant nothing (spec 6.4).
 * So the query over a source leaves out both.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/nbtree.h"
#include "access/relation.h"
#include "access/tableam.h"
#include "access/transam.h"
#include "access/xact.h"
#include "access/visibilitymap.h"
#include "catalog/pg_am_d.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation_d.h"
#include "catalog/pg_opfamily_d.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "storage/predicate.h"
#include "utils/array.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "compat.h"
#include "lookup/distributed.h"
#include "lookup/enums.h"
#include "lookup/probe.h"
#include "lookup/owner_query.h"
#include "lookup/model_tables.h"

/*
 * How often the relations may change while being opened.  Then a query is used.
 */
#define MOST_TRIES 10

/*
 * Counts changes that may have made a resolved probe stale.  A probe with
 * another count is out of date.
 */
static uint64 generation = 1;

/*
 * Any relation counts: changes are rare, and resolving anew takes a few
 * microseconds.
 */
static void
forget_relation(Datum arg, Oid relation)
{
	generation++;
}

static void
forget_schema(Datum arg, int cacheid, uint32 hashvalue)
{
	generation++;
}

void
wp_probe_init(void)
{
	CacheRegisterRelcacheCallback(forget_relation, (Datum) 0);
	CacheRegisterSyscacheCallback(NAMESPACEOID, forget_schema, (Datum) 0);
}

/*
 * Returns whether the planner would read only the table's own rows for it, and
 * none of partitions, children or other nodes.
 */
static bool
is_plain(Relation relation)
{
	return relation->rd_rel->relkind == RELKIND_RELATION &&
		   !relation->rd_rel->relhassubclass && !wp_citus_is_installed();
}

/* Returns the position of the column (from 0) among the probe's keys, or -1. */
static int
find_key(const WpProbe *probe, Oid relation, AttrNumber number)
{
	for (int i = 0; i < probe->nkeys; i++)
		if (get_attnum(relation, probe->keys[i]) == number)
			return i;
	return -1;
}

static inline bool
is_null_key(const WpProbe *probe, int key)
{
	return (probe->null_keys & (1U << key)) != 0;
}

/* Returns whether that key (from 0) is a word of an enum. */
static inline bool
is_word_key(const WpProbe *probe, int key)
{
	return probe->words != NULL && key == probe->nkeys - 1;
}

/*
 * Returns whether the index sorts its column (from 0) as ids are sorted, or as
 * an enum if it is a word.
 */
static bool
sorts_by(Relation index, int column, bool word)
{
	if (word)
		return index->rd_opcintype[column] == ANYENUMOID &&
			   get_opcode(get_opfamily_member(
				   index->rd_opfamily[column], ANYENUMOID, ANYENUMOID,
				   BTEqualStrategyNumber)) == F_ENUM_EQ;
	return index->rd_opfamily[column] == TEXT_BTREE_FAM_OID &&
		   index->rd_opcintype[column] == TEXTOID &&
		   index->rd_indcollation[column] == C_COLLATION_OID;
}

/*
 * Returns whether the index has every row that the probe must find.  It has no
 * predicate, or one that only requires keys that are not NULL to be NOT NULL.
 */
static bool
holds_all(const WpProbe *probe, Oid relation, Relation index)
{
	ListCell *cell;

	foreach (cell, RelationGetIndexPredicate(index))
	{
		NullTest *test = lfirst(cell);
		int key;

		if (!IsA(test, NullTest) || test->nulltesttype != IS_NOT_NULL ||
			!IsA(test->arg, Var))
			return false;
		key = find_key(probe, relation, ((Var *) test->arg)->varattno);
		if (key < 0 || is_null_key(probe, key))
			return false;
	}
	return true;
}

/*
 * Returns whether the probe can read the index, and if so sets its key_places.
 */
static bool
serves(WpProbe *probe, Oid relation, Relation index)
{
	Form_pg_index form = index->rd_index;
	int n = probe->nkeys + (probe->order != NULL);
	Bitmapset *found = NULL;

	if (index->rd_rel->relam != BTREE_AM_OID || !form->indisvalid ||
		!form->indislive || form->indcheckxmin || form->indnkeyatts < n ||
		!holds_all(probe, relation, index))
		return false;
	for (int i = 0; i < n; i++)
	{
		int key = find_key(probe, relation, form->indkey.values[i]);

		if (!sorts_by(index, i,
					  i < probe->nkeys && key >= 0 && is_word_key(probe, key)))
			return false;
		if (i < probe->nkeys)
		{
			if (key < 0)
				return false;
			probe->key_places[key] = i + 1;
			found = bms_add_member(found, key);
		}
		else if (form->indkey.values[i] != get_attnum(relation, probe->order) ||
				 index->rd_indoption[i] != 0)
			return false;
	}
	return bms_num_members(found) == probe->nkeys;
}

/*
 * Returns whether the index has all columns that the probe reads, and if so
 * sets its index_numbers.
 */
static bool
covers(WpProbe *probe, Relation index)
{
	for (int i = 0; i < probe->ncolumns; i++)
	{
		probe->index_numbers[i] = 0;
		for (int place = 0; place < index->rd_index->indnatts; place++)
			if (index->rd_index->indkey.values[place] == probe->numbers[i])
				probe->index_numbers[i] = place + 1;
		if (probe->index_numbers[i] == 0)
			return false;
	}
	return true;
}

/*
 * Sets probe->index to the narrowest index of the table that can be used,
 * InvalidOid if there is none.
 */
static void
choose_index(WpProbe *probe, Relation relation)
{
	int width = 0;
	ListCell *cell;

	foreach (cell, RelationGetIndexList(relation))
	{
		AttrNumber places[WP_PROBE_KEYS];
		Relation index = index_open(lfirst_oid(cell), AccessShareLock);
		int columns = index->rd_index->indnkeyatts;

		memcpy(places, probe->key_places, sizeof(places));
		if ((width == 0 || columns < width) &&
			serves(probe, RelationGetRelid(relation), index))
		{
			width = columns;
			probe->index = RelationGetRelid(index);
			probe->index_only =
				probe->holds == WP_HOLDS_NOTHING && covers(probe, index);
		}
		else
			memcpy(probe->key_places, places, sizeof(places));
		index_close(index, AccessShareLock);
	}
}

/*
 * Looks up the probe's relations and columns.  Leaves probe->index invalid if a
 * query must be used.  Raises the errors of catalog look-ups.
 */
static void
resolve(WpProbe *probe)
{
	Relation relation;
	uint64 now;

	for (probe->nkeys = 0; probe->keys[probe->nkeys] != NULL; probe->nkeys++)
		;
	for (probe->ncolumns = 0; probe->columns[probe->ncolumns] != NULL;
		 probe->ncolumns++)
		;
	probe->index = InvalidOid;
	probe->of_source = false;
	probe->checked = 0;
	probe->by_user = false;
	for (int i = 0; i < probe->nkeys; i++)
		probe->by_user |=
			strcmp(probe->keys[i], "user_id") == 0 && !is_null_key(probe, i);
	/* A change while we look makes the result out of date. */
	now = generation;
	probe->relation = wp_find_relation(probe->table);
	relation = OidIsValid(probe->relation)
				   ? try_relation_open(probe->relation, AccessShareLock)
				   : NULL;
	if (relation != NULL)
	{
		bool complete = is_plain(relation);

		probe->of_source = relation->rd_rel->relkind == RELKIND_VIEW ||
						   (probe->named != NULL && wp_is_source(probe->named));
		for (int i = 0; i < probe->ncolumns; i++)
		{
			probe->numbers[i] = get_attnum(probe->relation, probe->columns[i]);
			complete = complete && probe->numbers[i] > 0;
		}
		if (complete && !probe->of_source)
			choose_index(probe, relation);
		relation_close(relation, NoLock);
	}
	probe->generation = now;
}

/* Is the column one of the probe's keys, with one value in all rows? */
static bool
has_one_value(const WpProbe *probe, const char *column)
{
	for (int i = 0; i < probe->nkeys; i++)
		if (strcmp(column, probe->keys[i]) == 0 && !is_null_key(probe, i))
			return true;
	return false;
}

/*
 * Returns whether the probe's keys name one row.  Otherwise they find all rows
 * with the same key, or none of them.
 */
static bool
names_one_row(const WpProbe *probe)
{
	bool all = true;

	for (int u = 0; probe->unique[u] != NULL && all; u++)
		all = has_one_value(probe, probe->unique[u]);
	return all;
}

/*
 * Returns the text of the query for the same rows, in the context.  hold: locks
 * them, too.
 */
static char *
query_text(const WpProbe *probe, bool hold, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	bool counts = probe->of_source && !names_one_row(probe);
	StringInfoData columns;
	StringInfoData sql;
	int argument = 0;

	initStringInfo(&columns);
	for (int i = 0; i < probe->ncolumns; i++)
		appendStringInfo(&columns, "%st.%s", i == 0 ? "" : ", ",
						 probe->columns[i]);
	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT %s FROM ", columns.data);
	if (counts)
	{
		const char *before = "PARTITION BY";

		/* By what differs: values that are alike would slow the sort. */
		appendStringInfo(&sql, "(SELECT %s, pg_catalog.count(*) OVER (",
						 columns.data);
		for (int i = 0; probe->unique[i] != NULL; i++)
		{
			if (has_one_value(probe, probe->unique[i]))
				continue;
			appendStringInfo(&sql, "%s t.%s", before, probe->unique[i]);
			before = ",";
		}
		appendStringInfoString(&sql, ") AS copies FROM ");
	}
	appendStringInfo(&sql, "workflow_perms.%s t", probe->table);
	for (int i = 0; i < probe->nkeys; i++)
	{
		appendStringInfo(&sql, " %s t.%s", i == 0 ? "WHERE" : "AND",
						 probe->keys[i]);
		if (is_null_key(probe, i))
			appendStringInfoString(&sql, " IS NULL");
		else if (is_word_key(probe, i))
			appendStringInfo(&sql,
							 " OPERATOR(pg_catalog.=) $%d::workflow_perms.%s",
							 ++argument, probe->words->type_name);
		else
			appendStringInfo(&sql, " OPERATOR(workflow_perms.==) $%d",
							 ++argument);
	}
	if (counts)
		appendStringInfoString(&sql,
							   ") t WHERE t.copies OPERATOR(pg_catalog.=) 1");
	/* keys[0] is the account. */
	if (probe->of_source && probe->named != NULL)
		appendStringInfo(&sql,
						 " AND (SELECT pg_catalog.count(*) FROM "
						 "workflow_perms.%s n WHERE n.account_id "
						 "OPERATOR(workflow_perms.==) $1 AND n.%s "
						 "OPERATOR(workflow_perms.==) t.%s) "
						 "OPERATOR(pg_catalog.=) 1",
						 probe->named, probe->columns[0], probe->columns[0]);
	if (probe->order != NULL)
		appendStringInfo(
			&sql, " ORDER BY t.%s USING OPERATOR(pg_catalog.<) NULLS LAST",
			probe->order);
	if (hold)
		appendStringInfo(&sql, " FOR %sSHARE",
						 probe->holds == WP_HOLDS_KEY ? "KEY " : "");
	pfree(columns.data);
	MemoryContextSwitchTo(old);
	return sql.data;
}

/* For a NULL key, the empty text.  No id is empty, so nothing is found. */
static Datum
key_datum(const WpText *key)
{
	static const WpText empty = {"", 0};

	return wp_text_datum(key->data != NULL ? key : &empty);
}

static void
open_by_query(WpRows *rows, WpProbe *probe, const WpText *const *keys,
			  bool hold)
{
	Datum args[WP_PROBE_KEYS];
	WpQuery *query = probe->of_source ? &probe->source_query
					 : hold           ? &probe->hold_query
									  : &probe->query;
	int nargs = 0;

	for (int i = 0; i < probe->nkeys; i++)
		if (!is_null_key(probe, i))
		{
			query->types[nargs] = TEXTOID;
			args[nargs] = key_datum(keys[nargs]);
			nargs++;
		}
	query->nargs = nargs;
	query->table = probe->table;
	query->locks = query == &probe->hold_query;
	if (query->sql == NULL)
		query->sql = query_text(probe, query->locks, TopMemoryContext);
	wp_rows_query(rows, query, args);
	if (probe->of_source && probe->unique[0] != NULL && names_one_row(probe) &&
		tuplestore_tuple_count(rows->store) > 1)
		tuplestore_clear(rows->store);
	for (int i = 0; i < nargs; i++)
		pfree(DatumGetPointer(args[i]));
}

/*
 * Opens the table and the index, and looks them up first if needed.  Returns
 * false if there is nothing to open, or if it changes faster than it is opened
 * (always, under debug_discard_caches).  Then a query must be used.
 */
static bool
open_relations(WpRows *rows, WpProbe *probe)
{
	for (int tries = 0; tries < MOST_TRIES; tries++)
	{
		CHECK_FOR_INTERRUPTS();
		if (probe->generation != generation)
			resolve(probe);
		if (!OidIsValid(probe->index))
			return false;
		rows->relation = try_relation_open(probe->relation, AccessShareLock);
		/* While waiting for the lock we may have received invalidations. */
		if (rows->relation != NULL && probe->generation == generation)
		{
			rows->index = index_open(probe->index, AccessShareLock);
			if (probe->generation == generation)
				return true;
			index_close(rows->index, NoLock);
		}
		if (rows->relation != NULL)
			relation_close(rows->relation, NoLock);
		probe->generation = 0;
	}
	return false;
}

static void
start_scan(WpRows *rows, const WpProbe *probe, const WpText *const *keys)
{
	ScanKeyData scan_keys[WP_PROBE_KEYS];

	for (int i = 0, given = 0; i < probe->nkeys; i++)
	{
		AttrNumber place = probe->key_places[i];
		/* The scan needs the keys in the order of the index. */
		ScanKey key = &scan_keys[place - 1];

		if (is_null_key(probe, i))
			ScanKeyEntryInitialize(key, SK_ISNULL | SK_SEARCHNULL, place,
								   InvalidStrategy, InvalidOid, InvalidOid,
								   InvalidOid, (Datum) 0);
		else if (is_word_key(probe, i))
		{
			int word =
				wp_word(probe->words, keys[given]->data, keys[given]->len);

			ScanKeyEntryInitialize(
				key, 0, place, BTEqualStrategyNumber, ANYENUMOID, InvalidOid,
				F_ENUM_EQ, ObjectIdGetDatum(wp_enum_value(probe->words, word)));
			given++;
		}
		else
		{
			rows->keys[i] = key_datum(keys[given++]);
			ScanKeyEntryInitialize(key, 0, place, BTEqualStrategyNumber,
								   TEXTOID, C_COLLATION_OID, F_TEXTEQ,
								   rows->keys[i]);
		}
	}
	index_rescan(rows->scan, scan_keys, probe->nkeys, NULL, 0);
}

static void
free_keys(const Datum *keys)
{
	for (int i = 0; i < WP_PROBE_KEYS; i++)
		if (keys[i] != (Datum) 0)
			pfree(DatumGetPointer(keys[i]));
}

bool
wp_probe_serves(WpProbe *probe)
{
	if (probe->generation != generation)
		resolve(probe);
	return OidIsValid(probe->index) || probe->of_source;
}

/* wp_rows_open(); hold: a query locks the rows. */
static void
open_rows(WpRows *rows, WpProbe *probe, const WpText *const *keys, bool hold)
{
	memset(rows, 0, sizeof(*rows));
	rows->context = CurrentMemoryContext;
	if (!open_relations(rows, probe))
	{
		open_by_query(rows, probe, keys, hold);
		rows->by_user = probe->by_user;
		return;
	}
	rows->table = probe->table;
	rows->checked = &probe->checked;
	rows->by_user = probe->by_user;
	rows->scan = wp_index_beginscan(rows->relation, rows->index,
									GetActiveSnapshot(), probe->nkeys);
	if (probe->index_only && IsMVCCSnapshot(GetActiveSnapshot()))
	{
		rows->numbers = probe->index_numbers;
		rows->slot = MakeSingleTupleTableSlot(RelationGetDescr(rows->index),
											  &TTSOpsVirtual);
		rows->scan->xs_want_itup = true;
	}
	else
	{
		rows->numbers = probe->numbers;
		rows->slot = table_slot_create(rows->relation, NULL);
	}
	start_scan(rows, probe, keys);
}

void
wp_rows_open(WpRows *rows, WpProbe *probe, const WpText *const *keys)
{
	open_rows(rows, probe, keys, false);
}

static void
new_row(WpRows *rows)
{
	if (rows->detoasted != NULL)
		MemoryContextReset(rows->detoasted);
}

static void
release(WpRows *rows)
{
	if (rows->detoasted != NULL)
		MemoryContextDelete(rows->detoasted);
	rows->detoasted = NULL;
}

void
wp_rows_again(WpRows *rows, WpProbe *probe, const WpText *const *keys)
{
	MemoryContext caller = MemoryContextSwitchTo(rows->context);
	Datum former[WP_PROBE_KEYS];

	if (rows->store != NULL)
	{
		wp_rows_close(rows);
		wp_rows_open(rows, probe, keys);
	}
	else
	{
		new_row(rows);
		ExecClearTuple(rows->slot);
		memcpy(former, rows->keys, sizeof(former));
		start_scan(rows, probe, keys);
		free_keys(former);
	}
	MemoryContextSwitchTo(caller);
}

void
wp_rows_query(WpRows *rows, WpQuery *query, Datum *args)
{
	(void) wp_rows_query_few(rows, query, args, 0);
}

double
wp_rows_query_few(WpRows *rows, WpQuery *query, Datum *args, uint64 most)
{
	double more = 0;
	TupleDesc desc;

	memset(rows, 0, sizeof(*rows));
	rows->context = CurrentMemoryContext;
	rows->table = query->table;
	rows->checked = &rows->checked_here;
	rows->store = tuplestore_begin_heap(false, false, work_mem);
	if (most > 0)
		more = wp_read_few(query, args, most, rows->store, &desc);
	else
		desc = wp_read_into(query, args, rows->store, NULL);
	rows->slot = MakeSingleTupleTableSlot(desc, &TTSOpsMinimalTuple);
	return more;
}

bool
wp_probe_finds(WpProbe *probe, const WpText *const *keys)
{
	WpRows rows;
	bool found;

	wp_rows_open(&rows, probe, keys);
	found = wp_rows_next(&rows);
	wp_rows_close(&rows);
	return found;
}

/*
 * Locks the row as the executor does for FOR SHARE or FOR KEY SHARE, and goes
 * to its last version.  Returns false if there is none.
 */
static bool
hold_row(WpRows *rows, WpHold hold)
{
	bool fixed = IsolationUsesXactSnapshot();
	int flags = TUPLE_LOCK_FLAG_LOCK_UPDATE_IN_PROGRESS |
				(fixed ? 0 : TUPLE_LOCK_FLAG_FIND_LAST_VERSION);
	ItemPointerData place = rows->slot->tts_tid;
	TupleTableSlot *locked = rows->heap_slot;
	TM_FailureData failure;
	TM_Result result;

	if (locked == NULL)
		locked = table_slot_create(rows->relation, NULL);
	result = table_tuple_lock(rows->relation, &place, GetActiveSnapshot(),
							  locked, GetCurrentCommandId(false),
							  hold == WP_HOLDS_KEY ? LockTupleKeyShare
												   : LockTupleShare,
							  LockWaitBlock, flags, &failure);
	rows->heap_slot = rows->slot;
	rows->slot = locked;
	if (fixed && (result == TM_Updated || result == TM_Deleted))
		ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
						errmsg("could not serialize access due to concurrent "
							   "%s",
							   result == TM_Updated ? "update" : "delete")));
	if (result != TM_Ok && result != TM_Deleted && result != TM_SelfModified)
		elog(ERROR, "unexpected status of a locked row: %u", result);
	return result == TM_Ok;
}

bool
wp_rows_hold(WpRows *rows, WpProbe *probe, const WpText *const *keys)
{
	bool held = false;

	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	open_rows(rows, probe, keys, true);
	rows->snapshot = true;
	if (rows->store == NULL)
		/* as SELECT ... FOR SHARE locks the table */
		LockRelationOid(RelationGetRelid(rows->relation), RowShareLock);
	while (!held && wp_rows_next(rows))
		held = rows->store != NULL || hold_row(rows, probe->holds);
	return held;
}

bool
wp_probe_holds(WpProbe *probe, const WpText *const *keys)
{
	WpRows rows;
	bool held = wp_rows_hold(&rows, probe, keys);

	wp_rows_close(&rows);
	return held;
}

/*
 * Goes to the next row of an index-only scan.  The index does not know which
 * rows are visible, so the table is checked, except for pages whose rows are
 * all visible to everyone.
 */
static bool
next_in_index(WpRows *rows)
{
	IndexScanDesc scan = rows->scan;
	ItemPointer place;

	while ((place = index_getnext_tid(scan, ForwardScanDirection)) != NULL)
	{
		if (VM_ALL_VISIBLE(rows->relation, ItemPointerGetBlockNumber(place),
						   &rows->map_buffer))
			PredicateLockPage(rows->relation, ItemPointerGetBlockNumber(place),
							  GetActiveSnapshot());
		else
		{
			if (rows->heap_slot == NULL)
				rows->heap_slot = table_slot_create(rows->relation, NULL);
			if (!index_fetch_heap(scan, rows->heap_slot))
				continue;
			ExecClearTuple(rows->heap_slot);
		}
		ExecClearTuple(rows->slot);
		index_deform_tuple(scan->xs_itup, scan->xs_itupdesc,
						   rows->slot->tts_values, rows->slot->tts_isnull);
		ExecStoreVirtualTuple(rows->slot);
		return true;
	}
	return false;
}

bool
wp_rows_next(WpRows *rows)
{
	MemoryContext caller;
	bool found;

	CHECK_FOR_INTERRUPTS();
	new_row(rows);
	/*
	 * An index scan allocates memory as it proceeds (to note dead entries) and
	 * frees it at its end.
	 */
	caller = MemoryContextSwitchTo(rows->context);
	if (rows->store != NULL)
		found = tuplestore_gettupleslot(rows->store, true, false, rows->slot);
	else if (rows->scan->xs_want_itup)
		found = next_in_index(rows);
	else
		found =
			index_getnext_slot(rows->scan, ForwardScanDirection, rows->slot);
	MemoryContextSwitchTo(caller);
	return found;
}

void
wp_rows_close(WpRows *rows)
{
	release(rows);
	ExecDropSingleTupleTableSlot(rows->slot);
	if (rows->heap_slot != NULL)
		ExecDropSingleTupleTableSlot(rows->heap_slot);
	if (BufferIsValid(rows->map_buffer))
		ReleaseBuffer(rows->map_buffer);
	if (rows->store != NULL)
		tuplestore_end(rows->store);
	else
	{
		index_endscan(rows->scan);
		index_close(rows->index, NoLock);
		relation_close(rows->relation, NoLock);
	}
	free_keys(rows->keys);
	if (rows->snapshot)
		PopActiveSnapshot();
}

/* Returns the number of the column in the row's slot, from 1. */
static inline AttrNumber
number_of(const WpRows *rows, int column)
{
	return rows->numbers == NULL ? column + 1 : rows->numbers[column];
}

/*
 * Returns a column that must have the type, and must not be NULL if isnull is
 * NULL. The type is checked once.
 */
static pg_attribute_always_inline Datum
get(WpRows *rows, int column, WpStored type, const WpVocabulary *vocabulary,
	bool *isnull)
{
	TupleDesc desc = rows->slot->tts_tupleDescriptor;
	bool none;
	Datum value;

	if (unlikely(!(*rows->checked & (1U << column))))
	{
		wp_check_column(rows->table, desc, number_of(rows, column), type,
						vocabulary);
		*rows->checked |= 1U << column;
	}
	value = slot_getattr(rows->slot, number_of(rows, column), &none);
	if (isnull != NULL)
		*isnull = none;
	else if (unlikely(none))
		wp_column_is_null(rows->table, desc, number_of(rows, column));
	return value;
}

/* Returns the value, detoasted; its header may be short. */
static inline struct varlena *
detoasted(WpRows *rows, Datum datum)
{
	struct varlena *value = (struct varlena *) DatumGetPointer(datum);
	MemoryContext caller;

	if (!VARATT_IS_COMPRESSED(value) && !VARATT_IS_EXTERNAL(value))
		return value;
	/*
	 * In the row's own context, because the caller's may be reset while the row
	 * is still read.
	 */
	if (rows->detoasted == NULL)
		rows->detoasted =
			AllocSetContextCreate(rows->context, "workflow_perms detoasted row",
								  ALLOCSET_SMALL_SIZES);
	caller = MemoryContextSwitchTo(rows->detoasted);
	value = PG_DETOAST_DATUM_PACKED(datum);
	MemoryContextSwitchTo(caller);
	return value;
}

struct varlena *
wp_rows_condition_if_any(WpRows *rows, int column)
{
	bool isnull;
	Datum datum = get(rows, column, WP_STORED_CONDITION, NULL, &isnull);

	return isnull ? NULL : detoasted(rows, datum);
}

WpText
wp_rows_peek(WpRows *rows, int column)
{
	return wp_text_of(
		detoasted(rows, get(rows, column, WP_STORED_TEXT, NULL, NULL)));
}

WpText
wp_rows_peek_if_any(WpRows *rows, int column)
{
	bool isnull;
	Datum datum = get(rows, column, WP_STORED_TEXT, NULL, &isnull);

	return wp_text_of(isnull ? NULL : detoasted(rows, datum));
}

WpText
wp_rows_role(WpRows *rows, int column)
{
	/* A row that names neither a user nor a role would apply to everyone. */
	return rows->by_user ? wp_rows_peek_if_any(rows, column)
						 : wp_rows_peek(rows, column);
}

WpText
wp_rows_text(WpRows *rows, int column, MemoryContext context)
{
	WpText there = wp_rows_peek(rows, column);

	return wp_copy_text(&there, context);
}

WpText
wp_rows_text_if_any(WpRows *rows, int column, MemoryContext context)
{
	WpText there = wp_rows_peek_if_any(rows, column);

	return wp_copy_text(&there, context);
}

Jsonb *
wp_rows_jsonb(WpRows *rows, int column, MemoryContext context)
{
	return (Jsonb *) wp_varlena_copy(
		get(rows, column, WP_STORED_JSONB, NULL, NULL), context);
}

bool
wp_rows_bool(WpRows *rows, int column)
{
	return DatumGetBool(get(rows, column, WP_STORED_BOOL, NULL, NULL));
}

int
wp_rows_bool_if_any(WpRows *rows, int column, int absent)
{
	bool isnull;
	Datum datum = get(rows, column, WP_STORED_BOOL, NULL, &isnull);

	return isnull ? absent : DatumGetBool(datum);
}

int
wp_rows_word(WpRows *rows, int column, const WpVocabulary *vocabulary,
			 int absent)
{
	return wp_enum_word(
		vocabulary,
		DatumGetObjectId(get(rows, column, WP_STORED_WORD, vocabulary, NULL)),
		absent);
}

int
wp_rows_word_if_any(WpRows *rows, int column, const WpVocabulary *vocabulary,
					int absent)
{
	bool isnull;
	Datum datum = get(rows, column, WP_STORED_WORD, vocabulary, &isnull);

	return isnull ? absent
				  : wp_enum_word(vocabulary, DatumGetObjectId(datum), absent);
}

uint32
wp_rows_words(WpRows *rows, int column, const WpVocabulary *vocabulary)
{
	struct varlena *array =
		wp_varlena_copy(get(rows, column, WP_STORED_WORDS, vocabulary, NULL),
						CurrentMemoryContext);
	Datum *values;
	bool *nulls;
	int n;
	uint32 bits = 0;

	deconstruct_array((ArrayType *) array, wp_enum_type(vocabulary),
					  sizeof(Oid), true, TYPALIGN_INT, &values, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		int word = nulls[i] ? -1
							: wp_enum_word(vocabulary,
										   DatumGetObjectId(values[i]), -1);

		if (word >= 0)
			bits |= 1U << word;
	}
	return bits;
}

bool
wp_rows_time_if_any(WpRows *rows, int column, TimestampTz *time)
{
	bool isnull;
	Datum datum = get(rows, column, WP_STORED_TIME, NULL, &isnull);

	if (!isnull)
		*time = DatumGetTimestampTz(datum);
	return !isnull;
}

int32
wp_rows_int4_if_any(WpRows *rows, int column, int32 absent)
{
	bool isnull;
	Datum datum = get(rows, column, WP_STORED_INT4, NULL, &isnull);

	return isnull ? absent : DatumGetInt32(datum);
}
