/*
 * id_text.c
 *		Ids, which are text in the rules, in the types that tables store them
 *		in.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/int.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/uuid.h"

#include "compat.h"
#include "query/id_text.h"

bool
wp_id_type(Oid type)
{
	return type == TEXTOID || type == VARCHAROID || type == UUIDOID ||
		   type == INT8OID || type == INT4OID;
}

WpText
wp_id_text(Oid type, Datum value, char *printed)
{
	WpText id = {printed, 0};

	switch (type)
	{
		case UUIDOID:
			strlcpy(printed,
					DatumGetCString(DirectFunctionCall1(uuid_out, value)),
					WP_ID_PRINTED);
			id.len = strlen(printed);
			break;
		case INT8OID:
			id.len = pg_lltoa(DatumGetInt64(value), printed);
			break;
		case INT4OID:
			id.len = pg_ltoa(DatumGetInt32(value), printed);
			break;
		default:
		{
			struct varlena *text = (struct varlena *) DatumGetPointer(value);

			if (VARATT_IS_EXTERNAL(text) || VARATT_IS_COMPRESSED(text))
				text = PG_DETOAST_DATUM_PACKED(value);
			id.data = VARDATA_ANY(text);
			id.len = VARSIZE_ANY_EXHDR(text);
		}
	}
	return id;
}

/* Returns the value of a lower-case hexadecimal digit, -1 for anything else. */
static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
wp_id_uuid(const WpText *text, pg_uuid_t *uuid)
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

bool
wp_id_bigint(const WpText *text, int64 *number)
{
	int start = text->len > 0 && text->data[0] == '-' ? 1 : 0;

	/* one spelling per number: no empty text, no "-0", no leading zeros */
	if (start == text->len || (text->data[start] == '0' && text->len > 1))
		return false;
	*number = 0;
	for (int i = start; i < text->len; i++)
	{
		int digit = text->data[i] - '0';

		/* negative, because the smallest number has no positive counterpart */
		if (digit < 0 || digit > 9 ||
			pg_mul_s64_overflow(*number, 10, number) ||
			pg_sub_s64_overflow(*number, digit, number))
			return false;
	}
	if (start == 1)
		return true;
	return !pg_sub_s64_overflow(0, *number, number);
}
