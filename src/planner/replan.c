/*
 * replan.c
 *		Plans that stay fit when the principal changes.
 *
 * Only the plans of this backend that a decision was taken apart in are thrown
 * away: all of those depend on _allowed(), and the plan cache is told that this
 * function has changed, here and to nobody else.  ResetPlanCache() would also
 * throw away the plans by which principals are loaded.
 *
 * Nobody set is no class: whoever has no principal sees nothing in any plan.
 *
 * What it costs: prepared statements that alternate between two kinds of
 * principals ran 627 transactions a second, where the two alone ran 993
 * (pgbench -c1 by a socket); on a busy machine, a page of 20 of 5,800
 * workflows, 208 and 1,480.  The choice between this and other ways is left to
 * the issue about lists below a workflow.
 */
#include "postgres.h"

#include "utils/inval.h"
#include "utils/syscache.h"

#include "decide/decide.h"
#include "lookup/load_principal.h"
#include "lookup/model_tables.h"
#include "lookup/session_principal.h"
#include "planner/replan.h"
#include "planner/plan_functions.h"
#include "principal/find.h"

#define NO_CLASS 0

/* The class for which there are plans. */
static uint32 planned = NO_CLASS;

/*
 * Of which class those were who asked lately, so that not everybody who asks
 * for one workflow is loaded as a whole for the sake of plans.  A guess: who is
 * of another class by now is so noted when next loaded.
 */
#define REMEMBERED 256

static struct
{
	uint32 who;
	uint32 class;
} remembered[REMEMBERED];

/* Returns roughly how many, in steps of four times as many. */
static uint32
magnitude(int n)
{
	uint32 steps = 0;

	for (; n > 0; n /= 4)
		steps++;
	return steps;
}

/*
 * Returns the principal's class: what says roughly how much it sees, and by
 * which arms.
 */
static uint32
class_of(const WpPrincipal *principal)
{
	int nmember = 0;
	int nreached = 0;
	uint32 open;
	uint32 kind;

	if (principal == NULL)
		return NO_CLASS;
	open = wp_open_kinds(principal);
	for (int i = 0; i < principal->nworkspaces; i++)
	{
		const WpWorkspace *workspace = &principal->workspaces[i];

		nmember += workspace->is_member;
		nreached +=
			workspace->is_member || (open & (1U << workspace->kind)) != 0;
	}
	kind = principal->user.data == NULL ? 1 : 2 + principal->kind;
	return kind | (principal->active ? 1 << 4 : 0) |
		   (principal->account_role == WP_ACCOUNT_NONE    ? 0
			: principal->account_role == WP_ACCOUNT_GUEST ? 1 << 5
														  : 2 << 5) |
		   (wp_holds_capability(principal, "workflows.view", NULL) ? 1 << 7
																   : 0) |
		   magnitude(nmember) << 8 | magnitude(principal->nmemberships) << 16 |
		   magnitude(nreached) << 24;
}

/* Somebody of this class asks: if the plans are for another, they go. */
static void
note_class(uint32 class)
{
	Oid function;

	if (planned == NO_CLASS || class == planned)
		return;
	planned = NO_CLASS;
	function = wp_function(WP_FN_ALLOWED);
	if (OidIsValid(function))
		CallSyscacheCallbacks(
			PROCOID,
			GetSysCacheHashValue1(PROCOID, ObjectIdGetDatum(function)));
}

/* The session's principal has been loaded, with what its class depends on. */
static void
note_loaded(uint32 who, const WpPrincipal *principal)
{
	uint32 class = class_of(principal);

	remembered[who % REMEMBERED].who = who;
	remembered[who % REMEMBERED].class = class;
	note_class(class);
}

/*
 * The session's principal has been loaded without: is it to be loaded wholly?
 */
static bool
want_class(uint32 who)
{
	uint32 class = remembered[who % REMEMBERED].class;

	if (planned == NO_CLASS)
		return false;
	if (remembered[who % REMEMBERED].who != who || class == NO_CLASS)
		return true;
	note_class(class);
	return false;
}

void
wp_replan_init(void)
{
	static const WpSessionListener listener = {want_class, note_loaded};

	wp_session_listen(&listener);
}

/* Loading the principal has thrown away the plans for others. */
void
wp_replan_planned(void)
{
	const WpPrincipal *principal =
		wp_model_exists() ? wp_session_principal_with(wp_action_facets(WP_VIEW))
						  : NULL;

	if (principal != NULL)
		planned = class_of(principal);
}
