/*
 * matching_conditions.h
 *		Which of an account's distinct conditions hold for a principal.  Each is
 *		evaluated once, however many workflows have it.  It is identified by its
 *		hash (condition_hash() in SQL), by which workflows are indexed.
 *
 * A hash selects candidates and decides nothing, because two conditions may
 * have the same hash.  A row that is found by hash must still have its
 * condition evaluated.  No hash is missing: every workflow that the active
 * snapshot shows and whose condition holds has its hash among these.  This is
 * true for workflow_perms.workflows.  For an application's own tables it is
 * true of digests, and of the rows in an index on them (condition_index.h).
 *
 * The first result in a backend reads the account's conditions, which takes
 * about a microsecond each.  In a parallel worker, it is always the first.  So
 * a filter there should rather evaluate the row's condition, which it must do
 * anyway.
 */
#ifndef WP_LOOKUP_MATCHING_CONDITIONS_H
#define WP_LOOKUP_MATCHING_CONDITIONS_H

#include "utils/rel.h"
#include "utils/uuid.h"

#include "principal/principal.h"

typedef struct WpMatching
{
	int count;
	const int64 *hashes; /* ascending, without duplicates */
	bool uses_time;      /* the result depends on the time */
} WpMatching;

/*
 * Frees everything kept at DISCARD ALL; called once, when the library is
 * loaded.
 */
extern void wp_matching_init(void);

/*
 * Returns the conditions that hold for the session's principal under the active
 * snapshot, or NULL without one.  Only the metadata and the user id are used.
 * The caller must know whether conditions bind the principal at all (spec 2).
 * Valid until the next call of this function or of wp_matching_of.
 */
extern const WpMatching *wp_session_matching(void);

/* The same for any principal; reads tables.  Valid for as long. */
extern const WpMatching *wp_matching_of(const WpPrincipal *principal);

/* Which conditions in an index hold, by condition_digest(). */
typedef struct WpMatchingDigests
{
	int count;
	const pg_uuid_t *digests; /* ascending, without duplicates */
} WpMatchingDigests;

/*
 * Returns the conditions in the index (condition_index.h) that hold for the
 * session's principal; none without one.  The column is that of the conditions;
 * the account is the principal's, of this type.  Valid for as long.
 */
extern const WpMatchingDigests *wp_session_matching_in(Relation index,
													   AttrNumber column,
													   Oid type, Datum account);

/* Whether the hash is among them. */
static inline bool
wp_matching_has(const WpMatching *matching, int64 hash)
{
	int low = 0;
	int high = matching->count;

	while (low < high)
	{
		int middle = low + (high - low) / 2;

		if (matching->hashes[middle] < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low < matching->count && matching->hashes[low] == hash;
}

#endif
