-- What test/clients works on: a model whose tables belong to the migrations' role,
-- an account with a team and two customers, and a login role for the server.
CREATE EXTENSION workflow_perms;
CREATE ROLE app NOLOGIN;
CREATE ROLE engine NOLOGIN;
CREATE ROLE migrator LOGIN;
CREATE ROLE server LOGIN IN ROLE app;
SELECT workflow_perms.create_model(application => 'app', engine => 'engine', owner => 'migrator');
GRANT CREATE ON SCHEMA public TO migrator;
GRANT CREATE ON DATABASE clients TO migrator;
ALTER ROLE server SET search_path = public, workflow_perms;
SET ROLE migrator;
GRANT EXECUTE ON FUNCTION workflow_perms.set_principal(text, text, boolean), workflow_perms.set_anonymous(text, boolean) TO app;
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
RESET ROLE;
