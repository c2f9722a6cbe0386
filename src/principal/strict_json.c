/*
 * strict_json.c
 *		Reads JSON that comes from outside.  Everything that would make the
 *		server's parser raise is checked first, because its messages show the
 *		text, and here the text may be a key.
 */
#include "compat.h"

#include <limits.h>

#include "common/jsonapi.h"
#include "mb/pg_wchar.h"

#include "condition/utf8.h"
#include "principal/strict_json.h"

/*
 * Scans a text, which need not be JSON. Returns false if it is nested too
 * deeply.  Otherwise *escaped says whether a string has the escape of a
 * character beyond ASCII.
 */
static bool
scan(const char *text, size_t len, bool *escaped)
{
	bool in_string = false;
	int depth = 0;

	for (size_t i = 0; i < len; i++)
	{
		char c = text[i];

		if (c == '"')
			in_string = !in_string;
		else if (in_string && c == '\\')
		{
			i++;
			if (i + 3 < len && text[i] == 'u' &&
				(text[i + 1] != '0' || text[i + 2] != '0' || text[i + 3] > '7'))
				*escaped = true;
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
 * Returns whether any object in the value has the same member twice. scan() has
 * limited the depth.
 */
static bool
has_doubles(const WpJson *value)
{
	if (value->type != WP_JSON_OBJECT && value->type != WP_JSON_ARRAY)
		return false;
	for (uint32 i = 0; i < value->count; i++)
	{
		const WpJson *item = &value->items[i];

		/* Members are sorted, so duplicates are neighbours. */
		if (value->type == WP_JSON_OBJECT && i > 0 &&
			wp_bytes_compare(item[-1].key, item[-1].keylen, item->key,
							 item->keylen) == 0)
			return true;
		if (has_doubles(item))
			return true;
	}
	return false;
}

const WpJson *
wp_strict_json(const char *text, size_t len, int encoding)
{
	JsonSemAction nothing = {0};
	bool escaped = false;
	int server = GetDatabaseEncoding();
	const WpJson *tree;

	if (len > INT_MAX / MAX_CONVERSION_GROWTH - 1 ||
		pg_encoding_verifymbstr(encoding, text, (int) len) != (int) len ||
		!scan(text, len, &escaped))
		return NULL;
	text = wp_convert_text(text, &len, encoding, server);
	if (text == NULL)
		return NULL;
	/*
	 * The parser cannot convert an escaped character without the risk of
	 * raising.
	 */
	if (server != PG_UTF8 && escaped)
		return NULL;
	if (pg_parse_json(wp_json_lexer(text, len), &nothing) != JSON_SUCCESS)
		return NULL;
	tree = wp_json_read(text, len, NULL);
	return has_doubles(tree) ? NULL : tree;
}

bool
wp_json_equals(const WpJson *value, const char *text)
{
	size_t len = strlen(text);

	return value->type == WP_JSON_STRING && value->len == len &&
		   memcmp(value->text, text, len) == 0;
}
