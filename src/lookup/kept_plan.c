/*
 * kept_plan.c
 *		The one keeper of plans.
 *
 * PostgreSQL itself plans a kept query anew after a change of what it names,
 * the extension dropped and created anew included.  What it cannot know is that
 * an argument is of another type now: the oid of a type of ours is that of one
 * extension, and a session may outlive it.
 */
#include "postgres.h"

#include "lookup/enums.h"
#include "lookup/kept_plan.h"

/*
 * Sets the types of the query's arguments; returns that of conditions,
 * InvalidOid where none is one.  Looked up each time: two probes of the system
 * cache, and nothing to go stale.
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
	/*
	 * An older one is not freed: what has made the extension anew may itself be
	 * run by it.
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
		/* The first name in our queries is that of the table. */
		const char *table = strstr(query->sql, schema) + strlen(schema);

		/* Of nothing at all, the plan would not hear that the rule is gone. */
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
