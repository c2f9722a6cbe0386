/*
 * arm_support.h
 *		The index conditions of arms, for paths of our own.
 */
#ifndef WP_PLANNER_ARM_SUPPORT_H
#define WP_PLANNER_ARM_SUPPORT_H

#include "postgres.h"
#include "nodes/pathnodes.h"

/*
 * Returns the index condition that the call becomes on this column (from 0) of
 * the index: `column = value` or `column = ANY (array)`.  Returns NULL if the
 * call is no arm, or not about that column.  The planner itself is not given
 * the condition of an arm that most rows meet.  This function gives it.
 */
extern Node *wp_arm_condition(PlannerInfo *root, FuncExpr *call,
							  IndexOptInfo *index, int column);

#endif
