/*
 * owner_query.h
 *		Running the few fixed queries of this room, and texts as Datums and
 *		back.
 */
#ifndef WP_LOOKUP_OWNER_QUERY_H
#define WP_LOOKUP_OWNER_QUERY_H

#include "postgres.h"

#include "utils/tuplestore.h"

#include "lookup/kept_plan.h"
#include "principal/principal.h"

/*
 * Runs the query as the tables' owner, under the active snapshot (where a
 * caller has none, as in a fast-path call, the transaction's), and puts its
 * rows into the store.  Raises an error where they are not of that descriptor
 * (NULL: any); returns a copy of the one that they have.
 */
extern TupleDesc wp_read_into(WpQuery *query, Datum *args,
							  Tuplestorestate *store, TupleDesc desc);

/*
 * Runs a query that locks what it reads, FOR SHARE, and so sees what is there
 * once nobody else is changing it; as whoever the caller is, who is connected
 * to SPI.  Raises a serialization failure where the transaction may not see
 * that.  Returns the number of its rows, which stay in SPI_tuptable until
 * SPI_finish.
 */
extern uint64 wp_read_for_share(WpQuery *query, Datum *args);

/*
 * Column `column` (from 1) of the first row of SPI_tuptable, which that query
 * found.  What is no number is a detoasted copy in the context.  All raise an
 * error where the column is not of the type that they read or, but for the
 * condition, is NULL (check_column.h).
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
/* absent: for an unknown one */
extern int wp_read_word(const WpQuery *query, int column,
						const WpVocabulary *vocabulary, int absent);

/*
 * The bytes of a value that is not toasted, data NULL for NULL; they stay where
 * they are.
 */
extern WpText wp_text_of(const struct varlena *value);

/* The bytes as a palloc'd text Datum, 0 for data NULL. */
extern Datum wp_text_datum(const WpText *text);

/* A copy of the text in the context, NUL-ended. */
extern WpText wp_copy_text(const WpText *text, MemoryContext context);

/* A detoasted copy in the context, with a whole header. */
extern struct varlena *wp_varlena_copy(Datum value, MemoryContext context);

#endif
