/*
 * decision_columns.h
 *		Takes apart the argument of a decision: which columns of which table it
 *		is.
 */
#ifndef WP_PLANNER_DECISION_COLUMNS_H
#define WP_PLANNER_DECISION_COLUMNS_H

#include "postgres.h"
#include "nodes/pathnodes.h"

#include "query/workflow_row.h"

/* The argument of a decision: an id, a row or columns (spec 6.2). */
typedef enum WpForm
{
	WP_FORM_ID,
	WP_FORM_ROW,
	WP_FORM_COLUMNS
} WpForm;

/* A workflow's columns as expressions, by WpRowColumn. */
typedef struct WpColumns
{
	Node *at[WP_ALL_COLUMNS];
	/* the value that the query gives the account; NULL: none */
	Node *account;
	/* the query is restricted to rows of the session's account */
	bool account_given;
	bool workflow_given; /* ... and to one of them by its id */
	/* the table is our own, which also has an index by condition */
	bool of_workflows;
	/* the table has an index of metadata_condition_ops */
	bool condition_indexed;
	/* the table has an index on account and condition_digest(condition) */
	bool digest_indexed;
} WpColumns;

/*
 * Returns the column with that name, or the whole row, of the table that `like`
 * is a column of.  Returns NULL if there is none of a suitable type.
 */
extern Node *wp_column_beside(Var *like, Oid relation, WpRowColumn column);

/*
 * Returns the column that the condition compares with the account of the
 * principal, given or the session's; NULL for another condition.
 */
extern Node *wp_account_of(Node *condition, List *given);

/*
 * Returns the column below the casts to text of an id, if it is one of a table
 * in this query; otherwise NULL.
 */
extern Node *wp_column_below(PlannerInfo *root, Node *node);

/*
 * Is the query restricted to rows of the session's account? And to those of one
 * of its workflows by its id?
 */
extern bool wp_account_given(PlannerInfo *root, Node *account);
extern bool wp_workflow_given(PlannerInfo *root, Node *account, Node *workflow);

/*
 * Finds the columns of one table that the arguments stand for.  Returns false
 * if there are none.
 */
extern bool wp_take_columns(PlannerInfo *root, WpForm form, List *args,
							WpColumns *columns);

#endif
