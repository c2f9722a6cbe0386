/*
 * load_workspaces.c
 *		The workspaces of a principal: those that are open to it by their kind,
 *		those that its rights name, and single ones that a decision needs.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "optimizer/plancat.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "compat.h"
#include "lookup/enums.h"
#include "lookup/load_principal.h"
#include "lookup/load_internal.h"
#include "lookup/model_tables.h"
#include "principal/find.h"
#include "principal/sorted_index.h"

#define WORKSPACE                                                              \
	{                                                                          \
		"workspace_id", "kind", "offered"                                      \
	}
static WpProbe workspaces_probe = {"workspaces",
								   {"account_id"},
								   "workspace_id",
								   WORKSPACE,
								   .unique = {"workspace_id"}};
static WpProbe workspace_probe = {"workspaces",
								  {"account_id", "workspace_id"},
								  NULL,
								  WORKSPACE,
								  .unique = {"workspace_id"}};
static WpProbe kind_probe = {
	"workspaces",       {"account_id", "kind"}, "workspace_id", WORKSPACE, 0,
	&wp_workspace_kinds};

/*
 * Of a source: many workspaces at once, and those of them that it has with
 * another kind too.
 */
static WpQuery named_query = {
	"SELECT w.workspace_id, w.kind, w.offered FROM workflow_perms.workspaces w"
	" WHERE w.account_id OPERATOR(workflow_perms.==) $1"
	" AND workflow_perms._id_in(w.workspace_id, $2)"
	" ORDER BY w.workspace_id USING OPERATOR(pg_catalog.<)",
	2,
	{TEXTOID, TEXTARRAYOID},
	.table = "workspaces"};
static WpQuery other_kinds_query = {
	"SELECT w.workspace_id FROM workflow_perms.workspaces w"
	" WHERE w.account_id OPERATOR(workflow_perms.==) $1"
	" AND workflow_perms._id_in(w.workspace_id, $2) AND w.kind"
	" OPERATOR(pg_catalog.<>) $3::workflow_perms.workspace_kind"
	" ORDER BY w.workspace_id USING OPERATOR(pg_catalog.<)",
	3,
	{TEXTOID, TEXTARRAYOID, TEXTOID},
	.table = "workspaces"};

/* Only planned, for the number of its rows. */
static WpQuery of_account_query = {
	"SELECT FROM workflow_perms.workspaces w"
	" WHERE w.account_id OPERATOR(workflow_perms.==) $1",
	1,
	{TEXTOID},
	.table = "workspaces"};

/*
 * Looking up one workspace costs as much as listing this many: 2.4 us against
 * 0.18 us each.  Of 20,000, listing for a member of 40 takes 12 times as long
 * as looking them up.  Looking all up takes 3.6 times as long as listing.
 */
#define LOOK_UP_COST 12

/*
 * The same for a source, where all are looked up by one query: 40 of 1,601 took
 * an eighth of the time of listing, all of them 1.8 times as long.
 */
#define LOOK_UP_AT_ONCE_COST 2

uint32
wp_open_kinds(const WpPrincipal *p)
{
	uint32 kinds = 0;

	if (!wp_may_be_member(p))
		return WP_ALL_WORKSPACE_KINDS;
	if (p->account_role != WP_ACCOUNT_NONE &&
		(p->account_role != WP_ACCOUNT_GUEST || p->guests_see_open_main))
		kinds |= 1U << WP_WORKSPACE_OPEN;
	for (int i = 0; i < p->nroles; i++)
		if (p->roles[i].workspace.data == NULL)
			kinds |= 1U << WP_WORKSPACE_PROJECT | 1U << WP_WORKSPACE_APP;
	return kinds;
}

void
wp_gather(WpGathered *gathered, const WpWorkspace *workspace,
		  MemoryContext context)
{
	WP_GROW(gathered->list, gathered->n, gathered->room, context);
	gathered->list[gathered->n++] = *workspace;
}

/* Sets the workspace's own columns from the row. */
static void
read_workspace(WpRows *rows, WpWorkspace *workspace)
{
	workspace->kind =
		wp_rows_word(rows, 1, &wp_workspace_kinds, WP_WORKSPACE_UNKNOWN);
	workspace->offered = wp_rows_bool_if_any(rows, 2, WP_OFFERED_BY_KIND);
}

/* Collects the workspaces that the probe finds. */
static void
gather_found(WpLoad *load, WpGathered *gathered, WpProbe *probe,
			 const WpText *key)
{
	const WpText *keys[] = {&load->principal->account, key};
	WpRows rows;

	wp_rows_open(&rows, probe, keys);
	while (wp_rows_next(&rows))
	{
		WpWorkspace found = {wp_rows_text(&rows, 0, load->context)};

		read_workspace(&rows, &found);
		wp_gather(gathered, &found, load->context);
	}
	wp_rows_close(&rows);
}

void
wp_gather_workspace(WpLoad *load, WpGathered *gathered, const WpText *workspace)
{
	gather_found(load, gathered, &workspace_probe, workspace);
}

void
wp_add_gathered(WpLoad *load, const WpGathered *gathered)
{
	WpPrincipal *p = load->principal;
	const WpWorkspace *old = p->workspaces;
	const WpWorkspace *end = old + p->nworkspaces;
	const WpWorkspace *next = gathered->list;
	const WpWorkspace *last = next + gathered->n;
	WpWorkspace *into = gathered->list;

	if (gathered->n == 0)
		return;
	if (p->nworkspaces > 0)
	{
		into = MemoryContextAllocExtended(
			load->context,
			sizeof(WpWorkspace) * ((Size) p->nworkspaces + gathered->n),
			MCXT_ALLOC_HUGE);
		p->nworkspaces = 0;
		while (old < end || next < last)
		{
			int order = old == end     ? 1
						: next == last ? -1
									   : wp_text_compare(&old->workspace,
														 &next->workspace);
			WpWorkspace *to = &into[p->nworkspaces++];

			*to = order <= 0 ? *old++ : *next++;
			if (order == 0)
				wp_merge_workspace(to, next++);
		}
	}
	else
		p->nworkspaces = gathered->n;
	p->workspaces = into;
	memset(&p->workspace_index, 0, sizeof(WpIndex));
}

/* Begins to read the query over a source for these workspaces. */
static void
query_named(WpLoad *load, WpRows *rows, WpQuery *query,
			const WpGathered *gathered, const WpText *kind)
{
	Datum *ids = palloc(sizeof(Datum) * gathered->n);
	Datum args[3];

	for (int i = 0; i < gathered->n; i++)
		ids[i] = wp_text_datum(&gathered->list[i].workspace);
	args[0] = wp_text_datum(&load->principal->account);
	args[1] = PointerGetDatum(
		construct_array(ids, gathered->n, TEXTOID, -1, false, TYPALIGN_INT));
	if (kind != NULL)
		args[2] = wp_text_datum(kind);
	wp_rows_query(rows, query, args);
}

/*
 * Drops workspaces of this kind that the source has twice.  The list is sorted,
 * so copies of the same kind stand together.
 */
static void
drop_copies(WpLoad *load, WpGathered *gathered, const WpText *kind)
{
	WpRows rows;
	bool more;
	int left = 0;

	query_named(load, &rows, &other_kinds_query, gathered, kind);
	more = wp_rows_next(&rows);
	for (int i = 0; i < gathered->n; i++)
	{
		WpText id = gathered->list[i].workspace;
		bool twice = false;

		while (i + 1 < gathered->n &&
			   wp_text_equal(&gathered->list[i + 1].workspace, &id))
		{
			twice = true;
			i++;
		}
		while (more)
		{
			WpText other = wp_rows_peek(&rows, 0);
			int order = wp_text_compare(&other, &id);

			if (order > 0)
				break;
			twice |= order == 0;
			more = wp_rows_next(&rows);
		}
		if (!twice)
			gathered->list[left++] = gathered->list[i];
	}
	wp_rows_close(&rows);
	gathered->n = left;
}

/*
 * Adds the workspaces that the probe finds, by their kind if it is given.  The
 * probe must return them sorted.
 */
static void
add_found(WpLoad *load, WpProbe *probe, const WpText *kind)
{
	WpGathered gathered = {NULL};

	gather_found(load, &gathered, probe, kind);
	if (kind != NULL && gathered.n > 0 && wp_is_source("workspaces"))
		drop_copies(load, &gathered, kind);
	wp_add_gathered(load, &gathered);
}

/*
 * Returns the estimated number of `rows` rows that have the value in this
 * column of texts.  Uses the most common values; the others are assumed to be
 * equally frequent.
 */
static double
rows_with(Oid relation, AttrNumber column, const WpText *value, double rows)
{
	HeapTuple statistics =
		SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(relation),
						Int16GetDatum(column), BoolGetDatum(false));
	double distinct;
	double others = 1.0;
	double share = -1;
	int ncommon = 0;
	AttStatsSlot slot;

	if (!HeapTupleIsValid(statistics))
		return rows;
	distinct = ((Form_pg_statistic) GETSTRUCT(statistics))->stadistinct;
	if (get_attstatsslot(&slot, statistics, STATISTIC_KIND_MCV, InvalidOid,
						 ATTSTATSSLOT_VALUES | ATTSTATSSLOT_NUMBERS))
	{
		for (int i = 0;
			 i < slot.nvalues && slot.valuetype == TEXTOID && share < 0; i++)
		{
			WpText common =
				wp_text_of((struct varlena *) DatumGetPointer(slot.values[i]));

			others -= slot.numbers[i];
			if (wp_text_equal(&common, value))
				share = slot.numbers[i];
		}
		ncommon = slot.nvalues;
		free_attstatsslot(&slot);
	}
	ReleaseSysCache(statistics);
	if (distinct < 0)
		distinct *= -rows;
	if (share < 0)
		share = Max(others, 0) / Max(distinct - ncommon, 1.0);
	return rows * share;
}

/*
 * Returns the planner's estimate of the workspaces of an account, for a source.
 * A view has no statistics of its own.
 */
static double
planned_workspaces(void)
{
	WpOwnerScope scope;
	CachedPlan *plan;
	double rows = 0;

	wp_owner_enter(wp_tables_owner(), &scope);
	SPI_connect();
	plan = SPI_plan_get_cached_plan(wp_plan(&of_account_query));
	if (plan != NULL)
	{
		rows = linitial_node(PlannedStmt, plan->stmt_list)->planTree->plan_rows;
		ReleaseCachedPlan(plan, CurrentResourceOwner);
	}
	SPI_finish();
	wp_owner_leave(&scope);
	return rows;
}

/* Returns an estimate of the account's workspaces, at least 1. */
static double
guess_workspaces(const WpText *account)
{
	Oid oid = wp_find_relation("workspaces");
	Relation relation =
		OidIsValid(oid) ? try_table_open(oid, AccessShareLock) : NULL;
	BlockNumber pages;
	double rows = 0;
	double visible;

	if (relation == NULL)
		return 1;
	if (relation->rd_rel->relkind == RELKIND_VIEW)
	{
		table_close(relation, NoLock);
		return Max(planned_workspaces(), 1);
	}
	if (RELKIND_HAS_TABLE_AM(relation->rd_rel->relkind))
		estimate_rel_size(relation, NULL, &pages, &rows, &visible);
	else
		rows = relation->rd_rel->reltuples;
	rows = rows_with(oid, get_attnum(oid, "account_id"), account, Max(rows, 0));
	table_close(relation, NoLock);
	return Max(rows, 1);
}

void
wp_list_workspaces(WpLoad *load, uint32 kinds)
{
	WpPrincipal *p = load->principal;

	if (kinds != WP_ALL_WORKSPACE_KINDS && p->account_workspaces == 0)
		p->account_workspaces = guess_workspaces(&p->account);
	kinds &= ~p->whole_kinds;
	if (kinds == 0)
		return;
	if ((kinds | p->whole_kinds) == WP_ALL_WORKSPACE_KINDS ||
		!wp_probe_serves(&kind_probe))
	{
		add_found(load, &workspaces_probe, NULL);
		p->whole_kinds = WP_ALL_WORKSPACE_KINDS;
		p->facets |= WP_FACET_WORKSPACES;
		p->nlooked_up = 0;
		return;
	}
	for (int kind = 0; kind < WP_WORKSPACE_UNKNOWN; kind++)
		if (kinds & (1U << kind))
		{
			WpText label = {wp_workspace_kinds.labels[kind],
							strlen(wp_workspace_kinds.labels[kind])};

			add_found(load, &kind_probe, &label);
		}
	p->whole_kinds |= kinds;
}

/*
 * Reads the columns of the workspace from sorted rows, of which the first is
 * the current one; *more: there is one.  Returns false unless it has one row.
 */
static bool
read_named(WpRows *rows, bool *more, WpWorkspace *workspace)
{
	int n = 0;

	while (*more)
	{
		WpText id = wp_rows_peek(rows, 0);
		int order = wp_text_compare(&id, &workspace->workspace);

		if (order > 0)
			break;
		if (order == 0 && n++ == 0)
			read_workspace(rows, workspace);
		*more = wp_rows_next(rows);
	}
	return n == 1;
}

/*
 * Reads the columns of collected workspaces, which are sorted.  Drops those
 * that do not exist and those that the principal has already.
 */
static void
look_up(WpLoad *load, WpGathered *gathered)
{
	WpPrincipal *p = load->principal;
	bool at_once =
		!(p->facets & WP_FACET_WORKSPACES) && wp_is_source("workspaces");
	WpRows named;
	bool more = false;
	int left = 0;

	if (at_once)
	{
		query_named(load, &named, &named_query, gathered, NULL);
		more = wp_rows_next(&named);
	}
	for (int i = 0; i < gathered->n; i++)
	{
		WpWorkspace *workspace = &gathered->list[i];
		const WpWorkspace *known = wp_find_workspace(p, &workspace->workspace);
		bool found = known != NULL && workspace->is_member;

		if (found)
		{
			workspace->kind = known->kind;
			workspace->offered = known->offered;
		}
		else if (known == NULL && at_once)
			found = read_named(&named, &more, workspace);
		else if (known == NULL && !(p->facets & WP_FACET_WORKSPACES))
		{
			const WpText *keys[] = {&p->account, &workspace->workspace};
			WpRows rows;

			wp_rows_open(&rows, &workspace_probe, keys);
			found = wp_rows_next(&rows);
			if (found)
				read_workspace(&rows, workspace);
			wp_rows_close(&rows);
		}
		if (found)
			gathered->list[left++] = *workspace;
	}
	gathered->n = left;
	if (at_once)
		wp_rows_close(&named);
}

void
wp_add_named(WpLoad *load, WpGathered *gathered)
{
	double cost;

	if (gathered->n == 0)
		return;
	gathered->n = wp_sort_workspaces(gathered->list, gathered->n);
	cost = wp_is_source("workspaces") ? LOOK_UP_AT_ONCE_COST : LOOK_UP_COST;
	if (gathered->n * cost > load->principal->account_workspaces)
		wp_list_workspaces(load, WP_ALL_WORKSPACE_KINDS);
	look_up(load, gathered);
	wp_add_gathered(load, gathered);
}

void
wp_load_workspace(WpPrincipal *p, const WpText *workspace,
				  MemoryContext context)
{
	WpLoad load = {p, NULL, context, DT_NOEND};
	WpGathered found = {NULL};
	int room = p->nlooked_up;
	int at = wp_lower_bound(p->looked_up, p->nlooked_up, sizeof(WpWorkspace),
							workspace);

	wp_gather_workspace(&load, &found, workspace);
	if (found.n == 0)
	{
		WpWorkspace absent = {wp_copy_text(workspace, context),
							  WP_WORKSPACE_UNKNOWN};

		wp_gather(&found, &absent, context);
	}
	WP_GROW(p->looked_up, p->nlooked_up, room, context);
	memmove(&p->looked_up[at + 1], &p->looked_up[at],
			sizeof(WpWorkspace) * (p->nlooked_up - at));
	p->looked_up[at] = found.list[0];
	p->nlooked_up++;
}
