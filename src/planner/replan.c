/*
 * replan.c
 *		Plans that stay suitable when the principal changes.
 *
 * Only those plans of this backend are discarded that contain a decision that
 * was taken apart.  They all depend on _allowed(), or on a decision on rows
 * below a workflow, so the plan cache is told that these functions have
 * changed; other backends are not.  ResetPlanCache() would also discard the
 * plans that load principals.
 *
 * How many workflows a principal has a right to is counted when they are listed
 * (lookup/workflow_rights.c), and remembered for the principal's next
 * statements.
 *
 * Having no principal is not a class: without a principal, no plan returns
 * rows.
 *
 * The cost: prepared statements that alternate between two kinds of principals
 * ran 627 transactions per second, against 993 for each kind alone (pgbench -c1
 * over a socket).  On a busy machine, a page of 20 of 5,800 workflows ran 208
 * and 1,480.
 */
#include "postgres.h"

#include "utils/inval.h"
#include "utils/syscache.h"

#include "decide/decide.h"
#include "lookup/load_principal.h"
#include "lookup/model_tables.h"
#include "lookup/session_principal.h"
#include "planner/replan.h"
#include "lookup/workflow_rights.h"
#include "planner/plan_functions.h"
#include "planner/rows_below.h"
#include "principal/find.h"
#include "principal/identity.h"

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
	uint32 listed; /* the bits of a class below */
} remembered[REMEMBERED];

/* The principal that was loaded last. */
static uint32 asking = 0;

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
 * The bits of a class that say how many workflows the principal may view, and
 * whose runs it may see, as far as these were listed: their magnitude plus one,
 * up to 7; 0: unknown.
 */
#define LISTED_VIEW 21
#define LISTED_HISTORY 29
#define LISTED(class, place) ((class) >> (place) &7)
#define LISTED_MASK ((uint32) 7 << LISTED_VIEW | (uint32) 7 << LISTED_HISTORY)

/* Are the classes different? An unknown number equals every other. */
static bool
differ(uint32 a, uint32 b)
{
	static const int places[] = {LISTED_VIEW, LISTED_HISTORY};

	for (int i = 0; i < lengthof(places); i++)
		if (LISTED(a, places[i]) != 0 && LISTED(b, places[i]) != 0 &&
			LISTED(a, places[i]) != LISTED(b, places[i]))
			return true;
	return (a & ~LISTED_MASK) != (b & ~LISTED_MASK);
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

static void
discard_plans_with(WpFunction function)
{
	Oid oid = wp_function(function);

	if (OidIsValid(oid))
		CallSyscacheCallbacks(
			PROCOID, GetSysCacheHashValue1(PROCOID, ObjectIdGetDatum(oid)));
}

static void
discard_plans(void)
{
	WpFunction function;

	planned = NO_CLASS;
	discard_plans_with(WP_FN_ALLOWED);
	for (int i = 0; wp_decision_below(i, &function); i++)
		discard_plans_with(function);
}

/*
 * A principal of this class asks.  If the plans are for another class, discards
 * them.
 */
static void
note_class(uint32 class)
{
	if (planned != NO_CLASS && differ(class, planned))
		discard_plans();
}

/* Returns the bits that are known of the principal. */
static uint32
listed_of(uint32 who)
{
	return remembered[who % REMEMBERED].who == who
			   ? remembered[who % REMEMBERED].listed
			   : 0;
}

/*
 * The workflows were listed that the principal has the right to.  A plan that
 * is being made is for that number.
 */
static void
note_listed(WpRight right, double number)
{
	int place = right == WP_RIGHT_VIEW ? LISTED_VIEW : LISTED_HISTORY;
	uint32 mask = (uint32) 7 << place;
	uint32 bits = (uint32) Min(magnitude((int) Min(number, 1e6)) + 1, 7)
				  << place;
	uint32 class = (planned & ~mask) | bits;

	/* Writes are by id. */
	if (right == WP_RIGHT_EDIT)
		return;
	if (remembered[asking % REMEMBERED].who != asking)
	{
		remembered[asking % REMEMBERED].who = asking;
		remembered[asking % REMEMBERED].class = NO_CLASS;
		remembered[asking % REMEMBERED].listed = 0;
	}
	remembered[asking % REMEMBERED].listed =
		(remembered[asking % REMEMBERED].listed & ~mask) | bits;
	if (planned == NO_CLASS)
		return;
	note_class(class);
	planned = class;
}

/*
 * The session's principal has been loaded, including what its class depends on.
 */
static void
note_loaded(uint32 who, const WpPrincipal *principal)
{
	uint32 listed = listed_of(who);
	uint32 class = class_of(principal);

	asking = who;
	remembered[who % REMEMBERED].who = who;
	remembered[who % REMEMBERED].class = class;
	remembered[who % REMEMBERED].listed = listed;
	note_class(class | listed);
}

/*
 * The session's principal has been loaded in part.  Must it be loaded as a
 * whole?
 */
static bool
want_class(uint32 who)
{
	uint32 class = remembered[who % REMEMBERED].class;

	asking = who;
	if (planned == NO_CLASS)
		return false;
	if (remembered[who % REMEMBERED].who != who || class == NO_CLASS)
		return true;
	note_class(class | listed_of(who));
	return false;
}

void
wp_replan_init(void)
{
	static const WpSessionListener listener = {want_class, note_loaded};

	wp_session_listen(&listener);
	wp_rights_listen(note_listed);
}

/* Loading the principal has discarded plans for other classes. */
void
wp_replan_planned(void)
{
	WpIdentity identity;
	const WpPrincipal *principal = NULL;

	/* Without one, what runs may not need it, and says so if it does. */
	if (wp_identity_get(&identity) && wp_model_exists())
		principal = wp_session_principal_with(wp_action_facets(WP_VIEW));
	if (principal != NULL)
		planned = class_of(principal) | listed_of(asking);
}
