-- read_from() (spec 6.4): who may call it, what can be read and what cannot, said by name with
-- nothing changed; what stands in the place of foreign keys; rows that make no sense; a source
-- that goes or changes; forget_missing(). A refusal leaves the model as it was.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE DATABASE regress_sources TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
\c regress_sources
SET client_min_messages = warning;
DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['regress_app', 'regress_engine', 'regress_product', 'regress_reader'] LOOP
		IF to_regrole(name) IS NULL THEN
			EXECUTE format('CREATE ROLE %I', name);
		END IF;
	END LOOP;
END $$;
CREATE EXTENSION workflow_perms;
CREATE SCHEMA app AUTHORIZATION regress_product;
SET ROLE regress_product;
CREATE TABLE app.users (org uuid, id bigint, login text, role text, off boolean, traits jsonb);
CREATE VIEW app.wp_users AS SELECT org AS account_id, id AS user_id, 'member' AS kind, role AS account_role FROM app.users;
RESET ROLE;

-- Before there is a model; not by everybody; not of every table.
SELECT workflow_perms.read_from('users', 'app.wp_users');
SELECT workflow_perms.create_model(application => 'regress_app', engine => 'regress_engine');
CREATE TABLE app.objects AS SELECT step, relation, object, definition FROM workflow_perms._model_objects();
SET ROLE regress_app;
SELECT workflow_perms.read_from('users', 'pg_class');
RESET ROLE;
BEGIN;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA workflow_perms TO regress_reader;
GRANT USAGE ON SCHEMA workflow_perms, app TO regress_reader;
SET ROLE regress_reader;
SELECT workflow_perms.read_from('users', 'app.wp_users');
ROLLBACK;
SELECT workflow_perms.read_from('accounts', 'app.wp_users');
SELECT workflow_perms.read_from(NULL, 'app.wp_users');
SELECT workflow_perms.read_from('users; DROP TABLE app.users', 'app.wp_users');
SELECT workflow_perms.read_from('users', 'workflow_perms.accounts');
CREATE TEMP VIEW wp_users AS TABLE app.wp_users;
SELECT workflow_perms.read_from('users', 'wp_users');
CREATE SEQUENCE app.s;
SELECT workflow_perms.read_from('users', 'app.s');
SELECT workflow_perms.read_from('users', NULL);

-- Columns that are missing or of another type.
SELECT workflow_perms.read_from('users', 'app.users');
CREATE VIEW app.v AS SELECT org AS account_id, id AS user_id, 'member' AS kind, role AS account_role, off::int AS active FROM app.users;
SELECT workflow_perms.read_from('users', 'app.v');
DROP VIEW app.v;
CREATE VIEW app.v AS SELECT org AS account_id, id::numeric AS user_id, 'member' AS kind FROM app.users;
SELECT workflow_perms.read_from('users', 'app.v');
DROP VIEW app.v;
CREATE VIEW app.v AS SELECT org AS account_id, id AS user_id, 1 AS kind FROM app.users;
SELECT workflow_perms.read_from('users', 'app.v');
DROP VIEW app.v;
CREATE VIEW app.v AS SELECT org AS account_id, id AS user_id, 'x' AS role FROM app.users;
SELECT workflow_perms.read_from('role_grants', 'app.v');
DROP VIEW app.v;

-- What would be read under policies, or as nobody.
ALTER TABLE app.users ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.users FORCE ROW LEVEL SECURITY;
SELECT workflow_perms.read_from('users', 'app.wp_users');
ALTER TABLE app.users NO FORCE ROW LEVEL SECURITY;
ALTER VIEW app.wp_users SET (security_invoker = true);
SELECT workflow_perms.read_from('users', 'app.wp_users');
ALTER VIEW app.wp_users RESET (security_invoker);
CREATE VIEW app.v AS TABLE app.wp_users;
ALTER VIEW app.v OWNER TO regress_reader;
SELECT workflow_perms.read_from('users', 'app.v');
GRANT SELECT ON app.users, app.wp_users TO regress_reader;
ALTER VIEW app.wp_users OWNER TO regress_reader;
SELECT workflow_perms.read_from('users', 'app.v');
DROP VIEW app.v;
ALTER VIEW app.wp_users OWNER TO regress_product;

-- What else depends on the table; rows that are there, and are not the source's.
CREATE TABLE app.mine (account_id text COLLATE "C", user_id text COLLATE "C", CONSTRAINT mine_fkey FOREIGN KEY (account_id, user_id) REFERENCES workflow_perms.users);
CREATE VIEW app.theirs AS SELECT user_id FROM workflow_perms.users;
ALTER TABLE workflow_perms.users ADD nickname text;
SELECT workflow_perms.read_from('users', 'app.wp_users');
DROP TABLE app.mine;
DROP VIEW app.theirs;
ALTER TABLE workflow_perms.users DROP nickname;
SELECT workflow_perms.create_account('00000000-0000-0000-0000-000000000001', '7');
SELECT workflow_perms.read_from('users', 'app.wp_users');
SELECT workflow_perms.read_from('users', 'app.wp_users', adopt => true);
INSERT INTO app.users (org, id, role) VALUES ('00000000-0000-0000-0000-000000000001', 7, 'admin'), ('00000000-0000-0000-0000-000000000001', 8, 'member');
SELECT workflow_perms.read_from('users', 'app.wp_users', adopt => true);
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('00000000-0000-0000-0000-000000000001', '8', 'member', 'viewer');
SELECT workflow_perms.read_from('users', 'app.wp_users', adopt => true);
-- All that was refused has changed nothing.
SELECT 'changed', * FROM ((TABLE app.objects EXCEPT SELECT step, relation, object, definition FROM workflow_perms._model_objects())
	UNION ALL (SELECT step, relation, object, definition FROM workflow_perms._model_objects() EXCEPT TABLE app.objects)) d ORDER BY 2, 3, 4;

-- What the source's owner writes into functions of the source runs as the owner of the tables, not as the superuser.
CREATE FUNCTION app.whoami(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'read as %', current_user; RETURN $1; END $$;
CREATE VIEW app.v AS SELECT org AS account_id, id AS user_id, app.whoami('member') AS kind, role AS account_role FROM app.users WHERE id = 7;
GRANT USAGE ON SCHEMA app TO workflow_perms_owner;
SELECT workflow_perms.read_from('users', 'app.v', adopt => true);
DROP VIEW app.v;
UPDATE app.users SET role = 'viewer' WHERE id = 8;
SELECT workflow_perms.read_from('users', 'app.wp_users', adopt => true);
SELECT user_id, account_role, metadata, active FROM workflow_perms.users ORDER BY 1;

-- A source is not written.
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('00000000-0000-0000-0000-000000000001', '9', 'member', 'member');
UPDATE workflow_perms.users SET active = false WHERE user_id = '8';
DELETE FROM workflow_perms.users;
SET ROLE workflow_perms_owner;
UPDATE workflow_perms.users SET active = false WHERE user_id = '8';
RESET ROLE;

BEGIN;
SELECT workflow_perms.set_principal('00000000-0000-0000-0000-000000000001', '7');
SELECT workflow_perms.offboard('8', '7');
ROLLBACK;
-- An account is made without a first user, who is the application's to add.
SELECT workflow_perms.create_account('00000000-0000-0000-0000-000000000003', '9');
SELECT workflow_perms.create_account('00000000-0000-0000-0000-000000000003', NULL);
SELECT workflow_perms.create_account(NULL, NULL);
SELECT count(*) AS roles FROM workflow_perms.roles WHERE account_id = '00000000-0000-0000-0000-000000000003';

-- What names a user names one of the source's, in the type's own spelling.
INSERT INTO workflow_perms.execution_rules (account_id, user_id, effect) VALUES ('00000000-0000-0000-0000-000000000001', '8', 'deny');
INSERT INTO workflow_perms.execution_rules (account_id, user_id, effect) VALUES ('00000000-0000-0000-0000-000000000001', '08', 'deny');
INSERT INTO workflow_perms.execution_rules (account_id, user_id, effect) VALUES ('00000000-0000-0000-0000-000000000001', '9', 'deny');
INSERT INTO workflow_perms.execution_rules (account_id, role, effect) VALUES ('00000000-0000-0000-0000-000000000001', 'Member', 'deny');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('00000000-0000-0000-0000-000000000001', 'w', 'open');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('00000000-0000-0000-0000-000000000001', 'f', 'w');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id, is_owner) VALUES ('00000000-0000-0000-0000-000000000001', 'w', '8', true);
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('00000000-0000-0000-0000-000000000001', 'f', '8');
-- In the same statement as it.
WITH u AS (INSERT INTO app.users (org, id, role) VALUES ('00000000-0000-0000-0000-000000000001', 10, 'viewer') RETURNING id)
	INSERT INTO workflow_perms.execution_rules (account_id, user_id, effect) SELECT '00000000-0000-0000-0000-000000000001', id, 'deny' FROM u;

-- S10: what is not the type's own spelling is nobody.
SELECT workflow_perms.set_principal('00000000-0000-0000-0000-000000000001', '08');
SELECT count(workflow_perms.principal('00000000-0000-0000-0000-000000000001', '8')) AS found;

-- S7: a user deleted by the application is nobody, and what names it decides nothing; it is removed when asked for.
DELETE FROM app.users WHERE id = 8;
SELECT workflow_perms.set_principal('00000000-0000-0000-0000-000000000001', '8');
SELECT workflow_perms.read_from('users', NULL);
SELECT * FROM workflow_perms.forget_missing();
SELECT user_id, effect FROM workflow_perms.execution_rules ORDER BY 1;
SELECT workspace_id, user_id, is_owner FROM workflow_perms.workspace_members;
SET ROLE regress_app;
SELECT workflow_perms.forget_missing();
RESET ROLE;

-- S5: a row that makes no sense is no row.
SET ROLE regress_product;
INSERT INTO app.users (org, id, role) VALUES ('00000000-0000-0000-0000-000000000001', 20, 'emperor'), ('00000000-0000-0000-0000-000000000001', 21, NULL),
	(NULL, 22, 'admin'), ('00000000-0000-0000-0000-000000000001', NULL, 'admin'), ('00000000-0000-0000-0000-000000000002', 23, 'admin');
RESET ROLE;
SELECT account_id, user_id, kind, account_role FROM workflow_perms.users ORDER BY 1, 2;
SELECT count(workflow_perms.principal('00000000-0000-0000-0000-000000000001', '20'));
-- A key that occurs twice is nobody's.
INSERT INTO app.users (org, id, role) VALUES ('00000000-0000-0000-0000-000000000001', 7, 'viewer');
SELECT count(workflow_perms.principal('00000000-0000-0000-0000-000000000001', '7'));
DELETE FROM app.users WHERE id = 7 AND role = 'viewer';
CREATE VIEW app.v AS SELECT '00000000-0000-0000-0000-000000000001'::text AS account_id, w.id AS workspace_id, w.kind FROM (VALUES ('w', 'open'), ('x', 'OPEN'), ('y', NULL), ('', 'open'), (repeat('z', 256), 'open'), (NULL, 'open')) w (id, kind);
SET session_replication_role = replica;
DELETE FROM workflow_perms.workspace_members;
RESET session_replication_role;
DELETE FROM workflow_perms.workflows;
SELECT workflow_perms.read_from('workspaces', 'app.v', adopt => false);
DELETE FROM workflow_perms.workspaces;
SELECT workflow_perms.read_from('workspaces', 'app.v');
SELECT account_id, workspace_id, kind FROM workflow_perms.workspaces;

-- S9: its view dropped is an error that names it, never a yes, and upgrade_model() makes no table in its place; so is a column that is taken away.
\set VERBOSITY terse
ALTER TABLE app.users ALTER id TYPE numeric;
BEGIN;
DROP VIEW app.wp_users CASCADE;
SELECT workflow_perms.set_principal('00000000-0000-0000-0000-000000000001', '7');
ROLLBACK;
DROP VIEW app.wp_users CASCADE;
SELECT count(workflow_perms.principal('00000000-0000-0000-0000-000000000001', '7'));
\set VERBOSITY default
SELECT workflow_perms.upgrade_model();
SELECT finding, object, detail, mend FROM workflow_perms.permission_drift() WHERE (finding LIKE 'source%' OR object LIKE '%users%') AND finding <> 'source_row';
-- Read from another, while rows name its users.
INSERT INTO workflow_perms.roles VALUES ('00000000-0000-0000-0000-000000000001', 'x');
CREATE VIEW app.wp_users AS SELECT org::text AS account_id, id AS user_id, 'member'::varchar AS kind, role AS account_role FROM app.users;
ALTER VIEW app.wp_users OWNER TO regress_product;
SELECT workflow_perms.read_from('users', 'app.wp_users');
SELECT count(workflow_perms.principal('00000000-0000-0000-0000-000000000001', '7'));
-- And from another at once.
SELECT workflow_perms.read_from('users', 'app.users');
CREATE VIEW app.v2 AS TABLE app.wp_users;
SELECT workflow_perms.read_from('users', 'app.v2');
SELECT finding, object, detail, mend FROM workflow_perms.permission_drift() WHERE finding NOT IN ('unexpected_privilege', 'dangerous_privilege', 'source_row');
SELECT workflow_perms.upgrade_model();

-- Given back when nothing names it.
SELECT workflow_perms.read_from('users', NULL);
DELETE FROM workflow_perms.accounts;
SELECT workflow_perms.read_from('users', NULL);
SELECT workflow_perms.read_from('workspaces', NULL);
SELECT 'changed', * FROM ((TABLE app.objects EXCEPT SELECT step, relation, object, definition FROM workflow_perms._model_objects())
	UNION ALL (SELECT step, relation, object, definition FROM workflow_perms._model_objects() EXCEPT TABLE app.objects)) d ORDER BY 2, 3, 4;

\c contrib_regression
DROP DATABASE regress_sources;
DROP ROLE regress_reader;
