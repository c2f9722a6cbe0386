/*
 * decide.h
 *		The rules of the spec (section 4) as pure functions of a principal, a
 *		row and an action.  They read no table, no setting and no clock,
 *		allocate nothing and raise nothing.  Each returns the code of the first
 *		gate that fails, in the spec's order.
 *
 * For all of them, a NULL principal or one without an account means no
 * principal.  A column that is NULL, or has an unknown word, opens no gate.
 */
#ifndef WP_DECIDE_DECIDE_H
#define WP_DECIDE_DECIDE_H

#include "postgres.h"

#include "condition/match.h"
#include "decide/trace.h"
#include "principal/principal.h"

/* The columns of a workflow that the rules need (spec 6.2). */
typedef struct WpWorkflow
{
	WpText account;
	WpText workflow;
	WpText workspace;
	WpVisibility visibility;
	WpStatus status;
	const struct varlena *condition; /* detoasted, packed or not; NULL: none */
	bool hidden;
	/*
	 * The owner that a row of an application's table names; data NULL: none. It
	 * is an owner as a row of workflow_members would make it.
	 */
	WpText owner;
} WpWorkflow;

typedef enum WpAction
{
	WP_VIEW,
	WP_VIEW_NAME, /* see that it exists, and its name (5) */
	WP_VIEW_DRAFT,
	WP_EDIT,
	WP_OPERATE, /* switch it between live and stopped */
	WP_PUBLISH,
	WP_DELETE,
	WP_MANAGE_MEMBERS,
	WP_MANAGE_RULES, /* write its execution rules (6.3) */
	WP_ENABLE,
	WP_RUN,
	WP_ACTION_UNKNOWN
} WpAction;

/* Returns the action with that name ("edit"), or WP_ACTION_UNKNOWN. */
extern WpAction wp_action(const char *name, int len);

/* Returns its name, a static string; "" for WP_ACTION_UNKNOWN. */
extern const char *wp_action_name(WpAction action);

/*
 * Returns the facets (WpFacet) that a principal must have.  Without them the
 * action is refused.
 */
extern uint32 wp_action_facets(WpAction action);

/* Decides any action on a workflow.  There is no other entry for these. */
extern WpVerdict wp_decide(const WpPrincipal *principal, WpAction action,
						   const WpWorkflow *workflow);

/*
 * The same decision, with each gate traced.  The verdict of the last step is
 * the result.
 */
extern WpVerdict wp_decide_traced(const WpPrincipal *principal, WpAction action,
								  const WpWorkflow *workflow, WpTrace *trace);

/*
 * May the starter start runs in that account for that user (data NULL: for no
 * user), whatever the workflow? Call this before looking up the user or the
 * workflow: connected and anonymous principals may start runs only for
 * themselves, and must not learn which other users exist (4.5).
 */
extern WpVerdict wp_decide_starter(const WpPrincipal *starter,
								   const WpText *account,
								   const WpText *for_user);

/*
 * May a run of the workflow start (4.5), started by `starter` (NULL: by no
 * user, as for a schedule) and for `for_user` (NULL: for no user)? Both need
 * WP_FACET_RUNNING.
 */
extern WpVerdict wp_decide_start(const WpPrincipal *starter,
								 const WpPrincipal *for_user,
								 const WpWorkflow *workflow);

/* The result of the walk of 4.5, and what decided it. */
typedef struct WpWalk
{
	WpVerdict verdict;  /* allowed, or the code of the level's deny */
	int level;          /* 1 to 10 */
	const WpRule *rule; /* NULL: the account's default */
} WpWalk;

/*
 * The walk alone, through the levels after this one (0: all).  The principal
 * needs WP_FACET_RUNNING.
 */
extern WpWalk wp_walk_execution(const WpPrincipal *principal,
								const WpWorkflow *workflow, int after);

/* Describes a level at which the walk can end; a static string. */
extern const char *wp_walk_level(int level);

/*
 * May the principal, a user of the workflow's account, keep the workflow
 * enabled (4.4)? Checks only those gates of enabling that end an enablement.  A
 * stopped workflow and an inactive user end none.
 */
extern WpVerdict wp_decide_stay_enabled(const WpPrincipal *principal,
										const WpWorkflow *workflow);

/*
 * May the principal create a workflow in this workspace of that account (4.3)?
 */
extern WpVerdict wp_decide_create(const WpPrincipal *principal,
								  const WpText *account,
								  const WpText *workspace, WpTrace *trace);

/* May it write the execution rules of this workspace of that account (6.3)? */
extern WpVerdict wp_decide_workspace_rules(const WpPrincipal *principal,
										   const WpText *account,
										   const WpText *workspace);

/* May it select this workspace, edit in it and see its details (4.2)? */
extern WpVerdict wp_decide_access_workspace(const WpPrincipal *principal,
											const WpText *account,
											const WpText *workspace,
											WpWorkspaceKind kind,
											WpTrace *trace);

/* Is access by membership in this workspace of the principal's account? */
extern bool wp_in_membership_workspace(const WpPrincipal *principal,
									   const WpText *workspace);

/*
 * The first gates of every action: is there a principal, is it active, and is
 * it of this account?
 */
extern WpVerdict wp_decide_caller(const WpPrincipal *principal,
								  const WpText *account);

/* Returns the principal in the form that conditions use. */
extern WpSubject wp_subject_of(const WpPrincipal *principal);

/* Is the principal an active member or service? */
extern bool wp_is_team(const WpPrincipal *principal);

#endif
