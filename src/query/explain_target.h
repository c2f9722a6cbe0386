/*
 * explain_target.h
 *		A question that is asked by its words: may somebody do this (an action's
 *		name) to that (an object's id)?  What explains answers asks it, of one
 *		principal or of many.
 */
#ifndef WP_QUERY_EXPLAIN_TARGET_H
#define WP_QUERY_EXPLAIN_TARGET_H

#include "postgres.h"

#include "compat.h"
#include "decide/decide.h"
#include "lookup/load_board.h"

typedef enum WpQuestionKind
{
	WP_ASK_WORKFLOW,
	WP_ASK_CREATE, /* a workflow in this workspace */
	WP_ASK_ACCESS_WORKSPACE,
	WP_ASK_VIEW_BOARD,
	WP_ASK_VIEW_COLUMN,
	WP_ASK_EDIT_COLUMN,
	WP_ASK_VIEW_RUN,
	WP_ASK_VIEW_RUN_DETAIL,
	WP_ASK_STEP,
	WP_ASK_REPLAY
} WpQuestionKind;

typedef struct WpQuestion
{
	WpQuestionKind kind;
	WpAction action; /* of WP_ASK_WORKFLOW */
	WpText account;
	WpText object;
	/* of the object: a column of a board, a step of a run; data NULL: none */
	WpText part;
	bool found;
	WpWorkflow workflow; /* where found and of WP_ASK_WORKFLOW */
	WpLoadedRun run;     /* where found and of a run; points into itself */
	WpStepIds touched;   /* where found and of WP_ASK_VIEW_RUN_DETAIL */
} WpQuestion;

/*
 * The question of that name, about nothing yet.  Raises 22023 for none, 22004
 * for data NULL.
 */
extern WpQuestion wp_question(const WpText *action);

/*
 * Does it take two ids, of an object and a part of it?  In words, which; NULL:
 * it takes one.
 */
extern const char *wp_question_takes_part(const WpQuestion *question);

/*
 * Finds the object of that id in the account, whose part is set before;
 * palloc'd.
 */
extern void wp_question_about(WpQuestion *question, const WpText *account,
							  const WpText *object);

/* The facets of a principal that the answer takes. */
extern uint32 wp_question_facets(const WpQuestion *question);

/* The answer for that principal (NULL: none), told to whoever listens. */
extern WpVerdict wp_question_decide(const WpQuestion *question,
									const WpPrincipal *principal,
									WpTrace *trace);

/*
 * May the principal, who sees the object, see what a run's step touches named?
 */
extern bool wp_question_shows_touched(const WpQuestion *question,
									  const WpPrincipal *principal);

/*
 * By whose rights the last gates decide, a step's and a replay's; data NULL:
 * nobody else's.
 */
extern WpText wp_question_acts_as(const WpQuestion *question);

/*
 * May the principal see that the object is there, as the policies on its table
 * have it?
 */
extern bool wp_question_visible(const WpQuestion *question,
								const WpPrincipal *principal);

/* Where the object lies; data NULL: nowhere. */
extern WpText wp_question_workspace(const WpQuestion *question,
									const WpPrincipal *principal);

/* The workflow that it is about, itself or by a run; NULL: none. */
extern const WpWorkflow *wp_question_workflow(const WpQuestion *question);

/*
 * What decided a gate, with its name where it has one; palloc'd, NULL for
 * nothing to name.
 */
extern char *wp_step_decided_by(const WpTraceStep *step);

#endif
