-- query/set_principal.sql: the session's principal (spec 3).
CREATE FUNCTION workflow_perms.set_principal(account text, user_id text, session boolean DEFAULT false) RETURNS void
	LANGUAGE C VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000 AS 'MODULE_PATHNAME', 'wp_set_principal';
CREATE FUNCTION workflow_perms.set_anonymous(account text, session boolean DEFAULT false) RETURNS void
	LANGUAGE C VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000 AS 'MODULE_PATHNAME', 'wp_set_anonymous';
CREATE FUNCTION workflow_perms.principal_account() RETURNS text
	LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_principal_account';
CREATE FUNCTION workflow_perms.principal_user() RETURNS text
	LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_principal_user';
-- The account in the type of the column that a policy compares it with, so that
-- an index on the column can be used; NULL if the account is not of that type.
CREATE FUNCTION workflow_perms.principal_account_uuid() RETURNS uuid
	LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_principal_account_uuid';
CREATE FUNCTION workflow_perms.principal_account_bigint() RETURNS bigint
	LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_principal_account_bigint';
CREATE FUNCTION workflow_perms.principal_user_uuid() RETURNS uuid
	LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_principal_user_uuid';
CREATE FUNCTION workflow_perms.principal_user_bigint() RETURNS bigint
	LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_principal_user_bigint';

COMMENT ON FUNCTION workflow_perms.set_principal(text, text, boolean) IS 'Sets the session''s principal to this user of this account, for the current transaction or, if session is true, for the session. A transaction takes only one principal, even after a reset or rollback: another raises 25001, as does session => true after the transaction has had this one for itself. Another principal than that of the session raises 55000. With the superuser''s setting workflow_perms.allow_principal_change on, both are allowed. Raises 22004 for NULL, 42704 for an account or user that does not exist, both with the code no_principal. Privileged: no role may execute it by default. Spec 3.';
COMMENT ON FUNCTION workflow_perms.set_anonymous(text, boolean) IS 'Sets the session''s principal to an anonymous visitor of this account, in the same way as set_principal() and with the same errors. Privileged: no role may execute it by default. Spec 3.';
COMMENT ON FUNCTION workflow_perms.principal_account() IS 'The account of the session''s principal; NULL without a principal. Spec 3.';
COMMENT ON FUNCTION workflow_perms.principal_account_uuid() IS 'The account of the session''s principal as uuid, for policies; NULL without a principal and for an account that is not the text form of a uuid. Spec 3, 6.2.';
COMMENT ON FUNCTION workflow_perms.principal_account_bigint() IS 'The account of the session''s principal as bigint, for policies; NULL without a principal and for an account that is not the text form of a bigint. Spec 3, 6.2.';
COMMENT ON FUNCTION workflow_perms.principal_user() IS 'The user id of the session''s principal; NULL without a principal and for an anonymous one. Spec 3.';
COMMENT ON FUNCTION workflow_perms.principal_user_uuid() IS 'The user id of the session''s principal as uuid, for policies and defaults; NULL without a user and for an id that is not the text form of a uuid. Spec 3, 6.2.';
COMMENT ON FUNCTION workflow_perms.principal_user_bigint() IS 'The user id of the session''s principal as bigint, for policies and defaults; NULL without a user and for an id that is not the text form of a bigint. Spec 3, 6.2.';

-- Sets the session's principal from a token.
CREATE FUNCTION workflow_perms.authenticate(token text, session boolean DEFAULT false) RETURNS void
	LANGUAGE C VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10000 AS 'MODULE_PATHNAME', 'wp_authenticate';
COMMENT ON FUNCTION workflow_perms.authenticate(text, boolean) IS 'Sets the session''s principal to the user that a JSON Web Token names, for the current transaction or, if session is true, for the session. The token is signed with HS256, RS256 or ES256 and verified with the keys of workflow_perms.token_keys_file. exp is required; nbf, aud and iss are checked. The claims account and sub, or those configured, name the account and the user. Raises 28000 for a token that is refused, and otherwise as set_principal(). After any error the session has no principal. PUBLIC may execute it: the signature is the privilege. Spec 3.';
