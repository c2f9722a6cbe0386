/*
 * condition_set.h
 *		Conditions in one piece of memory, in the form that is fastest for
 *		evaluating many against the same metadata.
 */
#ifndef WP_LOOKUP_CONDITION_SET_H
#define WP_LOOKUP_CONDITION_SET_H

#include "condition/match.h"

typedef struct WpPacked WpPacked;

/* Returns an empty set.  It and what it allocates are in the context. */
extern WpPacked *wp_packed_create(MemoryContext context);

/*
 * Adds a stored condition unless it is in the set.  A condition of another
 * version is not added, because it holds for no user.  After an error nothing
 * has changed.
 */
extern void wp_packed_add(WpPacked *packed, const struct varlena *condition);

/*
 * Returns the number of conditions.  They are numbered from 0, in the order in
 * which they were added.
 */
extern uint32 wp_packed_count(const WpPacked *packed);

/*
 * Calls `holds` with the hash of each condition, numbered `from` or higher,
 * that the subject satisfies.  They come in no order, some more than once.
 */
typedef void (*WpHolds)(int64 hash, void *arg);
extern void wp_packed_match(WpPacked *packed, const WpSubject *subject,
							uint32 from, WpHolds holds, void *arg);

#endif
