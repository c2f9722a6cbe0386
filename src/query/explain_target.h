/*
 * explain_target.h
 *		A question in words: may a principal do this action (by name) to this
 *		object (by id)? Explanations and reports ask it for one principal or for
 *		many.
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
	WpAction action; /* for WP_ASK_WORKFLOW */
	WpText account;
	WpText object;
	/*
	 * a part of the object: a column of a board, a step of a run; data NULL:
	 * none
	 */
	WpText part;
	bool found;
	WpWorkflow workflow; /* if found, for WP_ASK_WORKFLOW */
	WpLoadedRun run;     /* if found, for runs; points into itself */
	WpStepIds touched;   /* if found, for WP_ASK_VIEW_RUN_DETAIL */
} WpQuestion;

/*
 * Returns the question with that name, without an object.  Raises 22023 for an
 * unknown name, 22004 for data NULL.
 */
extern WpQuestion wp_question(const WpText *action);

/*
 * Returns the action on a workflow with that name.  Raises 22023 for another
 * name, 22004 for data NULL.
 */
extern WpAction wp_question_action(const WpText *action);

/*
 * If it takes two ids, of an object and a part of it: returns which, in words.
 * Otherwise returns NULL.
 */
extern const char *wp_question_takes_part(const WpQuestion *question);

/*
 * Finds the object with that id in the account, palloc'd.  The part must have
 * been set before.
 */
extern void wp_question_about(WpQuestion *question, const WpText *account,
							  const WpText *object);

/* Returns the facets of a principal that the answer needs. */
extern uint32 wp_question_facets(const WpQuestion *question);

/* Returns the answer for that principal (NULL: none), and traces its gates. */
extern WpVerdict wp_question_decide(const WpQuestion *question,
									const WpPrincipal *principal,
									WpTrace *trace);

/*
 * May the principal, which sees the object, see the names of the objects that a
 * run's step touches?
 */
extern bool wp_question_shows_touched(const WpQuestion *question,
									  const WpPrincipal *principal);

/*
 * The user whose rights decide the last gates, for a step and a replay; data
 * NULL: no other user.
 */
extern WpText wp_question_acts_as(const WpQuestion *question);

/*
 * May the principal see that the object exists, according to the policies on
 * its table?
 */
extern bool wp_question_visible(const WpQuestion *question,
								const WpPrincipal *principal);

/* Returns the object's workspace; data NULL: none. */
extern WpText wp_question_workspace(const WpQuestion *question,
									const WpPrincipal *principal);

/*
 * Returns the workflow that the question is about, directly or through a run;
 * NULL: none.
 */
extern const WpWorkflow *wp_question_workflow(const WpQuestion *question);

/*
 * Returns what decided a gate, with its name if it has one; palloc'd, or NULL
 * if there is nothing to name.
 */
extern char *wp_step_decided_by(const WpTraceStep *step);

#endif
