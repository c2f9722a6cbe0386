/*
 * workflow_rights.h
 *		What the session's principal may do with the rows that belong to a
 *		workflow: runs, versions, an application's notes.  Their verdict is
 *		their workflow's.
 */
#ifndef WP_LOOKUP_WORKFLOW_RIGHTS_H
#define WP_LOOKUP_WORKFLOW_RIGHTS_H

#include "lookup/verdict_memo.h"

typedef enum WpRight
{
	WP_RIGHT_VIEW = WP_MEMO_VIEW,
	WP_RIGHT_EDIT = WP_MEMO_EDIT,
	/*
	 * to see its runs, as a member or a service: connected users see their own
	 * runs of any workflow
	 */
	WP_RIGHT_HISTORY = WP_MEMO_HISTORY
} WpRight;

typedef enum WpRightVerdict
{
	WP_RIGHT_NONE,
	WP_RIGHT_HELD,
	/* the history with all details, because steps are not checked there */
	WP_RIGHT_WHOLE
} WpRightVerdict;

/*
 * May the session's principal do this with rows of the workflow with that id of
 * that account? Decided once for a load of the principal in a transaction.
 */
extern WpRightVerdict wp_right_to(WpRight right, const WpText *account,
								  const WpText *workflow);

/*
 * Returns the ids of all workflows that the session's principal has the right
 * to.  Valid until the principal is fetched again.
 */
extern const WpIdSet *wp_rights_all(WpRight right);

/*
 * Returns how many there are.  If they are few, *set has them; otherwise it is
 * NULL, and the number is the planner's estimate.
 */
extern double wp_rights_estimate(WpRight right, const WpIdSet **set);

/* Have they been listed under this snapshot, and are they few? */
extern bool wp_rights_are_listed(WpRight right);

/*
 * `listed` is called when the workflows were listed, or seem too many for that.
 * It may not ask for the session's principal.
 */
typedef void (*WpRightsListener)(WpRight right, double number);
extern void wp_rights_listen(WpRightsListener listed);

#endif
