/*
 * number.c
 *		Exact decimal numbers in PostgreSQL's numeric payload (number.h): read
 *		from JSON text, printed and compared without converting the payload.
 */
#include "postgres.h"

#include "condition/literal.h"
#include "condition/number.h"

#define BASE_DIGITS 4 /* decimal digits in one digit of base 10000 */

#define FORM_MASK 0xC000
#define FORM_SHORT 0x8000
#define FORM_SPECIAL 0xC000
#define LONG_NEGATIVE 0x4000
#define LONG_SCALE_MAX 0x3FFF
#define LONG_WEIGHT_MAX 0x7FFF
#define SHORT_NEGATIVE 0x2000
#define SHORT_SCALE_MAX 0x3F
#define SHORT_SCALE_SHIFT 7
#define SHORT_WEIGHT_SIGN 0x0040
#define SHORT_WEIGHT_MASK 0x003F

/*
 * Larger than any exponent that numeric supports, and far from overflowing
 * int64.
 */
#define EXPONENT_LIMIT INT64CONST(1000000000000)

/*
 * The parts of a JSON number's text.  Offsets are counted in digits, without
 * the point.
 */
typedef struct Decimal
{
	bool negative;
	/* first digit of the mantissa, which may contain a point */
	const char *digits;
	size_t mantissa_len; /* bytes, the point included */
	int64 integer_digits;
	int64 exponent;
} Decimal;

/*
 * Splits the text of a JSON number (RFC 8259).  Returns false if it is not one.
 * Larger exponents are limited to EXPONENT_LIMIT.
 */
static bool
parse_decimal(const char *text, size_t len, Decimal *out)
{
	const char *p = text;
	const char *end = text + len;

	out->negative = p < end && *p == '-';
	if (out->negative)
		p++;

	out->digits = p;
	while (p < end && is_digit(*p))
		p++;
	out->integer_digits = p - out->digits;
	if (out->integer_digits == 0 ||
		(out->integer_digits > 1 && *out->digits == '0'))
		return false;

	if (p < end && *p == '.')
	{
		const char *fraction = ++p;

		while (p < end && is_digit(*p))
			p++;
		if (p == fraction)
			return false;
	}
	out->mantissa_len = p - out->digits;

	out->exponent = 0;
	if (p < end && (*p == 'e' || *p == 'E'))
	{
		bool below = false;
		const char *first;

		p++;
		if (p < end && (*p == '+' || *p == '-'))
			below = *p++ == '-';
		first = p;
		for (; p < end && is_digit(*p); p++)
			if (out->exponent < EXPONENT_LIMIT)
				out->exponent = out->exponent * 10 + (*p - '0');
		if (p == first)
			return false;
		if (below)
			out->exponent = -out->exponent;
	}
	return p == end;
}

static inline void
append_unit(StringInfo payload, uint16 unit)
{
	appendBinaryStringInfo(payload, (const char *) &unit, sizeof(unit));
}

/* Appends the shortest form of the header for these values. */
static void
append_header(StringInfo payload, bool negative, int weight, int scale)
{
	if (scale <= SHORT_SCALE_MAX && weight >= -SHORT_WEIGHT_MASK - 1 &&
		weight <= SHORT_WEIGHT_MASK)
		append_unit(payload,
					FORM_SHORT | (negative ? SHORT_NEGATIVE : 0) |
						(scale << SHORT_SCALE_SHIFT) |
						(weight & (SHORT_WEIGHT_SIGN | SHORT_WEIGHT_MASK)));
	else
	{
		append_unit(payload, (negative ? LONG_NEGATIVE : 0) | scale);
		append_unit(payload, (uint16) weight);
	}
}

/*
 * Returns false, with nothing appended, if the text is not a JSON number or if
 * numeric cannot hold the value (over 131072 digits before the point, over
 * 16383 after).
 */
bool
wp_number_read(const char *text, size_t len, StringInfo payload)
{
	Decimal decimal;

	if (!parse_decimal(text, len, &decimal))
		return false;

	/* The significant digits: from the first that is not zero to the last. */
	const char *end = decimal.digits + decimal.mantissa_len;
	const char *p = decimal.digits;
	int64 leading_zeros = 0;

	for (; p < end && (*p == '0' || *p == '.'); p++)
		leading_zeros += *p == '0';
	if (p == end)
	{
		append_header(payload, false, 0, 0);
		return true;
	}
	while (end[-1] == '0' || end[-1] == '.')
		end--;

	int64 significant = end - p - (memchr(p, '.', end - p) != NULL ? 1 : 0);

	/* The powers of ten of the first and of the last of these. */
	int64 first = decimal.integer_digits - 1 - leading_zeros + decimal.exponent;
	int64 last = first - (significant - 1);
	int64 scale = last < 0 ? -last : 0;
	int64 weight =
		first >= 0 ? first / BASE_DIGITS : -((-first - 1) / BASE_DIGITS) - 1;

	if (scale > LONG_SCALE_MAX || weight > LONG_WEIGHT_MAX)
		return false;

	append_header(payload, decimal.negative, weight, scale);

	/*
	 * Converts decimal digits to digits of base 10000; the first one is padded
	 * in front.
	 */
	int room = (int) (first - weight * BASE_DIGITS) + 1;
	int digit = 0;

	for (; p < end; p++)
	{
		if (*p == '.')
			continue;
		digit = digit * 10 + (*p - '0');
		if (--room == 0)
		{
			append_unit(payload, digit);
			digit = 0;
			room = BASE_DIGITS;
		}
	}
	if (room < BASE_DIGITS)
	{
		for (; room > 0; room--)
			digit *= 10;
		append_unit(payload, digit);
	}
	return true;
}

void
wp_number_digits(const char *payload, size_t len, WpDigits *out)
{
	uint16 header = 0;
	size_t start = sizeof(header);

	out->negative = false;
	out->weight = 0;
	out->count = 0;
	out->bytes = payload;
	if (len < sizeof(header))
		return;
	memcpy(&header, payload, sizeof(header));

	switch (header & FORM_MASK)
	{
		case FORM_SPECIAL:
			return;
		case FORM_SHORT:
			out->negative = (header & SHORT_NEGATIVE) != 0;
			out->weight = header & SHORT_WEIGHT_MASK;
			if (header & SHORT_WEIGHT_SIGN)
				out->weight -= SHORT_WEIGHT_SIGN;
			break;
		default:
		{
			int16 weight;

			if (len < sizeof(header) + sizeof(weight))
				return;
			memcpy(&weight, payload + sizeof(header), sizeof(weight));
			start += sizeof(weight);
			out->negative = (header & LONG_NEGATIVE) != 0;
			out->weight = weight;
		}
	}

	out->bytes = payload + start;
	out->count = (len - start) / sizeof(int16);
	while (out->count > 0 && wp_digit(out, 0) == 0)
	{
		out->bytes += sizeof(int16);
		out->count--;
		out->weight--;
	}
	while (out->count > 0 && wp_digit(out, out->count - 1) == 0)
		out->count--;
	if (out->count == 0)
	{
		out->negative = false;
		out->weight = 0;
	}
}

/* Prints plain decimals, without an exponent and without unneeded digits. */
void
wp_number_print(const char *payload, size_t len, StringInfo out)
{
	WpDigits digits;

	wp_number_digits(payload, len, &digits);
	if (digits.negative)
		appendStringInfoChar(out, '-');
	if (digits.count == 0 || digits.weight < 0)
		appendStringInfoChar(out, '0');
	else
	{
		appendStringInfo(out, "%d", wp_digit(&digits, 0));
		for (int i = 1; i <= digits.weight; i++)
			appendStringInfo(out, "%04d", wp_digit(&digits, i));
	}

	if (digits.count == 0 || digits.count <= digits.weight + 1)
		return;
	appendStringInfoChar(out, '.');
	for (int i = digits.weight + 1; i < digits.count; i++)
		appendStringInfo(out, "%04d", wp_digit(&digits, i));
	while (out->data[out->len - 1] == '0')
		out->data[--out->len] = '\0';
}

int
wp_number_compare(const char *a, size_t alen, const char *b, size_t blen)
{
	const uint16 alike =
		FORM_MASK | SHORT_NEGATIVE | SHORT_WEIGHT_SIGN | SHORT_WEIGHT_MASK;
	WpDigits left, right;
	uint16 pair[2][2]; /* header and digit */

	/*
	 * Most numbers are not negative and have one digit.  Two of these with the
	 * same weight are compared directly.
	 */
	if (alen == sizeof(pair[0]) && blen == sizeof(pair[0]))
	{
		memcpy(pair[0], a, sizeof(pair[0]));
		memcpy(pair[1], b, sizeof(pair[1]));
		if (((pair[0][0] ^ pair[1][0]) & alike) == 0 &&
			(pair[0][0] & (FORM_MASK | SHORT_NEGATIVE)) == FORM_SHORT)
			return (int) pair[0][1] - (int) pair[1][1];
	}
	wp_number_digits(a, alen, &left);
	wp_number_digits(b, blen, &right);

	if (left.negative != right.negative)
		return left.negative ? -1 : 1;

	int sign = left.negative ? -1 : 1;

	/* Zero has no digits and no weight of its own. */
	if (left.count == 0 || right.count == 0)
		return sign * ((left.count != 0) - (right.count != 0));
	if (left.weight != right.weight)
		return left.weight < right.weight ? -sign : sign;

	int count = Min(left.count, right.count);

	for (int i = 0; i < count; i++)
	{
		int difference = wp_digit(&left, i) - wp_digit(&right, i);

		if (difference != 0)
			return difference < 0 ? -sign : sign;
	}
	return left.count == right.count  ? 0
		   : left.count < right.count ? -sign
									  : sign;
}
