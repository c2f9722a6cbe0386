/*
 * whatif.c
 *		Principals as they would be with a direct grant more or less (spec 3).
 *
 * A principal has the roles that it holds, not the grants from which they come.
 * Those are found again: what the tables grant its user, as far as it holds that,
 * and of the rest, which an earlier what-if has given it, the roles that none of
 * its roles includes.  The principal is then loaded anew as if it had been granted
 * these, so that capabilities, memberships and rules follow.
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "lookup/read.h"
#include "lookup/whatif.h"

static WpQuery role_query = {
	"SELECT FROM workflow_perms.roles r"
	" WHERE r.account_id OPERATOR(pg_catalog.=) $1 AND r.role OPERATOR(pg_catalog.=) $2",
	2,
	{TEXTOID, TEXTOID}};

/* $3, $4: the roles that the principal holds, and for which workspace each. */
static WpQuery grants_query = {
	"WITH held(role, workspace_id) AS MATERIALIZED ("
	"SELECT h.role COLLATE pg_catalog.\"C\", h.workspace_id COLLATE pg_catalog.\"C\""
	" FROM ROWS FROM (pg_catalog.unnest($3), pg_catalog.unnest($4)) AS h (role, workspace_id))"
	" SELECT h.role, h.workspace_id FROM held h"
	" WHERE EXISTS (SELECT FROM workflow_perms.role_grants g"
	" WHERE g.account_id OPERATOR(pg_catalog.=) $1 AND g.user_id OPERATOR(pg_catalog.=) $2"
	" AND g.role OPERATOR(pg_catalog.=) h.role"
	" AND (g.workspace_id OPERATOR(pg_catalog.=) h.workspace_id OR g.workspace_id IS NULL AND h.workspace_id IS NULL)"
	" AND (g.expires_at IS NULL OR g.expires_at OPERATOR(pg_catalog.>) pg_catalog.now()))"
	" OR NOT EXISTS (SELECT FROM workflow_perms.role_includes i, held o"
	" WHERE i.account_id OPERATOR(pg_catalog.=) $1 AND i.included_role OPERATOR(pg_catalog.=) h.role"
	" AND o.role OPERATOR(pg_catalog.=) i.role"
	" AND (o.workspace_id OPERATOR(pg_catalog.=) h.workspace_id OR o.workspace_id IS NULL AND h.workspace_id IS NULL))",
	4,
	{TEXTOID, TEXTOID, TEXTARRAYOID, TEXTARRAYOID}};

/* Returns whether the account has a role of that name. */
bool
wp_role_exists(const WpText *account, const WpText *role)
{
	WpReading reading;
	Datum args[2];
	bool found;

	wp_reading_begin(&reading);
	args[0] = wp_text_datum(account);
	args[1] = wp_text_datum(role);
	found = wp_read(&role_query, args, NULL) > 0;
	wp_reading_end(&reading);
	return found;
}

/*
 * Returns the grants from which the principal's roles come, palloc'd with room for
 * one more, their number in *n.
 */
static WpRole *
find_grants(const WpPrincipal *principal, int *n)
{
	MemoryContext context = CurrentMemoryContext;
	WpReading reading;
	Datum args[4];
	WpRole *grants;

	wp_reading_begin(&reading);
	args[0] = wp_text_datum(&principal->account);
	args[1] = wp_text_datum(&principal->user);
	wp_role_arrays(principal->roles, principal->nroles, &args[2], &args[3]);
	*n = wp_read(&grants_query, args, NULL);
	grants = MemoryContextAlloc(context, sizeof(WpRole) * (*n + 1));
	for (int i = 0; i < *n; i++)
	{
		grants[i].role = wp_read_text(i, 1, context);
		grants[i].workspace = wp_read_text(i, 2, context);
	}
	wp_reading_end(&reading);
	return grants;
}

/*
 * Fills *changed; see whatif.h.
 */
WpLoadResult
wp_load_with_role(const WpPrincipal *principal, const WpText *role, bool with, WpPrincipal *changed)
{
	int n;
	WpRole *grants = find_grants(principal, &n);
	int left = 0;
	WpLoadResult result;

	for (int i = 0; i < n; i++)
		if (grants[i].workspace.data != NULL || wp_text_compare(&grants[i].role, role) != 0)
			grants[left++] = grants[i];
	if (with)
		grants[left++] = (WpRole){*role, {NULL, 0}};
	result = wp_load_principal_granted(&principal->account, &principal->user, WP_ALL_FACETS, grants, left,
									   CurrentMemoryContext, changed);
	if (result == WP_LOADED)
	{
		changed->account_role = principal->account_role;
		changed->active = principal->active;
		changed->metadata = principal->metadata;
	}
	return result;
}
