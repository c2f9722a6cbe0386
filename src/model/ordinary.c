/*
 * ordinary.c
 *		Whether a table of the model may be written past the executor.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"

#include "model/ordinary.h"
#include "model/owner.h"

/* See ordinary.h.  Raises what catalog look-ups raise. */
bool
wp_is_ordinary(Relation relation, AclMode privileges)
{
	Oid oid = RelationGetRelid(relation);

	return wp_in_effect() && relation->rd_rel->relkind == RELKIND_RELATION &&
		!relation->rd_rel->relispartition && !relation->rd_rel->relhassubclass && relation->rd_rules == NULL &&
		!OidIsValid(get_extension_oid("citus", true)) &&
		!wp_row_security_binds(oid) &&
		pg_class_aclmask(oid, GetUserId(), privileges, ACLMASK_ALL) == privileges;
}

/* See ordinary.h.  Raises nothing. */
int
wp_own_trigger(Relation relation, const Trigger *trigger, const char *const *names, int n)
{
	if (get_func_namespace(trigger->tgfoid) != RelationGetNamespace(relation))
		return -1;
	for (int i = 0; i < n; i++)
		if (strcmp(trigger->tgname, names[i]) == 0)
			return i;
	return -1;
}
