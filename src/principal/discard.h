/*
 * discard.h
 *		Frees at DISCARD ALL what a backend keeps for a session.
 */
#ifndef WP_PRINCIPAL_DISCARD_H
#define WP_PRINCIPAL_DISCARD_H

/*
 * Registers `give_back`, to be called at DISCARD ALL outside any statement of
 * ours.  Call this when the library is loaded.
 */
extern void wp_on_discard(void (*give_back)(void));

/* Installs the hook that notices DISCARD ALL; called once. */
extern void wp_discard_init(void);

#endif
