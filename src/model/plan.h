/*
 * plan.h
 *		Plans that are made when first needed and kept as long as the backend.
 */
#ifndef WP_MODEL_PLAN_H
#define WP_MODEL_PLAN_H

#include "postgres.h"
#include "executor/spi.h"

/* Returns *plan, made of the query if it is NULL. Needs a connection to SPI. */
extern SPIPlanPtr wp_keep_plan(SPIPlanPtr *plan, const char *query, int nargs, Oid *types);

#endif
