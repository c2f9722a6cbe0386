/*
 * token_keys.h
 *		The keys that tokens are verified with: of a file that only a superuser
 *		names and only the server reads.
 */
#ifndef WP_PRINCIPAL_TOKEN_KEYS_H
#define WP_PRINCIPAL_TOKEN_KEYS_H

#include "postgres.h"

#include "principal/signature.h"

typedef struct WpTokenKey
{
	const char *kid; /* NULL: it has none */
	WpVerifyKey key;
	bool is_sound; /* it is known to be */
} WpTokenKey;

typedef struct WpTokenKeys
{
	int n;
	WpTokenKey *keys;
} WpTokenKeys;

/* Makes the setting; called once, when the library is loaded. */
extern void wp_keys_init(void);

/*
 * The keys as the file has them now, good until the next call; NULL where there
 * are none that can be used, and *reason is why, a sentence for anybody to
 * read.  What only the server's log may say is written there.
 */
extern WpTokenKeys *wp_token_keys(const char **reason);

/*
 * Returns why one of these keys, which is to be used, cannot be, in the same
 * way; NULL for nothing.
 */
extern const char *wp_token_key_fault(WpTokenKey *key);

#endif
