/*
 * row_security.c
 *		Whether the policies of the model's tables bind the current user,
 *		whether an extension script is running, and whether a table is in
 *		shards.
 */
#include "postgres.h"

#include "commands/extension.h"
#include "fmgr.h"
#include "utils/rls.h"

#include "lookup/distributed.h"
#include "model/row_security.h"

PG_FUNCTION_INFO_V1(wp_creating_extension);
PG_FUNCTION_INFO_V1(wp_is_distributed_sql);

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

/* SQL: _is_distributed(table) → bool. */
Datum
wp_is_distributed_sql(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(wp_is_distributed(PG_GETARG_OID(0)));
}
