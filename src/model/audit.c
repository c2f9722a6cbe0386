/*
 * audit.c
 *		The trigger function that writes the audit log: who changed which row, and
 *		what it held before and after (spec 5).
 *
 * Called by effect() after each statement, with its transition tables, and so as
 * the owner of the tables.  In C, because a plan over transition tables that was
 * made for one row would be kept for a hundred thousand: here the old and the new
 * rows are walked side by side, and the entries put into the table many at a time
 * (entries.c) or, where that table is not what we know, inserted by a plan that does
 * not depend on how many there are.
 *
 * The database role that is written down is the one that the session has taken
 * (SET ROLE): effects, foreign keys and SECURITY DEFINER do not hide it.
 */
#include "postgres.h"

#include <ctype.h>

#include "compat.h"

#include "access/htup_details.h"
#include "access/xact.h"
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
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "model/columns.h"
#include "model/entries.h"
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

static const char insert_entries[] =
	"INSERT INTO workflow_perms.audit_log"
	" (account_id, at, principal, database_role, action, object, before, after)"
	" SELECT c.account_id, pg_catalog.now(), c.principal, $2, $3, c.object, c.before, c.after"
	" FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($4), pg_catalog.unnest($5), pg_catalog.unnest($6),"
	" pg_catalog.unnest($7)) AS c (principal, account_id, object, before, after)";

static SPIPlanPtr lock_plan;
static SPIPlanPtr insert_plan;

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
	WpEntry entries[BATCH_ENTRIES];
	bool opened; /* was the table tried to open? */
	WpEntryTable *table; /* NULL: by queries */
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

/* Fills in what the gathered entries have alike: who, when, what. */
static void
complete_entries(Writer *writer)
{
	TriggerEvent event = writer->data->tg_event;
	Datum at = TimestampTzGetDatum(GetCurrentTransactionStartTimestamp());
	Datum action = CStringGetTextDatum(TRIGGER_FIRED_BY_INSERT(event) ? "insert" :
									   TRIGGER_FIRED_BY_UPDATE(event) ? "update" : "delete");
	/* of a role that was dropped meanwhile, its number is left */
	char *role = GetUserNameFromId(GetOuterUserId(), true);
	Datum role_datum = CStringGetTextDatum(role != NULL ? role : psprintf("%u", GetOuterUserId()));
	Datum principal = (Datum) 0;
	WpIdentity identity;
	bool known = wp_identity_get_answerable(&identity) && identity.user.data != NULL;

	if (known)
		principal = text_datum(identity.user.data, identity.user.len);
	for (int i = 0; i < writer->count; i++)
	{
		WpEntry *entry = &writer->entries[i];
		text *account = DatumGetTextPP(entry->values[WP_ENTRY_ACCOUNT]);

		entry->values[WP_ENTRY_AT] = at;
		entry->values[WP_ENTRY_ACTION] = action;
		entry->values[WP_ENTRY_ROLE] = role_datum;
		entry->values[WP_ENTRY_PRINCIPAL] = principal;
		/* A principal is named in the log of its own account: another's users mean nothing there. */
		entry->nulls[WP_ENTRY_PRINCIPAL] = !known || VARSIZE_ANY_EXHDR(account) != identity.account.len ||
			memcmp(VARDATA_ANY(account), identity.account.data, identity.account.len) != 0;
	}
}

/* Returns the values of a column of the gathered entries as an array, in the current context. */
static Datum
column_array(Writer *writer, WpEntryColumn column, Oid type)
{
	Datum values[BATCH_ENTRIES];
	bool nulls[BATCH_ENTRIES];
	int lower = 1;

	for (int i = 0; i < writer->count; i++)
	{
		values[i] = writer->entries[i].values[column];
		nulls[i] = writer->entries[i].nulls[column];
	}
	return PointerGetDatum(construct_md_array(values, nulls, 1, &writer->count, &lower, type, -1, false, TYPALIGN_INT));
}

/* Inserts what has gathered by a query. */
static void
insert_by_query(Writer *writer)
{
	Oid types[] = {TEXTARRAYOID, TEXTOID, TEXTOID, TEXTARRAYOID, TEXTARRAYOID, JSONBARRAYOID, JSONBARRAYOID};
	Datum values[lengthof(types)];
	int result;

	values[0] = column_array(writer, WP_ENTRY_PRINCIPAL, TEXTOID);
	values[1] = writer->entries[0].values[WP_ENTRY_ROLE];
	values[2] = writer->entries[0].values[WP_ENTRY_ACTION];
	values[3] = column_array(writer, WP_ENTRY_ACCOUNT, TEXTOID);
	values[4] = column_array(writer, WP_ENTRY_OBJECT, TEXTOID);
	values[5] = column_array(writer, WP_ENTRY_BEFORE, JSONBOID);
	values[6] = column_array(writer, WP_ENTRY_AFTER, JSONBOID);
	result = SPI_execute_plan(wp_keep_plan(&insert_plan, insert_entries, lengthof(types), types),
							  values, NULL, false, 0);
	if (result != SPI_OK_INSERT)
		elog(ERROR, "SPI_execute_plan returned %s", SPI_result_code_string(result));
}

/* Writes what has gathered into the log. */
static void
write_entries(Writer *writer)
{
	MemoryContext caller;

	if (writer->count == 0)
		return;
	caller = MemoryContextSwitchTo(GetMemoryChunkContext(writer));
	if (!writer->opened)
		writer->table = wp_entries_open(RelationGetNamespace(writer->data->tg_relation));
	writer->opened = true;
	MemoryContextSwitchTo(writer->context);
	complete_entries(writer);
	if (writer->table != NULL)
		wp_entries_insert(writer->table, writer->entries, writer->count);
	else
		insert_by_query(writer);
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

/*
 * Returns how much of a table's name is the model's: a shard of a distributed table
 * has _ and a number behind it, which says nothing that outlives a rebalancing.
 */
static int
model_name_length(const char *table)
{
	int len = strlen(table);
	int digits = len;

	while (digits > 0 && isdigit((unsigned char) table[digits - 1]))
		digits--;
	return digits < len && digits > 1 && table[digits - 1] == '_' ? digits - 1 : len;
}

/* Returns the name of the row: its table and the columns that the trigger names. */
static Datum
name_object(Writer *writer, HeapTuple row)
{
	const char *table = RelationGetRelationName(writer->data->tg_relation);
	StringInfoData object;

	initStringInfo(&object);
	appendBinaryStringInfo(&object, table, model_name_length(table));
	/* the first argument is our own name, for effect() */
	for (int i = 1; i < writer->data->tg_trigger->tgnargs; i++)
		append_key(&object, SPI_getvalue(row, writer->desc, wp_argument_column(writer->data, i)));
	return text_datum(object.data, object.len);
}

/* Sets a column of the entry that is being gathered to the row as jsonb, or to NULL for no row. */
static void
put_row(Writer *writer, WpRowJson *json, WpEntryColumn column, HeapTuple row)
{
	WpEntry *entry = &writer->entries[writer->count];

	entry->nulls[column] = row == NULL;
	if (row == NULL)
		return;

	Datum value = wp_row_to_jsonb(json, row);

	entry->values[column] = value;
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
		WpEntry *entry = &writer->entries[writer->count];

		memset(entry->nulls, false, sizeof(entry->nulls));
		entry->values[WP_ENTRY_ACCOUNT] = CStringGetTextDatum(account);
		entry->values[WP_ENTRY_OBJECT] = name_object(writer, row);
		put_row(writer, writer->before, WP_ENTRY_BEFORE, before);
		put_row(writer, writer->after, WP_ENTRY_AFTER, after);
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
	writer->opened = false;
	writer->table = NULL;
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
	if (writer->table != NULL)
		wp_entries_close(writer->table);
	SPI_finish();
	return PointerGetDatum(NULL);
}
