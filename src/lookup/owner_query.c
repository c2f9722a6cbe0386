/*
 * owner_query.c
 *		Queries on the model's tables, run as their owner, and texts as Datums.
 */
#include "postgres.h"

#include "executor/tstoreReceiver.h"
#include "nodes/params.h"
#include "tcop/dest.h"
#include "utils/builtins.h"
#include "utils/plancache.h"
#include "utils/portal.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "lookup/check_column.h"
#include "lookup/enums.h"
#include "lookup/owner_query.h"
#include "lookup/model_tables.h"

TupleDesc
wp_read_into(WpQuery *query, Datum *args, Tuplestorestate *store,
			 TupleDesc desc)
{
	MemoryContext caller = CurrentMemoryContext;
	bool pushed = !ActiveSnapshotSet();
	WpOwnerScope owner;
	SPIPlanPtr plan;
	CachedPlanSource *source;
	SPIExecuteOptions options = {.read_only = true};
	int result;

	wp_owner_enter(wp_tables_owner(), &owner);
	if (pushed)
		PushActiveSnapshot(GetTransactionSnapshot());
	SPI_connect();
	plan = wp_plan(query);
	options.params = makeParamList(query->nargs);
	for (int i = 0; i < query->nargs; i++)
		options.params->params[i] = (ParamExternData){
			args[i], false, PARAM_FLAG_CONST, SPI_getargtypeid(plan, i)};
	options.dest = CreateDestReceiver(DestTuplestore);
	SetTuplestoreDestReceiverParams(
		options.dest, store, caller, false, desc,
		"the rows of a query are not as they should be");
	result = SPI_execute_plan_extended(plan, &options);
	if (result != SPI_OK_SELECT)
		elog(ERROR, "cannot run \"%s\": %s", query->sql,
			 SPI_result_code_string(result));
	options.dest->rDestroy(options.dest);

	MemoryContextSwitchTo(caller);
	source = linitial(SPI_plan_get_plan_sources(plan));
	desc = CreateTupleDescCopy(source->resultDesc);
	SPI_finish();
	if (pushed)
		PopActiveSnapshot();
	wp_owner_leave(&owner);
	return desc;
}

double
wp_read_few(WpQuery *query, Datum *args, uint64 most, Tuplestorestate *store,
			TupleDesc *desc)
{
	MemoryContext caller = CurrentMemoryContext;
	bool pushed = !ActiveSnapshotSet();
	WpOwnerScope owner;
	Portal portal;
	double estimate;

	wp_owner_enter(wp_tables_owner(), &owner);
	if (pushed)
		PushActiveSnapshot(GetTransactionSnapshot());
	SPI_connect();
	portal = SPI_cursor_open(NULL, wp_plan(query), args, NULL, true);
	estimate = linitial_node(PlannedStmt, portal->stmts)->planTree->plan_rows;
	if (estimate <= most)
	{
		SPI_cursor_fetch(portal, true, most + 1);
		estimate = SPI_processed <= most ? 0 : SPI_processed;
		for (uint64 i = 0; i < SPI_processed && estimate == 0; i++)
			tuplestore_puttuple(store, SPI_tuptable->vals[i]);
	}
	MemoryContextSwitchTo(caller);
	*desc = CreateTupleDescCopy(portal->tupDesc);
	SPI_cursor_close(portal);
	SPI_finish();
	if (pushed)
		PopActiveSnapshot();
	wp_owner_leave(&owner);
	return estimate;
}

uint64
wp_read_for_share(WpQuery *query, Datum *args)
{
	int result = SPI_execute_plan(wp_plan(query), args, NULL, false, 0);

	if (result != SPI_OK_SELECT)
		elog(ERROR, "cannot run \"%s\": %s", query->sql,
			 SPI_result_code_string(result));
	return SPI_processed;
}

/*
 * Returns a column as it is stored, in SPI's memory.  It must not be NULL if
 * isnull is NULL.
 */
static Datum
get(const WpQuery *query, int column, WpStored type,
	const WpVocabulary *vocabulary, bool *isnull)
{
	TupleDesc desc = SPI_tuptable->tupdesc;
	bool none;
	Datum value;

	wp_check_column(query->table, desc, column, type, vocabulary);
	value = SPI_getbinval(SPI_tuptable->vals[0], desc, column, &none);
	if (isnull != NULL)
		*isnull = none;
	else if (none)
		wp_column_is_null(query->table, desc, column);
	return value;
}

WpText
wp_read_text(const WpQuery *query, int column, MemoryContext context)
{
	return wp_text_of(wp_varlena_copy(
		get(query, column, WP_STORED_TEXT, NULL, NULL), context));
}

struct varlena *
wp_read_jsonb(const WpQuery *query, int column, MemoryContext context)
{
	return wp_varlena_copy(get(query, column, WP_STORED_JSONB, NULL, NULL),
						   context);
}

struct varlena *
wp_read_condition_if_any(const WpQuery *query, int column,
						 MemoryContext context)
{
	bool isnull;
	Datum datum = get(query, column, WP_STORED_CONDITION, NULL, &isnull);

	return isnull ? NULL : wp_varlena_copy(datum, context);
}

bool
wp_read_bool(const WpQuery *query, int column)
{
	return DatumGetBool(get(query, column, WP_STORED_BOOL, NULL, NULL));
}

int
wp_read_bool_if_any(const WpQuery *query, int column, int absent)
{
	bool isnull;
	Datum datum = get(query, column, WP_STORED_BOOL, NULL, &isnull);

	return isnull ? absent : DatumGetBool(datum);
}

int
wp_read_word(const WpQuery *query, int column, const WpVocabulary *vocabulary,
			 int absent)
{
	return wp_enum_word(
		vocabulary,
		DatumGetObjectId(get(query, column, WP_STORED_WORD, vocabulary, NULL)),
		absent);
}

WpText
wp_text_of(const struct varlena *value)
{
	WpText text = {NULL, 0};

	if (value != NULL)
	{
		text.data = VARDATA_ANY(value);
		text.len = VARSIZE_ANY_EXHDR(value);
	}
	return text;
}

Datum
wp_text_datum(const WpText *text)
{
	return text->data ? PointerGetDatum(
							cstring_to_text_with_len(text->data, text->len))
					  : (Datum) 0;
}

WpText
wp_copy_text(const WpText *text, MemoryContext context)
{
	WpText copy = {NULL, text->len};

	if (text->data != NULL)
	{
		char *data = MemoryContextAlloc(context, text->len + 1);

		memcpy(data, text->data, text->len);
		data[text->len] = '\0';
		copy.data = data;
	}
	return copy;
}

struct varlena *
wp_varlena_copy(Datum value, MemoryContext context)
{
	MemoryContext caller = MemoryContextSwitchTo(context);
	struct varlena *copy = PG_DETOAST_DATUM_COPY(value);

	MemoryContextSwitchTo(caller);
	return copy;
}
