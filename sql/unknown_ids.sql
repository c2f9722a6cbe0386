-- An id of nothing, given to a function that writes: the refusal says not_found, or the code of the
-- gate that asks first, and never does a foreign key of ours speak for it. On the accounts of
-- matrix_setup.
CREATE SCHEMA unknown;
CREATE TABLE unknown.calls (n int GENERATED ALWAYS AS IDENTITY, who text, of text, call text, expected text, database_role text DEFAULT 'regress_app');
INSERT INTO unknown.calls (who, of, call, expected) VALUES
	('mx/wo', 'publish(text)', $$publish('nosuch')$$, 'not_found'),
	('mx/dev', 'publish(text)', $$publish('nosuch')$$, 'not_found'),
	('mx/wo', 'publish(text,jsonb)', $$publish('nosuch', '[]')$$, 'not_found'),
	('mx/wo', 'publish(text,jsonb)', $$publish('open_main', '[{"step_id": "s", "workspace_id": "nosuch", "access": "read"}]')$$, 'workspace_restricted'),
	('mx/wo', 'publish(text,jsonb)', $$publish('open_main', '[{"step_id": "s", "workspace_id": "o1", "board_id": "nosuch", "access": "read"}]')$$, 'board_restricted'),
	('mx/wo', 'publish(text,jsonb)', $$publish('open_main', '[{"step_id": "s", "workspace_id": "o1", "board_id": "unknown_o1", "column_id": "nosuch", "access": "read"}]')$$, 'column_restricted'),
	('mx/wo', 'publish(text,jsonb)', $$publish('open_main', '[{"step_id": "s", "workspace_id": "c1", "board_id": "unknown_o1", "access": "read"}]')$$, 'not_found'),
	('mx/dev', 'publish(text,jsonb)', $$publish('project_flow', '[{"step_id": "s", "workspace_id": "nosuch", "access": "read"}]')$$, 'not_found'),
	('mx/dev', 'publish(text,jsonb)', $$publish('project_flow', '[{"step_id": "s", "workspace_id": "p1", "board_id": "nosuch", "access": "read"}]')$$, 'not_found'),
	('mx/dev', 'publish(text,jsonb)', $$publish('project_flow', '[{"step_id": "s", "workspace_id": "p1", "board_id": "unknown_o1", "access": "read"}]')$$, 'not_found'),
	('mx/dev', 'publish(text,jsonb)', $$publish('project_flow', '[{"step_id": "s", "workspace_id": "p1", "board_id": "unknown_p1", "column_id": "nosuch", "access": "read"}]')$$, 'not_found'),
	('mx/dev', 'publish(text,jsonb)', $$publish('project_flow', '[{"step_id": "s", "workspace_id": "p1", "board_id": "unknown_p1", "access": "read"}]')$$, 'done'),
	('mx/wo', 'transfer_ownership(text,text)', $$transfer_ownership('nosuch', 'mo')$$, 'not_found'),
	('mx/wo', 'transfer_ownership(text,text)', $$transfer_ownership('open_main', 'nosuch')$$, 'crowning'),
	('mx/ada', 'offboard(text,text)', $$offboard('nosuch', 'mo')$$, 'not_found'),
	('mx/ada', 'offboard(text,text)', $$offboard('mo', 'nosuch')$$, 'crowning'),
	('mx/pro', 'enable(text,text)', $$enable('nosuch')$$, 'not_found'),
	('mx/sup', 'enable(text,text,text)', $$enable('nosuch', '', 'pro')$$, 'not_found'),
	('mx/sup', 'enable(text,text,text)', $$enable('project_flow', '', 'nosuch')$$, 'not_found'),
	('mx/pro', 'disable(text,text)', $$disable('nosuch')$$, 'not_found'),
	('mx/pro', 'disable(text,text)', $$disable('project_flow')$$, 'done'),
	('mx/vi', 'disable(text,text)', $$disable('nosuch')$$, 'not_found'),
	('mx/', 'disable(text,text)', $$disable('nosuch')$$, 'not_connected'),
	('mx/sup', 'disable(text,text,text)', $$disable('nosuch', '', 'pro')$$, 'not_found'),
	('mx/sup', 'disable(text,text,text)', $$disable('project_flow', '', 'nosuch')$$, 'not_found'),
	('mx/sup', 'disable(text,text,text)', $$disable('project_flow', '', 'pro')$$, 'done'),
	('mx/free', 'disable(text,text,text)', $$disable('nosuch', '', 'nosuch')$$, 'no_capability'),
	('mx/sup', 'connect(text,text)', $$connect('', 'nosuch')$$, 'not_found'),
	('mx/pro', 'connect(text)', $$connect('nosuch')$$, 'done'),
	('mx/sup', 'merge_metadata(text,jsonb)', $$merge_metadata('nosuch', '{}')$$, 'not_found'),
	('mx/wo', 'start_run(text,text,text)', $$start_run('nosuch', 'unknown')$$, 'not_found'),
	('mx/wo', 'start_run(text,text,text)', $$start_run('open_main', 'unknown', 'nosuch')$$, '42704'),
	('mx/wo', 'replay(text,text)', $$replay('nosuch', 'unknown')$$, 'not_found');
INSERT INTO unknown.calls (who, of, call, expected, database_role)
	SELECT 'none', v.*, 'regress_engine' FROM (VALUES
	('record_step(text,text,integer,text,workflow_perms.run_status,jsonb,text,text,text,text,workflow_perms.step_access)', $$record_step('nosuch', 'nosuch', 1, 's', 'running')$$, 'not_found'),
	('record_step(text,text,integer,text,workflow_perms.run_status,jsonb,text,text,text,text,workflow_perms.step_access)',
		$$record_step('mx', 'unknown_run', 1, 'nosuch', 'running', NULL, NULL, 'nosuch', 'nosuch', 'nosuch', 'read')$$, 'done'),
	('record_steps(text,text,jsonb)', $$record_steps('nosuch', 'nosuch', '[{"step_no": 1, "status": "running"}]')$$, 'not_found'),
	('finish_run(text,text,workflow_perms.run_status)', $$finish_run('mx', 'nosuch', 'failed')$$, 'not_found')) v;

-- All functions that write, and that the application or the engine may call.
SELECT p.oid::regprocedure AS never_called
	FROM pg_proc p
	WHERE p.pronamespace = 'workflow_perms'::regnamespace AND p.proname !~ '^_' AND p.provolatile = 'v' AND p.prorettype <> 'trigger'::regtype
		AND 'text'::regtype = ANY (p.proargtypes)
		AND (has_function_privilege('regress_app', p.oid, 'EXECUTE') OR has_function_privilege('regress_engine', p.oid, 'EXECUTE'))
		AND NOT EXISTS (SELECT FROM unknown.calls c WHERE to_regprocedure('workflow_perms.' || c.of) = p.oid)
	ORDER BY p.oid::regprocedure::text;

INSERT INTO workflow_perms.boards VALUES ('mx', 'unknown_o1', 'o1', 'main'), ('mx', 'unknown_p1', 'p1', 'main');
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, status, started_at) VALUES ('mx', 'unknown_run', 'project_flow', 'running', now());
INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ('mx', 'open_main', 'wo', '1'), ('mx', 'project_flow', 'dev', '1');
SET workflow_perms.allow_principal_change = on;
-- Makes a call and undoes it: its code, or SQLSTATE where there is none.
CREATE FUNCTION unknown.answer(who text, database_role text, call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	code text;
	detail text;
BEGIN
	PERFORM matrix.become(who, database_role);
	EXECUTE 'SELECT FROM workflow_perms.' || call;
	SET CONSTRAINTS ALL IMMEDIATE;
	RAISE EXCEPTION USING ERRCODE = 'UNKNX';
EXCEPTION
	WHEN SQLSTATE 'UNKNX' THEN
		RETURN 'done';
	WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS code = CONSTRAINT_NAME, detail = PG_EXCEPTION_DETAIL;
		RETURN CASE WHEN detail = format('Reason: %s.', code) THEN code ELSE SQLSTATE || code END;
END
$$;
CREATE TABLE unknown.answers AS
	SELECT c.*, unknown.answer(c.who, c.database_role, c.call) AS answer FROM unknown.calls c ORDER BY c.n;
RESET workflow_perms.allow_principal_change;
SELECT n, who, call, expected, answer FROM unknown.answers WHERE answer <> expected ORDER BY n;
SELECT answer, count(*) FROM unknown.answers GROUP BY answer ORDER BY answer COLLATE "C";
-- And written without a function.
TRUNCATE matrix.cells RESTART IDENTITY;
INSERT INTO matrix.cells (cell, who, statement, expected) VALUES
	('enablements', 'mx/pro', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('mx', 'nosuch', 'pro', false)$$, 'not_found'),
	('role_grants', 'mx/ada', $$INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES ('mx', 'vi', 'Support', 'nosuch')$$, '23503 workspace "nosuch" does not exist in account "mx"'),
	('role_grants, another account''s', 'my/ada', $$INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES ('my', 'mo', 'Support', 'c1')$$, '23503 workspace "c1" does not exist in account "my"'),
	('workflow_steps', 'mx/dev', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mx', 'project_flow', 's', 'p1', 'unknown_p1', 'nosuch', 'read')$$, '23503 column "nosuch" does not exist on board "unknown_p1"');
\getenv abs_srcdir PG_ABS_SRCDIR
\set matrix_run :abs_srcdir '/test/matrix_run.sql'
\i :matrix_run
DELETE FROM workflow_perms.workflow_drafts WHERE account_id = 'mx';
DELETE FROM workflow_perms.runs WHERE run_id = 'unknown_run';
DELETE FROM workflow_perms.boards WHERE board_id ~ '^unknown_';
\set VERBOSITY terse
DROP SCHEMA unknown CASCADE;
