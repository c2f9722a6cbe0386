/*
 * enable_trigger.c
 *		The gate that every way of enabling passes, for every role (spec 4.4).
 *		enable.sql says which locks it takes, and why.
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "lookup/enums.h"
#include "lookup/owner_query.h"
#include "lookup/probe.h"
#include "model/trigger_data.h"
#include "query/argument.h"
#include "query/enable_decision.h"
#include "query/refusal.h"

PG_FUNCTION_INFO_V1(wp_gate_enabling);
PG_FUNCTION_INFO_V1(wp_check_enabling);

/* The columns of each are read in this order. */
static WpProbe user_probe = {"users",
							 {"account_id", "user_id"},
							 NULL,
							 {"kind", "active", "metadata"},
							 .unique = {"user_id"},
							 .holds = WP_HOLDS_ROW};
static WpProbe workflow_probe = {
	"workflows",
	{"account_id", "workflow_id"},
	NULL,
	{"workspace_id", "visibility", "status", "condition"},
	.unique = {"workflow_id"},
	.holds = WP_HOLDS_ROW};
static WpProbe workspace_probe = {
	"workspaces",        {"account_id", "workspace_id"}, NULL,
	{"kind", "offered"}, .unique = {"workspace_id"},     .holds = WP_HOLDS_ROW};

/*
 * The rows that decide.  They stay locked, and are read one after the other,
 * because a join would lose a row that moves while it waits.  These functions
 * return whether the row exists.
 */
static bool
hold_user(const WpText *account, const WpText *id, WpEnabling *enabling)
{
	const WpText *keys[] = {account, id};
	WpRows rows;
	bool found = wp_rows_hold(&rows, &user_probe, keys);

	if (found)
	{
		enabling->user = *id;
		enabling->kind = wp_rows_word(&rows, 0, &wp_user_kinds, WP_KIND_MEMBER);
		enabling->active = wp_rows_bool(&rows, 1);
		enabling->metadata = wp_rows_jsonb(&rows, 2, CurrentMemoryContext);
	}
	wp_rows_close(&rows);
	return found;
}

static bool
hold_workflow(const WpText *account, const WpText *id, WpEnabling *enabling,
			  WpText *workspace)
{
	const WpText *keys[] = {account, id};
	WpRows rows;
	bool found = wp_rows_hold(&rows, &workflow_probe, keys);

	if (found)
	{
		struct varlena *condition;

		*workspace = wp_rows_text(&rows, 0, CurrentMemoryContext);
		enabling->visibility =
			wp_rows_word(&rows, 1, &wp_visibilities, WP_VISIBILITY_UNKNOWN);
		enabling->status =
			wp_rows_word(&rows, 2, &wp_statuses, WP_STATUS_UNKNOWN);
		condition = wp_rows_condition_if_any(&rows, 3);
		if (condition != NULL)
			enabling->condition = wp_varlena_copy(PointerGetDatum(condition),
												  CurrentMemoryContext);
	}
	wp_rows_close(&rows);
	return found;
}

static void
hold_workspace(const WpText *account, const WpText *id, WpEnabling *enabling)
{
	const WpText *keys[] = {account, id};
	WpRows rows;

	if (wp_rows_hold(&rows, &workspace_probe, keys))
	{
		enabling->workspace_kind =
			wp_rows_word(&rows, 0, &wp_workspace_kinds, WP_WORKSPACE_UNKNOWN);
		enabling->offered = wp_rows_bool_if_any(&rows, 1, WP_OFFERED_BY_KIND);
	}
	wp_rows_close(&rows);
}

/*
 * Returns the code that says why the user may not enable the workflow, NULL if
 * they may: a static string.  A row of a source is read as it is committed now:
 * if it changes later, the run gate decides.
 */
static const char *
gate(const WpText *account, const WpText *workflow, const WpText *user)
{
	WpEnabling enabling = {.workspace_kind = WP_WORKSPACE_UNKNOWN,
						   .at = GetCurrentTransactionStartTimestamp()};
	WpText workspace;

	if (account->data == NULL || user->data == NULL ||
		!hold_user(account, user, &enabling) || workflow->data == NULL ||
		!hold_workflow(account, workflow, &enabling, &workspace))
		return wp_verdict_code(WP_NOT_FOUND);
	hold_workspace(account, &workspace, &enabling);
	return wp_enabling_refusal(&enabling);
}

/*
 * _gate_enabling(account, workflow, subject) → text: the code, NULL if the user
 * may enable it.
 */
Datum
wp_gate_enabling(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText workflow = wp_arg_text(fcinfo, 1);
	WpText user = wp_arg_text(fcinfo, 2);
	const char *code = gate(&account, &workflow, &user);

	if (code == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(code));
}

/*
 * SQL trigger, called by effect() before an enablement is switched on.  Raises
 * 42501 if its user may not enable the workflow.  Otherwise returns the row
 * unchanged.
 */
Datum
wp_check_enabling(PG_FUNCTION_ARGS)
{
	TriggerData *data = wp_trigger_data(
		fcinfo, WP_ON_BEFORE | WP_EACH_ROW | WP_ON_INSERT | WP_ON_UPDATE);
	HeapTuple row = wp_trigger_row(data);
	WpText account = wp_row_text(data->tg_relation, row, "account_id");
	WpText workflow = wp_row_text(data->tg_relation, row, "workflow_id");
	WpText user = wp_row_text(data->tg_relation, row, "user_id");
	const char *code = gate(&account, &workflow, &user);

	if (code != NULL)
		wp_raise_refusal("enable", "workflow", &workflow, code);
	return PointerGetDatum(row);
}
