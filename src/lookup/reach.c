/*
 * reach.c
 *		The facet of a principal that says where it gets: the account's workspaces
 *		with its memberships, the workflows that name it, and for their owners the
 *		workspaces that their steps touch (spec 4.1, 4.2).
 *
 * All of it, or what counts for one workflow: then the workspace that it lies in
 * and, for an owner, those that it touches.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "compat.h"
#include "lookup/enums.h"
#include "lookup/parts.h"
#include "principal/find.h"

static WpProbe workspaces_probe = {"workspaces", {"account_id"}, "workspace_id", {"workspace_id", "kind"}};
static WpProbe workspace_probe = {"workspaces", {"account_id", "workspace_id"}, NULL, {"workspace_id", "kind"}};

/* Of members of workspaces: of a user, of a role, and of one workspace. */
#define WORKSPACE_MEMBER {"workspace_id", "role", "expires_at", "is_owner"}
static WpProbe user_workspaces_probe = {
	"workspace_members", {"account_id", "user_id"}, NULL, WORKSPACE_MEMBER};
static WpProbe role_workspaces_probe = {
	"workspace_members", {"account_id", "role"}, NULL, WORKSPACE_MEMBER};
static WpProbe workspace_user_probe = {
	"workspace_members", {"account_id", "workspace_id", "user_id"}, NULL, WORKSPACE_MEMBER};
static WpProbe workspace_roles_probe = {
	"workspace_members", {"account_id", "workspace_id", "user_id"}, NULL, WORKSPACE_MEMBER, 1U << 2};

/* The same of workflows. */
#define WORKFLOW_MEMBER {"workflow_id", "role", "expires_at", "is_owner"}
static WpProbe user_workflows_probe = {
	"workflow_members", {"account_id", "user_id"}, NULL, WORKFLOW_MEMBER};
static WpProbe role_workflows_probe = {
	"workflow_members", {"account_id", "role"}, NULL, WORKFLOW_MEMBER};
static WpProbe workflow_user_probe = {
	"workflow_members", {"account_id", "workflow_id", "user_id"}, NULL, WORKFLOW_MEMBER};
static WpProbe workflow_roles_probe = {
	"workflow_members", {"account_id", "workflow_id", "user_id"}, NULL, WORKFLOW_MEMBER, 1U << 2};

static WpProbe steps_probe = {"workflow_steps", {"account_id", "workflow_id"}, NULL, {"workspace_id"}};

/*
 * Returns whether it is held to what is in the tables about members: a user who
 * works in the account.
 */
static bool
may_be_member(const WpPrincipal *p)
{
	return p->user.data != NULL && p->kind != WP_KIND_CONNECTED;
}

/* Where copies of texts go, side by side: there may be ten thousand. */
typedef struct TextRoom
{
	char *at;
	Size left;
} TextRoom;

#define TEXT_ROOM 8192
#define FEW_WORKSPACES 16

/*
 * Returns a copy of the text, NUL-ended, in the context.
 */
static WpText
copy_into(TextRoom *texts, const WpText *text, MemoryContext context)
{
	WpText copy = {texts->at, text->len};

	if (text->len + 1 > texts->left)
		return wp_copy_text(text, context);
	memcpy(texts->at, text->data, text->len);
	texts->at[text->len] = '\0';
	texts->at += text->len + 1;
	texts->left -= text->len + 1;
	return copy;
}

/*
 * Adds the workspaces that the probe finds.
 */
static void
add_workspaces(WpLoad *load, int *room, WpProbe *probe, const WpText *workspace)
{
	WpPrincipal *p = load->principal;
	const WpText *keys[] = {&p->account, workspace};
	TextRoom texts = {NULL, 0};
	int n = 0;
	WpRows rows;

	wp_rows_open(&rows, probe, keys);
	while (wp_rows_next(&rows))
	{
		WpText id = wp_rows_peek(&rows, 0);
		WpWorkspace found = {{NULL, 0}, wp_rows_word(&rows, 1, &wp_workspace_kinds, WP_WORKSPACE_UNKNOWN)};

		if (++n > FEW_WORKSPACES && texts.left <= id.len)
			texts = (TextRoom){MemoryContextAlloc(load->context, TEXT_ROOM), TEXT_ROOM};
		found.workspace = copy_into(&texts, &id, load->context);
		p->workspaces = wp_make_room(p->workspaces, p->nworkspaces, room, sizeof(WpWorkspace), load->context);
		p->workspaces[p->nworkspaces++] = found;
	}
	wp_rows_close(&rows);
}

/*
 * Marks a workspace as one of which it is a member, through the role (NULL: as the
 * user, which is what is told of where both are).  Raises nothing.
 */
void
wp_mark_member(WpWorkspace *workspace, const WpRole *role)
{
	static const WpText directly = {NULL, 0};
	const WpText *through = role != NULL ? &role->role : &directly;

	if (!workspace->is_member || wp_text_compare(through, &workspace->through) < 0)
		workspace->through = *through;
	workspace->is_member = true;
}

/*
 * Marks the workspaces of which the rows make it a member; the workspaces are in
 * their order.
 */
static void
mark_memberships(WpLoad *load, WpProbe *probe, const WpText *first, const WpText *second)
{
	WpPrincipal *p = load->principal;
	const WpText *keys[] = {&p->account, first, second};
	WpRows rows;

	wp_rows_open(&rows, probe, keys);
	while (wp_rows_next(&rows))
	{
		WpText id = wp_rows_peek(&rows, 0);
		WpText role = wp_rows_peek(&rows, 1);
		const WpRole *held = role.data != NULL ? wp_role_counts(p, &role, &id) : NULL;
		WpWorkspace *workspace;

		/* What does not count for it does not limit how long the rest is good either. */
		if (role.data != NULL && held == NULL)
			continue;
		workspace = unconstify(WpWorkspace *, wp_find_workspace(p, &id));
		if (workspace == NULL || !wp_row_counts(&rows, 2, &load->valid_until))
			continue;
		wp_mark_member(workspace, held);
		/* Owners are users. */
		workspace->is_owner |= role.data == NULL && wp_rows_bool(&rows, 3);
	}
	wp_rows_close(&rows);
}

/* See parts.h. */
void
wp_add_membership(WpPrincipal *p, int *room, const WpText *workflow, const WpText *role, bool is_owner,
				  MemoryContext context)
{
	WpMembership membership = {*workflow};
	const WpRole *held;
	int nheld;

	if (role->data == NULL)
	{
		membership.is_owner = is_owner;
		p->memberships = wp_make_room(p->memberships, p->nmemberships, room, sizeof(WpMembership), context);
		p->memberships[p->nmemberships++] = membership;
		return;
	}
	for (held = wp_find_roles(p, role, &nheld); nheld > 0; nheld--, held++)
	{
		membership.scope = held->workspace;
		membership.through = held->role;
		p->memberships = wp_make_room(p->memberships, p->nmemberships, room, sizeof(WpMembership), context);
		p->memberships[p->nmemberships++] = membership;
	}
}

/*
 * Adds the rows of workflow_members that the probe finds.
 */
static void
add_memberships(WpLoad *load, int *room, WpProbe *probe, const WpText *first, const WpText *second)
{
	WpPrincipal *p = load->principal;
	const WpText *keys[] = {&p->account, first, second};
	WpRows rows;

	wp_rows_open(&rows, probe, keys);
	while (wp_rows_next(&rows))
	{
		WpText role = wp_rows_peek(&rows, 1);
		WpText workflow;
		int nheld;

		if (role.data != NULL && wp_find_roles(p, &role, &nheld) == NULL)
			continue;
		if (!wp_row_counts(&rows, 2, &load->valid_until))
			continue;
		workflow = wp_rows_text(&rows, 0, load->context);
		wp_add_membership(p, room, &workflow, &role, wp_rows_bool(&rows, 3), load->context);
	}
	wp_rows_close(&rows);
}

/*
 * Everything: each list by one probe for the user, and one for each role.
 */
static void
fill_all(WpLoad *load)
{
	WpPrincipal *p = load->principal;
	int room = 0;

	add_workspaces(load, &room, &workspaces_probe, NULL);
	if (!may_be_member(p))
		return;
	/* they came in their order */
	mark_memberships(load, &user_workspaces_probe, &p->user, NULL);
	room = 0;
	add_memberships(load, &room, &user_workflows_probe, &p->user, NULL);
	for (int i = 0; i < p->nroles; i++)
	{
		if (i > 0 && wp_text_compare(&p->roles[i].role, &p->roles[i - 1].role) == 0)
			continue;
		mark_memberships(load, &role_workspaces_probe, &p->roles[i].role, NULL);
		add_memberships(load, &room, &role_workflows_probe, &p->roles[i].role, NULL);
	}
}

/*
 * Marks whether it is a member of that workspace.
 */
static void
mark_one(WpLoad *load, const WpText *workspace)
{
	mark_memberships(load, &workspace_user_probe, workspace, &load->principal->user);
	if (load->principal->nroles > 0)
		mark_memberships(load, &workspace_roles_probe, workspace, NULL);
}

/*
 * What counts for the workflow asked about.
 */
static void
fill_about(WpLoad *load)
{
	WpPrincipal *p = load->principal;
	const WpAbout *about = load->about;
	int room = 0;

	if (about->workspace.data != NULL)
		add_workspaces(load, &room, &workspace_probe, &about->workspace);
	if (!may_be_member(p))
		return;
	if (about->workspace.data != NULL)
		mark_one(load, &about->workspace);
	if (about->workflow.data == NULL)
		return;
	room = 0;
	add_memberships(load, &room, &workflow_user_probe, &about->workflow, &p->user);
	if (p->nroles > 0)
		add_memberships(load, &room, &workflow_roles_probe, &about->workflow, NULL);
}

/*
 * Adds the workspaces that the one workflow asked about touches.
 */
static void
reach_touched(WpLoad *load)
{
	WpPrincipal *p = load->principal;
	int room = 0;

	for (int i = 0; i < p->nmemberships; i++)
		for (int t = 0; t < p->memberships[i].ntouches; t++)
			add_workspaces(load, &room, &workspace_probe, &p->memberships[i].touches[t]);
	wp_sort_loaded(load);
	for (int i = 0; i < p->nmemberships; i++)
		for (int t = 0; t < p->memberships[i].ntouches; t++)
			mark_one(load, &p->memberships[i].touches[t]);
}

/*
 * Gives each workflow that it owns the workspaces that the steps touch.
 */
void
wp_fill_touches(WpLoad *load)
{
	WpPrincipal *p = load->principal;

	for (int i = 0; i < p->nmemberships; i++)
	{
		WpMembership *owned = &p->memberships[i];
		const WpText *keys[] = {&p->account, &owned->workflow};
		WpRows rows;
		int room = 0;

		if (!owned->is_owner)
			continue;
		wp_rows_open(&rows, &steps_probe, keys);
		while (wp_rows_next(&rows))
		{
			WpText workspace = wp_rows_peek(&rows, 0);
			bool known = false;

			for (int t = 0; t < owned->ntouches && !known; t++)
				known = wp_text_compare(&owned->touches[t], &workspace) == 0;
			if (known)
				continue;
			owned->touches = wp_make_room(owned->touches, owned->ntouches, &room, sizeof(WpText), load->context);
			owned->touches[owned->ntouches++] = wp_copy_text(&workspace, load->context);
		}
		wp_rows_close(&rows);
	}
	if (load->about != NULL)
		reach_touched(load);
}

/*
 * Puts the memberships into their order.
 */
static void
sort_memberships(WpLoad *load)
{
	MemoryContext old = MemoryContextSwitchTo(load->context);

	wp_principal_sort_memberships(load->principal);
	MemoryContextSwitchTo(old);
}

/* See parts.h. */
void
wp_fill_reach(WpLoad *load)
{
	if (load->about == NULL)
		fill_all(load);
	else
		fill_about(load);
	/* Each once, before what they touch is looked up. */
	sort_memberships(load);
}
