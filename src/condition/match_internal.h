/*
 * match_internal.h
 *		Parts of the matcher, for code that explains one clause.  It calls the
 *		matcher, so its explanation cannot differ from the decision.
 */
#ifndef WP_CONDITION_MATCH_INTERNAL_H
#define WP_CONDITION_MATCH_INTERNAL_H

#include "condition/match.h"
#include "condition/jsonb_value.h"

/* The steps of one match; enough for searching some 750,000 bytes of text. */
#define WP_MATCH_STEPS 3000000

/* Begins a match: the calls below take at most this many steps together. */
extern void wp_match_begin(int64 steps);

/*
 * Returns the steps of the last match of WP_MATCH_STEPS; more than that if a
 * part was given up.
 */
extern int64 wp_match_steps(void);

/*
 * Returns a value as a document: the container of an object, or of an array, in
 * which paths find nothing; NULL for any other value.
 */
static inline const char *
wp_document_of(const Value *value)
{
	return value->type >= WP_JSON_ARRAY ? value->data : NULL;
}

/* Evaluates a condition on a document. */
extern WpTruth wp_match_condition_node(const WpSubject *subject,
									   const WpNode *node,
									   const char *document);

/* Evaluates one or more tests of the value at a path or of the user's id. */
extern WpTruth wp_match_tests(const WpSubject *subject, WpCursor tests,
							  const Value *value);

/*
 * Sets the instant that a test of instants compares with.  Returns false if it
 * is not known.
 */
extern bool wp_match_reckon(const WpSubject *subject, const WpNode *test,
							WpInstant *instant);

/* Takes the path from a FIELD's body and sets the value at it. */
extern void wp_match_path(WpCursor *body, const char *document, Value *value);

/* Returns the metadata as a document. */
extern const char *wp_match_document(const WpSubject *subject);

#endif
