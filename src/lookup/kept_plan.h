/*
 * kept_plan.h
 *		The one place that keeps plans: fixed queries, prepared when first run
 *		and kept as long as the backend.
 */
#ifndef WP_LOOKUP_KEPT_PLAN_H
#define WP_LOOKUP_KEPT_PLAN_H

#include "postgres.h"

#include "executor/spi.h"
#include "utils/snapshot.h"

#define WP_QUERY_ARGS 7

typedef struct WpQuery
{
	/* every name and operator is qualified; lives as long as the backend */
	const char *sql;
	int nargs;
	/* InvalidOid: the type of conditions, which has no fixed oid */
	Oid types[WP_QUERY_ARGS];
	SPIPlanPtr plan;
	int options; /* CURSOR_OPT_..., 0: a generic plan */
	bool chosen; /* the planner chooses between generic and custom plans */
	bool once;   /* the plan is kept only as long as the connection to SPI */
	bool locks;  /* it locks the rows that it reads */
	/* the table of the model that has the columns, for errors */
	const char *table;
	Oid condition; /* the type of conditions that the plan was made with */
} WpQuery;

/*
 * Returns the query's plan.  Needs a connection to SPI. Raises the errors of
 * planning.
 */
extern SPIPlanPtr wp_plan(WpQuery *query);

/*
 * Executes the query and returns the number of rows.  With a snapshot, it uses
 * that, and leaves its AFTER triggers to the end of the statement that fired
 * ours, as foreign keys do.  Without, it uses a new snapshot, according to the
 * transaction's isolation level.  Needs a connection to SPI. Raises
 * object_not_in_prerequisite_state if a rule on the table has replaced the
 * write.
 */
extern uint64 wp_execute(WpQuery *query, Datum *values, const char *nulls,
						 Snapshot snapshot);

#endif
