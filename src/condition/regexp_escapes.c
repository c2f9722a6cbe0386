/*
 * regexp_escapes.c
 *		Finds escapes of a pattern that mean something else than its author may
 *		expect.
 *
 * Authors of patterns know the syntax of JavaScript, RE2 or Java.  Most escapes
 * mean the same in PostgreSQL, and some (\y, \m) have a meaning only there.
 * Escapes with another meaning there are refused: a pattern that never matches
 * would match everyone if it is under a negation.  According to the
 * documentation of each:
 *
 *		\b \B	word boundaries			here a backspace, a backslash
 *		\v		vertical space (Java)	here the vertical tab alone
 *		\Z		before a last line break too (Java)	here the very end
 *		\cX	X by its bit 64 (Java)	here by its low five bits: the same
 *				of capital letters
 *		\xHH	two digits				here as many as there are
 *		\uHHHH	a half of a pair (JavaScript, Java)	here a character alone
 *		\0N \NN	octal numbers of other lengths, back-references (Java)
 *
 * Beyond ASCII, numbers are code points there, while here they depend on the
 * database's encoding.  The options b and e change the syntax of the pattern,
 * and with it the meaning of every escape.  The options x and t allow white
 * space and comments, which the estimate of a pattern's cost does not support.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "condition/regexp_escapes.h"

/* The part of a pattern that is not read yet. */
typedef struct Rest
{
	const char *at;
	const char *end;
} Rest;

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit_of(char c, int base)
{
	if (c >= '0' && c <= '9')
		return true;
	return base == 16 && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'));
}

/* Returns how many digits of the base the rest begins with, up to `most`. */
static int
count_digits(const Rest *rest, int base, int most)
{
	int count = 0;

	while (count < most && rest->at + count < rest->end &&
		   is_digit_of(rest->at[count], base))
		count++;
	return count;
}

static uint32
hexadecimal(const char *digits, int count)
{
	uint32 value = 0;

	for (int i = 0; i < count; i++)
	{
		char c = digits[i];

		value = value * 16 + (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return value;
}

/* Is the character with that number another one where code points count? */
static bool
is_other_character(uint32 value)
{
	return value > 0x7f && GetDatabaseEncoding() != PG_UTF8;
}

/*
 * Takes the escape after a backslash.  If it means something else elsewhere,
 * returns how many of its bytes to show, and sets *hint to what to write.
 * Otherwise returns 0.
 */
static int
foreign_length(const Rest *rest, const char **hint)
{
	Rest number = {rest->at + 1, rest->end};
	int digits;

	switch (*rest->at)
	{
		case 'b':
			*hint = "Write \\y for a word boundary, \\x08 for a backspace.";
			return 1;
		case 'B':
			*hint = "Write \\Y for where there is no word boundary, \\\\ for a "
					"backslash.";
			return 1;
		case 'v':
			*hint = "Write \\x0B for a vertical tab.";
			return 1;
		case 'Z':
			*hint = "Write $ for the end of the text.";
			return 1;
		case 'c':
			if (number.at < number.end && *number.at >= 'A' &&
				*number.at <= 'Z')
				return 0;
			*hint = "Write a capital letter after \\c, or \\x and two "
					"hexadecimal digits.";
			return 1;
		case 'x':
			digits = count_digits(&number, 16, 3);
			*hint = "Write \\u and four hexadecimal digits.";
			if (digits > 2)
				return 1 + digits;
			break;
		case 'u':
			digits = count_digits(&number, 16, 4);
			*hint = "Write \\U and the eight hexadecimal digits of the "
					"character.";
			if (digits == 4 &&
				(hexadecimal(number.at, digits) & 0xf800) == 0xd800)
				return 1 + digits;
			break;
		case 'U':
			digits = count_digits(&number, 16, 8);
			break;
		default:
			*hint = "Write \\x and two hexadecimal digits.";
			if (is_digit_of(*rest->at, 10) && count_digits(&number, 10, 1) > 0)
				return 2;
			return 0;
	}
	if (!is_other_character(hexadecimal(number.at, digits)))
		return 0;
	*hint = "Write the character itself.";
	return 1 + digits;
}

/*
 * Takes the director and the options at the beginning.  Returns false if the
 * rest is literal, so that there are no escapes. *foreign becomes the option
 * that changes their syntax, if there is one.
 */
static bool
take_prefix(Rest *rest, char *foreign)
{
	bool literal = false;

	if (rest->end - rest->at >= 4 && memcmp(rest->at, "***", 3) == 0)
	{
		if (rest->at[3] == '=')
			return false;
		rest->at += 4;
	}
	if (rest->end - rest->at < 3 || rest->at[0] != '(' || rest->at[1] != '?' ||
		!is_letter(rest->at[2]))
		return true;
	for (rest->at += 2; rest->at < rest->end && is_letter(*rest->at);
		 rest->at++)
	{
		if (strchr("betx", *rest->at) != NULL)
			*foreign = *rest->at;
		literal |= *rest->at == 'q';
	}
	return !literal;
}

char *
wp_regexp_foreign_escape(const char *pattern, size_t len, const char **hint)
{
	Rest rest = {pattern, pattern + len};
	char foreign = '\0';
	bool escapes = take_prefix(&rest, &foreign);

	if (foreign != '\0')
	{
		*hint = "Leave the option out, and write the pattern in PostgreSQL's "
				"advanced syntax.";
		return psprintf("the option %c changes the syntax of the pattern",
						foreign);
	}

	/*
	 * A backslash begins an escape everywhere except in comments and in the
	 * names of characters ([.x.]).  These contain no backslash pair that would
	 * look like one.
	 */
	for (; escapes && rest.at < rest.end; rest.at++)
	{
		int shown;

		if (*rest.at != '\\' || ++rest.at == rest.end)
			continue;
		shown = foreign_length(&rest, hint);
		if (shown > 0)
			return psprintf("\\%.*s means something else in JavaScript, RE2 or "
							"Java",
							shown, rest.at);
	}
	return NULL;
}
