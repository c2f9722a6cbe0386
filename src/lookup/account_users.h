/*
 * account_users.h
 *		Rows of workflow_perms.users, one after the other.
 */
#ifndef WP_LOOKUP_ACCOUNT_USERS_H
#define WP_LOOKUP_ACCOUNT_USERS_H

#include "access/tupdesc.h"
#include "utils/tuplestore.h"

#include "principal/principal.h"

typedef struct WpUser
{
	WpText user;
	bool active;
	Jsonb *metadata;
	bool has_enabled; /* the workflow, in any configuration */
} WpUser;

/*
 * Calls `each` for every connected user of the account, in the order of their
 * ids.  Its argument, and memory that it allocates in the current context, are
 * valid during the call.
 */
typedef void (*WpEachUser)(const WpUser *user, void *arg);
extern void wp_each_connected_user(const WpText *account,
								   const WpText *workflow, WpEachUser each,
								   void *arg);

/*
 * The same for the connected users that match one of two conditions, which must
 * not be NULL, and for those that have enabled the workflow.  No other user is
 * affected if one condition replaces the other.
 */
extern void wp_each_concerned_user(const WpText *account,
								   const WpText *workflow,
								   const struct varlena *before,
								   const struct varlena *after, WpEachUser each,
								   void *arg);

/*
 * Puts the ids of at most that many of the account's connected users that match
 * the condition into the store.
 */
extern void wp_put_matching_users(const WpText *account,
								  const struct varlena *condition, int64 most,
								  Tuplestorestate *store, TupleDesc desc);

#endif
