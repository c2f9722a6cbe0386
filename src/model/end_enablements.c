/*
 * end_enablements.c
 *		Ends enablements that are no longer allowed.  After a change of a
 *		workflow's place, or of the users that its condition matches, it
 *		disables such enablements in the same transaction, with the code as
 *		reason (spec 4.4).  A stopped workflow or an inactive user does not end
 *		them, because the run gate stops their runs meanwhile.
 *
 * Each statement, whatever the number of rows that it changes, causes one
 * UPDATE. This uses the index from the changed rows to their enablements and is
 * audited like any other.  On a shard there is one UPDATE per account.  Rows
 * without a relevant change are left out first.
 *
 * Like the invariants, it reads what is committed now and not the transaction's
 * snapshot.  Otherwise, under REPEATABLE READ, an enablement that was committed
 * while the change waited for its lock would stay. enable.sql explains the
 * locks.  It first locks the rows that the change itself does not lock and that
 * another transaction may be changing: for a user's change the workflows that
 * the user has enabled, for a workflow's its workspace.  Otherwise two changes
 * that are harmless on their own could together forbid an enablement that
 * neither sees.  Users are never locked for a workflow's change: there are many
 * of them, and their own change locks the workflow.  A row of a source is never
 * locked (read_from()): if it changes at the same time, the run gate decides.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

#include "compat.h"
#include "lookup/kept_plan.h"
#include "lookup/model_tables.h"
#include "model/row_security.h"
#include "model/trigger_data.h"

PG_FUNCTION_INFO_V1(wp_reevaluate);
PG_FUNCTION_INFO_V1(wp_reevaluate_source);

#define EQ " OPERATOR(pg_catalog.=) "
/* of ids in a table that may be read from a source (spec 6.4) */
#define SAME " OPERATOR(workflow_perms.==) "

/* How many rows have changed, which decides the form of their keys. */
typedef enum Count
{
	ONE,         /* two texts: its account and its id */
	OF_ACCOUNT,  /* a text and an array: their account, and their ids */
	OF_ACCOUNTS, /* two arrays of the same length */
	COUNTS
} Count;

/*
 * The changed rows, inserted at %s in the queries.  The planner sees the values
 * of the one row that most statements change.  With the account as a constant,
 * tables are joined by their ids.  Otherwise it may join the changed users with
 * all workspaces, by the account alone.  Distributed tables find their shards
 * with it.
 */
#define CHANGED "%s AS c (account_id, id)"

static const char *const changed[COUNTS] = {
	[ONE] = "(VALUES ($1, $2))",
	[OF_ACCOUNT] = "(SELECT $1, u.id FROM pg_catalog.unnest($2) AS u (id))",
	[OF_ACCOUNTS] = "ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2))",
};

#define REFUSAL                                                                \
	"workflow_perms._end_of_enabling(u.user_id, u.kind, u.metadata, s.kind,"   \
	" s.offered, w.visibility, w.condition, pg_catalog.now())"

#define END_ENABLEMENTS                                                        \
	"UPDATE workflow_perms.enablements e SET enabled = false, changed_at = "   \
	"pg_catalog.now(), reason = "

/*
 * Disables the enablements that belong to the changed rows and that the
 * condition or the place refuses.
 */
#define DISABLE(belongs)                                                       \
	END_ENABLEMENTS REFUSAL                                                    \
		" FROM " CHANGED ", workflow_perms.users u, "                          \
		"workflow_perms.workflows w, "                                         \
		"workflow_perms.workspaces s"                                          \
		" WHERE " belongs " AND e.enabled"                                     \
		" AND u.account_id" SAME "e.account_id AND u.user_id" SAME "e.user_id" \
		" AND w.account_id" SAME "e.account_id AND w.workflow_id" SAME         \
		"e.workflow_id"                                                        \
		" AND s.account_id" SAME "w.account_id AND s.workspace_id" SAME        \
		"w.workspace_id"                                                       \
		" AND " REFUSAL " IS NOT NULL"

/*
 * The same if some of these tables are read from sources, or the rows are of
 * several accounts.  Each row is looked up, because a join does not use the
 * indexes of all members of a UNION ALL, and may be by the account alone.
 * found: how the enablements e and the workflows w are found.
 */
#define DISABLE_EACH(found)                                                    \
	END_ENABLEMENTS                                                            \
	"d.code FROM (SELECT e.account_id, e.workflow_id, e.user_id,"              \
	" e.configuration, " REFUSAL " AS code FROM " CHANGED found PLACE          \
	" WHERE e.enabled AND " REFUSAL " IS NOT NULL) d"                          \
	" WHERE e.account_id" EQ "d.account_id AND e.workflow_id" EQ               \
	"d.workflow_id AND e.user_id" EQ "d.user_id AND e.configuration" EQ        \
	"d.configuration AND e.enabled"
#define PLACE                                                                  \
	LOOK_UP("u", "users", "user_id", "e", "user_id")                           \
	LOOK_UP("s", "workspaces", "workspace_id", "w", "workspace_id")
#define WORKFLOW LOOK_UP("w", "workflows", "workflow_id", "e", "workflow_id")
#define LOOK_UP(name, table, key, from, id)                                    \
	" CROSS JOIN LATERAL (SELECT f.* FROM workflow_perms." table " f"          \
	" WHERE f.account_id" SAME from ".account_id AND f." key SAME from "." id  \
	" OFFSET 0) " name

#define MAX_COLUMNS 3

/* The re-evaluation after a change of a table. */
typedef struct Reevaluation
{
	const char *table;
	const char *id;                   /* the second column of its key */
	const char *columns[MAX_COLUMNS]; /* columns whose change matters */
	/* no row: nothing is enabled that could end; NULL: locks nothing */
	const char *lock;
	const char *locked; /* the table that lock locks; NULL: none */
	const char *disable;
	const char *disable_each; /* the same with DISABLE_EACH */
	int few; /* the same plan is good for up to this many rows; 0: never */
} Reevaluation;

static const Reevaluation reevaluations[] = {
	{
		.table = "users",
		.id = "user_id",
		.columns = {"metadata"},
		.lock = "SELECT FROM workflow_perms.workflows w WHERE EXISTS ("
				"SELECT FROM " CHANGED
				" JOIN workflow_perms.enablements e ON e.account_id" EQ
				"c.account_id AND e.user_id" EQ "c.id"
				" WHERE e.enabled AND e.account_id" SAME
				"w.account_id AND e.workflow_id" SAME "w.workflow_id)"
				" ORDER BY w.account_id, w.workflow_id FOR SHARE",
		.locked = "workflows",
		.disable =
			DISABLE("e.account_id" EQ "c.account_id AND e.user_id" EQ "c.id"),
		.disable_each = DISABLE_EACH(
			LOOK_UP("e", "enablements", "user_id", "c", "id") WORKFLOW),
		/*
		 * Users change all the time, and planning takes twenty times as long as
		 * running.
		 */
		.few = 100,
	},
	{
		.table = "workflows",
		.id = "workflow_id",
		.columns = {"condition", "visibility", "workspace_id"},
		.lock = "SELECT FROM workflow_perms.workspaces s WHERE EXISTS ("
				"SELECT FROM " CHANGED
				" JOIN workflow_perms.workflows w ON w.account_id" SAME
				"c.account_id AND w.workflow_id" SAME "c.id"
				" WHERE s.account_id" SAME
				"w.account_id AND s.workspace_id" SAME "w.workspace_id)"
				" ORDER BY s.account_id, s.workspace_id FOR SHARE",
		.locked = "workspaces",
		.disable = DISABLE("e.account_id" EQ "c.account_id AND e.workflow_id" EQ
						   "c.id"),
		.disable_each = DISABLE_EACH(
			LOOK_UP("e", "enablements", "workflow_id", "c", "id") WORKFLOW),
	},
	{
		/*
		 * A workspace that becomes closed, or is no longer offered, hides its
		 * workflows, as if they had moved.
		 */
		.table = "workspaces",
		.id = "workspace_id",
		.columns = {"kind", "offered"},
		.disable = DISABLE("w.account_id" SAME
						   "c.account_id AND w.workspace_id" SAME "c.id"),
		.disable_each = DISABLE_EACH(
			LOOK_UP("w", "workflows", "workspace_id", "c", "id")
				LOOK_UP("e", "enablements", "workflow_id", "w", "workflow_id")),
	},
};

/* The queries for this form of keys, made when first needed. */
typedef struct Queries
{
	WpQuery lock;
	WpQuery disable;
	WpQuery disable_each;
} Queries;

/* In the order of reevaluations; the last index is whether the plan is kept. */
static Queries queries[lengthof(reevaluations)][COUNTS][2];

/* Returns the index of the table in reevaluations, or -1. */
static int
find_place(const char *table)
{
	for (int i = 0; i < lengthof(reevaluations); i++)
		if (strcmp(reevaluations[i].table, table) == 0)
			return i;
	return -1;
}

/* Raises e_r_i_e_trigger_protocol_violated. */
wp_noreturn static void
raise_no_table(const TriggerData *data)
{
	ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
					errmsg("trigger \"%s\" names no table to re-evaluate after",
						   data->tg_trigger->tgname)));
}

/*
 * Returns the index in reevaluations of the table that the trigger's second
 * argument names.
 */
static int
find_reevaluation(TriggerData *data)
{
	int place = data->tg_trigger->tgnargs > 1
					? find_place(data->tg_trigger->tgargs[1])
					: -1;

	if (place < 0)
		raise_no_table(data);
	return place;
}

/*
 * Returns whether a relevant column differs between the old and the new row.
 * Also returns true if they are not the same row, because then nothing is
 * known.
 */
static bool
has_changed(const AttrNumber *numbers, int n, TupleTableSlot *was,
			TupleTableSlot *is)
{
	for (int i = 0; i < n; i++)
		if (!wp_same_in_slots(numbers[i], was, is))
			return true;
	return false;
}

/*
 * Collects the keys of the rows with a change in a relevant column: two arrays,
 * their accounts and their ids.  Returns their number.
 *
 * The two transition tables have the rows of an UPDATE in the same order, and
 * keys never change.  So they are read side by side, for any number of rows,
 * without a join that would need a plan.
 */
static int
collect_changed(TriggerData *data, const Reevaluation *reevaluation,
				Datum *keys)
{
	TupleDesc desc = RelationGetDescr(data->tg_relation);
	TupleTableSlot *was = MakeSingleTupleTableSlot(desc, &TTSOpsMinimalTuple);
	TupleTableSlot *is = MakeSingleTupleTableSlot(desc, &TTSOpsMinimalTuple);
	MemoryContext context = CurrentMemoryContext;
	MemoryContext row_context = AllocSetContextCreate(
		context, "workflow_perms changed row", ALLOCSET_DEFAULT_SIZES);
	ArrayBuildState *accounts = initArrayResult(TEXTOID, context, false);
	ArrayBuildState *ids = initArrayResult(TEXTOID, context, false);
	AttrNumber numbers[2 + MAX_COLUMNS];
	int n = 0;
	int count = 0;

	numbers[n++] = wp_column(data->tg_relation, "account_id", TEXTOID);
	numbers[n++] = wp_column(data->tg_relation, reevaluation->id, TEXTOID);
	for (int i = 0; i < MAX_COLUMNS && reevaluation->columns[i] != NULL; i++)
		numbers[n++] =
			wp_column(data->tg_relation, reevaluation->columns[i], InvalidOid);

	wp_read_rows(data->tg_oldtable);
	wp_read_rows(data->tg_newtable);
	while (tuplestore_gettupleslot(data->tg_newtable, true, false, is) &&
		   tuplestore_gettupleslot(data->tg_oldtable, true, false, was))
	{
		bool changed;

		CHECK_FOR_INTERRUPTS();
		/* frees what comparing long values left */
		MemoryContextReset(row_context);
		MemoryContextSwitchTo(row_context);
		changed = has_changed(numbers, n, was, is);
		MemoryContextSwitchTo(context);
		/* Keys are never NULL in a table of the model. */
		if (changed && !slot_attisnull(is, numbers[0]) &&
			!slot_attisnull(is, numbers[1]))
		{
			bool isnull;

			accumArrayResult(accounts, slot_getattr(is, numbers[0], &isnull),
							 false, TEXTOID, context);
			accumArrayResult(ids, slot_getattr(is, numbers[1], &isnull), false,
							 TEXTOID, context);
			count++;
		}
	}
	ExecDropSingleTupleTableSlot(was);
	ExecDropSingleTupleTableSlot(is);
	MemoryContextDelete(row_context);
	keys[0] = makeArrayResult(accounts, context);
	keys[1] = makeArrayResult(ids, context);
	return count;
}

/* Returns the elements of an array of text, and sets their number. */
static Datum *
elements(Datum array, int *n)
{
	Datum *values;

	deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false,
					  TYPALIGN_INT, &values, NULL, n);
	return values;
}

/*
 * Changes the keys, two arrays, into the simplest form that their rows allow,
 * but none simpler than that.  Returns which it is, and sets the number of
 * rows.
 */
static Count
simplify(Datum *keys, int *n, Count simplest)
{
	Datum *accounts = elements(keys[0], n);

	for (int i = 1; i < *n; i++)
		if (!datum_image_eq(accounts[0], accounts[i], false, -1))
			return OF_ACCOUNTS;
	keys[0] = accounts[0];
	if (*n > 1 || simplest == OF_ACCOUNT)
		return OF_ACCOUNT;
	keys[1] = elements(keys[1], n)[0];
	return ONE;
}

/*
 * Runs the query over the changed rows in their committed state, and returns
 * how many rows it affected.  The query is kept parsed.  If `kept`, its plan
 * for few rows is kept too.  Otherwise it is planned each time, because a plan
 * that is right for one row is wrong for a million.
 */
static uint64
run(const char *text, WpQuery *query, Count count, bool kept, Datum *keys)
{
	if (query->sql == NULL)
	{
		query->nargs = 2;
		query->types[0] = count == OF_ACCOUNTS ? TEXTARRAYOID : TEXTOID;
		query->types[1] = count == ONE ? TEXTOID : TEXTARRAYOID;
		query->options =
			kept ? CURSOR_OPT_GENERIC_PLAN : CURSOR_OPT_CUSTOM_PLAN;
		query->sql = MemoryContextStrdup(TopMemoryContext,
										 psprintf(text, changed[count]));
	}
	return wp_execute(query, keys, NULL, GetLatestSnapshot());
}

/*
 * Disables enablements that the changed rows with these keys, two arrays, no
 * longer allow.  On a shard they are of one account, and the plan is not kept:
 * a distributed table needs both.
 */
static void
disable(int place, Datum *keys, bool on_shard)
{
	const Reevaluation *reevaluation = &reevaluations[place];
	int n;
	Count count = simplify(keys, &n, on_shard ? OF_ACCOUNT : ONE);
	bool kept = n <= reevaluation->few && !on_shard;
	Queries *of = &queries[place][count][kept];

	if (reevaluation->locked != NULL && !wp_is_source(reevaluation->locked) &&
		run(reevaluation->lock, &of->lock, count, kept, keys) == 0)
		return;
	if (count == OF_ACCOUNTS || wp_is_source("users") ||
		wp_is_source("workflows") || wp_is_source("workspaces"))
		run(reevaluation->disable_each, &of->disable_each, count, kept, keys);
	else
		run(reevaluation->disable, &of->disable, count, kept, keys);
}

/*
 * The same on a shard of a distributed table.  It goes account by account,
 * because a query there reaches only the rows of one account.
 */
static void
disable_by_account(int place, Datum *keys)
{
	Oid types[] = {TEXTARRAYOID, TEXTARRAYOID};
	char *query = psprintf("SELECT pg_catalog.array_agg(c.account_id), "
						   "pg_catalog.array_agg(c.id) FROM " CHANGED
						   " GROUP BY c.account_id",
						   changed[OF_ACCOUNTS]);
	SPITupleTable *accounts;

	SPI_execute_with_args(query, lengthof(types), types, keys, NULL, false, 0);
	accounts = SPI_tuptable;
	for (uint64 i = 0; i < accounts->numvals; i++)
	{
		Datum of_account[2];
		bool isnull; /* never */

		for (int j = 0; j < lengthof(of_account); j++)
			of_account[j] = SPI_getbinval(accounts->vals[i], accounts->tupdesc,
										  j + 1, &isnull);
		disable(place, of_account, true);
	}
}

/*
 * SQL trigger, called by effect(): disables the enablements that the statement
 * has made illegal.
 */
Datum
wp_reevaluate(PG_FUNCTION_ARGS)
{
	TriggerData *data =
		wp_trigger_data(fcinfo, WP_ON_AFTER | WP_EACH_STATEMENT | WP_ON_UPDATE |
									WP_WITH_TABLES);
	int place = find_reevaluation(data);
	const Reevaluation *reevaluation = &reevaluations[place];
	Datum keys[2];

	SPI_connect();
	if (collect_changed(data, reevaluation, keys) == 0)
		; /* nothing that matters */
	else if (strcmp(RelationGetRelationName(data->tg_relation),
					reevaluation->table) != 0)
		disable_by_account(place, keys);
	else
		disable(place, keys, false);
	SPI_finish();
	return PointerGetDatum(NULL);
}

/*
 * Finds the accounts and ids, as two arrays of text, that the trigger's
 * expressions have for the rows of the statement.  Returns false if there are
 * none.
 */
static bool
find_named(TriggerData *data, Datum *keys)
{
	const char *old = data->tg_trigger->tgoldtable;
	const char *new = data->tg_trigger->tgnewtable;
	char *rows = psprintf("%s%s%s%s%s", old != NULL ? "TABLE " : "",
						  old != NULL ? quote_identifier(old) : "",
						  old != NULL && new != NULL ? " UNION ALL " : "",
						  new != NULL ? "TABLE " : "",
						  new != NULL ? quote_identifier(new) : "");
	char *query = psprintf(
		"SELECT pg_catalog.array_agg(c.account_id), pg_catalog.array_agg(c.id)"
		" FROM (SELECT DISTINCT (%s)::text, (%s)::text FROM (%s) r)"
		" AS c (account_id, id)"
		" WHERE c.account_id IS NOT NULL AND c.id IS NOT NULL",
		data->tg_trigger->tgargs[1], data->tg_trigger->tgargs[2], rows);

	SPI_register_trigger_data(data);
	/* Anyone may call us, with any arguments. */
	if (SPI_execute(query, true, 1) != SPI_OK_SELECT || SPI_processed != 1 ||
		SPI_tuptable->tupdesc->natts != 2 ||
		SPI_gettypeid(SPI_tuptable->tupdesc, 1) != TEXTARRAYOID ||
		SPI_gettypeid(SPI_tuptable->tupdesc, 2) != TEXTARRAYOID)
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
						errmsg("trigger %s has other arguments than those of "
							   "reevaluate_on()",
							   data->tg_trigger->tgname)));
	for (int i = 0; i < 2; i++)
	{
		bool isnull;

		keys[i] = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc,
								i + 1, &isnull);
		if (isnull)
			return false;
	}
	return true;
}

/* Rows of a table of the model, for end_named(). */
typedef struct Named
{
	int place; /* the table, in reevaluations */
	Datum keys[2];
} Named;

/* Disables the enablements that these rows no longer allow. */
static Datum
end_named(void *arg)
{
	Named *named = arg;

	disable(named->place, named->keys, false);
	return (Datum) 0;
}

/*
 * SQL trigger of reevaluate_on(), on a table of the application's: disables the
 * enablements that the statement has made illegal.  Its arguments are the table
 * of the model that the rows are read as, and the expressions for the account
 * and the id in it.  The expressions are evaluated as the role that writes.
 */
Datum
wp_reevaluate_source(PG_FUNCTION_ARGS)
{
	TriggerData *data = wp_trigger_data(
		fcinfo, WP_ON_AFTER | WP_EACH_STATEMENT | WP_ON_INSERT | WP_ON_UPDATE |
					WP_ON_DELETE | WP_WITH_TABLES);
	Named named = {data->tg_trigger->tgnargs == 3
					   ? find_place(data->tg_trigger->tgargs[0])
					   : -1};

	if (named.place < 0)
		raise_no_table(data);
	SPI_connect();
	if (find_named(data, named.keys))
		wp_as_effect(end_named, &named);
	SPI_finish();
	return PointerGetDatum(NULL);
}
