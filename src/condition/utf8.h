/*
 * utf8.h
 *		Databases whose encoding is not UTF-8: the place of a user in a rollout,
 *		and the escapes of JSON.
 */
#ifndef WP_CONDITION_UTF8_H
#define WP_CONDITION_UTF8_H

#include "postgres.h"

/*
 * A text in another encoding: the same pointer where nothing is to be done (the
 * bytes of SQL_ASCII are taken for whatever is asked for), else palloc'd; NULL
 * where it cannot be had.  Never raises.
 */
extern const char *wp_convert_text(const char *text, size_t *len, int from,
								   int to);

/*
 * The bucket (literal.h) of a user for a seed, both in the database's encoding;
 * -1 where they cannot be had in UTF-8.  Never raises.
 */
extern int wp_user_bucket(const char *seed, size_t seedlen, const char *user,
						  size_t userlen);

/*
 * Whether the database's encoding has every character that is escaped in the
 * JSON text.  For one that it has not, the parser of PostgreSQL 15 raises an
 * error that is not soft and no condition's.  What is no escape is left to the
 * parser.  Never raises.
 */
extern bool wp_has_escaped_characters(const char *text, size_t len);

#endif
