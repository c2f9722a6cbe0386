/*
 * instant.c
 *		Points in time: RFC 3339 text, a bare date, PostgreSQL's ISO output of
 *		timestamptz, or epoch milliseconds; and the instant a duration before
 *		another.
 */
#include "postgres.h"

#include "common/int.h"

#include "condition/literal.h"
#include "condition/number.h"

#define SECONDS_PER_DAY 86400

/* The part of a literal that is not read yet. */
typedef struct Cursor
{
	const char *p;
	const char *end;
} Cursor;

/* Takes exactly this many decimal digits; false if they are not there. */
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
 * Returns the days from 1970-01-01 to the first of January of the year (1 ..
 * 9999, proleptic Gregorian).
 */
static int64
days_before_year(int year)
{
	int before = year - 1;
	int leaps = before / 4 - before / 100 + before / 400;

	return (int64) before * 365 + leaps - 719162;
}

/* In a year that is not a leap year. */
static const int days_before_month[] = {0,   31,  59,  90,  120, 151, 181,
										212, 243, 273, 304, 334, 365};

/* Returns the days in the month (1 .. 12) of the year. */
static int
month_length(int year, int month)
{
	return days_before_month[month] - days_before_month[month - 1] +
		   (month == 2 && is_leap_year(year) ? 1 : 0);
}

/* Returns the days from 1970-01-01 to the first of the month. */
static int64
days_before(int year, int month)
{
	return days_before_year(year) + days_before_month[month - 1] +
		   (month > 2 && is_leap_year(year) ? 1 : 0);
}

/* Takes YYYY-MM-DD. The result is in days since 1970-01-01. */
static bool
take_date(Cursor *cursor, int64 *days)
{
	int year, month, day;

	if (!take_digits(cursor, 4, &year) || !take_char(cursor, '-') ||
		!take_pair(cursor, 12, &month) || !take_char(cursor, '-') ||
		!take_pair(cursor, 31, &day) || year == 0 || month == 0 || day == 0 ||
		day > month_length(year, month))
		return false;
	*days = days_before(year, month) + day - 1;
	return true;
}

/*
 * Takes an offset: Z, +HH, +HHMM, +HH:MM or, for times before there were time
 * zones, +HH:MM:SS. The result is in seconds.
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
 * fraction, offset (none means UTC).  Adds them to out->seconds.  Digits beyond
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
	 * A leap second ends a day of UTC. It counts as the first second of the
	 * next one.
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
 * Rounds down to the nanosecond.  Returns false for 10^16 milliseconds and more
 * (some 317,000 years) before or after 1970.
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
	 * Six decimals of a millisecond are the nanoseconds.  Further digits only
	 * affect the rounding.
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

bool
wp_instant_from_timestamp(TimestampTz timestamp, WpInstant *out)
{
	const int64 epoch =
		(int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECONDS_PER_DAY;
	int64 microseconds = timestamp % USECS_PER_SEC;

	if (TIMESTAMP_NOT_FINITE(timestamp))
		return false;
	out->seconds = timestamp / USECS_PER_SEC + epoch;
	if (microseconds < 0)
	{
		microseconds += USECS_PER_SEC;
		out->seconds--;
	}
	out->nanoseconds = (int32) microseconds * 1000;
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

/* Is the second in the years 1 to 9999? */
static bool
in_years(int64 seconds)
{
	return seconds >= days_before_year(1) * SECONDS_PER_DAY &&
		   seconds < days_before_year(10000) * SECONDS_PER_DAY;
}

/*
 * Subtracts months from days since 1970-01-01.  Returns false if the result is
 * outside the years 1 to 9999.
 */
static bool
take_months(int64 *days, int64 months)
{
	const int days_of_400_years = 146097;
	int64 first = days_before_year(1);
	/* an approximation, corrected below */
	int year = 1 + (int) ((*days - first) * 400 / days_of_400_years);
	int month = 12;
	int64 result;
	int day;

	while (days_before_year(year) > *days)
		year--;
	while (days_before_year(year + 1) <= *days)
		year++;
	while (days_before(year, month) > *days)
		month--;
	day = (int) (*days - days_before(year, month)) + 1;
	if (pg_sub_s64_overflow((int64) year * 12 + month - 1, months, &result) ||
		result < 12 || result >= 10000 * 12)
		return false;
	year = (int) (result / 12);
	month = (int) (result % 12) + 1;
	*days = days_before(year, month) + Min(day, month_length(year, month)) - 1;
	return true;
}

bool
wp_instant_ago(const WpInstant *time, const WpDuration *ago, WpInstant *out)
{
	if (!in_years(time->seconds))
		return false;
	*out = *time;
	if (ago->months != 0)
	{
		int64 second = time->seconds % SECONDS_PER_DAY;
		int64 days;

		if (second < 0)
			second += SECONDS_PER_DAY;
		days = (time->seconds - second) / SECONDS_PER_DAY;
		if (!take_months(&days, ago->months))
			return false;
		out->seconds = days * SECONDS_PER_DAY + second;
	}
	if (pg_sub_s64_overflow(out->seconds, ago->seconds, &out->seconds) ||
		out->seconds == PG_INT64_MIN || out->seconds == PG_INT64_MAX)
		return false;
	out->nanoseconds -= ago->nanoseconds;
	if (out->nanoseconds < 0)
	{
		out->nanoseconds += NANOSECONDS;
		out->seconds--;
	}
	else if (out->nanoseconds >= NANOSECONDS)
	{
		out->nanoseconds -= NANOSECONDS;
		out->seconds++;
	}
	return in_years(out->seconds);
}
