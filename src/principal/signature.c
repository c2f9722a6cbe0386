/*
 * signature.c
 *		Verifying HS256, RS256 and ES256 (RFC 7518, 3.2 to 3.4) with OpenSSL 3.
 */
#include "postgres.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "principal/signature.h"

#define SHA256_BYTES 32

/*
 * The most bytes of a P-256 ECDSA signature in DER: two integers of at most 33
 * bytes, and their headers.
 */
#define P256_DER_MAX 72

static bool
verify_hs256(const WpVerifyKey *key, const char *text, size_t len,
			 const uint8 *signature, size_t signature_len)
{
	unsigned char mac[SHA256_BYTES];
	size_t mac_len = 0;
	bool good;

	/* Anybody could sign with an empty key. */
	if (key->secret == NULL || key->secret_len < WP_SECRET_MIN ||
		signature_len != sizeof(mac))
		return false;
	good = EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, key->secret,
					 key->secret_len, (const unsigned char *) text, len, mac,
					 sizeof(mac), &mac_len) != NULL &&
		   mac_len == sizeof(mac) &&
		   CRYPTO_memcmp(mac, signature, sizeof(mac)) == 0;
	OPENSSL_cleanse(mac, sizeof(mac));
	return good;
}

/*
 * Converts r || s, 32 bytes each, to the DER that OpenSSL reads.  Returns its
 * length, or 0 if the signature is invalid or memory is out.
 */
static size_t
p256_to_der(const uint8 *signature, unsigned char der[P256_DER_MAX])
{
	ECDSA_SIG *pair = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(signature, WP_P256_BYTES, NULL);
	BIGNUM *s = BN_bin2bn(signature + WP_P256_BYTES, WP_P256_BYTES, NULL);
	int len = 0;

	if (pair != NULL && r != NULL && s != NULL && !BN_is_zero(r) &&
		!BN_is_zero(s) && ECDSA_SIG_set0(pair, r, s) == 1)
	{
		/* The pair owns them from here on. */
		r = s = NULL;
		len = i2d_ECDSA_SIG(pair, NULL);
		if (len > 0 && len <= P256_DER_MAX)
		{
			unsigned char *end = der;

			len = i2d_ECDSA_SIG(pair, &end);
		}
		else
			len = 0;
	}
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(pair);
	return len > 0 ? (size_t) len : 0;
}

static bool
verify_public(const WpVerifyKey *key, const char *text, size_t len,
			  const uint8 *signature, size_t signature_len)
{
	unsigned char der[P256_DER_MAX];
	EVP_MD_CTX *context;
	EVP_PKEY_CTX *scheme = NULL; /* owned by the context */
	bool good;

	if (key->public_key == NULL)
		return false;
	if (key->algorithm == WP_JWS_ES256)
	{
		if (!EVP_PKEY_is_a(key->public_key, "EC") ||
			signature_len != 2 * WP_P256_BYTES)
			return false;
		signature_len = p256_to_der(signature, der);
		if (signature_len == 0)
			return false;
		signature = der;
	}
	else if (!EVP_PKEY_is_a(key->public_key, "RSA") ||
			 signature_len != (size_t) EVP_PKEY_get_size(key->public_key))
		return false;

	context = EVP_MD_CTX_new();
	good = context != NULL &&
		   EVP_DigestVerifyInit(context, &scheme, EVP_sha256(), NULL,
								key->public_key) == 1 &&
		   (key->algorithm == WP_JWS_ES256 ||
			EVP_PKEY_CTX_set_rsa_padding(scheme, RSA_PKCS1_PADDING) == 1) &&
		   EVP_DigestVerify(context, signature, signature_len,
							(const unsigned char *) text, len) == 1;
	EVP_MD_CTX_free(context);
	return good;
}

bool
wp_signature_verify(const WpVerifyKey *key, const char *text, size_t len,
					const uint8 *signature, size_t signature_len)
{
	bool good = false;

	ERR_clear_error();
	switch (key->algorithm)
	{
		case WP_JWS_HS256:
			good = verify_hs256(key, text, len, signature, signature_len);
			break;
		case WP_JWS_RS256:
		case WP_JWS_ES256:
			good = verify_public(key, text, len, signature, signature_len);
			break;
		case WP_JWS_OTHER:
			break;
	}
	ERR_clear_error();
	return good;
}
