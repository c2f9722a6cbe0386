/*
 * board_gates.h
 *		Boards, their columns, the steps that use them and the history of runs
 *		(spec 4.8), as pure functions like those of decide.h.
 *
 * Small lists in rows (a board's members, a column's lists) are not part of a
 * principal. lookup/ reads the rows that concern the principal, and they are
 * passed here.
 */
#ifndef WP_DECIDE_BOARD_GATES_H
#define WP_DECIDE_BOARD_GATES_H

#include "postgres.h"

#include "decide/decide.h"

/* A board, and its relation to one principal. */
typedef struct WpBoard
{
	WpText account;
	WpText workspace;
	WpBoardKind kind;
	/* as a user, or through a role that counts in the board's workspace */
	bool is_member;
	bool is_owner;
	/* for a member, the role through which it is one; data NULL: as a user */
	WpText through;
} WpBoard;

/* A column of a board, and its relation to one principal. */
typedef struct WpColumn
{
	bool view_restricted;
	bool edit_restricted;
	bool on_view_list;
	bool on_edit_list;
	/*
	 * for a principal on a list, the role through which it is; data NULL: as a
	 * user
	 */
	WpText view_through;
	WpText edit_through;
} WpColumn;

/* The objects that a step touches. */
typedef struct WpTouch
{
	WpText workspace; /* data NULL: none */
	bool names_board;
	const WpBoard *board; /* NULL: names none, or one that does not exist */
	bool names_column;
	const WpColumn *column; /* NULL: names none, or one that does not exist */
	bool writes;
	/*
	 * a step that the live version does not declare, although it declares
	 * steps: it may touch anything
	 */
	bool undeclared;
} WpTouch;

/* A run, and its workflow. */
typedef struct WpRun
{
	WpText account;
	WpText started_by; /* data NULL: none, as for for_user */
	WpText for_user;
	bool failed;
	const WpWorkflow *workflow; /* NULL: it does not exist (any more) */
} WpRun;

/* How an editor's menu shows a board or a column. */
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
 * Do boards and columns restrict the steps of this workflow? In projects and
 * apps they do not.
 */
extern bool wp_steps_are_checked(const WpPrincipal *principal,
								 const WpWorkflow *workflow);

/*
 * A board or column that does not exist is NULL. used: the saved step uses it.
 */
extern WpMenuState wp_board_state(const WpPrincipal *principal,
								  const WpBoard *board);
extern WpMenuState wp_column_state(const WpPrincipal *principal,
								   const WpBoard *board, const WpColumn *column,
								   bool writes, bool used);
extern const char *wp_menu_word(WpMenuState state);

/*
 * May an editor configure a new or changed step to touch this (spec 6.3)? Its
 * workspace must be accessible, its board selectable, its column not hidden.
 */
extern WpVerdict wp_decide_configure(const WpPrincipal *principal,
									 const WpTouch *touch, bool column_used);

/*
 * May a step of a run do this with the rights of run_as (NULL: none)? The
 * caller must know whether the workflow's steps are checked at all.
 */
extern WpVerdict wp_decide_step(const WpPrincipal *run_as, const WpTouch *touch,
								WpTrace *trace);

/*
 * May the principal see the run, and its steps' numbers, states and reasons?
 * And may it see the details of a step: was the step declared, and may the
 * principal see everything that it touched?
 */
extern WpVerdict wp_decide_view_run(const WpPrincipal *principal,
									const WpRun *run, WpTrace *trace);
extern WpVerdict wp_decide_view_run_detail(const WpPrincipal *principal,
										   const WpRun *run,
										   const WpTouch *touch,
										   WpTrace *trace);

/*
 * May the principal see the details of a step that touched this, of a run that
 * it sees and whose steps are checked?
 */
extern WpVerdict wp_decide_view_touch(const WpPrincipal *principal,
									  const WpTouch *touch, WpTrace *trace);

/*
 * All gates of replay except the run gates.  These come last and may use the
 * rights of another user.
 */
extern WpVerdict wp_decide_replay(const WpPrincipal *principal,
								  const WpRun *run, WpTrace *trace);

#endif
