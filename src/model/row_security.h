/*
 * row_security.h
 *		Whether the policies of the model's tables bind the current user, and
 *		whether an effect of the extension is in progress (call_as_owner.c).
 */
#ifndef WP_MODEL_ROW_SECURITY_H
#define WP_MODEL_ROW_SECURITY_H

#include "postgres.h"

#include "lookup/model_tables.h"

/*
 * Do the policies of the relation bind the current user? They do not bind its
 * owner, superusers and roles with BYPASSRLS, and no one if row security is off
 * for the table.
 */
extern bool wp_row_security_binds(Oid relation);

/* Is an effect of the extension in progress? */
extern bool wp_in_effect(void);

/*
 * Calls the body as an effect of the extension, as the owner of the tables.
 * Raises what the body raises.
 */
typedef Datum (*WpBody)(void *arg);
extern void wp_as_effect(WpBody body, void *arg);

#endif
