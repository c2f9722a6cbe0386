/*
 * refusal.h
 *		Raises refusals, which all have the same form: SQLSTATE 42501,
 *		`permission denied to <action> <object kind> "<id>": <code>`, and a
 *		hint.  For programs, the code is also the CONSTRAINT NAME and in the
 *		DETAIL.
 */
#ifndef WP_QUERY_REFUSAL_H
#define WP_QUERY_REFUSAL_H

#include "postgres.h"

#include "compat.h"
#include "decide/trace.h"
#include "principal/principal.h"

/*
 * Raises the refusal.  A code of no_capability may name the required capability
 * after a colon, "no_capability:projects.create".
 */
wp_noreturn extern void wp_raise_refusal(const char *action,
										 const char *object_kind,
										 const WpText *object,
										 const char *code);

/*
 * Returns the code of the verdict, with the required capability if it is
 * "no_capability"; a static string or palloc'd.
 */
extern const char *wp_name_capability(WpVerdict verdict,
									  const char *capability);

/*
 * Raises a violation of an invariant in the same form.  The message ends with
 * the code.  The table is one of the model (NULL: that of the innermost scope),
 * the column one of it (NULL: no specific column).
 */
wp_noreturn extern void
wp_raise_violation(int sqlstate, const char *code, const char *table,
				   const char *column, const char *message, const char *hint);

/* Was the error raised by one of these? */
extern bool wp_is_refusal(const ErrorData *error);

/*
 * Raises a refusal if the asker (NULL: no principal) does not hold the
 * capability for the account.
 */
extern void wp_require_capability(const WpPrincipal *asker,
								  const char *capability, const char *action,
								  const char *object_kind,
								  const WpText *object);

typedef struct WpRefusalScope
{
	struct ErrorContextCallback *outside;
	bool inside;
	const char *schema;
	const char *table;
} WpRefusalScope;

/*
 * Begin and end a scope; scopes nest.  A refusal inside a scope, and an error
 * of _raise(), is reported without the context of the code in the scope.  That
 * context shows how the extension works, but a user wants to see which
 * statement was refused.  The table is the one that is written, NULL for none.
 * A NULL schema is that of the model.
 * wp_refusal_scope_leave takes what wp_refusal_scope_enter has filled, also
 * after an error.
 */
extern void wp_refusal_scope_enter(WpRefusalScope *previous, const char *schema,
								   const char *table);
extern void wp_refusal_scope_leave(const WpRefusalScope *previous);

#endif
