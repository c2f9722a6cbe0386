/*
 * reachable_ids.h
 *		Where a principal may do something at all: the ids among which every
 *		workflow lies on which an action can be allowed.
 *
 * Three sets an action: workflows that the principal's own lists name,
 * workspaces in which a `main` workflow of any other id may pass, and
 * workspaces in which any may, private ones too.  The latter two also apart for
 * principals whom conditions bind and whom they do not.  No rule is stated
 * again to make them: the decision itself is asked, once for workspaces that
 * are alike, about a workflow that has everything in its favour (live, no
 * condition, not hidden, an id that nothing names).  So a workflow that is in
 * none of the sets is refused; one that is in some may still be.
 */
#ifndef WP_PLANNER_REACHABLE_IDS_H
#define WP_PLANNER_REACHABLE_IDS_H

#include "postgres.h"

#include "decide/decide.h"

typedef enum WpCandidateKind
{
	WP_NAMED, /* workflows */
	WP_MAIN,  /* workspaces, without those of WP_ANY */
	WP_ANY,   /* workspaces */
	/* as WP_MAIN and WP_ANY, of members and services; of others empty */
	WP_TEAM_MAIN,
	WP_TEAM_ANY,
	/* both of others, whom conditions bind; of members and services empty */
	WP_BOUND
} WpCandidateKind;

#define WP_CANDIDATE_KINDS 6

/* Ids, each once, in order. */
typedef struct WpIdSet
{
	int n;
	WpText *ids; /* point into the principal */
	WpIndex index;
} WpIdSet;

/*
 * The set, palloc'd in the current context; of a principal of NULL an empty
 * one.
 */
extern WpIdSet *wp_candidates(const WpPrincipal *principal, WpAction action,
							  WpCandidateKind kind);

/* Is the id (data NULL: in none) in the set? */
extern bool wp_idset_has(const WpIdSet *set, const WpText *id);

/*
 * The set of the session's principal as the active snapshot shows it; good
 * until the principal is asked for again.
 */
extern const WpIdSet *wp_session_candidates(WpAction action,
											WpCandidateKind kind);

/*
 * Is the action on the workflow allowed to the session's principal?  It is
 * given as the session has it at this moment, wholly loaded or about this
 * workflow.
 */
extern bool wp_session_allows(const WpPrincipal *principal, WpAction action,
							  const WpWorkflow *workflow);

/*
 * The words for an action and a kind, such as "view main", as SQL functions
 * take them.
 */
extern bool wp_candidate_words(const WpText *words, WpAction *action,
							   WpCandidateKind *kind);
extern char *wp_candidate_label(WpAction action, WpCandidateKind kind);

/* Sees to it that what is kept goes at DISCARD ALL; called once. */
extern void wp_reachable_init(void);

#endif
