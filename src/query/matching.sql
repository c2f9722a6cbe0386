-- query/matching.sql: the conditions that hold.  A hash tells a condition apart from
-- others, which is more than may be known of a workflow that one cannot see; so it is
-- for nobody by default.
CREATE FUNCTION workflow_perms._matching_hashes() RETURNS bigint[]
	LANGUAGE c STABLE STRICT PARALLEL SAFE COST 10000
	AS 'MODULE_PATHNAME', 'wp_matching_hashes';
COMMENT ON FUNCTION workflow_perms._matching_hashes() IS 'Internal: the hashes (condition_hash()) of those conditions of the account''s workflows that hold for the session''s principal, in ascending order; NULL without a principal.';
CREATE FUNCTION workflow_perms._matching_hashes(principal workflow_perms.principal) RETURNS bigint[]
	LANGUAGE c STABLE STRICT PARALLEL SAFE COST 10000
	AS 'MODULE_PATHNAME', 'wp_matching_hashes';
COMMENT ON FUNCTION workflow_perms._matching_hashes(workflow_perms.principal) IS 'Internal: as _matching_hashes(), for any principal.';
