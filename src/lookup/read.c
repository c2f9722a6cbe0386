/*
 * read.c
 *		The way every query of this room is run.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/tstoreReceiver.h"
#include "nodes/params.h"
#include "tcop/dest.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "lookup/enums.h"
#include "lookup/read.h"

/*
 * Opens SPI and becomes the tables' owner.  Rules are read under the active
 * snapshot, so that a decision agrees with the rows it is asked for; where a
 * caller has none (a fast-path call), under the transaction's.  Raises
 * undefined_table before create_model().
 */
void
wp_reading_begin(WpReading *reading)
{
	wp_reader_enter(&reading->owner);
	reading->pushed_snapshot = !ActiveSnapshotSet();
	if (reading->pushed_snapshot)
		PushActiveSnapshot(GetTransactionSnapshot());
	SPI_connect();
}

/* Undoes wp_reading_begin.  After an error, transaction abort does. */
void
wp_reading_end(WpReading *reading)
{
	SPI_finish();
	if (reading->pushed_snapshot)
		PopActiveSnapshot();
	wp_reader_leave(&reading->owner);
}

/* Runs the query, read-only or not, and returns the number of its rows. */
static uint64
run(WpQuery *query, Datum *args, const char *nulls, bool read_only)
{
	int result = SPI_execute_plan(wp_plan(query), args, nulls, read_only, 0);

	if (result != SPI_OK_SELECT)
		elog(ERROR, "cannot run \"%s\": %s", query->sql, SPI_result_code_string(result));
	return SPI_processed;
}

/*
 * Runs the query and returns the number of its rows, which are in SPI_tuptable
 * until wp_reading_end.  `nulls` may be NULL.
 */
uint64
wp_read(WpQuery *query, Datum *args, const char *nulls)
{
	return run(query, args, nulls, true);
}

/*
 * See read.h.  Raises a serialization failure where the transaction may not see what
 * is there.
 */
uint64
wp_read_for_share(WpQuery *query, Datum *args)
{
	return run(query, args, NULL, false);
}

/*
 * Opens a cursor on the query, for what may be too much at once.  The caller
 * closes it before wp_reading_end; after an error, transaction abort does.
 */
Portal
wp_read_rows(WpQuery *query, Datum *args)
{
	return SPI_cursor_open(NULL, wp_plan(query), args, NULL, true);
}

/*
 * Runs the query and puts its rows into the store as they come.  Raises an error
 * where they are not of that descriptor.
 */
void
wp_read_into(WpQuery *query, Datum *args, Tuplestorestate *store, TupleDesc desc)
{
	SPIPlanPtr plan = wp_plan(query);
	ParamListInfo params = makeParamList(query->nargs);
	SPIExecuteOptions options = {0};
	int result;

	for (int i = 0; i < query->nargs; i++)
		params->params[i] = (ParamExternData){args[i], false, PARAM_FLAG_CONST, SPI_getargtypeid(plan, i)};
	options.params = params;
	options.read_only = true;
	options.dest = CreateDestReceiver(DestTuplestore);
	SetTuplestoreDestReceiverParams(options.dest, store, CurrentMemoryContext, false, desc,
									"the rows of a query are not as they should be");
	result = SPI_execute_plan_extended(plan, &options);
	if (result != SPI_OK_SELECT)
		elog(ERROR, "cannot run \"%s\": %s", query->sql, SPI_result_code_string(result));
	options.dest->rDestroy(options.dest);
}

/* Returns a column of a row as it is stored; it goes with SPI's memory. */
static Datum
read_datum(uint64 row, int column, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, isnull);
}

struct varlena *
wp_varlena_copy(Datum value, MemoryContext context)
{
	MemoryContext caller = MemoryContextSwitchTo(context);
	struct varlena *copy = PG_DETOAST_DATUM_COPY(value);

	MemoryContextSwitchTo(caller);
	return copy;
}

/* Returns a text column, its bytes palloc'd in the context; data NULL for NULL. */
WpText
wp_read_text(uint64 row, int column, MemoryContext context)
{
	struct varlena *copy = wp_read_varlena(row, column, context);
	WpText text = {NULL, 0};

	if (copy != NULL)
	{
		text.data = VARDATA(copy);
		text.len = VARSIZE(copy) - VARHDRSZ;
	}
	return text;
}

struct varlena *
wp_read_varlena(uint64 row, int column, MemoryContext context)
{
	bool isnull;
	Datum datum = read_datum(row, column, &isnull);

	return isnull ? NULL : wp_varlena_copy(datum, context);
}

/* Returns a boolean column; NULL is false. */
bool
wp_read_bool(uint64 row, int column)
{
	bool isnull;
	Datum datum = read_datum(row, column, &isnull);

	return !isnull && DatumGetBool(datum);
}

/*
 * Returns the enum in this column as a word, or `absent` for NULL and for a
 * value that is none of the vocabulary.
 */
int
wp_read_word(uint64 row, int column, const WpVocabulary *vocabulary, int absent)
{
	bool isnull;
	Datum datum = read_datum(row, column, &isnull);
	int word = isnull ? -1 : wp_enum_word(vocabulary, DatumGetObjectId(datum));

	return word < 0 ? absent : word;
}

/* Returns the bytes as a palloc'd text Datum, zero for SQL NULL. */
Datum
wp_text_datum(const WpText *text)
{
	return text->data ? PointerGetDatum(cstring_to_text_with_len(text->data, text->len)) : (Datum) 0;
}

/*
 * Sets two palloc'd text arrays of n elements: the roles, and the workspaces for
 * which they are held, NULL for the whole account.
 */
void
wp_role_arrays(const WpRole *roles, int n, Datum *names, Datum *workspaces)
{
	Datum *name = palloc(sizeof(Datum) * (n + 1));
	Datum *workspace = palloc(sizeof(Datum) * (n + 1));
	bool *none = palloc(sizeof(bool) * (n + 1));
	int dims[1] = {n};
	int lower[1] = {1};

	for (int i = 0; i < n; i++)
	{
		name[i] = wp_text_datum(&roles[i].role);
		workspace[i] = wp_text_datum(&roles[i].workspace);
		none[i] = roles[i].workspace.data == NULL;
	}
	*names = PointerGetDatum(construct_array(name, n, TEXTOID, -1, false, TYPALIGN_INT));
	*workspaces = PointerGetDatum(construct_md_array(workspace, none, 1, dims, lower, TEXTOID, -1, false, TYPALIGN_INT));
}
