/*
 * session_principal.h
 *		The session's principal, loaded.
 */
#ifndef WP_LOOKUP_SESSION_PRINCIPAL_H
#define WP_LOOKUP_SESSION_PRINCIPAL_H

#include "decide/decide.h"

/* Sees to it that what is kept goes at DISCARD ALL; called once. */
extern void wp_session_init(void);

/*
 * The session's principal as the active snapshot shows it, with these facets
 * (WpFacet) besides those that earlier decisions under the same snapshot have
 * asked for; without WP_FACET_WORKSPACES it may not know where a workflow lies.
 * NULL for none: nobody set, or somebody who is no longer there.  It stays good
 * until the next call of any of these functions: decide, then let go.  Raises
 * undefined_table where somebody is set and the model is gone.
 */
extern const WpPrincipal *wp_session_principal_with(uint32 facets);

static inline const WpPrincipal *
wp_session_principal(void)
{
	return wp_session_principal_with(WP_BASE_FACETS);
}

/* The same with no facet: who it is and the roles. */
static inline const WpPrincipal *
wp_session_principal_who(void)
{
	return wp_session_principal_with(0);
}

/*
 * The same with these facets, for deciding on that workflow in that workspace
 * (data NULL: none) and on nothing else: much cheaper where it holds much and
 * few are decided on.
 */
extern const WpPrincipal *wp_session_principal_about(uint32 facets,
													 const WpText *workflow,
													 const WpText *workspace);

/* The same for deciding on this action on the workflow alone. */
extern const WpPrincipal *wp_session_principal_for(WpAction action,
												   const WpWorkflow *workflow);

/*
 * The same, but what there is of the workspace may have to be looked up before
 * a decision, by wp_session_know_workspace: for whoever can rule most rows out
 * before.
 */
extern const WpPrincipal *
wp_session_principal_unsure(WpAction action, const WpWorkflow *workflow);

/*
 * Makes sure that the session's principal, just asked for and wholly loaded
 * with WP_FACET_REACH, knows the workspace (data NULL: none); it stays where it
 * is.
 */
extern void wp_session_know_workspace(const WpText *workspace);

/*
 * The number of the load that the last answer came from, 0 for none.  While it
 * is the same, the same principal asks under a snapshot that sees the same
 * rows, and nothing has expired: what was decided for it then, by rows of the
 * model, holds.
 */
extern uint64 wp_session_load_number(void);

/*
 * Who wants to know what principals of the session hold.  `wants` is asked of
 * each that is loaded, by a number that stands for the user, whether it is
 * worth loading with its workspaces and memberships at once; `told` is told of
 * each that has them.  Neither may ask for the session's principal itself.
 */
typedef struct WpSessionListener
{
	bool (*wants)(uint32 who);
	void (*told)(uint32 who, const WpPrincipal *principal);
} WpSessionListener;

extern void wp_session_listen(const WpSessionListener *functions);

#endif
