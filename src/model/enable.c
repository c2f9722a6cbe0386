/*
 * enable.c
 *		enable() and disable(): write the row of enablements, with the caller's
 *		own rights.  The guard checks the caller, the gate checks the user (spec
 *		4.4).
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/builtins.h"

#include "lookup/kept_plan.h"
#include "principal/identity.h"
#include "query/argument.h"
#include "query/refusal.h"

PG_FUNCTION_INFO_V1(wp_enable);
PG_FUNCTION_INFO_V1(wp_disable);

static WpQuery write_query = {
	"INSERT INTO workflow_perms.enablements AS e (account_id, workflow_id, "
	"user_id, configuration, enabled)"
	" VALUES ($1, $2, $3, $4, $5)"
	" ON CONFLICT ON CONSTRAINT enablements_pkey"
	" DO UPDATE SET enabled = EXCLUDED.enabled WHERE e.enabled "
	"OPERATOR(pg_catalog.<>) EXCLUDED.enabled",
	5,
	{TEXTOID, TEXTOID, TEXTOID, TEXTOID, BOOLOID}};

/* Returns the text as a Datum, in the current context. */
static Datum
text_of(const WpText *text)
{
	return PointerGetDatum(cstring_to_text_with_len(text->data, text->len));
}

/*
 * Writes the row of the session's account for the workflow and the
 * configuration in the first two arguments, and the user in the third or,
 * without one, the session's user.
 */
static void
write_enablement(FunctionCallInfo fcinfo, bool enabled)
{
	WpIdentity identity;
	WpText workflow = wp_arg_text(fcinfo, 0);
	WpText subject = {NULL, 0};
	bool known = wp_identity_get(&identity);
	Datum values[5];

	if (PG_NARGS() > 2)
		subject = wp_arg_text(fcinfo, 2);
	else if (known)
		subject = identity.user;
	if (!known)
		wp_identity_is_none();
	if (!known || workflow.data == NULL || subject.data == NULL)
		wp_raise_refusal(enabled ? "enable" : "disable", "workflow", &workflow,
						 wp_verdict_code(!known ? WP_NO_PRINCIPAL
										 : workflow.data == NULL
											 ? WP_NOT_FOUND
											 : WP_NOT_CONNECTED));
	/* copies, because triggers may end the identity */
	values[0] = text_of(&identity.account);
	values[1] = PG_GETARG_DATUM(0);
	values[2] = text_of(&subject);
	values[3] = PG_ARGISNULL(1) ? (Datum) 0 : PG_GETARG_DATUM(1);
	values[4] = BoolGetDatum(enabled);
	SPI_connect();
	wp_execute(&write_query, values, PG_ARGISNULL(1) ? "   n " : NULL,
			   InvalidSnapshot);
	SPI_finish();
}

/*
 * The same.  A refusal is reported with the statement that called us, and
 * without our internal context.
 */
static void
set_enabled(FunctionCallInfo fcinfo, bool enabled)
{
	WpRefusalScope scope;

	wp_refusal_scope_enter(&scope, NULL, "enablements");
	PG_TRY();
	{
		write_enablement(fcinfo, enabled);
	}
	PG_FINALLY();
	{
		wp_refusal_scope_leave(&scope);
	}
	PG_END_TRY();
}

/* enable(workflow_id, configuration [, user_id]) → void. */
Datum
wp_enable(PG_FUNCTION_ARGS)
{
	set_enabled(fcinfo, true);
	PG_RETURN_VOID();
}

/* disable(workflow_id, configuration [, user_id]) → void. */
Datum
wp_disable(PG_FUNCTION_ARGS)
{
	set_enabled(fcinfo, false);
	PG_RETURN_VOID();
}
