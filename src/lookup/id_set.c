/*
 * id_set.c
 *		Sets of ids; see id_set.h.
 */
#include "postgres.h"

#include "lookup/id_set.h"
#include "principal/sorted_index.h"

const WpIdSet wp_no_ids = {0};

static int
compare_ids(const void *a, const void *b, void *unused)
{
	return wp_text_compare(a, b);
}

WpIdSet *
wp_idset_finish(WpIdSet *set)
{
	int left = 0;

	/* Many sets come sorted already. */
	for (int i = 1; i < set->n; i++)
		if (wp_text_compare(&set->ids[i - 1], &set->ids[i]) > 0)
		{
			qsort_interruptible(set->ids, set->n, sizeof(WpText), compare_ids,
								NULL);
			break;
		}
	for (int i = 0; i < set->n; i++)
		if (left == 0 || !wp_text_equal(&set->ids[i], &set->ids[left - 1]))
			set->ids[left++] = set->ids[i];
	set->n = left;
	wp_index_make(&set->index, set->ids, set->n, sizeof(WpText));
	return set;
}

bool
wp_idset_has(const WpIdSet *set, const WpText *id)
{
	return id->data != NULL && wp_index_find(&set->index, set->ids, set->n,
											 sizeof(WpText), id) >= 0;
}
