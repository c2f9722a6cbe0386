/*
 * entry.c
 *		The ids of entries of the audit log: UUIDs of version 7 (RFC 9562), in the
 *		order of time.
 *
 * No sequence: its numbers would collide on a subscriber that is promoted, one
 * setval() would stop the writes of all accounts, and the gaps would tell an account
 * how much others do.  A counter for each account would make its writers wait for
 * each other.
 *
 * As PostgreSQL 18's uuidv7() makes them: 48 bits of milliseconds, 12 bits of the
 * fraction of one, 62 random bits.  Those of one backend ascend, whatever the clock
 * does: entries of one transaction are in the order in which they were made.
 */
#include "postgres.h"

#include <time.h>

#include "fmgr.h"
#include "port.h"
#include "utils/uuid.h"

PG_FUNCTION_INFO_V1(wp_entry_id);

#define NS_PER_S INT64CONST(1000000000)
#define NS_PER_MS INT64CONST(1000000)

/* The parts of a millisecond that 12 bits count, and what they are apart at least. */
#define FRACTIONS 4096
#define STEP (NS_PER_MS / FRACTIONS + 1)

/* Returns the time in nanoseconds since 1970, later than any that this backend had before. */
static int64
ascending_time(void)
{
	static int64 last = 0;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	last = Max(now.tv_sec * NS_PER_S + now.tv_nsec, last + STEP);
	return last;
}

/* Returns 64 random bits.  Many are fetched at once: the generator takes longer to start than to go on. */
static uint64
random_bits(void)
{
	static uint64 fetched[64];
	static int left = 0;

	if (left == 0)
	{
		if (!pg_strong_random(fetched, sizeof(fetched)))
			ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not generate random values")));
		left = lengthof(fetched);
	}
	return fetched[--left];
}

/* SQL: _entry_id() → uuid.  Raises internal_error where there is no randomness. */
Datum
wp_entry_id(PG_FUNCTION_ARGS)
{
	pg_uuid_t *id = palloc(sizeof(pg_uuid_t));
	int64 now = ascending_time();
	uint64 ms = now / NS_PER_MS;
	uint32 fraction = now % NS_PER_MS * FRACTIONS / NS_PER_MS;
	uint64 bits = random_bits();

	for (int i = 0; i < 6; i++)
		id->data[i] = ms >> (40 - 8 * i);
	memcpy(&id->data[8], &bits, sizeof(bits));
	id->data[6] = 0x70 | fraction >> 8; /* version 7 */
	id->data[7] = fraction;
	id->data[8] = 0x80 | (id->data[8] & 0x3f); /* of this variant */
	PG_RETURN_UUID_P(id);
}
