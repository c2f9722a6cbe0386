/*
 * principal.h
 *		Loading a principal that has to exist.
 */
#ifndef WP_QUERY_PRINCIPAL_H
#define WP_QUERY_PRINCIPAL_H

#include "principal/principal.h"

extern void wp_require_principal(const WpText *account, const WpText *user, WpPrincipal *principal);

#endif
