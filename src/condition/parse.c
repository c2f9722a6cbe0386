/*
 * parse.c
 *		Text → checked tree → stored form.
 *
 * json.c makes the tree, with the members of each object sorted by key.  Here
 * each node is checked and immediately written to the program (literals and
 * lists: parse_literals.c).  A node's size is before its body, and is inserted
 * when the body is complete.
 */
#include "compat.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "condition/print.h"
#include "condition/parse.h"
#include "condition/parse_internal.h"
#include "condition/regexp.h"
#include "condition/regexp_escapes.h"

static bool read_condition(WpReader *reader, const WpWhere *where,
						   const WpJson *json);
static bool read_tests(WpReader *reader, const WpWhere *where,
					   const WpJson *json);

/* ---- nodes ---- */

/* Is a node a clause by itself, and not only a combination of others? */
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
 * Begins a node; *start is for end_node.  Returns false if it is one clause too
 * many.  An empty condition counts as a clause.
 */
static bool
begin_node(WpReader *reader, const WpWhere *where, WpOp op, bool empty,
		   int *start)
{
	appendStringInfoChar(&reader->program, (char) op);
	*start = reader->program.len;
	reader->clauses += empty || is_clause(op);
	if (reader->clauses > WP_CONDITION_MAX_CLAUSES)
		return wp_refuse(
			reader, where, ERRCODE_PROGRAM_LIMIT_EXCEEDED,
			"Replace many comparisons of one path by a list under $in.",
			"more than %d clauses", WP_CONDITION_MAX_CLAUSES);
	return true;
}

/* Ends a node.  Returns true, so that a reader can end with it. */
static bool
end_node(WpReader *reader, int start)
{
	wp_put_size_before(&reader->program, start);
	return true;
}

/* ---- tests: the values of keys ---- */

static bool
is_operator(const WpJson *member)
{
	return member->keylen > 0 && member->key[0] == '$';
}

/* Returns the op of a member of a condition; 0 if the key is not possible. */
static WpOp
member_op(const WpJson *member)
{
	if (!is_operator(member))
		return WP_FIELD;
	for (int op = WP_AND; op <= WP_ROLLOUT; op++)
		if (wp_ops[op].name != NULL && wp_json_key_is(member, wp_ops[op].name))
			return (WpOp) op;
	return (WpOp) 0;
}

/*
 * Refuses a literal that has, at any depth, a key that looks like an operator.
 * {"$ne": {"$in": ["free"]}} would compare with an object that no metadata
 * contains, and so match everyone.
 */
static bool
check_no_operators(WpReader *reader, const WpWhere *where, const WpJson *json)
{
	if (json->type < WP_JSON_ARRAY)
		return true;
	for (uint32 i = 0; i < json->count; i++)
	{
		const WpJson *item = &json->items[i];
		WpWhere there = {where, item->key, item->keylen, i};

		if (json->type == WP_JSON_OBJECT && wp_json_key_is(item, "$ago"))
			return wp_refuse_ago(reader, &there);
		if (json->type == WP_JSON_OBJECT && is_operator(item))
			return wp_refuse(
				reader, &there, ERRCODE_INVALID_PARAMETER_VALUE,
				"Write operators directly under the path, negated by $not: "
				"{\"plan\": {\"$not\": {\"$in\": [\"free\"]}}}; reach into "
				"objects by a dotted path, such as \"org.tier\".",
				"operators cannot stand inside a value");
		if (!check_no_operators(reader, &there, item))
			return false;
	}
	return true;
}

/* Writes the argument of $eq and $ne. */
static bool
put_value(WpReader *reader, const WpWhere *where, const WpJson *json)
{
	return check_no_operators(reader, where, json) &&
		   wp_put_literal(reader, where, json, &reader->program);
}

/* Writes an implicit $eq. */
static bool
read_equality(WpReader *reader, const WpWhere *where, const WpJson *json)
{
	int start;

	return begin_node(reader, where, WP_EQ, false, &start) &&
		   put_value(reader, where, json) && end_node(reader, start);
}

/*
 * Is the body of $elemMatch about the element as a value ({"$gt": 1}), and not
 * as a document ({"a": 1})? For $not its contents decide.
 */
static bool
asks_for_value(const WpJson *object)
{
	for (uint32 i = 0; i < object->count; i++)
	{
		const WpJson *member = &object->items[i];

		if (wp_json_key_is(member, "$not"))
		{
			if (member->type == WP_JSON_OBJECT && asks_for_value(member))
				return true;
		}
		else if (member_op(member) == 0)
			return true;
	}
	return false;
}

static bool
put_regexp(WpReader *reader, const WpWhere *where, const WpJson *json,
		   bool icase)
{
	const char *hint = NULL;
	char *reason;
	double transitions;

	if (json->type != WP_JSON_STRING)
		return wp_refuse_type(reader, where, "a string", json);
	reason = wp_regexp_foreign_escape(json->text, json->len, &hint);
	if (reason == NULL)
	{
		hint = "The syntax is that of PostgreSQL's regular expressions, "
			   "without back-references.";
		reason = wp_regexp_check(json->text, json->len, icase, &transitions);
		reader->transitions += WP_PATTERN_BASE + transitions;
	}
	if (reason == NULL && reader->transitions > WP_PATTERN_TRANSITIONS)
		return wp_refuse(
			reader, where, ERRCODE_PROGRAM_LIMIT_EXCEEDED,
			"Ask with $in, $startsWith, $endsWith or $contains, repeat less, "
			"and put alternatives behind what they have in common.",
			"its regular expressions have more than %d transitions together",
			WP_PATTERN_TRANSITIONS);
	if (reason != NULL)
		return wp_refuse(reader, where, ERRCODE_INVALID_PARAMETER_VALUE, hint,
						 "invalid regular expression: %s", reason);
	return wp_put_literal(reader, where, json, &reader->program);
}

static bool
put_type(WpReader *reader, const WpWhere *where, const WpJson *json)
{
	if (json->type != WP_JSON_STRING)
		return wp_refuse_type(reader, where, "a string", json);
	for (int type = WP_JSON_NULL; type <= WP_JSON_OBJECT; type++)
	{
		if (type != WP_JSON_FALSE &&
			strcmp(json->text, wp_type_name((WpJsonType) type)) == 0)
		{
			appendStringInfoChar(&reader->program, (char) type);
			return true;
		}
	}
	return wp_refuse(
		reader, where, ERRCODE_INVALID_PARAMETER_VALUE,
		"The types are string, number, boolean, null, array and object.",
		"unknown type");
}

static bool
put_argument(WpReader *reader, const WpWhere *where, WpOp op,
			 const WpJson *json)
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
				return wp_refuse_type(reader, where, "true or false", json);
			appendStringInfoChar(out, json->type == WP_JSON_TRUE);
			return true;
		case WP_TAKES_TYPE:
			return put_type(reader, where, json);
		case WP_TAKES_SIZE:
			if (json->type == WP_JSON_NUMBER)
				return read_equality(reader, where, json);
			if (json->type != WP_JSON_OBJECT)
				return wp_refuse_type(
					reader, where, "a number, or an object of operators", json);
			return read_tests(reader, where, json);
		case WP_TAKES_ELEMENT:
			return op == WP_ELEM_VALUE ? read_tests(reader, where, json)
									   : read_condition(reader, where, json);
		case WP_TAKES_VALUE:
			return put_value(reader, where, json);
		case WP_TAKES_SCALAR:
			if (json->type >= WP_JSON_ARRAY)
				return wp_refuse_type(reader, where,
									  "a string, a number, a boolean or null",
									  json);
			return wp_put_literal(reader, where, json, out);
		case WP_TAKES_SCALARS:
			if (json->type != WP_JSON_ARRAY)
				return wp_refuse_type(reader, where, "a list", json);
			return wp_put_list(reader, where, op, json);
		case WP_TAKES_NETWORKS:
			if (json->type == WP_JSON_STRING)
			{
				WpJson list = {WP_JSON_ARRAY};

				list.count = 1;
				list.items = (WpJson *) json;
				return wp_put_list(reader, where, op, &list);
			}
			if (json->type != WP_JSON_ARRAY)
				return wp_refuse_type(reader, where, "a list of networks",
									  json);
			return wp_put_list(reader, where, op, json);
		case WP_TAKES_ORDERED:
			if (json->type != WP_JSON_NUMBER && json->type != WP_JSON_STRING)
				return wp_refuse_type(reader, where, "a number or a string",
									  json);
			return wp_put_literal(reader, where, json, out);
		case WP_TAKES_STRING:
			if (json->type != WP_JSON_STRING)
				return wp_refuse_type(reader, where, "a string", json);
			return wp_put_literal(reader, where, json, out);
		case WP_TAKES_REGEX:
			return put_regexp(reader, where, json, op != WP_REGEX);
		case WP_TAKES_INSTANT:
			return wp_put_instant(reader, where, json, out);
		case WP_TAKES_VERSION:
			return wp_put_version(reader, where, json, out);
	}
	return false;
}

/*
 * Checks the options of $regex. *op becomes WP_REGEX_OPTION_I if they say so.
 */
static bool
read_options(WpReader *reader, const WpWhere *where, const WpJson *object,
			 WpOp *op)
{
	const WpJson *options = wp_json_member(object, "$options");
	WpWhere there = {where, "$options", strlen("$options")};

	if (options == NULL)
		return true;
	if (options->type != WP_JSON_STRING)
		return wp_refuse_type(reader, &there, "a string", options);
	if (strcmp(options->text, "i") == 0)
		*op = WP_REGEX_OPTION_I;
	else if (options->len > 0)
		return wp_refuse(reader, &there, ERRCODE_INVALID_PARAMETER_VALUE,
						 "Embedded options, such as (?n) at the beginning of "
						 "the pattern, say the rest.",
						 "the only option of a regular expression is \"i\"");
	return true;
}

/* Refuses an unknown operator under a key.  The hint lists the known ones. */
static bool
refuse_unknown(WpReader *reader, const WpWhere *where)
{
	StringInfoData hint;
	const char *before = "";
	bool refused;

	initStringInfo(&hint);
	appendStringInfoString(&hint, "Operators under a path are ");
	for (int op = WP_VALUE_NOT; op < WP_OP_LIMIT; op++)
	{
		const char *name = wp_ops[op].name;

		/* If two ops share a name, only the first is listed. */
		if (name == NULL || wp_op_by_name(name, strlen(name)) != op)
			continue;
		appendStringInfo(&hint, "%s%s", before, name);
		before = ", ";
	}
	appendStringInfoChar(&hint, '.');
	refused = wp_refuse(reader, where, ERRCODE_INVALID_PARAMETER_VALUE,
						hint.data, "unknown operator");
	pfree(hint.data);
	return refused;
}

/* Writes one operator under a key; object contains it. */
static bool
read_test(WpReader *reader, const WpWhere *where, const WpJson *object,
		  const WpJson *member)
{
	WpWhere there = {where, member->key, member->keylen};
	WpOp op = wp_op_by_name(member->key, member->keylen);
	int start;

	if (wp_json_key_is(member, "$options"))
	{
		if (wp_json_member(object, "$regex") == NULL)
			return wp_refuse(reader, &there, ERRCODE_INVALID_PARAMETER_VALUE,
							 "Use $regexi, or $regex with $options.",
							 "$options without $regex");
		return true;
	}
	if (op == 0)
	{
		WpOp misplaced = member_op(member);

		if (wp_json_key_is(member, "$ago"))
			return wp_refuse_ago(reader, &there);
		if (misplaced != 0)
			return wp_refuse(reader, &there, ERRCODE_INVALID_PARAMETER_VALUE,
							 "Write it in the place of a path, with whole "
							 "conditions: {\"$or\": [{\"a\": 1}, {\"a\": 2}]}.",
							 "%s cannot stand under a key",
							 wp_ops[misplaced].name);
		return refuse_unknown(reader, &there);
	}
	if (op == WP_REGEX && !read_options(reader, where, object, &op))
		return false;
	if (op == WP_ELEM_DOCUMENT)
	{
		if (member->type != WP_JSON_OBJECT)
			return wp_refuse_type(reader, &there,
								  "a condition, or an object of operators",
								  member);
		if (asks_for_value(member))
			op = WP_ELEM_VALUE;
	}
	return begin_node(reader, &there, op, false, &start) &&
		   put_argument(reader, &there, op, member) && end_node(reader, start);
}

static bool
read_tests(WpReader *reader, const WpWhere *where, const WpJson *json)
{
	check_stack_depth();

	if (json->type != WP_JSON_OBJECT)
		return wp_refuse_type(reader, where, "an object of operators", json);
	if (json->count == 0)
		return wp_refuse(reader, where, ERRCODE_INVALID_PARAMETER_VALUE,
						 "Write at least one operator, such as {\"$gt\": 10}.",
						 "no operator is given");
	if (!wp_check_keys(reader, where, json))
		return false;
	for (uint32 i = 0; i < json->count; i++)
	{
		const WpJson *member = &json->items[i];
		WpWhere there = {where, member->key, member->keylen};

		if (!is_operator(member))
			return wp_refuse(reader, &there, ERRCODE_INVALID_PARAMETER_VALUE,
							 "Operators begin with $; reach into objects by a "
							 "dotted path, such as \"org.tier\".",
							 "an operator was expected, not a plain key");
		if (!read_test(reader, where, json, member))
			return false;
	}
	return true;
}

/*
 * Writes the requirement on a path: operators, or a value that it must equal.
 */
static bool
read_asked(WpReader *reader, const WpWhere *where, const WpJson *json)
{
	if (json->type == WP_JSON_OBJECT)
	{
		for (uint32 i = 0; i < json->count; i++)
			if (is_operator(&json->items[i]))
				return read_tests(reader, where, json);
	}
	return read_equality(reader, where, json);
}

/* ---- conditions ---- */

static bool
put_path(WpReader *reader, const WpWhere *where, const WpJson *member)
{
	const char *at = member->key;
	const char *end = at + member->keylen;
	uint32 keys = 1;

	for (const char *c = at; c < end; c++)
		keys += *c == '.';
	reader->keys += keys;
	if (reader->keys > WP_CONDITION_MAX_KEYS)
		return wp_refuse(
			reader, where, ERRCODE_PROGRAM_LIMIT_EXCEEDED,
			"Keep what conditions ask for nearer to the top of the metadata.",
			"the paths have more than %d keys together", WP_CONDITION_MAX_KEYS);
	wp_put_count(&reader->program, keys);
	for (; keys > 0; keys--)
	{
		const char *dot = memchr(at, '.', end - at);
		uint32 len = (dot != NULL ? dot : end) - at;

		if (len > 0 && at[0] == '$')
			return wp_refuse(
				reader, where, ERRCODE_INVALID_PARAMETER_VALUE,
				"Rename the key in the metadata.",
				"keys that begin with $ cannot be reached by a path");
		wp_put_text(&reader->program, at, len);
		at += len + 1;
	}
	return true;
}

/*
 * Returns the share of $rollout in hundredths of a percent, or -1.  The
 * number's canonical text shows whether it is in range and has at most two
 * decimals.
 */
static int
read_percent(WpReader *reader, const WpJson *json)
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
	pfree(text.data);
	for (int i = Max(decimals, 0); i < 2; i++)
		share *= 10;
	return share <= 10000 ? share : -1;
}

static bool
read_rollout(WpReader *reader, const WpWhere *where, const WpJson *json)
{
	const WpJson *percent = NULL;
	const WpJson *seed = NULL;
	int share;
	uint16 stored;

	if (json->type != WP_JSON_OBJECT)
		return wp_refuse_type(
			reader, where,
			"an object such as {\"percent\": 25, \"seed\": \"beta\"}", json);
	if (!wp_check_keys(reader, where, json))
		return false;
	for (uint32 i = 0; i < json->count; i++)
	{
		const WpJson *member = &json->items[i];
		WpWhere there = {where, member->key, member->keylen};

		if (wp_json_key_is(member, "percent"))
		{
			if (member->type != WP_JSON_NUMBER)
				return wp_refuse_type(reader, &there, "a number", member);
			percent = member;
		}
		else if (wp_json_key_is(member, "seed"))
		{
			if (member->type != WP_JSON_STRING)
				return wp_refuse_type(reader, &there, "a string", member);
			seed = member;
		}
		else
			return wp_refuse(reader, &there, ERRCODE_INVALID_PARAMETER_VALUE,
							 "$rollout takes \"percent\" and \"seed\".",
							 "unknown key");
	}
	if (percent == NULL)
		return wp_refuse(
			reader, where, ERRCODE_INVALID_PARAMETER_VALUE,
			"Write $rollout as {\"percent\": 25, \"seed\": \"beta\"}.",
			"\"percent\" is missing");
	share = read_percent(reader, percent);
	if (share < 0)
	{
		WpWhere there = {where, percent->key, percent->keylen};

		return wp_refuse(reader, &there, ERRCODE_INVALID_PARAMETER_VALUE,
						 "Write 0 to 100, with at most two decimals.",
						 "not a valid percentage");
	}
	stored = share;
	appendBinaryStringInfoNT(&reader->program, (char *) &stored,
							 sizeof(stored));
	if (seed != NULL)
		appendBinaryStringInfoNT(&reader->program, seed->text, seed->len);
	return true;
}

static bool
read_branches(WpReader *reader, const WpWhere *where, const WpJson *json)
{
	if (json->type != WP_JSON_ARRAY)
		return wp_refuse_type(reader, where, "a list of conditions", json);
	if (json->count == 0)
		return wp_refuse(reader, where, ERRCODE_INVALID_PARAMETER_VALUE,
						 "Name at least one condition; {} is the condition "
						 "that is always true.",
						 "the list is empty");
	for (uint32 i = 0; i < json->count; i++)
	{
		WpWhere there = {where, NULL, 0, i};

		if (!read_condition(reader, &there, &json->items[i]))
			return false;
	}
	return true;
}

/*
 * Returns the scalar that an alternative wants of the path or user id of the
 * first alternative; NULL if it asks anything else.
 */
static const WpJson *
wanted_scalar(const WpJson *alternative, const WpJson *first)
{
	const WpJson *member;

	if (alternative->count != 1)
		return NULL;
	member = &alternative->items[0];
	if (member->keylen != first->items[0].keylen ||
		memcmp(member->key, first->items[0].key, member->keylen) != 0)
		return NULL;
	if (member->type == WP_JSON_OBJECT && member->count == 1 &&
		wp_json_key_is(&member->items[0], wp_ops[WP_EQ].name))
		member = &member->items[0];
	return member->type > WP_JSON_NULL && member->type < WP_JSON_ARRAY ? member
																	   : NULL;
}

/* Appends where the list has each value, in the order of the text. */
static void
put_places(WpReader *reader, int list_start, const WpJson *values)
{
	StringInfoData value;

	initStringInfo(&value);
	for (uint32 i = 0; i < values->count; i++)
	{
		WpCursor cursor = {(uint8 *) reader->program.data + list_start,
						   (uint8 *) reader->program.data +
							   reader->program.len};
		WpList list = wp_take_list(&cursor);
		WpLiteral wanted;
		uint32 place;

		resetStringInfo(&value);
		(void) wp_put_literal(reader, NULL, &values->items[i], &value);
		cursor.at = (uint8 *) value.data;
		cursor.end = cursor.at + value.len;
		wp_take_literal(&cursor, &wanted);
		place = wp_list_find(&list, &wanted, false);
		Assert(place < list.count);
		appendBinaryStringInfoNT(&reader->program, (char *) &place,
								 sizeof(place));
	}
	pfree(value.data);
}

/*
 * Replaces the alternatives that were written since `start` by one IN, if they
 * are equalities of one path with many values (format.h).
 */
static bool
join_equalities(WpReader *reader, const WpWhere *where,
				const WpJson *alternatives, int start)
{
	StringInfo out = &reader->program;
	size_t expanded = reader->expanded;
	int written = out->len;
	WpJson values = {WP_JSON_ARRAY};
	WpCursor cursor = {(uint8 *) out->data + start,
					   (uint8 *) out->data + written};
	WpNode first;
	int path;
	int path_len;
	int field_start;
	int test_start;

	if (alternatives->count <= WP_LIST_SHORT)
		return true;
	values.items =
		palloc_extended(alternatives->count * sizeof(WpJson), MCXT_ALLOC_HUGE);
	for (; values.count < alternatives->count; values.count++)
	{
		const WpJson *wanted = wanted_scalar(&alternatives->items[values.count],
											 &alternatives->items[0]);

		if (wanted == NULL)
			return true;
		values.items[values.count] = *wanted;
	}

	/* It is written behind the alternatives, and moved to their place. */
	first = wp_take_node(&cursor);
	path = first.body.at - (uint8 *) out->data;
	path_len = wp_children(&first).at - first.body.at;
	enlargeStringInfo(out, path_len + 2);
	appendStringInfoChar(out, (char) first.op);
	field_start = out->len;
	appendBinaryStringInfoNT(out, out->data + path, path_len);
	appendStringInfoChar(out, WP_IN);
	test_start = out->len;
	if (!wp_put_list(reader, where, WP_IN, &values))
		return false;
	cursor.at = (uint8 *) out->data + test_start;
	cursor.end = (uint8 *) out->data + out->len;
	if (wp_take_list(&cursor).offsets != NULL)
	{
		put_places(reader, test_start, &values);
		wp_put_size_before(out, test_start);
		wp_put_size_before(out, field_start);
		memmove(out->data + start, out->data + written, out->len - written);
		out->len -= written - start;
	}
	else
		out->len = written;
	reader->expanded = expanded; /* counted when the alternatives were read */
	pfree(values.items);
	return true;
}

static bool
read_member(WpReader *reader, const WpWhere *where, const WpJson *member)
{
	WpWhere there = {where, member->key, member->keylen};
	WpOp op = member_op(member);
	int start;
	bool done = false;

	if (op == 0)
	{
		if (wp_json_key_is(member, "$ago"))
			return wp_refuse_ago(reader, &there);
		if (wp_op_by_name(member->key, member->keylen) != 0 ||
			wp_json_key_is(member, "$options"))
			return wp_refuse(reader, &there, ERRCODE_INVALID_PARAMETER_VALUE,
							 "Write it under the path that it compares: "
							 "{\"seats\": {\"$gte\": 10}}.",
							 "the operator must stand under a path");
		return wp_refuse(reader, &there, ERRCODE_INVALID_PARAMETER_VALUE,
						 "In the place of a path there can be $and, $or, $nor, "
						 "$not, $userId and $rollout.",
						 "unknown operator");
	}
	if (!begin_node(reader, &there, op, false, &start))
		return false;
	switch (op)
	{
		case WP_FIELD:
			done = put_path(reader, &there, member) &&
				   read_asked(reader, &there, member);
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
			done = read_branches(reader, &there, member) &&
				   (op == WP_AND ||
					join_equalities(reader, &there, member, start));
			break;
	}
	return done && end_node(reader, start);
}

/*
 * Is a member tested after the others, because it costs more than a few
 * comparisons? This only decides the order in the stored form.
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
				if (wp_json_key_is(&member->items[i], "$regex") ||
					wp_json_key_is(&member->items[i], "$regexi") ||
					wp_json_key_is(&member->items[i], "$elemMatch"))
					return true;
			return false;
		case WP_ROLLOUT:
			return false;
		default:
			return true;
	}
}

static bool
read_condition(WpReader *reader, const WpWhere *where, const WpJson *json)
{
	int start;

	check_stack_depth();

	if (json->type != WP_JSON_OBJECT)
		return wp_refuse_type(reader, where, "a condition (an object)", json);
	if (!wp_check_keys(reader, where, json))
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
 * Copies a program, with its header, into a context.  Returns NULL, with the
 * error saved, if its canonical text is too long.
 */
static struct varlena *
make_condition(WpReader *reader, size_t text_len, MemoryContext context)
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
	memcpy(data + WP_CONDITION_HEADER, reader->program.data,
		   reader->program.len);

	/*
	 * Canonical text has spaces.  Apart from its numbers, it is at most twice
	 * as long as the input.
	 */
	if (2 * text_len + reader->expanded > WP_CONDITION_MAX_TEXT)
	{
		StringInfoData text;
		WpWhere top = {0};

		initStringInfo(&text);
		wp_condition_print(condition, &text);
		if (text.len > WP_CONDITION_MAX_TEXT)
		{
			(void) wp_refuse(reader, &top, ERRCODE_PROGRAM_LIMIT_EXCEEDED,
							 "Keep long lists in a table, or in the metadata.",
							 "its canonical form is longer than %d bytes",
							 WP_CONDITION_MAX_TEXT);
			return NULL;
		}
	}
	return condition;
}

struct varlena *
wp_condition_read(const char *text, size_t len, struct Node *escontext)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext own;
	WpReader reader = {0};
	WpWhere top = {0};
	WpJson *json;
	struct varlena *condition = NULL;

	reader.escontext = escontext;
	if (len > WP_CONDITION_MAX_TEXT)
	{
		(void) wp_refuse(&reader, &top, ERRCODE_PROGRAM_LIMIT_EXCEEDED,
						 "Keep long lists in a table, or in the metadata.",
						 "it is longer than %d bytes", WP_CONDITION_MAX_TEXT);
		return NULL;
	}

	own = AllocSetContextCreate(caller, "metadata_condition reader",
								ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(own);
	initStringInfo(&reader.program);
	initStringInfo(&reader.scratch);
	json = wp_json_read(text, len, escontext);
	if (json != NULL && read_condition(&reader, &top, json))
		condition = make_condition(&reader, len, caller);
	MemoryContextSwitchTo(caller);

	/*
	 * A saved error is in the context that was current, so it is freed with the
	 * caller's.
	 */
	if (condition != NULL)
		MemoryContextDelete(own);
	return condition;
}
