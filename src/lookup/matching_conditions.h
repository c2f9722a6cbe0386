/*
 * matching_conditions.h
 *		Which of an account's distinct conditions hold for somebody: each is
 *		evaluated once, whatever the number of workflows that have it, and named
 *		by its hash (condition_hash() in SQL), by which workflows are indexed.
 *
 * A hash chooses candidates and decides nothing: two conditions may have the
 * same one.  Whoever finds a row by it still evaluates the condition of the
 * row.  None is missing: a workflow that the active snapshot shows, and whose
 * condition holds, has its hash among these.  That is said of
 * workflow_perms.workflows, not of tables of the application's.
 *
 * The first answer in a backend reads the account's conditions, about a
 * microsecond each; a parallel worker is always at its first.  A filter there
 * does better to evaluate the row's condition, which it has to do anyway.
 */
#ifndef WP_LOOKUP_MATCHING_CONDITIONS_H
#define WP_LOOKUP_MATCHING_CONDITIONS_H

#include "principal/principal.h"

typedef struct WpMatching
{
	int count;
	const int64 *hashes; /* ascending, no doubles */
} WpMatching;

/* Sees to it that what is kept goes at DISCARD ALL; called once. */
extern void wp_matching_init(void);

/*
 * For the session's principal under the active snapshot; NULL where there is
 * none.  Metadata and user id are what counts: whether conditions bind the
 * principal at all (spec 2) is the caller's to know.  Good until the next call
 * of this function or the next one.
 */
extern const WpMatching *wp_session_matching(void);

/* For a principal of whatever source; reads tables.  Good for as long. */
extern const WpMatching *wp_matching_of(const WpPrincipal *principal);

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
