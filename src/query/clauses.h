/*
 * clauses.h
 *		What of a condition fails, as jsonb for explanations.
 */
#ifndef WP_QUERY_CLAUSES_H
#define WP_QUERY_CLAUSES_H

#include "condition/match.h"

/*
 * A JSON array of the clauses that stand in the way, palloc'd, with the values seen
 * only where `show_values`; NULL where none does.
 */
extern Jsonb *wp_failed_clauses(const struct varlena *condition, const WpSubject *subject, bool show_values);

#endif
