/*
 * condition_candidates.c
 *		Candidates among packed conditions.
 *
 * Most conditions require a certain value at some path, or at one of a few
 * paths.  Such a condition is entered under these values, its keys.  It can
 * hold only for a subject that has one of them.  If several paths are all
 * required, the path whose values select best is taken.  A condition is a
 * candidate whenever its guards pass if it has no such keys (ranges, negations,
 * patterns), or if its guards select better (condition_prefilter.h).
 *
 * A key is a hash of slot and value.  If two values share a key, there is one
 * candidate too many, and it is evaluated like all candidates.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "lookup/condition_candidates.h"
#include "lookup/load_internal.h"

#define NONE PG_UINT32_MAX

/* The user's id, among the slots. */
#define USER_SLOT PG_UINT32_MAX

/*
 * If a larger share of subjects has a key, it saves less than guards do.
 * Guards are read in sequence, which is faster than fetching postings from
 * everywhere.  For one user among 100,000 conditions, 0.4 takes 1.9 times as
 * long.  Giving no keys to conditions with guards takes 1.4 times as long.
 * 0.025 is as good as 0.1.
 */
#define WORST_GUARDED_SHARE 0.1

/* No key. */
#define ALWAYS 1.0

typedef struct KeyEntry
{
	uint64 key;
	uint32 first; /* in postings, or NONE */
	char status;
} KeyEntry;

#define SH_PREFIX table
#define SH_ELEMENT_TYPE KeyEntry
#define SH_KEY_TYPE uint64
#define SH_KEY key
#define SH_HASH_KEY(table, key) ((uint32) ((key) >> 32) ^ (uint32) (key))
#define SH_EQUAL(table, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* A condition under a key. */
typedef struct Posting
{
	uint32 condition;
	uint32 next; /* under the same key, or NONE */
} Posting;

struct WpCandidates
{
	MemoryContext context;
	table_hash *table;
	Posting *postings;
	uint32 posting_count;
	int posting_space;
	WpGuards *keyless; /* conditions without keys */
	uint32 *different; /* by slot: number of values that conditions require */
	uint32 slot_space;
	uint32 different_users;
};

/* Called with each key of a test. */
typedef void (*EachKey)(WpCandidates *keys, uint32 slot, uint64 key,
						uint32 condition);

WpCandidates *
wp_candidates_create(MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	WpCandidates *keys = palloc0(sizeof(WpCandidates));

	keys->context = context;
	keys->table = table_create(context, 64, NULL);
	keys->keyless = wp_guards_create(context);
	keys->slot_space = 16;
	keys->different = palloc0(sizeof(uint32) * keys->slot_space);
	MemoryContextSwitchTo(old);
	return keys;
}

/* ---- the keys of conditions ---- */

/* Returns how many different values conditions require at the slot. */
static uint32
different_at(const WpCandidates *keys, uint32 slot)
{
	if (slot == USER_SLOT)
		return keys->different_users;
	return slot < keys->slot_space ? keys->different[slot] : 0;
}

/*
 * Returns the share of subjects that may have one of the keys of the test,
 * ALWAYS if it has none.  Calls `each`, unless NULL, with the keys.
 */
static double
keys_of_test(WpCandidates *keys, uint32 slot, const WpNode *test,
			 uint32 condition, EachKey each)
{
	WpCursor body = test->body;
	WpLiteral literal;
	uint32 count = 1;
	uint64 key;

	switch (test->op)
	{
		case WP_EQ:
			break;
		case WP_IN:
		case WP_ALL_OF:
		{
			WpList list = wp_take_list(&body);

			/* all are required, so one of them is enough */
			count = test->op == WP_IN ? list.count : 1;
			body = list.items;
		}
		break;
		default:
			return ALWAYS;
	}
	for (uint32 i = 0; i < count; i++)
	{
		wp_take_literal(&body, &literal);
		/*
		 * null only asks whether there is a value; a list or an object is not a
		 * scalar
		 */
		if (!wp_slot_key(slot, literal.type, literal.data, literal.len, &key))
			return ALWAYS;
		if (each != NULL)
			each(keys, slot, key, condition);
	}
	return (double) count / Max(different_at(keys, slot), 2);
}

/*
 * Returns whether the node's tests are for a slot or for the user's id, and
 * reads that slot from the body.
 */
static bool
take_slot(const WpNode *node, WpCursor *body, uint32 *slot)
{
	*body = node->body;
	*slot = USER_SLOT;
	if (node->op == WP_USER)
		return true;
	if (node->op != WP_SLOT)
		return false;
	memcpy(slot, body->at, sizeof(*slot));
	body->at += sizeof(*slot);
	return true;
}

/* The same for a condition.  Of members that must all hold it uses the best. */
static double
keys_of_node(WpCandidates *keys, const WpNode *node, uint32 condition,
			 EachKey each)
{
	WpCursor body;
	WpNode best = {0};
	double share = ALWAYS;
	uint32 slot;
	bool tests = take_slot(node, &body, &slot);

	check_stack_depth();
	if (node->op == WP_OR)
	{
		/* any of them may be the one that holds */
		share = 0;
		while (!wp_at_end(&body) && share < ALWAYS)
		{
			WpNode child = wp_take_node(&body);

			share += keys_of_node(keys, &child, condition, each);
		}
		return Min(share, ALWAYS);
	}
	if (!tests && node->op != WP_ALL && node->op != WP_AND)
		return ALWAYS;
	while (!wp_at_end(&body))
	{
		WpNode child = wp_take_node(&body);
		double its = tests ? keys_of_test(keys, slot, &child, condition, NULL)
						   : keys_of_node(keys, &child, condition, NULL);

		if (its < share)
		{
			share = its;
			best = child;
		}
	}
	if (each != NULL && share < ALWAYS)
	{
		if (tests)
			keys_of_test(keys, slot, &best, condition, each);
		else
			keys_of_node(keys, &best, condition, each);
	}
	return share;
}

/* EachKey: counts the slot's values. */
static void
count_key(WpCandidates *keys, uint32 slot, uint64 key, uint32 condition)
{
	bool found;
	KeyEntry *entry = table_insert(keys->table, key, &found);

	if (found)
		return;
	entry->first = NONE;
	if (slot == USER_SLOT)
	{
		keys->different_users++;
		return;
	}
	if (slot >= keys->slot_space)
	{
		uint32 space = Max(keys->slot_space * 2, slot + 1);

		keys->different =
			repalloc_huge(keys->different, sizeof(uint32) * (Size) space);
		memset(keys->different + keys->slot_space, 0,
			   sizeof(uint32) * (Size) (space - keys->slot_space));
		keys->slot_space = space;
	}
	keys->different[slot]++;
}

/* Counts the values of all tests of a condition that could become keys. */
static void
count_keys(WpCandidates *keys, const WpNode *node)
{
	WpCursor body;
	uint32 slot;

	check_stack_depth();
	if (take_slot(node, &body, &slot))
		while (!wp_at_end(&body))
		{
			WpNode test = wp_take_node(&body);

			keys_of_test(keys, slot, &test, 0, count_key);
		}
	else if (node->op == WP_ALL || node->op == WP_AND || node->op == WP_OR)
		while (!wp_at_end(&body))
		{
			WpNode child = wp_take_node(&body);

			count_keys(keys, &child);
		}
}

/* EachKey: enters the condition under the key. */
static void
enter_key(WpCandidates *keys, uint32 slot, uint64 key, uint32 condition)
{
	bool found;
	KeyEntry *entry;

	WP_GROW(keys->postings, keys->posting_count, keys->posting_space,
			keys->context);
	entry = table_insert(keys->table, key, &found);
	keys->postings[keys->posting_count].condition = condition;
	keys->postings[keys->posting_count].next = found ? entry->first : NONE;
	entry->first = keys->posting_count++;
}

void
wp_candidates_add(WpCandidates *keys, uint32 first, uint32 end,
				  WpProgramOf program, void *arg)
{
	for (uint32 i = first; i < end; i++)
	{
		WpNode node = program(i, arg);

		CHECK_FOR_INTERRUPTS();
		count_keys(keys, &node);
	}
	for (uint32 i = first; i < end; i++)
	{
		WpNode node = program(i, arg);
		double share = keys_of_node(keys, &node, i, NULL);

		CHECK_FOR_INTERRUPTS();
		if (share <= WORST_GUARDED_SHARE ||
			(share < ALWAYS && wp_guards_of(&node) == 0))
			keys_of_node(keys, &node, i, enter_key);
		else
			wp_guards_add(keys->keyless, &node, i);
	}
}

/* ---- the keys of subjects ---- */

/* Calls `each` for the conditions under the key of a scalar. */
static void
candidates_by(const WpCandidates *keys, uint32 slot, const Value *value,
			  WpCandidate each, void *arg)
{
	KeyEntry *entry;
	uint64 key;

	if (different_at(keys, slot) == 0 ||
		!wp_slot_key(slot, value->type, value->data, value->len, &key))
		return;
	entry = table_lookup(keys->table, key);
	if (entry != NULL)
		for (uint32 i = entry->first; i != NONE; i = keys->postings[i].next)
			each(keys->postings[i].condition, arg);
}

void
wp_candidates_each(const WpCandidates *keys, const WpSubject *subject,
				   uint32 slot_count, WpCandidate each, void *arg)
{
	for (uint32 slot = 0; slot < slot_count; slot++)
	{
		const Value *value = &subject->slots[slot];
		Elements elements;
		Value element = {0};

		CHECK_FOR_INTERRUPTS();
		if (value->type != WP_JSON_ARRAY)
		{
			candidates_by(keys, slot, value, each, arg);
			continue;
		}
		/* For an array, a scalar test is a test of each element. */
		elements = elements_of(value->data);
		while (different_at(keys, slot) > 0 &&
			   next_element(&elements, &element))
			candidates_by(keys, slot, &element, each, arg);
	}
	if (subject->user_id != NULL)
	{
		Value user = {WP_JSON_STRING, subject->user_id, subject->user_id_len};

		candidates_by(keys, USER_SLOT, &user, each, arg);
	}
	wp_guards_each(keys->keyless, subject, slot_count, each, arg);
}
