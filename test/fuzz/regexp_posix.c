/*
 * regexp_posix.c
 *		condition/regexp.h by libc, for the standalone build, where the server's
 *		engine is not at hand.  Patterns on which libc may take exponential time
 *		or memory are refused: it is not libc that is being tested.
 */
#include "postgres.h"

#include <regex.h>

#include "condition/pattern_cost.h"
#include "condition/regexp.h"

#define PATTERN_MAX 64
#define REPETITIONS_MAX 8 /* libc copies what it repeats: ((a)+)+ is four of it */

/* Compiles; false where the pattern is refused. */
static bool
compile(const char *pattern, size_t len, bool icase, regex_t *regex)
{
	int repetitions = 0;

	for (size_t i = 0; i < len; i++)
		repetitions += pattern[i] == '+';
	if (len > PATTERN_MAX || repetitions > REPETITIONS_MAX || memchr(pattern, '{', len) ||
		memchr(pattern, '\\', len) || memchr(pattern, '\0', len))
		return false;
	return regcomp(regex, pnstrdup(pattern, len), REG_EXTENDED | REG_NOSUB | (icase ? REG_ICASE : 0)) == 0;
}

char *
wp_regexp_check(const char *pattern, size_t len, bool icase, double *transitions)
{
	WpPatternCost cost;
	regex_t regex;

	*transitions = 0;
	if (len <= WP_REGEXP_MAX && wp_pattern_cost(pattern, len, icase, &cost) == NULL)
		*transitions = cost.transitions;
	if (*transitions > WP_PATTERN_TRANSITIONS)
		return NULL;

	if (!compile(pattern, len, icase, &regex))
		return pstrdup("libc does not take it");
	regfree(&regex);
	return NULL;
}

WpTruth
wp_regexp_match(const char *pattern, size_t plen, bool icase, const char *text, size_t len,
				int64 *steps_left)
{
	regex_t regex;

	*steps_left -= (int64) len * 8;
	if (*steps_left < 0 || !compile(pattern, plen, icase, &regex))
		return WP_UNKNOWN;

	bool found = regexec(&regex, pnstrdup(text, len), 0, NULL, 0) == 0;

	regfree(&regex);
	return found ? WP_TRUE : WP_FALSE;
}
