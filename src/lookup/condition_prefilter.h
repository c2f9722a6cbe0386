/*
 * condition_prefilter.h
 *		The least that a packed condition requires of a subject, in a form in
 *		which many conditions can be ruled out fast.  If a guard fails, the
 *		condition does not hold.  If it passes, nothing is known.
 */
#ifndef WP_LOOKUP_CONDITION_PREFILTER_H
#define WP_LOOKUP_CONDITION_PREFILTER_H

#include "condition/match.h"
#include "condition/jsonb_value.h"

typedef struct WpGuards WpGuards;

/* Returns empty guards, in the context. */
extern WpGuards *wp_guards_create(MemoryContext context);

/* How many guards the condition has. */
extern uint32 wp_guards_of(const WpNode *node);

/*
 * Adds the condition with that number, with its guards.  After an error nothing
 * has changed.
 */
extern void wp_guards_add(WpGuards *guards, const WpNode *node,
						  uint32 condition);

/*
 * Calls `each` with the number of every condition whose guards all pass for the
 * subject, whose values are in the slots.  They come in the order in which they
 * were added.
 */
typedef void (*WpCandidate)(uint32 condition, void *arg);
extern void wp_guards_each(WpGuards *guards, const WpSubject *subject,
						   uint32 slot_count, WpCandidate each, void *arg);

/*
 * Sets the key of a scalar in the slot.  Returns false if it is not a scalar.
 * Equal scalars have equal keys, however their numbers are written.
 */
extern bool wp_slot_key(uint32 slot, WpJsonType type, const char *data,
						uint32 len, uint64 *key);

#endif
