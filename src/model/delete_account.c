/*
 * delete_account.c
 *		Deletes the rows of a deleted account that no foreign key deletes: its
 *		runs, its audit log and its registered conditions.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "lookup/kept_plan.h"
#include "model/trigger_data.h"

PG_FUNCTION_INFO_V1(wp_forget_account);

#define FORGET(table)                                                          \
	{                                                                          \
		"DELETE FROM workflow_perms." table                                    \
		" WHERE account_id OPERATOR(pg_catalog.=) $1",                         \
			1,                                                                 \
		{                                                                      \
			TEXTOID                                                            \
		}                                                                      \
	}

/*
 * Runs before their steps: recording a step locks the run.  So we wait for it
 * and find its step.
 */
static WpQuery forgets[] = {
	/* If what they refer to is read from a source, no cascade reaches them. */
	FORGET("connections"), FORGET("enablements"), FORGET("workflow_drafts"),
	FORGET("runs"),        FORGET("run_steps"),   FORGET("audit_log"),
	FORGET("conditions"),
};

/*
 * SQL trigger, called by effect() after an account is deleted.  Like the
 * cascades, it deletes rows that are committed now, even if the transaction's
 * snapshot does not show them.  Otherwise, at REPEATABLE READ, rows that were
 * written while we waited would be left behind, and a later account with the
 * same id would find them.
 */
Datum
wp_forget_account(PG_FUNCTION_ARGS)
{
	TriggerData *data =
		wp_trigger_data(fcinfo, WP_ON_AFTER | WP_EACH_ROW | WP_ON_DELETE);
	NullableDatum account = wp_column_value(
		data->tg_relation, data->tg_trigtuple, "account_id", TEXTOID);

	if (account.isnull)
		return PointerGetDatum(NULL);
	SPI_connect();
	for (int i = 0; i < lengthof(forgets); i++)
		wp_execute(&forgets[i], &account.value, NULL, GetLatestSnapshot());
	SPI_finish();
	return PointerGetDatum(NULL);
}
