/*
 * session.h
 *		The session's principal, loaded.
 */
#ifndef WP_LOOKUP_SESSION_H
#define WP_LOOKUP_SESSION_H

#include "principal/principal.h"

/*
 * The session's principal as the active snapshot shows it; NULL for none.  It
 * stays good until the next call of this function: decide, then let go.
 */
extern const WpPrincipal *wp_session_principal(void);

/* The same with facets (WpFacet), for the decisions that need them; good for as long. */
extern const WpPrincipal *wp_session_principal_with(uint32 facets);

/*
 * The number of the load that the last answer came from, 0 for none.  While it is
 * the same, the same principal asks under a snapshot that sees the same rows, and
 * nothing has expired: what was decided for it then, by rows of the model, holds.
 */
extern uint64 wp_session_load_number(void);

/*
 * Has a function told of each principal of the session that is loaded, NULL for
 * somebody who is not there; it must not ask for the session's principal itself.
 */
typedef void (*WpSessionTold) (const WpPrincipal *principal);
extern void wp_session_tell(WpSessionTold told);

#endif
