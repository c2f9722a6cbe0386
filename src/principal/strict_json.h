/*
 * strict_json.h
 *		JSON from outside, such as a token's claims: read with the server's
 *		parser or refused, never raising, and never shortened where a name
 *		appears twice.
 */
#ifndef WP_PRINCIPAL_STRICT_JSON_H
#define WP_PRINCIPAL_STRICT_JSON_H

#include "postgres.h"

#include "condition/json.h"

#define WP_STRICT_JSON_DEPTH 16 /* levels */

/*
 * The tree of a text in that encoding, its strings in the database's, palloc'd
 * in pieces in the current memory context; NULL for what is not exactly one
 * value of at most WP_STRICT_JSON_DEPTH levels without a member that appears
 * twice, or cannot be had in the database's encoding.
 */
extern const WpJson *wp_strict_json(const char *text, size_t len, int encoding);

/* Is it a string, and this one? */
extern bool wp_json_equals(const WpJson *value, const char *text);

#endif
