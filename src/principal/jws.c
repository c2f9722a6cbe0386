/*
 * jws.c
 *		The compact serialization of a token: its parts, and base64url.
 *		Allocates nothing, raises nothing, and is fuzzed outside the server.
 */
#include "postgres.h"

#include "principal/jws.h"

WpJwsAlgorithm
wp_jws_algorithm(const char *name, size_t len)
{
	static const char *const names[] = {"HS256", "RS256", "ES256"};

	for (int i = 0; i < lengthof(names); i++)
		if (len == strlen(names[i]) && memcmp(name, names[i], len) == 0)
			return (WpJwsAlgorithm) i;
	return WP_JWS_OTHER;
}

bool
wp_jws_split(const char *token, size_t len, WpJws *jws)
{
	const char *end = token + len;
	const char *first = len > 0 ? memchr(token, '.', len) : NULL;
	const char *second;

	if (first == NULL)
		return false;
	second = memchr(first + 1, '.', end - first - 1);
	if (second == NULL || memchr(second + 1, '.', end - second - 1) != NULL)
		return false;

	jws->header = token;
	jws->header_len = first - token;
	jws->payload = first + 1;
	jws->payload_len = second - first - 1;
	jws->signature = second + 1;
	jws->signature_len = end - second - 1;
	jws->signed_len = second - token;
	return jws->header_len > 0 && jws->payload_len > 0 &&
		   jws->signature_len > 0;
}

/*
 * Returns the six bits that a character encodes, or -1 if it is not in the
 * alphabet.
 */
static int
sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '-')
		return 62;
	if (c == '_')
		return 63;
	return -1;
}

int
wp_base64url_decode(const char *text, size_t len, uint8 *out)
{
	uint32 bits = 0;
	int nbits = 0;
	int n = 0;

	if (len % 4 == 1)
		return -1;
	for (size_t i = 0; i < len; i++)
	{
		int value = sextet(text[i]);

		if (value < 0)
			return -1;
		bits = (bits << 6) | value;
		nbits += 6;
		if (nbits >= 8)
		{
			nbits -= 8;
			out[n++] = (uint8) (bits >> nbits);
			bits &= ((uint32) 1 << nbits) - 1;
		}
	}
	/*
	 * Unused bits must be zero.  Otherwise one signature would have several
	 * spellings.
	 */
	return bits == 0 ? n : -1;
}
