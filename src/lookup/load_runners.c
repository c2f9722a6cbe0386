/*
 * load_runners.c
 *		What the walk of 4.5 needs to know of every user and role of an account,
 *		for one workflow.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "lookup/id_set.h"
#include "lookup/load_internal.h"
#include "lookup/owner_query.h"

/*
 * Users that hold a role, or that a rule of the workflow, of its workspace or
 * of the account names.
 */
#define RULES_NAMING                                                           \
	" UNION ALL SELECT r.user_id FROM workflow_perms.execution_rules r "       \
	"WHERE r.account_id OPERATOR(pg_catalog.=) $1 AND r.user_id IS NOT NULL "  \
	"AND r.workflow_id "

static WpQuery named_query = {
	"SELECT g.user_id FROM workflow_perms.role_grants g "
	"WHERE g.account_id OPERATOR(workflow_perms.==) $1" RULES_NAMING
	"OPERATOR(pg_catalog.=) $2" RULES_NAMING
	"IS NULL AND r.workspace_id OPERATOR(pg_catalog.=) $3" RULES_NAMING
	"IS NULL AND r.workspace_id IS NULL",
	3,
	{TEXTOID, TEXTOID, TEXTOID},
	.table = "role_grants"};

/* Collects the users that are named. */
static void
gather_named(const WpText *account, const WpAbout *about, WpIdSet *named,
			 MemoryContext context)
{
	MemoryContext caller;
	int room = 0;
	Datum args[] = {wp_text_datum(account), wp_text_datum(&about->workflow),
					wp_text_datum(&about->workspace)};
	WpRows rows;

	wp_rows_query(&rows, &named_query, args);
	while (wp_rows_next(&rows))
	{
		WP_GROW(named->ids, named->n, room, context);
		named->ids[named->n++] = wp_rows_text(&rows, 0, context);
	}
	wp_rows_close(&rows);
	caller = MemoryContextSwitchTo(context);
	(void) wp_idset_finish(named);
	MemoryContextSwitchTo(caller);
}

/* Loads the user with its rules.  Returns false if there is no such user. */
static bool
load_runner(const WpText *account, const WpText *user, const WpAbout *about,
			MemoryContext context, WpPrincipal *principal)
{
	TimestampTz ignored;

	if (wp_load_who(account, user, context, principal, &ignored) != WP_LOADED)
		return false;
	wp_load_facets(principal, WP_FACET_RUNNING, about, context, &ignored);
	return true;
}

void
wp_each_runner(const WpText *account, const WpAbout *about, WpEachRunner each,
			   void *arg)
{
	MemoryContext all = AllocSetContextCreate(
		CurrentMemoryContext, "workflow_perms runners", ALLOCSET_DEFAULT_SIZES);
	MemoryContext one = AllocSetContextCreate(all, "workflow_perms runner",
											  ALLOCSET_DEFAULT_SIZES);
	const WpText *keys[] = {account};
	WpIdSet named = {0};
	WpPrincipal unnamed;
	bool has_unnamed = false;
	WpRows users;

	gather_named(account, about, &named, all);
	wp_rows_open(&users, &wp_users_probe, keys);
	while (wp_rows_next(&users))
	{
		MemoryContext caller = MemoryContextSwitchTo(one);
		WpText user = wp_rows_text(&users, 0, one);
		WpPrincipal own;

		if (wp_idset_has(&named, &user))
		{
			if (load_runner(account, &user, about, one, &own))
				each(&user, &own, arg);
		}
		else if (has_unnamed ||
				 load_runner(account, &user, about, all, &unnamed))
		{
			has_unnamed = true;
			each(&user, &unnamed, arg);
		}
		MemoryContextSwitchTo(caller);
		MemoryContextReset(one);
	}
	wp_rows_close(&users);
	MemoryContextDelete(all);
}

bool
wp_load_role_holder(const WpText *account, const WpText *role,
					MemoryContext context, WpPrincipal *principal)
{
	static const WpText nobody = {NULL, 0};
	static const WpText nowhere = {NULL, 0};
	WpLoad load = {principal, NULL, context, DT_NOEND};
	WpGrants grants = {{NULL}};
	MemoryContext old;

	if (wp_load_who(account, &nobody, context, principal, &load.valid_until) !=
		WP_LOADED)
		return false;
	/* No id is empty. */
	principal->user.data = "";
	principal->kind = WP_KIND_SERVICE;
	if (role->data == NULL)
		return true;
	wp_add_grant(&load, &grants, role, &nowhere);
	wp_give_roles(&load, &grants);
	old = MemoryContextSwitchTo(context);
	wp_principal_sort(principal);
	MemoryContextSwitchTo(old);
	return true;
}
