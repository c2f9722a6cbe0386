/*
 * regexp.h
 *		Regular expressions of conditions: the only part of the room that leans
 *		on the server's regex engine.  The standalone build puts another
 *		implementation behind the same two functions.
 */
#ifndef WP_CONDITION_REGEXP_H
#define WP_CONDITION_REGEXP_H

#include "postgres.h"
#include "condition/match.h"

#define WP_REGEXP_MAX 1024 /* bytes of a pattern (spec 2.1) */

/*
 * The most transitions that the automata of one condition's patterns may have
 * together, told before they are compiled (pattern_cost.h).  A pattern counts
 * WP_PATTERN_BASE in addition.
 */
#define WP_PATTERN_TRANSITIONS 6000
#define WP_PATTERN_BASE 40

/*
 * NULL if the pattern may be stored, else why not (palloc'd; the caller puts it
 * into an error); sets its transitions, and looks no further where they are
 * more than WP_PATTERN_TRANSITIONS.  Refuses back-references and patterns over
 * WP_REGEXP_MAX.  icase folds ASCII letters only.
 */
extern char *wp_regexp_check(const char *pattern, size_t len, bool icase,
							 double *transitions);

/*
 * WP_UNKNOWN where the engine gives up, or would take more steps than are left;
 * *steps_left, which it takes from, is then below zero.  Never raises, save for
 * a cancelled statement; compiled patterns are kept per backend, bounded in
 * memory.
 */
extern WpTruth wp_regexp_match(const char *pattern, size_t plen, bool icase,
							   const char *text, size_t len, int64 *steps_left);

/* Frees the compiled patterns that the backend keeps. */
extern void wp_regexp_forget(void);

#endif
