/*
 * regexp_escapes.h
 *		Escapes of regular expressions that have another meaning in JavaScript,
 *		RE2 or Java than in PostgreSQL (spec 2.1).
 */
#ifndef WP_CONDITION_REGEXP_ESCAPES_H
#define WP_CONDITION_REGEXP_ESCAPES_H

#include "postgres.h"

/*
 * Returns NULL if the pattern has no such escape, otherwise the fault of the
 * first one (palloc'd), and in *hint what to write instead (static).
 */
extern char *wp_regexp_foreign_escape(const char *pattern, size_t len,
									  const char **hint);

#endif
