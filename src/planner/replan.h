/*
 * replan.h
 *		Plans that stay fit when the principal changes.
 *
 * A plan is right for every principal, but one that was made for somebody who
 * sees everything is a scan of everything for somebody who sees ten rows.  So
 * the plans of this backend are made anew when somebody of another class asks
 * than the one they were made for.
 */
#ifndef WP_PLANNER_REPLAN_H
#define WP_PLANNER_REPLAN_H

#include "postgres.h"

/*
 * Has lookup/ tell of principals that it loads; called once, when the library
 * is loaded.
 */
extern void wp_replan_init(void);

/* A decision of the session's principal is being planned. */
extern void wp_replan_planned(void);

#endif
