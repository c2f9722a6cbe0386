/*
 * ordered_scan.h
 *		Reads workflow_perms.workflows in an order, directly from an index: all
 *		rows of the account, those of one workspace, those with one condition,
 *		or one row by its id; from the beginning, or after a place.
 */
#ifndef WP_LOOKUP_ORDERED_SCAN_H
#define WP_LOOKUP_ORDERED_SCAN_H

#include "decide/decide.h"
#include "lookup/list_order.h"

/* The index column between the account and the order. */
typedef enum WpPath
{
	WP_PATH_ACCOUNT,
	WP_PATH_WORKSPACE,
	WP_PATH_CONDITION, /* workflow_perms.condition_hash(condition) */
	WP_PATH_ID         /* the row's id, without an order */
} WpPath;

typedef struct WpOrdered WpOrdered;

/*
 * Opens the account's rows by this path, in this order.  Returns NULL if the
 * table has no suitable index.  Everything is palloc'd in the current context.
 * The order and the account must live longer.
 */
extern WpOrdered *wp_ordered_open(const WpOrder *order, const WpText *account,
								  WpPath path);

/*
 * Goes before the first row after `after` (NULL: the very first) with this
 * prefix: a workspace or an id as text, or a hash as int8, NULL for no
 * condition.  The prefix is ignored if the path has none.
 */
extern void wp_ordered_start(WpOrdered *rows, Datum prefix, bool prefix_is_null,
							 const WpPlace *after);

/*
 * Returns the next row and its place, valid until the next call; false at the
 * end.
 */
extern bool wp_ordered_next(WpOrdered *rows, WpWorkflow *workflow,
							WpPlace *place);

/*
 * Returns the number of rows in the whole table when it was last counted; -1:
 * never.
 */
extern double wp_ordered_estimate(const WpOrdered *rows);

/* Ends the scan.  After an error, transaction abort does it. */
extern void wp_ordered_close(WpOrdered *rows);

#endif
