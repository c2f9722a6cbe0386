/*
 * match_internal.h
 *		The matcher's parts, for whoever has to say what it makes of one clause:
 *		asked of it, so that it cannot be said otherwise than it is decided.
 */
#ifndef WP_CONDITION_MATCH_INTERNAL_H
#define WP_CONDITION_MATCH_INTERNAL_H

#include "condition/match.h"
#include "condition/jsonb_value.h"

/*
 * A condition, of a document: an object's container, or NULL where there is
 * none.
 */
extern WpTruth wp_match_condition_node(const WpSubject *subject,
									   const WpNode *node,
									   const char *document);

/* Tests, one or more, of what stands at a path or of the user's id. */
extern WpTruth wp_match_tests(const WpSubject *subject, WpCursor tests,
							  const Value *value);

/* Takes the path from a FIELD's body and sets what stands there. */
extern void wp_match_path(WpCursor *body, const char *document, Value *value);

/* The metadata as a document, or NULL if it is no object. */
extern const char *wp_match_document(const WpSubject *subject);

#endif
