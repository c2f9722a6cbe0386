/*
 * condition_set.h
 *		Conditions in one piece of memory, in the form in which many are
 *		evaluated against the same metadata fastest.
 */
#ifndef WP_LOOKUP_CONDITION_SET_H
#define WP_LOOKUP_CONDITION_SET_H

#include "condition/match.h"

typedef struct WpPacked WpPacked;

/* An empty one, in the context and what it makes below it. */
extern WpPacked *wp_packed_create(MemoryContext context);

/*
 * Adds a stored condition, unless it is among them, or of another version: that
 * holds for nobody.  After an error it has what it had.
 */
extern void wp_packed_add(WpPacked *packed, const struct varlena *condition);

/*
 * How many there are; they are numbered from 0, in the order in which they were
 * added.
 */
extern uint32 wp_packed_count(const WpPacked *packed);

/*
 * Calls `holds` with the hash of each condition from the number `from` on that
 * the subject satisfies, in no order, some more than once.
 */
typedef void (*WpHolds)(int64 hash, void *arg);
extern void wp_packed_match(WpPacked *packed, const WpSubject *subject,
							uint32 from, WpHolds holds, void *arg);

#endif
