/*
 * literal.h
 *		The values that conditions compare: exact numbers, instants, durations,
 *		semantic versions, networks, rollout buckets, and ASCII case folding.
 *
 * These are pure functions over bytes.  They never raise, keep no memory
 * (except in a StringInfo that is passed in) and know neither JSON nor the
 * server.  So they also build outside it, and are fuzzed there.  A reader
 * returns false if the text is not a literal of its kind.  The caller then
 * raises an error, or answers "unknown".
 */
#ifndef WP_CONDITION_LITERAL_H
#define WP_CONDITION_LITERAL_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "lib/stringinfo.h"

#define NANOSECONDS 1000000000 /* of a second */

/*
 * SQL's three truth values, ordered so that AND is the minimum and OR the
 * maximum.
 */
typedef enum WpTruth
{
	WP_FALSE = 0,
	WP_UNKNOWN = 1,
	WP_TRUE = 2
} WpTruth;

/* Is the character an ASCII digit? */
static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * Numbers.  A number is stored as the payload of PostgreSQL's numeric (the part
 * after the varlena header: short or long header, base-10000 digits). jsonb has
 * the same payload, so metadata is compared in place.  The reader writes the
 * canonical payload of a value (no leading or trailing zero digits, smallest
 * display scale), so equal numbers have equal bytes.
 */
extern bool wp_number_read(const char *text, size_t len, StringInfo payload);
extern void wp_number_print(const char *payload, size_t len, StringInfo out);
/*
 * Compares: <0, 0, >0.  Takes either header form at any alignment, and ignores
 * trailing zeros.
 */
extern int wp_number_compare(const char *a, size_t alen, const char *b,
							 size_t blen);

/*
 * Instants: RFC 3339, or a bare date, in UTC if there is no offset; or epoch
 * milliseconds.
 */
typedef struct WpInstant
{
	int64 seconds;     /* since 1970-01-01 UTC */
	int32 nanoseconds; /* 0 .. 999,999,999 */
} WpInstant;

extern bool wp_instant_read(const char *text, size_t len, WpInstant *out);
extern bool wp_instant_from_number(const char *payload, size_t len,
								   WpInstant *out);
/* Returns false for the infinities. */
extern bool wp_instant_from_timestamp(TimestampTz timestamp, WpInstant *out);
extern int wp_instant_compare(const WpInstant *a, const WpInstant *b);

/*
 * Durations of ISO 8601: P1Y2M3W4DT5H6M7.5S, or with a leading minus.  Only
 * seconds may have decimals.  Only months and seconds are stored, so P7D and
 * P1W are the same, and both are printed as P7D. All parts have the same sign.
 */
typedef struct WpDuration
{
	int64 months; /* by the calendar */
	int64 seconds;
	int32 nanoseconds;
} WpDuration;

extern bool wp_duration_read(const char *text, size_t len, WpDuration *out);
extern void wp_duration_print(const WpDuration *duration, StringInfo out);

/*
 * Sets the instant that is a duration before a time.  Months are subtracted
 * first, by the calendar in UTC; in a month that is too short, the result is
 * its last day.  Returns false unless both instants are in the years 1 to 9999.
 */
extern bool wp_instant_ago(const WpInstant *time, const WpDuration *ago,
						   WpInstant *out);

/* Semantic versions (SemVer 2.0 precedence, optional v, one to three parts). */
typedef struct WpVersion
{
	uint64 part[3];
	const char *prerelease; /* into the text that was read; NULL: none */
	size_t prerelease_len;
} WpVersion;

extern bool wp_version_read(const char *text, size_t len, WpVersion *out);
extern int wp_version_compare(const WpVersion *a, const WpVersion *b);

/* Networks and addresses.  An IPv4-mapped IPv6 address is stored as IPv4. */
typedef struct WpNetwork
{
	uint8 family;      /* 4 or 6 */
	uint8 bits;        /* prefix length; an address has 32 or 128 */
	uint8 address[16]; /* network byte order; IPv4 in the first four */
} WpNetwork;

/* Refuses host bits.  A bare address is a network of one address. */
extern bool wp_network_read(const char *text, size_t len, WpNetwork *out);
extern bool wp_address_read(const char *text, size_t len, WpNetwork *out);
extern bool wp_network_contains(const WpNetwork *network,
								const WpNetwork *address);

/*
 * Returns 0 .. 9999: the stable bucket of a user in a rollout (spec 2.1,
 * $rollout).  Takes UTF-8.
 */
extern int wp_rollout_bucket(const char *seed, size_t seedlen, const char *user,
							 size_t userlen);

/* Compares bytes, with A-Z folded to a-z, whatever the locale. */
extern bool wp_fold_equal(const char *a, size_t alen, const char *b,
						  size_t blen);
/*
 * Compares: <0, 0, >0, by folded bytes.  A text comes before a longer one that
 * begins with it.
 */
extern int wp_fold_compare(const char *a, size_t alen, const char *b,
						   size_t blen);
/*
 * Does the haystack contain the needle, with case folded if `fold`? Unknown if
 * memory is out.
 */
extern WpTruth wp_contains(const char *haystack, size_t hlen,
						   const char *needle, size_t nlen, bool fold);

#endif
