/*
 * sorted_index.h
 *		Finding in a sorted list of elements that begin with their key: by hash
 *		if the list has an index, otherwise by bisection.
 */
#ifndef WP_PRINCIPAL_SORTED_INDEX_H
#define WP_PRINCIPAL_SORTED_INDEX_H

#include "principal/principal.h"

/*
 * Makes the index of n sorted elements of `size` bytes, in the current context.
 */
extern void wp_index_make(WpIndex *index, const void *list, int n, size_t size);

/*
 * Returns the position of the first element with that key, or -1.  Uses
 * bisection if there is no index, or if the index belongs to another list.
 */
extern int wp_index_find(const WpIndex *index, const void *list, int n,
						 size_t size, const WpText *key);

/* Returns the position of the first element whose key is not less, or n. */
extern int wp_lower_bound(const void *list, int n, size_t size,
						  const WpText *key);

#endif
