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

/* Returns what this call site keeps; the action's name is in argument argno. */
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

PG_FUNCTION_INFO_V1(wp_allowed);

/* _allowed([principal,] action, account_id, …, hidden) → boolean. */
Datum
wp_allowed(PG_FUNCTION_ARGS)
{
	bool given = PG_NARGS() > 1 + WP_ROW_COLUMNS;
	CallSite *site = call_site(fcinfo, given);
	const WpPrincipal *principal;
	WpWorkflow workflow;

	if (!site->usable || (given && PG_ARGISNULL(0)))
		PG_RETURN_BOOL(false);
	wp_row_values(&site->row, &fcinfo->args[given + 1], &workflow);
	if (given)
	{
		principal = wp_principal_getarg(fcinfo, 0, &site->principal);
		PG_RETURN_BOOL(wp_decide(principal, site->action, &workflow) == WP_ALLOWED);
	}
	principal = wp_session_principal_unsure(site->action, &workflow);
	PG_RETURN_BOOL(principal != NULL && wp_session_allows(principal, site->action, &workflow));
}
