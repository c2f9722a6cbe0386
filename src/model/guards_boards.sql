-- model/guards_boards.sql: who may write boards, their members, columns and
-- lists, and the steps of workflows (spec 6.3).

CREATE FUNCTION workflow_perms.guard_boards()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.board_id ELSE OLD.board_id END;
	code text := workflow_perms._caller_refusal(account);
	kind workflow_perms.workspace_kind;
BEGIN
	IF code IS NULL AND TG_OP = 'INSERT' THEN
		SELECT w.kind INTO kind
		FROM workflow_perms.workspaces w
		WHERE w.account_id OPERATOR(workflow_perms.==) account AND w.workspace_id OPERATOR(workflow_perms.==) NEW.workspace_id;

		IF kind IS NULL THEN
			code := 'not_found';
		ELSIF kind IN ('open', 'closed') THEN
			IF NOT workflow_perms.principal_has_account_role(account, VARIADIC '{admin,member}'::workflow_perms.account_role[]) THEN
				code := 'account_role';
			ELSIF NOT workflow_perms.can_access_workspace(NEW.workspace_id) THEN
				code := 'workspace_restricted';
			END IF;
		ELSIF NOT workflow_perms.principal_holds(account, 'projects.modify', NEW.workspace_id) THEN
			code := 'no_capability:projects.modify';
		END IF;

	ELSIF code IS NULL THEN
		IF NOT workflow_perms.principal_owns_board(account, subject) THEN
			code := 'not_owner';
		ELSIF TG_OP = 'UPDATE' THEN
			IF NEW.workspace_id <> OLD.workspace_id AND NOT workflow_perms.can_access_workspace(NEW.workspace_id) THEN
				code := 'workspace_restricted';
			END IF;
		END IF;
	END IF;

	PERFORM workflow_perms._refuse(lower(TG_OP), 'board', subject, code, CASE code WHEN 'workspace_restricted' THEN 'workspace_id' END);
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_boards() IS 'Trigger: who may write boards. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_board_members()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	board CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.board_id ELSE OLD.board_id END;
	code text := workflow_perms._caller_refusal(account);
	kind workflow_perms.board_kind;
BEGIN
	IF code IS NULL THEN
		SELECT b.kind INTO kind
		FROM workflow_perms.boards b
		WHERE b.account_id = account AND b.board_id = board;

		IF kind IS NULL THEN
			code := 'not_found';
		ELSE
			code := workflow_perms._member_refusal('board', TG_OP, account, board,
				workflow_perms.principal_owns_board(account, board), CASE TG_OP WHEN 'DELETE' THEN OLD.user_id END);
		END IF;
	END IF;
	IF code IS NULL AND TG_OP = 'INSERT' THEN
		PERFORM workflow_perms._require_grantee(account, NEW.user_id, NEW.role);
	END IF;
	IF code IS NULL AND TG_OP = 'INSERT' AND kind <> 'shareable' AND EXISTS (
		SELECT
		FROM workflow_perms.users u
		WHERE u.account_id OPERATOR(workflow_perms.==) account AND u.user_id OPERATOR(workflow_perms.==) NEW.user_id AND u.account_role = 'guest')
	THEN
		code := 'account_role';
	END IF;

	PERFORM workflow_perms._refuse(lower(TG_OP), 'member of board', board, code);
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_board_members() IS 'Trigger: who may write board_members. Spec 6.3.';

-- Only a board's owners may write its columns and their lists.  The trigger's
-- second argument says which.
CREATE FUNCTION workflow_perms._guard_board()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	board CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.board_id ELSE OLD.board_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.column_id ELSE OLD.column_id END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL AND NOT workflow_perms.principal_owns_board(account, board) THEN
		code := 'not_owner';
	END IF;
	PERFORM workflow_perms._refuse(lower(TG_OP), TG_ARGV[1], subject, code);
	IF TG_OP = 'INSERT' THEN
		-- a column names no user or role
		PERFORM workflow_perms._require_grantee(account, to_jsonb(NEW) ->> 'user_id', to_jsonb(NEW) ->> 'role');
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms._guard_board() IS 'Trigger: who may write board_columns and column_access. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_workflow_steps()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	workflow CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.workflow_id ELSE OLD.workflow_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.step_id ELSE OLD.step_id END;
	code text := workflow_perms._workflow_refusal('publish', account, workflow);
	at_fault text;
BEGIN
	-- Steps run with the rights of run_as, so only that user may write them.
	IF code IS NULL AND EXISTS (
		SELECT
		FROM workflow_perms.workflows w
		WHERE w.account_id OPERATOR(workflow_perms.==) account AND w.workflow_id OPERATOR(workflow_perms.==) workflow AND w.run_as <> workflow_perms.principal_user())
	THEN
		code := 'not_own';
	END IF;
	IF code IS NULL AND TG_OP <> 'DELETE' THEN
		code := NULLIF(workflow_perms.configure_step_verdict(account, workflow, subject,
			NEW.workspace_id, NEW.board_id, NEW.column_id, NEW.access), 'allowed');
		at_fault := CASE code WHEN 'workspace_restricted' THEN 'workspace_id' WHEN 'board_restricted' THEN 'board_id'
			WHEN 'column_restricted' THEN 'column_id' END;
	END IF;

	IF code IS NULL AND TG_OP <> 'DELETE' THEN
		PERFORM workflow_perms._require_place(account, NEW.workspace_id, NEW.board_id, NEW.column_id);
	END IF;
	PERFORM workflow_perms._refuse(lower(TG_OP), 'step', subject, code, at_fault);
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_workflow_steps() IS 'Trigger: who may write workflow_steps. Spec 6.3.';

-- The guard compared with run_as when the statement began.  This checks again,
-- by an update of the workflows that may change nothing but locks the row.  So
-- if two owners write the first steps at the same time, one becomes run_as and
-- the other is refused.  No step is added while another user publishes, and no
-- one publishes under a snapshot that lacks the step.
CREATE FUNCTION workflow_perms._become_run_as()
RETURNS trigger LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	me CONSTANT text := workflow_perms.principal_user();
	written record;
BEGIN
	-- A row of a source is not locked, and only the application writes its run_as.
	-- Without that column steps are not checked.
	IF workflow_perms._source_lacks('workflows', 'run_as') THEN
		RETURN NULL;
	END IF;
	-- One by one, because on a shard of a distributed table the changed rows
	-- cannot be joined with other tables.
	FOR written IN SELECT c.account_id, c.workflow_id, min(c.step_id) AS step_id FROM changed c GROUP BY 1, 2 ORDER BY 1, 2 LOOP
		IF NOT workflow_perms._is_source('workflows') THEN
			UPDATE workflow_perms.workflows w SET run_as = me
				WHERE w.account_id OPERATOR(workflow_perms.==) written.account_id AND w.workflow_id OPERATOR(workflow_perms.==) written.workflow_id
					AND coalesce(w.run_as, me) = me;
		END IF;
		PERFORM FROM workflow_perms.workflows w
			WHERE w.account_id OPERATOR(workflow_perms.==) written.account_id AND w.workflow_id OPERATOR(workflow_perms.==) written.workflow_id
				AND coalesce(w.run_as, '') <> me;
		IF FOUND THEN
			PERFORM workflow_perms._refuse(lower(TG_OP), 'step', written.step_id, 'not_own');
		END IF;
	END LOOP;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION workflow_perms._become_run_as() IS
'Internal effect: if a workflow has no run_as, the session''s principal becomes it by writing its steps. Raises the refusal if another user has become it meanwhile. Spec 4.8.';
