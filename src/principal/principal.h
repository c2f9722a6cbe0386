/*
 * principal.h
 *		Everything the rules need to know about who asks, as one struct with two
 *		sources: lookup/ fills it from the tables for the session's principal,
 *		value.c reads it from a value of type `principal`.  decide/ cannot tell
 *		which.
 *
 * `through` is the role by which the principal has something: for explanations, so
 * no rule reads it, a value of type `principal` does not have it, and its data is
 * NULL there, as where a row names the user.  Of several roles it is the first by
 * name.
 *
 * All expired rows are already left out, against taken_at (spec 1).  All lists
 * are sorted by their key (wp_text_compare) so that decide/ finds by bisection.
 * All pointers live in the context in which the struct was made; nothing here
 * points into a table.
 */
#ifndef WP_PRINCIPAL_PRINCIPAL_H
#define WP_PRINCIPAL_PRINCIPAL_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/jsonb.h"

#include "principal/words.h"

/* Bytes of an id or a name; not NUL-ended.  data NULL stands for SQL NULL. */
typedef struct WpText
{
	const char *data;
	int len;
} WpText;

/* A role held: for the whole account where workspace.data is NULL.  Closed over inclusion. */
typedef struct WpRole
{
	WpText role;
	WpText workspace;
} WpRole;

/* A capability held through some role; same scopes. */
typedef struct WpCapability
{
	WpText capability;
	WpText workspace;
	WpText through; /* the role that has it; see below */
} WpCapability;

/* One of the account's workspaces: every one of them is listed. */
typedef struct WpWorkspace
{
	WpText workspace;
	WpWorkspaceKind kind;
	bool is_member; /* as a user or through a role that counts there */
	bool is_owner;
	WpText through;
} WpWorkspace;

/*
 * A row of workflow_members that names the principal: as a user, or through a
 * role; a role held for a workspace counts for that workspace's workflows only
 * (scope).  touches lists, for an owner, the workspaces that the workflow's
 * steps touch, its own not necessarily among them (spec 4.2).
 */
typedef struct WpMembership
{
	WpText workflow;
	WpText scope; /* data NULL: wherever the workflow lies */
	bool is_owner;
	int ntouches;
	WpText *touches;
	WpText through;
} WpMembership;

/*
 * An execution rule that names the principal (spec 4.5): as its user, through a
 * role that it holds, included ones too, or through its system role.  A role held
 * for a workspace counts for that workspace's workflows only (scope), in rules
 * for the whole account too.
 */
typedef struct WpRule
{
	WpText workflow; /* data NULL: app-wide */
	WpRuleLevel level;
	WpText scope; /* data NULL: wherever the workflow lies; set for custom roles only */
	WpEffect effect;
	WpText through;
} WpRule;

/*
 * What is filled as a decision asks for it, of the session's principal; a value of
 * type `principal` has everything.
 */
typedef enum WpFacet
{
	WP_FACET_RUNNING = 1 << 0, /* rules and enabled */
	WP_FACET_CAPABILITIES = 1 << 1,
	WP_FACET_REACH = 1 << 2, /* workspaces and memberships */
	WP_FACET_TOUCHES = 1 << 3 /* what the steps of owned workflows touch; with REACH */
} WpFacet;

/* All but what running needs. */
#define WP_BASE_FACETS (WP_FACET_CAPABILITIES | WP_FACET_REACH | WP_FACET_TOUCHES)

#define WP_ALL_FACETS (WP_BASE_FACETS | WP_FACET_RUNNING)

typedef struct WpPrincipal
{
	/* Who.  account.data NULL: none (spec 3), and nothing else is set. */
	WpText account;
	WpText user; /* data NULL: anonymous */
	WpUserKind kind;
	WpAccountRole account_role;
	bool active;
	Jsonb *metadata; /* NULL: anonymous */
	TimestampTz taken_at;

	/* The account's settings. */
	uint32 creator_roles; /* bit 1 << WpAccountRole */
	bool guests_see_open_main;
	WpEffect default_execution;

	int nroles;
	WpRole *roles; /* by role, then workspace, NULL first */

	/*
	 * Bits of WpFacet: which of the lists below are filled.  Where about_one, with
	 * what counts for that workflow in that workspace alone, and nothing else is to
	 * be decided by them.
	 */
	uint32 facets;
	bool about_one;
	WpText about_workflow;
	WpText about_workspace;
	int ncapabilities;
	WpCapability *capabilities; /* by capability, then workspace, NULL first */
	int nworkspaces;
	WpWorkspace *workspaces; /* by workspace */
	int nmemberships;
	WpMembership *memberships; /* by workflow, then scope, NULL first */

	int nrules;
	WpRule *rules; /* by workflow, NULL first, level, scope, NULL first; deny before grant */
	int nenabled;
	WpText *enabled; /* a connected user's workflows, enabled in some configuration */
} WpPrincipal;

/* Byte order, shorter first where one begins the other; NULL data first of all. */
extern int wp_text_compare(const WpText *a, const WpText *b);

/* By workflow, level and scope, whatever the effect. */
extern int wp_rule_compare(const WpRule *a, const WpRule *b);

/*
 * Puts the lists in their order and drops doubles.  Whoever fills a principal
 * calls it last, and again after filling a facet.  Raises nothing.
 */
extern void wp_principal_sort(WpPrincipal *principal);

#endif
