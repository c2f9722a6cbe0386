/*
 * load_whatif.h
 *		Principals as they would be.
 */
#ifndef WP_LOOKUP_LOAD_WHATIF_H
#define WP_LOOKUP_LOAD_WHATIF_H

#include "lookup/load_principal.h"

/* Is there such a role in the account? */
extern bool wp_role_exists(const WpText *account, const WpText *role);

/*
 * Fills *changed with what the principal, who is a user, would be with a direct
 * grant of the role for the whole account more or, where not `with`, less;
 * every facet of it, palloc'd.  All that the tables say is as of now; the
 * user's row (the metadata with it) and the roles are the given principal's.
 */
extern WpLoadResult wp_load_with_role(const WpPrincipal *principal,
									  const WpText *role, bool with,
									  WpPrincipal *changed);

#endif
