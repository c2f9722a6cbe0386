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
 * NULL if the pattern may be stored, else why not (palloc'd; the caller puts it
 * into an error).  Refuses back-references and patterns over WP_REGEXP_MAX.
 * icase folds ASCII letters only.
 */
extern char *wp_regexp_check(const char *pattern, size_t len, bool icase);

/*
 * WP_UNKNOWN where the engine gives up.  Never raises, save for a cancelled
 * statement; compiled patterns are kept per backend, bounded in number.
 */
extern WpTruth wp_regexp_match(const char *pattern, size_t plen, bool icase,
							   const char *text, size_t len);

#endif
