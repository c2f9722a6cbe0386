/*
 * pattern_cost.h
 *		The cost of a regular expression in the server's engine, estimated from
 *		its text before it is compiled.
 */
#ifndef WP_CONDITION_PATTERN_COST_H
#define WP_CONDITION_PATTERN_COST_H

#include "postgres.h"

/* The deepest nesting of look-around constraints that is allowed. */
#define WP_LOOKAROUND_DEPTH 3

typedef struct WpPatternCost
{
	/* upper bound of the automaton's transitions, the cost of compiling it */
	double transitions;
	/*
	 * Steps of the look-around constraints at nesting depth i, to be multiplied
	 * by the text's length to the power of i + 2
	 */
	double lookaround[WP_LOOKAROUND_DEPTH];
} WpPatternCost;

/*
 * Sets the cost.  Returns NULL, or why the cost cannot be bounded (a part of a
 * sentence).  The cost of a pattern that the engine refuses has no meaning.
 */
extern const char *wp_pattern_cost(const char *pattern, size_t len, bool icase,
								   WpPatternCost *cost);

#endif
