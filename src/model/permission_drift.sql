-- model/permission_drift.sql: permission_drift() itself, of the parts in drift*.sql (spec 5).
CREATE FUNCTION workflow_perms._check_drift_reader() RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	owner CONSTANT oid := (SELECT c.relowner FROM pg_class c WHERE c.oid = to_regclass('workflow_perms.workflows'));
BEGIN
	IF NOT (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user)
		AND NOT coalesce(pg_has_role(current_user, owner, 'USAGE'), false)
	THEN
		RAISE EXCEPTION 'permission denied to look for permission drift'
			USING ERRCODE = 'insufficient_privilege', HINT = 'A superuser or the owner of the model''s tables may.';
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._check_drift_reader() IS 'Internal step of permission_drift(): 42501 for who is neither a superuser nor the owner of the model''s tables. Spec 5.';

CREATE FUNCTION workflow_perms.permission_drift()
RETURNS TABLE (finding text, object text, detail text, mend text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 10000 ROWS 10
-- All names come qualified.  To compile queries that are run once takes longer than to run them.
SET search_path = pg_catalog, pg_temp SET jit = off
BEGIN ATOMIC
	SELECT workflow_perms._check_drift_reader();
	SELECT d.* FROM workflow_perms._drift_of_version() d
	UNION ALL
	SELECT d.* FROM workflow_perms._drift_of_tables() d
	UNION ALL
	SELECT d.* FROM workflow_perms._drift_of_owners() d
	UNION ALL
	SELECT d.* FROM workflow_perms._drift_of_readers() d
	UNION ALL
	SELECT d.* FROM workflow_perms._drift_of_identity() d
	UNION ALL
	SELECT d.* FROM workflow_perms._drift_of_roles() d
	UNION ALL
	SELECT d.* FROM workflow_perms._drift_of_schema() d
	UNION ALL
	SELECT d.* FROM workflow_perms._drift_of_code() d
	UNION ALL
	SELECT d.* FROM workflow_perms._drift_of_definitions() d
	UNION ALL
	SELECT d.* FROM workflow_perms._drift_of_privileges() d
	ORDER BY 1, 2, 4, 3;
END;
COMMENT ON FUNCTION workflow_perms.permission_drift() IS
'What weakens the permissions of this database, a row for each finding, with the command that mends it: model_of_another_version (run upgrade_model()), model_changed and foreign_policy (tables, columns, defaults, constraints, triggers, policies and the view are not as create_model() makes them; a policy of somebody else''s), function_replaced and function_missing (not as CREATE EXTENSION made it, or not under its name), missing_privilege and unexpected_privilege (not as CREATE EXTENSION and create_model() granted them; grant_model() gives again what is missing), policies_without_row_security, workflow_ids_without_policy (or with policies of protect() that say something else), owner_bypasses_row_security, row_security_forced, extension_member, foreign_child, unlogged_table, dangerous_privilege and foreign_trigger (what GRANT ALL opens), foreign_rule (a rule on the model), foreign_code (functions, casts and types of others that writing the model calls), trigger_disabled, view_bypasses_row_security, rule_bypasses_row_security and function_bypasses_row_security (what is open to others and reads as an owner whom row security does not bind, or as the engine; functions whose body is a string cannot be looked into), dangerous_membership and dangerous_attribute (what the application''s role, the engine''s, and who works as them can become or have that reaches past row security), foreign_object and foreign_owner (what is in schema workflow_perms and not ours, or ours and another''s), sets_principal and knows_any_principal (who was granted what nobody has by default, or lent it by a SECURITY DEFINER function: to be known rather than mended where it is meant), trusts_claims, setting_given (who may set, or has, how tokens are verified) and works_as_engine (members of the engine''s role): these too are to be known. For superusers and the owner of the model''s tables (42501). Spec 5.';
