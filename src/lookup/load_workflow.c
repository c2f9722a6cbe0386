/*
 * load_workflow.c
 *		Reading workflow_perms.workflows: one row, or all of an account's.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "lookup/enums.h"
#include "lookup/model_tables.h"
#include "lookup/probe.h"
#include "lookup/load_workflow.h"

/*
 * One workflow, and all of an account. fill_workflow reads the columns in this
 * order.
 */
static WpProbe workflow_probe = {"workflows",
								 {"account_id", "workflow_id"},
								 NULL,
								 {"workflow_id", "workspace_id", "visibility",
								  "status", "condition", "hidden"},
								 .unique = {"workflow_id"}};
#define SELECT_COLUMNS                                                         \
	"SELECT w.workflow_id, w.workspace_id, w.visibility, w.status, "           \
	"w.condition, w.hidden"
#define FROM_ACCOUNT                                                           \
	" FROM workflow_perms.workflows w WHERE w.account_id "                     \
	"OPERATOR(workflow_perms.==) $1"

/*
 * Reading all is left to the planner, because the account may be most of the
 * table.  A workflow whose key occurs twice in a source is no workflow.
 */
static WpQuery workflows_query = {
	SELECT_COLUMNS FROM_ACCOUNT, 1, {TEXTOID}, .table = "workflows"};
static WpQuery source_query = {
	SELECT_COLUMNS
	" FROM (SELECT w.*, pg_catalog.count(*) OVER (PARTITION BY w.account_id, "
	"w.workflow_id) AS copies" FROM_ACCOUNT
	") w WHERE w.copies OPERATOR(pg_catalog.=) 1",
	1,
	{TEXTOID},
	.table = "workflows"};
#define OCCURS_ONCE                                                            \
	" AND (SELECT pg_catalog.count(*) FROM workflow_perms.workflows c"         \
	" WHERE c.account_id OPERATOR(workflow_perms.==) $1 AND c.workflow_id"     \
	" OPERATOR(workflow_perms.==) w.workflow_id) OPERATOR(pg_catalog.=) 1"

/*
 * Those for which the decision is yes, as the planner finds them for the
 * session's principal.  The plans are made anew for principals of other classes
 * (planner/replan.c).
 */
#define DECIDED(action)                                                        \
	"workflow_perms." action "(w.account_id, w.workflow_id, "                  \
	"w.workspace_id, w.visibility, w.status, w.condition, w.hidden)"
#define ASKED(columns, condition)                                              \
	{                                                                          \
		columns FROM_ACCOUNT condition, 1, {TEXTOID}, .table = "workflows"     \
	}
#define ASKED_IN_ALL_WAYS(condition)                                           \
	{                                                                          \
		{ASKED(SELECT_COLUMNS, condition),                                     \
		 ASKED(SELECT_COLUMNS, condition OCCURS_ONCE)},                        \
		{                                                                      \
			ASKED("SELECT w.workflow_id", condition),                          \
				ASKED("SELECT w.workflow_id", condition OCCURS_ONCE)           \
		}                                                                      \
	}

/* Whole rows, and ids alone; from the table, and from a source. */
static WpQuery asked_queries[][2][2] = {
	[WP_ASKED_VIEW] = ASKED_IN_ALL_WAYS(" AND " DECIDED("can_view")),
	[WP_ASKED_EDIT] = ASKED_IN_ALL_WAYS(" AND " DECIDED("can_edit")),
	[WP_ASKED_RUN] = ASKED_IN_ALL_WAYS(" AND " DECIDED("can_run")),
	/* Editing and the like imply viewing. */
	[WP_ASKED_ANY] = ASKED_IN_ALL_WAYS(" AND (" DECIDED(
		"can_view") " OR " DECIDED("can_run") " OR " DECIDED("can_enable") ")"),
};

/*
 * The projects and apps whose whole history the session's principal may see,
 * and the workflows of such workspaces: planned for these, few or many.
 */
static WpQuery history_workspaces_query = {
	"SELECT s.workspace_id FROM workflow_perms.workspaces s"
	" WHERE s.account_id OPERATOR(workflow_perms.==) $1"
	" AND s.kind OPERATOR(pg_catalog.=) ANY "
	"('{project,app}'::workflow_perms.workspace_kind[])"
	" AND workflow_perms.principal_holds(s.account_id, "
	"'task_history.view'::pg_catalog.text, s.workspace_id)",
	1,
	{TEXTOID},
	.table = "workspaces"};
#define OF_WORKSPACES(condition)                                               \
	{                                                                          \
		SELECT_COLUMNS FROM_ACCOUNT                                            \
			" AND workflow_perms._id_in(w.workspace_id, $2)" condition,        \
			2, {TEXTOID, TEXTARRAYOID}, .options = CURSOR_OPT_CUSTOM_PLAN,     \
										.table = "workflows"                   \
	}
static WpQuery of_workspaces_queries[] = {OF_WORKSPACES(""),
										  OF_WORKSPACES(OCCURS_ONCE)};

static WpProbe start_probe = {"workflows",
							  {"account_id", "workflow_id"},
							  NULL,
							  {"live_version", "run_as"},
							  .unique = {"workflow_id"},
							  .holds = WP_HOLDS_KEY};
static WpProbe members_probe = {
	"workflow_members", {"account_id", "workflow_id"}, NULL, {"is_owner"}};

/* Fills *workflow from the row, into which it points. */
static void
fill_workflow(WpRows *row, const WpText *account, WpWorkflow *workflow)
{
	memset(workflow, 0, sizeof(*workflow));
	workflow->account = *account;
	workflow->workflow = wp_rows_peek(row, 0);
	workflow->workspace = wp_rows_peek(row, 1);
	workflow->visibility =
		wp_rows_word(row, 2, &wp_visibilities, WP_VISIBILITY_UNKNOWN);
	workflow->status = wp_rows_word(row, 3, &wp_statuses, WP_STATUS_UNKNOWN);
	workflow->condition = wp_rows_condition_if_any(row, 4);
	workflow->hidden = wp_rows_bool(row, 5);
}

bool
wp_load_workflow(const WpText *account, const WpText *id, WpWorkflow *workflow)
{
	const WpText *keys[] = {account, id};
	WpRows rows;
	bool found;

	wp_rows_open(&rows, &workflow_probe, keys);
	found = wp_rows_next(&rows);
	if (found)
	{
		fill_workflow(&rows, account, workflow);
		workflow->workflow =
			wp_copy_text(&workflow->workflow, CurrentMemoryContext);
		workflow->workspace =
			wp_copy_text(&workflow->workspace, CurrentMemoryContext);
		if (workflow->condition != NULL)
			workflow->condition = wp_varlena_copy(
				PointerGetDatum(workflow->condition), CurrentMemoryContext);
	}
	wp_rows_close(&rows);
	return found;
}

/*
 * Calls `each` for every row of the query, whose first argument is the account.
 * Returns what wp_rows_query_few() does.
 */
static double
each_row(WpQuery *query, Datum *args, const WpText *account, uint64 most,
		 WpEachWorkflow each, void *arg)
{
	MemoryContext one =
		AllocSetContextCreate(CurrentMemoryContext, "workflow_perms workflow",
							  ALLOCSET_DEFAULT_SIZES);
	WpRows rows;
	double more;

	args[0] = wp_text_datum(account);
	more = wp_rows_query_few(&rows, query, args, most);
	while (wp_rows_next(&rows))
	{
		MemoryContext caller = MemoryContextSwitchTo(one);
		WpWorkflow workflow;

		fill_workflow(&rows, account, &workflow);
		each(&workflow, arg);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(one);
	}
	wp_rows_close(&rows);
	MemoryContextDelete(one);
	return more;
}

void
wp_each_workflow(const WpText *account, WpEachWorkflow each, void *arg)
{
	Datum args[1];

	(void) each_row(wp_is_source("workflows") ? &source_query
											  : &workflows_query,
					args, account, 0, each, arg);
}

double
wp_each_workflow_asked(const WpText *account, WpAsked asked, uint64 most,
					   WpEachWorkflow each, void *arg)
{
	Datum args[1];

	return each_row(&asked_queries[asked][0][wp_is_source("workflows")], args,
					account, most, each, arg);
}

double
wp_each_id_asked(const WpText *account, WpAsked asked, uint64 most,
				 WpEachId each, void *arg)
{
	Datum args[] = {wp_text_datum(account)};
	WpRows rows;
	double more = wp_rows_query_few(
		&rows, &asked_queries[asked][1][wp_is_source("workflows")], args, most);

	while (wp_rows_next(&rows))
	{
		WpText id = wp_rows_peek(&rows, 0);

		each(&id, arg);
	}
	wp_rows_close(&rows);
	return more;
}

double
wp_each_workflow_of_history(const WpText *account, bool whole, uint64 most,
							WpEachWorkflow each, void *arg)
{
	/* Visible ones of projects and apps are for the caller to refuse. */
	double more =
		wp_each_workflow_asked(account, WP_ASKED_VIEW, most, each, arg);
	Datum args[] = {wp_text_datum(account), (Datum) 0};
	ArrayBuildState *ids;
	WpRows rows;

	if (more > 0 || !whole)
		return more;
	ids = initArrayResult(TEXTOID, CurrentMemoryContext, false);
	more = wp_rows_query_few(&rows, &history_workspaces_query, args, most);
	while (wp_rows_next(&rows))
	{
		WpText id = wp_rows_peek(&rows, 0);

		accumArrayResult(ids, wp_text_datum(&id), false, TEXTOID,
						 CurrentMemoryContext);
	}
	wp_rows_close(&rows);
	if (more > 0)
		return more;
	args[1] = makeArrayResult(ids, CurrentMemoryContext);
	return each_row(&of_workspaces_queries[wp_is_source("workflows")], args,
					account, most, each, arg);
}

char *
wp_viewable_query(const char *columns, const char *rest)
{
	return psprintf("SELECT %s" FROM_ACCOUNT " AND " DECIDED("can_view") "%s%s",
					columns, wp_is_source("workflows") ? OCCURS_ONCE : "",
					rest);
}

bool
wp_workflow_has_members(const WpText *account, const WpText *id)
{
	const WpText *keys[] = {account, id};

	return wp_probe_finds(&members_probe, keys);
}

bool
wp_load_start(const WpText *account, const WpText *id, int32 *version,
			  WpText *run_as)
{
	const WpText *keys[] = {account, id};
	WpRows rows;
	bool found;

	wp_rows_open(&rows, &start_probe, keys);
	found = wp_rows_next(&rows);
	*version = found ? wp_rows_int4_if_any(&rows, 0, 0) : 0;
	*run_as = found ? wp_rows_text_if_any(&rows, 1, CurrentMemoryContext)
					: (WpText){NULL, 0};
	wp_rows_close(&rows);
	return found;
}

int32
wp_live_version(const WpText *account, const WpText *id)
{
	int32 version;
	WpText run_as;

	(void) wp_load_start(account, id, &version, &run_as);
	return version;
}

bool
wp_hold_workflow(const WpText *account, const WpText *id)
{
	const WpText *keys[] = {account, id};

	return wp_probe_holds(&start_probe, keys);
}
