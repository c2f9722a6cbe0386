/*
 * load_running.c
 *		The facet of a principal that running needs: the execution rules that
 *		name it, and the workflows that a connected user has enabled (spec 4.5).
 */
#include "postgres.h"

#include "miscadmin.h"

#include "lookup/enums.h"
#include "lookup/load_internal.h"
#include "principal/find.h"

#define RULE                                                                   \
	{                                                                          \
		"workflow_id", "workspace_id", "role", "effect", "expires_at"          \
	}

/* Rules on a user and on a role, of a workflow, a workspace or the account. */
static WpProbe user_rules_probe = {
	"execution_rules", {"account_id", "user_id"}, NULL, RULE};
static WpProbe role_rules_probe = {
	"execution_rules", {"account_id", "role"}, NULL, RULE};

/*
 * Rules on one workflow or workspace (set), or on the account (neither is set):
 * those that name a user, and those that name roles.  null_keys has a bit for
 * each key that is NULL in the rows: rules of a workspace that name roles are
 * RULES_OF(NO_WORKFLOW | NO_USER).
 */
#define RULES_OF(null_keys)                                                    \
	{                                                                          \
		"execution_rules",                                                     \
			{"account_id", "workflow_id", "workspace_id", "user_id"}, NULL,    \
			RULE, null_keys                                                    \
	}
#define NO_WORKFLOW (1U << 1)
#define NO_WORKSPACE (1U << 2)
#define NO_USER (1U << 3)

typedef struct RuleProbes
{
	WpProbe for_user;
	WpProbe for_roles;
} RuleProbes;

static RuleProbes workflow_rules = {RULES_OF(NO_WORKSPACE),
									RULES_OF(NO_WORKSPACE | NO_USER)};
static RuleProbes workspace_rules = {RULES_OF(NO_WORKFLOW),
									 RULES_OF(NO_WORKFLOW | NO_USER)};
static RuleProbes account_rules = {
	RULES_OF(NO_WORKFLOW | NO_WORKSPACE),
	RULES_OF(NO_WORKFLOW | NO_WORKSPACE | NO_USER)};

static WpProbe enablements_probe = {
	"enablements", {"account_id", "user_id"}, NULL, {"workflow_id", "enabled"}};
static WpProbe workflow_enablements_probe = {
	"enablements",
	{"account_id", "workflow_id", "user_id"},
	NULL,
	{"workflow_id", "enabled"}};

static WpText
system_role(const WpPrincipal *principal)
{
	static const WpText authenticated = {"AuthenticatedUser",
										 sizeof("AuthenticatedUser") - 1};
	static const WpText anonymous = {"NonAuthenticatedUser",
									 sizeof("NonAuthenticatedUser") - 1};

	return principal->user.data != NULL ? authenticated : anonymous;
}

/*
 * Adds a rule that names the principal: the user if role->data is NULL. A rule
 * on a role is added once for each scope in which the role is held.
 */
static void
add_rule(WpPrincipal *p, int *room, WpRule rule, const WpText *role,
		 MemoryContext context)
{
	WpText system = system_role(p);
	const WpRole *held = NULL;
	int n = 1;

	if (role->data != NULL && wp_text_compare(role, &system) == 0)
	{
		rule.level = WP_RULE_SYSTEM;
		rule.through = system;
	}
	else if (role->data != NULL)
	{
		rule.level = WP_RULE_CUSTOM;
		held = wp_find_roles(p, role, &n);
	}
	for (int i = 0; i < n; i++)
	{
		if (held != NULL)
		{
			rule.scope = held[i].workspace;
			rule.through = held[i].role;
		}
		WP_GROW(p->rules, p->nrules, *room, context);
		p->rules[p->nrules++] = rule;
	}
}

/* Adds those rules that the probe finds and that name the principal. */
static void
add_rules(WpLoad *load, int *room, WpProbe *probe, const WpText *first,
		  const WpText *second)
{
	WpPrincipal *p = load->principal;
	const WpText *keys[] = {&p->account, first, second};
	WpText system = system_role(p);
	WpRows rows;

	wp_rows_open(&rows, probe, keys);
	while (wp_rows_next(&rows))
	{
		WpText role = wp_rows_role(&rows, 2);
		WpRule rule = {.level = WP_RULE_USER};
		int n;

		if (role.data != NULL && wp_text_compare(&role, &system) != 0 &&
			wp_find_roles(p, &role, &n) == NULL)
			continue;
		if (!wp_row_counts(&rows, 4, &load->valid_until))
			continue;
		rule.workflow = wp_rows_text_if_any(&rows, 0, load->context);
		rule.workspace = wp_rows_text_if_any(&rows, 1, load->context);
		/* An unknown effect counts as deny. */
		rule.effect = wp_rows_word(&rows, 3, &wp_effects, WP_EFFECT_DENY);
		add_rule(p, room, rule, &role, load->context);
	}
	wp_rows_close(&rows);
}

/*
 * Adds the rules on one workflow or workspace, or on the account if it is NULL.
 */
static void
add_rules_of(WpLoad *load, int *room, RuleProbes *rules, const WpText *of)
{
	const WpText *user = &load->principal->user;

	/* The account's probe has one key less: the user is then the first. */
	if (user->data != NULL)
		add_rules(load, room, &rules->for_user, of != NULL ? of : user, user);
	add_rules(load, room, &rules->for_roles, of, NULL);
}

static void
add_enabled(WpLoad *load, WpProbe *probe, const WpText *first,
			const WpText *second)
{
	WpPrincipal *p = load->principal;
	const WpText *keys[] = {&p->account, first, second};
	WpRows rows;
	int room = 0;

	wp_rows_open(&rows, probe, keys);
	while (wp_rows_next(&rows))
		if (wp_rows_bool(&rows, 1))
		{
			WP_GROW(p->enabled, p->nenabled, room, load->context);
			p->enabled[p->nenabled++] = wp_rows_text(&rows, 0, load->context);
		}
	wp_rows_close(&rows);
}

/* Loads all rules and enablements. */
static void
fill_all(WpLoad *load)
{
	WpPrincipal *p = load->principal;
	WpText system = system_role(p);
	int room = 0;

	if (p->user.data != NULL)
		add_rules(load, &room, &user_rules_probe, &p->user, NULL);
	add_rules(load, &room, &role_rules_probe, &system, NULL);
	for (int i = 0; i < p->nroles; i++)
		if (wp_first_of_role(p, i))
			add_rules(load, &room, &role_rules_probe, &p->roles[i].role, NULL);
	if (p->user.data != NULL && p->kind == WP_KIND_CONNECTED)
		add_enabled(load, &enablements_probe, &p->user, NULL);
}

/* Loads what counts for one workflow. */
static void
fill_about(WpLoad *load)
{
	WpPrincipal *p = load->principal;
	const WpText *workflow = &load->about->workflow;
	int room = 0;

	/* A workflow row without an id cannot be run at all. */
	if (workflow->data == NULL)
		return;
	add_rules_of(load, &room, &workflow_rules, workflow);
	if (load->about->workspace.data != NULL)
		add_rules_of(load, &room, &workspace_rules, &load->about->workspace);
	add_rules_of(load, &room, &account_rules, NULL);
	if (p->user.data != NULL && p->kind == WP_KIND_CONNECTED)
		add_enabled(load, &workflow_enablements_probe, workflow, &p->user);
}

void
wp_fill_running(WpLoad *load)
{
	if (load->about == NULL)
		fill_all(load);
	else
		fill_about(load);
}
