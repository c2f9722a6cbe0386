/*
 * match.h
 *		Does this metadata satisfy this condition?  The one entry that the other
 *		rooms use to evaluate a stored condition.
 */
#ifndef WP_CONDITION_MATCH_H
#define WP_CONDITION_MATCH_H

#include "postgres.h"
#include "utils/jsonb.h"

#include "condition/literal.h"

typedef struct WpSubject
{
	const JsonbContainer *metadata; /* NULL: none (an anonymous principal) */
	const char *user_id; /* in the database encoding; NULL: not known */
	int user_id_len;
	bool has_time;  /* false: not known */
	WpInstant time; /* that from which $ago is reckoned */
	/*
	 * What stands at the paths that programs in memory have as numbers: in
	 * place of a FIELD of the document itself, SLOT with a uint32 and the
	 * tests.  NULL: no such programs.
	 */
	const struct Value *slots;
} WpSubject;

/*
 * Evaluates a stored metadata_condition (a detoasted varlena, packed or not, at
 * any alignment).  Never raises for any stored condition and any metadata;
 * nothing that it allocates outlives the call, but for the patterns that a
 * backend keeps (regexp.h).
 */
extern WpTruth wp_condition_match(const struct varlena *condition,
								  const WpSubject *subject);

#endif
