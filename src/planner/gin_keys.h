/*
 * gin_keys.h
 *		Keys as GIN takes them.
 */
#ifndef WP_PLANNER_GIN_KEYS_H
#define WP_PLANNER_GIN_KEYS_H

#include "condition/key.h"

/* The keys as a palloc'd array of Datums, their number in *count; frees the list. */
extern Datum *wp_gin_keys(WpKeys *keys, int32 *count);

#endif
