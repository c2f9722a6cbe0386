/*
 * decide.h
 *		The rules of the spec (section 4) as pure functions of a principal, a
 *		row and an action.  They read no table, no setting and no clock,
 *		allocate nothing and raise nothing; each answers with the code of the
 *		first gate that fails, in the spec's order.
 *
 * In all of them a principal of NULL, or one without an account, is "none".
 * A row's columns that are NULL, or hold a word we do not know, open no gate.
 */
#ifndef WP_DECIDE_DECIDE_H
#define WP_DECIDE_DECIDE_H

#include "postgres.h"

#include "condition/match.h"
#include "decide/trace.h"
#include "principal/principal.h"

/* What the rules need to know of a workflow: the columns of spec 6.2. */
typedef struct WpWorkflow
{
	WpText account;
	WpText workflow;
	WpText workspace;
	WpVisibility visibility;
	WpStatus status;
	const struct varlena *condition; /* detoasted, packed or not; NULL: none */
	bool hidden;
} WpWorkflow;

typedef enum WpAction
{
	WP_VIEW,
	WP_VIEW_DRAFT,
	WP_EDIT,
	WP_OPERATE, /* turn it between live and stopped */
	WP_PUBLISH,
	WP_DELETE,
	WP_MANAGE_MEMBERS,
	WP_MANAGE_RULES, /* write its execution rules (6.3) */
	WP_ENABLE,
	WP_RUN,
	WP_ACTION_UNKNOWN
} WpAction;

/* The action of that name ("edit"), or WP_ACTION_UNKNOWN. */
extern WpAction wp_action(const char *name, int len);

/* Its name, a static string; of WP_ACTION_UNKNOWN "". */
extern const char *wp_action_name(WpAction action);

/* The facets (WpFacet) of a principal without which the action is refused. */
extern uint32 wp_action_facets(WpAction action);

/* Any action on a workflow; the only entry for those. */
extern WpVerdict wp_decide(const WpPrincipal *principal, WpAction action,
						   const WpWorkflow *workflow);

/*
 * The same decision, told gate by gate; the last step's verdict is the answer.
 */
extern WpVerdict wp_decide_traced(const WpPrincipal *principal, WpAction action,
								  const WpWorkflow *workflow, WpTrace *trace);

/*
 * May the starter start runs in that account for that user (data NULL: for
 * nobody), whatever the workflow?  To be asked before the user or the workflow
 * is looked up: connected and anonymous principals start runs for themselves
 * alone, and do not learn which other users there are (4.5).
 */
extern WpVerdict wp_decide_starter(const WpPrincipal *starter,
								   const WpText *account,
								   const WpText *for_user);

/*
 * May a run of the workflow start (4.5), begun by `starter` (NULL: by nobody,
 * as a schedule does) and made for `for_user` (NULL: for nobody)?  Both with
 * WP_FACET_RUNNING.
 */
extern WpVerdict wp_decide_start(const WpPrincipal *starter,
								 const WpPrincipal *for_user,
								 const WpWorkflow *workflow);

/*
 * May the principal, a user of the workflow's account, keep the workflow
 * enabled (4.4)?  Of the gates of enabling those that end what is enabled: what
 * is stopped, and whoever is not active, loses nothing.
 */
extern WpVerdict wp_decide_stay_enabled(const WpPrincipal *principal,
										const WpWorkflow *workflow);

/*
 * May the principal create a workflow in this workspace of that account (4.3)?
 */
extern WpVerdict wp_decide_create(const WpPrincipal *principal,
								  const WpText *account,
								  const WpText *workspace, WpTrace *trace);

/*
 * May it write the execution rules of this workspace of that account (6.3)?
 */
extern WpVerdict wp_decide_workspace_rules(const WpPrincipal *principal,
										   const WpText *account,
										   const WpText *workspace);

/* May it pick, edit in and see the details of this workspace (4.2)? */
extern WpVerdict wp_decide_access_workspace(const WpPrincipal *principal,
											const WpText *account,
											const WpText *workspace,
											WpWorkspaceKind kind,
											WpTrace *trace);

/*
 * Is it a workspace of the principal's account in which access goes by
 * membership?
 */
extern bool wp_in_membership_workspace(const WpPrincipal *principal,
									   const WpText *workspace);

/* The gates of every action: is there somebody, active, of this account? */
extern WpVerdict wp_decide_caller(const WpPrincipal *principal,
								  const WpText *account);

/* The principal as a condition sees it. */
extern WpSubject wp_subject_of(const WpPrincipal *principal);

/* An active principal that works in the account: a member or a service. */
extern bool wp_is_team(const WpPrincipal *principal);

#endif
