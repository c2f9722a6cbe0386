/*
 * policy_expression.c
 *		Policies of protect(), read for permission_drift(): a policy is
 *		still what it was if a column was renamed, and the call that would
 *		make it again has the new name.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"

#include "model/policy_expression.h"
#include "query/workflow_row.h"

PG_FUNCTION_INFO_V1(wp_expression_by_number);
PG_FUNCTION_INFO_V1(wp_policy_arguments);

static bool
is_our_function(Oid function, const char *name)
{
	return get_func_namespace(function) ==
			   get_namespace_oid("workflow_perms", true) &&
		   strcmp(get_func_name(function), name) == 0;
}

FuncExpr *
wp_find_call(Node *node, const char *name, int arguments)
{
	FuncExpr *call = (FuncExpr *) node;
	ListCell *cell;

	if (node != NULL && IsA(node, FuncExpr) &&
		list_length(call->args) == arguments &&
		exprType(linitial(call->args)) == TEXTOID &&
		is_our_function(call->funcid, name))
		return call;
	if (node == NULL || !is_andclause(node))
		return NULL;
	foreach (cell, ((BoolExpr *) node)->args)
		if ((call = wp_find_call(lfirst(cell), name, arguments)) != NULL)
			return call;
	return NULL;
}

Node *
wp_marked_id(Node *node)
{
	FuncExpr *call = (FuncExpr *) node;

	if (IsA(node, FuncExpr) && is_our_function(call->funcid, "_no_key"))
		return linitial(call->args);
	return node;
}

/*
 * Returns the expression in this column of pg_policy, and its table.  NULL if
 * there is no such policy or it has none.  The expression is not an argument:
 * everybody may call what is below, and other catalogs have expressions that it
 * cannot read.
 */
static Node *
read_policy(Oid policy, AttrNumber column, Oid *table)
{
	Relation catalog = table_open(PolicyRelationId, AccessShareLock);
	Node *expression = NULL;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_policy_oid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(policy));
	scan = systable_beginscan(catalog, PolicyOidIndexId, true, NULL, 1, &key);
	if (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		bool isnull;
		Datum written =
			heap_getattr(tuple, column, RelationGetDescr(catalog), &isnull);

		*table = ((Form_pg_policy) GETSTRUCT(tuple))->polrelid;
		if (!isnull)
			expression = stringToNode(TextDatumGetCString(written));
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return expression;
}

/*
 * Replaces columns by parameters, which print as numbers: those of the columns,
 * or, given a list of the columns met so far, their places in it.
 */
static Node *
number_columns(Node *node, void *met)
{
	if (node != NULL && IsA(node, Var))
	{
		Var *var = (Var *) node;
		Param *param = makeNode(Param);
		List **columns = met;

		param->paramkind = PARAM_EXTERN;
		param->paramid = var->varattno;
		if (columns != NULL)
		{
			*columns = list_append_unique_int(*columns, var->varattno);
			param->paramid = 1;
			while (list_nth_int(*columns, param->paramid - 1) != var->varattno)
				param->paramid++;
		}
		param->paramtype = var->vartype;
		param->paramtypmod = var->vartypmod;
		param->paramcollid = var->varcollid;
		param->location = -1;
		return (Node *) param;
	}
	return expression_tree_mutator(node, number_columns, met);
}

/*
 * _expression_by_number(policy, checked, placed) → text: USING or WITH CHECK
 * (checked) of the policy, with $1 for the table's first column, or for the
 * column that comes first in the expression (placed); NULL if it has none.
 * protect() makes none with a sub-select, so these are all one.
 */
Datum
wp_expression_by_number(PG_FUNCTION_ARGS)
{
	Oid table;
	List *met = NIL;
	Node *node = read_policy(PG_GETARG_OID(0),
							 PG_GETARG_BOOL(1) ? Anum_pg_policy_polwithcheck
											   : Anum_pg_policy_polqual,
							 &table);

	if (node == NULL)
		PG_RETURN_NULL();
	if (contain_subplans(node))
		PG_RETURN_TEXT_P(cstring_to_text("SELECT"));
	node = number_columns(node, PG_GETARG_BOOL(2) ? &met : NULL);
	PG_RETURN_TEXT_P(
		cstring_to_text(deparse_expression(node, NIL, false, false)));
}

/* Appends the argument as comments of policies have it. */
static void
append_argument(StringInfo arguments, const char *name, const char *value)
{
	appendStringInfo(arguments, "%s%s => '", arguments->len > 0 ? ", " : "",
					 name);
	for (; *value != '\0'; value++)
	{
		if (*value == '\'')
			appendStringInfoChar(arguments, '\'');
		appendStringInfoChar(arguments, *value);
	}
	appendStringInfoChar(arguments, '\'');
}

/* Returns an id without the cast to text that protect() put on it. */
static Node *
strip_cast(Node *node)
{
	if (IsA(node, RelabelType) && exprType(node) == TEXTOID)
		return (Node *) ((RelabelType *) node)->arg;
	if (IsA(node, CoerceViaIO) && exprType(node) == TEXTOID)
		return (Node *) ((CoerceViaIO *) node)->arg;
	return node;
}

/* Returns the column's name, or NULL if the node is more than a column. */
static const char *
column_name(Node *node, Oid relation)
{
	node = strip_cast(wp_marked_id(node));
	while (IsA(node, RelabelType))
		node = (Node *) ((RelabelType *) node)->arg;
	return IsA(node, Var)
			   ? get_attname(relation, ((Var *) node)->varattno, true)
			   : NULL;
}

/* Returns what is compared with the user, or NULL: (… OR column = user). */
static Node *
user_column(Node *policy)
{
	ListCell *cell;

	if (!is_andclause(policy))
		return NULL;
	foreach (cell, ((BoolExpr *) policy)->args)
	{
		Node *last = is_orclause(lfirst(cell))
						 ? llast(((BoolExpr *) lfirst(cell))->args)
						 : NULL;

		if (last != NULL && IsA(last, OpExpr))
			return strip_cast(linitial(((OpExpr *) last)->args));
	}
	return NULL;
}

/*
 * _policy_arguments(policy) → text: the arguments of the call of
 * protect() that makes this policy for SELECT, with the present names of the
 * columns, as _protect_arguments() writes them; NULL if no call makes it.
 */
Datum
wp_policy_arguments(PG_FUNCTION_ARGS)
{
	static const char *const names[WP_ALL_COLUMNS] = {
		"account", "workflow",  "workspace", "visibility",
		"status",  "condition", "hidden",    "owner"};
	Oid relation = InvalidOid;
	Node *policy =
		read_policy(PG_GETARG_OID(0), Anum_pg_policy_polqual, &relation);
	char *relation_name = get_rel_name(relation);
	FuncExpr *call = wp_find_call(policy, "can_view", WP_ALL_COLUMNS);
	List *context;
	StringInfoData arguments;

	if (call == NULL)
		call = wp_find_call(policy, "can_view_in", WP_COLUMN_WORKFLOW + 1);
	if (call == NULL || relation_name == NULL || contain_subplans(policy))
		PG_RETURN_NULL();
	context = deparse_context_for(relation_name, relation);
	initStringInfo(&arguments);
	for (int i = 0; i < list_length(call->args); i++)
	{
		Node *node = list_nth(call->args, i);

		if (i <= WP_COLUMN_WORKFLOW)
		{
			const char *column = column_name(node, relation);

			if (column == NULL)
				PG_RETURN_NULL();
			append_argument(&arguments, names[i], column);
			continue;
		}
		if (i == WP_COLUMN_WORKSPACE || i == WP_COLUMN_OWNER)
			node = strip_cast(node);
		if (!IsA(node, Const) || !((Const *) node)->constisnull)
			append_argument(&arguments, names[i],
							deparse_expression(node, context, false, false));
	}
	if (list_length(call->args) < WP_ALL_COLUMNS && user_column(policy) != NULL)
		append_argument(
			&arguments, "user_column",
			deparse_expression(user_column(policy), context, false, false));
	PG_RETURN_TEXT_P(cstring_to_text_with_len(arguments.data, arguments.len));
}
