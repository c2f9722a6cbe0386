/*
 * token_keys.h
 *		The keys that verify tokens.  They come from a file that only a
 *		superuser names and only the server reads.
 */
#ifndef WP_PRINCIPAL_TOKEN_KEYS_H
#define WP_PRINCIPAL_TOKEN_KEYS_H

#include "postgres.h"

#include "principal/signature.h"

typedef struct WpTokenKey
{
	const char *kid; /* NULL: it has none */
	WpVerifyKey key;
	bool is_checked;   /* whether it is sound */
	const char *fault; /* if so: as wp_token_key_fault() returns it */
} WpTokenKey;

typedef struct WpTokenKeys
{
	int n;
	WpTokenKey *keys;
} WpTokenKeys;

/* Makes the setting; called once, when the library is loaded. */
extern void wp_keys_init(void);

/*
 * Returns the keys of the file in its present state, valid until the next call.
 * Returns NULL if there are no usable keys; *reason is then a sentence that any
 * user may read.  Details go only to the server's log.
 */
extern WpTokenKeys *wp_token_keys(const char **reason);

/*
 * Returns why this key cannot be used, in the same way, or NULL. Call it before
 * using a key. The answer is found once, and logged once.
 */
extern const char *wp_token_key_fault(WpTokenKey *key);

#endif
