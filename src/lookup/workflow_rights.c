/*
 * workflow_rights.c
 *		The right to the rows of a workflow, decided once for each workflow, or
 *		listed for all workflows at once.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "lookup/load_board.h"
#include "lookup/load_workflow.h"
#include "lookup/owner_query.h"
#include "lookup/session_principal.h"
#include "lookup/workflow_rights.h"
#include "principal/find.h"

/*
 * More workflows than this are not listed for the planner, because a statement
 * may need few of them.
 */
#define MOST_LISTED 3000

/*
 * After so many workflows were decided one by one, all that are allowed are
 * listed, if they are few.  Deciding one takes 4 to 17 us, listing one 5 to 12.
 */
#define MANY_ASKED 256

/*
 * All are listed when they are no more than this, for each that was decided.
 * So a statement never takes much longer than with the better of the two.
 */
#define LISTED_FOR_EACH 2

/* What a workflow takes while they are listed, which work_mem bounds then. */
#define LISTED_BYTES 100

static WpRightsListener listener = NULL;

void
wp_rights_listen(WpRightsListener listed)
{
	listener = listed;
}

/* Decides about a workflow that is loaded, for a principal that knows it. */
static WpRightVerdict
decide_right(WpRight right, const WpPrincipal *principal,
			 const WpWorkflow *workflow)
{
	WpRun run = {.account = workflow->account, .workflow = workflow};

	switch (right)
	{
		case WP_RIGHT_VIEW:
			return wp_decide(principal, WP_VIEW, workflow) == WP_ALLOWED
					   ? WP_RIGHT_HELD
					   : WP_RIGHT_NONE;
		case WP_RIGHT_EDIT:
			return wp_decide(principal, WP_EDIT, workflow) == WP_ALLOWED
					   ? WP_RIGHT_HELD
					   : WP_RIGHT_NONE;
		case WP_RIGHT_HISTORY:
			if (!wp_is_team(principal) ||
				wp_decide_view_run(principal, &run, NULL) != WP_ALLOWED)
				return WP_RIGHT_NONE;
			return wp_steps_are_checked(principal, workflow) ? WP_RIGHT_HELD
															 : WP_RIGHT_WHOLE;
	}
	return WP_RIGHT_NONE;
}

/* Returns the session's principal with what the decision needs. */
static const WpPrincipal *
principal_for(WpRight right, const WpWorkflow *workflow)
{
	if (right == WP_RIGHT_HISTORY)
		return wp_session_principal_about(
			wp_action_facets(WP_VIEW) | WP_FACET_CAPABILITIES,
			&workflow->workflow, &workflow->workspace);
	return wp_session_principal_for(right == WP_RIGHT_VIEW ? WP_VIEW : WP_EDIT,
									workflow);
}

/* A list in the making, all of it in the context. */
typedef struct Listing
{
	MemoryContext context;
	uint64 load_number;
	int size;
	WpIdSet *set;
} Listing;

/* Adds a workflow that the query has found and that is allowed. */
static void
add(const WpText *id, void *arg)
{
	Listing *listing = arg;
	WpIdSet *set = listing->set;

	if (set->n == listing->size)
	{
		listing->size *= 2;
		set->ids = repalloc_huge(set->ids, sizeof(WpText) * listing->size);
	}
	set->ids[set->n++] = wp_copy_text(id, listing->context);
}

/*
 * Adds a workflow that the query has found if its history is allowed, and
 * remembers the verdict.
 */
static void
add_of_history(const WpWorkflow *workflow, void *arg)
{
	Listing *listing = arg;
	WpRightVerdict verdict = decide_right(
		WP_RIGHT_HISTORY, principal_for(WP_RIGHT_HISTORY, workflow), workflow);

	if (verdict == WP_RIGHT_NONE)
		return;
	add(&workflow->workflow, arg);
	wp_memo_keep(WP_MEMO_HISTORY, listing->load_number, &workflow->workflow,
				 verdict);
}

/* Adds all that are allowed.  Returns what wp_each_workflow_asked() does. */
static double
add_all(WpRight right, Listing *listing, const WpText *account, uint64 most)
{
	static const WpText capability = {"task_history.view",
									  sizeof("task_history.view") - 1};
	const WpPrincipal *principal;

	if (right != WP_RIGHT_HISTORY)
		return wp_each_id_asked(
			account, right == WP_RIGHT_VIEW ? WP_ASKED_VIEW : WP_ASKED_EDIT,
			most, add, listing);
	/* What connected users see of the history is no workflow's. */
	principal = wp_session_principal_with(WP_FACET_CAPABILITIES);
	if (!wp_is_team(principal))
		return 0;
	return wp_each_workflow_of_history(
		account, wp_holds_capability_somewhere(principal, &capability), most,
		add_of_history, listing);
}

/*
 * Lists the workflows and returns the set, or NULL if they are more than
 * `most` (0: no bound).  The set is in a context below the caller's, whom it is
 * good for if it is not kept.
 */
static const WpIdSet *
list_workflows(WpRight right, const WpPrincipal *principal, uint64 most)
{
	MemoryContext context = AllocSetContextCreate(
		CurrentMemoryContext, "workflow_perms allowed workflows",
		ALLOCSET_DEFAULT_SIZES);
	WpText account = wp_copy_text(&principal->account, context);
	uint64 load = wp_session_load_number();
	Listing listing = {context, load, 64};
	MemoryContext caller = MemoryContextSwitchTo(context);
	double nallowed;
	WpMemo *memo;

	listing.set = palloc0(sizeof(WpIdSet));
	listing.set->ids = palloc(sizeof(WpText) * listing.size);
	MemoryContextSwitchTo(caller);
	nallowed = add_all(right, &listing, &account, most);
	if (nallowed > 0)
	{
		MemoryContextDelete(context);
		listing.set = NULL;
	}
	else
	{
		MemoryContextSwitchTo(context);
		wp_idset_finish(listing.set);
		MemoryContextSwitchTo(caller);
	}
	/* The query may have loaded the principal again. */
	(void) wp_session_principal_who();
	if (wp_session_load_number() == load)
	{
		memo = wp_memo((WpMemoKind) right);
		memo->nallowed = nallowed;
		memo->all = listing.set;
		if (listing.set != NULL)
			MemoryContextSetParent(context, memo->context);
		if (listener != NULL)
			listener(right, listing.set != NULL ? listing.set->n : nallowed);
	}
	return listing.set;
}

/* Returns the session's principal if it may do anything at all, or NULL. */
static const WpPrincipal *
active_principal(void)
{
	const WpPrincipal *principal = wp_session_principal_who();

	return wp_decide_caller(principal, principal ? &principal->account
												 : NULL) == WP_ALLOWED
			   ? principal
			   : NULL;
}

const WpIdSet *
wp_rights_all(WpRight right)
{
	const WpPrincipal *principal = active_principal();
	WpMemo *memo;

	if (principal == NULL)
		return &wp_no_ids;
	memo = wp_memo((WpMemoKind) right);
	return memo->all != NULL ? memo->all : list_workflows(right, principal, 0);
}

double
wp_rights_estimate(WpRight right, const WpIdSet **set)
{
	const WpPrincipal *principal = active_principal();
	WpMemo *memo;

	*set = &wp_no_ids;
	if (principal == NULL)
		return 0;
	memo = wp_memo((WpMemoKind) right);
	*set = memo->all;
	if (memo->all == NULL && memo->nallowed == 0)
		*set = list_workflows(right, principal, MOST_LISTED);
	if (*set != NULL)
		return (*set)->n;
	memo = wp_memo((WpMemoKind) right);
	return Max(memo->nallowed, MOST_LISTED);
}

bool
wp_rights_are_listed(WpRight right)
{
	const WpMemo *memo;

	if (active_principal() == NULL)
		return false;
	memo = wp_memo((WpMemoKind) right);
	return memo->all != NULL && memo->all->n <= MOST_LISTED;
}

/*
 * Returns the allowed workflows if they are listed, or if it pays to list them
 * because many others were decided one by one; otherwise NULL.
 */
static const WpIdSet *
listed_by_now(WpRight right, const WpPrincipal *principal)
{
	const WpMemo *memo = wp_memo((WpMemoKind) right);
	double most = Max(memo->nmissed * LISTED_FOR_EACH, MOST_LISTED);
	double fit = work_mem * 1024.0 / LISTED_BYTES;

	if (memo->all != NULL || memo->nmissed < MANY_ASKED ||
		memo->nallowed > Min(most, fit))
		return memo->all;
	/* If they are more than estimated, it is tried again at twice as many. */
	return list_workflows(right, principal, Min(2 * most, fit));
}

WpRightVerdict
wp_right_to(WpRight right, const WpText *account, const WpText *id)
{
	const WpPrincipal *principal = wp_session_principal_who();
	uint64 load = wp_session_load_number();
	WpRightVerdict verdict = WP_RIGHT_NONE;
	const WpIdSet *set;
	WpWorkflow workflow;
	WpMemo *memo;
	char known;

	if (id->data == NULL ||
		wp_decide_caller(principal, account) != WP_ALLOWED ||
		(right == WP_RIGHT_HISTORY && !wp_is_team(principal)))
		return WP_RIGHT_NONE;
	memo = wp_memo((WpMemoKind) right);
	if (wp_memo_find(memo, id, &known))
		return known;
	set = listed_by_now(right, principal);
	if (set != NULL && !wp_idset_has(set, id))
		return WP_RIGHT_NONE;
	/* In the history, a workflow's steps may be shown in part. */
	if (set != NULL && right != WP_RIGHT_HISTORY)
		return WP_RIGHT_HELD;
	if (wp_load_workflow(account, id, &workflow))
		verdict =
			decide_right(right, principal_for(right, &workflow), &workflow);
	wp_memo_keep((WpMemoKind) right, load, id, verdict);
	return verdict;
}
