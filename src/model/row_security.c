/*
 * row_security.c
 *		Whether the policies of the model's tables bind the current user, and
 *		whether an extension script is running.
 */
#include "postgres.h"

#include "commands/extension.h"
#include "fmgr.h"
#include "utils/rls.h"

#include "model/row_security.h"

PG_FUNCTION_INFO_V1(wp_creating_extension);

bool
wp_row_security_binds(Oid relation)
{
	return check_enable_rls(relation, InvalidOid, true) == RLS_ENABLED;
}

/*
 * SQL: _creating_extension() → bool: would tables made now become members of an
 * extension?
 */
Datum
wp_creating_extension(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(creating_extension);
}
