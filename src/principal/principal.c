/*
 * principal.c
 *		The order of a principal's lists.  Builds outside the server too.
 */
#include "postgres.h"

#include "condition/format.h"
#include "principal/sorted_index.h"
#include "principal/principal.h"

int
wp_text_compare(const WpText *a, const WpText *b)
{
	if (a->data == NULL || b->data == NULL)
		return (a->data != NULL) - (b->data != NULL);
	return wp_bytes_compare(a->data, a->len, b->data, b->len);
}

int
wp_rule_compare(const WpRule *a, const WpRule *b)
{
	int result = wp_text_compare(&a->workflow, &b->workflow);

	if (result == 0)
		result = wp_text_compare(&a->workspace, &b->workspace);
	if (result == 0)
		result = (int) a->level - (int) b->level;
	return result != 0 ? result : wp_text_compare(&a->scope, &b->scope);
}

/* qsort comparator for elements that begin with a text, such as WpWorkspace. */
static int
compare_texts(const void *a, const void *b)
{
	return wp_text_compare(a, b);
}

/* For elements that begin with two texts. */
static int
compare_pairs(const void *a, const void *b)
{
	const WpText *x = a;
	const WpText *y = b;
	int result = wp_text_compare(x, y);

	return result != 0 ? result : wp_text_compare(x + 1, y + 1);
}

StaticAssertDecl(offsetof(WpRole, role) == 0 &&
					 offsetof(WpRole, workspace) == sizeof(WpText),
				 "a pair");
StaticAssertDecl(offsetof(WpCapability, capability) == 0 &&
					 offsetof(WpCapability, workspace) == sizeof(WpText),
				 "a pair");
StaticAssertDecl(offsetof(WpMembership, workflow) == 0 &&
					 offsetof(WpMembership, scope) == sizeof(WpText),
				 "a pair");
StaticAssertDecl(offsetof(WpWorkspace, workspace) == 0, "a text");

/* Deny before grant. */
static int
compare_rules(const void *a, const void *b)
{
	const WpRule *x = a;
	const WpRule *y = b;
	int result = wp_rule_compare(x, y);

	return result != 0 ? result : (int) y->effect - (int) x->effect;
}

/*
 * Are the elements in order and without duplicates, as rows from an index are?
 */
static bool
is_in_order(const void *list, int n, size_t size,
			int (*compare)(const void *, const void *))
{
	const char *last = list;

	for (int i = 1; i < n; i++, last += size)
		if (compare(last, last + size) >= 0)
			return false;
	return true;
}

typedef int (*Comparator)(const void *, const void *);

static int
call_comparator(const void *a, const void *b, void *comparator)
{
	return (*(Comparator *) comparator)(a, b);
}

/*
 * Sorts n elements and keeps the first of each run of equal ones.  Unless NULL,
 * `merge` adds what a duplicate says to the element that is kept.  Returns how
 * many are left.
 */
static int
sort_list(void *list, int n, size_t size,
		  int (*compare)(const void *, const void *),
		  void (*merge)(void *kept, const void *doubled))
{
	char *kept = list;
	int left = 1;

	if (n < 2 || is_in_order(list, n, size, compare))
		return n;
	/* Interruptible: a million elements take most of a second. */
	qsort_interruptible(list, n, size, call_comparator, &compare);
	for (int i = 1; i < n; i++)
	{
		char *next = (char *) list + size * i;

		if (compare(kept, next) == 0)
		{
			if (merge != NULL)
				merge(kept, next);
			continue;
		}
		kept += size;
		left++;
		if (kept != next)
			memcpy(kept, next, size);
	}
	return left;
}

/*
 * Of two ways to hold the same thing, keeps the one to report: as the user
 * rather than through a role, otherwise through the first role by name.
 */
static void
merge_through(WpText *kept, const WpText *doubled)
{
	if (wp_text_compare(doubled, kept) < 0)
		*kept = *doubled;
}

static void
merge_capabilities(void *kept, const void *doubled)
{
	merge_through(&((WpCapability *) kept)->through,
				  &((const WpCapability *) doubled)->through);
}

static void
merge_rules(void *kept, const void *doubled)
{
	merge_through(&((WpRule *) kept)->through,
				  &((const WpRule *) doubled)->through);
}

void
wp_merge_workspace(WpWorkspace *into, const WpWorkspace *from)
{
	if (from->is_member && into->is_member)
		merge_through(&into->through, &from->through);
	else if (from->is_member)
		into->through = from->through;
	into->is_member |= from->is_member;
	into->is_owner |= from->is_owner;
}

static void
merge_workspaces(void *kept, const void *doubled)
{
	wp_merge_workspace(kept, doubled);
}

int
wp_sort_workspaces(WpWorkspace *workspaces, int n)
{
	return sort_list(workspaces, n, sizeof(WpWorkspace), compare_texts,
					 merge_workspaces);
}

/*
 * A workflow may be listed twice, for the user and for a role.  An owner by
 * either row is an owner, and must have access to every workspace that either
 * row lists.
 */
static void
merge_memberships(void *kept, const void *doubled)
{
	WpMembership *into = kept;
	const WpMembership *from = doubled;

	merge_through(&into->through, &from->through);
	into->is_owner |= from->is_owner;
	if (from->ntouches > 0)
	{
		WpText *touches =
			palloc(sizeof(WpText) * (into->ntouches + from->ntouches));

		if (into->ntouches > 0)
			memcpy(touches, into->touches, sizeof(WpText) * into->ntouches);
		memcpy(touches + into->ntouches, from->touches,
			   sizeof(WpText) * from->ntouches);
		into->touches = touches;
		into->ntouches += from->ntouches;
	}
}

void
wp_principal_sort_memberships(WpPrincipal *principal)
{
	principal->nmemberships =
		sort_list(principal->memberships, principal->nmemberships,
				  sizeof(WpMembership), compare_pairs, merge_memberships);
}

void
wp_principal_sort(WpPrincipal *principal)
{
	principal->nroles = sort_list(principal->roles, principal->nroles,
								  sizeof(WpRole), compare_pairs, NULL);
	principal->ncapabilities =
		sort_list(principal->capabilities, principal->ncapabilities,
				  sizeof(WpCapability), compare_pairs, merge_capabilities);
	principal->nworkspaces =
		wp_sort_workspaces(principal->workspaces, principal->nworkspaces);
	wp_principal_sort_memberships(principal);
	for (int i = 0; i < principal->nmemberships; i++)
	{
		WpMembership *membership = &principal->memberships[i];

		membership->ntouches =
			sort_list(membership->touches, membership->ntouches, sizeof(WpText),
					  compare_texts, NULL);
	}
	principal->nrules = sort_list(principal->rules, principal->nrules,
								  sizeof(WpRule), compare_rules, merge_rules);
	principal->nenabled = sort_list(principal->enabled, principal->nenabled,
									sizeof(WpText), compare_texts, NULL);

	wp_index_make(&principal->workspace_index, principal->workspaces,
				  principal->nworkspaces, sizeof(WpWorkspace));
	wp_index_make(&principal->membership_index, principal->memberships,
				  principal->nmemberships, sizeof(WpMembership));
	wp_index_make(&principal->rule_index, principal->rules, principal->nrules,
				  sizeof(WpRule));
	wp_index_make(&principal->enabled_index, principal->enabled,
				  principal->nenabled, sizeof(WpText));
}
