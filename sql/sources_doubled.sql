-- A key that occurs twice in a source names nothing, whatever the rows say (S5 of spec 8): a user,
-- a grant, a workspace, a workflow, a membership. One of two rows is as good as none: by id, in
-- lists, of principals as values, and for what writes the tables that stay.
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE DATABASE regress_sources TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
\c regress_sources
SET client_min_messages = warning;
DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['regress_app', 'regress_engine', 'regress_product'] LOOP
		IF to_regrole(name) IS NULL THEN
			EXECUTE format('CREATE ROLE %I', name);
		END IF;
	END LOOP;
END $$;
CREATE EXTENSION workflow_perms;
SELECT workflow_perms.create_model(application => 'regress_app', engine => 'regress_engine');
CREATE SCHEMA app;
CREATE TABLE app.users (account_id text, user_id bigint, kind text, account_role text, metadata jsonb DEFAULT '{}', active bool DEFAULT true);
CREATE TABLE app.role_grants (account_id text, user_id bigint, role text, workspace_id bigint, whole_account bool);
CREATE TABLE app.workspaces (account_id text, workspace_id bigint, kind text, offered bool);
CREATE TABLE app.workspace_members (account_id text, workspace_id bigint, user_id bigint, role text, is_owner bool DEFAULT false, expires_at timestamptz);
CREATE TABLE app.workflows (account_id text, workflow_id bigint, workspace_id bigint, visibility text DEFAULT 'main', status text DEFAULT 'live', condition text);
CREATE TABLE app.workflow_members (account_id text, workflow_id bigint, user_id bigint, role text, is_owner bool DEFAULT false);
SELECT workflow_perms.read_from(t, ('app.' || t)::regclass) FROM unnest(workflow_perms._source_tables()) t;
SELECT workflow_perms.create_account('a', NULL);
INSERT INTO workflow_perms.roles VALUES ('a', 'R');
-- 1 is an admin without a role; 2 a viewer, who is let in by membership; 3 an end user; 4 a member with roles.
INSERT INTO app.users VALUES ('a', 1, 'member', 'admin'), ('a', 2, 'member', 'viewer'), ('a', 3, 'connected', NULL), ('a', 4, 'member', 'viewer');
INSERT INTO app.role_grants VALUES ('a', 4, 'Member', NULL, true), ('a', 4, 'R', NULL, true), ('a', 4, 'Support', 40, false);
INSERT INTO app.workspaces VALUES ('a', 10, 'open'), ('a', 20, 'closed'), ('a', 30, 'closed'), ('a', 40, 'project'), ('a', 50, 'open');
INSERT INTO app.workspace_members VALUES ('a', 20, 2, NULL), ('a', 30, NULL, 'R');
INSERT INTO app.workflows SELECT 'a', w, w / 10 * 10 FROM unnest(ARRAY[11, 21, 31, 41, 51]) w;
INSERT INTO app.workflows VALUES ('a', 12, 10, 'private'), ('a', 13, 10, 'private');
INSERT INTO app.workflow_members VALUES ('a', 12, 2, NULL, true), ('a', 13, NULL, 'R', false);

-- What everybody may: by id, in the list of the principal as a value, in sets, and in a plan.
CREATE FUNCTION app.may() RETURNS TABLE (who text, sees text, in_a_list text, may_edit text, reaches text, can_support bool, differs bool) LANGUAGE plpgsql SET workflow_perms.allow_principal_change = on AS $$
DECLARE
	p workflow_perms.principal;
BEGIN
	FOR who IN SELECT DISTINCT u.user_id::text FROM app.users u ORDER BY 1 LOOP
		BEGIN
			PERFORM workflow_perms.set_principal('a', who);
			p := workflow_perms.principal('a', who);
		EXCEPTION WHEN OTHERS THEN
			sees := SQLERRM;
			RETURN NEXT;
			CONTINUE;
		END;
		SELECT string_agg(w.id, ' ' ORDER BY w.id) FILTER (WHERE workflow_perms.can_view(w.id)), string_agg(w.id, ' ' ORDER BY w.id) FILTER (WHERE workflow_perms.can_edit(w.id)),
				bool_or(workflow_perms.can_view(w.id) <> workflow_perms.can_view(p, w.id) OR workflow_perms.can_edit(w.id) <> workflow_perms.can_edit(p, w.id)
					OR workflow_perms.can_run(w.id) <> workflow_perms.can_run(p, w.id))
			INTO sees, may_edit, differs FROM (SELECT DISTINCT workflow_id::text AS id FROM app.workflows) w;
		SELECT string_agg(v.workflow_id, ' ' ORDER BY v.workflow_id) INTO in_a_list FROM workflow_perms.visible_workflows() v;
		-- A row of a table under a column policy, whose workspace is the source's: the row is by itself.
		SELECT differs OR EXISTS (SELECT FROM (SELECT DISTINCT w.* FROM app.workflows w) w
				WHERE workflow_perms.can_view('a', w.workflow_id::text, w.workspace_id::text, w.visibility::workflow_perms.workflow_visibility, 'live', NULL, false)
					IS DISTINCT FROM workflow_perms.can_view(p, 'a', w.workflow_id::text, w.workspace_id::text, w.visibility::workflow_perms.workflow_visibility, 'live', NULL, false))
			INTO differs;
		SELECT string_agg(w.id, ' ' ORDER BY w.id) INTO reaches FROM (SELECT DISTINCT workspace_id::text AS id FROM app.workspaces) w WHERE workflow_perms.can_access_workspace(w.id);
		can_support := workflow_perms.can('task_history.replay', '40');
		RETURN NEXT;
	END LOOP;
END
$$;
SELECT * FROM app.may();
-- The same rows once more: of users, of each of the others.
BEGIN;
INSERT INTO app.users TABLE app.users;
SELECT * FROM app.may();
ROLLBACK;
-- Whatever lists or counts users: 3, an end user, and 4, a member, are nobody once they are there twice.
BEGIN;
INSERT INTO app.users VALUES ('a', 6, 'connected', NULL, '{"plan": "pro", "one": 1}'), ('a', 8, 'member', 'admin', '{}');
UPDATE app.users SET metadata = '{"plan": "pro", "other": 1}' WHERE user_id = 3;
INSERT INTO app.role_grants VALUES ('a', 8, 'Admin', NULL, true);
INSERT INTO app.workflows VALUES ('a', 42, 40, 'main', 'live', '{"plan": "pro"}');
CREATE FUNCTION app.listed() RETURNS TABLE (function text, told text) LANGUAGE sql AS $$
	SELECT 'users_matching', string_agg(u.user_id, ' ' ORDER BY u.user_id) FROM workflow_perms.users_matching('{"plan": "pro"}') AS u (user_id)
	UNION ALL SELECT 'preview of a condition', string_agg(concat_ws(' ', p.user_id, p.change, p.what), ', ' ORDER BY p) FROM workflow_perms.preview_condition('41', '{"plan": "free"}') p
	UNION ALL SELECT 'preview of another', string_agg(concat_ws(' ', p.user_id, p.change, p.what), ', ' ORDER BY p) FROM workflow_perms.preview_condition('42', '{"plan": "free"}') p
	UNION ALL SELECT 'metadata_paths', string_agg(p.path, ' ' ORDER BY p.path) FROM workflow_perms.metadata_paths('a') p
	UNION ALL SELECT 'who_can', string_agg(DISTINCT u.user_id, ' ' ORDER BY u.user_id) FROM workflow_perms.who_can('view', '41') u
	UNION ALL SELECT 'access report', string_agg(DISTINCT u.user_id, ' ' ORDER BY u.user_id) FROM workflow_perms.who_can('run') u
	UNION ALL SELECT 'run_permissions', string_agg(DISTINCT u.user_id, ' ' ORDER BY u.user_id) FROM workflow_perms.run_permissions('41') u;
$$;
SELECT workflow_perms.set_principal('a', '8');
SELECT * FROM app.listed();
INSERT INTO app.users VALUES ('a', 3, 'connected', NULL, '{"plan": "free", "twice": 1}'), ('a', 4, 'member', 'viewer', '{}');
SELECT * FROM app.listed();
SELECT * FROM workflow_perms._lapsed_drafts('{a}', '{41}', '{4}');
SAVEPOINT s;
SELECT * FROM workflow_perms.connect('', '3');
ROLLBACK TO s;
SET LOCAL ROLE regress_app;
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('a', '41', '3', false);
ROLLBACK TO s;
SET LOCAL ROLE regress_app;
INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, user_id, effect) VALUES ('a', '41', '4', 'deny');
ROLLBACK TO s;
-- A user who is nobody is no role manager, nor is one by a grant that is there twice.
DELETE FROM app.users WHERE user_id = 4;
INSERT INTO app.users VALUES ('a', 4, 'member', 'viewer', '{}');
INSERT INTO workflow_perms.role_capabilities VALUES ('a', 'R', 'team.manage_roles');
SAVEPOINT s;
DELETE FROM workflow_perms.role_capabilities WHERE role = 'R';
ROLLBACK TO s;
INSERT INTO app.users VALUES ('a', 8, 'member', 'admin');
DELETE FROM workflow_perms.role_capabilities WHERE role = 'R';
ROLLBACK TO s;
INSERT INTO app.role_grants VALUES ('a', 8, 'Admin', NULL, true);
DELETE FROM workflow_perms.role_capabilities WHERE role = 'R';
ROLLBACK;
-- Whoever sets the principal is told the same of a user who is there twice and of one who is not.
\set VERBOSITY default
BEGIN;
INSERT INTO app.users VALUES ('a', 3, 'connected', NULL);
SELECT workflow_perms.set_principal('a', '3');
ROLLBACK;
SELECT workflow_perms.set_principal('a', '99');
\set VERBOSITY terse
BEGIN;
INSERT INTO app.role_grants SELECT * FROM app.role_grants WHERE role <> 'R';
SELECT * FROM app.may();
ROLLBACK;
BEGIN;
INSERT INTO app.workspace_members SELECT account_id, workspace_id, user_id, role, user_id IS NOT NULL, now() - interval '1 day' FROM app.workspace_members;
SELECT * FROM app.may();
ROLLBACK;
BEGIN;
INSERT INTO app.workflow_members SELECT account_id, workflow_id, user_id, role, false FROM app.workflow_members;
SELECT * FROM app.may();
ROLLBACK;
-- A workspace of the same kind, and of another: wherever it is met, in a list of its kind too.
BEGIN;
INSERT INTO app.workspaces VALUES ('a', 10, 'open', NULL), ('a', 50, 'closed', NULL), ('a', 20, 'open', NULL), ('a', 30, 'closed', true), ('a', 40, 'app', NULL);
SELECT * FROM app.may();
ROLLBACK;
-- A workflow: what refers to it finds none.
BEGIN;
INSERT INTO app.workflows SELECT 'a', workflow_id, 20 FROM app.workflows WHERE workflow_id <> 11;
SELECT * FROM app.may();
SET workflow_perms.allow_principal_change = on;
SELECT workflow_perms.set_principal('a', '3');
SAVEPOINT s;
SELECT workflow_perms.enable('51');
ROLLBACK TO s;
SELECT workflow_perms.enable('11');
SELECT workflow_perms.set_principal('a', '2');
SELECT count(*) AS definitions FROM workflow_perms.definition('12');
SELECT gate, verdict, code FROM workflow_perms.explain_access('edit', '12');
SET LOCAL ROLE regress_app;
INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, role, effect) VALUES ('a', '12', 'R', 'deny');
ROLLBACK;
-- Steps are checked only where the source of workflows has run_as: here it has none, then one that nobody is.
BEGIN;
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, status, started_at) VALUES ('a', 'r', '12', 'running', now());
SELECT * FROM workflow_perms.record_step('a', 'r', 1, 's', 'succeeded', workspace_id => '20');
SELECT workflow_perms.set_principal('a', '2');
SET LOCAL ROLE regress_app;
INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, access) VALUES ('a', '12', 's', '20', 'read');
RESET ROLE;
CREATE VIEW app.with_run_as AS SELECT *, NULL::text AS run_as FROM app.workflows;
SELECT workflow_perms.read_from('workflows', 'app.with_run_as');
SELECT * FROM workflow_perms.record_step('a', 'r', 2, 's', 'succeeded', workspace_id => '20');
ROLLBACK;
-- permission_drift() names every row that grants nothing (S5): nothing so far.
SELECT workflow_perms.create_account('b', NULL);
SELECT object, detail FROM workflow_perms.permission_drift() WHERE finding = 'source_row';
INSERT INTO app.users (account_id, user_id, kind, account_role) VALUES ('a', 1, 'member', 'viewer'), ('a', 5, 'member', NULL), ('a', 6, 'robot', 'admin'), ('a', 7, 'member', 'emperor'),
	('a', NULL, 'member', 'admin'), (NULL, 8, 'member', 'admin'), (repeat('x', 256), 9, 'service', NULL), ('', 9, 'service', NULL), ('a', 10, 'connected', 'guest'), ('b', 12, 'member', 'admin');
INSERT INTO app.users VALUES ('a', 11, 'connected', NULL, NULL, NULL);
INSERT INTO app.role_grants VALUES ('a', 4, 'R', NULL, NULL), ('a', 4, 'R', NULL, false), ('a', 12, 'R', NULL, true), ('a', 4, 'none', NULL, true), ('a', 4, 'Member', NULL, true), ('a', 4, 'R', 99, false);
INSERT INTO app.workspaces VALUES ('a', 60, 'OPEN', NULL), ('a', 70, NULL, NULL), ('a', 10, 'closed', NULL);
INSERT INTO app.workspace_members VALUES ('a', 20, 12, NULL, false), ('a', 20, 2, 'R', false), ('a', 20, NULL, NULL, false), ('a', 20, NULL, 'R', true), ('a', 99, 2, NULL, false), ('a', 20, 2, NULL, false);
INSERT INTO app.workflows (account_id, workflow_id, workspace_id, status, condition) VALUES ('a', 61, 10, 'active', NULL), ('a', 62, NULL, 'live', NULL), ('a', 63, 10, 'live', '{"$no": 1}'), ('a', 64, 99, 'live', NULL), ('a', 11, 10, 'live', NULL);
INSERT INTO app.workflow_members VALUES ('a', 98, 2, NULL, false), ('a', 12, 2, NULL, false), ('b', 12, 12, NULL, false);
SELECT left(object, 40) AS object, replace(detail, repeat('x', 255), 'x...x') AS detail, mend FROM workflow_perms.permission_drift() WHERE finding = 'source_row' ORDER BY object, detail COLLATE "C";
-- A role that the account does not have is held by nobody.
SELECT workflow_perms.principal('a', '4')::jsonb -> 'roles' @> '[{"role": "R"}]' AS r, workflow_perms.principal('a', '4')::jsonb -> 'roles' @> '[{"role": "none"}]' AS of_unknown_name;
-- What a source's functions do, they do as its owner, and nothing that outlives the look.
GRANT USAGE, CREATE ON SCHEMA app TO regress_product;
SELECT workflow_perms.read_from('workflow_members', NULL);
SET ROLE regress_product;
CREATE FUNCTION app.whoami(text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	IF (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user) THEN
		RAISE WARNING 'read as a superuser';
	END IF;
	SET ROLE NONE;
	RAISE WARNING 'became %', current_user;
	RETURN $1;
EXCEPTION WHEN insufficient_privilege THEN
	RETURN $1;
END $$;
CREATE VIEW app.theirs AS SELECT 'a'::text AS account_id, app.whoami('12') AS workflow_id, NULL::text AS user_id, 'R'::text AS role;
RESET ROLE;
GRANT USAGE ON SCHEMA app TO workflow_perms_owner;
SELECT workflow_perms.read_from('workflow_members', 'app.theirs');
SELECT object, detail FROM workflow_perms.permission_drift() WHERE finding = 'source_row' AND object ~ 'workflow_members';
SELECT current_user = session_user AS still_oneself;
\c contrib_regression
DROP DATABASE regress_sources;
