/*
 * regexp.c
 *		Regular expressions of conditions, using the server's own engine
 *		(advanced regular expressions, collation "C", so that classes and case
 *		folding do not depend on the database).
 *
 * Embedded options and directors ("(?i)", "***=") are part of the syntax and
 * affect only their own pattern.  Back-references are refused, because matching
 * them takes exponential time.  The cost of compiling is estimated and limited
 * beforehand (pattern_cost.h).
 *
 * The cost of a match is estimated beforehand too.  The engine reads the text
 * once.  It makes sets of the automaton's states as it needs them, and keeps
 * twice as many sets as there are states.  If all possible sets are no more
 * than that, each is made once, and a character costs only a look-up.
 * Otherwise every character may need a new set, and is counted so.  Look-around
 * constraints are tried again at every character, nested ones at every pair of
 * characters, and so on.  The engine checks for interrupts itself.
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

/* The memory for compiled patterns per backend, in bytes. */
#define KEPT_MAX (32 * 1024 * 1024)

/* The memory of a compiled pattern: for its colors, and per transition. */
#define KEPT_BASE 10000
#define KEPT_TRANSITION 32

/* Texts of up to this many characters are converted on the stack. */
#define STACK_CHARS 512

/* Steps of a match (match_internal.h): to start, and per character. */
#define START_STEPS 500
#define CHARACTER_STEPS 8

/*
 * Steps of making a set of states: it is searched for among the existing ones,
 * has an entry for each color, and is computed from the transitions of another.
 */
#define SET_STEPS 60
#define SET_STATE_STEPS 4
#define SET_COLOR_STEPS 2

/*
 * The largest automaton whose sets are counted, and the most transitions that
 * are followed for that.  Beyond these limits, there are too many sets.
 */
#define COUNTED_STATES 1024
#define COUNTED_TRANSITIONS 50000

/*
 * A compiled pattern.  It and everything that it needs is in a memory context
 * of its own.
 */
typedef struct Compiled
{
	dlist_node node; /* in order of last use */
	MemoryContext context;
	regex_t regex;
	MemoryContextCallback at_end;
	WpPatternCost cost;
	double set_steps; /* for making a set of states */
	double sets;      /* the most times; HUGE_VAL: at each character */
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
 * Returns the text as wide characters, or NULL if memory is out.  Uses the
 * caller's buffer of STACK_CHARS if it is large enough.  Otherwise the result
 * is palloc'd, and the caller must pfree it.
 */
static pg_wchar *
widen(const char *text, size_t len, pg_wchar *buffer, size_t *count)
{
	pg_wchar *wide = buffer;

	/* A byte is at most one character.  One more for the ending zero. */
	if (len >= STACK_CHARS)
		wide = palloc_extended((len + 1) * sizeof(pg_wchar),
							   MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM);
	if (wide != NULL)
		*count = pg_mb2wchar_with_len(text, wide, (int) len);
	return wide;
}

/*
 * Compiles the pattern into *regex, in the current memory context (before
 * PostgreSQL 16 by malloc).  Returns the engine's code, REG_OKAY on success.
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
	 * Before 16 the engine returns a code for a cancel, and the caller must act
	 * on it.
	 */
	if (code != REG_OKAY)
		CHECK_FOR_INTERRUPTS();
	return code;
}

/* ---- what a match takes ---- */

/* The sets of states, during counting. */
typedef struct Sets
{
	int states;
	int words; /* of a set */
	uint64 *bits;
	int count;
	int room;
	int *table; /* indexes of sets by hash, or -1 */
	uint32 mask;
} Sets;

/*
 * Adds a set.  Returns false if there is no more room, or if the set is empty.
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
 * Returns how many sets the engine makes at most for any text: the transitions
 * between possible sets, if the engine can keep all of these; otherwise
 * HUGE_VAL. Works in the current memory context, and does not free its memory.
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
	uint64 *next; /* by color; the last one is for any color */
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
		/* The engine reads no further after a match. */
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

					/*
					 * The beginning occurs once, the end only at the end of the
					 * text.
					 */
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

/* Returns the steps of a match with a text of this many characters. */
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
		/*
		 * The estimate must be an upper bound.  Otherwise the pattern was
		 * misread.
		 */
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
 * 16 the engine uses malloc.
 */
static void
free_regex(void *regex)
{
	pg_regfree(regex);
}

/*
 * Compiles the pattern into a context of its own, below the cache's.  Returns
 * NULL if it does not compile, which for a stored pattern means that memory or
 * stack ran out.  After an error or a cancel, nothing is left behind.
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

/* Returns the compiled pattern, or NULL if it does not compile. */
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
			/* Before 16, a cancel is one of these codes. */
			CHECK_FOR_INTERRUPTS();
			return WP_UNKNOWN;
	}
}
