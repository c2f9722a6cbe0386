/*
 * forget.c
 *		What goes with an account and has no foreign key that would take it along:
 *		its runs, its audit log and its registered conditions.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "model/plan.h"

PG_FUNCTION_INFO_V1(wp_forget_account);

#define FORGET(table) \
	"DELETE FROM workflow_perms." table " WHERE account_id OPERATOR(pg_catalog.=) $1"

/*
 * A run before its steps: who records a step holds the run, and so is waited for
 * and his step found.
 */
static const char *const forgets[] = {
	FORGET("runs"),
	FORGET("run_steps"),
	FORGET("audit_log"),
	FORGET("conditions"),
};

static SPIPlanPtr plans[lengthof(forgets)];

/*
 * SQL trigger, called by effect() after an account is deleted.  Deletes what is
 * committed now, as the cascades do, whatever the transaction's snapshot: what
 * others wrote for the account while we waited for them would be left behind at
 * REPEATABLE READ, for a later account of the same id to find.
 */
Datum
wp_forget_account(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	Oid types[] = {TEXTOID};
	Datum account;
	bool isnull;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BY_DELETE(data->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(data->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("an account is forgotten by a trigger for each row that is deleted")));

	SPI_connect();
	account = SPI_getbinval(data->tg_trigtuple, RelationGetDescr(data->tg_relation),
							SPI_fnumber(RelationGetDescr(data->tg_relation), "account_id"), &isnull);
	for (int i = 0; i < lengthof(forgets); i++)
	{
		SPIPlanPtr plan = wp_keep_plan(&plans[i], forgets[i], lengthof(types), types);
		int result = SPI_execute_snapshot(plan, &account, NULL, GetLatestSnapshot(),
										  InvalidSnapshot, false, true, 0);

		if (result != SPI_OK_DELETE)
			elog(ERROR, "SPI_execute_snapshot returned %s", SPI_result_code_string(result));
	}
	SPI_finish();
	return PointerGetDatum(NULL);
}
