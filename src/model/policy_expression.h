/*
 * policy_expression.h
 *		What the policies that protect() made say (spec 6.2).
 */
#ifndef WP_POLICY_EXPRESSION_H
#define WP_POLICY_EXPRESSION_H

#include "nodes/primnodes.h"

/*
 * Returns the call of the extension's function, with so many arguments and text
 * first, that the expression is or joins to others by AND, or NULL.
 */
extern FuncExpr *wp_find_call(Node *node, const char *name, int arguments);

/* Returns the id's expression: what _no_key() marks, or the node itself. */
extern Node *wp_marked_id(Node *node);

#endif
