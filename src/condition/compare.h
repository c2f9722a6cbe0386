/*
 * compare.h
 *		Equality, order and hash of conditions.  They use the stored bytes,
 *		which depend only on the canonical form.
 */
#ifndef WP_CONDITION_COMPARE_H
#define WP_CONDITION_COMPARE_H

#include "condition/format.h"

/* Are two stored conditions the same? */
extern bool wp_condition_equal(const struct varlena *a,
							   const struct varlena *b);

/* The same; NULL: no condition. */
static inline bool
wp_condition_same(const struct varlena *a, const struct varlena *b)
{
	return a == NULL || b == NULL ? a == b : wp_condition_equal(a, b);
}

#endif
