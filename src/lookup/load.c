/*
 * load.c
 *		Filling a principal from the tables (spec 3): who it is, the roles it
 *		holds with what they include, their capabilities, the account's
 *		workspaces with its memberships, the workflows that name it.
 *
 * Each is one query by account and user or role, so the cost grows with what the
 * principal holds and with the account's workspaces, never with its workflows or
 * users.  Every query leaves out what has expired at now() and returns the rest's
 * expires_at, so that the loader knows until when its answer holds.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "lookup/enums.h"
#include "lookup/load.h"
#include "lookup/read.h"
#include "principal/find.h"

/* What the steps of a load hand to each other. */
typedef struct Load
{
	WpPrincipal *principal;
	MemoryContext context;
	Datum args[3]; /* account, user, direct and included roles */
	TimestampTz valid_until;
	const WpRole *grants; /* instead of those in the tables, where what_if */
	int ngrants;
	bool what_if;
} Load;

static WpQuery identity_query = {
	"SELECT a.creator_roles, a.guests_see_open_main, a.default_execution,"
	" u.user_id, u.kind, u.account_role, u.active, u.metadata"
	" FROM workflow_perms.accounts a"
	" LEFT JOIN workflow_perms.users u"
	" ON u.account_id OPERATOR(pg_catalog.=) a.account_id AND u.user_id OPERATOR(pg_catalog.=) $2"
	" WHERE a.account_id OPERATOR(pg_catalog.=) $1",
	2,
	{TEXTOID, TEXTOID}};

/* The roles that these grants come to, closed over inclusion in the account $1. */
#define CLOSED_ROLES(grants) \
	"WITH RECURSIVE held(role, workspace_id, expires_at) AS (" grants \
	" UNION " \
	"SELECT i.included_role, h.workspace_id, h.expires_at FROM held h" \
	" JOIN workflow_perms.role_includes i" \
	" ON i.account_id OPERATOR(pg_catalog.=) $1 AND i.role OPERATOR(pg_catalog.=) h.role" \
	") SELECT h.role, h.workspace_id, h.expires_at FROM held h"

static WpQuery roles_query = {
	CLOSED_ROLES(
		"SELECT g.role, g.workspace_id, g.expires_at FROM workflow_perms.role_grants g"
		" WHERE g.account_id OPERATOR(pg_catalog.=) $1 AND g.user_id OPERATOR(pg_catalog.=) $2"
		" AND (g.expires_at IS NULL OR g.expires_at OPERATOR(pg_catalog.>) pg_catalog.now())"),
	2,
	{TEXTOID, TEXTOID}};

static WpQuery granted_roles_query = {
	CLOSED_ROLES(
		"SELECT g.role COLLATE pg_catalog.\"C\", g.workspace_id COLLATE pg_catalog.\"C\", NULL::pg_catalog.timestamptz"
		" FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3)) AS g (role, workspace_id)"),
	3,
	{TEXTOID, TEXTARRAYOID, TEXTARRAYOID}};

static WpQuery capabilities_query = {
	"SELECT c.role, c.capability FROM workflow_perms.role_capabilities c"
	" WHERE c.account_id OPERATOR(pg_catalog.=) $1 AND c.role OPERATOR(pg_catalog.=) ANY ($3)",
	3,
	{TEXTOID, TEXTOID, TEXTARRAYOID}};

static WpQuery workspaces_query = {
	"SELECT w.workspace_id, w.kind FROM workflow_perms.workspaces w"
	" WHERE w.account_id OPERATOR(pg_catalog.=) $1 ORDER BY w.workspace_id",
	1,
	{TEXTOID}};

static WpQuery workspace_members_query = {
	"SELECT m.workspace_id, m.role, m.expires_at, m.is_owner FROM workflow_perms.workspace_members m"
	" WHERE m.account_id OPERATOR(pg_catalog.=) $1 AND m.user_id OPERATOR(pg_catalog.=) $2"
	" AND (m.expires_at IS NULL OR m.expires_at OPERATOR(pg_catalog.>) pg_catalog.now())"
	" UNION ALL "
	"SELECT m.workspace_id, m.role, m.expires_at, false FROM workflow_perms.workspace_members m"
	" WHERE m.account_id OPERATOR(pg_catalog.=) $1 AND m.role OPERATOR(pg_catalog.=) ANY ($3)"
	" AND (m.expires_at IS NULL OR m.expires_at OPERATOR(pg_catalog.>) pg_catalog.now())",
	3,
	{TEXTOID, TEXTOID, TEXTARRAYOID}};

static WpQuery workflow_members_query = {
	"SELECT m.workflow_id, m.role, m.expires_at, m.is_owner FROM workflow_perms.workflow_members m"
	" WHERE m.account_id OPERATOR(pg_catalog.=) $1 AND m.user_id OPERATOR(pg_catalog.=) $2"
	" AND (m.expires_at IS NULL OR m.expires_at OPERATOR(pg_catalog.>) pg_catalog.now())"
	" UNION ALL "
	"SELECT m.workflow_id, m.role, m.expires_at, false FROM workflow_perms.workflow_members m"
	" WHERE m.account_id OPERATOR(pg_catalog.=) $1 AND m.role OPERATOR(pg_catalog.=) ANY ($3)"
	" AND (m.expires_at IS NULL OR m.expires_at OPERATOR(pg_catalog.>) pg_catalog.now())",
	3,
	{TEXTOID, TEXTOID, TEXTARRAYOID}};

static WpQuery touches_query = {
	"SELECT DISTINCT m.workflow_id, s.workspace_id FROM workflow_perms.workflow_members m"
	" JOIN workflow_perms.workflow_steps s"
	" ON s.account_id OPERATOR(pg_catalog.=) m.account_id AND s.workflow_id OPERATOR(pg_catalog.=) m.workflow_id"
	" WHERE m.account_id OPERATOR(pg_catalog.=) $1 AND m.user_id OPERATOR(pg_catalog.=) $2 AND m.is_owner"
	" ORDER BY m.workflow_id",
	2,
	{TEXTOID, TEXTOID}};

/*
 * Lowers load->valid_until to the expiry in this column, if there is one.
 */
static void
note_expiry(Load *load, uint64 row, int column)
{
	bool isnull;
	Datum datum = wp_read_datum(row, column, &isnull);

	if (!isnull)
		load->valid_until = Min(load->valid_until, DatumGetTimestampTz(datum));
}

/*
 * Returns the account roles in this column's array as bits.
 */
static uint32
read_account_roles(uint64 row, int column)
{
	bool isnull;
	Datum datum = wp_read_datum(row, column, &isnull);
	Datum *values;
	bool *nulls;
	int n;
	uint32 bits = 0;

	if (isnull)
		return 0;
	deconstruct_array(DatumGetArrayTypeP(datum), wp_enum_type(&wp_account_roles),
					  sizeof(Oid), true, TYPALIGN_INT, &values, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		int word = nulls[i] ? -1 : wp_enum_word(&wp_account_roles, DatumGetObjectId(values[i]));

		if (word >= 0)
			bits |= 1U << word;
	}
	return bits;
}

/*
 * Who it is, and the account's settings.
 */
static WpLoadResult
load_identity(Load *load, bool anonymous)
{
	WpPrincipal *p = load->principal;
	bool isnull;
	Datum metadata;

	if (wp_read(&identity_query, load->args, anonymous ? " n" : NULL) == 0)
		return WP_UNKNOWN_ACCOUNT;
	p->creator_roles = read_account_roles(0, 1);
	p->guests_see_open_main = wp_read_bool(0, 2);
	/* An effect that is not clearly a grant is a deny. */
	p->default_execution = wp_read_word(0, 3, &wp_effects, WP_EFFECT_DENY);
	p->account_role = WP_ACCOUNT_NONE;
	if (anonymous)
	{
		p->active = true;
		return WP_LOADED;
	}

	p->user = wp_read_text(0, 4, load->context);
	if (p->user.data == NULL)
		return WP_UNKNOWN_USER;
	/* A kind we do not know gets the least: no role, no capability, no membership. */
	p->kind = wp_read_word(0, 5, &wp_user_kinds, WP_KIND_CONNECTED);
	p->account_role = wp_read_word(0, 6, &wp_account_roles, WP_ACCOUNT_NONE);
	p->active = wp_read_bool(0, 7);
	metadata = wp_read_datum(0, 8, &isnull);
	if (!isnull)
	{
		MemoryContext old = MemoryContextSwitchTo(load->context);

		p->metadata = DatumGetJsonbPCopy(metadata);
		MemoryContextSwitchTo(old);
	}
	return WP_LOADED;
}

/*
 * Runs the query for the roles and returns their number.
 */
static uint64
read_roles(Load *load)
{
	Datum args[3] = {load->args[0]};

	if (!load->what_if)
		return wp_read(&roles_query, load->args, NULL);
	wp_role_arrays(load->grants, load->ngrants, &args[1], &args[2]);
	return wp_read(&granted_roles_query, args, NULL);
}

/*
 * The roles, closed over inclusion; afterwards args[2] is the array of their
 * names.
 */
static void
load_roles(Load *load)
{
	WpPrincipal *p = load->principal;
	uint64 n = read_roles(load);
	Datum *names = palloc(sizeof(Datum) * (n + 1));

	p->roles = MemoryContextAllocZero(load->context, sizeof(WpRole) * (n + 1));
	for (uint64 i = 0; i < n; i++)
	{
		WpRole *role = &p->roles[p->nroles++];

		role->role = wp_read_text(i, 1, load->context);
		role->workspace = wp_read_text(i, 2, load->context);
		note_expiry(load, i, 3);
		names[i] = wp_text_datum(&role->role);
	}
	load->args[2] = PointerGetDatum(construct_array(names, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/*
 * The capabilities of those roles, each in the scopes in which its role is held.
 */
static void
load_capabilities(Load *load)
{
	WpPrincipal *p = load->principal;
	uint64 n = p->nroles == 0 ? 0 : wp_read(&capabilities_query, load->args, NULL);

	p->capabilities = MemoryContextAllocZero(load->context, sizeof(WpCapability) * (n * p->nroles + 1));
	for (uint64 i = 0; i < n; i++)
	{
		WpText role = wp_read_text(i, 1, CurrentMemoryContext);
		WpText capability = wp_read_text(i, 2, load->context);

		for (int r = 0; r < p->nroles; r++)
			if (wp_text_compare(&p->roles[r].role, &role) == 0)
			{
				WpCapability *held = &p->capabilities[p->ncapabilities++];

				held->capability = capability;
				held->workspace = p->roles[r].workspace;
				held->through = p->roles[r].role;
			}
	}
}

/*
 * The account's workspaces, in the order of wp_text_compare (the column's
 * collation is "C").
 */
static void
load_workspaces(Load *load)
{
	WpPrincipal *p = load->principal;
	uint64 n = wp_read(&workspaces_query, load->args, NULL);

	p->workspaces = MemoryContextAllocZero(load->context, sizeof(WpWorkspace) * (n + 1));
	for (uint64 i = 0; i < n; i++)
	{
		WpWorkspace *workspace = &p->workspaces[p->nworkspaces++];

		workspace->workspace = wp_read_text(i, 1, load->context);
		workspace->kind = wp_read_word(i, 2, &wp_workspace_kinds, WP_WORKSPACE_UNKNOWN);
	}
}

/*
 * Returns the role of that name if it is held where it counts for this workspace,
 * else NULL.
 */
static const WpRole *
find_role_that_counts(const WpPrincipal *p, const WpText *role, const WpText *workspace)
{
	for (int i = 0; i < p->nroles; i++)
		if (wp_text_compare(&p->roles[i].role, role) == 0 &&
			(p->roles[i].workspace.data == NULL ||
			 wp_text_compare(&p->roles[i].workspace, workspace) == 0))
			return &p->roles[i];
	return NULL;
}

/*
 * Marks a workspace as one of which it is a member, through the role (NULL: as the
 * user, which is what is told of where both are).
 */
static void
mark_member(WpWorkspace *workspace, const WpRole *role)
{
	static const WpText directly = {NULL, 0};
	const WpText *through = role != NULL ? &role->role : &directly;

	if (!workspace->is_member || wp_text_compare(through, &workspace->through) < 0)
		workspace->through = *through;
	workspace->is_member = true;
}

/*
 * Marks the workspaces of which it is a member.
 */
static void
load_workspace_memberships(Load *load)
{
	WpPrincipal *p = load->principal;
	uint64 n = wp_read(&workspace_members_query, load->args, NULL);

	for (uint64 i = 0; i < n; i++)
	{
		WpText id = wp_read_text(i, 1, CurrentMemoryContext);
		WpText role = wp_read_text(i, 2, CurrentMemoryContext);
		WpWorkspace *workspace = unconstify(WpWorkspace *, wp_find_workspace(p, &id));
		const WpRole *held = role.data != NULL ? find_role_that_counts(p, &role, &id) : NULL;

		note_expiry(load, i, 3);
		if (workspace == NULL || (role.data != NULL && held == NULL))
			continue;
		mark_member(workspace, held);
		workspace->is_owner |= wp_read_bool(i, 4);
	}
}

/*
 * Adds a row of workflow_members: for a role, once per scope in which it is held.
 */
static void
add_memberships(WpPrincipal *p, const WpText *workflow, const WpText *role, bool is_owner)
{
	if (role->data == NULL)
	{
		WpMembership *membership = &p->memberships[p->nmemberships++];

		membership->workflow = *workflow;
		membership->is_owner = is_owner;
		return;
	}
	for (int i = 0; i < p->nroles; i++)
		if (wp_text_compare(&p->roles[i].role, role) == 0)
		{
			WpMembership *membership = &p->memberships[p->nmemberships++];

			membership->workflow = *workflow;
			membership->scope = p->roles[i].workspace;
			membership->through = p->roles[i].role;
		}
}

/*
 * The rows of workflow_members that name it.
 */
static void
load_workflow_memberships(Load *load)
{
	WpPrincipal *p = load->principal;
	uint64 n = wp_read(&workflow_members_query, load->args, NULL);

	p->memberships = MemoryContextAllocExtended(load->context,
												sizeof(WpMembership) * (n * (p->nroles + 1) + 1),
												MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (uint64 i = 0; i < n; i++)
	{
		WpText workflow = wp_read_text(i, 1, load->context);
		WpText role = wp_read_text(i, 2, CurrentMemoryContext);

		note_expiry(load, i, 3);
		add_memberships(p, &workflow, &role, wp_read_bool(i, 4));
	}
}

/*
 * Gives each workflow that it owns the workspaces that the steps touch; the
 * memberships are sorted by now.
 */
static void
load_touches(Load *load)
{
	WpPrincipal *p = load->principal;
	uint64 n;
	bool owns = false;

	for (int i = 0; i < p->nmemberships && !owns; i++)
		owns = p->memberships[i].is_owner;
	n = owns ? wp_read(&touches_query, load->args, NULL) : 0;

	for (uint64 i = 0; i < n;)
	{
		WpText workflow = wp_read_text(i, 1, CurrentMemoryContext);
		WpText *touches = MemoryContextAlloc(load->context, sizeof(WpText));
		int ntouches = 0;
		WpMembership *membership;
		int nmemberships;

		for (; i < n; i++)
		{
			WpText next = wp_read_text(i, 1, CurrentMemoryContext);

			if (wp_text_compare(&next, &workflow) != 0)
				break;
			touches = repalloc(touches, sizeof(WpText) * (ntouches + 1));
			touches[ntouches++] = wp_read_text(i, 2, load->context);
		}
		membership = unconstify(WpMembership *, wp_find_memberships(p, &workflow, &nmemberships));
		for (; nmemberships > 0; nmemberships--, membership++)
			if (membership->is_owner)
			{
				membership->touches = touches;
				membership->ntouches = ntouches;
			}
	}
}

/*
 * Fills load->principal and load->valid_until.
 */
static WpLoadResult
load_all(Load *load, const WpText *account, const WpText *user, uint32 facets)
{
	WpPrincipal *principal = load->principal;
	MemoryContext context = load->context;
	bool anonymous = user->data == NULL;
	WpReading reading;
	WpLoadResult result;
	MemoryContext old;

	memset(principal, 0, sizeof(*principal));
	wp_reading_begin(&reading);
	load->args[0] = wp_text_datum(account);
	load->args[1] = wp_text_datum(user);
	result = load_identity(load, anonymous);
	if (result == WP_LOADED)
	{
		char *copy = MemoryContextAlloc(context, account->len + 1);

		memcpy(copy, account->data, account->len);
		copy[account->len] = '\0';
		principal->account.data = copy;
		principal->account.len = account->len;
		principal->taken_at = GetCurrentTransactionStartTimestamp();
		load_workspaces(load);
		if (!anonymous)
			load_roles(load);
		if (!anonymous && principal->kind != WP_KIND_CONNECTED)
		{
			load_capabilities(load);
			load_workspace_memberships(load);
			load_workflow_memberships(load);
		}
		old = MemoryContextSwitchTo(context);
		wp_principal_sort(principal);
		MemoryContextSwitchTo(old);
		load_touches(load);
	}
	wp_reading_end(&reading);
	if (result == WP_LOADED && facets != 0)
		wp_load_facets(principal, facets, context, &load->valid_until);
	return result;
}

/*
 * Fills *principal; see load.h.  Raises undefined_table before create_model(),
 * and what reading raises.
 */
WpLoadResult
wp_load_principal(const WpText *account, const WpText *user, uint32 facets, MemoryContext context,
				  WpPrincipal *principal, TimestampTz *valid_until)
{
	Load load = {principal, context, {0}, DT_NOEND};
	WpLoadResult result = load_all(&load, account, user, facets);

	*valid_until = load.valid_until;
	return result;
}

/*
 * Fills *principal as if it had been granted these roles; see load.h.  Raises what
 * wp_load_principal raises.
 */
WpLoadResult
wp_load_principal_granted(const WpText *account, const WpText *user, uint32 facets,
						  const WpRole *grants, int ngrants, MemoryContext context, WpPrincipal *principal)
{
	Load load = {principal, context, {0}, DT_NOEND, grants, ngrants, true};

	return load_all(&load, account, user, facets);
}
