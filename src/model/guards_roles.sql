-- model/guards_roles.sql: who may write roles, role_capabilities, role_includes
-- and role_grants (spec 6.3).  A principal cannot give rights that it does not
-- hold, and cannot give itself any.

CREATE FUNCTION workflow_perms._role_closure(account text, role text)
RETURNS SETOF text LANGUAGE c STABLE STRICT PARALLEL SAFE COST 50 ROWS 5
AS 'MODULE_PATHNAME', 'wp_role_closure';
COMMENT ON FUNCTION workflow_perms._role_closure(text, text) IS 'The role and all roles that it includes, directly or through others.';

-- The capability in the role's closure that the session's principal lacks in
-- that scope.
CREATE FUNCTION workflow_perms._lacked_capability(account text, role text, workspace text)
RETURNS text LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'wp_lacked_capability';
COMMENT ON FUNCTION workflow_perms._lacked_capability(text, text, text) IS
'The first capability of the role and its included roles that the session''s principal does not hold for that workspace (NULL: for the whole account); NULL if it holds all. Spec 6.3.';

CREATE FUNCTION workflow_perms._holds_role(account text, role text)
RETURNS boolean LANGUAGE c STABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'wp_holds_role';
COMMENT ON FUNCTION workflow_perms._holds_role(text, text) IS
'Whether the session''s principal holds the role, for the whole account or for any workspace. Spec 6.3.';

CREATE FUNCTION workflow_perms._gains_by_inclusion(account text, role text, included_role text)
RETURNS boolean LANGUAGE c STABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'wp_gains_by_inclusion';
COMMENT ON FUNCTION workflow_perms._gains_by_inclusion(text, text, text) IS
'Whether the session''s principal holds the role in a scope in which it does not hold the role to be included. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_roles()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.role ELSE OLD.role END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	-- "not built-in" is an invariant.  The foreign keys ensure "not while
	-- named".
	IF code IS NULL AND NOT workflow_perms.principal_holds(account, 'team.manage_roles')
		AND NOT workflow_perms.principal_has_account_role(account, VARIADIC '{admin}'::workflow_perms.account_role[])
	THEN
		code := 'no_capability:team.manage_roles';
	END IF;
	PERFORM workflow_perms._refuse(lower(TG_OP), 'role', subject, code);
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_roles() IS 'Trigger: who may write roles. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_role_capabilities()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.role ELSE OLD.role END;
	capability CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.capability ELSE OLD.capability END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL THEN
		code := 'no_capability:' || CASE
			WHEN NOT workflow_perms.principal_holds(account, 'team.manage_roles') THEN 'team.manage_roles'
			WHEN NOT workflow_perms.principal_holds(account, capability) THEN capability
		END;
	END IF;
	IF code IS NULL AND TG_OP = 'INSERT' THEN
		PERFORM workflow_perms._require_grantee(account, NULL, subject);
	END IF;
	PERFORM workflow_perms._refuse(lower(TG_OP), 'capability of role', subject, code);
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_role_capabilities() IS 'Trigger: who may write role_capabilities. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_role_includes()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.role ELSE OLD.role END;
	code text := workflow_perms._caller_refusal(account);
	lacked text;
BEGIN
	IF code IS NULL THEN
		IF NOT workflow_perms.principal_holds(account, 'team.manage_roles') THEN
			code := 'no_capability:team.manage_roles';

		ELSIF TG_OP = 'INSERT' THEN
			lacked := workflow_perms._lacked_capability(account, NEW.included_role, NULL);
			IF lacked IS NOT NULL THEN
				code := 'no_capability:' || lacked;
			-- It would give the principal a role.  In every scope in which it
			-- holds the including role, it must already hold the included one.
			ELSIF workflow_perms._gains_by_inclusion(account, NEW.role, NEW.included_role) THEN
				code := 'own_row';
			END IF;

		ELSIF workflow_perms._holds_role(account, OLD.role) THEN
			-- Losing a role may lose a denial.
			code := 'own_row';
		END IF;
	END IF;

	IF code IS NULL AND TG_OP = 'INSERT' THEN
		PERFORM workflow_perms._require_grantee(account, NULL, r.role) FROM (VALUES (NEW.role), (NEW.included_role)) AS r (role);
	END IF;
	PERFORM workflow_perms._refuse(lower(TG_OP), 'inclusion of role', subject, code);
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_role_includes() IS 'Trigger: who may write role_includes. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_role_grants()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	-- Keys never change, so either row has the key.
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	grantee CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.user_id ELSE OLD.user_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.role ELSE OLD.role END;
	workspace CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.workspace_id ELSE OLD.workspace_id END;
	code text := workflow_perms._caller_refusal(account);
	manages boolean;
BEGIN
	IF code IS NULL THEN
		manages := CASE
			WHEN workspace IS NULL THEN workflow_perms.principal_holds(account, 'team.manage_roles')
			ELSE workflow_perms.principal_holds(account, 'team.manage_roles', workspace)
		END;
		IF NOT manages AND NOT workflow_perms.principal_has_account_role(account, VARIADIC '{admin}'::workflow_perms.account_role[]) THEN
			code := 'no_capability:team.manage_roles';
		ELSIF workflow_perms.principal_is(account, grantee) THEN
			code := 'own_row';
		ELSIF workflow_perms.principal_has_account_role(account, VARIADIC '{admin}'::workflow_perms.account_role[])
			AND NOT EXISTS (
				SELECT
				FROM workflow_perms._role_closure(account, subject) AS c(role)
				JOIN workflow_perms.role_capabilities rc ON rc.account_id = account AND rc.role = c.role)
		THEN
			NULL;  -- an account admin may grant roles without capabilities
		ELSIF NOT manages THEN
			code := 'no_capability:team.manage_roles';
		ELSE
			code := 'no_capability:' || workflow_perms._lacked_capability(account, subject, workspace);
		END IF;
	END IF;

	IF code IS NULL AND TG_OP = 'INSERT' THEN
		PERFORM workflow_perms._require_grantee(account, grantee, subject);
		PERFORM workflow_perms._require_place(account, workspace, NULL, NULL);
	END IF;
	PERFORM workflow_perms._refuse(lower(TG_OP), 'grant of role', subject, code);
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_role_grants() IS 'Trigger: who may write role_grants. Spec 6.3.';
