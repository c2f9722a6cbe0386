/*
 * check_column.h
 *		The types of the columns of the model's tables, as create_model() makes
 *		them.  They are checked before a value is read, because a superuser may
 *		alter a table.
 *
 * A value of another type is bytes with another meaning, and could crash the
 * backend.  A NULL where none is allowed may be the row that denies.  Both
 * raise an error, so no answer is given: a row that cannot be read may say
 * anything.  Reading such a row as the fewest rights would need thought for
 * each column, and would be silently wrong for the first column that is
 * forgotten. (An unknown enum value is different.  It was added on purpose, and
 * means the fewest rights.)
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
	WP_STORED_WORDS /* an array of words */
} WpStored;

/*
 * Raises datatype_mismatch unless the column (from 1) in rows of the table has
 * the type.  The vocabulary is NULL except for words.
 */
extern void wp_check_column(const char *table, TupleDesc desc,
							AttrNumber number, WpStored type,
							const WpVocabulary *vocabulary);

/* Raises not_null_violation for the column. */
extern void wp_column_is_null(const char *table, TupleDesc desc,
							  AttrNumber number);

#endif
