/*
 * gin_keys.h
 *		Keys as GIN takes them; and the operators that it is asked by, for the planner.
 */
#ifndef WP_PLANNER_GIN_KEYS_H
#define WP_PLANNER_GIN_KEYS_H

#include "nodes/pg_list.h"

#include "condition/key.h"

/* The keys as a palloc'd array of Datums, their number in *count; frees the list. */
extern Datum *wp_gin_keys(WpKeys *keys, int32 *count);

/*
 * condition ~@ jsonb of the operator family, of conditions of that type: our own
 * operator, or InvalidOid where the family is none of metadata_condition_ops.
 */
extern Oid wp_may_match_operator(Oid family, Oid condition_type);

#endif
