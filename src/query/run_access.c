/*
 * run_access.c
 *		Runs, their steps and their history, and whether a run may start (spec
 *		4.5, 4.8, 6.2).  A run's steps use the rights of run_as.  A replay uses
 *		the rights of the user that the run is for.
 *
 * None of the SQL functions is strict: NULL means no.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "decide/trace.h"
#include "lookup/load_board.h"
#include "lookup/load_principal.h"
#include "lookup/load_workflow.h"
#include "lookup/model_tables.h"
#include "lookup/session_principal.h"
#include "lookup/workflow_rights.h"
#include "principal/identity.h"
#include "query/argument.h"
#include "query/run_access.h"
#include "query/set_principal.h"

WpVerdict
wp_answer_replay(const WpPrincipal *principal, const WpRun *run, WpTrace *trace)
{
	WpVerdict verdict = wp_decide_replay(principal, run, trace);
	WpPrincipal user;

	if (verdict != WP_ALLOWED)
		return verdict;
	if (run->for_user.data == NULL)
		return wp_decide_traced(principal, WP_RUN, run->workflow, trace);
	if (wp_load_principal(&principal->account, &run->for_user,
						  wp_action_facets(WP_RUN), &user) != WP_LOADED)
		return wp_trace_gate(trace, "found", WP_NOT_FOUND,
							 "there is no such user any more", &run->for_user);
	return wp_decide_traced(&user, WP_RUN, run->workflow, trace);
}

/*
 * Fills *run_as with the principal whose rights the run has, with that user's
 * present identity and roles.  If the user does not exist any more, it is an
 * anonymous principal, which may do nothing.  Returns false if the account does
 * not exist.
 */
static bool
load_run_as(const WpText *account, const WpText *user, WpPrincipal *run_as)
{
	WpText nobody = {NULL, 0};
	TimestampTz ignored;
	WpLoadResult result =
		wp_load_who(account, user, CurrentMemoryContext, run_as, &ignored);

	if (result == WP_UNKNOWN_USER)
		result = wp_load_who(account, &nobody, CurrentMemoryContext, run_as,
							 &ignored);
	return result == WP_LOADED;
}

/*
 * Adds what counts for a step that touches this: nothing, the one workspace, or
 * all, if the board has moved to another one.
 */
static void
load_reach(WpPrincipal *run_as, const WpTouch *touch)
{
	bool moved =
		touch->board != NULL &&
		wp_text_compare(&touch->workspace, &touch->board->workspace) != 0;
	WpAbout about = {{NULL, 0}, touch->workspace, NULL};
	TimestampTz ignored = DT_NOEND;

	if (moved)
		wp_load_facets(run_as, WP_FACET_REACH | WP_FACET_WORKSPACES, NULL,
					   CurrentMemoryContext, &ignored);
	else if (touch->workspace.data != NULL)
		wp_load_facets(run_as, WP_FACET_REACH, &about, CurrentMemoryContext,
					   &ignored);
}

WpVerdict
wp_answer_run_step(const WpLoadedRun *run, const WpStepIds *ids, WpTrace *trace)
{
	WpPrincipal run_as;
	WpLoadedTouch loaded;

	if (run->run_as.data == NULL && wp_source_lacks("workflows", "run_as"))
		return wp_trace_gate(trace, "checked", WP_ALLOWED,
							 "the source of workflows has no run_as", NULL);
	if (!load_run_as(&run->run.account, &run->run_as, &run_as))
		return wp_trace_gate(trace, "run_as", WP_RUN_AS_INACTIVE, NULL, NULL);
	if (run->run.workflow != NULL)
		wp_load_workspace(&run_as, &run->run.workflow->workspace,
						  CurrentMemoryContext);
	if (run->run.workflow != NULL &&
		!wp_steps_are_checked(&run_as, run->run.workflow))
		return wp_trace_gate(trace, "checked", WP_ALLOWED,
							 "steps are not checked in a project or app", NULL);
	wp_load_touch(&run_as, ids, &loaded);
	load_reach(&run_as, &loaded.touch);
	return wp_decide_step(&run_as, &loaded.touch, trace);
}

WpVerdict
wp_answer_step(const WpLoadedRun *run, const WpText *step, WpTrace *trace)
{
	WpStepIds ids;

	if (run->run.workflow == NULL ||
		!wp_load_step(&run->run.account, &run->workflow.workflow, step, &ids))
		return wp_trace_gate(trace, "found", WP_NOT_FOUND,
							 "no such step of the live version", NULL);
	return wp_answer_run_step(run, &ids, trace);
}

/* can_view_run(run_id) → boolean. */
PG_FUNCTION_INFO_V1(wp_can_view_run);
Datum
wp_can_view_run(PG_FUNCTION_ARGS)
{
	WpText id = wp_arg_text(fcinfo, 0);
	const WpPrincipal *principal = wp_session_principal();
	WpLoadedRun loaded;

	PG_RETURN_BOOL(principal != NULL &&
				   wp_load_run(&principal->account, &id, &loaded) &&
				   wp_decide_view_run(wp_session_principal(), &loaded.run,
									  NULL) == WP_ALLOWED);
}

/* can_view_run(account_id, workflow_id, started_by, for_user) → boolean. */
PG_FUNCTION_INFO_V1(wp_can_view_run_columns);
Datum
wp_can_view_run_columns(PG_FUNCTION_ARGS)
{
	WpText workflow = wp_arg_text(fcinfo, 1);
	const WpPrincipal *principal = wp_session_principal_who();
	WpRun run = {.account = wp_arg_text(fcinfo, 0),
				 .started_by = wp_arg_text(fcinfo, 2),
				 .for_user = wp_arg_text(fcinfo, 3)};

	if (wp_is_team(principal))
		PG_RETURN_BOOL(wp_right_to(WP_RIGHT_HISTORY, &run.account, &workflow) !=
					   WP_RIGHT_NONE);
	/* Connected users see their own runs of any workflow. */
	PG_RETURN_BOOL(wp_decide_view_run(principal, &run, NULL) == WP_ALLOWED);
}

/*
 * Returns the session's principal with what seeing a step's details needs, and
 * loads what the step touched.  The facets are those that viewing needs,
 * because a user may hold much; the workspaces that count are looked up.
 */
static const WpPrincipal *
load_viewed_touch(const WpStepIds *ids, WpLoadedTouch *loaded)
{
	const WpPrincipal *principal = wp_session_principal_with(
		wp_action_facets(WP_VIEW) | WP_FACET_CAPABILITIES);

	if (principal == NULL)
		return NULL;
	wp_load_touch(principal, ids, loaded);
	wp_session_know_workspace(&ids->workspace);
	if (loaded->touch.board != NULL)
		wp_session_know_workspace(&loaded->board.workspace);
	return principal;
}

/*
 * Returns whether the session's principal may see the details of a step that
 * touched this object, of a run of the account.
 */
static bool
views_detail(const WpRun *run, const WpStepIds *ids)
{
	WpLoadedTouch loaded;
	const WpPrincipal *principal = load_viewed_touch(ids, &loaded);

	if (wp_decide_caller(principal, &run->account) != WP_ALLOWED)
		return false;
	if (run->workflow != NULL)
		wp_session_know_workspace(&run->workflow->workspace);
	return wp_decide_view_run_detail(principal, run, &loaded.touch, NULL) ==
		   WP_ALLOWED;
}

/* Adds a text to a key, so that different lists of texts differ. */
static void
add_to_key(StringInfo key, const WpText *text)
{
	int len = text->data != NULL ? text->len : -1;

	appendBinaryStringInfo(key, (const char *) &len, sizeof(len));
	if (text->data != NULL)
		appendBinaryStringInfo(key, text->data, text->len);
}

/*
 * The same for a member or a service, of a run that it sees and whose steps are
 * checked.  Then the object alone counts, and each is decided once in a
 * snapshot.
 */
static bool
views_touch(const WpStepIds *ids)
{
	uint64 load = wp_session_load_number();
	WpLoadedTouch loaded;
	const WpPrincipal *principal;
	StringInfoData words;
	WpText key;
	char shown;

	initStringInfo(&words);
	add_to_key(&words, &ids->workspace);
	add_to_key(&words, &ids->board);
	add_to_key(&words, &ids->column);
	appendStringInfoChar(&words, ids->writes);
	appendStringInfoChar(&words, ids->undeclared);
	key = (WpText){words.data, words.len};
	if (!wp_memo_find(wp_memo(WP_MEMO_DETAIL), &key, &shown))
	{
		principal = load_viewed_touch(ids, &loaded);
		shown =
			principal != NULL &&
			wp_decide_view_touch(principal, &loaded.touch, NULL) == WP_ALLOWED;
		wp_memo_keep(WP_MEMO_DETAIL, load, &key, shown);
	}
	pfree(words.data);
	return shown;
}

/* The same for a member or a service, by the workflow of the run. */
static bool
views_detail_in(const WpText *account, const WpText *workflow_id,
				const WpStepIds *ids)
{
	WpRightVerdict right = wp_right_to(WP_RIGHT_HISTORY, account, workflow_id);

	return right == WP_RIGHT_WHOLE ||
		   (right == WP_RIGHT_HELD && views_touch(ids));
}

/* can_view_run_detail(run_id, step_no) → boolean. */
PG_FUNCTION_INFO_V1(wp_can_view_run_detail);
Datum
wp_can_view_run_detail(PG_FUNCTION_ARGS)
{
	WpText id = wp_arg_text(fcinfo, 0);
	const WpPrincipal *principal = wp_session_principal_who();
	WpLoadedRun run;
	WpStepIds ids;

	PG_RETURN_BOOL(
		principal != NULL && !PG_ARGISNULL(1) &&
		wp_load_run_step(&principal->account, &id, PG_GETARG_INT32(1), &ids) &&
		wp_load_run(&principal->account, &id, &run) &&
		views_detail(&run.run, &ids));
}

/*
 * can_view_run_detail(account_id, workflow_id, run_id, workspace_id, board_id,
 * column_id, access, reason) → boolean.
 */
PG_FUNCTION_INFO_V1(wp_can_view_run_detail_columns);
Datum
wp_can_view_run_detail_columns(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText workflow = wp_arg_text(fcinfo, 1);
	WpText id = wp_arg_text(fcinfo, 2);
	WpText reason = wp_arg_text(fcinfo, 7);
	const WpText not_found = {"not_found", strlen("not_found")};
	const WpPrincipal *principal = wp_session_principal_who();
	WpLoadedRun run;
	WpStepIds ids;

	if (wp_decide_caller(principal, &account) != WP_ALLOWED)
		PG_RETURN_BOOL(false);
	wp_arg_step_ids(fcinfo, 3, &ids);
	ids.undeclared = wp_text_compare(&reason, &not_found) == 0;
	if (wp_is_team(principal))
		PG_RETURN_BOOL(views_detail_in(&account, &workflow, &ids));
	PG_RETURN_BOOL(wp_load_run(&account, &id, &run) &&
				   views_detail(&run.run, &ids));
}

/*
 * _view_steps_of(account_id, workflow_id, run_id) → boolean: may the session's
 * principal see the run, by what a row of run_steps says of it?
 */
PG_FUNCTION_INFO_V1(wp_view_steps_of);
Datum
wp_view_steps_of(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText workflow = wp_arg_text(fcinfo, 1);
	WpText id = wp_arg_text(fcinfo, 2);
	const WpPrincipal *principal = wp_session_principal_who();
	WpLoadedRun run;

	if (wp_is_team(principal))
		PG_RETURN_BOOL(wp_right_to(WP_RIGHT_HISTORY, &account, &workflow) !=
					   WP_RIGHT_NONE);
	PG_RETURN_BOOL(wp_decide_caller(principal, &account) == WP_ALLOWED &&
				   wp_load_run(&account, &id, &run) &&
				   wp_decide_view_run(principal, &run.run, NULL) == WP_ALLOWED);
}

/* Returns the row (allowed, reason) of a verdict, reason NULL where allowed. */
static Datum
step_access_row(FunctionCallInfo fcinfo, WpVerdict verdict)
{
	TupleDesc tupdesc;
	Datum values[2] = {BoolGetDatum(verdict == WP_ALLOWED), (Datum) 0};
	bool nulls[2] = {false, verdict == WP_ALLOWED};

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "step_access must return a row");
	if (verdict != WP_ALLOWED)
		values[1] = CStringGetTextDatum(wp_verdict_code(verdict));
	return HeapTupleGetDatum(
		heap_form_tuple(BlessTupleDesc(tupdesc), values, nulls));
}

/* step_access(run_id, step_id) → (allowed, reason). */
PG_FUNCTION_INFO_V1(wp_step_access);
Datum
wp_step_access(PG_FUNCTION_ARGS)
{
	WpText id = wp_arg_text(fcinfo, 0);
	WpText step = wp_arg_text(fcinfo, 1);
	const WpPrincipal *principal = wp_session_principal();
	WpVerdict verdict = WP_NO_PRINCIPAL;
	WpLoadedRun run;

	if (principal != NULL && !principal->active)
		verdict = WP_INACTIVE;
	else if (principal != NULL && !wp_load_run(&principal->account, &id, &run))
		verdict = WP_NOT_FOUND;
	else if (principal != NULL)
		verdict = wp_decide_view_run(principal, &run.run, NULL);
	if (verdict == WP_ALLOWED)
		verdict = wp_answer_step(&run, &step, NULL);
	PG_RETURN_DATUM(step_access_row(fcinfo, verdict));
}

/* step_access(account, run_id, step_id) → (allowed, reason). */
PG_FUNCTION_INFO_V1(wp_step_access_engine);
Datum
wp_step_access_engine(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText id = wp_arg_text(fcinfo, 1);
	WpText step = wp_arg_text(fcinfo, 2);
	WpLoadedRun run;

	PG_RETURN_DATUM(
		step_access_row(fcinfo, wp_load_run(&account, &id, &run)
									? wp_answer_step(&run, &step, NULL)
									: WP_NOT_FOUND));
}

/*
 * Returns the verdict on replaying the run with that id in the principal's
 * account.  Its own gates come first, then the run gates of the user that the
 * run is for or else of the user that replays it.
 */
static WpVerdict
decide_replay(const WpText *id)
{
	const WpPrincipal *principal = wp_session_principal_with(
		wp_action_facets(WP_RUN) | WP_FACET_WORKSPACES);
	WpLoadedRun run;

	if (principal == NULL)
		return WP_NO_PRINCIPAL;
	if (!principal->active)
		return WP_INACTIVE;
	if (!wp_load_run(&principal->account, id, &run))
		return WP_NOT_FOUND;
	return wp_answer_replay(principal, &run.run, NULL);
}

/* can_replay(run_id) → boolean. */
PG_FUNCTION_INFO_V1(wp_can_replay);
Datum
wp_can_replay(PG_FUNCTION_ARGS)
{
	WpText id = wp_arg_text(fcinfo, 0);

	PG_RETURN_BOOL(decide_replay(&id) == WP_ALLOWED);
}

/* replay_verdict(run_id) → text: the code of the verdict. */
PG_FUNCTION_INFO_V1(wp_replay_verdict);
Datum
wp_replay_verdict(PG_FUNCTION_ARGS)
{
	WpText id = wp_arg_text(fcinfo, 0);

	PG_RETURN_TEXT_P(cstring_to_text(wp_verdict_code(decide_replay(&id))));
}

/*
 * Returns the verdict on a run of that workflow that the starter starts for the
 * user; either may be NULL for none.  Raises undefined_object for a user that
 * does not exist, if the starter may start runs for others.
 */
static WpVerdict
decide_start(const WpText *account, const WpText *id,
			 const WpPrincipal *starter, const WpText *for_user)
{
	WpPrincipal user;
	WpWorkflow workflow;
	WpVerdict verdict = starter != NULL
							? wp_decide_starter(starter, account, for_user)
							: WP_ALLOWED;

	if (verdict != WP_ALLOWED)
		return verdict;
	if (for_user->data != NULL)
		wp_require_principal(account, for_user, &user);
	if (account->data == NULL || id->data == NULL ||
		!wp_load_workflow(account, id, &workflow))
		return WP_NOT_FOUND;
	return wp_decide_start(starter, for_user->data != NULL ? &user : NULL,
						   &workflow);
}

/* _start_verdict(account_id, workflow_id, started_by, for_user) → text. */
PG_FUNCTION_INFO_V1(wp_start_verdict);
Datum
wp_start_verdict(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText id = wp_arg_text(fcinfo, 1);
	WpText started_by = wp_arg_text(fcinfo, 2);
	WpText for_user = wp_arg_text(fcinfo, 3);
	WpPrincipal starter;

	if (started_by.data != NULL)
		wp_require_principal(&account, &started_by, &starter);
	PG_RETURN_TEXT_P(cstring_to_text(wp_verdict_code(decide_start(
		&account, &id, started_by.data != NULL ? &starter : NULL, &for_user))));
}

/*
 * Fills *starter with the principal that started the run, with its present
 * rights.  Returns false if the user no longer exists, or if the system started
 * the run.
 */
static bool
load_starter(const WpLoadedRun *run, WpPrincipal *starter)
{
	bool is_user = run->started_as == WP_STARTER_USER;

	return is_user == (run->run.started_by.data != NULL) &&
		   (is_user || run->started_as == WP_STARTER_ANONYMOUS) &&
		   wp_load_principal(&run->run.account, &run->run.started_by,
							 WP_ALL_FACETS, starter) == WP_LOADED;
}

/*
 * Returns the verdict on a run of that workflow that the run `parent` calls.
 * Its starter is the parent's.  It is for the given user or, if data is NULL,
 * for the user that the parent is for.  Raises undefined_object as
 * decide_start() does.
 */
static WpVerdict
decide_call(const WpText *account, const WpText *id, const WpText *parent,
			const WpText *for_user)
{
	WpLoadedRun run;
	WpPrincipal starter;
	WpPrincipal user;
	bool started;

	if (!wp_load_run(account, parent, &run))
		return WP_NOT_FOUND;
	started = run.started_as != WP_STARTER_SYSTEM;
	if (started && !load_starter(&run, &starter))
		return WP_NOT_FOUND;
	if (for_user->data == NULL)
	{
		for_user = &run.run.for_user;
		if (for_user->data != NULL &&
			wp_load_principal(account, for_user, 0, &user) != WP_LOADED)
			return WP_NOT_FOUND;
	}
	return decide_start(account, id, started ? &starter : NULL, for_user);
}

/*
 * Returns the verdict on a run of the workflow of that id in the account of the
 * session's principal, which starts it for the user.
 */
static WpVerdict
decide_session_start(const WpText *id, const WpText *for_user)
{
	const WpPrincipal *starter = wp_session_principal_with(
		wp_action_facets(WP_RUN) | WP_FACET_WORKSPACES);

	return starter != NULL
			   ? decide_start(&starter->account, id, starter, for_user)
			   : WP_NO_PRINCIPAL;
}

WpVerdict
wp_answer_caller(const WpText *account)
{
	WpIdentity identity;
	const WpPrincipal *caller;
	bool same;

	if (!wp_identity_get(&identity))
		return WP_NO_PRINCIPAL;
	same = wp_text_equal(account, &identity.account);
	/* An anonymous principal has no rights, and the rules give the code. */
	if (identity.user.data == NULL)
		return same ? WP_ALLOWED : WP_NOT_FOUND;
	caller = wp_session_principal_who();
	if (caller == NULL || !caller->active)
		return WP_INACTIVE;
	return same ? WP_ALLOWED : WP_NOT_FOUND;
}

WpVerdict
wp_answer_new_run(const WpText *account, const WpText *workflow,
				  const WpText *parent, const WpText *for_user)
{
	WpVerdict caller = wp_answer_caller(account);

	if (caller != WP_ALLOWED && caller != WP_NO_PRINCIPAL)
		return caller;
	if (parent->data != NULL)
		return decide_call(account, workflow, parent, for_user);
	return caller == WP_ALLOWED
			   ? decide_session_start(workflow, for_user)
			   : decide_start(account, workflow, NULL, for_user);
}

/* _call_verdict(account_id, workflow_id, parent_run, for_user) → text. */
PG_FUNCTION_INFO_V1(wp_call_verdict);
Datum
wp_call_verdict(PG_FUNCTION_ARGS)
{
	WpText account = wp_arg_text(fcinfo, 0);
	WpText id = wp_arg_text(fcinfo, 1);
	WpText parent = wp_arg_text(fcinfo, 2);
	WpText for_user = wp_arg_text(fcinfo, 3);

	PG_RETURN_TEXT_P(cstring_to_text(
		wp_verdict_code(decide_call(&account, &id, &parent, &for_user))));
}

/* _start_verdict(workflow_id, for_user) → text. */
PG_FUNCTION_INFO_V1(wp_session_start_verdict);
Datum
wp_session_start_verdict(PG_FUNCTION_ARGS)
{
	WpText id = wp_arg_text(fcinfo, 0);
	WpText for_user = wp_arg_text(fcinfo, 1);

	PG_RETURN_TEXT_P(
		cstring_to_text(wp_verdict_code(decide_session_start(&id, &for_user))));
}
