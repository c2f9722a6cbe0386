/*
 * check_column.h
 *		What the columns of the model's tables hold, as create_model() makes
 *		them: asked before a value is read, since a superuser may alter a table.
 *
 * A value of another type is bytes that mean something else, and the end of the
 * backend; a NULL where there never is one may be the row that denies.  Both
 * raise an error, and so is no answer to anybody: what a row says that cannot
 * be read, nobody knows.  To read it as the least would have to be thought out
 * anew for each column, and would be wrong without a word for the first that is
 * forgotten.  (An enum's value that we do not know is another matter: it was
 * put there on purpose, and means the least.)
 */
#ifndef WP_LOOKUP_CHECK_COLUMN_H
#define WP_LOOKUP_CHECK_COLUMN_H

#include "postgres.h"

#include "access/tupdesc.h"

#include "principal/vocabulary.h"

typedef enum WpStored
{
	WP_STORED_TEXT,
	WP_STORED_BOOL,
	WP_STORED_INT4,
	WP_STORED_INT8,
	WP_STORED_XID8,
	WP_STORED_TIME,
	WP_STORED_JSONB,
	WP_STORED_CONDITION,
	WP_STORED_WORD, /* of a vocabulary */
	WP_STORED_WORDS /* an array of them */
} WpStored;

/*
 * Raises datatype_mismatch unless that column (from 1) of rows of the table has
 * the type.  The vocabulary is NULL but for words.
 */
extern void wp_check_column(const char *table, TupleDesc desc,
							AttrNumber number, WpStored type,
							const WpVocabulary *vocabulary);

/* Raises not_null_violation for it. */
extern void wp_column_is_null(const char *table, TupleDesc desc,
							  AttrNumber number);

#endif
