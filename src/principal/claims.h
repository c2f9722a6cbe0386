/*
 * claims.h
 *		The account and the user that a token's claims name, and the claims that
 *		an API server has verified, if a superuser trusts them (spec 3).
 */
#ifndef WP_PRINCIPAL_CLAIMS_H
#define WP_PRINCIPAL_CLAIMS_H

#include "postgres.h"

#include "principal/principal.h"
#include "principal/strict_json.h"

/*
 * workflow_perms.trust_request_claims: are the API server's claims read at all?
 */
extern bool wp_claims_trusted;

/* Makes the settings; called once, when the library is loaded. */
extern void wp_claims_init(void);

/*
 * Returns the claims' account and user, which point into the claims.  Returns
 * false unless both are strings that can be ids, so the result is never
 * anonymous.
 */
extern bool wp_claims_subject(const WpJson *claims, WpText *account,
							  WpText *user);

/*
 * The same for request.jwt.claims.  The caller has checked wp_claims_trusted.
 * Returns false if the setting is empty or does not name both.  The texts are
 * valid until it changes.  Raises only if memory is out.
 */
extern bool wp_claims_of_request(WpText *account, WpText *user);

#endif
