/*
 * owner_query.h
 *		Runs the few fixed queries of this room, and converts texts to Datums
 *		and back.
 */
#ifndef WP_LOOKUP_OWNER_QUERY_H
#define WP_LOOKUP_OWNER_QUERY_H

#include "postgres.h"

#include "utils/tuplestore.h"

#include "lookup/kept_plan.h"
#include "principal/principal.h"

/*
 * Runs the query as the tables' owner, under the active snapshot (or the
 * transaction's, if the caller has none, as in a fast-path call), and puts its
 * rows into the store.  Raises an error if they do not have that descriptor
 * (NULL: any).  Returns a copy of the descriptor that they have.
 */
extern TupleDesc wp_read_into(WpQuery *query, Datum *args,
							  Tuplestorestate *store, TupleDesc desc);

/*
 * The same if there are at most `most` rows, in no particular form: then it
 * returns 0.  If there are more, or the planner expects more, it puts nothing
 * into the store and returns how many there are at least, or are expected.
 */
extern double wp_read_few(WpQuery *query, Datum *args, uint64 most,
						  Tuplestorestate *store, TupleDesc *desc);

/*
 * Runs a query that locks the rows that it reads, FOR SHARE. So it sees them
 * after concurrent changes have ended.  Runs as the current role; the caller is
 * connected to SPI. Raises a serialization failure if the transaction may not
 * see the changes.  Returns the number of rows, which stay in SPI_tuptable
 * until SPI_finish.
 */
extern uint64 wp_read_for_share(WpQuery *query, Datum *args);

/*
 * Return column `column` (from 1) of the first row of SPI_tuptable that the
 * query found.  Values that are not numbers are detoasted copies in the
 * context.  All raise an error if the column does not have the expected type
 * or, except for the condition, is NULL (check_column.h).
 */
extern WpText wp_read_text(const WpQuery *query, int column,
						   MemoryContext context);
extern struct varlena *wp_read_jsonb(const WpQuery *query, int column,
									 MemoryContext context);
/* NULL for NULL */
extern struct varlena *wp_read_condition_if_any(const WpQuery *query,
												int column,
												MemoryContext context);
extern bool wp_read_bool(const WpQuery *query, int column);
/* 0 or 1, absent for NULL */
extern int wp_read_bool_if_any(const WpQuery *query, int column, int absent);
/* absent: for an unknown word */
extern int wp_read_word(const WpQuery *query, int column,
						const WpVocabulary *vocabulary, int absent);

/*
 * Returns the bytes of a value that is not toasted, data NULL for NULL. They
 * are not copied.
 */
extern WpText wp_text_of(const struct varlena *value);

/* Returns the bytes as a palloc'd text Datum, 0 for data NULL. */
extern Datum wp_text_datum(const WpText *text);

/* Returns a copy of the text in the context, NUL-ended. */
extern WpText wp_copy_text(const WpText *text, MemoryContext context);

/* Returns a detoasted copy in the context, with a full header. */
extern struct varlena *wp_varlena_copy(Datum value, MemoryContext context);

#endif
