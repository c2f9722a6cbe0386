/*
 * regexp.c
 *		Regular expressions of conditions, by the server's own engine (advanced
 *		regular expressions, collation "C", so that neither classes nor case
 *		folding depend on the database).
 *
 * Embedded options and directors ("(?i)", "***=") are part of that syntax and
 * change nothing but the pattern they stand in.  What the engine could spend
 * without bound is refused when a pattern is read: back-references, whose
 * matching is exponential, and patterns whose automaton would be large, because
 * its working memory is allocated anew for every match.  What is left takes
 * time linear in the text, but for look-around constraints: those are tried
 * anew at every character, one within another at every pair of them and so on,
 * hence the longer of such texts are given up.  The engine looks for interrupts
 * by itself.
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "common/hashfn.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "regex/regex.h"
#include "regex/regexport.h"
#include "utils/memutils.h"

#include "condition/regexp.h"

/* Compiled patterns kept by a backend; as many as the server's own cache. */
#define CACHE_SIZE 32

/* Texts of up to this many characters are widened on the stack. */
#define STACK_CHARS 512

/* The most that the working memory of one match may take, in bytes. */
#define MATCH_MEMORY_MAX (16 * 1024 * 1024)

/*
 * The most transitions of a pattern, which bound the time to compile it and the
 * memory to keep it.
 */
#define TRANSITIONS_MAX 50000

/*
 * The most states that a look-around constraint may need, estimated from above.
 */
#define LOOKAROUND_STATES_MAX 10000

/*
 * The most steps that the look-around constraints of one match may take,
 * estimated from above.
 */
#define LOOKAROUND_STEPS_MAX 1e8

/*
 * A compiled pattern.  It lies in a memory context of its own, with all it
 * needs.
 */
typedef struct Compiled
{
	MemoryContext context;
	regex_t regex;
	uint32 hash;
	bool icase;
	size_t max_chars; /* longer texts are given up */
	size_t len;
	char pattern[FLEXIBLE_ARRAY_MEMBER];
} Compiled;

/* Most recently used first. */
static Compiled *cache[CACHE_SIZE];
static int cached = 0;

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

/*
 * The working memory of a match: the engine makes room for twice as many sets
 * of states as there are states, each with a bit per state and with two
 * transitions (8 and 16 bytes) per colour of characters.
 */
static double
match_memory(const regex_t *regex)
{
	double states = pg_reg_getnumstates(regex);
	double colors = pg_reg_getnumcolors(regex);

	return 2 * states * (states / 8 + colors * 24);
}

static bool
too_many_transitions(const regex_t *regex)
{
	int states = pg_reg_getnumstates(regex);
	int transitions = 0;

	for (int i = 0; i < states && transitions <= TRANSITIONS_MAX; i++)
		transitions += pg_reg_getnumoutarcs(regex, i);
	return transitions > TRANSITIONS_MAX;
}

/*
 * An upper bound of the states of the pattern's look-around constraints, which
 * the engine does not tell: as if every bound ({m,n}) repeated the whole
 * pattern.
 */
static double
lookaround_states(const char *pattern, size_t len)
{
	double states = len;

	for (size_t i = 0; i < len; i++)
	{
		int most = 0;

		if (pattern[i] != '{')
			continue;
		/* The engine allows numbers up to 255 only: three digits are enough. */
		for (int number = 0; i + 1 < len; i++)
		{
			char next = pattern[i + 1];

			if (next >= '0' && next <= '9')
				number = Min(number * 10 + (next - '0'), 999);
			else if (next == ',')
				number = 0;
			else
				break;
			most = Max(most, number);
		}
		states *= Max(most, 1);
	}
	return states;
}

/*
 * The most characters of a text that the pattern is matched with.  Only where
 * it has look-around constraints is there a bound: as if all of them lay in
 * each other, so that k of them look at every choice of k + 1 places of the
 * text.
 */
static size_t
max_chars(const char *pattern, size_t len, const regex_t *regex)
{
	int constraints = 0;
	size_t chars = 1;

	if (!(regex->re_info & REG_ULOOKAROUND))
		return SIZE_MAX;
	/* Those of a set or a literal count too: what matters is to miss none. */
	for (size_t i = 0; i + 2 < len; i++)
		if (pattern[i] == '(' && pattern[i + 1] == '?' &&
			strchr("=!<", pattern[i + 2]) != NULL)
			constraints++;
	for (;;)
	{
		double next = chars * 2.0;
		double steps = lookaround_states(pattern, len) / len;

		for (int i = 0; i <= constraints && steps <= LOOKAROUND_STEPS_MAX; i++)
			steps *= (next + i) / (i + 1);
		if (steps > LOOKAROUND_STEPS_MAX)
			return chars;
		chars = (size_t) next;
	}
}

char *
wp_regexp_check(const char *pattern, size_t len, bool icase)
{
	if (len > WP_REGEXP_MAX)
		return psprintf("it has %zu bytes, and at most %d are allowed", len,
						WP_REGEXP_MAX);

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
		else if (match_memory(&regex) > MATCH_MEMORY_MAX ||
				 too_many_transitions(&regex) ||
				 ((regex.re_info & REG_ULOOKAROUND) &&
				  lookaround_states(pattern, len) > LOOKAROUND_STATES_MAX))
			complaint = pstrdup("it repeats too much to be matched quickly");
		pg_regfree(&regex);
	}
	MemoryContextDelete(context);
	return complaint;
}

static void
forget(Compiled *entry)
{
	pg_regfree(&entry->regex);
	MemoryContextDelete(entry->context);
}

/*
 * Compiles the pattern into a context of its own, below the cache's; NULL where
 * it does not compile, which for a stored pattern means that memory or stack
 * ran short.  An error or a cancel in between leaves nothing behind.
 */
static Compiled *
remember(const char *pattern, size_t len, bool icase, uint32 hash)
{
	MemoryContext context = AllocSetContextCreate(
		CurrentMemoryContext, "workflow_perms regexp", ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	Compiled *entry = palloc(offsetof(Compiled, pattern) + len);

	entry->context = context;
	entry->hash = hash;
	entry->icase = icase;
	entry->len = len;
	memcpy(entry->pattern, pattern, len);
	int code = compile(pattern, len, icase, &entry->regex);

	MemoryContextSwitchTo(caller);
	if (code != REG_OKAY)
	{
		MemoryContextDelete(context);
		return NULL;
	}
	entry->max_chars = max_chars(pattern, len, &entry->regex);
	MemoryContextSetParent(context, CacheMemoryContext);
	return entry;
}

/*
 * The compiled pattern, from the cache or put into it in the place of the one
 * that was not used for longest; NULL where it does not compile.
 */
static Compiled *
lookup(const char *pattern, size_t len, bool icase)
{
	uint32 hash = hash_bytes((const unsigned char *) pattern, (int) len);
	Compiled *entry = NULL;
	int place;

	for (place = 0; place < cached; place++)
	{
		Compiled *candidate = cache[place];

		if (candidate->hash == hash && candidate->icase == icase &&
			candidate->len == len &&
			memcmp(candidate->pattern, pattern, len) == 0)
		{
			entry = candidate;
			break;
		}
	}
	if (entry == NULL)
	{
		entry = remember(pattern, len, icase, hash);
		if (entry == NULL)
			return NULL;
		if (cached == CACHE_SIZE)
			forget(cache[--cached]);
		place = cached++;
	}

	/* To the front. */
	memmove(&cache[1], &cache[0], place * sizeof(cache[0]));
	cache[0] = entry;
	return entry;
}

WpTruth
wp_regexp_match(const char *pattern, size_t plen, bool icase, const char *text,
				size_t len)
{
	Compiled *entry = lookup(pattern, plen, icase);

	if (entry == NULL)
		return WP_UNKNOWN;

	pg_wchar buffer[STACK_CHARS];
	size_t count;
	pg_wchar *wide = widen(text, len, buffer, &count);

	if (wide == NULL)
		return WP_UNKNOWN;

	int code = count > entry->max_chars ? REG_ETOOBIG
										: pg_regexec(&entry->regex, wide, count,
													 0, NULL, 0, NULL, 0);

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
