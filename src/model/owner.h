/*
 * owner.h
 *		Acting as the owner of the model's tables for the length of a call, as
 *		foreign-key triggers do: whoever caused the call may not see or write the
 *		rows that must be seen or written, and must not choose what names mean.
 */
#ifndef WP_MODEL_OWNER_H
#define WP_MODEL_OWNER_H

#include "postgres.h"

#include "utils/rel.h"

#include "compat.h"

/* What to go back to. */
typedef struct WpOwnerScope
{
	Oid user;
	int security_context;
	int guc_level;
} WpOwnerScope;

extern void wp_owner_enter(Oid owner, WpOwnerScope *scope);
extern void wp_owner_leave(const WpOwnerScope *scope);

/*
 * In a PG_CATCH of such a scope: raises the error again, in the memory context of the
 * caller.  A constraint that was broken shows no row, for PostgreSQL shows the owner
 * any, and it may be hidden from whoever caused the call.
 */
wp_noreturn extern void wp_owner_rethrow(const WpOwnerScope *scope, MemoryContext caller);

/* Whether row security binds the current user on the relation. */
extern bool wp_row_security_binds(Oid relation);

/*
 * Mark that one of the extension's own effects is being carried out, and take the
 * mark off again with what the first returned, after an error too.
 */
extern int wp_effect_enter(void);
extern void wp_effect_leave(int depth);

/* Whether one of the extension's own effects is being carried out. */
extern bool wp_in_effect(void);

#endif
