/*
 * idtype.h
 *		Ids in indexes and statistics: the operators for the types that tables hold
 *		them in, and the functions whose values they are compared with.
 */
#ifndef WP_PLANNER_IDTYPE_H
#define WP_PLANNER_IDTYPE_H

#include "postgres.h"
#include "nodes/pg_list.h"
#include "nodes/primnodes.h"

#include "planner/functions.h"

typedef struct WpIdType
{
	Oid base; /* of the column */
	Oid operand; /* for which its operators are declared */
	Oid value; /* of what it is compared with */
	int place; /* of the function for such values among the three: as text, uuid or bigint */
} WpIdType;

/* Can an expression of that type be compared as an id, and how? */
extern bool wp_id_type_of(const Node *node, WpIdType *type);

/*
 * A call of the function for values of the id's type: of the three that stand at
 * `first`, or of their twins, for the principal in args.
 */
extern Expr *wp_id_call(WpFunction first, const WpIdType *type, bool principal, List *args);

/* The expression as an operand of the type that operators are declared for. */
extern Expr *wp_operand(const Node *node, Oid type, Oid collation);

/* The word `main` as a constant for a visibility of that base type. */
extern Const *wp_main_const(Oid type);

#endif
