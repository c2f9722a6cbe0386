/*
 * distributed.c
 *		Tables whose name is here, but whose rows are on other nodes.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "catalog/pg_namespace.h"
#include "commands/extension.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "lookup/distributed.h"

bool
wp_citus_is_installed(void)
{
	return OidIsValid(get_extension_oid("citus", true));
}

/* Reads Citus's catalog, a short table.  False if Citus is not installed. */
bool
wp_is_distributed(Oid relation)
{
	Relation catalog;
	AttrNumber column;
	ScanKeyData key;
	SysScanDesc scan;
	Oid oid;
	bool found;

	if (!wp_citus_is_installed())
		return false;
	oid = get_relname_relid("pg_dist_partition", PG_CATALOG_NAMESPACE);
	if (!OidIsValid(oid))
		return false;
	column = get_attnum(oid, "logicalrelid");
	catalog = table_open(oid, AccessShareLock);
	ScanKeyInit(&key, column, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relation));
	scan = systable_beginscan(catalog, InvalidOid, false, NULL, 1, &key);
	found = HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return found;
}
