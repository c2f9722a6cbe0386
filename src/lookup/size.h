/*
 * size.h
 *		How much there is, as the server's statistics have it: a guess, for choosing
 *		between ways to the same answer.
 */
#ifndef WP_LOOKUP_SIZE_H
#define WP_LOOKUP_SIZE_H

#include "principal/principal.h"

/* How many workspaces the account may have, at least 1. */
extern double wp_guess_workspaces(const WpText *account);

#endif
