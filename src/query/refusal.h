/*
 * refusal.h
 *		Saying no, in the words of all refusals: SQLSTATE 42501, `permission
 *		denied to <action> <object kind> "<id>": <code>`, and a hint.  The code
 *		is the CONSTRAINT NAME and stands in the DETAIL too, for programs.
 */
#ifndef WP_QUERY_REFUSAL_H
#define WP_QUERY_REFUSAL_H

#include "postgres.h"

#include "compat.h"
#include "decide/trace.h"
#include "principal/principal.h"

/*
 * Raises the refusal.  A code of no_capability names what it takes after a
 * colon, "no_capability:projects.create".
 */
wp_noreturn extern void wp_raise_refusal(const char *action,
										 const char *object_kind,
										 const WpText *object,
										 const char *code);

/*
 * The code of the verdict, "no_capability" with the capability that it takes; a
 * static string or palloc'd.
 */
extern const char *wp_name_capability(WpVerdict verdict,
									  const char *capability);

/*
 * Raises what an invariant refuses, in the same form: the message, which ends
 * with the code, and a table of the model (NULL: that of the innermost scope)
 * and its column (NULL: no one in particular).
 */
wp_noreturn extern void
wp_raise_violation(int sqlstate, const char *code, const char *table,
				   const char *column, const char *message, const char *hint);

/* Is the error one that these have raised? */
extern bool wp_is_refusal(const ErrorData *error);

/*
 * Raises it where the asker (NULL: nobody) does not hold the capability for the
 * account.
 */
extern void wp_require_capability(const WpPrincipal *asker,
								  const char *capability, const char *action,
								  const char *object_kind,
								  const WpText *object);

typedef struct WpRefusalScope
{
	struct ErrorContextCallback *outside;
	bool inside;
	const char *table;
} WpRefusalScope;

/*
 * Between these two, which nest, a refusal, and what _raise() raises, is told
 * without the context of what runs in between: that is how the extension works,
 * and whoever is refused wants to see which statement was.  The table is the
 * one that is written, NULL for none.  The second takes what the first has
 * filled, after an error too.
 */
extern void wp_refusal_scope_enter(WpRefusalScope *previous, const char *table);
extern void wp_refusal_scope_leave(const WpRefusalScope *previous);

#endif
