/*
 * mismatch.h
 *		Why a condition does not match (spec 5): the clauses that would have to
 *		turn out otherwise.
 */
#ifndef WP_CONDITION_MISMATCH_H
#define WP_CONDITION_MISMATCH_H

#include "condition/match.h"
#include "condition/jsonb_value.h"

/* A clause that stands in the way; valid during the call alone. */
typedef struct WpClause
{
	/*
	 * FIELD, USER, ROLLOUT or an empty ALL; NULL: the whole condition, for want
	 * of metadata, or because its clauses together take too many steps
	 */
	const WpNode *node;
	WpCursor test; /* of a FIELD or USER: the one test of it */
	WpTruth is;
	WpTruth wanted; /* WP_TRUE, or WP_FALSE below a negation */
	/* what stands at the path; the user's id; NULL: nothing does */
	const Value *seen;
	/*
	 * the shortest path at which nothing stands, "$userId", "metadata"; or NULL
	 */
	const char *missing;
	/*
	 * the path of the array that the clause's path would have to go on inside,
	 * "metadata"; or NULL
	 */
	const char *in_array;
	/*
	 * where the value is of another type or does not parse, or $ago leads out
	 * of the years that there are: what is asked for; or NULL
	 */
	const char *needs;
} WpClause;

typedef struct WpClauseListener WpClauseListener;

/*
 * A listener embeds this at its start.  It returns whether it wants to hear
 * more.
 */
struct WpClauseListener
{
	bool (*listen)(WpClauseListener *listener, const WpClause *clause);
};

/*
 * Tells the listener, in order, of the clauses for which the stored condition
 * is false or unknown of this subject; of none where it is true.  Raises only
 * what the listener raises.
 */
extern void wp_condition_explain(const struct varlena *condition,
								 const WpSubject *subject,
								 WpClauseListener *listener);

#endif
