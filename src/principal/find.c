/*
 * find.c
 *		Look-ups in a principal's sorted lists.
 */
#include "postgres.h"

#include "principal/find.h"
#include "principal/index.h"

StaticAssertDecl(offsetof(WpWorkspace, workspace) == 0, "finding reads the key at the start");
StaticAssertDecl(offsetof(WpMembership, workflow) == 0, "finding reads the key at the start");
StaticAssertDecl(offsetof(WpCapability, capability) == 0, "finding reads the key at the start");
StaticAssertDecl(offsetof(WpRole, role) == 0, "finding reads the key at the start");
StaticAssertDecl(offsetof(WpRule, workflow) == 0, "finding reads the key at the start");

/* Returns the workspace among those that were looked up, NULL if it is not. */
static const WpWorkspace *
find_looked_up(const WpPrincipal *principal, const WpText *workspace)
{
	int at = wp_lower_bound(principal->looked_up, principal->nlooked_up, sizeof(WpWorkspace), workspace);

	if (at < principal->nlooked_up && wp_text_compare(&principal->looked_up[at].workspace, workspace) == 0)
		return &principal->looked_up[at];
	return NULL;
}

/*
 * Returns the workspace of that id in the principal's account, NULL if there is none or
 * no id.  Points into the principal.
 */
const WpWorkspace *
wp_find_workspace(const WpPrincipal *principal, const WpText *workspace)
{
	const WpWorkspace *looked_up;
	int at;

	if (workspace->data == NULL)
		return NULL;
	at = wp_index_find(&principal->workspace_index, principal->workspaces, principal->nworkspaces, sizeof(WpWorkspace),
					   workspace);
	if (at >= 0)
		return &principal->workspaces[at];
	looked_up = find_looked_up(principal, workspace);
	return looked_up != NULL && looked_up->kind != WP_WORKSPACE_UNKNOWN ? looked_up : NULL;
}

/*
 * Returns whether the principal was filled with that workspace, or with the knowledge
 * that there is none; no id is known to be none.
 */
bool
wp_knows_workspace(const WpPrincipal *principal, const WpText *workspace)
{
	return (principal->facets & WP_FACET_WORKSPACES) || workspace->data == NULL ||
		wp_index_find(&principal->workspace_index, principal->workspaces, principal->nworkspaces,
					  sizeof(WpWorkspace), workspace) >= 0 ||
		find_looked_up(principal, workspace) != NULL;
}

/* Returns how many workspaces the principal's account has; see find.h. */
double
wp_account_workspaces(const WpPrincipal *principal)
{
	if (principal->facets & WP_FACET_WORKSPACES)
		return principal->nworkspaces;
	return Max(principal->account_workspaces, principal->nworkspaces);
}

/*
 * Returns the first row that makes the principal a member of the workflow and sets *n to
 * how many follow each other, 0 if there is none.  Points into the principal.
 */
const WpMembership *
wp_find_memberships(const WpPrincipal *principal, const WpText *workflow, int *n)
{
	int first;
	int end;

	*n = 0;
	if (workflow->data == NULL)
		return NULL;
	first = wp_index_find(&principal->membership_index, principal->memberships, principal->nmemberships,
						  sizeof(WpMembership), workflow);
	if (first < 0)
		return NULL;
	for (end = first + 1; end < principal->nmemberships &&
		 wp_text_compare(&principal->memberships[end].workflow, workflow) == 0; end++)
		;
	*n = end - first;
	return &principal->memberships[first];
}

/*
 * Returns the row by which the principal holds the capability for the whole account or,
 * where workspace is not NULL, for that workspace; NULL if it does not.  A principal that
 * is neither member nor service has no capabilities, whatever it was filled with (spec
 * 1).  Points into the principal.
 */
const WpCapability *
wp_find_capability(const WpPrincipal *principal, const WpText *capability, const WpText *workspace)
{
	int at;

	if (principal->user.data == NULL || principal->kind == WP_KIND_CONNECTED || capability->data == NULL)
		return NULL;
	at = wp_lower_bound(principal->capabilities, principal->ncapabilities, sizeof(WpCapability), capability);
	for (; at < principal->ncapabilities &&
		 wp_text_compare(&principal->capabilities[at].capability, capability) == 0; at++)
	{
		const WpText *scope = &principal->capabilities[at].workspace;

		if (scope->data == NULL)
			return &principal->capabilities[at];
		if (workspace != NULL && workspace->data != NULL && wp_text_compare(scope, workspace) == 0)
			return &principal->capabilities[at];
	}
	return NULL;
}

/* Returns whether there is such a row. */
bool
wp_holds_capability_text(const WpPrincipal *principal, const WpText *capability, const WpText *workspace)
{
	return wp_find_capability(principal, capability, workspace) != NULL;
}

/* The same for a capability named in the code. */
bool
wp_holds_capability(const WpPrincipal *principal, const char *capability, const WpText *workspace)
{
	WpText name = {capability, (int) strlen(capability)};

	return wp_holds_capability_text(principal, &name, workspace);
}

/*
 * Returns whether the principal holds the capability for the account or for any of its
 * workspaces.
 */
bool
wp_holds_capability_somewhere(const WpPrincipal *principal, const WpText *capability)
{
	int at;

	if (principal->user.data == NULL || principal->kind == WP_KIND_CONNECTED || capability->data == NULL)
		return false;
	at = wp_lower_bound(principal->capabilities, principal->ncapabilities, sizeof(WpCapability), capability);
	return at < principal->ncapabilities &&
		wp_text_compare(&principal->capabilities[at].capability, capability) == 0;
}

/*
 * Returns the first row of the role and sets *n to how many follow each other, one for
 * each scope in which it is held.  Points into the principal.
 */
const WpRole *
wp_find_roles(const WpPrincipal *principal, const WpText *role, int *n)
{
	int first = wp_lower_bound(principal->roles, principal->nroles, sizeof(WpRole), role);
	int end = first;

	while (end < principal->nroles && wp_text_compare(&principal->roles[end].role, role) == 0)
		end++;
	*n = end - first;
	return *n > 0 ? &principal->roles[first] : NULL;
}

/* Returns whether any rule on the workflow (data NULL: app-wide) names the principal. */
bool
wp_has_rules(const WpPrincipal *principal, const WpText *workflow)
{
	return wp_index_find(&principal->rule_index, principal->rules, principal->nrules, sizeof(WpRule), workflow) >= 0;
}

/*
 * Returns the rule on the workflow (data NULL: app-wide), at the level and in the scope;
 * the one that denies where there are two; NULL if there is none.  Points into the
 * principal.
 */
const WpRule *
wp_find_rule(const WpPrincipal *principal, const WpText *workflow, WpRuleLevel level, const WpText *scope)
{
	WpRule key = {*workflow, level, *scope, WP_EFFECT_DENY};
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
	if (low < principal->nrules && wp_rule_compare(&principal->rules[low], &key) == 0)
		return &principal->rules[low];
	return NULL;
}

/* Returns whether the connected user has the workflow enabled in some configuration. */
bool
wp_has_enabled(const WpPrincipal *principal, const WpText *workflow)
{
	return workflow->data != NULL &&
		wp_index_find(&principal->enabled_index, principal->enabled, principal->nenabled, sizeof(WpText), workflow) >= 0;
}
