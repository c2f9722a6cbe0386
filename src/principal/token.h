/*
 * token.h
 *		A JSON Web Token: whether it is valid, and the user that it names (spec
 *		3).
 */
#ifndef WP_PRINCIPAL_TOKEN_H
#define WP_PRINCIPAL_TOKEN_H

#include "postgres.h"

#include "principal/principal.h"

#define WP_TOKEN_MAX 8192 /* bytes */

/* Makes the settings; called once, when the library is loaded. */
extern void wp_token_init(void);

/*
 * Verifies the token and returns its account and user, palloc'd in the current
 * memory context.  Returns NULL, or why it is refused: a static sentence that
 * any user may read.
 */
extern const char *wp_token_subject(const WpText *token, WpText *account,
									WpText *user);

#endif
