-- What a statement of many rows reads: never the changed rows times the workspaces of the
-- account. Uses the model that model_create made.
\set VERBOSITY terse
CREATE PROCEDURE fill(account text) LANGUAGE plpgsql AS $$
BEGIN
	PERFORM workflow_perms.create_account(account, 'boss');
	INSERT INTO workflow_perms.workspaces SELECT account, 's' || i, 'open' FROM generate_series(1, 100) AS i;
	INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition)
		SELECT account, 'w' || i, 's' || i, 'main', 'live', '{"plan": "pro"}' FROM generate_series(1, 100) AS i;
	INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata)
		SELECT account, 'c' || i, 'connected', '{"plan": "pro"}' FROM generate_series(1, 1000) AS i;
	INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled)
		SELECT account, 'w1', 'c' || i, true FROM generate_series(1, 1000) AS i;
END $$;
-- How many rows of the tables the transaction has read so far.
CREATE FUNCTION rows_read() RETURNS bigint LANGUAGE sql VOLATILE AS $$
	SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables
		WHERE schemaname = 'workflow_perms' AND relname IN ('users', 'workflows', 'workspaces', 'enablements')
$$;
CREATE VIEW enabled AS SELECT account_id, enabled, reason, count(*) FROM workflow_perms.enablements
	WHERE account_id LIKE 'bulk%' GROUP BY 1, 2, 3 ORDER BY 1, 2;

CALL fill('bulk');
ANALYZE workflow_perms.users, workflow_perms.workflows, workflow_perms.workspaces, workflow_perms.enablements;
-- the table is larger than its rows, as after a load that was taken back
BEGIN;
SET LOCAL session_replication_role = replica;
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled, changed_at)
	SELECT 'bulk', 'w1', 'x' || i, true, now() FROM generate_series(1, 30000) AS i;
ROLLBACK;

BEGIN;
SELECT rows_read() AS before \gset
UPDATE workflow_perms.users SET metadata = jsonb_build_object('plan', CASE WHEN user_id LIKE '%5' THEN 'free' ELSE 'pro' END, 'seen', 1)
	WHERE account_id = 'bulk' AND kind = 'connected';
SELECT rows_read() - :before < 20000 AS few_rows_of_users;
TABLE enabled;
ROLLBACK;
BEGIN;
SELECT rows_read() AS before \gset
UPDATE workflow_perms.workflows SET condition = CASE workflow_id WHEN 'w1' THEN '{"plan": "free"}' ELSE '{"plan": {"$in": ["pro", "team"]}}' END::workflow_perms.metadata_condition
	WHERE account_id = 'bulk';
SELECT rows_read() - :before < 20000 AS few_rows_of_workflows;
TABLE enabled;
ROLLBACK;
-- users of two accounts
CALL fill('bulk2');
BEGIN;
SELECT rows_read() AS before \gset
UPDATE workflow_perms.users SET metadata = jsonb_build_object('plan', CASE WHEN user_id LIKE '%5' THEN 'free' ELSE 'pro' END, 'seen', 1)
	WHERE account_id LIKE 'bulk%' AND kind = 'connected';
SELECT rows_read() - :before < 20000 AS few_rows_of_two_accounts;
TABLE enabled;
ROLLBACK;
DROP VIEW enabled;
DROP FUNCTION rows_read;
DROP PROCEDURE fill;
DELETE FROM workflow_perms.accounts WHERE account_id IN ('bulk', 'bulk2');
