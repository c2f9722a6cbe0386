/*
 * plan.c
 *		The one keeper of plans.
 *
 * PostgreSQL itself plans a kept query anew after a change of what it names, the
 * extension dropped and created anew included.  What it cannot know is that an argument
 * is of another type now: the oid of a type of ours is that of one extension, and a
 * session may outlive it.
 */
#include "postgres.h"

#include "lookup/enums.h"
#include "lookup/plan.h"

/*
 * Sets the types of the query's arguments; returns that of conditions, InvalidOid where
 * none is one.  Looked up each time: two probes of the system cache, and nothing to go
 * stale.
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
	int options = query->options != 0 || query->chosen ? query->options : CURSOR_OPT_GENERIC_PLAN;
	SPIPlanPtr plan;

	if (query->plan != NULL && query->condition == condition)
		return query->plan;
	/* An older one is not freed: what has made the extension anew may itself be run by it. */
	plan = SPI_prepare_cursor(query->sql, query->nargs, types, options);
	if (plan == NULL)
		elog(ERROR, "cannot prepare \"%s\": %s", query->sql, SPI_result_code_string(SPI_result));
	if (!query->once)
	{
		SPI_keepplan(plan);
		query->plan = plan;
		query->condition = condition;
	}
	return plan;
}
