/*
 * run_gates.c
 *		Who may run a workflow (spec 4.5), and who may enable it for themselves
 *		(spec 4.4).
 *
 * The walk through the execution rules: the first level with a rule for the
 * principal decides, and within a level deny comes before grant.  The principal
 * has only the rules that name it, sorted.  So a level takes one bisection, two
 * for custom roles, and nothing if no rule names the principal.
 */
#include "postgres.h"

#include "decide/gates.h"
#include "principal/find.h"

static const WpText nothing = {NULL, 0};

/* The codes for a denial at levels 1 to 10. */
static const WpVerdict denied[] = {WP_DENIED_USER,
								   WP_DENIED_ROLE,
								   WP_DENIED_SYSTEM_ROLE,
								   WP_DENIED_APP_USER,
								   WP_DENIED_APP_ROLE,
								   WP_DENIED_APP_SYSTEM_ROLE,
								   WP_DENIED_ACCOUNT_USER,
								   WP_DENIED_ACCOUNT_ROLE,
								   WP_DENIED_ACCOUNT_SYSTEM_ROLE,
								   WP_DENIED_DEFAULT};

#define DEFAULT_LEVEL lengthof(denied)

/* Levels of the workflow, of the workspace and of the account. */
#define LEVELS_OF_EACH (WP_RULE_SYSTEM + 1)

/* The object that rules are on.  At most one is set; neither: the account. */
typedef struct WpRulesOf
{
	WpText workflow;
	WpText workspace;
} WpRulesOf;

static WpWalk
end_walk(int level, WpEffect effect, const WpRule *rule)
{
	WpWalk walk = {effect == WP_EFFECT_GRANT ? WP_ALLOWED : denied[level - 1],
				   level, rule};

	return walk;
}

/*
 * Returns the rule that decides at the level, among those on `of`: one that
 * denies, if there is one; NULL if none names the principal.  Custom roles
 * count if they are held for the account or for the workflow's workspace.
 */
static const WpRule *
deciding_rule(const WpPrincipal *principal, const WpRulesOf *of,
			  WpRuleLevel level, const WpText *workspace)
{
	const WpRule *rule =
		wp_find_rule(principal, &of->workflow, &of->workspace, level, &nothing);
	const WpRule *scoped = NULL;

	if (level == WP_RULE_CUSTOM && workspace->data != NULL)
		scoped = wp_find_rule(principal, &of->workflow, &of->workspace, level,
							  workspace);
	if (rule == NULL || (scoped != NULL && scoped->effect == WP_EFFECT_DENY))
		return scoped;
	return rule;
}

WpWalk
wp_walk_execution(const WpPrincipal *principal, const WpWorkflow *workflow,
				  int after)
{
	/*
	 * Levels 1 to 3 are the workflow's own rules, 4 to 6 its workspace's, 7 to
	 * 9 the account's.
	 */
	const WpRulesOf ofs[] = {{workflow->workflow, nothing},
							 {nothing, workflow->workspace},
							 {nothing, nothing}};
	const int account = lengthof(ofs) - 1;

	/* Rules that were not loaded might deny, so deny. */
	Assert(principal->facets & WP_FACET_RUNNING);
	if (!(principal->facets & WP_FACET_RUNNING))
		return end_walk(DEFAULT_LEVEL, WP_EFFECT_DENY, NULL);

	for (int i = 0; i < lengthof(ofs); i++)
	{
		/* A row without the id has no rules of that object. */
		if (i != account && ofs[i].workflow.data == NULL &&
			ofs[i].workspace.data == NULL)
			continue;
		if (!wp_has_rules(principal, &ofs[i].workflow, &ofs[i].workspace))
			continue;
		for (int level = WP_RULE_USER; level <= WP_RULE_SYSTEM; level++)
		{
			int number = i * LEVELS_OF_EACH + level + 1;
			const WpRule *rule = number <= after
									 ? NULL
									 : deciding_rule(principal, &ofs[i], level,
													 &workflow->workspace);

			if (rule != NULL)
				return end_walk(number, rule->effect, rule);
		}
	}
	return end_walk(DEFAULT_LEVEL, principal->default_execution, NULL);
}

/* Descriptions of the levels at which the walk can end. */
static const char *const levels[] = {"rule of the workflow for the user",
									 "rule of the workflow for a role",
									 "rule of the workflow for a system role",
									 "rule of the workspace for the user",
									 "rule of the workspace for a role",
									 "rule of the workspace for a system role",
									 "rule of the account for the user",
									 "rule of the account for a role",
									 "rule of the account for a system role",
									 "default of the account"};

const char *
wp_walk_level(int level)
{
	return levels[level - 1];
}

/*
 * Does the grant reach this workflow? A grant on the workflow itself always
 * does.  A grant on its workspace or for the account, and the default, do so
 * only if the workflow is open to the principal.  In an `app` it is open to
 * everyone.  Elsewhere it is open to members and services that may view it
 * (guests only as members of it or its workspace, or by a capability), and to
 * connected users, whom the next gates check, but never to anonymous
 * principals.
 */
static WpVerdict
gate_open(const WpPrincipal *principal, const WpWorkflow *workflow,
		  WpWorkspaceKind kind, int level, WpTrace *trace)
{
	bool open = true;
	const char *by;

	if (level <= LEVELS_OF_EACH)
		by = "rule of the workflow";
	else if (kind == WP_WORKSPACE_APP)
		by = "open to everyone in an app";
	else if (wp_is_team(principal))
	{
		open = wp_sees_as_invited(principal, workflow);
		if (open)
			by = "may view it";
		else if (wp_gate_view(principal, workflow, NULL) == WP_ALLOWED)
			by = "a guest, not invited";
		else
			by = "may not view it";
	}
	else
	{
		open = principal->user.data != NULL;
		by = open ? "connected user" : "anonymous";
	}
	return wp_trace_gate(trace, "open", open ? WP_ALLOWED : WP_NOT_OPEN, by,
						 NULL);
}

/*
 * The gates that apply to the user who starts a run, also for another user.
 * The other gates apply to that other user.
 */
static WpVerdict
gate_start(const WpPrincipal *principal, const WpWorkflow *workflow,
		   WpWorkspaceKind kind, WpTrace *trace)
{
	WpVerdict verdict;
	WpWalk walk;

	/* A row without an id might be denied by any rule. */
	if (workflow->workflow.data == NULL)
		return wp_trace_gate(trace, "found", WP_NOT_FOUND, "no id", NULL);
	verdict = wp_gate_live(workflow, trace);
	if (verdict != WP_ALLOWED)
		return verdict;
	walk = wp_walk_execution(principal, workflow, 0);
	if (wp_trace_gate(trace, "rules", walk.verdict, wp_walk_level(walk.level),
					  walk.rule != NULL ? &walk.rule->through : NULL) !=
		WP_ALLOWED)
		return walk.verdict;
	return gate_open(principal, workflow, kind, walk.level, trace);
}

/* Is the workflow where connected users see it? */
static WpVerdict
gate_place(const WpPrincipal *principal, const WpWorkflow *workflow,
		   WpTrace *trace)
{
	return wp_gate_placed(
		workflow, wp_find_workspace(principal, &workflow->workspace), trace);
}

WpVerdict
wp_gate_run(const WpPrincipal *principal, const WpWorkflow *workflow,
			WpTrace *trace)
{
	WpWorkspaceKind kind =
		wp_workspace_kind_of(principal, &workflow->workspace);
	WpVerdict verdict = gate_start(principal, workflow, kind, trace);

	if (verdict != WP_ALLOWED || wp_is_team(principal))
		return verdict;
	/*
	 * Outside an `app`, a connected user must have enabled the workflow, and
	 * must be able to see it, apart from `hidden`.
	 */
	if (principal->user.data != NULL && kind != WP_WORKSPACE_APP)
	{
		bool enabled = wp_has_enabled(principal, &workflow->workflow);

		verdict =
			wp_trace_gate(trace, "enabled",
						  enabled ? WP_ALLOWED : WP_NOT_ENABLED, NULL, NULL);
		if (verdict == WP_ALLOWED)
			verdict = gate_place(principal, workflow, trace);
		if (verdict != WP_ALLOWED)
			return verdict;
	}
	return wp_gate_condition(principal, workflow, trace);
}

WpVerdict
wp_decide_starter(const WpPrincipal *starter, const WpText *account,
				  const WpText *for_user)
{
	WpVerdict verdict = wp_decide_caller(starter, account);

	if (verdict == WP_ALLOWED && for_user->data != NULL &&
		!wp_is_team(starter) && wp_text_compare(for_user, &starter->user) != 0)
		return WP_NOT_OWN;
	return verdict;
}

WpVerdict
wp_decide_start(const WpPrincipal *starter, const WpPrincipal *for_user,
				const WpWorkflow *workflow)
{
	WpVerdict verdict;

	if (starter == NULL && for_user == NULL)
		return workflow->status == WP_STATUS_LIVE ? WP_ALLOWED : WP_NOT_LIVE;
	if (for_user == NULL)
		return wp_decide(starter, WP_RUN, workflow);
	if (starter != NULL)
	{
		verdict =
			wp_decide_starter(starter, &workflow->account, &for_user->user);
		if (verdict == WP_ALLOWED)
			verdict = gate_start(
				starter, workflow,
				wp_workspace_kind_of(starter, &workflow->workspace), NULL);
		if (verdict != WP_ALLOWED)
			return verdict;
	}
	return wp_decide(for_user, WP_RUN, workflow);
}

/*
 * In an `app` nothing can be enabled.  There, and for principals that are not
 * connected users, this gate refuses, whatever the workflow's status.
 */
static WpVerdict
gate_connected(const WpPrincipal *principal, WpWorkspaceKind kind,
			   WpTrace *trace)
{
	bool connected =
		principal->user.data != NULL && principal->kind == WP_KIND_CONNECTED;
	const char *by = NULL;

	if (!connected)
		by = "not a connected user";
	else if (kind == WP_WORKSPACE_APP)
		by = "nothing is enabled in an app";
	return wp_trace_gate(trace, "connected",
						 by == NULL ? WP_ALLOWED : WP_NOT_CONNECTED, by, NULL);
}

/* The workflow's place and condition.  Hidden workflows can be enabled. */
static WpVerdict
gate_offer(const WpPrincipal *principal, const WpWorkflow *workflow,
		   WpTrace *trace)
{
	WpVerdict verdict = gate_place(principal, workflow, trace);

	return verdict != WP_ALLOWED
			   ? verdict
			   : wp_gate_condition(principal, workflow, trace);
}

WpVerdict
wp_gate_enable(const WpPrincipal *principal, const WpWorkflow *workflow,
			   WpTrace *trace)
{
	WpWorkspaceKind kind =
		wp_workspace_kind_of(principal, &workflow->workspace);
	WpVerdict verdict = gate_connected(principal, kind, trace);

	if (verdict == WP_ALLOWED)
		verdict = wp_gate_live(workflow, trace);
	return verdict != WP_ALLOWED ? verdict
								 : gate_offer(principal, workflow, trace);
}

WpVerdict
wp_decide_stay_enabled(const WpPrincipal *principal, const WpWorkflow *workflow)
{
	WpWorkspaceKind kind =
		wp_workspace_kind_of(principal, &workflow->workspace);
	WpVerdict verdict = gate_connected(principal, kind, NULL);

	return verdict != WP_ALLOWED ? verdict
								 : gate_offer(principal, workflow, NULL);
}
