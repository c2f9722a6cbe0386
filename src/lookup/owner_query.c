/*
 * owner_query.c
 *		The way every query of this room is run.
 */
#include "postgres.h"

#include "executor/tstoreReceiver.h"
#include "nodes/params.h"
#include "tcop/dest.h"
#include "utils/builtins.h"
#include "utils/plancache.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "lookup/enums.h"
#include "lookup/owner_query.h"
#include "lookup/model_tables.h"

TupleDesc
wp_read_into(WpQuery *query, Datum *args, Tuplestorestate *store, TupleDesc desc)
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
	SetTuplestoreDestReceiverParams(options.dest, store, caller, false, desc,
									"the rows of a query are not as they should be");
	result = SPI_execute_plan_extended(plan, &options);
	if (result != SPI_OK_SELECT)
		elog(ERROR, "cannot run \"%s\": %s", query->sql, SPI_result_code_string(result));
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

uint64
wp_read_for_share(WpQuery *query, Datum *args)
{
	int result = SPI_execute_plan(wp_plan(query), args, NULL, false, 0);

	if (result != SPI_OK_SELECT)
		elog(ERROR, "cannot run \"%s\": %s", query->sql, SPI_result_code_string(result));
	return SPI_processed;
}

/* Returns a column of a row as it is stored; it goes with SPI's memory. */
static Datum
read_datum(uint64 row, int column, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, isnull);
}

struct varlena *
wp_read_varlena(uint64 row, int column, MemoryContext context)
{
	bool isnull;
	Datum datum = read_datum(row, column, &isnull);

	return isnull ? NULL : wp_varlena_copy(datum, context);
}

bool
wp_read_bool(uint64 row, int column)
{
	bool isnull;
	Datum datum = read_datum(row, column, &isnull);

	return !isnull && DatumGetBool(datum);
}

int
wp_read_word(uint64 row, int column, const WpVocabulary *vocabulary, int absent)
{
	bool isnull;
	Datum datum = read_datum(row, column, &isnull);

	return isnull ? absent : wp_enum_word(vocabulary, DatumGetObjectId(datum), absent);
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
	return text->data ? PointerGetDatum(cstring_to_text_with_len(text->data, text->len)) : (Datum) 0;
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
