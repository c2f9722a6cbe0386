-- The account `product`: :rows live workflows in ten projects, each with one of (at
-- most) 10,000 conditions, some used by many, some by few; :rows connected users.
-- Beside it bench.offers, the same rows as somebody keeps them who has jsonpath.
\ir _users.sql
SELECT to_regclass('bench.offers') IS NULL AS missing \gset
\if :missing
SELECT workflow_perms.create_account('product', 'admin');
SET session_replication_role = replica;
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata)
	SELECT 'product', 'c' || id, 'connected', metadata FROM bench.subjects;
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind)
	SELECT 'product', 'project_' || i, 'project' FROM generate_series(1, 10) AS i;
CREATE TABLE bench.offers (
	workflow_id text COLLATE "C" NOT NULL,
	workspace_id text COLLATE "C" NOT NULL,
	status workflow_perms.workflow_status NOT NULL,
	hidden boolean NOT NULL,
	condition_no bigint NOT NULL,
	path jsonpath NOT NULL,
	query text NOT NULL,
	updated_at timestamptz NOT NULL
);
INSERT INTO bench.offers
	SELECT 'wf_' || substr(md5('offer ' || i), 1, 16), 'project_' || 1 + bench.draw(i, 31, 10),
		CASE WHEN bench.draw(i, 32, 20) = 0 THEN 'draft' ELSE 'live' END::workflow_perms.workflow_status,
		bench.draw(i, 33, 50) = 0, c.no, c.path, c.query, timestamptz '2025-01-01' + bench.draw(i, 36, 30000000) * interval '1 second'
	FROM generate_series(1, :rows) AS i
	JOIN bench.conditions c ON c.no = 1 + floor(least(10000, :conditions) * power(bench.draw(i, 34, 1 << 30)::float8 / (1 << 30), 2))
	ORDER BY bench.draw(i, 35, 1 << 30);
ALTER TABLE bench.offers ADD PRIMARY KEY (workflow_id);
CREATE INDEX ON bench.offers (condition_no, workflow_id);
CREATE INDEX ON bench.offers (updated_at);
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition, hidden, updated_at)
	SELECT 'product', workflow_id, workspace_id, 'main', status, condition, hidden, updated_at
	FROM bench.offers JOIN bench.conditions ON no = condition_no ORDER BY offers.ctid;
RESET session_replication_role;
\ir _vacuum.sql
-- The one of the first forty who sees some six hundred, or comes nearest to it.
CREATE TABLE bench.typical AS
	SELECT id, sum(n) AS n FROM bench.subjects
	JOIN (SELECT no, conditions.path, count(*) AS n FROM bench.conditions JOIN bench.offers ON no = condition_no WHERE status = 'live' AND NOT hidden GROUP BY 1) AS c
		ON metadata @@ c.path
	WHERE id <= 40 GROUP BY 1 ORDER BY abs(sum(n) - 600), id LIMIT 1;
\endif
