-- test/benchmarks/_own_rows.sql: a product's own tables, how the extension reads them, and the
-- cases, for _own.sql and _own_model.sql.
CREATE SCHEMA own;
GRANT USAGE ON SCHEMA own TO bench_app;
CREATE FUNCTION own.uid(k text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT md5(k || n)::uuid $$;
-- One org has four rows of five.
CREATE FUNCTION own.org(n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN n % 10 < 8 THEN 1 ELSE 2 + n / 10 % 4 END $$;
CREATE TABLE own.orgs (id uuid PRIMARY KEY);
CREATE TABLE own.users (id uuid PRIMARY KEY, org_id uuid NOT NULL REFERENCES own.orgs, role text NOT NULL, deactivated_at timestamptz);
CREATE TABLE own.teams (id uuid PRIMARY KEY, org_id uuid NOT NULL REFERENCES own.orgs);
CREATE TABLE own.team_members (team_id uuid REFERENCES own.teams, user_id uuid REFERENCES own.users, PRIMARY KEY (team_id, user_id));
CREATE TABLE own.folders (id uuid PRIMARY KEY, org_id uuid NOT NULL REFERENCES own.orgs, shared_with_org bool NOT NULL);
CREATE TABLE own.folder_shares (folder_id uuid NOT NULL REFERENCES own.folders, team_id uuid REFERENCES own.teams, user_id uuid REFERENCES own.users, UNIQUE NULLS NOT DISTINCT (folder_id, team_id, user_id));
CREATE TABLE own.flow_shares (flow_id uuid NOT NULL, user_id uuid NOT NULL REFERENCES own.users, PRIMARY KEY (flow_id, user_id));
INSERT INTO own.orgs SELECT own.uid('o', i) FROM generate_series(1, 5) i;
INSERT INTO own.users SELECT own.uid('u', i), own.uid('o', own.org(i)), CASE WHEN i < 3 THEN 'owner' WHEN i < 9 THEN 'admin' WHEN i % 9 = 0 THEN 'viewer' ELSE 'editor' END FROM generate_series(1, :rows / 40) i;
INSERT INTO own.teams SELECT own.uid('t', i), own.uid('o', own.org(i)) FROM generate_series(1, 200) i;
INSERT INTO own.team_members SELECT DISTINCT own.uid('t', t), own.uid('u', u) FROM generate_series(1, :rows / 40) u, LATERAL (SELECT 1 + bench.draw(u, 61 + k, 200) FROM generate_series(1, 4) k) x (t) WHERE own.org(t) = own.org(u);
INSERT INTO own.folders SELECT own.uid('f', i), own.uid('o', own.org(i)), i % 200 = 0 FROM generate_series(1, :rows / 100) i;
INSERT INTO own.folder_shares (folder_id, user_id) SELECT DISTINCT own.uid('f', f), own.uid('u', u) FROM generate_series(1, :rows / 40) u, LATERAL (SELECT 1 + bench.draw(u, 71 + k, :rows / 100) FROM generate_series(1, 5) k) x (f) WHERE own.org(f) = own.org(u);
INSERT INTO own.folder_shares (folder_id, team_id) SELECT DISTINCT own.uid('f', f), own.uid('t', t) FROM generate_series(1, 200) t, LATERAL (SELECT 1 + bench.draw(t, 81 + k, :rows / 100) FROM generate_series(1, 10) k) x (f) WHERE own.org(f) = own.org(t);
CREATE TABLE own.flows (id uuid PRIMARY KEY, org_id uuid NOT NULL REFERENCES own.orgs, folder_id uuid REFERENCES own.folders, name text NOT NULL, status text NOT NULL,
	owner_id uuid, is_private bool NOT NULL, audience workflow_perms.metadata_condition, updated_at timestamptz NOT NULL);
-- Folders and users of the same org: as numbers they end in the same digit, and in the other orgs in the same two.
INSERT INTO own.flows SELECT own.uid('w', i), own.uid('o', own.org(i)),
		CASE WHEN i % 100 <> 7 THEN own.uid('f', CASE WHEN i % 10 < 8 THEN 10 * bench.draw(i, 91, :rows / 1000) + greatest(i % 10, 1) ELSE 40 * bench.draw(i, 91, :rows / 4000) + i % 40 END) END,
		'flow ' || i, (ARRAY['active', 'active', 'inactive', 'draft'])[1 + i % 4],
		own.uid('u', CASE WHEN i % 10 < 8 THEN 10 * bench.draw(i, 92, :rows / 400) + greatest(i % 10, 1) ELSE 40 * bench.draw(i, 92, :rows / 1600) + i % 40 END),
		i % 7 = 0, NULL, timestamptz '2025-01-01' + bench.draw(i, 93, 30000000) * interval '1 second'
	FROM generate_series(1, :rows) i;
INSERT INTO own.flow_shares SELECT DISTINCT own.uid('w', i), own.uid('u', 10 * bench.draw(i, 94, :rows / 400) + greatest(i % 10, 1)) FROM generate_series(1, :rows) i WHERE i % 9 = 0 AND own.org(i) = 1;
CREATE INDEX ON own.flows (org_id, updated_at DESC);
CREATE INDEX ON own.flows (folder_id);
CREATE INDEX ON own.flows (owner_id);
CREATE INDEX ON own.users (org_id);
CREATE INDEX ON own.team_members (user_id);
CREATE INDEX ON own.folders (org_id);
CREATE INDEX ON own.folders (org_id) WHERE shared_with_org;
CREATE INDEX ON own.folder_shares (user_id);
CREATE INDEX ON own.folder_shares (team_id);
CREATE INDEX ON own.flow_shares (user_id);
-- The same rows for the extension.
CREATE VIEW own.wp_users AS SELECT org_id AS account_id, id AS user_id, 'member' AS kind, CASE role WHEN 'owner' THEN 'admin' WHEN 'editor' THEN 'member' ELSE role END AS account_role, deactivated_at IS NULL AS active FROM own.users;
CREATE VIEW own.wp_role_grants AS SELECT t.org_id AS account_id, m.user_id, t.id AS role, true AS whole_account FROM own.team_members m JOIN own.teams t ON t.id = m.team_id;
CREATE VIEW own.wp_workspaces AS SELECT org_id AS account_id, id AS workspace_id, 'open' AS kind FROM own.folders WHERE shared_with_org
	UNION ALL SELECT org_id, id, 'closed' FROM own.folders WHERE NOT shared_with_org UNION ALL SELECT id, id, 'open' FROM own.orgs;
CREATE VIEW own.wp_workspace_members AS SELECT f.org_id AS account_id, s.folder_id AS workspace_id, s.user_id, s.team_id AS role FROM own.folder_shares s JOIN own.folders f ON f.id = s.folder_id;
CREATE VIEW own.wp_workflows AS SELECT org_id AS account_id, id AS workflow_id, coalesce(folder_id, org_id) AS workspace_id, CASE WHEN is_private THEN 'private' ELSE 'main' END AS visibility,
	CASE status WHEN 'active' THEN 'live' WHEN 'inactive' THEN 'stopped' ELSE 'draft' END AS status, audience AS condition, name, owner_id AS created_by, owner_id AS run_as FROM own.flows;
CREATE VIEW own.wp_workflow_members AS SELECT org_id AS account_id, id AS workflow_id, owner_id AS user_id, true AS is_owner FROM own.flows WHERE owner_id IS NOT NULL
	UNION ALL SELECT w.org_id, s.flow_id, s.user_id, false FROM own.flow_shares s JOIN own.flows w ON w.id = s.flow_id;
SELECT workflow_perms.create_account(id::text, 'first') FROM own.orgs;
SET session_replication_role = replica;
DELETE FROM workflow_perms.role_grants;
DELETE FROM workflow_perms.users;
RESET session_replication_role;
INSERT INTO workflow_perms.roles SELECT org_id, id FROM own.teams;
-- A member of some folders, who sees some thousands of the flows.
SELECT own.uid('o', 1) AS org, own.uid('u', 11) AS me \gset
SELECT id AS one FROM own.flows WHERE owner_id = :'me' ORDER BY id LIMIT 1 \gset
SELECT folder_id AS folder FROM own.folder_shares WHERE user_id = :'me' ORDER BY 1 LIMIT 1 \gset
SELECT format('SELECT workflow_perms.set_principal(%L, %L), set_config(''own.me'', %2$L, true), set_config(''own.org'', %1$L, true)', :'org', :'me') AS asks \gset
INSERT INTO bench.cases (case_name, per, unit, session) SELECT name, per, unit, :'asks' FROM (VALUES
	('own tables, list of 20', 1, 'ms'), ('own tables, count', 1, 'ms'), ('own tables, one by its id', 1, 'us'),
	('own tables, 100 new rows', 100, 'us'), ('own tables, 100 changed rows', 100, 'us'),
	('own tables, 100 changed folders', 100, 'us'), ('own tables, 100 changed flows', 100, 'us')) AS c (name, per, unit);
-- A hundred rows to change, which nobody lists first.
INSERT INTO own.flows SELECT own.uid('change', i), :'org', :'folder', 'change', 'draft', :'me', false, NULL, now() - interval '1 year' FROM generate_series(1, 100) i;
GRANT SELECT, INSERT, UPDATE, DELETE ON own.flows TO bench_app;
