/*
 * run_triggers.c
 *		The triggers of runs and their steps: who writes them, the columns that
 *		the extension fills in, and steps that run_as may not do (spec 4.8,
 *		6.3).  runs.sql says what the engine is trusted with.
 *
 * In C, because an engine writes these rows one by one, and all that is asked
 * is a few index probes.  In PL/pgSQL a run of two steps took 9 times as long
 * as in bare tables with the same indexes, in C 2.2 times.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "rewrite/rowsecurity.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "lookup/enums.h"
#include "lookup/load_board.h"
#include "lookup/load_workflow.h"
#include "lookup/owner_query.h"
#include "lookup/snapshot.h"
#include "model/row_security.h"
#include "model/trigger_data.h"
#include "principal/identity.h"
#include "query/argument.h"
#include "query/refusal.h"
#include "query/run_access.h"

PG_FUNCTION_INFO_V1(wp_guard_history);
PG_FUNCTION_INFO_V1(wp_hold_workflow_sql);
PG_FUNCTION_INFO_V1(wp_write_run);
PG_FUNCTION_INFO_V1(wp_write_run_status);
PG_FUNCTION_INFO_V1(wp_write_run_step);

/* The columns of a step that say what it touches. */
static const char *const touching[] = {"step_id", "workspace_id", "board_id",
									   "column_id", "access"};

static WpText
new_text(const WpNewRow *row, const char *column)
{
	return wp_row_text(row->relation, row->tuple, column);
}

static void
set_word(WpNewRow *row, const char *column, const WpVocabulary *words, int word)
{
	wp_set_column(row, column, wp_enum_type(words),
				  ObjectIdGetDatum(wp_enum_value(words, word)), false);
}

/*
 * Returns whether the current user has the rights of the engine's role.  That
 * is recorded only in its policies.  So it is renamed, dumped and restored with
 * the role.
 */
static bool
is_engine(Relation relation)
{
	char *name = psprintf("%s_engine_insert", wp_model_name(relation));
	ListCell *cell;

	foreach (cell, relation->rd_rsdesc ? relation->rd_rsdesc->policies : NIL)
	{
		RowSecurityPolicy *policy = lfirst(cell);
		Oid *roles = (Oid *) ARR_DATA_PTR(policy->roles);

		if (strcmp(policy->policy_name, name) != 0)
			continue;
		for (int i = 0; i < ARR_DIMS(policy->roles)[0]; i++)
			if (has_privs_of_role(GetUserId(), roles[i]))
				return true;
	}
	return false;
}

/*
 * SQL trigger: permits the row if row security does not bind the current user,
 * or if it is the engine, and a run that it starts if the run gates permit it.
 * For all other roles, only the extension's functions write these tables.
 */
Datum
wp_guard_history(PG_FUNCTION_ARGS)
{
	TriggerData *data =
		wp_trigger_data(fcinfo, WP_ON_BEFORE | WP_EACH_ROW | WP_ON_INSERT |
									WP_ON_UPDATE | WP_ON_DELETE);
	Relation relation = data->tg_relation;
	bool insert = TRIGGER_FIRED_BY_INSERT(data->tg_event);
	HeapTuple old = data->tg_trigtuple; /* the new row of an insert */
	bool of_run = strcmp(wp_model_name(relation), "runs") == 0;
	bool engine;
	WpText account;
	WpText id;
	WpVerdict verdict = WP_ALLOWED;

	if (!wp_row_security_binds(RelationGetRelid(relation)))
		return PointerGetDatum(wp_trigger_row(data));
	engine = is_engine(relation);
	account = wp_row_text(relation, old, "account_id");
	if (!engine)
		verdict = wp_answer_caller(&account);
	else if (insert && of_run)
	{
		WpText workflow = wp_row_text(relation, old, "workflow_id");
		WpText parent = wp_row_text(relation, old, "parent_run");
		WpText for_user = wp_row_text(relation, old, "for_user");

		verdict = wp_answer_new_run(&account, &workflow, &parent, &for_user);
	}
	if (engine && verdict == WP_ALLOWED)
		return PointerGetDatum(wp_trigger_row(data));
	id = wp_row_text(relation, old, "run_id");
	wp_raise_refusal(insert                                    ? "insert"
					 : TRIGGER_FIRED_BY_UPDATE(data->tg_event) ? "update"
															   : "delete",
					 of_run ? "run" : "step of run", &id,
					 verdict == WP_ALLOWED ? "system"
										   : wp_verdict_code(verdict));
}

/*
 * Sets the columns of a run that say who started it: the starter of its parent
 * (data NULL: none) or the session's principal.
 */
static void
set_starter(WpNewRow *row, const WpText *account, const WpText *parent)
{
	WpStarter started_as = WP_STARTER_SYSTEM;
	WpText started_by = {NULL, 0};
	WpLoadedRun run;
	WpIdentity identity;

	if (parent->data != NULL && wp_load_run(account, parent, &run))
	{
		started_as = run.started_as;
		started_by = run.run.started_by;
		if (new_text(row, "for_user").data == NULL)
			wp_set_text(row, "for_user", &run.run.for_user);
	}
	else if (wp_identity_get(&identity) &&
			 wp_text_equal(account, &identity.account))
	{
		started_by = identity.user;
		started_as =
			started_by.data != NULL ? WP_STARTER_USER : WP_STARTER_ANONYMOUS;
	}
	wp_set_text(row, "started_by", &started_by);
	set_word(row, "started_as", &wp_run_starters, started_as);
}

/*
 * _hold_workflow(verdict, workflow_id) → text: the verdict.  If it is allowed,
 * the workflow cannot be deleted until the transaction ends; if it is gone,
 * not_found.
 */
Datum
wp_hold_workflow_sql(PG_FUNCTION_ARGS)
{
	WpText id = wp_arg_text(fcinfo, 1);
	WpIdentity identity;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (strcmp(text_to_cstring(PG_GETARG_TEXT_PP(0)),
			   wp_verdict_code(WP_ALLOWED)) == 0 &&
		(id.data == NULL || !wp_identity_get(&identity) ||
		 !wp_hold_workflow(&identity.account, &id)))
		PG_RETURN_TEXT_P(cstring_to_text(wp_verdict_code(WP_NOT_FOUND)));
	return PG_GETARG_DATUM(0);
}

/*
 * SQL trigger: a run gets the workflow's version and run_as as it starts, and
 * its starter.  An effect of the extension may have set the first two already.
 * The guard found the workflow and the parent, but a transaction that this
 * waits for may delete them.
 */
Datum
wp_write_run(PG_FUNCTION_ARGS)
{
	TriggerData *data =
		wp_trigger_data(fcinfo, WP_ON_BEFORE | WP_EACH_ROW | WP_ON_INSERT);
	WpNewRow row = {data->tg_relation, data->tg_trigtuple};
	WpText account = new_text(&row, "account_id");
	WpText id = new_text(&row, "run_id");
	WpText workflow = new_text(&row, "workflow_id");
	WpText parent = new_text(&row, "parent_run");
	WpText run_as;
	int32 version;

	/*
	 * Deleting the workflow or its account waits for the run.  So an object
	 * that gets the same id later finds the run.
	 */
	if (!wp_hold_workflow(&account, &workflow) &&
		wp_row_security_binds(RelationGetRelid(row.relation)))
		wp_raise_refusal("insert", "run", &id, wp_verdict_code(WP_NOT_FOUND));
	if (parent.data != NULL && !wp_hold_run(&account, &parent))
		wp_raise_violation(
			ERRCODE_FOREIGN_KEY_VIOLATION, "not_found",
			RelationGetRelationName(row.relation), "parent_run",
			psprintf("run \"%.*s\" does not exist", parent.len, parent.data),
			"Insert the run that calls before those that it calls.");

	PushActiveSnapshot(GetTransactionSnapshot());
	(void) wp_load_start(&account, &workflow, &version, &run_as);
	if (wp_column_value(row.relation, row.tuple, "version", INT4OID).isnull)
		wp_set_column(&row, "version", INT4OID, Int32GetDatum(version),
					  version == 0);
	if (new_text(&row, "run_as").data == NULL)
		wp_set_text(&row, "run_as", &run_as);
	set_starter(&row, &account, &parent);
	PopActiveSnapshot();
	return wp_finish_row(&row);
}

/* Returns the status in the row; *isnull if there is none. */
static Oid
status_in(Relation relation, HeapTuple tuple, bool *isnull)
{
	NullableDatum status = wp_column_value(relation, tuple, "status",
										   wp_enum_type(&wp_run_states));

	*isnull = status.isnull;
	return status.isnull ? InvalidOid : DatumGetObjectId(status.value);
}

/* Returns the words for the run of the row, palloc'd. */
static char *
name_run(Relation relation, HeapTuple tuple)
{
	WpText id = wp_row_text(relation, tuple, "run_id");

	return psprintf("run \"%.*s\"", id.data != NULL ? id.len : 0,
					id.data != NULL ? id.data : "");
}

/* Returns the words for the row of runs or run_steps, palloc'd. */
static char *
name_row(Relation relation, HeapTuple tuple, bool is_step)
{
	char *run = name_run(relation, tuple);

	return is_step ? psprintf("step %d of %s",
							  DatumGetInt32(wp_column_value(relation, tuple,
															"step_no", INT4OID)
												.value),
							  run)
				   : run;
}

/*
 * Returns whether an update changes the status.  Raises check_violation if the
 * old one was an end, unless that is allowed.
 */
static bool
advances(const TriggerData *data, bool is_step, bool from_end, const char *hint)
{
	Relation relation = data->tg_relation;
	bool unknown[2];
	Oid was = status_in(relation, data->tg_trigtuple, &unknown[0]);
	Oid is = status_in(relation, data->tg_newtuple, &unknown[1]);
	int state;

	if (unknown[0] || unknown[1] || was == is)
		return false;
	state = wp_enum_word(&wp_run_states, was, WP_RUN_FAILED);
	if (state == WP_RUN_RUNNING || from_end)
		return true;
	wp_raise_violation(
		ERRCODE_CHECK_VIOLATION, "ended", RelationGetRelationName(relation),
		"status",
		psprintf("%s cannot go from %s to %s",
				 name_row(relation, data->tg_trigtuple, is_step),
				 wp_run_states.labels[state],
				 wp_run_states
					 .labels[wp_enum_word(&wp_run_states, is, WP_RUN_RUNNING)]),
		hint);
}

/*
 * SQL trigger: the status of a run only advances.  A run that ends gets an end
 * time.  The extension itself fails a run that had succeeded before a step was
 * refused.
 */
Datum
wp_write_run_status(PG_FUNCTION_ARGS)
{
	TriggerData *data =
		wp_trigger_data(fcinfo, WP_ON_BEFORE | WP_EACH_ROW | WP_ON_UPDATE);
	WpNewRow row = {data->tg_relation, data->tg_newtuple};

	if (advances(data, false, wp_in_effect(),
				 "A run goes from running to succeeded or failed, once. Replay "
				 "it for another run.") &&
		wp_column_value(row.relation, row.tuple, "finished_at", TIMESTAMPTZOID)
			.isnull)
		wp_set_column(
			&row, "finished_at", TIMESTAMPTZOID,
			TimestampTzGetDatum(GetCurrentTransactionStartTimestamp()), false);
	return wp_finish_row(&row);
}

/* Returns whether the update of a step leaves what it touches. */
static bool
touches_the_same(const TriggerData *data)
{
	TupleDesc desc = RelationGetDescr(data->tg_relation);

	for (int i = 0; i < lengthof(touching); i++)
		if (!wp_same_in_rows(
				desc, wp_column(data->tg_relation, touching[i], InvalidOid),
				data->tg_trigtuple, data->tg_newtuple))
			return false;
	return true;
}

/*
 * Fills *ids with what the step touches, and sets the columns that say so.  A
 * step of the version that runs touches the objects that the workflow declares.
 * For other steps the engine's values are used, except that a board's workspace
 * is its own.
 */
static void
find_touched(WpNewRow *row, const WpLoadedRun *run, WpStepIds *ids)
{
	WpText step = new_text(row, "step_id");
	bool live = wp_is_run_of_live_version(run);
	NullableDatum access;

	if (live && wp_load_step(&run->run.account, &run->workflow_id, &step, ids))
	{
		wp_set_text(row, "workspace_id", &ids->workspace);
		wp_set_text(row, "board_id", &ids->board);
		wp_set_text(row, "column_id", &ids->column);
		set_word(row, "access", &wp_accesses,
				 ids->writes ? WP_ACCESS_WRITE : WP_ACCESS_READ);
		return;
	}
	ids->workspace = new_text(row, "workspace_id");
	ids->board = new_text(row, "board_id");
	ids->column = new_text(row, "column_id");
	access = wp_column_value(row->relation, row->tuple, "access",
							 wp_enum_type(&wp_accesses));
	/* Without access, the step needs the rights of one that writes. */
	ids->writes = access.isnull ||
				  wp_enum_word(&wp_accesses, DatumGetObjectId(access.value),
							   WP_ACCESS_WRITE) == WP_ACCESS_WRITE;
	ids->undeclared =
		live && wp_declares_steps(&run->run.account, &run->workflow_id);
	if (ids->board.data == NULL)
		return;
	wp_load_board_workspace(&run->run.account, &ids->board, &ids->workspace);
	wp_set_text(row, "workspace_id", &ids->workspace);
}

/*
 * What was decided on the last step of the statement, and what was asked.  It
 * holds for the next step of the run that touches the same objects, under the
 * same snapshot.  Of 200 steps in one statement each takes 18 us, and 31.5
 * without this.
 */
typedef struct Decided
{
	MemoryContext context; /* has everything below */
	WpText question;       /* data NULL: nothing was decided */
	WpSnapshotKey snapshot;
	WpNewRow answer;
} Decided;

/* Returns where the last decision is kept, as long as the statement. */
static Decided *
last_decided(FunctionCallInfo fcinfo)
{
	Decided *decided = fcinfo->flinfo->fn_extra;

	if (decided == NULL)
	{
		decided =
			MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(Decided));
		decided->context = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt,
												 "workflow_perms decided step",
												 ALLOCSET_SMALL_SIZES);
		fcinfo->flinfo->fn_extra = decided;
	}
	return decided;
}

/* Returns all that a decision on the step depends on, palloc'd. */
static WpText
question_of(const WpNewRow *row)
{
	static const char *const asked[] = {"account_id", "run_id",
										"step_id",    "workspace_id",
										"board_id",   "column_id"};
	NullableDatum access = wp_column_value(row->relation, row->tuple, "access",
										   wp_enum_type(&wp_accesses));
	StringInfoData words;

	initStringInfo(&words);
	for (int i = 0; i < lengthof(asked); i++)
	{
		WpText text = new_text(row, asked[i]);
		int len = text.data != NULL ? text.len : -1;

		appendBinaryStringInfo(&words, (const char *) &len, sizeof(len));
		if (text.data != NULL)
			appendBinaryStringInfo(&words, text.data, text.len);
	}
	if (!access.isnull)
		appendBinaryStringInfo(&words, (const char *) &access.value,
							   sizeof(access.value));
	return (WpText){words.data, words.len};
}

/*
 * Sets the columns of the step that depend on what it touches.  The run stays
 * until the step is inserted.  All that is read, and the rights of run_as, are
 * of one moment after a wait for the run: publishing changes the version and
 * the steps, and a board may be moved.
 */
static void
decide(WpNewRow *row)
{
	WpText account = new_text(row, "account_id");
	WpText id = new_text(row, "run_id");
	WpLoadedRun run;
	WpStepIds ids = {{NULL, 0}};
	WpVerdict verdict;
	bool exists = wp_hold_run(&account, &id);

	PopActiveSnapshot();
	PushActiveSnapshot(GetTransactionSnapshot());
	if (!exists || !wp_load_run(&account, &id, &run))
		wp_raise_violation(
			ERRCODE_FOREIGN_KEY_VIOLATION, "not_found",
			RelationGetRelationName(row->relation), "run_id",
			psprintf("%s does not exist", name_run(row->relation, row->tuple)),
			"Insert the run before its steps.");
	wp_set_text(row, "workflow_id", &run.workflow_id);
	find_touched(row, &run, &ids);
	verdict = wp_answer_run_step(&run, &ids, NULL);
	if (verdict != WP_ALLOWED)
	{
		set_word(row, "status", &wp_run_states, WP_RUN_FAILED);
		wp_set_column(row, "reason", TEXTOID,
					  CStringGetTextDatum(wp_verdict_code(verdict)), false);
	}
}

/*
 * SQL trigger: a step is checked when it is recorded, and again when the
 * objects that it touches change.  One that run_as may not do is stored as
 * failed, with the reason.
 */
Datum
wp_write_run_step(PG_FUNCTION_ARGS)
{
	TriggerData *data = wp_trigger_data(
		fcinfo, WP_ON_BEFORE | WP_EACH_ROW | WP_ON_INSERT | WP_ON_UPDATE);
	WpNewRow row = {data->tg_relation, wp_trigger_row(data)};
	Decided *decided;
	WpText question;
	MemoryContext caller;

	if (TRIGGER_FIRED_BY_UPDATE(data->tg_event))
	{
		(void) advances(
			data, true, false,
			"A step goes from running to succeeded or failed, once.");
		if (touches_the_same(data))
			return wp_finish_row(&row);
	}

	decided = last_decided(fcinfo);
	question = question_of(&row);
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	if (!wp_text_equal(&question, &decided->question) ||
		!wp_snapshot_same(&decided->snapshot))
	{
		decided->question.data = NULL;
		MemoryContextReset(decided->context);
		caller = MemoryContextSwitchTo(decided->context);
		decided->answer = row;
		decide(&decided->answer);
		wp_snapshot_key(&decided->snapshot);
		decided->question = wp_copy_text(&question, decided->context);
		MemoryContextSwitchTo(caller);
	}
	PopActiveSnapshot();
	decided->answer.tuple = row.tuple;
	return wp_finish_row(&decided->answer);
}
