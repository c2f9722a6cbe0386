/*
 * plan.c
 *		Plans that are made when first needed and kept as long as the backend.
 */
#include "postgres.h"

#include "model/plan.h"

/* See plan.h.  Raises what planning raises. */
SPIPlanPtr
wp_keep_plan(SPIPlanPtr *plan, const char *query, int nargs, Oid *types)
{
	SPIPlanPtr made;

	if (*plan != NULL)
		return *plan;
	made = SPI_prepare(query, nargs, types);
	if (made == NULL)
		elog(ERROR, "SPI_prepare returned %s for %s", SPI_result_code_string(SPI_result), query);
	SPI_keepplan(made);
	*plan = made;
	return made;
}
