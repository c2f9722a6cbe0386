/*
 * row_security.h
 *		Whom the policies of the model's tables bind, and whether one of the
 *		extension's own effects is under way (call_as_owner.c).
 */
#ifndef WP_MODEL_ROW_SECURITY_H
#define WP_MODEL_ROW_SECURITY_H

#include "postgres.h"

#include "lookup/model_tables.h"

/*
 * Whether the policies of the relation bind the current user: not its owner,
 * not a superuser, not a role with BYPASSRLS, and not where row security is off
 * for the table.
 */
extern bool wp_row_security_binds(Oid relation);

/* Whether one of the extension's own effects is being carried out. */
extern bool wp_in_effect(void);

#endif
