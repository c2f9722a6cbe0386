/*
 * signature.h
 *		Keys and signatures, with OpenSSL's EVP. Nothing here allocates in the
 *		server's memory or raises.  OpenSSL's error queue, which the server's
 *		TLS shares, is left empty.
 */
#ifndef WP_PRINCIPAL_SIGNATURE_H
#define WP_PRINCIPAL_SIGNATURE_H

#include "postgres.h"

#include "principal/jws.h"

struct evp_pkey_st;

#define WP_SECRET_MIN 32 /* bytes of an HS256 secret (RFC 7518, 3.2) */
#define WP_RSA_MIN 2048  /* bits of an RSA modulus (RFC 7518, 3.3) */
#define WP_RSA_MAX 8192  /* bits: beyond, a verification takes milliseconds */
/* of a coordinate, and of each half of a signature */
#define WP_P256_BYTES 32

/* A key, for exactly one algorithm. */
typedef struct WpVerifyKey
{
	WpJwsAlgorithm algorithm;
	const uint8 *secret; /* HS256 */
	size_t secret_len;
	struct evp_pkey_st *public_key; /* RS256, ES256 */
} WpVerifyKey;

/*
 * These make a public key from PEM (SubjectPublicKeyInfo) or from the numbers
 * of a JSON Web Key, big-endian.  They refuse weak keys.  They put the key,
 * which wp_public_key_free() frees, into *key and return NULL. Or they return
 * the fault, a static sentence, and put NULL there.
 */
extern const char *wp_public_key_pem(WpJwsAlgorithm algorithm, const char *pem,
									 size_t len, struct evp_pkey_st **key);
extern const char *wp_public_key_rsa(const uint8 *n, size_t n_len,
									 const uint8 *e, size_t e_len,
									 struct evp_pkey_st **key);
extern const char *wp_public_key_p256(const uint8 *x, size_t x_len,
									  const uint8 *y, size_t y_len,
									  struct evp_pkey_st **key);

/*
 * Returns the fault in a key's numbers, such as a modulus that is a prime, an
 * exponent of one or a point that is not on the curve; NULL if there is none.
 */
extern const char *wp_public_key_unsound(struct evp_pkey_st *key);
extern void wp_public_key_free(struct evp_pkey_st *key);

/*
 * Did this key sign these bytes, by its own algorithm? Also false if OpenSSL
 * could not tell.
 */
extern bool wp_signature_verify(const WpVerifyKey *key, const char *text,
								size_t len, const uint8 *signature,
								size_t signature_len);

#endif
