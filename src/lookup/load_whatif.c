/*
 * load_whatif.c
 *		Principals as if one direct grant of a role were added or removed (spec
 *		3).
 *
 * A principal has the roles that it holds, not the grants that they result
 * from.  So the grants are reconstructed: the user's grants in the tables, as
 * far as the principal holds their roles, and, of the other roles, which an
 * earlier what-if gave it, those that no other of its roles includes.  Then the
 * principal is loaded anew as if it had these grants.  So capabilities,
 * memberships and rules follow.
 */
#include "postgres.h"

#include "lookup/load_internal.h"
#include "lookup/load_whatif.h"
#include "principal/find.h"

static WpProbe role_probe = {"roles", {"account_id", "role"}, NULL, {"role"}};
bool
wp_role_exists(const WpText *account, const WpText *role)
{
	const WpText *keys[] = {account, role};

	return wp_probe_finds(&role_probe, keys);
}

/* Marks those of the principal's roles that the tables grant to its user. */
static void
mark_granted(const WpPrincipal *p, bool *granted)
{
	const WpText *keys[] = {&p->account, &p->user};
	TimestampTz ignored = DT_NOEND;
	WpRows rows;

	wp_rows_open(&rows, &wp_grants_probe, keys);
	while (wp_rows_next(&rows))
	{
		WpText role = wp_rows_peek(&rows, 0);
		WpText workspace = wp_rows_peek_if_any(&rows, 1);

		const WpRole *held = wp_find_role(p, &role, &workspace);

		if (held != NULL && wp_row_counts(&rows, 2, &ignored))
			granted[held - p->roles] = true;
	}
	wp_rows_close(&rows);
}

/* Marks those of the principal's roles that another of its roles includes. */
static void
mark_included(const WpPrincipal *p, bool *included)
{
	WpRoleGraph graph;

	wp_role_graph_begin(&graph, &p->account, false, CurrentMemoryContext);
	for (int i = 0; i < p->nroles; i++)
	{
		int number = wp_role_graph_number(&graph, &p->roles[i].role);
		const WpGraphRole *role;

		wp_role_graph_read(&graph, number);
		role = &graph.roles[number];
		for (int at = role->first; at < role->first + role->count; at++)
		{
			const WpRole *held =
				wp_find_role(p, &graph.roles[graph.included[at]].name,
							 &p->roles[i].workspace);

			if (held != NULL)
				included[held - p->roles] = true;
		}
	}
	wp_role_graph_end(&graph);
}

WpLoadResult
wp_load_with_role(const WpPrincipal *principal, const WpText *role, bool with,
				  WpPrincipal *changed)
{
	int n = principal->nroles;
	bool *granted = palloc0(sizeof(bool) * (n + 1));
	bool *included = palloc0(sizeof(bool) * (n + 1));
	WpRole *grants = palloc(sizeof(WpRole) * (n + 1));
	int left = 0;
	WpLoadResult result;

	mark_granted(principal, granted);
	mark_included(principal, included);
	for (int i = 0; i < n; i++)
		if ((granted[i] || !included[i]) &&
			(principal->roles[i].workspace.data != NULL ||
			 !wp_text_equal(&principal->roles[i].role, role)))
			grants[left++] = principal->roles[i];
	if (with)
		grants[left++] = (WpRole){*role, {NULL, 0}};
	result = wp_load_principal_granted(&principal->account, &principal->user,
									   WP_ALL_FACETS, grants, left, changed);
	if (result == WP_LOADED)
	{
		changed->account_role = principal->account_role;
		changed->active = principal->active;
		changed->metadata = principal->metadata;
		changed->taken_at = principal->taken_at;
	}
	return result;
}
