/*
 * condition_candidates.c
 *		Candidates among packed conditions.
 *
 * Most conditions ask of some path, or of one of a few, that a certain value
 * stands there.  Such a condition is entered under those values, its keys: it
 * can hold only for a subject that has one of them.  Of several paths that are
 * all asked about, the one is taken whose values tell conditions apart best.
 * Whatever has no such keys (ranges, negations, patterns), or guards that tell
 * more than they do (condition_prefilter.h), is a candidate wherever its guards
 * let it pass.
 *
 * A key is a hash of slot and value; what two values share one is a candidate
 * too many, and evaluated as all candidates are.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "lookup/condition_candidates.h"
#include "lookup/load_internal.h"

#define NONE PG_UINT32_MAX

/* The place of the user's id among the slots. */
#define USER_SLOT PG_UINT32_MAX

/*
 * A key that so many of the subjects have saves less than guards do, which are
 * passed over faster than what scatters over the postings is fetched.  For one
 * user among 100,000 conditions, 0.4 takes 1.9 times as long, keys for none
 * that has guards 1.4 times; 0.025 is as good.
 */
#define WORST_GUARDED_SHARE 0.1

/* No key. */
#define ALWAYS 1.0

typedef struct KeyEntry
{
	uint64 key;
	uint32 first; /* in postings; NONE */
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
	uint32 next; /* under the same key; NONE */
} Posting;

struct WpCandidates
{
	MemoryContext context;
	table_hash *table;
	Posting *postings;
	uint32 posting_count;
	int posting_space;
	WpGuards *keyless; /* conditions without keys */
	uint32 *different; /* by slot: values that conditions ask for */
	uint32 slot_space;
	uint32 different_users;
};

/* What is done with the keys of a test. */
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

/* How many different values conditions ask for at the slot. */
static uint32
different_at(const WpCandidates *keys, uint32 slot)
{
	if (slot == USER_SLOT)
		return keys->different_users;
	return slot < keys->slot_space ? keys->different[slot] : 0;
}

/*
 * Returns the share of subjects that may have one of the keys of the test,
 * ALWAYS where it has none; calls `each`, if given, with them.
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

			/* all are asked for: one of them will do */
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
		 * null asks whether anything is there; a list or an object is no scalar
		 */
		if (!wp_slot_key(slot, literal.type, literal.data, literal.len, &key))
			return ALWAYS;
		if (each != NULL)
			each(keys, slot, key, condition);
	}
	return (double) count / Max(different_at(keys, slot), 2);
}

/*
 * Whether the node's tests are asked of a slot, or of the user's id; takes it
 * from the body.
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

/* The same of a condition: of members that must all hold, the best one's. */
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
		/* any of them may be what holds */
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

/* EachKey: counts the values of the slot. */
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

/* Counts the values of all tests of a condition that could be keys. */
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
		/* A scalar test of an array is one of its elements. */
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
