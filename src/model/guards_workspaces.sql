-- model/guards_workspaces.sql: who may write workspaces and workspace_members
-- (spec 6.3).

CREATE FUNCTION workflow_perms.guard_workspaces()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.workspace_id ELSE OLD.workspace_id END;
	kind CONSTANT workflow_perms.workspace_kind := CASE TG_OP WHEN 'INSERT' THEN NEW.kind ELSE OLD.kind END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL AND TG_OP = 'INSERT' THEN
		IF kind IN ('open', 'closed') THEN
			IF NOT workflow_perms.principal_has_account_role(account, VARIADIC '{admin,member}'::workflow_perms.account_role[]) THEN
				code := 'account_role';
			END IF;
		ELSIF NOT workflow_perms.principal_holds(account, 'projects.create') THEN
			code := 'no_capability:projects.create';
		END IF;

	ELSIF code IS NULL THEN
		IF kind IN ('open', 'closed') THEN
			IF NOT workflow_perms.principal_owns_workspace(account, subject) THEN
				code := 'not_owner';
			END IF;
		ELSIF NOT workflow_perms.principal_holds(account, 'projects.modify', subject) THEN
			code := 'no_capability:projects.modify';
		END IF;
		-- The foreign keys ensure "only when empty".  An invariant allows only
		-- changes between open and closed.
	END IF;

	PERFORM workflow_perms._refuse(lower(TG_OP), 'workspace', subject, code);
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_workspaces() IS 'Trigger: who may write workspaces. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_workspace_members()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	workspace CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.workspace_id ELSE OLD.workspace_id END;
	code text := workflow_perms._caller_refusal(account);
	kind workflow_perms.workspace_kind;
BEGIN
	IF code IS NULL THEN
		SELECT w.kind INTO kind
		FROM workflow_perms.workspaces w
		WHERE w.account_id OPERATOR(workflow_perms.==) account AND w.workspace_id OPERATOR(workflow_perms.==) workspace;

		IF kind IS NULL THEN
			code := 'not_found';
		ELSIF kind NOT IN ('open', 'closed') THEN
			code := 'by_roles';
		ELSIF TG_OP = 'INSERT' AND kind = 'open' AND NOT NEW.is_owner
			AND workflow_perms.principal_is(account, NEW.user_id)
			-- Users may join only if they could reach the workspace anyway: no
			-- guests, and no services without an account role.
			AND workflow_perms.principal_has_account_role(account, VARIADIC '{admin,member,viewer}'::workflow_perms.account_role[])
		THEN
			NULL;
		ELSE
			code := workflow_perms._member_refusal('workspace', TG_OP, account, workspace,
				workflow_perms.principal_owns_workspace(account, workspace), CASE TG_OP WHEN 'DELETE' THEN OLD.user_id END);
		END IF;
	END IF;
	IF code IS NULL AND TG_OP = 'INSERT' THEN
		PERFORM workflow_perms._require_grantee(account, NEW.user_id, NEW.role);
	END IF;

	PERFORM workflow_perms._refuse(lower(TG_OP), 'member of workspace', workspace, code);
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_workspace_members() IS 'Trigger: who may write workspace_members. Spec 6.3.';
