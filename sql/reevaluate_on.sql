-- reevaluate_on() (spec 6.4): the vectors S8, P4, P5 and P6 over an application's own tables. What
-- an application changes ends enablements in the same transaction, whatever the change; and
-- nothing else does.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set product_database :abs_srcdir '/test/product_database.sql'
\set ECHO none
\i :product_database
\set ECHO all
SET client_min_messages = notice;
SELECT workflow_perms.read_from('users', 'app.wp_users'), workflow_perms.read_from('role_grants', 'app.wp_role_grants'), workflow_perms.read_from('workspaces', 'app.wp_workspaces'),
	workflow_perms.read_from('workspace_members', 'app.wp_workspace_members'), workflow_perms.read_from('workflows', 'app.wp_workflows'), workflow_perms.read_from('workflow_members', 'app.wp_workflow_members');
-- A flow of an open folder and one of a project, for two customers, one free and one of plan pro.
SET ROLE regress_product;
INSERT INTO app.end_users VALUES (app.uid('c', 1), app.uid('o', 1), '{"plan": "pro"}'), (app.uid('c', 2), app.uid('o', 1), '{"plan": "free"}');
INSERT INTO app.flows (id, org_id, folder_id, status, is_private) VALUES (app.uid('r', 1), app.uid('o', 1), app.uid('f', 2), 'active', false), (app.uid('r', 2), app.uid('o', 1), app.uid('f', 4), 'active', true);
RESET ROLE;
CREATE FUNCTION app.enable() RETURNS void LANGUAGE sql AS $$
	INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled)
		SELECT app.uid('o', 1)::text, app.uid('r', f)::text, app.uid('c', c)::text, true FROM generate_series(1, 2) f, generate_series(1, 2) c
		ON CONFLICT (account_id, workflow_id, user_id, configuration) DO UPDATE SET enabled = true
$$;
CREATE VIEW app.enabled AS SELECT string_agg(CASE e.workflow_id WHEN app.uid('r', 1)::text THEN 'open ' ELSE 'project ' END || CASE e.user_id WHEN app.uid('c', 1)::text THEN 'pro' ELSE 'free' END
		|| CASE WHEN e.enabled THEN '' ELSE ' ended by ' || e.reason END, ', ' ORDER BY e.workflow_id = app.uid('r', 2)::text, e.user_id = app.uid('c', 2)::text) AS enablements
	FROM workflow_perms.enablements e WHERE e.user_id IN (app.uid('c', 1)::text, app.uid('c', 2)::text);
SELECT app.enable();
TABLE app.enabled;
-- What a change of the application's makes of them, and taken back.
CREATE FUNCTION app.ends(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	left_over text;
BEGIN
	BEGIN
		SET LOCAL ROLE regress_product;
		EXECUTE statement;
		RESET ROLE;
		SELECT e.enablements INTO left_over FROM app.enabled e;
		RAISE EXCEPTION USING ERRCODE = 'TRIED';
	EXCEPTION WHEN SQLSTATE 'TRIED' THEN
	END;
	RETURN left_over;
END
$$;
CREATE TABLE app.changes (n int GENERATED ALWAYS AS IDENTITY, change text, statement text);
INSERT INTO app.changes (change, statement) VALUES
	('S8, P6 a condition is saved', 'UPDATE app.flows SET audience = ''{"plan": "pro"}'' WHERE id = app.uid(''r'', 1)'),
	('a condition of many', 'UPDATE app.flows SET audience = ''{"plan": "pro"}'' WHERE id IN (app.uid(''r'', 1), app.uid(''r'', 2))'),
	('private', 'UPDATE app.flows SET is_private = true WHERE id IN (app.uid(''r'', 1), app.uid(''r'', 2))'),
	('stopped', 'UPDATE app.flows SET status = ''inactive'' WHERE id = app.uid(''r'', 1)'),
	('moved to a closed folder', 'UPDATE app.flows SET folder_id = app.uid(''f'', 18) WHERE id = app.uid(''r'', 1)'),
	('saved as it is', 'UPDATE app.flows SET audience = audience'),
	('of no row', 'UPDATE app.flows SET audience = ''{"plan": "pro"}'' WHERE false'),
	('P4 metadata', 'UPDATE app.end_users SET traits = ''{"plan": "team"}'' WHERE id = app.uid(''c'', 1)'),
	('the folder is closed', 'UPDATE app.folders SET kind = ''closed'' WHERE id = app.uid(''f'', 2)'),
	('replaced in one statement', 'WITH gone AS (DELETE FROM app.folders WHERE id = app.uid(''f'', 99)) INSERT INTO app.folders VALUES (app.uid(''f'', 98), app.uid(''o'', 1), ''open'')'),
	('a customer goes', 'DELETE FROM app.end_users WHERE id = app.uid(''c'', 1)');
SELECT n, change, app.ends(statement) AS without FROM app.changes ORDER BY n;
-- Without the triggers the run gate alone refuses.
BEGIN;
SELECT workflow_perms.set_principal(app.uid('o', 1)::text, app.uid('c', 1)::text);
SELECT workflow_perms.can_run(app.uid('r', 1)) AS before;
UPDATE app.flows SET audience = '{"plan": "enterprise"}' WHERE id = app.uid('r', 1);
SELECT workflow_perms.can_run(app.uid('r', 1)) AS after;
ROLLBACK;

SET ROLE regress_product;
SELECT workflow_perms.reevaluate_on('app.flows', 'workflows', account => 'org_id', id => 'id'), workflow_perms.reevaluate_on('app.folders', 'workspaces', 'org_id', 'id'),
	workflow_perms.reevaluate_on('app.end_users', 'users', 'org_id', 'id');
RESET ROLE;
SELECT tgrelid::regclass, tgname, tgenabled FROM pg_trigger WHERE tgfoid = 'workflow_perms._reevaluate_source()'::regprocedure ORDER BY 1, 2;
SELECT n, change, app.ends(statement) AS with FROM app.changes ORDER BY n;
-- P4, P5: free, and pro again: it stays disabled, and can be enabled again; the entry is in the audit log.
UPDATE app.flows SET audience = '{"plan": {"$in": ["pro", "team"]}}' WHERE id = app.uid('r', 1);
SELECT 'P6' AS vector, enablements FROM app.enabled;
UPDATE app.end_users SET traits = '{"plan": "free"}' WHERE id = app.uid('c', 1);
SELECT 'P4' AS vector, enablements FROM app.enabled;
UPDATE app.end_users SET traits = '{"plan": "pro"}' WHERE id = app.uid('c', 1);
SELECT 'P5' AS vector, enablements FROM app.enabled;
BEGIN;
SELECT workflow_perms.set_principal(app.uid('o', 1)::text, app.uid('c', 1)::text);
SELECT workflow_perms.can_enable(app.uid('r', 1)), workflow_perms.can_run(app.uid('r', 1));
SELECT workflow_perms.enable(app.uid('r', 1)::text);
SELECT 'P5' AS vector, enablements FROM app.enabled;
ROLLBACK;
SELECT count(*) > 0 AS audited FROM workflow_perms.audit_log WHERE object::text ~ app.uid('r', 1)::text AND after ->> 'reason' = 'condition';
-- For a role that may not look into the model: what it writes, it re-evaluates.
GRANT SELECT, UPDATE ON app.end_users TO regress_app;
UPDATE app.flows SET audience = NULL;
SELECT app.enable();
UPDATE app.flows SET audience = '{"plan": "pro"}' WHERE id = app.uid('r', 2);
SELECT app.enable() WHERE false;
BEGIN;
SET LOCAL ROLE regress_app;
CREATE TEMP TABLE c (account_id text, id text);
UPDATE app.end_users SET traits = '{}' WHERE id = app.uid('c', 1);
RESET ROLE;
TABLE app.enabled;
ROLLBACK;
-- By expressions of one's own, over a table that a source joins: end users get their plan from subscriptions.
SET ROLE regress_product;
CREATE TABLE app.subscriptions (customer uuid, plan text);
CREATE FUNCTION app.org_of(customer uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT org_id FROM app.end_users WHERE id = customer $$;
SELECT workflow_perms.reevaluate_on('app.subscriptions', 'users', 'app.org_of(customer)', 'customer');
INSERT INTO app.subscriptions VALUES (app.uid('c', 1), 'pro'), (NULL, 'none');
DELETE FROM app.subscriptions;
RESET ROLE;
-- Called again it makes the same; NULL takes it off, and nothing else.
SET ROLE regress_product;
SELECT workflow_perms.reevaluate_on('app.flows', 'workflows', 'org_id', 'id'), workflow_perms.reevaluate_on('app.subscriptions', 'users', NULL, NULL);
RESET ROLE;
SELECT tgrelid::regclass, count(*) FROM pg_trigger WHERE tgfoid = 'workflow_perms._reevaluate_source()'::regprocedure GROUP BY 1 ORDER BY 1;

-- What is refused.
SELECT workflow_perms.reevaluate_on('app.flows', 'runs', 'org_id', 'id');
SELECT workflow_perms.reevaluate_on('app.flows', 'users', 'org_id', NULL);
SELECT workflow_perms.reevaluate_on(NULL, 'users', 'org_id', 'id');
SELECT workflow_perms.reevaluate_on('app.flows', NULL, 'org_id', 'id');
SELECT workflow_perms.reevaluate_on('app.wp_users', 'users', 'account_id', 'user_id');
SELECT workflow_perms.reevaluate_on('workflow_perms.enablements', 'users', 'account_id', 'user_id');
SELECT workflow_perms.reevaluate_on('pg_class', 'users', 'relname', 'oid');
SELECT workflow_perms.reevaluate_on('app.flows', 'workflows', 'nowhere', 'id');
SELECT workflow_perms.reevaluate_on('app.flows', 'workflows', 'org_id', 'is_private');
SET ROLE regress_app;
SELECT workflow_perms.reevaluate_on('app.flows', 'workflows', 'org_id', 'id');
RESET ROLE;
-- A trigger of somebody's making, with other arguments.
CREATE TRIGGER odd AFTER INSERT ON app.flows REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION workflow_perms._reevaluate_source('runs', 'org_id', 'id');
INSERT INTO app.flows (id, org_id, status, is_private) VALUES (app.uid('odd', 1), app.uid('o', 1), 'draft', true);
DROP TRIGGER odd ON app.flows;
CREATE TRIGGER odd AFTER INSERT ON app.flows EXECUTE FUNCTION workflow_perms._reevaluate_source('users', 'org_id', 'id');
INSERT INTO app.flows (id, org_id, status, is_private) VALUES (app.uid('odd', 1), app.uid('o', 1), 'draft', true);
DROP TRIGGER odd ON app.flows;

\c contrib_regression
DROP DATABASE regress_sources;
