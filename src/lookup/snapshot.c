/*
 * snapshot.c
 *		Identical snapshots.
 *
 * Two snapshots see the same rows if they agree on which transactions are over
 * and, where the transaction has written itself, on how far its own commands
 * count.  A rolled back savepoint takes rows away without moving the command
 * counter, hence the epoch.  In SERIALIZABLE the transaction itself is part of
 * the key: skipping a read that another transaction did would skip its predicate
 * lock too.
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
count_subaborts(SubXactEvent event, SubTransactionId mine, SubTransactionId parent, void *arg)
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
 * Returns whether what this very transaction did, or that it is this one, is
 * part of what a read returns.
 */
static bool
transaction_matters(void)
{
	return TransactionIdIsValid(GetTopTransactionIdIfAny()) || IsolationIsSerializable();
}

void
wp_snapshot_key(WpSnapshotKey *key)
{
	Snapshot snapshot = GetActiveSnapshot();
	int32 subxcnt = Max(snapshot->subxcnt, 0);

	memset(key, 0, sizeof(*key));
	key->xmin = snapshot->xmin;
	key->xmax = snapshot->xmax;
	key->xcnt = snapshot->xcnt;
	key->subxcnt = subxcnt;
	key->suboverflowed = snapshot->suboverflowed;
	key->in_recovery = snapshot->takenDuringRecovery;
	key->xids = palloc(sizeof(TransactionId) * (snapshot->xcnt + subxcnt + 1));
	if (snapshot->xcnt > 0)
		memcpy(key->xids, snapshot->xip, sizeof(TransactionId) * snapshot->xcnt);
	if (subxcnt > 0)
		memcpy(key->xids + snapshot->xcnt, snapshot->subxip, sizeof(TransactionId) * subxcnt);
	if (transaction_matters())
	{
		key->lxid = wp_local_transaction_id();
		key->curcid = snapshot->curcid;
		key->subabort_epoch = subabort_epoch;
	}
	else
		key->lxid = InvalidLocalTransactionId;
}

bool
wp_snapshot_same(const WpSnapshotKey *key)
{
	Snapshot snapshot = GetActiveSnapshot();
	int32 subxcnt = Max(snapshot->subxcnt, 0);

	if (key->xmin != snapshot->xmin || key->xmax != snapshot->xmax ||
		key->xcnt != snapshot->xcnt || key->subxcnt != subxcnt ||
		key->suboverflowed != snapshot->suboverflowed ||
		key->in_recovery != snapshot->takenDuringRecovery)
		return false;
	if (snapshot->xcnt > 0 &&
		memcmp(key->xids, snapshot->xip, sizeof(TransactionId) * snapshot->xcnt) != 0)
		return false;
	if (subxcnt > 0 &&
		memcmp(key->xids + snapshot->xcnt, snapshot->subxip, sizeof(TransactionId) * subxcnt) != 0)
		return false;

	if (!transaction_matters())
		return key->lxid == InvalidLocalTransactionId;
	return key->lxid == wp_local_transaction_id() && key->curcid == snapshot->curcid &&
		key->subabort_epoch == subabort_epoch;
}
