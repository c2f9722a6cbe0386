/*
 * plan.h
 *		The one keeper of plans: fixed queries, prepared when first run and kept as
 *		long as the backend.
 */
#ifndef WP_LOOKUP_PLAN_H
#define WP_LOOKUP_PLAN_H

#include "postgres.h"

#include "executor/spi.h"

#define WP_QUERY_ARGS 7

typedef struct WpQuery
{
	const char *sql; /* every name and operator qualified; lives as long as the backend */
	int nargs;
	Oid types[WP_QUERY_ARGS]; /* InvalidOid: that of conditions, which has no fixed oid */
	SPIPlanPtr plan;
	int options; /* CURSOR_OPT_..., 0: a generic plan */
	bool chosen; /* generic or not, as the planner finds better */
	bool once; /* the plan is kept no longer than the connection to SPI */
	Oid condition; /* the type of conditions that the plan was made with */
} WpQuery;

/* Returns the query's plan.  Needs a connection to SPI.  Raises what planning raises. */
extern SPIPlanPtr wp_plan(WpQuery *query);

#endif
