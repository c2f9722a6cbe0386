/*
 * condition_registry.h
 *		The registry of conditions (model/register_conditions.sql).  It is read
 *		by index and without a query, bypassing the caller's privileges and row
 *		security.
 */
#ifndef WP_LOOKUP_CONDITION_REGISTRY_H
#define WP_LOOKUP_CONDITION_REGISTRY_H

#include "postgres.h"

#include "access/transam.h"

#include "principal/principal.h"

/* Registers the callback that notices when the registry is replaced. */
extern void wp_registry_init(void);

/*
 * Returns whether the registry exists and its triggers always fire, so that it
 * has every condition.  Call this before each reading.
 */
extern bool wp_registry_trusted(void);

/* Changes whenever earlier readings may have become incomplete. */
extern uint64 wp_registry_generation(void);

/*
 * Calls `each` for every condition of the account that was added since; with
 * InvalidFullTransactionId, for every condition.  They come in no order, some
 * more than once.  Together with earlier readings, they include the conditions
 * of every workflow that any snapshot of this backend shows.  Returns the
 * `since` of the next reading.  Raises undefined_table or undefined_column if
 * the registry is gone or has another shape, feature_not_supported if it is in
 * shards.
 */
typedef void (*WpEachCondition)(const struct varlena *condition, void *arg);
extern FullTransactionId wp_registry_read(const WpText *account,
										  FullTransactionId since,
										  WpEachCondition each, void *arg);

/*
 * Returns whether the account's condition is registered by a committed
 * transaction, whether or not the snapshot shows it, or by this transaction.
 * False if there is no registry.
 */
extern bool wp_registry_has(Datum account, const struct varlena *condition);

#endif
