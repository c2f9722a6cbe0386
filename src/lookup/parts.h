/*
 * parts.h
 *		What the files that fill a principal share; nobody outside this room
 *		includes it.
 */
#ifndef WP_LOOKUP_PARTS_H
#define WP_LOOKUP_PARTS_H

#include "postgres.h"

#include "lookup/load.h"
#include "lookup/probe.h"

/* A load that is under way. */
typedef struct WpLoad
{
	WpPrincipal *principal;
	const WpAbout *about; /* NULL: everything */
	MemoryContext context; /* of what the principal points to */
	TimestampTz valid_until;
} WpLoad;

/* A role with all that holding it means, the same for whoever holds it. */
typedef struct WpRoleMeaning
{
	WpText role;
	int nclosure;
	WpText *closure; /* itself, and what it includes */
	bool has_capabilities; /* is the next filled? */
	int ncapabilities;
	WpText *capabilities; /* its own, without those of what it includes */
} WpRoleMeaning;

/* The roles of an account that were asked about so far; zeroed with account and context to begin. */
typedef struct WpRoleBook
{
	WpText account;
	MemoryContext context;
	int n;
	int room;
	WpRoleMeaning **meanings; /* by role */
} WpRoleBook;

/*
 * Does the row count, going by its expires_at in this column?  If so, lowers
 * *valid_until to it.
 */
extern bool wp_row_counts(WpRows *rows, int column, TimestampTz *valid_until);

/* Room for one more than n elements in a list of *room, in the context. */
extern void *wp_make_room(void *list, int n, int *room, Size size, MemoryContext context);

/* Gives the principal the roles that a grant comes to. */
extern void wp_add_grant(WpPrincipal *principal, int *room, WpRoleBook *book, const WpRole *grant,
						 MemoryContext context);

/* Workspaces that are being gathered; zeroed to begin. */
typedef struct WpGathered
{
	WpWorkspace *list;
	int n;
	int room;
} WpGathered;

/* Gathers one, in the context. */
extern void wp_gather(WpGathered *gathered, const WpWorkspace *workspace, MemoryContext context);

/* Gathers the one of that id, if there is one. */
extern void wp_gather_workspace(WpLoad *load, WpGathered *gathered, const WpText *workspace);

/*
 * Adds what was gathered to the principal's workspaces; both are in their order, each
 * once.  Of one that is in both, both are true.
 */
extern void wp_add_gathered(WpLoad *load, const WpGathered *gathered);

/* The same with what is in no order, and of which the kinds are not known. */
extern void wp_add_named(WpLoad *load, WpGathered *gathered);

/* Is it held to what is in the tables about members: a user who works in the account? */
extern bool wp_may_be_member(const WpPrincipal *principal);

/* The steps of a load; who it is and the roles, in their order, are there. */
extern void wp_fill_capabilities(WpLoad *load, WpRoleBook *book);
extern void wp_fill_reach(WpLoad *load);

/* Lists all workspaces of these kinds, besides those that are listed already. */
extern void wp_list_workspaces(WpLoad *load, uint32 kinds);

/* Adds what there is of one workspace, which the principal does not know. */
extern void wp_look_workspace_up(WpLoad *load, const WpText *workspace);

extern void wp_fill_touches(WpLoad *load);
extern void wp_fill_running(WpLoad *load);

/* The role of that name, if it is held where it counts for this workspace; else NULL. */
extern const WpRole *wp_role_counts(const WpPrincipal *principal, const WpText *role, const WpText *workspace);

#endif
