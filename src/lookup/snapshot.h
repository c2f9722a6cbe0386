/*
 * snapshot.h
 *		"Nothing can have changed since": the key under which the backend keeps
 *		what it has read.  It is valid for exactly as long as the active
 *		snapshot sees the same rows.  A change counts from the next snapshot on.
 */
#ifndef WP_LOOKUP_SNAPSHOT_H
#define WP_LOOKUP_SNAPSHOT_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "utils/snapshot.h"

typedef struct WpSnapshotKey
{
	TransactionId xmin;
	TransactionId xmax;
	uint32 xcnt;
	int32 subxcnt;
	bool suboverflowed;
	bool in_recovery;
	TransactionId *xids;     /* xip, then subxip */
	LocalTransactionId lxid; /* set if the transaction itself matters */
	CommandId curcid;
	uint64 subabort_epoch;
} WpSnapshotKey;

/* Registers the callback that counts rolled back subtransactions. */
extern void wp_snapshot_init(void);

/*
 * Takes the key of the active snapshot. xids are palloc'd in the current
 * context.
 */
extern void wp_snapshot_key(WpSnapshotKey *key);

/* Does the active snapshot see exactly the rows that the key's snapshot saw? */
extern bool wp_snapshot_same(const WpSnapshotKey *key);

#endif
