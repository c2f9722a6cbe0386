/*
 * reader.c
 *		Reading as the owner of the model's tables.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "lookup/reader.h"

/*
 * Returns the oid of workflow_perms.accounts, InvalidOid before create_model().
 * Looked up each time: two probes of the system cache, and nothing to go stale.
 */
static Oid
accounts_table(void)
{
	Oid schema = get_namespace_oid("workflow_perms", true);

	return OidIsValid(schema) ? get_relname_relid("accounts", schema) : InvalidOid;
}

/*
 * Returns whether the model's tables are there.
 */
bool
wp_model_exists(void)
{
	return OidIsValid(accounts_table());
}

/*
 * Becomes the owner of the model's tables and keeps in *scope who it was.  The
 * caller leaves with wp_reader_leave; where an error is raised in between,
 * (sub)transaction abort restores the user.  Raises undefined_table before
 * create_model().
 */
void
wp_reader_enter(WpReader *scope)
{
	Oid table = accounts_table();
	HeapTuple tuple = OidIsValid(table) ? SearchSysCache1(RELOID, ObjectIdGetDatum(table)) : NULL;
	Oid owner;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("the tables of workflow_perms do not exist in this database"),
				 errhint("A superuser makes them, once: SELECT workflow_perms.create_model(application => 'role', engine => 'role').")));
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);

	GetUserIdAndSecContext(&scope->user, &scope->security_context);
	SetUserIdAndSecContext(owner, scope->security_context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_NOFORCE_RLS);
}

/*
 * Becomes again who it was.  Raises nothing.
 */
void
wp_reader_leave(const WpReader *scope)
{
	SetUserIdAndSecContext(scope->user, scope->security_context);
}
