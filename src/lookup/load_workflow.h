/*
 * load_workflow.h
 *		Rows of workflow_perms.workflows, in the form that decisions use.
 */
#ifndef WP_LOOKUP_LOAD_WORKFLOW_H
#define WP_LOOKUP_LOAD_WORKFLOW_H

#include "postgres.h"

#include "utils/tuplestore.h"

#include "decide/decide.h"

/*
 * Reads the workflow of that account, palloc'd in the current context except
 * the account, which stays the caller's.  Returns false if there is none.
 */
extern bool wp_load_workflow(const WpText *account, const WpText *id,
							 WpWorkflow *workflow);

/*
 * Calls `each` for every workflow of the account, in no order.  Its argument is
 * valid during the call.
 */
typedef void (*WpEachWorkflow)(const WpWorkflow *workflow, void *arg);
extern void wp_each_workflow(const WpText *account, WpEachWorkflow each,
							 void *arg);

/*
 * The same for those of the account of the session's principal that it may
 * view, edit or run, or do anything with.  If there are more than `most` (0: no
 * bound), `each` is not called, and the result is how many there are at least,
 * or are expected; otherwise 0.
 */
typedef enum WpAsked
{
	WP_ASKED_VIEW,
	WP_ASKED_EDIT,
	WP_ASKED_RUN,
	WP_ASKED_ANY
} WpAsked;
extern double wp_each_workflow_asked(const WpText *account, WpAsked asked,
									 uint64 most, WpEachWorkflow each,
									 void *arg);

/*
 * The same for those whose history it may see, and perhaps others that it may
 * view, which the caller has to refuse.  whole: it holds task_history.view
 * somewhere.  Each kind is bounded.
 */
extern double wp_each_workflow_of_history(const WpText *account, bool whole,
										  uint64 most, WpEachWorkflow each,
										  void *arg);

/* The same with the id alone. */
typedef void (*WpEachId)(const WpText *id, void *arg);
extern double wp_each_id_asked(const WpText *account, WpAsked asked,
							   uint64 most, WpEachId each, void *arg);

/*
 * Returns a query for these columns of the workflows w of the account $1 that
 * the session's principal may view; palloc'd.  `rest` follows its conditions.
 */
extern char *wp_viewable_query(const char *columns, const char *rest);

/*
 * Returns the number of the live version, from 1; 0 if there is no live version
 * or no workflow.
 */
extern int32 wp_live_version(const WpText *account, const WpText *id);

/*
 * The same with the workflow's run_as (data NULL: none), palloc'd.  Returns
 * false if there is no workflow.
 */
extern bool wp_load_start(const WpText *account, const WpText *id,
						  int32 *version, WpText *run_as);

/*
 * Locks the workflow against deletion; false if there is none
 * (wp_probe_holds).
 */
extern bool wp_hold_workflow(const WpText *account, const WpText *id);

/* Does a workflow have any member row, expired ones included? */
extern bool wp_workflow_has_members(const WpText *account, const WpText *id);

#endif
