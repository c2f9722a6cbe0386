/*
 * gates.h
 *		The gates that the decisions share.  All but wp_gate_caller are asked of
 *		a principal that has passed that one.
 */
#ifndef WP_DECIDE_GATES_H
#define WP_DECIDE_GATES_H

#include "decide/board_gates.h"
#include "decide/decide.h"

/* The gates of every action, wp_decide_caller, told one by one. */
extern WpVerdict wp_gate_caller(const WpPrincipal *principal,
								const WpText *account, WpTrace *trace);

/* 4.1 */
extern WpVerdict wp_gate_view(const WpPrincipal *principal,
							  const WpWorkflow *workflow, WpTrace *trace);

/*
 * May a member or a service view the workflow, a guest by more than that guests
 * see what is main in open workspaces: by an invitation or a capability?
 */
extern bool wp_sees_as_invited(const WpPrincipal *principal,
							   const WpWorkflow *workflow);

/* 4.2, for edit, operate, publish, delete, manage_members and view_draft */
extern WpVerdict wp_gate_edit(const WpPrincipal *principal, WpAction action,
							  const WpWorkflow *workflow, WpTrace *trace);

/* 4.4 */
extern WpVerdict wp_gate_enable(const WpPrincipal *principal,
								const WpWorkflow *workflow, WpTrace *trace);

/* 6.3, execution_rules */
extern WpVerdict wp_gate_rules(const WpPrincipal *principal,
							   const WpWorkflow *workflow, WpTrace *trace);

/* 4.5 */
extern WpVerdict wp_gate_run(const WpPrincipal *principal,
							 const WpWorkflow *workflow, WpTrace *trace);

/*
 * 4.8: a board whose workspace is reached, a column's two lists, and editing a
 * column that may be seen.
 */
extern WpVerdict wp_gate_board(const WpPrincipal *principal,
							   const WpBoard *board, WpTrace *trace);
extern WpVerdict wp_gate_view_list(const WpBoard *board, const WpColumn *column,
								   WpTrace *trace);
extern WpVerdict wp_gate_edit_list(const WpBoard *board, const WpColumn *column,
								   WpTrace *trace);
extern WpVerdict wp_gate_edit_column(const WpPrincipal *principal,
									 const WpBoard *board,
									 const WpColumn *column, WpTrace *trace);

/*
 * Gates that several actions have: a capability of a member or a service, where
 * access goes by capability; that the workflow is live; that it lies, in this
 * workspace (NULL: none that exists), where connected users see it; its
 * condition, which is told with who was matched.
 */
extern WpVerdict wp_gate_capability(const WpPrincipal *principal,
									const char *capability,
									const WpText *workspace, WpTrace *trace);
extern WpVerdict wp_gate_live(const WpWorkflow *workflow, WpTrace *trace);
extern WpVerdict wp_gate_lies(const WpWorkflow *workflow,
							  const WpWorkspace *workspace, WpTrace *trace);
extern WpVerdict wp_gate_condition(const WpPrincipal *principal,
								   const WpWorkflow *workflow, WpTrace *trace);

/*
 * Does the condition let the principal pass: absent, or true?  Unknown does
 * not.
 */
extern bool wp_condition_holds(const WpPrincipal *principal,
							   const struct varlena *condition);

/* Is the principal a member or a service that owns the workflow? */
extern bool wp_owns_workflow(const WpPrincipal *principal,
							 const WpWorkflow *workflow);

/*
 * Does the principal reach the workspace (4.2)?  And as a gate, where its kind
 * is known.
 */
extern bool wp_reaches_workspace(const WpPrincipal *principal,
								 const WpText *workspace);
extern WpVerdict wp_gate_reach(const WpPrincipal *principal,
							   const WpText *workspace, WpWorkspaceKind kind,
							   WpTrace *trace);

/*
 * The kind of a workspace of the principal's account; WP_WORKSPACE_UNKNOWN for
 * none.
 */
extern WpWorkspaceKind wp_workspace_kind_of(const WpPrincipal *principal,
											const WpText *workspace);

/* In these, access goes by membership; in project and app by capability. */
extern bool wp_goes_by_membership(WpWorkspaceKind kind);

#endif
