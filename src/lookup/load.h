/*
 * load.h
 *		Filling a principal from the tables.
 */
#ifndef WP_LOOKUP_LOAD_H
#define WP_LOOKUP_LOAD_H

#include "principal/principal.h"

typedef enum WpLoadResult
{
	WP_LOADED,
	WP_UNKNOWN_ACCOUNT,
	WP_UNKNOWN_USER
} WpLoadResult;

/*
 * Fills *principal, with these facets (WpFacet), for that user of that account
 * (user->data NULL: anonymous), as of now() under the active snapshot, everything
 * palloc'd in the context.  *valid_until is when the first of the rows that count
 * expires, infinity if none does.
 */
extern WpLoadResult wp_load_principal(const WpText *account, const WpText *user, uint32 facets,
									  MemoryContext context, WpPrincipal *principal,
									  TimestampTz *valid_until);

/*
 * The same for a user who had been given exactly these roles, each for the account
 * or for a workspace, and no others.
 */
extern WpLoadResult wp_load_principal_granted(const WpText *account, const WpText *user, uint32 facets,
											  const WpRole *grants, int ngrants, MemoryContext context,
											  WpPrincipal *principal);

/*
 * Adds these facets, which it does not have, to a principal that was loaded under
 * the same snapshot, palloc'd in the context; lowers *valid_until where something
 * of them expires earlier.
 */
extern void wp_load_facets(WpPrincipal *principal, uint32 facets, MemoryContext context,
						   TimestampTz *valid_until);

#endif
