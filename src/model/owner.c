/*
 * owner.c
 *		Acting as the owner of the model's tables.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/rls.h"

#include "model/owner.h"

/*
 * Makes owner the current user and pins search_path, until wp_owner_leave() with
 * the same scope.  After an error the abort of the (sub)transaction puts both
 * back, as it does for functions with SECURITY DEFINER and SET.
 */
void
wp_owner_enter(Oid owner, WpOwnerScope *scope)
{
	GetUserIdAndSecContext(&scope->user, &scope->security_context);
	scope->guc_level = NewGUCNestLevel();
	SetUserIdAndSecContext(owner, scope->security_context | SECURITY_LOCAL_USERID_CHANGE);
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

/* Goes back to what was before wp_owner_enter().  Raises nothing. */
void
wp_owner_leave(const WpOwnerScope *scope)
{
	AtEOXact_GUC(true, scope->guc_level);
	SetUserIdAndSecContext(scope->user, scope->security_context);
}

/* See owner.h. */
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
