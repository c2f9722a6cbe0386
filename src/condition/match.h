/*
 * match.h
 *		Does some metadata satisfy a condition? Other rooms evaluate stored
 *		conditions only through this.
 */
#ifndef WP_CONDITION_MATCH_H
#define WP_CONDITION_MATCH_H

#include "postgres.h"
#include "utils/jsonb.h"

#include "condition/literal.h"

typedef struct WpSubject
{
	const JsonbContainer *metadata; /* NULL: none (an anonymous principal) */
	const char *user_id; /* in the database's encoding; NULL: not known */
	int user_id_len;
	bool has_time;  /* false: not known */
	WpInstant time; /* the time that $ago counts from */
	/*
	 * The values at the numbered paths of programs in memory.  Instead of a
	 * FIELD of the document itself, these have a SLOT with a uint32 and the
	 * tests.  NULL: no such programs.
	 */
	const struct Value *slots;
} WpSubject;

/*
 * Evaluates a stored metadata_condition (a detoasted varlena, packed or not, at
 * any alignment).  Never raises, for any stored condition and any metadata.  No
 * memory outlives the call, except for patterns that the backend keeps
 * (regexp.h).
 */
extern WpTruth wp_condition_match(const struct varlena *condition,
								  const WpSubject *subject);

#endif
