/*
 * set_principal.h
 *		Loading the principal of an account and a user that have to exist.
 */
#ifndef WP_QUERY_SET_PRINCIPAL_H
#define WP_QUERY_SET_PRINCIPAL_H

#include "compat.h"
#include "principal/principal.h"

/*
 * Fills *principal, every facet of it, palloc'd in the current context, for
 * that user of that account (data NULL: anonymous).  Raises
 * null_value_not_allowed for no account, undefined_object for an account or a
 * user that does not exist.
 */
extern void wp_require_principal(const WpText *account, const WpText *user,
								 WpPrincipal *principal);

/* Raises undefined_object of a user, with that hint. */
#define WP_USERS_HINT "Users are rows of workflow_perms.users."
wp_noreturn extern void wp_raise_no_user(const WpText *account,
										 const WpText *user, const char *hint);

#endif
