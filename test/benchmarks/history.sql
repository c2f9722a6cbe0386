-- Rows below a workflow: the run history, and an application's notes under protect(),
-- by who asks. The account `history`: :rows runs of two steps, and as many notes, of
-- workflows of which `most` sees 67 %, `some` 1 %, `none` nothing; those of the projects
-- are for Support (`sup`), 32 %; `cust` is a connected user with a hundred runs. Peers
-- are semi-joins by hand with what each may see, above row security, with the same
-- indexes.
SELECT workflow_perms.create_account('history', 'admin');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('history', 'none', 'member', 'guest'), ('history', 'some', 'member', 'guest'),
	('history', 'most', 'member', 'guest'), ('history', 'sup', 'member', 'guest'), ('history', 'cust', 'connected', NULL);
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('history', 'sup', 'Support');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind)
	SELECT 'history', 'ws_' || i, CASE WHEN i < 68 THEN 'closed' ELSE 'project' END::workflow_perms.workspace_kind FROM generate_series(0, 99) AS i;
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id)
	SELECT 'history', 'ws_' || i, 'most' FROM generate_series(0, 66) AS i UNION ALL VALUES ('history', 'ws_67', 'some');
SET session_replication_role = replica;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status)
	SELECT 'history', bench.flow_id(i), 'ws_' || i % 100, 'main', 'live' FROM generate_series(0, :rows * 3 / 10 - 1) AS i;
CREATE TABLE bench.runs AS
	SELECT i, 'run_' || i AS run_id, bench.flow_id(bench.draw(i, 51, :rows * 3 / 10)) AS workflow_id, CASE WHEN bench.draw(i, 52, greatest(:rows / 100, 1)) = 0 THEN 'cust' END AS for_user,
		CASE WHEN bench.draw(i, 53, 100) = 0 THEN 'failed' ELSE 'succeeded' END::workflow_perms.run_status AS status, timestamptz '2026-01-01' + i * interval '1 second' AS started_at
	FROM generate_series(1, :rows) AS i;
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, started_as, for_user, status, started_at)
	SELECT 'history', run_id, workflow_id, 'system', for_user, status, started_at FROM bench.runs ORDER BY i;
INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, workflow_id, status, details)
	SELECT 'history', run_id, n, workflow_id, status, jsonb_build_object('n', n, 'i', i) FROM bench.runs, generate_series(1, 2) AS n ORDER BY i, n;
RESET session_replication_role;
CREATE TABLE bench.notes (account_id text COLLATE "C" NOT NULL, workflow_id text COLLATE "C" NOT NULL, n bigint NOT NULL, note text NOT NULL);
INSERT INTO bench.notes SELECT 'history', workflow_id, i, 'A note on run ' || i FROM bench.runs ORDER BY i;
CREATE INDEX ON bench.notes (account_id, n);
SELECT workflow_perms.protect('bench.notes');
GRANT SELECT ON bench.notes TO bench_app;
\ir _vacuum.sql
