/*
 * matching_conditions.c
 *		The conditions that hold; see matching_conditions.h.
 *
 * Conditions are identified by their content.  So the conditions that a backend
 * knows of an account are correct under any snapshot; it can only lack some.
 * It keeps them packed.  Whenever the principal is loaded again, it reads new
 * ones from the registry of conditions (condition_registry.h), and evaluates
 * those that were not yet evaluated for this metadata.  Conditions of too many
 * accounts only cost memory, so several accounts are kept, for connections that
 * serve one after the other.
 *
 * Conditions of an application's own table are read from an index, in the place
 * of the registry, and kept in the same way.
 *
 * If the registry cannot be trusted, the conditions are read from the workflows
 * under the active snapshot, and nothing is kept longer than that.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "common/hashfn.h"
#include "condition/format.h"
#include "condition/match.h"
#include "decide/decide.h"
#include "lookup/matching_conditions.h"
#include "lookup/condition_index.h"
#include "lookup/condition_set.h"
#include "lookup/load_internal.h"
#include "lookup/condition_registry.h"
#include "lookup/session_principal.h"
#include "principal/discard.h"

/*
 * The memory for the conditions of all accounts.  The account in use may take
 * more by itself. 100,000 conditions take 22 MB, and 163 ms to read again.
 * Kept ones answer in 1.6.
 */
#define MOST_BYTES ((Size) 64 * 1024 * 1024)

/* So many conditions may be kept that no row of a table has any more. */
#define FEW_UNUSED 1000

/* The hashes found, not sorted yet. */
typedef struct Found
{
	MemoryContext context;
	int64 *hashes;
	int count;
	int space;
} Found;

/* A condition in an index, and its hash. */
typedef struct DigestEntry
{
	pg_uuid_t digest;
	int64 hash;
	char status;
} DigestEntry;

#define SH_PREFIX digests
#define SH_ELEMENT_TYPE DigestEntry
#define SH_KEY_TYPE pg_uuid_t
#define SH_KEY digest
#define SH_HASH_KEY(table, key) (*(const uint32 *) (key).data)
#define SH_EQUAL(table, a, b) (memcmp(&(a), &(b), sizeof(pg_uuid_t)) == 0)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* An account's conditions, and the result for the last principal. */
typedef struct Known
{
	MemoryContext context;
	struct Known *next;
	WpText account;
	Oid index;               /* that has them; InvalidOid: the registry */
	digests_hash *by_digest; /* by an index */
	WpPacked *packed;
	FullTransactionId since; /* where to read next */
	uint64 generation;       /* of the registry */

	WpText metadata; /* the last principal's; data NULL: none */
	WpText user;
	TimestampTz at;   /* the time that they were evaluated for */
	uint32 evaluated; /* the number of conditions evaluated */
	Found found;      /* sorted */
	WpMatching matching;

	/* By an index: its entries under the snapshot of that load (0: none). */
	uint64 load;
	DigestEntry *entries;
	int nentries;
	int entry_space;
	pg_uuid_t *digests;
	int digest_space;
	WpMatchingDigests matching_digests;
} Known;

static MemoryContext known_context = NULL;
static Known *known = NULL; /* most recently used first */

/* The last answer for the session's principal. */
static uint64 answered_load = 0;
static TimestampTz answered_at = 0;
static const WpMatching *answered = NULL;

/* A result without the registry. */
static MemoryContext visible_context = NULL;
static WpMatching visible;

static WpQuery conditions_query = {
	"SELECT DISTINCT w.condition FROM workflow_perms.workflows w"
	" WHERE w.account_id OPERATOR(workflow_perms.==) $1"
	" AND w.condition IS NOT NULL",
	1,
	{TEXTOID},
	.table = "workflows"};

#define ST_SORT sort_hashes
#define ST_ELEMENT_TYPE int64
#define ST_COMPARE(a, b) ((*(a) > *(b)) - (*(a) < *(b)))
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* WpHolds: adds a hash to a Found. */
static void
add_hash(int64 hash, void *arg)
{
	Found *found = arg;

	WP_GROW(found->hashes, found->count, found->space, found->context);
	found->hashes[found->count++] = hash;
}

/* Sorts the hashes, drops duplicates, and sets *matching. */
static void
finish(Found *found, WpMatching *matching)
{
	int n = 0;

	if (found->count > 0)
		sort_hashes(found->hashes, found->count);
	for (int i = 0; i < found->count; i++)
		if (n == 0 || found->hashes[n - 1] != found->hashes[i])
			found->hashes[n++] = found->hashes[i];
	found->count = n;
	matching->count = n;
	matching->hashes = found->hashes;
}

/* ---- by the registry ---- */

static void
drop(Known *account)
{
	for (Known **link = &known; *link != NULL; link = &(*link)->next)
		if (*link == account)
		{
			*link = account->next;
			break;
		}
	answered = NULL;
	MemoryContextDelete(account->context);
}

/*
 * Returns the entry of the account and the index, moved to the front of the
 * list.  Makes an empty one if there is none.
 */
static Known *
find_known(const WpText *account, Oid index)
{
	MemoryContext context;
	Known *fresh;

	for (Known **link = &known; *link != NULL; link = &(*link)->next)
		if ((*link)->index == index &&
			wp_text_compare(&(*link)->account, account) == 0)
		{
			Known *found = *link;

			*link = found->next;
			found->next = known;
			known = found;
			return found;
		}

	if (known_context == NULL)
		known_context = AllocSetContextCreate(CacheMemoryContext,
											  "workflow_perms conditions",
											  ALLOCSET_SMALL_SIZES);
	context = AllocSetContextCreate(CurrentMemoryContext,
									"workflow_perms conditions of an account",
									ALLOCSET_DEFAULT_SIZES);
	fresh = MemoryContextAllocZero(context, sizeof(Known));
	fresh->context = context;
	fresh->account = wp_copy_text(account, context);
	MemoryContextCopyAndSetIdentifier(context, fresh->account.data);
	fresh->index = index;
	fresh->packed = wp_packed_create(context);
	fresh->since = InvalidFullTransactionId;
	fresh->found.context = context;
	MemoryContextSetParent(context, known_context);
	fresh->next = known;
	known = fresh;
	return fresh;
}

/*
 * Frees the least recently used accounts while all take too much memory, but
 * never the first.
 */
static void
limit_memory(void)
{
	while (known != NULL && known->next != NULL &&
		   MemoryContextMemAllocated(known_context, true) > MOST_BYTES)
	{
		Known *last = known;

		while (last->next != NULL)
			last = last->next;
		drop(last);
	}
}

static void
pack(const struct varlena *condition, void *arg)
{
	Known *mine = arg;

	wp_packed_add(mine->packed, condition);
	if (wp_condition_flags(condition) & WP_USES_TIME)
		mine->matching.uses_time = true;
}

/*
 * Returns the account's conditions in the registry's present state, or NULL if
 * the registry cannot be trusted.  An error while reading leaves what was read.
 * It is then read again.
 */
static Known *
read_on(const WpText *account)
{
	Known *mine;
	uint64 generation;

	do
	{
		CHECK_FOR_INTERRUPTS();
		if (!wp_registry_trusted())
			return NULL;
		generation = wp_registry_generation();
		mine = find_known(account, InvalidOid);
		if (mine->generation != generation &&
			FullTransactionIdIsValid(mine->since))
		{
			drop(mine);
			mine = find_known(account, InvalidOid);
		}
		mine->generation = generation;
		mine->since = wp_registry_read(account, mine->since, pack, mine);
		/* An invalidation during the reading may concern what was read. */
	} while (wp_registry_generation() != generation || !wp_registry_trusted());
	return mine;
}

/*
 * Returns whether the last principal of the account had the same metadata and
 * user id, and the same time if the time matters.
 */
static bool
same_subject(const Known *mine, const WpText *metadata,
			 const WpPrincipal *principal)
{
	return mine->metadata.data != NULL &&
		   wp_text_equal(&mine->metadata, metadata) &&
		   wp_text_equal(&mine->user, &principal->user) &&
		   (!mine->matching.uses_time || mine->at == principal->taken_at);
}

/* Updates the account's result for the principal, which has metadata. */
static void
evaluate_known(Known *mine, const WpPrincipal *principal)
{
	WpSubject subject = wp_subject_of(principal);
	WpText metadata = {(const char *) principal->metadata,
					   VARSIZE(principal->metadata)};

	if (!same_subject(mine, &metadata, principal))
	{
		/* Belongs to no principal until it is complete. */
		if (mine->metadata.data != NULL)
			pfree((char *) mine->metadata.data);
		mine->metadata.data = NULL;
		if (mine->user.data != NULL)
			pfree((char *) mine->user.data);
		mine->user.data = NULL;
		mine->evaluated = 0;
		mine->found.count = 0;
		mine->user = wp_copy_text(&principal->user, mine->context);
		mine->metadata = wp_copy_text(&metadata, mine->context);
	}
	mine->at = principal->taken_at;
	if (mine->evaluated < wp_packed_count(mine->packed))
	{
		wp_packed_match(mine->packed, &subject, mine->evaluated, add_hash,
						&mine->found);
		mine->evaluated = wp_packed_count(mine->packed);
	}
	finish(&mine->found, &mine->matching);
}

/* ---- by an index ---- */

static void
add_entry(Known *mine, const DigestEntry *entry)
{
	WP_GROW(mine->entries, mine->nentries, mine->entry_space, mine->context);
	mine->entries[mine->nentries++] = *entry;
}

/* WpConditionReader: adds the digest to the entries, if it is known. */
static bool
known_digest(const pg_uuid_t *digest, void *arg)
{
	Known *mine = arg;
	DigestEntry *entry = digests_lookup(mine->by_digest, *digest);

	if (entry != NULL)
		add_entry(mine, entry);
	return entry != NULL;
}

static void
learn_digest(const pg_uuid_t *digest, const struct varlena *condition,
			 void *arg)
{
	Known *mine = arg;
	DigestEntry *entry;
	bool found;

	pack(condition, mine);
	entry = digests_insert(mine->by_digest, *digest, &found);
	entry->hash = (int64) wp_condition_hash(condition);
	add_entry(mine, entry);
}

/* Reads the entries of the index under the active snapshot. */
static void
read_index(Known *mine, Relation index, AttrNumber column, Oid type,
		   Datum account)
{
	WpConditionReader reader = {known_digest, learn_digest, mine};
	bool pushed = !ActiveSnapshotSet();

	mine->load = 0;
	mine->nentries = 0;
	if (mine->by_digest == NULL)
		mine->by_digest = digests_create(mine->context, 64, NULL);
	if (pushed)
		PushActiveSnapshot(GetTransactionSnapshot());
	wp_condition_index_read(index, column, type, account, &reader);
	if (pushed)
		PopActiveSnapshot();
}

const WpMatchingDigests *
wp_session_matching_in(Relation index, AttrNumber column, Oid type,
					   Datum account)
{
	static const WpMatchingDigests nothing = {0};
	const WpPrincipal *principal = wp_session_principal_who();
	uint64 load = wp_session_load_number();
	Known *mine;
	int n = 0;

	if (principal == NULL || principal->metadata == NULL)
		return &nothing;
	mine = find_known(&principal->account, RelationGetRelid(index));
	if (mine->load == load &&
		(!mine->matching.uses_time || mine->at == principal->taken_at))
		return &mine->matching_digests;
	/* Conditions that no row has any more are forgotten with all others. */
	if (mine->by_digest != NULL &&
		mine->by_digest->members / 2 > mine->nentries + FEW_UNUSED)
	{
		drop(mine);
		mine = find_known(&principal->account, RelationGetRelid(index));
	}
	read_index(mine, index, column, type, account);
	evaluate_known(mine, principal);
	for (int i = 0; i < mine->nentries; i++)
	{
		/* Another condition with the same hash may hold.  The row decides. */
		if (!wp_matching_has(&mine->matching, mine->entries[i].hash))
			continue;
		WP_GROW(mine->digests, n, mine->digest_space, mine->context);
		mine->digests[n++] = mine->entries[i].digest;
	}
	mine->matching_digests.count = n;
	mine->matching_digests.digests = mine->digests;
	mine->load = load;
	limit_memory();
	return &mine->matching_digests;
}

/* ---- by the workflows ---- */

/*
 * Returns the result from the conditions of the workflows that the active
 * snapshot shows.
 */
static const WpMatching *
evaluate_visible(const WpPrincipal *principal)
{
	MemoryContext context = AllocSetContextCreate(
		CurrentMemoryContext, "workflow_perms conditions that hold",
		ALLOCSET_DEFAULT_SIZES);
	WpSubject subject = wp_subject_of(principal);
	Datum args[] = {wp_text_datum(&principal->account)};
	Found found = {.context = context};
	WpRows rows;

	visible.uses_time = true; /* assumed; not worth checking */
	wp_rows_query(&rows, &conditions_query, args);
	while (wp_rows_next(&rows))
	{
		struct varlena *condition = wp_rows_condition_if_any(&rows, 0);

		if (wp_condition_match(condition, &subject) == WP_TRUE)
			add_hash((int64) wp_condition_hash(condition), &found);
	}
	wp_rows_close(&rows);

	MemoryContextSetParent(context, CacheMemoryContext);
	if (visible_context != NULL)
		MemoryContextDelete(visible_context);
	visible_context = context;
	finish(&found, &visible);
	return &visible;
}

/* ---- answers ---- */

/* Frees everything that is kept. */
static void
forget(void)
{
	answered = NULL;
	known = NULL;
	if (known_context != NULL)
		MemoryContextDelete(known_context);
	known_context = NULL;
	if (visible_context != NULL)
		MemoryContextDelete(visible_context);
	visible_context = NULL;
}

void
wp_matching_init(void)
{
	wp_on_discard(forget);
}

const WpMatching *
wp_matching_of(const WpPrincipal *principal)
{
	static const WpMatching nothing = {0};
	const WpMatching *matching;
	Known *mine;
	bool pushed;

	answered = NULL;
	if (principal->metadata == NULL)
		return &nothing;
	pushed = !ActiveSnapshotSet();
	if (pushed)
		PushActiveSnapshot(GetTransactionSnapshot());
	mine = read_on(&principal->account);
	if (mine != NULL)
	{
		evaluate_known(mine, principal);
		matching = &mine->matching;
		limit_memory();
	}
	else
		matching = evaluate_visible(principal);
	if (pushed)
		PopActiveSnapshot();
	return matching;
}

const WpMatching *
wp_session_matching(void)
{
	const WpPrincipal *principal = wp_session_principal_who();
	uint64 load = wp_session_load_number();
	const WpMatching *matching;

	if (principal == NULL)
		return NULL;
	if (answered != NULL && answered_load == load &&
		(!answered->uses_time || answered_at == principal->taken_at))
		return answered;
	matching = wp_matching_of(principal);
	answered_load = load;
	answered_at = principal->taken_at;
	answered = matching;
	return answered;
}
