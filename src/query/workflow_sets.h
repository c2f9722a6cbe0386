/*
 * workflow_sets.h
 *		The actions that a principal may do on a workflow.
 */
#ifndef WP_QUERY_WORKFLOW_SETS_H
#define WP_QUERY_WORKFLOW_SETS_H

#include "decide/decide.h"

/* The facets (WpFacet) that a principal needs for wp_allowed_actions. */
#define WP_ACTIONS_FACETS (WP_ALL_FACETS & ~WP_FACET_WORKSPACES)

/*
 * Returns the names of the actions that are allowed as a palloc'd text[], in a
 * fixed order; empty if none is.
 */
extern Datum wp_allowed_actions(const WpPrincipal *principal,
								const WpWorkflow *workflow, int *count);

#endif
