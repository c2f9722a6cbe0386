/*
 * utf8.c
 *		Buckets are of UTF-8 (spec 2.1), whatever the database's encoding: the
 *		same user is in the same place everywhere.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "mb/pg_wchar.h"

#include "condition/literal.h"
#include "condition/utf8.h"

/* Whether all bytes are ASCII. */
static bool
is_ascii(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (IS_HIGHBIT_SET(text[i]))
			return false;
	return true;
}

/*
 * A text in UTF-8: the same pointer where nothing is to be done, else palloc'd;
 * NULL where it cannot be converted.
 */
static const char *
to_utf8(const char *text, size_t *len)
{
	int encoding = GetDatabaseEncoding();
	Oid converter;
	size_t space;
	char *converted;

	/* SQL_ASCII says nothing about its bytes: they are taken for UTF-8. */
	if (encoding == PG_UTF8 || encoding == PG_SQL_ASCII || is_ascii(text, *len))
		return text;
	converter = FindDefaultConversionProc(encoding, PG_UTF8);
	if (!OidIsValid(converter))
		return NULL;
	space = *len * MAX_CONVERSION_GROWTH + 1;
	converted = palloc_extended(space, MCXT_ALLOC_NO_OOM | MCXT_ALLOC_HUGE);
	if (converted == NULL)
		return NULL;
	if (pg_do_encoding_conversion_buf(converter, encoding, PG_UTF8, (unsigned char *) text,
									  (int) *len, (unsigned char *) converted,
									  (int) space, true) != (int) *len)
	{
		pfree(converted);
		return NULL;
	}
	*len = strlen(converted);
	return converted;
}

/* See utf8.h. */
int
wp_user_bucket(const char *seed, size_t seedlen, const char *user, size_t userlen)
{
	size_t seed_utf8_len = seedlen;
	size_t user_utf8_len = userlen;
	const char *seed_utf8 = to_utf8(seed, &seed_utf8_len);
	const char *user_utf8 = to_utf8(user, &user_utf8_len);
	int bucket = -1;

	if (seed_utf8 != NULL && user_utf8 != NULL)
		bucket = wp_rollout_bucket(seed_utf8, seed_utf8_len, user_utf8, user_utf8_len);
	if (seed_utf8 != NULL && seed_utf8 != seed)
		pfree((char *) seed_utf8);
	if (user_utf8 != NULL && user_utf8 != user)
		pfree((char *) user_utf8);
	return bucket;
}
