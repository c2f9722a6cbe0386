/*
 * text.c
 *		Compares and searches strings with or without ASCII case, whatever the
 *		locale.  Bytes of 0x80 and above are never folded, so every server
 *		encoding is safe.  A search takes linear time, as memmem() does.
 */
#include "postgres.h"

#include "condition/literal.h"

/* Up to this length, strings are folded on the stack for a search. */
#define STACK_BYTES 1024

static inline char
fold_byte(char c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

bool
wp_fold_equal(const char *a, size_t alen, const char *b, size_t blen)
{
	if (alen != blen)
		return false;
	for (size_t i = 0; i < alen; i++)
		if (fold_byte(a[i]) != fold_byte(b[i]))
			return false;
	return true;
}

int
wp_fold_compare(const char *a, size_t alen, const char *b, size_t blen)
{
	for (size_t i = 0; i < Min(alen, blen); i++)
	{
		int difference =
			(uint8) fold_byte(a[i]) - (int) (uint8) fold_byte(b[i]);

		if (difference != 0)
			return difference;
	}
	return (alen > blen) - (alen < blen);
}

WpTruth
wp_contains(const char *haystack, size_t hlen, const char *needle, size_t nlen,
			bool fold)
{
	char buffer[STACK_BYTES];
	char *folded = buffer;
	bool found;

	if (nlen == 0 || nlen > hlen)
		return nlen == 0 ? WP_TRUE : WP_FALSE;
	if (!fold)
		return memmem(haystack, hlen, needle, nlen) != NULL ? WP_TRUE
															: WP_FALSE;

	if (hlen + nlen > STACK_BYTES)
		folded =
			palloc_extended(hlen + nlen, MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM);
	if (folded == NULL)
		return WP_UNKNOWN;
	for (size_t i = 0; i < hlen; i++)
		folded[i] = fold_byte(haystack[i]);
	for (size_t i = 0; i < nlen; i++)
		folded[hlen + i] = fold_byte(needle[i]);
	found = memmem(folded, hlen, folded + hlen, nlen) != NULL;
	if (folded != buffer)
		pfree(folded);
	return found ? WP_TRUE : WP_FALSE;
}
