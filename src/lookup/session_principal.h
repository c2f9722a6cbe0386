/*
 * session_principal.h
 *		The session's principal, loaded.
 */
#ifndef WP_LOOKUP_SESSION_PRINCIPAL_H
#define WP_LOOKUP_SESSION_PRINCIPAL_H

#include "decide/decide.h"

/*
 * Frees the kept principal at DISCARD ALL; called once, when the library is
 * loaded.
 */
extern void wp_session_init(void);

/*
 * Returns the session's principal under the active snapshot, with these facets
 * (WpFacet) and those that earlier decisions under the same snapshot needed.
 * Without WP_FACET_WORKSPACES it may not know a workflow's workspace.  Returns
 * NULL if no principal is set or its user no longer exists.  Valid until the
 * next call of any of these functions, so decide at once.  Raises
 * undefined_table if a principal is set but the model is gone.
 */
extern const WpPrincipal *wp_session_principal_with(uint32 facets);

static inline const WpPrincipal *
wp_session_principal(void)
{
	return wp_session_principal_with(WP_BASE_FACETS);
}

/* The same without facets: the identity and the roles. */
static inline const WpPrincipal *
wp_session_principal_who(void)
{
	return wp_session_principal_with(0);
}

/*
 * The same with these facets, only for decisions on that workflow in that
 * workspace (data NULL: none).  Much cheaper if the principal holds much and
 * few workflows are decided.
 */
extern const WpPrincipal *wp_session_principal_about(uint32 facets,
													 const WpText *workflow,
													 const WpText *workspace);

/* The same, only for deciding on this action on the workflow. */
extern const WpPrincipal *wp_session_principal_for(WpAction action,
												   const WpWorkflow *workflow);

/*
 * The same, but the workspace may have to be looked up before the decision,
 * with wp_session_know_workspace.  For callers that can rule out most rows
 * before that.
 */
extern const WpPrincipal *
wp_session_principal_unsure(WpAction action, const WpWorkflow *workflow);

/*
 * Makes sure that the session's principal, which was just returned and is
 * loaded wholly with WP_FACET_REACH, knows the workspace (data NULL: none).  It
 * stays in its place.
 */
extern void wp_session_know_workspace(const WpText *workspace);

/*
 * Returns the number of the load that the last principal came from, 0 for none.
 * While it stays the same, the principal is the same, the snapshot sees the
 * same rows, and nothing has expired.  So earlier decisions from rows of the
 * model are still valid in the same transaction.  In a later transaction only
 * those are valid that evaluated no condition, because $ago counts from the
 * transaction's time.
 */
extern uint64 wp_session_load_number(void);

/*
 * Gets information about the session's principals.  `wants` is called for each
 * that is loaded, with a hash of the user: should it be loaded with its
 * workspaces and memberships at once? `told` is called for each that has them.
 * Neither may ask for the session's principal itself.
 */
typedef struct WpSessionListener
{
	bool (*wants)(uint32 who);
	void (*told)(uint32 who, const WpPrincipal *principal);
} WpSessionListener;

extern void wp_session_listen(const WpSessionListener *functions);

#endif
