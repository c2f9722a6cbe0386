/*
 * board_gates.h
 *		Boards, their columns, the steps that use them and the history of runs
 *		(spec 4.8), as pure functions in the manner of decide.h.
 *
 * What is small and named by a row (a board's members, a column's lists) is not
 * part of a principal: lookup/ asks the tables what they say about the
 * principal and hands it over here.
 */
#ifndef WP_DECIDE_BOARD_GATES_H
#define WP_DECIDE_BOARD_GATES_H

#include "postgres.h"

#include "decide/decide.h"

/* A board, as it stands to one principal. */
typedef struct WpBoard
{
	WpText account;
	WpText workspace;
	WpBoardKind kind;
	/* as a user, or through a role that counts in the board's workspace */
	bool is_member;
	bool is_owner;
	/* of a member, the role by which it is one; data NULL: as a user */
	WpText through;
} WpBoard;

/* A column of a board, as it stands to one principal. */
typedef struct WpColumn
{
	bool view_restricted;
	bool edit_restricted;
	bool on_view_list;
	bool on_edit_list;
	/* of who is on a list, the role by which; data NULL: as a user */
	WpText view_through;
	WpText edit_through;
} WpColumn;

/* What a step touches. */
typedef struct WpTouch
{
	WpText workspace; /* data NULL: none */
	bool names_board;
	const WpBoard *board; /* NULL: names none, or one that does not exist */
	bool names_column;
	const WpColumn *column; /* NULL: names none, or one that does not exist */
	bool writes;
	/*
	 * by a step that the live version, which declares steps, does not: it may
	 * touch anything
	 */
	bool undeclared;
} WpTouch;

/* A run, and the workflow that it ran. */
typedef struct WpRun
{
	WpText account;
	WpText started_by; /* data NULL: nobody, as in for_user */
	WpText for_user;
	bool failed;
	const WpWorkflow *workflow; /* NULL: there is no such workflow (any more) */
} WpRun;

/* How a board or a column stands in an editor's menu. */
typedef enum WpMenuState
{
	WP_MENU_ABSENT,
	WP_MENU_HIDDEN,
	WP_MENU_GREY,
	WP_MENU_SELECTABLE_WILL_FAIL,
	WP_MENU_SELECTABLE
} WpMenuState;

extern WpVerdict wp_decide_view_board(const WpPrincipal *principal,
									  const WpBoard *board, WpTrace *trace);
extern WpVerdict wp_decide_view_column(const WpPrincipal *principal,
									   const WpBoard *board,
									   const WpColumn *column, WpTrace *trace);
extern WpVerdict wp_decide_edit_column(const WpPrincipal *principal,
									   const WpBoard *board,
									   const WpColumn *column, WpTrace *trace);

/*
 * Do boards and columns bind the steps of this workflow?  In project and app
 * they do not.
 */
extern bool wp_steps_are_checked(const WpPrincipal *principal,
								 const WpWorkflow *workflow);

/*
 * Of what does not exist board or column are NULL.  used: by the step as it is
 * saved.
 */
extern WpMenuState wp_board_state(const WpPrincipal *principal,
								  const WpBoard *board);
extern WpMenuState wp_column_state(const WpPrincipal *principal,
								   const WpBoard *board, const WpColumn *column,
								   bool writes, bool used);
extern const char *wp_menu_word(WpMenuState state);

/*
 * May an editor configure a step, new or changed, to touch this (spec 6.3): is
 * its workspace accessible, its board selectable, its column not hidden?
 */
extern WpVerdict wp_decide_configure(const WpPrincipal *principal,
									 const WpTouch *touch, bool column_used);

/*
 * May a step of a run do this with the rights of run_as (NULL: nobody)?
 * Whether the workflow's steps are checked at all is the caller's to know.
 */
extern WpVerdict wp_decide_step(const WpPrincipal *run_as, const WpTouch *touch,
								WpTrace *trace);

/*
 * Seeing that a run took place, its steps' numbers, states and reasons; and
 * what a step did: that it was declared, then all that it touched.
 */
extern WpVerdict wp_decide_view_run(const WpPrincipal *principal,
									const WpRun *run, WpTrace *trace);
extern WpVerdict wp_decide_view_run_detail(const WpPrincipal *principal,
										   const WpRun *run,
										   const WpTouch *touch,
										   WpTrace *trace);

/*
 * All of replay's gates but the run gates, which come last and may be
 * another's.
 */
extern WpVerdict wp_decide_replay(const WpPrincipal *principal,
								  const WpRun *run, WpTrace *trace);

#endif
