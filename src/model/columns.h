/*
 * columns.h
 *		What it is for a column to change.
 */
#ifndef WP_MODEL_COLUMNS_H
#define WP_MODEL_COLUMNS_H

#include "postgres.h"
#include "catalog/pg_attribute.h"

/* Whether two values of a column are the same, by bytes; NULL is the same as NULL. */
extern bool wp_same_value(Form_pg_attribute column, const NullableDatum *a, const NullableDatum *b);

#endif
