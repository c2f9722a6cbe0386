/*
 * session_principal.c
 *		The session's principal.  It is loaded when a decision first needs it.
 *		It is kept only while the active snapshot sees the same rows, the
 *		principal is the same, and no row that counted has expired.  So a right
 *		that is revoked is gone in the first statement whose snapshot shows
 *		that.
 */
#include "postgres.h"

#include "access/xact.h"
#include "common/hashfn.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "decide/decide.h"
#include "lookup/load_internal.h"
#include "lookup/session_principal.h"
#include "lookup/snapshot.h"
#include "principal/discard.h"
#include "principal/find.h"
#include "principal/identity.h"

/*
 * Under one snapshot, this many workflows are decided by probes for each.
 * Beyond that, the principal is loaded as a whole.  Two would be best for a
 * principal of average size; one that is known to hold much gets more, in
 * proportion.  A session's first question about a member of 1,000 workspaces
 * takes 5.5 times as long without probes (1,268 us for 229).  Five questions
 * take 3.2 times as long if the principal's size is not considered. 100
 * questions about a member of one workspace take 2.2 times as long if all are
 * probed.
 */
#define FEW_PROBES 4
#define HELD_PER_PROBE 16

/*
 * This many workspaces are looked up one by one.  Beyond that, all are listed.
 * Of 20,000, 10 take 22 times as long if all are listed at once (15 ms for
 * 0.7).  All of them take 3.6 times as long if each is looked up.
 */
#define FEW_LOOKED_UP 128

/*
 * The kept principal and what it depends on.  All of it lives in `context`.  It
 * has the facets that were needed so far.  `narrow` is the same principal for
 * the last single workflow.
 */
typedef struct Kept
{
	MemoryContext context;
	WpText account;
	WpText user;
	bool known;      /* false: the user does not exist */
	WpPrincipal who; /* without facets */
	WpPrincipal principal;
	TimestampTz taken_at;
	TimestampTz valid_until;
	WpSnapshotKey snapshot;
	MemoryContext narrow_context;
	WpPrincipal narrow;
	int nprobed; /* how often narrow was loaded */
} Kept;

static Kept *kept = NULL;
static uint64 load_number = 0;
static WpSessionListener listener = {NULL};

/*
 * The last principal that was loaded as a whole, and its size, as an estimate
 * of the cost.
 */
static uint32 weighed = 0;
static int weight = 0;

/*
 * Returns whether the kept principal is still valid for this identity.  This
 * depends on the time, too: an identical snapshot in a later transaction may be
 * past an expiry.
 */
static bool
still_good(const WpIdentity *identity)
{
	TimestampTz now;

	if (kept == NULL || !wp_text_equal(&kept->user, &identity->user) ||
		!wp_text_equal(&kept->account, &identity->account))
		return false;
	now = GetCurrentTransactionStartTimestamp();
	if (now < kept->taken_at || now >= kept->valid_until)
		return false;
	return wp_snapshot_same(&kept->snapshot);
}

/* Returns a hash of the user. */
static uint32
identity_hash(const WpText *account, const WpText *user)
{
	return hash_combine(
		hash_bytes((const unsigned char *) account->data, account->len),
		user->data ? hash_bytes((const unsigned char *) user->data, user->len)
				   : 0);
}

/*
 * Sets the kept principal's time to the transaction's, whichever transaction it
 * was loaded in.
 */
static void
set_time(void)
{
	TimestampTz now = GetCurrentTransactionStartTimestamp();

	kept->taken_at = now;
	kept->who.taken_at = now;
	kept->principal.taken_at = now;
	kept->narrow.taken_at = now;
}

static void
forget(void)
{
	if (kept != NULL)
		MemoryContextDelete(kept->context);
	kept = NULL;
}

void
wp_session_init(void)
{
	wp_on_discard(forget);
}

void
wp_session_listen(const WpSessionListener *functions)
{
	listener = *functions;
}

/*
 * Takes the kept principal out, to add to it.  Until it is kept again, nothing
 * is kept, and all of it is below the caller's context.  So an error leaves
 * neither half a principal nor a leak.
 */
static Kept *
take_out(void)
{
	Kept *mine = kept;

	kept = NULL;
	MemoryContextSetParent(mine->context, CurrentMemoryContext);
	return mine;
}

/*
 * Keeps this principal.  It replaces one that a load inside this load has kept,
 * which is not better.  What was remembered of that one, under its number, ends
 * with it.
 */
static void
keep(Kept *mine)
{
	if (kept != NULL)
		load_number++;
	forget();
	MemoryContextSetParent(mine->context, CacheMemoryContext);
	kept = mine;
}

/*
 * Adds facets to the kept principal, which must be valid under the active
 * snapshot.
 */
static void
add_facets(uint32 facets)
{
	Kept *mine = take_out();
	WpPrincipal *p = &mine->principal;

	wp_load_facets(p, facets, NULL, mine->context, &mine->valid_until);
	mine->taken_at = GetCurrentTransactionStartTimestamp();
	keep(mine);
	if (facets & WP_FACET_REACH)
	{
		weighed = identity_hash(&mine->account, &mine->user);
		weight = p->nworkspaces + p->nmemberships + p->nroles;
		if (listener.told != NULL)
			listener.told(weighed, p);
	}
}

/*
 * Loads the identity's principal without facets and keeps it instead of the
 * former one.  After an error while loading, nothing is kept and nothing leaks:
 * the new context is below the caller's until the load is complete.
 */
static void
load(const WpIdentity *identity)
{
	MemoryContext context =
		AllocSetContextCreate(CurrentMemoryContext, "workflow_perms principal",
							  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	Kept *fresh = palloc0(sizeof(Kept));

	forget();
	fresh->context = context;
	fresh->account = wp_copy_text(&identity->account, context);
	fresh->user = wp_copy_text(&identity->user, context);
	fresh->known =
		wp_load_who(&fresh->account, &fresh->user, context, &fresh->principal,
					&fresh->valid_until) == WP_LOADED;
	fresh->who = fresh->principal;
	fresh->taken_at = GetCurrentTransactionStartTimestamp();
	wp_snapshot_key(&fresh->snapshot);
	MemoryContextSwitchTo(old);

	keep(fresh);
	load_number++;
	if (fresh->known && listener.wants != NULL &&
		listener.wants(identity_hash(&fresh->account, &fresh->user)))
		add_facets(wp_action_facets(WP_VIEW));
}

/*
 * Returns whether the capabilities of its roles, which take a probe each, were
 * read for the last workflow only, and would be read again for every following
 * one.
 */
static bool
needs_capabilities_again(const Kept *mine)
{
	const WpPrincipal *narrow = &mine->narrow;

	return (narrow->facets & ~mine->who.facets & WP_FACET_CAPABILITIES) &&
		   !wp_in_membership_workspace(narrow, &narrow->about_workspace);
}

/* Loads kept->narrow for that workflow, with these facets. */
static void
load_narrow(uint32 facets, const WpAbout *about)
{
	Kept *mine = take_out();

	if (needs_capabilities_again(mine))
		wp_load_facets(&mine->who, WP_FACET_CAPABILITIES, NULL, mine->context,
					   &mine->valid_until);
	if (mine->narrow_context == NULL)
		mine->narrow_context = AllocSetContextCreate(
			mine->context, "workflow_perms principal about a workflow",
			ALLOCSET_SMALL_SIZES);
	else
		MemoryContextReset(mine->narrow_context);
	mine->narrow = mine->who;
	wp_load_facets(&mine->narrow, facets & ~mine->who.facets, about,
				   mine->narrow_context, &mine->valid_until);
	mine->taken_at = GetCurrentTransactionStartTimestamp();
	mine->nprobed++;
	keep(mine);
}

/*
 * Returns whether kept->narrow is for that workflow and has these facets.  One
 * for viewing a row is valid only for viewing, and the row may differ.
 */
static bool
narrow_is_about(uint32 facets, const WpAbout *about)
{
	const WpPrincipal *narrow = &kept->narrow;

	return narrow->about_one && !narrow->about_viewing &&
		   (facets & ~narrow->facets) == 0 &&
		   wp_text_compare(&narrow->about_workflow, &about->workflow) == 0 &&
		   wp_text_compare(&narrow->about_workspace, &about->workspace) == 0;
}

/*
 * Returns whether probes should decide one more workflow, rather than loading
 * everything that the kept principal holds.
 */
static bool
worth_probing(void)
{
	int most = FEW_PROBES;

	if (kept->nprobed < most)
		return true;
	if (weighed == identity_hash(&kept->account, &kept->user))
		most = Max(most, weight / HELD_PER_PROBE);
	return kept->nprobed < most;
}

/*
 * Makes sure that the kept principal, which has WP_FACET_REACH, knows the
 * workspace.
 */
static void
know_workspace(const WpText *workspace)
{
	Kept *mine;

	if (wp_knows_workspace(&kept->principal, workspace))
		return;
	if (kept->principal.nlooked_up >= FEW_LOOKED_UP)
	{
		add_facets(WP_FACET_WORKSPACES);
		return;
	}
	mine = take_out();
	wp_load_workspace(&mine->principal, workspace, mine->context);
	keep(mine);
}

/*
 * Returns the identity's principal under the active snapshot, with the facets,
 * for any workflow or, if `about` names one, perhaps for that one only.
 * Returns NULL if the user does not exist.
 */
static const WpPrincipal *
find_principal(const WpIdentity *identity, uint32 facets, const WpAbout *about)
{
	if (!still_good(identity))
		load(identity);
	set_time();
	if (!kept->known)
		return NULL;
	if ((facets & ~kept->principal.facets) == 0)
		return &kept->principal;
	if (about != NULL)
	{
		if (narrow_is_about(facets, about))
			return &kept->narrow;
		if (worth_probing())
		{
			load_narrow(facets, about);
			return &kept->narrow;
		}
	}
	add_facets(facets & ~kept->principal.facets);
	return &kept->principal;
}

/*
 * The same for the session's principal, under the transaction's snapshot if
 * none is active.  If `know`, it knows the workspace.
 */
static const WpPrincipal *
get_principal(uint32 facets, const WpAbout *about, bool know)
{
	bool pushed = !ActiveSnapshotSet();
	const WpPrincipal *principal;
	WpIdentity identity;

	/* Sessions without a principal are common, and need no snapshot. */
	if (!wp_identity_get(&identity))
	{
		wp_identity_is_none();
		return NULL;
	}
	if (pushed)
		PushActiveSnapshot(GetTransactionSnapshot());
	principal = find_principal(&identity, facets, about);
	if (know && principal == &kept->principal && (facets & WP_FACET_REACH))
		know_workspace(&about->workspace);
	if (pushed)
		PopActiveSnapshot();
	return principal;
}

const WpPrincipal *
wp_session_principal_with(uint32 facets)
{
	return get_principal(facets, NULL, false);
}

const WpPrincipal *
wp_session_principal_about(uint32 facets, const WpText *workflow,
						   const WpText *workspace)
{
	WpAbout about = {*workflow, *workspace};

	return get_principal(facets, &about, true);
}

/* For the action on the workflow.  If `know`, its workspace is known. */
static const WpPrincipal *
get_principal_for(WpAction action, const WpWorkflow *workflow, bool know)
{
	WpAbout about = {workflow->workflow, workflow->workspace,
					 action == WP_VIEW ? workflow : NULL};

	return get_principal(wp_action_facets(action), &about, know);
}

const WpPrincipal *
wp_session_principal_for(WpAction action, const WpWorkflow *workflow)
{
	return get_principal_for(action, workflow, true);
}

const WpPrincipal *
wp_session_principal_unsure(WpAction action, const WpWorkflow *workflow)
{
	return get_principal_for(action, workflow, false);
}

void
wp_session_know_workspace(const WpText *workspace)
{
	bool pushed = !ActiveSnapshotSet();

	if (pushed)
		PushActiveSnapshot(GetTransactionSnapshot());
	know_workspace(workspace);
	if (pushed)
		PopActiveSnapshot();
}

uint64
wp_session_load_number(void)
{
	return kept != NULL ? load_number : 0;
}
