/*
 * load_principal.c
 *		Fills a principal from the tables (spec 3): the identity, the account's
 *		settings, the roles that it holds with their included roles, and then
 *		the facets, each in its own file.
 *
 * All reads are index probes by account and user or role.  So the cost grows
 * with the rights that the principal holds and with the workspaces that are
 * open to it, never with the account's workflows or users.  For a load about
 * one workflow it does not even grow with those.  Rows that have expired at
 * now() are left out.  The first expires_at of the others is returned, so that
 * a caller that keeps the principal knows how long it is valid.
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "decide/decide.h"
#include "lookup/enums.h"
#include "lookup/load_internal.h"
#include "lookup/load_whatif.h"
#include "lookup/model_tables.h"

static WpProbe account_probe = {
	"accounts",
	{"account_id"},
	NULL,
	{"creator_roles", "guests_see_open_main", "default_execution"}};
static WpProbe user_probe = {
	"users",
	{"account_id", "user_id"},
	NULL,
	{"user_id", "kind", "account_role", "active", "metadata"},
	.unique = {"user_id"}};
WpProbe wp_users_probe = {
	"users", {"account_id"}, "user_id", {"user_id"}, .unique = {"user_id"}};
WpProbe wp_grants_probe = {"role_grants",
						   {"account_id", "user_id"},
						   NULL,
						   {"role", "workspace_id", "expires_at"},
						   .unique = {"user_id", "role", "workspace_id"}};

bool
wp_row_counts(WpRows *rows, int column, TimestampTz *valid_until)
{
	TimestampTz expires_at;

	if (!wp_rows_time_if_any(rows, column, &expires_at))
		return true;
	if (expires_at <= GetCurrentTransactionStartTimestamp())
		return false;
	*valid_until = Min(*valid_until, expires_at);
	return true;
}

static void
read_settings(WpRows *rows, WpPrincipal *p)
{
	p->creator_roles = wp_rows_words(rows, 0, &wp_account_roles);
	p->guests_see_open_main = wp_rows_bool(rows, 1);
	/* An unknown effect counts as deny. */
	p->default_execution = wp_rows_word(rows, 2, &wp_effects, WP_EFFECT_DENY);
}

static void
read_user(WpRows *rows, WpPrincipal *p, MemoryContext context)
{
	p->user = wp_rows_text(rows, 0, context);
	/*
	 * An unknown kind gets the fewest rights: no role, no capability, no
	 * membership.
	 */
	p->kind = wp_rows_word(rows, 1, &wp_user_kinds, WP_KIND_CONNECTED);
	p->account_role =
		wp_rows_word_if_any(rows, 2, &wp_account_roles, WP_ACCOUNT_NONE);
	p->active = wp_rows_bool(rows, 3);
	p->metadata = wp_rows_jsonb(rows, 4, context);
}

/* Loads the identity and the account's settings. */
static WpLoadResult
load_identity(WpLoad *load, const WpText *account, const WpText *user)
{
	WpPrincipal *p = load->principal;
	const WpText *keys[] = {account, user};
	WpRows rows;
	bool found;

	memset(p, 0, sizeof(*p));
	wp_rows_open(&rows, &account_probe, keys);
	found = wp_rows_next(&rows);
	if (found)
		read_settings(&rows, p);
	wp_rows_close(&rows);
	if (!found)
		return WP_UNKNOWN_ACCOUNT;

	p->account_role = WP_ACCOUNT_NONE;
	p->active = true;
	if (user->data != NULL)
	{
		wp_rows_open(&rows, &user_probe, keys);
		found = wp_rows_next(&rows);
		if (found)
			read_user(&rows, p, load->context);
		wp_rows_close(&rows);
		if (!found)
			return WP_UNKNOWN_USER;
	}
	p->account = wp_copy_text(account, load->context);
	p->taken_at = GetCurrentTransactionStartTimestamp();
	return WP_LOADED;
}

/* Collects the grants in the tables. */
static void
read_grants(WpLoad *load, WpGrants *grants)
{
	WpPrincipal *p = load->principal;
	const WpText *keys[] = {&p->account, &p->user};
	WpRows rows;
	bool of_source = wp_is_source("role_grants");

	wp_rows_open(&rows, &wp_grants_probe, keys);
	while (wp_rows_next(&rows))
		if (wp_row_counts(&rows, 2, &load->valid_until))
		{
			WpText role = wp_rows_peek(&rows, 0);
			WpText workspace = wp_rows_text_if_any(&rows, 1, load->context);

			/* A source may name a role that the account does not have. */
			if (!of_source || wp_role_exists(&p->account, &role))
				wp_add_grant(load, grants, &role, &workspace);
		}
	wp_rows_close(&rows);
}

static void
sort_loaded(WpLoad *load)
{
	MemoryContext old = MemoryContextSwitchTo(load->context);

	wp_principal_sort(load->principal);
	MemoryContextSwitchTo(old);
}

/*
 * Fills the identity and the roles: those of the tables or, unless grants is
 * NULL, those that result from grants.
 */
static WpLoadResult
load_who(WpLoad *load, const WpText *account, const WpText *user,
		 const WpRole *grants, int ngrants)
{
	WpLoadResult result = load_identity(load, account, user);
	WpGrants gathered = {{NULL}};

	if (result != WP_LOADED || user->data == NULL)
		return result;
	if (grants == NULL)
		read_grants(load, &gathered);
	for (int i = 0; i < ngrants; i++)
		wp_add_grant(load, &gathered, &grants[i].role, &grants[i].workspace);
	wp_give_roles(load, &gathered);
	sort_loaded(load);
	return WP_LOADED;
}

/*
 * Returns whether capabilities can matter.  They matter only to members and
 * services, and not for a workflow in a workspace where access is by
 * membership.
 */
static bool
needs_capabilities(const WpLoad *load)
{
	const WpPrincipal *p = load->principal;

	if (p->user.data == NULL || p->kind == WP_KIND_CONNECTED)
		return false;
	return load->about == NULL ||
		   !wp_in_membership_workspace(p, &load->about->workspace);
}

/* Lists all workspaces of the kinds that these facets need. */
static void
list_workspaces(WpLoad *load, uint32 facets)
{
	uint32 kinds;

	if (!(facets & WP_FACET_REACH))
		return;
	kinds = wp_open_kinds(load->principal);
	if (facets & WP_FACET_RUNNING)
		kinds |= 1U << WP_WORKSPACE_APP;
	if (facets & WP_FACET_WORKSPACES)
		kinds = WP_ALL_WORKSPACE_KINDS;
	wp_list_workspaces(load, kinds);
}

void
wp_load_facets(WpPrincipal *principal, uint32 facets, const WpAbout *about,
			   MemoryContext context, TimestampTz *valid_until)
{
	WpLoad load = {principal, about, context, *valid_until};

	if (about == NULL)
		list_workspaces(&load, principal->facets | facets);
	if (facets & WP_FACET_REACH)
		wp_fill_reach(&load);
	if (facets & WP_FACET_TOUCHES)
		wp_fill_touches(&load);
	if ((facets & WP_FACET_CAPABILITIES) && needs_capabilities(&load))
		wp_fill_capabilities(&load);
	if (facets & WP_FACET_RUNNING)
		wp_fill_running(&load);
	sort_loaded(&load);
	principal->facets |= facets;
	principal->about_one = about != NULL;
	principal->about_viewing = about != NULL && about->viewed != NULL;
	if (about != NULL)
	{
		principal->about_workflow = wp_copy_text(&about->workflow, context);
		principal->about_workspace = wp_copy_text(&about->workspace, context);
	}
	*valid_until = load.valid_until;
}

WpLoadResult
wp_load_who(const WpText *account, const WpText *user, MemoryContext context,
			WpPrincipal *principal, TimestampTz *valid_until)
{
	WpLoad load = {principal, NULL, context, DT_NOEND};
	WpLoadResult result = load_who(&load, account, user, NULL, 0);

	*valid_until = load.valid_until;
	return result;
}

WpLoadResult
wp_load_principal_granted(const WpText *account, const WpText *user,
						  uint32 facets, const WpRole *grants, int ngrants,
						  WpPrincipal *principal)
{
	WpLoad load = {principal, NULL, CurrentMemoryContext, DT_NOEND};
	WpLoadResult result = load_who(&load, account, user, grants, ngrants);

	if (result == WP_LOADED)
		wp_load_facets(principal, facets | WP_BASE_FACETS, NULL, load.context,
					   &load.valid_until);
	return result;
}

WpLoadResult
wp_load_principal(const WpText *account, const WpText *user, uint32 facets,
				  WpPrincipal *principal)
{
	return wp_load_principal_granted(account, user, facets, NULL, 0, principal);
}

/*
 * Each user is loaded as a principal for this one workflow.  Merging the
 * tables, each read once in the order of users, took a seventh of the time but
 * four hundred lines. test/bench shows the present cost (who can view).
 */
void
wp_each_principal(const WpText *account, uint32 facets, const WpAbout *about,
				  WpEachPrincipal each, void *arg)
{
	MemoryContext one = AllocSetContextCreate(CurrentMemoryContext,
											  "workflow_perms one of everybody",
											  ALLOCSET_DEFAULT_SIZES);
	const WpText *keys[] = {account};
	WpRows users;

	wp_rows_open(&users, &wp_users_probe, keys);
	while (wp_rows_next(&users))
	{
		MemoryContext caller = MemoryContextSwitchTo(one);
		WpText user = wp_rows_text(&users, 0, one);
		WpPrincipal principal;
		TimestampTz ignored;

		if (wp_load_who(account, &user, one, &principal, &ignored) ==
				WP_LOADED &&
			principal.active)
		{
			wp_load_facets(&principal, facets, about, one, &ignored);
			each(&principal, arg);
		}
		MemoryContextSwitchTo(caller);
		MemoryContextReset(one);
	}
	wp_rows_close(&users);
	MemoryContextDelete(one);
}
