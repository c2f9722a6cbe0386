/*
 * read.h
 *		Running the few fixed queries of this room, as the tables' owner and under
 *		the active snapshot.
 */
#ifndef WP_LOOKUP_READ_H
#define WP_LOOKUP_READ_H

#include "postgres.h"

#include "executor/spi.h"
#include "utils/tuplestore.h"

#include "lookup/plan.h"
#include "lookup/reader.h"
#include "principal/principal.h"

typedef struct WpReading
{
	WpReader owner;
	bool pushed_snapshot;
} WpReading;

/* Between these, wp_read runs queries; SPI's memory goes with wp_reading_end. */
extern void wp_reading_begin(WpReading *reading);
extern void wp_reading_end(WpReading *reading);

/* Runs the query; its rows are in SPI_tuptable, their number is returned. */
extern uint64 wp_read(WpQuery *query, Datum *args, const char *nulls);

/*
 * The same for a query that locks what it reads, FOR SHARE, and so sees what is there
 * once nobody else is changing it; as whoever the caller is, who is connected to SPI.
 * Its rows stay until SPI_finish.
 */
extern uint64 wp_read_for_share(WpQuery *query, Datum *args);

/* The same as a cursor, for SPI_cursor_fetch, which the caller closes. */
extern Portal wp_read_rows(WpQuery *query, Datum *args);

/* Runs the query and puts its rows, which must be of that descriptor, into the store. */
extern void wp_read_into(WpQuery *query, Datum *args, Tuplestorestate *store, TupleDesc desc);

/*
 * Column `column` (from 1) of row `row` of SPI_tuptable.  What is longer than a word is
 * a copy in the context, detoasted.
 */
extern WpText wp_read_text(uint64 row, int column, MemoryContext context); /* data NULL for NULL */
extern struct varlena *wp_read_varlena(uint64 row, int column, MemoryContext context); /* NULL for NULL */
extern bool wp_read_bool(uint64 row, int column);
extern int wp_read_word(uint64 row, int column, const WpVocabulary *vocabulary, int absent);

/* The roles and their scopes as two text arrays, for arguments. */
extern void wp_role_arrays(const WpRole *roles, int n, Datum *names, Datum *workspaces);

/* A text Datum of the bytes, for an argument. */
extern Datum wp_text_datum(const WpText *text);

/* A detoasted copy in the context, with a whole header. */
extern struct varlena *wp_varlena_copy(Datum value, MemoryContext context);

#endif
