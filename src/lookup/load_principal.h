/*
 * load_principal.h
 *		Filling a principal from the tables.
 */
#ifndef WP_LOOKUP_LOAD_PRINCIPAL_H
#define WP_LOOKUP_LOAD_PRINCIPAL_H

#include "decide/decide.h"

/* Bits 1 << WpWorkspaceKind, of a kind that we do not know too. */
#define WP_ALL_WORKSPACE_KINDS ((1U << (WP_WORKSPACE_UNKNOWN + 1)) - 1)

typedef enum WpLoadResult
{
	WP_LOADED,
	WP_UNKNOWN_ACCOUNT,
	WP_UNKNOWN_USER
} WpLoadResult;

/*
 * The one workflow that is to be decided on, and where it lies: what of a
 * principal matters to that is a few index probes, however much the principal
 * holds.
 */
typedef struct WpAbout
{
	WpText workflow;
	WpText workspace;
	/* not NULL: whether this row of it may be viewed, and nothing else */
	const WpWorkflow *viewed;
} WpAbout;

/*
 * Fills *principal with who it is, the account's settings and the roles, for
 * that user of that account (user->data NULL: anonymous), as of now() under the
 * active snapshot, everything palloc'd in the context.  *valid_until is when
 * the first of the rows that count expires, infinity if none does.  Raises
 * undefined_table before create_model().
 */
extern WpLoadResult wp_load_who(const WpText *account, const WpText *user,
								MemoryContext context, WpPrincipal *principal,
								TimestampTz *valid_until);

/*
 * The same with these facets (WpFacet) and all of WP_BASE_FACETS, in the
 * current context.
 */
extern WpLoadResult wp_load_principal(const WpText *account, const WpText *user,
									  uint32 facets, WpPrincipal *principal);

/*
 * The same for a user who had been given exactly these roles, each for the
 * account or for a workspace, and no others; NULL: those of the tables.
 */
extern WpLoadResult wp_load_principal_granted(const WpText *account,
											  const WpText *user, uint32 facets,
											  const WpRole *grants, int ngrants,
											  WpPrincipal *principal);

/*
 * Adds these facets, which it does not have, to a principal that was loaded
 * under the same snapshot, palloc'd in the context; lowers *valid_until where
 * something of them expires earlier.  Where `about` is not NULL, no more than
 * what counts for that workflow: the principal is good for deciding on it and
 * on no other.  After an error the principal is in no defined state.
 */
extern void wp_load_facets(WpPrincipal *principal, uint32 facets,
						   const WpAbout *about, MemoryContext context,
						   TimestampTz *valid_until);

/*
 * Adds what is known of a workspace to a principal that was loaded under the
 * same snapshot without all of them, palloc'd in the context.
 */
extern void wp_load_workspace(WpPrincipal *principal, const WpText *workspace,
							  MemoryContext context);

/*
 * The kinds of workspaces (bits 1 << WpWorkspaceKind) in which a principal, by
 * its roles, may do something to workflows although nothing names it or them:
 * no less than those.  Not counted is running in an app, which is open to
 * everybody.
 */
extern uint32 wp_open_kinds(const WpPrincipal *principal);

/*
 * Calls `each` for every active user of the workflow's account, in the order of
 * their ids, with a principal that has these facets (WpFacet) and is good for
 * deciding on that workflow and on nothing else.  What it is given, and what it
 * allocates in the current context, is good during the call.
 */
typedef void (*WpEachPrincipal)(const WpPrincipal *principal, void *arg);
extern void wp_each_principal(const WpWorkflow *workflow, uint32 facets,
							  WpEachPrincipal each, void *arg);

#endif
