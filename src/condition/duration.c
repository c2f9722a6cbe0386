/*
 * duration.c
 *		Durations for $ago, in ISO 8601.
 */
#include "postgres.h"

#include "common/int.h"

#include "condition/literal.h"

/* No valid part of a duration has more digits. */
#define MOST_DIGITS 18

/* The units, in the order in which they are written. */
typedef struct Unit
{
	char designator;
	bool of_time; /* after the T */
	bool months;
	int32 size; /* in months or seconds */
} Unit;

static const Unit units[] = {
	{'Y', false, true, 12},      {'M', false, true, 1},
	{'W', false, false, 604800}, {'D', false, false, 86400},
	{'H', true, false, 3600},    {'M', true, false, 60},
	{'S', true, false, 1},
};

/* Adds a part.  Returns false if the sum is too large. */
static bool
add_part(WpDuration *duration, const Unit *unit, int64 count)
{
	int64 *sum = unit->months ? &duration->months : &duration->seconds;
	int64 part;

	return !pg_mul_s64_overflow(count, unit->size, &part) &&
		   !pg_add_s64_overflow(*sum, part, sum);
}

/* Takes at most nine decimals of a second, after a point or a comma. */
static bool
take_decimals(const char **at, const char *end, int32 *nanoseconds)
{
	int32 unit = NANOSECONDS / 10;
	const char *first = *at + 1;

	for ((*at)++; *at < end && is_digit(**at); (*at)++)
	{
		*nanoseconds += (**at - '0') * unit;
		unit /= 10;
	}
	return *at > first && *at - first <= 9;
}

bool
wp_duration_read(const char *text, size_t len, WpDuration *out)
{
	const char *at = text;
	const char *end = text + len;
	bool negative = at < end && *at == '-';
	bool of_time = false;
	bool decimals = false;
	bool part = false; /* a part was read, since the T if there is one */
	int next = 0;      /* the next unit that may follow */

	memset(out, 0, sizeof(*out));
	at += negative;
	if (at == end || *at++ != 'P')
		return false;
	while (at < end)
	{
		const char *first = at;
		int64 count = 0;

		if (*at == 'T' && !of_time)
		{
			of_time = true;
			part = false;
			at++;
			continue;
		}
		for (; at < end && is_digit(*at); at++)
			if (at - first < MOST_DIGITS)
				count = count * 10 + (*at - '0');
		if (at == first || at - first > MOST_DIGITS || at == end)
			return false;
		if (*at == '.' || *at == ',')
		{
			decimals = true;
			if (!take_decimals(&at, end, &out->nanoseconds) || at == end)
				return false;
		}
		while (next < lengthof(units) && (units[next].designator != *at ||
										  units[next].of_time != of_time))
			next++;
		if (next == lengthof(units) ||
			(decimals && next < lengthof(units) - 1) ||
			!add_part(out, &units[next], count))
			return false;
		next++;
		at++;
		part = true;
	}
	if (negative)
	{
		out->months = -out->months;
		out->seconds = -out->seconds;
		out->nanoseconds = -out->nanoseconds;
	}
	return part;
}

void
wp_duration_print(const WpDuration *duration, StringInfo out)
{
	bool negative = duration->months < 0 || duration->seconds < 0 ||
					duration->nanoseconds < 0;
	/* No value that was read exceeds the largest int64. */
	int64 months = negative ? -duration->months : duration->months;
	int64 seconds = negative ? -duration->seconds : duration->seconds;
	int32 nanoseconds =
		negative ? -duration->nanoseconds : duration->nanoseconds;
	bool of_time = false;

	appendStringInfoString(out, negative ? "-P" : "P");
	for (int i = 0; i < lengthof(units); i++)
	{
		const Unit *unit = &units[i];
		int64 *left = unit->months ? &months : &seconds;
		int64 count = *left / unit->size;
		bool last = i == lengthof(units) - 1;

		/* Weeks are printed as days. */
		if (unit->designator == 'W')
			continue;
		*left %= unit->size;
		if (count == 0 && !(last && nanoseconds > 0))
			continue;
		if (unit->of_time && !of_time)
			appendStringInfoChar(out, 'T');
		of_time = unit->of_time;
		appendStringInfo(out, INT64_FORMAT, count);
		if (last && nanoseconds > 0)
		{
			appendStringInfo(out, ".%09d", nanoseconds);
			while (out->data[out->len - 1] == '0')
				out->data[--out->len] = '\0';
		}
		appendStringInfoChar(out, unit->designator);
	}
	if (duration->months == 0 && duration->seconds == 0 &&
		duration->nanoseconds == 0)
		appendStringInfoString(out, "T0S");
}
