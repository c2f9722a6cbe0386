/*
 * kept_plan.c
 *		The one place that keeps plans.
 *
 * PostgreSQL itself plans a kept query anew when an object that it names
 * changes, even if the extension is dropped and created anew.  But it cannot
 * know that an argument now has another type: a new extension has new oids for
 * its types, and a session may outlive the old one.
 */
#include "postgres.h"

#include "lookup/distributed.h"
#include "lookup/enums.h"
#include "lookup/kept_plan.h"

/*
 * Sets the types of the query's arguments.  Returns the type of conditions, or
 * InvalidOid if no argument is a condition.  Looked up each time with two
 * probes of the system cache, so it cannot be stale.
 */
static Oid
argument_types(const WpQuery *query, Oid *types)
{
	Oid condition = InvalidOid;

	for (int i = 0; i < query->nargs; i++)
	{
		if (!OidIsValid(query->types[i]) && !OidIsValid(condition))
			condition = wp_our_type("metadata_condition");
		types[i] = OidIsValid(query->types[i]) ? query->types[i] : condition;
	}
	return condition;
}

SPIPlanPtr
wp_plan(WpQuery *query)
{
	Oid types[WP_QUERY_ARGS];
	Oid condition = argument_types(query, types);
	int options = query->options != 0 || query->chosen
					  ? query->options
					  : CURSOR_OPT_GENERIC_PLAN;
	SPIPlanPtr plan;

	if (query->plan != NULL && query->condition == condition)
		return query->plan;
	/* Citus makes generic plans of the simplest queries alone. */
	if (options == CURSOR_OPT_GENERIC_PLAN && wp_citus_is_installed())
		options = 0;
	/*
	 * The old plan is not freed, because it may itself be running the code that
	 * made the extension anew.
	 */
	plan = SPI_prepare_cursor(query->sql, query->nargs, types, options);
	if (plan == NULL)
		elog(ERROR, "cannot prepare \"%s\": %s", query->sql,
			 SPI_result_code_string(SPI_result));
	if (!query->once)
	{
		SPI_keepplan(plan);
		query->plan = plan;
		query->condition = condition;
	}
	return plan;
}

uint64
wp_execute(WpQuery *query, Datum *values, const char *nulls, Snapshot snapshot)
{
	static const char schema[] = "workflow_perms.";
	int result = SPI_execute_snapshot(wp_plan(query), values, nulls, snapshot,
									  InvalidSnapshot, false,
									  snapshot == InvalidSnapshot, 0);

	if (result == SPI_OK_REWRITTEN)
	{
		/* The first name in our queries is the table's. */
		const char *table = strstr(query->sql, schema) + strlen(schema);

		/*
		 * A plan that does nothing would not be invalidated when the rule is
		 * dropped.
		 */
		query->plan = NULL;
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("a rule has rewritten what the extension writes "
							   "to table \"%.*s\"",
							   (int) strcspn(table, " "), table),
						errhint("Drop the rule: the model's tables are written "
								"as they are, or not at all.")));
	}
	if (result < 0)
		elog(ERROR, "cannot execute \"%s\": %s", query->sql,
			 SPI_result_code_string(result));
	return SPI_processed;
}
