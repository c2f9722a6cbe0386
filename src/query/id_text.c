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

/* How uuids are written: bytes between the hyphens. */
static const int uuid_groups[] = {4, 2, 2, 2, 6};
#define UUID_PRINTED 36

/*
 * As uuid_out() does, which takes some 100 ns and memory: each row of a table
 * with uuids has up to four ids.
 */
static void
print_uuid(const pg_uuid_t *uuid, char *printed)
{
	const char *bytes = (const char *) uuid->data;

	for (int i = 0; i < lengthof(uuid_groups); i++)
	{
		if (i > 0)
			*printed++ = '-';
		printed += hex_encode(bytes, uuid_groups[i], printed);
		bytes += uuid_groups[i];
	}
}

WpText
wp_id_text(Oid type, Datum value, char *printed)
{
	WpText id = {printed, 0};

	switch (type)
	{
		case UUIDOID:
			print_uuid(DatumGetUUIDP(value), printed);
			id.len = UUID_PRINTED;
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
static inline int
hex_digit(unsigned char c)
{
	unsigned number = c - '0';
	unsigned letter = c - 'a';
	int value = letter < 6 ? (int) letter + 10 : -1;

	return number < 10 ? (int) number : value;
}

bool
wp_id_uuid(const WpText *text, pg_uuid_t *uuid)
{
	const unsigned char *digit = (const unsigned char *) text->data;
	unsigned char *byte = uuid->data;

	if (text->len != UUID_PRINTED)
		return false;
	for (int i = 0; i < lengthof(uuid_groups); i++)
	{
		if (i > 0 && *digit++ != '-')
			return false;
		for (int n = uuid_groups[i]; n > 0; n--)
		{
			int value = hex_digit(digit[0]) * 16 | hex_digit(digit[1]);

			if (value < 0)
				return false;
			*byte++ = value;
			digit += 2;
		}
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
