-- planner/gin.sql: the GIN operator classes (spec 2.4). Both recheck what they find.

DO $gin$
DECLARE
	made record;
BEGIN
	FOR made IN SELECT * FROM (VALUES
		('metadata', 'extract_value', 'jsonb, internal, internal', 'internal', 'the keys of metadata'),
		('metadata', 'extract_query', 'jsonb, internal, smallint, internal, internal, internal, internal', 'internal', 'the keys that a condition looks for'),
		('metadata', 'compare_partial', 'bigint, bigint, smallint, internal', 'integer', 'is a key within an interval'),
		('metadata', 'triconsistent', 'internal, smallint, jsonb, integer, internal, internal, internal', '"char"', 'do these keys make a candidate'),
		('condition', 'extract_value', 'workflow_perms.metadata_condition, internal, internal', 'internal', 'the keys of a condition'),
		('condition', 'extract_query', 'workflow_perms.metadata_condition, internal, smallint, internal, internal, internal, internal', 'internal', 'the keys that metadata looks for'),
		('condition', 'triconsistent', 'internal, smallint, workflow_perms.metadata_condition, integer, internal, internal, internal', '"char"', 'do these keys make a candidate')
	) AS all_made (kept, name, takes, returned, means) LOOP
		EXECUTE pg_catalog.format('CREATE FUNCTION workflow_perms._gin_%1$s_%2$s(%3$s) RETURNS %4$s'
			' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS ''MODULE_PATHNAME'', ''wp_gin_%1$s_%2$s''',
			made.kept, made.name, made.takes, made.returned);
		EXECUTE pg_catalog.format('COMMENT ON FUNCTION workflow_perms._gin_%s_%s(%s) IS %L', made.kept, made.name, made.takes,
			pg_catalog.format('Internal: GIN support of metadata_%sops: %s', CASE made.kept WHEN 'condition' THEN 'condition_' END, made.means));
	END LOOP;
END
$gin$;

-- metadata_ops finds the rows whose metadata satisfies a condition.

CREATE FUNCTION workflow_perms._metadata_may_match(metadata jsonb, condition workflow_perms.metadata_condition) RETURNS boolean
	AS 'MODULE_PATHNAME', 'wp_metadata_may_match' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION workflow_perms._metadata_may_match(jsonb, workflow_perms.metadata_condition) IS
	'Internal: metadata @~ condition. False only if no user with that metadata matches the condition at any time. This is what an index can know of matches(metadata, user_id, condition).';
CREATE OPERATOR workflow_perms.@~ (
	FUNCTION = workflow_perms._metadata_may_match,
	LEFTARG = jsonb, RIGHTARG = workflow_perms.metadata_condition,
	RESTRICT = matchingsel, JOIN = matchingjoinsel
);
COMMENT ON OPERATOR workflow_perms.@~ (jsonb, workflow_perms.metadata_condition) IS 'some user with that metadata may match the condition';

CREATE OPERATOR CLASS workflow_perms.metadata_ops
	FOR TYPE jsonb USING gin AS
	OPERATOR 1 workflow_perms.~ (jsonb, workflow_perms.metadata_condition),
	OPERATOR 2 workflow_perms.@~ (jsonb, workflow_perms.metadata_condition),
	FUNCTION 2 workflow_perms._gin_metadata_extract_value(jsonb, internal, internal),
	FUNCTION 3 workflow_perms._gin_metadata_extract_query(jsonb, internal, smallint, internal, internal, internal, internal),
	FUNCTION 5 workflow_perms._gin_metadata_compare_partial(bigint, bigint, smallint, internal),
	FUNCTION 6 workflow_perms._gin_metadata_triconsistent(internal, smallint, jsonb, integer, internal, internal, internal),
	STORAGE bigint;
COMMENT ON OPERATOR CLASS workflow_perms.metadata_ops USING gin IS 'finds metadata that satisfies a condition: metadata ~ condition, matches(metadata, user_id, condition)';

CREATE FUNCTION workflow_perms._matches_support(internal) RETURNS internal
	AS 'MODULE_PATHNAME', 'wp_matches_support' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION workflow_perms._matches_support(internal) IS 'Internal: planner support of matches() and the functions of ~';
ALTER FUNCTION workflow_perms.matches(jsonb, text, workflow_perms.metadata_condition) SUPPORT workflow_perms._matches_support;

ALTER FUNCTION workflow_perms.metadata_matches(jsonb, workflow_perms.metadata_condition) SUPPORT workflow_perms._matches_support;
ALTER FUNCTION workflow_perms.condition_matches(workflow_perms.metadata_condition, jsonb) SUPPORT workflow_perms._matches_support;

-- The same if the time is known. The extension's own queries use it.
CREATE FUNCTION workflow_perms._matches_at(metadata jsonb, user_id text, condition workflow_perms.metadata_condition, at timestamptz) RETURNS boolean
	AS 'MODULE_PATHNAME', 'wp_matches_at' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 2
	SUPPORT workflow_perms._matches_support;
COMMENT ON FUNCTION workflow_perms._matches_at(jsonb, text, workflow_perms.metadata_condition, timestamptz) IS
	'Internal: matches(), with $ago counted from that time.';

-- If policies or a security_barrier view come first, matches() becomes these
-- two. _matches() decides after the policies. _narrowed() lets an index be used
-- before them (planner.sql).
CREATE FUNCTION workflow_perms._matches(metadata jsonb, user_id text, condition workflow_perms.metadata_condition) RETURNS boolean
	AS 'MODULE_PATHNAME', 'matches' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 2
	SUPPORT workflow_perms._matches_support;
CREATE FUNCTION workflow_perms._narrowed(metadata jsonb, condition workflow_perms.metadata_condition) RETURNS boolean
	AS 'MODULE_PATHNAME', 'wp_arm' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE LEAKPROOF COST 1
	SUPPORT workflow_perms._matches_support;
COMMENT ON FUNCTION workflow_perms._matches(jsonb, text, workflow_perms.metadata_condition) IS
	'Internal, in plans: matches(), or metadata ~ condition if user_id is NULL, with _narrowed() beside it.';
COMMENT ON FUNCTION workflow_perms._narrowed(jsonb, workflow_perms.metadata_condition) IS
	'Internal, in plans: true. As an index condition: metadata @~ condition.';

-- metadata_condition_ops finds the conditions that some metadata satisfies.

CREATE FUNCTION workflow_perms._condition_may_match(condition workflow_perms.metadata_condition, metadata jsonb) RETURNS boolean
	AS 'MODULE_PATHNAME', 'wp_condition_may_match' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION workflow_perms._condition_may_match(workflow_perms.metadata_condition, jsonb) IS
	'Internal: condition ~@ metadata: metadata @~ condition.';
CREATE OPERATOR workflow_perms.~@ (
	FUNCTION = workflow_perms._condition_may_match,
	LEFTARG = workflow_perms.metadata_condition, RIGHTARG = jsonb, COMMUTATOR = OPERATOR(workflow_perms.@~),
	RESTRICT = matchingsel, JOIN = matchingjoinsel
);
COMMENT ON OPERATOR workflow_perms.~@ (workflow_perms.metadata_condition, jsonb) IS 'the condition may hold for some user with that metadata';

CREATE OPERATOR CLASS workflow_perms.metadata_condition_ops
	DEFAULT FOR TYPE workflow_perms.metadata_condition USING gin AS
	OPERATOR 1 workflow_perms.~ (workflow_perms.metadata_condition, jsonb),
	OPERATOR 2 workflow_perms.~@ (workflow_perms.metadata_condition, jsonb),
	FUNCTION 2 workflow_perms._gin_condition_extract_value(workflow_perms.metadata_condition, internal, internal),
	FUNCTION 3 workflow_perms._gin_condition_extract_query(workflow_perms.metadata_condition, internal, smallint, internal, internal, internal, internal),
	FUNCTION 6 workflow_perms._gin_condition_triconsistent(internal, smallint, workflow_perms.metadata_condition, integer, internal, internal, internal),
	STORAGE bigint;
COMMENT ON OPERATOR CLASS workflow_perms.metadata_condition_ops USING gin IS 'finds conditions that some metadata satisfies: condition ~ metadata';
