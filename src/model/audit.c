/*
 * audit.c
 *		The trigger function that writes the audit log: who changed which row, and
 *		what it held before and after (spec 5).
 *
 * Called by effect() after each statement, with its transition tables, and so as
 * the owner of the tables.  In C, because a plan over transition tables that was
 * made for one row would be kept for a hundred thousand: here the old and the new
 * rows are walked side by side, and the entries inserted by a plan that does not
 * depend on how many there are.
 *
 * The database role that is written down is the one that the session has taken
 * (SET ROLE): effects, foreign keys and SECURITY DEFINER do not hide it.
 */
#include "postgres.h"

#include "compat.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

#include "model/columns.h"
#include "model/plan.h"
#include "model/row_json.h"
#include "principal/identity.h"

PG_FUNCTION_INFO_V1(wp_audit);

/* What one INSERT takes at most: entries, and bytes of rows. */
#define BATCH_ENTRIES 250
#define BATCH_BYTES (8 * 1024 * 1024)

#define EQ " OPERATOR(pg_catalog.=) "

/*
 * An entry holds its account as a foreign key would: nothing is written for an
 * account that is gone, and one that is to go waits until we are done.  Else
 * entries could outlive it, for a later account of the same id to find.
 */
static const char lock_account[] =
	"SELECT 1 FROM workflow_perms.accounts WHERE account_id" EQ "$1 FOR KEY SHARE";

/* A principal is named in the log of its own account: another's users mean nothing there. */
static const char insert_entries[] =
	"INSERT INTO workflow_perms.audit_log"
	" (account_id, at, principal, database_role, action, object, before, after)"
	" SELECT c.account_id, pg_catalog.now(), CASE WHEN c.account_id" EQ "$1 THEN $2 END, $3, $4,"
	" c.object, c.before, c.after"
	" FROM ROWS FROM (pg_catalog.unnest($5), pg_catalog.unnest($6), pg_catalog.unnest($7),"
	" pg_catalog.unnest($8)) AS c (account_id, object, before, after)";

static SPIPlanPtr lock_plan;
static SPIPlanPtr insert_plan;

/* One column of the entries that have gathered. */
typedef struct EntryColumn
{
	Datum values[BATCH_ENTRIES];
	bool nulls[BATCH_ENTRIES];
} EntryColumn;

/* The entries of one statement that are not yet written, and what making them takes. */
typedef struct Writer
{
	const TriggerData *data;
	TupleDesc desc;
	int account_column;
	WpRowJson *before; /* what make jsonb of the rows: two, since each remembers values */
	WpRowJson *after;
	char *account; /* the account asked about last, and whether it is there */
	bool account_lives;
	MemoryContext context; /* of the entries, emptied when they are written */
	int count;
	Size bytes;
	EntryColumn accounts;
	EntryColumn objects;
	EntryColumn befores;
	EntryColumn afters;
} Writer;

/* Whether the account is there; if it is, it stays until the transaction ends. */
static bool
account_lives(Writer *writer, const char *account)
{
	Oid types[] = {TEXTOID};
	Datum value;
	int result;

	if (writer->account != NULL)
	{
		if (strcmp(writer->account, account) == 0)
			return writer->account_lives;
		pfree(writer->account);
	}
	writer->account = MemoryContextStrdup(GetMemoryChunkContext(writer), account);
	value = CStringGetTextDatum(account);
	/* not read-only: takes the lock, and sees what this command has done */
	result = SPI_execute_plan(wp_keep_plan(&lock_plan, lock_account, lengthof(types), types),
							  &value, NULL, false, 1);
	if (result != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_plan returned %s", SPI_result_code_string(result));
	writer->account_lives = SPI_processed > 0;
	SPI_freetuptable(SPI_tuptable);
	pfree(DatumGetPointer(value));
	return writer->account_lives;
}

/* Returns a text Datum, in the current context. */
static Datum
text_datum(const char *data, int len)
{
	return PointerGetDatum(cstring_to_text_with_len(data, len));
}

/* Returns the gathered values of a column as an array, in the current context. */
static Datum
column_array(Writer *writer, EntryColumn *column, Oid type)
{
	int lower = 1;

	return PointerGetDatum(construct_md_array(column->values, column->nulls, 1, &writer->count,
											  &lower, type, -1, false, TYPALIGN_INT));
}

/* Inserts what has gathered. */
static void
write_entries(Writer *writer)
{
	Oid types[] = {TEXTOID, TEXTOID, TEXTOID, TEXTOID,
				   TEXTARRAYOID, TEXTARRAYOID, JSONBARRAYOID, JSONBARRAYOID};
	Datum values[lengthof(types)];
	char nulls[lengthof(types)];
	TriggerEvent event = writer->data->tg_event;
	WpIdentity identity;
	char *role;
	int result;

	if (writer->count == 0)
		return;

	MemoryContext caller = MemoryContextSwitchTo(writer->context);

	memset(nulls, ' ', sizeof(nulls));
	nulls[0] = nulls[1] = 'n';
	if (wp_identity_get_answerable(&identity) && identity.user.data != NULL)
	{
		values[0] = text_datum(identity.account.data, identity.account.len);
		values[1] = text_datum(identity.user.data, identity.user.len);
		nulls[0] = nulls[1] = ' ';
	}
	/* of a role that was dropped meanwhile, its number is left */
	role = GetUserNameFromId(GetOuterUserId(), true);
	values[2] = CStringGetTextDatum(role != NULL ? role : psprintf("%u", GetOuterUserId()));
	values[3] = CStringGetTextDatum(TRIGGER_FIRED_BY_INSERT(event) ? "insert" :
									TRIGGER_FIRED_BY_UPDATE(event) ? "update" : "delete");
	values[4] = column_array(writer, &writer->accounts, TEXTOID);
	values[5] = column_array(writer, &writer->objects, TEXTOID);
	values[6] = column_array(writer, &writer->befores, JSONBOID);
	values[7] = column_array(writer, &writer->afters, JSONBOID);
	result = SPI_execute_plan(wp_keep_plan(&insert_plan, insert_entries, lengthof(types), types),
							  values, nulls, false, 0);
	if (result != SPI_OK_INSERT)
		elog(ERROR, "SPI_execute_plan returned %s", SPI_result_code_string(result));

	MemoryContextSwitchTo(caller);
	MemoryContextReset(writer->context);
	writer->count = 0;
	writer->bytes = 0;
}

/*
 * Appends one value of a key to the name of an object: "-" for NULL; a value that
 * could be taken for anything else is written as a JSON string.
 */
static void
append_key(StringInfo object, const char *value)
{
	appendStringInfoChar(object, ' ');
	if (value == NULL)
	{
		appendStringInfoChar(object, '-');
		return;
	}

	bool plain = *value != '\0' && strcmp(value, "-") != 0;

	for (const unsigned char *at = (const unsigned char *) value; plain && *at != '\0'; at++)
		plain = *at > ' ' && *at != '"' && *at != 0x7f;
	if (plain)
		appendStringInfoString(object, value);
	else
		escape_json(object, value);
}

/* Returns the name of the row: its table and the columns that the trigger names. */
static Datum
name_object(Writer *writer, HeapTuple row)
{
	StringInfoData object;

	initStringInfo(&object);
	appendStringInfoString(&object, RelationGetRelationName(writer->data->tg_relation));
	/* the first argument is our own name, for effect() */
	for (int i = 1; i < writer->data->tg_trigger->tgnargs; i++)
		append_key(&object, SPI_getvalue(row, writer->desc, wp_argument_column(writer->data, i)));
	return text_datum(object.data, object.len);
}

/* Sets a column of the entry that is being gathered to the row as jsonb, or to NULL for no row. */
static void
put_row(Writer *writer, WpRowJson *json, EntryColumn *column, HeapTuple row)
{
	column->nulls[writer->count] = row == NULL;
	if (row == NULL)
		return;

	Datum value = wp_row_to_jsonb(json, row);

	column->values[writer->count] = value;
	writer->bytes += VARSIZE_ANY(DatumGetPointer(value));
}

/* Whether the two rows hold the same in every column. */
static bool
same_row(TupleDesc desc, HeapTuple one, HeapTuple other)
{
	for (int number = 1; number <= desc->natts; number++)
		if (!TupleDescAttr(desc, number - 1)->attisdropped && !wp_same_in_rows(desc, number, one, other))
			return false;
	return true;
}

/* Gathers the entry of one row; before or after is NULL where there was or is none. */
static void
add_entry(Writer *writer, HeapTuple before, HeapTuple after)
{
	HeapTuple row = after != NULL ? after : before;
	char *account;

	CHECK_FOR_INTERRUPTS();
	if (before != NULL && after != NULL && same_row(writer->desc, before, after))
		return;
	account = SPI_getvalue(row, writer->desc, writer->account_column);
	if (account_lives(writer, account))
	{
		MemoryContext caller = MemoryContextSwitchTo(writer->context);

		writer->accounts.values[writer->count] = CStringGetTextDatum(account);
		writer->accounts.nulls[writer->count] = false;
		writer->objects.values[writer->count] = name_object(writer, row);
		writer->objects.nulls[writer->count] = false;
		put_row(writer, writer->before, &writer->befores, before);
		put_row(writer, writer->after, &writer->afters, after);
		writer->count++;
		MemoryContextSwitchTo(caller);
		if (writer->count == BATCH_ENTRIES || writer->bytes > BATCH_BYTES)
			write_entries(writer);
	}
	pfree(account);
}

/* Returns what entries of the trigger's statement are gathered in, in the current context. */
static Writer *
make_writer(const TriggerData *data)
{
	Relation relation = data->tg_relation;
	Writer *writer = palloc(sizeof(Writer));

	writer->data = data;
	writer->desc = RelationGetDescr(relation);
	writer->account_column = SPI_fnumber(writer->desc, "account_id");
	writer->before = wp_row_json(writer->desc);
	writer->after = wp_row_json(writer->desc);
	writer->account = NULL;
	writer->context = AllocSetContextCreate(CurrentMemoryContext, "workflow_perms audit log",
											ALLOCSET_DEFAULT_SIZES);
	writer->count = 0;
	writer->bytes = 0;
	return writer;
}

/* Begins to read a transition table from its start; NULL is none. */
static void
rewind_rows(Tuplestorestate *rows)
{
	if (rows == NULL)
		return;
	/* other readers have pointers of their own, and may have left theirs selected */
	tuplestore_select_read_pointer(rows, 0);
	tuplestore_rescan(rows);
}

/* Returns a copy of the next row of a transition table, or NULL. */
static HeapTuple
next_row(Tuplestorestate *rows, TupleTableSlot *slot)
{
	if (rows == NULL || !tuplestore_gettupleslot(rows, true, false, slot))
		return NULL;
	return ExecCopySlotHeapTuple(slot);
}

/*
 * Raises if the rows are not those of one key: PostgreSQL keeps the two transition
 * tables in step, keys never change, and a log that says otherwise is worse than none.
 */
static void
check_pair(const Writer *writer, HeapTuple before, HeapTuple after)
{
	if (!wp_same_in_rows(writer->desc, writer->account_column, before, after))
		elog(ERROR, "old and new rows are out of step");
	for (int i = 1; i < writer->data->tg_trigger->tgnargs; i++)
		if (!wp_same_in_rows(writer->desc, wp_argument_column(writer->data, i), before, after))
			elog(ERROR, "old and new rows are out of step");
}

/*
 * SQL trigger, called by effect() with its own name and the columns of the key as
 * arguments: writes an entry for every row that the statement changed.
 */
Datum
wp_audit(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	HeapTuple before;
	HeapTuple after;

	if (!CALLED_AS_TRIGGER(fcinfo) || (data->tg_oldtable == NULL && data->tg_newtable == NULL))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" must be called by a trigger with transition tables",
						get_func_name(fcinfo->flinfo->fn_oid))));

	SPI_connect();

	Writer *writer = make_writer(data);
	TupleTableSlot *slot = MakeSingleTupleTableSlot(writer->desc, &TTSOpsMinimalTuple);

	rewind_rows(data->tg_oldtable);
	rewind_rows(data->tg_newtable);
	for (;;)
	{
		before = next_row(data->tg_oldtable, slot);
		after = next_row(data->tg_newtable, slot);
		if (before == NULL && after == NULL)
			break;
		if (before != NULL && after != NULL)
			check_pair(writer, before, after);
		add_entry(writer, before, after);
		if (before != NULL)
			heap_freetuple(before);
		if (after != NULL)
			heap_freetuple(after);
	}
	ExecDropSingleTupleTableSlot(slot);
	write_entries(writer);
	SPI_finish();
	return PointerGetDatum(NULL);
}
