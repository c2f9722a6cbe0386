/*
 * load_board.h
 *		Boards, columns, steps and runs, with their relation to one principal.
 */
#ifndef WP_LOOKUP_LOAD_BOARD_H
#define WP_LOOKUP_LOAD_BOARD_H

#include "decide/board_gates.h"

/* A touch and the objects that it points to, in one piece. */
typedef struct WpLoadedTouch
{
	WpTouch touch;
	WpBoard board;
	WpColumn column;
} WpLoadedTouch;

/* The starter of a run, in the order of the enum. */
typedef enum WpStarter
{
	WP_STARTER_USER,
	WP_STARTER_ANONYMOUS,
	WP_STARTER_SYSTEM, /* a schedule or a trigger */
	WP_STARTER_UNKNOWN /* an unknown word */
} WpStarter;

/* The status of a run and of a step, in the order of the enum. */
typedef enum WpRunState
{
	WP_RUN_RUNNING,
	WP_RUN_SUCCEEDED,
	WP_RUN_FAILED
} WpRunState;

extern const WpVocabulary wp_run_states;
extern const WpVocabulary wp_run_starters;

/* A run and the objects that it points to, in one piece. */
typedef struct WpLoadedRun
{
	WpRun run;
	WpStarter started_as;
	WpWorkflow workflow;
	WpText workflow_id;
	WpText run_as; /* data NULL: no user */
	int32 version; /* of the workflow, as it started; 0: none */
} WpLoadedRun;

/* The ids of the rows that a step names; data NULL: none. */
typedef struct WpStepIds
{
	WpText workspace;
	WpText board;
	WpText column;
	bool writes;
	bool undeclared; /* as in WpTouch */
} WpStepIds;

/*
 * The results are palloc'd in the current context, except the account, which
 * stays the principal's or the caller's.
 */

/* The board with that id in the principal's account; false if there is none. */
extern bool wp_load_board(const WpPrincipal *principal, const WpText *id,
						  WpBoard *board);

/*
 * Sets is_member, is_owner and through of a board whose account and workspace
 * are set.
 */
extern void wp_load_board_membership(const WpPrincipal *principal,
									 const WpText *id, WpBoard *board);

/* The column of that board; false if there is none. */
extern bool wp_load_column(const WpPrincipal *principal, const WpBoard *board,
						   const WpText *board_id, const WpText *id,
						   WpColumn *column);

/* The objects that these ids stand for, for that principal of that account. */
extern void wp_load_touch(const WpPrincipal *principal, const WpStepIds *ids,
						  WpLoadedTouch *loaded);

/* A step of a workflow's live version; false if there is none. */
extern bool wp_load_step(const WpText *account, const WpText *workflow,
						 const WpText *step, WpStepIds *ids);

/*
 * Is the run one of the workflow's live version, or of a workflow without one?
 */
extern bool wp_is_run_of_live_version(const WpLoadedRun *run);

/* Does the workflow's live version declare any step? */
extern bool wp_declares_steps(const WpText *account, const WpText *workflow);

/* Sets the board's workspace; leaves it unless there is such a board. */
extern void wp_load_board_workspace(const WpText *account, const WpText *board,
									WpText *workspace);

/* The objects that a step of a run touched; false if there is none. */
extern bool wp_load_run_step(const WpText *account, const WpText *run,
							 int32 step_no, WpStepIds *ids);

/*
 * Adds the ids of the runs of the account that are for the user or were started
 * by the user, each perhaps twice.
 */
struct ArrayBuildState;
extern void wp_add_runs_of(const WpText *account, const WpText *user,
						   struct ArrayBuildState *ids);

/* A run and its workflow; false if there is no such run. */
extern bool wp_load_run(const WpText *account, const WpText *id,
						WpLoadedRun *loaded);

/* Locks the run against deletion; false if there is none (wp_probe_holds). */
extern bool wp_hold_run(const WpText *account, const WpText *id);

#endif
