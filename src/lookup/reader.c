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
 * Returns the oid of a table of the model, InvalidOid before create_model().
 * Looked up each time: two probes of the system cache, and nothing to go stale.
 */
static Oid
find_table(const char *name)
{
	Oid schema = get_namespace_oid("workflow_perms", true);

	return OidIsValid(schema) ? get_relname_relid(name, schema) : InvalidOid;
}

/*
 * Returns the oid of a table of the model.  Raises undefined_table before
 * create_model().
 */
Oid
wp_model_table(const char *name)
{
	Oid table = find_table(name);

	if (!OidIsValid(table))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("the tables of workflow_perms do not exist in this database"),
				 errhint("A superuser makes them, once: SELECT workflow_perms.create_model(application => 'role', engine => 'role').")));
	return table;
}

/* Returns whether the model's tables are there. */
bool
wp_model_exists(void)
{
	return OidIsValid(find_table("accounts"));
}

/*
 * Returns the owner of the model's tables.  Raises undefined_table before
 * create_model().
 */
Oid
wp_tables_owner(void)
{
	Oid table = wp_model_table("accounts");
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
	Oid owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", table);
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
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
	Oid owner = wp_tables_owner();

	GetUserIdAndSecContext(&scope->user, &scope->security_context);
	SetUserIdAndSecContext(owner, scope->security_context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_NOFORCE_RLS);
}

/* Becomes again who it was.  Raises nothing. */
void
wp_reader_leave(const WpReader *scope)
{
	SetUserIdAndSecContext(scope->user, scope->security_context);
}
