/*
 * refusal.h
 *		Saying no, in the words of all refusals: SQLSTATE 42501, `permission
 *		denied to <action> <object kind> "<id>": <code>`, and a hint.
 */
#ifndef WP_QUERY_REFUSAL_H
#define WP_QUERY_REFUSAL_H

#include "postgres.h"

#include "compat.h"
#include "principal/principal.h"

/*
 * Raises the refusal.  A code of no_capability may name what it takes after a
 * colon, "no_capability:projects.create".
 */
wp_noreturn extern void wp_raise_refusal(const char *action,
										 const char *object_kind,
										 const WpText *object,
										 const char *code);

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
} WpRefusalScope;

/*
 * Between these two, which nest, a refusal, and what _raise() raises, is told
 * without the context of what runs in between: that is how the extension works,
 * and whoever is refused wants to see which statement was.  The second takes
 * what the first has filled, after an error too.
 */
extern void wp_refusal_scope_enter(WpRefusalScope *previous);
extern void wp_refusal_scope_leave(const WpRefusalScope *previous);

#endif
