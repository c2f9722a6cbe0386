/*
 * rows_below.h
 *		Decisions on rows that belong to a workflow, in plans.
 */
#ifndef WP_PLANNER_ROWS_BELOW_H
#define WP_PLANNER_ROWS_BELOW_H

#include "planner/plan_functions.h"

/* Returns the i-th of the decisions that plans contain; false for no more. */
extern bool wp_decision_below(int i, WpFunction *function);

#endif
