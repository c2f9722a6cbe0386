/*
 * required_keys.c
 *		From a condition to the keys that its metadata must have; see
 *		required_keys.h.
 *
 * Each node has two formulas: one that holds whenever the node is true, and one
 * that holds whenever it is false.  A negation swaps them; unknown is neither.
 * An equality can be true only if its key exists, and a negative one can be
 * false only then.  For all other cases keys say nothing, and the formula is
 * WP_MAYBE.
 *
 * Recursion follows the condition, which has at most WP_CONDITION_MAX_DEPTH
 * levels.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "condition/required_keys.h"

/*
 * The most keys: the index evaluates the formula about as often as there are
 * keys.  Later parts of the condition get no keys.
 */
#define MAX_KEYS 1024

/*
 * Estimates of the share of metadata that has a key.  A long string is more
 * likely to be an id.
 */
#define BOOLEAN_SHARE 0.5
#define NUMBER_SHARE 0.05
#define STRING_SHARE(len) (1.0 / ((len) + 4.0))
#define ANY_SHARE_MAX 0.9

/* The state of making a formula. */
typedef struct Making
{
	bool any_user;
	int keys;   /* that may still be made */
	int scopes; /* so far */
} Making;

/* The place in the metadata that a node is about. */
typedef struct Place
{
	WpPath path;
	int depth;
	int scope;
	/* an element of the array at the path; elements are not entered */
	bool element;
} Place;

static const WpFormula never = {.kind = WP_NEVER};
static const WpFormula maybe = {.kind = WP_MAYBE};

static WpFormula *of_condition(Making *making, const WpNode *node, bool wanted,
							   const Place *place);
static WpFormula *of_tests(Making *making, WpCursor tests, bool wanted,
						   const Place *place);

static WpFormula *
copy_of(const WpFormula *formula)
{
	WpFormula *copy = palloc(sizeof(WpFormula));

	*copy = *formula;
	return copy;
}

/* The initial group: WP_EVERY requires nothing, and WP_ANY has no members. */
static WpFormula *
start(WpFormulaKind kind)
{
	return copy_of(kind == WP_EVERY ? &maybe : &never);
}

/*
 * Adds a member to a group of the kind.  Bounds of one number become one
 * interval.
 */
static void
append(WpFormula *group, WpFormula *member)
{
	member->next = NULL;
	if (group->kind == WP_EVERY && member->kind == WP_BOUNDS)
		for (WpFormula *other = group->first; other != NULL;
			 other = other->next)
			if (other->kind == WP_BOUNDS && other->path == member->path &&
				other->scope == member->scope &&
				other->element == member->element)
			{
				other->from = Max(other->from, member->from);
				other->to = Min(other->to, member->to);
				return;
			}
	if (group->first == NULL)
		group->first = member;
	else
		group->last->next = member;
	group->last = member;
}

/* Returns the group, of WP_ANY or WP_EVERY, with one more member. */
static WpFormula *
join(WpFormulaKind kind, WpFormula *group, WpFormula *member)
{
	WpFormulaKind decides = kind == WP_EVERY ? WP_NEVER : WP_MAYBE;
	WpFormulaKind says_nothing = kind == WP_EVERY ? WP_MAYBE : WP_NEVER;

	if (group->kind == decides || member->kind == says_nothing)
		return group;
	if (member->kind == decides || group->kind == says_nothing)
		return member;
	if (group->kind != kind)
	{
		WpFormula *wider = copy_of(&maybe);

		wider->kind = kind;
		append(wider, group);
		group = wider;
	}
	if (member->kind == kind)
	{
		WpFormula *next;

		for (WpFormula *inner = member->first; inner != NULL; inner = next)
		{
			next = inner->next;
			append(group, inner);
		}
	}
	else
		append(group, member);
	return group;
}

/*
 * Returns the formula for "some key from low to high", for values of this kind
 * at the path.
 */
static WpFormula *
some_key(Making *making, const Place *place, WpKeyKind kind, uint32 low,
		 uint32 high, double share)
{
	WpFormula *key;

	if (place->depth > WP_KEY_DEPTH || making->keys <= 0)
		return copy_of(&maybe);
	making->keys--;
	key = copy_of(&maybe);
	key->kind = WP_SOME_KEY;
	key->low = wp_key(place->path, kind, low);
	key->high = wp_key(place->path, kind, high);
	key->share = share;
	return key;
}

/*
 * Returns the formula for "a scalar at the place, or an element of an array
 * there, equals the literal".
 */
static WpFormula *
of_scalar(Making *making, const WpLiteral *literal, const Place *place)
{
	switch (literal->type)
	{
		case WP_JSON_FALSE:
		case WP_JSON_TRUE:
		{
			uint32 value = literal->type == WP_JSON_TRUE;

			return some_key(making, place, WP_KEY_BOOLEAN, value, value,
							BOOLEAN_SHARE);
		}
		case WP_JSON_NUMBER:
		{
			uint32 value = wp_key_number(literal->data, literal->len);
			WpFormula *element = some_key(making, place, WP_KEY_ELEMENT, value,
										  value, NUMBER_SHARE);

			if (place->element)
				return element;
			return join(WP_ANY,
						some_key(making, place, WP_KEY_NUMBER, value, value,
								 NUMBER_SHARE),
						element);
		}
		case WP_JSON_STRING:
		{
			uint32 value = wp_key_string(literal->data, literal->len);

			return some_key(making, place, WP_KEY_STRING, value, value,
							STRING_SHARE(literal->len));
		}
		default:
			return copy_of(&maybe);
	}
}

/*
 * Returns the formula for "the value equals the literal" of any type; for an
 * array, by its scalars.
 */
static WpFormula *
of_value(Making *making, const WpLiteral *literal, const Place *place)
{
	Place element = *place;
	WpFormula *group;
	WpCursor items;

	if (literal->type != WP_JSON_ARRAY)
		return of_scalar(making, literal, place);
	group = start(WP_EVERY);
	if (place->element)
		return group; /* an array in an array has no keys */
	element.element = true;
	items = wp_literal_items(literal);
	for (uint32 i = 0; i < literal->count; i++)
	{
		WpLiteral item;

		CHECK_FOR_INTERRUPTS();
		wp_take_literal(&items, &item);
		group = join(WP_EVERY, group, of_scalar(making, &item, &element));
	}
	return group;
}

/*
 * Returns the formula for "the value, or an element, equals one of the list",
 * or for "elements equal each of the list".
 */
static WpFormula *
of_list(Making *making, WpFormulaKind kind, WpCursor body, const Place *place)
{
	WpList list = wp_take_list(&body);
	WpFormula *group = start(kind);

	if (kind == WP_ANY && list.count > (uint32) making->keys)
		return copy_of(&maybe);
	for (uint32 i = 0; i < list.count; i++)
	{
		WpLiteral literal;

		CHECK_FOR_INTERRUPTS();
		wp_take_literal(&list.items, &literal);
		group = join(kind, group, of_scalar(making, &literal, place));
	}
	return group;
}

static WpFormula *
of_bound(Making *making, const WpNode *test, const Place *place)
{
	WpCursor body = test->body;
	WpFormula *bounds = copy_of(&maybe);
	WpLiteral literal;
	uint32 value;

	wp_take_literal(&body, &literal);
	if (literal.type != WP_JSON_NUMBER || place->depth > WP_KEY_DEPTH ||
		making->keys <= 0)
		return bounds;
	making->keys--;
	value = wp_key_number(literal.data, literal.len);
	bounds->kind = WP_BOUNDS;
	bounds->path = place->path;
	bounds->scope = place->scope;
	bounds->element = place->element;
	/*
	 * Nearby numbers may have the same key, so the bound itself is always
	 * included.
	 */
	bounds->from = test->op == WP_GT || test->op == WP_GTE ? value : 0;
	bounds->to =
		test->op == WP_LT || test->op == WP_LTE ? value : PG_UINT32_MAX;
	return bounds;
}

/*
 * $elemMatch: all tests are about the same element, as a value or as a
 * document.
 */
static WpFormula *
of_element(Making *making, const WpNode *test, const Place *place)
{
	WpCursor body = test->body;
	Place inner = *place;
	WpNode condition;

	inner.scope = ++making->scopes;
	if (test->op == WP_ELEM_VALUE)
	{
		inner.element = true;
		return of_tests(making, body, true, &inner);
	}
	inner.path = wp_path_elements(place->path);
	inner.depth++;
	condition = wp_take_node(&body);
	return of_condition(making, &condition, true, &inner);
}

/*
 * Returns the formula for "one test of the value at a place is true", or is
 * false.
 */
static WpFormula *
of_test(Making *making, const WpNode *test, bool wanted, const Place *place)
{
	WpCursor body = test->body;
	Place element = *place;
	WpLiteral literal;

	element.element = true;
	switch (test->op)
	{
		case WP_VALUE_NOT:
			return of_tests(making, body, !wanted, place);
		case WP_EQ:
		case WP_EQI:
		case WP_NE:
			if (wanted == (test->op == WP_NE))
				break;
			wp_take_literal(&body, &literal);
			return of_value(making, &literal, place);
		case WP_IN:
		case WP_INI:
		case WP_NIN:
		case WP_NINI:
			if (wanted == (test->op == WP_NIN || test->op == WP_NINI))
				break;
			return of_list(making, WP_ANY, body, place);
		case WP_GT:
		case WP_GTE:
		case WP_LT:
		case WP_LTE:
			if (wanted)
				return of_bound(making, test, place);
			break;
		case WP_ALL_OF:
		case WP_ALL_OFI:
			if (wanted && !place->element)
				return of_list(making, WP_EVERY, body, &element);
			break;
		case WP_ELEM_DOCUMENT:
		case WP_ELEM_VALUE:
			if (wanted && !place->element)
				return of_element(making, test, place);
			break;
		default:
			break;
	}
	return copy_of(&maybe);
}

/*
 * Returns the formula for "all of the tests are true", or "one of them is
 * false".
 */
static WpFormula *
of_tests(Making *making, WpCursor tests, bool wanted, const Place *place)
{
	WpFormulaKind kind = wanted ? WP_EVERY : WP_ANY;
	WpFormula *group = start(kind);

	while (!wp_at_end(&tests))
	{
		WpNode test = wp_take_node(&tests);

		group = join(kind, group, of_test(making, &test, wanted, place));
	}
	return group;
}

/*
 * Returns the formula for "a condition on the document at a place is true", or
 * is false.
 */
static WpFormula *
of_condition(Making *making, const WpNode *node, bool wanted,
			 const Place *place)
{
	WpCursor body = node->body;
	WpFormulaKind kind;
	WpFormula *group;

	CHECK_FOR_INTERRUPTS();
	switch (node->op)
	{
		case WP_FIELD:
		{
			Place field = *place;
			uint32 keys = wp_take_count(&body);

			field.depth = Min(place->depth + (int64) keys, WP_KEY_DEPTH + 1);
			for (; keys > 0; keys--)
			{
				uint32 len;
				const char *key = wp_take_text(&body, &len);

				field.path = wp_path_member(field.path, key, len);
			}
			return of_tests(making, body, wanted, &field);
		}
		case WP_ALL:
		case WP_AND:
			kind = wanted ? WP_EVERY : WP_ANY;
			break;
		case WP_OR:
			kind = wanted ? WP_ANY : WP_EVERY;
			break;
		case WP_NOR:
			kind = wanted ? WP_EVERY : WP_ANY;
			wanted = !wanted;
			break;
		case WP_NOT:
			kind = WP_EVERY; /* of one */
			wanted = !wanted;
			break;
		default:
			/* $userId, $rollout */
			return copy_of(making->any_user ? &maybe : &never);
	}
	group = start(kind);
	while (!wp_at_end(&body))
	{
		WpNode child = wp_take_node(&body);

		group = join(kind, group, of_condition(making, &child, wanted, place));
	}
	return group;
}

/* ---- finishing: bounds into keys, keys into places ---- */

/*
 * Does the formula select few rows, as far as is known: equality with a string
 * or a number?
 */
static bool
is_selective(const WpFormula *formula)
{
	switch (formula->kind)
	{
		case WP_SOME_KEY:
			return formula->low == formula->high &&
				   formula->share < BOOLEAN_SHARE;
		case WP_ANY:
			for (const WpFormula *member = formula->first; member != NULL;
				 member = member->next)
				if (!is_selective(member))
					return false;
			return true;
		default:
			return false;
	}
}

/*
 * Returns the keys of a number within bounds.  In an array, one element may be
 * within the one bound and another within the other, except in $elemMatch.
 */
static WpFormula *
of_bounds(Making *making, const WpFormula *bounds)
{
	Place place = {.path = bounds->path};
	WpFormula *group = start(WP_ANY);
	WpFormula *elements = start(WP_EVERY);

	if (bounds->from <= bounds->to)
		group = join(WP_ANY, group,
					 some_key(making, &place,
							  bounds->element ? WP_KEY_ELEMENT : WP_KEY_NUMBER,
							  bounds->from, bounds->to, 1));
	if (bounds->element)
		return group;
	if (bounds->from > 0)
		elements = join(WP_EVERY, elements,
						some_key(making, &place, WP_KEY_ELEMENT, bounds->from,
								 PG_UINT32_MAX, 1));
	if (bounds->to < PG_UINT32_MAX)
		elements =
			join(WP_EVERY, elements,
				 some_key(making, &place, WP_KEY_ELEMENT, 0, bounds->to, 1));
	/* Both bounds are open: nothing is required. */
	return join(WP_ANY, group, elements);
}

/*
 * Returns the formula without bounds.  Next to an equality, a bound that is
 * open on one side is dropped: reading perhaps half of the index costs more
 * than checking the few rows that the equality leaves.
 */
static WpFormula *
finish(Making *making, WpFormula *formula)
{
	WpFormula *group;
	WpFormula *next;
	bool selective = false;

	if (formula->kind == WP_BOUNDS)
		return of_bounds(making, formula);
	if (formula->kind != WP_ANY && formula->kind != WP_EVERY)
		return formula;
	if (formula->kind == WP_EVERY)
		for (WpFormula *member = formula->first; member != NULL;
			 member = member->next)
			selective |= is_selective(member);
	group = start(formula->kind);
	for (WpFormula *member = formula->first; member != NULL; member = next)
	{
		next = member->next;
		if (selective && member->kind == WP_BOUNDS &&
			(member->from == 0 || member->to == PG_UINT32_MAX))
			continue;
		group = join(formula->kind, group, finish(making, member));
	}
	return group;
}

static void
number_keys(WpSearch *search, WpFormula *formula)
{
	if (formula->kind == WP_SOME_KEY)
	{
		formula->number = search->nkeys;
		search->keys[search->nkeys++] = formula;
	}
	for (WpFormula *member = formula->first; member != NULL;
		 member = member->next)
		number_keys(search, member);
}

/* May the formula hold for metadata that has none of its keys? */
static bool
holds_without_keys(const WpFormula *formula)
{
	bool any = formula->kind == WP_ANY;

	if (formula->kind != WP_ANY && formula->kind != WP_EVERY)
		return formula->kind == WP_MAYBE;
	for (const WpFormula *member = formula->first; member != NULL;
		 member = member->next)
		if (holds_without_keys(member) == any)
			return any;
	return !any;
}

WpSearch *
wp_search(const struct varlena *condition, bool any_user)
{
	Making making = {any_user, MAX_KEYS, 0};
	Place place = {WP_PATH_ROOT};
	WpCursor program = wp_program(condition);
	WpSearch *search = palloc0(sizeof(WpSearch));

	search->formula = copy_of(&never); /* of another version: matches nothing */
	if (!wp_at_end(&program))
	{
		WpNode node = wp_take_node(&program);

		search->formula = of_condition(&making, &node, true, &place);
	}
	/* Each bound was counted as one key, but has up to three. */
	making.keys = 3 * MAX_KEYS;
	search->formula = finish(&making, search->formula);
	search->everywhere = holds_without_keys(search->formula);
	if (search->everywhere)
	{
		search->formula = copy_of(&maybe);
		search->formula->kind = WP_SOME_KEY;
		search->formula->low = search->formula->high = WP_KEY_ALWAYS;
		search->formula->share = 1;
	}
	search->keys =
		palloc(sizeof(WpFormula *) * (4 * MAX_KEYS - making.keys + 1));
	number_keys(search, search->formula);
	return search;
}

bool
wp_formula_holds(const WpFormula *formula, const char *has)
{
	switch (formula->kind)
	{
		case WP_NEVER:
			return false;
		case WP_SOME_KEY:
			return has[formula->number] != 0;
		case WP_ANY:
			for (const WpFormula *member = formula->first; member != NULL;
				 member = member->next)
				if (wp_formula_holds(member, has))
					return true;
			return false;
		case WP_EVERY:
			for (const WpFormula *member = formula->first; member != NULL;
				 member = member->next)
				if (!wp_formula_holds(member, has))
					return false;
			return true;
		default:
			return true;
	}
}

/* ---- the keys of a condition ---- */

/*
 * Returns an estimate of the share of metadata that has one of the keys of the
 * formula; 1 if it has none.
 */
static double
share_of(const WpFormula *formula)
{
	double share = formula->kind == WP_EVERY;

	switch (formula->kind)
	{
		case WP_NEVER:
			return 0;
		case WP_SOME_KEY:
			return formula->low == formula->high ? formula->share : 1;
		case WP_ANY:
			for (const WpFormula *member = formula->first; member != NULL;
				 member = member->next)
			{
				double one = share_of(member);

				if (one >= 1)
					return 1;
				share += one;
			}
			return Min(share, ANY_SHARE_MAX);
		case WP_EVERY:
			for (const WpFormula *member = formula->first; member != NULL;
				 member = member->next)
				share = Min(share, share_of(member));
			return share;
		default:
			return 1;
	}
}

/*
 * Adds the keys of a formula that has some: all of WP_ANY, or the rarest of
 * WP_EVERY.
 */
static void
add_keys(WpKeys *keys, const WpFormula *formula)
{
	if (formula->kind == WP_SOME_KEY)
		wp_keys_add(keys, formula->low);
	else if (formula->kind == WP_EVERY)
	{
		const WpFormula *rarest = formula->first;

		for (const WpFormula *member = formula->first; member != NULL;
			 member = member->next)
			if (share_of(member) < share_of(rarest))
				rarest = member;
		add_keys(keys, rarest);
	}
	else
		for (const WpFormula *member = formula->first; member != NULL;
			 member = member->next)
			add_keys(keys, member);
}

void
wp_condition_keys(const struct varlena *condition, WpKeys *keys)
{
	const WpFormula *formula = wp_search(condition, true)->formula;

	if (share_of(formula) < 1)
		add_keys(keys, formula);
	else
		wp_keys_add(keys, WP_KEY_ALWAYS);
}
