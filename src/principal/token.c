/*
 * token.c
 *		Verifies a token for authenticate() (query/set_principal.c): its header,
 *		its key, its signature, then its claims, in that order.  The payload is
 *		not read before the signature is verified.  Of the header, only alg, kid
 *		and crit are read: keys that a token contains or points to are ignored.
 */
#include "postgres.h"

#include <math.h>

#include "mb/pg_wchar.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "principal/claims.h"
#include "principal/token_keys.h"
#include "principal/token.h"

#define DATE_MAX 253402300799.0 /* the last second of the year 9999 */

static char *audience = NULL;
static char *issuer = NULL;
static int clock_skew = 30;

void
wp_token_init(void)
{
	DefineCustomStringVariable(
		"workflow_perms.token_audience",
		"The audience that a token must be for (\"aud\").",
		"Where it is empty, a token that names an audience is refused.",
		&audience, "", PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomStringVariable(
		"workflow_perms.token_issuer",
		"The issuer that a token must be of (\"iss\"); empty: any.", NULL,
		&issuer, "", PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable(
		"workflow_perms.token_clock_skew",
		"How far the clocks of issuer and server may differ.", NULL,
		&clock_skew, 30, 0, 600, PGC_SUSET, GUC_UNIT_S, NULL, NULL, NULL);
}

/*
 * Decodes a part as the JSON object that it must be, palloc'd.  Returns NULL if
 * it is not one.
 */
static const WpJson *
part_object(const char *text, size_t len)
{
	char *bytes = palloc(WP_BASE64URL_ROOM(len));
	int n = wp_base64url_decode(text, len, (uint8 *) bytes);
	const WpJson *object = n < 0 ? NULL : wp_strict_json(bytes, n, PG_UTF8);

	return object != NULL && object->type == WP_JSON_OBJECT ? object : NULL;
}

/*
 * Finds the key with the header's algorithm and kid.  A token with a kid uses
 * the key with that kid, or else the only key without a kid.  A token without a
 * kid uses the only key of its algorithm.  Returns NULL, or why there is none.
 */
static const char *
find_key(WpTokenKeys *keys, WpJwsAlgorithm algorithm, const WpJson *kid,
		 WpTokenKey **found)
{
	WpTokenKey *named = NULL;
	WpTokenKey *other = NULL;
	int nothers = 0;

	for (int i = 0; i < keys->n; i++)
	{
		WpTokenKey *key = &keys->keys[i];

		if (key->key.algorithm != algorithm)
			continue;
		if (kid != NULL && key->kid != NULL)
		{
			if (wp_json_equals(kid, key->kid))
				named = key;
			continue;
		}
		other = key;
		nothers++;
	}
	*found = named != NULL ? named : other;
	if (*found == NULL)
		return "No key has its algorithm and key id.";
	if (named == NULL && nothers > 1)
		return "Several keys have its algorithm, and it does not say which "
			   "(\"kid\").";
	return NULL;
}

/* The functions that check return NULL, or why the token is refused. */
static const char *
check_signature(const WpText *token, const WpJws *jws)
{
	const WpJson *header = part_object(jws->header, jws->header_len);
	const WpJson *algorithm;
	const WpJson *kid;
	WpTokenKeys *keys;
	WpTokenKey *key;
	WpJwsAlgorithm wanted = WP_JWS_OTHER;
	const char *reason;
	uint8 *signature;
	int signature_len;

	if (header == NULL)
		return "Its header is not a JSON object in base64url, or names a "
			   "member twice.";
	if (wp_json_member(header, "crit") != NULL)
		return "Its header demands extensions (\"crit\").";
	algorithm = wp_json_member(header, "alg");
	if (algorithm != NULL && algorithm->type == WP_JSON_STRING)
		wanted = wp_jws_algorithm(algorithm->text, algorithm->len);
	if (wanted == WP_JWS_OTHER)
		return "Its algorithm (\"alg\") is none of HS256, RS256, ES256.";
	kid = wp_json_member(header, "kid");
	if (kid != NULL && kid->type != WP_JSON_STRING)
		return "Its key id (\"kid\") is not a string.";

	keys = wp_token_keys(&reason);
	if (keys == NULL)
		return reason;
	reason = find_key(keys, wanted, kid, &key);
	if (reason == NULL)
		reason = wp_token_key_fault(key);
	if (reason != NULL)
		return reason;
	signature = palloc(WP_BASE64URL_ROOM(jws->signature_len));
	signature_len =
		wp_base64url_decode(jws->signature, jws->signature_len, signature);
	if (signature_len < 0 ||
		!wp_signature_verify(&key->key, token->data, jws->signed_len, signature,
							 signature_len))
		return "Its signature is not valid.";
	return NULL;
}

static bool
numeric_date(const WpJson *value, double *date)
{
	if (value->type != WP_JSON_NUMBER)
		return false;
	*date = strtod(value->text, NULL);
	return isfinite(*date) && *date >= 0 && *date <= DATE_MAX;
}

/* Uses the clock, not the transaction's start. */
static const char *
check_dates(const WpJson *claims)
{
	const WpJson *exp = wp_json_member(claims, "exp");
	const WpJson *nbf = wp_json_member(claims, "nbf");
	const WpJson *iat = wp_json_member(claims, "iat");
	double now =
		GetCurrentTimestamp() / (double) USECS_PER_SEC +
		(double) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY;
	double date;

	if (exp == NULL)
		return "It does not say when it expires (\"exp\").";
	if (!numeric_date(exp, &date))
		return "Its expiry (\"exp\") is not a date in seconds.";
	if (now >= date + clock_skew)
		return "It has expired.";
	if (nbf != NULL)
	{
		if (!numeric_date(nbf, &date))
			return "Its beginning (\"nbf\") is not a date in seconds.";
		if (now < date - clock_skew)
			return "It is not valid yet.";
	}
	if (iat != NULL && !numeric_date(iat, &date))
		return "Its date of issue (\"iat\") is not a date in seconds.";
	return NULL;
}

/* Does the claim, a string or an array of strings, name our audience? */
static bool
names_audience(const WpJson *aud)
{
	bool found = false;

	if (aud->type != WP_JSON_ARRAY)
		return wp_json_equals(aud, audience);
	for (uint32 i = 0; i < aud->count; i++)
	{
		if (aud->items[i].type != WP_JSON_STRING)
			return false;
		found = found || wp_json_equals(&aud->items[i], audience);
	}
	return found;
}

static const char *
check_parties(const WpJson *claims)
{
	const WpJson *aud = wp_json_member(claims, "aud");
	const WpJson *iss = wp_json_member(claims, "iss");

	if (audience[0] == '\0')
	{
		if (aud != NULL)
			return "It is for an audience (\"aud\"), and "
				   "workflow_perms.token_audience is not set.";
	}
	else if (aud == NULL || !names_audience(aud))
		return "It is not for this audience (\"aud\").";
	if (issuer[0] != '\0' && (iss == NULL || !wp_json_equals(iss, issuer)))
		return "It is not of the issuer that is trusted (\"iss\").";
	return NULL;
}

const char *
wp_token_subject(const WpText *token, WpText *account, WpText *user)
{
	WpJws jws;
	const WpJson *claims;
	const char *reason;

	if (token->len > WP_TOKEN_MAX)
		return "It has more than 8192 bytes.";
	if (!wp_jws_split(token->data, token->len, &jws))
		return "It does not have three parts, divided by dots.";
	reason = check_signature(token, &jws);
	if (reason != NULL)
		return reason;

	claims = part_object(jws.payload, jws.payload_len);
	if (claims == NULL)
		return "Its claims are not a JSON object in base64url, or name a "
			   "member twice.";
	reason = check_dates(claims);
	if (reason == NULL)
		reason = check_parties(claims);
	if (reason == NULL && !wp_claims_subject(claims, account, user))
		reason = "It does not name an account and a user, in the claims "
				 "configured for them.";
	return reason;
}
