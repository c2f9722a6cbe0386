/*
 * public_key.c
 *		Public keys for RS256 and ES256, from PEM and from the numbers of a JSON
 *		Web Key (RFC 7518, 6).  Weak and invalid keys are refused.
 */
#include "postgres.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include "principal/signature.h"

static const char *
rsa_fault(EVP_PKEY *key)
{
	if (!EVP_PKEY_is_a(key, "RSA"))
		return "RS256 takes an RSA key.";
	if (EVP_PKEY_get_bits(key) < WP_RSA_MIN)
		return "An RSA key has at least 2048 bits.";
	if (EVP_PKEY_get_bits(key) > WP_RSA_MAX)
		return "An RSA key has at most 8192 bits.";
	return NULL;
}

static const char *
p256_fault(EVP_PKEY *key)
{
	char group[32];
	size_t len = 0;

	if (!EVP_PKEY_is_a(key, "EC") ||
		EVP_PKEY_get_group_name(key, group, sizeof(group), &len) != 1 ||
		strcmp(group, SN_X9_62_prime256v1) != 0)
		return "ES256 takes a key of the curve P-256.";
	return NULL;
}

/*
 * Takes a new key.  If the key is faulty, frees it and returns the fault.
 * Otherwise puts it into *key and returns NULL.
 */
static const char *
accept_key(WpJwsAlgorithm algorithm, EVP_PKEY *made, EVP_PKEY **key)
{
	const char *fault =
		algorithm == WP_JWS_RS256 ? rsa_fault(made) : p256_fault(made);

	if (fault == NULL)
		*key = made;
	else
		EVP_PKEY_free(made);
	return fault;
}

/*
 * Makes a key from these parameters, which it frees.  Returns NULL, or the
 * fault.
 */
static const char *
key_of(WpJwsAlgorithm algorithm, OSSL_PARAM_BLD *builder, EVP_PKEY **key)
{
	OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(
		NULL, algorithm == WP_JWS_RS256 ? "RSA" : "EC", NULL);
	EVP_PKEY *made = NULL;
	bool is_made =
		parameters != NULL && context != NULL &&
		EVP_PKEY_fromdata_init(context) == 1 &&
		EVP_PKEY_fromdata(context, &made, EVP_PKEY_PUBLIC_KEY, parameters) == 1;

	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_free(parameters);
	if (!is_made)
	{
		EVP_PKEY_free(made);
		return "Its numbers make no public key.";
	}
	return accept_key(algorithm, made, key);
}

const char *
wp_public_key_pem(WpJwsAlgorithm algorithm, const char *pem, size_t len,
				  EVP_PKEY **key)
{
	BIO *source;
	EVP_PKEY *made;
	const char *fault;

	*key = NULL;
	ERR_clear_error();
	source = BIO_new_mem_buf(pem, (int) len);
	made =
		source != NULL ? PEM_read_bio_PUBKEY(source, NULL, NULL, NULL) : NULL;
	fault = made != NULL ? accept_key(algorithm, made, key)
						 : "\"pem\" holds a public key, from BEGIN PUBLIC KEY "
						   "to END PUBLIC KEY.";
	BIO_free(source);
	ERR_clear_error();
	return fault;
}

const char *
wp_public_key_rsa(const uint8 *n, size_t n_len, const uint8 *e, size_t e_len,
				  EVP_PKEY **key)
{
	OSSL_PARAM_BLD *builder;
	BIGNUM *modulus;
	BIGNUM *exponent;
	const char *fault = "Out of memory.";

	*key = NULL;
	ERR_clear_error();
	builder = OSSL_PARAM_BLD_new();
	modulus = BN_bin2bn(n, (int) n_len, NULL);
	exponent = BN_bin2bn(e, (int) e_len, NULL);
	if (builder != NULL && modulus != NULL && exponent != NULL &&
		OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
		OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent) == 1)
		fault = key_of(WP_JWS_RS256, builder, key);
	OSSL_PARAM_BLD_free(builder);
	BN_free(modulus);
	BN_free(exponent);
	ERR_clear_error();
	return fault;
}

const char *
wp_public_key_p256(const uint8 *x, size_t x_len, const uint8 *y, size_t y_len,
				   EVP_PKEY **key)
{
	OSSL_PARAM_BLD *builder;
	uint8 point[1 + 2 * WP_P256_BYTES];
	const char *fault = "Out of memory.";

	*key = NULL;
	if (x_len != WP_P256_BYTES || y_len != WP_P256_BYTES)
		return "The coordinates of P-256 have 32 bytes each.";
	point[0] = POINT_CONVERSION_UNCOMPRESSED;
	memcpy(point + 1, x, x_len);
	memcpy(point + 1 + x_len, y, y_len);

	ERR_clear_error();
	builder = OSSL_PARAM_BLD_new();
	if (builder != NULL &&
		OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME,
										SN_X9_62_prime256v1, 0) == 1 &&
		OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY,
										 point, sizeof(point)) == 1)
		fault = key_of(WP_JWS_ES256, builder, key);
	OSSL_PARAM_BLD_free(builder);
	ERR_clear_error();
	return fault;
}

const char *
wp_public_key_unsound(EVP_PKEY *key)
{
	EVP_PKEY_CTX *check;
	bool is_sound;

	ERR_clear_error();
	check = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	is_sound = check != NULL && EVP_PKEY_public_check(check) == 1;
	EVP_PKEY_CTX_free(check);
	ERR_clear_error();
	return is_sound ? NULL : "It is not a sound public key.";
}

void
wp_public_key_free(EVP_PKEY *key)
{
	EVP_PKEY_free(key);
}
