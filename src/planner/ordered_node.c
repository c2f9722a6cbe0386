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
 * a batch of entries: the columns of the order, and where their rows are.  A
 * look-up is a stream that is read and sorted as a whole.  All streams of a
 * source take turns with one scan, which is repositioned for each batch.  So a
 * thousand streams hold no page, and keep no vacuum waiting.
 *
 * The node remembers its place: the last entry's columns of the order, and all
 * rows with equal ones.  Each batch, and the merge after the walk, begins at
 * that place and leaves out these rows.  So no row is read twice, neither over
 * several batches nor by several sources.  A row is known by where its index
 * entries point, which is the same in every index of the table.
 *
 * Batches stay small once work_mem is used up.  Beyond it there are a few
 * entries of each stream, as there is one id of each in the principal; the rows
 * that are looked up, which the planner takes for few; and rows with equal
 * columns of the order.  An order by the key, too, has none of these.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/nbtree.h"
#include "access/relscan.h"
#include "access/tableam.h"
#include "executor/executor.h"
#include "executor/nodeIndexscan.h"
#include "lib/binaryheap.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/sortsupport.h"

#include "compat.h"
#include WP_EXPLAIN_FORMAT_H
#include "planner/ordered_path.h"

/* Rows that the walk may waste before the streams are counted. */
#define UNCOUNTED 16

/* Entries of a batch: first, at most, and of equal columns of the order. */
#define FIRST_BATCH 2
#define MOST_BATCH 256
#define MOST_EQUAL (1 << 24)

typedef struct Entry
{
	Datum values[WP_ORDER_COLUMNS];
	bool nulls[WP_ORDER_COLUMNS];
	ItemPointerData tid;
} Entry;

/* A way to some of the rows (WpOrderedSource). */
typedef struct Source
{
	List *numbers;
	WpOrderedKind kind;
	ScanDirection direction;
	Relation index;
	IndexScanDesc scan;
	/* made when they are first needed: */
	/* the conditions as the plan has them, and as a scan gets them */
	ScanKey planned;
	ScanKey keys;
	int nkeys;
	IndexRuntimeKeyInfo *runtime;
	int nruntime;
	int value;        /* the condition that takes the values; -1: none */
	ExprState *array; /* of the values */
	/* of one scan */
	ArrayType *values; /* NULL: none */
	int nvalues;
} Source;

/* The stretch of a source's index with one value. */
typedef struct Stream
{
	Source *source;
	Datum value;
	int batch; /* the size of the next one */
	bool ended;
	int n;
	int next;
	int room;
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
	ItemPointerData last; /* of the walk */
	binaryheap *heap;
	/* the place, if there is one */
	bool placed;
	Entry place;
	HTAB *same; /* the tids of other rows there; NULL: none */

	/* for EXPLAIN: sums of all scans */
	uint64 nwalked;
	uint64 nstreams;
	uint64 nlooked_up;
	/* of this scan */
	uint64 walked;
	uint64 returned;
} OrderedState;

/* Compares the first n columns of the order. */
static int
compare_columns(OrderedState *state, const Entry *a, const Entry *b, int n)
{
	int result = 0;

	for (int i = 0; i < n && result == 0; i++)
		result = ApplySortComparator(a->values[i], a->nulls[i], b->values[i],
									 b->nulls[i], &state->sort[i]);
	return result;
}

static int
compare_entries(const void *a, const void *b, void *state)
{
	return compare_columns(state, a, b, ((OrderedState *) state)->nkeys);
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
	int column = list_nth_int(source->numbers, WP_SOURCE_ORDER);

	for (int i = 0; i < state->nkeys; i++)
		entry->values[i] =
			index_getattr(source->scan->xs_itup, column + i + 1,
						  source->scan->xs_itupdesc, &entry->nulls[i]);
}

/*
 * Puts the scan's next row into the slot, and where its index entry points into
 * *tid.  Returns false at the end.
 */
static bool
next_of(Source *source, ScanDirection direction, TupleTableSlot *slot,
		ItemPointer tid)
{
	ItemPointer next;

	while ((next = index_getnext_tid(source->scan, direction)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		*tid = *next;
		if (index_fetch_heap(source->scan, slot))
			return true;
	}
	return false;
}

/* Was this row at the node's place read already?  Enters or finds it. */
static bool
was_read(OrderedState *state, const ItemPointerData *tid, HASHACTION action)
{
	HASHCTL same = {.keysize = sizeof(ItemPointerData),
					.entrysize = sizeof(ItemPointerData),
					.hcxt = state->context};
	bool found;

	if (ItemPointerEquals((ItemPointer) tid, &state->place.tid))
		return true;
	if (state->same == NULL && action == HASH_FIND)
		return false;
	if (state->same == NULL)
		state->same = hash_create("workflow_perms order's equal rows", 32,
								  &same, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	(void) hash_search(state->same, tid, action, &found);
	return found;
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
		   (result == 0 && was_read(state, &entry->tid, HASH_FIND));
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

	if (result <= 0)
		return result == 0 && !was_read(state, &entry->tid, HASH_ENTER);
	old = MemoryContextSwitchTo(state->context);
	if (state->placed)
		free_entry(state, &state->place);
	copy_entry(state, &state->place, entry);
	state->placed = true;
	if (state->same != NULL)
		hash_destroy(state->same);
	state->same = NULL;
	MemoryContextSwitchTo(old);
	return true;
}

static void
close_scan(Source *source)
{
	if (source->scan != NULL)
		index_endscan(source->scan);
	source->scan = NULL;
}

/* Opens the source, and computes its conditions and values. */
static void
open_source(OrderedState *state, Source *source)
{
	PlanState *node = &state->css.ss.ps;
	List *expressions = list_nth(((CustomScan *) node->plan)->custom_exprs,
								 source - state->sources);
	MemoryContext old = MemoryContextSwitchTo(node->state->es_query_cxt);
	Datum array;
	bool isnull;

	if (source->keys == NULL)
	{
		ExecIndexBuildScanKeys(node, source->index, linitial(expressions),
							   false, &source->planned, &source->nkeys,
							   &source->runtime, &source->nruntime, NULL, NULL);
		source->keys = palloc(sizeof(ScanKeyData) * (source->nkeys + 1));
		source->array = ExecInitExpr(lsecond(expressions), node);
		source->value = -1;
		for (int i = 0; i < source->nruntime; i++)
			if (IsA(source->runtime[i].key_expr->expr, CaseTestExpr))
				source->value = source->runtime[i].scan_key - source->planned;
	}
	source->scan = wp_index_beginscan(
		state->css.ss.ss_currentRelation, source->index,
		node->state->es_snapshot, source->nkeys + (source->kind != WP_WALK));
	source->scan->xs_want_itup = source->kind == WP_STREAM;
	ExecIndexEvalRuntimeKeys(state->values, source->runtime, source->nruntime);
	memcpy(source->keys, source->planned, sizeof(ScanKeyData) * source->nkeys);
	source->values = NULL;
	/* Without an array there is one stretch. */
	source->nvalues = source->array == NULL ? 1 : 0;
	if (source->array != NULL)
	{
		array =
			ExecEvalExprSwitchContext(source->array, state->values, &isnull);
		MemoryContextSwitchTo(state->context);
		if (!isnull)
		{
			source->values = DatumGetArrayTypePCopy(array);
			source->nvalues = ArrayGetNItems(ARR_NDIM(source->values),
											 ARR_DIMS(source->values));
		}
	}
	MemoryContextSwitchTo(old);
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
	if (source->kind != WP_WALK)
		source->keys[source->nkeys] =
			more != NULL ? *more : source->keys[source->nkeys - 1];
	index_rescan(source->scan, source->keys,
				 source->nkeys + (source->kind != WP_WALK), NULL, 0);
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
	int column = list_nth_int(source->numbers, WP_SOURCE_ORDER);
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
	TupleTableSlot *slot = state->css.ss.ss_ScanTupleSlot;
	ItemPointer tid;
	Entry entry;

	while (stream->n < stream->batch)
	{
		CHECK_FOR_INTERRUPTS();
		if (source->kind == WP_STREAM)
		{
			tid = index_getnext_tid(source->scan, source->direction);
			if (tid == NULL)
				break;
			entry.tid = *tid;
			read_index(state, source, &entry);
		}
		else
		{
			if (!next_of(source, source->direction, slot, &entry.tid))
				break;
			read_slot(state, slot, &entry);
			state->nlooked_up++;
		}
		if (is_behind(state, &entry))
			continue;
		if (stream->n == stream->room)
			stream->entries = repalloc_huge(
				stream->entries, sizeof(Entry) * (Size) (stream->room *= 2));
		copy_entry(state, &stream->entries[stream->n++], &entry);
	}
	ExecClearTuple(slot);
}

/*
 * Sets the size of the stream's next batch.  If it is still at the first column
 * of the node's place, the next batch will begin there, too, and leave out what
 * was read.  So equal values are read anew in each batch, and few batches must
 * take them.
 */
static void
set_next_batch(OrderedState *state, Stream *stream)
{
	if (state->placed && stream->n > 0 &&
		compare_columns(state, &stream->entries[stream->n - 1], &state->place,
						1) == 0)
		stream->batch = Min(stream->batch * 2, MOST_EQUAL);
	else if (MemoryContextMemAllocated(state->context, true) >
			 work_mem * (Size) 1024)
		stream->batch = FIRST_BATCH;
	else
		stream->batch = Min(stream->batch * 2, MOST_BATCH);
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
	bool from_place =
		source->kind == WP_STREAM && state->placed &&
		!(state->place.nulls[0] && state->sort[0].ssup_nulls_first);
	ScanKeyData key;

	for (int i = 0; i < stream->n; i++)
		free_entry(state, &stream->entries[i]);
	if (stream->entries != NULL)
		pfree(stream->entries);
	stream->room = Min(stream->batch, MOST_BATCH);
	stream->entries = palloc(sizeof(Entry) * stream->room);
	stream->n = stream->next = 0;
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
	set_next_batch(state, stream);
	MemoryContextSwitchTo(old);
}

/* Adds a stream that has entries to the heap. */
static void
add_stream(OrderedState *state, Source *source, Datum value)
{
	Stream *stream = MemoryContextAllocZero(state->context, sizeof(Stream));

	CHECK_FOR_INTERRUPTS();
	stream->source = source;
	stream->value = value;
	stream->batch = source->kind == WP_STREAM ? FIRST_BATCH : INT_MAX;
	fill(state, stream);
	if (source->kind == WP_LOOKUP)
		qsort_interruptible(stream->entries, stream->n, sizeof(Entry),
							compare_entries, state);
	else
		state->nstreams++;
	if (stream->n > 0)
		binaryheap_add_unordered(state->heap, PointerGetDatum(stream));
	else
		pfree(stream);
}

/* Starts the merge: all streams, and what is looked up. */
static void
start_merge(OrderedState *state)
{
	Source *end = state->sources + state->nsources;
	MemoryContext old = MemoryContextSwitchTo(state->context);
	int most = 1;

	for (Source *source = state->sources; source < end; source++)
		most += source->nvalues;
	state->heap = binaryheap_allocate(most, compare_streams, state);
	for (Source *source = state->sources; source < end; source++)
	{
		ArrayIterator values;
		Datum value;
		bool isnull;

		if (source->kind != WP_WALK && source->array == NULL)
			add_stream(state, source, (Datum) 0);
		if (source->values == NULL)
			continue;
		values = array_create_iterator(source->values, 0, NULL);
		while (array_iterate(values, &value, &isnull))
			if (!isnull)
				add_stream(state, source, value);
	}
	binaryheap_build(state->heap);
	MemoryContextSwitchTo(old);
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
		if (source->kind == WP_WALK)
			continue;
		open_source(state, source);
		cost += source->nvalues * WP_DESCENT_COST +
				list_nth_int(source->numbers, WP_SOURCE_ROWS);
	}
	state->budget = Max(cost / 4, UNCOUNTED);
}

static void
start(OrderedState *state)
{
	Source *first = &state->sources[0];
	EState *estate = state->css.ss.ps.state;

	if (state->values == NULL)
	{
		state->values = CreateExprContext(estate);
		state->context =
			AllocSetContextCreate(estate->es_query_cxt, "workflow_perms order",
								  ALLOCSET_DEFAULT_SIZES);
	}
	state->started = true;
	state->budget = UNCOUNTED;
	state->walking = first->kind == WP_WALK;
	if (!state->walking)
		count_streams(state);
	else
	{
		open_source(state, first);
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

/* Gives up the walk: the node's place is the row in the slot, its last one. */
static void
leave_walk(OrderedState *state, TupleTableSlot *slot)
{
	Source *walk = &state->sources[0];
	Entry entry;

	entry.tid = state->last;
	read_slot(state, slot, &entry);
	/* The rows before it that have the same place were read, too. */
	while (go_to(state, &entry) &&
		   next_of(walk, -walk->direction, slot, &entry.tid))
		read_slot(state, slot, &entry);
	ExecClearTuple(slot);
	close_scan(walk);
	state->walking = false;
}

/* Fetches the row that an index entry of the source points to. */
static bool
fetch(Source *source, ItemPointerData tid, TupleTableSlot *slot)
{
	/* Between two batches a scan is at no entry. */
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
		Source *source = stream->source;
		ItemPointerData tid = entry->tid;
		bool fresh = go_to(state, entry);

		CHECK_FOR_INTERRUPTS();
		if (stream->next == stream->n && !stream->ended)
			fill(state, stream);
		if (stream->next < stream->n)
			binaryheap_replace_first(state->heap, PointerGetDatum(stream));
		else
			(void) binaryheap_remove_first(state->heap);
		if (fresh && fetch(source, tid, slot))
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
	if (state->walking && walk_failed(state))
		leave_walk(state, slot);
	if (state->walking)
	{
		Source *walk = &state->sources[0];

		if (!next_of(walk, walk->direction, slot, &state->last))
			return ExecClearTuple(slot);
		state->walked++;
		state->nwalked++;
		return slot;
	}
	if (state->heap == NULL)
		start_merge(state);
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
	TupleTableSlot *slot = ExecScan(&node->ss, next_row, recheck);

	if (!TupIsNull(slot))
		((OrderedState *) node)->returned++;
	return slot;
}

/* Sets the columns of the order, as the first index in the order has them. */
static void
begin_order(OrderedState *state, int nkeys)
{
	Source *first = state->sources;
	Relation index;
	bool backward;

	while (first->kind == WP_LOOKUP)
		first++;
	index = first->index;
	backward = ScanDirectionIsBackward(first->direction);
	state->nkeys = nkeys;
	for (int i = 0; i < nkeys; i++)
	{
		SortSupport sort = &state->sort[i];
		int column = list_nth_int(first->numbers, WP_SOURCE_ORDER) + i;
		int16 option = index->rd_indoption[column];
		Oid type = index->rd_opcintype[column];
		bool descending = ((option & INDOPTION_DESC) != 0) != backward;
		Form_pg_attribute attribute;

		state->columns[i] = index->rd_index->indkey.values[column];
		attribute =
			TupleDescAttr(RelationGetDescr(state->css.ss.ss_currentRelation),
						  state->columns[i] - 1);
		state->typlen[i] = attribute->attlen;
		state->typbyval[i] = attribute->attbyval;
		sort->ssup_cxt = CurrentMemoryContext;
		sort->ssup_collation = index->rd_indcollation[column];
		sort->ssup_nulls_first =
			((option & INDOPTION_NULLS_FIRST) != 0) != backward;
		PrepareSortSupportFromOrderingOp(
			get_opfamily_member(index->rd_opfamily[column], type, type,
								descending ? BTGreaterStrategyNumber
										   : BTLessStrategyNumber),
			sort);
	}
}

static void
begin_node(CustomScanState *node, EState *estate, int eflags)
{
	OrderedState *state = (OrderedState *) node;
	CustomScan *scan = (CustomScan *) node->ss.ps.plan;
	Relation table = node->ss.ss_currentRelation;
	List *sources = lsecond(scan->custom_private);

	/* The server has made a slot for rows of its own making. */
	wp_init_scan_slot(estate, &node->ss, RelationGetDescr(table),
					  table_slot_callbacks(table));
	ExecAssignScanProjectionInfo(&node->ss);
	node->ss.ps.qual = ExecInitQual(scan->scan.plan.qual, (PlanState *) node);
	if (eflags & EXEC_FLAG_EXPLAIN_ONLY)
		return;
	state->nsources = list_length(sources);
	state->sources = palloc0(sizeof(Source) * state->nsources);
	/* All at once, so that no index is dropped under an open cursor. */
	for (int i = 0; i < state->nsources; i++)
	{
		Source *source = &state->sources[i];

		source->numbers = list_nth(sources, i);
		source->kind = list_nth_int(source->numbers, WP_SOURCE_KIND);
		source->direction = list_nth_int(source->numbers, WP_SOURCE_BACKWARD)
								? BackwardScanDirection
								: ForwardScanDirection;
		source->index = index_open(
			list_nth_oid(linitial(scan->custom_private), i), AccessShareLock);
	}
	begin_order(state, linitial_int(lthird(scan->custom_private)));
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
	ListCell *index;
	ListCell *numbers;
	ListCell *other;

	forboth(index, linitial(scan->custom_private), numbers,
			lsecond(scan->custom_private))
	{
		int kind = list_nth_int(lfirst(numbers), WP_SOURCE_KIND);
		bool backward = list_nth_int(lfirst(numbers), WP_SOURCE_BACKWARD);
		char *name =
			psprintf("%s%s", quote_identifier(get_rel_name(lfirst_oid(index))),
					 backward ? " backward" : "");

		/* Several sources read one index. */
		foreach (other, names[kind])
			if (strcmp(lfirst(other), name) == 0)
				break;
		if (other == NULL)
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
