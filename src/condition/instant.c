/*
 * instant.c
 *		Points in time: RFC 3339 text, a bare date, what PostgreSQL prints for
 *		timestamptz in the ISO style, or epoch milliseconds.
 */
#include "postgres.h"

#include "condition/literal.h"
#include "condition/number.h"

#define SECONDS_PER_DAY 86400
#define NANOSECONDS 1000000000

/* What is still to be read of a literal. */
typedef struct Cursor
{
	const char *p;
	const char *end;
} Cursor;

/* Takes exactly that many decimal digits; false if they are not there. */
static bool
take_digits(Cursor *cursor, int count, int *out)
{
	if (cursor->end - cursor->p < count)
		return false;
	*out = 0;
	for (; count > 0; count--, cursor->p++)
	{
		if (!is_digit(*cursor->p))
			return false;
		*out = *out * 10 + (*cursor->p - '0');
	}
	return true;
}

static bool
take_char(Cursor *cursor, char c)
{
	if (cursor->p == cursor->end || *cursor->p != c)
		return false;
	cursor->p++;
	return true;
}

static bool
take_pair(Cursor *cursor, int max, int *out)
{
	return take_digits(cursor, 2, out) && *out <= max;
}

static inline bool
is_leap_year(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/*
 * Days from 1970-01-01 to the first of January of the year (1 .. 9999,
 * proleptic Gregorian).
 */
static int64
days_before_year(int year)
{
	int before = year - 1;
	int leaps = before / 4 - before / 100 + before / 400;

	return (int64) before * 365 + leaps - 719162;
}

/* Takes YYYY-MM-DD; the answer is in days since 1970-01-01. */
static bool
take_date(Cursor *cursor, int64 *days)
{
	static const int days_before_month[] = {0,   31,  59,  90,  120, 151, 181,
											212, 243, 273, 304, 334, 365};
	int year, month, day;

	if (!take_digits(cursor, 4, &year) || !take_char(cursor, '-') ||
		!take_pair(cursor, 12, &month) || !take_char(cursor, '-') ||
		!take_pair(cursor, 31, &day) || year == 0 || month == 0 || day == 0)
		return false;

	int leap_day = is_leap_year(year) ? 1 : 0;
	int length = days_before_month[month] - days_before_month[month - 1];

	if (day > length + (month == 2 ? leap_day : 0))
		return false;
	*days = days_before_year(year) + days_before_month[month - 1] +
			(month > 2 ? leap_day : 0) + day - 1;
	return true;
}

/*
 * Takes an offset, Z, +HH, +HHMM, +HH:MM or, of times before there were time
 * zones, +HH:MM:SS; the answer is in seconds.
 */
static bool
take_offset(Cursor *cursor, int *offset)
{
	int sign = 1;
	int hour;
	int minute = 0;
	int second = 0;

	*offset = 0;
	if (take_char(cursor, 'Z') || take_char(cursor, 'z'))
		return true;
	if (take_char(cursor, '-'))
		sign = -1;
	else if (!take_char(cursor, '+'))
		return false;
	if (!take_pair(cursor, 23, &hour))
		return false;
	if (take_char(cursor, ':'))
	{
		if (!take_pair(cursor, 59, &minute) ||
			(take_char(cursor, ':') && !take_pair(cursor, 59, &second)))
			return false;
	}
	else if (cursor->p < cursor->end && !take_pair(cursor, 59, &minute))
		return false;
	*offset = sign * (hour * 3600 + minute * 60 + second);
	return true;
}

/*
 * Takes the rest of a date-time after its T: time, with or without seconds,
 * fraction, offset (none is UTC).  Adds them to out->seconds.  Digits beyond
 * the nanosecond are dropped.
 */
static bool
take_time(Cursor *cursor, WpInstant *out)
{
	int hour, minute, offset;
	int second = 0;
	bool seconds;

	if (!take_pair(cursor, 23, &hour) || !take_char(cursor, ':') ||
		!take_pair(cursor, 59, &minute))
		return false;
	seconds = take_char(cursor, ':');
	if (seconds && !take_pair(cursor, 60, &second))
		return false;
	out->seconds += hour * 3600 + minute * 60 + second;

	if (seconds && take_char(cursor, '.'))
	{
		int unit = NANOSECONDS / 10;
		int digit;

		if (!take_digits(cursor, 1, &digit))
			return false;
		do
		{
			out->nanoseconds += digit * unit;
			unit /= 10;
		} while (take_digits(cursor, 1, &digit));
	}

	if (cursor->p < cursor->end)
	{
		if (!take_offset(cursor, &offset))
			return false;
		out->seconds -= offset;
	}

	/*
	 * A leap second ends a day of UTC; it counts as the first of the next one.
	 */
	return second < 60 || out->seconds % SECONDS_PER_DAY == 0;
}

bool
wp_instant_read(const char *text, size_t len, WpInstant *out)
{
	Cursor cursor = {text, text + len};
	int64 days;

	if (!take_date(&cursor, &days))
		return false;
	out->seconds = days * SECONDS_PER_DAY;
	out->nanoseconds = 0;
	if (cursor.p == cursor.end)
		return true;

	if (!take_char(&cursor, 'T') && !take_char(&cursor, 't') &&
		!take_char(&cursor, ' '))
		return false;
	return take_time(&cursor, out) && cursor.p == cursor.end;
}

/*
 * Rounded down to the nanosecond.  False from 10^16 milliseconds on (some
 * 317,000 years), either side of 1970.
 */
bool
wp_instant_from_number(const char *payload, size_t len, WpInstant *out)
{
	const int max_weight = 3;
	WpDigits digits;
	int64 milliseconds = 0;

	wp_number_digits(payload, len, &digits);
	if (digits.weight > max_weight)
		return false;

	for (int i = 0; i <= digits.weight; i++)
		milliseconds = milliseconds * 10000 + wp_digit(&digits, i);

	/*
	 * Six decimals of a millisecond are the nanoseconds; what follows only
	 * rounds.
	 */
	int point = digits.weight + 1;
	int tail = wp_digit(&digits, point + 1);
	int64 nanoseconds = wp_digit(&digits, point) * 100 + tail / 100;
	bool inexact = tail % 100 != 0 || digits.count > point + 2;

	nanoseconds += milliseconds % 1000 * 1000000;
	out->seconds = milliseconds / 1000;

	if (digits.negative)
	{
		out->seconds = -out->seconds;
		nanoseconds = -nanoseconds - (inexact ? 1 : 0);
		if (nanoseconds < 0)
		{
			out->seconds--;
			nanoseconds += NANOSECONDS;
		}
	}
	out->nanoseconds = (int32) nanoseconds;
	return true;
}

int
wp_instant_compare(const WpInstant *a, const WpInstant *b)
{
	if (a->seconds != b->seconds)
		return a->seconds < b->seconds ? -1 : 1;
	return (a->nanoseconds > b->nanoseconds) -
		   (a->nanoseconds < b->nanoseconds);
}
