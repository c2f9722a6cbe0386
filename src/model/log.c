/*
 * log.c
 *		Writing the audit log: who changed which row, and what it held before and
 *		after (spec 5).
 *
 * Entries are gathered and put into the table many at a time (entries.c) or, where
 * that table is not what we know, inserted by a plan that does not depend on how
 * many there are.
 *
 * The database role that is written down is the one that the session has taken
 * (SET ROLE): effects, foreign keys and SECURITY DEFINER do not hide it.
 */
#include "postgres.h"

#include <ctype.h>

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "lookup/plan.h"
#include "model/columns.h"
#include "model/entries.h"
#include "model/log.h"
#include "model/row_json.h"
#include "model/trigger_data.h"
#include "principal/identity.h"

/* What is written at a time, at most: entries, and bytes of rows. */
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

static WpQuery lock_query = {lock_account, 1, {TEXTOID}};
static WpQuery insert_query = {
	insert_entries, 7, {TEXTARRAYOID, TEXTOID, TEXTOID, TEXTARRAYOID, TEXTARRAYOID, JSONBARRAYOID, JSONBARRAYOID}};

/* A column of the key, and how its values are put into words. */
typedef struct KeyColumn
{
	int number;
	bool is_text;
	FmgrInfo output; /* of another type than text */
} KeyColumn;

/* The entries that are not yet written, and what making them takes. */
struct WpLog
{
	MemoryContext context; /* of all of it */
	Relation relation;
	TupleDesc desc;
	const char *action;
	int account_column;
	int nkeys;
	KeyColumn *keys;
	WpRowJson *before; /* what make jsonb of the rows: two, since each remembers values */
	WpRowJson *after;
	text *account; /* the account asked about last, and whether it is there */
	bool account_lives;
	MemoryContext batch; /* of the entries, emptied when they are written */
	int count;
	Size bytes;
	WpEntry entries[BATCH_ENTRIES];
	bool opened; /* was the table tried to open? */
	WpEntryTable *table; /* NULL: by queries */
};

/* Returns whether the account is there; if it is, it stays until the transaction ends. */
static bool
lock_if_there(Datum account)
{
	int result;
	bool found;

	SPI_connect();
	/* not read-only: takes the lock, and sees what this command has done */
	result = SPI_execute_plan(wp_plan(&lock_query), &account, NULL, false, 1);
	if (result != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_plan returned %s", SPI_result_code_string(result));
	found = SPI_processed > 0;
	SPI_finish();
	return found;
}

/* Makes the row's account the one that log->account and account_lives are about. */
static void
turn_to_account(WpLog *log, TupleTableSlot *row)
{
	bool isnull;
	Datum value = slot_getattr(row, log->account_column, &isnull);
	text *account;
	int len;

	if (isnull)
	{
		/* Never of a table of the model: a row of no account is in no account's log. */
		log->account = NULL;
		log->account_lives = false;
		return;
	}
	account = DatumGetTextPP(value);
	len = VARSIZE_ANY_EXHDR(account);
	if (log->account != NULL)
	{
		if (VARSIZE_ANY_EXHDR(log->account) == len &&
			memcmp(VARDATA_ANY(log->account), VARDATA_ANY(account), len) == 0)
			return;
		pfree(log->account);
	}
	MemoryContext caller = MemoryContextSwitchTo(log->context);

	log->account = cstring_to_text_with_len(VARDATA_ANY(account), len);
	log->account_lives = lock_if_there(PointerGetDatum(log->account));
	MemoryContextSwitchTo(caller);
}

/* Fills in what the gathered entries have alike: who, when, what. */
static void
complete_entries(WpLog *log)
{
	Datum at = TimestampTzGetDatum(GetCurrentTransactionStartTimestamp());
	Datum action = CStringGetTextDatum(log->action);
	/* of a role that was dropped meanwhile, its number is left */
	char *role = GetUserNameFromId(GetOuterUserId(), true);
	Datum role_datum = CStringGetTextDatum(role != NULL ? role : psprintf("%u", GetOuterUserId()));
	Datum principal = (Datum) 0;
	WpIdentity identity;
	bool known = wp_identity_get_answerable(&identity) && identity.user.data != NULL;

	if (known)
		principal = PointerGetDatum(cstring_to_text_with_len(identity.user.data, identity.user.len));
	for (int i = 0; i < log->count; i++)
	{
		WpEntry *entry = &log->entries[i];
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
column_array(WpLog *log, WpEntryColumn column, Oid type)
{
	Datum values[BATCH_ENTRIES];
	bool nulls[BATCH_ENTRIES];
	int lower = 1;

	for (int i = 0; i < log->count; i++)
	{
		values[i] = log->entries[i].values[column];
		nulls[i] = log->entries[i].nulls[column];
	}
	return PointerGetDatum(construct_md_array(values, nulls, 1, &log->count, &lower, type, -1, false, TYPALIGN_INT));
}

/* Inserts what has gathered by a query. */
static void
insert_by_query(WpLog *log)
{
	Datum values[7];
	int result;

	values[0] = column_array(log, WP_ENTRY_PRINCIPAL, TEXTOID);
	values[1] = log->entries[0].values[WP_ENTRY_ROLE];
	values[2] = log->entries[0].values[WP_ENTRY_ACTION];
	values[3] = column_array(log, WP_ENTRY_ACCOUNT, TEXTOID);
	values[4] = column_array(log, WP_ENTRY_OBJECT, TEXTOID);
	values[5] = column_array(log, WP_ENTRY_BEFORE, JSONBOID);
	values[6] = column_array(log, WP_ENTRY_AFTER, JSONBOID);
	SPI_connect();
	result = SPI_execute_plan(wp_plan(&insert_query), values, NULL, false, 0);
	if (result != SPI_OK_INSERT)
		elog(ERROR, "SPI_execute_plan returned %s", SPI_result_code_string(result));
	SPI_finish();
}

/* Writes what has gathered into the log. */
static void
write_entries(WpLog *log)
{
	MemoryContext caller;

	if (log->count == 0)
		return;
	caller = MemoryContextSwitchTo(log->context);
	if (!log->opened)
		log->table = wp_entries_open(RelationGetNamespace(log->relation));
	log->opened = true;
	MemoryContextSwitchTo(log->batch);
	complete_entries(log);
	if (log->table != NULL)
		wp_entries_insert(log->table, log->entries, log->count);
	else
		insert_by_query(log);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(log->batch);
	log->count = 0;
	log->bytes = 0;
}

/*
 * Appends one value of a key to the name of an object: one that could be taken for
 * anything else is written as a JSON string.
 */
static void
append_value(StringInfo object, const char *value, int len)
{
	bool plain = len > 0 && !(len == 1 && *value == '-');

	for (int i = 0; plain && i < len; i++)
		plain = (unsigned char) value[i] > ' ' && value[i] != '"' && value[i] != 0x7f;
	if (plain)
		appendBinaryStringInfo(object, value, len);
	else
		escape_json(object, pnstrdup(value, len));
}

/* Appends the value of a column of the key, "-" for NULL. */
static void
append_key(StringInfo object, KeyColumn *key, TupleTableSlot *row)
{
	bool isnull;
	Datum value = slot_getattr(row, key->number, &isnull);

	appendStringInfoChar(object, ' ');
	if (isnull)
		appendStringInfoChar(object, '-');
	else if (key->is_text)
	{
		text *there = DatumGetTextPP(value);

		append_value(object, VARDATA_ANY(there), VARSIZE_ANY_EXHDR(there));
	}
	else
	{
		char *words = OutputFunctionCall(&key->output, value);

		append_value(object, words, strlen(words));
	}
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

/* Returns the name of the row: its table and its key. */
static Datum
name_object(WpLog *log, TupleTableSlot *row)
{
	const char *table = RelationGetRelationName(log->relation);
	StringInfoData object;

	initStringInfo(&object);
	appendBinaryStringInfo(&object, table, model_name_length(table));
	for (int i = 0; i < log->nkeys; i++)
		append_key(&object, &log->keys[i], row);
	return PointerGetDatum(cstring_to_text_with_len(object.data, object.len));
}

/* Sets a column of the entry that is being gathered to the row as jsonb, or to NULL for no row. */
static void
put_row(WpLog *log, WpRowJson *json, WpEntryColumn column, TupleTableSlot *row)
{
	WpEntry *entry = &log->entries[log->count];

	entry->nulls[column] = row == NULL;
	if (row == NULL)
		return;

	Datum value = wp_row_to_jsonb(json, row);

	entry->values[column] = value;
	log->bytes += VARSIZE_ANY(DatumGetPointer(value));
}

/* Whether the two rows hold the same in every column. */
static bool
same_row(TupleDesc desc, TupleTableSlot *one, TupleTableSlot *other)
{
	for (int number = 1; number <= desc->natts; number++)
		if (!TupleDescAttr(desc, number - 1)->attisdropped && !wp_same_in_slots(number, one, other))
			return false;
	return true;
}

/*
 * Raises if the rows are not those of one key: PostgreSQL keeps the two transition
 * tables in step, keys of the model's tables never change, and a log that says otherwise
 * is worse than none.
 */
static void
check_pair(WpLog *log, TupleTableSlot *before, TupleTableSlot *after)
{
	bool same = wp_same_in_slots(log->account_column, before, after);

	for (int i = 0; same && i < log->nkeys; i++)
		same = wp_same_in_slots(log->keys[i].number, before, after);
	if (!same)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("the key of a row of \"%s\" has changed", RelationGetRelationName(log->relation)),
				 errhint("The audit log is of tables whose keys never change.")));
}

/* See log.h.  Raises what writing entries raises. */
void
wp_log_row(WpLog *log, TupleTableSlot *before, TupleTableSlot *after)
{
	TupleTableSlot *row = after != NULL ? after : before;
	MemoryContext caller = MemoryContextSwitchTo(log->batch);

	CHECK_FOR_INTERRUPTS();
	if (before != NULL)
		slot_getallattrs(before);
	if (after != NULL)
		slot_getallattrs(after);
	if (before != NULL && after != NULL)
		check_pair(log, before, after);
	if (before == NULL || after == NULL || !same_row(log->desc, before, after))
	{
		turn_to_account(log, row);
		if (log->account_lives)
		{
			WpEntry *entry = &log->entries[log->count];

			memset(entry->nulls, false, sizeof(entry->nulls));
			entry->values[WP_ENTRY_ACCOUNT] = datumCopy(PointerGetDatum(log->account), false, -1);
			entry->values[WP_ENTRY_OBJECT] = name_object(log, row);
			put_row(log, log->before, WP_ENTRY_BEFORE, before);
			put_row(log, log->after, WP_ENTRY_AFTER, after);
			log->count++;
		}
	}
	MemoryContextSwitchTo(caller);
	if (log->count == BATCH_ENTRIES || log->bytes > BATCH_BYTES)
		write_entries(log);
}

/* Finds the columns that the trigger's arguments name; the first is a function's name, for effect(). */
static void
find_keys(WpLog *log, const Trigger *trigger)
{
	log->nkeys = trigger->tgnargs - 1;
	log->keys = palloc0(sizeof(KeyColumn) * trigger->tgnargs);
	for (int i = 0; i < log->nkeys; i++)
	{
		KeyColumn *key = &log->keys[i];
		Oid type;
		Oid output;
		bool is_varlena;

		key->number = wp_column(log->relation, trigger->tgargs[i + 1], InvalidOid);
		type = TupleDescAttr(log->desc, key->number - 1)->atttypid;
		key->is_text = type == TEXTOID;
		getTypeOutputInfo(type, &output, &is_varlena);
		fmgr_info(output, &key->output);
	}
}

/* See log.h.  Raises undefined_column. */
WpLog *
wp_log_begin(Relation relation, const Trigger *trigger, const char *action)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "workflow_perms audit log", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	WpLog *log = palloc0(sizeof(WpLog));

	log->context = context;
	log->relation = relation;
	log->desc = RelationGetDescr(relation);
	log->action = action;
	log->account_column = wp_column(relation, "account_id", TEXTOID);
	find_keys(log, trigger);
	log->before = wp_row_json(log->desc);
	log->after = wp_row_json(log->desc);
	log->batch = AllocSetContextCreate(context, "workflow_perms audit entries", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(caller);
	return log;
}

/* See log.h.  Raises what writing entries raises. */
void
wp_log_end(WpLog *log)
{
	write_entries(log);
	if (log->table != NULL)
		wp_entries_close(log->table);
	MemoryContextDelete(log->context);
}
