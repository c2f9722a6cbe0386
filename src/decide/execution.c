/*
 * execution.c
 *		The walk over the execution rules (spec 4.5): the first level that holds a
 *		rule for the principal decides; within a level deny beats grant.
 *
 * The principal holds only the rules that name it, sorted, so a level is one
 * bisection, two for custom roles, and nothing at all where no rule names it.
 */
#include "postgres.h"

#include "decide/gates.h"
#include "principal/find.h"

static const WpText nothing = {NULL, 0};

/* The codes of the denies of levels 1 to 7. */
static const WpVerdict denied[] = {
	WP_DENIED_USER, WP_DENIED_ROLE, WP_DENIED_SYSTEM_ROLE,
	WP_DENIED_APP_USER, WP_DENIED_APP_ROLE, WP_DENIED_APP_SYSTEM_ROLE,
	WP_DENIED_DEFAULT};

#define DEFAULT_LEVEL 7

/* Returns a walk that ends at the level (from 1), with that effect.  Raises nothing. */
static WpWalk
end_walk(int level, WpEffect effect, const WpRule *rule)
{
	WpWalk walk = {effect == WP_EFFECT_GRANT ? WP_ALLOWED : denied[level - 1], level, rule};

	return walk;
}

/*
 * Returns the rule that decides at the level, among those on `of`: the one that
 * denies if there is one; NULL where none names the principal.  Custom roles
 * count wherever they are held for the account, or for the workflow's workspace.
 * Raises nothing.
 */
static const WpRule *
deciding_rule(const WpPrincipal *principal, const WpText *of, WpRuleLevel level, const WpText *workspace)
{
	const WpRule *rule = wp_find_rule(principal, of, level, &nothing);
	const WpRule *scoped = NULL;

	if (level == WP_RULE_CUSTOM && workspace->data != NULL)
		scoped = wp_find_rule(principal, of, level, workspace);
	if (rule == NULL || (scoped != NULL && scoped->effect == WP_EFFECT_DENY))
		return scoped;
	return rule;
}

/*
 * Returns where the walk ends and why, for a workflow that has an id.  Raises
 * nothing.
 */
WpWalk
wp_walk_execution(const WpPrincipal *principal, const WpWorkflow *workflow)
{
	/* The workflow's own rules are levels 1 to 3, the account's 4 to 6. */
	const WpText *const ofs[] = {&workflow->workflow, &nothing};

	/* Rules that were not loaded might deny, and a doubt is a no. */
	Assert(principal->facets & WP_FACET_RUNNING);
	if (!(principal->facets & WP_FACET_RUNNING))
		return end_walk(DEFAULT_LEVEL, WP_EFFECT_DENY, NULL);

	for (int i = 0; i < lengthof(ofs); i++)
	{
		if (!wp_has_rules(principal, ofs[i]))
			continue;
		for (int level = WP_RULE_USER; level <= WP_RULE_SYSTEM; level++)
		{
			const WpRule *rule = deciding_rule(principal, ofs[i], level, &workflow->workspace);

			if (rule != NULL)
				return end_walk(i * (WP_RULE_SYSTEM + 1) + level + 1, rule->effect, rule);
		}
	}
	return end_walk(DEFAULT_LEVEL, principal->default_execution, NULL);
}
