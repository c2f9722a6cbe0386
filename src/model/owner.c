/*
 * owner.c
 *		Whom the policies of the model's tables bind.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/rls.h"

#include "model/owner.h"

void
wp_owner_rethrow(const WpOwnerScope *scope, MemoryContext caller)
{
	ErrorData *error;

	MemoryContextSwitchTo(caller);
	error = CopyErrorData();
	FlushErrorState();
	/* What names its table is PostgreSQL's own.  That a key is there already is no secret. */
	if ((error->sqlerrcode == ERRCODE_CHECK_VIOLATION || error->sqlerrcode == ERRCODE_NOT_NULL_VIOLATION ||
		 error->sqlerrcode == ERRCODE_EXCLUSION_VIOLATION) &&
		error->table_name != NULL && !superuser_arg(scope->user))
		error->detail = NULL;
	ReThrowError(error);
}

/*
 * Whether the policies of the relation bind the current user: not its owner, not
 * a superuser, not a role with BYPASSRLS, and not where row security is off for
 * the table.
 */
bool
wp_row_security_binds(Oid relation)
{
	return check_enable_rls(relation, InvalidOid, true) == RLS_ENABLED;
}
