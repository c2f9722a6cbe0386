/*
 * cursor.h
 *		Places in an order as values that a caller keeps between two pages.
 */
#ifndef WP_PLANNER_CURSOR_H
#define WP_PLANNER_CURSOR_H

#include "utils/jsonb.h"

#include "lookup/order.h"

/* The place as jsonb, palloc'd; to be called between these two. */
extern int wp_cursor_begin(void);
extern Jsonb *wp_cursor_write(const WpOrder *order, const WpPlace *place);
extern void wp_cursor_end(int level);

/* The place that such a value holds, palloc'd; raises for what is none of this order. */
extern void wp_cursor_read(const WpOrder *order, Jsonb *cursor, WpPlace *place);

#endif
