/*
 * plan_functions.h
 *		The functions of this room that plans contain, by purpose; and how ids
 *		in indexes and statistics are compared, in the types that tables store
 *		them in.
 */
#ifndef WP_PLANNER_PLAN_FUNCTIONS_H
#define WP_PLANNER_PLAN_FUNCTIONS_H

#include "postgres.h"
#include "nodes/pg_list.h"
#include "nodes/primnodes.h"

typedef enum WpFunction
{
	/*
	 * These have twins with a principal as first argument: WP_FN_OF_PRINCIPAL.
	 */
	WP_FN_ALLOWED,
	WP_FN_AMONG,
	WP_FN_IN_ACCOUNT,
	WP_FN_CANDIDATES,
	WP_FN_CANDIDATES_UUID,
	WP_FN_CANDIDATES_BIGINT,
	WP_FN_ACCOUNT,
	WP_FN_ACCOUNT_UUID,
	WP_FN_ACCOUNT_BIGINT,
	WP_FN_OWNED,
	WP_FN_TEAM_USER,
	WP_FN_TEAM_USER_UUID,
	WP_FN_TEAM_USER_BIGINT,
	WP_FN_NO_CONDITION,
	WP_FN_BOUND_ACCOUNT,
	WP_FN_MAY_HOLD,
	WP_FN_BOUND_METADATA,
	WP_FN_TWINS,
	/* These have no twin. */
	WP_FN_IS_MAIN = 2 * WP_FN_TWINS,
	WP_FN_USER,
	WP_FN_CONDITION_HASH,
	WP_FN_CONDITION_DIGEST,
	WP_FN_UNCONDITIONAL_ACCOUNT,
	WP_FN_CONDITION_HOLDS,
	WP_FN_MATCHING,
	WP_FN_DIGEST_HOLDS,
	WP_FN_MATCHING_IN,
	WP_FN_AT_EXECUTION,
	WP_FN_CREATED,
	WP_FN_VIEW_IN,
	WP_FN_EDIT_IN,
	WP_FN_VIEW_RUN,
	WP_FN_VIEW_RUN_DETAIL,
	WP_FN_IS_BOUND_USER,
	WP_FN_BOUND_USER,
	WP_FN_OF_BOUND_RUN,
	WP_FN_BOUND_RUNS,
	WP_FN_MATCHES,
	WP_FN_NARROWED,
	WP_FN_ID_EQUAL,
	WP_FN_ID_IN,
	WP_FN_AS_UUID,
	WP_FN_AS_BIGINT,
	WP_FN_AS_UUIDS,
	WP_FN_AS_BIGINTS,
	WP_FN_NOT_FALSE,
	WP_FN_NO_KEY,
	WP_FUNCTIONS
} WpFunction;

#define WP_FN_OF_PRINCIPAL(function) ((function) + WP_FN_TWINS)

/* Registers the callback that forgets cached oids. */
extern void wp_functions_init(void);

/*
 * Returns the oid, or InvalidOid while the extension is missing or incomplete.
 */
extern Oid wp_function(WpFunction function);

/* Is the function in our schema? */
extern bool wp_is_ours(Oid function);

/*
 * Returns a call of the function, which must exist; of its twin, if a principal
 * is given as a list.
 */
extern Expr *wp_call(WpFunction function, List *given, List *args);

/*
 * The same for a function that takes, where its twin takes the principal, an
 * argument that only the planner can give.  That argument is a call that
 * estimates compute and that plans leave for execution.  So the function knows
 * which of the two it is called for.
 */
extern Expr *wp_call_at_execution(WpFunction function, List *given, List *args);

/* Is it the function, or its twin with a given principal? */
extern bool wp_is_function(Oid oid, WpFunction function);

/* Has the expression one value for the whole query? */
extern bool wp_is_one_value(Node *value);

/* Is the expression a call of the function? */
extern bool wp_is_call(const Node *node, WpFunction function);

/*
 * Returns the principal before the last n arguments, as a list; NIL if there is
 * none.
 */
extern List *wp_given(List *args, int n);

/* The strategy number of @~ and ~@ in our two GIN operator classes (gin.c). */
#define WP_MAY_MATCH_STRATEGY 2

/*
 * Returns our operator metadata @~ condition or condition ~@ metadata from the
 * index's operator family, or InvalidOid if the family is not ours.
 */
extern Oid wp_may_match_operator(Oid family, Oid left, Oid right);

/* How a column that holds ids or visibilities is compared. */
typedef struct WpColumnType
{
	Oid base;    /* of the column */
	Oid operand; /* that its operators are declared for */
	Oid value;   /* of the other operand, as they declare it */
	/* which of three functions serves such ids: for text, uuid or bigint */
	int place;
} WpColumnType;

/* Fills *type.  Returns false if the expression has another type. */
extern bool wp_id_type_of(const Node *node, WpColumnType *type);
extern bool wp_visibility_type_of(const Node *node, WpColumnType *type);

/* Returns the word `main` as a constant for a visibility column. */
extern Expr *wp_main_const(const WpColumnType *type);

/*
 * Returns an expression for the text, or the array of text, as ids of the type
 * with that place (WpColumnType).  Returns NULL while the extension is
 * incomplete.
 */
extern Expr *wp_as_type(Expr *text, int place);

/*
 * Returns PostgreSQL's own operator = of the left type's btree family, or
 * InvalidOid.
 */
extern Oid wp_equality(Oid left, Oid right);

/* Returns the expression as an operand of the operators for that type. */
extern Expr *wp_operand(const Node *node, const WpColumnType *type,
						Oid collation);

#endif
