/*
 * load_whatif.h
 *		Principals as if one grant were added or removed.
 */
#ifndef WP_LOOKUP_LOAD_WHATIF_H
#define WP_LOOKUP_LOAD_WHATIF_H

#include "lookup/load_principal.h"

/* Does the account have this role? */
extern bool wp_role_exists(const WpText *account, const WpText *role);

/*
 * Fills *changed with the principal, which is a user, as if it had one more
 * direct grant of the role for the whole account (`with`) or one less.  It has
 * every facet and is palloc'd.  The tables are read as they are now.  The
 * user's row, including the metadata, and the roles are those of the given
 * principal.
 */
extern WpLoadResult wp_load_with_role(const WpPrincipal *principal,
									  const WpText *role, bool with,
									  WpPrincipal *changed);

#endif
