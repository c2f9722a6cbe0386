-- test/benchmarks/_own.sql: tables of the application's own under protect(), with its tables as
-- sources, against the same rows under policies written by hand. In a database of its own,
-- because the sources take the places of the model's tables: test/bench --own.
ALTER TABLE workflow_perms.workflows DROP COLUMN updated_at;
CREATE SCHEMA own;
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
CREATE INDEX ON own.users (org_id);
CREATE INDEX ON own.team_members (user_id);
CREATE INDEX ON own.folders (org_id);
CREATE INDEX ON own.folders (org_id) WHERE shared_with_org;
CREATE INDEX ON own.folder_shares (user_id);
CREATE INDEX ON own.folder_shares (team_id);
CREATE INDEX ON own.flow_shares (user_id);
CREATE TABLE own.by_hand (LIKE own.flows INCLUDING ALL);
CREATE TABLE own.bare (LIKE own.flows INCLUDING ALL);
INSERT INTO own.by_hand SELECT * FROM own.flows;
SELECT format('CREATE INDEX ON own.%I (%s)', t, i) FROM unnest('{flows,by_hand,bare}'::text[]) t, unnest(ARRAY['org_id, updated_at DESC', 'folder_id', 'owner_id']) i \gexec
-- By hand, at its best: the folders and shares are looked up once, and lead to rows by indexes.
CREATE FUNCTION own.me() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('own.me', true), '')::uuid $$;
CREATE FUNCTION own.my_org() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('own.org', true), '')::uuid $$;
CREATE FUNCTION own.is_member() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = own AS $$
	SELECT EXISTS (SELECT FROM users WHERE id = me() AND org_id = my_org() AND deactivated_at IS NULL) $$;
CREATE FUNCTION own.my_folders() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = own AS $$
	SELECT CASE WHEN is_member() THEN coalesce(array_agg(id), '{}') ELSE '{}' END FROM (
		SELECT id FROM folders WHERE org_id = my_org() AND shared_with_org UNION SELECT folder_id FROM folder_shares s WHERE s.user_id = me()
		UNION SELECT folder_id FROM folder_shares s JOIN team_members m ON m.team_id = s.team_id WHERE m.user_id = me()) x $$;
CREATE FUNCTION own.my_shares() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = own AS $$
	SELECT CASE WHEN is_member() THEN coalesce(array_agg(flow_id), '{}') ELSE '{}' END FROM flow_shares WHERE user_id = me() $$;
ALTER TABLE own.by_hand ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON own.by_hand USING (org_id = (SELECT own.my_org()) AND (
	(owner_id = (SELECT own.me()) AND (SELECT own.is_member()))
	OR (NOT is_private AND folder_id = ANY ((SELECT own.my_folders())::uuid[]))
	OR (NOT is_private AND folder_id IS NULL AND (SELECT own.is_member()))
	OR id = ANY ((SELECT own.my_shares())::uuid[])));
GRANT USAGE ON SCHEMA own TO bench_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON own.by_hand, own.flows, own.bare TO bench_app;
-- The same rows for the extension: the application's tables as sources.
CREATE VIEW own.wp_users AS SELECT org_id AS account_id, id AS user_id, 'member' AS kind, CASE role WHEN 'owner' THEN 'admin' WHEN 'editor' THEN 'member' ELSE role END AS account_role, deactivated_at IS NULL AS active FROM own.users;
CREATE VIEW own.wp_role_grants AS SELECT t.org_id AS account_id, m.user_id, t.id AS role, true AS whole_account FROM own.team_members m JOIN own.teams t ON t.id = m.team_id;
CREATE VIEW own.wp_workspaces AS SELECT org_id AS account_id, id AS workspace_id, 'open' AS kind FROM own.folders WHERE shared_with_org
	UNION ALL SELECT org_id, id, 'closed' FROM own.folders WHERE NOT shared_with_org UNION ALL SELECT id, id, 'open' FROM own.orgs;
CREATE VIEW own.wp_workspace_members AS SELECT f.org_id AS account_id, s.folder_id AS workspace_id, s.user_id, s.team_id AS role FROM own.folder_shares s JOIN own.folders f ON f.id = s.folder_id;
CREATE VIEW own.wp_workflows AS SELECT org_id AS account_id, id AS workflow_id, coalesce(folder_id, org_id) AS workspace_id, CASE WHEN is_private THEN 'private' ELSE 'main' END AS visibility,
	CASE status WHEN 'active' THEN 'live' WHEN 'inactive' THEN 'stopped' ELSE 'draft' END AS status, audience AS condition, owner_id AS created_by, owner_id AS run_as FROM own.flows;
CREATE VIEW own.wp_workflow_members AS SELECT org_id AS account_id, id AS workflow_id, owner_id AS user_id, true AS is_owner FROM own.flows WHERE owner_id IS NOT NULL
	UNION ALL SELECT w.org_id, s.flow_id, s.user_id, false FROM own.flow_shares s JOIN own.flows w ON w.id = s.flow_id;
SELECT workflow_perms.create_account(id::text, 'first') FROM own.orgs;
SET session_replication_role = replica;
DELETE FROM workflow_perms.role_grants;
DELETE FROM workflow_perms.users;
RESET session_replication_role;
INSERT INTO workflow_perms.roles SELECT org_id, id FROM own.teams;
SELECT workflow_perms.read_from(t, ('own.wp_' || t)::regclass) FROM unnest(ARRAY['users', 'role_grants', 'workspaces', 'workspace_members', 'workflows', 'workflow_members']) t;
SELECT workflow_perms.protect('own.flows', account => 'org_id', workflow => 'id', workspace => 'coalesce(folder_id, org_id)', visibility => $$CASE WHEN is_private THEN 'private' ELSE 'main' END$$,
	status => 'status', status_words => '{"active": "live", "inactive": "stopped", "draft": "draft"}', condition => 'audience', owner => 'owner_id');
VACUUM ANALYZE;

-- A member of some folders, who sees some thousands of the flows.
SELECT own.uid('o', 1) AS org, own.uid('u', 11) AS me \gset
SELECT id AS one FROM own.flows WHERE owner_id = :'me' ORDER BY id LIMIT 1 \gset
SELECT folder_id AS folder FROM own.folder_shares WHERE user_id = :'me' ORDER BY 1 LIMIT 1 \gset
SELECT format('SELECT workflow_perms.set_principal(%L, %L), set_config(''own.me'', %2$L, true), set_config(''own.org'', %1$L, true)', :'org', :'me') AS asks \gset
INSERT INTO bench.cases (case_name, per, unit, session) SELECT name, per, unit, :'asks' FROM (VALUES
	('own tables, list of 20', 1, 'ms'), ('own tables, count', 1, 'ms'), ('own tables, one by its id', 1, 'us'),
	('own tables, 100 new rows', 100, 'us'), ('own tables, 100 changed rows', 100, 'us')) AS c (name, per, unit);
INSERT INTO bench.contestants (case_name, contestant, side, statement, answer, role, at_most)
	SELECT 'own tables, ' || q.name, t.contestant, t.side, format(q.statement, t.relation), format(q.answer, t.relation), 'bench_app', CASE t.side WHEN 'peer' THEN q.at_most END
	FROM (VALUES ('protect() over sources', 'ours', 'flows'), ('19 lines by hand', 'peer', 'by_hand')) AS t (contestant, side, relation),
		(VALUES ('list of 20', 'SELECT id, name FROM own.%s ORDER BY updated_at DESC LIMIT 20', 'SELECT string_agg(id::text, '','') FROM (SELECT id FROM own.%s ORDER BY updated_at DESC, id LIMIT 20) AS q', 1.2),
			('count', 'SELECT count(*) FROM own.%s', 'SELECT count(*) || '' '' || sum(hashtextextended(id::text, 1)) FROM own.%s', 1.0),
			('one by its id', format('SELECT name FROM own.%%s WHERE id = %L', :'one'), format('SELECT name FROM own.%%s WHERE id = %L', :'one'), 0.7)) AS q (name, statement, answer, at_most);
-- What the policies and the trigger add to a write, beside none and beside policies by hand, which let everybody write what they see.
INSERT INTO bench.contestants (case_name, contestant, side, statement, role)
	SELECT 'own tables, ' || q.name, t.contestant, t.side, format(q.statement, t.relation), 'bench_app'
	FROM (VALUES ('protect() over sources', 'ours', 'flows'), ('by hand, without a check', 'peer', 'by_hand'), ('no policy', 'peer', 'bare')) AS t (contestant, side, relation),
		(VALUES ('100 new rows', format('INSERT INTO own.%%s SELECT own.uid(''new'', i), %L, %L, ''new'', ''draft'', %L, false, NULL, now() FROM generate_series(1, 100) i', :'org', :'folder', :'me')),
			('100 changed rows', format('UPDATE own.%%s SET name = name || ''*'' WHERE id IN (SELECT own.uid(''change'', i) FROM generate_series(1, 100) i)'))) AS q (name, statement);
INSERT INTO own.flows SELECT own.uid('change', i), :'org', :'folder', 'change', 'draft', :'me', false, NULL, now() - interval '1 year' FROM generate_series(1, 100) i;
INSERT INTO own.by_hand SELECT own.uid('change', i), :'org', :'folder', 'change', 'draft', :'me', false, NULL, now() - interval '1 year' FROM generate_series(1, 100) i;
INSERT INTO own.bare SELECT * FROM own.flows;
VACUUM ANALYZE own.flows, own.by_hand, own.bare;
