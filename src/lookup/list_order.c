/*
 * list_order.c
 *		Orders of workflows: parsed from the caller's text, and checked against
 *		the catalog.
 *
 * The text is parsed, and never executed.  It names a column and says three
 * things about it.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/nbtree.h"
#include "catalog/namespace.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "nodes/value.h"
#include "parser/parser.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "compat.h"
#include "lookup/list_order.h"
#include "lookup/model_tables.h"

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
parse_text(WpOrder *order, const char *text)
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
find_column(WpOrder *order)
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
find_comparison(WpOrder *order)
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

WpOrder *
wp_order_parse(const char *text)
{
	WpOrder *order = palloc0(sizeof(WpOrder));

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

char *
wp_order_text(const WpOrder *order)
{
	return psprintf("%s%s%s", quote_identifier(order->name),
					order->descending ? " desc" : "",
					order->nulls_first == order->descending ? ""
					: order->nulls_first                    ? " nulls first"
															: " nulls last");
}
