/*
 * sorted_index.h
 *		Finding in a sorted list of elements that begin with their key: by hash
 *		where there is an index of it, else by bisection.
 */
#ifndef WP_PRINCIPAL_SORTED_INDEX_H
#define WP_PRINCIPAL_SORTED_INDEX_H

#include "principal/principal.h"

/*
 * Makes the index of n sorted elements of `size` bytes, in the current context.
 */
extern void wp_index_make(WpIndex *index, const void *list, int n, size_t size);

/*
 * The place of the first element with that key; -1 for none.  With an index of
 * another list, or none, by bisection.
 */
extern int wp_index_find(const WpIndex *index, const void *list, int n,
						 size_t size, const WpText *key);

/* The place of the first element whose key is not less; n if there is none. */
extern int wp_lower_bound(const void *list, int n, size_t size,
						  const WpText *key);

#endif
