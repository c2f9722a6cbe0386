/*
 * load_principal.h
 *		Fills a principal from the tables.
 */
#ifndef WP_LOOKUP_LOAD_PRINCIPAL_H
#define WP_LOOKUP_LOAD_PRINCIPAL_H

#include "decide/decide.h"

/* Bits 1 << WpWorkspaceKind, including the unknown kind. */
#define WP_ALL_WORKSPACE_KINDS ((1U << (WP_WORKSPACE_UNKNOWN + 1)) - 1)

typedef enum WpLoadResult
{
	WP_LOADED,
	WP_UNKNOWN_ACCOUNT,
	WP_UNKNOWN_USER
} WpLoadResult;

/*
 * The one workflow to be decided on, and its workspace.  The rights that matter
 * to it take a few index probes, however much the principal holds.
 */
typedef struct WpAbout
{
	WpText workflow;
	WpText workspace;
	/* not NULL: only for deciding whether this row of it may be viewed */
	const WpWorkflow *viewed;
} WpAbout;

/*
 * Fills *principal with the identity, the account's settings and the roles, for
 * that user of that account (user->data NULL: anonymous), as of now() under the
 * active snapshot.  Everything is palloc'd in the context. *valid_until is when
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
 * The same for a user with exactly these grants, each for the account or for a
 * workspace.  NULL: the grants of the tables.
 */
extern WpLoadResult wp_load_principal_granted(const WpText *account,
											  const WpText *user, uint32 facets,
											  const WpRole *grants, int ngrants,
											  WpPrincipal *principal);

/*
 * Adds these facets, which it does not have, to a principal that was loaded
 * under the same snapshot.  They are palloc'd in the context.  Lowers
 * *valid_until if a row of them expires earlier.  If `about` is not NULL, only
 * what counts for that workflow: then the principal must be used for no other
 * workflow.  After an error the principal is undefined.
 */
extern void wp_load_facets(WpPrincipal *principal, uint32 facets,
						   const WpAbout *about, MemoryContext context,
						   TimestampTz *valid_until);

/*
 * Adds a workspace to a principal that was loaded under the same snapshot
 * without all of them.  Palloc'd in the context.
 */
extern void wp_load_workspace(WpPrincipal *principal, const WpText *workspace,
							  MemoryContext context);

/*
 * The kinds of workspaces (bits 1 << WpWorkspaceKind) in which the principal's
 * roles may allow something on workflows that do not name it, in workspaces
 * that do not name it.  May return too many kinds, but not too few.  Does not
 * include running in an app, which is open to everyone.
 */
extern uint32 wp_open_kinds(const WpPrincipal *principal);

/*
 * Calls `each` for every active user of the account, in the order of their ids,
 * with a principal that has these facets (WpFacet).  If `about` is not NULL, it
 * is valid only for decisions on that workflow.  Its argument, and memory that
 * it allocates in the current context, are valid during the call.
 */
typedef void (*WpEachPrincipal)(WpPrincipal *principal, void *arg);
extern void wp_each_principal(const WpText *account, uint32 facets,
							  const WpAbout *about, WpEachPrincipal each,
							  void *arg);

/*
 * Fills *principal with the identity and the roles of a user that no row names
 * and that holds this role for the account (data NULL: none).  Everything is
 * palloc'd in the context.  Returns false for an unknown account.
 */
extern bool wp_load_role_holder(const WpText *account, const WpText *role,
								MemoryContext context, WpPrincipal *principal);

/*
 * Calls `each` for every user of the account, active or not, in the order of
 * their ids, with a principal that has the rules of the user
 * (WP_FACET_RUNNING), valid only for the walk on that workflow.  Users whom no
 * grant and no rule names share one, which is loaded once.
 */
typedef void (*WpEachRunner)(const WpText *user, const WpPrincipal *principal,
							 void *arg);
extern void wp_each_runner(const WpText *account, const WpAbout *about,
						   WpEachRunner each, void *arg);

#endif
