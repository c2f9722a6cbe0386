/*
 * condition_candidates.h
 *		Which packed conditions can hold at all: an index in memory from what
 *		stands at a path to the conditions that ask for just that.
 */
#ifndef WP_LOOKUP_CONDITION_CANDIDATES_H
#define WP_LOOKUP_CONDITION_CANDIDATES_H

#include "lookup/condition_prefilter.h"

typedef struct WpCandidates WpCandidates;

/* An empty one; it lives in the context. */
extern WpCandidates *wp_candidates_create(MemoryContext context);

/*
 * Adds conditions, each with the number that its place is from `first`:
 * program(i, arg) is that of number i, with slots for fields.  Those that come
 * together are weighed together.  After an error all are to be added again.
 */
typedef WpNode (*WpProgramOf)(uint32 i, void *arg);
extern void wp_candidates_add(WpCandidates *keys, uint32 first, uint32 end,
							  WpProgramOf program, void *arg);

/*
 * Calls `each` with the number of every condition that may hold for the
 * subject, whose values stand at the slots; in no order, some more than once.
 */
extern void wp_candidates_each(const WpCandidates *keys,
							   const WpSubject *subject, uint32 slot_count,
							   WpCandidate each, void *arg);

#endif
