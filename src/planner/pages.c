/*
 * pages.c
 *		visible_workflows(order_by, page_size, after): the workflows that the
 *		session's principal may view, a page at a time (spec 5).
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

#include "decide/decide.h"
#include "lookup/read.h"
#include "lookup/session.h"
#include "planner/cursor.h"
#include "planner/page.h"

/* Who wants more wants no page: the set form, or the table, lists them all. */
#define MOST_ROWS 1000

/* Returns how many rows a page has.  Raises invalid_row_count_in_limit_clause. */
static int
page_size(FunctionCallInfo fcinfo)
{
	int size = PG_ARGISNULL(1) ? 0 : PG_GETARG_INT32(1);

	if (size < 1 || size > MOST_ROWS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_ROW_COUNT_IN_LIMIT_CLAUSE),
				 errmsg("a page has 1 to %d rows", MOST_ROWS),
				 errhint("visible_workflows() without arguments lists all of them, in no order.")));
	return size;
}

/* Returns the order.  Raises null_value_not_allowed and as wp_order_parse. */
static WpOrder *
page_order(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("\"order_by\" must not be null"),
				 errhint("Such as 'updated_at DESC'.")));
	return wp_order_parse(text_to_cstring(PG_GETARG_TEXT_PP(0)));
}

/* Puts the rows into the result. */
static void
return_rows(ReturnSetInfo *result, const WpOrder *order, const WpPlace *rows, int n)
{
	int level = wp_cursor_begin();

	for (int i = 0; i < n; i++)
	{
		Datum values[2];
		bool nulls[2] = {false, false};

		values[0] = wp_text_datum(&rows[i].id);
		values[1] = JsonbPGetDatum(wp_cursor_write(order, &rows[i]));
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	wp_cursor_end(level);
}

PG_FUNCTION_INFO_V1(wp_visible_workflows_page);

/*
 * visible_workflows(order_by, page_size, after) → setof (workflow_id, cursor).  What
 * is wrong with the arguments is said before anybody is asked for.
 */
Datum
wp_visible_workflows_page(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	WpOrder *order = page_order(fcinfo);
	int size = page_size(fcinfo);
	const WpPrincipal *principal;
	WpPlace after;

	InitMaterializedSRF(fcinfo, 0);
	if (!PG_ARGISNULL(2))
		wp_cursor_read(order, PG_GETARG_JSONB_P(2), &after);
	principal = wp_session_principal_with(wp_action_facets(WP_VIEW));
	if (principal != NULL && principal->active)
	{
		bool pushed = !ActiveSnapshotSet();
		WpPlace *rows;
		int n;

		if (pushed)
			PushActiveSnapshot(GetTransactionSnapshot());
		rows = wp_page_read(principal, order, size, PG_ARGISNULL(2) ? NULL : &after, &n);
		if (pushed)
			PopActiveSnapshot();
		return_rows(result, order, rows, n);
	}
	return (Datum) 0;
}
