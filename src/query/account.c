/*
 * account.c
 *		The account of the session's principal as a value of another type than
 *		text, for policies on tables whose account column is of that type: an
 *		index on the column serves where a cast of the column would not.
 *
 * An account that is not exactly the text form of such a value is no such value:
 * NULL, never an error, so a policy answers no.
 */
#include "postgres.h"

#include "common/int.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/uuid.h"

#include "principal/identity.h"

PG_FUNCTION_INFO_V1(wp_principal_account_uuid);
PG_FUNCTION_INFO_V1(wp_principal_account_bigint);

/* Returns the value of a lower-case hexadecimal digit, -1 for anything else. */
static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * Reads a uuid as PostgreSQL prints it into *uuid; false for any other text.
 */
static bool
read_uuid(const WpText *text, pg_uuid_t *uuid)
{
	int digits = 0;

	if (text->len != 36)
		return false;
	memset(uuid, 0, sizeof(*uuid));
	for (int i = 0; i < text->len; i++)
	{
		int digit = hex_digit(text->data[i]);

		if (i == 8 || i == 13 || i == 18 || i == 23)
		{
			if (text->data[i] != '-')
				return false;
			continue;
		}
		if (digit < 0)
			return false;
		uuid->data[digits / 2] = (uuid->data[digits / 2] << 4) | digit;
		digits++;
	}
	return true;
}

/*
 * Reads a bigint as PostgreSQL prints it into *number; false for any other text.
 */
static bool
read_bigint(const WpText *text, int64 *number)
{
	int start = text->len > 0 && text->data[0] == '-' ? 1 : 0;

	/* one spelling a number: no empty text, no "-0", no leading zeros */
	if (start == text->len || (text->data[start] == '0' && text->len > 1))
		return false;
	*number = 0;
	for (int i = start; i < text->len; i++)
	{
		int digit = text->data[i] - '0';

		/* gathered below zero, where there is one more */
		if (digit < 0 || digit > 9 || pg_mul_s64_overflow(*number, 10, number) ||
			pg_sub_s64_overflow(*number, digit, number))
			return false;
	}
	if (start == 1)
		return true;
	return !pg_sub_s64_overflow(0, *number, number);
}

/* principal_account_uuid() → uuid: the account of the session's principal; NULL for none and for no uuid. */
Datum
wp_principal_account_uuid(PG_FUNCTION_ARGS)
{
	WpIdentity identity;
	pg_uuid_t *uuid = palloc(sizeof(pg_uuid_t));

	if (!wp_identity_get(&identity) || !read_uuid(&identity.account, uuid))
		PG_RETURN_NULL();
	PG_RETURN_UUID_P(uuid);
}

/* principal_account_bigint() → bigint: the account of the session's principal; NULL for none and for no number. */
Datum
wp_principal_account_bigint(PG_FUNCTION_ARGS)
{
	WpIdentity identity;
	int64 number;

	if (!wp_identity_get(&identity) || !read_bigint(&identity.account, &number))
		PG_RETURN_NULL();
	PG_RETURN_INT64(number);
}
