/*
 * refusal.c
 *		Refusals: the words of each code, what to do about it, and errors that
 *		SQL raises by us.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "decide/decide.h"
#include "principal/find.h"
#include "query/argument.h"
#include "query/refusal.h"

/* What to do about a code; of the others of spec 4 the last line says it. */
static const struct
{
	const char *code;
	const char *hint;
	const char *object_kind; /* of such an object alone; NULL: of any */
} hints[] = {
	{"no_principal",
	 "Call set_principal() or authenticate() in this transaction first."},
	{"inactive", "The user is not active."},
	{"not_found", "It, or a row that it refers to, does not exist in the "
				  "account of the session's principal."},
	{"account_role", "The user's account role does not allow this."},
	{"no_capability",
	 "It takes a capability that the user does not hold here."},
	{"not_owner", "It takes an owner."},
	{"not_connected",
	 "Connected users enable workflows, and not those of an app."},
	{"not_live", "The workflow is not live."},
	{"condition",
	 "The user's metadata does not match the workflow's condition."},
	{"not_visible", "It takes the right to view the workflow."},
	{"workspace_restricted",
	 "The user has no access to a workspace that this touches."},
	{"board_restricted", "The user may not see a board that this touches."},
	{"column_restricted", "The user may not see a column that this touches."},
	{"not_failed", "Only a run that failed is replayed."},
	{"own_row",
	 "Nobody does this for themselves: someone else with the right has to."},
	{"not_own",
	 "A workflow's steps are written by the user with whose rights it runs; "
	 "whoever publishes it becomes that user.",
	 "step"},
	{"not_own", "This is done for oneself alone."},
	{"system", "Only the extension's own functions do this."},
	{"not_draft", "Insert it with status draft, then set another by UPDATE."},
	{"not_open",
	 "It takes a grant on the workflow itself, or the right to view it."},
	{"not_enabled",
	 "The user has not enabled the workflow, or it was disabled."}};

/* Where the outermost scope was entered. */
static WpRefusalScope scope = {NULL, false};

void
wp_refusal_scope_enter(WpRefusalScope *previous)
{
	*previous = scope;
	if (!scope.inside)
		scope = (WpRefusalScope){error_context_stack, true};
}

void
wp_refusal_scope_leave(const WpRefusalScope *previous)
{
	scope = *previous;
}

/* Returns what to do about a code of so many bytes, a static string. */
static const char *
find_hint(const char *object_kind, const char *code, int len)
{
	for (int i = 0; i < lengthof(hints); i++)
		if (strlen(hints[i].code) == len &&
			memcmp(hints[i].code, code, len) == 0 &&
			(hints[i].object_kind == NULL ||
			 strcmp(hints[i].object_kind, object_kind) == 0))
			return hints[i].hint;
	if (strncmp(code, "denied", strlen("denied")) == 0)
		return "An execution rule, or the account's default, denies it.";
	return "The user may view the workflow but not do this.";
}

/*
 * Inside a scope, has the error that is raised next told without what runs in
 * it.  Whoever catches the error puts the stack back.
 */
static void
leave_out_context(void)
{
	if (scope.inside)
		error_context_stack = scope.outside;
}

void
wp_raise_refusal(const char *action, const char *object_kind,
				 const WpText *object, const char *code)
{
	const char *colon = strchr(code, ':');
	int len = colon != NULL ? colon - code : strlen(code);

	leave_out_context();
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("permission denied to %s %s \"%.*s\": %.*s", action,
					object_kind, object->data != NULL ? object->len : 0,
					object->data != NULL ? object->data : "", len, code),
			 colon != NULL
				 ? errhint("It takes %s, which the user does not hold here.",
						   colon + 1)
				 : errhint("%s", find_hint(object_kind, code, len))));
}

void
wp_require_capability(const WpPrincipal *asker, const char *capability,
					  const char *action, const char *object_kind,
					  const WpText *object)
{
	if (asker == NULL || !asker->active)
		wp_raise_refusal(
			action, object_kind, object,
			wp_verdict_code(asker == NULL ? WP_NO_PRINCIPAL : WP_INACTIVE));
	if (!wp_is_team(asker) || !wp_holds_capability(asker, capability, NULL))
		wp_raise_refusal(action, object_kind, object,
						 wp_verdict_code(WP_NO_CAPABILITY));
}

/*
 * Returns a text argument, palloc'd.  Everybody may call these functions, and
 * so NULL is the caller's mistake: raises null_value_not_allowed.
 */
static char *
words_of(FunctionCallInfo fcinfo, int argno)
{
	if (PG_ARGISNULL(argno))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument %d of %s() must not be null", argno + 1,
						get_func_name(fcinfo->flinfo->fn_oid)),
				 errhint("Give the words of the error.")));
	return text_to_cstring(PG_GETARG_TEXT_PP(argno));
}

/*
 * _refuse(action, object_kind, object_id, code): raises the refusal, unless the
 * code is NULL.
 */
PG_FUNCTION_INFO_V1(wp_refuse_sql);
Datum
wp_refuse_sql(PG_FUNCTION_ARGS)
{
	WpText object = wp_arg_text(fcinfo, 2);

	if (PG_ARGISNULL(3))
		PG_RETURN_VOID();
	wp_raise_refusal(words_of(fcinfo, 0), words_of(fcinfo, 1), &object,
					 words_of(fcinfo, 3));
}

/*
 * Returns the error code of those five characters.  Raises
 * invalid_parameter_value for what is none: classes 00, 01 and 02 say that all
 * went well, a warning, and that no data was found.
 */
static int
error_code(const char *state)
{
	if (strlen(state) != 5 ||
		strspn(state, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 5 ||
		(state[0] == '0' && state[1] <= '2'))
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" is not the SQLSTATE of an error", state),
			 errhint("Give five digits and capital letters, such as 22023.")));
	return MAKE_SQLSTATE(state[0], state[1], state[2], state[3], state[4]);
}

/*
 * _raise(state, message, hint[, detail]) → never: raises that error; hint and
 * detail may be NULL.
 */
PG_FUNCTION_INFO_V1(wp_raise_sql);
Datum
wp_raise_sql(PG_FUNCTION_ARGS)
{
	int code = error_code(words_of(fcinfo, 0));
	const char *message = words_of(fcinfo, 1);

	leave_out_context();
	ereport(ERROR, (errcode(code), errmsg_internal("%s", message),
					PG_NARGS() < 4 || PG_ARGISNULL(3)
						? 0
						: errdetail_internal("%s", words_of(fcinfo, 3)),
					PG_ARGISNULL(2) ? 0 : errhint("%s", words_of(fcinfo, 2))));
}

/*
 * _require(holds, rule, message, hint) → true.  As for every check, NULL holds.
 */
PG_FUNCTION_INFO_V1(wp_require_sql);
Datum
wp_require_sql(PG_FUNCTION_ARGS)
{
	if (!PG_ARGISNULL(0) && !PG_GETARG_BOOL(0))
		ereport(
			ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 errmsg("%s", words_of(fcinfo, 2)),
			 errhint("%s", words_of(fcinfo, 3)),
			 err_generic_string(PG_DIAG_SCHEMA_NAME, "workflow_perms"),
			 err_generic_string(PG_DIAG_CONSTRAINT_NAME, words_of(fcinfo, 1))));
	PG_RETURN_BOOL(true);
}
