/*
 * ordinary.h
 *		Whether a table of the model may be written past the executor: is there
 *		nothing to do but to put rows in?
 */
#ifndef WP_MODEL_ORDINARY_H
#define WP_MODEL_ORDINARY_H

#include "postgres.h"

#include "utils/acl.h"
#include "utils/rel.h"
#include "utils/reltrigger.h"

/*
 * Is it a plain table with all of its rows here, which the current user, in an
 * effect, may write with these privileges, and neither rules nor policies add to
 * what that is?
 */
extern bool wp_is_ordinary(Relation relation, AclMode privileges);

/* Is the trigger one of the extension's own of these names?  Returns its place among them, -1 if not. */
extern int wp_own_trigger(Relation relation, const Trigger *trigger, const char *const *names, int n);

#endif
