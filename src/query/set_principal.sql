-- query/set_principal.sql: the session's principal (spec 3).
CREATE FUNCTION workflow_perms.set_principal(account text, user_id text, session boolean DEFAULT false) RETURNS void
	LANGUAGE C VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000 AS 'MODULE_PATHNAME', 'wp_set_principal';
CREATE FUNCTION workflow_perms.set_anonymous(account text, session boolean DEFAULT false) RETURNS void
	LANGUAGE C VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000 AS 'MODULE_PATHNAME', 'wp_set_anonymous';
CREATE FUNCTION workflow_perms.principal_account() RETURNS text
	LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_principal_account';
CREATE FUNCTION workflow_perms.principal_user() RETURNS text
	LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_principal_user';
-- The account as a value of the column that a policy compares it with, so that an
-- index on the column serves; null where the account is none of that type.
CREATE FUNCTION workflow_perms.principal_account_uuid() RETURNS uuid
	LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_principal_account_uuid';
CREATE FUNCTION workflow_perms.principal_account_bigint() RETURNS bigint
	LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_principal_account_bigint';

COMMENT ON FUNCTION workflow_perms.set_principal(text, text, boolean) IS 'Makes this user of this account the session''s principal, for the current transaction or, where session is true, for the session. A transaction has one principal, whatever is reset or rolled back (25001 else, and where session is true and the transaction has this one for itself); never another than the session''s (55000); unless the superuser''s setting workflow_perms.allow_principal_change is on. NULL is 22004; an account or user that does not exist is 42704. EXECUTE is granted to nobody by default. Spec 3.';
COMMENT ON FUNCTION workflow_perms.set_anonymous(text, boolean) IS 'Makes an anonymous visitor of this account the session''s principal, as set_principal() does with a user, with the same errors. EXECUTE is granted to nobody by default. Spec 3.';
COMMENT ON FUNCTION workflow_perms.principal_account() IS 'The account of the session''s principal; null for none. Spec 3.';
COMMENT ON FUNCTION workflow_perms.principal_account_uuid() IS 'The account of the session''s principal as uuid, for policies; null for none and for an account that is not the text form of a uuid. Spec 3, 6.2.';
COMMENT ON FUNCTION workflow_perms.principal_account_bigint() IS 'The account of the session''s principal as bigint, for policies; null for none and for an account that is not the text form of a bigint. Spec 3, 6.2.';
COMMENT ON FUNCTION workflow_perms.principal_user() IS 'The user id of the session''s principal; null for none and for an anonymous one. Spec 3.';

-- The session's principal by a token.
CREATE FUNCTION workflow_perms.authenticate(token text, session boolean DEFAULT false) RETURNS void
	LANGUAGE C VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10000 AS 'MODULE_PATHNAME', 'wp_authenticate';
COMMENT ON FUNCTION workflow_perms.authenticate(text, boolean) IS 'Makes whom a JSON Web Token speaks for the session''s principal, for the current transaction or, where session is true, for the session. HS256, RS256 or ES256, verified with the keys of workflow_perms.token_keys_file; exp is required, nbf, aud and iss are checked; the claims account and sub, or those configured, name the account and the user. A token that is refused is 28000, the rest as for set_principal(); after any error the session has no principal. Everybody may execute it: the signature is the privilege. Spec 3.';
