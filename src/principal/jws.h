/*
 * jws.h
 *		The compact serialization of a signed JSON Web Token (RFC 7515, 3.1), as
 *		bytes.  This file knows no JSON, no keys and no server.
 */
#ifndef WP_PRINCIPAL_JWS_H
#define WP_PRINCIPAL_JWS_H

#include "postgres.h"

/*
 * The algorithms that a key may have.  There are no others, in particular not
 * "none".
 */
typedef enum WpJwsAlgorithm
{
	WP_JWS_HS256,
	WP_JWS_RS256,
	WP_JWS_ES256,
	WP_JWS_OTHER
} WpJwsAlgorithm;

/* The three parts of a token, still encoded; all point into it. */
typedef struct WpJws
{
	const char *header;
	size_t header_len;
	const char *payload;
	size_t payload_len;
	const char *signature;
	size_t signature_len;
	size_t signed_len; /* bytes of the token, from its start, that are signed */
} WpJws;

/* The most bytes that base64url of this length decodes to. */
#define WP_BASE64URL_ROOM(len) ((len) / 4 * 3 + 2)

/* The algorithm with exactly this name. */
extern WpJwsAlgorithm wp_jws_algorithm(const char *name, size_t len);

/*
 * Splits a token.  Returns false unless it has exactly three parts, none of
 * them empty.  Does not look into the parts.
 */
extern bool wp_jws_split(const char *token, size_t len, WpJws *jws);

/*
 * Decodes base64url into out, which has WP_BASE64URL_ROOM(len) bytes.  Returns
 * the number of bytes.  Returns -1 unless the text is their only encoding: no
 * padding, no white space, no bits left over.
 */
extern int wp_base64url_decode(const char *text, size_t len, uint8 *out);

#endif
