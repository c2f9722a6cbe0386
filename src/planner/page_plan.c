/*
 * page_plan.c
 *		Which workflows are on a page.  The result is that of filtering with
 *		can_view, ORDER BY and LIMIT, but without reading every visible
 *		workflow.
 *
 * There are three ways to read them.  All use wp_decide for every row, so they
 * differ only in the rows that they read.
 *  - The walk reads the account's rows in order until the page is full.
 *  - The merge reads several streams, each in order.  For members and services
 *    a stream is a workspace that they can reach.  One more stream has the few
 *    workflows elsewhere that they are members of.  For connected users a
 *    stream is a condition that holds for them, by its hash.  One more stream
 *    has the workflows without a condition.  A stream costs one descent of the
 *    index before its first row, but no row outside the streams is read.
 *  - The sort reads all rows that the merge could read, and keeps the best.  It
 *    needs no index that the application made.
 * It is not known beforehand which rows come first: the newest may all be in
 * places that the principal cannot reach.  So if the walk promises to be
 * cheaper, it starts, and counts the rows that the merge would not have read.
 * When these have cost half of what the merge costs to start, the merge takes
 * over, behind the last row read.  At worst this costs half as much again as
 * the merge alone.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/binaryheap.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/float.h"
#include "utils/memutils.h"

#include "lookup/matching_conditions.h"
#include "lookup/ordered_scan.h"
#include "lookup/owner_query.h"
#include "lookup/session_principal.h"
#include "lookup/load_workflow.h"
#include "planner/reachable_ids.h"
#include "planner/page_plan.h"
#include "principal/find.h"

/*
 * Costs, in units of reading one more row of a scan, which took 0.9 µs.  A
 * descent took 4 µs, a probe 3 µs.  The other values were not measured; another
 * issue replaces this file.
 */
#define STREAM_COST 4.0
#define PROBE_COST 3.0
/* finding out which conditions hold, once per snapshot */
#define MATCHING_COST 300.0
#define SORT_COST 0.3 /* per row that the sort reads */
/* the part of the table that a connected user's sort reads */
#define SORTED_PART 0.03
#define MOST_BATCH 64 /* rows that a stream reads at a time */

typedef struct Row
{
	WpPlace place;
	bool visible;
} Row;

/* Rows with the same prefix, read in batches. */
typedef struct Stream
{
	Datum prefix;
	bool prefix_is_null;
	bool ended; /* rows has all that is left */
	int batch;
	int n;
	int next;
	Row *rows;
} Stream;

typedef struct Listing
{
	const WpPrincipal *principal;
	const WpOrder *order;
	int size;
	const WpPlace *after;
	WpPlace *found;
	int nfound;

	/*
	 * workspaces where only main workflows, and where all workflows may be
	 * viewed
	 */
	const WpIdSet *reached[2];
	int nreached;

	/* for the merge */
	bool connected; /* conditions bind the principal */
	WpPath path;
	WpOrdered *rows; /* rows by this path; NULL: no index */
	Stream *streams;
	int nstreams;
} Listing;

/*
 * Can workflows of the workspace be viewed without a membership of the
 * workflow?
 */
static bool
is_reached(const Listing *page, const WpText *workspace)
{
	return wp_idset_has(page->reached[0], workspace) ||
		   wp_idset_has(page->reached[1], workspace);
}

static bool
is_visible(const Listing *page, const WpWorkflow *workflow)
{
	return wp_session_allows(page->principal, WP_VIEW, workflow);
}

/* Would the merge also read this workflow, which is not visible? */
static bool
merge_reads(const Listing *page, const WpWorkflow *workflow)
{
	if (!page->connected)
		return is_reached(page, &workflow->workspace);
	wp_session_know_workspace(&workflow->workspace);
	return wp_decide(page->principal, WP_VIEW, workflow) != WP_CONDITION;
}

/*
 * Walks the account's rows behind page->after.  Returns true if the page is
 * full or no rows are left.  Returns false after `budget` rows that the merge
 * or the sort would not have read; page->after is then the place of the last
 * row.
 */
static bool
walk(Listing *page, WpOrdered *rows, double budget)
{
	WpWorkflow workflow;
	WpPlace place;
	double wasted = 0;

	wp_ordered_start(rows, (Datum) 0, true, page->after);
	while (page->nfound < page->size &&
		   wp_ordered_next(rows, &workflow, &place))
	{
		if (is_visible(page, &workflow))
		{
			page->found[page->nfound++] = wp_order_copy(page->order, &place);
			continue;
		}
		if (merge_reads(page, &workflow))
			continue;
		/* If half a page is found, the other half may well be near. */
		if (++wasted > (page->nfound * 2 >= page->size ? budget * 2 : budget))
		{
			WpPlace *last = palloc(sizeof(WpPlace));

			*last = wp_order_copy(page->order, &place);
			page->after = last;
			return false;
		}
	}
	return true;
}

static void
free_place(const Listing *page, const WpPlace *place)
{
	pfree(unconstify(char *, place->id.data));
	if (!place->is_null && !page->order->by_value)
		pfree(DatumGetPointer(place->value));
}

/* Reads the stream's next rows, behind `after`. */
static void
fill_stream(Listing *page, Stream *stream, const WpPlace *after)
{
	WpWorkflow workflow;
	WpPlace place;

	if (stream->rows != NULL)
		pfree(stream->rows);
	stream->rows = palloc(sizeof(Row) * stream->batch);
	stream->n = 0;
	stream->next = 0;
	wp_ordered_start(page->rows, stream->prefix, stream->prefix_is_null, after);
	while (stream->n < stream->batch &&
		   wp_ordered_next(page->rows, &workflow, &place))
	{
		Row *row = &stream->rows[stream->n++];

		row->place = wp_order_copy(page->order, &place);
		row->visible = is_visible(page, &workflow);
	}
	stream->ended = stream->n < stream->batch;
	stream->batch = Min(stream->batch * 2, MOST_BATCH);
}

static int
compare_rows(const void *a, const void *b, void *arg)
{
	const Listing *page = arg;

	return wp_order_compare(page->order, &((const Row *) a)->place,
							&((const Row *) b)->place);
}

/*
 * Fills the stream of the workflows that the principal is a member of and that
 * are in no other stream.
 */
static void
fill_memberships(Listing *page, Stream *stream)
{
	const WpPrincipal *principal = page->principal;
	WpOrdered *by_id =
		wp_ordered_open(page->order, &principal->account, WP_PATH_ID);
	const WpText *last = NULL;
	WpWorkflow workflow;
	WpPlace place;

	if (by_id == NULL)
		elog(ERROR, "table workflow_perms.workflows has no index on its key");
	stream->ended = true;
	stream->rows = palloc(sizeof(Row) * principal->nmemberships);
	for (int i = 0; i < principal->nmemberships; i++)
	{
		const WpText *id = &principal->memberships[i].workflow;
		Datum key;

		if (last != NULL && wp_text_compare(last, id) == 0)
			continue;
		last = id;
		key = wp_text_datum(id);
		wp_ordered_start(by_id, key, false, NULL);
		if (wp_ordered_next(by_id, &workflow, &place) &&
			!is_reached(page, &workflow.workspace) &&
			is_visible(page, &workflow) &&
			(page->after == NULL ||
			 wp_order_compare(page->order, &place, page->after) > 0))
		{
			stream->rows[stream->n].place = wp_order_copy(page->order, &place);
			stream->rows[stream->n++].visible = true;
		}
		pfree(DatumGetPointer(key));
	}
	wp_ordered_close(by_id);
	qsort_arg(stream->rows, stream->n, sizeof(Row), compare_rows, page);
}

/* The heap's top is the stream whose next row comes first. */
static int
compare_streams(Datum a, Datum b, void *arg)
{
	const Listing *page = arg;
	const Stream *left = (const Stream *) DatumGetPointer(a);
	const Stream *right = (const Stream *) DatumGetPointer(b);

	return wp_order_compare(page->order, &right->rows[right->next].place,
							&left->rows[left->next].place);
}

/*
 * Reads each stream's first rows: about twice as many as it will contribute to
 * a page, because one more row is cheaper than a second descent.
 */
static void
start_streams(Listing *page, binaryheap *heap)
{
	int batch =
		Max(Min(page->size, page->size * 2 / Max(page->nstreams, 1)), 1);

	for (int i = 0; i < page->nstreams; i++)
	{
		page->streams[i].batch = Min(batch, MOST_BATCH);
		fill_stream(page, &page->streams[i], page->after);
		if (page->streams[i].n > 0)
			binaryheap_add_unordered(heap, PointerGetDatum(&page->streams[i]));
	}
}

/*
 * Merges the streams and the memberships until the page is full.  Rows that are
 * not visible delay nothing: no stream is read further than the page reaches.
 */
static void
merge(Listing *page)
{
	binaryheap *heap =
		binaryheap_allocate(page->nstreams + 1, compare_streams, page);
	Stream memberships = {(Datum) 0};

	start_streams(page, heap);
	if (page->path == WP_PATH_WORKSPACE && page->principal->nmemberships > 0)
	{
		fill_memberships(page, &memberships);
		if (memberships.n > 0)
			binaryheap_add_unordered(heap, PointerGetDatum(&memberships));
	}
	binaryheap_build(heap);
	while (page->nfound < page->size && !binaryheap_empty(heap))
	{
		Stream *stream = (Stream *) DatumGetPointer(binaryheap_first(heap));
		Row row = stream->rows[stream->next++];

		CHECK_FOR_INTERRUPTS();
		if (row.visible)
			page->found[page->nfound++] = row.place;
		if (stream->next == stream->n && !stream->ended &&
			page->nfound < page->size)
			fill_stream(page, stream, &row.place);
		if (stream->next < stream->n)
			binaryheap_replace_first(heap, PointerGetDatum(stream));
		else
			(void) binaryheap_remove_first(heap);
		if (!row.visible)
			free_place(page, &row.place);
	}
	binaryheap_free(heap);
}

/* The heap's top is the last of the places that are kept. */
static int
compare_places(Datum a, Datum b, void *arg)
{
	const Listing *page = arg;

	return wp_order_compare(page->order, (const WpPlace *) DatumGetPointer(a),
							(const WpPlace *) DatumGetPointer(b));
}

/* The state of a sort. */
typedef struct Best
{
	Listing *page;
	binaryheap *heap;
	int room;
	MemoryContext context;
} Best;

static void
keep_best(const WpWorkflow *workflow, const WpPlace *place, void *arg)
{
	Best *best = arg;
	const Listing *page = best->page;
	WpPlace *worst =
		best->heap->bh_size < best->room
			? NULL
			: (WpPlace *) DatumGetPointer(binaryheap_first(best->heap));
	MemoryContext old;

	if ((page->after != NULL &&
		 wp_order_compare(page->order, place, page->after) <= 0) ||
		(worst != NULL && wp_order_compare(page->order, place, worst) > 0) ||
		!is_visible(page, workflow))
		return;
	old = MemoryContextSwitchTo(best->context);
	if (worst != NULL)
	{
		free_place(page, worst);
		*worst = wp_order_copy(page->order, place);
		binaryheap_replace_first(best->heap, PointerGetDatum(worst));
	}
	else
	{
		WpPlace *kept = palloc(sizeof(WpPlace));

		*kept = wp_order_copy(page->order, place);
		binaryheap_add(best->heap, PointerGetDatum(kept));
	}
	MemoryContextSwitchTo(old);
}

static Datum
reached_array(const Listing *page)
{
	Datum *ids = palloc(sizeof(Datum) * (page->nreached + 1));
	int n = 0;

	for (int set = 0; set < lengthof(page->reached); set++)
		for (int i = 0; i < page->reached[set]->n; i++)
			ids[n++] = wp_text_datum(&page->reached[set]->ids[i]);
	return PointerGetDatum(
		construct_array(ids, n, TEXTOID, -1, false, TYPALIGN_INT));
}

static Datum
membership_array(const Listing *page)
{
	const WpPrincipal *principal = page->principal;
	Datum *ids = palloc(sizeof(Datum) * (principal->nmemberships + 1));

	for (int i = 0; i < principal->nmemberships; i++)
		ids[i] = wp_text_datum(&principal->memberships[i].workflow);
	return PointerGetDatum(construct_array(ids, principal->nmemberships,
										   TEXTOID, -1, false, TYPALIGN_INT));
}

/*
 * Returns the conditions that hold for the principal, which must be the
 * session's.
 */
static const WpMatching *
session_matching(const Listing *page)
{
	const WpMatching *matching = wp_session_matching();

	/*
	 * Under one snapshot the principal is loaded once, and nothing in between
	 * frees it.
	 */
	if (matching == NULL ||
		wp_session_principal_with(wp_action_facets(WP_VIEW)) != page->principal)
		elog(ERROR, "the session's principal changed while a page was read");
	return matching;
}

static Datum
matching_hashes(const Listing *page)
{
	const WpMatching *matching = session_matching(page);
	Datum *hashes = palloc_extended(
		sizeof(Datum) * (Size) (matching->count + 1), MCXT_ALLOC_HUGE);
	for (int i = 0; i < matching->count; i++)
		hashes[i] = Int64GetDatum(matching->hashes[i]);
	return PointerGetDatum(construct_array(hashes, matching->count, INT8OID,
										   sizeof(int64), FLOAT8PASSBYVAL,
										   TYPALIGN_DOUBLE));
}

/* Reads all rows that may be visible and keeps those that fit on the page. */
static void
sort(Listing *page)
{
	Best best = {page, NULL, page->size - page->nfound, CurrentMemoryContext};
	int n;

	best.heap = binaryheap_allocate(best.room, compare_places, page);
	if (page->connected)
		wp_each_workflow_matching(&page->principal->account, page->order,
								  matching_hashes(page), keep_best, &best);
	else
		wp_each_workflow_placed(&page->principal->account, page->order,
								reached_array(page), membership_array(page),
								keep_best, &best);
	n = best.heap->bh_size;
	for (int i = n - 1; i >= 0; i--)
		page->found[page->nfound + i] =
			*(WpPlace *) DatumGetPointer(binaryheap_remove_first(best.heap));
	page->nfound += n;
	binaryheap_free(best.heap);
}

/*
 * Makes the merge's streams except that of memberships: one for each workspace
 * that is reached, or one for each condition that holds and one for no
 * condition.
 */
static void
make_streams(Listing *page)
{
	const WpMatching *matching =
		page->connected ? session_matching(page) : NULL;
	Size room = matching != NULL ? matching->count : page->nreached;

	page->streams = palloc_extended(sizeof(Stream) * (room + 1),
									MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	if (matching != NULL)
	{
		for (int i = 0; i < matching->count; i++)
			page->streams[page->nstreams++].prefix =
				Int64GetDatum(matching->hashes[i]);
		page->streams[page->nstreams++].prefix_is_null = true;
		return;
	}
	for (int set = 0; set < lengthof(page->reached); set++)
		for (int i = 0; i < page->reached[set]->n; i++)
			page->streams[page->nstreams++].prefix =
				wp_text_datum(&page->reached[set]->ids[i]);
}

static double
merge_start_cost(Listing *page)
{
	if (page->connected)
		return STREAM_COST * session_matching(page)->count;
	return STREAM_COST * page->nreached +
		   PROBE_COST * page->principal->nmemberships;
}

/*
 * Returns how many rows the walk may read that the merge would not: half of the
 * merge's start cost.  Returns 0 if so few of the workspaces are reached that a
 * page almost certainly costs more than twice the start cost.
 */
static double
budget_before_merge(Listing *page)
{
	double cost = merge_start_cost(page);
	double others = wp_account_workspaces(page->principal) - page->nreached;

	if (!page->connected &&
		page->size * others / Max(page->nreached, 1) > cost * 2)
		return 0;
	return cost / 2;
}

/*
 * The same if only the sort is possible: some part of the rows that it would
 * read, assuming that the table has no other account's rows.
 */
static double
budget_before_sort(const Listing *page, const WpOrdered *walked)
{
	double rows = wp_ordered_estimate(walked);
	double part =
		page->connected
			? SORTED_PART
			: page->nreached / Max(wp_account_workspaces(page->principal), 1);

	if (rows < 0 || part >= 1)
		return get_float8_infinity();
	return Max(rows * SORT_COST * part, page->size * 10);
}

/*
 * Walks as long as that promises to be cheapest.  Returns whether the page is
 * done.
 */
static bool
walk_first(Listing *page, WpOrdered *walked)
{
	double budget;

	if (page->rows == NULL)
		return walk(page, walked, budget_before_sort(page, walked));
	/*
	 * A page may be full before it would be known which conditions hold.  So
	 * walk first.
	 */
	if (page->connected && walk(page, walked, MATCHING_COST / 2))
		return true;
	budget = budget_before_merge(page);
	if (page->connected)
		budget -= MATCHING_COST / 2;
	return budget > 0 && walk(page, walked, budget);
}

/*
 * Opens the rows for the merge, if there is an index and the merge reads fewer
 * rows than the walk.
 */
static void
open_streams(Listing *page, bool can_walk)
{
	const WpText *account = &page->principal->account;

	page->path = page->connected ? WP_PATH_CONDITION : WP_PATH_WORKSPACE;
	if (page->connected || !can_walk ||
		page->nreached < wp_account_workspaces(page->principal))
		page->rows = wp_ordered_open(page->order, account, page->path);
}

/* Reads the page in the cheapest way that the table's indexes allow. */
static void
read_page(Listing *page)
{
	WpOrdered *walked = wp_ordered_open(page->order, &page->principal->account,
										WP_PATH_ACCOUNT);
	const WpPlace *after = page->after;
	const char *last = "";
	bool done = false;

	open_streams(page, walked != NULL);
	if (walked != NULL)
	{
		done = walk_first(page, walked);
		wp_ordered_close(walked);
	}
	if (!done && page->rows != NULL)
	{
		last = "merge";
		make_streams(page);
		merge(page);
	}
	else if (!done)
	{
		last = "sort";
		sort(page);
	}
	ereport(DEBUG1, (errmsg_internal(
						"page of workflows by %s%s%s",
						done || page->after != after ? "walk" : "",
						!done && page->after != after ? " and " : "", last)));
	if (page->rows != NULL)
		wp_ordered_close(page->rows);
}

WpPlace *
wp_page_read(const WpPrincipal *principal, const WpOrder *order, int size,
			 const WpPlace *after, int *n)
{
	Listing page = {principal, order, size, after};

	page.found = palloc(sizeof(WpPlace) * size);
	page.connected = !wp_is_team(principal);
	page.reached[0] = wp_session_candidates(WP_VIEW, WP_MAIN);
	page.reached[1] = wp_session_candidates(WP_VIEW, WP_ANY);
	page.nreached = page.reached[0]->n + page.reached[1]->n;
	if (page.nreached > 0 || (!page.connected && principal->nmemberships > 0))
		read_page(&page);
	*n = page.nfound;
	return page.found;
}
