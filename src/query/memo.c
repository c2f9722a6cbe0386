/*
 * memo.c
 *		What a call site remembers of its decisions; see memo.h.
 */
#include "postgres.h"

#include "lookup/session.h"
#include "query/memo.h"

/* Ids of more bytes do not exist. */
#define ID_BYTES 255

/* A call site that has met more starts again: it may live as long as a session. */
#define MOST_ENTRIES 1024

typedef struct Entry
{
	char id[ID_BYTES + 1];
	WpVerdict verdict;
} Entry;

/* Forgets everything. */
static void
forget(WpMemo *memo)
{
	if (memo->verdicts != NULL)
		hash_destroy(memo->verdicts);
	memo->verdicts = NULL;
}

/* Puts the id into a key; returns false for what can be no id. */
static bool
make_key(const WpText *id, char *key)
{
	if (id->data == NULL || id->len > ID_BYTES)
		return false;
	memcpy(key, id->data, id->len);
	key[id->len] = '\0';
	return true;
}

bool
wp_memo_find(WpMemo *memo, const WpText *id, WpVerdict *verdict)
{
	uint64 now = wp_session_load_number();
	char key[ID_BYTES + 1];
	Entry *entry;

	if (memo->load_number != now)
	{
		forget(memo);
		memo->load_number = now;
	}
	if (memo->verdicts == NULL || !make_key(id, key))
		return false;
	entry = hash_search(memo->verdicts, key, HASH_FIND, NULL);
	if (entry == NULL)
		return false;
	*verdict = entry->verdict;
	return true;
}

void
wp_memo_keep(WpMemo *memo, MemoryContext context, const WpText *id, WpVerdict verdict)
{
	char key[ID_BYTES + 1];
	Entry *entry;

	/* Where deciding has loaded the principal again, the verdict is of that load. */
	if (memo->load_number == 0 || memo->load_number != wp_session_load_number() || !make_key(id, key))
		return;
	if (memo->verdicts != NULL && hash_get_num_entries(memo->verdicts) >= MOST_ENTRIES)
		forget(memo);
	if (memo->verdicts == NULL)
	{
		HASHCTL control = {0};

		control.keysize = ID_BYTES + 1;
		control.entrysize = sizeof(Entry);
		control.hcxt = context;
		memo->verdicts = hash_create("workflow_perms decisions", 32, &control,
									 HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
	}
	entry = hash_search(memo->verdicts, key, HASH_ENTER, NULL);
	entry->verdict = verdict;
}
