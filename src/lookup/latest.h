/*
 * latest.h
 *		What is neither there at this moment nor in the statement's snapshot.
 */
#ifndef WP_LOOKUP_LATEST_H
#define WP_LOOKUP_LATEST_H

#include "principal/principal.h"

/*
 * Is there no such row: neither one that the active snapshot shows nor one that
 * is committed or of an earlier command of this transaction?  Not to be asked
 * in parallel mode.
 */
extern bool wp_workspace_is_new(const WpText *account, const WpText *id);
extern bool wp_board_is_new(const WpText *account, const WpText *id);

/* Is there such a user, and if so of which kind? */
extern bool wp_user_kind_now(const WpText *account, const WpText *id,
							 WpUserKind *kind);

#endif
