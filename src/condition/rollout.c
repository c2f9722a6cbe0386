/*
 * rollout.c
 *		The stable bucket of a user in a gradual rollout: GrowthBook's hash,
 *		version 2.  So GrowthBook's published test vectors apply here too.
 */
#include "postgres.h"

#include "condition/literal.h"

#define FNV_OFFSET 0x811c9dc5u
#define FNV_PRIME 0x01000193u
#define BUCKETS 10000

/* FNV-1a over the bytes, continuing from an earlier hash. */
static uint32
fnv1a(uint32 hash, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (uint8) bytes[i]) * FNV_PRIME;
	return hash;
}

static uint32
fnv1a_decimal(uint32 number)
{
	uint32 hash = FNV_OFFSET;
	uint32 unit = 1;

	while (number / unit >= 10)
		unit *= 10;
	for (; unit > 0; unit /= 10)
	{
		char digit = '0' + number / unit % 10;

		hash = fnv1a(hash, &digit, 1);
	}
	return hash;
}

int
wp_rollout_bucket(const char *seed, size_t seedlen, const char *user,
				  size_t userlen)
{
	uint32 hash = fnv1a(fnv1a(FNV_OFFSET, seed, seedlen), user, userlen);

	return fnv1a_decimal(hash) % BUCKETS;
}
