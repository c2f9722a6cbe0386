/*
 * describe.c
 *		A condition in words, for people.  The text is exact, but cannot be read
 *		back.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "condition/describe.h"
#include "condition/print.h"

/*
 * The context of a piece of text.  A list of another kind in it needs
 * parentheses.
 */
typedef enum Outer
{
	ALONE,
	IN_AND,
	IN_OR
} Outer;

static void describe_condition(StringInfo out, const WpNode *node, Outer outer);
static void describe_tests(StringInfo out, WpCursor tests, const char *subject,
						   Outer outer);

/* Appends the text between two marks.  A mark inside the text is doubled. */
static void
append_quoted(StringInfo out, const char *text, size_t len, char mark)
{
	appendStringInfoChar(out, mark);
	for (size_t i = 0; i < len; i++)
	{
		if (text[i] == mark)
			appendStringInfoChar(out, mark);
		appendStringInfoChar(out, text[i]);
	}
	appendStringInfoChar(out, mark);
}

static void
append_key(StringInfo out, const char *key, size_t len)
{
	bool plain = len > 0;

	for (size_t i = 0; plain && i < len; i++)
	{
		uint8 c = key[i];

		plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				(c >= '0' && c <= '9') || c == '_' || c == '-' || c >= 0x80;
	}
	if (plain)
		appendBinaryStringInfo(out, key, len);
	else
		append_quoted(out, key, len, '"');
}

/* Appends a literal: 'text', 10, true, null, ['a', 1], {tier: 'gold'}. */
static void
append_literal(StringInfo out, const WpLiteral *literal)
{
	check_stack_depth();

	switch (literal->type)
	{
		case WP_JSON_NUMBER:
			wp_number_print(literal->data, literal->len, out);
			return;
		case WP_JSON_STRING:
			append_quoted(out, literal->data, literal->len, '\'');
			return;
		case WP_JSON_ARRAY:
		case WP_JSON_OBJECT:
			break;
		default:
			appendStringInfoString(out, literal->type == WP_JSON_NULL ? "null"
										: literal->type == WP_JSON_FALSE
											? "false"
											: "true");
			return;
	}

	WpCursor items = wp_literal_items(literal);
	bool object = literal->type == WP_JSON_OBJECT;

	appendStringInfoChar(out, object ? '{' : '[');
	for (uint32 i = 0; i < literal->count; i++)
	{
		WpLiteral item;

		if (i > 0)
			appendStringInfoString(out, ", ");
		if (object)
		{
			uint32 len;
			const char *key = wp_take_text(&items, &len);

			append_key(out, key, len);
			appendStringInfoString(out, ": ");
		}
		wp_take_literal(&items, &item);
		append_literal(out, &item);
	}
	appendStringInfoChar(out, object ? '}' : ']');
}

/* Appends the list at the cursor: ('a', 'b'). */
static void
append_list(StringInfo out, WpCursor *cursor)
{
	WpList list = wp_take_list(cursor);

	appendStringInfoChar(out, '(');
	for (uint32 i = 0; i < list.count; i++)
	{
		WpLiteral item;

		if (i > 0)
			appendStringInfoString(out, ", ");
		wp_take_literal(&list.items, &item);
		append_literal(out, &item);
	}
	appendStringInfoChar(out, ')');
}

/*
 * Appends a duration, given in its canonical spelling, in words: 1 year 6
 * months ago; 30 days from now; now.
 */
static void
append_ago(StringInfo out, const char *text, size_t len)
{
	static const char designators[] = "YMDHMS";
	static const char *const units[] = {"year", "month",  "day",
										"hour", "minute", "second"};
	const char *end = text + len;
	bool ahead = *text == '-';
	int unit = 0;

	if (len == strlen("PT0S") && memcmp(text, "PT0S", len) == 0)
	{
		appendStringInfoString(out, "now");
		return;
	}
	for (const char *at = text + ahead + 1; at < end; at++)
	{
		const char *number;

		if (*at == 'T')
		{
			unit = Max(unit, 3);
			at++;
		}
		number = at;
		while (is_digit(*at) || *at == '.')
			at++;
		while (designators[unit] != *at)
			unit++;
		appendBinaryStringInfo(out, number, at - number);
		appendStringInfo(out, " %s%s ", units[unit],
						 at - number == 1 && *number == '1' ? "" : "s");
		unit++;
	}
	appendStringInfoString(out, ahead ? "from now" : "ago");
}

/* The words for an operator that is followed by its literal or list. */
typedef struct Wording
{
	const char *before; /* between the subject and the argument */
	const char *after;  /* after the argument, or NULL */
	bool list;
} Wording;

#define IGNORING_CASE " ignoring case"

static const Wording wordings[WP_OP_LIMIT] = {
	[WP_ALL_OF] = {" has all of ", NULL, true},
	[WP_ALL_OFI] = {" has all of ", IGNORING_CASE, true},
	[WP_EQ] = {" = "},
	[WP_NE] = {" <> "},
	[WP_IN] = {" in ", NULL, true},
	[WP_NIN] = {" not in ", NULL, true},
	[WP_GT] = {" > "},
	[WP_GTE] = {" >= "},
	[WP_LT] = {" < "},
	[WP_LTE] = {" <= "},
	[WP_CONTAINS] = {" contains "},
	[WP_STARTS_WITH] = {" starts with "},
	[WP_ENDS_WITH] = {" ends with "},
	[WP_REGEX] = {" matches "},
	[WP_REGEX_OPTION_I] = {" matches ", IGNORING_CASE},
	[WP_EQI] = {" = ", IGNORING_CASE},
	[WP_INI] = {" in ", IGNORING_CASE, true},
	[WP_NINI] = {" not in ", IGNORING_CASE, true},
	[WP_CONTAINSI] = {" contains ", IGNORING_CASE},
	[WP_STARTS_WITHI] = {" starts with ", IGNORING_CASE},
	[WP_ENDS_WITHI] = {" ends with ", IGNORING_CASE},
	[WP_REGEXI] = {" matches ", IGNORING_CASE},
	[WP_BEFORE] = {" before "},
	[WP_AFTER] = {" after "},
	[WP_AT] = {" at "},
	[WP_VEQ] = {" = version "},
	[WP_VNE] = {" <> version "},
	[WP_VGT] = {" > version "},
	[WP_VGTE] = {" >= version "},
	[WP_VLT] = {" < version "},
	[WP_VLTE] = {" <= version "},
	[WP_CIDR] = {" in networks ", NULL, true},
};

static void
append_worded(StringInfo out, const WpNode *node, const char *subject)
{
	const Wording *wording = &wordings[node->op];
	WpCursor body = node->body;

	if (wording->before == NULL)
		elog(ERROR, "operator %d of a condition has no words", node->op);
	appendStringInfoString(out, subject);
	if (wording->list)
	{
		appendStringInfoString(out, wording->before);
		append_list(out, &body);
	}
	else
	{
		bool is_ago = wp_is_ago(&body);
		WpLiteral literal;

		wp_take_literal(&body, &literal);
		if (literal.type == WP_JSON_NULL &&
			(node->op == WP_EQ || node->op == WP_NE))
			appendStringInfoString(out, node->op == WP_EQ ? " is null"
														  : " is not null");
		else
		{
			appendStringInfoString(out, wording->before);
			if (is_ago)
				append_ago(out, literal.data, literal.len);
			else
				append_literal(out, &literal);
		}
	}
	if (wording->after != NULL)
		appendStringInfoString(out, wording->after);
}

static void
describe_test(StringInfo out, const WpNode *node, const char *subject,
			  Outer outer)
{
	WpCursor body = node->body;

	check_stack_depth();

	switch (node->op)
	{
		case WP_VALUE_NOT:
			appendStringInfoString(out, "not (");
			describe_tests(out, body, subject, ALONE);
			appendStringInfoChar(out, ')');
			break;
		case WP_EXISTS:
			appendStringInfo(out, "%s %s", subject,
							 wp_take_byte(&body) ? "exists" : "does not exist");
			break;
		case WP_TYPE:
			appendStringInfo(out, "%s is of type %s", subject,
							 wp_type_name((WpJsonType) wp_take_byte(&body)));
			break;
		case WP_SIZE:
			describe_tests(out, body, psprintf("size of %s", subject), outer);
			break;
		case WP_EMPTY:
			appendStringInfo(out, "%s is %s", subject,
							 wp_take_byte(&body) ? "empty" : "not empty");
			break;
		case WP_ELEM_DOCUMENT:
		{
			WpNode condition = wp_take_node(&body);

			appendStringInfo(out, "some element of %s has (", subject);
			describe_condition(out, &condition, ALONE);
			appendStringInfoChar(out, ')');
		}
		break;
		case WP_ELEM_VALUE:
			appendStringInfo(out, "some element of %s is such that (", subject);
			describe_tests(out, body, "element", ALONE);
			appendStringInfoChar(out, ')');
			break;
		default:
			append_worded(out, node, subject);
	}
}

/* Are there two nodes or more? */
static bool
several(WpCursor nodes)
{
	if (wp_at_end(&nodes))
		return false;
	(void) wp_take_node(&nodes);
	return !wp_at_end(&nodes);
}

/* Appends tests of one subject, joined by "and". */
static void
describe_tests(StringInfo out, WpCursor tests, const char *subject, Outer outer)
{
	bool joined = several(tests);
	bool parentheses = joined && outer == IN_OR;

	if (parentheses)
		appendStringInfoChar(out, '(');
	for (bool first = true; !wp_at_end(&tests); first = false)
	{
		WpNode test = wp_take_node(&tests);

		if (!first)
			appendStringInfoString(out, " and ");
		describe_test(out, &test, subject, joined ? IN_AND : outer);
	}
	if (parentheses)
		appendStringInfoChar(out, ')');
}

/* Appends conditions joined by "and" or "or"; "true" for none. */
static void
describe_list(StringInfo out, WpCursor conditions, Outer inner, Outer outer)
{
	bool joined = several(conditions);
	bool parentheses = joined && outer != ALONE && outer != inner;

	if (wp_at_end(&conditions))
	{
		appendStringInfoString(out, "true");
		return;
	}
	if (parentheses)
		appendStringInfoChar(out, '(');
	for (bool first = true; !wp_at_end(&conditions); first = false)
	{
		WpNode condition = wp_take_node(&conditions);

		if (!first)
			appendStringInfoString(out, inner == IN_OR ? " or " : " and ");
		describe_condition(out, &condition, joined ? inner : outer);
	}
	if (parentheses)
		appendStringInfoChar(out, ')');
}

static void
append_path(StringInfo out, WpCursor *cursor)
{
	uint32 keys = wp_take_count(cursor);

	for (uint32 i = 0; i < keys; i++)
	{
		uint32 len;
		const char *key = wp_take_text(cursor, &len);

		if (i > 0)
			appendStringInfoChar(out, '.');
		append_key(out, key, len);
	}
}

static void
describe_condition(StringInfo out, const WpNode *node, Outer outer)
{
	WpCursor body = node->body;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();

	switch (node->op)
	{
		case WP_ALL:
		case WP_AND:
			describe_list(out, body, IN_AND, outer);
			break;
		case WP_OR:
			describe_list(out, body, IN_OR, outer);
			break;
		case WP_NOR:
		case WP_NOT:
			appendStringInfoString(out, "not (");
			describe_list(out, body, IN_OR, ALONE);
			appendStringInfoChar(out, ')');
			break;
		case WP_FIELD:
		{
			StringInfoData path;

			initStringInfo(&path);
			append_path(&path, &body);
			describe_tests(out, body, path.data, outer);
			pfree(path.data);
		}
		break;
		case WP_USER:
			describe_tests(out, body, "user id", outer);
			break;
		case WP_ROLLOUT:
			appendStringInfoString(out, "user in the stable ");
			wp_percent_print(wp_take_uint16(&body), out);
			appendStringInfoString(out, "% of users");
			if (!wp_at_end(&body))
			{
				appendStringInfoString(out, " of seed ");
				append_quoted(out, (const char *) body.at, body.end - body.at,
							  '\'');
			}
			break;
		default:
			elog(ERROR, "operator %d of a condition has no words", node->op);
	}
}

void
wp_clause_describe(const WpNode *node, WpCursor test, StringInfo out)
{
	WpCursor body = node->body;

	if (node->op == WP_FIELD)
	{
		StringInfoData path;

		initStringInfo(&path);
		append_path(&path, &body);
		describe_tests(out, test, path.data, ALONE);
		pfree(path.data);
	}
	else if (node->op == WP_USER)
		describe_tests(out, test, "user id", ALONE);
	else
		describe_condition(out, node, ALONE);
}

void
wp_condition_describe(const struct varlena *condition, StringInfo out)
{
	WpCursor program = wp_program(condition);

	describe_list(out, program, IN_AND, ALONE);
}
