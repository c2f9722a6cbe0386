/*
 * refusal.c
 *		Refusals: the words and the hint of each code, and errors that SQL
 *		functions raise through us.
 *
 * A refusal has its code in fields that programs read, CONSTRAINT NAME and
 * DETAIL, and at the end of its message.
 */
#include "postgres.h"

#include "access/detoast.h"
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_constraint.h"
#include "fmgr.h"
#include "nodes/primnodes.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "decide/decide.h"
#include "principal/find.h"
#include "query/argument.h"
#include "query/refusal.h"

/*
 * The hint for each code of spec 4, and for the additional codes of the write
 * matrix (model/guard_refusals.sql).
 */
static const struct
{
	const char *code;
	const char *hint;
	const char *object_kind; /* only for this kind of object; NULL: any */
} hints[] = {
	{"no_principal",
	 "Call set_principal() or authenticate() in this transaction first."},
	{"inactive", "The user is not active."},
	{"not_found", "It, or a row that it refers to, does not exist in the "
				  "account of the session's principal."},
	{"account_role", "The user's account role does not allow this."},
	/* used if the caller does not name the capability */
	{"no_capability",
	 "It takes a capability that the user does not hold here."},
	{"not_owner", "It takes an owner."},
	{"not_connected", "This is for connected users alone.", "user"},
	{"not_connected",
	 "Connected users enable workflows, and not those of an app."},
	{"not_live", "The workflow is not live."},
	{"hidden", "The workflow is hidden from connected users."},
	{"condition",
	 "The user's metadata does not match the workflow's condition."},
	{"not_visible", "It takes the right to view the workflow."},
	{"workspace_restricted",
	 "The user has no access to a workspace that this touches."},
	{"board_restricted", "The user may not see a board that this touches."},
	{"column_restricted", "The user may not see a column that this touches."},
	{"run_as_inactive",
	 "The user with whose rights the workflow runs is not active."},
	{"not_failed", "Only a run that failed is replayed."},
	{"own_row",
	 "Nobody does this for themselves: someone else with the right has to."},
	{"not_own",
	 "A workflow's steps are written by the user with whose rights it runs; "
	 "whoever publishes it becomes that user.",
	 "step"},
	{"not_own", "This is done for oneself alone."},
	{"system", "Only the extension's own functions do this."},
	{"by_roles", "Access to a project or an app goes by roles: grant one for "
				 "the workspace."},
	{"not_draft", "Insert it with status draft, then set another by UPDATE."},
	{"used_id", "Choose another id: the history of runs names this one."},
	{"not_open",
	 "It takes a grant on the workflow itself, or the right to view it."},
	{"not_enabled", "The user has not enabled the workflow, or it was "
					"disabled."},
	{"denied_user", "A rule of the workflow denies it to the user."},
	{"denied_role", "A rule of the workflow denies it to a role of the user."},
	{"denied_system_role",
	 "A rule of the workflow denies it to all signed-in, or all anonymous, "
	 "users."},
	{"denied_app_user", "A rule of the workspace denies it to the user."},
	{"denied_app_role", "A rule of the workspace denies it to a role of the "
						"user."},
	{"denied_app_system_role",
	 "A rule of the workspace denies it to all signed-in, or all anonymous, "
	 "users."},
	{"denied_account_user", "A rule of the account denies it to the user."},
	{"denied_account_role", "A rule of the account denies it to a role of the "
							"user."},
	{"denied_account_system_role",
	 "A rule of the account denies it to all signed-in, or all anonymous, "
	 "users."},
	{"denied_default", "The account's default denies it."}};

/* The detail with the code, whose length in bytes is given. */
#define REASON "Reason: %.*s."

/* The fields of an error; `code` has code_len bytes. */
typedef struct Refusal
{
	int sqlstate;
	const char *code;
	int code_len;
	const char *words;
	const char *hint;
	const char *table; /* of the model; NULL: no specific table */
	const char *column;
} Refusal;

/*
 * The stack at the entry of the outermost scope, and the innermost scope's
 * table.
 */
static WpRefusalScope scope = {NULL, false, NULL, NULL};

void
wp_refusal_scope_enter(WpRefusalScope *previous, const char *schema,
					   const char *table)
{
	*previous = scope;
	if (!scope.inside)
		scope.outside = error_context_stack;
	scope.inside = true;
	scope.schema = schema;
	scope.table = table;
}

void
wp_refusal_scope_leave(const WpRefusalScope *previous)
{
	scope = *previous;
}

/*
 * Returns the hint for a code of `len` bytes on an object of that kind, a
 * static string.  Raises invalid_parameter_value for an unknown code.
 */
static const char *
find_hint(const char *object_kind, const char *code, int len)
{
	for (int i = 0; i < lengthof(hints); i++)
		if (strlen(hints[i].code) == len &&
			memcmp(hints[i].code, code, len) == 0 &&
			(hints[i].object_kind == NULL ||
			 strcmp(hints[i].object_kind, object_kind) == 0))
			return hints[i].hint;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("\"%.*s\" is no code of a refusal", len, code),
					errhint("docs/refusals.md lists them.")));
	return NULL; /* keep the compiler quiet */
}

/*
 * Returns the table whose row is refused: the table that is written or, if a
 * function refuses, the table of the object; NULL if there is none.
 */
static const char *
find_table(const char *object_kind)
{
	static const struct
	{
		const char *object_kind;
		const char *table;
	} tables[] = {{"account", "accounts"},
				  {"run", "runs"},
				  {"step of run", "run_steps"},
				  {"user", "users"},
				  {"workflow", "workflows"}};

	if (scope.table != NULL)
		return scope.table;
	for (int i = 0; i < lengthof(tables); i++)
		if (strcmp(tables[i].object_kind, object_kind) == 0)
			return tables[i].table;
	return NULL;
}

/*
 * Inside a scope, removes the context of the code in the scope from the error
 * that is raised next.  Code that catches the error restores the stack.
 */
static void
leave_out_context(void)
{
	if (scope.inside)
		error_context_stack = scope.outside;
}

/* The one place that raises refusals. */
wp_noreturn static void
raise_refusal(const Refusal *refusal)
{
	const char *schema = scope.schema != NULL ? scope.schema : "workflow_perms";

	leave_out_context();
	ereport(
		ERROR,
		(errcode(refusal->sqlstate),
		 errmsg_internal("%s: %.*s", refusal->words, refusal->code_len,
						 refusal->code),
		 errdetail_internal(REASON, refusal->code_len, refusal->code),
		 errhint("%s", refusal->hint),
		 err_generic_string(PG_DIAG_CONSTRAINT_NAME,
							pnstrdup(refusal->code, refusal->code_len)),
		 refusal->table ? err_generic_string(PG_DIAG_SCHEMA_NAME, schema) : 0,
		 refusal->table ? err_generic_string(PG_DIAG_TABLE_NAME, refusal->table)
						: 0,
		 refusal->column
			 ? err_generic_string(PG_DIAG_COLUMN_NAME, refusal->column)
			 : 0));
}

/* Raises the refusal, with the column at fault (NULL: no specific column). */
wp_noreturn static void
refuse(const char *action, const char *object_kind, const WpText *object,
	   const char *code, const char *column)
{
	const char *colon = strchr(code, ':');
	int len = colon != NULL ? colon - code : strlen(code);
	const char *hint = find_hint(object_kind, code, len);
	Refusal refusal = {
		.sqlstate = ERRCODE_INSUFFICIENT_PRIVILEGE,
		.code = code,
		.code_len = len,
		.words = psprintf("permission denied to %s %s \"%.*s\"", action,
						  object_kind, object->data != NULL ? object->len : 0,
						  object->data != NULL ? object->data : ""),
		.hint = colon != NULL ? psprintf("Needs the capability %s.", colon + 1)
							  : hint,
		.table = find_table(object_kind),
		.column = column};

	raise_refusal(&refusal);
}

void
wp_raise_refusal(const char *action, const char *object_kind,
				 const WpText *object, const char *code)
{
	refuse(action, object_kind, object, code, NULL);
}

void
wp_raise_violation(int sqlstate, const char *code, const char *table,
				   const char *column, const char *message, const char *hint)
{
	Refusal refusal = {.sqlstate = sqlstate,
					   .code = code,
					   .code_len = strlen(code),
					   .words = message,
					   .hint = hint,
					   .table = table != NULL ? table : scope.table,
					   .column = column};

	raise_refusal(&refusal);
}

bool
wp_is_refusal(const ErrorData *error)
{
	return error->constraint_name != NULL && error->detail != NULL &&
		   strcmp(error->detail,
				  psprintf(REASON, (int) strlen(error->constraint_name),
						   error->constraint_name)) == 0;
}

const char *
wp_name_capability(WpVerdict verdict, const char *capability)
{
	const char *code = wp_verdict_code(verdict);

	return verdict == WP_NO_CAPABILITY ? psprintf("%s:%s", code, capability)
									   : code;
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
						 wp_name_capability(WP_NO_CAPABILITY, capability));
}

/*
 * Returns a text argument, palloc'd.  Any user can call these functions, so
 * NULL is the caller's mistake: raises null_value_not_allowed.
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
 * _refuse(action, object_kind, object_id, code[, column_name]): raises the
 * refusal, or does nothing if the code is NULL.
 */
PG_FUNCTION_INFO_V1(wp_refuse_sql);
Datum
wp_refuse_sql(PG_FUNCTION_ARGS)
{
	WpText object = wp_arg_text(fcinfo, 2);

	if (PG_ARGISNULL(3))
		PG_RETURN_VOID();
	refuse(words_of(fcinfo, 0), words_of(fcinfo, 1), &object,
		   words_of(fcinfo, 3),
		   PG_NARGS() < 5 || PG_ARGISNULL(4) ? NULL : words_of(fcinfo, 4));
}

/*
 * Returns the error code with these five characters.  Raises
 * invalid_parameter_value if they are not an error code.  Classes 00, 01 and 02
 * are success, warning and no data.
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
 * _raise(state, message, hint[, detail]) → never: raises an error. hint and
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
 * _raise_violation(state, code, message, hint, table_name, column_name): raises
 * a refusal.  A NULL table means the table whose trigger is running, a NULL
 * column no specific column.
 */
PG_FUNCTION_INFO_V1(wp_raise_violation_sql);
Datum
wp_raise_violation_sql(PG_FUNCTION_ARGS)
{
	wp_raise_violation(error_code(words_of(fcinfo, 0)), words_of(fcinfo, 1),
					   PG_ARGISNULL(4) ? NULL : words_of(fcinfo, 4),
					   PG_ARGISNULL(5) ? NULL : words_of(fcinfo, 5),
					   words_of(fcinfo, 2), words_of(fcinfo, 3));
}

/*
 * Finds the table of the check constraint with that name, and its column if it
 * has exactly one.  Sets NULL for what is not found.
 */
static void
find_place(const char *check, char **table_name, char **column_name)
{
	Oid schema = get_namespace_oid("workflow_perms", true);
	Relation constraints = table_open(ConstraintRelationId, AccessShareLock);
	NameData name;
	ScanKeyData key[2];
	SysScanDesc scan;
	HeapTuple tuple;

	*table_name = *column_name = NULL;
	namestrcpy(&name, check);
	ScanKeyInit(&key[0], Anum_pg_constraint_conname, BTEqualStrategyNumber,
				F_NAMEEQ, NameGetDatum(&name));
	ScanKeyInit(&key[1], Anum_pg_constraint_connamespace, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(schema));
	scan = systable_beginscan(constraints, ConstraintNameNspIndexId, true, NULL,
							  2, key);
	/* Checks of domains have no table, and sort before those of tables. */
	while (*table_name == NULL &&
		   HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Oid table = ((Form_pg_constraint) GETSTRUCT(tuple))->conrelid;
		bool isnull;
		Datum columns = heap_getattr(tuple, Anum_pg_constraint_conkey,
									 RelationGetDescr(constraints), &isnull);
		ArrayType *numbers = isnull ? NULL : DatumGetArrayTypeP(columns);

		*table_name = get_rel_name(table);
		if (*table_name != NULL && numbers != NULL &&
			ArrayGetNItems(ARR_NDIM(numbers), ARR_DIMS(numbers)) == 1)
			*column_name =
				get_attname(table, *(int16 *) ARR_DATA_PTR(numbers), true);
	}
	systable_endscan(scan);
	table_close(constraints, AccessShareLock);
}

/*
 * _require(holds, rule, message, hint) → true.  As in a check constraint, NULL
 * passes.
 */
PG_FUNCTION_INFO_V1(wp_require_sql);
Datum
wp_require_sql(PG_FUNCTION_ARGS)
{
	if (!PG_ARGISNULL(0) && !PG_GETARG_BOOL(0))
	{
		const char *check = words_of(fcinfo, 1);
		const char *message = words_of(fcinfo, 2);
		const char *hint = words_of(fcinfo, 3);
		char *table;
		char *column;

		find_place(check, &table, &column);
		ereport(
			ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION), errmsg("%s", message),
			 errhint("%s", hint),
			 err_generic_string(PG_DIAG_SCHEMA_NAME, "workflow_perms"),
			 table == NULL ? 0 : err_generic_string(PG_DIAG_TABLE_NAME, table),
			 column == NULL ? 0
							: err_generic_string(PG_DIAG_COLUMN_NAME, column),
			 err_generic_string(PG_DIAG_CONSTRAINT_NAME, check)));
	}
	PG_RETURN_BOOL(true);
}

/*
 * Raises check_violation for that argument of _require_ids(), which is a column
 * of the table if the check calls us.
 */
wp_noreturn static void
refuse_id(FunctionCallInfo fcinfo, int argno)
{
	const char *table = words_of(fcinfo, 0);
	Node *call = fcinfo->flinfo->fn_expr;
	Node *arg = call != NULL && IsA(call, FuncExpr)
					? list_nth(((FuncExpr *) call)->args, argno)
					: NULL;
	const char *column = NULL;

	if (arg != NULL && IsA(arg, Var))
		column = get_attname(
			get_relname_relid(table, get_namespace_oid("workflow_perms", true)),
			((Var *) arg)->varattno, true);
	ereport(
		ERROR,
		(errcode(ERRCODE_CHECK_VIOLATION),
		 errmsg("%s must have 1 to 255 bytes",
				column != NULL ? column : "an id"),
		 errhint("Ids and names are any text of that length; what is longer "
				 "can be hashed."),
		 err_generic_string(PG_DIAG_SCHEMA_NAME, "workflow_perms"),
		 err_generic_string(PG_DIAG_TABLE_NAME, table),
		 column == NULL ? 0 : err_generic_string(PG_DIAG_COLUMN_NAME, column),
		 err_generic_string(PG_DIAG_CONSTRAINT_NAME,
							psprintf("%s_ids_have_1_to_255_bytes", table))));
}

/* _require_ids(table_name, id1, …, id7) → true.  NULL passes. */
PG_FUNCTION_INFO_V1(wp_require_ids);
Datum
wp_require_ids(PG_FUNCTION_ARGS)
{
	for (int i = 1; i < PG_NARGS(); i++)
		if (!PG_ARGISNULL(i))
		{
			Size len = toast_raw_datum_size(PG_GETARG_DATUM(i)) - VARHDRSZ;

			if (len < 1 || len > 255)
				refuse_id(fcinfo, i);
		}
	PG_RETURN_BOOL(true);
}
