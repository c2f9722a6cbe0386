/*
 * replan.c
 *		Plans that stay suitable when the principal changes.
 *
 * Only those plans of this backend are discarded that contain a decision that
 * was taken apart.  They all depend on _allowed(), so the plan cache is told
 * that this function has changed; other backends are not.  ResetPlanCache()
 * would also discard the plans that load principals.
 *
 * Having no principal is not a class: without a principal, no plan returns
 * rows.
 *
 * The cost: prepared statements that alternate between two kinds of principals
 * ran 627 transactions per second, against 993 for each kind alone (pgbench -c1
 * over a socket).  On a busy machine, a page of 20 of 5,800 workflows ran 208
 * and 1,480.  The issue about lists below a workflow chooses between this and
 * other ways.
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

/* The class that the current plans are made for. */
static uint32 planned = NO_CLASS;

/*
 * The classes of recent principals, so that principals that only check one
 * workflow are not loaded as a whole just for the plans.  This is a guess: if
 * the class has changed, it is corrected when the principal is next loaded.
 */
#define REMEMBERED 256

static struct
{
	uint32 who;
	uint32 class;
} remembered[REMEMBERED];

/* Returns the magnitude of n, in steps of four. */
static uint32
magnitude(int n)
{
	uint32 steps = 0;

	for (; n > 0; n /= 4)
		steps++;
	return steps;
}

/*
 * Returns the principal's class: roughly how much it can see, and through which
 * arms.
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

/*
 * A principal of this class asks.  If the plans are for another class, discards
 * them.
 */
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

/*
 * The session's principal has been loaded, including what its class depends on.
 */
static void
note_loaded(uint32 who, const WpPrincipal *principal)
{
	uint32 class = class_of(principal);

	remembered[who % REMEMBERED].who = who;
	remembered[who % REMEMBERED].class = class;
	note_class(class);
}

/*
 * The session's principal has been loaded in part.  Must it be loaded as a
 * whole?
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

/* Loading the principal has discarded plans for other classes. */
void
wp_replan_planned(void)
{
	const WpPrincipal *principal =
		wp_model_exists() ? wp_session_principal_with(wp_action_facets(WP_VIEW))
						  : NULL;

	if (principal != NULL)
		planned = class_of(principal);
}
