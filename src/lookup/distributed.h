/*
 * distributed.h
 *		Tables whose name is here, but whose rows are on other nodes.
 */
#ifndef WP_LOOKUP_DISTRIBUTED_H
#define WP_LOOKUP_DISTRIBUTED_H

#include "postgres.h"

/* Is Citus installed in this database, so that tables may be distributed? */
extern bool wp_citus_is_installed(void);

/*
 * Does Citus keep the table's rows in shards? Then a scan of the table finds no
 * rows.
 */
extern bool wp_is_distributed(Oid relation);

#endif
