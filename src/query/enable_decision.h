/*
 * enable_decision.h
 *		The decision on enabling, from the rows themselves (spec 4.4).
 */
#ifndef WP_QUERY_ENABLE_DECISION_H
#define WP_QUERY_ENABLE_DECISION_H

#include "decide/decide.h"

/* The rows that decide, all of one account. */
typedef struct WpEnabling
{
	/* the user */
	WpText user;
	WpUserKind kind;
	bool active;
	Jsonb *metadata; /* NULL: none */
	/* the workflow, and its workspace */
	WpWorkspaceKind workspace_kind;
	WpOffered offered;
	WpVisibility visibility;
	WpStatus status;
	const struct varlena *condition; /* NULL: none */
	TimestampTz at;
} WpEnabling;

/*
 * Returns the code that says why the user may not enable the workflow, NULL if
 * they may.
 */
extern const char *wp_enabling_refusal(const WpEnabling *enabling);

#endif
