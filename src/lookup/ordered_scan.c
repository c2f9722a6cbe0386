/*
 * ordered_scan.c
 *		Index scans over workflow_perms.workflows without a plan.  A descent of
 *		the tree takes a few microseconds, a cursor of SPI several times that.
 *
 * An index can be used if its first columns are account_id, the path's own
 * column, the order's column and workflow_id, all in the direction of the order
 * or all in the opposite one.  One scan is open at a time.  Each start
 * repositions it, so a reader of a thousand workspaces holds one page.
 *
 * Rows are read under the active snapshot.  No privilege is checked and no
 * policy applied: the caller decides on each row.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/nbtree.h"
#include "access/relscan.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/transam.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "compat.h"
#include "lookup/distributed.h"
#include "lookup/ordered_scan.h"
#include "lookup/probe.h"

/* account, the path's own column, the order's column, the id */
#define MOST_KEYS 4

/* The columns that a decision reads. */
typedef enum Column
{
	COLUMN_ACCOUNT,
	COLUMN_WORKFLOW,
	COLUMN_WORKSPACE,
	COLUMN_VISIBILITY,
	COLUMN_STATUS,
	COLUMN_CONDITION,
	COLUMN_HIDDEN
} Column;

static const char *const column_names[] = {
	"account_id", "workflow_id", "workspace_id", "visibility",
	"status",     "condition",   "hidden"};

/* A range of the index: the condition on the columns after the prefix. */
typedef enum Stretch
{
	STRETCH_ALL,
	STRETCH_ID_AFTER, /* ordered by id alone */
	STRETCH_AFTER,    /* (value, id) after the place's */
	STRETCH_NULL,
	STRETCH_NULL_ID_AFTER,
	STRETCH_NOT_NULL
} Stretch;

struct WpOrdered
{
	const WpOrder *order;
	const WpText *account;
	WpPath path;
	Relation table;
	Relation index;
	ScanDirection direction;
	AttrNumber columns[lengthof(column_names)];
	Snapshot snapshot;
	WpRows row;                /* the slot, and how to read its columns */
	MemoryContext key_context; /* for the keys of a scan */

	/* by number of keys, opened when needed */
	IndexScanDesc scans[MOST_KEYS + 1];
	IndexScanDesc scan; /* the current one, or NULL */
	ScanKeyData keys[MOST_KEYS];
	/* what a key that compares two columns points to */
	ScanKeyData compared[2];
	int nprefix;
	WpPlace after;
	Stretch stretches[2];
	int nstretches;
	int stretch;
};

/* Returns how many columns of the index come before the order's. */
static int
prefix_columns(WpPath path)
{
	return path == WP_PATH_ACCOUNT ? 1 : 2;
}

/* Returns whether this column of the index is text and sorts as ids do. */
static bool
sorts_ids(Relation index, int column)
{
	return index->rd_opfamily[column] == TEXT_BTREE_FAM_OID &&
		   index->rd_indcollation[column] == C_COLLATION_OID;
}

/* Returns whether the index's second column is condition_hash(condition). */
static bool
leads_by_hash(const WpOrdered *rows, Relation index)
{
	List *expressions = RelationGetIndexExpressions(index);
	FuncExpr *call;
	Node *argument;
	char *name;

	if (index->rd_index->indkey.values[1] != 0 ||
		index->rd_opfamily[1] != INTEGER_BTREE_FAM_OID)
		return false;
	call = linitial(expressions);
	if (!IsA(call, FuncExpr) || list_length(call->args) != 1)
		return false;
	argument = linitial(call->args);
	if (!IsA(argument, Var) ||
		((Var *) argument)->varattno != rows->columns[COLUMN_CONDITION])
		return false;
	name = get_func_name(call->funcid);
	return name != NULL && strcmp(name, "condition_hash") == 0 &&
		   get_func_namespace(call->funcid) ==
			   get_namespace_oid("workflow_perms", true);
}

/*
 * Returns whether the columns of the index are those of the path and the order,
 * as far as its catalog row says.  This is checked for every index before it is
 * opened.
 */
static bool
names_columns(const WpOrdered *rows, Form_pg_index index)
{
	AttrNumber wanted[MOST_KEYS];
	int n = 0;

	wanted[n++] = rows->columns[COLUMN_ACCOUNT];
	if (rows->path == WP_PATH_WORKSPACE)
		wanted[n++] = rows->columns[COLUMN_WORKSPACE];
	if (rows->path == WP_PATH_CONDITION)
		wanted[n++] = 0;
	if (!rows->order->by_id && rows->path != WP_PATH_ID)
		wanted[n++] = rows->order->column;
	wanted[n++] = rows->columns[COLUMN_WORKFLOW];

	if (!index->indisvalid || index->indnkeyatts < n)
		return false;
	for (int i = 0; i < n; i++)
		if (index->indkey.values[i] != wanted[i])
			return false;
	return true;
}

/*
 * Returns whether reading the index in rows->direction gives the order.  Sets
 * that direction.
 */
static bool
gives_order(WpOrdered *rows, Relation index)
{
	const WpOrder *order = rows->order;
	int column = prefix_columns(rows->path);
	int id = order->by_id ? column : column + 1;
	bool backward = ((index->rd_indoption[column] & INDOPTION_DESC) != 0) !=
					order->descending;

	rows->direction = backward ? BackwardScanDirection : ForwardScanDirection;
	if (!sorts_ids(index, id) || (((index->rd_indoption[id] & INDOPTION_DESC) !=
								   0) != backward) != order->descending)
		return false;
	if (order->by_id)
		return true;
	if (index->rd_opfamily[column] != order->family ||
		index->rd_indcollation[column] != order->collation)
		return false;
	return !order->nullable ||
		   (((index->rd_indoption[column] & INDOPTION_NULLS_FIRST) != 0) !=
			backward) == order->nulls_first;
}

/*
 * Returns whether the index can be used: it has all rows, is ready, begins with
 * the path and gives the order.
 */
static bool
serves(WpOrdered *rows, Relation index)
{
	if (index->rd_rel->relam != BTREE_AM_OID ||
		RelationGetIndexPredicate(index) != NIL || !sorts_ids(index, 0))
		return false;
	/*
	 * PostgreSQL's planner has the same rule for an index that was made while
	 * other transactions were open.
	 */
	if (index->rd_index->indcheckxmin &&
		!TransactionIdPrecedes(
			HeapTupleHeaderGetXmin(index->rd_indextuple->t_data),
			TransactionXmin))
		return false;
	rows->direction = ForwardScanDirection;
	if (rows->path == WP_PATH_ID)
		return sorts_ids(index, 1);
	if (rows->path == WP_PATH_WORKSPACE && !sorts_ids(index, 1))
		return false;
	if (rows->path == WP_PATH_CONDITION && !leads_by_hash(rows, index))
		return false;
	return gives_order(rows, index);
}

/*
 * Opens the first index that can be used, as rows->index.  Returns false if
 * there is none.
 */
static bool
open_index(WpOrdered *rows)
{
	List *indexes = RelationGetIndexList(rows->table);
	ListCell *cell;

	foreach (cell, indexes)
	{
		HeapTuple tuple =
			SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(cell)));
		bool named = HeapTupleIsValid(tuple) &&
					 names_columns(rows, (Form_pg_index) GETSTRUCT(tuple));

		if (HeapTupleIsValid(tuple))
			ReleaseSysCache(tuple);
		if (!named)
			continue;
		rows->index = index_open(lfirst_oid(cell), AccessShareLock);
		if (serves(rows, rows->index))
			break;
		index_close(rows->index, AccessShareLock);
		rows->index = NULL;
	}
	list_free(indexes);
	return rows->index != NULL;
}

/*
 * See ordered_scan.h.  The locks are held to the end of the transaction, as a
 * plan's are.  Raises undefined_column if the table lacks one of the model's
 * columns, datatype_mismatch if an id, which scan keys are compared with, is
 * not text.
 */
WpOrdered *
wp_ordered_open(const WpOrder *order, const WpText *account, WpPath path)
{
	WpOrdered *rows = palloc0(sizeof(WpOrdered));
	Datum id = wp_text_datum(account);

	rows->order = order;
	rows->account = account;
	rows->path = path;
	rows->table = table_open(order->table, AccessShareLock);
	for (int i = 0; i < lengthof(column_names); i++)
	{
		rows->columns[i] = get_attnum(order->table, column_names[i]);
		if (rows->columns[i] == InvalidAttrNumber)
			ereport(
				ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg(
					 "column \"%s\" of workflow_perms.workflows does not exist",
					 column_names[i])));
		if (i <= COLUMN_WORKSPACE)
			wp_check_column("workflows", RelationGetDescr(rows->table),
							rows->columns[i], WP_STORED_TEXT, NULL);
	}
	/*
	 * A table with partitions, children or shards has no index of all its rows.
	 */
	if (rows->table->rd_rel->relkind != RELKIND_RELATION ||
		rows->table->rd_rel->relhassubclass ||
		wp_is_distributed(order->table) || !open_index(rows))
	{
		table_close(rows->table, NoLock);
		pfree(rows);
		return NULL;
	}
	rows->snapshot = RegisterSnapshot(GetActiveSnapshot());
	wp_rows_use_slot(&rows->row, table_slot_create(rows->table, NULL),
					 rows->columns, "workflows");
	rows->key_context = AllocSetContextCreate(
		CurrentMemoryContext, "workflow_perms key", ALLOCSET_SMALL_SIZES);
	ScanKeyInit(&rows->keys[0], 1, BTEqualStrategyNumber, F_TEXTEQ, id);
	rows->nprefix = prefix_columns(path);
	return rows;
}

double
wp_ordered_estimate(const WpOrdered *rows)
{
	return rows->table->rd_rel->reltuples;
}

void
wp_ordered_close(WpOrdered *rows)
{
	for (int i = 0; i < lengthof(rows->scans); i++)
		if (rows->scans[i] != NULL)
			index_endscan(rows->scans[i]);
	wp_rows_release(&rows->row);
	ExecDropSingleTupleTableSlot(rows->row.slot);
	UnregisterSnapshot(rows->snapshot);
	index_close(rows->index, NoLock);
	table_close(rows->table, NoLock);
	MemoryContextDelete(rows->key_context);
	pfree(rows);
}

/* Sets the prefix and the ranges to be read. */
static void
start(WpOrdered *rows, Datum prefix, bool prefix_is_null)
{
	MemoryContextReset(rows->key_context);
	rows->scan = NULL;
	rows->stretch = 0;
	if (rows->nprefix < 2)
		return;
	if (prefix_is_null)
		ScanKeyEntryInitialize(&rows->keys[1], SK_ISNULL | SK_SEARCHNULL, 2,
							   InvalidStrategy, InvalidOid, InvalidOid,
							   InvalidOid, (Datum) 0);
	else
		ScanKeyInit(&rows->keys[1], 2, BTEqualStrategyNumber,
					rows->path == WP_PATH_CONDITION ? F_INT8EQ : F_TEXTEQ,
					prefix);
}

/*
 * See ordered_scan.h.  The caller keeps the place, and what the prefix points
 * to, until the next start.
 */
void
wp_ordered_start(WpOrdered *rows, Datum prefix, bool prefix_is_null,
				 const WpPlace *after)
{
	const WpOrder *order = rows->order;
	int n = 0;

	start(rows, prefix, prefix_is_null);
	if (after == NULL || rows->path == WP_PATH_ID)
		rows->stretches[n++] = STRETCH_ALL;
	else
	{
		rows->after = *after;
		if (order->by_id)
			rows->stretches[n++] = STRETCH_ID_AFTER;
		else if (after->is_null)
		{
			rows->stretches[n++] = STRETCH_NULL_ID_AFTER;
			if (order->nulls_first)
				rows->stretches[n++] = STRETCH_NOT_NULL;
		}
		else
		{
			rows->stretches[n++] = STRETCH_AFTER;
			if (order->nullable && !order->nulls_first)
				rows->stretches[n++] = STRETCH_NULL;
		}
	}
	rows->nstretches = n;
}

/* Makes a key for "the order's column is NULL", or is not. */
static void
null_key(ScanKey key, int attribute, bool is_null)
{
	ScanKeyEntryInitialize(
		key, SK_ISNULL | (is_null ? SK_SEARCHNULL : SK_SEARCHNOTNULL),
		attribute, InvalidStrategy, InvalidOid, InvalidOid, InvalidOid,
		(Datum) 0);
}

/* Makes a key on the id, for rows after the place. */
static void
id_key(WpOrdered *rows, ScanKey key, int attribute)
{
	bool descending = rows->order->descending;

	ScanKeyInit(key, attribute,
				descending ? BTLessStrategyNumber : BTGreaterStrategyNumber,
				descending ? F_TEXT_LT : F_TEXT_GT,
				wp_text_datum(&rows->after.id));
}

/*
 * Makes a key on the order's column and the id together, as for ROW(…) >
 * ROW(…).
 */
static void
place_key(WpOrdered *rows, ScanKey key, int attribute)
{
	const WpOrder *order = rows->order;
	StrategyNumber strategy =
		order->descending ? BTLessStrategyNumber : BTGreaterStrategyNumber;
	Oid compare = get_opfamily_proc(order->family, order->family_type,
									order->family_type, BTORDER_PROC);

	ScanKeyEntryInitialize(&rows->compared[0], SK_ROW_MEMBER, attribute,
						   strategy, order->family_type, order->collation,
						   compare, rows->after.value);
	ScanKeyEntryInitialize(&rows->compared[1], SK_ROW_MEMBER | SK_ROW_END,
						   attribute + 1, strategy, TEXTOID, C_COLLATION_OID,
						   F_BTTEXTCMP, wp_text_datum(&rows->after.id));
	memset(key, 0, sizeof(*key));
	key->sk_flags = SK_ROW_HEADER;
	key->sk_attno = attribute;
	key->sk_strategy = strategy;
	key->sk_argument = PointerGetDatum(rows->compared);
}

/* Positions the scan at the start of a range of the index. */
static void
place_scan(WpOrdered *rows, Stretch stretch)
{
	int n = rows->nprefix;
	ScanKey next = &rows->keys[n];
	int attribute = n + 1;
	MemoryContext old = MemoryContextSwitchTo(rows->key_context);

	switch (stretch)
	{
		case STRETCH_ALL:
			break;
		case STRETCH_ID_AFTER:
			id_key(rows, next, attribute);
			n++;
			break;
		case STRETCH_AFTER:
			place_key(rows, next, attribute);
			n++;
			break;
		case STRETCH_NULL:
		case STRETCH_NOT_NULL:
			null_key(next, attribute, stretch == STRETCH_NULL);
			n++;
			break;
		case STRETCH_NULL_ID_AFTER:
			null_key(next, attribute, true);
			id_key(rows, next + 1, attribute + 1);
			n += 2;
			break;
	}
	MemoryContextSwitchTo(old);
	if (rows->scans[n] == NULL)
		rows->scans[n] =
			wp_index_beginscan(rows->table, rows->index, rows->snapshot, n);
	rows->scan = rows->scans[n];
	index_rescan(rows->scan, rows->keys, n, NULL, 0);
}

/* Fills the workflow and the place from the row in the slot. */
static void
read_row(WpOrdered *rows, WpWorkflow *workflow, WpPlace *place)
{
	workflow->account = *rows->account;
	workflow->workflow = wp_rows_peek(&rows->row, COLUMN_WORKFLOW);
	workflow->workspace = wp_rows_peek(&rows->row, COLUMN_WORKSPACE);
	workflow->visibility = wp_rows_word(
		&rows->row, COLUMN_VISIBILITY, &wp_visibilities, WP_VISIBILITY_UNKNOWN);
	workflow->status = wp_rows_word(&rows->row, COLUMN_STATUS, &wp_statuses,
									WP_STATUS_UNKNOWN);
	workflow->condition =
		wp_rows_condition_if_any(&rows->row, COLUMN_CONDITION);
	workflow->hidden = wp_rows_bool(&rows->row, COLUMN_HIDDEN);
	workflow->owner = (WpText){NULL, 0};
	place->value =
		slot_getattr(rows->row.slot, rows->order->column, &place->is_null);
	place->id = workflow->workflow;
}

bool
wp_ordered_next(WpOrdered *rows, WpWorkflow *workflow, WpPlace *place)
{
	wp_rows_new_row(&rows->row);
	for (;;)
	{
		CHECK_FOR_INTERRUPTS();
		if (rows->scan == NULL)
		{
			if (rows->stretch >= rows->nstretches)
				return false;
			place_scan(rows, rows->stretches[rows->stretch++]);
		}
		if (index_getnext_slot(rows->scan, rows->direction, rows->row.slot))
		{
			read_row(rows, workflow, place);
			return true;
		}
		rows->scan = NULL;
	}
}
