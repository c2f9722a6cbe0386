/*
 * read.c
 *		Text → checked tree → stored form.
 *
 * json.c makes the tree with the members of each object in order of their keys;
 * here each node is checked and at once written to the program.  A node's size
 * stands before its body and is put there when the body is complete.
 */
#include "compat.h"

#include "common/hashfn.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "condition/format.h"
#include "condition/json.h"
#include "condition/print.h"
#include "condition/read.h"
#include "condition/regexp.h"

/* The place in the text, for messages: a chain on the C stack. */
typedef struct Where
{
	const struct Where *up;
	const char *key; /* NULL: an item of a list */
	uint32 keylen;
	uint32 index;
} Where;

typedef struct Reader
{
	struct Node *escontext;
	StringInfoData program;
	StringInfoData scratch;
	int clauses;
	uint8 flags;
	size_t expanded; /* bytes of numbers that are longer than written */
} Reader;

static bool read_condition(Reader *reader, const Where *where, const WpJson *json);
static bool read_tests(Reader *reader, const Where *where, const WpJson *json);

/* ---- messages ---- */

/* Appends the place as a JSON path, keys cut at a length that a message can bear. */
static void
append_place(StringInfo out, const Where *where)
{
	if (where->up != NULL)
		append_place(out, where->up);
	if (where->key != NULL)
	{
		if (out->len > 0)
			appendStringInfoChar(out, '.');
		if (where->keylen <= WP_PLACE_KEY_MAX)
			appendBinaryStringInfo(out, where->key, where->keylen);
		else
		{
			appendBinaryStringInfo(out, where->key, pg_mbcliplen(where->key, where->keylen, WP_PLACE_KEY_MAX));
			appendStringInfoString(out, "...");
		}
	}
	else if (where->up != NULL)
		appendStringInfo(out, "[%u]", where->index);
}

/*
 * Refuses what stands at a place: raises, or saves the error and returns false.
 * hint is a sentence or NULL.
 */
static bool refuse(Reader *reader, const Where *where, int sqlstate, const char *hint,
				   const char *format,...) pg_attribute_printf(5, 6);

static bool
refuse(Reader *reader, const Where *where, int sqlstate, const char *hint, const char *format,...)
{
	StringInfoData place;
	StringInfoData what;

	initStringInfo(&place);
	append_place(&place, where);
	initStringInfo(&what);
	for (;;)
	{
		va_list args;
		int needed;

		va_start(args, format);
		needed = appendStringInfoVA(&what, format, args);
		va_end(args);
		if (needed == 0)
			break;
		enlargeStringInfo(&what, needed);
	}
	ereturn(reader->escontext, false,
			(errcode(sqlstate),
			 place.len > 0 ? errmsg("invalid condition at %s: %s", place.data, what.data)
			 : errmsg("invalid condition: %s", what.data),
			 hint != NULL ? errhint("%s", hint) : 0));
}

/* Refuses an argument of a wrong type. */
static bool
refuse_type(Reader *reader, const Where *where, const char *wanted, const WpJson *json)
{
	bool vowel = json->type == WP_JSON_ARRAY || json->type == WP_JSON_OBJECT;

	if (json->type == WP_JSON_NULL)
		return refuse(reader, where, ERRCODE_DATATYPE_MISMATCH,
					  "Ask for presence with {\"$exists\": true} or {\"$exists\": false}.",
					  "expected %s, not null", wanted);
	return refuse(reader, where, ERRCODE_DATATYPE_MISMATCH,
				  "Operators, and what they take, are listed in the README.",
				  "expected %s, not %s %s", wanted, vowel ? "an" : "a", wp_type_name(json->type));
}

/* ---- writing ---- */

/* Writes a number, seven bits a byte, the lowest first. */
static void
put_count(StringInfo out, uint32 value)
{
	while (value >= 0x80)
	{
		appendStringInfoChar(out, (char) (value | 0x80));
		value >>= 7;
	}
	appendStringInfoChar(out, (char) value);
}

/* Writes bytes behind their number. */
static void
put_text(StringInfo out, const char *data, uint32 len)
{
	put_count(out, len);
	appendBinaryStringInfoNT(out, data, len);
}

/* Whether a node is a clause of its own, and does not merely combine others. */
static bool
is_clause(WpOp op)
{
	switch (op)
	{
		case WP_ALL:
		case WP_AND:
		case WP_OR:
		case WP_NOR:
		case WP_NOT:
		case WP_FIELD:
		case WP_USER:
		case WP_VALUE_NOT:
		case WP_SIZE:
		case WP_ELEM_DOCUMENT:
		case WP_ELEM_VALUE:
			return false;
		default:
			return true;
	}
}

/*
 * Begins a node; *start is for end_node.  False if it is one clause too many; an
 * empty condition is one.
 */
static bool
begin_node(Reader *reader, const Where *where, WpOp op, bool empty, int *start)
{
	reader->clauses += empty || is_clause(op);
	if (reader->clauses > WP_CONDITION_MAX_CLAUSES)
		return refuse(reader, where, ERRCODE_PROGRAM_LIMIT_EXCEEDED,
					  "Replace many comparisons of one path by a list under $in.",
					  "more than %d clauses", WP_CONDITION_MAX_CLAUSES);
	appendStringInfoChar(&reader->program, (char) op);
	*start = reader->program.len;
	return true;
}

/* Puts a size before what was written since a place. */
static void
put_size_before(StringInfo out, int start)
{
	uint32 size = out->len - start;
	char count[5];
	char *body;
	int width;

	/* Written behind the body, where there is room, and then moved to its front. */
	put_count(out, size);
	body = out->data + start;
	width = out->len - start - size;
	memcpy(count, body + size, width);
	memmove(body + width, body, size);
	memcpy(body, count, width);
}

/* Ends a node; returns true, so that it can be a reader's last word. */
static bool
end_node(Reader *reader, int start)
{
	put_size_before(&reader->program, start);
	return true;
}

/* ---- literals ---- */

/* Refuses a key that an object has twice. */
static bool
check_keys(Reader *reader, const Where *where, const WpJson *object)
{
	for (uint32 i = 1; i < object->count; i++)
	{
		const WpJson *item = &object->items[i];
		const WpJson *before = &object->items[i - 1];

		if (wp_bytes_compare(before->key, before->keylen, item->key, item->keylen) == 0)
		{
			Where there = {where, item->key, item->keylen};

			return refuse(reader, &there, ERRCODE_DUPLICATE_JSON_OBJECT_KEY_VALUE,
						  "Write several operators in one object under the key, or several conditions in an $and list.",
						  "the key appears twice");
		}
	}
	return true;
}

/* qsort comparator of pointers to members: as jsonb orders keys. */
static int
compare_as_jsonb(const void *a, const void *b)
{
	const WpJson *left = *(const WpJson *const *) a;
	const WpJson *right = *(const WpJson *const *) b;

	if (left->keylen != right->keylen)
		return left->keylen < right->keylen ? -1 : 1;
	return memcmp(left->key, right->key, left->keylen);
}

/* Writes a number. */
static bool
put_number(Reader *reader, const Where *where, const WpJson *json, StringInfo out)
{
	StringInfo scratch = &reader->scratch;

	resetStringInfo(scratch);
	if (!wp_number_read(json->text, json->len, scratch))
		return refuse(reader, where, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE,
					  "Numbers have the range of the type numeric.",
					  "number out of range");
	put_text(out, scratch->data, scratch->len);

	/* 1e1000 is four times as long in the canonical form, which has a limit of its own. */
	if (memchr(json->text, 'e', json->len) != NULL || memchr(json->text, 'E', json->len) != NULL)
	{
		StringInfoData text;

		initStringInfo(&text);
		wp_number_print(scratch->data, scratch->len, &text);
		reader->expanded += text.len;
		pfree(text.data);
		if (reader->expanded > WP_CONDITION_MAX_TEXT)
			return refuse(reader, where, ERRCODE_PROGRAM_LIMIT_EXCEEDED,
						  "Numbers are kept without exponent.",
						  "the canonical form is longer than %d bytes", WP_CONDITION_MAX_TEXT);
	}
	return true;
}

/* Writes any JSON value as a literal.  Recursion is bounded by WP_CONDITION_MAX_DEPTH. */
static bool
put_literal(Reader *reader, const Where *where, const WpJson *json, StringInfo out)
{
	int start;

	appendStringInfoChar(out, (char) json->type);
	switch (json->type)
	{
		case WP_JSON_NUMBER:
			return put_number(reader, where, json, out);
		case WP_JSON_STRING:
			put_text(out, json->text, json->len);
			return true;
		case WP_JSON_ARRAY:
			start = out->len;
			put_count(out, json->count);
			for (uint32 i = 0; i < json->count; i++)
			{
				Where there = {where, NULL, 0, i};

				if (!put_literal(reader, &there, &json->items[i], out))
					return false;
			}
			put_size_before(out, start);
			return true;
		case WP_JSON_OBJECT:
			{
				const WpJson **members = palloc(Max(json->count, 1) * sizeof(*members));

				if (!check_keys(reader, where, json))
					return false;
				for (uint32 i = 0; i < json->count; i++)
					members[i] = &json->items[i];
				qsort(members, json->count, sizeof(*members), compare_as_jsonb);
				start = out->len;
				put_count(out, json->count);
				for (uint32 i = 0; i < json->count; i++)
				{
					Where there = {where, members[i]->key, members[i]->keylen};

					put_text(out, members[i]->key, members[i]->keylen);
					if (!put_literal(reader, &there, members[i], out))
						return false;
				}
				put_size_before(out, start);
				pfree(members);
			}
			return true;
		default:
			return true;
	}
}

/* Writes a literal of $before, $after, $at: what was parsed, then what was written. */
static bool
put_instant(Reader *reader, const Where *where, const WpJson *json, StringInfo out)
{
	WpInstant instant;
	bool valid;

	if (json->type == WP_JSON_STRING)
		valid = wp_instant_read(json->text, json->len, &instant);
	else if (json->type == WP_JSON_NUMBER)
	{
		resetStringInfo(&reader->scratch);
		valid = wp_number_read(json->text, json->len, &reader->scratch) &&
			wp_instant_from_number(reader->scratch.data, reader->scratch.len, &instant);
	}
	else
		return refuse_type(reader, where, "a string or a number", json);
	if (!valid)
		return refuse(reader, where, ERRCODE_INVALID_DATETIME_FORMAT,
					  "Write RFC 3339, such as \"2026-01-31T12:00:00Z\", a date, such as \"2026-01-31\", or epoch milliseconds.",
					  "not a valid instant");
	appendStringInfoChar(out, WP_TAG_INSTANT);
	appendBinaryStringInfoNT(out, (char *) &instant.seconds, sizeof(instant.seconds));
	appendBinaryStringInfoNT(out, (char *) &instant.nanoseconds, sizeof(instant.nanoseconds));
	return put_literal(reader, where, json, out);
}

/* Writes a literal of the version operators. */
static bool
put_version(Reader *reader, const Where *where, const WpJson *json, StringInfo out)
{
	WpVersion version;

	if (json->type != WP_JSON_STRING)
		return refuse_type(reader, where, "a string", json);
	if (!wp_version_read(json->text, json->len, &version))
		return refuse(reader, where, ERRCODE_INVALID_TEXT_REPRESENTATION,
					  "Write a semantic version, such as \"1.4.0\", \"v2\" or \"1.0.0-beta.2\".",
					  "not a valid version");
	appendStringInfoChar(out, WP_TAG_VERSION);
	appendBinaryStringInfoNT(out, (char *) version.part, sizeof(version.part));
	put_count(out, version.prerelease != NULL ? version.prerelease - json->text : 0);
	put_count(out, version.prerelease != NULL ? version.prerelease_len : 0);
	return put_literal(reader, where, json, out);
}

/* Writes an item of $cidr. */
static bool
put_network(Reader *reader, const Where *where, const WpJson *json, StringInfo out)
{
	WpNetwork network = {0};

	if (json->type != WP_JSON_STRING)
		return refuse_type(reader, where, "a string", json);
	if (!wp_network_read(json->text, json->len, &network))
		return refuse(reader, where, ERRCODE_INVALID_TEXT_REPRESENTATION,
					  "Write a network without host bits, such as \"10.0.0.0/8\" or \"2001:db8::/32\", or an address.",
					  "not a valid network");
	appendStringInfoChar(out, WP_TAG_NETWORK);
	appendStringInfoChar(out, (char) network.family);
	appendStringInfoChar(out, (char) network.bits);
	appendBinaryStringInfoNT(out, (char *) network.address, sizeof(network.address));
	return put_literal(reader, where, json, out);
}

/* Writes an item of $in and its like. */
static bool
put_scalar(Reader *reader, const Where *where, const WpJson *json, StringInfo out)
{
	if (json->type == WP_JSON_NULL || json->type >= WP_JSON_ARRAY)
		return refuse_type(reader, where, "a string, a number or a boolean", json);
	return put_literal(reader, where, json, out);
}

/* ---- lists ---- */

/* An item of a list while it is sorted; the bytes are in a buffer of the list's own. */
typedef struct Item
{
	WpLiteral literal;
	uint32 start;
	uint32 size;
} Item;

/* qsort comparator of list items. */
static int
compare_items(const void *a, const void *b)
{
	return wp_literal_compare(&((const Item *) a)->literal, &((const Item *) b)->literal);
}

/* Writes the list of an operator: sorted, without doubles. */
static bool
put_list(Reader *reader, const Where *where, const WpJson *json, bool networks)
{
	StringInfo out = &reader->program;
	uint32 given = json->count;
	uint32 count = 0;
	StringInfoData bytes;
	Item *items;

	if (given == 0)
		return refuse(reader, where, ERRCODE_INVALID_PARAMETER_VALUE,
					  "Leave the operator out, or name what it is to compare with.",
					  "the list is empty");

	items = MemoryContextAllocHuge(CurrentMemoryContext, given * sizeof(Item));
	initStringInfo(&bytes);
	for (uint32 i = 0; i < given; i++)
	{
		Where there = {where, NULL, 0, i};

		items[i].start = bytes.len;
		if (!(networks ? put_network : put_scalar) (reader, &there, &json->items[i], &bytes))
			return false;
		items[i].size = bytes.len - items[i].start;
	}
	for (uint32 i = 0; i < given; i++)
	{
		WpCursor cursor = {(uint8 *) bytes.data + items[i].start, (uint8 *) bytes.data + bytes.len};

		wp_take_literal(&cursor, &items[i].literal);
	}
	qsort(items, given, sizeof(Item), compare_items);
	for (uint32 i = 0; i < given; i++)
		if (count == 0 || compare_items(&items[i], &items[count - 1]) != 0)
			items[count++] = items[i];

	put_count(out, count);
	if (count > WP_LIST_SHORT)
	{
		uint32 offset = 0;

		for (uint32 i = 0; i < count; i++)
		{
			appendBinaryStringInfoNT(out, (char *) &offset, sizeof(offset));
			offset += items[i].size;
		}
	}
	for (uint32 i = 0; i < count; i++)
		appendBinaryStringInfoNT(out, bytes.data + items[i].start, items[i].size);
	pfree(bytes.data);
	pfree(items);
	return true;
}

/* ---- tests: what stands under a key ---- */

/* Whether a key is an operator, known or not. */
static bool
is_operator(const WpJson *member)
{
	return member->keylen > 0 && member->key[0] == '$';
}

/* Whether a member has this key. */
static bool
key_is(const WpJson *member, const char *name)
{
	return member->keylen == strlen(name) && memcmp(member->key, name, member->keylen) == 0;
}

/* The member of an object by its key, or NULL. */
static const WpJson *
find_member(const WpJson *object, const char *name)
{
	for (uint32 i = 0; i < object->count; i++)
		if (key_is(&object->items[i], name))
			return &object->items[i];
	return NULL;
}

/*
 * Refuses a literal that has a key which looks like an operator: written without
 * $eq it is most likely a condition at the wrong place, and would never match.
 */
static bool
check_no_operators(Reader *reader, const Where *where, const WpJson *json)
{
	if (json->type < WP_JSON_ARRAY)
		return true;
	for (uint32 i = 0; i < json->count; i++)
	{
		const WpJson *item = &json->items[i];
		Where there = {where, item->key, item->keylen, i};

		if (json->type == WP_JSON_OBJECT && is_operator(item))
			return refuse(reader, &there, ERRCODE_INVALID_PARAMETER_VALUE,
						  "Reach into objects by a dotted path, such as \"org.tier\"; compare with an object that has such keys by $eq.",
						  "operators cannot stand inside a value");
		if (!check_no_operators(reader, &there, item))
			return false;
	}
	return true;
}

/* Writes an $eq that was not spelled out. */
static bool
read_equality(Reader *reader, const Where *where, const WpJson *json)
{
	int start;

	return begin_node(reader, where, WP_EQ, false, &start) &&
		put_literal(reader, where, json, &reader->program) &&
		end_node(reader, start);
}

/*
 * Whether the body of $elemMatch asks for the element as a value ({"$gt": 1})
 * and not as a document ({"a": 1}).  $not may be either: what it holds decides.
 */
static bool
asks_for_value(const WpJson *object)
{
	for (uint32 i = 0; i < object->count; i++)
	{
		const WpJson *member = &object->items[i];

		if (key_is(member, "$not"))
		{
			if (member->type == WP_JSON_OBJECT && asks_for_value(member))
				return true;
		}
		else if (is_operator(member) && !key_is(member, "$and") && !key_is(member, "$or") &&
				 !key_is(member, "$nor") && !key_is(member, "$userId") &&
				 !key_is(member, "$rollout"))
			return true;
	}
	return false;
}

/* Writes the argument of $regex, whose options stand beside it. */
static bool
put_regexp(Reader *reader, const Where *where, const WpJson *json, bool icase)
{
	char *reason;

	if (json->type != WP_JSON_STRING)
		return refuse_type(reader, where, "a string", json);
	reason = wp_regexp_check(json->text, json->len, icase);
	if (reason != NULL)
		return refuse(reader, where, ERRCODE_INVALID_REGULAR_EXPRESSION,
					  "The syntax is that of PostgreSQL's regular expressions, without back-references.",
					  "invalid regular expression: %s", reason);
	return put_literal(reader, where, json, &reader->program);
}

/* Writes the JSON type that $type names. */
static bool
put_type(Reader *reader, const Where *where, const WpJson *json)
{
	if (json->type != WP_JSON_STRING)
		return refuse_type(reader, where, "a string", json);
	for (int type = WP_JSON_NULL; type <= WP_JSON_OBJECT; type++)
	{
		if (type != WP_JSON_FALSE && strcmp(json->text, wp_type_name((WpJsonType) type)) == 0)
		{
			appendStringInfoChar(&reader->program, (char) type);
			return true;
		}
	}
	return refuse(reader, where, ERRCODE_INVALID_PARAMETER_VALUE,
				  "The types are string, number, boolean, null, array and object.",
				  "unknown type");
}

/* Writes what an operator takes. */
static bool
put_argument(Reader *reader, const Where *where, WpOp op, const WpJson *json)
{
	StringInfo out = &reader->program;

	switch (wp_ops[op].argument)
	{
		case WP_TAKES_NONE:
			break;
		case WP_TAKES_TESTS:
			return read_tests(reader, where, json);
		case WP_TAKES_BOOLEAN:
			if (json->type != WP_JSON_TRUE && json->type != WP_JSON_FALSE)
				return refuse_type(reader, where, "true or false", json);
			appendStringInfoChar(out, json->type == WP_JSON_TRUE);
			return true;
		case WP_TAKES_TYPE:
			return put_type(reader, where, json);
		case WP_TAKES_SIZE:
			if (json->type == WP_JSON_NUMBER)
				return read_equality(reader, where, json);
			if (json->type != WP_JSON_OBJECT)
				return refuse_type(reader, where, "a number, or an object of operators", json);
			return read_tests(reader, where, json);
		case WP_TAKES_ELEMENT:
			return op == WP_ELEM_VALUE ? read_tests(reader, where, json)
				: read_condition(reader, where, json);
		case WP_TAKES_VALUE:
			return put_literal(reader, where, json, out);
		case WP_TAKES_SCALAR:
			if (json->type >= WP_JSON_ARRAY)
				return refuse_type(reader, where, "a string, a number, a boolean or null", json);
			return put_literal(reader, where, json, out);
		case WP_TAKES_SCALARS:
			if (json->type != WP_JSON_ARRAY)
				return refuse_type(reader, where, "a list", json);
			return put_list(reader, where, json, false);
		case WP_TAKES_NETWORKS:
			if (json->type == WP_JSON_STRING)
			{
				WpJson list = {WP_JSON_ARRAY};

				list.count = 1;
				list.items = (WpJson *) json;
				return put_list(reader, where, &list, true);
			}
			if (json->type != WP_JSON_ARRAY)
				return refuse_type(reader, where, "a list of networks", json);
			return put_list(reader, where, json, true);
		case WP_TAKES_ORDERED:
			if (json->type != WP_JSON_NUMBER && json->type != WP_JSON_STRING)
				return refuse_type(reader, where, "a number or a string", json);
			return put_literal(reader, where, json, out);
		case WP_TAKES_STRING:
			if (json->type != WP_JSON_STRING)
				return refuse_type(reader, where, "a string", json);
			return put_literal(reader, where, json, out);
		case WP_TAKES_REGEX:
			return put_regexp(reader, where, json, op != WP_REGEX);
		case WP_TAKES_INSTANT:
			return put_instant(reader, where, json, out);
		case WP_TAKES_VERSION:
			return put_version(reader, where, json, out);
	}
	return false;
}

/*
 * Checks the options of $regex; *op becomes WP_REGEX_OPTION_I where they ask for
 * that.
 */
static bool
read_options(Reader *reader, const Where *where, const WpJson *object, WpOp *op)
{
	const WpJson *options = find_member(object, "$options");
	Where there = {where, "$options", strlen("$options")};

	if (options == NULL)
		return true;
	if (options->type != WP_JSON_STRING)
		return refuse_type(reader, &there, "a string", options);
	if (strcmp(options->text, "i") == 0)
		*op = WP_REGEX_OPTION_I;
	else if (options->len > 0)
		return refuse(reader, &there, ERRCODE_INVALID_PARAMETER_VALUE,
					  "Embedded options, such as (?n) at the beginning of the pattern, say the rest.",
					  "the only option of a regular expression is \"i\"");
	return true;
}

/* Writes one operator under a key; object is where it stands. */
static bool
read_test(Reader *reader, const Where *where, const WpJson *object, const WpJson *member)
{
	Where there = {where, member->key, member->keylen};
	WpOp op = wp_op_by_name(member->key, member->keylen);
	int start;

	if (key_is(member, "$options"))
	{
		if (find_member(object, "$regex") == NULL)
			return refuse(reader, &there, ERRCODE_INVALID_PARAMETER_VALUE,
						  "Use $regexi, or $regex with $options.",
						  "$options without $regex");
		return true;
	}
	if (op == 0)
	{
		for (int known = WP_AND; known <= WP_ROLLOUT; known++)
			if (wp_ops[known].name != NULL && key_is(member, wp_ops[known].name))
				return refuse(reader, &there, ERRCODE_INVALID_PARAMETER_VALUE,
							  "Write it in the place of a path, with whole conditions: {\"$or\": [{\"a\": 1}, {\"a\": 2}]}.",
							  "%s cannot stand under a key", wp_ops[known].name);
		return refuse(reader, &there, ERRCODE_INVALID_PARAMETER_VALUE,
					  "Operators, and what they take, are listed in the README.",
					  "unknown operator");
	}
	if (op == WP_REGEX && !read_options(reader, where, object, &op))
		return false;
	if (op == WP_ELEM_DOCUMENT)
	{
		if (member->type != WP_JSON_OBJECT)
			return refuse_type(reader, &there, "a condition, or an object of operators", member);
		if (asks_for_value(member))
			op = WP_ELEM_VALUE;
	}
	return begin_node(reader, &there, op, false, &start) &&
		put_argument(reader, &there, op, member) &&
		end_node(reader, start);
}

/* Writes the operators of an object that must have some, and nothing else. */
static bool
read_tests(Reader *reader, const Where *where, const WpJson *json)
{
	check_stack_depth();

	if (json->type != WP_JSON_OBJECT)
		return refuse_type(reader, where, "an object of operators", json);
	if (json->count == 0)
		return refuse(reader, where, ERRCODE_INVALID_PARAMETER_VALUE,
					  "Write at least one operator, such as {\"$gt\": 10}.",
					  "no operator is given");
	if (!check_keys(reader, where, json))
		return false;
	for (uint32 i = 0; i < json->count; i++)
	{
		const WpJson *member = &json->items[i];
		Where there = {where, member->key, member->keylen};

		if (!is_operator(member))
			return refuse(reader, &there, ERRCODE_INVALID_PARAMETER_VALUE,
						  "Operators begin with $; reach into objects by a dotted path, such as \"org.tier\".",
						  "an operator was expected, not a plain key");
		if (!read_test(reader, where, json, member))
			return false;
	}
	return true;
}

/* Writes what is asked of a path: operators, or a value that it is to equal. */
static bool
read_asked(Reader *reader, const Where *where, const WpJson *json)
{
	if (json->type == WP_JSON_OBJECT)
	{
		for (uint32 i = 0; i < json->count; i++)
			if (is_operator(&json->items[i]))
				return read_tests(reader, where, json);
	}
	return check_no_operators(reader, where, json) && read_equality(reader, where, json);
}

/* ---- conditions ---- */

/* Writes the keys of a dotted path. */
static bool
put_path(Reader *reader, const Where *where, const WpJson *member)
{
	const char *at = member->key;
	const char *end = at + member->keylen;
	uint32 keys = 1;

	for (const char *c = at; c < end; c++)
		keys += *c == '.';
	put_count(&reader->program, keys);
	for (; keys > 0; keys--)
	{
		const char *dot = memchr(at, '.', end - at);
		uint32 len = (dot != NULL ? dot : end) - at;

		if (len > 0 && at[0] == '$')
			return refuse(reader, where, ERRCODE_INVALID_PARAMETER_VALUE,
						  "Rename the key in the metadata.",
						  "keys that begin with $ cannot be reached by a path");
		put_text(&reader->program, at, len);
		at += len + 1;
	}
	return true;
}

/*
 * The share of $rollout in hundredths of a percent, or -1.  The canonical text
 * of the number shows whether it is in range and has at most two decimals.
 */
static int
read_percent(Reader *reader, const WpJson *json)
{
	StringInfoData text;
	int share = 0;
	int decimals = -1; /* none yet: before the point */

	resetStringInfo(&reader->scratch);
	if (!wp_number_read(json->text, json->len, &reader->scratch))
		return -1;
	initStringInfo(&text);
	wp_number_print(reader->scratch.data, reader->scratch.len, &text);
	if (text.len > 6) /* 100, 99.99 */
		return -1;
	for (int i = 0; i < text.len; i++)
	{
		char c = text.data[i];

		if (c == '.' && decimals < 0)
			decimals = 0;
		else if (c < '0' || c > '9' || decimals == 2)
			return -1;
		else
		{
			share = share * 10 + (c - '0');
			decimals += decimals >= 0;
		}
	}
	for (int i = Max(decimals, 0); i < 2; i++)
		share *= 10;
	return share <= 10000 ? share : -1;
}

/* Writes $rollout. */
static bool
read_rollout(Reader *reader, const Where *where, const WpJson *json)
{
	const WpJson *percent = NULL;
	const WpJson *seed = NULL;
	int share;
	uint16 stored;

	if (json->type != WP_JSON_OBJECT)
		return refuse_type(reader, where, "an object such as {\"percent\": 25, \"seed\": \"beta\"}", json);
	if (!check_keys(reader, where, json))
		return false;
	for (uint32 i = 0; i < json->count; i++)
	{
		const WpJson *member = &json->items[i];
		Where there = {where, member->key, member->keylen};

		if (key_is(member, "percent"))
		{
			if (member->type != WP_JSON_NUMBER)
				return refuse_type(reader, &there, "a number", member);
			percent = member;
		}
		else if (key_is(member, "seed"))
		{
			if (member->type != WP_JSON_STRING)
				return refuse_type(reader, &there, "a string", member);
			seed = member;
		}
		else
			return refuse(reader, &there, ERRCODE_INVALID_PARAMETER_VALUE,
						  "$rollout takes \"percent\" and \"seed\".", "unknown key");
	}
	if (percent == NULL)
		return refuse(reader, where, ERRCODE_INVALID_PARAMETER_VALUE,
					  "Write $rollout as {\"percent\": 25, \"seed\": \"beta\"}.",
					  "\"percent\" is missing");
	share = read_percent(reader, percent);
	if (share < 0)
	{
		Where there = {where, percent->key, percent->keylen};

		return refuse(reader, &there, ERRCODE_INVALID_PARAMETER_VALUE,
					  "Write 0 to 100, with at most two decimals.",
					  "not a valid percentage");
	}
	stored = share;
	appendBinaryStringInfoNT(&reader->program, (char *) &stored, sizeof(stored));
	if (seed != NULL)
		appendBinaryStringInfoNT(&reader->program, seed->text, seed->len);
	return true;
}

/* Writes the conditions of $and, $or or $nor. */
static bool
read_branches(Reader *reader, const Where *where, const WpJson *json)
{
	if (json->type != WP_JSON_ARRAY)
		return refuse_type(reader, where, "a list of conditions", json);
	if (json->count == 0)
		return refuse(reader, where, ERRCODE_INVALID_PARAMETER_VALUE,
					  "Name at least one condition; {} is the condition that is always true.",
					  "the list is empty");
	for (uint32 i = 0; i < json->count; i++)
	{
		Where there = {where, NULL, 0, i};

		if (!read_condition(reader, &there, &json->items[i]))
			return false;
	}
	return true;
}

/* What a member of a condition is; 0 for a key that can be none. */
static WpOp
member_op(const WpJson *member)
{
	if (!is_operator(member))
		return WP_FIELD;
	for (int op = WP_AND; op <= WP_ROLLOUT; op++)
		if (wp_ops[op].name != NULL && key_is(member, wp_ops[op].name))
			return (WpOp) op;
	return (WpOp) 0;
}

/* Writes one member of a condition. */
static bool
read_member(Reader *reader, const Where *where, const WpJson *member)
{
	Where there = {where, member->key, member->keylen};
	WpOp op = member_op(member);
	int start;
	bool done = false;

	if (op == 0)
	{
		if (wp_op_by_name(member->key, member->keylen) != 0 || key_is(member, "$options"))
			return refuse(reader, &there, ERRCODE_INVALID_PARAMETER_VALUE,
						  "Write it under the path that it compares: {\"seats\": {\"$gte\": 10}}.",
						  "the operator must stand under a path");
		return refuse(reader, &there, ERRCODE_INVALID_PARAMETER_VALUE,
					  "In the place of a path there can be $and, $or, $nor, $not, $userId and $rollout.",
					  "unknown operator");
	}
	if (!begin_node(reader, &there, op, false, &start))
		return false;
	switch (op)
	{
		case WP_FIELD:
			done = put_path(reader, &there, member) && read_asked(reader, &there, member);
			break;
		case WP_USER:
			reader->flags |= WP_USES_USER_ID;
			done = read_asked(reader, &there, member);
			break;
		case WP_ROLLOUT:
			reader->flags |= WP_USES_USER_ID;
			done = read_rollout(reader, &there, member);
			break;
		case WP_NOT:
			done = read_condition(reader, &there, member);
			break;
		default:
			done = read_branches(reader, &there, member);
			break;
	}
	return done && end_node(reader, start);
}

/*
 * Whether a member is tested after the others: it runs more than a few
 * comparisons.  This decides the order in the stored form and nothing else.
 */
static bool
is_costly(const WpJson *member)
{
	switch (member_op(member))
	{
		case WP_FIELD:
		case WP_USER:
			if (member->type != WP_JSON_OBJECT)
				return false;
			for (uint32 i = 0; i < member->count; i++)
				if (key_is(&member->items[i], "$regex") || key_is(&member->items[i], "$regexi") ||
					key_is(&member->items[i], "$elemMatch"))
					return true;
			return false;
		case WP_ROLLOUT:
			return false;
		default:
			return true;
	}
}

/* Writes a condition. */
static bool
read_condition(Reader *reader, const Where *where, const WpJson *json)
{
	int start;

	check_stack_depth();

	if (json->type != WP_JSON_OBJECT)
		return refuse_type(reader, where, "a condition (an object)", json);
	if (!check_keys(reader, where, json))
		return false;
	if (json->count == 1)
		return read_member(reader, where, &json->items[0]);
	if (!begin_node(reader, where, WP_ALL, json->count == 0, &start))
		return false;
	for (int costly = 0; costly <= 1; costly++)
		for (uint32 i = 0; i < json->count; i++)
			if (is_costly(&json->items[i]) == (costly == 1) &&
				!read_member(reader, where, &json->items[i]))
				return false;
	return end_node(reader, start);
}

/*
 * Copies a program, with its header, into a context; NULL, with the error saved,
 * if its canonical text is too long.
 */
static struct varlena *
make_condition(Reader *reader, size_t text_len, MemoryContext context)
{
	Size size = VARHDRSZ + WP_CONDITION_HEADER + reader->program.len;
	struct varlena *condition = MemoryContextAlloc(context, size);
	uint8 *data = (uint8 *) VARDATA(condition);
	uint64 hash = hash_bytes_extended((unsigned char *) reader->program.data,
									  reader->program.len, 0);

	SET_VARSIZE(condition, size);
	data[0] = WP_CONDITION_VERSION;
	data[1] = reader->flags;
	memcpy(data + 2, &hash, sizeof(hash));
	memcpy(data + WP_CONDITION_HEADER, reader->program.data, reader->program.len);

	/* Canonical text is spaced: at most twice what was written, beyond its numbers. */
	if (2 * text_len + reader->expanded > WP_CONDITION_MAX_TEXT)
	{
		StringInfoData text;
		Where top = {0};

		initStringInfo(&text);
		wp_condition_print(condition, &text);
		if (text.len > WP_CONDITION_MAX_TEXT)
		{
			(void) refuse(reader, &top, ERRCODE_PROGRAM_LIMIT_EXCEEDED,
						  "Keep long lists in a table, or in the metadata.",
						  "its canonical form is longer than %d bytes", WP_CONDITION_MAX_TEXT);
			return NULL;
		}
	}
	return condition;
}

/* See read.h. */
struct varlena *
wp_condition_read(const char *text, size_t len, struct Node *escontext)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext own;
	Reader reader = {0};
	Where top = {0};
	WpJson *json;
	struct varlena *condition = NULL;

	reader.escontext = escontext;
	if (len > WP_CONDITION_MAX_TEXT)
	{
		(void) refuse(&reader, &top, ERRCODE_PROGRAM_LIMIT_EXCEEDED,
					  "Keep long lists in a table, or in the metadata.",
					  "it is longer than %d bytes", WP_CONDITION_MAX_TEXT);
		return NULL;
	}

	own = AllocSetContextCreate(caller, "metadata_condition reader", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(own);
	initStringInfo(&reader.program);
	initStringInfo(&reader.scratch);
	json = wp_json_read(text, len, escontext);
	if (json != NULL && read_condition(&reader, &top, json))
		condition = make_condition(&reader, len, caller);
	MemoryContextSwitchTo(caller);

	/* A saved error lies in the context that was current: it goes with the caller's. */
	if (condition != NULL)
		MemoryContextDelete(own);
	return condition;
}
