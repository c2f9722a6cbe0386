/*
 * principal_of_user.c
 *		principal(account, user): a principal as a value (spec 3).
 *
 * A join may execute the function again for each pair of a user and a workflow.
 * So a call remembers the users that it has loaded, as long as the snapshot
 * sees the same rows and the time is the same.
 */
#include "postgres.h"

#include "access/xact.h"
#include "common/hashfn.h"
#include "fmgr.h"
#include "utils/datum.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "lookup/owner_query.h"
#include "lookup/snapshot.h"
#include "principal/principal_json.h"
#include "query/argument.h"
#include "query/set_principal.h"

#define REMEMBERED 256
/* Values that take more memory than this together are forgotten. */
#define MOST_REMEMBERED ((Size) 16 * 1024 * 1024)

typedef struct Loaded
{
	WpText account;
	WpText user;
	Jsonb *value; /* NULL: none */
} Loaded;

/* The state of a call in fn_extra. */
typedef struct CallSite
{
	bool called;           /* so this is not the only call */
	MemoryContext context; /* has everything below; NULL: nothing */
	WpSnapshotKey snapshot;
	TimestampTz at;
	Loaded loaded[REMEMBERED]; /* by a hash of both ids */
} CallSite;

/*
 * Returns the place of the user, or NULL if nothing is to be remembered.  What
 * is there may be another user's.
 */
static Loaded *
place_of(FunctionCallInfo fcinfo, const WpText *account, const WpText *user)
{
	CallSite *site = fcinfo->flinfo->fn_extra;
	TimestampTz now = GetCurrentTransactionStartTimestamp();
	MemoryContext caller;
	uint32 hash;

	if (site == NULL)
		site = fcinfo->flinfo->fn_extra =
			MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(CallSite));
	if (!site->called || !ActiveSnapshotSet() || account->data == NULL)
	{
		site->called = true;
		return NULL;
	}
	if (site->context == NULL || site->at != now ||
		!wp_snapshot_same(&site->snapshot) ||
		MemoryContextMemAllocated(site->context, true) > MOST_REMEMBERED)
	{
		if (site->context == NULL)
			site->context = AllocSetContextCreate(
				fcinfo->flinfo->fn_mcxt, "workflow_perms principals of users",
				ALLOCSET_DEFAULT_SIZES);
		memset(site->loaded, 0, sizeof(site->loaded));
		MemoryContextReset(site->context);
		caller = MemoryContextSwitchTo(site->context);
		wp_snapshot_key(&site->snapshot);
		MemoryContextSwitchTo(caller);
		site->at = now;
	}
	hash = hash_combine(
		hash_bytes((const unsigned char *) account->data, account->len),
		user->data != NULL
			? hash_bytes((const unsigned char *) user->data, user->len)
			: 0);
	return &site->loaded[hash % REMEMBERED];
}

/* principal(account, user_id) → principal. */
PG_FUNCTION_INFO_V1(wp_principal);
Datum
wp_principal(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText user = wp_arg_text(fcinfo, 1);
	Loaded *loaded = place_of(fcinfo, &account, &user);
	MemoryContext context;
	WpPrincipal principal;
	Jsonb *value;

	/* Copied, because the caller may keep it beyond the next call. */
	if (loaded != NULL && loaded->value != NULL &&
		wp_text_equal(&loaded->account, &account) &&
		wp_text_equal(&loaded->user, &user))
		PG_RETURN_DATUM(datumCopy(JsonbPGetDatum(loaded->value), false, -1));
	wp_require_principal(&account, &user, &principal);
	value = wp_principal_to_jsonb(&principal);
	if (loaded != NULL)
	{
		context = ((CallSite *) fcinfo->flinfo->fn_extra)->context;
		/* An error leaves nothing here that is another user's. */
		loaded->value = NULL;
		loaded->account = wp_copy_text(&account, context);
		loaded->user = wp_copy_text(&user, context);
		loaded->value =
			(Jsonb *) wp_varlena_copy(JsonbPGetDatum(value), context);
	}
	PG_RETURN_JSONB_P(value);
}
