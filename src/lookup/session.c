/*
 * session.c
 *		The session's principal: loaded when a decision first needs it, kept only
 *		while the active snapshot sees the same rows, the same principal asks and
 *		nothing that counted has expired.  Nothing outlives that (design 3.3).
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "lookup/load.h"
#include "lookup/session.h"
#include "lookup/snapshot.h"
#include "principal/identity.h"

/* The kept principal and what it depends on; all of it lives in `context`. */
typedef struct Kept
{
	MemoryContext context;
	WpText account;
	WpText user;
	bool known; /* false: nobody of that name; none */
	WpPrincipal principal;
	TimestampTz taken_at;
	TimestampTz valid_until;
	WpSnapshotKey snapshot;
} Kept;

static Kept *kept = NULL;
static uint64 load_number = 0;
static WpSessionTold told = NULL;

/*
 * Returns whether what is kept still answers for this identity.  Time is part
 * of it: an identical snapshot in a later transaction may be past an expiry.
 */
static bool
still_good(const WpIdentity *identity)
{
	TimestampTz now;

	if (kept == NULL || wp_text_compare(&kept->user, &identity->user) != 0 ||
		wp_text_compare(&kept->account, &identity->account) != 0)
		return false;
	now = GetCurrentTransactionStartTimestamp();
	if (now < kept->taken_at || now >= kept->valid_until)
		return false;
	return wp_snapshot_same(&kept->snapshot);
}

/*
 * Returns a copy of the text in the context.
 */
static WpText
copy_text(const WpText *text, MemoryContext context)
{
	WpText copy = {NULL, text->len};

	if (text->data != NULL)
	{
		char *data = MemoryContextAlloc(context, text->len + 1);

		memcpy(data, text->data, text->len);
		data[text->len] = '\0';
		copy.data = data;
	}
	return copy;
}

/*
 * Lets go of what is kept.  Raises nothing.
 */
static void
forget(void)
{
	if (kept != NULL)
		MemoryContextDelete(kept->context);
	kept = NULL;
}

/* See session.h.  Raises nothing. */
void
wp_session_tell(WpSessionTold function)
{
	told = function;
}

/*
 * Keeps this one.  What a load that ran inside of this one has kept gives way;
 * this one is as good.
 */
static void
keep(Kept *fresh)
{
	forget();
	MemoryContextSetParent(fresh->context, CacheMemoryContext);
	kept = fresh;
	load_number++;
}

/*
 * Loads the identity's principal with these facets and keeps it in place of the
 * former one.  An error while loading leaves nothing kept and nothing leaked: the
 * new context hangs below the caller's until all is well.
 */
static void
load(const WpIdentity *identity, uint32 facets)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "workflow_perms principal",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	Kept *fresh = palloc0(sizeof(Kept));

	forget();
	fresh->context = context;
	fresh->account = copy_text(&identity->account, context);
	fresh->user = copy_text(&identity->user, context);
	MemoryContextSwitchTo(old);
	fresh->known = wp_load_principal(&fresh->account, &fresh->user, facets, context,
									 &fresh->principal, &fresh->valid_until) == WP_LOADED;
	MemoryContextSwitchTo(context);
	fresh->taken_at = GetCurrentTransactionStartTimestamp();
	wp_snapshot_key(&fresh->snapshot);
	MemoryContextSwitchTo(old);

	keep(fresh);
	if (told != NULL)
		told(fresh->known ? &fresh->principal : NULL);
}

/*
 * Adds facets to what is kept, which is good under the active snapshot.  While
 * they are loaded nothing is kept and all of it hangs below the caller's context,
 * so that an error leaves neither half a principal nor a leak.
 */
static void
add_facets(uint32 facets)
{
	Kept *mine = kept;

	kept = NULL;
	MemoryContextSetParent(mine->context, CurrentMemoryContext);
	wp_load_facets(&mine->principal, facets, mine->context, &mine->valid_until);
	mine->taken_at = GetCurrentTransactionStartTimestamp();
	keep(mine);
}

/*
 * Returns the session's principal as the active snapshot shows it, NULL for
 * none: nobody set, or somebody who is no longer there.  Owned by this file,
 * good until the next call.  Raises undefined_table where somebody is set and
 * the model is gone.
 */
const WpPrincipal *
wp_session_principal(void)
{
	return wp_session_principal_with(0);
}

/*
 * Returns the same with these facets (WpFacet) filled, besides those that earlier
 * decisions under the same snapshot have asked for.
 */
const WpPrincipal *
wp_session_principal_with(uint32 facets)
{
	WpIdentity identity;
	bool pushed;

	if (!wp_identity_get(&identity))
		return NULL;
	pushed = !ActiveSnapshotSet();
	if (pushed)
		PushActiveSnapshot(GetTransactionSnapshot());
	if (!still_good(&identity))
		load(&identity, facets);
	else if (kept->known && (facets & ~kept->principal.facets) != 0)
		add_facets(facets & ~kept->principal.facets);
	if (pushed)
		PopActiveSnapshot();
	return kept->known ? &kept->principal : NULL;
}

/* See session.h.  Raises nothing. */
uint64
wp_session_load_number(void)
{
	return kept != NULL ? load_number : 0;
}
