-- model/guards_workflows.sql: who may write workflows, workflow_members and
-- execution_rules (spec 6.3).  The rules are in decide/; this says which of
-- them a write uses.

CREATE FUNCTION workflow_perms.guard_workflows()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	action text := CASE TG_OP WHEN 'DELETE' THEN 'delete' ELSE 'edit' END;
	-- The old row decides: the right to change a row does not depend on its new
	-- values.
	code text;
	at_fault text;
	in_project boolean;
	-- The action that the change of status requires.
	to_status text;
	-- The old row with the new status.
	operated record;
BEGIN
	IF TG_OP = 'INSERT' THEN
		code := workflow_perms._name_capability(NULLIF(workflow_perms.create_verdict(NEW.account_id, NEW.workspace_id), 'allowed'), 'create',
			NEW.account_id, NEW.workspace_id);
		IF code IS NULL AND NEW.status <> 'draft' THEN
			SELECT w.kind IN ('project', 'app') INTO in_project
			FROM workflow_perms.workspaces w
			WHERE w.account_id OPERATOR(workflow_perms.==) NEW.account_id AND w.workspace_id OPERATOR(workflow_perms.==) NEW.workspace_id;
			at_fault := 'status';
			code := CASE
				WHEN in_project IS NOT TRUE OR NEW.status <> 'live' THEN 'not_draft'
				WHEN NOT workflow_perms.principal_holds(NEW.account_id, 'workflows.deploy', NEW.workspace_id) THEN 'no_capability:workflows.deploy'
			END;
		END IF;
		PERFORM workflow_perms._refuse('insert', 'workflow', NEW.workflow_id, code, at_fault);
		RETURN NEW;
	END IF;

	-- If only the status changes, between live and stopped, this is operating,
	-- not editing.
	IF TG_OP = 'UPDATE' AND NEW.status IS DISTINCT FROM OLD.status THEN
		to_status := CASE WHEN OLD.status <> 'draft' AND NEW.status <> 'draft' THEN 'operate' ELSE 'publish' END;
		IF to_status = 'operate' THEN
			operated := OLD;
			operated.status := NEW.status;
			-- A BEFORE trigger does not have the values of generated columns.
			operated := jsonb_populate_record(operated, (SELECT jsonb_object_agg(a.attname, NULL::text)
				FROM pg_attribute a WHERE a.attrelid = TG_RELID AND a.attgenerated <> ''));
			-- Byte by byte: no setting of the caller decides which values are equal.
			IF operated OPERATOR(pg_catalog.*=) NEW THEN
				action := to_status;
				at_fault := 'status';
			END IF;
		END IF;
	END IF;
	code := workflow_perms._name_capability(NULLIF(workflow_perms.workflow_verdict(action,
		OLD.account_id, OLD.workflow_id, OLD.workspace_id,
		OLD.visibility, OLD.status, OLD.condition, OLD.hidden), 'allowed'), action, OLD.account_id, OLD.workspace_id);
	IF TG_OP = 'DELETE' THEN
		PERFORM workflow_perms._refuse('delete', 'workflow', OLD.workflow_id, code);
		RETURN OLD;
	END IF;

	IF code IS NULL AND action <> to_status THEN
		at_fault := 'status';
		code := workflow_perms._name_capability(NULLIF(workflow_perms.workflow_verdict(to_status, OLD.account_id, OLD.workflow_id, OLD.workspace_id,
			OLD.visibility, OLD.status, OLD.condition, OLD.hidden), 'allowed'), to_status, OLD.account_id, OLD.workspace_id);
	END IF;
	IF code IS NULL AND NEW.workspace_id IS DISTINCT FROM OLD.workspace_id THEN
		at_fault := 'workspace_id';
		-- In project and app, a move out of the workspace also requires workflows.deploy, as
		-- publish does beyond edit. In open and closed, publish requires no more than edit.
		code := coalesce(
			workflow_perms._name_capability(NULLIF(workflow_perms.workflow_verdict('publish', OLD.account_id, OLD.workflow_id, OLD.workspace_id,
				OLD.visibility, OLD.status, OLD.condition, OLD.hidden), 'allowed'), 'publish', OLD.account_id, OLD.workspace_id),
			workflow_perms._name_capability(NULLIF(workflow_perms.create_verdict(OLD.account_id, NEW.workspace_id), 'allowed'), 'create',
				OLD.account_id, NEW.workspace_id));
	END IF;
	PERFORM workflow_perms._refuse('update', 'workflow', OLD.workflow_id, code, at_fault);
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_workflows() IS 'Trigger: who may write workflows. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_workflow_members()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.workflow_id ELSE OLD.workflow_id END;
	code text := workflow_perms._workflow_refusal('manage_members', account, subject);
BEGIN
	-- The invariant `crowning` ensures "not as owner".
	IF TG_OP = 'DELETE' AND code <> 'not_found' AND workflow_perms.principal_is(account, OLD.user_id) THEN
		code := NULL;  -- any member may leave
	END IF;
	IF code IS NULL AND TG_OP = 'INSERT' THEN
		PERFORM workflow_perms._require_grantee(account, NEW.user_id, NEW.role);
	END IF;

	PERFORM workflow_perms._refuse(lower(TG_OP), 'member of workflow', subject, code);
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_workflow_members() IS 'Trigger: who may write workflow_members. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_execution_rules()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	workflow CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.workflow_id ELSE OLD.workflow_id END;
	workspace CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.workspace_id ELSE OLD.workspace_id END;
	named CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.user_id ELSE OLD.user_id END;
	code text := CASE
		WHEN workflow IS NOT NULL THEN workflow_perms._workflow_refusal('manage_rules', account, workflow)
		WHEN workspace IS NOT NULL THEN workflow_perms._name_capability(
			NULLIF(workflow_perms.workspace_rules_verdict(account, workspace), 'allowed'), 'manage_rules', account, workspace)
		ELSE workflow_perms._caller_refusal(account)
	END;
BEGIN
	IF code IS NULL AND workflow IS NULL AND workspace IS NULL
		AND NOT workflow_perms.principal_has_account_role(account, VARIADIC '{admin}'::workflow_perms.account_role[])
		AND NOT workflow_perms.principal_holds(account, 'team.manage_roles')
	THEN
		code := 'no_capability:team.manage_roles';
	END IF;

	-- Users cannot write a rule on themselves, and cannot delete one that denies.
	-- They may delete a grant to themselves.  A rule on a role that they hold is
	-- not on themselves: `active` suspends a user, not a rule (spec 4.5).
	IF code IS NULL AND workflow_perms.principal_is(account, named)
		AND (TG_OP <> 'DELETE' OR OLD.effect = 'deny') THEN
		code := 'own_row';
	END IF;
	IF code IS NULL AND TG_OP = 'INSERT' THEN
		PERFORM workflow_perms._require_grantee(account, NEW.user_id, NEW.role);
	END IF;

	PERFORM workflow_perms._refuse(lower(TG_OP),
		'execution rule of ' || CASE
			WHEN workflow IS NOT NULL THEN 'workflow'
			WHEN workspace IS NOT NULL THEN 'workspace'
			ELSE 'account'
		END,
		coalesce(workflow, workspace, account), code);
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_execution_rules() IS 'Trigger: who may write execution_rules. Spec 6.3.';
