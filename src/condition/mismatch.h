/*
 * mismatch.h
 *		Why a condition does not match (spec 5): the clauses whose result would
 *		have to change.
 */
#ifndef WP_CONDITION_MISMATCH_H
#define WP_CONDITION_MISMATCH_H

#include "condition/match.h"
#include "condition/jsonb_value.h"

/* A clause that fails; valid only during the call. */
typedef struct WpClause
{
	/*
	 * FIELD, USER, ROLLOUT or an empty ALL; NULL: the whole condition, because
	 * there is no metadata or its clauses together take too many steps
	 */
	const WpNode *node;
	WpCursor test; /* for a FIELD or USER: one of its tests */
	WpTruth is;
	WpTruth wanted; /* WP_TRUE, or WP_FALSE under a negation */
	/* the value at the path; the user's id; NULL: none */
	const Value *seen;
	/* the shortest path without a value, "$userId", "metadata"; or NULL */
	const char *missing;
	/*
	 * the path of the array that the clause's path would have to continue in,
	 * "metadata"; or NULL
	 */
	const char *in_array;
	/*
	 * the requirement, if the value has another type, cannot be parsed, or $ago
	 * leads outside the supported years; or NULL
	 */
	const char *needs;
} WpClause;

typedef struct WpClauseListener WpClauseListener;

/*
 * Embedded at the start of a listener's own struct.  Returns whether it wants
 * more clauses.
 */
struct WpClauseListener
{
	bool (*listen)(WpClauseListener *listener, const WpClause *clause);
};

/*
 * Passes to the listener, in order, the clauses because of which the stored
 * condition is false or unknown for this subject; none if it is true.  Raises
 * only what the listener raises.
 */
extern void wp_condition_explain(const struct varlena *condition,
								 const WpSubject *subject,
								 WpClauseListener *listener);

#endif
