/*
 * metadata_key.h
 *		The keys of an index: a key for each scalar of some metadata, and the
 *		keys that metadata must have for a condition to be true.
 *
 * A key is an int64.  Its high half is a hash of the path and of the value's
 * kind.  Its low half is the value: for numbers in a form that keeps their
 * order (nearby numbers may be equal), for others a hash.  Two values can have
 * the same key, so a row found by keys is only a candidate.
 *
 * A path is hashed key by key.  The elements of an array have the path of the
 * array.  The members of elements that are objects have another path.  Values
 * deeper than WP_KEY_DEPTH have no keys, nor do values in an array's array,
 * which no scalar test enters.
 *
 * Keys are on disk, in indexes: any change of them needs a REINDEX.
 */
#ifndef WP_CONDITION_METADATA_KEY_H
#define WP_CONDITION_METADATA_KEY_H

#include "compat.h"

#include "condition/format.h"
#include "utils/jsonb.h"

#define WP_KEY_DEPTH 64

/*
 * The key of conditions without other keys, and of all metadata.  If another
 * value has this key, no harm is done.
 */
#define WP_KEY_ALWAYS INT64CONST(0)

typedef enum WpKeyKind
{
	WP_KEY_BOOLEAN = 1,
	WP_KEY_STRING = 2, /* without ASCII case, so that $eqi can use it too */
	WP_KEY_NUMBER = 3,
	/*
	 * Separate from those: in an array, one element may be within one bound and
	 * another within the other.
	 */
	WP_KEY_ELEMENT = 4
} WpKeyKind;

typedef uint64 WpPath;

#define WP_PATH_ROOT ((WpPath) 0)

/*
 * The path of a member of the object there, and of members of the elements of
 * the array there.
 */
extern WpPath wp_path_member(WpPath path, const char *key, uint32 len);
extern WpPath wp_path_elements(WpPath path);

/*
 * The low half of a key. a <= b implies wp_key_number(a) <= wp_key_number(b).
 */
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

/* Adds the keys of metadata, with duplicates, and WP_KEY_ALWAYS. */
extern void wp_metadata_keys(const JsonbContainer *metadata, WpKeys *keys);

#endif
