/*
 * discard.h
 *		What a backend keeps for a session is given back at DISCARD ALL.
 */
#ifndef WP_PRINCIPAL_DISCARD_H
#define WP_PRINCIPAL_DISCARD_H

/*
 * Has `give_back` called then, outside of any statement of ours; called when
 * the library is loaded.
 */
extern void wp_on_discard(void (*give_back)(void));

/* Sees to it that DISCARD ALL is noticed; called once. */
extern void wp_discard_init(void);

#endif
