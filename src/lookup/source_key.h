/*
 * source_key.h
 *		Whether the rows of a source have different ids.
 */
#ifndef WP_LOOKUP_SOURCE_KEY_H
#define WP_LOOKUP_SOURCE_KEY_H

#include "postgres.h"

/*
 * Returns the application's table whose unique index makes the values of the
 * column different in all rows of the source of this table of the model;
 * InvalidOid if that cannot be found out.  It is true as long as nobody has
 * changed the views and the table: to be asked again after a change of the
 * catalog, with a lock on the table.
 */
extern Oid wp_source_key_table(const char *table, const char *column);

#endif
