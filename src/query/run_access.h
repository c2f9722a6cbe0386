/*
 * run_access.h
 *		Decisions on a run that depend on the rights of another user than the
 *		caller.  Each traces its gates, unless trace is NULL.
 */
#ifndef WP_QUERY_RUN_ACCESS_H
#define WP_QUERY_RUN_ACCESS_H

#include "postgres.h"

#include "lookup/load_board.h"

/*
 * May the principal replay the run? Includes the run gates of the user that it
 * is for.
 */
extern WpVerdict wp_answer_replay(const WpPrincipal *principal,
								  const WpRun *run, WpTrace *trace);

/* May the run do a step that touches this object? */
extern WpVerdict wp_answer_run_step(const WpLoadedRun *run,
									const WpStepIds *ids, WpTrace *trace);

/* May the run do this step of the workflow's live version? */
extern WpVerdict wp_answer_step(const WpLoadedRun *run, const WpText *step,
								WpTrace *trace);

/*
 * May the session's principal do anything in the account? An anonymous one may
 * be asked further.
 */
extern WpVerdict wp_answer_caller(const WpText *account);

/*
 * May the engine start a run of the workflow? With a parent (data NULL: none),
 * the parent's starter starts it.  Without one, the session's principal does.
 * Without both, no user does: a schedule or a trigger of the product.  for_user
 * (data NULL: the parent's, or none) is the user that it is for.
 */
extern WpVerdict wp_answer_new_run(const WpText *account,
								   const WpText *workflow, const WpText *parent,
								   const WpText *for_user);

#endif
