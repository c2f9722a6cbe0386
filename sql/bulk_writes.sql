-- What a statement of many rows reads: never the changed rows times the workspaces of the
-- account; and what it makes for each of them. Uses the model that model_create made.
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
-- The maker of many workflows is the first owner of each, by one statement; so of workspaces and
-- boards where there are owners. Nobody owns what is made in another account, or without a user.
CREATE TABLE statements (what text);
GRANT INSERT ON statements TO PUBLIC;
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.statements VALUES (TG_TABLE_NAME); RETURN NULL; END $$;
CREATE TRIGGER zz_note AFTER INSERT ON workflow_perms.workflow_members FOR EACH STATEMENT EXECUTE FUNCTION note();
CREATE TRIGGER zz_note AFTER INSERT ON workflow_perms.workspace_members FOR EACH STATEMENT EXECUTE FUNCTION note();
CREATE TRIGGER zz_note AFTER INSERT ON workflow_perms.board_members FOR EACH STATEMENT EXECUTE FUNCTION note();
CREATE VIEW owners AS
	SELECT 'workflow' AS what, account_id, string_agg(workflow_id || ' ' || user_id, ', ' ORDER BY workflow_id) AS owned FROM workflow_perms.workflow_members WHERE is_owner AND workflow_id LIKE 'made%' GROUP BY 2
	UNION ALL SELECT 'workspace', account_id, string_agg(workspace_id || ' ' || user_id, ', ' ORDER BY workspace_id) FROM workflow_perms.workspace_members WHERE is_owner AND workspace_id LIKE 'made%' GROUP BY 2
	UNION ALL SELECT 'board', account_id, string_agg(board_id || ' ' || user_id, ', ' ORDER BY board_id) FROM workflow_perms.board_members WHERE is_owner AND board_id LIKE 'made%' GROUP BY 2;
BEGIN;
SELECT FROM workflow_perms.set_principal('bulk', 'boss');
INSERT INTO workflow_perms.workspaces SELECT a, 'made' || i, CASE i WHEN 3 THEN 'project' WHEN 2 THEN 'closed' ELSE 'open' END::workflow_perms.workspace_kind
	FROM unnest('{bulk,bulk2}'::text[]) AS a, generate_series(1, 3) AS i;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) SELECT a, 'made' || i, 'made' || i FROM unnest('{bulk,bulk2}'::text[]) AS a, generate_series(1, 3) AS i;
INSERT INTO workflow_perms.boards (account_id, board_id, workspace_id, kind) SELECT a, 'made' || i, 'made' || i, 'main' FROM unnest('{bulk,bulk2}'::text[]) AS a, generate_series(1, 2) AS i;
TABLE owners ORDER BY what;
SELECT what, count(*) AS statements FROM statements GROUP BY 1 ORDER BY 1;
SELECT string_agg(action || ' ' || object, ', ' ORDER BY entry) AS log FROM workflow_perms.audit_log WHERE account_id = 'bulk' AND object LIKE '%made1%';
ROLLBACK;
BEGIN;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('bulk', 'made1', 's1'), ('bulk', 'made2', 's1');
SELECT FROM workflow_perms.set_principal('bulk', 'c1');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('bulk', 'made3', 's1'), ('bulk', 'made4', 's1');
TABLE owners;
SELECT count(*) AS statements FROM statements;
ROLLBACK;
DROP VIEW owners;
DROP TRIGGER zz_note ON workflow_perms.workflow_members;
DROP TRIGGER zz_note ON workflow_perms.workspace_members;
DROP TRIGGER zz_note ON workflow_perms.board_members;
DROP FUNCTION note;
DROP TABLE statements;

DROP VIEW enabled;
DROP FUNCTION rows_read;
DROP PROCEDURE fill;
DELETE FROM workflow_perms.accounts WHERE account_id IN ('bulk', 'bulk2');
