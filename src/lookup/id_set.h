/*
 * id_set.h
 *		Sets of ids that a principal may do something with.
 */
#ifndef WP_LOOKUP_ID_SET_H
#define WP_LOOKUP_ID_SET_H

#include "principal/principal.h"

/* Ids in order, without duplicates. */
typedef struct WpIdSet
{
	int n;
	WpText *ids;
	WpIndex index;
} WpIdSet;

extern const WpIdSet wp_no_ids;

/*
 * Sorts the ids, drops duplicates and makes the index, in the current context.
 * Returns the set.
 */
extern WpIdSet *wp_idset_finish(WpIdSet *set);

/* Is the id in the set? data NULL is in none. */
extern bool wp_idset_has(const WpIdSet *set, const WpText *id);

#endif
