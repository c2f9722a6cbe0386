/*
 * allowed.c
 *		_allowed(): the decision itself as it stands in a plan, beside the arms that
 *		find the rows it is asked about.
 *
 * The same as can_… on columns, but for three things: it is never taken apart
 * again, it takes the columns of any table as they are (ids as text, uuid or
 * bigint, words as enum or text), and it does not raise.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/lsyscache.h"

#include "lookup/session.h"
#include "planner/candidates.h"
#include "principal/value.h"
#include "query/argument.h"
#include "query/row.h"

/* What a call site keeps in fn_extra. */
typedef struct CallSite
{
	WpPrincipalCache principal;
	WpRowReader row;
	bool usable; /* an action that there is, columns of types that can be read */
	WpAction action;
} CallSite;

/*
 * Returns what this call site keeps, made on first use in fn_mcxt; the action's
 * name is in argument argno and the columns follow.
 */
static CallSite *
call_site(FunctionCallInfo fcinfo, int argno)
{
	CallSite *site = fcinfo->flinfo->fn_extra;
	WpText name;

	if (site != NULL)
		return site;
	site = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(CallSite));
	site->usable = get_fn_expr_arg_stable(fcinfo->flinfo, argno);
	for (int i = 0; i < WP_ROW_COLUMNS && site->usable; i++)
	{
		Oid type = get_fn_expr_argtype(fcinfo->flinfo, argno + 1 + i);

		site->row.types[i] = OidIsValid(type) ? getBaseType(type) : InvalidOid;
		site->usable = wp_row_type(i, site->row.types[i]);
	}
	name = wp_arg_text(fcinfo, argno);
	site->action = name.data ? wp_action(name.data, name.len) : WP_ACTION_UNKNOWN;
	site->usable = site->usable && site->action != WP_ACTION_UNKNOWN;
	fcinfo->flinfo->fn_extra = site;
	return site;
}

/*
 * Reads the row of which the action's name, in argument argno, is asked; false if
 * it cannot be read.
 */
static bool
read_row(FunctionCallInfo fcinfo, CallSite *site, int argno, WpWorkflow *workflow)
{
	if (!site->usable)
		return false;
	wp_row_values(&site->row, &fcinfo->args[argno + 1], workflow);
	return true;
}

PG_FUNCTION_INFO_V1(wp_allowed);
PG_FUNCTION_INFO_V1(wp_principal_allowed);

/* _allowed(action, account_id, …, hidden) → boolean, for the session's principal. */
Datum
wp_allowed(PG_FUNCTION_ARGS)
{
	CallSite *site = call_site(fcinfo, 0);
	const WpPrincipal *principal;
	WpWorkflow workflow;

	if (!read_row(fcinfo, site, 0, &workflow))
		PG_RETURN_BOOL(false);
	principal = wp_session_principal_unsure(site->action, &workflow);
	PG_RETURN_BOOL(principal != NULL && wp_session_allows(principal, site->action, &workflow));
}

/* _allowed(principal, action, account_id, …, hidden) → boolean, for the one given. */
Datum
wp_principal_allowed(PG_FUNCTION_ARGS)
{
	CallSite *site = call_site(fcinfo, 1);
	WpWorkflow workflow;

	PG_RETURN_BOOL(!PG_ARGISNULL(0) && read_row(fcinfo, site, 1, &workflow) &&
				   wp_decide(wp_principal_getarg(fcinfo, 0, &site->principal), site->action, &workflow) == WP_ALLOWED);
}
