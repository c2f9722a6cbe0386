/*
 * role_graph.c
 *		Follows the inclusions of roles.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/snapmgr.h"

#include "lookup/load_internal.h"
#include "lookup/role_graph.h"

typedef struct NumberEntry
{
	WpText name;
	int number;
	uint32 hash;
	char status;
} NumberEntry;

#define SH_PREFIX role_numbers
#define SH_ELEMENT_TYPE NumberEntry
#define SH_KEY_TYPE WpText
#define SH_KEY name
#define SH_HASH_KEY(table, key)                                                \
	hash_bytes((const unsigned char *) (key).data, (key).len)
#define SH_EQUAL(table, a, b) wp_text_equal(&(a), &(b))
#define SH_STORE_HASH
#define SH_GET_HASH(table, entry) (entry)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

static WpProbe includes_probe = {
	"role_includes", {"account_id", "role"}, NULL, {"included_role"}};
static WpProbe included_by_probe = {
	"role_includes", {"account_id", "included_role"}, NULL, {"role"}};

void
wp_role_graph_begin(WpRoleGraph *graph, const WpText *account, bool upwards,
					MemoryContext context)
{
	memset(graph, 0, sizeof(*graph));
	graph->context = context;
	graph->account = account;
	graph->probe = upwards ? &included_by_probe : &includes_probe;
	graph->numbers = role_numbers_create(context, 8, NULL);
}

int
wp_role_graph_number(WpRoleGraph *graph, const WpText *name)
{
	NumberEntry *entry = role_numbers_lookup(graph->numbers, *name);
	WpGraphRole role = {{NULL, 0}};
	bool found;

	if (entry != NULL)
		return entry->number;
	role.name = wp_copy_text(name, graph->context);
	WP_GROW(graph->roles, graph->n, graph->room, graph->context);
	entry = role_numbers_insert(graph->numbers, role.name, &found);
	entry->number = graph->n;
	graph->roles[graph->n] = role;
	return graph->n++;
}

void
wp_role_graph_read(WpRoleGraph *graph, int number)
{
	const WpText name = graph->roles[number].name;
	const WpText *keys[] = {graph->account, &name};
	int first = graph->nincluded;

	CHECK_FOR_INTERRUPTS();
	if (graph->roles[number].is_read)
		return;
	if (graph->reading)
		wp_rows_again(&graph->rows, graph->probe, keys);
	else
		wp_rows_open(&graph->rows, graph->probe, keys);
	graph->reading = true;
	while (wp_rows_next(&graph->rows))
	{
		WpText other = wp_rows_peek(&graph->rows, 0);

		WP_GROW(graph->included, graph->nincluded, graph->included_room,
				graph->context);
		graph->included[graph->nincluded++] =
			wp_role_graph_number(graph, &other);
	}
	graph->roles[number].is_read = true;
	graph->roles[number].first = first;
	graph->roles[number].count = graph->nincluded - first;
}

void
wp_role_graph_end(WpRoleGraph *graph)
{
	if (graph->reading)
		wp_rows_close(&graph->rows);
	role_numbers_destroy(graph->numbers);
	if (graph->roles != NULL)
		pfree(graph->roles);
	if (graph->included != NULL)
		pfree(graph->included);
}

/*
 * Reads the role with that number.  Returns whether this has reached the given
 * role.
 */
static bool
leads_to(WpRoleGraph *graph, int number, const WpText *role)
{
	int known = graph->n;

	wp_role_graph_read(graph, number);
	for (int i = known; i < graph->n; i++)
		if (wp_text_equal(&graph->roles[i].name, role))
			return true;
	return false;
}

/*
 * Searches from both ends in turns, until one of them is complete.  So an
 * inclusion added at either end of a long chain takes two steps.
 */
bool
wp_role_includes_now(const WpText *account, const WpText *role,
					 const WpText *other)
{
	MemoryContext context = AllocSetContextCreate(
		CurrentMemoryContext, "workflow_perms inclusions of roles",
		ALLOCSET_SMALL_SIZES);
	WpRoleGraph down;
	WpRoleGraph up;
	bool found = wp_text_equal(role, other);

	PushActiveSnapshot(GetLatestSnapshot());
	wp_role_graph_begin(&down, account, false, context);
	wp_role_graph_begin(&up, account, true, context);
	wp_role_graph_number(&down, role);
	wp_role_graph_number(&up, other);
	for (int i = 0; !found && i < down.n && i < up.n; i++)
		found = leads_to(&up, i, role) || leads_to(&down, i, other);
	wp_role_graph_end(&down);
	wp_role_graph_end(&up);
	PopActiveSnapshot();
	MemoryContextDelete(context);
	return found;
}
