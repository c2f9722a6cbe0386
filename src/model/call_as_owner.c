/*
 * call_as_owner.c
 *		SQL functions that are in the catalog twice: `name(…)`, declared with
 *		one of this file's symbols, which users call, and `_name(…)`, with the
 *		same arguments, the body, which only the extension may call.
 *
 * Some change the tables in ways for which the caller has no privileges.  Their
 * bodies run as the owner of the model's tables, as an effect of the extension.
 * They check the caller's permission, unless EXECUTE is the permission.  The
 * bodies of the others run as the caller.
 *
 * Also trigger functions that call another function of the extension's schema,
 * named by their argument, with the same trigger data, as the owner of the
 * table: guard() for the rules that bind the same roles as row security,
 * effect() for what the extension itself does.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

#include "compat.h"
#include "lookup/model_tables.h"
#include "model/row_security.h"
#include "model/trigger_data.h"
#include "query/refusal.h"

PG_FUNCTION_INFO_V1(wp_call_as_owner);
PG_FUNCTION_INFO_V1(wp_call_as_caller);
PG_FUNCTION_INFO_V1(wp_guard);
PG_FUNCTION_INFO_V1(wp_effect);
PG_FUNCTION_INFO_V1(wp_in_effect_sql);

/* How many effects are in progress in this backend, one inside the other. */
static int effect_depth = 0;

bool
wp_in_effect(void)
{
	return effect_depth > 0;
}

/* SQL: in_effect() → bool. */
Datum
wp_in_effect_sql(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(wp_in_effect());
}

/*
 * Raises the error of such a scope again, in its PG_CATCH. For a constraint
 * violation it removes the row: PostgreSQL shows it because the owner may see
 * it, but the user that caused the call may not.
 */
wp_noreturn static void
rethrow(const WpOwnerScope *scope, MemoryContext caller)
{
	ErrorData *error;

	MemoryContextSwitchTo(caller);
	error = CopyErrorData();
	FlushErrorState();
	/*
	 * PostgreSQL's own errors, which name their table.  That a key exists
	 * already is no secret.
	 */
	if ((error->sqlerrcode == ERRCODE_CHECK_VIOLATION ||
		 error->sqlerrcode == ERRCODE_NOT_NULL_VIOLATION ||
		 error->sqlerrcode == ERRCODE_EXCLUSION_VIOLATION) &&
		error->table_name != NULL && !wp_is_refusal(error) &&
		!superuser_arg(scope->user))
		error->detail = NULL;
	ReThrowError(error);
}

/*
 * Calls the body as the owner, or with InvalidOid as the caller.  During an
 * effect wp_in_effect() is true.  Refusals and errors are reported without the
 * function's internal context, and with the table that is written (NULL: none).
 */
static Datum
invoke(WpBody body, void *arg, Oid owner, bool effect, const char *table)
{
	WpOwnerScope scope;
	WpRefusalScope refusal;
	MemoryContext caller = CurrentMemoryContext;
	int depth = effect_depth;
	volatile Datum result = (Datum) 0;

	if (OidIsValid(owner))
		wp_owner_enter(owner, &scope);
	wp_refusal_scope_enter(&refusal, NULL, table);
	if (effect)
		effect_depth++;
	PG_TRY();
	{
		result = body(arg);
	}
	PG_CATCH();
	{
		effect_depth = depth;
		wp_refusal_scope_leave(&refusal);
		if (OidIsValid(owner))
			rethrow(&scope, caller);
		PG_RE_THROW();
	}
	PG_END_TRY();
	effect_depth = depth;
	wp_refusal_scope_leave(&refusal);
	if (OidIsValid(owner))
		wp_owner_leave(&scope);
	return result;
}

void
wp_as_effect(WpBody body, void *arg)
{
	(void) invoke(body, arg, wp_tables_owner(), true, NULL);
}

/* The body that makes a call. */
static Datum
make_call(void *call)
{
	return FunctionCallInvoke((FunctionCallInfo) call);
}

/* Returns the function's call information, kept as long as the caller's own. */
static FmgrInfo *
keep_function(FunctionCallInfo fcinfo, Oid function)
{
	FmgrInfo *kept =
		MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(FmgrInfo));

	fmgr_info_cxt(function, kept, fcinfo->flinfo->fn_mcxt);
	fcinfo->flinfo->fn_extra = kept;
	return kept;
}

/* Returns the body's call information, looked up once per call site. */
static FmgrInfo *
body_of(FunctionCallInfo fcinfo)
{
	FmgrInfo *body = fcinfo->flinfo->fn_extra;
	HeapTuple tuple;
	Form_pg_proc function;
	char *name;
	Oid oid;

	if (body != NULL)
		return body;

	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(fcinfo->flinfo->fn_oid));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u",
			 fcinfo->flinfo->fn_oid);
	function = (Form_pg_proc) GETSTRUCT(tuple);
	name = psprintf("_%s", NameStr(function->proname));
	oid = GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid,
						  CStringGetDatum(name),
						  PointerGetDatum(&function->proargtypes),
						  ObjectIdGetDatum(function->pronamespace));
	if (!OidIsValid(oid) || get_func_rettype(oid) != function->prorettype)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("schema \"%s\" has no function \"%s\" like \"%s\"",
						get_namespace_name(function->pronamespace), name,
						NameStr(function->proname)),
				 errhint("Create the extension anew.")));
	ReleaseSysCache(tuple);
	body = keep_function(fcinfo, oid);
	body->fn_expr = fcinfo->flinfo->fn_expr;
	return body;
}

/* Calls the body with our arguments, and returns its result. */
static Datum
call_body(FunctionCallInfo fcinfo, Oid owner)
{
	FmgrInfo *body = body_of(fcinfo);
	FunctionCallInfo call = palloc0(SizeForFunctionCallInfo(PG_NARGS()));
	Datum result;

	InitFunctionCallInfoData(*call, body, PG_NARGS(), fcinfo->fncollation, NULL,
							 fcinfo->resultinfo);
	memcpy(call->args, fcinfo->args, sizeof(NullableDatum) * PG_NARGS());
	result = invoke(make_call, call, owner, OidIsValid(owner), NULL);
	fcinfo->isnull = call->isnull;
	return result;
}

/*
 * SQL: calls the body as the owner of the tables, as an effect.  A body that
 * returns a set must return it at once, as plpgsql does.  Otherwise it would
 * continue after the owner's rights have ended.
 */
Datum
wp_call_as_owner(PG_FUNCTION_ARGS)
{
	return call_body(fcinfo, wp_tables_owner());
}

/* SQL: calls the body as the caller. */
Datum
wp_call_as_caller(PG_FUNCTION_ARGS)
{
	return call_body(fcinfo, InvalidOid);
}

/*
 * Returns the trigger data of the call.  Checks that it comes from a trigger on
 * a table of the extension's schema, with a function's name as argument.
 */
static TriggerData *
trigger_data(FunctionCallInfo fcinfo)
{
	TriggerData *data = wp_trigger_data(
		fcinfo, WP_ON_BEFORE | WP_ON_AFTER | WP_EACH_ROW | WP_EACH_STATEMENT |
					WP_ON_INSERT | WP_ON_UPDATE | WP_ON_DELETE |
					WP_ON_TRUNCATE);

	/*
	 * On another table, its owner could make its own changes count as an
	 * effect.
	 */
	if (RelationGetNamespace(data->tg_relation) !=
		get_func_namespace(fcinfo->flinfo->fn_oid))
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
						errmsg("trigger \"%s\" must be on a table of the model",
							   data->tg_trigger->tgname),
						errhint("Drop the trigger on \"%s\".",
								RelationGetRelationName(data->tg_relation))));
	if (data->tg_trigger->tgnargs < 1)
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
						errmsg("trigger \"%s\" names no function to call",
							   data->tg_trigger->tgname)));
	return data;
}

/*
 * Returns the call information of the function that the trigger names, looked
 * up once per statement.
 */
static FmgrInfo *
named_function(FunctionCallInfo fcinfo, const char *name)
{
	FmgrInfo *function = fcinfo->flinfo->fn_extra;
	Oid schema;
	Oid oid;

	if (function != NULL)
		return function;

	schema = get_func_namespace(fcinfo->flinfo->fn_oid);
	oid = GetSysCacheOid3(
		PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum(name),
		PointerGetDatum(buildoidvector(NULL, 0)), ObjectIdGetDatum(schema));
	if (!OidIsValid(oid) || get_func_rettype(oid) != TRIGGEROID)
		ereport(
			ERROR,
			(errcode(ERRCODE_UNDEFINED_FUNCTION),
			 errmsg("schema \"%s\" has no trigger function \"%s\"",
					get_namespace_name(schema), name),
			 errhint(
				 "If the tables are older than the extension, a superuser runs"
				 " SELECT workflow_perms.upgrade_model().")));
	/* It would call itself without end. */
	if (oid == fcinfo->flinfo->fn_oid)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("trigger function \"%s\" cannot call itself", name),
				 errhint("Name the function that decides or acts as the "
						 "trigger's first argument.")));
	return keep_function(fcinfo, oid);
}

/*
 * Calls the function that the trigger names as the owner of the trigger's
 * table.  Returns its result (a tuple that it made, or NULL).
 */
static Datum
call_as_owner(FunctionCallInfo fcinfo, TriggerData *data, bool effect)
{
	LOCAL_FCINFO(call, 0);
	FmgrInfo *function = named_function(fcinfo, data->tg_trigger->tgargs[0]);
	Datum result;

	InitFunctionCallInfoData(*call, function, 0, InvalidOid, (Node *) data,
							 NULL);
	result = invoke(make_call, call, data->tg_relation->rd_rel->relowner,
					effect, RelationGetRelationName(data->tg_relation));
	fcinfo->isnull = call->isnull;
	return result;
}

/*
 * SQL trigger: permits the row if row security does not bind the current user
 * on the table.  Otherwise the named function decides, as the table's owner.
 */
Datum
wp_guard(PG_FUNCTION_ARGS)
{
	TriggerData *data = trigger_data(fcinfo);

	if (!wp_row_security_binds(RelationGetRelid(data->tg_relation)))
	{
		if (TRIGGER_FIRED_FOR_STATEMENT(data->tg_event))
			return PointerGetDatum(NULL);
		return PointerGetDatum(wp_trigger_row(data));
	}
	return call_as_owner(fcinfo, data, false);
}

/*
 * Returns whether the trigger is for a statement that changed no row, according
 * to its transition tables.
 */
static bool
took_no_row(TriggerData *data)
{
	Tuplestorestate *rows =
		data->tg_newtable != NULL ? data->tg_newtable : data->tg_oldtable;

	return rows != NULL && tuplestore_tuple_count(rows) == 0;
}

/*
 * SQL trigger: the named function carries out an effect of the extension, as
 * the table's owner. in_effect() is true meanwhile.  Nothing is called for a
 * statement that changed no row, if the trigger has transition tables that show
 * this.
 */
Datum
wp_effect(PG_FUNCTION_ARGS)
{
	TriggerData *data = trigger_data(fcinfo);

	if (took_no_row(data))
		return PointerGetDatum(NULL);
	return call_as_owner(fcinfo, data, true);
}
