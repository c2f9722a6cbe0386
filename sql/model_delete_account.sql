-- Deleting an account takes everything with it in one statement, although its roles
-- are named, its workspaces full and its workflows owned: a row in every table of
-- the model, and then none.
\set VERBOSITY terse
SELECT workflow_perms.create_account('md', 'first');
INSERT INTO workflow_perms.workspaces VALUES ('md', 'w', 'open');
INSERT INTO workflow_perms.users (account_id, user_id, kind) VALUES ('md', 'c', 'connected');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id, role, is_owner) VALUES ('md', 'w', 'first', NULL, true), ('md', 'w', NULL, 'Support', false);
INSERT INTO workflow_perms.boards VALUES ('md', 'b', 'w', 'main');
INSERT INTO workflow_perms.board_members (account_id, board_id, user_id, role, is_owner) VALUES ('md', 'b', 'first', NULL, true), ('md', 'b', NULL, 'Support', false);
INSERT INTO workflow_perms.board_columns VALUES ('md', 'b', 'c', true, true);
INSERT INTO workflow_perms.column_access VALUES ('md', 'b', 'c', 'view', NULL, 'Support');
INSERT INTO workflow_perms.role_includes VALUES ('md', 'Member', 'Support');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, condition) VALUES ('md', 'f', 'w', '{"plan": "pro"}');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, role, is_owner) VALUES ('md', 'f', 'first', NULL, true), ('md', 'f', NULL, 'Support', false);
INSERT INTO workflow_perms.workflow_versions (account_id, workflow_id, version, definition) VALUES ('md', 'f', 1, '{}');
INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ('md', 'f', 'first', '{}');
INSERT INTO workflow_perms.workflow_steps VALUES ('md', 'f', 's', 'w', 'b', 'c', 'write');
INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, role, effect) VALUES ('md', 'f', 'Support', 'deny'), ('md', NULL, 'Support', 'deny');
INSERT INTO workflow_perms.connections (account_id, user_id) VALUES ('md', 'c');
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('md', 'f', 'c', false);
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, status, started_at) VALUES ('md', 'r', 'f', 'running', now());
INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, status) VALUES ('md', 'r', 1, 'running');
CREATE FUNCTION pg_temp.rows_of(account text) RETURNS TABLE (name text, n bigint) LANGUAGE plpgsql AS $$
BEGIN
	FOREACH name IN ARRAY workflow_perms._model_tables() LOOP
		EXECUTE format('SELECT count(*) FROM workflow_perms.%I WHERE account_id = $1', name) INTO n USING account;
		RETURN NEXT;
	END LOOP;
END $$;
SELECT count(*) AS tables, count(*) FILTER (WHERE n > 0) AS filled FROM pg_temp.rows_of('md');
DELETE FROM workflow_perms.accounts WHERE account_id = 'md';
SELECT * FROM pg_temp.rows_of('md') WHERE n > 0;
