/*
 * ordered_path.h
 *		A path to the visible rows of a table in an order (ordered_path.c), the
 *		plan node that it becomes (ordered_node.c), and what its plan contains.
 *
 * custom_private is a list of the oids of the sources' indexes, of their
 * numbers (WpOrderedSource), and of the number of columns of the order.
 * custom_exprs has for each source its index conditions and its array, or NULL.
 * A condition with a CaseTestExpr is given the values of the array.
 */
#ifndef WP_PLANNER_ORDERED_PATH_H
#define WP_PLANNER_ORDERED_PATH_H

#include "postgres.h"
#include "nodes/extensible.h"

/* The most columns that an order is read by.  Others are sorted. */
#define WP_ORDER_COLUMNS 4

/*
 * The cost of finding a place in an index, in units of reading one more row of
 * a scan, which took 0.9 µs.
 */
#define WP_DESCENT_COST 4.0

/* How the rows of a source are read. */
typedef enum WpOrderedKind
{
	WP_WALK,   /* all that the query's own conditions leave, in order */
	WP_STREAM, /* in order, for each value of the array */
	WP_LOOKUP  /* in no order, for each value */
} WpOrderedKind;

typedef enum WpOrderedSource
{
	WP_SOURCE_KIND,
	WP_SOURCE_BACKWARD, /* is its index read backward? */
	WP_SOURCE_ORDER,    /* the index's column (from 0) where the order begins */
	WP_SOURCE_ROWS      /* of a look-up, as the planner believes; otherwise 0 */
} WpOrderedSource;

extern const CustomScanMethods wp_ordered_scan_methods;

/* Sets the planner's hook; called once, when the library is loaded. */
extern void wp_ordered_path_init(void);

#endif
