/*
 * everybody.c
 *		Principals of all users of an account, for one workflow: who it is that may
 *		do something to it (spec 5).
 *
 * Each table is read once, by an index that gives its rows in the order of the
 * users: the users themselves and, beside them, the grants, the members of the
 * workflow and of its workspace, the rules, the enablements.  So the time goes
 * with the users, not with users times tables, and the memory with neither.  Rows
 * that name roles are few, and are kept for everybody.
 *
 * Who owns the workflow is loaded like anybody who asks about it, where it matters
 * which workspaces its steps touch: owners are few.
 */
#include "postgres.h"

#include "access/xact.h"
#include "datatype/timestamp.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "lookup/enums.h"
#include "lookup/everybody.h"
#include "lookup/parts.h"

#define GRANTEE "user_id", "role", "expires_at"

static WpProbe users_probe = {"users", {"account_id"}, "user_id", {WP_USER_COLUMNS}};
static WpProbe grants_probe = {"role_grants", {"account_id"}, "user_id", {GRANTEE, "workspace_id"}};
static WpProbe workspace_probe = {"workspaces", {"account_id", "workspace_id"}, NULL, {"kind"}};
static WpProbe workspace_members_probe = {
	"workspace_members", {"account_id", "workspace_id"}, "user_id", {GRANTEE, "is_owner"}};
static WpProbe workspace_roles_probe = {
	"workspace_members", {"account_id", "workspace_id", "user_id"}, NULL, {GRANTEE, "is_owner"}, 1U << 2};
static WpProbe members_probe = {
	"workflow_members", {"account_id", "workflow_id"}, "user_id", {GRANTEE, "is_owner"}};
static WpProbe member_roles_probe = {
	"workflow_members", {"account_id", "workflow_id", "user_id"}, NULL, {GRANTEE, "is_owner"}, 1U << 2};
static WpProbe rules_probe = {
	"execution_rules", {"account_id", "workflow_id"}, "user_id", {GRANTEE, "effect"}};
static WpProbe rule_roles_probe = {
	"execution_rules", {"account_id", "workflow_id", "user_id"}, NULL, {GRANTEE, "effect"}, 1U << 2};
static WpProbe app_rules_probe = {
	"execution_rules", {"account_id", "workflow_id"}, "user_id", {GRANTEE, "effect"}, 1U << 1};
static WpProbe app_rule_roles_probe = {
	"execution_rules", {"account_id", "workflow_id", "user_id"}, NULL, {GRANTEE, "effect"}, 1U << 1 | 1U << 2};
static WpProbe enablements_probe = {
	"enablements", {"account_id", "workflow_id"}, "user_id", {"user_id", "enabled"}};

/* Rows in the order of their users, and the one that is next. */
typedef struct Stream
{
	bool is_open;
	bool has_row;
	WpRows rows;
	WpText user; /* of the row, and good until the next */
} Stream;

/* A row that names a role, and what it says. */
typedef struct RoleRow
{
	WpText role;
	WpEffect effect; /* of a rule */
} RoleRow;

typedef struct RoleRows
{
	int n;
	int room;
	RoleRow *rows;
} RoleRows;

typedef struct Everybody
{
	const WpWorkflow *workflow;
	uint32 facets;
	WpPrincipal alike; /* what all of them have alike: the account and its settings */
	bool has_workspace;
	WpWorkspace workspace; /* that of the workflow */
	bool needs_capabilities;
	MemoryContext context; /* of all of this */
	WpRoleBook book;
	RoleRows workspace_roles;
	RoleRows member_roles;
	RoleRows rule_roles;
	RoleRows app_rule_roles;
	Stream grants;
	Stream workspace_members;
	Stream members;
	Stream rules;
	Stream app_rules;
	Stream enablements;
} Everybody;

/* Goes to the next row; those that name a role, who come last, end it. */
static void
advance(Stream *stream)
{
	stream->has_row = wp_rows_next(&stream->rows);
	if (stream->has_row)
		stream->user = wp_rows_peek(&stream->rows, 0);
	stream->has_row = stream->has_row && stream->user.data != NULL;
}

/* Begins to read. */
static void
open_stream(Stream *stream, WpProbe *probe, const WpText *account, const WpText *of)
{
	const WpText *keys[] = {account, of};

	wp_rows_open(&stream->rows, probe, keys);
	stream->is_open = true;
	advance(stream);
}

/* Ends it, if it was begun. */
static void
close_stream(Stream *stream)
{
	if (stream->is_open)
		wp_rows_close(&stream->rows);
}

/*
 * Returns whether there is a row of that user; the users come in their order.  The
 * caller goes through all of them by advance().
 */
static bool
has_row_of(Stream *stream, const WpText *user)
{
	while (stream->has_row && wp_text_compare(&stream->user, user) < 0)
		advance(stream);
	return stream->has_row && wp_text_compare(&stream->user, user) == 0;
}

/* Keeps the rows that name roles, of those that count. */
static void
read_role_rows(Everybody *all, RoleRows *kept, WpProbe *probe, const WpText *of, bool rules)
{
	const WpText *keys[] = {&all->alike.account, of};
	TimestampTz ignored = DT_NOEND;
	WpRows rows;

	wp_rows_open(&rows, probe, keys);
	while (wp_rows_next(&rows))
		if (wp_row_counts(&rows, 2, &ignored))
		{
			RoleRow row = {wp_rows_text(&rows, 1, all->context), WP_EFFECT_DENY};

			if (rules)
				row.effect = wp_rows_word(&rows, 3, &wp_effects, WP_EFFECT_DENY);
			kept->rows = wp_make_room(kept->rows, kept->n, &kept->room, sizeof(RoleRow), all->context);
			kept->rows[kept->n++] = row;
		}
	wp_rows_close(&rows);
}

/*
 * Reads what is the same for everybody; false where there is no such account.
 */
static bool
read_alike(Everybody *all)
{
	const WpWorkflow *workflow = all->workflow;
	WpPrincipal *p = &all->alike;
	const WpText *keys[] = {&workflow->account, &workflow->workspace};
	WpRows rows;
	bool found;

	wp_rows_open(&rows, &wp_account_probe, keys);
	found = wp_rows_next(&rows);
	if (found)
		wp_read_settings(&rows, p);
	wp_rows_close(&rows);
	p->account = workflow->account;
	p->taken_at = GetCurrentTransactionStartTimestamp();
	p->facets = all->facets;
	p->about_one = true;
	p->about_workflow = workflow->workflow;
	p->about_workspace = workflow->workspace;
	all->book = (WpRoleBook){workflow->account, all->context};

	wp_rows_open(&rows, &workspace_probe, keys);
	all->has_workspace = wp_rows_next(&rows);
	if (all->has_workspace)
	{
		all->workspace.workspace = workflow->workspace;
		all->workspace.kind = wp_rows_word(&rows, 0, &wp_workspace_kinds, WP_WORKSPACE_UNKNOWN);
	}
	wp_rows_close(&rows);
	all->needs_capabilities = (all->facets & WP_FACET_CAPABILITIES) != 0 &&
		all->workspace.kind != WP_WORKSPACE_OPEN && all->workspace.kind != WP_WORKSPACE_CLOSED;
	return found;
}

/* Opens what goes beside the users. */
static void
open_streams(Everybody *all)
{
	const WpText *account = &all->alike.account;
	const WpText *workspace = &all->workflow->workspace;
	const WpText *workflow = &all->workflow->workflow;

	open_stream(&all->grants, &grants_probe, account, NULL);
	if (all->facets & WP_FACET_REACH)
	{
		read_role_rows(all, &all->workspace_roles, &workspace_roles_probe, workspace, false);
		read_role_rows(all, &all->member_roles, &member_roles_probe, workflow, false);
		open_stream(&all->workspace_members, &workspace_members_probe, account, workspace);
		open_stream(&all->members, &members_probe, account, workflow);
	}
	if (all->facets & WP_FACET_RUNNING)
	{
		read_role_rows(all, &all->rule_roles, &rule_roles_probe, workflow, true);
		read_role_rows(all, &all->app_rule_roles, &app_rule_roles_probe, NULL, true);
		open_stream(&all->rules, &rules_probe, account, workflow);
		open_stream(&all->app_rules, &app_rules_probe, account, NULL);
		open_stream(&all->enablements, &enablements_probe, account, workflow);
	}
}

/* Closes it. */
static void
close_streams(Everybody *all)
{
	close_stream(&all->enablements);
	close_stream(&all->app_rules);
	close_stream(&all->rules);
	close_stream(&all->members);
	close_stream(&all->workspace_members);
	close_stream(&all->grants);
}

/* The user's roles, closed over inclusion. */
static void
add_roles(Everybody *all, WpLoad *load)
{
	WpPrincipal *p = load->principal;
	int room = 0;

	for (; has_row_of(&all->grants, &p->user); advance(&all->grants))
		if (wp_row_counts(&all->grants.rows, 2, &load->valid_until))
		{
			WpRole grant = {wp_rows_peek(&all->grants.rows, 1),
							wp_rows_text(&all->grants.rows, 3, load->context)};

			wp_add_grant(p, &room, &all->book, &grant, load->context);
		}
	if (p->nroles > 1)
		wp_sort_loaded(load);
}

/* Its memberships of the workspace and of the workflow; returns whether it owns the workflow. */
static bool
add_memberships(Everybody *all, WpLoad *load)
{
	WpPrincipal *p = load->principal;
	WpWorkspace *workspace = p->workspaces;
	bool owns = false;
	int room = 0;

	for (; has_row_of(&all->workspace_members, &p->user); advance(&all->workspace_members))
		if (workspace != NULL && wp_row_counts(&all->workspace_members.rows, 2, &load->valid_until))
		{
			wp_mark_member(workspace, NULL);
			workspace->is_owner |= wp_rows_bool(&all->workspace_members.rows, 3);
		}
	for (int i = 0; i < all->workspace_roles.n && workspace != NULL && p->nroles > 0; i++)
	{
		const WpRole *held = wp_role_counts(p, &all->workspace_roles.rows[i].role, &workspace->workspace);

		if (held != NULL)
			wp_mark_member(workspace, held);
	}
	for (; has_row_of(&all->members, &p->user); advance(&all->members))
		if (wp_row_counts(&all->members.rows, 2, &load->valid_until))
		{
			WpText nothing = {NULL, 0};
			bool is_owner = wp_rows_bool(&all->members.rows, 3);

			wp_add_membership(p, &room, &all->workflow->workflow, &nothing, is_owner, load->context);
			owns |= is_owner;
		}
	for (int i = 0; i < all->member_roles.n && p->nroles > 0; i++)
		wp_add_membership(p, &room, &all->workflow->workflow, &all->member_roles.rows[i].role, false, load->context);
	return owns;
}

/* The rules of one level that name it. */
static void
add_rules(WpLoad *load, int *room, Stream *stream, const RoleRows *roles, const WpText *workflow)
{
	WpPrincipal *p = load->principal;
	WpText nothing = {NULL, 0};

	for (; has_row_of(stream, &p->user); advance(stream))
		if (wp_row_counts(&stream->rows, 2, &load->valid_until))
			wp_add_rule(p, room, workflow, &nothing,
						wp_rows_word(&stream->rows, 3, &wp_effects, WP_EFFECT_DENY), load->context);
	for (int i = 0; i < roles->n; i++)
		wp_add_rule(p, room, workflow, &roles->rows[i].role, roles->rows[i].effect, load->context);
}

/* What running needs. */
static void
add_running(Everybody *all, WpLoad *load)
{
	static const WpText app_wide = {NULL, 0};
	WpPrincipal *p = load->principal;
	int room = 0;
	bool enabled = false;

	add_rules(load, &room, &all->rules, &all->rule_roles, &all->workflow->workflow);
	add_rules(load, &room, &all->app_rules, &all->app_rule_roles, &app_wide);
	for (; has_row_of(&all->enablements, &p->user); advance(&all->enablements))
		enabled |= wp_rows_bool(&all->enablements.rows, 1);
	if (enabled && p->kind == WP_KIND_CONNECTED)
	{
		p->enabled = MemoryContextAlloc(load->context, sizeof(WpText));
		p->enabled[p->nenabled++] = all->workflow->workflow;
	}
}

/*
 * Makes of the user's row a principal, in the context.
 */
static void
fill(Everybody *all, WpRows *row, MemoryContext context, WpPrincipal *p)
{
	WpLoad load = {p, NULL, context, DT_NOEND};
	TimestampTz ignored;
	bool owns = false;

	*p = all->alike;
	wp_read_user(row, p, all->workflow->condition != NULL, context);
	add_roles(all, &load);
	if (all->has_workspace)
	{
		p->workspaces = MemoryContextAlloc(context, sizeof(WpWorkspace));
		p->workspaces[p->nworkspaces++] = all->workspace;
	}
	/* Connected users have roles for the execution rules alone. */
	if ((all->facets & WP_FACET_REACH) && p->kind != WP_KIND_CONNECTED)
		owns = add_memberships(all, &load);
	if (owns && (all->facets & WP_FACET_TOUCHES))
	{
		WpAbout about = {all->workflow->workflow, all->workflow->workspace};
		WpText user = p->user;

		if (wp_load_who(&all->alike.account, &user, context, p, &ignored) == WP_LOADED)
			wp_load_facets(p, all->facets, &about, context, &ignored);
		return;
	}
	if (all->needs_capabilities && p->kind != WP_KIND_CONNECTED)
		wp_fill_capabilities(&load, &all->book);
	if (all->facets & WP_FACET_RUNNING)
		add_running(all, &load);
	wp_sort_loaded(&load);
}

/* See everybody.h.  Raises what reading and `each` raise. */
void
wp_each_principal(const WpWorkflow *workflow, uint32 facets, WpEachPrincipal each, void *arg)
{
	Everybody *all = palloc0(sizeof(Everybody));
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "workflow_perms everybody", ALLOCSET_DEFAULT_SIZES);
	MemoryContext one = AllocSetContextCreate(context, "workflow_perms one of everybody", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	const WpText *keys[] = {&workflow->account};
	WpRows users;

	all->workflow = workflow;
	all->facets = facets;
	all->context = context;
	if (read_alike(all))
	{
		open_streams(all);
		wp_rows_open(&users, &users_probe, keys);
		while (wp_rows_next(&users))
		{
			WpPrincipal principal;

			if (!wp_rows_bool(&users, 3))
				continue;
			MemoryContextSwitchTo(one);
			fill(all, &users, one, &principal);
			each(&principal, arg);
			MemoryContextSwitchTo(context);
			MemoryContextReset(one);
		}
		wp_rows_close(&users);
		close_streams(all);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	pfree(all);
}
