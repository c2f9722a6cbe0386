/*
 * idtype.c
 *		Ids in indexes and statistics; see idtype.h.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "lookup/enums.h"
#include "planner/idtype.h"

/*
 * Returns whether the expression is of a type of ids, and fills *type.
 */
bool
wp_id_type_of(const Node *node, WpIdType *type)
{
	type->base = type->operand = type->value = getBaseType(exprType(node));
	switch (type->base)
	{
		case TEXTOID:
		case VARCHAROID:
			type->operand = type->value = TEXTOID;
			type->place = 0;
			return true;
		case UUIDOID:
			type->place = 1;
			return true;
		case INT8OID:
		case INT4OID:
			type->value = INT8OID;
			type->place = 2;
			return true;
		default:
			return false;
	}
}

/* Returns a call of the function that gives values of the id's type. */
Expr *
wp_id_call(WpFunction first, const WpIdType *type, bool principal, List *args)
{
	WpFunction function = first + type->place;

	return wp_call(principal ? WP_FN_OF_PRINCIPAL(function) : function, args);
}

/*
 * Returns a copy of the expression, as that type where it is not of a domain's or
 * of an enum's own.
 */
Expr *
wp_operand(const Node *node, Oid type, Oid collation)
{
	Expr *copy = copyObject((Expr *) node);

	if (exprType((Node *) copy) == type || type == ANYENUMOID)
		return copy;
	return (Expr *) makeRelabelType(copy, type, -1, collation, COERCE_IMPLICIT_CAST);
}

/* Returns the word `main` as a constant of the type: text, or our enum. */
Const *
wp_main_const(Oid type)
{
	if (type == TEXTOID)
		return makeConst(TEXTOID, -1, get_typcollation(TEXTOID), -1, CStringGetTextDatum("main"), false, false);
	return makeConst(type, -1, InvalidOid, sizeof(Oid),
					 ObjectIdGetDatum(wp_enum_value(&wp_visibilities, WP_VISIBILITY_MAIN)), false, true);
}
