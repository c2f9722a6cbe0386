/*
 * metadata_key.c
 *		The keys of metadata; see metadata_key.h.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"

#include "condition/metadata_key.h"
#include "condition/number.h"
#include "condition/jsonb_value.h"

static void add_members(WpKeys *keys, const char *document, WpPath path,
						int depth);

WpPath
wp_path_member(WpPath path, const char *key, uint32 len)
{
	return hash_bytes_extended((const unsigned char *) key, len, path);
}

WpPath
wp_path_elements(WpPath path)
{
	return ~path;
}

int64
wp_key(WpPath path, WpKeyKind kind, uint32 value)
{
	uint32 place = murmurhash32((uint32) (path ^ (path >> 32)) + (uint32) kind);

	return (int64) (((uint64) place << 32) | value);
}

/* FNV-1a of the bytes without ASCII case, mixed once more. */
uint32
wp_key_string(const char *data, uint32 len)
{
	uint32 hash = 2166136261;

	for (uint32 i = 0; i < len; i++)
	{
		uint8 c = (uint8) data[i];

		hash = (hash ^ (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c)) * 16777619;
	}
	return murmurhash32(hash);
}

/* The bits of a number's key below its sign. */
#define WEIGHT_BITS 6
#define LENGTH_BITS 4
#define FRACTION_BITS 21
#define WEIGHT_MIN (-(1 << (WEIGHT_BITS - 1)))
#define WEIGHT_MAX ((1 << (WEIGHT_BITS - 1)) - 1)
#define SIGN_BIT ((uint32) 1 << 31)
#define MAGNITUDE_MAX (SIGN_BIT - 1)
#define DIGITS 4       /* of base 10000, that are used: less than 2^54 */
#define LEADING_MIN 39 /* the position of the first bit of 10000^3 */

/*
 * Everything is cut off from the digits without rounding, so the order is kept:
 * the weight, limited at both ends, then the position of the first bit of the
 * leading digits, then the bits after it.  Integers below two millions have
 * distinct keys.
 */
uint32
wp_key_number(const char *payload, uint32 len)
{
	WpDigits digits;
	uint64 leading = 0;
	uint32 magnitude;

	wp_number_digits(payload, len, &digits);
	if (digits.count == 0)
		return SIGN_BIT;
	if (digits.weight > WEIGHT_MAX)
		magnitude = MAGNITUDE_MAX;
	else if (digits.weight < WEIGHT_MIN)
		magnitude = 0;
	else
	{
		int length;

		for (int i = 0; i < DIGITS; i++)
			leading = leading * 10000 + wp_digit(&digits, i);
		length = pg_leftmost_one_pos64(leading);
		magnitude = (uint32) (digits.weight - WEIGHT_MIN)
						<< (LENGTH_BITS + FRACTION_BITS) |
					(uint32) (length - LEADING_MIN) << FRACTION_BITS |
					(uint32) ((leading >> (length - FRACTION_BITS)) &
							  ((1 << FRACTION_BITS) - 1));
	}
	return digits.negative ? MAGNITUDE_MAX - magnitude : SIGN_BIT | magnitude;
}

void
wp_keys_add(WpKeys *keys, int64 key)
{
	if (keys->count == keys->room)
	{
		keys->room = keys->room > 0 ? keys->room * 2 : 16;
		keys->items = keys->items == NULL
						  ? palloc(keys->room * sizeof(int64))
						  : repalloc(keys->items, keys->room * sizeof(int64));
	}
	keys->items[keys->count++] = key;
}

/* Adds the key of a scalar; null has none. */
static void
add_scalar(WpKeys *keys, const Value *value, WpPath path, bool element)
{
	switch (value->type)
	{
		case WP_JSON_FALSE:
		case WP_JSON_TRUE:
			wp_keys_add(keys, wp_key(path, WP_KEY_BOOLEAN,
									 value->type == WP_JSON_TRUE));
			break;
		case WP_JSON_NUMBER:
			wp_keys_add(keys,
						wp_key(path, element ? WP_KEY_ELEMENT : WP_KEY_NUMBER,
							   wp_key_number(value->data, value->len)));
			break;
		case WP_JSON_STRING:
			wp_keys_add(keys, wp_key(path, WP_KEY_STRING,
									 wp_key_string(value->data, value->len)));
			break;
		default:
			break;
	}
}

/*
 * Adds the keys of an array's elements, and of the members of those that are
 * objects.
 */
static void
add_elements(WpKeys *keys, const char *container, WpPath path, int depth)
{
	Elements elements = elements_of(container);
	Value element = {WP_JSON_ABSENT};

	while (next_element(&elements, &element))
	{
		if (element.type == WP_JSON_OBJECT)
			add_members(keys, element.data, wp_path_elements(path), depth + 1);
		else
			add_scalar(keys, &element, path, true);
	}
}

/*
 * Adds the keys of an object's members.  Recursion ends at WP_KEY_DEPTH,
 * however deep the metadata is.
 */
static void
add_members(WpKeys *keys, const char *document, WpPath path, int depth)
{
	Container object = open_object(document);
	uint32 key_begin = 0;
	uint32 begin;

	if (depth >= WP_KEY_DEPTH)
		return;
	begin = entry_begin(object.entries, object.count);
	for (uint32 i = 0; i < object.count; i++)
	{
		JEntry entry = entry_at(object.entries, object.count + i);
		uint32 key_end = entry_end(entry_at(object.entries, i), key_begin);
		uint32 end = entry_end(entry, begin);
		WpPath member =
			wp_path_member(path, object.base + key_begin, key_end - key_begin);
		Value value = {WP_JSON_ABSENT};

		CHECK_FOR_INTERRUPTS();
		get_value(object.base, entry, begin, end, &value);
		key_begin = key_end;
		begin = end;
		if (value.type == WP_JSON_OBJECT)
			add_members(keys, value.data, member, depth + 1);
		else if (value.type == WP_JSON_ARRAY)
			add_elements(keys, value.data, member, depth + 1);
		else
			add_scalar(keys, &value, member, false);
	}
}

void
wp_metadata_keys(const JsonbContainer *metadata, WpKeys *keys)
{
	const char *container = (const char *) metadata;

	wp_keys_add(keys, WP_KEY_ALWAYS);
	if (is_object(container))
		add_members(keys, container, WP_PATH_ROOT, 0);
}
