/*
 * match_pending.c
 *		Lets the library load while match.c is being written: the linker drops
 *		this weak definition as soon as there is a real one.  Goes with it.
 */
#include "postgres.h"

#include "condition/match.h"

/* Returns "unknown", which every gate takes as "does not match". */
__attribute__((weak)) WpTruth
wp_condition_match(const struct varlena *condition, const WpSubject *subject)
{
	return WP_UNKNOWN;
}
