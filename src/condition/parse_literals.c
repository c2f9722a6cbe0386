/*
 * parse_literals.c
 *		The lower half of the reader: refusals that name the place, and the
 *		literals and lists of the stored form.
 */
#include "compat.h"

#include "mb/pg_wchar.h"

#include "condition/parse_internal.h"

/* ---- messages ---- */

/* Appends the place as a JSON path.  Long keys are cut. */
static void
append_place(StringInfo out, const WpWhere *where)
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
			appendBinaryStringInfo(
				out, where->key,
				pg_mbcliplen(where->key, where->keylen, WP_PLACE_KEY_MAX));
			appendStringInfoString(out, "...");
		}
	}
	else if (where->up != NULL)
		appendStringInfo(out, "[%u]", where->index);
}

bool
wp_refuse(WpReader *reader, const WpWhere *where, int sqlstate,
		  const char *hint, const char *format, ...)
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
			 place.len > 0
				 ? errmsg("invalid condition at %s: %s", place.data, what.data)
				 : errmsg("invalid condition: %s", what.data),
			 hint != NULL ? errhint("%s", hint) : 0));
}

bool
wp_refuse_type(WpReader *reader, const WpWhere *where, const char *wanted,
			   const WpJson *json)
{
	bool vowel = json->type == WP_JSON_ARRAY || json->type == WP_JSON_OBJECT;

	if (wp_json_member(json, "$ago") != NULL)
		return wp_refuse_ago(reader, where);
	if (json->type == WP_JSON_NULL)
		return wp_refuse(reader, where, ERRCODE_INVALID_PARAMETER_VALUE,
						 "Ask for presence with {\"$exists\": true} or "
						 "{\"$exists\": false}.",
						 "expected %s, not null", wanted);
	return wp_refuse(reader, where, ERRCODE_INVALID_PARAMETER_VALUE,
					 "The comment on type workflow_perms.metadata_condition "
					 "lists the operators and what they take.",
					 "expected %s, not %s %s", wanted, vowel ? "an" : "a",
					 wp_type_name(json->type));
}

bool
wp_refuse_ago(WpReader *reader, const WpWhere *where)
{
	return wp_refuse(reader, where, ERRCODE_INVALID_PARAMETER_VALUE,
					 "Write it as the instant of $before, $after or $at: "
					 "{\"signedUpAt\": {\"$after\": {\"$ago\": \"P30D\"}}}.",
					 "$ago cannot stand here");
}

/* ---- writing ---- */

/* Writes a number, seven bits per byte, the lowest first. */
void
wp_put_count(StringInfo out, uint32 value)
{
	while (value >= 0x80)
	{
		appendStringInfoChar(out, (char) (value | 0x80));
		value >>= 7;
	}
	appendStringInfoChar(out, (char) value);
}

void
wp_put_text(StringInfo out, const char *data, uint32 len)
{
	wp_put_count(out, len);
	appendBinaryStringInfoNT(out, data, len);
}

/* Inserts the size of everything written since `start` before it. */
void
wp_put_size_before(StringInfo out, int start)
{
	uint32 size = out->len - start;
	char count[5];
	char *body;
	int width;

	/*
	 * Written after the body, where there is room, and then moved to its front.
	 */
	wp_put_count(out, size);
	body = out->data + start;
	width = out->len - start - size;
	memcpy(count, body + size, width);
	memmove(body + width, body, size);
	memcpy(body, count, width);
}

/* ---- literals ---- */

bool
wp_check_keys(WpReader *reader, const WpWhere *where, const WpJson *object)
{
	for (uint32 i = 1; i < object->count; i++)
	{
		const WpJson *item = &object->items[i];
		const WpJson *before = &object->items[i - 1];

		if (wp_bytes_compare(before->key, before->keylen, item->key,
							 item->keylen) == 0)
		{
			WpWhere there = {where, item->key, item->keylen};

			return wp_refuse(reader, &there, ERRCODE_INVALID_PARAMETER_VALUE,
							 "Write several operators in one object under the "
							 "key, or several conditions in an $and list.",
							 "the key appears twice");
		}
	}
	return true;
}

/* qsort comparator of pointers to members: in jsonb's order of keys. */
static int
compare_as_jsonb(const void *a, const void *b)
{
	const WpJson *left = *(const WpJson *const *) a;
	const WpJson *right = *(const WpJson *const *) b;

	if (left->keylen != right->keylen)
		return left->keylen < right->keylen ? -1 : 1;
	return memcmp(left->key, right->key, left->keylen);
}

static bool
put_number(WpReader *reader, const WpWhere *where, const WpJson *json,
		   StringInfo out)
{
	StringInfo scratch = &reader->scratch;

	resetStringInfo(scratch);
	if (!wp_number_read(json->text, json->len, scratch))
		return wp_refuse(reader, where, ERRCODE_INVALID_PARAMETER_VALUE,
						 "Numbers have the range of the type numeric.",
						 "number out of range");
	wp_put_text(out, scratch->data, scratch->len);

	/*
	 * 1e1000 takes many times as many bytes in the canonical form, which has a
	 * limit too.
	 */
	if (memchr(json->text, 'e', json->len) != NULL ||
		memchr(json->text, 'E', json->len) != NULL)
	{
		StringInfoData text;

		initStringInfo(&text);
		wp_number_print(scratch->data, scratch->len, &text);
		reader->expanded += text.len;
		pfree(text.data);
		if (reader->expanded > WP_CONDITION_MAX_TEXT)
			return wp_refuse(reader, where, ERRCODE_PROGRAM_LIMIT_EXCEEDED,
							 "Numbers are kept without exponent.",
							 "the canonical form is longer than %d bytes",
							 WP_CONDITION_MAX_TEXT);
	}
	return true;
}

/*
 * Writes any JSON value as a literal.  WP_CONDITION_MAX_DEPTH limits the
 * recursion.
 */
bool
wp_put_literal(WpReader *reader, const WpWhere *where, const WpJson *json,
			   StringInfo out)
{
	int start;

	appendStringInfoChar(out, (char) json->type);
	switch (json->type)
	{
		case WP_JSON_NUMBER:
			return put_number(reader, where, json, out);
		case WP_JSON_STRING:
			wp_put_text(out, json->text, json->len);
			return true;
		case WP_JSON_ARRAY:
			start = out->len;
			wp_put_count(out, json->count);
			for (uint32 i = 0; i < json->count; i++)
			{
				WpWhere there = {where, NULL, 0, i};

				if (!wp_put_literal(reader, &there, &json->items[i], out))
					return false;
			}
			wp_put_size_before(out, start);
			return true;
		case WP_JSON_OBJECT:
		{
			const WpJson **members =
				palloc(Max(json->count, 1) * sizeof(*members));

			if (!wp_check_keys(reader, where, json))
				return false;
			for (uint32 i = 0; i < json->count; i++)
				members[i] = &json->items[i];
			qsort(members, json->count, sizeof(*members), compare_as_jsonb);
			start = out->len;
			wp_put_count(out, json->count);
			for (uint32 i = 0; i < json->count; i++)
			{
				WpWhere there = {where, members[i]->key, members[i]->keylen};

				wp_put_text(out, members[i]->key, members[i]->keylen);
				if (!wp_put_literal(reader, &there, members[i], out))
					return false;
			}
			wp_put_size_before(out, start);
			pfree(members);
		}
			return true;
		default:
			return true;
	}
}

/* Writes the instant {"$ago": duration}. */
static bool
put_ago(WpReader *reader, const WpWhere *where, const WpJson *json,
		StringInfo out)
{
	const WpJson *ago = wp_json_member(json, "$ago");
	WpWhere there = {where, "$ago", strlen("$ago")};
	WpDuration duration;
	StringInfoData text;

	if (!wp_check_keys(reader, where, json))
		return false;
	if (json->count > 1)
		return wp_refuse(reader, where, ERRCODE_INVALID_PARAMETER_VALUE,
						 "Write {\"$ago\": \"P30D\"}.", "$ago stands alone");
	if (ago->type != WP_JSON_STRING)
		return wp_refuse_type(reader, &there, "a string", ago);
	if (!wp_duration_read(ago->text, ago->len, &duration))
		return wp_refuse(reader, &there, ERRCODE_INVALID_PARAMETER_VALUE,
						 "Write ISO 8601, such as \"P30D\", \"P1Y6M\" or "
						 "\"PT12H\"; \"-P30D\" lies ahead. Seconds alone may "
						 "have decimals, nine at most.",
						 "not a valid duration");
	reader->flags |= WP_USES_TIME;
	appendStringInfoChar(out, WP_TAG_AGO);
	appendBinaryStringInfoNT(out, (char *) &duration.months,
							 sizeof(duration.months));
	appendBinaryStringInfoNT(out, (char *) &duration.seconds,
							 sizeof(duration.seconds));
	appendBinaryStringInfoNT(out, (char *) &duration.nanoseconds,
							 sizeof(duration.nanoseconds));
	initStringInfo(&text);
	wp_duration_print(&duration, &text);
	appendStringInfoChar(out, WP_JSON_STRING);
	wp_put_text(out, text.data, text.len);
	pfree(text.data);
	return true;
}

/*
 * Writes a literal of $before, $after, $at: the parsed instant, then the
 * original value.
 */
bool
wp_put_instant(WpReader *reader, const WpWhere *where, const WpJson *json,
			   StringInfo out)
{
	WpInstant instant;
	bool valid;

	if (wp_json_member(json, "$ago") != NULL)
		return put_ago(reader, where, json, out);
	if (json->type == WP_JSON_STRING)
		valid = wp_instant_read(json->text, json->len, &instant);
	else if (json->type == WP_JSON_NUMBER)
	{
		resetStringInfo(&reader->scratch);
		valid = wp_number_read(json->text, json->len, &reader->scratch) &&
				wp_instant_from_number(reader->scratch.data,
									   reader->scratch.len, &instant);
	}
	else
		return wp_refuse_type(
			reader, where, "a string, a number or {\"$ago\": \"P30D\"}", json);
	if (!valid)
		return wp_refuse(reader, where, ERRCODE_INVALID_PARAMETER_VALUE,
						 "Write RFC 3339, such as \"2026-01-31T12:00:00Z\", a "
						 "date, such as \"2026-01-31\", or epoch milliseconds.",
						 "not a valid instant");
	appendStringInfoChar(out, WP_TAG_INSTANT);
	appendBinaryStringInfoNT(out, (char *) &instant.seconds,
							 sizeof(instant.seconds));
	appendBinaryStringInfoNT(out, (char *) &instant.nanoseconds,
							 sizeof(instant.nanoseconds));
	return wp_put_literal(reader, where, json, out);
}

bool
wp_put_version(WpReader *reader, const WpWhere *where, const WpJson *json,
			   StringInfo out)
{
	WpVersion version;

	if (json->type != WP_JSON_STRING)
		return wp_refuse_type(reader, where, "a string", json);
	if (!wp_version_read(json->text, json->len, &version))
		return wp_refuse(reader, where, ERRCODE_INVALID_PARAMETER_VALUE,
						 "Write a semantic version, such as \"1.4.0\", \"v2\" "
						 "or \"1.0.0-beta.2\".",
						 "not a valid version");
	appendStringInfoChar(out, WP_TAG_VERSION);
	appendBinaryStringInfoNT(out, (char *) version.part, sizeof(version.part));
	wp_put_count(
		out, version.prerelease != NULL ? version.prerelease - json->text : 0);
	wp_put_count(out, version.prerelease != NULL ? version.prerelease_len : 0);
	return wp_put_literal(reader, where, json, out);
}

static bool
put_network(WpReader *reader, const WpWhere *where, const WpJson *json,
			StringInfo out)
{
	WpNetwork network = {0};

	if (json->type != WP_JSON_STRING)
		return wp_refuse_type(reader, where, "a string", json);
	if (!wp_network_read(json->text, json->len, &network))
		return wp_refuse(reader, where, ERRCODE_INVALID_PARAMETER_VALUE,
						 "Write a network without host bits, such as "
						 "\"10.0.0.0/8\" or \"2001:db8::/32\", or an address.",
						 "not a valid network");
	appendStringInfoChar(out, WP_TAG_NETWORK);
	appendStringInfoChar(out, (char) network.family);
	appendStringInfoChar(out, (char) network.bits);
	appendBinaryStringInfoNT(out, (char *) network.address,
							 sizeof(network.address));
	return wp_put_literal(reader, where, json, out);
}

static bool
put_scalar(WpReader *reader, const WpWhere *where, const WpJson *json,
		   StringInfo out)
{
	if (json->type == WP_JSON_NULL || json->type >= WP_JSON_ARRAY)
		return wp_refuse_type(reader, where, "a string, a number or a boolean",
							  json);
	return wp_put_literal(reader, where, json, out);
}

/* ---- lists ---- */

/* An item of a list during sorting.  Its bytes are in a buffer of the list. */
typedef struct Item
{
	WpLiteral literal;
	uint32 start;
	uint32 size;
} Item;

static int
compare_items(const void *a, const void *b)
{
	return wp_literal_compare(&((const Item *) a)->literal,
							  &((const Item *) b)->literal, false);
}

static int
compare_folded(const void *a, const void *b)
{
	const Item *left = a;
	const Item *right = b;
	int cmp = wp_literal_compare(&left->literal, &right->literal, true);

	/* Items that differ only in case must have an order too. */
	return cmp != 0 ? cmp : compare_items(a, b);
}

/* Writes the list of an operator, sorted and without duplicates. */
bool
wp_put_list(WpReader *reader, const WpWhere *where, WpOp op, const WpJson *json)
{
	bool networks = op == WP_CIDR;
	bool fold = op == WP_INI || op == WP_NINI || op == WP_ALL_OFI;
	StringInfo out = &reader->program;
	uint32 given = json->count;
	uint32 count = 0;
	uint32 place = 0; /* of a literal, counted from the first */
	int offsets;
	StringInfoData bytes;
	Item *items;

	if (given == 0)
		return wp_refuse(
			reader, where, ERRCODE_INVALID_PARAMETER_VALUE,
			"Leave the operator out, or name what it is to compare with.",
			"the list is empty");

	items = MemoryContextAllocHuge(CurrentMemoryContext, given * sizeof(Item));
	initStringInfo(&bytes);
	for (uint32 i = 0; i < given; i++)
	{
		WpWhere there = {where, NULL, 0, i};

		items[i].start = bytes.len;
		if (!(networks ? put_network : put_scalar)(reader, &there,
												   &json->items[i], &bytes))
			return false;
		items[i].size = bytes.len - items[i].start;
	}
	for (uint32 i = 0; i < given; i++)
	{
		WpCursor cursor = {(uint8 *) bytes.data + items[i].start,
						   (uint8 *) bytes.data + bytes.len};

		wp_take_literal(&cursor, &items[i].literal);
	}
	qsort(items, given, sizeof(Item), compare_items);
	for (uint32 i = 0; i < given; i++)
		if (count == 0 || compare_items(&items[i], &items[count - 1]) != 0)
			items[count++] = items[i];

	wp_put_count(out, count);
	offsets = out->len;
	if (count > WP_LIST_SHORT)
	{
		enlargeStringInfo(out, count * sizeof(uint32));
		out->len += count * sizeof(uint32);
	}
	for (uint32 i = 0; i < count; i++)
	{
		uint32 size = items[i].size;

		appendBinaryStringInfoNT(out, bytes.data + items[i].start, size);
		items[i].start = place;
		place += size;
	}
	if (count > WP_LIST_SHORT)
	{
		if (fold)
			qsort(items, count, sizeof(Item), compare_folded);
		for (uint32 i = 0; i < count; i++)
			memcpy(out->data + offsets + i * sizeof(uint32), &items[i].start,
				   sizeof(uint32));
	}
	pfree(bytes.data);
	pfree(items);
	return true;
}
