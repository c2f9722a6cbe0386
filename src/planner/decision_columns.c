/*
 * decision_columns.c
 *		Takes apart the argument of a decision, which is an id, a row or
 *		columns, down to columns and expressions of one table, which may have
 *		indexes.
 *
 * If that is not clearly possible, the call is left as it is and decides row by
 * row.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tupdesc.h"
#include "catalog/pg_index.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "compat.h"
#include "lookup/condition_index.h"
#include "lookup/model_tables.h"
#include "planner/decision_columns.h"
#include "planner/plan_functions.h"

/*
 * Strips changes of type that do not change how an id reads as text, and
 * returns the expression below.
 */
static Node *
strip_id(Node *node)
{
	for (;;)
	{
		Node *arg;

		if (IsA(node, RelabelType))
			arg = (Node *) ((RelabelType *) node)->arg;
		else if (IsA(node, CoerceViaIO) &&
				 ((CoerceViaIO *) node)->resulttype == TEXTOID)
			arg = (Node *) ((CoerceViaIO *) node)->arg;
		else
			return node;
		if (!wp_id_type(getBaseType(exprType(arg))))
			return node;
		node = arg;
	}
}

/*
 * Returns the table that has the expression as a column in this query.  It may
 * also be a security_barrier view, which keeps functions that could leak away
 * from its rows: then the decision stays outside, and only its arms go into the
 * view.  Returns NULL if there is no such table.
 */
static RangeTblEntry *
table_of(PlannerInfo *root, Node *node)
{
	RangeTblEntry *rte;
	Var *var = (Var *) node;

	if (!IsA(node, Var) || var->varlevelsup != 0 ||
		IS_SPECIAL_VARNO(var->varno))
		return NULL;
	rte = rt_fetch(var->varno, root->parse->rtable);
	if (rte->rtekind == RTE_RELATION ||
		(rte->rtekind == RTE_SUBQUERY && rte->security_barrier))
		return rte;
	return NULL;
}

/* Returns the table's oid; InvalidOid for such a view. */
static Oid
relation_of(const RangeTblEntry *rte)
{
	return rte->rtekind == RTE_RELATION ? rte->relid : InvalidOid;
}

Node *
wp_column_beside(Var *like, Oid relation, WpRowColumn column)
{
	AttrNumber number = get_attnum(relation, wp_row_column_name(column));
	Var *var;
	Oid type;
	int32 typmod;
	Oid collation;

	if (number <= 0)
		return NULL;
	get_atttypetypmodcoll(relation, number, &type, &typmod, &collation);
	if (!wp_row_type(column, getBaseType(type)))
		return NULL;
	var = makeVar(like->varno, number, type, typmod, collation, 0);
	wp_copy_row_of(var, like);
	return (Node *) var;
}

/*
 * Fills the columns from the expression's table.  Returns whether it has all of
 * them.
 */
static bool
take_beside(PlannerInfo *root, Node *node, WpColumns *columns)
{
	RangeTblEntry *rte = table_of(root, node);

	for (int i = 0; i < WP_ROW_COLUMNS; i++)
	{
		columns->at[i] =
			rte ? wp_column_beside((Var *) node, relation_of(rte), i) : NULL;
		if (columns->at[i] == NULL)
			return false;
	}
	return true;
}

/*
 * The same for a row that the query constructs, such as the row of a view that
 * was pulled up.
 */
static bool
take_row(RowExpr *row, WpColumns *columns)
{
	TupleDesc tupdesc = NULL;
	ListCell *cell;
	bool all = true;

	if (row->row_typeid != RECORDOID)
	{
		tupdesc = lookup_rowtype_tupdesc_domain(row->row_typeid, -1, true);
		if (tupdesc == NULL)
			return false;
	}
	memset(columns->at, 0, sizeof(columns->at[0]) * WP_ROW_COLUMNS);
	foreach (cell, row->args)
	{
		int i = foreach_current_index(cell);
		Node *arg = lfirst(cell);
		const char *name = NULL;
		int column;

		if (tupdesc == NULL)
			name = i < list_length(row->colnames)
					   ? strVal(list_nth(row->colnames, i))
					   : NULL;
		else if (i < tupdesc->natts && !TupleDescAttr(tupdesc, i)->attisdropped)
			name = NameStr(TupleDescAttr(tupdesc, i)->attname);
		column = name ? wp_row_column(name) : -1;
		/*
		 * Of several columns with the same name the first, as in the row form.
		 */
		if (column < 0 || columns->at[column] != NULL)
			continue;
		if (!wp_row_type(column, getBaseType(exprType(arg))))
			all = false;
		columns->at[column] = arg;
	}
	if (tupdesc != NULL)
		ReleaseTupleDesc(tupdesc);
	for (int i = 0; i < WP_ROW_COLUMNS; i++)
		all = all && columns->at[i] != NULL;
	return all;
}

/* Is this the kind of value that the column is to be compared with? */
typedef bool (*IsSaid)(Node *value);

static bool
is_session_account(Node *value)
{
	return wp_is_call(value, WP_FN_ACCOUNT) ||
		   wp_is_call(value, WP_FN_ACCOUNT_UUID) ||
		   wp_is_call(value, WP_FN_ACCOUNT_BIGINT);
}

Node *
wp_account_of(Node *condition, List *given)
{
	OpExpr *op = (OpExpr *) condition;

	if (wp_is_call(condition, given == NIL
								  ? WP_FN_IN_ACCOUNT
								  : WP_FN_OF_PRINCIPAL(WP_FN_IN_ACCOUNT)))
		return llast(((FuncExpr *) condition)->args);
	/* A given principal's account is a constant when the query is planned. */
	if (given == NIL && IsA(op, OpExpr) && list_length(op->args) == 2 &&
		is_session_account(lsecond(op->args)) &&
		get_oprrest(op->opno) == F_EQSEL)
		return strip_id(linitial(op->args));
	return NULL;
}

/*
 * Returns the value that one of the ANDed conditions says the column equals, if
 * it is of this kind.
 */
static Node *
said(Node *conditions, Var *column, IsSaid is_said)
{
	ListCell *cell;
	List *args = NIL;
	Node *value = NULL;

	if (conditions == NULL)
		return NULL;
	if (IsA(conditions, List))
		args = (List *) conditions;
	else if (is_andclause(conditions))
		args = ((BoolExpr *) conditions)->args;
	else if (IsA(conditions, OpExpr) &&
			 list_length(((OpExpr *) conditions)->args) == 2)
	{
		OpExpr *op = (OpExpr *) conditions;
		Node *left = strip_id(linitial(op->args));

		if (IsA(left, Var) && ((Var *) left)->varno == column->varno &&
			((Var *) left)->varattno == column->varattno &&
			((Var *) left)->varlevelsup == 0 && is_said(lsecond(op->args)) &&
			get_oprrest(op->opno) == F_EQSEL)
			return lsecond(op->args);
	}
	foreach (cell, args)
		if (value == NULL)
			value = said(lfirst(cell), column, is_said);
	return value;
}

/*
 * The same for all rows that the query sees: from the table's policies or from
 * the query's own conditions.
 */
static Node *
given(PlannerInfo *root, Node *column, IsSaid is_said)
{
	RangeTblEntry *rte = table_of(root, column);
	Node *value =
		rte ? said((Node *) rte->securityQuals, (Var *) column, is_said) : NULL;

	if (value == NULL && rte != NULL && root->parse->jointree != NULL)
		value = said(root->parse->jointree->quals, (Var *) column, is_said);
	return value;
}

/*
 * Are the account and the workflow columns of one table, and the others
 * expressions of it that can be evaluated elsewhere? The workflow may be NULL,
 * for rows that nothing refers to by their key.  Status, condition and hidden
 * are only evaluated with the whole decision, so these may be expressions of
 * other tables, too.
 */
static bool
is_of_one_table(PlannerInfo *root, const WpColumns *columns)
{
	Var *first = (Var *) columns->at[WP_COLUMN_ACCOUNT];
	Node *workflow = columns->at[WP_COLUMN_WORKFLOW];
	Relids row;

	if (table_of(root, (Node *) first) == NULL)
		return false;
	/* Since 16 with the outer joins that may have made the row null. */
	row = pull_varnos(root, (Node *) first);
	if (!(IsA(workflow, Const) && ((Const *) workflow)->constisnull) &&
		(table_of(root, workflow) == NULL ||
		 ((Var *) workflow)->varno != first->varno))
		return false;
	for (int i = WP_COLUMN_WORKSPACE; i < WP_ALL_COLUMNS; i++)
	{
		Node *node = columns->at[i];
		bool by_index = i == WP_COLUMN_WORKSPACE || i == WP_COLUMN_VISIBILITY ||
						i == WP_COLUMN_OWNER;

		if (contain_volatile_functions(node) || contain_subplans(node) ||
			(by_index && !bms_is_subset(pull_varnos(root, node), row)))
			return false;
	}
	return true;
}

static bool
is_workflows(Oid relation)
{
	return OidIsValid(relation) && wp_model_exists() &&
		   relation == wp_model_table("workflows");
}

/* Does an index on that column find conditions by metadata? */
static bool
finds_conditions(Relation index, Var *condition)
{
	bool found = false;

	for (int i = 0; i < index->rd_index->indnkeyatts; i++)
		if (index->rd_index->indkey.values[i] == condition->varattno)
			found |= OidIsValid(wp_may_match_operator(
				index->rd_opfamily[i], exprType((Node *) condition), JSONBOID));
	return found;
}

/* Looks for indexes that find conditions. */
static void
find_condition_indexes(Oid table, WpColumns *columns)
{
	Var *condition = (Var *) columns->at[WP_COLUMN_CONDITION];
	Var *account = (Var *) columns->at[WP_COLUMN_ACCOUNT];
	Oid digest = wp_function(WP_FN_CONDITION_DIGEST);
	Relation relation;
	ListCell *cell;

	columns->condition_indexed = columns->digest_indexed = false;
	if (!OidIsValid(table) || !IsA(condition, Var))
		return;
	/* The query has locked the table already. */
	relation = table_open(table, NoLock);
	foreach (cell, RelationGetIndexList(relation))
	{
		Relation index = index_open(lfirst_oid(cell), AccessShareLock);

		if (index->rd_index->indisvalid)
		{
			columns->condition_indexed |= finds_conditions(index, condition);
			columns->digest_indexed |=
				RelationGetIndexPredicate(index) == NIL &&
				index->rd_index->indkey.values[0] == account->varattno &&
				wp_condition_index_column(index, digest) == condition->varattno;
		}
		index_close(index, NoLock);
	}
	table_close(relation, NoLock);
}

Node *
wp_column_below(PlannerInfo *root, Node *node)
{
	node = strip_id(node);
	return table_of(root, node) != NULL ? node : NULL;
}

bool
wp_account_given(PlannerInfo *root, Node *account)
{
	return given(root, account, is_session_account) != NULL;
}

bool
wp_workflow_given(PlannerInfo *root, Node *account, Node *workflow)
{
	return wp_account_given(root, account) &&
		   given(root, workflow, wp_is_one_value) != NULL;
}

bool
wp_take_columns(PlannerInfo *root, WpForm form, List *args, WpColumns *columns)
{
	Node *first = linitial(args);
	Node *account;
	RangeTblEntry *rte;
	ListCell *cell;
	Node *none = (Node *) makeNullConst(TEXTOID, -1, get_typcollation(TEXTOID));
	Node *id = NULL; /* of a row that nothing refers to by its key */

	columns->at[WP_COLUMN_OWNER] = none;

	/*
	 * A grouping set may make the row or the id NULL, but not the columns
	 * beside it.
	 */
	if (form != WP_FORM_COLUMNS && root->parse->groupingSets != NIL)
		return false;
	switch (form)
	{
		case WP_FORM_COLUMNS:
			foreach (cell, args)
			{
				int i = foreach_current_index(cell);
				Oid type = exprType(lfirst(cell));

				/* Ids are declared as text. */
				columns->at[i] =
					type == TEXTOID ? strip_id(lfirst(cell)) : lfirst(cell);
			}
			if (wp_is_call(columns->at[WP_COLUMN_WORKFLOW], WP_FN_NO_KEY))
			{
				id = strip_id(linitial(
					((FuncExpr *) columns->at[WP_COLUMN_WORKFLOW])->args));
				columns->at[WP_COLUMN_WORKFLOW] = none;
			}
			break;
		case WP_FORM_ROW:
			if (IsA(first, RowExpr))
			{
				if (!take_row((RowExpr *) first, columns))
					return false;
			}
			else if (!IsA(first, Var) ||
					 ((Var *) first)->varattno != InvalidAttrNumber ||
					 !take_beside(root, first, columns))
				return false;
			break;
		case WP_FORM_ID:
			/*
			 * The id means a workflow of the principal's account, whatever the
			 * row's account.  The caller checks that they are the same.
			 */
			first = strip_id(first);
			rte = table_of(root, first);
			if (rte == NULL || !is_workflows(relation_of(rte)) ||
				!take_beside(root, first, columns) ||
				((Var *) first)->varattno !=
					((Var *) columns->at[WP_COLUMN_WORKFLOW])->varattno)
				return false;
			break;
	}
	if (!is_of_one_table(root, columns))
		return false;
	account = columns->at[WP_COLUMN_ACCOUNT];
	rte = table_of(root, account);
	columns->account = given(root, account, wp_is_one_value);
	columns->account_given = wp_account_given(root, account);
	columns->workflow_given = wp_workflow_given(
		root, account, id != NULL ? id : columns->at[WP_COLUMN_WORKFLOW]);
	columns->of_workflows = is_workflows(relation_of(rte)) &&
							equal(columns->at[WP_COLUMN_CONDITION],
								  wp_column_beside((Var *) account, rte->relid,
												   WP_COLUMN_CONDITION));
	find_condition_indexes(relation_of(rte), columns);
	return true;
}
