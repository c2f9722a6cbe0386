/*
 * fuzz_jws.c
 *		A token: its parts cover it, what base64url decodes to encodes to the same
 *		text and fits the room that is promised, and JSON from outside is read or
 *		refused, never raising.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "principal/jws.h"
#include "principal/strict_json.h"
#include "shim.h"

typedef struct Input
{
	const char *text;
	size_t len;
	const WpJson *tree;
} Input;

/* Writes the one encoding of these bytes into text, which has room; returns its length. */
static size_t
encode(const uint8 *bytes, int len, char *text)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t n = 0;

	for (int bit = 0; bit < len * 8; bit += 6)
	{
		uint32 pair = bytes[bit / 8] << 8;

		if (bit / 8 + 1 < len)
			pair |= bytes[bit / 8 + 1];
		text[n++] = alphabet[(pair >> (10 - bit % 8)) & 63];
	}
	return n;
}

/* Decodes a text into exactly the room that is asked for, so that a byte beyond it is found. */
static void
check_part(const char *text, size_t len)
{
	uint8 *bytes = malloc(WP_BASE64URL_ROOM(len));
	char *again = malloc(len + 1);
	int n = wp_base64url_decode(text, len, bytes);

	if (n > (int) WP_BASE64URL_ROOM(len) || n < -1)
		shim_finding("more bytes than there is room for", text, len);
	if (n >= 0 && (encode(bytes, n, again) != len || memcmp(again, text, len) != 0))
		shim_finding("not the one encoding of what it decodes to", text, len);
	free(bytes);
	free(again);
}

/* Reads the JSON, as a token's part and as a text of its own. */
static void
read_json(void *argument)
{
	Input *input = argument;

	input->tree = wp_strict_json(input->text, input->len, PG_UTF8);
}

/* Every level of a tree that was let through: members in order, none twice. */
static void
check_tree(const WpJson *value, int depth, const Input *input)
{
	if (value->type != WP_JSON_OBJECT && value->type != WP_JSON_ARRAY)
		return;
	if (depth >= WP_STRICT_JSON_DEPTH)
		shim_finding("deeper than allowed", input->text, input->len);
	for (uint32 i = 0; i < value->count; i++)
	{
		for (uint32 j = 0; value->type == WP_JSON_OBJECT && j < i; j++)
			if (strcmp(value->items[i].key, value->items[j].key) == 0)
				shim_finding("a member twice", input->text, input->len);
		check_tree(&value->items[i], depth + 1, input);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Input input = {(const char *) data, size};
	WpJws jws;

	check_part(input.text, size);
	if (wp_jws_split(input.text, size, &jws))
	{
		if (jws.header != input.text || jws.header_len + jws.payload_len + jws.signature_len + 2 != size ||
			jws.signed_len != jws.header_len + 1 + jws.payload_len ||
			jws.payload != jws.header + jws.header_len + 1 || jws.signature != jws.payload + jws.payload_len + 1)
			shim_finding("the parts are not the whole", input.text, size);
		check_part(jws.header, jws.header_len);
		check_part(jws.payload, jws.payload_len);
		check_part(jws.signature, jws.signature_len);
	}
	if (!shim_try(read_json, &input))
		shim_finding(shim_message(), input.text, size);
	if (input.tree != NULL)
		check_tree(input.tree, 0, &input);
	shim_reset();
	return 0;
}
