/*
 * enable_trigger.c
 *		The gate that every way of enabling passes, for every role (spec 4.4).
 *		enable.sql says which locks it takes, and why.
 *
 * Its queries run as the current user. effect() and connect() have made this
 * the owner of the tables.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/rel.h"

#include "compat.h"
#include "lookup/enums.h"
#include "lookup/model_tables.h"
#include "lookup/owner_query.h"
#include "model/trigger_data.h"
#include "query/enable_decision.h"
#include "query/refusal.h"

PG_FUNCTION_INFO_V1(wp_gate_enabling);
PG_FUNCTION_INFO_V1(wp_check_enabling);

/* How a row is read: of a table of the model, and of a source. */
#define READ_ROW(columns, name, key, locking)                                  \
	{                                                                          \
		"SELECT " columns " FROM workflow_perms." name " f"                    \
		" WHERE f.account_id OPERATOR(workflow_perms.==) $1 AND f." key        \
		" OPERATOR(workflow_perms.==) $2" locking,                             \
			2, {TEXTOID, TEXTOID}, .table = name                               \
	}
#define READ_ROWS(columns, name, key)                                          \
	{                                                                          \
		READ_ROW(columns, name, key, " FOR SHARE"),                            \
			READ_ROW(columns, name, key, "")                                   \
	}

static WpQuery user_query[] =
	READ_ROWS("f.kind, f.active, f.metadata", "users", "user_id");
static WpQuery workflow_query[] =
	READ_ROWS("f.workspace_id, f.visibility, f.status, f.condition",
			  "workflows", "workflow_id");
static WpQuery workspace_query[] =
	READ_ROWS("f.kind, f.offered", "workspaces", "workspace_id");

/*
 * Locks the row with that key and returns whether it exists.  It is then in
 * SPI_tuptable, in its state after concurrent changes have ended.  Raises a
 * serialization failure if the transaction may not see them.  A row of a source
 * is read as it is committed now: if it changes later, the run gate decides. A
 * key that occurs twice in a source names no row.
 */
static bool
lock_row(WpQuery *queries, NullableDatum account, NullableDatum key)
{
	Datum values[] = {account.value, key.value};

	return !account.isnull && !key.isnull &&
		   wp_read_for_share(&queries[wp_is_source(queries[0].table) ? 1 : 0],
							 values) == 1;
}

/*
 * Returns the code that says why the user may not enable the workflow, NULL if
 * they may.  The rows that decide stay locked.  They are read one after the
 * other, because a join would lose a row that moves while it waits.  Needs a
 * connection to SPI.
 */
static const char *
decide(NullableDatum account, NullableDatum workflow, NullableDatum user)
{
	WpEnabling enabling = {.workspace_kind = WP_WORKSPACE_UNKNOWN,
						   .at = GetCurrentTransactionStartTimestamp()};
	NullableDatum workspace = {(Datum) 0, false};
	WpText id;

	if (!lock_row(user_query, account, user))
		return wp_verdict_code(WP_NOT_FOUND);
	enabling.user = wp_text_value(user.value);
	enabling.kind = wp_read_word(user_query, 1, &wp_user_kinds, WP_KIND_MEMBER);
	enabling.active = wp_read_bool(user_query, 2);
	enabling.metadata =
		(Jsonb *) wp_read_jsonb(user_query, 3, CurrentMemoryContext);

	if (!lock_row(workflow_query, account, workflow))
		return wp_verdict_code(WP_NOT_FOUND);
	id = wp_read_text(workflow_query, 1, CurrentMemoryContext);
	workspace.value = wp_text_datum(&id);
	enabling.visibility = wp_read_word(workflow_query, 2, &wp_visibilities,
									   WP_VISIBILITY_UNKNOWN);
	enabling.status =
		wp_read_word(workflow_query, 3, &wp_statuses, WP_STATUS_UNKNOWN);
	enabling.condition =
		wp_read_condition_if_any(workflow_query, 4, CurrentMemoryContext);

	if (lock_row(workspace_query, account, workspace))
	{
		enabling.workspace_kind = wp_read_word(
			workspace_query, 1, &wp_workspace_kinds, WP_WORKSPACE_UNKNOWN);
		enabling.offered =
			wp_read_bool_if_any(workspace_query, 2, WP_OFFERED_BY_KIND);
	}
	return wp_enabling_refusal(&enabling);
}

/* The same without a connection to SPI. Returns a static string. */
static const char *
gate(NullableDatum account, NullableDatum workflow, NullableDatum user)
{
	const char *code;

	SPI_connect();
	code = decide(account, workflow, user);
	SPI_finish();
	return code;
}

/*
 * _gate_enabling(account, workflow, subject) → text: the code, NULL if the user
 * may enable it.
 */
Datum
wp_gate_enabling(PG_FUNCTION_ARGS)
{
	const char *code = gate(fcinfo->args[0], fcinfo->args[1], fcinfo->args[2]);

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
	NullableDatum workflow =
		wp_column_value(data->tg_relation, row, "workflow_id", TEXTOID);
	const char *code = gate(
		wp_column_value(data->tg_relation, row, "account_id", TEXTOID),
		workflow, wp_column_value(data->tg_relation, row, "user_id", TEXTOID));
	WpText id = {NULL, 0};

	if (code == NULL)
		return PointerGetDatum(row);
	if (!workflow.isnull)
		id = wp_text_value(workflow.value);
	wp_raise_refusal("enable", "workflow", &id, code);
}
