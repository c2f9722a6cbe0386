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
 * it (ordered_path.c).  The caller's text of the order is parsed, and never
 * executed.  It names a column and says three things about it.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/nbtree.h"
#include "access/transam.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "nodes/value.h"
#include "parser/parser.h"
#include "port/pg_bitutils.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"

#include "compat.h"
#include "decide/decide.h"
#include "lookup/check_column.h"
#include "lookup/load_workflow.h"
#include "lookup/model_tables.h"
#include "lookup/owner_query.h"
#include "lookup/session_principal.h"

/* For more rows, use the set form or the table. */
#define MOST_ROWS 1000

/* Queries whose plans are kept. */
#define KEPT_QUERIES 32

/*
 * By one column of workflow_perms.workflows, which may be the application's
 * own, then by workflow_id in the same direction.  So no two rows have the same
 * place.
 */
typedef struct Order
{
	Oid table;
	AttrNumber column;
	char *name;
	Oid type;
	int32 typmod;
	bool nullable;
	bool descending;
	bool nulls_first; /* if the column is nullable */
	bool by_id;       /* the column is workflow_id, the only key */

	/* of its type's default btree operator class */
	Oid family;
	Oid family_type;
} Order;

/* A row's place in the order. */
typedef struct Place
{
	Datum value;
	bool is_null;
	WpText id;
} Place;

/* Raises syntax_error. */
wp_noreturn static void
bad_order(const char *text)
{
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 errmsg("\"%s\" is not an order", text),
			 errdetail("It is the name of one column, which may be followed by "
					   "ASC or DESC and by NULLS FIRST or NULLS LAST."),
			 errhint("Such as 'updated_at DESC'.")));
}

/*
 * Sets the fields that the text determines, as the server's parser reads it.
 * The parser holds nothing that an error of it would have to be undone for.
 */
static void
parse_text(Order *order, const char *text)
{
	MemoryContext context = CurrentMemoryContext;
	List *volatile parsed = NIL;
	SelectStmt *select;
	SortBy *item;
	ColumnRef *column;

	PG_TRY();
	{
		parsed =
			raw_parser(psprintf("SELECT ORDER BY %s", text), RAW_PARSE_DEFAULT);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		if (geterrcode() != ERRCODE_SYNTAX_ERROR)
			PG_RE_THROW();
		FlushErrorState();
	}
	PG_END_TRY();
	if (list_length(parsed) != 1)
		bad_order(text);
	select = (SelectStmt *) linitial_node(RawStmt, parsed)->stmt;
	if (list_length(select->sortClause) != 1 || select->limitCount != NULL ||
		select->limitOffset != NULL || select->lockingClause != NIL)
		bad_order(text);
	item = linitial(select->sortClause);
	column = (ColumnRef *) item->node;
	if (item->sortby_dir == SORTBY_USING || !IsA(column, ColumnRef) ||
		list_length(column->fields) != 1 ||
		!IsA(linitial(column->fields), String))
		bad_order(text);
	order->name = strVal(linitial(column->fields));
	order->descending = item->sortby_dir == SORTBY_DESC;
	order->nulls_first = item->sortby_nulls == SORTBY_NULLS_DEFAULT
							 ? order->descending
							 : item->sortby_nulls == SORTBY_NULLS_FIRST;
}

/* Sets the column's fields from the catalog.  Raises undefined_column. */
static void
find_column(Order *order)
{
	HeapTuple tuple = SearchSysCacheAttName(order->table, order->name);
	Form_pg_attribute attribute =
		HeapTupleIsValid(tuple) ? (Form_pg_attribute) GETSTRUCT(tuple) : NULL;

	if (attribute == NULL || attribute->attnum <= 0)
		ereport(
			ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("column \"%s\" of workflow_perms.workflows does not exist",
					order->name),
			 errhint("Workflows are listed in the order of a column of their "
					 "table, which takes columns of your own.")));
	order->column = attribute->attnum;
	order->type = attribute->atttypid;
	order->typmod = attribute->atttypmod;
	order->nullable = !attribute->attnotnull;
	ReleaseSysCache(tuple);
	order->by_id = strcmp(order->name, "workflow_id") == 0;
	if (!order->nullable)
		order->nulls_first = order->descending;
}

/*
 * Sets the comparison of the column's type.  Raises undefined_function, as
 * ORDER BY does.
 */
static void
find_comparison(Order *order)
{
	TypeCacheEntry *type = lookup_type_cache(
		order->type, TYPECACHE_BTREE_OPFAMILY | TYPECACHE_CMP_PROC);

	if (!OidIsValid(type->cmp_proc))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("could not identify an ordering operator for type %s",
						format_type_be(order->type)),
				 errdetail("Column \"%s\" has this type.", order->name)));
	order->family = type->btree_opf;
	order->family_type = type->btree_opintype;
}

/*
 * Reads an ORDER BY item such as "updated_at DESC NULLS LAST".  Raises
 * undefined_table before create_model(), and insufficient_privilege if the
 * current user may not read the column: an order reveals its values, as ORDER
 * BY does.
 */
static Order *
parse_order(const char *text)
{
	Order *order = palloc0(sizeof(Order));

	parse_text(order, text);
	order->table = wp_model_table("workflows");
	find_column(order);
	if (pg_class_aclcheck(order->table, GetUserId(), ACL_SELECT) !=
			ACLCHECK_OK &&
		pg_attribute_aclcheck(order->table, order->column, GetUserId(),
							  ACL_SELECT) != ACLCHECK_OK)
		aclcheck_error_col(ACLCHECK_NO_PRIV, OBJECT_COLUMN, "workflows",
						   order->name);
	find_comparison(order);
	return order;
}

/* Returns the order in its canonical spelling, the same for equal orders. */
static char *
order_text(const Order *order)
{
	return psprintf("%s%s%s", quote_identifier(order->name),
					order->descending ? " desc" : "",
					order->nulls_first == order->descending ? ""
					: order->nulls_first                    ? " nulls first"
															: " nulls last");
}

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

static Datum
write_cursor(const Order *order, const Place *place)
{
	StringInfoData json;
	Oid output;
	bool is_varlena;

	initStringInfo(&json);
	appendStringInfoString(&json, "{\"id\": ");
	escape_json(&json, pnstrdup(place->id.data, place->id.len));
	appendStringInfoString(&json, ", \"order\": ");
	escape_json(&json, order_text(order));
	appendStringInfoString(&json, ", \"value\": ");
	if (place->is_null)
		appendStringInfoString(&json, "null");
	else
	{
		getTypeOutputInfo(order->type, &output, &is_varlena);
		escape_json(&json, OidOutputFunctionCall(output, place->value));
	}
	appendStringInfoChar(&json, '}');
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(json.data));
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
read_cursor(const Order *order, Jsonb *cursor, Place *place)
{
	WpText text;
	Oid input;
	Oid parameter;

	if (!JB_ROOT_IS_OBJECT(cursor) || JB_ROOT_COUNT(cursor) != 3)
		bad_cursor("It is no object of \"id\", \"order\" and \"value\".");
	text = string_of(cursor, "order");
	if (text.data == NULL || strcmp(text.data, order_text(order)) != 0)
		bad_cursor(psprintf("It was made for another order than \"%s\".",
							order_text(order)));
	place->id = string_of(cursor, "id");
	if (place->id.data == NULL)
		bad_cursor("It has no string under \"id\".");
	text = string_of(cursor, "value");
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

static Order *
page_order(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("\"order_by\" must not be null"),
						errhint("Such as 'updated_at DESC'.")));
	return parse_order(text_to_cstring(PG_GETARG_TEXT_PP(0)));
}

/* The page that is being read. */
typedef struct Listing
{
	const Order *order;
	const Place *after; /* NULL: from the start */
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
find_query(const char *sql, const Order *order, int nargs)
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
	Place place;

	slot_getallattrs(row);
	if (row->tts_isnull[0])
		wp_column_is_null("workflows", row->tts_tupleDescriptor, 1);
	values[0] = row->tts_values[0];
	place.id =
		wp_text_of((struct varlena *) PG_DETOAST_DATUM_PACKED(values[0]));
	place.value = row->tts_values[1];
	place.is_null = row->tts_isnull[1];
	values[1] = write_cursor(page->order, &place);
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
	const Order *order = page->order;
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

/* Returns the comparison of values of the order, by its number. */
static Oid
comparison(const Order *order, StrategyNumber strategy)
{
	return get_opfamily_member(order->family, order->family_type,
							   order->family_type, strategy);
}

/* Adds `operator $4` for the order's column, with the operator's schema. */
static void
compare_value(StringInfo sql, const Order *order, Oid operator)
{
	char *column = psprintf("w.%s", quote_identifier(order->name));

	generate_operator_clause(sql, column, order->family_type, operator, "$4",
							 order->family_type);
}

/* Adds the rows behind a place that is not NULL. */
static void
read_behind(Listing *page)
{
	const Order *order = page->order;
	bool down = order->descending;
	const char *way =
		down ? "OPERATOR(pg_catalog.<)" : "OPERATOR(pg_catalog.>)";
	Oid beyond = comparison(order, down ? BTLessStrategyNumber
										: BTGreaterStrategyNumber);
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfoString(&sql, " AND ");
	if (order->by_id)
		appendStringInfo(&sql, "w.workflow_id %s $3", way);
	else if (beyond < FirstGenbkiObjectId)
		appendStringInfo(&sql, "ROW(w.%s, w.workflow_id) %s ROW($4, $3)",
						 quote_identifier(order->name), way);
	else
	{
		/* A row is compared by operators of one schema. */
		compare_value(&sql, order,
					  comparison(order, down ? BTLessEqualStrategyNumber
											 : BTGreaterEqualStrategyNumber));
		appendStringInfoString(&sql, " AND (");
		compare_value(&sql, order, beyond);
		appendStringInfo(&sql, " OR w.workflow_id %s $3)", way);
	}
	read_rows(page, order->by_id ? 3 : 4, sql.data);
}

static void
read_page(Listing *page)
{
	const Order *order = page->order;
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
	Place after;

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
