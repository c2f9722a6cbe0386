-- principal/principal.sql: the type `principal` (spec 3).
CREATE TYPE workflow_perms.principal;

CREATE FUNCTION workflow_perms.principal_in(cstring) RETURNS workflow_perms.principal
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'wp_principal_in';
CREATE FUNCTION workflow_perms.principal_out(workflow_perms.principal) RETURNS cstring
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'wp_principal_out';
CREATE FUNCTION workflow_perms.principal_recv(internal) RETURNS workflow_perms.principal
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'wp_principal_recv';
CREATE FUNCTION workflow_perms.principal_send(workflow_perms.principal) RETURNS bytea
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'wp_principal_send';

CREATE TYPE workflow_perms.principal (
	INPUT = workflow_perms.principal_in,
	OUTPUT = workflow_perms.principal_out,
	RECEIVE = workflow_perms.principal_recv,
	SEND = workflow_perms.principal_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = int4,
	STORAGE = extended
);
COMMENT ON TYPE workflow_perms.principal IS 'Everything the rules need to know about a principal, as of the time it was taken. Prints as JSON. Made by principal(account, user_id). Spec 3.';
COMMENT ON FUNCTION workflow_perms.principal_in(cstring) IS 'Input of principal: JSON, lists in any order. Raises 22P02 if it is not JSON, 22023 (naming the place) if it does not describe a principal, 54000 if its metadata exceeds workflow_perms.max_metadata_size. Spec 3.';
COMMENT ON FUNCTION workflow_perms.principal_out(workflow_perms.principal) IS 'Output of principal: JSON. Spec 3.';
COMMENT ON FUNCTION workflow_perms.principal_recv(internal) IS 'Binary input of principal: a byte 1, then the JSON text. Spec 3.';
COMMENT ON FUNCTION workflow_perms.principal_send(workflow_perms.principal) IS 'Binary output of principal: a byte 1, then the JSON text. Spec 3.';

CREATE FUNCTION workflow_perms.principal_from_jsonb(value jsonb) RETURNS workflow_perms.principal
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'wp_principal_cast_from_jsonb';
CREATE FUNCTION workflow_perms.principal_to_jsonb(principal workflow_perms.principal) RETURNS jsonb
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_principal_cast_to_jsonb';
COMMENT ON FUNCTION workflow_perms.principal_from_jsonb(jsonb) IS 'The cast from jsonb to principal. Raises 22023, naming the place, if the value does not describe a principal. Spec 3.';
COMMENT ON FUNCTION workflow_perms.principal_to_jsonb(workflow_perms.principal) IS 'The cast from principal to jsonb. Spec 3.';

CREATE CAST (jsonb AS workflow_perms.principal) WITH FUNCTION workflow_perms.principal_from_jsonb(jsonb);
CREATE CAST (workflow_perms.principal AS jsonb) WITH FUNCTION workflow_perms.principal_to_jsonb(workflow_perms.principal);

CREATE FUNCTION workflow_perms.with_metadata(principal workflow_perms.principal, metadata jsonb) RETURNS workflow_perms.principal
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'wp_principal_with_metadata';
COMMENT ON FUNCTION workflow_perms.with_metadata(workflow_perms.principal, jsonb) IS 'What if: the principal, as if its user had this metadata (a JSON object, which replaces all of it). Raises 22023 for an anonymous principal, 54000 for metadata that exceeds workflow_perms.max_metadata_size. Spec 3.';
