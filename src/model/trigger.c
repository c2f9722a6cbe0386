/*
 * trigger.c
 *		The two trigger functions that call other trigger functions as the owner
 *		of the table: guard() for the rules that bind the roles that row security
 *		binds, effect() for what the extension itself does.
 *
 * Both take the name of a trigger function of the extension's schema as their
 * first argument and hand it the same trigger data.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

#include "model/owner.h"
#include "model/trigger_data.h"
#include "query/refusal.h"

PG_FUNCTION_INFO_V1(wp_guard);
PG_FUNCTION_INFO_V1(wp_effect);
PG_FUNCTION_INFO_V1(wp_in_effect_sql);

/* How many calls of effect() are under way in this backend. */
static int effect_depth = 0;

/* Whether one of the extension's own effects is being carried out. */
bool
wp_in_effect(void)
{
	return effect_depth > 0;
}

/* Returns what wp_effect_leave() is to be called with.  Raises nothing. */
int
wp_effect_enter(void)
{
	return effect_depth++;
}

/* Raises nothing. */
void
wp_effect_leave(int depth)
{
	effect_depth = depth;
}

/* SQL: in_effect() → bool. */
Datum
wp_in_effect_sql(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(wp_in_effect());
}

/*
 * Returns the trigger data of the call, after checking that it comes from a
 * trigger on a table of the extension's schema with a function's name.
 */
static TriggerData *
trigger_data(FunctionCallInfo fcinfo)
{
	TriggerData *data = wp_trigger_data(fcinfo, WP_ON_BEFORE | WP_ON_AFTER | WP_EACH_ROW | WP_EACH_STATEMENT | WP_ON_INSERT |
										WP_ON_UPDATE | WP_ON_DELETE | WP_ON_TRUNCATE);

	/* On somebody's own table it would lend them the mark of an effect. */
	if (RelationGetNamespace(data->tg_relation) != get_func_namespace(fcinfo->flinfo->fn_oid))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("trigger \"%s\" must be on a table of the model",
						data->tg_trigger->tgname),
				 errhint("Drop the trigger on \"%s\".",
						 RelationGetRelationName(data->tg_relation))));
	if (data->tg_trigger->tgnargs < 1)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("trigger \"%s\" names no function to call",
						data->tg_trigger->tgname)));
	return data;
}

/*
 * Returns the call information of the function that the trigger names, looked up
 * once per trigger and statement and kept as long as the caller's own.
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
	oid = GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum(name),
						  PointerGetDatum(buildoidvector(NULL, 0)),
						  ObjectIdGetDatum(schema));
	if (!OidIsValid(oid) || get_func_rettype(oid) != TRIGGEROID)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("schema \"%s\" has no trigger function \"%s\"",
						get_namespace_name(schema), name),
				 errhint("If the tables are older than the extension, a superuser runs"
						 " SELECT workflow_perms.upgrade_model().")));
	/* It would call itself by the same name, without end. */
	if (oid == fcinfo->flinfo->fn_oid)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("trigger function \"%s\" cannot call itself", name),
				 errhint("Name the function that decides or acts as the trigger's first argument.")));
	function = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(FmgrInfo));
	fmgr_info_cxt(oid, function, fcinfo->flinfo->fn_mcxt);
	fcinfo->flinfo->fn_extra = function;
	return function;
}

/*
 * Calls the function that the trigger names as the owner of the trigger's table
 * and returns what it returns (a tuple of its making, or NULL).
 */
static Datum
call_as_owner(FunctionCallInfo fcinfo, TriggerData *data)
{
	LOCAL_FCINFO(call, 0);
	FmgrInfo *function = named_function(fcinfo, data->tg_trigger->tgargs[0]);
	WpOwnerScope scope;
	WpRefusalScope refusal;
	MemoryContext caller = CurrentMemoryContext;
	volatile Datum result = (Datum) 0;

	InitFunctionCallInfoData(*call, function, 0, InvalidOid, (Node *) data, NULL);
	wp_refusal_scope_enter(&refusal);
	wp_owner_enter(data->tg_relation->rd_rel->relowner, &scope);
	PG_TRY();
	{
		result = FunctionCallInvoke(call);
	}
	PG_CATCH();
	{
		wp_refusal_scope_leave(&refusal);
		wp_owner_rethrow(&scope, caller);
	}
	PG_END_TRY();
	wp_refusal_scope_leave(&refusal);
	wp_owner_leave(&scope);
	fcinfo->isnull = call->isnull;
	return result;
}

/*
 * SQL trigger: lets the row through where row security does not bind the current
 * user on the table; else the named function decides, as the table's owner.
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
	return call_as_owner(fcinfo, data);
}

/* Whether the trigger is for a statement that took no row, going by its transition tables. */
static bool
took_no_row(TriggerData *data)
{
	Tuplestorestate *rows = data->tg_newtable != NULL ? data->tg_newtable : data->tg_oldtable;

	return rows != NULL && tuplestore_tuple_count(rows) == 0;
}

/*
 * SQL trigger: the named function carries out an effect of the extension's own,
 * as the table's owner; in_effect() is true meanwhile.  A statement that took no
 * row has none, where the trigger has transition tables to tell by.
 */
Datum
wp_effect(PG_FUNCTION_ARGS)
{
	TriggerData *data = trigger_data(fcinfo);
	volatile Datum result = (Datum) 0;
	int depth;

	if (took_no_row(data))
		return PointerGetDatum(NULL);
	depth = wp_effect_enter();
	PG_TRY();
	{
		result = call_as_owner(fcinfo, data);
	}
	PG_FINALLY();
	{
		wp_effect_leave(depth);
	}
	PG_END_TRY();
	return result;
}
