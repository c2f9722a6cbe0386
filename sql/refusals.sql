-- Every refusal (spec 6.3, 7) has an SQLSTATE, names what is wrong, says what to do, and tells
-- nothing of how the extension works nor of rows: checks of the tables, guards, references to
-- what the account does not have, principals that are none. On the account of matrix_setup.
\set VERBOSITY default
\set SHOW_CONTEXT never
-- Each check of the model's tables says it in words; there is none that PostgreSQL would word.
SELECT conrelid::regclass, conname FROM pg_constraint
	WHERE contype = 'c' AND connamespace = 'workflow_perms'::regnamespace AND pg_get_constraintdef(oid) !~ '^CHECK \(workflow_perms\._require(_ids)?\(';
SELECT count(*) > 30 AS checks, count(*) FILTER (WHERE pg_get_constraintdef(oid) ~ '%|''''') AS wordless FROM pg_constraint
	WHERE contype = 'c' AND connamespace = 'workflow_perms'::regnamespace;
DO $$
DECLARE
	state text; message text; hint text; name text; detail text; relation text; col text;
BEGIN
	INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('mx', repeat('x', 256), 'member', 'member');
EXCEPTION WHEN check_violation THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT, name = CONSTRAINT_NAME, detail = PG_EXCEPTION_DETAIL,
		relation = TABLE_NAME, col = COLUMN_NAME;
	RAISE INFO '% % (%) %[%] %.%', state, message, hint, name, detail, relation, col;
END
$$;
-- One check for all ids of a run, and of a step, names the one that is at fault.
CREATE FUNCTION pg_temp.break_id(relation text, col text, id text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	name text; relation_told text; col_told text; message text;
BEGIN
	SET LOCAL session_replication_role = replica;
	EXECUTE format('INSERT INTO workflow_perms.%1$s SELECT n.* FROM workflow_perms.%1$s o RIGHT JOIN (VALUES (1)) one ON false,
			jsonb_populate_record(o, $1) n', relation)
		USING jsonb_build_object('account_id', 'mx', 'run_id', 'r', 'workflow_id', 'w', 'step_no', 1, 'status', 'failed', 'started_as', 'system', 'started_at', now())
			|| jsonb_build_object(col, id);
	RAISE EXCEPTION 'undo';
EXCEPTION WHEN raise_exception THEN
	RETURN 'accepted';
WHEN check_violation THEN
	GET STACKED DIAGNOSTICS name = CONSTRAINT_NAME, relation_told = TABLE_NAME, col_told = COLUMN_NAME, message = MESSAGE_TEXT;
	RETURN format('%s [%s] %s.%s', message, name, relation_told, col_told);
END
$$;
SELECT relation, col, pg_temp.break_id(relation, col, repeat('x', 256)) AS long, pg_temp.break_id(relation, col, '') LIKE col || ' must have 1 to 255 bytes%' AS none,
	pg_temp.break_id(relation, col, repeat('x', 255)) AS fits
	FROM (VALUES ('runs', '{account_id,run_id,workflow_id,parent_run,started_by,for_user,run_as}'::text[]),
		('run_steps', '{account_id,run_id,workflow_id,step_id,workspace_id,board_id,column_id}')) r (relation, cols), unnest(cols) col;
SELECT workflow_perms._require_ids('runs', 'a', NULL, NULL, NULL, NULL, NULL, NULL);
SELECT workflow_perms._require_ids('runs', 'a', 'b', 'c', 'd', 'e', 'f', '');
SELECT workflow_perms._require_ids(NULL, 'a', 'b', 'c', 'd', 'e', 'f', '');
SELECT workflow_perms._require_ids('nosuch', id, id, id, id, id, id, id) FROM (VALUES ('')) v (id);
\set VERBOSITY default
INSERT INTO workflow_perms.users (account_id, user_id, kind) VALUES ('mx', 'new', 'member');
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) VALUES ('mx', 'new', 'connected', '[1]');
UPDATE workflow_perms.accounts SET creator_roles = '{admin,NULL}' WHERE account_id = 'mx';
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id, role) VALUES ('mx', 'o1', 'mo', 'Design');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, role, is_owner) VALUES ('mx', 'o1', 'Support', true);
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('mx', 'mo', 'AuthenticatedUser');
INSERT INTO workflow_perms.connections (account_id, user_id, configuration) VALUES ('mx', 'pro', repeat('x', 256));
COPY workflow_perms.roles (account_id, role) FROM STDIN;
mx	
\.
SELECT workflow_perms.create_account('mx', 'again');
SELECT workflow_perms.create_account('', 'x');
SELECT workflow_perms.create_account(repeat('x', 256), 'x');

-- Of the application's role: what a right takes, by name, and whom the account does not have.
CREATE FUNCTION my_own_code() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('mx', 'new', 'project');
END
$$;
\set ON_ERROR_ROLLBACK on
BEGIN;
SELECT matrix.become('mx/wo', 'regress_app');
-- What the context shows is one's own code, or nothing.
\set SHOW_CONTEXT always
SELECT my_own_code();
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('mx', 'new', 'project');
SELECT workflow_perms.transfer_ownership('project_flow', 'mo');
SELECT workflow_perms.transfer_ownership('open_main', NULL);
SELECT workflow_perms.merge_metadata('pro', '[]');
SELECT workflow_perms.merge_metadata('nobody', '{}');
SELECT workflow_perms.protect('pg_catalog.pg_class');
SELECT workflow_perms.unprotect('workflow_perms.run_history');
SELECT workflow_perms.create_model(application => 'regress_app', engine => 'regress_engine');
RESET ROLE;
SELECT workflow_perms.create_model(application => 'regress_app', engine => 'regress_engine');
SET LOCAL ROLE regress_app;
\set SHOW_CONTEXT never
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('mx', 'new', 'member', 'viewer');
INSERT INTO workflow_perms.users (account_id, user_id, kind) VALUES ('mx', 'new', 'service');
INSERT INTO workflow_perms.users (account_id, user_id, kind) VALUES ('mx', 'new', 'connected');
INSERT INTO workflow_perms.roles (account_id, role) VALUES ('mx', 'new');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('mx', 'new', 'p1');
INSERT INTO workflow_perms.boards (account_id, board_id, workspace_id, kind) VALUES ('mx', 'new', 'p1', 'main');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('mx', 'mo', 'Member');
INSERT INTO workflow_perms.execution_rules (account_id, role, effect) VALUES ('mx', 'Support', 'deny');
SELECT workflow_perms.publish('open_main');
SELECT workflow_perms.enable('open_main');
SELECT workflow_perms.connect('', 'pro');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('mx', 'o1', 'nobody');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, role) VALUES ('mx', 'open_main', 'nothing');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('my', 'o1', 'mo');
ROLLBACK;
BEGIN;
SELECT matrix.become('mx/ada', 'regress_app');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('mx', 'nobody', 'Member');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('mx', 'mo', 'nothing');
INSERT INTO workflow_perms.role_includes (account_id, role, included_role) VALUES ('mx', 'nothing', 'Support');
INSERT INTO workflow_perms.role_capabilities (account_id, role, capability) VALUES ('mx', 'nothing', 'workflows.view');
INSERT INTO workflow_perms.execution_rules (account_id, user_id, effect) VALUES ('mx', 'nobody', 'deny');
INSERT INTO workflow_perms.execution_rules (account_id, role, effect) VALUES ('mx', 'NotAuthenticatedUser', 'deny');
-- A hint that can be followed.
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, status) VALUES ('mx', 'new', 'o1', 'live');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, status) VALUES ('mx', 'new', 'o1', 'draft');
UPDATE workflow_perms.workflows SET status = 'live' WHERE workflow_id = 'new' RETURNING status;
ROLLBACK;
-- After an error that was caught, a refusal is told as before.
\set SHOW_CONTEXT always
BEGIN;
SELECT matrix.become('mx/wo', 'regress_app');
DO $$
BEGIN
	BEGIN
		INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('mx', 'new', 'project');
	EXCEPTION WHEN insufficient_privilege THEN
		NULL;
	END;
	INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('mx', 'new', 'app');
END
$$;
ROLLBACK;
\set SHOW_CONTEXT never
DROP FUNCTION my_own_code();

-- What is no principal; an account and an id, given where the account is the session's.
SELECT workflow_perms.can_view('acme', 'campaign');
SELECT 'x'::workflow_perms.principal;
SELECT '  '::workflow_perms.principal;
SELECT '{"version": 1}'::workflow_perms.principal;

-- Errors of a class that says that nothing went wrong.
SELECT workflow_perms._raise('01000', 'a warning', NULL);
SELECT workflow_perms._raise('02000', 'nothing', NULL);
SELECT workflow_perms._raise('00000', 'well', NULL);
SELECT workflow_perms._raise('0Z002', 'words', 'A hint.', 'A detail.');
\set ON_ERROR_ROLLBACK off
-- A check of a domain has no table, and one whose name is too long is of no table: a refusal like any other.
CREATE DOMAIN workflow_perms.refused_domain AS int CONSTRAINT refused_domain_check CHECK (value > 0);
DO $$
DECLARE
	rule text;
	of text;
	relation text;
BEGIN
	FOREACH rule IN ARRAY ARRAY['refused_domain_check', repeat('x', 100), 'enablements_configuration_has_at_most_255_bytes'] LOOP
		BEGIN
			PERFORM workflow_perms._require(false, rule, 'a message', 'A hint.');
		EXCEPTION WHEN check_violation THEN
			GET STACKED DIAGNOSTICS of = CONSTRAINT_NAME, relation = TABLE_NAME;
			RAISE NOTICE '% of %', left(of, 50), CASE WHEN relation = '' THEN 'no table' ELSE relation END;
		END;
	END LOOP;
END
$$;
DROP DOMAIN workflow_perms.refused_domain;
