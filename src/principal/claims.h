/*
 * claims.h
 *		Who the claims of a token are about; and the claims that an API server
 *		has verified, where a superuser trusts it (spec 3).
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
 * The claims' account and user, pointing into the claims.  False unless both
 * are there, as strings that can be ids: never anonymous.
 */
extern bool wp_claims_subject(const WpJson *claims, WpText *account,
							  WpText *user);

/*
 * The same of request.jwt.claims, for whoever has found wp_claims_trusted:
 * false where it is not set or does not name both.  The texts are valid until
 * it changes.  Raises for lack of memory at most.
 */
extern bool wp_claims_of_request(WpText *account, WpText *user);

#endif
