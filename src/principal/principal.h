/*
 * principal.h
 *		Everything the rules need to know about who asks, as one struct with two
 *		sources: lookup/ fills it from the tables for the session's principal,
 *		principal_from_json.c reads it from a value of type `principal`.
 *		decide/ cannot tell which.
 *
 * `through` is the role by which the principal has something: for explanations,
 * so no rule reads it, a value of type `principal` does not have it, and its
 * data is NULL there, as where a row names the user.  Of several roles it is
 * the first by name.
 *
 * All expired rows are already left out, against taken_at (spec 1).  All lists
 * are sorted by their key (wp_text_compare) so that find.h finds in them.
 * All pointers live in the context in which the struct was made; nothing here
 * points into a table.
 *
 * In this room functions raise nothing but out_of_memory unless they say so.
 */
#ifndef WP_PRINCIPAL_PRINCIPAL_H
#define WP_PRINCIPAL_PRINCIPAL_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/jsonb.h"

#include "principal/vocabulary.h"

/* Bytes of an id or a name; not NUL-ended.  data NULL stands for SQL NULL. */
typedef struct WpText
{
	const char *data;
	int len;
} WpText;

/*
 * A role held: for the whole account where workspace.data is NULL.  Closed over
 * inclusion.
 */
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

/* One of the account's workspaces. */
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
 * role that it holds, included ones too, or through its system role.  A role
 * held for a workspace counts for that workspace's workflows only (scope), in
 * rules for the whole account too.
 */
typedef struct WpRule
{
	WpText workflow; /* data NULL: app-wide */
	WpRuleLevel level;
	/* data NULL: wherever the workflow lies; set for custom roles only */
	WpText scope;
	WpEffect effect;
	WpText through;
} WpRule;

/*
 * Where in a sorted list a key stands first, by hash: a row that is decided on
 * costs the same whatever the principal holds.  Says nothing of another list
 * than the one it was made of.
 */
typedef struct WpIndex
{
	const void *list; /* NULL: there is none, bisect */
	int n;
	/* differs from load to load, so that nobody can choose ids that collide */
	uint64 seed;
	uint32 mask;
	struct WpIndexSlot *slots;
} WpIndex;

/*
 * What is filled as a decision asks for it, of the session's principal; a value
 * of type `principal` has everything.
 */
typedef enum WpFacet
{
	WP_FACET_RUNNING = 1 << 0, /* rules and enabled */
	WP_FACET_CAPABILITIES = 1 << 1,
	/*
	 * memberships, and the workspaces where anything may be done without one of
	 * the workflow
	 */
	WP_FACET_REACH = 1 << 2,
	/* what the steps of owned workflows touch; with REACH */
	WP_FACET_TOUCHES = 1 << 3,
	/* every workspace of the account; with REACH */
	WP_FACET_WORKSPACES = 1 << 4
} WpFacet;

/* All but what running needs. */
#define WP_BASE_FACETS                                                         \
	(WP_FACET_CAPABILITIES | WP_FACET_REACH | WP_FACET_TOUCHES |               \
	 WP_FACET_WORKSPACES)

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
	 * Bits of WpFacet: which of the lists below are filled.  Where about_one,
	 * with what counts for that workflow in that workspace alone, and nothing
	 * else is to be decided by them; where about_viewing, with no more of that
	 * than it takes to know whether that row of it may be viewed.
	 */
	uint32 facets;
	bool about_one;
	bool about_viewing;
	WpText about_workflow;
	WpText about_workspace;
	int ncapabilities;
	WpCapability *capabilities; /* by capability, then workspace, NULL first */

	/*
	 * Without WP_FACET_WORKSPACES: those that something of the principal's
	 * names, and all of the kinds of whole_kinds (bits 1 << WpWorkspaceKind).
	 * Others were looked up when a decision needed them; one that does not
	 * exist is of an unknown kind.
	 */
	int nworkspaces;
	WpWorkspace *workspaces; /* by workspace */
	uint32 whole_kinds;
	int nlooked_up;
	WpWorkspace *looked_up;    /* by workspace */
	double account_workspaces; /* how many there may be of the account */
	int nmemberships;
	WpMembership *memberships; /* by workflow, then scope, NULL first */

	int nrules;
	/* by workflow, NULL first, level, scope, NULL first; deny before grant */
	WpRule *rules;
	int nenabled;
	/* a connected user's workflows, enabled in some configuration */
	WpText *enabled;

	/* Made by wp_principal_sort; find.c looks the lists up by them. */
	WpIndex workspace_index;
	WpIndex membership_index;
	WpIndex rule_index; /* by workflow */
	WpIndex enabled_index;
} WpPrincipal;

/*
 * Byte order, shorter first where one begins the other; NULL data first of all.
 */
extern int wp_text_compare(const WpText *a, const WpText *b);

/* The same bytes, or both NULL? */
static inline bool
wp_text_equal(const WpText *a, const WpText *b)
{
	if (a->data == NULL || b->data == NULL)
		return a->data == b->data;
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

/* By workflow, level and scope, whatever the effect. */
extern int wp_rule_compare(const WpRule *a, const WpRule *b);

/*
 * Puts the lists in their order, drops doubles and makes the indexes, in the
 * current context.  Whoever fills a principal calls it last, and again after
 * filling a facet.  Raises nothing but out_of_memory.
 */
extern void wp_principal_sort(WpPrincipal *principal);

/* The same with the memberships alone. */
extern void wp_principal_sort_memberships(WpPrincipal *principal);

/* The same with n workspaces; returns how many are left.  Makes no index. */
extern int wp_sort_workspaces(WpWorkspace *workspaces, int n);

/*
 * Takes over into the workspace what the other, of the same id, says: by either
 * it is a member or an owner.
 */
extern void wp_merge_workspace(WpWorkspace *into, const WpWorkspace *from);

#endif
