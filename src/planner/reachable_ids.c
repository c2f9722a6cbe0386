/*
 * reachable_ids.c
 *		Where a principal may do anything at all.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "lookup/session_principal.h"
#include "planner/reachable_ids.h"
#include "principal/discard.h"
#include "principal/sorted_index.h"

static const char *const kind_names[] = {"named",     "main",     "any",
										 "team-main", "team-any", "bound",
										 "verdict",   "history"};

/*
 * The session's sets, each made when first needed, for one load of its
 * principal.
 */
static struct
{
	MemoryContext context;
	uint64 load_number; /* 0: none */
	WpIdSet *sets[WP_ACTION_UNKNOWN][WP_CANDIDATE_KINDS];
} session;

/* Returns an empty set with room for `most` ids, palloc'd. */
static WpIdSet *
make_set(int most)
{
	WpIdSet *set = palloc0(sizeof(WpIdSet));

	set->ids = MemoryContextAllocExtended(
		CurrentMemoryContext, sizeof(WpText) * (most + 1), MCXT_ALLOC_HUGE);
	return set;
}

/*
 * Returns the workflows that the principal's lists name and that may be allowed
 * for that reason.  For running, these also include workflows that a rule
 * grants or that are enabled.
 */
static WpIdSet *
named_workflows(const WpPrincipal *principal, WpAction action)
{
	bool running = action == WP_RUN;
	bool viewing = action == WP_VIEW || action == WP_VIEW_NAME || running;
	WpIdSet *set;

	if (action == WP_ENABLE)
		return make_set(0);
	set = make_set(principal->nmemberships +
				   (running ? principal->nrules + principal->nenabled : 0));
	for (int i = 0; i < principal->nmemberships; i++)
		if (viewing || principal->memberships[i].is_owner)
			set->ids[set->n++] = principal->memberships[i].workflow;
	for (int i = 0; running && i < principal->nrules; i++)
		if (principal->rules[i].workflow.data != NULL &&
			principal->rules[i].effect == WP_EFFECT_GRANT)
			set->ids[set->n++] = principal->rules[i].workflow;
	for (int i = 0; running && i < principal->nenabled; i++)
		set->ids[set->n++] = principal->enabled[i];
	return wp_idset_finish(set);
}

/* Is a workflow allowed that meets every requirement but is named nowhere? */
static bool
may_pass(const WpPrincipal *principal, WpAction action, const WpText *workspace,
		 WpVisibility visibility)
{
	WpWorkflow workflow = {principal->account, {"", 0}, *workspace, visibility,
						   WP_STATUS_LIVE,     NULL,    false};

	return wp_decide(principal, action, &workflow) == WP_ALLOWED;
}

/*
 * Returns the workspaces that are named by the principal's roles, capabilities,
 * rules about its roles or rules of a workspace.
 */
static WpIdSet *
named_workspaces(const WpPrincipal *principal)
{
	WpIdSet *set = make_set(principal->nroles + principal->ncapabilities +
							2 * principal->nrules);

	for (int i = 0; i < principal->nroles; i++)
		if (principal->roles[i].workspace.data != NULL)
			set->ids[set->n++] = principal->roles[i].workspace;
	for (int i = 0; i < principal->ncapabilities; i++)
		if (principal->capabilities[i].workspace.data != NULL)
			set->ids[set->n++] = principal->capabilities[i].workspace;
	for (int i = 0; i < principal->nrules; i++)
	{
		if (principal->rules[i].workspace.data != NULL)
			set->ids[set->n++] = principal->rules[i].workspace;
		if (principal->rules[i].scope.data != NULL)
			set->ids[set->n++] = principal->rules[i].scope;
	}
	return wp_idset_finish(set);
}

/* Which workflows of a workspace may pass if no list names them. */
typedef enum Passing
{
	NOT_ASKED,
	NOTHING,
	MAIN,
	ANY
} Passing;

static Passing
ask(const WpPrincipal *principal, WpAction action, const WpText *workspace)
{
	if (may_pass(principal, action, workspace, WP_VISIBILITY_PRIVATE))
		return ANY;
	return may_pass(principal, action, workspace, WP_VISIBILITY_MAIN) ? MAIN
																	  : NOTHING;
}

/*
 * Returns the workspaces in which a workflow that no list names may pass: any
 * (WP_ANY), only a main one (WP_MAIN), or either (WP_BOUND).  Workspaces that a
 * decision cannot tell apart are decided once, because an account may have ten
 * thousand.
 */
static WpIdSet *
open_workspaces(const WpPrincipal *principal, WpAction action,
				WpCandidateKind kind)
{
	WpIdSet *set = make_set(principal->nworkspaces);
	const WpIdSet *named = named_workspaces(principal);
	Passing alike[WP_WORKSPACE_UNKNOWN + 1][WP_OFFERED_BY_KIND + 1][2][2] = {
		{{{NOT_ASKED}}}};

	for (int i = 0; i < principal->nworkspaces; i++)
	{
		const WpWorkspace *workspace = &principal->workspaces[i];
		Passing *known = &alike[workspace->kind][workspace->offered]
							   [workspace->is_member][workspace->is_owner];
		Passing passing;

		CHECK_FOR_INTERRUPTS();
		if (named->n > 0 && wp_idset_has(named, &workspace->workspace))
			passing = ask(principal, action, &workspace->workspace);
		else
		{
			if (*known == NOT_ASKED)
				*known = ask(principal, action, &workspace->workspace);
			passing = *known;
		}
		if ((passing == ANY && kind != WP_MAIN) ||
			(passing == MAIN && kind != WP_ANY))
			set->ids[set->n++] = workspace->workspace;
	}
	return wp_idset_finish(set);
}

WpIdSet *
wp_candidates(const WpPrincipal *principal, WpAction action,
			  WpCandidateKind kind)
{
	if (wp_decide_caller(principal, principal ? &principal->account : NULL) !=
		WP_ALLOWED)
		return make_set(0);
	switch (kind)
	{
		case WP_NAMED:
			return named_workflows(principal, action);
		case WP_TEAM_MAIN:
		case WP_TEAM_ANY:
			if (!wp_is_team(principal))
				return make_set(0);
			return open_workspaces(principal, action,
								   kind == WP_TEAM_MAIN ? WP_MAIN : WP_ANY);
		case WP_BOUND:
			return wp_is_team(principal)
					   ? make_set(0)
					   : open_workspaces(principal, action, kind);
		case WP_VERDICT:
		case WP_HISTORY:
			return make_set(0);
		default:
			return open_workspaces(principal, action, kind);
	}
}

/* Frees the sets of the session's principal. */
static void
forget(void)
{
	if (session.context != NULL)
		MemoryContextDelete(session.context);
	memset(&session, 0, sizeof(session));
}

void
wp_reachable_init(void)
{
	wp_on_discard(forget);
}

/*
 * Returns the set of the session's principal, which the caller has just
 * fetched.
 */
static const WpIdSet *
session_set(const WpPrincipal *principal, WpAction action, WpCandidateKind kind)
{
	MemoryContext old;
	WpIdSet *set;

	if (session.load_number != wp_session_load_number())
	{
		memset(session.sets, 0, sizeof(session.sets));
		session.load_number = wp_session_load_number();
		if (session.context == NULL)
			session.context = AllocSetContextCreate(CacheMemoryContext,
													"workflow_perms candidates",
													ALLOCSET_DEFAULT_SIZES);
		MemoryContextReset(session.context);
	}
	if (session.sets[action][kind] == NULL)
	{
		old = MemoryContextSwitchTo(session.context);
		set = wp_candidates(principal, action, kind);
		MemoryContextSwitchTo(old);
		session.sets[action][kind] = set;
	}
	return session.sets[action][kind];
}

bool
wp_right_of(WpAction action, WpCandidateKind kind, WpRight *right)
{
	if (kind == WP_HISTORY)
		*right = WP_RIGHT_HISTORY;
	else
		*right = action == WP_EDIT ? WP_RIGHT_EDIT : WP_RIGHT_VIEW;
	return action == WP_EDIT ? kind == WP_VERDICT
							 : action == WP_VIEW && kind >= WP_VERDICT;
}

const WpIdSet *
wp_session_candidates(WpAction action, WpCandidateKind kind)
{
	const WpPrincipal *principal;
	WpRight right;

	if (wp_right_of(action, kind, &right))
		return wp_rights_all(right);
	if (kind >= WP_CANDIDATE_KINDS)
		return &wp_no_ids;
	principal = wp_session_principal_with(wp_action_facets(action));
	return principal ? session_set(principal, action, kind) : &wp_no_ids;
}

/*
 * Returns whether workflows like this one may pass in its workspace.  If so,
 * the workspace is one of the principal's.
 */
static bool
in_workspaces(const WpPrincipal *principal, WpAction action,
			  const WpWorkflow *workflow)
{
	return (workflow->visibility == WP_VISIBILITY_MAIN &&
			wp_idset_has(session_set(principal, action, WP_MAIN),
						 &workflow->workspace)) ||
		   wp_idset_has(session_set(principal, action, WP_ANY),
						&workflow->workspace);
}

/* Does one of the principal's lists, or the row itself, name the principal? */
static bool
is_named(const WpPrincipal *principal, WpAction action,
		 const WpWorkflow *workflow)
{
	return (workflow->owner.data != NULL &&
			wp_text_equal(&workflow->owner, &principal->user)) ||
		   wp_idset_has(session_set(principal, action, WP_NAMED),
						&workflow->workflow);
}

/*
 * Of many rows that are read, most may not pass.  The sets are checked first
 * because they are the smallest part of the principal, and they can be used
 * before the row's workspace is loaded.
 */
bool
wp_session_allows(const WpPrincipal *principal, WpAction action,
				  const WpWorkflow *workflow)
{
	if (!principal->about_one && !in_workspaces(principal, action, workflow))
	{
		if (!is_named(principal, action, workflow))
			return false;
		wp_session_know_workspace(&workflow->workspace);
	}
	return wp_decide(principal, action, workflow) == WP_ALLOWED;
}

bool
wp_candidate_words(const WpText *words, WpAction *action, WpCandidateKind *kind)
{
	const char *space =
		words->data ? memchr(words->data, ' ', words->len) : NULL;
	int left;

	if (space == NULL)
		return false;
	*action = wp_action(words->data, space - words->data);
	left = words->data + words->len - (space + 1);
	for (int i = 0; i < lengthof(kind_names); i++)
		if (strlen(kind_names[i]) == left &&
			memcmp(kind_names[i], space + 1, left) == 0)
		{
			*kind = i;
			return *action != WP_ACTION_UNKNOWN;
		}
	return false;
}

char *
wp_candidate_label(WpAction action, WpCandidateKind kind)
{
	return psprintf("%s %s", wp_action_name(action), kind_names[kind]);
}
