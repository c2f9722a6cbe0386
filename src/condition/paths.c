/*
 * paths.c
 *		The paths that a condition reads, and the types that its operators
 *		expect there.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "condition/describe.h"
#include "condition/print.h"

#define USER_ID "$userId"

/* The paths found so far. */
typedef struct Uses
{
	WpPathUse *items;
	int count;
	int room;
} Uses;

static void walk_condition(Uses *uses, const WpNode *node, const char *prefix);
static void walk_tests(Uses *uses, WpCursor tests, const char *path);

/* Adds a path and the type that is read there.  Keeps both pointers. */
static void
add_use(Uses *uses, const char *path, const char *type)
{
	if (uses->count == uses->room)
	{
		uses->room *= 2;
		uses->items = repalloc(uses->items, uses->room * sizeof(WpPathUse));
	}
	uses->items[uses->count++] = (WpPathUse){path, type};
}

/* Adds the types of the literals after a test. */
static void
add_literals(Uses *uses, WpCursor body, const char *path, bool list)
{
	WpLiteral literal;

	if (!list)
	{
		wp_take_literal(&body, &literal);
		add_use(uses, path, wp_type_name(literal.type));
		return;
	}

	WpList items = wp_take_list(&body);
	const char *last = NULL;

	/* They are sorted by type. */
	for (uint32 i = 0; i < items.count; i++)
	{
		wp_take_literal(&items.items, &literal);

		const char *type = wp_type_name(literal.type);

		if (type != last)
			add_use(uses, path, type);
		last = type;
	}
}

const char *
wp_test_reads(const WpNode *test)
{
	WpCursor body = test->body;
	WpLiteral literal;

	switch (wp_ops[test->op].argument)
	{
		case WP_TAKES_STRING:
		case WP_TAKES_REGEX:
			return "string";
		case WP_TAKES_INSTANT:
			return "instant";
		case WP_TAKES_VERSION:
			return "version";
		case WP_TAKES_NETWORKS:
			return "address";
		case WP_TAKES_ORDERED:
			wp_take_literal(&body, &literal);
			return wp_type_name(literal.type);
		case WP_TAKES_SIZE:
		case WP_TAKES_ELEMENT:
			return "array";
		case WP_TAKES_TYPE:
			return wp_type_name((WpJsonType) wp_take_byte(&body));
		default:
			return test->op == WP_EMPTY || test->op == WP_ALL_OF ||
						   test->op == WP_ALL_OFI
					   ? "array"
					   : NULL;
	}
}

static void
walk_test(Uses *uses, const WpNode *test, const char *path)
{
	WpCursor body = test->body;

	check_stack_depth();

	switch (test->op)
	{
		case WP_VALUE_NOT:
			walk_tests(uses, body, path);
			return;
		case WP_EXISTS:
			add_use(uses, path, "any");
			return;
		case WP_ELEM_VALUE:
			add_use(uses, path, "array");
			walk_tests(uses, body, psprintf("%s[]", path));
			return;
		case WP_ELEM_DOCUMENT:
		{
			WpNode condition = wp_take_node(&body);

			add_use(uses, path, "array");
			walk_condition(uses, &condition, psprintf("%s[].", path));
		}
			return;
		default:
			break;
	}

	const char *type = wp_test_reads(test);

	if (type != NULL)
		add_use(uses, path, type);
	else
		add_literals(uses, body, path,
					 wp_ops[test->op].argument == WP_TAKES_SCALARS);
}

static void
walk_tests(Uses *uses, WpCursor tests, const char *path)
{
	while (!wp_at_end(&tests))
	{
		WpNode test = wp_take_node(&tests);

		walk_test(uses, &test, path);
	}
}

/*
 * Adds the paths that a condition reads in the document whose paths begin with
 * prefix.
 */
static void
walk_condition(Uses *uses, const WpNode *node, const char *prefix)
{
	WpCursor body = node->body;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();

	switch (node->op)
	{
		case WP_FIELD:
		{
			StringInfoData path;

			initStringInfo(&path);
			appendStringInfoString(&path, prefix);
			wp_keys_print(&body, &path);
			walk_tests(uses, body, path.data);
		}
		break;
		case WP_USER:
			walk_tests(uses, body, USER_ID);
			break;
		case WP_ROLLOUT:
			add_use(uses, USER_ID, "string");
			break;
		default:
			while (!wp_at_end(&body))
			{
				WpNode member = wp_take_node(&body);

				walk_condition(uses, &member, prefix);
			}
	}
}

/* Compares by path, then type. */
static int
compare_uses(const void *a, const void *b)
{
	const WpPathUse *left = a;
	const WpPathUse *right = b;
	int order = strcmp(left->path, right->path);

	return order != 0 ? order : strcmp(left->type, right->type);
}

WpPathUse *
wp_condition_paths(const struct varlena *condition, int *count)
{
	WpCursor program = wp_program(condition);
	Uses uses = {palloc(8 * sizeof(WpPathUse)), 0, 8};

	if (!wp_at_end(&program))
	{
		WpNode node = wp_take_node(&program);

		walk_condition(&uses, &node, "");
	}

	qsort(uses.items, uses.count, sizeof(WpPathUse), compare_uses);
	*count = 0;
	for (int i = 0; i < uses.count; i++)
		if (i == 0 || compare_uses(&uses.items[i - 1], &uses.items[i]) != 0)
			uses.items[(*count)++] = uses.items[i];
	return uses.items;
}
