/*
 * role_graph.h
 *		The roles of an account that were reached by following inclusions.  Each
 *		has a number, in the order in which it was found.  Its inclusions are
 *		read once, however many ways lead to it.
 */
#ifndef WP_LOOKUP_ROLE_GRAPH_H
#define WP_LOOKUP_ROLE_GRAPH_H

#include "lookup/probe.h"

typedef struct WpGraphRole
{
	WpText name;
	bool is_read;
	int first; /* of its inclusions, in `included` */
	int count;
	uint32 mark; /* for the caller's use, 0 at the start */
} WpGraphRole;

typedef struct WpRoleGraph
{
	MemoryContext context;
	const WpText *account;
	WpProbe *probe;
	WpGraphRole *roles; /* by number */
	int n;
	int room;
	int *included; /* the numbers of included roles */
	int nincluded;
	int included_room;
	struct role_numbers_hash *numbers;
	WpRows rows;
	bool reading; /* rows are open */
} WpRoleGraph;

/*
 * Begins without roles, under the active snapshot, with memory and names in the
 * context.  If `upwards`, it reads the roles that include a role instead of
 * those that it includes.
 */
extern void wp_role_graph_begin(WpRoleGraph *graph, const WpText *account,
								bool upwards, MemoryContext context);

/* Returns the number of the role with that name.  A new role gets a number. */
extern int wp_role_graph_number(WpRoleGraph *graph, const WpText *name);

/*
 * Reads the inclusions of the role with that number, unless they are known, and
 * numbers them.
 */
extern void wp_role_graph_read(WpRoleGraph *graph, int number);

/* Frees everything except the names. */
extern void wp_role_graph_end(WpRoleGraph *graph);

/*
 * Does the role include the other, directly or through others, or are they the
 * same? Based on what is committed now and on what this transaction did.
 */
extern bool wp_role_includes_now(const WpText *account, const WpText *role,
								 const WpText *other);

#endif
