/*
 * probe.h
 *		Rows of one table of the model, found by the leading columns of one of
 *		its indexes.  Every load of a principal consists of these, without the
 *		cost of a query for each.
 *
 * If the table is an ordinary one with a suitable index, the index is read
 * directly, under the active snapshot.  Otherwise (a partitioned or distributed
 * table, a dropped index), a query does the same.
 */
#ifndef WP_LOOKUP_PROBE_H
#define WP_LOOKUP_PROBE_H

#include "postgres.h"

#include "access/genam.h"
#include "executor/tuptable.h"
#include "storage/buf.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "lookup/check_column.h"
#include "lookup/kept_plan.h"
#include "lookup/owner_query.h"
#include "principal/principal.h"

#define WP_PROBE_KEYS 4
#define WP_PROBE_COLUMNS 10

/* What wp_rows_hold() keeps others from until the transaction ends. */
typedef enum WpHold
{
	WP_HOLDS_NOTHING,
	WP_HOLDS_KEY, /* deleting the row, as a foreign key does (FOR KEY SHARE) */
	WP_HOLDS_ROW  /* changing it (FOR SHARE) */
} WpHold;

/* A way to read a table.  The first members define it. */
typedef struct WpProbe
{
	const char *table;
	const char *keys[WP_PROBE_KEYS + 1]; /* id columns; NULL ends them */
	/* rows come in this column's order, NULLs last; NULL: no order */
	const char *order;
	/* the columns to read; NULL ends them */
	const char *columns[WP_PROBE_COLUMNS + 1];
	unsigned null_keys; /* bits 1 << i: the keys (from 0) that must be NULL */
	/* the last key is a word of this, given as its label; NULL: an id */
	const WpVocabulary *words;
	/*
	 * The columns that, with the account, name one row; NULL ends them.  If a
	 * source has two such rows, neither is returned.  None: all are.
	 */
	const char *unique[WP_PROBE_KEYS];
	/*
	 * The table whose row each of these rows names, by the column in
	 * columns[0].  If that table is read from a source, a row counts only if
	 * what it names occurs there once.  NULL: not checked.
	 */
	const char *named;
	/* for wp_rows_hold(): never read from the index alone */
	WpHold holds;

	/*
	 * How to read it.  Looked up when first needed, and again after a change of
	 * the catalog.
	 */
	uint64 generation;
	Oid relation;
	Oid index;                            /* InvalidOid: use a query */
	AttrNumber key_places[WP_PROBE_KEYS]; /* in the index */
	AttrNumber numbers[WP_PROBE_COLUMNS];
	/* of the columns, if index_only */
	AttrNumber index_numbers[WP_PROBE_COLUMNS];
	bool index_only; /* the index has all columns */
	bool of_source;  /* a view over a table of the application's (spec 6.4) */
	bool by_user;    /* user_id is among the keys, and not NULL */
	/* bits 1 << i: the columns whose type was checked */
	unsigned checked;
	int nkeys;
	int ncolumns;
	WpQuery query;
	WpQuery source_query;
	WpQuery hold_query;
} WpProbe;

/* A reading in progress. */
typedef struct WpRows
{
	MemoryContext context; /* has everything below */
	/* detoasted values of the row; NULL: none so far */
	MemoryContext detoasted;
	TupleTableSlot *slot;
	/* of the columns; NULL: the same as the slot's */
	const AttrNumber *numbers;
	const char *table; /* the table of the columns */
	unsigned *checked; /* the probe's, or the next member */
	unsigned checked_here;
	bool by_user;  /* as the probe's */
	bool snapshot; /* it has its own, which ends with it */
	Relation relation;
	Relation index;
	IndexScanDesc scan;
	/*
	 * index only: for rows that must be checked in the table; wp_rows_hold():
	 * for the locked row, which is then in slot
	 */
	TupleTableSlot *heap_slot;
	/* index only: the last page of the visibility map */
	Buffer map_buffer;
	Datum keys[WP_PROBE_KEYS]; /* to be freed at the end */
	Tuplestorestate *store;    /* rows of a query */
} WpRows;

/* Registers the callbacks that notice changes of the catalog. */
extern void wp_probe_init(void);

/*
 * Begins to read the rows with these keys: those that the probe names, without
 * those that must be NULL. Uses memory of the current context until
 * wp_rows_close.  Raises undefined_table before create_model().
 */
extern void wp_rows_open(WpRows *rows, WpProbe *probe,
						 const WpText *const *keys);

/*
 * Begins to read rows with other keys, instead of those being read with the
 * same probe.  Faster than opening anew.
 */
extern void wp_rows_again(WpRows *rows, WpProbe *probe,
						  const WpText *const *keys);

/*
 * The same for a query's rows, all of which are read at once as the tables'
 * owner.
 */
extern void wp_rows_query(WpRows *rows, WpQuery *query, Datum *args);

/*
 * The same if there are at most `most` rows (0: no bound): then it returns 0.
 * Otherwise no rows are read, and it returns how many there are at least, or
 * are expected (wp_read_few).
 */
extern double wp_rows_query_few(WpRows *rows, WpQuery *query, Datum *args,
								uint64 most);

/*
 * Begins to read the one row with these keys, goes to it, and locks it until
 * the transaction ends, as the probe's `holds` says.  Reads what is committed
 * now, with the changes of this statement, and waits for a transaction that
 * changes the row against the lock.  Returns false if there is none; to be
 * closed either way.  Raises a serialization failure if the row was changed and
 * the transaction may not see that.  A row of a source is not locked.
 */
extern bool wp_rows_hold(WpRows *rows, WpProbe *probe,
						 const WpText *const *keys);

/* The same, for a row that need not be read. */
extern bool wp_probe_holds(WpProbe *probe, const WpText *const *keys);

/* Is there a row with these keys? */
extern bool wp_probe_finds(WpProbe *probe, const WpText *const *keys);

/*
 * Is there an index that the probe can use?  A view over a source is read by
 * its keys: which indexes there are below it is the application's matter.
 */
extern bool wp_probe_serves(WpProbe *probe);

/* Goes to the next row; false if there is none. */
extern bool wp_rows_next(WpRows *rows);

/*
 * Ends the reading and frees its memory.  After an error, transaction abort
 * does.
 */
extern void wp_rows_close(WpRows *rows);

/*
 * Return column `column` (from 0) of the row.  All raise an error if the column
 * does not have the expected type or is NULL, except those that return a value
 * for NULL (check_column.h).  Values that are not copies are detoasted and
 * valid until the next row, whichever context is current or is reset meanwhile.
 */
extern bool wp_rows_bool(WpRows *rows, int column);
/* 0 or 1, absent for NULL */
extern int wp_rows_bool_if_any(WpRows *rows, int column, int absent);
/* absent: for an unknown word */
extern int wp_rows_word(WpRows *rows, int column,
						const WpVocabulary *vocabulary, int absent);
/* and for NULL */
extern int wp_rows_word_if_any(WpRows *rows, int column,
							   const WpVocabulary *vocabulary, int absent);
/* bits 1 << word, unknown ones left out */
extern uint32 wp_rows_words(WpRows *rows, int column,
							const WpVocabulary *vocabulary);
/* false for NULL */
extern bool wp_rows_time_if_any(WpRows *rows, int column, TimestampTz *time);
/* absent for NULL */
extern int32 wp_rows_int4_if_any(WpRows *rows, int column, int32 absent);
extern WpText wp_rows_peek(WpRows *rows, int column);
/* data NULL for NULL */
extern WpText wp_rows_peek_if_any(WpRows *rows, int column);
/* NULL for NULL; the header may be short */
extern struct varlena *wp_rows_condition_if_any(WpRows *rows, int column);

/*
 * Returns the role in a row that names a user or a role; data NULL if the row
 * names the probe's user.
 */
extern WpText wp_rows_role(WpRows *rows, int column);

/* Return copies in the given context. jsonb has a full header. */
extern WpText wp_rows_text(WpRows *rows, int column, MemoryContext context);
extern WpText wp_rows_text_if_any(WpRows *rows, int column,
								  MemoryContext context);
extern Jsonb *wp_rows_jsonb(WpRows *rows, int column, MemoryContext context);

#endif
