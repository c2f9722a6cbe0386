/*
 * number.h
 *		The parts of a numeric payload, used only by number.c and instant.c.
 *
 * The payload is the part of a numeric after its varlena header.  Its layout is
 * private to utils/adt/numeric.c, and has not changed since 9.1 because it is
 * on disk:
 *
 *   short form, bits 15-14 = 10: bit 13 sign, bits 12-7 display scale,
 *     bits 6-0 weight in two's complement; digits follow at byte 2
 *   long form, bits 15-14 = 00 or 01 (negative): bits 13-0 display scale;
 *     int16 weight at byte 2; digits follow at byte 4
 *   bits 15-14 = 11: NaN and infinities, which jsonb never holds
 *
 * Digits are int16 of 0 .. 9999 in native order.  The first one counts
 * 10000^weight.
 */
#ifndef WP_CONDITION_NUMBER_H
#define WP_CONDITION_NUMBER_H

#include "postgres.h"

typedef struct WpDigits
{
	bool negative;
	int weight;        /* of the first digit, in powers of 10000 */
	int count;         /* 0: the number is zero */
	const char *bytes; /* into the payload, unaligned */
} WpDigits;

/*
 * Takes the payload apart, without zero digits at both ends. out points into
 * it.
 */
extern void wp_number_digits(const char *payload, size_t len, WpDigits *out);

/* Returns digit i of the number (0 is the first); 0 beyond both ends. */
static inline int
wp_digit(const WpDigits *digits, int i)
{
	int16 digit;

	if (i < 0 || i >= digits->count)
		return 0;
	memcpy(&digit, digits->bytes + (size_t) i * sizeof(digit), sizeof(digit));
	return digit;
}

#endif
