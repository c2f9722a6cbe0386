-- model/permission_drift.sql: permission_drift() itself; its parts are in
-- drift*.sql (spec 5).
CREATE FUNCTION workflow_perms._check_drift_reader() RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	owner CONSTANT oid := (SELECT c.relowner FROM pg_class c WHERE c.oid = to_regclass('workflow_perms.accounts'));
BEGIN
	IF NOT (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user)
		AND NOT coalesce(pg_has_role(current_user, owner, 'USAGE'), false)
	THEN
		RAISE EXCEPTION 'permission denied to look for permission drift'
			USING ERRCODE = 'insufficient_privilege', HINT = 'A superuser or the owner of the model''s tables may.';
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._check_drift_reader() IS 'Internal step of permission_drift(): raises 42501 unless the caller is a superuser or the owner of the model''s tables. Spec 5.';

CREATE FUNCTION workflow_perms.permission_drift()
RETURNS TABLE (finding text, object text, detail text, mend text)
LANGUAGE sql STABLE STRICT PARALLEL UNSAFE COST 10000 ROWS 10
-- All names are qualified.  JIT-compiling queries that run once takes longer
-- than running them.
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
	UNION ALL
	SELECT d.* FROM workflow_perms._drift_of_sources() d
	ORDER BY 1, 2, 4, 3;
END;
COMMENT ON FUNCTION workflow_perms.permission_drift() IS
'Everything that weakens the permissions of this database, one row per finding, with the command that mends it. model_of_another_version: run upgrade_model(). model_changed, foreign_policy: tables, columns, defaults, constraints, triggers, policies or the view differ from those of create_model(); another role''s policy. function_replaced, function_missing: not as CREATE EXTENSION made it, or not under its name. missing_privilege, unexpected_privilege: not as CREATE EXTENSION and create_model() granted them; grant_model() grants missing ones again. policies_without_row_security, workflow_ids_without_policy (also: changed policies of protect()), owner_bypasses_row_security, row_security_forced, extension_member, foreign_child, unlogged_table. dangerous_privilege, foreign_trigger: opened by GRANT ALL. foreign_rule: a rule on the model. foreign_code: functions, casts and types of others that writing the model calls. trigger_disabled. view_bypasses_row_security, rule_bypasses_row_security, function_bypasses_row_security: objects that others can use and that read as an owner whom row security does not bind, or as the engine; the body of a function that is a string cannot be analysed. dangerous_membership, dangerous_attribute: roles that the application''s role, the engine''s or their members can become, or attributes that they have, that bypass row security. foreign_object, foreign_owner: an object in schema workflow_perms that is not ours, or one of ours with another owner. sets_principal, knows_any_principal: roles that were granted a function that no role has by default, or get it through a SECURITY DEFINER function; information rather than a fault if intended. trusts_claims, setting_given: roles that may set, or have set, how tokens are verified. works_as_engine: members of the engine''s role. The last three are information too. source, source_unreadable, source_row, source_missing: a table of the model that read_from() has read from elsewhere, whose owner decides who may do what (information); one that policies bind, or that its owner may not read; a row of one that grants nothing, with its key and the fault; one whose view is gone. For superusers and the owner of the model''s tables (42501). Spec 5.';
