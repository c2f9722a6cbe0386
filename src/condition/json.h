/*
 * json.h
 *		JSON text as a tree, for parse.c to check.  The server's own parser
 *		reads it.  Unlike jsonb, the tree keeps duplicate keys: a condition with
 *		one is refused, not shortened.
 */
#ifndef WP_CONDITION_JSON_H
#define WP_CONDITION_JSON_H

#include "condition/format.h"

#define WP_PLACE_KEY_MAX 64 /* bytes of a key that a message shows */

typedef struct WpJson
{
	WpJsonType type;
	const char *key; /* of a member of an object */
	uint32 keylen;
	const char *text; /* a number as written, a string unescaped */
	uint32 len;
	/*
	 * for an array in order; for an object sorted by key, with wp_bytes_compare
	 */
	uint32 count;
	struct WpJson *items;
} WpJson;

struct Node;

/*
 * Returns the tree of a text, palloc'd in pieces in the current memory context.
 * Refuses malformed JSON and more than WP_CONDITION_MAX_DEPTH levels: softly
 * (returning NULL) if escontext asks for that.
 */
extern WpJson *wp_json_read(const char *text, size_t len,
							struct Node *escontext);

/* Does a member of an object have this key? */
extern bool wp_json_key_is(const WpJson *member, const char *name);

/*
 * Returns the member of an object; NULL if there is none, or if this is not an
 * object.
 */
extern const WpJson *wp_json_member(const WpJson *object, const char *name);

#endif
