/*
 * condition_set.c
 *		Packs conditions, and evaluates the pack.
 *
 * A packed condition is its program without paths.  The paths of all conditions
 * are numbered, and the value at each is looked up once per subject.  A FIELD
 * of the document becomes a SLOT with its path's number.  The part below
 * $elemMatch has documents of its own and is not changed.  The usual matcher
 * evaluates the program, so the result is always that of the row's own
 * condition.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "condition/format.h"
#include "condition/match_internal.h"
#include "lookup/condition_candidates.h"
#include "lookup/condition_set.h"
#include "lookup/load_internal.h"

/* A path: the FIELD's count and texts, as stored. */
typedef struct Path
{
	const uint8 *bytes;
	uint32 len;
} Path;

typedef struct PathEntry
{
	Path path;
	uint32 slot;
	uint32 hash;
	char status;
} PathEntry;

#define SH_PREFIX paths
#define SH_ELEMENT_TYPE PathEntry
#define SH_KEY_TYPE Path
#define SH_KEY path
#define SH_HASH_KEY(table, key) hash_bytes((key).bytes, (int) (key).len)
#define SH_EQUAL(table, a, b)                                                  \
	((a).len == (b).len && memcmp((a).bytes, (b).bytes, (a).len) == 0)
#define SH_STORE_HASH
#define SH_GET_HASH(table, entry) (entry)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

#define NONE PG_UINT32_MAX

/* One of the conditions. */
typedef struct Packed
{
	int64 hash;
	Size begin;  /* of its program */
	uint32 next; /* another condition with the same hash, or NONE */
} Packed;

typedef struct HashEntry
{
	int64 hash;
	uint32 first; /* the condition with this hash that was added last */
	char status;
} HashEntry;

#define SH_PREFIX hashes
#define SH_ELEMENT_TYPE HashEntry
#define SH_KEY_TYPE int64
#define SH_KEY hash
#define SH_HASH_KEY(table, key)                                                \
	((uint32) ((uint64) (key) >> 32) ^ (uint32) (key))
#define SH_EQUAL(table, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

struct WpPacked
{
	MemoryContext context;
	hashes_hash *by_hash;
	Packed *conditions;
	uint32 count;
	int space;
	uint8 *programs; /* all programs, concatenated */
	Size used;
	Size room;
	paths_hash *slots_of;
	Path *paths; /* by slot */
	uint32 slot_count;
	int slot_space;
	Value *values; /* by slot, for the last subject */
	int value_space;
	WpCandidates *keys; /* NULL: not made yet */
	MemoryContext key_context;
	uint32 keyed;           /* the number of conditions in it */
	StringInfoData scratch; /* the program that is being packed */
};

WpPacked *
wp_packed_create(MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	WpPacked *packed = palloc0(sizeof(WpPacked));

	packed->context = context;
	packed->by_hash = hashes_create(context, 64, NULL);
	packed->slots_of = paths_create(context, 16, NULL);
	packed->room = 8192;
	packed->programs = palloc(packed->room);
	initStringInfo(&packed->scratch);
	MemoryContextSwitchTo(old);
	return packed;
}

uint32
wp_packed_count(const WpPacked *packed)
{
	return packed->count;
}

/* Returns the number of the path.  A new path gets a new number. */
static uint32
slot_of(WpPacked *packed, const uint8 *bytes, uint32 len)
{
	Path path = {bytes, len};
	PathEntry *entry = paths_lookup(packed->slots_of, path);
	bool found;
	uint8 *copy;

	if (entry != NULL)
		return entry->slot;
	WP_GROW(packed->paths, packed->slot_count, packed->slot_space,
			packed->context);
	copy = MemoryContextAlloc(packed->context, len);
	memcpy(copy, bytes, len);
	path.bytes = copy;
	entry = paths_insert(packed->slots_of, path, &found);
	entry->slot = packed->slot_count;
	packed->paths[packed->slot_count] = path;
	return packed->slot_count++;
}

/*
 * Puts the size of the bytes from `begin` to the end before them, where one
 * byte was left for it.
 */
static void
insert_size(StringInfo out, int begin)
{
	uint32 size = out->len - begin;
	int more = 0; /* the bytes beyond one that the size takes */

	for (uint32 rest = size >> 7; rest > 0; rest >>= 7)
		more++;
	if (more > 0)
	{
		enlargeStringInfo(out, more);
		memmove(out->data + begin + more, out->data + begin, size);
	}
	out->len += more;
	/*
	 * Written in place, because functions that append to a StringInfo end it
	 * with a zero.
	 */
	for (int i = 0; i <= more; i++)
		out->data[begin - 1 + i] =
			(char) ((size >> (7 * i)) | (i < more ? 0x80 : 0));
}

/* Appends a node of a condition, with slots instead of fields. */
static void
pack_node(WpPacked *packed, const WpNode *node, StringInfo out)
{
	WpCursor body = node->body;
	int begin;

	check_stack_depth();
	appendStringInfoCharMacro(
		out, (char) (node->op == WP_FIELD ? WP_SLOT : node->op));
	appendStringInfoCharMacro(out, 0); /* the size */
	begin = out->len;
	switch (node->op)
	{
		case WP_FIELD:
		{
			WpCursor tests = wp_children(node);
			uint32 slot =
				slot_of(packed, body.at, (uint32) (tests.at - body.at));

			appendBinaryStringInfo(out, (const char *) &slot, sizeof(slot));
			body = tests;
		}
		break;
		case WP_ALL:
		case WP_AND:
		case WP_OR:
		case WP_NOR:
		case WP_NOT:
			while (!wp_at_end(&body))
			{
				WpNode child = wp_take_node(&body);

				pack_node(packed, &child, out);
			}
			break;
		default:
			break;
	}
	appendBinaryStringInfo(out, (const char *) body.at, body.end - body.at);
	insert_size(out, begin);
}

/* Returns whether the condition is the one in the scratch. */
static bool
is_scratch(const WpPacked *packed, const Packed *condition)
{
	const uint8 *program = packed->programs + condition->begin;
	WpCursor cursor = {program, packed->programs + packed->used};

	(void) wp_take_node(&cursor);
	return cursor.at - program == packed->scratch.len &&
		   memcmp(program, packed->scratch.data, packed->scratch.len) == 0;
}

/* Makes room for the scratch after the programs, and for one more condition. */
static void
make_room(WpPacked *packed)
{
	WP_GROW(packed->conditions, packed->count, packed->space, packed->context);
	if (packed->room - packed->used < packed->scratch.len)
	{
		Size room = Max(packed->room * 2, packed->used + packed->scratch.len);

		packed->programs = repalloc_huge(packed->programs, room);
		packed->room = room;
	}
}

void
wp_packed_add(WpPacked *packed, const struct varlena *condition)
{
	int64 hash = (int64) wp_condition_hash(condition);
	WpCursor program = wp_program(condition);
	WpNode node;
	HashEntry *entry;
	Packed *added;
	bool found;

	if (wp_at_end(&program))
		return;
	resetStringInfo(&packed->scratch);
	node = wp_take_node(&program);
	pack_node(packed, &node, &packed->scratch);

	entry = hashes_lookup(packed->by_hash, hash);
	if (entry != NULL)
		for (uint32 i = entry->first; i != NONE; i = packed->conditions[i].next)
			if (is_scratch(packed, &packed->conditions[i]))
				return;
	make_room(packed);
	entry = hashes_insert(packed->by_hash, hash, &found);
	added = &packed->conditions[packed->count];
	added->hash = hash;
	added->begin = packed->used;
	added->next = found ? entry->first : NONE;
	entry->first = packed->count;
	memcpy(packed->programs + packed->used, packed->scratch.data,
		   packed->scratch.len);
	packed->used += packed->scratch.len;
	packed->count++;
}

static void
look_up_paths(WpPacked *packed, const char *document)
{
	WP_GROW(packed->values, packed->slot_count, packed->value_space,
			packed->context);
	for (uint32 i = 0; i < packed->slot_count; i++)
	{
		WpCursor path = {packed->paths[i].bytes,
						 packed->paths[i].bytes + packed->paths[i].len};

		CHECK_FOR_INTERRUPTS();
		wp_match_path(&path, document, &packed->values[i]);
	}
}

/* WpProgramOf: the program of a condition. */
static inline WpNode
program_of(uint32 i, void *arg)
{
	const WpPacked *packed = arg;
	WpCursor program = {packed->programs + packed->conditions[i].begin,
						packed->programs + packed->used};

	return wp_take_node(&program);
}

/*
 * The number of candidates that are evaluated together.  Of 100,000 conditions,
 * one at a time takes 1.5 times as long (1003 us against 650). 8 and 128 are as
 * good.
 */
#define WAITING 32

/* The state of an evaluation. */
typedef struct Evaluation
{
	WpPacked *packed;
	WpSubject subject;
	const char *document;
	WpHolds holds;
	void *arg;
	uint32 waiting[WAITING];
	int waiting_count;
} Evaluation;

/*
 * Evaluates the waiting conditions.  Candidates are scattered over megabytes,
 * so fetching one takes longer than evaluating it.  So all are prefetched at
 * once.
 */
static void
evaluate_waiting(Evaluation *evaluation)
{
	const WpPacked *packed = evaluation->packed;

	for (int i = 0; i < evaluation->waiting_count; i++)
	{
		const uint8 *program =
			packed->programs + packed->conditions[evaluation->waiting[i]].begin;

		__builtin_prefetch(program);
		__builtin_prefetch(program + PG_CACHE_LINE_SIZE / 2);
	}
	for (int i = 0; i < evaluation->waiting_count; i++)
	{
		WpNode node = program_of(evaluation->waiting[i], evaluation->packed);

		wp_match_begin(WP_MATCH_STEPS);
		if (wp_match_condition_node(&evaluation->subject, &node,
									evaluation->document) == WP_TRUE)
			evaluation->holds(packed->conditions[evaluation->waiting[i]].hash,
							  evaluation->arg);
	}
	evaluation->waiting_count = 0;
}

/* WpCandidate: evaluates the condition, now or together with the next ones. */
static inline void
evaluate(uint32 i, void *arg)
{
	Evaluation *evaluation = arg;

	__builtin_prefetch(&evaluation->packed->conditions[i]);
	evaluation->waiting[evaluation->waiting_count++] = i;
	if (evaluation->waiting_count == WAITING)
		evaluate_waiting(evaluation);
}

/*
 * Puts all conditions into the index.  If their number has doubled, the index
 * is made anew, because their values are then better known.
 */
static void
make_keys(WpPacked *packed)
{
	if (packed->keys != NULL && packed->keyed < packed->count / 2)
	{
		packed->keys = NULL;
		MemoryContextReset(packed->key_context);
	}
	if (packed->keys == NULL)
	{
		if (packed->key_context == NULL)
			packed->key_context = AllocSetContextCreate(
				packed->context, "workflow_perms keys of conditions",
				ALLOCSET_DEFAULT_SIZES);
		packed->keyed = 0;
		packed->keys = wp_candidates_create(packed->key_context);
	}
	wp_candidates_add(packed->keys, packed->keyed, packed->count, program_of,
					  packed);
	packed->keyed = packed->count;
}

void
wp_packed_match(WpPacked *packed, const WpSubject *subject, uint32 from,
				WpHolds holds, void *arg)
{
	Evaluation evaluation = {
		.packed = packed, .subject = *subject, .holds = holds, .arg = arg};

	if (subject->metadata == NULL || from >= packed->count)
		return;
	evaluation.document = wp_match_document(subject);
	look_up_paths(packed, evaluation.document);
	evaluation.subject.slots = packed->values;
	if (from > 0)
	{
		/*
		 * Conditions added since the last evaluation are evaluated directly.
		 * Asking the index for one more among 100,000 takes 2.3 times as long,
		 * 731 us.
		 */
		for (uint32 i = from; i < packed->count; i++)
		{
			CHECK_FOR_INTERRUPTS();
			evaluate(i, &evaluation);
		}
		evaluate_waiting(&evaluation);
		return;
	}
	if (packed->keyed < packed->count)
		make_keys(packed);
	wp_candidates_each(packed->keys, &evaluation.subject, packed->slot_count,
					   evaluate, &evaluation);
	evaluate_waiting(&evaluation);
}
