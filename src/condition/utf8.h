/*
 * utf8.h
 *		Databases whose encoding is not UTF-8: the bucket of a user in a
 *		rollout, and the escapes of JSON.
 */
#ifndef WP_CONDITION_UTF8_H
#define WP_CONDITION_UTF8_H

#include "postgres.h"

/*
 * Returns the text in another encoding: the same pointer if nothing needs to be
 * done (the bytes of SQL_ASCII are assumed to be in the other encoding),
 * otherwise palloc'd; NULL if it cannot be converted.  Never raises.
 */
extern const char *wp_convert_text(const char *text, size_t *len, int from,
								   int to);

/*
 * Returns the bucket (literal.h) of a user for a seed, both in the database's
 * encoding; -1 if they cannot be converted to UTF-8.  Never raises.
 */
extern int wp_user_bucket(const char *seed, size_t seedlen, const char *user,
						  size_t userlen);

/*
 * Does the database's encoding have every character that is escaped in the JSON
 * text? For one that it lacks, the parser of PostgreSQL 15 raises an error that
 * is not soft and does not mention the condition.  Malformed escapes are left
 * to the parser.  Never raises.
 */
extern bool wp_has_escaped_characters(const char *text, size_t len);

#endif
