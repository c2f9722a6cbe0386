/*
 * run_access.h
 *		Decisions on a run that ask about somebody else than who asks.  Each is
 *		told gate by gate to whoever listens; trace NULL: nobody.
 */
#ifndef WP_QUERY_RUN_ACCESS_H
#define WP_QUERY_RUN_ACCESS_H

#include "postgres.h"

#include "lookup/load_board.h"

/* All of replay's gates, the run gates of whom it is for included. */
extern WpVerdict wp_answer_replay(const WpPrincipal *principal,
								  const WpRun *run, WpTrace *trace);

/* May the run do what touches this? */
extern WpVerdict wp_answer_run_step(const WpLoadedRun *run,
									const WpStepIds *ids, WpTrace *trace);

/* May the run do this step of the workflow's live version? */
extern WpVerdict wp_answer_step(const WpLoadedRun *run, const WpText *step,
								WpTrace *trace);

#endif
