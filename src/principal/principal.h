/*
 * principal.h
 *		Everything that the rules need to know about a principal, in one struct
 *		with two sources. lookup/ fills it from the tables for the session's
 *		principal. principal_from_json.c reads it from a value of type
 *		`principal`. decide/ cannot tell which.
 *
 * `through` is the role through which the principal holds something.  It is for
 * explanations only, so no rule reads it.  Its data is NULL if the row names
 * the user, and always in a value of type `principal`.  If there are several
 * such roles, it is the first by name.
 *
 * Expired rows are already left out, as of taken_at (spec 1).  A role that
 * with_role() adds brings what it gives at the time of that call.  Every list
 * is sorted by its key (wp_text_compare) for the look-ups of find.h.  All
 * pointers live in the context in which the struct was made; none points into a
 * table.
 *
 * Functions in this room raise only out_of_memory unless they say otherwise.
 */
#ifndef WP_PRINCIPAL_PRINCIPAL_H
#define WP_PRINCIPAL_PRINCIPAL_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/jsonb.h"

#include "principal/vocabulary.h"

/* Bytes of an id or a name, not NUL-ended. data NULL stands for SQL NULL. */
typedef struct WpText
{
	const char *data;
	int len;
} WpText;

/*
 * A role that the principal holds, also by inclusion. workspace.data NULL: held
 * for the whole account.
 */
typedef struct WpRole
{
	WpText role;
	WpText workspace;
} WpRole;

/* A capability held through a role, with the same scopes. */
typedef struct WpCapability
{
	WpText capability;
	WpText workspace;
	WpText through; /* the role that has it */
} WpCapability;

/* One of the account's workspaces. */
typedef struct WpWorkspace
{
	WpText workspace;
	WpWorkspaceKind kind;
	WpOffered offered;
	bool is_member; /* as a user or through a role that counts there */
	bool is_owner;
	WpText through;
} WpWorkspace;

/*
 * A row of workflow_members that names the principal, as a user or through a
 * role.  A role held for a workspace counts only for that workspace's workflows
 * (scope).  For an owner, touches lists the workspaces that the workflow's
 * steps touch.  The workflow's own workspace may be missing from it (spec 4.2).
 */
typedef struct WpMembership
{
	WpText workflow;
	WpText scope; /* data NULL: in any workspace */
	bool is_owner;
	int ntouches;
	WpText *touches;
	WpText through;
} WpMembership;

/*
 * An execution rule that names the principal (spec 4.5): as a user, through a
 * role that it holds, also by inclusion, or through its system role.  A role
 * held for a workspace counts only for that workspace's workflows (scope), even
 * in rules for the whole account.
 */
typedef struct WpRule
{
	/* at most one of the two; data NULL in both: the whole account */
	WpText workflow;
	WpText workspace;
	WpRuleLevel level;
	/* data NULL: in any workspace; set for custom roles only */
	WpText scope;
	WpEffect effect;
	WpText through;
} WpRule;

/*
 * A hash table of the first position of each key in a sorted list.  With it,
 * deciding on a row costs the same however much the principal holds.  It is
 * valid only for the list that it was made from.
 */
typedef struct WpIndex
{
	const void *list; /* NULL: no table, bisect */
	int n;
	/* differs between loads, so that nobody can choose colliding ids */
	uint64 seed;
	uint32 mask;
	struct WpIndexSlot *slots;
} WpIndex;

/*
 * The parts of the session's principal that are filled when a decision needs
 * them.  A value of type `principal` has all of them.
 */
typedef enum WpFacet
{
	WP_FACET_RUNNING = 1 << 0, /* rules and enabled */
	WP_FACET_CAPABILITIES = 1 << 1,
	/*
	 * memberships, and the workspaces that allow something even without a
	 * membership in the workflow
	 */
	WP_FACET_REACH = 1 << 2,
	/* the workspaces that steps of owned workflows touch; with REACH */
	WP_FACET_TOUCHES = 1 << 3,
	/* every workspace of the account; with REACH */
	WP_FACET_WORKSPACES = 1 << 4
} WpFacet;

/* All facets except WP_FACET_RUNNING. */
#define WP_BASE_FACETS                                                         \
	(WP_FACET_CAPABILITIES | WP_FACET_REACH | WP_FACET_TOUCHES |               \
	 WP_FACET_WORKSPACES)

#define WP_ALL_FACETS (WP_BASE_FACETS | WP_FACET_RUNNING)

typedef struct WpPrincipal
{
	/*
	 * The identity. account.data NULL: no principal (spec 3), nothing else is
	 * set.
	 */
	WpText account;
	WpText user; /* data NULL: anonymous */
	WpUserKind kind;
	WpAccountRole account_role;
	bool active;
	Jsonb *metadata; /* NULL: anonymous */
	/* its time: of the session's principal, now(); conditions reckon from it */
	TimestampTz taken_at;

	/* The account's settings. */
	uint32 creator_roles; /* bit 1 << WpAccountRole */
	bool guests_see_open_main;
	WpEffect default_execution;

	int nroles;
	WpRole *roles; /* by role, then workspace, NULL first */

	/*
	 * Bits of WpFacet: which of the lists below are filled.  With about_one,
	 * they hold only what counts for about_workflow in about_workspace, and no
	 * other workflow may be decided with them.  With about_viewing, they hold
	 * only what decides whether the row that was given may be viewed, and are
	 * not valid for another version of that row.
	 */
	uint32 facets;
	bool about_one;
	bool about_viewing;
	WpText about_workflow;
	WpText about_workspace;
	int ncapabilities;
	WpCapability *capabilities; /* by capability, then workspace, NULL first */

	/*
	 * Without WP_FACET_WORKSPACES: the workspaces that the principal's other
	 * entries name, and all workspaces of the kinds in whole_kinds (bits 1 <<
	 * WpWorkspaceKind).  Others are looked up when a decision needs them.  A
	 * workspace that does not exist has the unknown kind.
	 */
	int nworkspaces;
	WpWorkspace *workspaces; /* by workspace */
	uint32 whole_kinds;
	int nlooked_up;
	WpWorkspace *looked_up;    /* by workspace */
	double account_workspaces; /* estimate of the account's number */
	int nmemberships;
	WpMembership *memberships; /* by workflow, then scope, NULL first */

	int nrules;
	/*
	 * by workflow, workspace, level and scope, NULL first; deny before grant
	 */
	WpRule *rules;
	int nenabled;
	/* the workflows that a connected user has enabled in any configuration */
	WpText *enabled;

	/* Made by wp_principal_sort and used by find.c. */
	WpIndex workspace_index;
	WpIndex membership_index;
	WpIndex rule_index; /* by workflow */
	WpIndex enabled_index;
} WpPrincipal;

/*
 * Compares bytes.  A text comes before a longer one that begins with it.  NULL
 * data comes before everything.
 */
extern int wp_text_compare(const WpText *a, const WpText *b);

/* Are both the same bytes, or both NULL? */
static inline bool
wp_text_equal(const WpText *a, const WpText *b)
{
	if (a->data == NULL || b->data == NULL)
		return a->data == b->data;
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

/* Compares workflow, workspace, level and scope, but not the effect. */
extern int wp_rule_compare(const WpRule *a, const WpRule *b);

/*
 * Sorts the lists, drops duplicates and makes the indexes, in the current
 * context.  Code that fills a principal calls it last, and again after filling
 * a facet.  Raises only out_of_memory.
 */
extern void wp_principal_sort(WpPrincipal *principal);

/* The same for the memberships alone. */
extern void wp_principal_sort_memberships(WpPrincipal *principal);

/* The same for n workspaces; returns how many are left.  Makes no index. */
extern int wp_sort_workspaces(WpWorkspace *workspaces, int n);

/*
 * Adds to `into` what `from`, with the same id, says: a member or an owner in
 * either is one.
 */
extern void wp_merge_workspace(WpWorkspace *into, const WpWorkspace *from);

#endif
