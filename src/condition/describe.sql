-- condition/describe.sql: a condition in words, and the paths that it reads.
CREATE FUNCTION workflow_perms.describe(condition workflow_perms.metadata_condition) RETURNS text
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
	AS 'MODULE_PATHNAME', 'wp_describe';
COMMENT ON FUNCTION workflow_perms.describe(workflow_perms.metadata_condition) IS
	'The condition in words, for people: plan in (''pro'', ''team'') and seats >= 10. NULL for NULL; raises nothing. Spec 2.1.';

CREATE FUNCTION workflow_perms.condition_paths(condition workflow_perms.metadata_condition,
	OUT path text, OUT type text) RETURNS SETOF record
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 4
	AS 'MODULE_PATHNAME', 'wp_paths';
COMMENT ON FUNCTION workflow_perms.condition_paths(workflow_perms.metadata_condition) IS
	'The paths that the condition reads: a row for each path and type that it expects there (a JSON type, instant, version, address, or any). Elements of an array are path[]; the user''s id is $userId. No row for NULL; raises nothing. Spec 2.3.';
