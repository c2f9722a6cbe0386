/*
 * set_principal.h
 *		Loads the principal of an account and a user that must exist.
 */
#ifndef WP_QUERY_SET_PRINCIPAL_H
#define WP_QUERY_SET_PRINCIPAL_H

#include "compat.h"
#include "principal/principal.h"

/*
 * Fills *principal with every facet, palloc'd in the current context, for that
 * user of that account (data NULL: anonymous).  Raises null_value_not_allowed
 * for a NULL account, undefined_object for an account or user that does not
 * exist.
 */
extern void wp_require_principal(const WpText *account, const WpText *user,
								 WpPrincipal *principal);

/*
 * Raises undefined_object for a user, with that hint.  NULL: says where users
 * are, and not whether there is one that occurs twice.
 */
wp_noreturn extern void wp_raise_no_user(const WpText *account,
										 const WpText *user, const char *hint);

#endif
