-- condition/paragon.sql: conditions in Paragon's own form.
CREATE FUNCTION workflow_perms.condition_from_paragon(tree jsonb) RETURNS workflow_perms.metadata_condition
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100
	AS 'MODULE_PATHNAME', 'wp_from_paragon';
COMMENT ON FUNCTION workflow_perms.condition_from_paragon(jsonb) IS
	'Reads a condition in Paragon''s form ({type: JOIN, join, conditions} and {type: OPERATOR, condition: {operator, variable, argument}}). NULL for NULL. Raises 22023, naming the part of the tree, if it is not understood. Faults in literals are reported as for any condition. Spec 2.3.';
