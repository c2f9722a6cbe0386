/*
 * who_can.h
 *		What the forms of who_can() share: the reason of a right, and the users
 *		that may be told.
 */
#ifndef WP_QUERY_WHO_CAN_H
#define WP_QUERY_WHO_CAN_H

#include "decide/decide.h"

/* A trace that keeps the gate that gives the right. */
typedef struct WpReason
{
	WpTrace trace;
	char *text;   /* palloc'd; NULL: none yet */
	bool decided; /* no later gate is the reason */
} WpReason;

/* Before each decision. */
extern void wp_reason_begin(WpReason *reason);

/*
 * May the asker, which may view the workflow, be told who has access to it?
 */
extern bool wp_may_list_access(const WpPrincipal *asker,
							   const WpWorkflow *workflow);

#endif
