/*
 * run_gates.c
 *		Who runs a workflow (spec 4.5), and who enables it for themselves (spec
 *		4.4).
 *
 * The walk over the execution rules: the first level that holds a rule for the
 * principal decides; within a level deny beats grant.  The principal holds only
 * the rules that name it, sorted, so a level is one bisection, two for custom
 * roles, and nothing at all where no rule names it.
 */
#include "postgres.h"

#include "decide/gates.h"
#include "principal/find.h"

/* What the walk of 4.5 came to, and by what. */
typedef struct WpWalk
{
	WpVerdict verdict;  /* allowed, or the code of the level's deny */
	int level;          /* 1 to 10 */
	const WpRule *rule; /* NULL: the account's default */
} WpWalk;

static const WpText nothing = {NULL, 0};

/* The codes of the denies of levels 1 to 10. */
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

/* What rules are on, of which at most one is set; none: the account. */
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
 * The rule that decides at the level, among those on `of`: the one that denies
 * if there is one; NULL where none names the principal.  Custom roles count
 * wherever they are held for the account, or for the workflow's workspace.
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

static WpWalk
walk_execution(const WpPrincipal *principal, const WpWorkflow *workflow)
{
	/*
	 * The workflow's own rules are levels 1 to 3, its workspace's 4 to 6, the
	 * account's 7 to 9.
	 */
	const WpRulesOf ofs[] = {{workflow->workflow, nothing},
							 {nothing, workflow->workspace},
							 {nothing, nothing}};

	/* Rules that were not loaded might deny, and a doubt is a no. */
	Assert(principal->facets & WP_FACET_RUNNING);
	if (!(principal->facets & WP_FACET_RUNNING))
		return end_walk(DEFAULT_LEVEL, WP_EFFECT_DENY, NULL);

	for (int i = 0; i < lengthof(ofs); i++)
	{
		if (!wp_has_rules(principal, &ofs[i].workflow, &ofs[i].workspace))
			continue;
		for (int level = WP_RULE_USER; level <= WP_RULE_SYSTEM; level++)
		{
			const WpRule *rule =
				deciding_rule(principal, &ofs[i], level, &workflow->workspace);

			if (rule != NULL)
				return end_walk(i * (WP_RULE_SYSTEM + 1) + level + 1,
								rule->effect, rule);
		}
	}
	return end_walk(DEFAULT_LEVEL, principal->default_execution, NULL);
}

/* What the walk ended at, for people, by its level. */
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

/*
 * Does the grant reach the principal?  A grant of the workflow's own always
 * does.  One of its workspace or of the account, and the default, reach only
 * principals that the workflow is open to: everyone in an `app`; elsewhere
 * members and services that may view it, guests only if they are invited, and
 * connected users, whom the next gates check; never anonymous principals.
 */
static WpVerdict
gate_open(const WpPrincipal *principal, const WpWorkflow *workflow,
		  WpWorkspaceKind kind, int level, WpTrace *trace)
{
	bool open = true;
	const char *by;

	if (level <= 3)
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
 * The gates that bind whoever starts a run, for somebody else too; the others
 * bind that user.
 */
static WpVerdict
gate_start(const WpPrincipal *principal, const WpWorkflow *workflow,
		   WpWorkspaceKind kind, WpTrace *trace)
{
	WpVerdict verdict;
	WpWalk walk;

	/* Of a row without an id nobody knows what denies it. */
	if (workflow->workflow.data == NULL)
		return wp_trace_gate(trace, "found", WP_NOT_FOUND, "no id", NULL);
	verdict = wp_gate_live(workflow, trace);
	if (verdict != WP_ALLOWED)
		return verdict;
	walk = walk_execution(principal, workflow);
	if (wp_trace_gate(trace, "rules", walk.verdict, levels[walk.level - 1],
					  walk.rule != NULL ? &walk.rule->through : NULL) !=
		WP_ALLOWED)
		return walk.verdict;
	return gate_open(principal, workflow, kind, walk.level, trace);
}

/* Does the workflow lie where connected users see it? */
static WpVerdict
gate_place(const WpPrincipal *principal, const WpWorkflow *workflow,
		   WpTrace *trace)
{
	return wp_gate_lies(
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
	 * Outside of an `app` a connected user has it enabled, and could see it,
	 * were it not hidden.
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
 * In an `app` nothing is enabled, by nobody: there the gate is shut, as it is
 * for whoever is no connected user, whatever the workflow's status.
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

/*
 * The place of the workflow and its condition.  Whether it is hidden does not
 * matter.
 */
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
