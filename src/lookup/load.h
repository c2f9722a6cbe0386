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
 * Fills *principal for that user of that account (user->data NULL: anonymous),
 * as of now() under the active snapshot, everything palloc'd in the context.
 * *valid_until is when the first of the rows that count expires, infinity if
 * none does.
 */
extern WpLoadResult wp_load_principal(const WpText *account, const WpText *user, MemoryContext context,
									  WpPrincipal *principal, TimestampTz *valid_until);

#endif
