/*
 * print.c
 *		Stored form → canonical text.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "condition/print.h"

/* A member of an object that is printed in the order of keys. */
typedef struct Member
{
	const char *key;
	uint32 keylen;
	WpNode node;       /* for a condition */
	WpLiteral literal; /* for a literal */
} Member;

static void print_condition(const WpNode *node, StringInfo out);
static void print_tests(WpCursor tests, StringInfo out);

/* Appends ", " unless this is the first. */
static void
separate(bool *first, StringInfo out)
{
	if (!*first)
		appendStringInfoString(out, ", ");
	*first = false;
}

/* Appends a name of our own as a key. */
static void
print_key(const char *name, StringInfo out)
{
	appendStringInfo(out, "\"%s\": ", name);
}

static int
compare_members(const void *a, const void *b)
{
	const Member *left = a;
	const Member *right = b;

	return wp_bytes_compare(left->key, left->keylen, right->key, right->keylen);
}

void
wp_string_print(const char *data, uint32 len, StringInfo out)
{
	appendStringInfoCharMacro(out, '"');
	for (uint32 i = 0; i < len; i++)
	{
		unsigned char c = data[i];

		switch (c)
		{
			case '\b':
				appendStringInfoString(out, "\\b");
				break;
			case '\f':
				appendStringInfoString(out, "\\f");
				break;
			case '\n':
				appendStringInfoString(out, "\\n");
				break;
			case '\r':
				appendStringInfoString(out, "\\r");
				break;
			case '\t':
				appendStringInfoString(out, "\\t");
				break;
			case '"':
			case '\\':
				appendStringInfoCharMacro(out, '\\');
				appendStringInfoCharMacro(out, c);
				break;
			default:
				if (c < ' ')
					appendStringInfo(out, "\\u%04x", c);
				else
					appendStringInfoCharMacro(out, c);
				break;
		}
	}
	appendStringInfoCharMacro(out, '"');
}

/*
 * Appends an object literal in byte order of its keys.  They are stored by
 * length.
 */
static void
print_object(const WpLiteral *object, StringInfo out)
{
	WpCursor items = wp_literal_items(object);
	Member *members = palloc(Max(object->count, 1) * sizeof(Member));
	bool first = true;

	for (uint32 i = 0; i < object->count; i++)
	{
		members[i].key = wp_take_text(&items, &members[i].keylen);
		wp_take_literal(&items, &members[i].literal);
	}
	qsort(members, object->count, sizeof(Member), compare_members);

	appendStringInfoChar(out, '{');
	for (uint32 i = 0; i < object->count; i++)
	{
		separate(&first, out);
		wp_string_print(members[i].key, members[i].keylen, out);
		appendStringInfoString(out, ": ");
		wp_literal_print(&members[i].literal, out);
	}
	appendStringInfoChar(out, '}');
	pfree(members);
}

void
wp_literal_print(const WpLiteral *literal, StringInfo out)
{
	check_stack_depth();
	switch (literal->type)
	{
		case WP_JSON_UNKNOWN:
		case WP_JSON_ABSENT:
		case WP_JSON_NULL:
			appendStringInfoString(out, "null");
			break;
		case WP_JSON_FALSE:
			appendStringInfoString(out, "false");
			break;
		case WP_JSON_TRUE:
			appendStringInfoString(out, "true");
			break;
		case WP_JSON_NUMBER:
			wp_number_print(literal->data, literal->len, out);
			break;
		case WP_JSON_STRING:
			wp_string_print(literal->data, literal->len, out);
			break;
		case WP_JSON_ARRAY:
		{
			WpCursor items = wp_literal_items(literal);
			bool first = true;

			appendStringInfoChar(out, '[');
			while (!wp_at_end(&items))
			{
				WpLiteral item;

				wp_take_literal(&items, &item);
				separate(&first, out);
				wp_literal_print(&item, out);
			}
			appendStringInfoChar(out, ']');
		}
		break;
		case WP_JSON_OBJECT:
			print_object(literal, out);
			break;
	}
}

static void
print_list(WpCursor body, StringInfo out)
{
	WpList list = wp_take_list(&body);
	bool first = true;

	appendStringInfoChar(out, '[');
	for (uint32 i = 0; i < list.count; i++)
	{
		WpLiteral item;

		wp_take_literal(&list.items, &item);
		separate(&first, out);
		wp_literal_print(&item, out);
	}
	appendStringInfoChar(out, ']');
}

/*
 * Are the tests one $eq whose literal may be printed instead? If so, the
 * literal is set.
 */
static bool
is_plain_equality(WpCursor tests, WpLiteral *literal)
{
	WpNode test = wp_take_node(&tests);

	if (test.op != WP_EQ || !wp_at_end(&tests))
		return false;
	wp_take_literal(&test.body, literal);
	return true;
}

static void
print_instant(WpCursor body, StringInfo out)
{
	bool is_ago = wp_is_ago(&body);
	WpLiteral literal;

	wp_take_literal(&body, &literal);
	if (is_ago)
	{
		appendStringInfoChar(out, '{');
		print_key("$ago", out);
	}
	wp_literal_print(&literal, out);
	if (is_ago)
		appendStringInfoChar(out, '}');
}

static void
print_test(const WpNode *test, StringInfo out)
{
	const WpOpInfo *info = &wp_ops[test->op];
	WpCursor body = test->body;
	WpLiteral literal;
	WpNode child;

	if (test->op == WP_REGEX_OPTION_I)
	{
		print_key("$options", out);
		appendStringInfoString(out, "\"i\", ");
	}
	print_key(info->name, out);
	switch (info->argument)
	{
		case WP_TAKES_NONE:
			break;
		case WP_TAKES_TESTS:
			print_tests(body, out);
			break;
		case WP_TAKES_SIZE:
			if (is_plain_equality(body, &literal) &&
				literal.type == WP_JSON_NUMBER)
				wp_literal_print(&literal, out);
			else
				print_tests(body, out);
			break;
		case WP_TAKES_ELEMENT:
			if (test->op == WP_ELEM_VALUE)
				print_tests(body, out);
			else
			{
				child = wp_take_node(&body);
				print_condition(&child, out);
			}
			break;
		case WP_TAKES_BOOLEAN:
			appendStringInfoString(out, wp_take_byte(&body) ? "true" : "false");
			break;
		case WP_TAKES_TYPE:
			appendStringInfo(out, "\"%s\"",
							 wp_type_name((WpJsonType) wp_take_byte(&body)));
			break;
		case WP_TAKES_SCALARS:
		case WP_TAKES_NETWORKS:
			print_list(body, out);
			break;
		case WP_TAKES_VALUE:
		case WP_TAKES_SCALAR:
		case WP_TAKES_ORDERED:
		case WP_TAKES_STRING:
		case WP_TAKES_REGEX:
		case WP_TAKES_VERSION:
			wp_take_literal(&body, &literal);
			wp_literal_print(&literal, out);
			break;
		case WP_TAKES_INSTANT:
			print_instant(body, out);
			break;
	}
}

static void
print_tests(WpCursor tests, StringInfo out)
{
	bool first = true;

	check_stack_depth();
	appendStringInfoChar(out, '{');
	while (!wp_at_end(&tests))
	{
		WpNode test = wp_take_node(&tests);

		separate(&first, out);
		print_test(&test, out);
	}
	appendStringInfoChar(out, '}');
}

/* Appends the tests of a path: an object, or the literal of a single $eq. */
static void
print_asked(WpCursor tests, StringInfo out)
{
	WpLiteral literal;

	if (is_plain_equality(tests, &literal))
		wp_literal_print(&literal, out);
	else
		print_tests(tests, out);
}

void
wp_percent_print(int hundredths, StringInfo out)
{
	appendStringInfo(out, "%d", hundredths / 100);
	if (hundredths % 10 != 0)
		appendStringInfo(out, ".%02d", hundredths % 100);
	else if (hundredths % 100 != 0)
		appendStringInfo(out, ".%d", hundredths % 100 / 10);
}

static void
print_rollout(WpCursor body, StringInfo out)
{
	appendStringInfoChar(out, '{');
	print_key("percent", out);
	wp_percent_print(wp_take_uint16(&body), out);
	if (!wp_at_end(&body))
	{
		appendStringInfoString(out, ", ");
		print_key("seed", out);
		wp_string_print((const char *) body.at, body.end - body.at, out);
	}
	appendStringInfoChar(out, '}');
}

void
wp_keys_print(WpCursor *body, StringInfo out)
{
	for (uint32 keys = wp_take_count(body); keys > 0; keys--)
	{
		uint32 len;
		const char *key = wp_take_text(body, &len);

		appendBinaryStringInfo(out, key, len);
		if (keys > 1)
			appendStringInfoChar(out, '.');
	}
}

/* Sets the member for a condition node.  The key of a path is palloc'd. */
static void
make_member(const WpNode *node, Member *member)
{
	member->node = *node;
	if (node->op == WP_FIELD)
	{
		WpCursor body = node->body;
		StringInfoData path;

		initStringInfo(&path);
		wp_keys_print(&body, &path);
		member->key = path.data;
		member->keylen = path.len;
	}
	else
	{
		member->key = wp_ops[node->op].name;
		member->keylen = strlen(member->key);
	}
}

/*
 * Appends the alternatives of an OR or NOR that is stored as one IN (format.h).
 * Returns false if it is not.
 */
static bool
print_equalities(WpNode only, StringInfo out)
{
	Member member;
	WpCursor tests = wp_children(&only);
	bool first = true;
	WpNode test;
	WpList list;
	WpCursor places;

	if ((only.op != WP_FIELD && only.op != WP_USER) || wp_at_end(&tests))
		return false;
	test = wp_take_node(&tests);
	if (test.op != WP_IN)
		return false;
	list = wp_take_list(&test.body);
	places = list.items;
	for (uint32 i = 0; i < list.count; i++)
	{
		WpLiteral literal;

		wp_take_literal(&places, &literal);
	}
	if (wp_at_end(&places))
		return false;
	make_member(&only, &member);
	while (!wp_at_end(&places))
	{
		WpLiteral literal;

		wp_list_item(&list, wp_take_uint32(&places), &literal);
		separate(&first, out);
		appendStringInfoChar(out, '{');
		wp_string_print(member.key, member.keylen, out);
		appendStringInfoString(out, ": ");
		wp_literal_print(&literal, out);
		appendStringInfoChar(out, '}');
	}
	return true;
}

static void
print_member(const Member *member, StringInfo out)
{
	const WpNode *node = &member->node;
	WpCursor children;
	bool first = true;

	wp_string_print(member->key, member->keylen, out);
	appendStringInfoString(out, ": ");
	switch (node->op)
	{
		case WP_FIELD:
		case WP_USER:
			print_asked(wp_children(node), out);
			break;
		case WP_ROLLOUT:
			print_rollout(node->body, out);
			break;
		case WP_NOT:
		{
			WpNode child;

			children = wp_children(node);
			child = wp_take_node(&children);
			print_condition(&child, out);
		}
		break;
		default:
			appendStringInfoChar(out, '[');
			children = wp_children(node);
			while (!wp_at_end(&children))
			{
				WpNode child = wp_take_node(&children);

				if (print_equalities(child, out))
					continue;
				separate(&first, out);
				print_condition(&child, out);
			}
			appendStringInfoChar(out, ']');
			break;
	}
}

/*
 * Appends a condition as an object, whether it is stored as ALL or as its only
 * member.
 */
static void
print_condition(const WpNode *node, StringInfo out)
{
	Member member;

	check_stack_depth();
	appendStringInfoChar(out, '{');
	if (node->op != WP_ALL)
	{
		make_member(node, &member);
		print_member(&member, out);
	}
	else
	{
		WpCursor children = wp_children(node);
		int count = 0;
		int space = 8;
		Member *members = palloc(space * sizeof(Member));
		bool first = true;

		while (!wp_at_end(&children))
		{
			WpNode child = wp_take_node(&children);

			if (count == space)
			{
				space *= 2;
				members = repalloc(members, space * sizeof(Member));
			}
			make_member(&child, &members[count++]);
		}
		qsort(members, count, sizeof(Member), compare_members);
		for (int i = 0; i < count; i++)
		{
			separate(&first, out);
			print_member(&members[i], out);
		}
		pfree(members);
	}
	appendStringInfoChar(out, '}');
}

void
wp_clause_print(const WpNode *node, WpCursor test, StringInfo out)
{
	if (node->op == WP_FIELD || node->op == WP_USER)
		print_asked(test, out);
	else if (node->op == WP_ROLLOUT)
		print_rollout(node->body, out);
	else
		print_condition(node, out);
}

void
wp_path_print(const WpNode *node, StringInfo out)
{
	Member member;

	make_member(node, &member);
	appendBinaryStringInfo(out, member.key, member.keylen);
}

void
wp_condition_print(const struct varlena *condition, StringInfo out)
{
	WpCursor program = wp_program(condition);
	WpNode node;

	if (wp_at_end(&program))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("unknown version of a stored metadata_condition"),
				 errhint("Install the version of workflow_perms that wrote it, "
						 "or a later one.")));
	node = wp_take_node(&program);
	print_condition(&node, out);
}
