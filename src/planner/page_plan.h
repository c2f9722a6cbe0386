/*
 * page_plan.h
 *		A page of the workflows that a principal may view, in an order.
 */
#ifndef WP_PLANNER_PAGE_PLAN_H
#define WP_PLANNER_PAGE_PLAN_H

#include "lookup/list_order.h"
#include "principal/principal.h"

/*
 * The first `size` of them behind `after` (NULL: of all), palloc'd in the
 * current context; their number in *n.  The principal is the session's, as the
 * active snapshot shows it, and active.
 */
extern WpPlace *wp_page_read(const WpPrincipal *principal, const WpOrder *order,
							 int size, const WpPlace *after, int *n);

#endif
