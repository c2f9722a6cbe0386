/*
 * disabling.h
 *		Switching off enablements that are no longer allowed, one by one and past the
 *		executor.
 */
#ifndef WP_MODEL_DISABLING_H
#define WP_MODEL_DISABLING_H

#include "postgres.h"

#include "storage/itemptr.h"

typedef struct WpDisabling WpDisabling;

/*
 * Opens enablements of the schema for the current user, in memory of the current
 * context; NULL where there is more to an UPDATE than to change rows and to log it,
 * which a query then has to do.
 */
extern WpDisabling *wp_disabling_open(Oid schema);

/*
 * Disables the enablement at that place in the table, with the text as reason, if it
 * is still enabled.  The place is one that a snapshot of this moment shows.
 */
extern void wp_disabling_row(WpDisabling *disabling, const ItemPointerData *place, Datum reason);

/* Ends it, as one command, and frees all that it took; after an error, transaction abort does. */
extern void wp_disabling_close(WpDisabling *disabling);

#endif
