/*
 * source_reference.c
 *		Tables of the model that are read from a source (spec 6.4): whether one
 *		is, how its conditions are read, which of its rows are left out, and the
 *		trigger that replaces a foreign key to it.
 *
 * Like a foreign key, the trigger reads as the owner of the tables, and sees
 * the rows that are committed now.  Unlike a foreign key it takes no lock, so
 * the application can delete the row later.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation_d.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "nodes/value.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

#include "compat.h"
#include "condition/parse.h"
#include "lookup/exists_now.h"
#include "lookup/model_tables.h"
#include "lookup/owner_query.h"
#include "model/trigger_data.h"

PG_FUNCTION_INFO_V1(wp_check_reference);
PG_FUNCTION_INFO_V1(wp_is_source_sql);
PG_FUNCTION_INFO_V1(wp_source_lacks_sql);
PG_FUNCTION_INFO_V1(wp_condition_or_never);
PG_FUNCTION_INFO_V1(wp_left_out);

/* _is_source(text) → boolean */
Datum
wp_is_source_sql(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(wp_is_source(text_to_cstring(PG_GETARG_TEXT_PP(0))));
}

/* _source_lacks(text, text) → boolean */
Datum
wp_source_lacks_sql(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(wp_source_lacks(text_to_cstring(PG_GETARG_TEXT_PP(0)),
								   text_to_cstring(PG_GETARG_TEXT_PP(1))));
}

/* Is this how the text of a condition is refused (spec 7)? */
static bool
is_refusal_of_text(int sqlstate)
{
	return sqlstate == ERRCODE_INVALID_TEXT_REPRESENTATION ||
		   sqlstate == ERRCODE_INVALID_PARAMETER_VALUE ||
		   ERRCODE_TO_CATEGORY(sqlstate) == ERRCODE_PROGRAM_LIMIT_EXCEEDED;
}

/*
 * _condition_or_never(text) → metadata_condition.  Reading a condition holds
 * nothing but memory, so its errors are caught without a subtransaction, which
 * a parallel worker cannot start.
 */
Datum
wp_condition_or_never(PG_FUNCTION_ARGS)
{
	static const char never[] = "{\"$nor\": [{}]}";
	WpText text = wp_text_of(PG_GETARG_VARLENA_PP(0));
	MemoryContext caller = CurrentMemoryContext;
	struct varlena *volatile condition = NULL;

	PG_TRY();
	{
		condition = wp_condition_read(text.data, text.len, NULL);
	}
	PG_CATCH();
	{
		if (!is_refusal_of_text(geterrcode()))
			PG_RE_THROW();
		MemoryContextSwitchTo(caller);
		FlushErrorState();
	}
	PG_END_TRY();
	if (condition == NULL)
		condition = wp_condition_read(never, strlen(never), NULL);
	PG_RETURN_POINTER(condition);
}

/* Returns the query of _fault_query(), which is found by its arguments. */
static char *
fault_query(text *model_table)
{
	Oid types[] = {TEXTOID};
	Oid function = LookupFuncName(
		list_make2(makeString("workflow_perms"), makeString("_fault_query")),
		lengthof(types), types, false);

	return TextDatumGetCString(OidFunctionCall1Coll(
		function, DEFAULT_COLLATION_OID, PointerGetDatum(model_table)));
}

/*
 * _left_out(text) → setof (key, fault).  The query runs as the owner of the
 * view, as it reads the source too, and may do nothing that outlives it: a
 * source can call functions of its owner.
 */
Datum
wp_left_out(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	text *model_table = PG_GETARG_TEXT_PP(0);
	char *name = text_to_cstring(model_table);
	char *query;
	HeapTuple view;
	WpOwnerScope scope;
	Oid owner;
	int context;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (!wp_is_source(name))
		return (Datum) 0;
	query = fault_query(model_table);
	view = SearchSysCache1(RELOID, ObjectIdGetDatum(wp_model_table(name)));
	if (!HeapTupleIsValid(view))
		elog(ERROR, "cache lookup failed for table %s", name);
	owner = ((Form_pg_class) GETSTRUCT(view))->relowner;
	ReleaseSysCache(view);

	wp_owner_enter(owner, &scope);
	GetUserIdAndSecContext(&owner, &context);
	SetUserIdAndSecContext(owner, context | SECURITY_RESTRICTED_OPERATION);
	SPI_connect();
	if (SPI_execute(query, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "cannot run \"%s\"", query);
	for (uint64 i = 0; i < SPI_processed; i++)
		tuplestore_puttuple(result->setResult, SPI_tuptable->vals[i]);
	SPI_finish();
	wp_owner_leave(&scope);
	return (Datum) 0;
}

/* Raises foreign_key_violation: the row with this id does not exist. */
wp_noreturn static void
raise_missing(const TriggerData *data, const char *table, const char *column,
			  const WpText *id)
{
	const char *own = RelationGetRelationName(data->tg_relation);

	ereport(ERROR,
			(errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
			 errmsg("column \"%s\" of workflow_perms.%s names \"%.*s\", which "
					"is not in workflow_perms.%s",
					column, own, id->len, id->data, table),
			 errhint("workflow_perms.%s is read from a table of the "
					 "application.  Insert it there first.",
					 table),
			 errtable(data->tg_relation),
			 err_generic_string(PG_DIAG_CONSTRAINT_NAME,
								data->tg_trigger->tgname)));
}

/*
 * SQL trigger, called by effect().  Raises unless the column that is the
 * trigger's third argument has the id of a row of the table that is its second
 * argument.
 */
Datum
wp_check_reference(PG_FUNCTION_ARGS)
{
	TriggerData *data = wp_trigger_data(
		fcinfo, WP_ON_AFTER | WP_EACH_ROW | WP_ON_INSERT | WP_ON_UPDATE);
	HeapTuple row = wp_trigger_row(data);
	NullableDatum account;
	NullableDatum named;
	WpText texts[2];

	if (data->tg_trigger->tgnargs != 3)
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
						errmsg("trigger \"%s\" names no table and column",
							   data->tg_trigger->tgname)));
	account = wp_column_value(data->tg_relation, row, "account_id", TEXTOID);
	named = wp_column_value(data->tg_relation, row, data->tg_trigger->tgargs[2],
							TEXTOID);
	if (account.isnull || named.isnull)
		return PointerGetDatum(NULL);
	texts[0] = wp_text_value(account.value);
	texts[1] = wp_text_value(named.value);
	/* Rows that this statement has written count. */
	CommandCounterIncrement();
	if (!wp_exists_now(data->tg_trigger->tgargs[1], &texts[0], &texts[1]))
		raise_missing(data, data->tg_trigger->tgargs[1],
					  data->tg_trigger->tgargs[2], &texts[1]);
	return PointerGetDatum(NULL);
}
