/*
 * reachable_ids.h
 *		Where a principal may do anything at all: sets of ids that contain every
 *		workflow on which an action can be allowed.
 *
 * Each action has three sets: workflows that the principal's own lists name,
 * workspaces in which a `main` workflow with any other id may pass, and
 * workspaces in which any workflow may pass, private ones too.  The latter two
 * also exist separately for principals that conditions bind and for those that
 * they do not.  No rule is repeated to make the sets.  Instead the decision is
 * called, once for all workspaces that are alike, on a workflow that meets
 * every requirement (live, no condition, not hidden, an id that nothing names).
 * So a workflow in none of the sets is refused.  A workflow in a set may still
 * be refused.
 */
#ifndef WP_PLANNER_REACHABLE_IDS_H
#define WP_PLANNER_REACHABLE_IDS_H

#include "postgres.h"

#include "decide/decide.h"
#include "lookup/id_set.h"
#include "lookup/workflow_rights.h"

typedef enum WpCandidateKind
{
	WP_NAMED, /* workflows */
	WP_MAIN,  /* workspaces, except those of WP_ANY */
	WP_ANY,   /* workspaces */
	/* like WP_MAIN and WP_ANY for members and services; empty for others */
	WP_TEAM_MAIN,
	WP_TEAM_ANY,
	/*
	 * both, for principals that conditions bind; empty for members and services
	 */
	WP_BOUND,
	/*
	 * The workflows themselves, for rows that belong to one: those that the
	 * session's principal may view or edit, and those whose runs it may see
	 * (lookup/workflow_rights.h).
	 */
	WP_VERDICT,
	WP_HISTORY
} WpCandidateKind;

#define WP_CANDIDATE_KINDS 6 /* without the last two */

/*
 * Returns the set, palloc'd in the current context and pointing into the
 * principal.  For a NULL principal, and for the last two kinds, it is empty.
 */
extern WpIdSet *wp_candidates(const WpPrincipal *principal, WpAction action,
							  WpCandidateKind kind);

/* Sets the right that the last two kinds stand for; false for another kind. */
extern bool wp_right_of(WpAction action, WpCandidateKind kind, WpRight *right);

/*
 * Returns the set of the session's principal under the active snapshot, valid
 * until the principal is fetched again.
 */
extern const WpIdSet *wp_session_candidates(WpAction action,
											WpCandidateKind kind);

/*
 * May the session's principal do the action on the workflow? The principal is
 * the session's at this moment, loaded wholly or for this workflow.
 */
extern bool wp_session_allows(const WpPrincipal *principal, WpAction action,
							  const WpWorkflow *workflow);

/*
 * The label of an action and a kind, such as "view main", as SQL functions take
 * it.
 */
extern bool wp_candidate_words(const WpText *words, WpAction *action,
							   WpCandidateKind *kind);
extern char *wp_candidate_label(WpAction action, WpCandidateKind kind);

/* Frees the sets at DISCARD ALL; called once, when the library is loaded. */
extern void wp_reachable_init(void);

#endif
