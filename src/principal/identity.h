/*
 * identity.h
 *		Who the session's principal is: account and user, or none (spec 3).
 *
 * Kept in the setting workflow_perms.principal, because settings have what this
 * needs: transaction scope, subtransactions, DISCARD ALL, parallel workers.
 * But only wp_identity_set gives it a value; SET, ALTER … SET, connection
 * options, configuration files and function clauses cannot.  It is read by
 * wp_identity_get alone, never by name: before the library is loaded anyone can
 * plant a placeholder of that name.
 *
 * Where it has none, and a superuser has opted in to that, the claims of an API
 * server say who it is (claims.h).
 */
#ifndef WP_PRINCIPAL_IDENTITY_H
#define WP_PRINCIPAL_IDENTITY_H

#include "postgres.h"

#include "principal/principal.h"

/* Texts are valid until the identity changes: copy what outlives a call. */
typedef struct WpIdentity
{
	WpText account;
	WpText user;  /* data NULL: anonymous */
	bool session; /* set for the session, not for this transaction */
} WpIdentity;

/* Makes the setting; called once, when the library is loaded. */
extern void wp_identity_init(void);

/*
 * The session's principal of this moment; false for none.  Reads one pointer,
 * and one boolean where it is none: ask again rather than keep it.
 */
extern bool wp_identity_get(WpIdentity *identity);

/*
 * Called where somebody is asked for and it is none.  Raises 55000 on a
 * connection from another node of a distributed database: who was set there is
 * not sent along, and "nobody" would be a short answer instead of none.
 */
extern void wp_identity_is_none(void);

/*
 * Who is answerable for what this transaction does: the principal of this
 * moment or, where there is none, the one that was reset in this transaction.
 * A function in somebody's statement may RESET ALL after the row was let
 * through, and before it is written down who did it.  For the record only,
 * never for a decision.
 */
extern bool wp_identity_get_answerable(WpIdentity *identity);

/*
 * Sets it for the current transaction or the session; the caller has made sure
 * that it may be, and that the user exists.  Raises 22023 for ids that are
 * none, 25000 in a parallel operation, 25001 if this transaction has had
 * another one, or this one for itself alone and the session is to have it,
 * 55000 if the session has another one, or on a connection from another node
 * for the session.  Where workflow_perms.allow_principal_change is on, the
 * transaction and the session may have had any.
 */
extern void wp_identity_set(const WpText *account, const WpText *user,
							bool session);

/*
 * Leaves the session without a principal, for good: no rollback and no end of
 * the transaction brings back the one that it has, or had earlier in it, and
 * this transaction takes no other.  For whoever is about to raise.
 */
extern void wp_identity_void(void);

#endif
