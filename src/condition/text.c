/*
 * text.c
 *		Strings compared and searched with or without ASCII case, whatever the
 *		locale.  Bytes of 0x80 and above are never folded, so every encoding of
 *		a server is safe; a search never takes more than linear time.
 */
#include "postgres.h"

#include "condition/literal.h"

/* A needle of up to this length is looked for place by place. */
#define SHORT_NEEDLE 32

/* The byte i, folded if asked. */
static inline uint8
at(const char *text, size_t i, bool fold)
{
	uint8 c = (uint8) text[i];

	return fold && c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* Whether so many bytes are equal, folded if asked. */
static bool
equal_bytes(const char *a, const char *b, size_t len, bool fold)
{
	if (!fold)
		return memcmp(a, b, len) == 0;
	for (size_t i = 0; i < len; i++)
		if (at(a, i, true) != at(b, i, true))
			return false;
	return true;
}

/* Equal but for ASCII case? */
bool
wp_fold_equal(const char *a, size_t alen, const char *b, size_t blen)
{
	return alen == blen && equal_bytes(a, b, alen, true);
}

/* The first place of the needle, tried place by place. */
static int64
find_short(const char *haystack, size_t hlen, const char *needle, size_t nlen, bool fold)
{
	uint8 first = at(needle, 0, fold);

	for (size_t i = 0; i + nlen <= hlen; i++)
	{
		if (!fold)
		{
			const char *next = memchr(haystack + i, first, hlen - nlen - i + 1);

			if (next == NULL)
				return -1;
			i = next - haystack;
		}
		else if (at(haystack, i, true) != first)
			continue;
		if (equal_bytes(haystack + i + 1, needle + 1, nlen - 1, fold))
			return i;
	}
	return -1;
}

/*
 * Where the largest suffix of the needle starts, in byte order or (reversed) in
 * the opposite one, and its period.
 */
static size_t
largest_suffix(const char *needle, size_t nlen, bool fold, bool reversed, size_t *period)
{
	size_t start = 0; /* of the best suffix so far */
	size_t rival = 1; /* start of the one it is compared with */
	size_t same = 0; /* bytes found equal in both */

	*period = 1;
	while (rival + same < nlen)
	{
		uint8 a = at(needle, start + same, fold);
		uint8 b = at(needle, rival + same, fold);

		if (a == b)
		{
			if (++same == *period)
			{
				rival += *period;
				same = 0;
			}
		}
		else if ((b < a) != reversed)
		{
			/* The best one stays; all that was compared belongs to its period. */
			rival += same + 1;
			same = 0;
			*period = rival - start;
		}
		else
		{
			start = rival;
			rival = start + 1;
			same = 0;
			*period = 1;
		}
	}
	return start;
}

/*
 * The first place of the needle by Crochemore and Perrin's two-way algorithm:
 * linear time, no memory, whatever the strings.  The needle is cut where the
 * period of its right part tells how far a mismatch may shift; the right part
 * is compared forwards, then the left part.
 */
static int64
find_long(const char *haystack, size_t hlen, const char *needle, size_t nlen, bool fold)
{
	size_t period, other_period;
	size_t cut = largest_suffix(needle, nlen, fold, false, &period);
	size_t other_cut = largest_suffix(needle, nlen, fold, true, &other_period);

	if (other_cut > cut)
	{
		cut = other_cut;
		period = other_period;
	}

	/* Is that the period of the whole needle?  Then a shift by it keeps what has matched. */
	bool periodic = equal_bytes(needle, needle + period, cut, fold);
	size_t kept = 0;

	if (!periodic)
		period = Max(cut, nlen - cut) + 1;

	for (size_t place = 0; place + nlen <= hlen;)
	{
		size_t i = Max(cut, kept);

		while (i < nlen && at(needle, i, fold) == at(haystack, place + i, fold))
			i++;
		if (i < nlen)
		{
			place += i - cut + 1;
			kept = 0;
			continue;
		}

		i = cut;
		while (i > kept && at(needle, i - 1, fold) == at(haystack, place + i - 1, fold))
			i--;
		if (i <= kept)
			return place;
		place += period;
		kept = periodic ? nlen - period : 0;
	}
	return -1;
}

/* See literal.h.  The empty needle is found at 0. */
int64
wp_find(const char *haystack, size_t hlen, const char *needle, size_t nlen, bool fold)
{
	if (nlen == 0)
		return 0;
	if (nlen > hlen)
		return -1;
	if (nlen <= SHORT_NEEDLE)
		return find_short(haystack, hlen, needle, nlen, fold);
	return find_long(haystack, hlen, needle, nlen, fold);
}
