/*
 * ordered_node.c
 *		Reads the rows of a table that may be visible, in the order of the
 *		query (ordered_path.c).  The node's filter decides on each of them.
 *
 * The walk reads an index in the order.  It is given up when it has wasted too
 * many rows on the filter: more than twice the rows that it found, and more
 * than a quarter of what the merge costs to start.  The merge goes on behind
 * the last row of the walk.
 *
 * A stream is one value's stretch of an index, such as a workspace's.  It holds
 * a batch of entries: their columns of the order, and where their rows are.
 * All streams of a source take turns with one scan, which is repositioned for
 * each batch.  So a thousand streams hold no page, and keep no vacuum waiting.
 * Between two batches entries may vanish or appear, but none of a row that the
 * snapshot shows.
 *
 * The node remembers its place: the last entry's columns of the order, and all
 * rows with equal ones.  Each batch, and the merge after the walk, begins at
 * that place and leaves out these rows.  So no row is read twice, neither over
 * several batches nor by several sources.  A row is known by where its index
 * entries point, which is the same in every index of the table.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/nbtree.h"
#include "access/relscan.h"
#include "access/tableam.h"
#include "common/hashfn.h"
#include "executor/executor.h"
#include "executor/nodeIndexscan.h"
#include "lib/binaryheap.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/sortsupport.h"

#include "compat.h"
#include WP_EXPLAIN_FORMAT_H
#include "planner/ordered_node.h"

/* Rows that the walk may waste before the streams are counted. */
#define UNCOUNTED 16

/* Entries of a stream's first batch, and the most of one. */
#define FIRST_BATCH 2
#define MOST_BATCH 256
#define MOST_EQUAL (1 << 24)

typedef struct Entry
{
	Datum values[WP_ORDER_COLUMNS];
	bool nulls[WP_ORDER_COLUMNS];
	ItemPointerData tid;
} Entry;

/* A set of places of rows. */
typedef struct TidEntry
{
	uint64 tid;
	char status;
} TidEntry;

#define SH_PREFIX tids
#define SH_ELEMENT_TYPE TidEntry
#define SH_KEY_TYPE uint64
#define SH_KEY tid
#define SH_HASH_KEY(tb, key)                                                   \
	hash_bytes((const unsigned char *) &(key), sizeof(key))
#define SH_EQUAL(tb, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

#define FEW_TIDS 32

/* A way to some of the rows (WpOrderedSource). */
typedef struct Source
{
	WpOrderedKind kind;
	ScanDirection direction;
	int value;
	int order;
	Relation index;
	IndexScanDesc scan;
	/* as the plan has them, and as a scan gets them, with one more */
	ScanKey planned;
	ScanKey keys;
	int nkeys;
	IndexRuntimeKeyInfo *runtime;
	int nruntime;
	List *arrays; /* ExprStates */
	Datum *values;
	int nvalues;
	int nrows; /* of a look-up, as the planner believes */
} Source;

/* The stretch of a source's index with one value; or all that was looked up. */
typedef struct Stream
{
	Source *source;
	Datum value;
	int batch; /* the size of the next one */
	bool ended;
	int n;
	int next;
	Entry *entries;
} Stream;

typedef struct OrderedState
{
	CustomScanState css;
	int nkeys;
	AttrNumber columns[WP_ORDER_COLUMNS];
	SortSupportData sort[WP_ORDER_COLUMNS];
	int16 typlen[WP_ORDER_COLUMNS];
	bool typbyval[WP_ORDER_COLUMNS];
	int nsources;
	Source *sources;
	ExprContext *values;   /* computed when a scan starts */
	MemoryContext context; /* of one scan */

	bool started;
	bool walking;
	bool counted;
	double budget;
	binaryheap *heap;
	/* the place, if there is one */
	bool placed;
	Entry place;
	tids_hash *same;

	/* for EXPLAIN: sums of all scans */
	uint64 nwalked;
	uint64 nreturned;
	uint64 nstreams;
	uint64 nlooked_up;
	/* of this scan */
	uint64 walked;
	uint64 returned;
} OrderedState;

static int
compare_entries(const Entry *a, const Entry *b, OrderedState *state)
{
	for (int i = 0; i < state->nkeys; i++)
	{
		int result =
			ApplySortComparator(a->values[i], a->nulls[i], b->values[i],
								b->nulls[i], &state->sort[i]);

		if (result != 0)
			return result;
	}
	return 0;
}

static int
compare_looked_up(const void *a, const void *b, void *state)
{
	return compare_entries(a, b, state);
}

/* The heap's top is the stream whose next entry comes first. */
static int
compare_streams(Datum a, Datum b, void *state)
{
	const Stream *left = (const Stream *) DatumGetPointer(a);
	const Stream *right = (const Stream *) DatumGetPointer(b);

	return compare_entries(&right->entries[right->next],
						   &left->entries[left->next], state);
}

static void
copy_entry(OrderedState *state, Entry *to, const Entry *from)
{
	*to = *from;
	for (int i = 0; i < state->nkeys; i++)
		if (!from->nulls[i])
			to->values[i] = datumCopy(from->values[i], state->typbyval[i],
									  state->typlen[i]);
}

static void
free_entry(OrderedState *state, Entry *entry)
{
	for (int i = 0; i < state->nkeys; i++)
		if (!entry->nulls[i] && !state->typbyval[i])
			pfree(DatumGetPointer(entry->values[i]));
}

/* Reads the columns of the order from a row. */
static void
read_slot(OrderedState *state, TupleTableSlot *slot, Entry *entry)
{
	for (int i = 0; i < state->nkeys; i++)
		entry->values[i] =
			slot_getattr(slot, state->columns[i], &entry->nulls[i]);
}

/* The same from the index entry that the scan is at. */
static void
read_index(OrderedState *state, const Source *source, Entry *entry)
{
	for (int i = 0; i < state->nkeys; i++)
		entry->values[i] =
			index_getattr(source->scan->xs_itup, source->order + i + 1,
						  source->scan->xs_itupdesc, &entry->nulls[i]);
}

static uint64
tid_key(const ItemPointerData *tid)
{
	return (uint64) ItemPointerGetBlockNumberNoCheck(tid) << 16 |
		   ItemPointerGetOffsetNumberNoCheck(tid);
}

/* Was the entry's row read already? */
static bool
is_behind(OrderedState *state, const Entry *entry)
{
	int result;

	if (!state->placed)
		return false;
	result = compare_entries(entry, &state->place, state);
	return result < 0 ||
		   (result == 0 &&
			tids_lookup(state->same, tid_key(&entry->tid)) != NULL);
}

/*
 * Goes to the entry's place.  Returns false if its row was read already.
 */
static bool
go_to(OrderedState *state, const Entry *entry)
{
	int result =
		state->placed ? compare_entries(entry, &state->place, state) : 1;
	MemoryContext old;
	bool found;

	if (result < 0)
		return false;
	old = MemoryContextSwitchTo(state->context);
	if (result > 0)
	{
		if (state->placed)
			free_entry(state, &state->place);
		copy_entry(state, &state->place, entry);
		state->placed = true;
		if (state->same != NULL && state->same->size > FEW_TIDS)
		{
			tids_destroy(state->same);
			state->same = NULL;
		}
		if (state->same == NULL)
			state->same = tids_create(state->context, FEW_TIDS / 2, NULL);
		else
			tids_reset(state->same);
	}
	MemoryContextSwitchTo(old);
	(void) tids_insert(state->same, tid_key(&entry->tid), &found);
	return !found;
}

/* Opens the source's index and prepares its conditions. */
static void
begin_source(OrderedState *state, Source *source)
{
	PlanState *node = &state->css.ss.ps;
	CustomScan *scan = (CustomScan *) node->plan;
	int i = source - state->sources;
	List *described = list_nth(lsecond(scan->custom_private), i);
	List *expressions = list_nth(scan->custom_exprs, i);
	List *numbers = lsecond(described);

	source->kind = list_nth_int(numbers, WP_SOURCE_KIND);
	source->direction = list_nth_int(numbers, WP_SOURCE_BACKWARD)
							? BackwardScanDirection
							: ForwardScanDirection;
	source->value = list_nth_int(numbers, WP_SOURCE_VALUE);
	source->order = list_nth_int(numbers, WP_SOURCE_ORDER);
	source->nrows = list_nth_int(numbers, WP_SOURCE_ROWS);
	source->index =
		index_open(linitial_oid(linitial(described)), AccessShareLock);
	ExecIndexBuildScanKeys(node, source->index, linitial(expressions), false,
						   &source->planned, &source->nkeys, &source->runtime,
						   &source->nruntime, NULL, NULL);
	source->keys = palloc(sizeof(ScanKeyData) * (source->nkeys + 1));
	source->arrays = ExecInitExprList(lsecond(expressions), node);
}

/* Computes the values of the source's index conditions and arrays. */
static void
compute(OrderedState *state, Source *source)
{
	ListCell *cell;

	ExecIndexEvalRuntimeKeys(state->values, source->runtime, source->nruntime);
	memcpy(source->keys, source->planned, sizeof(ScanKeyData) * source->nkeys);
	source->nvalues = 0;
	source->values = NULL;
	foreach (cell, source->arrays)
	{
		bool isnull;
		Datum array =
			ExecEvalExprSwitchContext(lfirst(cell), state->values, &isnull);
		ArrayType *values;
		Datum *elements;
		bool *nulls;
		int n;
		int16 len;
		bool byval;
		char align;
		MemoryContext old;

		if (isnull)
			continue;
		old = MemoryContextSwitchTo(state->context);
		values = DatumGetArrayTypePCopy(array);
		get_typlenbyvalalign(ARR_ELEMTYPE(values), &len, &byval, &align);
		deconstruct_array(values, ARR_ELEMTYPE(values), len, byval, align,
						  &elements, &nulls, &n);
		if (source->values == NULL)
			source->values = palloc(sizeof(Datum));
		source->values = repalloc_huge(
			source->values, sizeof(Datum) * ((Size) source->nvalues + n + 1));
		for (int i = 0; i < n; i++)
			if (!nulls[i])
				source->values[source->nvalues++] = elements[i];
		MemoryContextSwitchTo(old);
	}
	/* Without arrays there is one stretch. */
	if (source->value < 0)
	{
		source->values = MemoryContextAllocZero(state->context, sizeof(Datum));
		source->nvalues = 1;
	}
}

/*
 * Goes before the first entry of this value.  The scan's last key is `more`;
 * without one, the last key is given twice.
 */
static void
position(Source *source, Datum value, const ScanKeyData *more)
{
	if (source->value >= 0)
	{
		source->keys[source->value].sk_argument = value;
		source->keys[source->value].sk_flags &= ~SK_ISNULL;
	}
	if (source->kind == WP_STREAM)
		source->keys[source->nkeys] =
			more != NULL ? *more : source->keys[source->nkeys - 1];
	index_rescan(source->scan, source->keys,
				 source->nkeys + (source->kind == WP_STREAM), NULL, 0);
}

/* Opens the source's scan. */
static void
open_scan(OrderedState *state, Source *source)
{
	if (source->scan != NULL)
		return;
	source->scan =
		wp_index_beginscan(state->css.ss.ss_currentRelation, source->index,
						   state->css.ss.ps.state->es_snapshot,
						   source->nkeys + (source->kind == WP_STREAM));
	source->scan->xs_want_itup = source->kind == WP_STREAM;
}

/*
 * Makes a key for the stretches of a stream from the node's place on.  First
 * the rows with values, then those with NULL if they come last.  Returns false
 * if there are no more stretches.
 */
static bool
key_from_place(OrderedState *state, const Source *source, int stretch,
			   ScanKey key)
{
	int column = source->order;
	Oid family = source->index->rd_opfamily[column];
	Oid type = source->index->rd_opcintype[column];
	bool null = state->place.nulls[0];
	StrategyNumber strategy = state->sort[0].ssup_reverse
								  ? BTLessEqualStrategyNumber
								  : BTGreaterEqualStrategyNumber;

	if (stretch > 0 && (null || state->sort[0].ssup_nulls_first))
		return false;
	if (null || stretch > 0)
		ScanKeyEntryInitialize(key, SK_ISNULL | SK_SEARCHNULL, column + 1,
							   InvalidStrategy, InvalidOid, InvalidOid,
							   InvalidOid, (Datum) 0);
	else
		ScanKeyEntryInitialize(
			key, 0, column + 1, strategy, type,
			source->index->rd_indcollation[column],
			get_opcode(get_opfamily_member(family, type, type, strategy)),
			state->place.values[0]);
	return stretch < 2;
}

/* Reads entries of the stretch into the stream until its batch is full. */
static void
read_stretch(OrderedState *state, Stream *stream)
{
	Source *source = stream->source;
	ItemPointer tid;
	Entry entry;

	while (stream->n < stream->batch &&
		   (tid = index_getnext_tid(source->scan, source->direction)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		entry.tid = *tid;
		read_index(state, source, &entry);
		if (!is_behind(state, &entry))
			copy_entry(state, &stream->entries[stream->n++], &entry);
	}
}

/*
 * Is the stream still at the first column of the node's place?  The next batch
 * will begin there, too, and leave out what was read.
 */
static bool
stays(OrderedState *state, const Stream *stream)
{
	const Entry *last;

	if (!state->placed || stream->n == 0)
		return false;
	last = &stream->entries[stream->n - 1];
	return ApplySortComparator(last->values[0], last->nulls[0],
							   state->place.values[0], state->place.nulls[0],
							   &state->sort[0]) == 0;
}

/*
 * Reads the stream's next batch.  Afterwards the scan is at no entry, so it
 * holds no page.
 */
static void
fill(OrderedState *state, Stream *stream)
{
	Source *source = stream->source;
	MemoryContext old = MemoryContextSwitchTo(state->context);
	/* NULLs that come first have no key from which on. */
	bool from_place = state->placed && !(state->place.nulls[0] &&
										 state->sort[0].ssup_nulls_first);
	ScanKeyData key;

	for (int i = 0; i < stream->n; i++)
		free_entry(state, &stream->entries[i]);
	if (stream->entries != NULL)
		pfree(stream->entries);
	stream->entries = MemoryContextAllocHuge(
		state->context, sizeof(Entry) * (Size) stream->batch);
	stream->n = 0;
	stream->next = 0;
	for (int stretch = 0; stream->n < stream->batch; stretch++)
	{
		if (from_place ? !key_from_place(state, source, stretch, &key)
					   : stretch > 0)
		{
			stream->ended = true;
			break;
		}
		position(source, stream->value, from_place ? &key : NULL);
		read_stretch(state, stream);
	}
	position(source, stream->value, NULL);
	/* Equal values are read anew in each batch, so few batches take them. */
	stream->batch =
		Min(stream->batch * 2, stays(state, stream) ? MOST_EQUAL : MOST_BATCH);
	MemoryContextSwitchTo(old);
}

/* Adds a stream that has entries to the heap. */
static void
add_stream(OrderedState *state, Source *source, Datum value)
{
	MemoryContext old = MemoryContextSwitchTo(state->context);
	Stream *stream = palloc0(sizeof(Stream));

	stream->source = source;
	stream->value = value;
	stream->batch = FIRST_BATCH;
	MemoryContextSwitchTo(old);
	fill(state, stream);
	if (stream->n > 0)
		binaryheap_add_unordered(state->heap, PointerGetDatum(stream));
	else
		pfree(stream);
	state->nstreams++;
}

/* Adds the rows with this value to those that are looked up. */
static void
look_up(OrderedState *state, Source *source, Datum value, Stream *found,
		Size *room)
{
	TupleTableSlot *slot = state->css.ss.ss_ScanTupleSlot;
	MemoryContext old = MemoryContextSwitchTo(state->context);
	ItemPointer tid;
	Entry entry;

	position(source, value, NULL);
	while ((tid = index_getnext_tid(source->scan, source->direction)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		entry.tid = *tid;
		if (!index_fetch_heap(source->scan, slot))
			continue;
		state->nlooked_up++;
		read_slot(state, slot, &entry);
		if (is_behind(state, &entry))
			continue;
		if (found->n == *room)
			found->entries =
				repalloc_huge(found->entries, sizeof(Entry) * (*room *= 2));
		copy_entry(state, &found->entries[found->n++], &entry);
	}
	ExecClearTuple(slot);
	MemoryContextSwitchTo(old);
}

static void
close_scan(Source *source)
{
	if (source->scan != NULL)
		index_endscan(source->scan);
	source->scan = NULL;
}

/* Starts the merge: all streams, and what is looked up. */
static void
start_merge(OrderedState *state)
{
	MemoryContext old = MemoryContextSwitchTo(state->context);
	Stream *found = palloc0(sizeof(Stream));
	Size room = 16;
	int most = 1;

	state->walking = false;
	found->ended = true;
	found->entries = palloc(sizeof(Entry) * room);
	for (Source *source = state->sources;
		 source < state->sources + state->nsources; source++)
		if (source->kind == WP_STREAM)
			most += source->nvalues;
	state->heap = binaryheap_allocate(most, compare_streams, state);
	MemoryContextSwitchTo(old);
	for (Source *source = state->sources;
		 source < state->sources + state->nsources; source++)
	{
		if (source->kind == WP_WALK)
		{
			close_scan(source);
			continue;
		}
		open_scan(state, source);
		for (int i = 0; i < source->nvalues; i++)
		{
			CHECK_FOR_INTERRUPTS();
			if (source->kind == WP_STREAM)
				add_stream(state, source, source->values[i]);
			else
				look_up(state, source, source->values[i], found, &room);
		}
		if (source->kind == WP_LOOKUP)
			close_scan(source);
	}
	if (found->n > 0)
	{
		qsort_interruptible(found->entries, found->n, sizeof(Entry),
							compare_looked_up, state);
		binaryheap_add_unordered(state->heap, PointerGetDatum(found));
	}
	binaryheap_build(state->heap);
}

/* Computes the merge's values, and how much the walk may waste. */
static void
count_streams(OrderedState *state)
{
	double cost = 0;

	state->counted = true;
	for (Source *source = state->sources;
		 source < state->sources + state->nsources; source++)
	{
		/* start() has computed the first one. */
		if (source != state->sources)
			compute(state, source);
		if (source->kind != WP_WALK)
			cost += source->nvalues * WP_DESCENT_COST + source->nrows;
	}
	state->budget = Max(cost / 4, UNCOUNTED);
}

static void
start(OrderedState *state)
{
	Source *first = &state->sources[0];

	state->started = true;
	state->budget = UNCOUNTED;
	compute(state, first);
	state->walking = first->kind == WP_WALK;
	if (!state->walking)
		count_streams(state);
	else
	{
		open_scan(state, first);
		position(first, (Datum) 0, NULL);
	}
}

/*
 * Has the walk wasted too much?  What it found is to its credit, twice, because
 * the merge would have read it, too.
 */
static bool
walk_failed(OrderedState *state)
{
	double wasted = (double) state->walked - 2 * (double) state->returned;

	if (wasted <= state->budget)
		return false;
	if (!state->counted)
		count_streams(state);
	return wasted > state->budget;
}

/* Puts the walk's next row into the slot.  Returns false at the end. */
static bool
walk_on(OrderedState *state, TupleTableSlot *slot)
{
	Source *walk = &state->sources[0];
	ItemPointer tid;
	Entry entry;

	while ((tid = index_getnext_tid(walk->scan, walk->direction)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		entry.tid = *tid;
		if (!index_fetch_heap(walk->scan, slot))
			continue;
		read_slot(state, slot, &entry);
		(void) go_to(state, &entry);
		state->walked++;
		state->nwalked++;
		return true;
	}
	return false;
}

/* Fetches the row that an index entry of the source points to. */
static bool
fetch(OrderedState *state, ItemPointerData tid, TupleTableSlot *slot)
{
	Source *source = &state->sources[state->nsources - 1];

	/* Between two batches a scan is at no entry. */
	open_scan(state, source);
	source->scan->xs_heaptid = tid;
	source->scan->xs_heap_continue = false;
	return index_fetch_heap(source->scan, slot);
}

/* Puts the merge's next row into the slot.  Returns false at the end. */
static bool
merge_on(OrderedState *state, TupleTableSlot *slot)
{
	while (!binaryheap_empty(state->heap))
	{
		Stream *stream =
			(Stream *) DatumGetPointer(binaryheap_first(state->heap));
		Entry *entry = &stream->entries[stream->next++];
		ItemPointerData tid = entry->tid;
		bool fresh = go_to(state, entry);

		CHECK_FOR_INTERRUPTS();
		if (stream->next == stream->n && !stream->ended)
			fill(state, stream);
		if (stream->next < stream->n)
			binaryheap_replace_first(state->heap, PointerGetDatum(stream));
		else
			(void) binaryheap_remove_first(state->heap);
		if (fresh && fetch(state, tid, slot))
			return true;
	}
	return false;
}

static TupleTableSlot *
next_row(ScanState *node)
{
	OrderedState *state = (OrderedState *) node;
	TupleTableSlot *slot = node->ss_ScanTupleSlot;

	if (!state->started)
		start(state);
	if (state->walking && !walk_failed(state))
		return walk_on(state, slot) ? slot : ExecClearTuple(slot);
	if (state->heap == NULL)
	{
		ExecClearTuple(slot);
		start_merge(state);
	}
	return merge_on(state, slot) ? slot : ExecClearTuple(slot);
}

/* All conditions are in the filter, which is evaluated again. */
static bool
recheck(ScanState *node, TupleTableSlot *slot)
{
	return true;
}

static TupleTableSlot *
exec_node(CustomScanState *node)
{
	OrderedState *state = (OrderedState *) node;
	TupleTableSlot *slot = ExecScan(&node->ss, next_row, recheck);

	if (!TupIsNull(slot))
	{
		state->returned++;
		state->nreturned++;
	}
	return slot;
}

/* Sets the columns of the order. */
static void
begin_order(OrderedState *state, List *order)
{
	TupleDesc desc = RelationGetDescr(state->css.ss.ss_currentRelation);
	List *columns = list_nth(order, WP_ORDERED_COLUMNS);

	state->nkeys = list_length(columns);
	for (int i = 0; i < state->nkeys; i++)
	{
		SortSupport sort = &state->sort[i];
		Form_pg_attribute attribute;

		state->columns[i] = list_nth_int(columns, i);
		attribute = TupleDescAttr(desc, state->columns[i] - 1);
		state->typlen[i] = attribute->attlen;
		state->typbyval[i] = attribute->attbyval;
		sort->ssup_cxt = CurrentMemoryContext;
		sort->ssup_collation =
			list_nth_oid(list_nth(order, WP_ORDERED_COLLATIONS), i);
		sort->ssup_nulls_first =
			list_nth_int(list_nth(order, WP_ORDERED_NULLS_FIRST), i) != 0;
		PrepareSortSupportFromOrderingOp(
			list_nth_oid(list_nth(order, WP_ORDERED_OPERATORS), i), sort);
	}
}

static void
begin_node(CustomScanState *node, EState *estate, int eflags)
{
	OrderedState *state = (OrderedState *) node;
	CustomScan *scan = (CustomScan *) node->ss.ps.plan;
	Relation table = node->ss.ss_currentRelation;

	/* The server has made a slot for rows of its own making. */
	wp_init_scan_slot(estate, &node->ss, RelationGetDescr(table),
					  table_slot_callbacks(table));
	ExecAssignScanProjectionInfo(&node->ss);
	node->ss.ps.qual = ExecInitQual(scan->scan.plan.qual, (PlanState *) node);
	if (eflags & EXEC_FLAG_EXPLAIN_ONLY)
		return;
	begin_order(state, linitial(scan->custom_private));
	state->nsources = list_length(lsecond(scan->custom_private));
	state->sources = palloc0(sizeof(Source) * state->nsources);
	/* All at once, so that no index is dropped under an open cursor. */
	for (int i = 0; i < state->nsources; i++)
		begin_source(state, &state->sources[i]);
	state->values = CreateExprContext(estate);
	state->context = AllocSetContextCreate(
		estate->es_query_cxt, "workflow_perms order", ALLOCSET_DEFAULT_SIZES);
}

/* Forgets everything of this scan. */
static void
stop(OrderedState *state)
{
	for (int i = 0; i < state->nsources; i++)
		close_scan(&state->sources[i]);
	if (state->context != NULL)
		MemoryContextReset(state->context);
	if (state->values != NULL)
		ResetExprContext(state->values);
	state->started = state->walking = state->counted = state->placed = false;
	state->heap = NULL;
	state->same = NULL;
	state->walked = state->returned = 0;
}

static void
end_node(CustomScanState *node)
{
	OrderedState *state = (OrderedState *) node;

	stop(state);
	for (int i = 0; i < state->nsources; i++)
		index_close(state->sources[i].index, NoLock);
}

static void
rescan_node(CustomScanState *node)
{
	stop((OrderedState *) node);
	ExecScanReScan(&node->ss);
}

/* Prints the names of the indexes, by kind. */
static void
explain_node(CustomScanState *node, List *ancestors, ExplainState *es)
{
	static const char *const labels[] = {"Walk", "Merge", "Look-up"};
	OrderedState *state = (OrderedState *) node;
	CustomScan *scan = (CustomScan *) node->ss.ps.plan;
	List *names[lengthof(labels)] = {NIL};
	ListCell *cell;

	foreach (cell, (List *) lsecond(scan->custom_private))
	{
		Oid index = linitial_oid(linitial((List *) lfirst(cell)));
		List *numbers = lsecond((List *) lfirst(cell));
		int kind = list_nth_int(numbers, WP_SOURCE_KIND);
		char *name;

		name = psprintf("%s%s", quote_identifier(get_rel_name(index)),
						list_nth_int(numbers, WP_SOURCE_BACKWARD) ? " backward"
																  : "");
		/* Conditions and no condition are two sources. */
		if (names[kind] == NIL || strcmp(llast(names[kind]), name) != 0)
			names[kind] = lappend(names[kind], name);
	}
	for (int i = 0; i < lengthof(labels); i++)
		if (names[i] != NIL)
			ExplainPropertyList(labels[i], names[i], es);
	if (!es->analyze)
		return;
	ExplainPropertyUInteger("Rows Walked", NULL, state->nwalked, es);
	ExplainPropertyUInteger("Streams Merged", NULL, state->nstreams, es);
	ExplainPropertyUInteger("Rows Looked Up", NULL, state->nlooked_up, es);
}

static Node *
create_state(CustomScan *scan)
{
	static const CustomExecMethods methods = {
		.CustomName = "WorkflowOrder",
		.BeginCustomScan = begin_node,
		.ExecCustomScan = exec_node,
		.EndCustomScan = end_node,
		.ReScanCustomScan = rescan_node,
		.ExplainCustomScan = explain_node,
	};
	OrderedState *state =
		(OrderedState *) newNode(sizeof(OrderedState), T_CustomScanState);

	state->css.methods = &methods;
	return (Node *) state;
}

const CustomScanMethods wp_ordered_scan_methods = {"WorkflowOrder",
												   create_state};
