-- Columns that are generated: computed as they are read where the server can (virtual ones,
-- from PostgreSQL 18), stored elsewhere. Workflows are listed in their order, decisions
-- read them, and a table whose ids are computed as they are read is refused by protect().
SET client_min_messages = warning;
SELECT CASE WHEN current_setting('server_version_num')::int >= 180000 THEN 'VIRTUAL' ELSE 'STORED' END AS kind \gset
SELECT FROM workflow_perms.create_account('generated', 'boss');
INSERT INTO workflow_perms.users (account_id, user_id, kind) VALUES ('generated', 'shop', 'connected');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('generated', 'p', 'project');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, status)
	SELECT 'generated', 'f' || i, 'p', CASE WHEN i % 2 = 0 THEN 'live' ELSE 'stopped' END::workflow_perms.workflow_status FROM generate_series(1, 8) i;
ALTER TABLE workflow_perms.workflows ADD computed text COLLATE "C" GENERATED ALWAYS AS (reverse(workflow_id)) :kind;
BEGIN;
SELECT workflow_perms.set_principal('generated', 'shop');
SET LOCAL ROLE regress_app;
SELECT workflow_id, cursor ->> 'value' AS value FROM workflow_perms.visible_workflows('computed DESC', 3);
SELECT workflow_id, cursor ->> 'value' AS value FROM workflow_perms.visible_workflows('computed DESC', 3,
	(SELECT cursor FROM workflow_perms.visible_workflows('computed DESC', 3) WITH ORDINALITY p (w, cursor, n) WHERE n = 3));
SELECT workflow_id, computed FROM workflow_perms.workflows w WHERE workflow_perms.can_view(w) ORDER BY 1;
ROLLBACK;
-- Who stops a workflow changes nothing by what is computed, and may not change what the application has added.
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('generated', 'op', 'member', 'viewer');
INSERT INTO workflow_perms.roles (account_id, role) VALUES ('generated', 'Operators');
INSERT INTO workflow_perms.role_capabilities (account_id, role, capability) VALUES ('generated', 'Operators', 'workflows.view'), ('generated', 'Operators', 'workflows.deploy');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('generated', 'op', 'Operators');
ALTER TABLE workflow_perms.workflows ADD note json, ADD kept int DEFAULT 5, ADD score float8 DEFAULT 1;
BEGIN;
SELECT workflow_perms.set_principal('generated', 'op');
SET LOCAL ROLE regress_app;
UPDATE workflow_perms.workflows SET status = 'stopped', note = note WHERE workflow_id = 'f2';
SELECT workflow_id, status, computed FROM workflow_perms.workflows WHERE workflow_id = 'f2';
SAVEPOINT s;
UPDATE workflow_perms.workflows SET status = 'live', note = '{}' WHERE workflow_id = 'f2';
ROLLBACK TO s;
-- What counts is the value, not how it is printed.
SET LOCAL extra_float_digits = -15;
UPDATE workflow_perms.workflows SET status = 'live', score = 1.1 WHERE workflow_id = 'f2';
ROLLBACK;
ALTER TABLE workflow_perms.workflows DROP computed, DROP note, DROP kept, DROP score;

-- A table of workflows of one's own, one of whose columns is generated.
CREATE TABLE generated_flows (account_id text, workflow_id text, workspace_id text, visibility workflow_perms.workflow_visibility,
	status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, internal text, hidden boolean GENERATED ALWAYS AS (internal = 'yes') :kind);
INSERT INTO generated_flows VALUES ('generated', 'shown', 'p', 'main', 'live', NULL, 'no'), ('generated', 'hidden', 'p', 'main', 'live', NULL, 'yes');
BEGIN;
SELECT workflow_perms.set_principal('generated', 'shop');
SELECT workflow_id, workflow_perms.can_view(f) AS of_row,
		workflow_perms.can_view(account_id, workflow_id, workspace_id, visibility, status, condition, hidden) AS of_columns
	FROM generated_flows f ORDER BY 1;
SELECT workflow_id FROM generated_flows f WHERE workflow_perms.can_view(f);
ROLLBACK;
SELECT workflow_perms.protect('generated_flows', workspace => 'workspace_id', visibility => 'visibility', status => 'status', condition => 'condition', hidden => 'hidden');
GRANT SELECT ON generated_flows TO regress_app;
BEGIN;
SELECT workflow_perms.set_principal('generated', 'shop');
SET LOCAL ROLE regress_app;
SELECT workflow_id, hidden FROM generated_flows;
ROLLBACK;
DROP TABLE generated_flows;

-- Ids that no index can hold.
DO $$
DECLARE
	message text;
	hint text;
BEGIN
	IF current_setting('server_version_num')::int < 180000 THEN
		RETURN;
	END IF;
	CREATE TABLE generated_notes (account_id text, body text);
	EXECUTE 'ALTER TABLE generated_notes ADD workflow_id text GENERATED ALWAYS AS (left(body, 2)) VIRTUAL';
	PERFORM workflow_perms.protect('generated_notes');
	RAISE 'protected';
EXCEPTION
	WHEN feature_not_supported THEN
		GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
		ASSERT message = 'public.generated_notes cannot be protected, because its column "workflow_id" is a virtual generated one', message;
		ASSERT hint ~ 'STORED', hint;
END
$$;
DELETE FROM workflow_perms.accounts WHERE account_id = 'generated';
