/*
 * parse.h
 *		Text of a condition → its stored form.
 */
#ifndef WP_CONDITION_PARSE_H
#define WP_CONDITION_PARSE_H

#include "postgres.h"

struct Node;

/*
 * Returns the stored form (format.h) of a condition's text, palloc'd in the
 * current memory context.  Every fault in the text (spec 2.1 and 7) is an error
 * that names the place.  From PostgreSQL 16 on it is soft (returning NULL) if
 * escontext asks for that.
 */
extern struct varlena *wp_condition_read(const char *text, size_t len,
										 struct Node *escontext);

#endif
