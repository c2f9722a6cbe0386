/*
 * page_plan.h
 *		A page of the workflows that a principal may view, in an order.
 */
#ifndef WP_PLANNER_PAGE_PLAN_H
#define WP_PLANNER_PAGE_PLAN_H

#include "lookup/list_order.h"
#include "principal/principal.h"

/*
 * Returns the first `size` workflows behind `after` (NULL: from the start),
 * palloc'd in the current context, and their number in *n.  The principal must
 * be the session's, under the active snapshot, and active.
 */
extern WpPlace *wp_page_read(const WpPrincipal *principal, const WpOrder *order,
							 int size, const WpPlace *after, int *n);

#endif
