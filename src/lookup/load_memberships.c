/*
 * load_memberships.c
 *		The facet of a principal that says what it can reach: the account's
 *		workspaces with its memberships, the workflows that name it and, for
 *		their owners, the workspaces that their steps touch (spec 4.1, 4.2).
 *
 * For lists: the workspaces that allow something without a membership of the
 * workflow itself.  If access is by membership, these are few, even in a large
 * account.  If the workspace's kind is open to the principal (open ones to
 * everyone, projects by a role for the account), these are all workspaces of
 * the kind.  Other workspaces are looked up when a decision needs them.
 *
 * For one workflow: what counts for it.  This is its workspace and, for an
 * owner, the workspaces that it touches.  For values of type `principal`:
 * everything.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "compat.h"
#include "lookup/load_internal.h"
#include "principal/find.h"

/* Members of workspaces: by user, by role, and of one workspace. */
#define WORKSPACE_MEMBER                                                       \
	{                                                                          \
		"workspace_id", "role", "expires_at", "is_owner"                       \
	}
#define WORKSPACE_KEY .unique = {"workspace_id", "user_id", "role"}
static WpProbe user_workspaces_probe = {"workspace_members",
										{"account_id", "user_id"},
										NULL,
										WORKSPACE_MEMBER,
										WORKSPACE_KEY};
static WpProbe role_workspaces_probe = {"workspace_members",
										{"account_id", "role"},
										NULL,
										WORKSPACE_MEMBER,
										WORKSPACE_KEY};
static WpProbe workspace_user_probe = {
	"workspace_members",
	{"account_id", "workspace_id", "user_id"},
	NULL,
	WORKSPACE_MEMBER,
	.unique = {"workspace_id", "user_id"}};
static WpProbe workspace_roles_probe = {
	"workspace_members",
	{"account_id", "workspace_id", "user_id"},
	NULL,
	WORKSPACE_MEMBER,
	1U << 2,
	WORKSPACE_KEY};

/* The same for workflows. */
#define WORKFLOW_MEMBER                                                        \
	{                                                                          \
		"workflow_id", "role", "expires_at", "is_owner"                        \
	}
/* A row that names two workflows of a source names none. */
#define WORKFLOW_KEY                                                           \
	.unique = {"workflow_id", "user_id", "role"}, .named = "workflows"
static WpProbe user_workflows_probe = {"workflow_members",
									   {"account_id", "user_id"},
									   NULL,
									   WORKFLOW_MEMBER,
									   WORKFLOW_KEY};
static WpProbe role_workflows_probe = {"workflow_members",
									   {"account_id", "role"},
									   NULL,
									   WORKFLOW_MEMBER,
									   WORKFLOW_KEY};
static WpProbe workflow_user_probe = {"workflow_members",
									  {"account_id", "workflow_id", "user_id"},
									  NULL,
									  WORKFLOW_MEMBER,
									  .unique = {"workflow_id", "user_id"},
									  .named = "workflows"};
static WpProbe workflow_roles_probe = {"workflow_members",
									   {"account_id", "workflow_id", "user_id"},
									   NULL,
									   WORKFLOW_MEMBER,
									   1U << 2,
									   WORKFLOW_KEY};

static WpProbe steps_probe = {
	"workflow_steps", {"account_id", "workflow_id"}, NULL, {"workspace_id"}};

bool
wp_may_be_member(const WpPrincipal *p)
{
	return p->user.data != NULL && p->kind != WP_KIND_CONNECTED;
}

/*
 * Marks a workspace as one that the principal is a member of, through the role.
 * NULL: as the user, which is reported if both apply.
 */
static void
mark_member(WpWorkspace *workspace, const WpRole *role)
{
	static const WpText directly = {NULL, 0};
	const WpText *through = role != NULL ? &role->role : &directly;

	if (!workspace->is_member ||
		wp_text_compare(through, &workspace->through) < 0)
		workspace->through = *through;
	workspace->is_member = true;
}

/*
 * Collects the workspaces that the rows of the probe make the principal a
 * member of.
 */
static void
gather_memberships(WpLoad *load, WpGathered *gathered, WpProbe *probe,
				   const WpText *first, const WpText *second)
{
	WpPrincipal *p = load->principal;
	const WpText *keys[] = {&p->account, first, second};
	WpRows rows;

	wp_rows_open(&rows, probe, keys);
	while (wp_rows_next(&rows))
	{
		WpText id = wp_rows_peek(&rows, 0);
		WpText role = wp_rows_role(&rows, 1);
		const WpRole *held =
			role.data != NULL ? wp_role_counts(p, &role, &id) : NULL;
		WpWorkspace workspace = {{NULL, 0}, WP_WORKSPACE_UNKNOWN};

		/*
		 * A row that does not count must not shorten the time for which the
		 * rest is valid.
		 */
		if (role.data != NULL && held == NULL)
			continue;
		if (!wp_row_counts(&rows, 2, &load->valid_until))
			continue;
		workspace.workspace = wp_copy_text(&id, load->context);
		mark_member(&workspace, held);
		/* Only users are owners. */
		workspace.is_owner = role.data == NULL && wp_rows_bool(&rows, 3);
		wp_gather(gathered, &workspace, load->context);
	}
	wp_rows_close(&rows);
}

/*
 * Adds a row of workflow_members.  For a role, adds it once for each scope in
 * which the role is held.
 */
static void
add_membership(WpPrincipal *p, int *room, const WpText *workflow,
			   const WpText *role, bool is_owner, MemoryContext context)
{
	WpMembership membership = {*workflow,
							   .is_owner = role->data == NULL && is_owner};
	const WpRole *held = NULL;
	int n = 1;

	if (role->data != NULL)
		held = wp_find_roles(p, role, &n);
	for (int i = 0; i < n; i++)
	{
		if (held != NULL)
		{
			membership.scope = held[i].workspace;
			membership.through = held[i].role;
		}
		WP_GROW(p->memberships, p->nmemberships, *room, context);
		p->memberships[p->nmemberships++] = membership;
	}
}

static void
add_memberships(WpLoad *load, int *room, WpProbe *probe, const WpText *first,
				const WpText *second)
{
	WpPrincipal *p = load->principal;
	const WpText *keys[] = {&p->account, first, second};
	WpRows rows;

	wp_rows_open(&rows, probe, keys);
	while (wp_rows_next(&rows))
	{
		WpText role = wp_rows_role(&rows, 1);
		WpText workflow;
		int nheld;

		if (role.data != NULL && wp_find_roles(p, &role, &nheld) == NULL)
			continue;
		if (!wp_row_counts(&rows, 2, &load->valid_until))
			continue;
		workflow = wp_rows_text(&rows, 0, load->context);
		add_membership(p, room, &workflow, &role, wp_rows_bool(&rows, 3),
					   load->context);
	}
	wp_rows_close(&rows);
}

/*
 * Loads all memberships, and the workspaces that roles are held for.  Each
 * table takes one probe for the user and one for each role.
 */
static void
fill_all(WpLoad *load)
{
	WpPrincipal *p = load->principal;
	WpGathered named = {NULL};
	int room = 0;

	if (!wp_may_be_member(p))
		return;
	gather_memberships(load, &named, &user_workspaces_probe, &p->user, NULL);
	add_memberships(load, &room, &user_workflows_probe, &p->user, NULL);
	for (int i = 0; i < p->nroles; i++)
	{
		WpWorkspace scope = {p->roles[i].workspace, WP_WORKSPACE_UNKNOWN};

		if (scope.workspace.data != NULL)
			wp_gather(&named, &scope, load->context);
		if (!wp_first_of_role(p, i))
			continue;
		gather_memberships(load, &named, &role_workspaces_probe,
						   &p->roles[i].role, NULL);
		add_memberships(load, &room, &role_workflows_probe, &p->roles[i].role,
						NULL);
	}
	wp_add_named(load, &named);
}

/* Notes the memberships in the workspace that was collected last. */
static void
gather_membership(WpLoad *load, WpGathered *gathered, const WpText *workspace)
{
	int place = gathered->n - 1;

	gather_memberships(load, gathered, &workspace_user_probe, workspace,
					   &load->principal->user);
	if (load->principal->nroles > 0)
		gather_memberships(load, gathered, &workspace_roles_probe, workspace,
						   NULL);
	for (int i = place + 1; i < gathered->n; i++)
		wp_merge_workspace(&gathered->list[place], &gathered->list[i]);
	gathered->n = place + 1;
}

/*
 * Returns whether a membership, of the workflow's workspace or of the workflow,
 * matters to the question.  For viewing alone it does not matter if viewing is
 * allowed already, or would not be allowed even with it: memberships only add
 * to what may be viewed.  The decision itself is called for this.
 */
static bool
membership_matters(const WpLoad *load, bool of_workspace)
{
	const WpAbout *about = load->about;
	WpPrincipal supposed = *load->principal;
	WpMembership membership = {about->workflow};
	WpWorkspace workspace;

	if (about->viewed == NULL)
		return true;
	supposed.facets |= wp_action_facets(WP_VIEW);
	supposed.about_one = true;
	supposed.about_workflow = about->workflow;
	supposed.about_workspace = about->workspace;
	if (wp_decide(&supposed, WP_VIEW, about->viewed) == WP_ALLOWED)
		return false;
	if (of_workspace)
	{
		workspace = supposed.workspaces[0];
		mark_member(&workspace, NULL);
		supposed.workspaces = &workspace;
	}
	else
	{
		supposed.memberships = &membership;
		supposed.nmemberships = 1;
	}
	return wp_decide(&supposed, WP_VIEW, about->viewed) == WP_ALLOWED;
}

/* Loads what counts for one workflow. */
static void
fill_about(WpLoad *load)
{
	WpPrincipal *p = load->principal;
	const WpAbout *about = load->about;
	WpGathered lies_in = {NULL};
	int room = 0;

	if (about->workspace.data != NULL)
		wp_gather_workspace(load, &lies_in, &about->workspace);
	wp_add_gathered(load, &lies_in);
	if (!wp_may_be_member(p))
		return;
	if (lies_in.n > 0 && membership_matters(load, true))
	{
		gather_membership(load, &lies_in, &about->workspace);
		p->workspaces = lies_in.list;
	}
	if (about->workflow.data == NULL || !membership_matters(load, false))
		return;
	add_memberships(load, &room, &workflow_user_probe, &about->workflow,
					&p->user);
	if (p->nroles > 0)
		add_memberships(load, &room, &workflow_roles_probe, &about->workflow,
						NULL);
}

/*
 * Adds the workspaces that the steps of owned workflows touch.  For a load
 * about one workflow, also whether the principal is a member of them.  For
 * other loads that is known already.
 */
static void
reach_touched(WpLoad *load)
{
	WpPrincipal *p = load->principal;
	WpGathered touched = {NULL};

	for (int i = 0; i < p->nmemberships; i++)
		for (int t = 0; t < p->memberships[i].ntouches; t++)
		{
			WpWorkspace workspace = {p->memberships[i].touches[t],
									 WP_WORKSPACE_UNKNOWN};
			int before = touched.n;

			if (load->about == NULL)
				wp_gather(&touched, &workspace, load->context);
			else
				wp_gather_workspace(load, &touched, &workspace.workspace);
			if (load->about != NULL && touched.n > before &&
				wp_may_be_member(p))
				gather_membership(load, &touched, &workspace.workspace);
		}
	if (load->about == NULL)
		wp_add_named(load, &touched);
	else
	{
		touched.n = wp_sort_workspaces(touched.list, touched.n);
		wp_add_gathered(load, &touched);
	}
}

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
			WP_GROW(owned->touches, owned->ntouches, room, load->context);
			owned->touches[owned->ntouches++] =
				wp_copy_text(&workspace, load->context);
		}
		wp_rows_close(&rows);
	}
	reach_touched(load);
}

static void
sort_memberships(WpLoad *load)
{
	MemoryContext old = MemoryContextSwitchTo(load->context);

	wp_principal_sort_memberships(load->principal);
	MemoryContextSwitchTo(old);
}

void
wp_fill_reach(WpLoad *load)
{
	if (load->about == NULL)
		fill_all(load);
	else
		fill_about(load);
	/* Drops duplicates before the touched workspaces are looked up. */
	sort_memberships(load);
}
