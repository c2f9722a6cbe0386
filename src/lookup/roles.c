/*
 * roles.c
 *		What a role means: the roles that it includes, directly or through others
 *		(spec 1), and its capabilities.  Found by index probes, each role once for
 *		a load.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "lookup/parts.h"

static WpProbe includes_probe = {"role_includes", {"account_id", "role"}, NULL, {"included_role"}};
static WpProbe capabilities_probe = {"role_capabilities", {"account_id", "role"}, NULL, {"capability"}};

/* See parts.h.  Raises out_of_memory. */
void *
wp_make_room(void *list, int n, int *room, Size size, MemoryContext context)
{
	if (n < *room)
		return list;
	*room = Max(n * 2, 8);
	return list == NULL ? MemoryContextAllocExtended(context, size * *room, MCXT_ALLOC_HUGE)
						: repalloc_huge(list, size * *room);
}

/*
 * Reads one column of the rows that belong to the role and appends to a list of
 * *n, of which there is room for *room, what is not among its first `known`.
 */
static WpText *
read_names(WpRoleBook *book, WpProbe *probe, const WpText *role, WpText *list, int *n, int *room)
{
	const WpText *keys[] = {&book->account, role};
	WpRows rows;

	wp_rows_open(&rows, probe, keys);
	while (wp_rows_next(&rows))
	{
		WpText name = wp_rows_peek(&rows, 0);
		bool known = false;

		for (int i = 0; i < *n && !known; i++)
			known = wp_text_compare(&list[i], &name) == 0;
		if (known)
			continue;
		list = wp_make_room(list, *n, room, sizeof(WpText), book->context);
		list[(*n)++] = wp_copy_text(&name, book->context);
	}
	wp_rows_close(&rows);
	return list;
}

/* Returns the place of the role in the book, or where it belongs. */
static int
find_place(const WpRoleBook *book, const WpText *role)
{
	int low = 0;
	int high = book->n;

	while (low < high)
	{
		int middle = low + (high - low) / 2;

		if (wp_text_compare(&book->meanings[middle]->role, role) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * Returns what the role means, with its capabilities where they are asked for;
 * owned by the book.
 */
static WpRoleMeaning *
role_meaning(WpRoleBook *book, const WpText *role, bool capabilities)
{
	int place = find_place(book, role);
	WpRoleMeaning *meaning;
	int room = 0;

	if (place < book->n && wp_text_compare(&book->meanings[place]->role, role) == 0)
		meaning = book->meanings[place];
	else
	{
		meaning = MemoryContextAllocZero(book->context, sizeof(WpRoleMeaning));
		meaning->role = wp_copy_text(role, book->context);
		meaning->closure = wp_make_room(NULL, 0, &room, sizeof(WpText), book->context);
		meaning->closure[meaning->nclosure++] = meaning->role;
		/* The list grows while it is walked: what is included includes in its turn. */
		for (int i = 0; i < meaning->nclosure; i++)
		{
			WpText name = meaning->closure[i];

			meaning->closure = read_names(book, &includes_probe, &name, meaning->closure, &meaning->nclosure, &room);
		}
		book->meanings = wp_make_room(book->meanings, book->n, &book->room, sizeof(WpRoleMeaning *), book->context);
		memmove(book->meanings + place + 1, book->meanings + place, sizeof(WpRoleMeaning *) * (book->n - place));
		book->meanings[place] = meaning;
		book->n++;
	}
	if (capabilities && !meaning->has_capabilities)
	{
		room = 0;
		meaning->capabilities = read_names(book, &capabilities_probe, role, NULL, &meaning->ncapabilities, &room);
		meaning->has_capabilities = true;
	}
	return meaning;
}

/*
 * Gives the principal the roles that the grant comes to, of which there is room
 * for *room; their texts are the book's, and the grant's workspace.
 */
void
wp_add_grant(WpPrincipal *principal, int *room, WpRoleBook *book, const WpRole *grant, MemoryContext context)
{
	WpRoleMeaning *meaning = role_meaning(book, &grant->role, false);

	for (int i = 0; i < meaning->nclosure; i++)
	{
		principal->roles = wp_make_room(principal->roles, principal->nroles, room, sizeof(WpRole), context);
		principal->roles[principal->nroles++] = (WpRole){meaning->closure[i], grant->workspace};
	}
}

/*
 * The capabilities of the principal's roles, each in the scopes in which its role
 * is held.
 */
void
wp_fill_capabilities(WpLoad *load, WpRoleBook *book)
{
	WpPrincipal *p = load->principal;
	int room = 0;

	for (int r = 0; r < p->nroles; r++)
	{
		WpRoleMeaning *meaning = role_meaning(book, &p->roles[r].role, true);

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < meaning->ncapabilities; i++)
		{
			p->capabilities = wp_make_room(p->capabilities, p->ncapabilities, &room, sizeof(WpCapability), load->context);
			p->capabilities[p->ncapabilities++] = (WpCapability){meaning->capabilities[i], p->roles[r].workspace,
																	 p->roles[r].role};
		}
	}
}

const WpRole *
wp_role_counts(const WpPrincipal *p, const WpText *role, const WpText *workspace)
{
	for (int i = 0; i < p->nroles; i++)
		if (wp_text_compare(&p->roles[i].role, role) == 0 &&
			(p->roles[i].workspace.data == NULL ||
			 wp_text_compare(&p->roles[i].workspace, workspace) == 0))
			return &p->roles[i];
	return NULL;
}
