/*
 * plan_functions.h
 *		The functions of this room that plans are made of, by what they are for;
 *		and ids in indexes and statistics, in the types that tables hold them
 *		in.
 */
#ifndef WP_PLANNER_PLAN_FUNCTIONS_H
#define WP_PLANNER_PLAN_FUNCTIONS_H

#include "postgres.h"
#include "nodes/pg_list.h"
#include "nodes/primnodes.h"

typedef enum WpFunction
{
	/* These have twins that take a principal first: WP_FN_OF_PRINCIPAL. */
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
	WP_FN_TWINS,
	/* These have none. */
	WP_FN_IS_MAIN = 2 * WP_FN_TWINS,
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

#define WP_FN_OF_PRINCIPAL(function) ((function) + WP_FN_TWINS)

/* Registers the callback that forgets cached oids. */
extern void wp_functions_init(void);

/* The oid; InvalidOid while the extension is not, or not wholly, there. */
extern Oid wp_function(WpFunction function);

/* Is the function in our schema? */
extern bool wp_is_ours(Oid function);

/*
 * A call of it, which is there; of its twin, where the list of a principal is
 * given.
 */
extern Expr *wp_call(WpFunction function, List *given, List *args);

/*
 * The same of one that takes, where its twin takes the principal, what nobody
 * but the planner can give: a call, which estimates compute and plans leave to
 * the execution, so that the function knows which of the two it is called for.
 */
extern Expr *wp_call_at_execution(WpFunction function, List *given, List *args);

/* Is it the function, or its twin for a given principal? */
extern bool wp_is_function(Oid oid, WpFunction function);

/* Is the expression a call of it? */
extern bool wp_is_call(const Node *node, WpFunction function);

/*
 * The principal that is given before the last n arguments, as a list; NIL for
 * none.
 */
extern List *wp_given(List *args, int n);

/* The number of @~ and ~@ in our two GIN operator classes (gin.c). */
#define WP_MAY_MATCH_STRATEGY 2

/*
 * Our operator metadata @~ condition or condition ~@ metadata as the index's
 * operator family has it; InvalidOid where the family is none of ours.
 */
extern Oid wp_may_match_operator(Oid family, Oid left, Oid right);

/* How a column that ids or visibilities are in is compared. */
typedef struct WpColumnType
{
	Oid base;    /* of the column */
	Oid operand; /* for which its operators are declared */
	Oid value;   /* of what it is compared with, as they declare it */
	/* of the function for such ids among the three: as text, uuid or bigint */
	int place;
} WpColumnType;

/* Finds it out; false for an expression of any other type. */
extern bool wp_id_type_of(const Node *node, WpColumnType *type);
extern bool wp_visibility_type_of(const Node *node, WpColumnType *type);

/* The word `main` as a constant for a visibility. */
extern Expr *wp_main_const(const WpColumnType *type);

/* The expression as an operand of the operators for that type. */
extern Expr *wp_operand(const Node *node, const WpColumnType *type,
						Oid collation);

#endif
