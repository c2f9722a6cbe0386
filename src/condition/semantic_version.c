/*
 * semantic_version.c
 *		Semantic versions: SemVer 2.0's syntax, plus an optional leading v and
 *		missing parts, which count as zero; and exactly its precedence.
 */
#include "postgres.h"

#include "condition/literal.h"

static inline bool
is_identifier_char(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		   c == '-';
}

/* True for the empty text. */
static bool
all_digits(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_digit(text[i]))
			return false;
	return true;
}

/* Takes a number without leading zeros that fits into 64 bits; advances *p. */
static bool
take_number(const char **p, const char *end, uint64 *out)
{
	const char *start = *p;

	*out = 0;
	for (; *p < end && is_digit(**p); (*p)++)
	{
		uint64 digit = **p - '0';

		if (*out > (PG_UINT64_MAX - digit) / 10)
			return false;
		*out = *out * 10 + digit;
	}
	return *p > start && (*start != '0' || *p == start + 1);
}

/*
 * Takes dot-separated identifiers, none of them empty.  If strict, numeric ones
 * must not begin with a zero.  Advances *p.
 */
static bool
take_identifiers(const char **p, const char *end, bool strict)
{
	for (;;)
	{
		const char *start = *p;

		while (*p < end && is_identifier_char(**p))
			(*p)++;

		size_t len = *p - start;

		if (len == 0 ||
			(strict && len > 1 && *start == '0' && all_digits(start, len)))
			return false;
		if (*p == end || **p != '.')
			return true;
		(*p)++;
	}
}

bool
wp_version_read(const char *text, size_t len, WpVersion *out)
{
	const char *p = text;
	const char *end = text + len;

	memset(out, 0, sizeof(*out));
	if (p < end && *p == 'v')
		p++;
	for (int i = 0; i < lengthof(out->part); i++)
	{
		if (i > 0)
		{
			if (p == end || *p != '.')
				break;
			p++;
		}
		if (!take_number(&p, end, &out->part[i]))
			return false;
	}

	if (p < end && *p == '-')
	{
		out->prerelease = ++p;
		if (!take_identifiers(&p, end, true))
			return false;
		out->prerelease_len = p - out->prerelease;
	}
	if (p < end && *p == '+')
	{
		p++;
		if (!take_identifiers(&p, end, false))
			return false;
	}
	return p == end;
}

/* Compares two identifiers of pre-releases (SemVer 2.0, item 11.4). */
static int
compare_identifiers(const char *a, size_t alen, const char *b, size_t blen)
{
	bool anumeric = all_digits(a, alen);
	bool bnumeric = all_digits(b, blen);

	if (anumeric != bnumeric)
		return anumeric ? -1 : 1;
	/* Without leading zeros the longer number is the larger one. */
	if (anumeric && alen != blen)
		return alen < blen ? -1 : 1;

	int order = memcmp(a, b, Min(alen, blen));

	if (order != 0)
		return order;
	return (alen > blen) - (alen < blen);
}

/* Build metadata is ignored. */
int
wp_version_compare(const WpVersion *a, const WpVersion *b)
{
	for (int i = 0; i < lengthof(a->part); i++)
		if (a->part[i] != b->part[i])
			return a->part[i] < b->part[i] ? -1 : 1;

	/* A pre-release comes before its release. */
	if (a->prerelease == NULL || b->prerelease == NULL)
		return (a->prerelease == NULL) - (b->prerelease == NULL);

	const char *p = a->prerelease;
	const char *q = b->prerelease;
	const char *pend = p + a->prerelease_len;
	const char *qend = q + b->prerelease_len;

	for (;;)
	{
		const char *pdot = memchr(p, '.', pend - p);
		const char *qdot = memchr(q, '.', qend - q);
		int order = compare_identifiers(p, (pdot ? pdot : pend) - p, q,
										(qdot ? qdot : qend) - q);

		if (order != 0)
			return order;
		/* All equal so far: the one with more identifiers is later. */
		if (pdot == NULL || qdot == NULL)
			return (pdot != NULL) - (qdot != NULL);
		p = pdot + 1;
		q = qdot + 1;
	}
}
