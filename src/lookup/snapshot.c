/*
 * snapshot.c
 *		Identical snapshots.
 *
 * Two snapshots see the same rows if they agree on which transactions have
 * ended and, if the transaction has written, on which of its own commands
 * count.  A savepoint that is rolled back removes rows without changing the
 * command counter, hence the epoch.  In SERIALIZABLE the transaction itself is
 * part of the key: skipping a read because another transaction did it would
 * also skip its predicate lock.
 */
#include "postgres.h"

#include "access/transam.h"
#include "access/xact.h"
#include "storage/proc.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "lookup/snapshot.h"

static uint64 subabort_epoch = 0;

static void
count_subaborts(SubXactEvent event, SubTransactionId mine,
				SubTransactionId parent, void *arg)
{
	if (event == SUBXACT_EVENT_ABORT_SUB)
		subabort_epoch++;
}

void
wp_snapshot_init(void)
{
	RegisterSubXactCallback(count_subaborts, NULL);
}

/*
 * Returns whether the result of a read depends on this transaction: on what it
 * wrote, or on its being this one.
 */
static bool
transaction_matters(void)
{
	return TransactionIdIsValid(GetTopTransactionIdIfAny()) ||
		   IsolationIsSerializable();
}

/* Sets the key of the active snapshot and this transaction, except its list. */
static void
describe(Snapshot snapshot, WpSnapshotKey *key)
{
	memset(key, 0, sizeof(*key));
	key->xmin = snapshot->xmin;
	key->xmax = snapshot->xmax;
	key->xcnt = snapshot->xcnt;
	key->subxcnt = Max(snapshot->subxcnt, 0);
	key->suboverflowed = snapshot->suboverflowed;
	key->in_recovery = snapshot->takenDuringRecovery;
	key->lxid = InvalidLocalTransactionId;
	if (transaction_matters())
	{
		key->lxid = wp_local_transaction_id();
		key->curcid = snapshot->curcid;
		key->subabort_epoch = subabort_epoch;
	}
}

void
wp_snapshot_key(WpSnapshotKey *key)
{
	Snapshot snapshot = GetActiveSnapshot();

	describe(snapshot, key);
	key->xids = palloc(sizeof(TransactionId) * (key->xcnt + key->subxcnt + 1));
	if (key->xcnt > 0)
		memcpy(key->xids, snapshot->xip, sizeof(TransactionId) * key->xcnt);
	if (key->subxcnt > 0)
		memcpy(key->xids + key->xcnt, snapshot->subxip,
			   sizeof(TransactionId) * key->subxcnt);
}

bool
wp_snapshot_same(const WpSnapshotKey *key)
{
	Snapshot snapshot = GetActiveSnapshot();
	WpSnapshotKey now;

	describe(snapshot, &now);
	now.xids = key->xids;
	if (memcmp(&now, key, sizeof(now)) != 0)
		return false;
	return (key->xcnt == 0 || memcmp(key->xids, snapshot->xip,
									 sizeof(TransactionId) * key->xcnt) == 0) &&
		   (key->subxcnt == 0 ||
			memcmp(key->xids + key->xcnt, snapshot->subxip,
				   sizeof(TransactionId) * key->subxcnt) == 0);
}
