/*
 * pattern_cost.c
 *		An upper bound for the size of a regular expression's automaton.
 *
 * The engine makes an automaton from a pattern and removes transitions that
 * read nothing, which multiplies the others.  The result is the position
 * automaton (Glushkov): a transition from each place that can end a part to
 * each place that can begin the next, times the colors of the characters that
 * are read there.  Its size is computed here without making it: for each part,
 * how many places can begin and end it, and whether it can be empty.  A pattern
 * that takes seconds to compile, such as 'a*' 500 times, has a large automaton,
 * even if the engine reduces it later.
 *
 * Colors are the engine's: characters that no part of the pattern distinguishes
 * have the same color.  Each character beyond ASCII that is written counts as
 * one.
 *
 * Parts that read nothing but constrain the place (^, \y, a look-around) are
 * not transitions either.  The engine moves them to the next character, and
 * makes new states for the constraints that must hold there.  So each way
 * through a part that has constraints and reads nothing counts as one more, and
 * the ways of successive parts multiply.
 */
#include "postgres.h"

#include <ctype.h>
#include <math.h>

#include "mb/pg_wchar.h"

#include "condition/pattern_cost.h"

#define SYMBOLS 129 /* ASCII, and all else */
#define OTHER 128

/* More than any pattern is allowed.  Larger values are cut to this. */
#define COST_MAX 1e9

/*
 * The steps that a place and a transition of a constraint take for each
 * character.
 */
#define PLACE_STEPS 4
#define CONSTRAINT_STEPS 50

/*
 * Without case, the engine goes through the characters of a range.  This many
 * take as long as a transition.
 */
#define WALKED_PER_TRANSITION 100

/* The most levels of parentheses. */
#define DEPTH_MAX 100

/* A set of characters. */
typedef struct Set
{
	bool has[SYMBOLS];
} Set;

/* A part of a pattern. */
typedef struct Part
{
	bool empty;         /* can it be empty, without constraints? */
	double asked;       /* ways through it with constraints that read nothing */
	double places;      /* number of its characters */
	double transitions; /* between them */
	double first;       /* transitions that begin it */
	double last;        /* places that can end it */
	double lookaround[WP_LOOKAROUND_DEPTH];
	int depth; /* levels of nested look-around constraints */
} Part;

typedef struct Reader
{
	const char *at;
	const char *end;
	bool icase;
	bool newlines; /* . does not match every character */
	bool telling;  /* the first pass, which distinguishes characters */
	int color[SYMBOLS];
	int colors;
	int depth;     /* of parentheses */
	int others;    /* characters beyond ASCII */
	double walked; /* characters of ranges that the engine walks through */
	const char *refusal;
} Reader;

static Part read_branches(Reader *reader);

/* ---- characters ---- */

/* ASCII only, whatever the locale. */
static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static int
hex_value(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* Gives the characters of a set other colors than those outside it. */
static void
tell_apart(Reader *reader, const Set *set)
{
	int becomes[SYMBOLS];
	int inside[SYMBOLS] = {0};
	int size[SYMBOLS] = {0};

	for (int i = 0; i < SYMBOLS; i++)
	{
		size[reader->color[i]]++;
		inside[reader->color[i]] += set->has[i];
		becomes[i] = -1;
	}
	for (int i = 0; i < SYMBOLS; i++)
	{
		int color = reader->color[i];

		if (!set->has[i] || inside[color] == size[color])
			continue;
		if (becomes[color] < 0)
			becomes[color] = reader->colors++;
		reader->color[i] = becomes[color];
	}
}

/* Returns the part that reads one character of a set. */
static Part
one_of(Reader *reader, Set *set)
{
	Part part = {.places = 1, .last = 1};
	bool seen[SYMBOLS] = {false};

	if (reader->icase)
		for (int c = 'A'; c <= 'Z'; c++)
			set->has[c] = set->has[c + 'a' - 'A'] =
				set->has[c] || set->has[c + 'a' - 'A'];
	if (reader->telling)
		tell_apart(reader, set);
	for (int i = 0; i < SYMBOLS; i++)
		if (set->has[i] && !seen[reader->color[i]])
		{
			seen[reader->color[i]] = true;
			part.first += i == OTHER ? 1 + reader->others : 1;
		}
	return part;
}

static void
add_class(Set *set, const char *name, size_t len)
{
	static const struct
	{
		const char *name;
		int (*is)(int);
	} classes[] = {
		{"alpha", isalpha}, {"digit", isdigit}, {"alnum", isalnum},
		{"upper", isupper}, {"lower", islower}, {"space", isspace},
		{"punct", ispunct}, {"print", isprint}, {"graph", isgraph},
		{"cntrl", iscntrl}, {"blank", isblank}, {"xdigit", isxdigit},
	};

	for (int i = 0; i < OTHER; i++)
	{
		/* For an unknown name, word or ascii: assume all characters. */
		bool has = len == 4 ? isalnum(i) || i == '_' : true;

		for (int k = 0; k < lengthof(classes); k++)
			if (strlen(classes[k].name) == len &&
				memcmp(classes[k].name, name, len) == 0)
				has = classes[k].is(i) != 0;
		set->has[i] |= has;
	}
}

/*
 * Adds the characters of \d and similar escapes.  Returns false for any other
 * escape.
 */
static bool
add_class_escape(Set *set, char c)
{
	Set class = {{false}};

	if (c == '\0' || strchr("dDsSwW", c) == NULL)
		return false;
	if (c == 'd' || c == 'D')
		add_class(&class, "digit", 5);
	else if (c == 's' || c == 'S')
		add_class(&class, "space", 5);
	else
		add_class(&class, "word", 4);
	for (int i = 0; i < SYMBOLS; i++)
		set->has[i] |= class.has[i] != (c == 'D' || c == 'S' || c == 'W');
	return true;
}

/*
 * Takes one character and returns its number as far as it is known.  In UTF-8
 * this is its code point, which the engine uses.  In other encodings, the
 * numbers are at least as far apart as the engine's.
 */
static uint32
take_character(Reader *reader)
{
	unsigned char first = *reader->at;
	int len = Min(pg_mblen(reader->at), reader->end - reader->at);
	uint32 number = first;

	if (len > 1 && GetDatabaseEncoding() == PG_UTF8)
		number = first & (0x7f >> len);
	for (int i = 1; i < len; i++)
		number = GetDatabaseEncoding() == PG_UTF8
					 ? number << 6 | (reader->at[i] & 0x3f)
					 : number << 8 | (unsigned char) reader->at[i];
	reader->at += len;
	return number;
}

/*
 * Takes the rest of an escape that stands for one character, after its letter.
 * Returns the character.
 */
static uint32
take_escaped(Reader *reader, uint32 c)
{
	/* The last character is the NUL that ends the string. */
	static const char letters[] = "abefnrtv0";
	static const char characters[] = "\a\b\033\f\n\r\t\v";
	int most = c == 'x' ? 255 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
	uint32 value = 0;

	if (c == 'c' && reader->at < reader->end)
		return *reader->at++ & 0x1f;
	if (c == '\0' || c >= OTHER)
		return c;
	if (most == 0)
	{
		const char *letter = strchr(letters, (char) c);

		return letter != NULL ? characters[letter - letters] : c;
	}
	for (; most > 0 && reader->at < reader->end && is_hex(*reader->at); most--)
		value = value << 4 | hex_value(*reader->at++);
	return value;
}

static void
add_range(Reader *reader, Set *set, uint32 from, uint32 to)
{
	if (reader->telling && to >= OTHER)
	{
		reader->others++;
		/* The engine looks up the other case of each. */
		if (reader->icase)
			reader->walked += (double) to - Max(from, OTHER) + 1;
	}
	for (uint32 i = Min(from, OTHER); i <= Min(to, OTHER); i++)
		set->has[i] = true;
}

/* Takes a character of a bracket expression, plain or as an escape. */
static uint32
take_member(Reader *reader)
{
	uint32 c = take_character(reader);

	if (c != '\\' || reader->at >= reader->end)
		return c;
	return take_escaped(reader, take_character(reader));
}

/* Takes a bracket expression after its [. */
static Part
read_set(Reader *reader)
{
	Set set = {{false}};
	bool negated = reader->at < reader->end && *reader->at == '^';
	bool first = true;

	reader->at += negated;
	for (; reader->at < reader->end && (first || *reader->at != ']');
		 first = false)
	{
		char c = *reader->at;
		char next = reader->end - reader->at > 1 ? reader->at[1] : '\0';

		if (c == '[' && (next == ':' || next == '.' || next == '='))
		{
			const char *name = reader->at += 2;

			while (reader->end - reader->at > 1 &&
				   !(reader->at[0] == next && reader->at[1] == ']'))
				reader->at++;
			if (next == ':')
				add_class(&set, name, reader->at - name);
			else
				for (; name < reader->at; name++)
					add_range(reader, &set, (unsigned char) *name,
							  (unsigned char) *name);
			reader->at += Min(2, reader->end - reader->at);
		}
		else if (c == '\\' && add_class_escape(&set, next))
			reader->at += 2;
		else
		{
			uint32 from = take_member(reader);
			uint32 to = from;

			if (reader->end - reader->at > 1 && reader->at[0] == '-' &&
				reader->at[1] != ']')
			{
				reader->at++;
				to = take_member(reader);
			}
			add_range(reader, &set, from, Max(from, to));
		}
	}
	reader->at += reader->at < reader->end;
	if (negated)
		for (int i = 0; i < SYMBOLS; i++)
			set.has[i] = !set.has[i];
	return one_of(reader, &set);
}

static Part
read_character(Reader *reader, uint32 c)
{
	Set set = {{false}};

	add_range(reader, &set, c, c);
	return one_of(reader, &set);
}

/* ---- parts ---- */

static inline double
add(double a, double b)
{
	return Min(a + b, COST_MAX);
}

static inline double
times(double a, double b)
{
	return Min(a * b, COST_MAX);
}

/* Returns a part that reads nothing and has this many ways with constraints. */
static Part
asking(double ways)
{
	return (Part){.asked = ways};
}

/* Returns all ways through a part that read nothing. */
static double
ways(const Part *part)
{
	return part->asked + part->empty;
}

static void
add_counts(Part *part, const Part *other)
{
	part->places = add(part->places, other->places);
	part->transitions = add(part->transitions, other->transitions);
	for (int i = 0; i < WP_LOOKAROUND_DEPTH; i++)
		part->lookaround[i] = add(part->lookaround[i], other->lookaround[i]);
	part->depth = Max(part->depth, other->depth);
}

/* Returns the part for a or b. */
static Part
either(Part a, Part b)
{
	add_counts(&a, &b);
	a.first = add(a.first, b.first);
	a.last = add(a.last, b.last);
	a.asked = add(a.asked, b.asked);
	a.empty |= b.empty;
	return a;
}

/* Returns the part for a followed by b. */
static Part
both(Part a, Part b)
{
	Part part = a;

	add_counts(&part, &b);
	part.transitions = add(part.transitions, times(a.last, b.first));
	part.first = add(a.first, times(ways(&a), b.first));
	part.last = add(b.last, times(ways(&b), a.last));
	part.empty = a.empty && b.empty;
	part.asked = times(ways(&a), ways(&b)) - part.empty;
	return part;
}

/* Returns the part repeated; `most` < 0 means without limit. */
static Part
repeated(Part part, int least, int most)
{
	int copies = Max(most < 0 ? least : most, 1);
	double through = ways(&part);
	double power = 1; /* ways through the copies so far */
	double ends = 0;  /* copies that may begin it, weighted by ways */
	double pairs = 0; /* pairs of copies that may follow each other, weighted */

	for (int i = 1; i <= copies; i++)
	{
		ends = add(ends, i > Max(least, 1) ? Max(power, 1) : power);
		pairs = add(pairs, times(power, copies - i));
		power = times(power, through);
	}
	if (most < 0)
	{
		/* In a loop, each constraint may apply or not, in any order. */
		power = pow(2, Min(part.asked + 1, 30));
		pairs = add(pairs, Max(part.asked > 0 ? power : 1, 1));
	}
	else if (part.asked > 0 && (part.empty || least < most))
		power = Min(pow(1 + through, copies), COST_MAX);

	part.transitions = add(times(part.transitions, copies),
						   times(times(part.last, part.first), pairs));
	part.places = times(part.places, copies);
	part.first = times(part.first, ends);
	part.last = times(part.last, ends);
	for (int i = 0; i < WP_LOOKAROUND_DEPTH; i++)
		part.lookaround[i] = times(part.lookaround[i], copies);
	part.empty |= least == 0;
	if (part.asked > 0)
		part.asked = power;
	return part;
}

/* Returns the transitions of a part's automaton on its own. */
static double
finished(const Part *part)
{
	return add(part->transitions,
			   add(part->asked, add(part->first, part->last)));
}

/* Returns a look-around constraint for the given part. */
static Part
constraint(Reader *reader, Part part)
{
	Part result = asking(1);

	if (part.depth >= WP_LOOKAROUND_DEPTH)
	{
		reader->refusal = "look-around constraints lie too deep in each other";
		return result;
	}
	add_counts(&result, &part);
	result.lookaround[part.depth] =
		add(result.lookaround[part.depth],
			CONSTRAINT_STEPS + part.transitions + part.places * PLACE_STEPS);
	result.transitions = add(result.transitions, finished(&part));
	result.depth = part.depth + 1;
	return result;
}

/* ---- syntax ---- */

/* Skips comments, and white space if it has no meaning. */
static void
skip_comments(Reader *reader)
{
	for (;;)
	{
		const char *at = reader->at;

		if (reader->end - at >= 3 && memcmp(at, "(?#", 3) == 0)
		{
			while (at < reader->end && *at != ')')
				at++;
			reader->at = Min(at + 1, reader->end);
		}
		else
			return;
	}
}

static bool
take(Reader *reader, const char *text)
{
	size_t len = strlen(text);

	if ((size_t) (reader->end - reader->at) < len ||
		memcmp(reader->at, text, len) != 0)
		return false;
	reader->at += len;
	return true;
}

/* Takes a number of up to three digits; -1 if there is none. */
static int
take_number(Reader *reader)
{
	int number = -1;

	for (; reader->at < reader->end && isdigit((unsigned char) *reader->at);
		 reader->at++)
		number = Min(Max(number, 0) * 10 + (*reader->at - '0'), 999);
	return number;
}

/* Takes the quantifiers after a part. */
static Part
read_quantifiers(Reader *reader, Part part)
{
	for (;;)
	{
		skip_comments(reader);
		if (take(reader, "*"))
			part = repeated(part, 0, -1);
		else if (take(reader, "+"))
			part = repeated(part, 1, -1);
		else if (take(reader, "?"))
			part = repeated(part, 0, 1);
		else if (reader->end - reader->at >= 2 && reader->at[0] == '{' &&
				 isdigit((unsigned char) reader->at[1]))
		{
			reader->at++;
			int least = take_number(reader);
			int most = least;

			if (take(reader, ","))
				most = take_number(reader);
			(void) take(reader, "}");
			part = repeated(part, least, most);
		}
		else
			return part;
	}
}

/* Takes an escape after its backslash. */
static Part
read_escape(Reader *reader)
{
	Set set = {{false}};
	uint32 c = reader->at < reader->end ? take_character(reader) : '\0';

	if (c == 'y' || c == 'Y' || c == 'm' || c == 'M')
		return asking(2);
	if (c == 'A' || c == 'Z')
		return asking(1);
	if (c < OTHER && add_class_escape(&set, (char) c))
		return one_of(reader, &set);
	return read_character(reader, take_escaped(reader, c));
}

static Part
read_atom(Reader *reader)
{
	Part part;
	bool looks = false;

	if (take(reader, "[[:<:]]") || take(reader, "[[:>:]]"))
		return asking(2);
	if (take(reader, "["))
		return read_set(reader);
	if (take(reader, "\\"))
		return read_escape(reader);
	if (take(reader, "^") || take(reader, "$"))
		return asking(1);
	if (take(reader, "."))
	{
		part = (Part){.places = 1, .first = 1, .last = 1};
		if (reader->newlines)
			part.first = reader->colors + reader->others;
		return part;
	}
	if (!take(reader, "("))
		return read_character(reader, take_character(reader));
	if (take(reader, "?=") || take(reader, "?!") || take(reader, "?<=") ||
		take(reader, "?<!"))
		looks = true;
	else
		(void) take(reader, "?:");
	part = read_branches(reader);
	(void) take(reader, ")");
	return looks ? constraint(reader, part) : part;
}

static Part
read_sequence(Reader *reader)
{
	Part sequence = {.empty = true};

	for (;;)
	{
		skip_comments(reader);
		if (reader->at >= reader->end || *reader->at == '|' ||
			*reader->at == ')')
			return sequence;
		sequence = both(sequence, read_quantifiers(reader, read_atom(reader)));
	}
}

static Part
read_branches(Reader *reader)
{
	Part branches = {0};

	/*
	 * Few enough that a match, which counts levels again, never runs out of
	 * stack.
	 */
	if (++reader->depth > DEPTH_MAX)
	{
		reader->refusal = "parentheses are nested too deep";
		reader->at = reader->end;
		return branches;
	}
	branches = read_sequence(reader);
	while (take(reader, "|"))
		branches = either(branches, read_sequence(reader));
	reader->depth--;
	return branches;
}

/*
 * Takes the director and the options at the beginning of a pattern.  Returns
 * false if the rest is literal.
 */
static bool
read_options(Reader *reader)
{
	if (take(reader, "***="))
		return false;
	(void) take(reader, "***:");
	if (reader->end - reader->at < 3 || !take(reader, "(?"))
		return true;
	if (!is_letter(*reader->at))
	{
		reader->at -= 2;
		return true;
	}
	for (bool literal = false; reader->at < reader->end;)
	{
		switch (*reader->at++)
		{
			case ')':
				return !literal;
			case 'i':
				reader->icase = true;
				break;
			case 'c':
				reader->icase = false;
				break;
			case 'm':
			case 'n':
			case 'p':
				reader->newlines = true;
				break;
			case 's':
			case 'w':
				break;
			case 'q':
				literal = true;
				break;
			default:
				/*
				 * These options change the syntax, so the count would be wrong.
				 */
				reader->refusal = "options but c, i, m, n, p, q, s and w are "
								  "not allowed";
				return false;
		}
	}
	return true;
}

const char *
wp_pattern_cost(const char *pattern, size_t len, bool icase,
				WpPatternCost *cost)
{
	Reader reader = {pattern, pattern + len, icase};
	Part part = {0};

	reader.colors = 1;
	memset(cost, 0, sizeof(*cost));
	if (!read_options(&reader))
	{
		cost->transitions = (double) len * 2;
		return reader.refusal;
	}
	for (int pass = 0; pass < 2; pass++)
	{
		const char *begin = reader.at;

		reader.telling = pass == 0;
		part = read_branches(&reader);
		/*
		 * An extra closing parenthesis ends nothing; in some syntaxes it is
		 * allowed.
		 */
		while (reader.at < reader.end)
		{
			reader.at++;
			part = both(part, read_branches(&reader));
		}
		if (pass == 0)
			reader.at = begin;
	}
	cost->transitions =
		add(finished(&part), reader.walked / WALKED_PER_TRANSITION);
	memcpy(cost->lookaround, part.lookaround, sizeof(cost->lookaround));
	return reader.refusal;
}
