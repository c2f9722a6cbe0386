/*
 * role_guards.c
 *		Functions for the guards of roles (guards_roles.sql): the roles and
 *		capabilities that a role gives with its inclusions, and which of them
 *		the session's principal holds.  They ignore privileges, and only the
 *		tables' owner may execute them.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "lookup/owner_query.h"
#include "lookup/role_graph.h"
#include "lookup/session_principal.h"
#include "principal/find.h"
#include "query/argument.h"

static WpProbe capabilities_probe = {
	"role_capabilities", {"account_id", "role"}, NULL, {"capability"}};

/* _role_closure(account, role) → setof text. */
PG_FUNCTION_INFO_V1(wp_role_closure);
Datum
wp_role_closure(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	WpText account = wp_arg_text(fcinfo, 0);
	WpText role = wp_arg_text(fcinfo, 1);
	WpRoleGraph graph;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	wp_role_graph_begin(&graph, &account, false, CurrentMemoryContext);
	wp_role_graph_number(&graph, &role);
	for (int i = 0; i < graph.n; i++)
	{
		Datum name = wp_text_datum(&graph.roles[i].name);
		bool isnull = false;

		wp_role_graph_read(&graph, i);
		tuplestore_putvalues(result->setResult, result->setDesc, &name,
							 &isnull);
	}
	wp_role_graph_end(&graph);
	return (Datum) 0;
}

/*
 * Returns the session's principal, with its capabilities, if it is active and
 * of that account, otherwise NULL.
 */
static const WpPrincipal *
caller_of(const WpText *account)
{
	const WpPrincipal *principal =
		wp_session_principal_with(WP_FACET_CAPABILITIES);

	return wp_decide_caller(principal, account) == WP_ALLOWED ? principal
															  : NULL;
}

/*
 * _lacked_capability(account, role, workspace) → text: the first capability by
 * name that the role gives and the session's principal does not hold; NULL if
 * it holds all.  A principal that holds the role itself for the whole account
 * holds all of it, so nothing is read.
 */
PG_FUNCTION_INFO_V1(wp_lacked_capability);
Datum
wp_lacked_capability(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText role = wp_arg_text(fcinfo, 1);
	WpText workspace = wp_arg_text(fcinfo, 2);
	const WpText whole_account = {NULL, 0};
	const WpPrincipal *p = caller_of(&account);
	WpText lacked = {NULL, 0};
	WpRoleGraph graph;
	WpRows rows;

	/* Without a principal, this capability is needed first. */
	if (p == NULL)
		PG_RETURN_TEXT_P(cstring_to_text("team.manage_roles"));
	/* A NULL role gives nothing; NOT NULL refuses it after the guard. */
	if (role.data == NULL)
		PG_RETURN_NULL();
	if (wp_is_team(p) && wp_find_role(p, &role, &whole_account) != NULL)
		PG_RETURN_NULL();
	wp_role_graph_begin(&graph, &account, false, CurrentMemoryContext);
	wp_role_graph_number(&graph, &role);
	for (int i = 0; i < graph.n; i++)
	{
		WpText name = graph.roles[i].name;
		const WpText *keys[] = {&account, &name};

		if (i == 0)
			wp_rows_open(&rows, &capabilities_probe, keys);
		else
			wp_rows_again(&rows, &capabilities_probe, keys);
		while (wp_rows_next(&rows))
		{
			WpText capability = wp_rows_peek(&rows, 0);

			if (!wp_holds_capability_text(p, &capability, &workspace) &&
				(lacked.data == NULL ||
				 wp_text_compare(&capability, &lacked) < 0))
				lacked = wp_copy_text(&capability, CurrentMemoryContext);
		}
		wp_role_graph_read(&graph, i);
	}
	wp_rows_close(&rows);
	wp_role_graph_end(&graph);
	if (lacked.data == NULL)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(wp_text_datum(&lacked));
}

/*
 * _holds_role(account, role) → boolean: for the account or for any workspace?
 */
PG_FUNCTION_INFO_V1(wp_holds_role);
Datum
wp_holds_role(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText role = wp_arg_text(fcinfo, 1);
	const WpPrincipal *p = caller_of(&account);
	int n;

	PG_RETURN_BOOL(p != NULL && wp_find_roles(p, &role, &n) != NULL);
}

/*
 * _gains_by_inclusion(account, role, included_role) → boolean: does the
 * session's principal hold the role in a scope in which it does not hold the
 * role to be included?
 */
PG_FUNCTION_INFO_V1(wp_gains_by_inclusion);
Datum
wp_gains_by_inclusion(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText role = wp_arg_text(fcinfo, 1);
	WpText included = wp_arg_text(fcinfo, 2);
	const WpText whole_account = {NULL, 0};
	const WpPrincipal *p = caller_of(&account);
	const WpRole *held = NULL;
	bool gains = false;
	int n = 0;

	if (p != NULL && wp_find_role(p, &included, &whole_account) == NULL)
		held = wp_find_roles(p, &role, &n);
	for (int i = 0; i < n && !gains; i++)
	{
		CHECK_FOR_INTERRUPTS();
		gains = wp_find_role(p, &included, &held[i].workspace) == NULL;
	}
	PG_RETURN_BOOL(gains);
}
