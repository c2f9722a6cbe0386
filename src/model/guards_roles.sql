-- model/guards_roles.sql: who writes roles, role_capabilities, role_includes and
-- role_grants (spec 6.3).  Nobody gives what they do not hold, nobody gives
-- themselves anything.

-- The role and every role that its holders hold with it.
CREATE FUNCTION workflow_perms._role_closure(account text, role text)
RETURNS SETOF text LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 50 ROWS 5
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
	WITH RECURSIVE closure(role) AS (
		SELECT _role_closure.role COLLATE "C"
		UNION
		SELECT i.included_role
		FROM closure c
		JOIN workflow_perms.role_includes i ON i.account_id = _role_closure.account AND i.role = c.role
	)
	SELECT c.role FROM closure c;
END
$$;
COMMENT ON FUNCTION workflow_perms._role_closure(text, text) IS 'The role and all roles it includes, however far.';

-- Does the session's principal hold, in that scope, every capability of the role's closure?
CREATE FUNCTION workflow_perms._holds_capabilities_of(account text, role text, workspace text)
RETURNS boolean LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN NOT EXISTS (
		SELECT
		FROM workflow_perms._role_closure(_holds_capabilities_of.account, _holds_capabilities_of.role) AS c(role)
		JOIN workflow_perms.role_capabilities rc ON rc.account_id = _holds_capabilities_of.account AND rc.role = c.role
		WHERE NOT CASE
			WHEN _holds_capabilities_of.workspace IS NULL
			THEN workflow_perms.principal_holds(rc.account_id, rc.capability)
			ELSE workflow_perms.principal_holds(rc.account_id, rc.capability, _holds_capabilities_of.workspace)
		END);
END
$$;
COMMENT ON FUNCTION workflow_perms._holds_capabilities_of(text, text, text) IS
'Whether the session''s principal holds all capabilities of the role and what it includes, for that workspace (NULL: org-wide). Spec 6.3.';

-- Where does the session's principal hold which role?  NULL: everywhere.
CREATE FUNCTION workflow_perms._held_roles(account text)
RETURNS TABLE (role text, workspace_id text) LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH RECURSIVE held(role, workspace_id) AS (
		SELECT g.role::text, g.workspace_id::text
		FROM workflow_perms.role_grants g
		WHERE g.account_id = _held_roles.account
			AND g.account_id = workflow_perms.principal_account()
			AND g.user_id = workflow_perms.principal_user()
			AND (g.expires_at IS NULL OR g.expires_at > now())
		UNION
		SELECT i.included_role::text, h.workspace_id
		FROM held h
		JOIN workflow_perms.role_includes i ON i.account_id = _held_roles.account AND i.role = h.role
	)
	SELECT h.role, h.workspace_id FROM held h;
END
$$;
COMMENT ON FUNCTION workflow_perms._held_roles(text) IS
'The roles of the session''s principal, inclusion followed, each with its workspace (NULL: org-wide).';

CREATE FUNCTION workflow_perms.guard_roles()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.role ELSE OLD.role END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	-- "not built-in" is an invariant, "not while named" is what the foreign keys say.
	IF code IS NULL AND NOT workflow_perms.principal_holds(account, 'team.manage_roles')
		AND NOT workflow_perms.principal_has_account_role(account, VARIADIC '{admin}'::workflow_perms.account_role[])
	THEN
		code := 'no_capability:team.manage_roles';
	END IF;
	PERFORM workflow_perms._refuse(lower(TG_OP), 'role', subject, code);
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_roles() IS 'Trigger: who writes roles. Spec 6.3.';

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
	IF code IS NULL AND NOT (workflow_perms.principal_holds(account, 'team.manage_roles')
		AND workflow_perms.principal_holds(account, capability))
	THEN
		code := 'no_capability:team.manage_roles, and the capability itself,';
	END IF;
	IF code IS NULL AND TG_OP = 'INSERT' THEN
		PERFORM workflow_perms._require_grantee(account, NULL, subject);
	END IF;
	PERFORM workflow_perms._refuse(lower(TG_OP), 'capability of role', subject, code);
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_role_capabilities() IS 'Trigger: who writes role_capabilities. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_role_includes()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.role ELSE OLD.role END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL THEN
		IF NOT workflow_perms.principal_holds(account, 'team.manage_roles') THEN
			code := 'no_capability:team.manage_roles';

		ELSIF TG_OP = 'INSERT' THEN
			IF NOT workflow_perms._holds_capabilities_of(account, NEW.included_role, NULL) THEN
				code := 'no_capability:every capability of the role';
			-- It would give oneself a role: wherever one holds the including
			-- role, one must hold the included one already.
			ELSIF EXISTS (
				SELECT
				FROM workflow_perms._held_roles(account) including
				WHERE including.role = NEW.role
					AND NOT EXISTS (
						SELECT
						FROM workflow_perms._held_roles(account) included
						WHERE included.role = NEW.included_role
							AND (included.workspace_id IS NULL OR included.workspace_id = including.workspace_id)))
			THEN
				code := 'own_row';
			END IF;

		ELSIF EXISTS (SELECT FROM workflow_perms._held_roles(account) h WHERE h.role = OLD.role) THEN
			-- Shedding a role may shed a denial.
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
COMMENT ON FUNCTION workflow_perms.guard_role_includes() IS 'Trigger: who writes role_includes. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_role_grants()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	-- Keys never change, so one row says who, what and where.
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
		ELSIF manages AND workflow_perms._holds_capabilities_of(account, subject, workspace) THEN
			NULL;
		ELSIF workflow_perms.principal_has_account_role(account, VARIADIC '{admin}'::workflow_perms.account_role[])
			AND NOT EXISTS (
				SELECT
				FROM workflow_perms._role_closure(account, subject) AS c(role)
				JOIN workflow_perms.role_capabilities rc ON rc.account_id = account AND rc.role = c.role)
		THEN
			NULL;  -- an account admin hands out roles that carry no capability
		ELSE
			code := 'no_capability:every capability of the role';
		END IF;
	END IF;

	IF code IS NULL AND TG_OP = 'INSERT' THEN
		PERFORM workflow_perms._require_grantee(account, grantee, subject);
	END IF;
	PERFORM workflow_perms._refuse(lower(TG_OP), 'grant of role', subject, code);
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_role_grants() IS 'Trigger: who writes role_grants. Spec 6.3.';
