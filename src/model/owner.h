/*
 * owner.h
 *		Acting as the owner of the model's tables (lookup/reader.h), whom else their
 *		policies bind, and the extension's own effects.
 */
#ifndef WP_MODEL_OWNER_H
#define WP_MODEL_OWNER_H

#include "postgres.h"

#include "utils/rel.h"

#include "compat.h"
#include "lookup/reader.h"

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
