/*
 * principal.c
 *		The order of a principal's lists.  Builds outside the server too.
 */
#include "postgres.h"

#include "principal/index.h"
#include "principal/principal.h"

/*
 * Returns <0, 0, >0: byte order, shorter first where one begins the other, NULL data
 * first of all.
 */
int
wp_text_compare(const WpText *a, const WpText *b)
{
	int result;

	if (a->data == NULL || b->data == NULL)
		return (a->data != NULL) - (b->data != NULL);
	result = memcmp(a->data, b->data, Min(a->len, b->len));
	if (result != 0)
		return result;
	return (a->len > b->len) - (a->len < b->len);
}

/* Returns the order of two rules by all but their effect: workflow, level, scope. */
int
wp_rule_compare(const WpRule *a, const WpRule *b)
{
	int result = wp_text_compare(&a->workflow, &b->workflow);

	if (result == 0)
		result = (int) a->level - (int) b->level;
	return result != 0 ? result : wp_text_compare(&a->scope, &b->scope);
}

/* qsort comparator of WpText. */
static int
compare_texts(const void *a, const void *b)
{
	return wp_text_compare(a, b);
}

/* qsort comparator of WpRole: by role, then workspace. */
static int
compare_roles(const void *a, const void *b)
{
	const WpRole *x = a;
	const WpRole *y = b;
	int result = wp_text_compare(&x->role, &y->role);

	return result != 0 ? result : wp_text_compare(&x->workspace, &y->workspace);
}

/* qsort comparator of WpCapability: by capability, then workspace. */
static int
compare_capabilities(const void *a, const void *b)
{
	const WpCapability *x = a;
	const WpCapability *y = b;
	int result = wp_text_compare(&x->capability, &y->capability);

	return result != 0 ? result : wp_text_compare(&x->workspace, &y->workspace);
}

/* qsort comparator of WpWorkspace: by workspace. */
static int
compare_workspaces(const void *a, const void *b)
{
	const WpWorkspace *x = a;
	const WpWorkspace *y = b;

	return wp_text_compare(&x->workspace, &y->workspace);
}

/* qsort comparator of WpMembership: by workflow, then scope. */
static int
compare_memberships(const void *a, const void *b)
{
	const WpMembership *x = a;
	const WpMembership *y = b;
	int result = wp_text_compare(&x->workflow, &y->workflow);

	return result != 0 ? result : wp_text_compare(&x->scope, &y->scope);
}

/* qsort comparator of WpRule: by workflow, level, scope; deny before grant. */
static int
compare_rules(const void *a, const void *b)
{
	const WpRule *x = a;
	const WpRule *y = b;
	int result = wp_rule_compare(x, y);

	return result != 0 ? result : (int) y->effect - (int) x->effect;
}

/*
 * Returns whether the n elements are in their order and each is there once: as rows that
 * come by an index are.
 */
static bool
is_in_order(const void *list, int n, size_t size, int (*compare)(const void *, const void *))
{
	const char *last = list;

	for (int i = 1; i < n; i++, last += size)
		if (compare(last, last + size) >= 0)
			return false;
	return true;
}

/*
 * Sorts n elements of `size` bytes and moves the first of each run of equal ones to the
 * front; `merge`, unless NULL, first takes over into the one that is kept what the
 * double says.  Returns how many are left.
 */
static int
sort_list(void *list, int n, size_t size, int (*compare)(const void *, const void *),
		  void (*merge)(void *kept, const void *doubled))
{
	char *kept = list;
	int left = 1;

	if (n < 2 || is_in_order(list, n, size, compare))
		return n;
	qsort(list, n, size, compare);
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
 * Of two ways to have the same, keeps the one to tell of: as the user rather than
 * through a role, through the first role by name.
 */
static void
merge_through(WpText *kept, const WpText *doubled)
{
	if (wp_text_compare(doubled, kept) < 0)
		*kept = *doubled;
}

/* A capability held through two roles. */
static void
merge_capabilities(void *kept, const void *doubled)
{
	merge_through(&((WpCapability *) kept)->through, &((const WpCapability *) doubled)->through);
}

/* A rule of one effect for two roles. */
static void
merge_rules(void *kept, const void *doubled)
{
	merge_through(&((WpRule *) kept)->through, &((const WpRule *) doubled)->through);
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

/* A workspace named twice. */
static void
merge_workspaces(void *kept, const void *doubled)
{
	wp_merge_workspace(kept, doubled);
}

int
wp_sort_workspaces(WpWorkspace *workspaces, int n)
{
	return sort_list(workspaces, n, sizeof(WpWorkspace), compare_workspaces, merge_workspaces);
}

/*
 * A workflow named twice, as a user and through a role: an owner by either is
 * one, and is held to every workspace that either names.
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
		WpText *touches = palloc(sizeof(WpText) * (into->ntouches + from->ntouches));

		if (into->ntouches > 0)
			memcpy(touches, into->touches, sizeof(WpText) * into->ntouches);
		memcpy(touches + into->ntouches, from->touches, sizeof(WpText) * from->ntouches);
		into->touches = touches;
		into->ntouches += from->ntouches;
	}
}

/*
 * Puts the memberships into their order and makes one of doubles.  Changes the principal
 * in place, allocates in the current context.
 */
void
wp_principal_sort_memberships(WpPrincipal *principal)
{
	principal->nmemberships = sort_list(principal->memberships, principal->nmemberships,
										sizeof(WpMembership), compare_memberships,
										merge_memberships);
}

/*
 * Puts the lists into their order, makes one of doubles and the indexes.  Changes
 * the principal in place, allocates in the current context.  Raises out_of_memory.
 */
void
wp_principal_sort(WpPrincipal *principal)
{
	principal->nroles = sort_list(principal->roles, principal->nroles,
								  sizeof(WpRole), compare_roles, NULL);
	principal->ncapabilities = sort_list(principal->capabilities, principal->ncapabilities,
										 sizeof(WpCapability), compare_capabilities,
										 merge_capabilities);
	principal->nworkspaces = wp_sort_workspaces(principal->workspaces, principal->nworkspaces);
	wp_principal_sort_memberships(principal);
	for (int i = 0; i < principal->nmemberships; i++)
	{
		WpMembership *membership = &principal->memberships[i];

		membership->ntouches = sort_list(membership->touches, membership->ntouches,
										 sizeof(WpText), compare_texts, NULL);
	}
	principal->nrules = sort_list(principal->rules, principal->nrules, sizeof(WpRule),
								  compare_rules, merge_rules);
	principal->nenabled = sort_list(principal->enabled, principal->nenabled, sizeof(WpText),
									compare_texts, NULL);

	wp_index_make(&principal->workspace_index, principal->workspaces, principal->nworkspaces, sizeof(WpWorkspace));
	wp_index_make(&principal->membership_index, principal->memberships, principal->nmemberships, sizeof(WpMembership));
	wp_index_make(&principal->rule_index, principal->rules, principal->nrules, sizeof(WpRule));
	wp_index_make(&principal->enabled_index, principal->enabled, principal->nenabled, sizeof(WpText));
}
