/*
 * session.c
 *		The session's principal: loaded when a decision first needs it, kept only
 *		while the active snapshot sees the same rows, the same principal asks and
 *		nothing that counted has expired.  Nothing outlives that (design 3.3).
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "lookup/enums.h"
#include "lookup/load.h"
#include "lookup/read.h"
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

static WpQuery workflow_query = {
	"SELECT w.workspace_id, w.visibility, w.status, w.condition, w.hidden FROM workflow_perms.workflows w"
	" WHERE w.account_id OPERATOR(pg_catalog.=) $1 AND w.workflow_id OPERATOR(pg_catalog.=) $2",
	2,
	{TEXTOID, TEXTOID}};

static WpQuery has_members_query = {
	"SELECT 1 FROM workflow_perms.workflow_members m"
	" WHERE m.account_id OPERATOR(pg_catalog.=) $1 AND m.workflow_id OPERATOR(pg_catalog.=) $2 LIMIT 1",
	2,
	{TEXTOID, TEXTOID}};

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
 * Loads the identity's principal and keeps it in place of the former one.  An
 * error while loading leaves nothing kept and nothing leaked: the new context
 * hangs below the caller's until all is well.
 */
static void
load(const WpIdentity *identity)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "workflow_perms principal",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	Kept *fresh = palloc0(sizeof(Kept));

	if (kept != NULL)
	{
		MemoryContextDelete(kept->context);
		kept = NULL;
	}
	fresh->context = context;
	fresh->account = copy_text(&identity->account, context);
	fresh->user = copy_text(&identity->user, context);
	MemoryContextSwitchTo(old);
	fresh->known = wp_load_principal(&fresh->account, &fresh->user, context,
									 &fresh->principal, &fresh->valid_until) == WP_LOADED;
	MemoryContextSwitchTo(context);
	fresh->taken_at = GetCurrentTransactionStartTimestamp();
	wp_snapshot_key(&fresh->snapshot);
	MemoryContextSwitchTo(old);

	/* A load that ran inside of this one has kept its own; this one is as good. */
	if (kept != NULL)
		MemoryContextDelete(kept->context);
	MemoryContextSetParent(context, CacheMemoryContext);
	kept = fresh;
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
	WpIdentity identity;
	bool pushed;

	if (!wp_identity_get(&identity))
		return NULL;
	pushed = !ActiveSnapshotSet();
	if (pushed)
		PushActiveSnapshot(GetTransactionSnapshot());
	if (!still_good(&identity))
		load(&identity);
	if (pushed)
		PopActiveSnapshot();
	return kept->known ? &kept->principal : NULL;
}

/*
 * Fills *workflow with the row of that account and id and returns true, or false
 * if there is none.  Everything in it is palloc'd in the current context, save
 * the ids asked for, which stay the caller's.
 */
bool
wp_load_workflow(const WpText *account, const WpText *id, WpWorkflow *workflow)
{
	MemoryContext context = CurrentMemoryContext;
	WpReading reading;
	Datum args[2];
	bool found;

	memset(workflow, 0, sizeof(*workflow));
	wp_reading_begin(&reading);
	args[0] = wp_text_datum(account);
	args[1] = wp_text_datum(id);
	found = wp_read(&workflow_query, args, NULL) > 0;
	if (found)
	{
		bool isnull;
		Datum condition;

		workflow->account = *account;
		workflow->workflow = *id;
		workflow->workspace = wp_read_text(0, 1, context);
		workflow->visibility = wp_read_word(0, 2, &wp_visibilities, WP_VISIBILITY_UNKNOWN);
		workflow->status = wp_read_word(0, 3, &wp_statuses, WP_STATUS_UNKNOWN);
		condition = wp_read_datum(0, 4, &isnull);
		if (!isnull)
		{
			MemoryContext old = MemoryContextSwitchTo(context);

			workflow->condition = PG_DETOAST_DATUM_COPY(condition);
			MemoryContextSwitchTo(old);
		}
		workflow->hidden = wp_read_bool(0, 5);
	}
	wp_reading_end(&reading);
	return found;
}

/*
 * Returns whether the workflow has any member row, expired ones included.
 */
bool
wp_workflow_has_members(const WpText *account, const WpText *id)
{
	WpReading reading;
	Datum args[2];
	bool found;

	wp_reading_begin(&reading);
	args[0] = wp_text_datum(account);
	args[1] = wp_text_datum(id);
	found = wp_read(&has_members_query, args, NULL) > 0;
	wp_reading_end(&reading);
	return found;
}
