/*
 * model_tables.c
 *		The model's tables and their owner.  They are looked up each time, with
 *		two probes of the system cache, so nothing can be stale.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "rewrite/rewriteHandler.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "lookup/model_tables.h"

/*
 * Code that an owner of the application's own has attached to the tables must
 * not outlast the call of a superuser, for example in a deferred trigger.  Code
 * of others cannot be attached where the owner is the extension's own.
 */
static bool
must_not_outlast(Oid owner, Oid user)
{
	return superuser_arg(user) &&
		   owner != get_role_oid("workflow_perms_owner", true);
}

void
wp_owner_enter(Oid owner, WpOwnerScope *scope)
{
	int context = SECURITY_LOCAL_USERID_CHANGE | SECURITY_NOFORCE_RLS;

	GetUserIdAndSecContext(&scope->user, &scope->security_context);
	scope->guc_level = NewGUCNestLevel();
	if (must_not_outlast(owner, scope->user))
		context |= SECURITY_RESTRICTED_OPERATION;
	SetUserIdAndSecContext(owner, scope->security_context | context);
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

void
wp_owner_leave(const WpOwnerScope *scope)
{
	/* Settings that were made meanwhile end too. */
	AtEOXact_GUC(false, scope->guc_level);
	SetUserIdAndSecContext(scope->user, scope->security_context);
}

Oid
wp_find_relation(const char *name)
{
	Oid schema = get_namespace_oid("workflow_perms", true);

	return OidIsValid(schema) ? get_relname_relid(name, schema) : InvalidOid;
}

bool
wp_is_source(const char *table)
{
	Oid relation = wp_find_relation(table);

	return OidIsValid(relation) && get_rel_relkind(relation) == RELKIND_VIEW;
}

/* Returns the relation that the query of a view over a source reads. */
static Oid
relation_below(Query *query)
{
	ListCell *cell;

	foreach (cell, query->rtable)
	{
		RangeTblEntry *entry = lfirst(cell);

		if (entry->rtekind == RTE_SUBQUERY && !OidIsValid(entry->relid))
			return relation_below(entry->subquery);
		if (entry->inFromCl)
			return entry->relid;
	}
	return InvalidOid;
}

bool
wp_source_lacks(const char *table, const char *column)
{
	Relation view;
	Oid source;

	if (!wp_is_source(table))
		return false;
	view = relation_open(wp_model_table(table), AccessShareLock);
	source = relation_below(get_view_query(view));
	relation_close(view, NoLock);
	return OidIsValid(source) &&
		   get_attnum(source, column) == InvalidAttrNumber;
}

bool
wp_model_exists(void)
{
	return OidIsValid(wp_find_relation("accounts"));
}

Oid
wp_model_table(const char *name)
{
	Oid table = wp_find_relation(name);

	if (!OidIsValid(table))
		ereport(
			ERROR,
			(errcode(ERRCODE_UNDEFINED_TABLE),
			 errmsg(
				 "the tables of workflow_perms do not exist in this database"),
			 errhint("A superuser makes them, once: SELECT "
					 "workflow_perms.create_model(application => 'role', "
					 "engine => 'role').")));
	return table;
}

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
