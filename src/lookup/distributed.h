/*
 * distributed.h
 *		Tables whose rows lie on other nodes, though their name is here.
 */
#ifndef WP_LOOKUP_DISTRIBUTED_H
#define WP_LOOKUP_DISTRIBUTED_H

#include "postgres.h"

/*
 * Does Citus keep the table's rows in shards?  Then a scan of the table finds
 * none.
 */
extern bool wp_is_distributed(Oid relation);

#endif
