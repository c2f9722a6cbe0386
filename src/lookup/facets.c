/*
 * facets.c
 *		Adding to a principal what only some decisions need: for running, the
 *		execution rules that name it and what a connected user has enabled (spec
 *		4.5).
 *
 * One query each, by account and user or role, as in load.c.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "lookup/load.h"
#include "lookup/read.h"
#include "principal/find.h"

static WpQuery rules_query = {
	"SELECT r.workflow_id, r.role, r.effect, r.expires_at FROM workflow_perms.execution_rules r"
	" WHERE r.account_id OPERATOR(pg_catalog.=) $1 AND r.user_id OPERATOR(pg_catalog.=) $2"
	" AND (r.expires_at IS NULL OR r.expires_at OPERATOR(pg_catalog.>) pg_catalog.now())"
	" UNION ALL "
	"SELECT r.workflow_id, r.role, r.effect, r.expires_at FROM workflow_perms.execution_rules r"
	" WHERE r.account_id OPERATOR(pg_catalog.=) $1 AND r.role OPERATOR(pg_catalog.=) ANY ($3)"
	" AND (r.expires_at IS NULL OR r.expires_at OPERATOR(pg_catalog.>) pg_catalog.now())",
	3,
	{TEXTOID, TEXTOID, TEXTARRAYOID}};

static WpQuery enabled_query = {
	"SELECT DISTINCT e.workflow_id FROM workflow_perms.enablements e"
	" WHERE e.account_id OPERATOR(pg_catalog.=) $1 AND e.user_id OPERATOR(pg_catalog.=) $2 AND e.enabled"
	" ORDER BY e.workflow_id",
	2,
	{TEXTOID, TEXTOID}};

/*
 * Returns the principal's system role (spec 1): a static string.
 */
static const char *
system_role(const WpPrincipal *principal)
{
	return principal->user.data != NULL ? "AuthenticatedUser" : "NonAuthenticatedUser";
}

/*
 * Returns a text array of the names under which rules can name the principal: the
 * roles that it holds, and its system role.
 */
static Datum
role_names(const WpPrincipal *principal)
{
	Datum *names = palloc(sizeof(Datum) * (principal->nroles + 1));
	int n = 0;

	for (int i = 0; i < principal->nroles; i++)
		if (i == 0 || wp_text_compare(&principal->roles[i].role, &principal->roles[i - 1].role) != 0)
			names[n++] = wp_text_datum(&principal->roles[i].role);
	names[n++] = CStringGetTextDatum(system_role(principal));
	return PointerGetDatum(construct_array(names, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/*
 * Appends a rule to the principal's, of which there is room for *room.
 */
static void
add_rule(WpPrincipal *principal, int *room, MemoryContext context, const WpRule *rule)
{
	if (principal->nrules >= *room)
	{
		*room = Max(*room * 2, 16);
		principal->rules = principal->rules == NULL
			? MemoryContextAllocExtended(context, sizeof(WpRule) * *room, MCXT_ALLOC_HUGE)
			: repalloc_huge(principal->rules, sizeof(WpRule) * *room);
	}
	principal->rules[principal->nrules++] = *rule;
}

/*
 * The rules that name it: those on a role once per scope in which it is held.
 */
static void
load_rules(WpPrincipal *principal, MemoryContext context, Datum *args, TimestampTz *valid_until)
{
	uint64 n = wp_read(&rules_query, args, principal->user.data != NULL ? NULL : " n ");
	const char *system = system_role(principal);
	int room = 0;

	for (uint64 i = 0; i < n; i++)
	{
		WpText role = wp_read_text(i, 2, CurrentMemoryContext);
		bool isnull;
		Datum expiry = wp_read_datum(i, 4, &isnull);
		const WpRole *held;
		int nheld;
		WpRule rule = {{NULL}};

		CHECK_FOR_INTERRUPTS();
		if (!isnull)
			*valid_until = Min(*valid_until, DatumGetTimestampTz(expiry));
		rule.workflow = wp_read_text(i, 1, context);
		/* An effect that is not clearly a grant is a deny. */
		rule.effect = wp_read_word(i, 3, &wp_effects, WP_EFFECT_DENY);
		if (role.data == NULL)
		{
			rule.level = WP_RULE_USER;
			add_rule(principal, &room, context, &rule);
			continue;
		}
		if (role.len == strlen(system) && memcmp(role.data, system, role.len) == 0)
		{
			rule.level = WP_RULE_SYSTEM;
			rule.through = (WpText){system, (int) strlen(system)};
			add_rule(principal, &room, context, &rule);
			continue;
		}
		rule.level = WP_RULE_CUSTOM;
		for (held = wp_find_roles(principal, &role, &nheld); nheld > 0; nheld--, held++)
		{
			rule.scope = held->workspace;
			rule.through = held->role;
			add_rule(principal, &room, context, &rule);
		}
	}
}

/*
 * The workflows that a connected user has enabled in some configuration.
 */
static void
load_enabled(WpPrincipal *principal, MemoryContext context, Datum *args)
{
	uint64 n = wp_read(&enabled_query, args, NULL);

	principal->enabled = MemoryContextAllocExtended(context, sizeof(WpText) * (n + 1), MCXT_ALLOC_HUGE);
	for (uint64 i = 0; i < n; i++)
		principal->enabled[principal->nenabled++] = wp_read_text(i, 1, context);
}

/*
 * Adds the facets; see load.h.  Raises undefined_table before create_model(), and
 * what reading raises; the principal is then in no defined state.
 */
void
wp_load_facets(WpPrincipal *principal, uint32 facets, MemoryContext context, TimestampTz *valid_until)
{
	WpReading reading;
	MemoryContext old;
	Datum args[3];

	wp_reading_begin(&reading);
	args[0] = wp_text_datum(&principal->account);
	args[1] = wp_text_datum(&principal->user);
	args[2] = role_names(principal);
	if (facets & WP_FACET_RUNNING)
	{
		load_rules(principal, context, args, valid_until);
		if (principal->user.data != NULL && principal->kind == WP_KIND_CONNECTED)
			load_enabled(principal, context, args);
	}
	wp_reading_end(&reading);

	old = MemoryContextSwitchTo(context);
	wp_principal_sort(principal);
	MemoryContextSwitchTo(old);
	principal->facets |= facets;
}
