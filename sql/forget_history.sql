-- forget_history() (spec 6.2): old runs with their steps and old entries of the audit log go, in
-- bounded steps, found by indexes, and the log says so. It is privileged.
\set VERBOSITY terse
SELECT workflow_perms.create_account(a, 'ada') FROM unnest(ARRAY['fh', 'fh2']) a;
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('fh', 'p', 'project'), ('fh2', 'p', 'project');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, status) VALUES ('fh', 'w', 'p', 'live'), ('fh2', 'w', 'p', 'live');
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, status, started_at)
	SELECT a, format('r%s', i), 'w', CASE i % 10 WHEN 0 THEN 'running' WHEN 1 THEN 'failed' ELSE 'succeeded' END::workflow_perms.run_status, now() - i * interval '1 day'
	FROM unnest(ARRAY['fh', 'fh2']) a, generate_series(1, 100) i;
INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, status)
	SELECT r.account_id, r.run_id, n, 'failed' FROM workflow_perms.runs r, generate_series(1, 2) n WHERE r.account_id LIKE 'fh%' AND r.status <> 'running';
-- Entries of a year ago, as the log of an older database has them.
SET session_replication_role = replica;
INSERT INTO workflow_perms.audit_log (account_id, entry, at, database_role, action, object)
	SELECT 'fh', (lpad(to_hex(floor(extract(epoch FROM t) * 1000)::bigint), 12, '0') || '7000800000000000' || lpad(to_hex(i), 4, '0'))::uuid, t, 'app', 'update', 'workflows w'
	FROM generate_series(1, 50) i, LATERAL (SELECT now() - i * interval '10 days' AS t) x;
RESET session_replication_role;
CREATE VIEW pg_temp.left_over AS
	SELECT account_id, (SELECT count(*) FROM workflow_perms.runs r WHERE r.account_id = a.account_id) AS runs,
		(SELECT count(*) FROM workflow_perms.runs r WHERE r.account_id = a.account_id AND r.status = 'running') AS running,
		(SELECT count(*) FROM workflow_perms.run_steps s WHERE s.account_id = a.account_id) AS steps,
		(SELECT count(*) FROM workflow_perms.audit_log l WHERE l.account_id = a.account_id AND l.database_role = 'app') AS old_entries
	FROM workflow_perms.accounts a WHERE account_id LIKE 'fh%' ORDER BY account_id;
TABLE pg_temp.left_over;

-- Refused times; by whom.
SELECT workflow_perms.forget_history(NULL);
SELECT workflow_perms.forget_history('infinity');
SELECT workflow_perms.forget_history('-infinity');
SELECT workflow_perms.forget_history(now() + interval '1 second');
SET ROLE regress_app;
SELECT workflow_perms.forget_history(now() - interval '50 days');
RESET ROLE;
SELECT workflow_perms.forget_history('1900-01-01'), workflow_perms.forget_history(now() - interval '50 days', 0);
BEGIN;
GRANT EXECUTE ON FUNCTION workflow_perms.forget_history TO regress_app;
SELECT workflow_perms.set_principal('fh', 'ada');
SET LOCAL ROLE regress_app;
-- In each account 45 runs are old enough and have ended; in fh there are 45 old entries.
SELECT workflow_perms.forget_history(now() - interval '50 days' - interval '1 minute', 30) AS forgotten;
RESET ROLE;
TABLE pg_temp.left_over;
-- Runs come first, the oldest of all.
SELECT run_id AS oldest_left FROM workflow_perms.runs WHERE account_id = 'fh' AND status <> 'running' ORDER BY started_at LIMIT 1;
SET LOCAL ROLE regress_app;
SELECT workflow_perms.forget_history(now() - interval '50 days' - interval '1 minute', 30) AS forgotten;
SELECT workflow_perms.forget_history(now() - interval '50 days' - interval '1 minute', NULL) AS forgotten;
SELECT workflow_perms.forget_history(now() - interval '50 days' - interval '1 minute') AS forgotten;
RESET ROLE;
TABLE pg_temp.left_over;
-- No step is left without its run.
SELECT count(*) FROM workflow_perms.run_steps s WHERE account_id LIKE 'fh%' AND NOT EXISTS (SELECT FROM workflow_perms.runs r WHERE r.account_id = s.account_id AND r.run_id = s.run_id);
SELECT account_id, principal, database_role, object, after - 'before' AS after, (after ->> 'before')::timestamptz = now() - interval '50 days' - interval '1 minute' AS before
	FROM workflow_perms.audit_log WHERE action = 'forget' ORDER BY entry;
-- The entries about it stay as long as others.
SELECT account_id, workflow_perms.forget_history(now() - interval '1 second') > 0 AS more FROM workflow_perms.accounts WHERE account_id = 'fh';
SELECT count(*) FROM workflow_perms.audit_log WHERE action = 'forget' AND account_id = 'fh';
ROLLBACK;

-- By indexes.
SET enable_seqscan = off;
SET enable_sort = off;
SET plan_cache_mode = force_generic_plan;
PREPARE runs (text, timestamptz, bigint) AS SELECT o.run_id FROM workflow_perms.runs o WHERE o.account_id = $1 AND o.started_at < $2 AND o.status <> 'running' ORDER BY o.started_at LIMIT $3 FOR UPDATE SKIP LOCKED;
EXPLAIN (COSTS OFF) EXECUTE runs ('fh', now(), 1);
PREPARE entries (text, uuid, bigint) AS SELECT o.entry FROM workflow_perms.audit_log o WHERE o.account_id = $1 AND o.entry < $2 ORDER BY o.entry LIMIT $3 FOR UPDATE SKIP LOCKED;
EXPLAIN (COSTS OFF) EXECUTE entries ('fh', '00000000-0000-0000-0000-000000000000', 1);
DEALLOCATE ALL;
RESET enable_seqscan;
RESET enable_sort;
RESET plan_cache_mode;
DELETE FROM workflow_perms.accounts WHERE account_id LIKE 'fh%';
