/*
 * regexp.h
 *		Regular expressions of conditions: the only part of the room that
 *		depends on the server's regex engine.  The standalone build has another
 *		implementation of the same two functions.
 */
#ifndef WP_CONDITION_REGEXP_H
#define WP_CONDITION_REGEXP_H

#include "postgres.h"
#include "condition/match.h"

#define WP_REGEXP_MAX 1024 /* bytes of a pattern (spec 2.1) */

/*
 * The most transitions that the automata of one condition's patterns may have
 * together, estimated before they are compiled (pattern_cost.h).  Each pattern
 * counts WP_PATTERN_BASE in addition.
 */
#define WP_PATTERN_TRANSITIONS 6000
#define WP_PATTERN_BASE 40

/*
 * Returns NULL if the pattern may be stored, otherwise why not (palloc'd, for
 * the caller's error).  Sets its transitions, and does not check further if
 * they exceed WP_PATTERN_TRANSITIONS. Refuses back-references and patterns
 * longer than WP_REGEXP_MAX. icase folds ASCII letters only.
 */
extern char *wp_regexp_check(const char *pattern, size_t len, bool icase,
							 double *transitions);

/*
 * Returns WP_UNKNOWN if the engine gives up, or would take more steps than are
 * left. *steps_left is reduced by the steps, and negative if there were too
 * few.  Never raises, except for a cancelled statement.  Compiled patterns are
 * kept per backend, in bounded memory.
 */
extern WpTruth wp_regexp_match(const char *pattern, size_t plen, bool icase,
							   const char *text, size_t len, int64 *steps_left);

/* Frees the compiled patterns of the backend. */
extern void wp_regexp_forget(void);

#endif
