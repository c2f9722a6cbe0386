-- model/guards_account.sql: who may write accounts and users (spec 6.3).

CREATE FUNCTION workflow_perms.guard_accounts()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL AND TG_OP <> 'UPDATE' THEN
		code := 'system';
	ELSIF code IS NULL
		AND NOT workflow_perms.principal_has_account_role(account, VARIADIC '{admin}'::workflow_perms.account_role[])
		-- A principal that manages roles may write default_execution, but
		-- nothing else.
		AND NOT (workflow_perms.principal_holds(account, 'team.manage_roles')
			AND NEW.creator_roles IS NOT DISTINCT FROM OLD.creator_roles
			AND NEW.guests_see_open_main IS NOT DISTINCT FROM OLD.guests_see_open_main)
	THEN
		code := 'account_role';
	END IF;

	PERFORM workflow_perms._refuse(lower(TG_OP), 'account', account, code);
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_accounts() IS 'Trigger: who may write accounts. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_users()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.user_id ELSE OLD.user_id END;
	code text := workflow_perms._caller_refusal(account);
	at_fault text;
	is_admin CONSTANT boolean := workflow_perms.principal_has_account_role(account,
		VARIADIC '{admin}'::workflow_perms.account_role[]);
BEGIN
	IF code IS NULL AND TG_OP = 'INSERT' THEN
		code := CASE
			WHEN NEW.kind = 'connected' THEN
				CASE WHEN NOT workflow_perms.principal_holds(account, 'connected_users.manage')
					THEN 'no_capability:connected_users.manage' END
			WHEN NEW.account_role = 'admin' AND NOT (is_admin AND NEW.kind = 'member') THEN 'account_role'
			WHEN NEW.kind = 'service' THEN
				CASE WHEN NOT workflow_perms.principal_holds(account, 'api_keys.manage') THEN 'no_capability:api_keys.manage' END
			-- The column itself refuses a NULL kind.
			WHEN NOT workflow_perms.principal_holds(account, 'team.invite') THEN 'no_capability:team.invite'
		END;
		IF code = 'account_role' THEN
			at_fault := 'account_role';
		END IF;

	ELSIF code IS NULL AND OLD.kind = 'connected' THEN
		IF NOT workflow_perms.principal_holds(account, 'connected_users.manage') THEN
			code := 'no_capability:connected_users.manage';
		ELSIF TG_OP = 'UPDATE' AND NEW.account_role IS DISTINCT FROM OLD.account_role AND NOT is_admin THEN
			code := 'account_role';
			at_fault := 'account_role';
		END IF;

	ELSIF code IS NULL THEN
		IF workflow_perms.principal_is(account, subject) THEN
			code := 'own_row';
		ELSIF TG_OP = 'UPDATE' AND NEW.account_role IS DISTINCT FROM OLD.account_role
			AND NEW.account_role IS NOT DISTINCT FROM 'admin'
			-- A service can never become an admin.
			AND NOT (is_admin AND OLD.kind = 'member')
		THEN
			code := 'account_role';
			at_fault := 'account_role';
		ELSIF NOT is_admin AND NOT workflow_perms.principal_holds(account, 'team.manage_roles') THEN
			code := 'no_capability:team.manage_roles';
		ELSIF NOT is_admin AND OLD.account_role IS NOT DISTINCT FROM 'admin' THEN
			-- To end an admin's powers, a principal must hold everything that
			-- Admin does.
			code := 'no_capability:' || workflow_perms._lacked_capability(account, 'Admin', NULL);
		END IF;
		IF code IS NULL AND TG_OP = 'UPDATE' AND NEW.metadata IS DISTINCT FROM OLD.metadata THEN
			code := 'not_connected';  -- metadata belongs to connected users
			at_fault := 'metadata';
		END IF;
	END IF;

	PERFORM workflow_perms._refuse(lower(TG_OP), 'user', subject, code, at_fault);
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_users() IS 'Trigger: who may write users. Spec 6.3.';
