/*
 * running.c
 *		Who runs a workflow (spec 4.5).
 *
 * The gates are a table, in the order of the codes of section 4; the first of
 * them bind whoever starts a run for somebody else, too.
 */
#include "postgres.h"

#include "decide/gates.h"
#include "principal/find.h"

/* What a gate asks about, and what an earlier gate found out for later ones. */
typedef struct Run
{
	const WpPrincipal *principal;
	const WpWorkflow *workflow;
	WpWorkspaceKind kind;
	WpWalk walk; /* set by the gate of that name */
	WpTrace *trace;
} Run;

/* Is it a connected user's run outside of an `app`, where enabling comes first? */
static bool
needs_enabling(const Run *run)
{
	return run->principal->user.data != NULL && !wp_is_team(run->principal) &&
		run->kind != WP_WORKSPACE_APP;
}

/* The workflow is live. */
static WpVerdict
pass_live(Run *run)
{
	return wp_gate_live(run->workflow, run->trace);
}

/* What the walk ended at, for people, by its level. */
static const char *const levels[] = {
	"rule of the workflow for the user", "rule of the workflow for a role", "rule of the workflow for a system role",
	"rule of the account for the user", "rule of the account for a role", "rule of the account for a system role",
	"default of the account"};

/* No rule denies: the walk. */
static WpVerdict
pass_walk(Run *run)
{
	run->walk = wp_walk_execution(run->principal, run->workflow);
	return wp_told(run->trace, "rules", run->walk.verdict, levels[run->walk.level - 1],
				   run->walk.rule != NULL ? &run->walk.rule->through : NULL);
}

/*
 * What grants reaches here.  A grant of the workflow's own does everywhere; one
 * for the whole account, or its default, only where the workflow is open to the
 * principal: everyone in an `app`; elsewhere the team that may view it and
 * connected users, whom the next gates hold; anonymous principals never.
 */
static WpVerdict
pass_open(Run *run)
{
	bool team = wp_is_team(run->principal);
	bool open;
	const char *by;

	if (run->walk.level <= 3)
	{
		open = true;
		by = "rule of the workflow";
	}
	else if (run->kind == WP_WORKSPACE_APP)
	{
		open = true;
		by = "open to everyone in an app";
	}
	else if (team)
	{
		open = wp_gate_view(run->principal, run->workflow, NULL) == WP_ALLOWED;
		by = open ? "may view it" : "may not view it";
	}
	else
	{
		open = run->principal->user.data != NULL;
		by = open ? "connected user" : "anonymous";
	}
	return wp_told(run->trace, "open", open ? WP_ALLOWED : WP_NOT_OPEN, by, NULL);
}

/* A connected user has it enabled. */
static WpVerdict
pass_enabled(Run *run)
{
	if (!needs_enabling(run))
		return WP_ALLOWED;
	return wp_told(run->trace, "enabled", wp_has_enabled(run->principal, &run->workflow->workflow) ? WP_ALLOWED : WP_NOT_ENABLED, NULL, NULL);
}

/* A connected user could see it, were it not hidden. */
static WpVerdict
pass_visible(Run *run)
{
	if (!needs_enabling(run))
		return WP_ALLOWED;
	return wp_gate_lies(run->workflow, run->kind, run->trace);
}

/* The condition holds, for all but members and services. */
static WpVerdict
pass_condition(Run *run)
{
	if (wp_is_team(run->principal))
		return WP_ALLOWED;
	return wp_gate_condition(run->principal, run->workflow, run->trace);
}

/* The gates, in the order of their codes (section 4). */
static WpVerdict (*const gates[]) (Run *run) = {
	pass_live, pass_walk, pass_open, pass_enabled, pass_visible, pass_condition};

/* These bind whoever starts a run for somebody else; the others bind that user. */
#define STARTER_GATES 3

/*
 * Returns the verdict of the first n gates, for a principal that has passed the
 * gates of every action.  Raises nothing.
 */
static WpVerdict
pass_gates(const WpPrincipal *principal, const WpWorkflow *workflow, int n, WpTrace *trace)
{
	Run run = {principal, workflow, wp_workspace_kind_of(principal, &workflow->workspace)};
	WpVerdict verdict = WP_ALLOWED;

	/* Of a row without an id nobody knows what denies it. */
	if (workflow->workflow.data == NULL)
		return wp_told(trace, "found", WP_NOT_FOUND, "no id", NULL);
	run.trace = trace;
	for (int i = 0; i < n && verdict == WP_ALLOWED; i++)
		verdict = gates[i](&run);
	return verdict;
}

/*
 * Returns the verdict of `run`, for a principal that has passed the gates of
 * every action.  Raises nothing.
 */
WpVerdict
wp_gate_run(const WpPrincipal *principal, const WpWorkflow *workflow, WpTrace *trace)
{
	return pass_gates(principal, workflow, lengthof(gates), trace);
}

/* Returns the verdict on starting runs for that user; see decide.h.  Raises nothing. */
WpVerdict
wp_decide_starter(const WpPrincipal *starter, const WpText *account, const WpText *for_user)
{
	WpVerdict verdict = wp_decide_caller(starter, account);

	if (verdict == WP_ALLOWED && for_user->data != NULL && !wp_is_team(starter) &&
		wp_text_compare(for_user, &starter->user) != 0)
		return WP_NOT_OWN;
	return verdict;
}

/* Returns the verdict on starting a run; see decide.h.  Raises nothing. */
WpVerdict
wp_decide_start(const WpPrincipal *starter, const WpPrincipal *for_user, const WpWorkflow *workflow)
{
	WpVerdict verdict;

	if (starter == NULL && for_user == NULL)
		return workflow->status == WP_STATUS_LIVE ? WP_ALLOWED : WP_NOT_LIVE;
	if (for_user == NULL)
		return wp_decide(starter, WP_RUN, workflow);
	if (starter != NULL)
	{
		verdict = wp_decide_starter(starter, &workflow->account, &for_user->user);
		if (verdict == WP_ALLOWED)
			verdict = pass_gates(starter, workflow, STARTER_GATES, NULL);
		if (verdict != WP_ALLOWED)
			return verdict;
	}
	return wp_decide(for_user, WP_RUN, workflow);
}
