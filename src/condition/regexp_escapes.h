/*
 * regexp_escapes.h
 *		Escapes of regular expressions that mean one thing to PostgreSQL and
 *		another to JavaScript, RE2 or Java (spec 2.1).
 */
#ifndef WP_CONDITION_REGEXP_ESCAPES_H
#define WP_CONDITION_REGEXP_ESCAPES_H

#include "postgres.h"

/*
 * NULL if the pattern has no such escape, else what is wrong with the first one
 * (palloc'd), and in *hint what to write (static).
 */
extern char *wp_regexp_foreign_escape(const char *pattern, size_t len,
									  const char **hint);

#endif
