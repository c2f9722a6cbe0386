/*
 * condition_prefilter.c
 *		Guards of packed conditions.
 *
 * A condition holds only if all members of its outermost AND do.  Many of these
 * require one of some values in a slot, or a number within bounds.  Each such
 * member becomes a guard of 16 bytes.  A set of values becomes a mask of bits,
 * chosen by the values' keys.  A number becomes a code, which never decreases
 * as the number grows.  So equal values and greater numbers are never missed.
 * Different values may look the same, and then the condition itself decides.
 *
 * The value in a slot is described in the same form.  Guards lie in memory in
 * the order in which they are checked.  The conditions that they rule out are
 * never fetched.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "condition/number.h"
#include "lookup/condition_prefilter.h"
#include "lookup/load_internal.h"

/*
 * More guards per condition would seldom rule out more.  For one user among
 * 100,000 conditions, 16 are as good, 1 takes 1.6 times as long, none 3.5
 * times.
 */
#define MOST_GUARDS 4

#define ANY_VALUE PG_UINT32_MAX

/* A requirement on a slot. */
typedef struct Guard
{
	uint32 slot;
	uint32 mask; /* of the values, one of which is required */
	int32 from;  /* the bounds of the number's code, inclusive */
	int32 to;
} Guard;

/* The value in a slot. */
typedef struct State
{
	uint32 mask; /* of the value, or of an array's elements */
	int32 low;   /* the code of the number */
	int32 high;
} State;

typedef struct Guarded
{
	uint32 condition;
	uint32 end; /* of its guards */
} Guarded;

struct WpGuards
{
	MemoryContext context;
	Guard *guards;
	uint32 guard_count;
	int guard_space;
	Guarded *conditions;
	uint32 count;
	int space;
	State *states; /* by slot, for the last subject */
	int state_space;
};

WpGuards *
wp_guards_create(MemoryContext context)
{
	WpGuards *guards = MemoryContextAllocZero(context, sizeof(WpGuards));

	guards->context = context;
	return guards;
}

bool
wp_slot_key(uint32 slot, WpJsonType type, const char *data, uint32 len,
			uint64 *key)
{
	uint64 seed = ((uint64) slot << 3) | type;

	switch (type)
	{
		case WP_JSON_FALSE:
		case WP_JSON_TRUE:
			*key = hash_bytes_extended((const unsigned char *) &slot,
									   sizeof(slot), seed);
			return true;
		case WP_JSON_STRING:
			*key = hash_bytes_extended((const unsigned char *) data, (int) len,
									   seed);
			return true;
		case WP_JSON_NUMBER:
		{
			WpDigits digits;

			wp_number_digits(data, len, &digits);
			if (digits.count > 0)
				seed ^= ((uint64) (uint32) digits.weight << 40) ^
						((uint64) digits.negative << 39);
			*key =
				hash_bytes_extended((const unsigned char *) digits.bytes,
									digits.count * (int) sizeof(int16), seed);
			return true;
		}
		default:
			return false;
	}
}

/* Returns the bit of a scalar in the slot, or 0 if it is not a scalar. */
static uint32
bit_of(uint32 slot, WpJsonType type, const char *data, uint32 len)
{
	uint64 key;

	return wp_slot_key(slot, type, data, len, &key) ? (uint32) 1 << (key >> 59)
													: 0;
}

/*
 * Returns a number's code: its sign, its magnitude from 10000^-1024 to
 * 10000^1023, its first digit (to base 10000) and five bits of the second.
 */
static int32
code_of(const char *data, uint32 len)
{
	WpDigits digits;
	int32 code;

	wp_number_digits(data, len, &digits);
	if (digits.count == 0)
		return 0;
	if (digits.weight < -1024)
		code = 1;
	else if (digits.weight > 1023)
		code = PG_INT32_MAX;
	else
		code = ((digits.weight + 1024) << 19) | (wp_digit(&digits, 0) << 5) |
			   (wp_digit(&digits, 1) >> 9);
	return digits.negative ? -code : code;
}

/* ---- the guards of conditions ---- */

/*
 * Narrows the guard by a test that must be true.  Returns false if the test
 * says nothing about values or numbers.
 */
static bool
narrow(Guard *guard, const WpNode *test)
{
	WpCursor body = test->body;
	WpLiteral literal;
	uint32 count = 1;
	uint32 mask = 0;

	switch (test->op)
	{
		case WP_GT:
		case WP_GTE:
		case WP_LT:
		case WP_LTE:
			wp_take_literal(&body, &literal);
			if (literal.type != WP_JSON_NUMBER)
				return false;
			if (test->op <= WP_GTE)
				guard->from =
					Max(guard->from, code_of(literal.data, literal.len));
			else
				guard->to = Min(guard->to, code_of(literal.data, literal.len));
			return true;
		case WP_EQ:
			break;
		case WP_IN:
		case WP_ALL_OF:
		{
			WpList list = wp_take_list(&body);

			if (test->op == WP_ALL_OF && list.count == 0)
				return false;
			/* all must be there, so the first is enough */
			count = test->op == WP_IN ? list.count : 1;
			body = list.items;
		}
		break;
		default:
			return false;
	}
	for (; count > 0 && mask != ANY_VALUE; count--)
	{
		uint32 bit;

		wp_take_literal(&body, &literal);
		/*
		 * null only asks whether there is a value; a list or an object is not a
		 * scalar
		 */
		bit = bit_of(guard->slot, literal.type, literal.data, literal.len);
		if (bit == 0)
			return false;
		mask |= bit;
	}
	/*
	 * Two different elements of an array may satisfy two sets.  So only one set
	 * is used.
	 */
	if (guard->mask == ANY_VALUE)
		guard->mask = mask;
	return true;
}

/*
 * Adds guards of a condition, up to MOST_GUARDS; `count` of them exist already.
 * Returns how many exist now.
 */
static uint32
get_guards(const WpNode *node, Guard *guards, uint32 count)
{
	WpCursor body = node->body;

	check_stack_depth();
	if (node->op == WP_ALL || node->op == WP_AND)
		while (!wp_at_end(&body) && count < MOST_GUARDS)
		{
			WpNode child = wp_take_node(&body);

			count = get_guards(&child, guards, count);
		}
	else if (node->op == WP_SLOT && count < MOST_GUARDS)
	{
		Guard guard = {0, ANY_VALUE, PG_INT32_MIN, PG_INT32_MAX};
		bool any = false;

		memcpy(&guard.slot, body.at, sizeof(guard.slot));
		body.at += sizeof(guard.slot);
		while (!wp_at_end(&body))
		{
			WpNode test = wp_take_node(&body);

			any |= narrow(&guard, &test);
		}
		if (any)
			guards[count++] = guard;
	}
	return count;
}

uint32
wp_guards_of(const WpNode *node)
{
	Guard guards[MOST_GUARDS];

	return get_guards(node, guards, 0);
}

void
wp_guards_add(WpGuards *guards, const WpNode *node, uint32 condition)
{
	WP_GROW(guards->guards, guards->guard_count + MOST_GUARDS,
			guards->guard_space, guards->context);
	WP_GROW(guards->conditions, guards->count, guards->space, guards->context);
	guards->guard_count +=
		get_guards(node, guards->guards + guards->guard_count, 0);
	guards->conditions[guards->count].condition = condition;
	guards->conditions[guards->count].end = guards->guard_count;
	guards->count++;
}

/* Describes the value in a slot in the form that guards check. */
static void
set_state(State *state, uint32 slot, const Value *value)
{
	Elements elements;
	Value element = {0};

	state->mask = 0;
	if (value->type != WP_JSON_ARRAY)
	{
		/* A value that is not a number is within no bounds. */
		state->low = PG_INT32_MAX;
		state->high = PG_INT32_MIN;
		state->mask = bit_of(slot, value->type, value->data, value->len);
		if (value->type == WP_JSON_NUMBER)
			state->low = state->high = code_of(value->data, value->len);
		return;
	}
	/*
	 * For an array, a scalar test is a test of each element, so any number may
	 * be there.
	 */
	state->low = PG_INT32_MIN;
	state->high = PG_INT32_MAX;
	elements = elements_of(value->data);
	while (next_element(&elements, &element))
		state->mask |= bit_of(slot, element.type, element.data, element.len);
}

void
wp_guards_each(WpGuards *guards, const WpSubject *subject, uint32 slot_count,
			   WpCandidate each, void *arg)
{
	const Guard *guard = guards->guards;

	WP_GROW(guards->states, slot_count, guards->state_space, guards->context);
	for (uint32 slot = 0; slot < slot_count; slot++)
		set_state(&guards->states[slot], slot, &subject->slots[slot]);

	for (uint32 i = 0; i < guards->count; i++)
	{
		const Guard *end = guards->guards + guards->conditions[i].end;

		CHECK_FOR_INTERRUPTS();
		for (; guard < end; guard++)
		{
			const State *state = &guards->states[guard->slot];

			if ((state->mask & guard->mask) == 0 || state->high < guard->from ||
				state->low > guard->to)
				break;
		}
		if (guard == end)
			each(guards->conditions[i].condition, arg);
		guard = end;
	}
}
