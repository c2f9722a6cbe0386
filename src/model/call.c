/*
 * call.c
 *		SQL functions that stand in the catalog twice: `name(…)`, declared with one
 *		of this file's symbols, which people call, and `_name(…)`, with the same
 *		arguments, the body, which nobody else may call.
 *
 * Those that do something with the tables which the caller has no right to do by
 * himself, after having asked whether he may: their bodies run as the owner of the
 * model's tables, as an effect of the extension's own (see trigger.c).  And those
 * whose bodies run as the caller.  Both tell their refusals and errors without what
 * the body is made of.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_proc.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "lookup/reader.h"
#include "model/owner.h"
#include "query/refusal.h"

PG_FUNCTION_INFO_V1(wp_call_as_owner);
PG_FUNCTION_INFO_V1(wp_call_as_caller);

/*
 * Returns the call information of the body, looked up once per call site and kept
 * as long as the caller's own.
 */
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
		elog(ERROR, "cache lookup failed for function %u", fcinfo->flinfo->fn_oid);
	function = (Form_pg_proc) GETSTRUCT(tuple);
	name = psprintf("_%s", NameStr(function->proname));
	oid = GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum(name),
						  PointerGetDatum(&function->proargtypes),
						  ObjectIdGetDatum(function->pronamespace));
	if (!OidIsValid(oid) || get_func_rettype(oid) != function->prorettype)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("schema \"%s\" has no function \"%s\" like \"%s\"",
						get_namespace_name(function->pronamespace), name, NameStr(function->proname)),
				 errhint("Create the extension anew.")));
	ReleaseSysCache(tuple);

	body = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(FmgrInfo));
	fmgr_info_cxt(oid, body, fcinfo->flinfo->fn_mcxt);
	body->fn_expr = fcinfo->flinfo->fn_expr;
	fcinfo->flinfo->fn_extra = body;
	return body;
}

/* Calls the body with the arguments of our call, and returns what it returns. */
static Datum
call_body(FunctionCallInfo fcinfo)
{
	FmgrInfo *body = body_of(fcinfo);
	FunctionCallInfo call = palloc0(SizeForFunctionCallInfo(PG_NARGS()));
	WpRefusalScope refusal;
	volatile Datum result = (Datum) 0;

	InitFunctionCallInfoData(*call, body, PG_NARGS(), fcinfo->fncollation, NULL, fcinfo->resultinfo);
	memcpy(call->args, fcinfo->args, sizeof(NullableDatum) * PG_NARGS());
	wp_refusal_scope_enter(&refusal);
	PG_TRY();
	{
		result = FunctionCallInvoke(call);
	}
	PG_FINALLY();
	{
		wp_refusal_scope_leave(&refusal);
	}
	PG_END_TRY();
	fcinfo->isnull = call->isnull;
	return result;
}

/*
 * SQL: calls the body as the owner of the tables.  A body that returns a set does
 * so at once, as those in plpgsql do: it would otherwise go on after the owner has
 * left.
 */
Datum
wp_call_as_owner(PG_FUNCTION_ARGS)
{
	WpOwnerScope scope;
	MemoryContext caller = CurrentMemoryContext;
	volatile Datum result = (Datum) 0;
	int depth;

	wp_owner_enter(wp_tables_owner(), &scope);
	depth = wp_effect_enter();
	PG_TRY();
	{
		result = call_body(fcinfo);
	}
	PG_CATCH();
	{
		wp_effect_leave(depth);
		wp_owner_rethrow(&scope, caller);
	}
	PG_END_TRY();
	wp_effect_leave(depth);
	wp_owner_leave(&scope);
	return result;
}

/* SQL: calls the body as the caller. */
Datum
wp_call_as_caller(PG_FUNCTION_ARGS)
{
	return call_body(fcinfo);
}
