/*
 * id_text.h
 *		Ids, which are text in the rules, in the types that tables store them
 *		in.
 */
#ifndef WP_QUERY_ID_TEXT_H
#define WP_QUERY_ID_TEXT_H

#include "postgres.h"
#include "utils/uuid.h"

#include "principal/principal.h"

#define WP_ID_PRINTED 64 /* bytes, enough for a uuid or a number */

/* May a column of this base type hold ids? */
extern bool wp_id_type(Oid type);

/* Returns the id as bytes, in `printed`, in the value or palloc'd. */
extern WpText wp_id_text(Oid type, Datum value, char *printed);

/*
 * Sets the value that PostgreSQL prints as exactly this text.  Returns false if
 * there is none.
 */
extern bool wp_id_uuid(const WpText *text, pg_uuid_t *uuid);
extern bool wp_id_bigint(const WpText *text, int64 *number);

#endif
