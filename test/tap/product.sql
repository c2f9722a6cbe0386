-- An application's own tables, with uuid ids: organisations, users, teams, folders, shares, flows,
-- end users; and the six views that read_from() reads. What the tests of sources stand on, when
-- the extension and the model are made and the roles regress_app and regress_product are there.
-- Its tables belong to a role of its own, and have policies that ask can_view().
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

