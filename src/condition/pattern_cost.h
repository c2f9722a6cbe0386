/*
 * pattern_cost.h
 *		What a regular expression costs the server's engine, told from its text,
 *		before it is compiled.
 */
#ifndef WP_CONDITION_PATTERN_COST_H
#define WP_CONDITION_PATTERN_COST_H

#include "postgres.h"

/* Look-around constraints lie in each other at most so deep. */
#define WP_LOOKAROUND_DEPTH 3

typedef struct WpPatternCost
{
	/* transitions of the automaton, from above; what compiling it costs */
	double transitions;
	/*
	 * Steps of the look-around constraints: of those that lie i deep in each
	 * other, times the places of the text, to the power of i + 2
	 */
	double lookaround[WP_LOOKAROUND_DEPTH];
} WpPatternCost;

/*
 * Sets the cost; NULL, or why the pattern has none that could be told (a part
 * of a sentence).  A pattern that the engine does not take may have any cost.
 */
extern const char *wp_pattern_cost(const char *pattern, size_t len, bool icase,
								   WpPatternCost *cost);

#endif
