/*
 * explain_access.c
 *		explain_access(): the gates of a decision, one after the other (spec 5).
 *		The decision runs once more, with a trace, so the last row is the
 *		decision.
 *
 * A caller learns no more than it may know.  About an object that it may not
 * view it learns only the code.  About another user it learns nothing without
 * the right to, and only not_found about objects that it may not view itself,
 * but for a workflow whose connected users it may view.  Privileged callers
 * give a principal and learn everything.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/tuplestore.h"

#include "compat.h"
#include "condition/describe.h"
#include "condition/mismatch.h"
#include "condition/print.h"
#include "lookup/load_principal.h"
#include "lookup/owner_query.h"
#include "lookup/session_principal.h"
#include "principal/find.h"
#include "principal/principal_json.h"
#include "query/argument.h"
#include "query/explain_target.h"
#include "query/refusal.h"
#include "query/set_principal.h"

/* More clauses than this are not useful in an explanation. */
#define MOST_CLAUSES 100

/* Of a longer value only the type is shown. */
#define LONGEST_VALUE 1024

typedef struct Clauses
{
	WpClauseListener listener;
	StringInfoData json;
	int count;
	bool show_values;
} Clauses;

/* Appends "key": to an object that has members. */
static void
append_key(StringInfo json, const char *key)
{
	appendStringInfo(json, ", \"%s\": ", key);
}

/* Appends one of SQL's three truth values. */
static void
append_truth(StringInfo json, WpTruth truth)
{
	appendStringInfoString(json, truth == WP_TRUE    ? "true"
								 : truth == WP_FALSE ? "false"
													 : "null");
}

/* Appends the value, or only its type if the value is too long. */
static void
append_seen(StringInfo json, const Value *value)
{
	StringInfoData text;

	initStringInfo(&text);
	switch (value->type)
	{
		case WP_JSON_STRING:
			wp_string_print(value->data, value->len, &text);
			break;
		case WP_JSON_NUMBER:
			wp_number_print(value->data, value->len, &text);
			break;
		case WP_JSON_ARRAY:
		case WP_JSON_OBJECT:
			JsonbToCString(
				&text, (JsonbContainer *) unconstify(char *, value->data), 0);
			break;
		default:
			appendStringInfoString(&text, value->type == WP_JSON_TRUE ? "true"
										  : value->type == WP_JSON_FALSE
											  ? "false"
											  : "null");
	}
	if (text.len <= LONGEST_VALUE)
	{
		append_key(json, "seen");
		appendBinaryStringInfo(json, text.data, text.len);
	}
	else
	{
		append_key(json, "seen_type");
		appendStringInfo(json, "\"%s\"", wp_type_name(value->type));
	}
	pfree(text.data);
}

/* Appends the words of a clause, its path and the value that it requires. */
static void
append_clause(StringInfo json, const WpClause *clause)
{
	StringInfoData words;

	initStringInfo(&words);
	wp_clause_describe(clause->node, clause->test, &words);
	appendStringInfoString(json, "{\"clause\": ");
	wp_string_print(words.data, words.len, json);
	if (clause->node->op == WP_FIELD || clause->node->op == WP_USER ||
		clause->node->op == WP_ROLLOUT)
	{
		resetStringInfo(&words);
		wp_path_print(clause->node, &words);
		append_key(json, "path");
		wp_string_print(words.data, words.len, json);
	}
	append_key(json, "expected");
	wp_clause_print(clause->node, clause->test, json);
	pfree(words.data);
}

/* WpClauseListener: appends an object for the clause. */
static bool
add_clause(WpClauseListener *listener, const WpClause *clause)
{
	Clauses *clauses = (Clauses *) listener;
	StringInfo json = &clauses->json;

	appendStringInfoString(json, clauses->count > 0 ? ", " : "[");
	if (clauses->count++ >= MOST_CLAUSES)
	{
		appendStringInfoString(json, "{\"more\": true}");
		return false;
	}
	if (clause->node != NULL)
		append_clause(json, clause);
	else
		appendStringInfoString(json, "{\"clause\": \"the condition\"");
	append_key(json, "is");
	append_truth(json, clause->is);
	append_key(json, "wanted");
	append_truth(json, clause->wanted);
	if (clauses->show_values && clause->seen != NULL)
		append_seen(json, clause->seen);
	if (clauses->show_values && clause->missing != NULL)
	{
		append_key(json, "missing");
		wp_string_print(clause->missing, strlen(clause->missing), json);
	}
	if (clauses->show_values && clause->in_array != NULL)
	{
		append_key(json, "in_array");
		wp_string_print(clause->in_array, strlen(clause->in_array), json);
	}
	if (clauses->show_values && clause->needs != NULL)
	{
		append_key(json, "needs");
		appendStringInfo(json, "\"%s\"", clause->needs);
	}
	appendStringInfoChar(json, '}');
	return true;
}

/*
 * Returns a JSON array of the condition's clauses that fail, palloc'd, or NULL
 * if there are none.  Includes the values seen only if `show_values`.
 */
static Jsonb *
failed_clauses(const struct varlena *condition, const WpSubject *subject,
			   bool show_values)
{
	Clauses clauses = {{add_clause}};

	clauses.show_values = show_values;
	initStringInfo(&clauses.json);
	wp_condition_explain(condition, subject, &clauses.listener);
	if (clauses.count == 0)
		return NULL;
	appendStringInfoChar(&clauses.json, ']');
	return DatumGetJsonbP(
		DirectFunctionCall1(jsonb_in, CStringGetDatum(clauses.json.data)));
}

#define COLUMNS 5

/* The state of the trace, which makes a row of each step. */
typedef struct Rows
{
	WpTrace trace;
	ReturnSetInfo *result;
	const WpPrincipal *asker; /* NULL: may know everything */
	WpText workspace;         /* of the object, as far as it has one */
	/* a run may be visible without it */
	bool shows_condition;
	bool shows_touched; /* the ids of what a step touched */
	/* what decides the last gates, if they use another user's rights */
	bool shows_other;
	bool other; /* those gates have begun */
	int begun;
} Rows;

/* Puts a row into the result; gate, by and detail may be NULL. */
static void
put_row(ReturnSetInfo *result, const char *gate, WpVerdict verdict,
		const char *by, Jsonb *detail)
{
	Datum values[COLUMNS] = {0};
	bool nulls[COLUMNS] = {gate == NULL, false, verdict == WP_ALLOWED,
						   by == NULL, detail == NULL};

	if (gate != NULL)
		values[0] = CStringGetTextDatum(gate);
	values[1] = BoolGetDatum(verdict == WP_ALLOWED);
	if (verdict != WP_ALLOWED)
		values[2] = CStringGetTextDatum(wp_verdict_code(verdict));
	if (by != NULL)
		values[3] = CStringGetTextDatum(by);
	if (detail != NULL)
		values[4] = JsonbPGetDatum(detail);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * Returns whether the asker may see the subject's metadata: its own, and with
 * the capability that of connected users.
 */
static bool
may_see_metadata(const Rows *rows, const WpPrincipal *subject)
{
	return rows->asker == NULL ||
		   (subject->user.data != NULL &&
			wp_text_compare(&rows->asker->user, &subject->user) == 0) ||
		   wp_holds_capability(rows->asker, "connected_users.view",
							   &rows->workspace);
}

/*
 * Returns whether the gate is about objects that a step touches.  The history
 * hides these from some principals (spec 4.8).
 */
static bool
is_of_touched(const WpTraceStep *step)
{
	static const char *const gates[] = {"workspace", "board", "column"};

	for (int i = 0; i < lengthof(gates); i++)
		if (strcmp(step->gate, gates[i]) == 0)
			return true;
	return false;
}

/* Makes a row of a gate, with its clauses if it is a condition that failed. */
static void
add_step(WpTrace *trace, const WpTraceStep *step)
{
	Rows *rows = (Rows *) trace;
	Jsonb *clauses = NULL;
	bool shown;

	if (step->verdict == WP_CONDITION && step->condition != NULL &&
		rows->shows_condition)
	{
		WpSubject subject = wp_subject_of(step->subject);

		clauses = failed_clauses(step->condition, &subject,
								 may_see_metadata(rows, step->subject));
	}
	/*
	 * A decision begins with the caller.  A second beginning is about another
	 * user.
	 */
	if (strcmp(step->gate, "run_as") == 0 ||
		(strcmp(step->gate, "principal") == 0 && rows->begun++ > 0))
		rows->other = true;
	shown = rows->other ? rows->shows_other
						: rows->shows_touched || !is_of_touched(step);
	put_row(rows->result, step->gate, step->verdict,
			shown ? wp_step_decided_by(step) : NULL, clauses);
}

/*
 * Returns whether the asker, which may view the object, may have decisions
 * explained for users of this kind.  This requires managing the workflow's
 * members, or the team's roles, or viewing connected users.
 */
static bool
may_ask_about(const WpQuestion *question, const WpPrincipal *asker, bool team)
{
	WpText workspace = wp_question_workspace(question, asker);
	const WpWorkflow *workflow = wp_question_workflow(question);

	if (workflow != NULL &&
		wp_decide(asker, WP_MANAGE_MEMBERS, workflow) == WP_ALLOWED)
		return true;
	return wp_is_team(asker) &&
		   wp_holds_capability(
			   asker, team ? "team.manage_roles" : "connected_users.view",
			   &workspace);
}

/*
 * Returns whether the asker may know what decides the last gates, which use the
 * rights of a user: itself, or a user that it may ask about.
 */
static bool
may_ask_about_other(const WpQuestion *question, const WpPrincipal *asker)
{
	WpText other = wp_question_acts_as(question);

	if (other.data == NULL)
		return true;
	return (asker->user.data != NULL &&
			wp_text_compare(&other, &asker->user) == 0) ||
		   may_ask_about(question, asker, question->kind == WP_ASK_STEP);
}

/*
 * Returns whether the asker may have everything told about the workflow's
 * connected users, although it may not view the workflow (Support).
 */
static bool
knows_users_of(const WpQuestion *question, const WpPrincipal *asker)
{
	const WpWorkflow *workflow = wp_question_workflow(question);

	return workflow != NULL &&
		   wp_decide(asker, WP_VIEW_NAME, workflow) == WP_ALLOWED &&
		   may_ask_about(question, asker, false);
}

/*
 * Puts a row for each gate of the decision about the subject into the result.
 */
static void
put_gates(ReturnSetInfo *result, const WpQuestion *question,
		  const WpPrincipal *asker, const WpPrincipal *subject)
{
	const WpWorkflow *workflow = wp_question_workflow(question);
	Rows rows = {{add_step},
				 result,
				 asker,
				 {NULL, 0},
				 asker == NULL ||
					 (workflow != NULL &&
					  wp_decide(asker, WP_VIEW, workflow) == WP_ALLOWED) ||
					 knows_users_of(question, asker),
				 asker == NULL || wp_question_shows_touched(question, asker),
				 asker == NULL || may_ask_about_other(question, asker)};

	if (asker != NULL)
		rows.workspace = wp_question_workspace(question, asker);
	(void) wp_question_decide(question, subject, &rows.trace);
}

/* Explains a decision about the asker, as far as it may know. */
static void
explain_to_oneself(ReturnSetInfo *result, const WpQuestion *question,
				   const WpPrincipal *asker)
{
	if (wp_question_visible(question, asker))
		put_gates(result, question, asker, asker);
	else
		put_row(result, NULL, wp_question_decide(question, asker, NULL), NULL,
				NULL);
}

/*
 * Explains a decision about another user of the asker's account (data NULL: an
 * anonymous principal).  Raises insufficient_privilege if the asker may not
 * know, undefined_object for a user that does not exist.
 */
static void
explain_another(ReturnSetInfo *result, const WpQuestion *question,
				const WpPrincipal *asker, const WpText *user)
{
	bool visible = wp_question_visible(question, asker);
	WpVerdict verdict = wp_decide_caller(asker, &question->account);
	WpPrincipal subject;
	bool known;
	bool team;

	if (!visible && !knows_users_of(question, asker))
	{
		put_row(result, NULL, verdict == WP_ALLOWED ? WP_NOT_FOUND : verdict,
				NULL, NULL);
		return;
	}
	known =
		wp_load_principal(&question->account, user,
						  wp_question_facets(question), &subject) == WP_LOADED;
	team = known && user->data != NULL && subject.kind != WP_KIND_CONNECTED;
	if (!visible && team)
	{
		put_row(result, NULL, WP_NOT_FOUND, NULL, NULL);
		return;
	}
	if (!may_ask_about(question, asker, team) &&
		(known || !may_ask_about(question, asker, true)))
		wp_raise_refusal(
			"explain the access of", "user", user,
			wp_name_capability(WP_NO_CAPABILITY,
							   "team.manage_roles or, for connected users, "
							   "connected_users.view"));
	if (!known)
		wp_raise_no_user(&question->account, user, NULL);
	put_gates(result, question, asker, &subject);
}

/*
 * Puts these ids into the question: one id, or the ids of an object and a part
 * of it.  Raises invalid_parameter_value for a wrong number.
 */
static void
take_ids(WpQuestion *question, const WpText *ids, int nids)
{
	const char *part = wp_question_takes_part(question);

	if (nids != (part != NULL ? 2 : 1))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(part != NULL ? "the action is about two ids"
											: "the action is about one id"),
						errhint("Give the object as %s.",
								part != NULL ? part : "its id")));
	question->object = ids[0];
	if (part != NULL)
		question->part = ids[1];
}

/* Takes one id as argument argno, which names the object. */
static void
take_id(FunctionCallInfo fcinfo, int argno, WpQuestion *question)
{
	WpText object = wp_arg_text(fcinfo, argno);

	take_ids(question, &object, 1);
}

/* The same for an array of the ids of an object and a part of it. */
static void
take_id_array(FunctionCallInfo fcinfo, int argno, WpQuestion *question)
{
	WpText ids[2] = {{NULL, 0}, {NULL, 0}};
	Datum *values;
	bool *nulls;
	int n = 0;

	if (!PG_ARGISNULL(argno))
		deconstruct_array(PG_GETARG_ARRAYTYPE_P(argno), TEXTOID, -1, false,
						  TYPALIGN_INT, &values, &nulls, &n);
	for (int i = 0; i < Min(n, lengthof(ids)); i++)
		if (!nulls[i])
			ids[i] = wp_text_of((struct varlena *) DatumGetPointer(values[i]));
	take_ids(question, ids, n);
}

/* Answers a question for the session's principal. */
static Datum
explain(FunctionCallInfo fcinfo, WpQuestion *question)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	WpText object = question->object;
	WpText nothing = {NULL, 0};
	WpText user = {NULL, 0};
	const WpPrincipal *asker;
	bool another = PG_NARGS() > 2;

	InitMaterializedSRF(fcinfo, 0);
	asker = wp_session_principal_with(wp_question_facets(question));
	wp_question_about(question, asker ? &asker->account : &nothing, &object);
	if (another && asker != NULL)
	{
		user = wp_arg_text(fcinfo, 2);
		another = wp_text_compare(&user, &asker->user) != 0;
	}
	if (another)
		explain_another(result, question, asker, &user);
	else
		explain_to_oneself(result, question, asker);
	return (Datum) 0;
}

/* Answers a question for the principal that is the first argument. */
static Datum
explain_given(FunctionCallInfo fcinfo, WpQuestion *question)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	WpText object = question->object;
	WpText nothing = {NULL, 0};
	const WpPrincipal *subject =
		PG_ARGISNULL(0) ? NULL
						: wp_principal_from_jsonb(PG_GETARG_JSONB_P(0), NULL);

	InitMaterializedSRF(fcinfo, 0);
	wp_question_about(question, subject ? &subject->account : &nothing,
					  &object);
	put_gates(result, question, NULL, subject);
	return (Datum) 0;
}

/* An entry whose action is the argument `at`; the object follows it. */
#define ENTRY(symbol, at, take_object, answer)                                 \
	PG_FUNCTION_INFO_V1(symbol);                                               \
	Datum symbol(PG_FUNCTION_ARGS)                                             \
	{                                                                          \
		WpText action = wp_arg_text(fcinfo, at);                               \
		WpQuestion question = wp_question(&action);                            \
                                                                               \
		take_object(fcinfo, (at) + 1, &question);                              \
		return answer(fcinfo, &question);                                      \
	}

/*
 * explain_access(action, object [, user_id]) → setof (gate, verdict, code,
 * decided_by, detail).  The object may be an array of ids: of a board and its
 * column, or of a run and its step.
 */
ENTRY(wp_explain_access, 0, take_id, explain)
ENTRY(wp_explain_access_ids, 0, take_id_array, explain)

/* explain_access(principal, action, object) → the same, with everything. */
ENTRY(wp_explain_principal, 1, take_id, explain_given)
ENTRY(wp_explain_principal_ids, 1, take_id_array, explain_given)
