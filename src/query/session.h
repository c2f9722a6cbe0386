/*
 * session.h
 *		Becoming the session's principal.
 */
#ifndef WP_QUERY_SESSION_H
#define WP_QUERY_SESSION_H

#include "principal/principal.h"

/*
 * Makes this user of this account (data NULL: anonymous) the session's principal,
 * for the transaction or for the session.  Raises undefined_object for one that
 * does not exist, and what wp_identity_set raises.
 */
extern void wp_become(const WpText *account, const WpText *user, bool session);

#endif
