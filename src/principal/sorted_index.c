/*
 * sorted_index.c
 *		Finding in a principal's sorted lists; see sorted_index.h.  Builds
 *		outside the server too.
 */
#include "postgres.h"

#include "common/hashfn.h"

#include "principal/sorted_index.h"

typedef struct WpIndexSlot
{
	uint32 hash;
	int32 place; /* in the list; -1: free */
} WpIndexSlot;

static inline const WpText *
key_at(const void *list, size_t size, int place)
{
	return (const WpText *) ((const char *) list + size * place);
}

static inline uint32
hash_text(const WpText *text, uint64 seed)
{
	return (uint32) hash_bytes_extended((const unsigned char *) text->data,
										text->len, seed);
}

void
wp_index_make(WpIndex *index, const void *list, int n, size_t size)
{
	uint32 nslots = 8;

	/* Always made anew, because a list may have been changed in place. */
	memset(index, 0, sizeof(*index));
	if (n == 0 || n > (1 << 24))
		return;
	/*
	 * At most two thirds full: a small table stays in the processor's caches.
	 */
	while (nslots < (uint32) n + n / 2)
		nslots *= 2;
	index->slots = palloc(sizeof(WpIndexSlot) * nslots);
	for (uint32 i = 0; i < nslots; i++)
		index->slots[i].place = -1;
	index->mask = nslots - 1;
	index->seed = hash_combine64((uint64) (uintptr_t) index->slots,
								 (uint64) (uintptr_t) list);
	index->n = n;
	index->list = list;
	for (int i = 0; i < n; i++)
	{
		const WpText *key = key_at(list, size, i);
		uint32 hash;
		uint32 at;

		/*
		 * The first of equal keys stands for them.  NULL is looked up by
		 * bisection.
		 */
		if (key->data == NULL ||
			(i > 0 && wp_text_compare(key, key_at(list, size, i - 1)) == 0))
			continue;
		hash = hash_text(key, index->seed);
		for (at = hash & index->mask; index->slots[at].place >= 0;
			 at = (at + 1) & index->mask)
			;
		index->slots[at].hash = hash;
		index->slots[at].place = i;
	}
}

int
wp_lower_bound(const void *list, int n, size_t size, const WpText *key)
{
	int low = 0;
	int high = n;

	while (low < high)
	{
		int middle = low + (high - low) / 2;

		if (wp_text_compare(key_at(list, size, middle), key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int
wp_index_find(const WpIndex *index, const void *list, int n, size_t size,
			  const WpText *key)
{
	if (n == 0)
		return -1;
	if (index->list == list && index->n == n && key->data != NULL)
	{
		uint32 hash = hash_text(key, index->seed);

		for (uint32 at = hash & index->mask; index->slots[at].place >= 0;
			 at = (at + 1) & index->mask)
			if (index->slots[at].hash == hash &&
				wp_text_equal(key_at(list, size, index->slots[at].place), key))
				return index->slots[at].place;
		return -1;
	}
	else
	{
		int place = wp_lower_bound(list, n, size, key);

		return place < n && wp_text_compare(key_at(list, size, place), key) == 0
				   ? place
				   : -1;
	}
}
