-- model/guards_enabling.sql: who writes connections and enablements (spec 6.3).
-- What may be enabled at all binds every role: see enabling.sql.

CREATE FUNCTION workflow_perms.guard_connections()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.user_id ELSE OLD.user_id END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL THEN
		IF TG_OP <> 'DELETE' THEN
			code := 'system';
		ELSIF NOT workflow_perms.principal_holds(account, 'connected_users.manage') THEN
			code := 'no_capability:connected_users.manage';
		END IF;
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'connection of user', subject, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_connections() IS 'Trigger: who writes connections. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_enablements()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.workflow_id ELSE OLD.workflow_id END;
	owner CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.user_id ELSE OLD.user_id END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL THEN
		IF TG_OP = 'DELETE' THEN
			code := 'system';
		ELSIF NOT workflow_perms.principal_is(account, owner)
			AND NOT workflow_perms.principal_holds_for_workflow(account, 'connected_users.manage', subject)
		THEN
			code := 'no_capability:connected_users.manage';
		END IF;
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'enablement of workflow', subject, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_enablements() IS 'Trigger: who writes enablements. Spec 6.3.';
