-- authenticate(token): whom a signed token speaks for becomes the session's
-- principal; a token that is forged, stale, for somebody else or merely odd is an
-- error, after which there is no principal, whoever it was before (spec 3).
-- Public key algorithms with keys made on the spot: test/tap/tokens.pl.
\pset null none
\pset footer off
\set SHOW_CONTEXT never
INSERT INTO workflow_perms.accounts (account_id) VALUES ('acme'), ('other');
INSERT INTO workflow_perms.users (account_id, user_id, kind) VALUES ('acme', 'u1', 'connected'), ('acme', 'u2', 'connected'),
	('other', 'u1', 'connected'), ('acme', 'é', 'connected');
CREATE ROLE regress_wp_tokens;

-- An implementation of HS256 that is none of ours.
CREATE FUNCTION pg_temp.base64url(bytes bytea) RETURNS text LANGUAGE sql AS
	$$ SELECT rtrim(translate(encode(bytes, 'base64'), E'+/\n', '-_'), '=') $$;
CREATE FUNCTION pg_temp.bytes(t text) RETURNS bytea LANGUAGE sql AS $$ SELECT convert_to(t, 'UTF8') $$;
CREATE FUNCTION pg_temp.hmac(key bytea, message bytea) RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
	k bytea := CASE WHEN length(key) > 64 THEN sha256(key) ELSE key END;
	i bytea := decode(repeat('36', 64), 'hex');
	o bytea := decode(repeat('5c', 64), 'hex');
BEGIN
	FOR n IN 0 .. length(k) - 1 LOOP
		i := set_byte(i, n, get_byte(i, n) # get_byte(k, n));
		o := set_byte(o, n, get_byte(o, n) # get_byte(k, n));
	END LOOP;
	RETURN sha256(o || sha256(i || message));
END $$;
-- RFC 4231, test case 2.
SELECT encode(pg_temp.hmac('Jefe', 'what do ya want for nothing?'), 'hex') =
	'5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843' AS hmac_is_right;
CREATE FUNCTION pg_temp.sign(header bytea, payload bytea, key text) RETURNS text LANGUAGE sql AS $$
	SELECT parts || '.' || pg_temp.base64url(pg_temp.hmac(pg_temp.bytes(key), pg_temp.bytes(parts)))
	FROM (SELECT pg_temp.base64url(header) || '.' || pg_temp.base64url(payload) AS parts) x $$;
CREATE FUNCTION pg_temp.jwt(payload text, header text DEFAULT '{"alg":"HS256"}', key text DEFAULT 'one secret of thirty-two bytes...') RETURNS text
	LANGUAGE sql AS $$ SELECT pg_temp.sign(pg_temp.bytes(header), pg_temp.bytes(payload), key) $$;
-- These claims and what is added to them; exp is in the year 9000.
CREATE FUNCTION pg_temp.claims(more text DEFAULT '') RETURNS text LANGUAGE sql AS
	$$ SELECT '{"account":"acme","sub":"u1","exp":221845392000' || more || '}' $$;

-- What authenticate() makes of each token, in a transaction of its own.
CREATE TEMP TABLE tokens (n serial, name text, token text);
CREATE TEMP TABLE answers (n int, name text, answer text);
CREATE PROCEDURE pg_temp.present() LANGUAGE plpgsql AS $$
DECLARE
	t record;
	said text;
	detail text;
BEGIN
	FOR t IN SELECT * FROM tokens ORDER BY n LOOP
		BEGIN
			PERFORM workflow_perms.authenticate(t.token);
			said := 'is ' || workflow_perms.principal_account() || ' ' || workflow_perms.principal_user();
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
			said := SQLSTATE || ' ' || detail;
			IF workflow_perms.principal_account() IS NOT NULL THEN
				said := 'STILL SOMEBODY: ' || said;
			END IF;
		END;
		COMMIT;
		INSERT INTO answers VALUES (t.n, t.name, said);
		COMMIT;
	END LOOP;
	DELETE FROM tokens;
END $$;
-- The answers, once.
CREATE FUNCTION pg_temp.answers() RETURNS TABLE (name text, answer text) LANGUAGE sql AS $$
	WITH said AS (DELETE FROM answers RETURNING *) SELECT name, answer FROM said ORDER BY n $$;
-- A file of keys that only the server may read; its directory is the cluster's.
CREATE PROCEDURE pg_temp.put_keys(keys text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('COPY (SELECT %L) TO PROGRAM %L', translate(keys, E'\n\t', '  '),
		'umask 077; rm -f regress_wp_tokens; cat >regress_wp_tokens');
END $$;

-- No keys: no token.
INSERT INTO tokens (name, token) VALUES ('no keys', pg_temp.jwt(pg_temp.claims()));
CALL pg_temp.present();
SELECT * FROM pg_temp.answers();
SET workflow_perms.token_keys_file = 'regress_wp_tokens';
CALL pg_temp.put_keys('[{"alg": "HS256", "secret": "one secret of thirty-two bytes..."}]');

-- The tokens of RFC 7515, A.1 to A.3 (and RFC 7519, 3.1): they have expired in 2011,
-- which is found after the signature; with another letter in it they are forged.
CALL pg_temp.put_keys('[{"kty": "oct", "alg": "HS256",
	"k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"},
	{"kty": "RSA", "alg": "RS256", "e": "AQAB",
	"n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"},
	{"kty": "EC", "alg": "ES256", "crv": "P-256",
	"x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]');
\set payload 'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ'
INSERT INTO tokens (name, token) VALUES
	('A.1', 'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.' || :'payload' || '.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'),
	('A.2', 'eyJhbGciOiJSUzI1NiJ9.' || :'payload' || '.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw'),
	('A.3', 'eyJhbGciOiJFUzI1NiJ9.' || :'payload' || '.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q'),
	('A.5, unsecured', 'eyJhbGciOiJub25lIn0.' || :'payload' || '.');
INSERT INTO tokens (name, token) SELECT name || ', payload changed', regexp_replace(token, 'pc3', 'pc4') FROM tokens WHERE name <> 'A.5, unsecured' ORDER BY n;
INSERT INTO tokens (name, token) SELECT name || ', signature changed', overlay(token PLACING translate(substr(token, length(token) - 20, 1), 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_', 'bcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_a') FROM length(token) - 20)
	FROM tokens WHERE name IN ('A.1', 'A.2', 'A.3') ORDER BY n;
INSERT INTO tokens (name, token) SELECT name || ', of another header', 'eyJhbGciOiJSUzI1NiJ9' || substr(token, strpos(token, '.')) FROM tokens WHERE name = 'A.1';
CALL pg_temp.present();
SELECT * FROM pg_temp.answers();

-- One key. Good tokens.
CALL pg_temp.put_keys('[{"alg": "HS256", "secret": "one secret of thirty-two bytes..."}]');
INSERT INTO tokens (name, token) VALUES
	('plain', pg_temp.jwt(pg_temp.claims())),
	('white space in the JSON', pg_temp.jwt(E' {"account" : "acme",\n"sub" : "u2", "exp":221845392000}\t')),
	('a kid, where the key has none', pg_temp.jwt(pg_temp.claims(), '{"alg":"HS256","kid":"x"}')),
	('keys of its own are not looked at', pg_temp.jwt(pg_temp.claims(), '{"alg":"HS256","jwk":{"kty":"oct","k":"AAAA"},"jku":"http://localhost/","x5u":"/"}')),
	('exp with a fraction', pg_temp.jwt('{"account":"acme","sub":"u1","exp":221845392000.5}')),
	('exp with an exponent', pg_temp.jwt('{"account":"acme","sub":"u1","exp":2e11}')),
	('nbf and iat', pg_temp.jwt(pg_temp.claims(',"nbf":1,"iat":0'))),
	('escapes', pg_temp.jwt('{"account":"\u0061cme","sub":"\u00e9","exp":221845392000}')),
	('beyond ASCII', pg_temp.jwt('{"account":"acme","sub":"é","exp":221845392000}')),
	('an issuer that nobody asks for', pg_temp.jwt(pg_temp.claims(',"iss":"joe"'))),
	('8192 bytes', pg_temp.jwt(rpad(pg_temp.claims(), 6095)));
SELECT length(token) FROM tokens WHERE name = '8192 bytes';
CALL pg_temp.present();
SELECT * FROM pg_temp.answers();

-- Bad ones: the token's form.
\set good 'pg_temp.jwt(pg_temp.claims())'
INSERT INTO tokens (name, token) VALUES
	('null', NULL), ('empty', ''), ('no dots', 'token'), ('only dots', '..'), ('no signature', split_part(:good, '.', 1) || '.' || split_part(:good, '.', 2)),
	('empty signature', split_part(:good, '.', 1) || '.' || split_part(:good, '.', 2) || '.'),
	('four parts', :good || '.x'), ('a dot at the end', :good || '.'),
	('a byte less', left(:good, -1)), ('a byte more', :good || 'A'), ('four bytes more', :good || 'AAAA'),
	('padding', :good || '='), ('white space before', ' ' || :good), ('after', :good || ' '), ('a newline after', :good || E'\n'), ('inside', replace(:good, '.', ' .')),
	('standard base64', replace(pg_temp.jwt(pg_temp.claims(',"x":"???>>>~~~"')), '_', '/')),
	('bits left over', left(:good, -1) || translate(right(:good, 1), 'AEIMQUYcgkosw048', 'BFJNRVZdhlptx159')),
	('the signature of another', split_part(:good, '.', 1) || '.' || split_part(:good, '.', 2) || '.' || split_part(pg_temp.jwt('{}'), '.', 3)),
	('another key', pg_temp.jwt(pg_temp.claims(), key => 'one secret of thirty-two bytes..!')),
	('the key and a zero', pg_temp.sign('{"alg":"HS256"}', pg_temp.bytes(pg_temp.claims()), 'one secret of thirty-two bytes...' || chr(1))),
	('8193 bytes', pg_temp.jwt(rpad(pg_temp.claims(), 6096))),
	('a megabyte', repeat('a', 1048576));
CALL pg_temp.present();
SELECT * FROM pg_temp.answers();

-- Bad ones: the header. All are signed with the key.
INSERT INTO tokens (name, token) SELECT header, pg_temp.jwt(pg_temp.claims(), header)
	FROM (VALUES ('{"alg":"none"}'), ('{"alg":"None"}'), ('{"alg":""}'), ('{}'), ('{"alg":null}'), ('{"alg":["HS256"]}'), ('{"ALG":"HS256"}'), ('{"alg":"hs256"}'),
		('{"alg":"HS256 "}'), ('{"alg":"HS384"}'), ('{"alg":"RS256"}'), ('{"alg":"ES256"}'), ('{"alg":"PS256"}'), ('{"alg":"HS256","alg":"HS256"}'),
		('{"alg":"none","alg":"HS256"}'), ('{"alg":"HS256","\u0061lg":"none"}'), ('{"alg":"HS256","x":{"y":1,"y":2}}'), ('{"alg":"HS256","kid":1}'), ('{"alg":"HS256","kid":null}'),
		('{"alg":"HS256","crit":["exp"],"exp":1}'), ('{"alg":"HS256","crit":[]}'), ('{"alg":"HS256","crit":null}'), ('{"alg":"HS256","crit":["b64"],"b64":false}'),
		('{"alg":"HS256"'), ('{"alg":"HS256"}{}'), ('{"alg":"HS256"} x'), ('["HS256"]'), ('"HS256"'), ('null'), (' '),
		('{"alg":"HS256","x":"\u0000"}'), ('{"alg":"HS256\u0000"}'), ('{"alg":"HS256","x":"\ud800"}'), ('{"alg":"HS256","x":1e}')) AS v (header);
INSERT INTO tokens (name, token) VALUES
	('deep', pg_temp.jwt(pg_temp.claims(), '{"alg":"HS256","x":' || repeat('[', 16) || repeat(']', 16) || '}')),
	('deeper', pg_temp.jwt(pg_temp.claims(), '{"alg":"HS256","x":' || repeat('[', 5000))),
	('not UTF-8', pg_temp.sign('{"alg":"HS256","x":"\377"}', '{}', 'one secret of thirty-two bytes...')),
	('a zero byte', pg_temp.sign('{"alg":"HS256"}\000', '{}', 'one secret of thirty-two bytes...')),
	('overlong UTF-8', pg_temp.sign('{"alg":"HS256","x":"\300\257"}', '{}', 'one secret of thirty-two bytes...'));
CALL pg_temp.present();
SELECT answer, count(*) FROM answers GROUP BY answer ORDER BY answer COLLATE "C";
SELECT * FROM pg_temp.answers();

-- Bad ones: the claims. All are signed with the key.
INSERT INTO tokens (name, token) SELECT payload, pg_temp.jwt(payload)
	FROM (VALUES ('{}'), ('[]'), ('null'), ('"x"'), ('{"account":"acme","sub":"u1"}'),
		('{"account":"acme","sub":"u1","exp":"221845392000"}'), ('{"account":"acme","sub":"u1","exp":null}'), ('{"account":"acme","sub":"u1","exp":true}'),
		('{"account":"acme","sub":"u1","exp":[221845392000]}'), ('{"account":"acme","sub":"u1","exp":1e400}'), ('{"account":"acme","sub":"u1","exp":1e300}'),
		('{"account":"acme","sub":"u1","exp":-1}'), ('{"account":"acme","sub":"u1","exp":0}'), ('{"account":"acme","sub":"u1","exp":1300819380}'),
		('{"account":"acme","sub":"u1","exp":1,"exp":221845392000}'), ('{"account":"acme","sub":"u1","sub":"u2","exp":221845392000}'),
		('{"account":"acme","account":"other","sub":"u1","exp":221845392000}'),
		(pg_temp.claims(',"nbf":221845391000')), (pg_temp.claims(',"nbf":"1"')), (pg_temp.claims(',"nbf":null')), (pg_temp.claims(',"iat":"now"')),
		(pg_temp.claims(',"aud":"us"')), (pg_temp.claims(',"aud":[]')), (pg_temp.claims(',"aud":null')),
		('{"sub":"u1","exp":221845392000}'), ('{"account":"acme","exp":221845392000}'), ('{"account":null,"sub":"u1","exp":221845392000}'),
		('{"account":"acme","sub":null,"exp":221845392000}'), ('{"account":"acme","sub":"","exp":221845392000}'), ('{"account":"acme","sub":1,"exp":221845392000}'),
		('{"account":["acme"],"sub":"u1","exp":221845392000}'), ('{"account":"acme","SUB":"u1","exp":221845392000}'), ('{"account":"acme","sub":"u1\u0000","exp":221845392000}'),
		('{"account":"acme","sub":"nobody","exp":221845392000}'), ('{"account":"nowhere","sub":"u1","exp":221845392000}'), ('{"account":"acme","sub":"U1","exp":221845392000}')) AS v (payload);
INSERT INTO tokens (name, token) VALUES
	('an id of 256 bytes', pg_temp.jwt('{"account":"acme","sub":"' || repeat('x', 256) || '","exp":221845392000}')),
	('deep', pg_temp.jwt(pg_temp.claims(',"x":' || repeat('[', 16) || repeat(']', 16)))),
	('not UTF-8', pg_temp.sign('{"alg":"HS256"}', pg_temp.bytes(pg_temp.claims()) || '\377', 'one secret of thirty-two bytes...'));
CALL pg_temp.present();
SELECT * FROM pg_temp.answers();

-- Audience, issuer, names of claims and clock skew, as configured.
SET workflow_perms.token_audience = 'us';
SET workflow_perms.token_issuer = 'joe';
INSERT INTO tokens (name, token) SELECT payload, pg_temp.jwt(payload)
	FROM (VALUES (pg_temp.claims(',"aud":"us","iss":"joe"')), (pg_temp.claims(',"aud":["them","us"],"iss":"joe"')), (pg_temp.claims(',"aud":["us",1],"iss":"joe"')),
		(pg_temp.claims(',"aud":"them","iss":"joe"')), (pg_temp.claims(',"aud":"","iss":"joe"')), (pg_temp.claims(',"aud":"US","iss":"joe"')),
		(pg_temp.claims(',"aud":[["us"]],"iss":"joe"')), (pg_temp.claims(',"iss":"joe"')), (pg_temp.claims(',"aud":"us"')), (pg_temp.claims(',"aud":"us","iss":"joe "')),
		(pg_temp.claims(',"aud":"us","iss":["joe"]'))) AS v (payload);
CALL pg_temp.present();
SELECT * FROM pg_temp.answers();
RESET workflow_perms.token_audience;
RESET workflow_perms.token_issuer;
SET workflow_perms.token_account_claim = '/app_metadata/account';
SET workflow_perms.token_user_claim = 'https://example.com/user';
INSERT INTO tokens (name, token) SELECT payload, pg_temp.jwt(payload)
	FROM (VALUES ('{"app_metadata":{"account":"other"},"https://example.com/user":"u1","exp":221845392000}'), (pg_temp.claims()),
		('{"/app_metadata/account":"other","https://example.com/user":"u1","exp":221845392000}'),
		('{"app_metadata":["account","other"],"https://example.com/user":"u1","exp":221845392000}'),
		('{"app_metadata":{"account":{"account":"other"}},"https://example.com/user":"u1","exp":221845392000}')) AS v (payload);
CALL pg_temp.present();
SELECT * FROM pg_temp.answers();
SET workflow_perms.token_account_claim = '';
SET workflow_perms.token_account_claim = '/';
SET workflow_perms.token_user_claim = '/a~1b';
RESET workflow_perms.token_account_claim;
RESET workflow_perms.token_user_claim;
INSERT INTO tokens (name, token) SELECT name, pg_temp.jwt(format('{"account":"acme","sub":"u1","exp":%s,"nbf":%s}', now_ + exp, now_ + nbf))
	FROM (SELECT floor(extract(epoch FROM clock_timestamp()))::bigint AS now_) n, (VALUES ('expired 15 s ago', -15, -20), ('begins in 15 s', 100, 15),
		('expired 45 s ago', -45, -50), ('begins in 45 s', 100, 45)) AS v (name, exp, nbf);
CALL pg_temp.present();
SELECT * FROM pg_temp.answers();
SET workflow_perms.token_clock_skew = 0;
INSERT INTO tokens (name, token) SELECT name, pg_temp.jwt(format('{"account":"acme","sub":"u1","exp":%s,"nbf":%s}', now_ + exp, now_ + nbf))
	FROM (SELECT floor(extract(epoch FROM clock_timestamp()))::bigint AS now_) n, (VALUES ('expired 1 s ago', -1, -20), ('begins in 100 s', 200, 100), ('now', 100, 0)) AS v (name, exp, nbf);
CALL pg_temp.present();
SELECT * FROM pg_temp.answers();
RESET workflow_perms.token_clock_skew;

-- Several keys: one is chosen by kid and alg, or by alg alone where that leaves one; another file takes their place.
CALL pg_temp.put_keys('{"keys": [{"kid": "old", "alg": "HS256", "secret": "one secret of thirty-two bytes..."},
	{"kid": "new", "alg": "HS256", "secret": "two secrets of thirty-two bytes.."},
	{"kid": "enc", "alg": "RSA-OAEP", "use": "enc", "kty": "RSA", "n": "AQAB", "e": "AQAB"},
	{"kid": "ec", "use": "sig", "kty": "EC", "alg": "ES256", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}');
CREATE FUNCTION pg_temp.rotation() RETURNS void LANGUAGE sql AS $$
	INSERT INTO tokens (name, token) VALUES
		('old', pg_temp.jwt(pg_temp.claims(), '{"alg":"HS256","kid":"old"}')),
		('new', pg_temp.jwt(pg_temp.claims(), '{"alg":"HS256","kid":"new"}', 'two secrets of thirty-two bytes..')),
		('new by the old one', pg_temp.jwt(pg_temp.claims(), '{"alg":"HS256","kid":"new"}')),
		('no kid', pg_temp.jwt(pg_temp.claims())),
		('a kid that is none', pg_temp.jwt(pg_temp.claims(), '{"alg":"HS256","kid":"older"}')),
		('the empty kid', pg_temp.jwt(pg_temp.claims(), '{"alg":"HS256","kid":""}')),
		('the kid of another algorithm', pg_temp.jwt(pg_temp.claims(), '{"alg":"HS256","kid":"ec"}')),
		('a kid to inject', pg_temp.jwt(pg_temp.claims(), $_${"alg":"HS256","kid":"' UNION SELECT 'x"}$_$)),
		('a kid that is a path', pg_temp.jwt(pg_temp.claims(), '{"alg":"HS256","kid":"../../../../dev/null"}', ''));
$$;
SELECT pg_temp.rotation();
CALL pg_temp.present();
SELECT * FROM pg_temp.answers();
CALL pg_temp.put_keys('[{"kid": "new", "alg": "HS256", "secret": "two secrets of thirty-two bytes.."}, {"alg": "HS256", "secret": "three secrets of thirty-two bytes"}]');
SELECT pg_temp.rotation();
INSERT INTO tokens (name, token) VALUES ('a kid that is none: the key without', pg_temp.jwt(pg_temp.claims(), '{"alg":"HS256","kid":"third"}', 'three secrets of thirty-two bytes'));
CALL pg_temp.present();
SELECT * FROM pg_temp.answers();

-- Files that are of no use: then no token is.
CREATE TEMP TABLE files (n serial, name text, keys text);
INSERT INTO files (name, keys) VALUES
	('empty', ''), ('no JSON', 'x'), ('no list', '{"alg":"HS256","secret":"one secret of thirty-two bytes..."}'), ('no keys', '[]'),
	('a string', '["one secret of thirty-two bytes..."]'),
	('only one to encrypt', '[{"use":"enc","alg":"HS256","secret":"one secret of thirty-two bytes..."}]'),
	('no algorithm', '[{"secret":"one secret of thirty-two bytes..."}]'), ('none', '[{"alg":"none"}]'), ('HS512', '[{"alg":"HS512","secret":"one secret of thirty-two bytes..."}]'),
	('a weak secret', '[{"alg":"HS256","secret":"one secret of thirty-one bytes."}]'), ('an empty secret', '[{"alg":"HS256","secret":""}]'), ('an empty k', '[{"alg":"HS256","kty":"oct","k":""}]'),
	('k with padding', '[{"alg":"HS256","kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow=="}]'),
	('a PEM as the secret', '[{"alg":"HS256","secret":"-----BEGIN PUBLIC KEY-----MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"}]'),
	('a PEM as k', '[{"alg":"HS256","k":"LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS1NRmt3RXdZSEtvWkl6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUU"}]'),
	('a PEM in base64 as the secret', '[{"alg":"HS256","secret":"LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS1NRmt3RXdZSEtvWkl6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUU="}]'),
	('key_ops that only sign', '[{"alg":"HS256","key_ops":["sign"],"secret":"one secret of thirty-two bytes..."}]'),
	('key_ops that only sign, and use', '[{"use":"sig","alg":"HS256","key_ops":["sign","deriveKey"],"secret":"one secret of thirty-two bytes..."}]'),
	('key_ops that are no list', '[{"alg":"HS256","key_ops":"verify","secret":"one secret of thirty-two bytes..."}]'),
	('key_ops to encrypt alone', '[{"alg":"HS256","key_ops":["encrypt","wrapKey"],"secret":"one secret of thirty-two bytes..."}]'),
	('key_ops to verify, of one to encrypt', '[{"use":"enc","key_ops":["verify"],"alg":"HS256","secret":"one secret of thirty-two bytes..."}]'),
	('a use that is a list', '[{"use":["sig"],"alg":"HS256","secret":"one secret of thirty-two bytes..."}]'),
	('good, with key_ops', '[{"use":"sig","key_ops":["sign","verify"],"alg":"HS256","secret":"one secret of thirty-two bytes..."}]'),
	('good, beside one to encrypt', '[{"kid":"e","key_ops":["unwrapKey"],"kty":"RSA"},{"alg":"HS256","secret":"one secret of thirty-two bytes..."}]'),
	('a private key', '[{"alg":"HS256","secret":"one secret of thirty-two bytes..."},{"alg":"ES256","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}]'),
	('a type that is another', '[{"alg":"HS256","kty":"RSA","secret":"one secret of thirty-two bytes..."}]'),
	('a kid twice', '[{"kid":"a","alg":"HS256","secret":"one secret of thirty-two bytes..."},{"kid":"a","alg":"HS256","secret":"two secrets of thirty-two bytes.."}]'),
	('a kid that is a number', '[{"kid":1,"alg":"HS256","secret":"one secret of thirty-two bytes..."}]'),
	('a member twice', '[{"alg":"HS256","secret":"two secrets of thirty-two bytes..","secret":"one secret of thirty-two bytes..."}]'),
	('one good, one bad', '[{"alg":"HS256","secret":"one secret of thirty-two bytes..."},{"alg":"RS256","pem":"x"}]'),
	('a point beside the curve', '[{"alg":"ES256","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1"}]'),
	('another curve', '[{"alg":"ES256","crv":"P-384","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]'),
	('a short modulus', '[{"alg":"RS256","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp","e":"AQAB"}]'),
	('good', '[{"alg":"HS256","secret":"one secret of thirty-two bytes..."}]');
DO $$
DECLARE
	f record;
BEGIN
	FOR f IN SELECT * FROM files ORDER BY n LOOP
		CALL pg_temp.put_keys(f.keys);
		INSERT INTO tokens (name, token) VALUES (f.name, pg_temp.jwt(pg_temp.claims()));
		CALL pg_temp.present();
	END LOOP;
END $$;
SELECT * FROM pg_temp.answers();
COPY (SELECT 1) TO PROGRAM 'cat >/dev/null; chmod 640 regress_wp_tokens';
INSERT INTO tokens (name, token) VALUES ('a file that the group may read', pg_temp.jwt(pg_temp.claims()));
CALL pg_temp.present();
COPY (SELECT 1) TO PROGRAM 'cat >/dev/null; chmod 400 regress_wp_tokens';
INSERT INTO tokens (name, token) VALUES ('a file that the server may read', pg_temp.jwt(pg_temp.claims()));
CALL pg_temp.present();
COPY (SELECT 1) TO PROGRAM 'cat >/dev/null; rm -f regress_wp_tokens; mkfifo -m 600 regress_wp_tokens';
INSERT INTO tokens (name, token) VALUES ('a pipe', pg_temp.jwt(pg_temp.claims()));
CALL pg_temp.present();
COPY (SELECT 1) TO PROGRAM 'cat >/dev/null; rm -f regress_wp_tokens';
INSERT INTO tokens (name, token) VALUES ('no file', pg_temp.jwt(pg_temp.claims()));
CALL pg_temp.present();
SELECT * FROM pg_temp.answers();

-- The scope is that of set_principal(); whatever fails, nobody is left.
CALL pg_temp.put_keys('[{"alg": "HS256", "secret": "one secret of thirty-two bytes..."}]');
SELECT pg_temp.jwt(pg_temp.claims()) AS u1, pg_temp.jwt('{"account":"acme","sub":"u2","exp":221845392000}') AS u2 \gset
CREATE VIEW pg_temp.who AS SELECT workflow_perms.principal_account() AS account, workflow_perms.principal_user() AS "user";
BEGIN;
SELECT workflow_perms.authenticate(:'u1');
TABLE pg_temp.who;
SAVEPOINT s;
-- Once in a transaction; the second one ends the first, and rolling back does not bring it back.
SELECT workflow_perms.authenticate(:'u2');
ROLLBACK TO s;
TABLE pg_temp.who;
SELECT workflow_perms.authenticate(:'u1');
ROLLBACK;
TABLE pg_temp.who;
BEGIN;
SELECT workflow_perms.authenticate(:'u1');
COMMIT;
TABLE pg_temp.who;
SELECT workflow_perms.authenticate(:'u1', session => NULL);
SELECT workflow_perms.authenticate(:'u1', session => true);
TABLE pg_temp.who;
SELECT workflow_perms.authenticate(:'u1', session => true);
TABLE pg_temp.who;
-- Not another one's; after which it is nobody's, in workers too, and free.
SELECT workflow_perms.authenticate(:'u2');
TABLE pg_temp.who;
CREATE TABLE regress_wp_rows AS SELECT i FROM generate_series(1, 1000) i;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET parallel_leader_participation = off;
SELECT count(*) AS nobody FROM regress_wp_rows WHERE workflow_perms.principal_account() IS NULL AND workflow_perms.principal_user() IS NULL;
SELECT workflow_perms.authenticate(:'u2', session => true);
TABLE pg_temp.who;
SELECT count(*) AS u2 FROM regress_wp_rows WHERE workflow_perms.principal_user() = 'u2';
-- In a transaction that puts the session's aside, in savepoints and in blocks.
BEGIN;
SAVEPOINT s;
RESET ALL;
SELECT workflow_perms.authenticate('x');
ROLLBACK TO s;
TABLE pg_temp.who;
COMMIT;
TABLE pg_temp.who;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET parallel_leader_participation = off;
SELECT count(*) AS nobody FROM regress_wp_rows WHERE workflow_perms.principal_account() IS NULL AND workflow_perms.principal_user() IS NULL;
SET workflow_perms.token_keys_file = 'regress_wp_tokens';
SELECT workflow_perms.authenticate(:'u2', session => true);
DO $$
BEGIN
	PERFORM workflow_perms.authenticate('x');
EXCEPTION WHEN invalid_authorization_specification THEN
	RAISE INFO 'refused: %', workflow_perms.principal_user();
END $$;
TABLE pg_temp.who;
SELECT workflow_perms.set_principal('acme', 'u1', session => true);
TABLE pg_temp.who;
BEGIN;
SELECT workflow_perms.set_principal('acme', 'u1');
SELECT workflow_perms.authenticate('x');
ROLLBACK;
TABLE pg_temp.who;
SELECT workflow_perms.authenticate(:'u1', session => true);
DISCARD ALL;
SELECT workflow_perms.principal_user();

-- Anybody may present a token; nobody but a superuser says which ones are good.
SET workflow_perms.token_keys_file = 'regress_wp_tokens';
SET ROLE regress_wp_tokens;
BEGIN;
SELECT workflow_perms.authenticate(:'u1');
SELECT workflow_perms.principal_user();
COMMIT;
\set VERBOSITY sqlstate
SHOW workflow_perms.token_keys_file;
\set VERBOSITY terse
SELECT count(*) AS shown FROM pg_settings WHERE name = 'workflow_perms.token_keys_file';
SET workflow_perms.token_keys_file = '/tmp/mine';
SET workflow_perms.token_audience = 'mine';
SET workflow_perms.token_issuer = 'mine';
SET workflow_perms.token_clock_skew = 600;
SET workflow_perms.token_account_claim = 'mine';
SET workflow_perms.token_user_claim = 'mine';
SET workflow_perms.trust_request_claims = on;
SELECT set_config('workflow_perms.token_keys_file', '/tmp/mine', true);
ALTER ROLE regress_wp_tokens SET workflow_perms.token_keys_file = '/tmp/mine';
ALTER ROLE regress_wp_tokens SET workflow_perms.trust_request_claims = on;
CREATE FUNCTION pg_temp.clause() RETURNS text LANGUAGE plpgsql SET workflow_perms.token_keys_file = '/tmp/mine' AS 'BEGIN END';
RESET ROLE;
-- What a superuser sees of them is the name of the file, wherever one looks.
SELECT count(*) FILTER (WHERE s::text LIKE '%regress_wp_tokens%') AS file, count(*) FILTER (WHERE s::text LIKE '%secret of thirty%') AS secrets FROM pg_settings s;
SELECT count(*) FILTER (WHERE s::text LIKE '%secret of thirty%') AS secrets FROM pg_file_settings s;
COPY (SELECT 1) TO PROGRAM 'cat >/dev/null; rm -f regress_wp_tokens';
RESET ALL;

-- The claims of an API server: not unless a superuser has said so, who says it for a login role.
CREATE VIEW pg_temp.who AS SELECT workflow_perms.principal_account() AS account, workflow_perms.principal_user() AS "user";
GRANT SELECT ON pg_temp.who TO regress_wp_tokens;
BEGIN;
SET LOCAL request.jwt.claims = '{"account": "acme", "sub": "u1", "role": "regress_wp_tokens"}';
TABLE pg_temp.who;
COMMIT;
SET workflow_perms.trust_request_claims = on;
TABLE pg_temp.who;
SET ROLE regress_wp_tokens;
BEGIN;
SET LOCAL request.jwt.claims = '{"account": "acme", "sub": "u1", "role": "regress_wp_tokens"}';
TABLE pg_temp.who;
-- Of the moment at which it is asked.
SET LOCAL request.jwt.claims = '{"account": "acme", "sub": "u2", "role": "regress_wp_tokens"}';
TABLE pg_temp.who;
SET LOCAL request.jwt.claims = '{"role": "anon"}';
TABLE pg_temp.who;
COMMIT;
TABLE pg_temp.who;
-- Nobody, and no error, where it names nobody.
SET request.jwt.claims = '';
TABLE pg_temp.who;
SET request.jwt.claims = '{"account": "acme"}';
TABLE pg_temp.who;
SET request.jwt.claims = '{"account": "acme", "sub": null}';
TABLE pg_temp.who;
SET request.jwt.claims = '{"account": "acme", "sub": "u1", "sub": "u2"}';
TABLE pg_temp.who;
SET request.jwt.claims = '{"account": "acme", "sub": "u1"';
TABLE pg_temp.who;
SET request.jwt.claims = '{"account": "acme", "sub": "u1\u0000"}';
TABLE pg_temp.who;
SELECT set_config('request.jwt.claims', '{"account": "acme", "sub": "u1", "x": ' || repeat('[', 100000), false) IS NULL AS set;
TABLE pg_temp.who;
SELECT set_config('request.jwt.claims', '{"account": "acme", "sub": "u1", "x": "' || repeat('x', 70000) || '"}', false) IS NULL AS set;
TABLE pg_temp.who;
SET request.jwt.claims = '{"account": "acme", "sub": "nobody"}';
TABLE pg_temp.who;
SELECT workflow_perms.can('workflows.view');
RESET ROLE;
-- What was set goes before it.
SET request.jwt.claims = '{"account": "acme", "sub": "u1"}';
BEGIN;
SELECT workflow_perms.set_principal('acme', 'u2');
TABLE pg_temp.who;
COMMIT;
TABLE pg_temp.who;
SET workflow_perms.token_user_claim = 'account';
TABLE pg_temp.who;
RESET workflow_perms.token_user_claim;
TABLE pg_temp.who;
-- In workers.
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET parallel_leader_participation = off;
SELECT count(*) AS u1 FROM regress_wp_rows WHERE workflow_perms.principal_user() = 'u1';
SET workflow_perms.trust_request_claims = off;
TABLE pg_temp.who;
SELECT count(*) AS nobody FROM regress_wp_rows WHERE workflow_perms.principal_user() IS NULL;
-- Not for everybody at once.
ALTER SYSTEM SET workflow_perms.trust_request_claims = on;
RESET ALL;

DROP VIEW pg_temp.who;
DROP TABLE regress_wp_rows;
DELETE FROM workflow_perms.accounts WHERE account_id IN ('acme', 'other');
DROP ROLE regress_wp_tokens;
