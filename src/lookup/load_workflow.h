/*
 * load_workflow.h
 *		Rows of workflow_perms.workflows, as the decisions want them.
 */
#ifndef WP_LOOKUP_LOAD_WORKFLOW_H
#define WP_LOOKUP_LOAD_WORKFLOW_H

#include "decide/decide.h"
#include "lookup/list_order.h"

/*
 * The workflow of that account, palloc'd in the current context save the
 * account, which stays the caller's; false if there is none.
 */
extern bool wp_load_workflow(const WpText *account, const WpText *id,
							 WpWorkflow *workflow);

/*
 * Calls `each` for every workflow of the account, in no order; what it is given
 * is good during the call.
 */
typedef void (*WpEachWorkflow)(const WpWorkflow *workflow, void *arg);
extern void wp_each_workflow(const WpText *account, WpEachWorkflow each,
							 void *arg);

/*
 * The same with each row's place in the order, for those of the account's
 * workflows that lie in one of these workspaces or have one of these ids
 * (arrays of text); or whose condition has one of these hashes (an array of
 * bigint), or that have none.
 */
typedef void (*WpEachPlaced)(const WpWorkflow *workflow, const WpPlace *place,
							 void *arg);
extern void wp_each_workflow_placed(const WpText *account, const WpOrder *order,
									Datum workspaces, Datum ids,
									WpEachPlaced each, void *arg);
extern void wp_each_workflow_matching(const WpText *account,
									  const WpOrder *order, Datum hashes,
									  WpEachPlaced each, void *arg);

/*
 * The number of its live version, from 1; 0 for none and where there is no
 * workflow.
 */
extern int32 wp_live_version(const WpText *account, const WpText *id);

/* Does a workflow have any member row, expired ones included? */
extern bool wp_workflow_has_members(const WpText *account, const WpText *id);

#endif
