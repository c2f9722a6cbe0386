/*
 * list_order.c
 *		Orders of workflows: parsed from the caller's text, and checked against
 *		the catalog.
 *
 * The text never becomes SQL. It names a column and says three things about it.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/nbtree.h"
#include "catalog/namespace.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "parser/scansup.h"
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

/* Returns the length of the identifier or quoted identifier at `text`, or 0. */
static int
identifier_length(const char *text)
{
	const char *at = text;

	if (*at == '"')
	{
		for (at++; *at != '\0'; at++)
		{
			if (*at != '"')
				continue;
			if (at[1] != '"')
				return at - text + 1;
			at++;
		}
		return 0;
	}
	if (!isalpha((unsigned char) *at) && *at != '_' && !IS_HIGHBIT_SET(*at))
		return 0;
	while (isalnum((unsigned char) *at) || *at == '_' || *at == '$' ||
		   IS_HIGHBIT_SET(*at))
		at++;
	return at - text;
}

/*
 * Returns the name that an identifier of that length stands for, palloc'd:
 * folded, or without its quotes.
 */
static char *
identifier_name(const char *text, int length)
{
	StringInfoData name;

	if (text[0] != '"')
		return downcase_truncate_identifier(text, length, false);
	initStringInfo(&name);
	for (int i = 1; i < length - 1; i++)
	{
		appendStringInfoCharMacro(&name, text[i]);
		if (text[i] == '"')
			i++;
	}
	return name.data;
}

/* Moves *at past white space. */
static void
skip_space(const char **at)
{
	while (scanner_isspace(**at))
		(*at)++;
}

/* Returns whether this keyword comes next, and if so moves *at past it. */
static bool
take_word(const char **at, const char *word)
{
	int length = identifier_length(*at);

	if (length != strlen(word) || pg_strncasecmp(*at, word, length) != 0)
		return false;
	*at += length;
	skip_space(at);
	return true;
}

/*
 * Sets the fields that the text determines.  The default of nulls_first is that
 * of SQL.
 */
static void
parse_words(WpOrder *order, const char *text)
{
	const char *at = text;
	int length;

	skip_space(&at);
	length = identifier_length(at);
	if (length == 0)
		bad_order(text);
	order->name = identifier_name(at, length);
	at += length;
	skip_space(&at);
	if (take_word(&at, "desc"))
		order->descending = true;
	else
		(void) take_word(&at, "asc");
	order->nulls_first = order->descending;
	if (take_word(&at, "nulls"))
	{
		if (take_word(&at, "first"))
			order->nulls_first = true;
		else if (take_word(&at, "last"))
			order->nulls_first = false;
		else
			bad_order(text);
	}
	if (*at != '\0')
		bad_order(text);
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

	parse_words(order, text);
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
