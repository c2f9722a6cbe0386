-- query/authenticate.sql: the session's principal by a token (spec 3).
CREATE FUNCTION workflow_perms.authenticate(token text, session boolean DEFAULT false) RETURNS void
	LANGUAGE C VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10000 AS 'MODULE_PATHNAME', 'wp_authenticate';

COMMENT ON FUNCTION workflow_perms.authenticate(text, boolean) IS 'Makes whom a JSON Web Token speaks for the session''s principal, for the current transaction or, where session is true, for the session. HS256, RS256 or ES256, verified with the keys of workflow_perms.token_keys_file; exp is required, nbf, aud and iss are checked; the claims account and sub, or those configured, name the account and the user. A token that is refused is 28000, the rest as for set_principal(); after any error the session has no principal. Everybody may execute it: the signature is the privilege. Spec 3.';
