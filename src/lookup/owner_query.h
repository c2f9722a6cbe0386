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
 * (NULL: any).  Returns a copy of the descriptor that they have.  A query that
 * locks its rows uses a new snapshot.
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
