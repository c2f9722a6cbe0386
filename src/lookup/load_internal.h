/*
 * load_internal.h
 *		Declarations that files of this room share, mostly those that fill a
 *		principal.  Other rooms do not include it.
 */
#ifndef WP_LOOKUP_LOAD_INTERNAL_H
#define WP_LOOKUP_LOAD_INTERNAL_H

#include "postgres.h"

#include "lookup/load_principal.h"
#include "lookup/probe.h"
#include "lookup/role_graph.h"

/* A load that is under way. */
typedef struct WpLoad
{
	WpPrincipal *principal;
	const WpAbout *about;  /* NULL: everything */
	MemoryContext context; /* for everything that the principal points to */
	TimestampTz valid_until;
} WpLoad;

/* A grant of the role with that number. data NULL: for the account. */
typedef struct WpGrant
{
	WpText workspace;
	int role;
} WpGrant;

/* Grants that are being collected; zeroed at the start. */
typedef struct WpGrants
{
	WpRoleGraph graph;
	WpGrant *list;
	int n;
	int room;
} WpGrants;

/* All users of an account, in order; and what is granted to a user. */
extern WpProbe wp_users_probe;
extern WpProbe wp_grants_probe;

/*
 * Does the row count, according to the expires_at in this column? If so, lowers
 * *valid_until to it.
 */
extern bool wp_row_counts(WpRows *rows, int column, TimestampTz *valid_until);

/*
 * Makes room for one element more than n in a list of *room elements (NULL and
 * 0 at the start), in the context.
 */
#define WP_GROW(list, n, room, context)                                        \
	((list) = wp_make_room(list, n, &(room), sizeof(*(list)), context))
extern void *wp_make_room(void *list, int n, int *room, Size size,
						  MemoryContext context);

/* Collects a grant of the role.  The workspace is in the load's context. */
extern void wp_add_grant(WpLoad *load, WpGrants *grants, const WpText *role,
						 const WpText *workspace);

/*
 * Gives the principal the roles that result from the grants, and frees the
 * grants.
 */
extern void wp_give_roles(WpLoad *load, WpGrants *grants);

/* Is the role at that position the first with its name? */
extern bool wp_first_of_role(const WpPrincipal *principal, int place);

/* Workspaces that are being collected; zeroed at the start. */
typedef struct WpGathered
{
	WpWorkspace *list;
	int n;
	int room;
} WpGathered;

/* Collects a workspace, in the context. */
extern void wp_gather(WpGathered *gathered, const WpWorkspace *workspace,
					  MemoryContext context);

/* Collects the workspace with that id, if it exists. */
extern void wp_gather_workspace(WpLoad *load, WpGathered *gathered,
								const WpText *workspace);

/*
 * Adds the collected workspaces to the principal's.  Both lists are sorted and
 * have no duplicates.  A workspace in both gets the rights of both.
 */
extern void wp_add_gathered(WpLoad *load, const WpGathered *gathered);

/* The same for workspaces that are not sorted and whose kinds are not known. */
extern void wp_add_named(WpLoad *load, WpGathered *gathered);

/*
 * Can the tables of members name the principal? That requires a user that works
 * in the account.
 */
extern bool wp_may_be_member(const WpPrincipal *principal);

/* The steps of a load.  The identity and the sorted roles exist already. */
extern void wp_fill_capabilities(WpLoad *load);
extern void wp_fill_reach(WpLoad *load);

/* Lists all workspaces of these kinds, in addition to those listed already. */
extern void wp_list_workspaces(WpLoad *load, uint32 kinds);

extern void wp_fill_touches(WpLoad *load);
extern void wp_fill_running(WpLoad *load);

/*
 * Returns the role with that name if it is held with a scope that includes this
 * workspace; otherwise NULL.
 */
extern const WpRole *wp_role_counts(const WpPrincipal *principal,
									const WpText *role,
									const WpText *workspace);

#endif
