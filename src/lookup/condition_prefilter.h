/*
 * condition_prefilter.h
 *		What a packed condition asks of a subject at the least, in a form in
 *		which many conditions are passed over fast: a guard that fails says that
 *		the condition does not hold, and one that passes says nothing.
 */
#ifndef WP_LOOKUP_CONDITION_PREFILTER_H
#define WP_LOOKUP_CONDITION_PREFILTER_H

#include "condition/match.h"
#include "condition/jsonb_value.h"

typedef struct WpGuards WpGuards;

/* Without conditions; it lives in the context. */
extern WpGuards *wp_guards_create(MemoryContext context);

/* How many guards the condition has. */
extern uint32 wp_guards_of(const WpNode *node);

/*
 * Adds the condition of that number, with its guards.  After an error it has
 * what it had.
 */
extern void wp_guards_add(WpGuards *guards, const WpNode *node,
						  uint32 condition);

/*
 * Calls `each` with the number of every condition whose guards all pass for the
 * subject, whose values stand at the slots, in the order in which they were
 * added.
 */
typedef void (*WpCandidate)(uint32 condition, void *arg);
extern void wp_guards_each(WpGuards *guards, const WpSubject *subject,
						   uint32 slot_count, WpCandidate each, void *arg);

/*
 * Sets the key of a scalar that stands at the slot; false for what is none.
 * Equal scalars have equal keys, however their numbers are written.
 */
extern bool wp_slot_key(uint32 slot, WpJsonType type, const char *data,
						uint32 len, uint64 *key);

#endif
