/*
 * condition_registry.h
 *		The registry of conditions (model/register_conditions.sql): read past
 *		the caller's privileges and row security, by index, without a query.
 */
#ifndef WP_LOOKUP_CONDITION_REGISTRY_H
#define WP_LOOKUP_CONDITION_REGISTRY_H

#include "postgres.h"

#include "access/transam.h"

#include "principal/principal.h"

/* Registers the callback that tells when the registry is another one. */
extern void wp_registry_init(void);

/*
 * Whether the registry is there and its triggers fire always, so that it has
 * every condition.  To be asked before each reading.
 */
extern bool wp_registry_trusted(void);

/* Changes whenever what was read before may not be all any more. */
extern uint64 wp_registry_generation(void);

/*
 * Calls `each` for every condition of the account that was added since, in no
 * order, some more than once; since InvalidFullTransactionId, for every one.
 * With those of earlier readings there is no condition missing of any workflow
 * that a snapshot held by this backend shows.  Returns what to read since the
 * next time.  Raises undefined_table or undefined_column where the registry is
 * gone or has another shape, feature_not_supported where it lies in shards.
 */
typedef void (*WpEachCondition)(const struct varlena *condition, void *arg);
extern FullTransactionId wp_registry_read(const WpText *account,
										  FullTransactionId since,
										  WpEachCondition each, void *arg);

/*
 * Whether the account's condition is registered by what is committed now,
 * whatever the transaction's snapshot, or by the transaction itself.  False
 * where there is no registry.
 */
extern bool wp_registry_has(Datum account, const struct varlena *condition);

#endif
