-- A second row with the id of another's workflow gives no right to the first one (S5, S11), whichever way a source
-- comes to have both: two tables below one view, a partitioned table, a table without a key.
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE DATABASE regress_sources TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
\c regress_sources
SET client_min_messages = warning;
CREATE EXTENSION workflow_perms;
SELECT workflow_perms.create_model(application => 'regress_app', engine => 'regress_engine');
SET workflow_perms.allow_principal_change = on;
SELECT workflow_perms.create_account('acme', 'olga');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('acme', 'ann', 'member', 'member'), ('acme', 'ben', 'member', 'member');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('acme', 'm', 'open');
CREATE SCHEMA app;
CREATE TABLE app.a (account_id text, id uuid PRIMARY KEY, owner text, title text);
CREATE TABLE app.b (LIKE app.a INCLUDING ALL);
CREATE TABLE app.parted (account_id text, id uuid, owner text, title text, made int DEFAULT 1, PRIMARY KEY (account_id, id, made)) PARTITION BY LIST (made);
CREATE TABLE app.parted_1 PARTITION OF app.parted FOR VALUES IN (1);
CREATE TABLE app.parted_2 PARTITION OF app.parted FOR VALUES IN (2);
CREATE TABLE app.loose (account_id text, id uuid, owner text, title text);
CREATE VIEW app.flows AS SELECT account_id, id, owner FROM app.a UNION ALL SELECT account_id, id, owner FROM app.b
	UNION ALL SELECT account_id, id, owner FROM app.parted UNION ALL SELECT account_id, id, owner FROM app.loose;
CREATE VIEW app.workflows AS SELECT account_id, id AS workflow_id, 'm' AS workspace_id FROM app.flows;
CREATE VIEW app.workflow_members AS SELECT account_id, id AS workflow_id, owner AS user_id, true AS is_owner FROM app.flows;
SELECT workflow_perms.read_from('workflows', 'app.workflows'), workflow_perms.read_from('workflow_members', 'app.workflow_members');
-- Members count for the rows of tables that keep an id to one row.
SET client_min_messages = notice;
SELECT workflow_perms.protect(t, workflow => 'id', workspace => $$'m'$$, owner => 'owner') FROM unnest('{app.a,app.b,app.parted,app.loose}'::regclass[]) t;
SET client_min_messages = warning;
GRANT USAGE ON SCHEMA app TO regress_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.a, app.b, app.parted, app.loose TO regress_app;
INSERT INTO app.a VALUES ('acme', '00000000-0000-4000-8000-00000000000a', 'ann', 'of ann');
INSERT INTO app.parted VALUES ('acme', '00000000-0000-4000-8000-00000000000b', 'ann', 'of ann');
INSERT INTO app.loose VALUES ('acme', '00000000-0000-4000-8000-00000000000c', 'ann', 'of ann');
CREATE FUNCTION app.sees(who text) RETURNS TABLE (place regclass, id text, title text, by_columns bool, by_id text) LANGUAGE plpgsql AS $$
BEGIN
	PERFORM workflow_perms.set_principal('acme', who);
	SET LOCAL ROLE regress_app;
	RETURN QUERY SELECT f.tableoid::regclass, right(f.id::text, 1), f.title, workflow_perms.can_edit('acme', f.id::text, 'm', 'private', 'draft', NULL, false), workflow_perms.actions(f.id)::text
		FROM (SELECT a.tableoid, a.id, a.title FROM app.a UNION ALL SELECT p.tableoid, p.id, p.title FROM app.parted p UNION ALL SELECT l.tableoid, l.id, l.title FROM app.loose l
			UNION ALL SELECT b.tableoid, b.id, b.title FROM app.b) f ORDER BY 2, 1;
	RESET ROLE;
END
$$;
SELECT * FROM app.sees('ann');
SELECT * FROM app.sees('ben');
-- Ben makes rows of his own with these ids.
BEGIN;
SELECT workflow_perms.set_principal('acme', 'ben');
SET LOCAL ROLE regress_app;
INSERT INTO app.b VALUES ('acme', '00000000-0000-4000-8000-00000000000a', 'ben', 'of ben');
INSERT INTO app.parted VALUES ('acme', '00000000-0000-4000-8000-00000000000b', 'ben', 'of ben', 2);
INSERT INTO app.loose VALUES ('acme', '00000000-0000-4000-8000-00000000000c', 'ben', 'of ben');
UPDATE app.a SET title = 'taken';
UPDATE app.parted SET title = 'taken' WHERE made = 1;
UPDATE app.loose SET title = 'taken' WHERE owner = 'ann';
RESET ROLE;
COMMIT;
-- Each keeps the own row, as its owner; the id names nothing any more.
SELECT * FROM app.sees('ann');
SELECT * FROM app.sees('ben');
-- So it is with members that the model keeps.
SELECT workflow_perms.read_from('workflow_members', NULL);
DELETE FROM app.b;
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, is_owner) VALUES ('acme', '00000000-0000-4000-8000-00000000000a', 'ben', true);
SELECT * FROM app.sees('ben') WHERE id = 'a';
INSERT INTO app.b VALUES ('acme', '00000000-0000-4000-8000-00000000000a', 'ann', 'of ann');
SELECT * FROM app.sees('ben') WHERE id = 'a';
-- A key that is dropped later is reported: members still count there.
SELECT object FROM workflow_perms.permission_drift() WHERE finding = 'workflow_ids_without_policy';
ALTER TABLE app.a DROP CONSTRAINT a_pkey;
SELECT object, mend FROM workflow_perms.permission_drift() WHERE finding = 'workflow_ids_without_policy' \gset
SELECT :'object' AS object;
:mend
SELECT object FROM workflow_perms.permission_drift() WHERE finding = 'workflow_ids_without_policy';
\c contrib_regression
DROP DATABASE regress_sources;
