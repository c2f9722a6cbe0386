-- Some tables of the model are read from sources and others are not (spec 6.4): every
-- function and every write of the tables that stay works, or says that a source cannot be
-- written; none of them reads a table of the application from end to end, and none locks a
-- row of one. Lists of a whole account may read a table from end to end.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set product_database :abs_srcdir '/test/product_database.sql'
\set ECHO none
\i :product_database
\set ECHO all
INSERT INTO app.orgs SELECT app.uid('O', i), 'O' || i FROM generate_series(1, 1500) i;
INSERT INTO app.users SELECT app.uid('U', i), app.uid('O', i), 'U' || i, 'editor', NULL FROM generate_series(1, 1500) i;
INSERT INTO app.users SELECT app.uid('A', i), app.uid('O', i), 'A' || i, 'owner', NULL FROM generate_series(1, 1500) i;
INSERT INTO app.folders SELECT app.uid('F', i), app.uid('O', i), 'open' FROM generate_series(1, 1500) i;
INSERT INTO app.teams SELECT app.uid('T', i), app.uid('O', i) FROM generate_series(1, 1500) i;
INSERT INTO app.folder_shares SELECT app.uid('F', i), NULL, app.uid('U', i), NULL FROM generate_series(1, 1500) i;
INSERT INTO app.team_members SELECT app.uid('T', i), app.uid('U', i) FROM generate_series(1, 1500) i;
INSERT INTO app.flows SELECT app.uid('W', i), app.uid('O', i), app.uid('F', i), 'active', app.uid('U', i), false, NULL, false FROM generate_series(1, 1500) i;
INSERT INTO app.flow_shares SELECT app.uid('W', i), app.uid('A', i) FROM generate_series(1, 1500) i;
INSERT INTO app.end_users SELECT app.uid('E', i), app.uid('O', i), '{"plan": "free"}' FROM generate_series(1, 1500) i;
SET session_replication_role = replica;
INSERT INTO workflow_perms.accounts (account_id) SELECT app.uid('O', i) FROM generate_series(1, 3) i;
INSERT INTO workflow_perms.roles SELECT app.uid('O', i), r FROM generate_series(1, 3) i, unnest(ARRAY['Admin', 'Member', 'Support', 'AuthenticatedUser', 'NonAuthenticatedUser', app.uid('T', i)::text]) r;
INSERT INTO workflow_perms.role_capabilities SELECT app.uid('O', i), r, b.capability FROM generate_series(1, 3) i, workflow_perms._built_in_capabilities() b, unnest(b.roles) r;
RESET session_replication_role;
VACUUM (FREEZE, ANALYZE);

-- The tables of the application that a statement reads from end to end, and its error. It is
-- run with a principal, as the application; ids: %1 account, %2 member who owns the workflow, %3
-- admin who is a member of it, %4 end user, %5 workflow, %6 folder, %7 name of its own.
CREATE FUNCTION app.ask(n int, who text, statement text, OUT read_whole text, OUT answer text) LANGUAGE plpgsql SET workflow_perms.allow_principal_change = on AS $$
DECLARE
	ids CONSTANT text[] := ARRAY[app.uid('O', n), app.uid('U', n), app.uid('A', n), app.uid('E', n), app.uid('W', n), app.uid('F', n)];
BEGIN
	CREATE TEMP TABLE before AS SELECT relname, seq_scan FROM pg_stat_xact_user_tables WHERE schemaname = 'app';
	BEGIN
		IF who IN ('U', 'A', 'E') THEN
			PERFORM workflow_perms.set_principal(ids[1], app.uid(who, n)::text);
			SET LOCAL ROLE regress_app;
		ELSIF who = 'engine' THEN
			SET LOCAL ROLE regress_engine;
		END IF;
		EXECUTE format(statement, VARIADIC ids);
		answer := 'done';
		RESET ROLE;
	EXCEPTION WHEN OTHERS THEN
		RESET ROLE;
		answer := SQLSTATE || ' ' || SQLERRM;
		FOR i IN 1..6 LOOP
			answer := replace(answer, ids[i], (ARRAY['O', 'U', 'A', 'E', 'W', 'F'])[i]);
		END LOOP;
	END;
	SELECT coalesce(string_agg(s.relname::text, ' ' ORDER BY s.relname), '') INTO read_whole
		FROM pg_stat_xact_user_tables s JOIN before b USING (relname) WHERE s.schemaname = 'app' AND s.seq_scan > b.seq_scan;
	DROP TABLE before;
END
$$;
GRANT EXECUTE ON FUNCTION workflow_perms.reevaluate(text) TO regress_app;
CREATE TABLE app.asked (part int, n int GENERATED ALWAYS AS IDENTITY, who text, statement text);
-- Rows of the application that a statement has locked.
CREATE VIEW app.locked AS
	SELECT 'users' AS relation FROM app.users WHERE xmax <> '0' UNION SELECT 'flows' FROM app.flows WHERE xmax <> '0'
	UNION SELECT 'folders' FROM app.folders WHERE xmax <> '0' UNION SELECT 'end_users' FROM app.end_users WHERE xmax <> '0';
-- Once planned for the values and once for any.
CREATE PROCEDURE app.ask_part(asked_part int) LANGUAGE plpgsql AS $$
DECLARE
	q record;
	a record;
	b record;
BEGIN
	FOR q IN SELECT * FROM app.asked WHERE part = asked_part ORDER BY n LOOP
		SET LOCAL plan_cache_mode = auto;
		SELECT * INTO a FROM app.ask(1, q.who, q.statement);
		SET LOCAL plan_cache_mode = force_generic_plan;
		SELECT * INTO b FROM app.ask(2, q.who, q.statement);
		RAISE INFO '%', concat(q.who, ': ', left(q.statement, 110), ': ', b.answer, ' or ' || CASE WHEN a.answer <> b.answer THEN a.answer END,
			CASE WHEN concat(a.read_whole, b.read_whole) <> '' THEN format(', reads [%s] [%s]', a.read_whole, b.read_whole) END);
	END LOOP;
	IF EXISTS (SELECT FROM app.locked) THEN
		RAISE 'rows are locked: %', (SELECT string_agg(relation, ' ') FROM app.locked);
	END IF;
END
$$;

-- All six are sources.
SELECT workflow_perms.read_from(t, ('app.wp_' || t)::regclass) FROM unnest(workflow_perms._source_tables()) t;
INSERT INTO app.asked (part, who, statement) VALUES
	(1, 'none', 'SELECT FROM app.users WHERE email = ''such is told'''),
	(1, 'U', 'SELECT * FROM workflow_perms.explain_access(''run'', %5$L)'),
	(1, 'A', 'SELECT * FROM workflow_perms.explain_access(''edit'', %5$L, %2$L)'),
	(1, 'U', 'SELECT * FROM workflow_perms.definition(%5$L)'),
	(1, 'U', 'SELECT * FROM workflow_perms.start_run(%5$L, ''r'')'),
	(1, 'engine', 'SELECT workflow_perms.record_step(%1$L, ''r'', 1, ''s'', ''succeeded'', workspace_id => %6$L)'),
	(1, 'engine', 'SELECT workflow_perms.finish_run(%1$L, ''r'', ''failed'')'),
	(1, 'U', 'SELECT workflow_perms.replay(''r'', ''again'')'),
	(1, 'U', 'SELECT * FROM workflow_perms.run_history'),
	(1, 'U', 'INSERT INTO workflow_perms.boards (account_id, board_id, workspace_id, kind) VALUES (%1$L, ''b'', %6$L, ''main'')'),
	(1, 'U', 'INSERT INTO workflow_perms.board_members (account_id, board_id, user_id) VALUES (%1$L, ''b'', %3$L)'),
	(1, 'U', 'INSERT INTO workflow_perms.board_members (account_id, board_id, user_id) VALUES (%1$L, ''b'', ''nobody'')'),
	(1, 'U', 'DELETE FROM workflow_perms.board_members WHERE user_id = %2$L'),
	(1, 'U', 'INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, access) VALUES (%1$L, %5$L, ''s'', %6$L, ''read'')'),
	(1, 'A', 'INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, access) VALUES (%1$L, %5$L, ''s2'', %6$L, ''read'')'),
	(1, 'U', 'INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES (%1$L, %5$L, %2$L, ''{}'')'),
	(1, 'U', 'SELECT workflow_perms.publish(%5$L)'),
	(1, 'U', 'SELECT workflow_perms.transfer_ownership(%5$L, %3$L)'),
	(1, 'A', 'SELECT workflow_perms.merge_metadata(%4$L, ''{"plan": "pro"}'')'),
	(1, 'U', 'INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, user_id, effect) VALUES (%1$L, %5$L, %3$L, ''deny'')'),
	(1, 'A', 'INSERT INTO workflow_perms.execution_rules (account_id, user_id, effect) VALUES (%1$L, ''nobody'', ''deny'')'),
	(1, 'A', 'INSERT INTO workflow_perms.roles VALUES (%1$L, ''x''); INSERT INTO workflow_perms.role_capabilities VALUES (%1$L, ''x'', ''workflows.view'')'),
	(1, 'A', 'DELETE FROM workflow_perms.role_capabilities WHERE role = ''Admin'' AND capability = ''team.manage_roles'''),
	(1, 'E', 'SELECT workflow_perms.enable(%5$L)'),
	(1, 'E', 'SELECT workflow_perms.connect(''crm'')'),
	(1, 'A', 'SELECT * FROM workflow_perms.metadata_paths(%1$L)'),
	(1, 'E', 'SELECT * FROM workflow_perms.metadata_paths(%1$L)'),
	(1, 'U', 'SELECT * FROM workflow_perms.metadata_paths(%1$L)'),
	(1, 'A', 'SELECT * FROM workflow_perms.preview_metadata(%4$L, ''{"plan": "pro"}'')'),
	(1, 'U', 'SELECT * FROM workflow_perms.preview_condition(%5$L, ''{"plan": "pro"}'')'),
	(1, 'A', 'SELECT * FROM workflow_perms.users_matching(''{"plan": "pro"}'')'),
	(1, 'A', 'SELECT * FROM workflow_perms.who_can(''view'', %5$L)'),
	(1, 'U', 'SELECT * FROM workflow_perms.what_can()'),
	(1, 'U', 'SELECT * FROM workflow_perms.visible_workflows()'),
	(1, 'A', 'SELECT * FROM workflow_perms.reevaluate(%1$L)');
CALL app.ask_part(1);

-- The workflows, their members and the workspaces are the model's; users, grants and members of workspaces are sources.
DELETE FROM workflow_perms.enablements;
DELETE FROM workflow_perms.workflow_steps;
DELETE FROM workflow_perms.workflow_drafts;
DELETE FROM workflow_perms.execution_rules;
DELETE FROM workflow_perms.connections;
SET session_replication_role = replica;
DELETE FROM workflow_perms.board_members;
DELETE FROM workflow_perms.boards;
RESET session_replication_role;
SELECT workflow_perms.read_from(t, NULL) FROM unnest(ARRAY['workflow_members', 'workflows', 'workspaces']) t;
SET session_replication_role = replica;
INSERT INTO workflow_perms.workspaces SELECT account_id, workspace_id, kind::workflow_perms.workspace_kind FROM app.wp_workspaces;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, created_by, run_as, default_enabled)
	SELECT account_id, workflow_id, workspace_id, visibility::workflow_perms.workflow_visibility, status::workflow_perms.workflow_status, created_by, run_as, true FROM app.wp_workflows;
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, is_owner) SELECT account_id, workflow_id, user_id, is_owner FROM app.wp_workflow_members;
RESET session_replication_role;
ANALYZE workflow_perms.workspaces, workflow_perms.workflows, workflow_perms.workflow_members;
INSERT INTO app.asked (part, who, statement) VALUES
	(2, 'U', 'INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES (%1$L, ''mine'', %6$L)'),
	(2, 'U', 'SELECT 1 / count(*) FROM workflow_perms.workflow_members WHERE workflow_id = ''mine'' AND is_owner'),
	(2, 'U', 'INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES (%1$L, ''mine'', %3$L)'),
	(2, 'U', 'INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES (%1$L, ''mine'', ''nobody'')'),
	(2, 'U', 'INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES (%1$L, ''mine'', %4$L)'),
	(2, 'U', 'DELETE FROM workflow_perms.workflow_members WHERE workflow_id = ''mine'' AND user_id = %2$L'),
	(2, 'U', 'INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES (%1$L, ''mine'', %2$L, ''{}'')'),
	(2, 'U', 'SELECT workflow_perms.publish(''mine'')'),
	(2, 'U', 'SELECT workflow_perms.transfer_ownership(''mine'', %3$L)'),
	(2, 'A', 'SELECT workflow_perms.transfer_ownership(''mine'', %4$L)'),
	(2, 'E', 'SELECT workflow_perms.connect(''crm'')'),
	(2, 'E', 'SELECT workflow_perms.enable(%5$L)'),
	(2, 'U', 'UPDATE workflow_perms.workflows SET condition = ''{"plan": "pro"}'' WHERE workflow_id = %5$L'),
	(2, 'E', 'SELECT 1 / count(*) FROM workflow_perms.enablements WHERE workflow_id = %5$L AND reason = ''condition'''),
	(2, 'U', 'UPDATE workflow_perms.workflows SET condition = NULL WHERE workflow_id = %5$L'),
	(2, 'E', 'SELECT workflow_perms.enable(%5$L)'),
	(2, 'none', 'UPDATE workflow_perms.workspaces SET offered = false WHERE workspace_id = %6$L'),
	(2, 'E', 'SELECT 1 / count(*) FROM workflow_perms.enablements WHERE workflow_id = %5$L AND reason = ''not_visible'''),
	(2, 'U', 'SELECT * FROM workflow_perms.start_run(%5$L, ''r2'')'),
	(2, 'U', 'INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES (%1$L, ''new'', ''open'')'),
	(2, 'U', 'DELETE FROM workflow_perms.workflow_members WHERE workflow_id = %5$L'),
	(2, 'A', 'SELECT * FROM workflow_perms.reevaluate(%1$L)');
CALL app.ask_part(2);

-- The users are the model's; all else is the application's.
DELETE FROM workflow_perms.enablements;
DELETE FROM workflow_perms.connections;
SET session_replication_role = replica;
DELETE FROM workflow_perms.workflow_members;
DELETE FROM workflow_perms.workflow_drafts;
DELETE FROM workflow_perms.workflow_versions;
DELETE FROM workflow_perms.workflows;
DELETE FROM workflow_perms.workspaces;
RESET session_replication_role;
SELECT workflow_perms.read_from('users', NULL);
SELECT workflow_perms.read_from(t, ('app.wp_' || t)::regclass) FROM unnest(ARRAY['workflow_members', 'workflows', 'workspaces']) t;
SET session_replication_role = replica;
INSERT INTO workflow_perms.users SELECT account_id, user_id, kind::workflow_perms.user_kind, account_role::workflow_perms.account_role, metadata, active FROM app.wp_users;
RESET session_replication_role;
ANALYZE workflow_perms.users;
INSERT INTO app.asked (part, who, statement) VALUES
	(3, 'none', 'UPDATE app.flows SET audience = ''{"plan": "free"}'' WHERE id = %5$L'),
	(3, 'E', 'SELECT workflow_perms.enable(%5$L)'),
	(3, 'A', 'SELECT workflow_perms.merge_metadata(%4$L, ''{"plan": "pro"}'')'),
	(3, 'E', 'SELECT 1 / count(*) FROM workflow_perms.enablements WHERE workflow_id = %5$L AND reason = ''condition'''),
	(3, 'A', 'UPDATE workflow_perms.users SET account_role = ''viewer'' WHERE user_id = %2$L'),
	(3, 'A', 'INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES (%1$L, ''new'', ''member'', ''member'')'),
	(3, 'none', 'UPDATE workflow_perms.users SET active = false WHERE user_id = %3$L'),
	(3, 'none', 'DELETE FROM workflow_perms.users WHERE user_id = %2$L');
CALL app.ask_part(3);

\c contrib_regression
DROP DATABASE regress_sources;
