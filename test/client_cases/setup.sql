-- What test/clients works on, after the page's roles.sql: an account with a team and two
-- customers, and a table whose rows belong to workflows.
GRANT CREATE ON DATABASE clients TO migrator;
SET ROLE migrator;
SELECT workflow_perms.create_account('acme', 'olga');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role, metadata) VALUES
	('acme', 'ann', 'member', 'member', '{}'), ('acme', 'bob', 'member', 'member', '{}'), ('acme', 'gus', 'member', 'guest', '{}'),
	('acme', 'pro', 'connected', NULL, '{"plan": "pro"}'), ('acme', 'free', 'connected', NULL, '{"plan": "free"}');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind, offered) VALUES ('acme', 'office', 'open', false), ('acme', 'shop', 'project', NULL);
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition) VALUES
	('acme', 'letter', 'office', 'main', 'live', NULL), ('acme', 'secret', 'office', 'private', 'live', NULL),
	('acme', 'sync', 'shop', 'private', 'live', '{"plan": "pro"}');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) SELECT 'acme', w, 'ann' FROM unnest(ARRAY['letter', 'secret']) w;
UPDATE workflow_perms.workflow_members SET is_owner = true WHERE workflow_id <> 'nothing';
CREATE TABLE labels (account_id text, workflow_id text, label text);
SELECT workflow_perms.protect('labels');
GRANT SELECT, INSERT ON labels TO app;
RESET ROLE;
