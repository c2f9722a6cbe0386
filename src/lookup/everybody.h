/*
 * everybody.h
 *		All users of an account, as they stand to one workflow.
 */
#ifndef WP_LOOKUP_EVERYBODY_H
#define WP_LOOKUP_EVERYBODY_H

#include "decide/decide.h"

/*
 * Calls `each` for every active user of the workflow's account, in the order of
 * their ids, with a principal that has these facets (WpFacet) and is good for
 * deciding on that workflow and on nothing else.  What it is given, and what it
 * allocates in the current context, is good during the call.
 */
typedef void (*WpEachPrincipal) (const WpPrincipal *principal, void *arg);
extern void wp_each_principal(const WpWorkflow *workflow, uint32 facets, WpEachPrincipal each, void *arg);

#endif
