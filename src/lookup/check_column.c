/*
 * check_column.c
 *		Columns of the model's tables that differ from those of create_model();
 *		see check_column.h.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "lookup/check_column.h"
#include "lookup/enums.h"

/* Returns the type's oid, or InvalidOid if it is one of ours and missing. */
static Oid
oid_of(WpStored type, const WpVocabulary *vocabulary)
{
	switch (type)
	{
		case WP_STORED_TEXT:
			return TEXTOID;
		case WP_STORED_BOOL:
			return BOOLOID;
		case WP_STORED_INT4:
			return INT4OID;
		case WP_STORED_INT8:
			return INT8OID;
		case WP_STORED_XID8:
			return XID8OID;
		case WP_STORED_TIME:
			return TIMESTAMPTZOID;
		case WP_STORED_JSONB:
			return JSONBOID;
		case WP_STORED_CONDITION:
			return wp_our_type("metadata_condition");
		case WP_STORED_WORD:
			return wp_enum_type(vocabulary);
		case WP_STORED_WORDS:
			return get_array_type(wp_enum_type(vocabulary));
	}
	return InvalidOid;
}

void
wp_check_column(const char *table, TupleDesc desc, AttrNumber number,
				WpStored type, const WpVocabulary *vocabulary)
{
	Form_pg_attribute column = TupleDescAttr(desc, number - 1);
	Oid wanted = oid_of(type, vocabulary);

	if (column->atttypid != wanted || !OidIsValid(wanted))
		ereport(
			ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("column \"%s\" of workflow_perms.%s is %s, and not %s",
					NameStr(column->attname), table,
					format_type_be(column->atttypid), format_type_be(wanted)),
			 errhint("Alter the column; then a superuser puts the tables "
					 "right: SELECT workflow_perms.upgrade_model().")));
}

void
wp_column_is_null(const char *table, TupleDesc desc, AttrNumber number)
{
	ereport(
		ERROR,
		(errcode(ERRCODE_NOT_NULL_VIOLATION),
		 errmsg(
			 "column \"%s\" of workflow_perms.%s is NULL, and never should be",
			 NameStr(TupleDescAttr(desc, number - 1)->attname), table),
		 errhint("Delete the row or put it right; then a superuser puts the "
				 "tables right: SELECT workflow_perms.upgrade_model().")));
}
