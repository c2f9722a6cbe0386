/*
 * session.h
 *		The session's principal, loaded, and rows of our own table.
 */
#ifndef WP_LOOKUP_SESSION_H
#define WP_LOOKUP_SESSION_H

#include "decide/decide.h"
#include "principal/principal.h"

/*
 * The session's principal as the active snapshot shows it; NULL for none.  It
 * stays good until the next call of this function: decide, then let go.
 */
extern const WpPrincipal *wp_session_principal(void);

/* The workflow of that account, palloc'd in the current context; false if there is none. */
extern bool wp_load_workflow(const WpText *account, const WpText *id, WpWorkflow *workflow);

/* Does a workflow have any member row? */
extern bool wp_workflow_has_members(const WpText *account, const WpText *id);

#endif
