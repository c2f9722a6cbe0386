/*
 * parse.h
 *		Text of a condition → its stored form.
 */
#ifndef WP_CONDITION_PARSE_H
#define WP_CONDITION_PARSE_H

#include "postgres.h"

struct Node;

/*
 * The stored form (format.h) of a condition's text, palloc'd in the current
 * memory context.  Everything that is wrong with the text (spec 2.1 and 7) is
 * an error that names the place: softly (returning NULL) where escontext asks
 * for that, from PostgreSQL 16 on.
 */
extern struct varlena *wp_condition_read(const char *text, size_t len,
										 struct Node *escontext);

#endif
