/*
 * utf8.h
 *		The place of a user in a rollout, in a database of any encoding.
 */
#ifndef WP_CONDITION_UTF8_H
#define WP_CONDITION_UTF8_H

#include "postgres.h"

/*
 * The bucket (literal.h) of a user for a seed, both in the database's encoding;
 * -1 where they cannot be had in UTF-8.  Never raises.
 */
extern int wp_user_bucket(const char *seed, size_t seedlen, const char *user, size_t userlen);

#endif
