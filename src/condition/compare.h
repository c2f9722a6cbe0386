/*
 * compare.h
 *		Equality, order and hash of conditions: of their stored bytes, which
 *		depend on the canonical form alone.
 */
#ifndef WP_CONDITION_COMPARE_H
#define WP_CONDITION_COMPARE_H

#include "condition/format.h"

/* Whether two stored conditions are the same. */
extern bool wp_condition_equal(const struct varlena *a,
							   const struct varlena *b);

#endif
