/*
 * kept_plan.h
 *		The one keeper of plans: fixed queries, prepared when first run and kept
 *		as long as the backend.
 */
#ifndef WP_LOOKUP_KEPT_PLAN_H
#define WP_LOOKUP_KEPT_PLAN_H

#include "postgres.h"

#include "executor/spi.h"
#include "utils/snapshot.h"

#define WP_QUERY_ARGS 7

typedef struct WpQuery
{
	/* every name and operator qualified; lives as long as the backend */
	const char *sql;
	int nargs;
	/* InvalidOid: that of conditions, which has no fixed oid */
	Oid types[WP_QUERY_ARGS];
	SPIPlanPtr plan;
	int options; /* CURSOR_OPT_..., 0: a generic plan */
	bool chosen; /* generic or not, as the planner finds better */
	bool once;   /* the plan is kept no longer than the connection to SPI */
	/* of the model, that the columns it finds are of: for errors */
	const char *table;
	Oid condition; /* the type of conditions that the plan was made with */
} WpQuery;

/*
 * Returns the query's plan.  Needs a connection to SPI.  Raises what planning
 * raises.
 */
extern SPIPlanPtr wp_plan(WpQuery *query);

/*
 * Executes the query and returns how many rows it took.  With a snapshot it
 * looks at that, and leaves its AFTER triggers to the end of the statement that
 * fired ours, as foreign keys do; without, at what is committed now by the
 * transaction's isolation level.  Needs a connection to SPI.  Raises
 * object_not_in_prerequisite_state where a rule on the table has put something
 * else in the place of what was to be written.
 */
extern uint64 wp_execute(WpQuery *query, Datum *values, const char *nulls,
						 Snapshot snapshot);

#endif
