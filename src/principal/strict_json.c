/*
 * strict_json.c
 *		Reads JSON that was written by somebody else.  All that would make the
 *		server's parser raise is looked for beforehand, because its messages show
 *		the text, and here that may be a key.
 */
#include "compat.h"

#include <limits.h>

#include "catalog/namespace.h"
#include "common/jsonapi.h"
#include "mb/pg_wchar.h"

#include "principal/strict_json.h"

/* Is there a character beyond ASCII, or, in a string, the escape of one? */
typedef struct Beyond
{
	bool as_is;
	bool escaped;
} Beyond;

/*
 * Looks through a text, which need not be JSON.  Returns false where it is
 * nested too deeply; else says what of it lies beyond ASCII.
 */
static bool
scan(const char *text, size_t len, Beyond *beyond)
{
	bool in_string = false;
	int depth = 0;

	for (size_t i = 0; i < len; i++)
	{
		char c = text[i];

		if (IS_HIGHBIT_SET(c))
			beyond->as_is = true;
		if (c == '"')
			in_string = !in_string;
		else if (in_string && c == '\\')
		{
			i++;
			if (i + 3 < len && text[i] == 'u' &&
				(text[i + 1] != '0' || text[i + 2] != '0' || text[i + 3] > '7'))
				beyond->escaped = true;
		}
		else if (!in_string && (c == '{' || c == '['))
		{
			if (++depth > WP_STRICT_JSON_DEPTH)
				return false;
		}
		else if (!in_string && (c == '}' || c == ']'))
			depth--;
	}
	return true;
}

/*
 * Returns a text in the database's encoding: itself where it is in it already,
 * else palloc'd; NULL where it cannot be converted.
 */
static const char *
to_server(const char *text, size_t *len, int encoding)
{
	int server = GetDatabaseEncoding();
	Oid converter = FindDefaultConversionProc(encoding, server);
	size_t space = *len * MAX_CONVERSION_GROWTH + 1;
	char *converted;

	if (!OidIsValid(converter))
		return NULL;
	converted = palloc(space);
	if (pg_do_encoding_conversion_buf(converter, encoding, server, (unsigned char *) text, (int) *len,
									  (unsigned char *) converted, (int) space, true) != (int) *len)
		return NULL;
	*len = strlen(converted);
	return converted;
}

/* Returns whether an object anywhere in the value has a member twice.  At most as deep as scan() lets pass. */
static bool
has_doubles(const WpJson *value)
{
	if (value->type != WP_JSON_OBJECT && value->type != WP_JSON_ARRAY)
		return false;
	for (uint32 i = 0; i < value->count; i++)
	{
		const WpJson *item = &value->items[i];

		/* Members are sorted, so that twins are neighbours. */
		if (value->type == WP_JSON_OBJECT && i > 0 &&
			wp_bytes_compare(item[-1].key, item[-1].keylen, item->key, item->keylen) == 0)
			return true;
		if (has_doubles(item))
			return true;
	}
	return false;
}

/* See strict_json.h.  Returns the tree, palloc'd, or NULL; raises when memory is out and for no text. */
const WpJson *
wp_strict_json(const char *text, size_t len, int encoding)
{
	JsonSemAction nothing = {0};
	Beyond beyond = {false, false};
	int server = GetDatabaseEncoding();
	const WpJson *tree;

	if (len > INT_MAX / MAX_CONVERSION_GROWTH - 1 ||
		pg_encoding_verifymbstr(encoding, text, (int) len) != (int) len ||
		!scan(text, len, &beyond))
		return NULL;
	if (encoding != server && server != PG_SQL_ASCII && beyond.as_is)
	{
		text = to_server(text, &len, encoding);
		if (text == NULL)
			return NULL;
	}
	/* To convert an escaped character the parser has no way that does not raise. */
	if (server != PG_UTF8 && beyond.escaped)
		return NULL;
	if (pg_parse_json(wp_json_lexer(text, len), &nothing) != JSON_SUCCESS)
		return NULL;
	tree = wp_json_read(text, len, NULL);
	return has_doubles(tree) ? NULL : tree;
}

const WpJson *
wp_json_member(const WpJson *object, const char *name)
{
	size_t len = strlen(name);

	if (object->type != WP_JSON_OBJECT)
		return NULL;
	for (uint32 i = 0; i < object->count; i++)
	{
		const WpJson *item = &object->items[i];

		if (item->keylen == len && memcmp(item->key, name, len) == 0)
			return item;
	}
	return NULL;
}

bool
wp_json_equals(const WpJson *value, const char *text)
{
	size_t len = strlen(text);

	return value->type == WP_JSON_STRING && value->len == len && memcmp(value->text, text, len) == 0;
}
