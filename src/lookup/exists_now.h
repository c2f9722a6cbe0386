/*
 * exists_now.h
 *		Whether a row exists at this moment, even if the statement's snapshot
 *		does not show it.
 */
#ifndef WP_LOOKUP_EXISTS_NOW_H
#define WP_LOOKUP_EXISTS_NOW_H

#include "principal/principal.h"

/*
 * Is there no such row? Rows count if the active snapshot shows them, or if
 * they are committed or of an earlier command of this transaction.  Not to be
 * called in parallel mode.
 */
extern bool wp_workspace_is_new(const WpText *account, const WpText *id);
extern bool wp_board_is_new(const WpText *account, const WpText *id);

/*
 * Returns whether the table, which is users, workspaces or workflows, has such
 * a row.  Raises undefined_table for another table.
 */
extern bool wp_exists_now(const char *table, const WpText *account,
						  const WpText *id);

/* Returns whether there is such a user, and sets its kind. */
extern bool wp_user_kind_now(const WpText *account, const WpText *id,
							 WpUserKind *kind);

#endif
