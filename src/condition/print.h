/*
 * print.h
 *		The canonical text of a condition (spec 2.1): keys sorted, $eq omitted,
 *		numbers normalised.  Reading it back gives the same bytes.
 */
#ifndef WP_CONDITION_PRINT_H
#define WP_CONDITION_PRINT_H

#include "condition/format.h"

/* Appends the canonical text of a stored condition. */
extern void wp_condition_print(const struct varlena *condition, StringInfo out);

/*
 * Appends what one clause requires: the test of a FIELD or USER in the form
 * that it has under its path, the argument of a ROLLOUT, {} for an empty
 * condition.
 */
extern void wp_clause_print(const WpNode *node, WpCursor test, StringInfo out);

/* Appends the path of a FIELD, dotted, or "$userId" or "$rollout". */
extern void wp_path_print(const WpNode *node, StringInfo out);

/* Appends hundredths of a percent as a percentage: 25, 0.5, 33.33. */
extern void wp_percent_print(int hundredths, StringInfo out);

/* Takes a path from a FIELD's body and appends it, dotted. */
extern void wp_keys_print(WpCursor *body, StringInfo out);

/* Appends a literal as JSON, spaced like jsonb's output. */
extern void wp_literal_print(const WpLiteral *literal, StringInfo out);

/* Appends bytes as a JSON string. */
extern void wp_string_print(const char *data, uint32 len, StringInfo out);

#endif
