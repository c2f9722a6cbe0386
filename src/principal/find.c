/*
 * find.c
 *		Look-ups in a principal's sorted lists.
 */
#include "postgres.h"

#include "principal/find.h"
#include "principal/sorted_index.h"

StaticAssertDecl(offsetof(WpWorkspace, workspace) == 0,
				 "finding reads the key at the start");
StaticAssertDecl(offsetof(WpMembership, workflow) == 0,
				 "finding reads the key at the start");
StaticAssertDecl(offsetof(WpCapability, capability) == 0 &&
					 offsetof(WpCapability, workspace) == sizeof(WpText),
				 "finding reads the keys at the start");
StaticAssertDecl(offsetof(WpRole, role) == 0 &&
					 offsetof(WpRole, workspace) == sizeof(WpText),
				 "finding reads the keys at the start");
StaticAssertDecl(offsetof(WpRule, workflow) == 0 &&
					 offsetof(WpRule, workspace) == sizeof(WpText),
				 "finding reads the keys at the start");

static const WpWorkspace *
find_looked_up(const WpPrincipal *principal, const WpText *workspace)
{
	int at = wp_lower_bound(principal->looked_up, principal->nlooked_up,
							sizeof(WpWorkspace), workspace);

	if (at < principal->nlooked_up &&
		wp_text_compare(&principal->looked_up[at].workspace, workspace) == 0)
		return &principal->looked_up[at];
	return NULL;
}

const WpWorkspace *
wp_find_workspace(const WpPrincipal *principal, const WpText *workspace)
{
	const WpWorkspace *looked_up;
	int at;

	if (workspace->data == NULL)
		return NULL;
	at = wp_index_find(&principal->workspace_index, principal->workspaces,
					   principal->nworkspaces, sizeof(WpWorkspace), workspace);
	if (at >= 0)
		return &principal->workspaces[at];
	looked_up = find_looked_up(principal, workspace);
	return looked_up != NULL && looked_up->kind != WP_WORKSPACE_UNKNOWN
			   ? looked_up
			   : NULL;
}

bool
wp_knows_workspace(const WpPrincipal *principal, const WpText *workspace)
{
	return (principal->facets & WP_FACET_WORKSPACES) ||
		   workspace->data == NULL ||
		   wp_index_find(&principal->workspace_index, principal->workspaces,
						 principal->nworkspaces, sizeof(WpWorkspace),
						 workspace) >= 0 ||
		   find_looked_up(principal, workspace) != NULL;
}

double
wp_account_workspaces(const WpPrincipal *principal)
{
	if (principal->facets & WP_FACET_WORKSPACES)
		return principal->nworkspaces;
	return Max(principal->account_workspaces, principal->nworkspaces);
}

const WpMembership *
wp_find_memberships(const WpPrincipal *principal, const WpText *workflow,
					int *n)
{
	int first;
	int end;

	*n = 0;
	if (workflow->data == NULL)
		return NULL;
	first =
		wp_index_find(&principal->membership_index, principal->memberships,
					  principal->nmemberships, sizeof(WpMembership), workflow);
	if (first < 0)
		return NULL;
	for (end = first + 1;
		 end < principal->nmemberships &&
		 wp_text_compare(&principal->memberships[end].workflow, workflow) == 0;
		 end++)
		;
	*n = end - first;
	return &principal->memberships[first];
}

/*
 * The capabilities that the account role admin carries, for the whole account
 * (spec 1).
 */
static const WpCapability carried_by_admin[] = {
	{.capability = {"api_keys.manage", sizeof("api_keys.manage") - 1}},
	{.capability = {"team.invite", sizeof("team.invite") - 1}}};

/*
 * A principal that is neither a member nor a service has no capabilities, even
 * if the struct lists some (spec 1).
 */
static bool
may_hold(const WpPrincipal *principal)
{
	return principal->user.data != NULL && principal->kind != WP_KIND_CONNECTED;
}

/* Returns the capability if the account role carries it, else NULL. */
static const WpCapability *
find_carried(const WpPrincipal *principal, const WpText *capability)
{
	if (principal->account_role != WP_ACCOUNT_ADMIN || !may_hold(principal))
		return NULL;
	for (int i = 0; i < lengthof(carried_by_admin); i++)
		if (wp_text_equal(&carried_by_admin[i].capability, capability))
			return &carried_by_admin[i];
	return NULL;
}

/*
 * Returns the position of the first row of the capability or, if there is none,
 * where it would be.
 */
static int
first_capability(const WpPrincipal *principal, const WpText *capability)
{
	if (!may_hold(principal) || capability->data == NULL)
		return principal->ncapabilities;
	return wp_lower_bound(principal->capabilities, principal->ncapabilities,
						  sizeof(WpCapability), capability);
}

/*
 * Returns the position of the element with these two texts, among n elements
 * that begin with two texts and are sorted by both; -1 if there is none.
 */
static int
find_pair(const void *list, int n, size_t size, const WpText *key,
		  const WpText *scope)
{
	int low = 0;
	int high = n;

	while (low < high)
	{
		int middle = low + (high - low) / 2;
		const WpText *pair =
			(const WpText *) ((const char *) list + size * middle);
		int order = wp_text_compare(&pair[0], key);

		if (order == 0)
			order = wp_text_compare(&pair[1], scope);
		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}

const WpCapability *
wp_find_capability(const WpPrincipal *principal, const WpText *capability,
				   const WpText *workspace)
{
	int first = first_capability(principal, capability);
	int n = principal->ncapabilities - first;
	const WpCapability *carried = find_carried(principal, capability);
	const WpCapability *list;
	int at;

	if (carried != NULL || n == 0)
		return carried;
	list = &principal->capabilities[first];
	if (wp_text_compare(&list->capability, capability) != 0)
		return NULL;
	/* A capability held for the whole account comes first. */
	if (list->workspace.data == NULL)
		return list;
	if (workspace == NULL || workspace->data == NULL)
		return NULL;
	at = find_pair(list, n, sizeof(WpCapability), capability, workspace);
	return at < 0 ? NULL : &list[at];
}

bool
wp_holds_capability_text(const WpPrincipal *principal, const WpText *capability,
						 const WpText *workspace)
{
	return wp_find_capability(principal, capability, workspace) != NULL;
}

bool
wp_holds_capability(const WpPrincipal *principal, const char *capability,
					const WpText *workspace)
{
	WpText name = {capability, (int) strlen(capability)};

	return wp_holds_capability_text(principal, &name, workspace);
}

bool
wp_holds_capability_somewhere(const WpPrincipal *principal,
							  const WpText *capability)
{
	int at = first_capability(principal, capability);

	return find_carried(principal, capability) != NULL ||
		   (at < principal->ncapabilities &&
			wp_text_compare(&principal->capabilities[at].capability,
							capability) == 0);
}

const WpRole *
wp_find_roles(const WpPrincipal *principal, const WpText *role, int *n)
{
	int first = wp_lower_bound(principal->roles, principal->nroles,
							   sizeof(WpRole), role);
	int end = first;

	while (end < principal->nroles &&
		   wp_text_compare(&principal->roles[end].role, role) == 0)
		end++;
	*n = end - first;
	return *n > 0 ? &principal->roles[first] : NULL;
}

const WpRole *
wp_find_role(const WpPrincipal *principal, const WpText *role,
			 const WpText *scope)
{
	int at = find_pair(principal->roles, principal->nroles, sizeof(WpRole),
					   role, scope);

	return at < 0 ? NULL : &principal->roles[at];
}

bool
wp_has_rules(const WpPrincipal *principal, const WpText *workflow,
			 const WpText *workspace)
{
	if (workflow->data != NULL)
		return wp_index_find(&principal->rule_index, principal->rules,
							 principal->nrules, sizeof(WpRule), workflow) >= 0;
	return find_pair(principal->rules, principal->nrules, sizeof(WpRule),
					 workflow, workspace) >= 0;
}

const WpRule *
wp_find_rule(const WpPrincipal *principal, const WpText *workflow,
			 const WpText *workspace, WpRuleLevel level, const WpText *scope)
{
	WpRule key = {*workflow, *workspace, level, *scope, WP_EFFECT_DENY};
	int low = 0;
	int high = principal->nrules;

	while (low < high)
	{
		int middle = low + (high - low) / 2;

		if (wp_rule_compare(&principal->rules[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < principal->nrules &&
		wp_rule_compare(&principal->rules[low], &key) == 0)
		return &principal->rules[low];
	return NULL;
}

bool
wp_has_enabled(const WpPrincipal *principal, const WpText *workflow)
{
	return workflow->data != NULL &&
		   wp_index_find(&principal->enabled_index, principal->enabled,
						 principal->nenabled, sizeof(WpText), workflow) >= 0;
}
