/*
 * load_roles.c
 *		What a role gives: the roles that it includes, directly or through
 *		others (spec 1), and its capabilities.
 */
#include "postgres.h"

#include "lookup/load_internal.h"
#include "principal/find.h"

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

void
wp_add_grant(WpLoad *load, WpGrants *grants, const WpText *role,
			 const WpText *workspace)
{
	if (grants->n == 0)
		wp_role_graph_begin(&grants->graph, &load->principal->account, false,
							load->context);
	WP_GROW(grants->list, grants->n, grants->room, load->context);
	grants->list[grants->n++] =
		(WpGrant){*workspace, wp_role_graph_number(&grants->graph, role)};
}

/* qsort comparator: by workspace. */
static int
compare_grants(const void *a, const void *b, void *unused)
{
	return wp_text_compare(&((const WpGrant *) a)->workspace,
						   &((const WpGrant *) b)->workspace);
}

/* The state of giving roles to a principal, workspace by workspace. */
typedef struct Giving
{
	WpLoad *load;
	WpRoleGraph *graph;
	uint32 mark;  /* marks roles that were given for the workspace */
	int *numbers; /* of the principal's roles, in the graph */
	int numbers_room;
	int roles_room;
} Giving;

/* Gives the role with that number, unless it was given already. */
static void
give(Giving *giving, int number, const WpText *workspace)
{
	WpPrincipal *p = giving->load->principal;
	WpGraphRole *role = &giving->graph->roles[number];

	if (role->mark == giving->mark)
		return;
	role->mark = giving->mark;
	WP_GROW(giving->numbers, p->nroles, giving->numbers_room,
			giving->load->context);
	WP_GROW(p->roles, p->nroles, giving->roles_room, giving->load->context);
	giving->numbers[p->nroles] = number;
	p->roles[p->nroles++] = (WpRole){role->name, *workspace};
}

/*
 * In each workspace a role is given once, and its inclusions are followed once,
 * however many grants and inclusions lead to it.
 */
void
wp_give_roles(WpLoad *load, WpGrants *grants)
{
	WpPrincipal *p = load->principal;
	WpRoleGraph *graph = &grants->graph;
	Giving giving = {load, graph};
	int done = 0;

	if (grants->n == 0)
		return;
	qsort_interruptible(grants->list, grants->n, sizeof(WpGrant),
						compare_grants, NULL);
	for (int i = 0; i < grants->n; i++)
	{
		const WpText *workspace = &grants->list[i].workspace;

		if (i == 0 ||
			compare_grants(&grants->list[i - 1], &grants->list[i], NULL))
			giving.mark++;
		give(&giving, grants->list[i].role, workspace);
		/* The list grows while it is walked. */
		for (; done < p->nroles; done++)
		{
			int number = giving.numbers[done];

			wp_role_graph_read(graph, number);
			for (int at = 0; at < graph->roles[number].count; at++)
				give(&giving, graph->included[graph->roles[number].first + at],
					 workspace);
		}
	}
	pfree(giving.numbers);
	pfree(grants->list);
	wp_role_graph_end(graph);
}

bool
wp_first_of_role(const WpPrincipal *p, int place)
{
	return place == 0 ||
		   !wp_text_equal(&p->roles[place].role, &p->roles[place - 1].role);
}

/* Capabilities have the scopes in which their role is held. */
void
wp_fill_capabilities(WpLoad *load)
{
	WpPrincipal *p = load->principal;
	WpText *names = NULL; /* of the role */
	int nnames = 0;
	int names_room = 0;
	int room = 0;
	WpRows rows;

	for (int r = 0; r < p->nroles; r++)
	{
		const WpText *keys[] = {&p->account, &p->roles[r].role};
		bool is_first = wp_first_of_role(p, r);

		if (r == 0)
			wp_rows_open(&rows, &capabilities_probe, keys);
		else if (is_first)
			wp_rows_again(&rows, &capabilities_probe, keys);
		if (is_first)
			nnames = 0;
		while (is_first && wp_rows_next(&rows))
		{
			WP_GROW(names, nnames, names_room, load->context);
			names[nnames++] = wp_rows_text(&rows, 0, load->context);
		}
		for (int i = 0; i < nnames; i++)
		{
			WP_GROW(p->capabilities, p->ncapabilities, room, load->context);
			p->capabilities[p->ncapabilities++] = (WpCapability){
				names[i], p->roles[r].workspace, p->roles[r].role};
		}
	}
	if (p->nroles > 0)
		wp_rows_close(&rows);
}

const WpRole *
wp_role_counts(const WpPrincipal *p, const WpText *role,
			   const WpText *workspace)
{
	static const WpText whole_account = {NULL, 0};
	const WpRole *held = wp_find_role(p, role, &whole_account);

	return held != NULL ? held : wp_find_role(p, role, workspace);
}
