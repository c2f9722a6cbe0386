-- Writing: what a row costs with everything (foreign keys, triggers, indexes, audit
-- log, registry), the same without the audit log, with foreign keys and indexes alone,
-- without any triggers but the registry's, and in a bare table of that shape: many rows in
-- a statement. By a superuser
-- with no principal, whom the guards let pass: a principal would own all that it
-- makes, and its growing load be measured.
SELECT workflow_perms.create_account('writing', 'admin');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role)
	SELECT 'writing', 'user-' || i, 'member', 'member' FROM generate_series(1, 100) AS i;
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata)
	SELECT 'writing', 'c' || i, 'connected', '{"plan": "pro", "seats": 12}' FROM generate_series(1, 1000) AS i;
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind)
	SELECT 'writing', 'workspace-' || i, 'open' FROM generate_series(1, 100) AS i;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status)
	SELECT 'writing', 'workflow-' || i, 'workspace-' || 1 + i % 100, 'main', 'live' FROM generate_series(1, 100) AS i;
CREATE TABLE bare_workflows (LIKE workflow_perms.workflows INCLUDING ALL);
INSERT INTO bare_workflows SELECT * FROM workflow_perms.workflows WHERE account_id = 'writing';
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) SELECT 'writing', 'workflow-' || i, 'user-100' FROM generate_series(1, 100) AS i;
CREATE TABLE bare_workflow_members (LIKE workflow_perms.workflow_members INCLUDING ALL);
INSERT INTO bare_workflow_members SELECT * FROM workflow_perms.workflow_members WHERE account_id = 'writing';
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) SELECT 'writing', 'workflow-2', 'c' || i, true FROM generate_series(1, 1000) AS i;
CREATE TABLE bare_enabled (LIKE workflow_perms.enablements INCLUDING ALL);
INSERT INTO bare_enabled SELECT * FROM workflow_perms.enablements WHERE account_id = 'writing';
ALTER TABLE bare_enabled ALTER changed_at SET DEFAULT now();
\ir _vacuum.sql

CREATE TABLE bench.writes (name text PRIMARY KEY, relation text, bare text, statement text, per int, place int GENERATED ALWAYS AS IDENTITY);
INSERT INTO bench.writes (name, relation, bare, statement, per) VALUES
	('insert a workflow', 'workflow_perms.workflows', 'bare_workflows', $$INSERT INTO %s (account_id, workflow_id, workspace_id, visibility, status)
		SELECT 'writing', 'new-' || i, 'workspace-' || 1 + i %% 100, 'main', 'live' FROM generate_series(1, 1000) AS i$$, 1000),
	('insert a workflow, one of 100 conditions', 'workflow_perms.workflows', 'bare_workflows', $$INSERT INTO %s (account_id, workflow_id, workspace_id, visibility, status, condition)
		SELECT 'writing', 'new-' || i, 'workspace-' || 1 + i %% 100, 'main', 'live',
			format('{"plan": "pro", "seats": {"$gte": %%s}}', i %% 100)::workflow_perms.metadata_condition FROM generate_series(1, 1000) AS i$$, 1000),
	('insert a workflow, each its condition', 'workflow_perms.workflows', 'bare_workflows', $$INSERT INTO %s (account_id, workflow_id, workspace_id, visibility, status, condition)
		SELECT 'writing', 'new-' || i, 'workspace-' || 1 + i %% 100, 'main', 'live',
			format('{"plan": "pro", "seats": {"$gte": %%s}}', i)::workflow_perms.metadata_condition FROM generate_series(1, 1000) AS i$$, 1000),
	('update a workflow''s status', 'workflow_perms.workflows', 'bare_workflows',
		$$UPDATE %s SET status = 'stopped' WHERE account_id = 'writing' AND workflow_id = ANY (ARRAY(SELECT 'workflow-' || i FROM generate_series(1, 100) AS i))$$, 100),
	('insert a member', 'workflow_perms.workflow_members', 'bare_workflow_members', $$INSERT INTO %s (account_id, workflow_id, user_id)
		SELECT 'writing', 'workflow-' || 1 + i %% 100, 'user-' || 1 + i / 100 FROM generate_series(0, 999) AS i$$, 1000),
	('insert an enablement', 'workflow_perms.enablements', 'bare_enabled', $$INSERT INTO %s (account_id, workflow_id, user_id, enabled, changed_at)
		SELECT 'writing', 'workflow-1', 'c' || i, true, NULL FROM generate_series(1, 1000) AS i$$, 1000),
	('update a workflow''s condition', 'workflow_perms.workflows', 'bare_workflows',
		$$UPDATE %s SET condition = '{"plan": "pro"}' WHERE account_id = 'writing' AND workflow_id = ANY (ARRAY(SELECT 'workflow-' || i FROM generate_series(1, 100) AS i))$$, 100),
	('update a member', 'workflow_perms.workflow_members', 'bare_workflow_members',
		$$UPDATE %s SET expires_at = now() + interval '1 day' WHERE account_id = 'writing' AND user_id = 'user-100'$$, 100),
	('switch an enablement off', 'workflow_perms.enablements', 'bare_enabled',
		$$UPDATE %s SET enabled = false WHERE account_id = 'writing' AND workflow_id = 'workflow-2'$$, 1000);
INSERT INTO bench.cases (case_name, per, unit) SELECT name, per, 'us' FROM bench.writes ORDER BY place;
INSERT INTO bench.contestants (case_name, contestant, side, setup, statement)
SELECT name, contestant, side, format(setup, relation), format(CASE WHEN relation LIKE '%enablements' AND contestant IN ('foreign keys and indexes', 'without triggers', 'bare table') THEN replace(statement, 'NULL', 'now()') ELSE replace(replace(statement, ', changed_at', ''), ', NULL', '') END,
	CASE contestant WHEN 'bare table' THEN bare ELSE relation END) || '; SET CONSTRAINTS ALL IMMEDIATE'
FROM bench.writes, (VALUES
	('workflow_perms', 'ours', NULL),
	('without the audit log', 'peer', 'ALTER TABLE %1$s DISABLE TRIGGER audit_insert; ALTER TABLE %1$s DISABLE TRIGGER audit_update'),
	('foreign keys and indexes', 'peer', 'ALTER TABLE %1$s DISABLE TRIGGER USER'),
	('without triggers', 'peer', 'SET LOCAL session_replication_role = replica'),
	('bare table', 'peer', NULL)
) AS c (contestant, side, setup)
ORDER BY place;
-- Changing the metadata of 1,000 connected users by a member who may: in one statement, and by
-- merge_metadata() for each.
CREATE TABLE bare_merged (LIKE workflow_perms.users INCLUDING ALL);
INSERT INTO bare_merged SELECT * FROM workflow_perms.users WHERE account_id = 'writing';
GRANT SELECT, UPDATE ON bare_merged TO bench_app;
INSERT INTO bench.cases (case_name, per, unit, session) SELECT 'merge metadata' || how, 1000, 'us', 'SELECT workflow_perms.set_principal(''writing'', ''admin'')' FROM unnest('{"", ", a statement each"}'::text[]) AS how;
INSERT INTO bench.contestants (case_name, contestant, side, role, statement) VALUES
	('merge metadata', 'workflow_perms', 'ours', 'bench_app', $$UPDATE workflow_perms.users SET metadata = metadata || '{"seats": 13}' WHERE account_id = 'writing' AND kind = 'connected'$$),
	('merge metadata', 'bare table', 'peer', 'bench_app', $$UPDATE bare_merged SET metadata = metadata || '{"seats": 13}' WHERE account_id = 'writing' AND kind = 'connected'$$),
	('merge metadata, a statement each', 'merge_metadata()', 'ours', 'bench_app', $$SELECT count(m) FROM generate_series(1, 1000) AS i, workflow_perms.merge_metadata('c' || i, '{"seats": 13}') AS m$$),
	('merge metadata, a statement each', 'bare table', 'peer', 'bench_app', $$DO $d$ BEGIN
		FOR i IN 1 .. 1000 LOOP UPDATE bare_merged SET metadata = metadata || '{"seats": 13}' WHERE account_id = 'writing' AND user_id = 'c' || i; END LOOP; END $d$ $$);
-- Many rows in a statement, by a member who may, with the guards.
GRANT INSERT, UPDATE, SELECT ON bare_workflows, bare_workflow_members, bare_enabled TO bench_app;
INSERT INTO bench.cases (case_name, per, unit, session) SELECT 'a member inserts ' || name, 1000, 'us', 'SELECT workflow_perms.set_principal(''writing'', ''admin'')'
	FROM unnest('{workflows,members,enablements}'::text[]) AS n (name);
INSERT INTO bench.contestants (case_name, contestant, side, role, setup, statement)
SELECT 'a member inserts ' || name, contestant, side, 'bench_app', setup, format(statement, CASE contestant WHEN 'bare table' THEN bare ELSE relation END) || '; SET CONSTRAINTS ALL IMMEDIATE'
FROM (VALUES
	('workflows', 'workflow_perms.workflows', 'bare_workflows', NULL, $$INSERT INTO %s (account_id, workflow_id, workspace_id, visibility)
		SELECT 'writing', 'new-' || i, 'workspace-' || 1 + i %% 100, 'main' FROM generate_series(1, 1000) AS i$$),
	('members', 'workflow_perms.workflow_members', 'bare_workflow_members', $$INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) SELECT 'writing', 'new-' || i, 'workspace-1' FROM generate_series(1, 100) AS i$$,
		$$INSERT INTO %s (account_id, workflow_id, user_id) SELECT 'writing', 'new-' || 1 + i %% 100, 'user-' || 1 + i / 100 FROM generate_series(0, 999) AS i$$),
	('enablements', 'workflow_perms.enablements', 'bare_enabled', NULL, $$INSERT INTO %s (account_id, workflow_id, user_id, enabled)
		SELECT 'writing', 'workflow-1', 'c' || i, true FROM generate_series(1, 1000) AS i$$)
) AS s (name, relation, bare, setup, statement), (VALUES ('workflow_perms', 'ours'), ('bare table', 'peer')) AS c (contestant, side);
