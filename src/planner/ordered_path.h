/*
 * ordered_path.h
 *		Offers the planner a path to the visible rows of a table in an order.
 */
#ifndef WP_PLANNER_ORDERED_PATH_H
#define WP_PLANNER_ORDERED_PATH_H

/* Sets the planner's hook; called once, when the library is loaded. */
extern void wp_ordered_path_init(void);

#endif
