/*
 * latest.h
 *		What is there at this moment, whatever the statement's snapshot shows.
 */
#ifndef WP_LOOKUP_LATEST_H
#define WP_LOOKUP_LATEST_H

#include "principal/principal.h"

/*
 * Is there such a row, committed or of an earlier command of this transaction?
 * Not to be asked in parallel mode.
 */
extern bool wp_workspace_exists_now(const WpText *account, const WpText *id);
extern bool wp_board_exists_now(const WpText *account, const WpText *id);

#endif
