/*
 * arms.h
 *		What the arms are compared with at execution.
 */
#ifndef WP_PLANNER_ARMS_H
#define WP_PLANNER_ARMS_H

#include "lookup/matching_conditions.h"

/*
 * Returns which conditions in the index hold for the session's principal; NULL
 * if conditions do not bind it.  Valid as long as wp_session_matching_in says.
 */
extern const WpMatchingDigests *wp_matching_digests(Oid index);

#endif
