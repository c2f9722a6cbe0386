/*
 * enable.c
 *		enable() and disable(): the row of enablements that says so, written under
 *		the caller's own rights: the guard says who may, the gate what (spec 4.4).
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/builtins.h"

#include "lookup/plan.h"
#include "principal/identity.h"
#include "query/argument.h"
#include "query/refusal.h"

PG_FUNCTION_INFO_V1(wp_enable);
PG_FUNCTION_INFO_V1(wp_disable);
PG_FUNCTION_INFO_V1(wp_set_enabled);

static const char write_enablement[] =
	"INSERT INTO workflow_perms.enablements AS e (account_id, workflow_id, user_id, configuration, enabled)"
	" VALUES ($1, $2, $3, $4, $5)"
	" ON CONFLICT ON CONSTRAINT enablements_pkey"
	" DO UPDATE SET enabled = EXCLUDED.enabled WHERE e.enabled OPERATOR(pg_catalog.<>) EXCLUDED.enabled";

static WpQuery write_query = {write_enablement, 5, {TEXTOID, TEXTOID, TEXTOID, TEXTOID, BOOLOID}};

/* Makes a text Datum of it, in the current context. */
static Datum
text_of(const WpText *text)
{
	return PointerGetDatum(cstring_to_text_with_len(text->data, text->len));
}

/*
 * Runs the query.  A refusal is told with the statement that called us as its
 * context, and nothing of how it came about.
 */
static void
write_row(Datum *values, const char *nulls)
{
	WpRefusalScope scope;
	int result;

	wp_refusal_scope_enter(&scope);
	PG_TRY();
	{
		SPI_connect();
		result = SPI_execute_plan(wp_plan(&write_query), values, nulls, false, 0);
		if (result != SPI_OK_INSERT)
			elog(ERROR, "SPI_execute_plan returned %s", SPI_result_code_string(result));
		SPI_finish();
	}
	PG_FINALLY();
	{
		wp_refusal_scope_leave(&scope);
	}
	PG_END_TRY();
}

/*
 * Writes the row of the session's account for the workflow and the configuration of
 * the first two arguments; subject: the user, data NULL for none.
 */
static void
set_enabled(FunctionCallInfo fcinfo, const WpText *subject, bool enabled)
{
	WpIdentity identity;
	WpText workflow = wp_arg_text(fcinfo, 0);
	bool known = wp_identity_get(&identity);
	Datum values[5];
	char nulls[] = "     ";

	if (!known)
		wp_identity_is_none();
	if (!known || workflow.data == NULL || subject->data == NULL)
		wp_raise_refusal(enabled ? "enable" : "disable", "workflow", &workflow,
						 wp_verdict_code(!known ? WP_NO_PRINCIPAL : workflow.data == NULL ? WP_NOT_FOUND : WP_NOT_CONNECTED));
	/* copies: whatever fires may end the identity */
	values[0] = text_of(&identity.account);
	values[1] = PG_GETARG_DATUM(0);
	values[2] = text_of(subject);
	values[3] = PG_ARGISNULL(1) ? (Datum) 0 : PG_GETARG_DATUM(1);
	nulls[3] = PG_ARGISNULL(1) ? 'n' : ' ';
	values[4] = BoolGetDatum(enabled);
	write_row(values, nulls);
}

/* The user that a function is about: the third argument, where it has one, or the session's principal. */
static WpText
subject_of(FunctionCallInfo fcinfo)
{
	WpIdentity identity;
	WpText nobody = {NULL, 0};

	if (PG_NARGS() > 2)
		return wp_arg_text(fcinfo, 2);
	return wp_identity_get(&identity) ? identity.user : nobody;
}

/* enable(workflow_id, configuration [, user_id]) → void. */
Datum
wp_enable(PG_FUNCTION_ARGS)
{
	WpText subject = subject_of(fcinfo);

	set_enabled(fcinfo, &subject, true);
	PG_RETURN_VOID();
}

/* disable(workflow_id, configuration [, user_id]) → void. */
Datum
wp_disable(PG_FUNCTION_ARGS)
{
	WpText subject = subject_of(fcinfo);

	set_enabled(fcinfo, &subject, false);
	PG_RETURN_VOID();
}

/* _set_enabled(workflow, configuration, subject, enabled) → void. */
Datum
wp_set_enabled(PG_FUNCTION_ARGS)
{
	WpText subject = wp_arg_text(fcinfo, 2);

	set_enabled(fcinfo, &subject, !PG_ARGISNULL(3) && PG_GETARG_BOOL(3));
	PG_RETURN_VOID();
}
