/*
 * match_internal.h
 *		The matcher's parts, for whoever has to say what it makes of one clause:
 *		asked of it, so that it cannot be said otherwise than it is decided.
 */
#ifndef WP_CONDITION_MATCH_INTERNAL_H
#define WP_CONDITION_MATCH_INTERNAL_H

#include "condition/match.h"
#include "condition/jsonb_value.h"

/* The steps of one match; of text that is searched, some 750,000 bytes. */
#define WP_MATCH_STEPS 3000000

/* Begins a match: what is asked below takes so many steps together at most. */
extern void wp_match_begin(int64 steps);

/*
 * The steps that the last match of WP_MATCH_STEPS took: more than those where
 * some of it was given up.
 */
extern int64 wp_match_steps(void);

/*
 * A value as a document: the container of an object or of an array, in which
 * paths lead nowhere; NULL of anything else.
 */
static inline const char *
wp_document_of(const Value *value)
{
	return value->type >= WP_JSON_ARRAY ? value->data : NULL;
}

/* A condition, of a document. */
extern WpTruth wp_match_condition_node(const WpSubject *subject,
									   const WpNode *node,
									   const char *document);

/* Tests, one or more, of what stands at a path or of the user's id. */
extern WpTruth wp_match_tests(const WpSubject *subject, WpCursor tests,
							  const Value *value);

/*
 * Sets the instant that a test of instants compares with; false where it is not
 * known.
 */
extern bool wp_match_reckon(const WpSubject *subject, const WpNode *test,
							WpInstant *instant);

/* Takes the path from a FIELD's body and sets what stands there. */
extern void wp_match_path(WpCursor *body, const char *document, Value *value);

/* The metadata as a document. */
extern const char *wp_match_document(const WpSubject *subject);

#endif
