/*
 * gates.h
 *		The gates that several decisions share.  All except wp_gate_caller
 *		require a principal that has passed that gate.
 */
#ifndef WP_DECIDE_GATES_H
#define WP_DECIDE_GATES_H

#include "decide/board_gates.h"
#include "decide/decide.h"

/* The first gates of every action, as in wp_decide_caller, each traced. */
extern WpVerdict wp_gate_caller(const WpPrincipal *principal,
								const WpText *account, WpTrace *trace);

/* 4.1 */
extern WpVerdict wp_gate_view(const WpPrincipal *principal,
							  const WpWorkflow *workflow, WpTrace *trace);

/*
 * The same, or the right to see the users or the history of its project or app
 * (5).
 */
extern WpVerdict wp_gate_view_name(const WpPrincipal *principal,
								   const WpWorkflow *workflow, WpTrace *trace);

/*
 * May a member or a service view the workflow? For a guest, only through a
 * membership or a capability, not because guests see main workflows of open
 * workspaces.
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
 * 4.8: a board whose workspace is reached; a column's two lists; editing a
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
 * Gates of several actions.  A capability of a member or a service, where
 * access is by capability.  The workflow is live.  The workflow is, in this
 * workspace (NULL: it does not exist), where connected users see it.  Its
 * condition, which is traced with the principal that was matched.
 */
extern WpVerdict wp_gate_capability(const WpPrincipal *principal,
									const char *capability,
									const WpText *workspace, WpTrace *trace);
extern WpVerdict wp_gate_live(const WpWorkflow *workflow, WpTrace *trace);
extern WpVerdict wp_gate_placed(const WpWorkflow *workflow,
								const WpWorkspace *workspace, WpTrace *trace);
extern WpVerdict wp_gate_condition(const WpPrincipal *principal,
								   const WpWorkflow *workflow, WpTrace *trace);

/*
 * Does the condition permit the principal? It must be absent or true; unknown
 * does not permit.
 */
extern bool wp_condition_holds(const WpPrincipal *principal,
							   const struct varlena *condition);

/*
 * Does the row itself name the principal, a member or a service, as its owner
 * (owner_id, 6.2)?
 */
extern bool wp_owns_row(const WpPrincipal *principal,
						const WpWorkflow *workflow);

/* Is the principal a member or a service that owns the workflow? */
extern bool wp_owns_workflow(const WpPrincipal *principal,
							 const WpWorkflow *workflow);

/*
 * Can the principal reach the workspace (4.2)? The second is the gate, for a
 * known kind.
 */
extern bool wp_reaches_workspace(const WpPrincipal *principal,
								 const WpText *workspace);
extern WpVerdict wp_gate_reach(const WpPrincipal *principal,
							   const WpText *workspace, WpWorkspaceKind kind,
							   WpTrace *trace);

/*
 * Returns the kind of a workspace of the principal's account,
 * WP_WORKSPACE_UNKNOWN if there is none.
 */
extern WpWorkspaceKind wp_workspace_kind_of(const WpPrincipal *principal,
											const WpText *workspace);

/*
 * Is access by membership for this kind? In projects and apps it is by
 * capability.
 */
extern bool wp_goes_by_membership(WpWorkspaceKind kind);

#endif
