/*
 * source_key.c
 *		Finds out that the rows of a source have different ids, from a unique
 *		index of the table that the source reads.  A source need not have such
 *		ids (spec 6.4).  Where this cannot be found out, they are counted.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/relation.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_relation.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteHandler.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "lookup/model_tables.h"
#include "lookup/source_key.h"

/* Is each value of the type printed in a text of its own? */
static bool
is_printed_uniquely(Oid type)
{
	return type == UUIDOID || type == INT8OID || type == INT4OID ||
		   type == INT2OID;
}

static bool
is_text(Oid type)
{
	return type == TEXTOID || type == VARCHAROID;
}

/*
 * Returns the column if the expression is a column as text, with a different
 * text for each of its values; otherwise NULL.
 */
static const Var *
column_as_text(const Node *expression)
{
	const Node *next = expression;

	for (;;)
	{
		expression = next;
		if (IsA(expression, CollateExpr))
			next = (const Node *) ((const CollateExpr *) expression)->arg;
		else if (IsA(expression, RelabelType))
			next = (const Node *) ((const RelabelType *) expression)->arg;
		else if (IsA(expression, CoerceViaIO))
			next = (const Node *) ((const CoerceViaIO *) expression)->arg;
		else
			break;
		if (!is_text(exprType(expression)) ||
			!(is_text(exprType(next)) || is_printed_uniquely(exprType(next))))
			return NULL;
	}
	return IsA(expression, Var) && ((const Var *) expression)->varlevelsup == 0
			   ? (const Var *) expression
			   : NULL;
}

/* Does an index forbid two rows of the table with the same value there? */
static bool
has_unique_index(Relation relation, AttrNumber column)
{
	bool found = false;
	ListCell *cell;

	foreach (cell, RelationGetIndexList(relation))
	{
		Relation index = index_open(lfirst_oid(cell), AccessShareLock);
		Form_pg_index form = index->rd_index;

		found |= form->indisunique && form->indimmediate && form->indisvalid &&
				 form->indnkeyatts == 1 && form->indkey.values[0] == column &&
				 RelationGetIndexPredicate(index) == NIL;
		index_close(index, AccessShareLock);
	}
	return found;
}

static Oid unique_column_table(Oid relation, AttrNumber column);

/*
 * Returns the table whose unique index keeps the query from having two rows
 * with the same value in the column; InvalidOid if that cannot be said.
 */
static Oid
unique_output_table(Query *query, AttrNumber column)
{
	TargetEntry *target;
	const Var *var;
	RangeTblRef *from;
	RangeTblEntry *entry;

	check_stack_depth();
	if (query->commandType != CMD_SELECT || query->setOperations != NULL ||
		query->hasTargetSRFs || query->groupClause != NIL ||
		query->groupingSets != NIL ||
		list_length(query->jointree->fromlist) != 1)
		return InvalidOid;
	target = get_tle_by_resno(query->targetList, column);
	from = linitial(query->jointree->fromlist);
	var = target != NULL ? column_as_text((Node *) target->expr) : NULL;
	if (var == NULL || !IsA(from, RangeTblRef) || var->varno != from->rtindex)
		return InvalidOid;
	entry = rt_fetch(from->rtindex, query->rtable);
	if (entry->rtekind == RTE_SUBQUERY)
		return unique_output_table(entry->subquery, var->varattno);
	if (entry->rtekind == RTE_RELATION)
		return unique_column_table(entry->relid, var->varattno);
	return InvalidOid;
}

/* The same for a table or view. */
static Oid
unique_column_table(Oid oid, AttrNumber column)
{
	Relation relation = try_relation_open(oid, AccessShareLock);
	Oid table = InvalidOid;
	char kind;

	if (relation == NULL)
		return InvalidOid;
	kind = relation->rd_rel->relkind;
	if (kind == RELKIND_VIEW)
		table = unique_output_table(get_view_query(relation), column);
	/* The index of a parent says nothing of its children's rows. */
	else if ((kind == RELKIND_PARTITIONED_TABLE ||
			  (kind == RELKIND_RELATION &&
			   !relation->rd_rel->relhassubclass)) &&
			 has_unique_index(relation, column))
		table = oid;
	relation_close(relation, NoLock);
	return table;
}

Oid
wp_source_key_table(const char *table, const char *column)
{
	Oid view = wp_find_relation(table);

	return OidIsValid(view)
			   ? unique_column_table(view, get_attnum(view, column))
			   : InvalidOid;
}
