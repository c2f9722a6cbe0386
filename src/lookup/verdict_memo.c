/*
 * verdict_memo.c
 *		Verdicts that the backend remembers for a snapshot.
 */
#include "postgres.h"

#include "access/xact.h"
#include "common/hashfn.h"
#include "utils/memutils.h"

#include "lookup/owner_query.h"
#include "lookup/session_principal.h"
#include "lookup/verdict_memo.h"
#include "principal/discard.h"

/* A memo whose verdicts take more memory starts again. */
#define MOST_BYTES ((Size) 16 * 1024 * 1024)

typedef struct Entry
{
	WpText key;
	uint32 hash;
	char status;
	char verdict;
} Entry;

/*
 * The place in memory, which differs between loads, seeds the hash.  So nobody
 * can choose ids that collide.  Keys are compared by their bytes.
 */
static inline uint32
hash_key(const void *seed, const WpText *key)
{
	return (uint32) hash_bytes_extended((const unsigned char *) key->data,
										key->len, (uint64) (uintptr_t) seed);
}

#define SH_PREFIX verdicts
#define SH_ELEMENT_TYPE Entry
#define SH_KEY_TYPE WpText
#define SH_KEY key
#define SH_HASH_KEY(tb, key) hash_key(tb, &(key))
#define SH_EQUAL(tb, a, b) wp_text_equal(&(a), &(b))
#define SH_STORE_HASH
#define SH_GET_HASH(tb, a) (a)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

static WpMemo memos[WP_MEMO_KINDS];

static void
forget(void)
{
	for (int i = 0; i < WP_MEMO_KINDS; i++)
	{
		if (memos[i].context != NULL)
			MemoryContextDelete(memos[i].context);
		memset(&memos[i], 0, sizeof(WpMemo));
	}
}

void
wp_memo_init(void)
{
	wp_on_discard(forget);
}

WpMemo *
wp_memo(WpMemoKind kind)
{
	WpMemo *memo = &memos[kind];
	uint64 load = wp_session_load_number();
	TimestampTz now = GetCurrentTransactionStartTimestamp();
	MemoryContext context = memo->context;

	if (load != 0 && memo->load_number == load && memo->at == now)
		return memo;
	memset(memo, 0, sizeof(WpMemo));
	memo->context = context;
	if (context == NULL)
		memo->context =
			AllocSetContextCreate(CacheMemoryContext, "workflow_perms verdicts",
								  ALLOCSET_DEFAULT_SIZES);
	else
		MemoryContextReset(context);
	memo->load_number = load;
	memo->at = now;
	return memo;
}

bool
wp_memo_find(WpMemo *memo, const WpText *key, char *verdict)
{
	Entry *entry =
		memo->verdicts != NULL ? verdicts_lookup(memo->verdicts, *key) : NULL;

	if (entry == NULL)
	{
		memo->nmissed++;
		return false;
	}
	*verdict = entry->verdict;
	return true;
}

void
wp_memo_keep(WpMemoKind kind, uint64 load_number, const WpText *key,
			 char verdict)
{
	WpMemo *memo = &memos[kind];
	WpText copy;
	bool found;

	if (load_number == 0 || memo->load_number != load_number ||
		wp_session_load_number() != load_number)
		return;
	/*
	 * The list, which is in a context below and not counted, is made again if
	 * needed.
	 */
	if (MemoryContextMemAllocated(memo->context, false) > MOST_BYTES)
	{
		memo->load_number = 0;
		memo = wp_memo(kind);
	}
	if (memo->verdicts == NULL)
		memo->verdicts = verdicts_create(memo->context, 64, NULL);
	copy = wp_copy_text(key, memo->context);
	verdicts_insert(memo->verdicts, copy, &found)->verdict = verdict;
}
