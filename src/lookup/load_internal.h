/*
 * load_internal.h
 *		What the files of this room share, most of them those that fill a
 *		principal; nobody outside includes it.
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
	MemoryContext context; /* of what the principal points to */
	TimestampTz valid_until;
} WpLoad;

/* A grant of the role of that number, data NULL: for the account. */
typedef struct WpGrant
{
	WpText workspace;
	int role;
} WpGrant;

/* Grants that are being gathered; zeroed to begin. */
typedef struct WpGrants
{
	WpRoleGraph graph;
	WpGrant *list;
	int n;
	int room;
} WpGrants;

/*
 * Does the row count, going by its expires_at in this column?  If so, lowers
 * *valid_until to it.
 */
extern bool wp_row_counts(WpRows *rows, int column, TimestampTz *valid_until);

/*
 * Room for one more than n elements in a list of *room (NULL and 0 to begin),
 * in the context.
 */
#define WP_GROW(list, n, room, context)                                        \
	((list) = wp_make_room(list, n, &(room), sizeof(*(list)), context))
extern void *wp_make_room(void *list, int n, int *room, Size size,
						  MemoryContext context);

/* Gathers a grant of the role; the workspace is in the load's context. */
extern void wp_add_grant(WpLoad *load, WpGrants *grants, const WpText *role,
						 const WpText *workspace);

/* Gives the principal the roles that the grants come to; they are used up. */
extern void wp_give_roles(WpLoad *load, WpGrants *grants);

/* Is the role at that place the first of its name? */
extern bool wp_first_of_role(const WpPrincipal *principal, int place);

/* Workspaces that are being gathered; zeroed to begin. */
typedef struct WpGathered
{
	WpWorkspace *list;
	int n;
	int room;
} WpGathered;

/* Gathers one, in the context. */
extern void wp_gather(WpGathered *gathered, const WpWorkspace *workspace,
					  MemoryContext context);

/* Gathers the one of that id, if there is one. */
extern void wp_gather_workspace(WpLoad *load, WpGathered *gathered,
								const WpText *workspace);

/*
 * Adds what was gathered to the principal's workspaces; both are in their
 * order, each once.  Of one that is in both, both are true.
 */
extern void wp_add_gathered(WpLoad *load, const WpGathered *gathered);

/* The same with what is in no order, and of which the kinds are not known. */
extern void wp_add_named(WpLoad *load, WpGathered *gathered);

/*
 * Is it held to what is in the tables about members: a user who works in the
 * account?
 */
extern bool wp_may_be_member(const WpPrincipal *principal);

/* The steps of a load; who it is and the roles, in their order, are there. */
extern void wp_fill_capabilities(WpLoad *load);
extern void wp_fill_reach(WpLoad *load);

/*
 * Lists all workspaces of these kinds, besides those that are listed already.
 */
extern void wp_list_workspaces(WpLoad *load, uint32 kinds);

extern void wp_fill_touches(WpLoad *load);
extern void wp_fill_running(WpLoad *load);

/*
 * The role of that name, if it is held where it counts for this workspace; else
 * NULL.
 */
extern const WpRole *wp_role_counts(const WpPrincipal *principal,
									const WpText *role,
									const WpText *workspace);

#endif
