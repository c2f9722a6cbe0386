/*
 * load_roles.c
 *		What a role means: the roles that it includes, directly or through
 *		others (spec 1), and its capabilities.
 */
#include "postgres.h"

#include "lookup/load_internal.h"

static WpProbe includes_probe = {
	"role_includes", {"account_id", "role"}, NULL, {"included_role"}};
static WpProbe capabilities_probe = {
	"role_capabilities", {"account_id", "role"}, NULL, {"capability"}};

void *
wp_make_room(void *list, int n, int *room, Size size, MemoryContext context)
{
	int wanted = Max(n * 2, 8);

	if (n < *room)
		return list;
	list = list == NULL ? MemoryContextAllocExtended(context, size * wanted,
													 MCXT_ALLOC_HUGE)
						: repalloc_huge(list, size * wanted);
	*room = wanted;
	return list;
}

/*
 * Appends to the names, in the load's context, what the probe finds that is not
 * among them.
 */
static void
read_names(WpLoad *load, WpProbe *probe, const WpText *role, WpNames *names)
{
	const WpText *keys[] = {&load->principal->account, role};
	WpRows rows;

	wp_rows_open(&rows, probe, keys);
	while (wp_rows_next(&rows))
	{
		WpText name = wp_rows_peek(&rows, 0);
		bool known = false;

		for (int i = 0; i < names->n && !known; i++)
			known = wp_text_equal(&names->list[i], &name);
		if (known)
			continue;
		WP_GROW(names->list, names->n, names->room, load->context);
		names->list[names->n++] = wp_copy_text(&name, load->context);
	}
	wp_rows_close(&rows);
}

void
wp_add_grant(WpLoad *load, WpNames *closure, int *room, const WpRole *grant)
{
	WpPrincipal *p = load->principal;

	if (closure->n == 0 || !wp_text_equal(&closure->list[0], &grant->role))
	{
		WP_GROW(closure->list, 0, closure->room, load->context);
		closure->list[0] = wp_copy_text(&grant->role, load->context);
		closure->n = 1;
		/*
		 * The list grows while it is walked: what is included includes in its
		 * turn.
		 */
		for (int i = 0; i < closure->n; i++)
		{
			WpText name = closure->list[i];

			read_names(load, &includes_probe, &name, closure);
		}
	}
	for (int i = 0; i < closure->n; i++)
	{
		WP_GROW(p->roles, p->nroles, *room, load->context);
		p->roles[p->nroles++] = (WpRole){closure->list[i], grant->workspace};
	}
}

bool
wp_first_of_role(const WpPrincipal *p, int place)
{
	return place == 0 ||
		   !wp_text_equal(&p->roles[place].role, &p->roles[place - 1].role);
}

/* Each in the scopes in which its role is held. */
void
wp_fill_capabilities(WpLoad *load)
{
	WpPrincipal *p = load->principal;
	WpNames names = {NULL};
	int room = 0;

	for (int r = 0; r < p->nroles; r++)
	{
		if (wp_first_of_role(p, r))
		{
			names.n = 0;
			read_names(load, &capabilities_probe, &p->roles[r].role, &names);
		}
		for (int i = 0; i < names.n; i++)
		{
			WP_GROW(p->capabilities, p->ncapabilities, room, load->context);
			p->capabilities[p->ncapabilities++] = (WpCapability){
				names.list[i], p->roles[r].workspace, p->roles[r].role};
		}
	}
}

const WpRole *
wp_role_counts(const WpPrincipal *p, const WpText *role,
			   const WpText *workspace)
{
	for (int i = 0; i < p->nroles; i++)
		if (wp_text_equal(&p->roles[i].role, role) &&
			(p->roles[i].workspace.data == NULL ||
			 wp_text_equal(&p->roles[i].workspace, workspace)))
			return &p->roles[i];
	return NULL;
}
