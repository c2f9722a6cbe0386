/*
 * exists_now.h
 *		What is there at this moment, whatever the statement's snapshot shows.
 */
#ifndef WP_LOOKUP_EXISTS_NOW_H
#define WP_LOOKUP_EXISTS_NOW_H

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
