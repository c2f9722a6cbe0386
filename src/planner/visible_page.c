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
 *
 * A page is a query on the table, run as its owner.  The planner has a path for
 * it (ordered_path.c).
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/stratnum.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

#include "compat.h"
#include "decide/decide.h"
#include "lookup/check_column.h"
#include "lookup/list_order.h"
#include "lookup/load_workflow.h"
#include "lookup/owner_query.h"
#include "lookup/session_principal.h"

/* For more rows, use the set form or the table. */
#define MOST_ROWS 1000

/* Queries whose plans are kept. */
#define KEPT_QUERIES 32

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

/* The page that is being read. */
typedef struct Listing
{
	const WpOrder *order;
	const WpPlace *after; /* NULL: from the start */
	Datum account;
	int size;
	int left; /* rows that it still lacks */
	ReturnSetInfo *result;
} Listing;

/*
 * Returns the query with this text.  Its plan is kept for the session, as long
 * as there are few: a product has few orders.
 */
static WpQuery *
find_query(const char *sql, const WpOrder *order, int nargs)
{
	static WpQuery kept[KEPT_QUERIES];
	WpQuery *query = kept;
	WpQuery *found;

	while (query < kept + KEPT_QUERIES && query->sql != NULL &&
		   (strcmp(query->sql, sql) != 0 || query->types[3] != order->type))
		query++;
	found = query < kept + KEPT_QUERIES ? query : palloc0(sizeof(WpQuery));
	if (found->sql != NULL)
		return found;
	found->once = found != query;
	found->nargs = nargs;
	found->types[0] = found->types[2] = TEXTOID;
	found->types[1] = INT8OID;
	found->types[3] = order->type;
	found->table = "workflows";
	found->sql = found->once ? sql : MemoryContextStrdup(TopMemoryContext, sql);
	return found;
}

static void
put_row(Listing *page, TupleTableSlot *row)
{
	Datum values[2];
	bool nulls[2] = {false, false};
	WpPlace place;

	slot_getallattrs(row);
	if (row->tts_isnull[0])
		wp_column_is_null("workflows", row->tts_tupleDescriptor, 1);
	values[0] = row->tts_values[0];
	place.id =
		wp_text_of((struct varlena *) PG_DETOAST_DATUM_PACKED(values[0]));
	place.value = row->tts_values[1];
	place.is_null = row->tts_isnull[1];
	values[1] = JsonbPGetDatum(write_cursor(page->order, &place));
	tuplestore_putvalues(page->result->setResult, page->result->setDesc, values,
						 nulls);
	page->left--;
}

/*
 * Adds rows for which the condition is true to the page: on the column %s, with
 * the place's id as $3 and its value as $4.  The planner is told a page size
 * that is rounded up, so that pages of all sizes share eleven plans.  The
 * executor stops after $2 rows.
 */
static void
read_rows(Listing *page, int nargs, const char *condition)
{
	const WpOrder *order = page->order;
	const char *column = psprintf("w.%s", quote_identifier(order->name));
	char *rest = psprintf("%s ORDER BY %s%s NULLS %s, w.workflow_id%s LIMIT %u",
						  condition, column, order->descending ? " DESC" : "",
						  order->nulls_first ? "FIRST" : "LAST",
						  order->descending ? " DESC" : "",
						  pg_nextpower2_32(page->size));
	char *sql = psprintf(
		"SELECT * FROM (%s) AS page LIMIT $2",
		wp_viewable_query(psprintf("w.workflow_id, %s", column), rest));
	Datum args[] = {page->account, Int64GetDatum(page->left), (Datum) 0,
					(Datum) 0};
	Tuplestorestate *store = tuplestore_begin_heap(false, false, work_mem);
	TupleTableSlot *row;
	TupleDesc desc;
	int level;

	if (nargs > 2)
		args[2] = wp_text_datum(&page->after->id);
	if (nargs > 3)
		args[3] = page->after->value;
	desc = wp_read_into(find_query(sql, order, nargs), args, store, NULL);
	wp_check_column("workflows", desc, 1, WP_STORED_TEXT, NULL);
	row = MakeSingleTupleTableSlot(desc, &TTSOpsMinimalTuple);
	level = pin_text_forms();
	while (tuplestore_gettupleslot(store, true, false, row))
		put_row(page, row);
	AtEOXact_GUC(true, level);
	ExecDropSingleTupleTableSlot(row);
	tuplestore_end(store);
}

/* Returns the operator of the order's type with its schema, for SQL. */
static char *
operator_of(const WpOrder *order, StrategyNumber strategy)
{
	Oid operator= get_opfamily_member(order->family, order->family_type,
									  order->family_type, strategy);
	HeapTuple tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(operator));
	Form_pg_operator form;
	char *name;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for operator %u", operator);
	form = (Form_pg_operator) GETSTRUCT(tuple);
	name = psprintf("OPERATOR(%s.%s)",
					quote_identifier(get_namespace_name(form->oprnamespace)),
					NameStr(form->oprname));
	ReleaseSysCache(tuple);
	return name;
}

/* Adds the rows behind a place that is not NULL. */
static void
read_behind(Listing *page)
{
	const WpOrder *order = page->order;
	bool down = order->descending;
	const char *way =
		down ? "OPERATOR(pg_catalog.<)" : "OPERATOR(pg_catalog.>)";
	const char *beyond = operator_of(order, down ? BTLessStrategyNumber
												 : BTGreaterStrategyNumber);
	const char *column = quote_identifier(order->name);

	if (order->by_id)
		read_rows(page, 3, psprintf(" AND w.workflow_id %s $3", way));
	else if (strcmp(way, beyond) == 0)
		read_rows(page, 4,
				  psprintf(" AND ROW(w.%s, w.workflow_id) %s ROW($4, $3)",
						   column, way));
	else
		/* A row is compared by operators of one schema. */
		read_rows(
			page, 4,
			psprintf(" AND w.%s %s $4 AND (w.%s %s $4 OR w.workflow_id %s $3)",
					 column,
					 operator_of(order, down ? BTLessEqualStrategyNumber
											 : BTGreaterEqualStrategyNumber),
					 column, beyond, way));
}

static void
read_page(Listing *page)
{
	const WpOrder *order = page->order;
	const char *column = quote_identifier(order->name);
	bool after_null = page->after != NULL && page->after->is_null;

	if (page->after == NULL)
		read_rows(page, 2, "");
	else if (!after_null)
		read_behind(page);
	else
		read_rows(page, 3,
				  psprintf(" AND w.%s IS NULL AND w.workflow_id %s $3", column,
						   order->descending ? "OPERATOR(pg_catalog.<)"
											 : "OPERATOR(pg_catalog.>)"));
	/* Then come those on the other side of NULL, if it is not behind. */
	if (page->after != NULL && page->left > 0 && order->nullable &&
		after_null == order->nulls_first)
		read_rows(
			page, 2,
			psprintf(" AND w.%s IS %sNULL", column, after_null ? "NOT " : ""));
}

PG_FUNCTION_INFO_V1(wp_visible_workflows_page);

/*
 * visible_workflows(order_by, page_size, after) → setof (workflow_id, cursor).
 * Errors in the arguments are raised before a principal is needed.
 */
Datum
wp_visible_workflows_page(PG_FUNCTION_ARGS)
{
	Listing page = {page_order(fcinfo)};
	const WpPrincipal *principal;
	WpPlace after;

	page.size = page.left = page_size(fcinfo);
	page.result = (ReturnSetInfo *) fcinfo->resultinfo;
	InitMaterializedSRF(fcinfo, 0);
	if (!PG_ARGISNULL(2))
	{
		read_cursor(page.order, PG_GETARG_JSONB_P(2), &after);
		page.after = &after;
	}
	principal = wp_session_principal_with(wp_action_facets(WP_VIEW));
	if (principal != NULL && principal->active)
	{
		page.account = wp_text_datum(&principal->account);
		read_page(&page);
	}
	return (Datum) 0;
}
