/*
 * user.h
 *		Rows of workflow_perms.users, one after the other.
 */
#ifndef WP_LOOKUP_USER_H
#define WP_LOOKUP_USER_H

#include "principal/principal.h"

typedef struct WpUser
{
	WpText user;
	bool active;
	/* of wp_each_connected_user */
	Jsonb *metadata;
	bool has_enabled; /* the workflow, in some configuration */
} WpUser;

/*
 * Calls `each` for every user of the account, or for every connected one, in the
 * order of their ids.  What it is given, and what it allocates in the current
 * context, is good during the call.
 */
typedef void (*WpEachUser) (const WpUser *user, void *arg);
extern void wp_each_user(const WpText *account, WpEachUser each, void *arg);
extern void wp_each_connected_user(const WpText *account, const WpText *workflow, WpEachUser each, void *arg);

#endif
