-- model/guards_execution.sql: who writes execution_rules (spec 6.3).

CREATE FUNCTION workflow_perms.guard_execution_rules()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.workflow_id ELSE OLD.workflow_id END;
	named CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.user_id ELSE OLD.user_id END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL AND subject IS NULL THEN
		IF NOT (workflow_perms.principal_has_account_role(account, VARIADIC '{admin}'::workflow_perms.account_role[])
				OR workflow_perms.principal_holds(account, 'team.manage_roles')) THEN
			code := 'no_capability:team.manage_roles';
		END IF;
	ELSIF code IS NULL THEN
		SELECT workflow_perms.workflow_verdict('manage_rules', w.account_id, w.workflow_id, w.workspace_id,
				w.visibility, w.status, w.condition, w.hidden)
			INTO code
		FROM workflow_perms.workflows w
		WHERE w.account_id = account AND w.workflow_id = subject;
		code := workflow_perms._name_capability(NULLIF(coalesce(code, 'not_found'), 'allowed'), 'manage_rules');
	END IF;

	-- Nobody lets themselves run: neither by a rule of their own nor by taking away
	-- what denies them. A grant to oneself may go.
	IF code IS NULL AND workflow_perms.principal_is(account, named)
		AND (TG_OP <> 'DELETE' OR OLD.effect = 'deny') THEN
		code := 'own_row';
	END IF;
	IF code IS NULL AND TG_OP = 'INSERT' THEN
		PERFORM workflow_perms._require_grantee(account, NEW.user_id, NEW.role);
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP),
			CASE WHEN subject IS NULL THEN 'execution rule of account' ELSE 'execution rule of workflow' END,
			coalesce(subject, account), code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_execution_rules() IS 'Trigger: who writes execution_rules. Spec 6.3.';
