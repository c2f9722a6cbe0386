/*
 * replan.h
 *		Plans that stay suitable when the principal changes.
 *
 * A plan is correct for every principal.  But a plan made for a principal that
 * sees everything scans everything for a principal that sees ten rows.  So this
 * backend makes its plans anew when a principal of another class needs them.
 */
#ifndef WP_PLANNER_REPLAN_H
#define WP_PLANNER_REPLAN_H

#include "postgres.h"

/*
 * Asks lookup/ to report the principals that it loads; called once, when the
 * library is loaded.
 */
extern void wp_replan_init(void);

/* A decision for the session's principal is being planned. */
extern void wp_replan_planned(void);

#endif
