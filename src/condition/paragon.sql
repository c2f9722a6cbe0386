-- condition/paragon.sql: conditions in Paragon's own form.
CREATE FUNCTION workflow_perms.condition_from_paragon(tree jsonb) RETURNS workflow_perms.metadata_condition
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100
	AS 'MODULE_PATHNAME', 'wp_from_paragon';
COMMENT ON FUNCTION workflow_perms.condition_from_paragon(jsonb) IS
	'Reads a condition in Paragon''s form ({type: JOIN, join, conditions} and {type: OPERATOR, condition: {operator, variable, argument}}). NULL for NULL; 22023 names the part of the tree that is not understood, and what is wrong with a literal is told as for any condition. Spec 2.3.';
