/*
 * utf8.c
 *		Buckets are computed from UTF-8 (spec 2.1), whatever the database's
 *		encoding, so that a user has the same bucket everywhere.  Escapes of
 *		JSON are Unicode, of which the database's encoding may have only a part.
 */
#include "postgres.h"

#include <ctype.h>

#include "catalog/namespace.h"
#include "mb/pg_wchar.h"

#include "condition/literal.h"
#include "condition/utf8.h"

static bool
is_ascii(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (IS_HIGHBIT_SET(text[i]))
			return false;
	return true;
}

const char *
wp_convert_text(const char *text, size_t *len, int from, int to)
{
	Oid converter;
	size_t space = *len * MAX_CONVERSION_GROWTH + 1;
	char *converted;

	if (from == to || from == PG_SQL_ASCII || to == PG_SQL_ASCII ||
		is_ascii(text, *len))
		return text;
	converter = FindDefaultConversionProc(from, to);
	if (!OidIsValid(converter))
		return NULL;
	converted = palloc_extended(space, MCXT_ALLOC_NO_OOM | MCXT_ALLOC_HUGE);
	if (converted == NULL)
		return NULL;
	if (pg_do_encoding_conversion_buf(
			converter, from, to, (unsigned char *) text, (int) *len,
			(unsigned char *) converted, (int) space, true) != (int) *len)
	{
		pfree(converted);
		return NULL;
	}
	*len = strlen(converted);
	return converted;
}

int
wp_user_bucket(const char *seed, size_t seedlen, const char *user,
			   size_t userlen)
{
	size_t seed_utf8_len = seedlen;
	size_t user_utf8_len = userlen;
	const char *seed_utf8 =
		wp_convert_text(seed, &seed_utf8_len, GetDatabaseEncoding(), PG_UTF8);
	const char *user_utf8 =
		wp_convert_text(user, &user_utf8_len, GetDatabaseEncoding(), PG_UTF8);
	int bucket = -1;

	if (seed_utf8 != NULL && user_utf8 != NULL)
		bucket = wp_rollout_bucket(seed_utf8, seed_utf8_len, user_utf8,
								   user_utf8_len);
	if (seed_utf8 != NULL && seed_utf8 != seed)
		pfree((char *) seed_utf8);
	if (user_utf8 != NULL && user_utf8 != user)
		pfree((char *) user_utf8);
	return bucket;
}

/* Returns the four hexadecimal digits of an escape as a number, or -1. */
static int
escaped_unit(const char *text, const char *end)
{
	int unit = 0;

	if (end - text < 6 || text[0] != '\\' || text[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++)
	{
		if (!isxdigit((unsigned char) text[i]))
			return -1;
		unit = unit * 16 + (isdigit((unsigned char) text[i])
								? text[i] - '0'
								: (text[i] | 0x20) - 'a' + 10);
	}
	return unit;
}

/* Does the database's encoding, which is not UTF-8, have the character? */
static bool
has_character(pg_wchar character, Oid converter)
{
	unsigned char utf8[MAX_UNICODE_EQUIVALENT_STRING + 1];
	unsigned char converted[MAX_UNICODE_EQUIVALENT_STRING + 1];
	int len;

	if (character < 0x80)
		return true;
	if (!OidIsValid(converter))
		return false;
	unicode_to_utf8(character, utf8);
	len = pg_utf_mblen(utf8);
	return pg_do_encoding_conversion_buf(
			   converter, PG_UTF8, GetDatabaseEncoding(), utf8, len, converted,
			   sizeof(converted), true) == len;
}

bool
wp_has_escaped_characters(const char *text, size_t len)
{
	int encoding = GetDatabaseEncoding();
	const char *end = text + len;
	Oid converter;

	if (encoding == PG_UTF8 || memchr(text, '\\', len) == NULL)
		return true;
	converter = encoding == PG_SQL_ASCII
					? InvalidOid
					: FindDefaultConversionProc(PG_UTF8, encoding);
	while ((text = memchr(text, '\\', end - text)) != NULL)
	{
		int unit = escaped_unit(text, end);
		int low = unit < 0 ? -1 : escaped_unit(text + 6, end);
		pg_wchar character = unit;

		/* Other escapes have two characters. */
		text += Min(unit < 0 ? 2 : 6, end - text);
		if (unit < 0 || is_utf16_surrogate_second(character))
			continue;
		if (is_utf16_surrogate_first(character))
		{
			if (low < 0 || !is_utf16_surrogate_second((pg_wchar) low))
				continue;
			character = surrogate_pair_to_codepoint(character, (pg_wchar) low);
			text += 6;
		}
		if (!has_character(character, converter))
			return false;
	}
	return true;
}
