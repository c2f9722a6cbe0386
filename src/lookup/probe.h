/*
 * probe.h
 *		Rows of one table of the model, found by the leading columns of one of
 *		its indexes: what every load of a principal is made of, without the cost
 *		of a query for each.
 *
 * The index is read directly, under the active snapshot, where the table is an
 * ordinary one with an index that serves; else (a table made a partitioned or
 * a distributed one, an index dropped) a query does the same.
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

/* A way to read a table; the first members say which. */
typedef struct WpProbe
{
	const char *table;
	const char *keys[WP_PROBE_KEYS + 1]; /* columns, of ids; NULL ends them */
	/* the rows come in its order, NULLs last; NULL: in none */
	const char *order;
	/* what is read; NULL ends them */
	const char *columns[WP_PROBE_COLUMNS + 1];
	unsigned null_keys; /* bits 1 << i: the keys (from 0) that are to be NULL */
	/* the last key is a word of it, given as its label; NULL: an id */
	const WpVocabulary *words;

	/*
	 * Where that is, found when first needed and anew after a change of the
	 * catalog.
	 */
	uint64 generation;
	Oid relation;
	Oid index;                            /* InvalidOid: a query */
	AttrNumber key_places[WP_PROBE_KEYS]; /* in the index */
	AttrNumber numbers[WP_PROBE_COLUMNS];
	/* of the columns, where index_only */
	AttrNumber index_numbers[WP_PROBE_COLUMNS];
	bool index_only; /* the index holds all that is read */
	bool by_user;    /* user_id is among the keys, and not NULL */
	/* bits 1 << i: the columns whose type is known to be right */
	unsigned checked;
	int nkeys;
	int ncolumns;
	WpQuery query;
} WpProbe;

/* A reading that is under way. */
typedef struct WpRows
{
	MemoryContext context; /* of all that it takes */
	/* values of the row that are not stored as they are; NULL: none so far */
	MemoryContext detoasted;
	TupleTableSlot *slot;
	/* of its columns; NULL: they are the slot's own */
	const AttrNumber *numbers;
	const char *table; /* that the columns are of */
	unsigned *checked; /* the probe's, or the next */
	unsigned checked_here;
	bool by_user; /* as the probe's */
	Relation relation;
	Relation index;
	IndexScanDesc scan;
	/* index only: of rows that the index alone does not vouch for */
	TupleTableSlot *heap_slot;
	/* index only: the page of the visibility map read last */
	Buffer map_buffer;
	Datum keys[WP_PROBE_KEYS]; /* to be freed */
	Tuplestorestate *store;    /* of a query */
} WpRows;

/* Registers the callbacks that forget what was found. */
extern void wp_probe_init(void);

/*
 * Begins to read the rows with these keys, as many as the probe names and is
 * not to find NULL.  Memory of the current context until wp_rows_close.  Raises
 * undefined_table before create_model().
 */
extern void wp_rows_open(WpRows *rows, WpProbe *probe,
						 const WpText *const *keys);

/*
 * The same with other keys, in the place of what was being read by the same
 * probe, in less time than opening anew takes.
 */
extern void wp_rows_again(WpRows *rows, WpProbe *probe,
						  const WpText *const *keys);

/*
 * The same of a query's rows, all of which are read at once, as the tables'
 * owner.
 */
extern void wp_rows_query(WpRows *rows, WpQuery *query, Datum *args);

/* Is there a row with these keys? */
extern bool wp_probe_finds(WpProbe *probe, const WpText *const *keys);

/* Is there an index that serves the probe? */
extern bool wp_probe_serves(WpProbe *probe);

/* Goes to the next row; false if there is none. */
extern bool wp_rows_next(WpRows *rows);

/*
 * Ends it, and frees all that it took.  After an error, transaction abort does.
 */
extern void wp_rows_close(WpRows *rows);

/*
 * The same reading of rows that the caller finds and puts into the slot, and
 * says so before each.  Nothing but wp_rows_release() ends it.
 */
extern void wp_rows_use_slot(WpRows *rows, TupleTableSlot *slot,
							 const AttrNumber *numbers, const char *table);
extern void wp_rows_new_row(WpRows *rows);
extern void wp_rows_release(WpRows *rows);

/*
 * Column `column` (from 0) of the row.  All raise an error where the column is
 * not of the type that they read and, but for those that say what they return
 * for NULL, where it is NULL (check_column.h).  What is not a copy is detoasted
 * and good until the next row, whichever context is current now or is reset
 * meanwhile.
 */
extern bool wp_rows_bool(WpRows *rows, int column);
/* absent: for an unknown one */
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
 * The role of a row that names a user or a role: data NULL where it names the
 * user that the probe is of.
 */
extern WpText wp_rows_role(WpRows *rows, int column);

/* Copies in the context that is named; jsonb has a whole header. */
extern WpText wp_rows_text(WpRows *rows, int column, MemoryContext context);
extern WpText wp_rows_text_if_any(WpRows *rows, int column,
								  MemoryContext context);
extern Jsonb *wp_rows_jsonb(WpRows *rows, int column, MemoryContext context);

/*
 * A column of any type as it is stored, perhaps toasted, good until the next
 * row: for who looks its type up.
 */
extern Datum wp_rows_datum(WpRows *rows, int column, bool *isnull);

#endif
