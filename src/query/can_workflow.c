/*
 * can_workflow.c
 *		can_view, can_edit and the like (spec 6.2): every action in every form
 *		(an id, a row or columns), with or without a principal as first
 *		argument; actions(), all that are allowed, in the same forms.
 *
 * None of these functions is strict: NULL means no.  So NOT can_view(w) has the
 * same result whether a plan evaluates it for a row or takes it apart.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "lookup/session_principal.h"
#include "lookup/load_workflow.h"
#include "lookup/owner_query.h"
#include "lookup/workflow_rights.h"
#include "principal/principal_json.h"
#include "query/argument.h"
#include "query/workflow_row.h"
#include "query/workflow_sets.h"

/* The state of a call in fn_extra. */
typedef struct CallSite
{
	WpPrincipalCache principal;
	WpRowReader row;
} CallSite;

/* Where the principal comes from: the session, or the first argument. */
typedef enum Source
{
	FROM_SESSION = 0,
	FROM_ARGUMENT = 1 /* also the number of arguments before the others */
} Source;

/* Returns the state of this call, made on first use in fn_mcxt. */
static CallSite *
call_site(FunctionCallInfo fcinfo)
{
	if (fcinfo->flinfo->fn_extra == NULL)
		fcinfo->flinfo->fn_extra =
			MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(CallSite));
	return fcinfo->flinfo->fn_extra;
}

/*
 * Returns the principal, or NULL if there is none.  It may lack facets that a
 * decision needs.  Valid until any wp_session_... function is called.
 */
static const WpPrincipal *
get_identity(FunctionCallInfo fcinfo, Source source)
{
	if (source == FROM_SESSION)
		return wp_session_principal_who();
	if (PG_ARGISNULL(0))
		return NULL;
	return wp_principal_getarg(fcinfo, 0, &call_site(fcinfo)->principal);
}

/*
 * Returns the principal with what a decision on this action and workflow needs.
 */
static const WpPrincipal *
get_principal(FunctionCallInfo fcinfo, Source source, WpAction action,
			  const WpWorkflow *workflow)
{
	if (source == FROM_SESSION)
		return wp_session_principal_for(action, workflow);
	return get_identity(fcinfo, source);
}

/*
 * Fills *workflow with the workflow with that id in the principal's account.
 * Returns the verdict if there is nothing to decide, otherwise WP_ALLOWED.
 */
static WpVerdict
take_id(FunctionCallInfo fcinfo, Source source, WpWorkflow *workflow)
{
	const WpPrincipal *principal = get_identity(fcinfo, source);
	WpText id = wp_arg_text(fcinfo, source);
	WpText account;

	if (principal == NULL)
		return WP_NO_PRINCIPAL;
	/* Loading more of the principal may move it. */
	account = wp_copy_text(&principal->account, CurrentMemoryContext);
	if (id.data == NULL || !wp_load_workflow(&account, &id, workflow))
		return principal->active ? WP_NOT_FOUND : WP_INACTIVE;
	return WP_ALLOWED;
}

/*
 * Has the session's principal the right to the rows of the workflow with that
 * account and id? If the account is not the principal's, nothing is read.
 */
static bool
has_right(FunctionCallInfo fcinfo, WpRight right)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText id = wp_arg_text(fcinfo, 1);

	return wp_right_to(right, &account, &id) != WP_RIGHT_NONE;
}

/*
 * The same for the row.  Raises as wp_row_workflow does, but not without a
 * principal: then the answer is no, never an error.
 */
static WpVerdict
take_row(FunctionCallInfo fcinfo, Source source, WpWorkflow *workflow)
{
	if (get_identity(fcinfo, source) == NULL)
		return WP_NO_PRINCIPAL;
	if (PG_ARGISNULL(source))
		return WP_NOT_FOUND;
	wp_row_workflow(&call_site(fcinfo)->row, fcinfo->flinfo->fn_mcxt,
					PG_GETARG_HEAPTUPLEHEADER(source), workflow);
	return WP_ALLOWED;
}

/* The same for the row with the given columns. */
static WpVerdict
take_columns(FunctionCallInfo fcinfo, Source source, WpWorkflow *workflow)
{
	if (source == FROM_ARGUMENT && PG_ARGISNULL(0))
		return WP_NO_PRINCIPAL;
	wp_arg_columns(fcinfo, source, workflow);
	return WP_ALLOWED;
}

/* Returns the verdict on the workflow, which the verdict `taken` comes with. */
static WpVerdict
decide(FunctionCallInfo fcinfo, Source source, WpAction action, WpVerdict taken,
	   const WpWorkflow *workflow)
{
	if (taken != WP_ALLOWED)
		return taken;
	return wp_decide(get_principal(fcinfo, source, action, workflow), action,
					 workflow);
}

static WpVerdict
decide_id(FunctionCallInfo fcinfo, Source source, WpAction action)
{
	WpWorkflow workflow;
	WpVerdict taken = take_id(fcinfo, source, &workflow);

	return decide(fcinfo, source, action, taken, &workflow);
}

static WpVerdict
decide_row(FunctionCallInfo fcinfo, Source source, WpAction action)
{
	WpWorkflow workflow;
	WpVerdict taken = take_row(fcinfo, source, &workflow);

	return decide(fcinfo, source, action, taken, &workflow);
}

static WpVerdict
decide_columns(FunctionCallInfo fcinfo, Source source, WpAction action)
{
	WpWorkflow workflow;
	WpVerdict taken = take_columns(fcinfo, source, &workflow);

	return decide(fcinfo, source, action, taken, &workflow);
}

/* Returns the names of the actions that are allowed on the workflow. */
static Datum
allowed_actions(FunctionCallInfo fcinfo, Source source, WpVerdict taken,
				const WpWorkflow *workflow)
{
	const WpPrincipal *principal = NULL;
	int n;

	if (taken == WP_ALLOWED)
		principal = source == FROM_SESSION
						? wp_session_principal_about(WP_ACTIONS_FACETS,
													 &workflow->workflow,
													 &workflow->workspace)
						: get_identity(fcinfo, source);
	return wp_allowed_actions(principal, workflow, &n);
}

/*
 * fmgr needs a symbol for each SQL function.  There are six per action, which
 * differ only in two arguments.
 */
#define ENTRY(symbol, form, source, action)                                    \
	PG_FUNCTION_INFO_V1(symbol);                                               \
	Datum symbol(PG_FUNCTION_ARGS)                                             \
	{                                                                          \
		PG_RETURN_BOOL(form(fcinfo, source, action) == WP_ALLOWED);            \
	}

#define ENTRIES(name, action)                                                  \
	ENTRY(wp_##name##_id, decide_id, FROM_SESSION, action)                     \
	ENTRY(wp_##name##_row, decide_row, FROM_SESSION, action)                   \
	ENTRY(wp_##name##_columns, decide_columns, FROM_SESSION, action)           \
	ENTRY(wp_##name##_principal_id, decide_id, FROM_ARGUMENT, action)          \
	ENTRY(wp_##name##_principal_row, decide_row, FROM_ARGUMENT, action)        \
	ENTRY(wp_##name##_principal_columns, decide_columns, FROM_ARGUMENT, action)

ENTRIES(can_view, WP_VIEW)
ENTRIES(can_view_draft, WP_VIEW_DRAFT)
ENTRIES(can_edit, WP_EDIT)
ENTRIES(can_operate, WP_OPERATE)
ENTRIES(can_publish, WP_PUBLISH)
ENTRIES(can_delete, WP_DELETE)
ENTRIES(can_manage_members, WP_MANAGE_MEMBERS)
ENTRIES(can_enable, WP_ENABLE)
ENTRIES(can_run, WP_RUN)

#define ACTIONS(symbol, take, source)                                          \
	PG_FUNCTION_INFO_V1(symbol);                                               \
	Datum symbol(PG_FUNCTION_ARGS)                                             \
	{                                                                          \
		WpWorkflow workflow;                                                   \
		WpVerdict taken = take(fcinfo, source, &workflow);                     \
                                                                               \
		PG_RETURN_DATUM(allowed_actions(fcinfo, source, taken, &workflow));    \
	}

ACTIONS(wp_actions_id, take_id, FROM_SESSION)
ACTIONS(wp_actions_row, take_row, FROM_SESSION)
ACTIONS(wp_actions_columns, take_columns, FROM_SESSION)
ACTIONS(wp_actions_principal_id, take_id, FROM_ARGUMENT)
ACTIONS(wp_actions_principal_row, take_row, FROM_ARGUMENT)
ACTIONS(wp_actions_principal_columns, take_columns, FROM_ARGUMENT)

/* For the view workflow_names. */
ENTRY(wp_can_view_name_columns, decide_columns, FROM_SESSION, WP_VIEW_NAME)

/* For the policies of protect(): rows that name a workflow by its whole key. */
PG_FUNCTION_INFO_V1(wp_can_view_in);
Datum
wp_can_view_in(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(has_right(fcinfo, WP_RIGHT_VIEW));
}

PG_FUNCTION_INFO_V1(wp_can_edit_in);
Datum
wp_can_edit_in(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(has_right(fcinfo, WP_RIGHT_EDIT));
}

/* workflow_verdict(action, columns) → text. */
PG_FUNCTION_INFO_V1(wp_workflow_verdict);
Datum
wp_workflow_verdict(PG_FUNCTION_ARGS)
{
	WpAction action = wp_arg_action(fcinfo, 0);
	WpWorkflow workflow;

	wp_arg_columns(fcinfo, 1, &workflow);
	PG_RETURN_TEXT_P(cstring_to_text(wp_verdict_code(
		wp_decide(get_principal(fcinfo, FROM_SESSION, action, &workflow),
				  action, &workflow))));
}

/* principal_manages_rules(account_id, workflow_id) → boolean. */
PG_FUNCTION_INFO_V1(wp_principal_manages_rules);
Datum
wp_principal_manages_rules(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText id = wp_arg_text(fcinfo, 1);
	const WpPrincipal *principal = wp_session_principal_who();
	WpWorkflow workflow;

	/*
	 * Checked first, so that nothing is read for a principal that cannot pass.
	 */
	if (!wp_is_team(principal) ||
		wp_decide_caller(principal, &account) != WP_ALLOWED || id.data == NULL)
		PG_RETURN_BOOL(false);
	PG_RETURN_BOOL(wp_load_workflow(&account, &id, &workflow) &&
				   wp_decide(get_principal(fcinfo, FROM_SESSION,
										   WP_MANAGE_RULES, &workflow),
							 WP_MANAGE_RULES, &workflow) == WP_ALLOWED);
}

/*
 * can_view_version(workflow_id, version) → boolean.  The live version requires
 * the right to view, others the right to edit.  Only for members and services.
 */
PG_FUNCTION_INFO_V1(wp_can_view_version);
Datum
wp_can_view_version(PG_FUNCTION_ARGS)
{
	const WpPrincipal *principal = wp_session_principal();
	WpText id = wp_arg_text(fcinfo, 0);
	WpWorkflow workflow;

	if (!wp_is_team(principal) || id.data == NULL || PG_ARGISNULL(1) ||
		!wp_load_workflow(&principal->account, &id, &workflow) ||
		wp_decide(principal, WP_VIEW, &workflow) != WP_ALLOWED)
		PG_RETURN_BOOL(false);
	PG_RETURN_BOOL(wp_live_version(&principal->account, &id) ==
					   PG_GETARG_INT32(1) ||
				   wp_decide(principal, WP_EDIT, &workflow) == WP_ALLOWED);
}
