/*
 * condition_candidates.h
 *		Which packed conditions can hold at all: an index in memory from the
 *		value at a path to the conditions that require this value.
 */
#ifndef WP_LOOKUP_CONDITION_CANDIDATES_H
#define WP_LOOKUP_CONDITION_CANDIDATES_H

#include "lookup/condition_prefilter.h"

typedef struct WpCandidates WpCandidates;

/* Returns an empty index, in the context. */
extern WpCandidates *wp_candidates_create(MemoryContext context);

/*
 * Adds conditions, numbered from `first` to before `end`. program(i, arg) is
 * the condition with number i, with slots for fields.  The best keys are chosen
 * among the conditions added together.  After an error, all conditions must be
 * added again.
 */
typedef WpNode (*WpProgramOf)(uint32 i, void *arg);
extern void wp_candidates_add(WpCandidates *keys, uint32 first, uint32 end,
							  WpProgramOf program, void *arg);

/*
 * Calls `each` with the number of every condition that may hold for the
 * subject, whose values are in the slots.  They come in no order, some more
 * than once.
 */
extern void wp_candidates_each(const WpCandidates *keys,
							   const WpSubject *subject, uint32 slot_count,
							   WpCandidate each, void *arg);

#endif
