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
	SPIExecuteOptions options = {.read_only = !query->locks};
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
