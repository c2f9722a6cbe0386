/*
 * functions.h
 *		The functions of this room that plans are made of, by what they are for.
 */
#ifndef WP_PLANNER_FUNCTIONS_H
#define WP_PLANNER_FUNCTIONS_H

#include "postgres.h"
#include "nodes/pg_list.h"
#include "nodes/primnodes.h"

typedef enum WpFunction
{
	WP_FN_ALLOWED,
	WP_FN_AMONG,
	WP_FN_IN_ACCOUNT,
	WP_FN_CANDIDATES,
	WP_FN_CANDIDATES_UUID,
	WP_FN_CANDIDATES_BIGINT,
	WP_FN_ACCOUNT,
	WP_FN_ACCOUNT_UUID,
	WP_FN_ACCOUNT_BIGINT,
	WP_FN_NO_CONDITION,
	WP_FN_BOUND_ACCOUNT,
	WP_FN_MAY_HOLD,
	WP_FN_BOUND_METADATA,
	WP_FN_PRINCIPAL_ALLOWED,
	WP_FN_PRINCIPAL_AMONG,
	WP_FN_PRINCIPAL_IN_ACCOUNT,
	WP_FN_PRINCIPAL_CANDIDATES,
	WP_FN_PRINCIPAL_CANDIDATES_UUID,
	WP_FN_PRINCIPAL_CANDIDATES_BIGINT,
	WP_FN_PRINCIPAL_ACCOUNT,
	WP_FN_PRINCIPAL_ACCOUNT_UUID,
	WP_FN_PRINCIPAL_ACCOUNT_BIGINT,
	WP_FN_PRINCIPAL_NO_CONDITION,
	WP_FN_PRINCIPAL_BOUND_ACCOUNT,
	WP_FN_PRINCIPAL_MAY_HOLD,
	WP_FN_PRINCIPAL_BOUND_METADATA,
	WP_FN_IS_MAIN,
	WP_FN_USER,
	WP_FN_CONDITION_HASH,
	WP_FN_UNCONDITIONAL_ACCOUNT,
	WP_FN_CONDITION_HOLDS,
	WP_FN_MATCHING,
	WP_FN_AT_EXECUTION,
	WP_FN_CREATED,
	WP_FN_MATCHES,
	WP_FN_NARROWED,
	WP_FUNCTIONS
} WpFunction;

/* Those for the session's principal and those for a given one stand in the same order. */
#define WP_FN_OF_PRINCIPAL(function) ((function) + WP_FN_PRINCIPAL_ALLOWED)

/* Registers the callback that forgets cached oids. */
extern void wp_functions_init(void);

/* The oid; InvalidOid while the extension is not, or not wholly, there. */
extern Oid wp_function(WpFunction function);

/* A call of it, which is there. */
extern Expr *wp_call(WpFunction function, List *args);

/* What stands for the argument of type internal that nobody but the planner can give. */
extern Expr *wp_planners_argument(void);

/* Is it the function, or its twin for a given principal? */
extern bool wp_is_function(Oid oid, WpFunction function);

/* Is the expression a call of it? */
extern bool wp_is_call(const Node *node, WpFunction function);

#endif
