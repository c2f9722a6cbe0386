/*
 * regexp_substring.c
 *		condition/regexp.h for the standalone build, where the server's engine is
 *		not at hand: a pattern matches a text that contains it.  No other engine
 *		stands in: libc takes exponential time and memory for some patterns, and
 *		the fuzzers would find those.
 */
#include "postgres.h"

#include "condition/pattern_cost.h"
#include "condition/regexp.h"

/* The server's engine refuses some patterns, so this one does: those with a lone parenthesis. */
static bool
balanced(const char *pattern, size_t len)
{
	int depth = 0;

	for (size_t i = 0; i < len && depth >= 0; i++)
		depth += (pattern[i] == '(') - (pattern[i] == ')');
	return depth == 0;
}

char *
wp_regexp_check(const char *pattern, size_t len, bool icase,
				double *transitions)
{
	WpPatternCost cost;

	*transitions = 0;
	if (len <= WP_REGEXP_MAX &&
		wp_pattern_cost(pattern, len, icase, &cost) == NULL)
		*transitions = cost.transitions;
	if (*transitions > WP_PATTERN_TRANSITIONS || balanced(pattern, len))
		return NULL;
	return pstrdup("parentheses () not balanced");
}

WpTruth
wp_regexp_match(const char *pattern, size_t plen, bool icase, const char *text,
				size_t len, int64 *steps_left)
{
	*steps_left -= (int64) len * 8;
	if (*steps_left < 0)
		return WP_UNKNOWN;
	return memmem(text, len, pattern, plen) != NULL ? WP_TRUE : WP_FALSE;
}
