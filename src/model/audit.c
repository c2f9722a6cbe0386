/*
 * audit.c
 *		The trigger function that writes the audit log.  It makes an entry for
 *		every row that a statement changed, with the user who changed it and the
 *		row before and after (spec 5).
 *
 * effect() calls it after each statement, with its transition tables, as the
 * owner of the tables.  One INSERT writes all entries of the statement, from
 * the rows of _changed_rows().  That function reads the old and the new rows
 * side by side.  A query over the transition tables would have to join them,
 * with a plan that was made for one row and is kept for a hundred thousand.
 * Also, Citus has no transition tables in a query that writes to a distributed
 * table.
 *
 * The recorded database role is the one that the session has taken (SET ROLE).
 * Effects, foreign keys and SECURITY DEFINER do not hide it.
 */
#include "postgres.h"

#include <time.h>

#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "port.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"
#include "utils/uuid.h"

#include "compat.h"
#include "lookup/kept_plan.h"
#include "model/trigger_data.h"
#include "principal/identity.h"

PG_FUNCTION_INFO_V1(wp_audit);
PG_FUNCTION_INFO_V1(wp_changed_rows);
PG_FUNCTION_INFO_V1(wp_entry_id);

/*
 * Locks an entry's account, as a foreign key would.  Nothing is written for a
 * deleted account, and deleting the account waits for us.  Otherwise entries
 * could outlive it, and a later account with the same id would find them.
 */
static WpQuery lock_query = {
	"SELECT 1 FROM workflow_perms.accounts WHERE account_id "
	"OPERATOR(pg_catalog.=) $1 FOR KEY SHARE",
	1,
	{TEXTOID}};

/*
 * A principal is recorded only in the log of its own account, because other
 * accounts do not know its user.  In FROM, all rows would be collected before
 * the first is written.  The planner chooses between generic and custom plans,
 * as Citus requires.
 */
static WpQuery insert_query = {
	.sql = "INSERT INTO workflow_perms.audit_log (account_id, entry, at, "
		   "principal, database_role, action, object, before, after)"
		   " SELECT (r.c).account_id, workflow_perms._entry_id(), "
		   "pg_catalog.now(),"
		   " CASE WHEN (r.c).account_id COLLATE pg_catalog.\"C\" "
		   "OPERATOR(pg_catalog.=) $1 THEN $2 END, $3, $4,"
		   " (r.c).object, pg_catalog.to_jsonb((r.c).before), "
		   "pg_catalog.to_jsonb((r.c).after)"
		   " FROM (SELECT workflow_perms._changed_rows() AS c) AS r",
	.nargs = 4,
	.types = {TEXTOID, TEXTOID, TEXTOID, TEXTOID},
	.chosen = true};

/* The columns that _changed_rows() returns for a row. */
typedef enum ChangeColumn
{
	ACCOUNT,
	OBJECT,
	BEFORE,
	AFTER,
	CHANGE_COLUMNS
} ChangeColumn;

/* A column of the key, and the output function of its type. */
typedef struct KeyColumn
{
	int number;
	FmgrInfo output;
} KeyColumn;

/*
 * The rows that a statement changed, and the state for making entries of them.
 */
typedef struct Changes
{
	MemoryContext context;
	Relation relation;
	Tuplestorestate *stores[2]; /* before and after; NULL: none */
	TupleTableSlot *slots[2];
	int account_column;
	int nkeys;
	KeyColumn *keys;
	text *account; /* the last account checked, and whether it exists */
	bool account_lives;
} Changes;

/*
 * Read by _changed_rows(): the changes of the trigger that is now writing the
 * log; NULL: none.
 */
static Changes *current = NULL;

/*
 * Returns whether the account, a text, exists.  Checks only once for successive
 * rows of the same account.
 */
static bool
account_lives(Changes *changes, Datum account)
{
	MemoryContext caller;

	if (changes->account != NULL)
	{
		if (datum_image_eq(PointerGetDatum(changes->account), account, false,
						   -1))
			return changes->account_lives;
		pfree(changes->account);
	}
	caller = MemoryContextSwitchTo(changes->context);
	changes->account = DatumGetTextPCopy(account);
	MemoryContextSwitchTo(caller);
	SPI_connect();
	changes->account_lives =
		wp_execute(&lock_query, &account, NULL, InvalidSnapshot) > 0;
	SPI_finish();
	return changes->account_lives;
}

/*
 * Appends one value of a key to the name of an object.  A value that could be
 * ambiguous is written as a JSON string.
 */
static void
append_value(StringInfo object, const char *value)
{
	bool plain = *value != '\0' && strcmp(value, "-") != 0;

	for (const char *byte = value; plain && *byte != '\0'; byte++)
		plain = (unsigned char) *byte > ' ' && *byte != '"' && *byte != 0x7f;
	if (plain)
		appendStringInfoString(object, value);
	else
		escape_json(object, value);
}

/* Returns the name of the row: its table and its key, "-" for NULL. */
static Datum
name_object(Changes *changes, TupleTableSlot *row)
{
	StringInfoData object;

	initStringInfo(&object);
	appendStringInfoString(&object, wp_model_name(changes->relation));
	for (int i = 0; i < changes->nkeys; i++)
	{
		bool isnull;
		Datum value = slot_getattr(row, changes->keys[i].number, &isnull);

		appendStringInfoChar(&object, ' ');
		if (isnull)
			appendStringInfoChar(&object, '-');
		else
			append_value(&object,
						 OutputFunctionCall(&changes->keys[i].output, value));
	}
	return PointerGetDatum(cstring_to_text_with_len(object.data, object.len));
}

/* Returns whether the two rows are equal in every column. */
static bool
same_row(TupleTableSlot *one, TupleTableSlot *other)
{
	TupleDesc desc = one->tts_tupleDescriptor;

	for (int number = 1; number <= desc->natts; number++)
		if (!TupleDescAttr(desc, number - 1)->attisdropped &&
			!wp_same_in_slots(number, one, other))
			return false;
	return true;
}

/*
 * Raises unless both rows have the same key.  PostgreSQL keeps the two
 * transition tables in step, and keys of the model's tables never change.  A
 * wrong log would be worse than none.
 */
static void
check_pair(Changes *changes, TupleTableSlot *before, TupleTableSlot *after)
{
	bool same = wp_same_in_slots(changes->account_column, before, after);

	for (int i = 0; same && i < changes->nkeys; i++)
		same = wp_same_in_slots(changes->keys[i].number, before, after);
	if (!same)
		ereport(
			ERROR,
			(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
			 errmsg("the key of a row of \"%s\" has changed",
					RelationGetRelationName(changes->relation)),
			 errhint("The audit log is of tables whose keys never change.")));
}

/*
 * Goes back to before the first row.  A rule on audit_log may read the rows a
 * second time.
 */
static void
rewind_changes(Changes *changes)
{
	for (int i = 0; i < lengthof(changes->stores); i++)
		if (changes->stores[i] != NULL)
		{
			/*
			 * other readers have their own pointers and may have selected them
			 */
			tuplestore_select_read_pointer(changes->stores[i], 0);
			tuplestore_rescan(changes->stores[i]);
		}
}

/*
 * Goes to the next row, in both slots for an UPDATE. Returns false if there is
 * none.
 */
static bool
next_row(Changes *changes)
{
	/* a row that was read from a file is kept until the next one */
	MemoryContext caller = MemoryContextSwitchTo(changes->context);
	bool found = false;

	for (int i = 0; i < lengthof(changes->stores); i++)
		if (changes->stores[i] != NULL)
			found |= tuplestore_gettupleslot(changes->stores[i], true, false,
											 changes->slots[i]);
	MemoryContextSwitchTo(caller);
	return found;
}

/* Makes the entry of the current row.  Returns false if it needs none. */
static bool
make_entry(Changes *changes, Datum *values, bool *nulls)
{
	TupleTableSlot *before =
		TupIsNull(changes->slots[0]) ? NULL : changes->slots[0];
	TupleTableSlot *after =
		TupIsNull(changes->slots[1]) ? NULL : changes->slots[1];
	TupleTableSlot *row = after != NULL ? after : before;

	values[ACCOUNT] =
		slot_getattr(row, changes->account_column, &nulls[ACCOUNT]);
	if (before != NULL && after != NULL)
	{
		check_pair(changes, before, after);
		if (same_row(before, after))
			return false;
	}
	/*
	 * Without an account it belongs to no account's log.  This never happens
	 * for a table of the model.
	 */
	if (nulls[ACCOUNT] || !account_lives(changes, values[ACCOUNT]))
		return false;
	values[OBJECT] = name_object(changes, row);
	nulls[OBJECT] = false;
	nulls[BEFORE] = before == NULL;
	if (before != NULL)
		values[BEFORE] = ExecFetchSlotHeapTupleDatum(before);
	nulls[AFTER] = after == NULL;
	if (after != NULL)
		values[AFTER] = ExecFetchSlotHeapTupleDatum(after);
	return true;
}

/*
 * SQL: _changed_rows() → setof (account_id, object, before, after): the rows
 * changed by the statement whose trigger is writing the log.  Raises 55000 if
 * no trigger is.
 */
Datum
wp_changed_rows(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	Datum values[CHANGE_COLUMNS];
	bool nulls[CHANGE_COLUMNS];

	if (current == NULL)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("function \"%s\" must be called by the trigger "
							   "that writes the audit log",
							   get_func_name(fcinfo->flinfo->fn_oid))));
	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext caller;
		TupleDesc desc;

		call = SRF_FIRSTCALL_INIT();
		caller = MemoryContextSwitchTo(call->multi_call_memory_ctx);
		if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE ||
			desc->natts != CHANGE_COLUMNS)
			elog(ERROR, "_changed_rows() is not declared as it is made");
		call->tuple_desc = BlessTupleDesc(desc);
		MemoryContextSwitchTo(caller);
		rewind_changes(current);
	}
	call = SRF_PERCALL_SETUP();
	while (next_row(current))
	{
		CHECK_FOR_INTERRUPTS();
		if (make_entry(current, values, nulls))
			SRF_RETURN_NEXT(call, HeapTupleGetDatum(heap_form_tuple(
									  call->tuple_desc, values, nulls)));
	}
	SRF_RETURN_DONE(call);
}

/*
 * Finds the columns that the trigger's arguments name.  The first argument is a
 * function's name, for effect().
 */
static void
find_keys(Changes *changes, const Trigger *trigger)
{
	changes->nkeys = trigger->tgnargs - 1;
	changes->keys = palloc0(sizeof(KeyColumn) * trigger->tgnargs);
	for (int i = 0; i < changes->nkeys; i++)
	{
		KeyColumn *key = &changes->keys[i];
		Oid output;
		bool is_varlena;

		key->number =
			wp_column(changes->relation, trigger->tgargs[i + 1], InvalidOid);
		getTypeOutputInfo(
			TupleDescAttr(RelationGetDescr(changes->relation), key->number - 1)
				->atttypid,
			&output, &is_varlena);
		fmgr_info(output, &key->output);
	}
}

/* Prepares for reading the rows that the trigger's statement changed. */
static void
begin_changes(Changes *changes, TriggerData *data)
{
	TupleDesc desc = RelationGetDescr(data->tg_relation);

	*changes = (Changes){.context = CurrentMemoryContext,
						 .relation = data->tg_relation,
						 .stores = {data->tg_oldtable, data->tg_newtable}};
	changes->account_column =
		wp_column(data->tg_relation, "account_id", TEXTOID);
	find_keys(changes, data->tg_trigger);
	for (int i = 0; i < lengthof(changes->slots); i++)
		changes->slots[i] = MakeSingleTupleTableSlot(desc, &TTSOpsMinimalTuple);
}

/* Inserts the entries for the rows of _changed_rows(). */
static void
insert_entries(const char *action)
{
	/* the oid of a role that was dropped meanwhile */
	char *role = GetUserNameFromId(GetOuterUserId(), true);
	WpIdentity identity;
	bool known =
		wp_identity_get_answerable(&identity) && identity.user.data != NULL;
	Datum values[] = {
		known ? PointerGetDatum(cstring_to_text_with_len(identity.account.data,
														 identity.account.len))
			  : (Datum) 0,
		known ? PointerGetDatum(cstring_to_text_with_len(identity.user.data,
														 identity.user.len))
			  : (Datum) 0,
		CStringGetTextDatum(role != NULL ? role
										 : psprintf("%u", GetOuterUserId())),
		CStringGetTextDatum(action)};

	SPI_connect();
	wp_execute(&insert_query, values, known ? NULL : "nn  ", InvalidSnapshot);
	SPI_finish();
}

/*
 * SQL trigger, called by effect(), with its own name and the columns of the key
 * as arguments.  Writes an entry for every row that the statement changed.
 */
Datum
wp_audit(PG_FUNCTION_ARGS)
{
	TriggerData *data = wp_trigger_data(
		fcinfo, WP_ON_AFTER | WP_EACH_STATEMENT | WP_ON_INSERT | WP_ON_UPDATE |
					WP_ON_DELETE | WP_WITH_TABLES);
	Changes *outer = current;
	Changes changes;

	begin_changes(&changes, data);
	current = &changes;
	PG_TRY();
	{
		insert_entries(TRIGGER_FIRED_BY_INSERT(data->tg_event)   ? "insert"
					   : TRIGGER_FIRED_BY_UPDATE(data->tg_event) ? "update"
																 : "delete");
	}
	PG_FINALLY();
	{
		current = outer;
	}
	PG_END_TRY();
	for (int i = 0; i < lengthof(changes.slots); i++)
		ExecDropSingleTupleTableSlot(changes.slots[i]);
	return PointerGetDatum(NULL);
}

/*
 * The ids of entries: UUIDs of version 7 (RFC 9562), in the order of time.
 *
 * They do not come from a sequence.  Its numbers would collide on a subscriber
 * that is promoted, one setval() would stop the writes of all accounts, and the
 * gaps would reveal to an account how much others do.  With a counter per
 * account, its writers would wait for each other.
 *
 * They are made like those of PostgreSQL 18's uuidv7(): 48 bits of
 * milliseconds, 12 bits for the fraction of a millisecond, 62 random bits.
 * Those of one backend ascend even if the clock goes back, so entries of one
 * transaction are in the order in which they were made.
 */
#define NS_PER_S INT64CONST(1000000000)
#define NS_PER_MS INT64CONST(1000000)

/*
 * The number of fractions of a millisecond in 12 bits, and their least
 * distance.
 */
#define FRACTIONS 4096
#define STEP (NS_PER_MS / FRACTIONS + 1)

/*
 * Returns the time in nanoseconds since 1970, later than all times returned
 * before in this backend.
 */
static int64
ascending_time(void)
{
	static int64 last = 0;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	last = Max(now.tv_sec * NS_PER_S + now.tv_nsec, last + STEP);
	return last;
}

/*
 * Returns 64 random bits.  Many are fetched at once, because most of the cost
 * is in the call of the generator.
 */
static uint64
random_bits(void)
{
	static uint64 fetched[64];
	static int left = 0;

	if (left == 0)
	{
		if (!pg_strong_random(fetched, sizeof(fetched)))
			ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR),
							errmsg("could not generate random values")));
		left = lengthof(fetched);
	}
	return fetched[--left];
}

/*
 * SQL: _entry_id() → uuid.  Raises internal_error if no random bits are
 * available.
 */
Datum
wp_entry_id(PG_FUNCTION_ARGS)
{
	pg_uuid_t *id = palloc(sizeof(pg_uuid_t));
	int64 now = ascending_time();
	uint64 ms = now / NS_PER_MS;
	uint32 fraction = now % NS_PER_MS * FRACTIONS / NS_PER_MS;
	uint64 bits = random_bits();

	for (int i = 0; i < 6; i++)
		id->data[i] = ms >> (40 - 8 * i);
	memcpy(&id->data[8], &bits, sizeof(bits));
	id->data[6] = 0x70 | fraction >> 8; /* version 7 */
	id->data[7] = fraction;
	id->data[8] = 0x80 | (id->data[8] & 0x3f); /* variant of RFC 9562 */
	PG_RETURN_UUID_P(id);
}
