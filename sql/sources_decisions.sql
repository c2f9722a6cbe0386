-- read_from() (spec 6.4): over views of an application's tables with uuid ids every decision,
-- list and principal is what it is over the model's own tables that hold the same rows: for
-- every user and action, before and after the application changes its rows, and again when the
-- tables are given back. The views are what docs/own-tables.md shows.
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE DATABASE regress_sources TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
\c regress_sources
SET client_min_messages = warning;
SET jit = off;
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

-- The product: its tables belong to a role of its own, and have policies that ask can_view().
CREATE SCHEMA app AUTHORIZATION regress_product;
GRANT USAGE ON SCHEMA workflow_perms TO regress_product;
SET ROLE regress_product;
CREATE TABLE app.orgs (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE app.users (id uuid PRIMARY KEY, org_id uuid NOT NULL REFERENCES app.orgs ON DELETE CASCADE, email text NOT NULL, role text NOT NULL, deactivated_at timestamptz);
CREATE TABLE app.teams (id uuid PRIMARY KEY, org_id uuid NOT NULL REFERENCES app.orgs ON DELETE CASCADE);
CREATE TABLE app.team_members (team_id uuid REFERENCES app.teams ON DELETE CASCADE, user_id uuid REFERENCES app.users ON DELETE CASCADE, PRIMARY KEY (team_id, user_id));
CREATE TABLE app.folders (id uuid PRIMARY KEY, org_id uuid NOT NULL REFERENCES app.orgs ON DELETE CASCADE, kind text NOT NULL DEFAULT 'closed');
CREATE TABLE app.folder_shares (folder_id uuid NOT NULL REFERENCES app.folders ON DELETE CASCADE, team_id uuid REFERENCES app.teams ON DELETE CASCADE,
	user_id uuid REFERENCES app.users ON DELETE CASCADE, expires_at timestamptz, UNIQUE NULLS NOT DISTINCT (folder_id, team_id, user_id));
CREATE TABLE app.flows (id uuid PRIMARY KEY, org_id uuid NOT NULL REFERENCES app.orgs ON DELETE CASCADE, folder_id uuid REFERENCES app.folders, status text NOT NULL,
	owner_id uuid REFERENCES app.users ON DELETE SET NULL, is_private bool NOT NULL, audience workflow_perms.metadata_condition, hidden bool NOT NULL DEFAULT false);
CREATE TABLE app.flow_shares (flow_id uuid NOT NULL REFERENCES app.flows ON DELETE CASCADE, user_id uuid NOT NULL REFERENCES app.users ON DELETE CASCADE, PRIMARY KEY (flow_id, user_id));
CREATE TABLE app.end_users (id uuid PRIMARY KEY, org_id uuid NOT NULL REFERENCES app.orgs ON DELETE CASCADE, traits jsonb NOT NULL DEFAULT '{}');
CREATE INDEX ON app.users (org_id);
CREATE INDEX ON app.team_members (user_id);
CREATE INDEX ON app.folders (org_id);
CREATE INDEX ON app.folder_shares (user_id);
CREATE INDEX ON app.folder_shares (team_id);
CREATE INDEX ON app.flows (org_id);
CREATE INDEX ON app.flows (folder_id);
CREATE INDEX ON app.flows (owner_id);
CREATE INDEX ON app.flow_shares (user_id);
CREATE INDEX ON app.end_users (org_id);

CREATE FUNCTION app.uid(k text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT md5(k || n)::uuid $$;
INSERT INTO app.orgs SELECT app.uid('o', i), 'org' || i FROM generate_series(1, 2) i;
INSERT INTO app.users SELECT app.uid('u', i), app.uid('o', 1 + i % 2), 'u' || i, (ARRAY['owner', 'admin', 'editor', 'editor', 'viewer', 'guest'])[1 + i / 2 % 6],
	CASE WHEN i % 11 = 0 THEN now() END FROM generate_series(1, 24) i;
INSERT INTO app.teams SELECT app.uid('t', i), app.uid('o', 1 + i % 2) FROM generate_series(1, 4) i;
INSERT INTO app.team_members SELECT t.id, u.id FROM app.users u JOIN app.teams t USING (org_id) WHERE hashtext(u.id::text || t.id::text) % 3 = 0;
INSERT INTO app.folders SELECT app.uid('f', i), app.uid('o', 1 + i % 2), (ARRAY['closed', 'open', 'project', 'app', 'closed'])[1 + i / 2 % 5] FROM generate_series(1, 20) i;
INSERT INTO app.folder_shares SELECT f.id, NULL, u.id, CASE hashtext(u.email) % 4 WHEN 0 THEN now() - interval '1 day' WHEN 1 THEN now() + interval '1 day' END
	FROM app.users u JOIN app.folders f USING (org_id) WHERE hashtext(u.id::text || f.id::text) % 5 = 0 AND f.kind IN ('open', 'closed');
INSERT INTO app.folder_shares SELECT f.id, t.id, NULL, NULL FROM app.teams t JOIN app.folders f USING (org_id) WHERE hashtext(t.id::text || f.id::text) % 3 = 0 AND f.kind IN ('open', 'closed');
INSERT INTO app.flows SELECT app.uid('w', i), app.uid('o', 1 + i % 2), CASE WHEN i % 9 > 1 THEN app.uid('f', 1 + (i % 2 + 2 * (i % 10) + 19) % 20) END,
		(ARRAY['active', 'active', 'inactive', 'draft'])[1 + i / 2 % 4], CASE WHEN i % 7 > 0 THEN app.uid('u', 1 + (i % 2 + 2 * (i % 12) + 23) % 24) END, i % 3 = 0,
		CASE i % 5 WHEN 0 THEN '{"plan": "pro"}' WHEN 1 THEN '{"plan": {"$in": ["pro", "team"]}, "seats": {"$gte": 10}}' WHEN 2 THEN '{"$userId": {"$ne": "x"}}' END::workflow_perms.metadata_condition, i % 13 = 0
	FROM generate_series(1, 120) i;
INSERT INTO app.flow_shares SELECT w.id, u.id FROM app.flows w JOIN app.users u USING (org_id) WHERE hashtext(w.id::text || u.id::text) % 15 = 0 AND u.id IS DISTINCT FROM w.owner_id;
INSERT INTO app.end_users SELECT app.uid('e', i), app.uid('o', 1 + i % 2), jsonb_build_object('plan', (ARRAY['free', 'pro', 'team'])[1 + i % 3], 'seats', i * 3) FROM generate_series(1, 8) i;
ANALYZE app.users, app.flows, app.folders, app.folder_shares, app.flow_shares, app.team_members, app.end_users;
ALTER TABLE app.flows ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON app.flows FOR SELECT USING (org_id = workflow_perms.principal_account_uuid() AND workflow_perms.can_view(id::text));
GRANT USAGE ON SCHEMA app TO regress_app;
GRANT SELECT ON app.flows TO regress_app;

-- Its tables, as the model wants them.
CREATE VIEW app.wp_users AS
	SELECT org_id AS account_id, id AS user_id, 'member' AS kind, CASE role WHEN 'owner' THEN 'admin' WHEN 'editor' THEN 'member' ELSE role END AS account_role,
		'{}'::jsonb AS metadata, deactivated_at IS NULL AS active FROM app.users
	UNION ALL SELECT org_id, id, 'connected', NULL, traits, true FROM app.end_users;
CREATE VIEW app.wp_role_grants AS
	SELECT t.org_id::text AS account_id, m.user_id::text AS user_id, t.id::text AS role, NULL::text AS workspace_id, true AS whole_account FROM app.team_members m JOIN app.teams t ON t.id = m.team_id
	UNION ALL SELECT org_id::text, id::text, 'Admin', NULL, true FROM app.users WHERE role IN ('owner', 'admin')
	UNION ALL SELECT u.org_id::text, u.id::text, 'Member', f.id::text, false FROM app.users u JOIN app.folders f USING (org_id) WHERE u.role = 'editor' AND f.kind = 'project';
CREATE VIEW app.wp_workspaces AS
	SELECT org_id AS account_id, id AS workspace_id, kind FROM app.folders
	UNION ALL SELECT id, id, 'open' FROM app.orgs;
CREATE VIEW app.wp_workspace_members AS
	SELECT f.org_id AS account_id, s.folder_id AS workspace_id, s.user_id, s.team_id AS role, s.expires_at FROM app.folder_shares s JOIN app.folders f ON f.id = s.folder_id;
CREATE VIEW app.wp_workflows AS
	SELECT org_id AS account_id, id AS workflow_id, coalesce(folder_id, org_id) AS workspace_id, CASE WHEN is_private THEN 'private' ELSE 'main' END AS visibility,
		CASE status WHEN 'active' THEN 'live' WHEN 'inactive' THEN 'stopped' ELSE 'draft' END AS status, audience AS condition, hidden, owner_id AS created_by, owner_id AS run_as FROM app.flows;
CREATE VIEW app.wp_workflow_members AS
	SELECT org_id AS account_id, id AS workflow_id, owner_id AS user_id, true AS is_owner FROM app.flows WHERE owner_id IS NOT NULL
	UNION ALL SELECT w.org_id, s.flow_id, s.user_id, false FROM app.flow_shares s JOIN app.flows w ON w.id = s.flow_id;
RESET ROLE;

-- Accounts and roles stay the model's: a team is a role.
SET session_replication_role = replica;
INSERT INTO workflow_perms.accounts (account_id) SELECT id FROM app.orgs;
RESET session_replication_role;
INSERT INTO workflow_perms.roles SELECT id, r FROM app.orgs, unnest(ARRAY['Admin', 'Member', 'Support', 'AuthenticatedUser', 'NonAuthenticatedUser']) r;
INSERT INTO workflow_perms.role_capabilities SELECT o.id, r, b.capability FROM app.orgs o, workflow_perms._built_in_capabilities() b, unnest(b.roles) r;
INSERT INTO workflow_perms.roles SELECT org_id, id FROM app.teams;

-- The model's tables with the same rows, past the triggers, which would not have them so.
CREATE FUNCTION app.fill() RETURNS void LANGUAGE plpgsql SET session_replication_role = replica AS $$
BEGIN
	INSERT INTO workflow_perms.users SELECT account_id, user_id, kind::workflow_perms.user_kind, account_role::workflow_perms.account_role, metadata, active FROM app.wp_users;
	INSERT INTO workflow_perms.role_grants SELECT account_id, user_id, role, workspace_id FROM app.wp_role_grants;
	INSERT INTO workflow_perms.workspaces SELECT account_id, workspace_id, kind::workflow_perms.workspace_kind FROM app.wp_workspaces;
	INSERT INTO workflow_perms.workspace_members SELECT account_id, workspace_id, user_id, role, false, expires_at FROM app.wp_workspace_members;
	INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition, hidden, created_by, run_as)
		SELECT account_id, workflow_id, workspace_id, visibility::workflow_perms.workflow_visibility, status::workflow_perms.workflow_status, condition, hidden, created_by, run_as FROM app.wp_workflows;
	INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, is_owner) SELECT account_id, workflow_id, user_id, is_owner FROM app.wp_workflow_members;
END
$$;

-- All that is decided: by id, in lists, of principals as values.
CREATE TABLE app.decided (phase int, who text, what text, object text, answer text);
CREATE FUNCTION app.decide(phase int) RETURNS void LANGUAGE plpgsql SET workflow_perms.allow_principal_change = on AS $$
DECLARE
	who record;
BEGIN
	FOR who IN SELECT account_id::text AS account, user_id::text AS id FROM app.wp_users UNION ALL SELECT id::text, NULL FROM app.orgs LOOP
		IF who.id IS NULL THEN
			PERFORM workflow_perms.set_anonymous(who.account);
		ELSE
			PERFORM workflow_perms.set_principal(who.account, who.id);
			INSERT INTO app.decided SELECT phase, who.id, 'principal', '', (workflow_perms.principal(who.account, who.id)::jsonb - 'taken_at')::text;
		END IF;
		INSERT INTO app.decided
			SELECT phase, coalesce(who.id, who.account), d.what, w.id, d.answer
			FROM (SELECT id::text AS id FROM app.flows UNION ALL VALUES ('nonsense'), (upper(app.uid('w', 1)::text))) w (id), LATERAL (VALUES
				('view', workflow_perms.can_view(w.id)::text), ('view_draft', workflow_perms.can_view_draft(w.id)::text), ('edit', workflow_perms.can_edit(w.id)::text),
				('publish', workflow_perms.can_publish(w.id)::text), ('delete', workflow_perms.can_delete(w.id)::text), ('members', workflow_perms.can_manage_members(w.id)::text),
				('enable', workflow_perms.can_enable(w.id)::text), ('run', workflow_perms.can_run(w.id)::text)) AS d (what, answer);
		INSERT INTO app.decided SELECT phase, coalesce(who.id, who.account), 'visible', v.workflow_id, 'true' FROM workflow_perms.visible_workflows() v;
		INSERT INTO app.decided SELECT phase, coalesce(who.id, who.account), 'runnable', v.workflow_id, 'true' FROM workflow_perms.runnable_workflows() v;
		INSERT INTO app.decided SELECT phase, coalesce(who.id, who.account), 'what_can', v.workflow_id, v.actions::text FROM workflow_perms.what_can() v;
		INSERT INTO app.decided
			SELECT phase, coalesce(who.id, who.account), d.what, f.workspace_id, d.answer FROM app.wp_workspaces f, LATERAL (VALUES
				('create', workflow_perms.can_create(f.workspace_id::text)::text), ('access', workflow_perms.can_access_workspace(f.workspace_id::text)::text),
				('can', workflow_perms.can('workflows.view', f.workspace_id::text)::text)) AS d (what, answer);
	END LOOP;
END
$$;
CREATE VIEW app.differences AS
	SELECT coalesce(a.what, b.what) AS what, count(*) FROM (SELECT * FROM app.decided WHERE phase = 1) a
		FULL JOIN (SELECT * FROM app.decided WHERE phase = 2) b USING (who, what, object)
		WHERE a.answer IS DISTINCT FROM b.answer GROUP BY 1 ORDER BY 1;

-- Over the tables, then over the sources: an adopted table holds the same rows.
SELECT app.fill();
SELECT app.decide(1);
SELECT what, count(*), count(*) FILTER (WHERE answer IN ('true', 'false')) AS yes_or_no, count(*) FILTER (WHERE answer = 'true') > 20 AS some_yes FROM app.decided GROUP BY what ORDER BY what;
CREATE TABLE app.objects AS SELECT step, relation, object, definition FROM workflow_perms._model_objects();
SELECT workflow_perms.read_from('users', 'app.wp_users', adopt => true);
SELECT workflow_perms.read_from('role_grants', 'app.wp_role_grants', adopt => true);
SELECT workflow_perms.read_from('workspaces', 'app.wp_workspaces', adopt => true);
SELECT workflow_perms.read_from('workspace_members', 'app.wp_workspace_members', adopt => true);
SELECT workflow_perms.read_from('workflows', 'app.wp_workflows', adopt => true);
SELECT workflow_perms.read_from('workflow_members', 'app.wp_workflow_members', adopt => true);
SELECT * FROM workflow_perms._sources() ORDER BY 1;
SELECT app.decide(2);
TABLE app.differences;
-- Nothing but what the tests do themselves is a finding, and nothing is to be upgraded.
SELECT finding, object, detail FROM workflow_perms.permission_drift();
SELECT workflow_perms.upgrade_model();

-- The same of the application's own table under its policy, as its own role, without a recursion.
BEGIN;
SELECT workflow_perms.set_principal(app.uid('o', 1)::text, app.uid('u', 4)::text);
SET LOCAL ROLE regress_app;
SELECT count(*) > 5 AS some, count(*) = (SELECT count(*) FROM workflow_perms.visible_workflows()) AS same FROM app.flows;
-- The source itself is nobody's but the owner's.
SELECT FROM workflow_perms.workflows;
ROLLBACK;

-- The application changes its rows; the tables are given back, and filled anew.
SET ROLE regress_product;
UPDATE app.flows SET folder_id = NULL WHERE folder_id = app.uid('f', 2);
DELETE FROM app.folders WHERE id = app.uid('f', 2);
UPDATE app.folders SET kind = 'open' WHERE id = app.uid('f', 1);
UPDATE app.flows SET audience = '{"plan": "team"}' WHERE audience IS NOT NULL AND hashtext(id::text) % 2 = 0;
DELETE FROM app.users WHERE id IN (app.uid('u', 5), app.uid('u', 8));
DELETE FROM app.folder_shares WHERE team_id = app.uid('t', 1);
UPDATE app.end_users SET traits = traits || '{"plan": "team"}';
INSERT INTO app.team_members SELECT app.uid('t', 2), id FROM app.users WHERE org_id = (SELECT org_id FROM app.teams WHERE id = app.uid('t', 2)) ON CONFLICT DO NOTHING;
RESET ROLE;
TRUNCATE app.decided;
SELECT app.decide(2);
SELECT workflow_perms.read_from(t, NULL) FROM unnest(ARRAY['workflow_members', 'workflows', 'workspace_members', 'role_grants', 'workspaces', 'users']) t;
SELECT count(*) AS sources FROM workflow_perms._sources();
-- Exactly as they were: columns, keys, checks, indexes, triggers, policies, comments, privileges.
SELECT count(*) > 1000 AS objects FROM app.objects;
(SELECT 'gone', step, relation, object, definition FROM (TABLE app.objects EXCEPT SELECT step, relation, object, definition FROM workflow_perms._model_objects()) d)
UNION ALL (SELECT 'new', step, relation, object, definition FROM (SELECT step, relation, object, definition FROM workflow_perms._model_objects() EXCEPT TABLE app.objects) d);
SELECT app.fill();
SELECT app.decide(1);
TABLE app.differences;
SELECT finding, object, detail FROM workflow_perms.permission_drift();

\c contrib_regression
DROP DATABASE regress_sources;
