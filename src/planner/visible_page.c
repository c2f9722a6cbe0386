/*
 * visible_page.c
 *		visible_workflows(order_by, page_size, after): the workflows that the
 *		session's principal may view, a page at a time (spec 5).
 *
 * Each row has a cursor: {"order": "updated_at desc", "value": "…", "id": "…"},
 * with the value in its type's text form, or NULL. It says where the next page
 * begins and grants nothing: a made-up cursor shows the same visible rows,
 * starting elsewhere.  Its value goes through the type's input function and
 * into a comparison, never into SQL.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

#include "compat.h"
#include "decide/decide.h"
#include "lookup/owner_query.h"
#include "lookup/session_principal.h"
#include "planner/page_plan.h"

/* For more rows, use the set form or the table. */
#define MOST_ROWS 1000

static const char key_id[] = "id";
static const char key_order[] = "order";
static const char key_value[] = "value";

/* Sets one parameter until the end of the nest level. */
static void
pin(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

/*
 * Makes text forms independent of the session's settings, as programs that send
 * them elsewhere do, until AtEOXact_GUC ends the nest level that is returned.
 * No query may run in between: the other search_path would cause it to be
 * planned anew.  After an error, (sub)transaction abort undoes it.
 */
static int
pin_text_forms(void)
{
	int level = NewGUCNestLevel();

	pin("datestyle", "ISO");
	pin("intervalstyle", "postgres");
	pin("extra_float_digits", "3");
	pin("search_path", "pg_catalog");
	return level;
}

/* Adds a string under the key, or null if it is NULL. */
static void
push(WpJsonbState *state, const char *key, const char *string, int len)
{
	JsonbValue value;

	value.type = jbvString;
	value.val.string.val = unconstify(char *, key);
	value.val.string.len = strlen(key);
	wp_push_jsonb(state, WJB_KEY, &value);
	value.type = string == NULL ? jbvNull : jbvString;
	value.val.string.val = unconstify(char *, string);
	value.val.string.len = len;
	wp_push_jsonb(state, WJB_VALUE, &value);
}

static Jsonb *
write_cursor(const WpOrder *order, const WpPlace *place)
{
	WpJsonbState state = {0};
	char *text = wp_order_text(order);
	char *value = NULL;
	Oid output;
	bool is_varlena;

	if (!place->is_null)
	{
		getTypeOutputInfo(order->type, &output, &is_varlena);
		value = OidOutputFunctionCall(output, place->value);
	}
	wp_push_jsonb(&state, WJB_BEGIN_OBJECT, NULL);
	push(&state, key_id, place->id.data, place->id.len);
	push(&state, key_order, text, strlen(text));
	push(&state, key_value, value, value == NULL ? 0 : strlen(value));
	wp_push_jsonb(&state, WJB_END_OBJECT, NULL);
	return JsonbValueToJsonb(state.result);
}

wp_noreturn static void
bad_cursor(const char *detail)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("\"after\" is not a cursor of this order"),
					errdetail("%s", detail),
					errhint("Pass the cursor of a row of an earlier page, "
							"unchanged and with the same "
							"order, or NULL for the first page.")));
}

/* Returns the string under the key as a palloc'd text, data NULL for null. */
static WpText
string_of(Jsonb *cursor, const char *key)
{
	WpText text = {NULL, 0};
	JsonbValue value;

	if (getKeyJsonValueFromContainer(&cursor->root, key, strlen(key), &value) ==
			NULL ||
		(value.type != jbvString && value.type != jbvNull))
		bad_cursor(psprintf("It has no string under \"%s\".", key));
	if (value.type == jbvString)
	{
		text.data = pnstrdup(value.val.string.val, value.val.string.len);
		text.len = value.val.string.len;
	}
	return text;
}

/*
 * Fills *place.  Raises invalid_parameter_value if this is not a cursor of this
 * order.
 */
static void
read_cursor(const WpOrder *order, Jsonb *cursor, WpPlace *place)
{
	WpText text;
	Oid input;
	Oid parameter;

	if (!JB_ROOT_IS_OBJECT(cursor) || JB_ROOT_COUNT(cursor) != 3)
		bad_cursor("It is no object of \"id\", \"order\" and \"value\".");
	text = string_of(cursor, key_order);
	if (text.data == NULL || strcmp(text.data, wp_order_text(order)) != 0)
		bad_cursor(psprintf("It was made for another order than \"%s\".",
							wp_order_text(order)));
	place->id = string_of(cursor, key_id);
	if (place->id.data == NULL)
		bad_cursor("It has no string under \"id\".");
	text = string_of(cursor, key_value);
	place->is_null = text.data == NULL;
	if (place->is_null && !order->nullable)
		bad_cursor("Its value is null, which the column never is.");
	if (!place->is_null)
	{
		int level = pin_text_forms();

		getTypeInputInfo(order->type, &input, &parameter);
		place->value = OidInputFunctionCall(
			input, unconstify(char *, text.data), parameter, order->typmod);
		AtEOXact_GUC(true, level);
	}
}

static int
page_size(FunctionCallInfo fcinfo)
{
	int size = PG_ARGISNULL(1) ? 0 : PG_GETARG_INT32(1);

	if (size < 1 || size > MOST_ROWS)
		ereport(ERROR, (errcode(ERRCODE_INVALID_ROW_COUNT_IN_LIMIT_CLAUSE),
						errmsg("a page has 1 to %d rows", MOST_ROWS),
						errhint("visible_workflows() without arguments lists "
								"all of them, in no order.")));
	return size;
}

static WpOrder *
page_order(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("\"order_by\" must not be null"),
						errhint("Such as 'updated_at DESC'.")));
	return wp_order_parse(text_to_cstring(PG_GETARG_TEXT_PP(0)));
}

static void
return_rows(ReturnSetInfo *result, const WpOrder *order, const WpPlace *rows,
			int n)
{
	int level = pin_text_forms();

	for (int i = 0; i < n; i++)
	{
		Datum values[2];
		bool nulls[2] = {false, false};

		values[0] = wp_text_datum(&rows[i].id);
		values[1] = JsonbPGetDatum(write_cursor(order, &rows[i]));
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	AtEOXact_GUC(true, level);
}

PG_FUNCTION_INFO_V1(wp_visible_workflows_page);

/*
 * visible_workflows(order_by, page_size, after) → setof (workflow_id, cursor).
 * Errors in the arguments are raised before a principal is needed.
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
		read_cursor(order, PG_GETARG_JSONB_P(2), &after);
	principal = wp_session_principal_with(wp_action_facets(WP_VIEW));
	if (principal != NULL && principal->active)
	{
		bool pushed = !ActiveSnapshotSet();
		WpPlace *rows;
		int n;

		if (pushed)
			PushActiveSnapshot(GetTransactionSnapshot());
		rows = wp_page_read(principal, order, size,
							PG_ARGISNULL(2) ? NULL : &after, &n);
		if (pushed)
			PopActiveSnapshot();
		return_rows(result, order, rows, n);
	}
	return (Datum) 0;
}
