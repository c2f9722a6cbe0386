/*
 * ordered_scan.h
 *		Reading workflow_perms.workflows in an order, straight from an index:
 *		all rows of the account, those of one workspace, those with one
 *		condition, or one row by its id; from the beginning, or after a place.
 */
#ifndef WP_LOOKUP_ORDERED_SCAN_H
#define WP_LOOKUP_ORDERED_SCAN_H

#include "decide/decide.h"
#include "lookup/list_order.h"

/* What the index leads by, besides the account, before the order. */
typedef enum WpPath
{
	WP_PATH_ACCOUNT,
	WP_PATH_WORKSPACE,
	WP_PATH_CONDITION, /* workflow_perms.condition_hash(condition) */
	WP_PATH_ID         /* the row's id, and no order */
} WpPath;

typedef struct WpOrdered WpOrdered;

/*
 * Opens the account's rows by this path, in this order; NULL where no index of
 * the table gives that.  Everything is palloc'd in the current context.  The
 * order and the account outlive it.
 */
extern WpOrdered *wp_ordered_open(const WpOrder *order, const WpText *account,
								  WpPath path);

/*
 * Goes before the first row behind `after` (NULL: the first of all) that has
 * this prefix: a workspace or an id as text, a hash as int8 or NULL for no
 * condition; ignored where the path has none.
 */
extern void wp_ordered_start(WpOrdered *rows, Datum prefix, bool prefix_is_null,
							 const WpPlace *after);

/* The next row and its place, good until the next call; false at the end. */
extern bool wp_ordered_next(WpOrdered *rows, WpWorkflow *workflow,
							WpPlace *place);

/* How many rows the whole table had when it was last counted; -1: never. */
extern double wp_ordered_estimate(const WpOrdered *rows);

/* Lets go of it; after an error, transaction abort does. */
extern void wp_ordered_close(WpOrdered *rows);

#endif
