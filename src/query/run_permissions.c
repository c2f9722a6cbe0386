/*
 * run_permissions.c
 *		run_permissions(): what the execution rules of a workflow say of every
 *		user and role, what is inherited, and what the walk comes to (spec 5).
 *
 * The walk of the decision itself says all of it.  If it ends at the level of
 * the grantee's own rule, the grantee has one.  The walk through the levels
 * after it says what would be inherited.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "lookup/load_principal.h"
#include "lookup/load_workflow.h"
#include "lookup/owner_query.h"
#include "lookup/probe.h"
#include "lookup/session_principal.h"
#include "query/argument.h"
#include "query/refusal.h"

/* The levels of the workflow's own rules (4.5). */
enum
{
	USER_LEVEL = 1,
	ROLE_LEVEL,
	SYSTEM_LEVEL
};

#define COLUMNS 6

static WpProbe roles_probe = {"roles", {"account_id"}, "role", {"role"}};

typedef struct Permissions
{
	ReturnSetInfo *result;
	WpWorkflow workflow;
	WpAbout about;
} Permissions;

static Datum
word_of(const WpWalk *walk)
{
	return CStringGetTextDatum(walk->verdict == WP_ALLOWED ? "granted"
														   : "denied");
}

/* Returns the level, with the role that the rule names. */
static Datum
source_of(const WpWalk *walk)
{
	if (walk->rule == NULL || walk->rule->through.data == NULL)
		return CStringGetTextDatum(wp_walk_level(walk->level));
	return PointerGetDatum(cstring_to_text(
		psprintf("%s: %.*s", wp_walk_level(walk->level),
				 walk->rule->through.len, walk->rule->through.data)));
}

/*
 * Puts a row into the result.  own: the grantee's own rule; NULL: none.
 * inherited: without it.  all: what the walk comes to.
 */
static void
put_row(const Permissions *permissions, const WpText *user, const WpText *role,
		const WpWalk *own, const WpWalk *inherited, const WpWalk *all)
{
	ReturnSetInfo *result = permissions->result;
	Datum values[COLUMNS] = {0};
	bool nulls[COLUMNS] = {user == NULL, role == NULL};

	if (user != NULL)
		values[0] = wp_text_datum(user);
	if (role != NULL)
		values[1] = wp_text_datum(role);
	values[2] = own == NULL ? CStringGetTextDatum("inherited") : word_of(own);
	values[3] = word_of(inherited);
	values[4] = source_of(inherited);
	values[5] = word_of(all);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* Puts the row of a grantee whose own rule alone is at this level. */
static void
put_grantee(const Permissions *permissions, const WpText *user,
			const WpText *role, const WpPrincipal *principal, int level)
{
	WpWalk all = wp_walk_execution(principal, &permissions->workflow, 0);
	WpWalk inherited =
		wp_walk_execution(principal, &permissions->workflow, level);

	put_row(permissions, user, role, all.level == level ? &all : NULL,
			&inherited, &all);
}

/* Called for each user. */
static void
put_user(const WpText *user, const WpPrincipal *principal, void *arg)
{
	put_grantee(arg, user, NULL, principal, USER_LEVEL);
}

/* Walks for the holder, with these of its roles. */
static WpWalk
walk_with(const Permissions *permissions, const WpPrincipal *holder,
		  WpRole *roles, int nroles, int after)
{
	WpPrincipal principal = *holder;
	TimestampTz ignored = DT_NOEND;

	principal.roles = roles;
	principal.nroles = nroles;
	wp_load_facets(&principal, WP_FACET_RUNNING, &permissions->about,
				   CurrentMemoryContext, &ignored);
	return wp_walk_execution(&principal, &permissions->workflow, after);
}

/*
 * Puts the row of a custom role.  A role that it includes has rules of the same
 * level, which it inherits.
 */
static void
put_custom(const Permissions *permissions, const WpText *role,
		   const WpPrincipal *holder)
{
	WpRole itself = {*role, {NULL, 0}};
	WpRole *included = palloc(sizeof(WpRole) * (holder->nroles + 1));
	int n = 0;
	WpWalk own = walk_with(permissions, holder, &itself, 1, USER_LEVEL);
	WpWalk all =
		walk_with(permissions, holder, holder->roles, holder->nroles, 0);
	WpWalk inherited;

	for (int i = 0; i < holder->nroles; i++)
		if (!wp_text_equal(&holder->roles[i].role, role))
			included[n++] = holder->roles[i];
	inherited = walk_with(permissions, holder, included, n, USER_LEVEL);
	if (inherited.level != ROLE_LEVEL)
		inherited = walk_with(permissions, holder, holder->roles,
							  holder->nroles, ROLE_LEVEL);
	put_row(permissions, NULL, role, own.level == ROLE_LEVEL ? &own : NULL,
			&inherited, &all);
}

/* Puts the row of a role, as if of a user that holds it alone. */
static void
put_role(const Permissions *permissions, const WpText *role)
{
	static const char anonymous[] = "NonAuthenticatedUser";
	static const char authenticated[] = "AuthenticatedUser";
	static const WpText none = {NULL, 0};
	const WpText *account = &permissions->workflow.account;
	bool is_anonymous = role->len == strlen(anonymous) &&
						memcmp(role->data, anonymous, role->len) == 0;
	bool is_system =
		is_anonymous || (role->len == strlen(authenticated) &&
						 memcmp(role->data, authenticated, role->len) == 0);
	TimestampTz ignored = DT_NOEND;
	WpPrincipal holder;

	if (!wp_load_role_holder(account, is_system ? &none : role,
							 CurrentMemoryContext, &holder))
		return;
	if (!is_system)
	{
		put_custom(permissions, role, &holder);
		return;
	}
	if (is_anonymous)
		holder.user = none;
	wp_load_facets(&holder, WP_FACET_RUNNING, &permissions->about,
				   CurrentMemoryContext, &ignored);
	put_grantee(permissions, NULL, role, &holder, SYSTEM_LEVEL);
}

/* Puts the rows of all roles. */
static void
put_roles(const Permissions *permissions)
{
	MemoryContext one = AllocSetContextCreate(
		CurrentMemoryContext, "workflow_perms role", ALLOCSET_DEFAULT_SIZES);
	const WpText *keys[] = {&permissions->workflow.account};
	WpRows rows;

	wp_rows_open(&rows, &roles_probe, keys);
	while (wp_rows_next(&rows))
	{
		MemoryContext caller = MemoryContextSwitchTo(one);
		WpText role = wp_rows_text(&rows, 0, one);

		put_role(permissions, &role);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(one);
	}
	wp_rows_close(&rows);
	MemoryContextDelete(one);
}

/*
 * run_permissions(workflow_id) → setof (user_id, role, setting, inherited,
 * inherited_from, result).
 */
PG_FUNCTION_INFO_V1(wp_run_permissions);
Datum
wp_run_permissions(PG_FUNCTION_ARGS)
{
	Permissions permissions = {(ReturnSetInfo *) fcinfo->resultinfo};
	WpWorkflow *workflow = &permissions.workflow;
	WpText id = wp_arg_text(fcinfo, 0);
	const WpPrincipal *asker = wp_session_principal();
	WpVerdict verdict = wp_decide_caller(asker, asker ? &asker->account : NULL);
	WpText account;

	InitMaterializedSRF(fcinfo, 0);
	if (verdict == WP_ALLOWED)
	{
		account = wp_copy_text(&asker->account, CurrentMemoryContext);
		verdict = WP_NOT_FOUND;
		if (id.data != NULL && wp_load_workflow(&account, &id, workflow))
		{
			/* What a source calls may have loaded it anew. */
			asker = wp_session_principal();
			verdict = wp_decide(asker, WP_MANAGE_RULES, workflow);
		}
		/* Whoever may not view it learns no other code. */
		if (verdict != WP_ALLOWED &&
			(id.data == NULL || workflow->workflow.data == NULL ||
			 wp_decide(asker, WP_VIEW, workflow) != WP_ALLOWED))
			verdict = WP_NOT_FOUND;
	}
	if (verdict != WP_ALLOWED)
		wp_raise_refusal("list the run permissions of", "workflow", &id,
						 wp_name_capability(verdict, "workflows.deploy"));
	permissions.about = (WpAbout){workflow->workflow, workflow->workspace};
	wp_each_runner(&account, &permissions.about, put_user, &permissions);
	put_roles(&permissions);
	return (Datum) 0;
}
