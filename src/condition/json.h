/*
 * json.h
 *		JSON text as a tree: what parse.c checks.  The server's own parser does
 *		the work; unlike jsonb, the tree keeps keys that appear twice, because a
 *		condition with such a key is refused and not shortened.
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
	/* of an array, in order; of an object, by wp_bytes_compare of the keys */
	uint32 count;
	struct WpJson *items;
} WpJson;

struct Node;

/*
 * The tree of a text, palloc'd in pieces in the current memory context.
 * Refuses malformed JSON and more than WP_CONDITION_MAX_DEPTH levels: softly
 * (returning NULL) where escontext asks for that.
 */
extern WpJson *wp_json_read(const char *text, size_t len,
							struct Node *escontext);

/* Whether a member of an object has this key. */
extern bool wp_json_key_is(const WpJson *member, const char *name);

/*
 * The member of an object; NULL where there is none, and where it is no object.
 */
extern const WpJson *wp_json_member(const WpJson *object, const char *name);

#endif
