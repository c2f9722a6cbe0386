/*
 * identity.h
 *		The session's principal: an account and a user, or none (spec 3).
 *
 * It is kept in the setting workflow_perms.principal, because settings have
 * transaction scope, follow subtransactions and DISCARD ALL, and reach parallel
 * workers.  Only wp_identity_set can give it a value.  SET, ALTER … SET,
 * connection options, configuration files and function clauses cannot.  Read it
 * with wp_identity_get only, never by name: before the library is loaded, any
 * user can plant a placeholder of that name.
 *
 * If it has no value and a superuser has opted in, the claims of an API server
 * name the principal (claims.h).
 */
#ifndef WP_PRINCIPAL_IDENTITY_H
#define WP_PRINCIPAL_IDENTITY_H

#include "postgres.h"

#include "principal/principal.h"

/*
 * The texts are valid until the identity changes.  Copy them to keep them
 * longer.
 */
typedef struct WpIdentity
{
	WpText account;
	WpText user;  /* data NULL: anonymous */
	bool session; /* set for the session, not for this transaction */
} WpIdentity;

/* Makes the setting; called once, when the library is loaded. */
extern void wp_identity_init(void);

/*
 * Returns the session's current principal, or false if there is none.  Reads
 * one pointer, and one boolean if there is none.  So ask again rather than keep
 * it.
 */
extern bool wp_identity_get(WpIdentity *identity);

/*
 * Called when a principal is needed and there is none.  Raises 55000 on a
 * connection from another node of a distributed database.  The principal is not
 * sent to other nodes, so an answer for "no principal" would be incomplete, and
 * an error is better.
 */
extern void wp_identity_is_none(void);

/*
 * Returns the principal that is accountable for what this transaction does: the
 * current one or, if there is none, the one that was reset in this transaction.
 * A function in a user's statement may call RESET ALL after a row was permitted
 * and before the audit records the user.  Use it for the audit record only,
 * never for a decision.
 */
extern bool wp_identity_get_answerable(WpIdentity *identity);

/*
 * Sets the principal for the transaction or the session.  The caller has
 * checked that this is permitted and that the user exists.  Raises 22023 for
 * invalid ids, and 25000 in a parallel operation.  Raises 25001 if a token was
 * refused in this transaction, if the transaction has had another principal, or
 * if it has had this one for the transaction only and the session is to have
 * it.  Raises 55000 if the session has another principal, or if it is to be set
 * for the session on a connection from another node.  With
 * workflow_perms.allow_principal_change on, earlier principals and refused
 * tokens do not matter.
 */
extern void wp_identity_set(const WpText *account, const WpText *user,
							bool session);

/*
 * Leaves the session without a principal for good.  No rollback and no end of
 * the transaction restores the principal that it has now or had earlier, and
 * this transaction can set no other.  Call it just before raising an error.
 */
extern void wp_identity_void(void);

#endif
