-- A membership counts if its workflow is in the source once, in the account (S5 of spec 8), whatever
-- views and indexes there are: not if a second row can be, nor if there is none.
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE DATABASE regress_sources TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
\c regress_sources
SET client_min_messages = warning;
CREATE EXTENSION workflow_perms;
SELECT workflow_perms.create_model(application => 'regress_app', engine => 'regress_engine');
CREATE SCHEMA app;
CREATE TABLE app.flows (account_id text, id bigint, printed text, folder_id bigint, deleted bool DEFAULT false);
CREATE VIEW app.once AS SELECT account_id, id AS workflow_id, folder_id AS workspace_id, 'private' AS visibility FROM app.flows;
CREATE VIEW app.workflows AS TABLE app.once;
CREATE TABLE app.workflow_members (account_id text, workflow_id bigint, user_id text);
SELECT workflow_perms.read_from(t, ('app.' || t)::regclass) FROM unnest('{workflows, workflow_members}'::text[]) t;
SELECT workflow_perms.create_account('a', 'admin');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('a', 'm', 'member', 'viewer');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('a', '10', 'closed');
INSERT INTO app.flows VALUES ('a', 12, '12', 10);
INSERT INTO app.workflow_members VALUES ('a', 12, 'm');
SET workflow_perms.allow_principal_change = on;

-- Does the membership count, for one workflow and in the list of all?
CREATE FUNCTION app.counts() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	row_of CONSTANT text := $q$'a', '12', '10', 'private', 'live', NULL, false)$q$;
	one boolean;
	listed boolean;
BEGIN
	PERFORM workflow_perms.set_principal('a', 'm');
	EXECUTE 'SELECT workflow_perms.can_view(' || row_of INTO one;
	EXECUTE 'SELECT workflow_perms.can_view(workflow_perms.principal(''a'', ''m''), ' || row_of INTO listed;
	RETURN CASE WHEN one IS DISTINCT FROM listed THEN 'differs' WHEN one THEN 'counts' ELSE 'does not count' END;
END
$$;
-- Shapes of a source, and a second row in each.
CREATE TABLE app.shapes (n serial, shape text, made text, doubled text DEFAULT $$INSERT INTO app.flows VALUES ('a', 12, '012', 11, true)$$);
INSERT INTO app.shapes (shape, made) VALUES
	('no index', ''),
	('an index of undeleted rows', 'CREATE UNIQUE INDEX ON app.flows (id) WHERE NOT deleted'),
	('an index with the folder', 'CREATE UNIQUE INDEX ON app.flows (id, folder_id)'),
	('an index of an expression', 'CREATE UNIQUE INDEX ON app.flows ((id::text || printed))'),
	('an index that is not unique', 'CREATE INDEX ON app.flows (id)'),
	('a constraint checked at commit', 'ALTER TABLE app.flows ADD UNIQUE (id) DEFERRABLE INITIALLY DEFERRED'),
	('an index of another column', 'CREATE UNIQUE INDEX ON app.flows (printed)');
INSERT INTO app.shapes (shape, made, doubled) VALUES
	('a child table', 'CREATE UNIQUE INDEX ON app.flows (id); CREATE TABLE app.child () INHERITS (app.flows)', $$INSERT INTO app.child VALUES ('a', 12, '12', 11)$$),
	('a number read from text', $$CREATE UNIQUE INDEX ON app.flows (printed); CREATE OR REPLACE VIEW app.once AS SELECT account_id, printed::bigint AS workflow_id, folder_id AS workspace_id, 'private' AS visibility FROM app.flows$$, DEFAULT),
	('a join', 'CREATE UNIQUE INDEX ON app.flows (id); CREATE TABLE app.shares (n int); INSERT INTO app.shares VALUES (1);
		CREATE OR REPLACE VIEW app.once AS SELECT account_id, id AS workflow_id, folder_id AS workspace_id, ''private'' AS visibility FROM app.flows JOIN app.shares ON true', 'INSERT INTO app.shares VALUES (2)'),
	('a list in FROM', 'CREATE UNIQUE INDEX ON app.flows (id); CREATE TABLE app.shares (n int); INSERT INTO app.shares VALUES (1);
		CREATE OR REPLACE VIEW app.once AS SELECT account_id, id AS workflow_id, folder_id AS workspace_id, ''private'' AS visibility FROM app.flows, app.shares', 'INSERT INTO app.shares VALUES (2)'),
	('a union', 'CREATE UNIQUE INDEX ON app.flows (id); CREATE TABLE app.others (LIKE app.flows);
		CREATE OR REPLACE VIEW app.once AS SELECT account_id, id AS workflow_id, folder_id AS workspace_id, ''private'' AS visibility FROM (TABLE app.flows UNION ALL TABLE app.others) f', $$INSERT INTO app.others VALUES ('a', 12, '12', 11)$$),
	('a function of rows', 'CREATE UNIQUE INDEX ON app.flows (id); CREATE TABLE app.shares (n int); INSERT INTO app.shares VALUES (1);
		CREATE OR REPLACE VIEW app.once AS SELECT account_id, id AS workflow_id, folder_id AS workspace_id, (ARRAY[''private'', unnest((SELECT array_agg(''''::text) FROM app.shares))])[1] AS visibility FROM app.flows', 'INSERT INTO app.shares VALUES (2)'),
	('the index is dropped', 'CREATE UNIQUE INDEX one ON app.flows (id)', $$DROP INDEX app.one; INSERT INTO app.flows VALUES ('a', 12, '012', 11)$$),
	('the view is replaced', 'CREATE UNIQUE INDEX ON app.flows (id)', $$CREATE OR REPLACE VIEW app.workflows AS TABLE app.once UNION ALL TABLE app.once$$);
CREATE FUNCTION app.try(made text, doubled text, OUT before text, OUT after text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE made;
	before := app.counts();
	EXECUTE doubled;
	after := app.counts();
	RAISE division_by_zero;
EXCEPTION WHEN division_by_zero THEN
END
$$;
SELECT s.shape, t.before, t.after FROM app.shapes s, app.try(s.made, s.doubled) t ORDER BY s.n;
-- With a unique index: a workflow that the view leaves out, one of another account, one that is nowhere.
CREATE UNIQUE INDEX ON app.flows (id);
CREATE OR REPLACE VIEW app.once AS SELECT account_id, id AS workflow_id, folder_id AS workspace_id, 'private' AS visibility FROM app.flows WHERE NOT deleted;
INSERT INTO app.flows VALUES ('a', 14, '14', 10, true), ('b', 13, '13', 10, false);
INSERT INTO app.workflow_members VALUES ('a', 13, 'm'), ('a', 14, 'm'), ('a', 15, 'm');
BEGIN;
SELECT workflow_perms.set_principal('a', 'm');
SELECT id, workflow_perms.can_view('a', id::text, '10', 'private', 'live', NULL, false) AS one,
	workflow_perms.can_view(workflow_perms.principal('a', 'm'), 'a', id::text, '10', 'private', 'live', NULL, false) AS listed
	FROM generate_series(12, 15) AS id ORDER BY id;
COMMIT;
SELECT workflow_perms.protect('app.flows', account => 'account_id', workflow => 'id', workspace => 'folder_id::text', visibility => $$'private'$$, status => $$'live'$$);
GRANT USAGE ON SCHEMA app TO regress_app;
GRANT SELECT ON app.flows TO regress_app;
BEGIN;
SELECT workflow_perms.set_principal('a', 'm');
SET LOCAL ROLE regress_app;
SELECT id FROM app.flows ORDER BY id;
COMMIT;
\c contrib_regression
DROP DATABASE regress_sources;
