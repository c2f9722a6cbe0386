/*
 * regexp.c
 *		Regular expressions of conditions, by the server's own engine (advanced
 *		regular expressions, collation "C", so that neither classes nor case
 *		folding depend on the database).
 *
 * Embedded options and directors ("(?i)", "***=") are part of that syntax and
 * change nothing but the pattern they stand in.  Back-references, whose
 * matching is exponential, are refused; what compiling takes is told and
 * bounded before it is done (pattern_cost.h).
 *
 * What a match takes is told before it, too.  The engine goes through the text
 * once, with sets of the automaton's states that it makes as it meets them, and
 * keeps twice as many as there are states.  Where all sets that there can be
 * are no more than those, each is made once and a character costs looking at
 * it; otherwise every character may take making one anew, and is counted so.
 * Look-around constraints are tried anew at every character, one within another
 * at every pair of them and so on.  The engine looks for interrupts by itself.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_collation.h"
#include "common/hashfn.h"
#include "lib/ilist.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "regex/regex.h"
#include "regex/regexport.h"
#include "utils/memutils.h"

#include "condition/pattern_cost.h"
#include "condition/regexp.h"

/* The memory of compiled patterns that a backend keeps, in bytes. */
#define KEPT_MAX (32 * 1024 * 1024)

/* What a compiled pattern takes: its colours, and each transition. */
#define KEPT_BASE 10000
#define KEPT_TRANSITION 32

/* Texts of up to this many characters are widened on the stack. */
#define STACK_CHARS 512

/* Steps of a match (match_internal.h): setting out, and a character. */
#define START_STEPS 500
#define CHARACTER_STEPS 8

/*
 * Steps of making a set of states: it is looked for among those that there are,
 * has a place for each colour, and comes from the transitions of another.
 */
#define SET_STEPS 60
#define SET_STATE_STEPS 4
#define SET_COLOR_STEPS 2

/*
 * The largest automaton whose sets are counted, and the transitions that are
 * looked at for it: where more are needed, there count as too many.
 */
#define COUNTED_STATES 1024
#define COUNTED_TRANSITIONS 50000

/*
 * A compiled pattern.  It lies in a memory context of its own, with all it
 * needs.
 */
typedef struct Compiled
{
	dlist_node node; /* those used most recently first */
	MemoryContext context;
	regex_t regex;
	MemoryContextCallback at_end;
	WpPatternCost cost;
	double set_steps; /* of making a set of states */
	double sets;      /* so many times at most; HUGE_VAL: at each character */
	Size kept;
	bool icase;
	size_t len;
	char pattern[FLEXIBLE_ARRAY_MEMBER];
} Compiled;

typedef struct Key
{
	const char *pattern;
	size_t len;
	bool icase;
} Key;

typedef struct Entry
{
	Key key;
	Compiled *compiled;
	uint32 hash;
	char status;
} Entry;

#define SH_PREFIX patterns
#define SH_ELEMENT_TYPE Entry
#define SH_KEY_TYPE Key
#define SH_KEY key
#define SH_HASH_KEY(table, key)                                                \
	(hash_bytes((const unsigned char *) (key).pattern, (int) (key).len) ^      \
	 (uint32) (key).icase)
#define SH_EQUAL(table, a, b)                                                  \
	((a).len == (b).len && (a).icase == (b).icase &&                           \
	 memcmp((a).pattern, (b).pattern, (a).len) == 0)
#define SH_STORE_HASH
#define SH_GET_HASH(table, entry) (entry)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

static patterns_hash *kept = NULL;
static dlist_head by_use = DLIST_STATIC_INIT(by_use);
static Size kept_bytes = 0;

/*
 * The text as wide characters, NULL where memory for it cannot be had.  Uses
 * the caller's buffer of STACK_CHARS where that is enough, else the result is
 * palloc'd and the caller pfrees it.
 */
static pg_wchar *
widen(const char *text, size_t len, pg_wchar *buffer, size_t *count)
{
	pg_wchar *wide = buffer;

	/* One byte is at most one character; and one more for the ending zero. */
	if (len >= STACK_CHARS)
		wide = palloc_extended((len + 1) * sizeof(pg_wchar),
							   MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM);
	if (wide != NULL)
		*count = pg_mb2wchar_with_len(text, wide, (int) len);
	return wide;
}

/*
 * Compiles the pattern into *regex, in the current memory context (before
 * PostgreSQL 16 by malloc); the engine's code, REG_OKAY if that went well.
 */
static int
compile(const char *pattern, size_t len, bool icase, regex_t *regex)
{
	pg_wchar buffer[STACK_CHARS];
	size_t count;
	pg_wchar *wide = widen(pattern, len, buffer, &count);

	if (wide == NULL)
		return REG_ESPACE;

	int code = pg_regcomp(regex, wide, count,
						  REG_ADVANCED | REG_NOSUB | (icase ? REG_ICASE : 0),
						  C_COLLATION_OID);

	if (wide != buffer)
		pfree(wide);
	/*
	 * Before 16 the engine answers a cancel with a code, for the caller to act
	 * on.
	 */
	if (code != REG_OKAY)
		CHECK_FOR_INTERRUPTS();
	return code;
}

/* ---- what a match takes ---- */

/* The sets of states, while they are counted. */
typedef struct Sets
{
	int states;
	int words; /* of a set */
	uint64 *bits;
	int count;
	int room;
	int *table; /* places of sets by hash, -1 */
	uint32 mask;
} Sets;

/*
 * Puts a set among those that there are; false if there is no more room, or
 * nothing in the set.
 */
static bool
add_set(Sets *sets, const uint64 *set)
{
	Size bytes = sets->words * sizeof(uint64);
	uint32 i = hash_bytes((const unsigned char *) set, (int) bytes);

	for (;; i++)
	{
		int place = sets->table[i & sets->mask];

		if (place < 0)
			break;
		if (memcmp(sets->bits + (Size) place * sets->words, set, bytes) == 0)
			return true;
	}
	if (sets->count == sets->room)
		return false;
	memcpy(sets->bits + (Size) sets->count * sets->words, set, bytes);
	sets->table[i & sets->mask] = sets->count++;
	return true;
}

static inline void
set_bit(uint64 *set, int i)
{
	set[i / 64] |= UINT64CONST(1) << (i % 64);
}

static inline bool
has_bit(const uint64 *set, int i)
{
	return (set[i / 64] >> (i % 64)) & 1;
}

/*
 * How many sets the engine makes at most for any text: transitions between
 * those that there can be, if they are no more than it keeps; else HUGE_VAL.
 * Works in the current memory context, and leaves there what it takes.
 */
static double
count_sets(const regex_t *regex)
{
	int states = pg_reg_getnumstates(regex);
	int colors = pg_reg_getnumcolors(regex);
	int final = pg_reg_getfinalstate(regex);
	int looked_at = 0;
	double made = 0;
	Sets sets = {states, (states + 63) / 64};
	regex_arc_t **arcs;
	int *arc_count;
	uint64 *next; /* by colour; the last is of any */
	int *touched;
	bool *is_touched;

	if (states > COUNTED_STATES || (regex->re_info & REG_ULOOKAROUND))
		return HUGE_VAL;
	sets.room = 2 * states;
	sets.bits = palloc(sets.room * sets.words * sizeof(uint64));
	sets.mask = pg_nextpower2_32(2 * sets.room) - 1;
	sets.table = palloc((sets.mask + 1) * sizeof(int));
	memset(sets.table, -1, (sets.mask + 1) * sizeof(int));
	arcs = palloc(states * sizeof(*arcs));
	arc_count = palloc(states * sizeof(int));
	for (int i = 0; i < states; i++)
	{
		arc_count[i] = pg_reg_getnumoutarcs(regex, i);
		arcs[i] = palloc(Max(arc_count[i], 1) * sizeof(regex_arc_t));
		pg_reg_getoutarcs(regex, i, arcs[i], arc_count[i]);
	}
	next = palloc0((colors + 1) * sets.words * sizeof(uint64));
	touched = palloc((colors + 1) * sizeof(int));
	is_touched = palloc0((colors + 1) * sizeof(bool));

	set_bit(next, pg_reg_getinitialstate(regex));
	(void) add_set(&sets, next);
	memset(next, 0, sets.words * sizeof(uint64));
	for (int i = 0; i < sets.count; i++)
	{
		const uint64 *set = sets.bits + (Size) i * sets.words;
		uint64 *any = next + (Size) colors * sets.words;
		int count = 0;

		CHECK_FOR_INTERRUPTS();
		/* A text is looked at no further. */
		if (has_bit(set, final))
			continue;
		for (int word = 0; word < sets.words; word++)
			for (uint64 bits = set[word]; bits != 0; bits &= bits - 1)
			{
				int state = word * 64 + pg_rightmost_one_pos64(bits);

				looked_at += arc_count[state];
				for (int k = 0; k < arc_count[state]; k++)
				{
					int color = arcs[state][k].co;

					/* Beginnings are met once, ends are the text's. */
					if (color == COLOR_RAINBOW)
						color = colors;
					else if (pg_reg_colorisend(regex, color) ||
							 (i > 0 && pg_reg_colorisbegin(regex, color)))
						continue;
					if (!is_touched[color])
					{
						is_touched[color] = true;
						touched[count++] = color;
					}
					set_bit(next + (Size) color * sets.words,
							arcs[state][k].to);
				}
			}
		made += is_touched[colors] ? colors : count;
		looked_at += count * sets.words;
		if (looked_at > COUNTED_TRANSITIONS)
			return HUGE_VAL;
		for (int k = 0; k < count; k++)
		{
			uint64 *one = next + (Size) touched[k] * sets.words;

			if (touched[k] != colors && !pg_reg_colorisbegin(regex, touched[k]))
				for (int word = 0; word < sets.words; word++)
					one[word] |= any[word];
			if (!add_set(&sets, one))
				return HUGE_VAL;
		}
		for (int k = 0; k < count; k++)
		{
			memset(next + (Size) touched[k] * sets.words, 0,
				   sets.words * sizeof(uint64));
			is_touched[touched[k]] = false;
		}
	}
	return made;
}

static double
count_transitions(const regex_t *regex)
{
	double transitions = 0;

	for (int i = 0; i < pg_reg_getnumstates(regex); i++)
		transitions += pg_reg_getnumoutarcs(regex, i);
	return transitions;
}

/* The steps of a match with a text of so many characters. */
static double
match_steps(const Compiled *compiled, size_t chars)
{
	double steps = START_STEPS + chars * (double) CHARACTER_STEPS +
				   Min(chars, compiled->sets) * compiled->set_steps;
	double places = chars;

	for (int i = 0; i < WP_LOOKAROUND_DEPTH; i++)
	{
		places *= chars / (i + 2.0);
		steps += compiled->cost.lookaround[i] * places;
	}
	return steps;
}

char *
wp_regexp_check(const char *pattern, size_t len, bool icase,
				double *transitions)
{
	WpPatternCost cost;
	const char *refusal;

	*transitions = 0;
	if (len > WP_REGEXP_MAX)
		return psprintf("it has %zu bytes, and at most %d are allowed", len,
						WP_REGEXP_MAX);
	refusal = wp_pattern_cost(pattern, len, icase, &cost);
	if (refusal != NULL)
		return pstrdup(refusal);
	*transitions = cost.transitions;
	if (cost.transitions > WP_PATTERN_TRANSITIONS)
		return NULL;

	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(
		caller, "workflow_perms regexp check", ALLOCSET_SMALL_SIZES);
	regex_t regex;

	MemoryContextSwitchTo(context);
	int code = compile(pattern, len, icase, &regex);
	MemoryContextSwitchTo(caller);

	char *complaint = NULL;

	if (code != REG_OKAY)
	{
		size_t size = pg_regerror(code, &regex, NULL, 0);

		complaint = palloc(size);
		pg_regerror(code, &regex, complaint, size);
	}
	else
	{
		if (regex.re_info & REG_UBACKREF)
			complaint = pstrdup("back-references are not allowed");
		/* What was counted is from above, or the pattern was misread. */
		else if (count_transitions(&regex) > 2 * cost.transitions + 100 ||
				 ((regex.re_info & REG_ULOOKAROUND) != 0 &&
				  cost.lookaround[0] + cost.lookaround[1] +
						  cost.lookaround[2] <=
					  0))
			complaint = pstrdup("it costs more than its text tells");
		pg_regfree(&regex);
	}
	MemoryContextDelete(context);
	return complaint;
}

/* ---- the patterns that are kept ---- */

static void
forget(Compiled *compiled)
{
	patterns_delete(kept,
					(Key){compiled->pattern, compiled->len, compiled->icase});
	dlist_delete(&compiled->node);
	kept_bytes -= compiled->kept;
	MemoryContextDelete(compiled->context);
}

void
wp_regexp_forget(void)
{
	while (!dlist_is_empty(&by_use))
		forget(dlist_container(Compiled, node, dlist_tail_node(&by_use)));
}

/*
 * Reset callback: frees a compiled pattern with its context.  Before PostgreSQL
 * 16 the engine allocates by malloc.
 */
static void
free_regex(void *regex)
{
	pg_regfree(regex);
}

/*
 * Compiles the pattern into a context of its own, below the cache's; NULL where
 * it does not compile, which for a stored pattern means that memory or stack
 * ran short.  An error or a cancel in between leaves nothing behind.
 */
static Compiled *
remember(const Key *key)
{
	MemoryContext context = AllocSetContextCreate(
		CurrentMemoryContext, "workflow_perms regexp", ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	Compiled *compiled = palloc0(offsetof(Compiled, pattern) + key->len);
	MemoryContext counting;
	double transitions;
	bool found;

	compiled->context = context;
	compiled->icase = key->icase;
	compiled->len = key->len;
	memcpy(compiled->pattern, key->pattern, key->len);
	(void) wp_pattern_cost(key->pattern, key->len, key->icase, &compiled->cost);
	int code = compile(key->pattern, key->len, key->icase, &compiled->regex);

	if (code != REG_OKAY)
	{
		MemoryContextSwitchTo(caller);
		MemoryContextDelete(context);
		return NULL;
	}
	compiled->at_end.func = free_regex;
	compiled->at_end.arg = &compiled->regex;
	MemoryContextRegisterResetCallback(context, &compiled->at_end);
	counting = AllocSetContextCreate(context, "workflow_perms regexp sets",
									 ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(counting);
	transitions = count_transitions(&compiled->regex);
	compiled->sets = count_sets(&compiled->regex);
	compiled->set_steps =
		SET_STEPS + transitions +
		SET_STATE_STEPS * (double) pg_reg_getnumstates(&compiled->regex) +
		SET_COLOR_STEPS * (double) pg_reg_getnumcolors(&compiled->regex);
	compiled->kept = KEPT_BASE + KEPT_TRANSITION * (Size) transitions;
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(counting);

	if (kept == NULL)
		kept = patterns_create(CacheMemoryContext, 64, NULL);
	while (kept_bytes + compiled->kept > KEPT_MAX && !dlist_is_empty(&by_use))
		forget(dlist_container(Compiled, node, dlist_tail_node(&by_use)));
	patterns_insert(kept, (Key){compiled->pattern, key->len, key->icase},
					&found)
		->compiled = compiled;
	MemoryContextSetParent(context, CacheMemoryContext);
	dlist_push_head(&by_use, &compiled->node);
	kept_bytes += compiled->kept;
	return compiled;
}

/* The compiled pattern; NULL where it does not compile. */
static Compiled *
look_up(const char *pattern, size_t len, bool icase)
{
	Key key = {pattern, len, icase};
	Entry *entry = kept != NULL ? patterns_lookup(kept, key) : NULL;

	if (entry == NULL)
		return remember(&key);
	dlist_move_head(&by_use, &entry->compiled->node);
	return entry->compiled;
}

WpTruth
wp_regexp_match(const char *pattern, size_t plen, bool icase, const char *text,
				size_t len, int64 *steps_left)
{
	Compiled *compiled = look_up(pattern, plen, icase);
	double steps;

	if (compiled == NULL)
		return WP_UNKNOWN;
	steps = match_steps(compiled, len);
	*steps_left = steps > *steps_left ? -1 : *steps_left - (int64) steps;
	if (*steps_left < 0)
		return WP_UNKNOWN;

	pg_wchar buffer[STACK_CHARS];
	size_t count;
	pg_wchar *wide = widen(text, len, buffer, &count);

	if (wide == NULL)
		return WP_UNKNOWN;

	int code = pg_regexec(&compiled->regex, wide, count, 0, NULL, 0, NULL, 0);

	if (wide != buffer)
		pfree(wide);
	switch (code)
	{
		case REG_OKAY:
			return WP_TRUE;
		case REG_NOMATCH:
			return WP_FALSE;
		default:
			/* Before 16 a cancel is one of these. */
			CHECK_FOR_INTERRUPTS();
			return WP_UNKNOWN;
	}
}
