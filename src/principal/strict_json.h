/*
 * strict_json.h
 *		JSON from outside, such as a token's claims.  It is read with the
 *		server's parser or refused.  Reading never raises, and no duplicate name
 *		is dropped.
 */
#ifndef WP_PRINCIPAL_STRICT_JSON_H
#define WP_PRINCIPAL_STRICT_JSON_H

#include "postgres.h"

#include "condition/json.h"

#define WP_STRICT_JSON_DEPTH 16 /* levels */

/*
 * Returns the tree of a text in that encoding, with strings in the database's
 * encoding, palloc'd in pieces in the current memory context.  Returns NULL
 * unless the text is exactly one value of at most WP_STRICT_JSON_DEPTH levels,
 * has no object with the same member twice, and can be converted to the
 * database's encoding.
 */
extern const WpJson *wp_strict_json(const char *text, size_t len, int encoding);

/* Is the value this string? */
extern bool wp_json_equals(const WpJson *value, const char *text);

#endif
