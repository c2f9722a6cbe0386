/*
 * estimate.h
 *		How many rows the arms are true for.
 */
#ifndef WP_PLANNER_ESTIMATE_H
#define WP_PLANNER_ESTIMATE_H

#include "postgres.h"
#include "nodes/supportnodes.h"

/* Each sets request->selectivity; false where it has nothing to say. */
extern bool wp_estimate_among(SupportRequestSelectivity *request);
extern bool wp_estimate_in_account(SupportRequestSelectivity *request);
extern bool wp_estimate_no_condition(SupportRequestSelectivity *request);
extern bool wp_estimate_condition_holds(SupportRequestSelectivity *request);
extern bool wp_estimate_is_main(SupportRequestSelectivity *request);

#endif
