/*
 * decision_columns.h
 *		Taking apart what a decision is asked about: the columns of which table.
 */
#ifndef WP_PLANNER_DECISION_COLUMNS_H
#define WP_PLANNER_DECISION_COLUMNS_H

#include "postgres.h"
#include "nodes/pathnodes.h"

#include "query/workflow_row.h"

/* How a decision is asked: about an id, a row or columns (spec 6.2). */
typedef enum WpForm
{
	WP_FORM_ID,
	WP_FORM_ROW,
	WP_FORM_COLUMNS
} WpForm;

/* A workflow's columns as expressions, by WpRowColumn. */
typedef struct WpColumns
{
	Node *at[WP_ROW_COLUMNS];
	/* the one value that the account has in the query; NULL for none */
	Node *account;
	/* the query is about rows of the session's account alone */
	bool account_given;
	bool workflow_given; /* ... and about one of them by its id */
	/* the table is our own, which is indexed by condition, too */
	bool of_workflows;
	/* the table has an index of metadata_condition_ops */
	bool condition_indexed;
} WpColumns;

/*
 * The column of that name of the table of which `like` is a column, or the
 * whole row; NULL if there is none that can be a workflow's.
 */
extern Node *wp_column_beside(Var *like, Oid relation, WpRowColumn column);

/*
 * Finds the columns of one table that the arguments stand for; false where they
 * cannot be taken apart, or are of no table.
 */
extern bool wp_take_columns(PlannerInfo *root, WpForm form, List *args,
							WpColumns *columns);

#endif
