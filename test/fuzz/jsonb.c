/*
 * jsonb.c
 *		JSON text to jsonb bytes, for the standalone build: a small parser and
 *		the server's layout (utils/jsonb.h) written from its description, so
 *		that the matcher is fuzzed on what it meets in a table.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/jsonb.h"

#include "condition/literal.h"
#include "shim.h"

#define DEPTH_MAX 200

typedef struct Node
{
	enum jbvType type;
	bool boolean;
	StringInfoData text; /* string, or the numeric's payload */
	int count;
	struct Node **keys; /* of an object, sorted */
	struct Node **values; /* of an object or array */
} Node;

typedef struct Parser
{
	const char *p;
	const char *end;
	int depth;
} Parser;

static Node *parse_value(Parser *parser);

static Node *
new_node(enum jbvType type)
{
	Node *node = palloc0(sizeof(Node));

	node->type = type;
	return node;
}

static void
skip_space(Parser *parser)
{
	while (parser->p < parser->end && strchr(" \t\n\r", *parser->p) != NULL && *parser->p != '\0')
		parser->p++;
}

/* Takes the character, with space around it; false if it is not there. */
static bool
take(Parser *parser, char c)
{
	skip_space(parser);
	if (parser->p == parser->end || *parser->p != c)
		return false;
	parser->p++;
	skip_space(parser);
	return true;
}

static bool
take_word(Parser *parser, const char *word)
{
	size_t len = strlen(word);

	if (parser->end - parser->p < len || memcmp(parser->p, word, len) != 0)
		return false;
	parser->p += len;
	return true;
}

/* One escape behind its backslash; \u only below 0x80, more is not needed here. */
static bool
parse_escape(Parser *parser, StringInfo out)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (parser->p == parser->end || *parser->p == '\0')
		return false;
	if (*parser->p == 'u')
	{
		unsigned code;

		if (parser->end - parser->p < 5 || sscanf(parser->p + 1, "%4x", &code) != 1 || code == 0 ||
			code >= 0x80)
			return false;
		appendStringInfoChar(out, code);
		parser->p += 5;
		return true;
	}
	found = strchr(from, *parser->p++);
	if (found == NULL)
		return false;
	appendStringInfoChar(out, to[found - from]);
	return true;
}

static Node *
parse_string(Parser *parser)
{
	Node *node = new_node(jbvString);

	if (parser->p == parser->end || *parser->p++ != '"')
		return NULL;
	initStringInfo(&node->text);
	while (parser->p < parser->end && *parser->p != '"')
	{
		char c = *parser->p++;

		if ((unsigned char) c < 0x20)
			return NULL;
		if (c != '\\')
			appendStringInfoChar(&node->text, c);
		else if (!parse_escape(parser, &node->text))
			return NULL;
	}
	if (parser->p == parser->end)
		return NULL;
	parser->p++;
	return node;
}

static Node *
parse_number(Parser *parser)
{
	Node *node = new_node(jbvNumeric);
	const char *start = parser->p;

	while (parser->p < parser->end && *parser->p != '\0' &&
		   strchr("+-.eE0123456789", *parser->p) != NULL)
		parser->p++;
	initStringInfo(&node->text);
	return wp_number_read(start, parser->p - start, &node->text) ? node : NULL;
}

/* jsonb's order of keys: shorter ones first. */
static int
compare_keys(const Node *a, const Node *b)
{
	if (a->text.len != b->text.len)
		return a->text.len < b->text.len ? -1 : 1;
	return memcmp(a->text.data, b->text.data, a->text.len);
}

/* Puts a pair into its place; the last of equal keys wins. */
static void
add_pair(Node *object, Node *key, Node *value)
{
	int i = object->count;

	while (i > 0 && compare_keys(object->keys[i - 1], key) > 0)
		i--;
	if (i > 0 && compare_keys(object->keys[i - 1], key) == 0)
	{
		object->values[i - 1] = value;
		return;
	}
	object->count++;
	object->keys = repalloc(object->keys, object->count * sizeof(Node *));
	object->values = repalloc(object->values, object->count * sizeof(Node *));
	memmove(&object->keys[i + 1], &object->keys[i], (object->count - 1 - i) * sizeof(Node *));
	memmove(&object->values[i + 1], &object->values[i], (object->count - 1 - i) * sizeof(Node *));
	object->keys[i] = key;
	object->values[i] = value;
}

static Node *
parse_container(Parser *parser, bool object)
{
	Node *node = new_node(object ? jbvObject : jbvArray);
	char close = object ? '}' : ']';

	if (++parser->depth > DEPTH_MAX)
		return NULL;
	node->keys = palloc(1);
	node->values = palloc(1);
	parser->p++;
	if (!take(parser, close))
	{
		do
		{
			Node *key = NULL;
			Node *value;

			skip_space(parser);
			if (object && ((key = parse_string(parser)) == NULL || !take(parser, ':')))
				return NULL;
			if ((value = parse_value(parser)) == NULL)
				return NULL;
			if (object)
				add_pair(node, key, value);
			else
			{
				node->values = repalloc(node->values, (node->count + 1) * sizeof(Node *));
				node->values[node->count++] = value;
			}
		} while (take(parser, ','));
		if (!take(parser, close))
			return NULL;
	}
	parser->depth--;
	return node;
}

static Node *
parse_value(Parser *parser)
{
	skip_space(parser);
	if (parser->p == parser->end)
		return NULL;
	switch (*parser->p)
	{
		case '{':
			return parse_container(parser, true);
		case '[':
			return parse_container(parser, false);
		case '"':
			return parse_string(parser);
		case 't':
		case 'f':
			{
				Node *node = new_node(jbvBool);

				node->boolean = *parser->p == 't';
				return take_word(parser, node->boolean ? "true" : "false") ? node : NULL;
			}
		case 'n':
			return take_word(parser, "null") ? new_node(jbvNull) : NULL;
		default:
			return parse_number(parser);
	}
}

/* Pads to an int's alignment. */
static void
pad(StringInfo out)
{
	while (out->len % sizeof(int) != 0)
		appendStringInfoChar(out, '\0');
}

static JEntry write_value(StringInfo out, const Node *node);

/* Writes header, entries and data; the entries are filled in as the data grows. */
static void
write_container(StringInfo out, const Node *node, uint32 flags)
{
	int nchildren = node->type == jbvObject ? 2 * node->count : node->count;
	uint32 header = node->count | flags;

	appendBinaryStringInfo(out, (char *) &header, sizeof(header));

	int entries = out->len;

	for (int i = 0; i < nchildren; i++)
		appendBinaryStringInfo(out, (char *) &(JEntry){0}, sizeof(JEntry));

	int data = out->len;

	for (int i = 0; i < nchildren; i++)
	{
		const Node *child = node->type == jbvArray ? node->values[i]
							: i < node->count	   ? node->keys[i]
												   : node->values[i - node->count];
		JEntry entry = write_value(out, child);

		if (i % JB_OFFSET_STRIDE == 0)
			entry = (entry & JENTRY_TYPEMASK) | JENTRY_HAS_OFF | (out->len - data);
		memcpy(out->data + entries + i * sizeof(JEntry), &entry, sizeof(entry));
	}
}

/* Appends the value's data; its entry carries the length, padding included. */
static JEntry
write_value(StringInfo out, const Node *node)
{
	int start = out->len;

	switch (node->type)
	{
		case jbvNull:
			return JENTRY_ISNULL;
		case jbvBool:
			return node->boolean ? JENTRY_ISBOOL_TRUE : JENTRY_ISBOOL_FALSE;
		case jbvString:
			appendBinaryStringInfo(out, node->text.data, node->text.len);
			return JENTRY_ISSTRING | node->text.len;
		case jbvNumeric:
			{
				int at;

				pad(out);
				at = out->len;
				appendBinaryStringInfo(out, (char *) &(uint32){0}, sizeof(uint32));
				appendBinaryStringInfo(out, node->text.data, node->text.len);
				SET_VARSIZE(out->data + at, out->len - at);
				return JENTRY_ISNUMERIC | (out->len - start);
			}
		default:
			pad(out);
			write_container(out, node, node->type == jbvObject ? JB_FOBJECT : JB_FARRAY);
			return JENTRY_ISCONTAINER | (out->len - start);
	}
}

/* See shim.h. */
Jsonb *
shim_jsonb(const char *text, size_t len)
{
	Parser parser = {text, text + len, 0};
	Node *node = parse_value(&parser);
	StringInfoData out;

	skip_space(&parser);
	if (node == NULL || parser.p != parser.end)
		return NULL;

	initStringInfo(&out);
	appendBinaryStringInfo(&out, (char *) &(uint32){0}, sizeof(uint32));
	if (node->type == jbvArray || node->type == jbvObject)
		write_container(&out, node, node->type == jbvObject ? JB_FOBJECT : JB_FARRAY);
	else
	{
		/* A scalar is an array of one, marked. */
		Node *wrapper = new_node(jbvArray);

		wrapper->count = 1;
		wrapper->values = &node;
		write_container(&out, wrapper, JB_FARRAY | JB_FSCALAR);
	}

	/* As tight as a value is, for the sanitizers. */
	Jsonb *jsonb = palloc(out.len);

	memcpy(jsonb, out.data, out.len);
	SET_VARSIZE(jsonb, out.len);
	return jsonb;
}
