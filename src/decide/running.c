/*
 * running.c
 *		Who runs a workflow (spec 4.5).
 *
 * The gates are a table of named steps, in the order of the codes of section 4,
 * so that whoever explains a decision takes the same steps.
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
} Run;

/* A step: its name, for people, and what it answers. */
typedef struct RunGate
{
	const char *name;
	WpVerdict (*pass) (Run *run);
} RunGate;

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
	return run->workflow->status == WP_STATUS_LIVE ? WP_ALLOWED : WP_NOT_LIVE;
}

/* No rule denies: the walk. */
static WpVerdict
pass_walk(Run *run)
{
	run->walk = wp_walk_execution(run->principal, run->workflow);
	return run->walk.verdict;
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
	if (run->walk.level <= 3 || run->kind == WP_WORKSPACE_APP)
		return WP_ALLOWED;
	if (wp_is_team(run->principal))
		return wp_gate_view(run->principal, run->workflow) == WP_ALLOWED ? WP_ALLOWED : WP_NOT_OPEN;
	return run->principal->user.data != NULL ? WP_ALLOWED : WP_NOT_OPEN;
}

/* A connected user has it enabled. */
static WpVerdict
pass_enabled(Run *run)
{
	return !needs_enabling(run) || wp_has_enabled(run->principal, &run->workflow->workflow) ? WP_ALLOWED : WP_NOT_ENABLED;
}

/* A connected user could see it, were it not hidden. */
static WpVerdict
pass_visible(Run *run)
{
	return !needs_enabling(run) || wp_lies_before_connected(run->workflow, run->kind) ? WP_ALLOWED : WP_NOT_VISIBLE;
}

/* The condition holds, for all but members and services. */
static WpVerdict
pass_condition(Run *run)
{
	return wp_is_team(run->principal) || wp_condition_holds(run->principal, run->workflow->condition) ? WP_ALLOWED : WP_CONDITION;
}

static const RunGate gates[] = {
	{"live", pass_live},
	{"rules", pass_walk},
	{"open", pass_open},
	{"enabled", pass_enabled},
	{"visible", pass_visible},
	{"condition", pass_condition}};

/* These bind whoever starts a run for somebody else; the others bind that user. */
#define STARTER_GATES 3

/*
 * Returns the verdict of the first n gates, for a principal that has passed the
 * gates of every action.  Raises nothing.
 */
static WpVerdict
pass_gates(const WpPrincipal *principal, const WpWorkflow *workflow, int n)
{
	Run run = {principal, workflow, wp_workspace_kind_of(principal, &workflow->workspace)};
	WpVerdict verdict = WP_ALLOWED;

	/* Of a row without an id nobody knows what denies it. */
	if (workflow->workflow.data == NULL)
		return WP_NOT_FOUND;
	for (int i = 0; i < n && verdict == WP_ALLOWED; i++)
		verdict = gates[i].pass(&run);
	return verdict;
}

/*
 * Returns the verdict of `run`, for a principal that has passed the gates of
 * every action.  Raises nothing.
 */
WpVerdict
wp_gate_run(const WpPrincipal *principal, const WpWorkflow *workflow)
{
	return pass_gates(principal, workflow, lengthof(gates));
}

/*
 * Returns the verdict on starting a run; see decide.h.  Raises nothing.
 */
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
		verdict = wp_decide_caller(starter, &workflow->account);
		if (verdict == WP_ALLOWED)
			verdict = pass_gates(starter, workflow, STARTER_GATES);
		if (verdict != WP_ALLOWED)
			return verdict;
	}
	return wp_decide(for_user, WP_RUN, workflow);
}
