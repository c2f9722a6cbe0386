/*
 * first_owners.c
 *		The principal that makes a workflow, a workspace or a board is its first
 *		owner (spec 1, 6.3).
 *
 * Once for all rows of a statement, after its triggers for rows, because a
 * statement for each owner takes four times as long as the rest of a new
 * workflow.  Without a principal (a load by a superuser, a restore) there is no
 * user to own it.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

#include "lookup/enums.h"
#include "lookup/kept_plan.h"
#include "lookup/model_tables.h"
#include "lookup/owner_query.h"
#include "lookup/session_principal.h"
#include "model/trigger_data.h"

PG_FUNCTION_INFO_V1(wp_own_what_one_makes);

/* The columns of a new row of members, in this order. */
typedef enum OwnerColumn
{
	ACCOUNT,
	OBJECT,
	OWNER,
	OWNER_COLUMNS
} OwnerColumn;

/* Objects of a kind; the queries insert the owner of one, or of each. */
typedef struct Owned
{
	const char *kind;
	const char *table;
	const char *key;
	const char *members;
	WpQuery one;
	WpQuery many;
} Owned;

#define INSERT_OWNERS(object, rows, type)                                      \
	{                                                                          \
		.sql = "INSERT INTO workflow_perms." object "_members (account_id, "   \
			   "" object "_id, user_id, is_owner) " rows,                      \
		.nargs = OWNER_COLUMNS, .types = {type, type, type}, .chosen = true    \
	}
#define OWNED(object)                                                          \
	{                                                                          \
		object, object "s", object "_id", object "_members",                   \
			INSERT_OWNERS(object, "VALUES ($1, $2, $3, true)", TEXTOID),       \
			INSERT_OWNERS(object,                                              \
						  "SELECT c.account, c.object, c.owner, true "         \
						  "FROM ROWS FROM (pg_catalog.unnest($1), "            \
						  "pg_catalog.unnest($2), pg_catalog.unnest($3)) "     \
						  "AS c (account, object, owner)",                     \
						  TEXTARRAYOID)                                        \
	}

static Owned kinds[] = {OWNED("workflow"), OWNED("workspace"), OWNED("board")};

/* Returns the kind that the trigger's second argument names. */
static Owned *
find_kind(const TriggerData *data)
{
	for (int i = 0; i < lengthof(kinds) && data->tg_trigger->tgnargs > 1; i++)
		if (strcmp(kinds[i].kind, data->tg_trigger->tgargs[1]) == 0)
			return &kinds[i];
	ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
					errmsg("trigger \"%s\" names no kind of object",
						   data->tg_trigger->tgname)));
	return NULL; /* keep the compiler quiet */
}

/*
 * Sets *account and *user, copies, to those of the session's principal; data
 * NULL if it is no active member or service.
 */
static void
find_maker(WpText *account, WpText *user)
{
	const WpPrincipal *principal;

	account->data = user->data = NULL;
	PushActiveSnapshot(GetTransactionSnapshot());
	principal = wp_session_principal_who();
	if (wp_is_team(principal) && principal->active)
	{
		*account = wp_copy_text(&principal->account, CurrentMemoryContext);
		*user = wp_copy_text(&principal->user, CurrentMemoryContext);
	}
	PopActiveSnapshot();
}

/* Does the new workspace have members? */
static bool
has_members(const TriggerData *data, TupleTableSlot *row)
{
	bool isnull;
	Datum kind = slot_getattr(
		row,
		wp_column(data->tg_relation, "kind", wp_enum_type(&wp_workspace_kinds)),
		&isnull);
	int word = isnull
				   ? WP_WORKSPACE_UNKNOWN
				   : wp_enum_word(&wp_workspace_kinds, DatumGetObjectId(kind),
								  WP_WORKSPACE_UNKNOWN);

	return word == WP_WORKSPACE_OPEN || word == WP_WORKSPACE_CLOSED;
}

/* Adds the columns of the owner of each new row that has one. */
static void
collect_owners(const TriggerData *data, const Owned *kind,
			   ArrayBuildState **owners)
{
	bool is_workflow = strcmp(kind->table, "workflows") == 0;
	bool is_workspace = strcmp(kind->table, "workspaces") == 0;
	MemoryContext context = CurrentMemoryContext;
	MemoryContext row_context = AllocSetContextCreate(
		context, "workflow_perms new row", ALLOCSET_DEFAULT_SIZES);
	TupleTableSlot *row = MakeSingleTupleTableSlot(
		RelationGetDescr(data->tg_relation), &TTSOpsMinimalTuple);
	int numbers[OWNER_COLUMNS] = {
		wp_column(data->tg_relation, "account_id", TEXTOID),
		wp_column(data->tg_relation, kind->key, TEXTOID),
		is_workflow ? wp_column(data->tg_relation, "created_by", TEXTOID) : 0};
	WpText account;
	WpText user;

	find_maker(&account, &user);
	wp_read_rows(data->tg_newtable);
	while (tuplestore_gettupleslot(data->tg_newtable, true, false, row))
	{
		Datum values[OWNER_COLUMNS];
		bool nulls[OWNER_COLUMNS] = {false};

		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(row_context);
		MemoryContextSwitchTo(row_context);
		for (int i = 0; i < OWNER_COLUMNS; i++)
			if (numbers[i] > 0)
				values[i] = slot_getattr(row, numbers[i], &nulls[i]);
		if (!is_workflow)
		{
			WpText of = nulls[ACCOUNT] ? (WpText){NULL, 0}
									   : wp_text_value(values[ACCOUNT]);

			nulls[OWNER] = user.data == NULL || !wp_text_equal(&of, &account) ||
						   (is_workspace && !has_members(data, row));
			values[OWNER] = wp_text_datum(&user);
		}
		MemoryContextSwitchTo(context);
		if (nulls[ACCOUNT] || nulls[OBJECT] || nulls[OWNER])
			continue;
		for (int i = 0; i < OWNER_COLUMNS; i++)
			owners[i] =
				accumArrayResult(owners[i], values[i], false, TEXTOID, context);
	}
	ExecDropSingleTupleTableSlot(row);
	MemoryContextDelete(row_context);
}

/*
 * SQL trigger, called by effect(): inserts the first owners of the new rows.
 * Only the application writes the members in a source.
 */
Datum
wp_own_what_one_makes(PG_FUNCTION_ARGS)
{
	TriggerData *data =
		wp_trigger_data(fcinfo, WP_ON_AFTER | WP_EACH_STATEMENT | WP_ON_INSERT |
									WP_WITH_TABLES);
	Owned *kind = find_kind(data);
	ArrayBuildState *owners[OWNER_COLUMNS] = {NULL};
	Datum values[OWNER_COLUMNS];
	int n;

	if (wp_is_source(kind->members))
		return PointerGetDatum(NULL);
	SPI_connect();
	collect_owners(data, kind, owners);
	n = owners[ACCOUNT] == NULL ? 0 : owners[ACCOUNT]->nelems;
	/* On a shard, a query reaches only the rows of one account. */
	if (n == 1 ||
		strcmp(RelationGetRelationName(data->tg_relation), kind->table) != 0)
		for (int row = 0; row < n; row++)
		{
			for (int i = 0; i < OWNER_COLUMNS; i++)
				values[i] = owners[i]->dvalues[row];
			wp_execute(&kind->one, values, NULL, InvalidSnapshot);
		}
	else if (n > 1)
	{
		for (int i = 0; i < OWNER_COLUMNS; i++)
			values[i] = makeArrayResult(owners[i], CurrentMemoryContext);
		wp_execute(&kind->many, values, NULL, InvalidSnapshot);
	}
	SPI_finish();
	return PointerGetDatum(NULL);
}
