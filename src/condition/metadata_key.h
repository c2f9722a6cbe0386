/*
 * metadata_key.h
 *		What an index is searched by: a key for each scalar of some metadata,
 *		and the keys that metadata must have for a condition to be true of it.
 *
 * A key is an int64: in its high half a hash of the path and of the value's
 * kind, in its low half the value, numbers so that their order is kept (not
 * exactly: what is near may have the same), the rest a hash.  Two things can
 * have one key, so what is found by keys is only a candidate.
 *
 * A path is hashed key by key; the elements of an array have the path of the
 * array, and a path of their own for what lies in them where they are objects.
 * Nothing deeper than WP_KEY_DEPTH has keys, nor has what lies in an array's
 * array, which no scalar test enters.
 *
 * Keys are on disk, in indexes: whatever changes them takes a REINDEX.
 */
#ifndef WP_CONDITION_METADATA_KEY_H
#define WP_CONDITION_METADATA_KEY_H

#include "compat.h"

#include "condition/format.h"
#include "utils/jsonb.h"

#define WP_KEY_DEPTH 64

/*
 * Of conditions that no key leads to, and of all metadata; the same key of
 * anything else does no harm.
 */
#define WP_KEY_ALWAYS INT64CONST(0)

typedef enum WpKeyKind
{
	WP_KEY_BOOLEAN = 1,
	WP_KEY_STRING = 2, /* without ASCII case, so that it serves $eqi too */
	WP_KEY_NUMBER = 3,
	/*
	 * Apart from those: of an array, one bound may hold of one element and one
	 * of another.
	 */
	WP_KEY_ELEMENT = 4
} WpKeyKind;

typedef uint64 WpPath;

#define WP_PATH_ROOT ((WpPath) 0)

/*
 * The path of a member of the object there; of what lies in the elements of the
 * array there.
 */
extern WpPath wp_path_member(WpPath path, const char *key, uint32 len);
extern WpPath wp_path_elements(WpPath path);

/* The low half of a key.  a <= b gives wp_key_number(a) <= wp_key_number(b). */
extern uint32 wp_key_number(const char *payload, uint32 len);
extern uint32 wp_key_string(const char *data, uint32 len);

extern int64 wp_key(WpPath path, WpKeyKind kind, uint32 value);

/* A growing list; palloc'd. */
typedef struct WpKeys
{
	int64 *items;
	uint32 count;
	uint32 room;
} WpKeys;

extern void wp_keys_add(WpKeys *keys, int64 key);

/* Adds the keys of metadata, doubles and all, and WP_KEY_ALWAYS. */
extern void wp_metadata_keys(const JsonbContainer *metadata, WpKeys *keys);

#endif
