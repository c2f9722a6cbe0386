/*
 * role_graph.h
 *		The roles of an account as far as a walk along their inclusions has come
 *		to know them: each has a number, in the order in which it was met, and
 *		what it includes is read once, however many ways lead to it.
 */
#ifndef WP_LOOKUP_ROLE_GRAPH_H
#define WP_LOOKUP_ROLE_GRAPH_H

#include "lookup/probe.h"

typedef struct WpGraphRole
{
	WpText name;
	bool is_read;
	int first; /* of what it includes, in `included` */
	int count;
	uint32 mark; /* the walk's own, 0 to begin with */
} WpGraphRole;

typedef struct WpRoleGraph
{
	MemoryContext context;
	const WpText *account;
	WpProbe *probe;
	WpGraphRole *roles; /* by number */
	int n;
	int room;
	int *included; /* numbers */
	int nincluded;
	int included_room;
	struct role_numbers_hash *numbers;
	WpRows rows;
	bool reading; /* rows are open */
} WpRoleGraph;

/*
 * Begins without roles, under the active snapshot, with memory of the context;
 * names stay there.  Upwards, what is read of a role is what includes it.
 */
extern void wp_role_graph_begin(WpRoleGraph *graph, const WpText *account,
								bool upwards, MemoryContext context);

/* The number of the role of that name, which it gets if it has none. */
extern int wp_role_graph_number(WpRoleGraph *graph, const WpText *name);

/*
 * Makes sure that what the role of that number includes is known, and has
 * numbers.
 */
extern void wp_role_graph_read(WpRoleGraph *graph, int number);

/* Frees all but the names. */
extern void wp_role_graph_end(WpRoleGraph *graph);

/*
 * Does the role include the other, directly or through others, or is it the
 * same, as of what is committed now and what this transaction did?
 */
extern bool wp_role_includes_now(const WpText *account, const WpText *role,
								 const WpText *other);

#endif
