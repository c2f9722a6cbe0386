-- users_matching(condition) and preview_condition(): the connected users of one's own account for
-- whom matches(metadata, user_id, condition) is true, the same with an index on users.metadata, with
-- a partial one and without; nobody else's; and who may ask (of the accounts of matrix_setup).
\set VERBOSITY terse
\pset tuples_only on
\pset format unaligned

CREATE TEMP TABLE conditions (condition workflow_perms.metadata_condition);
INSERT INTO conditions SELECT c::workflow_perms.metadata_condition FROM unnest(ARRAY['{}', '{"plan": "pro"}', '{"plan": {"$ne": "pro"}}', '{"seats": {"$gte": 20, "$lt": 40}}', '{"company": "company-3"}',
	'{"company": {"$in": ["company-3", "company-5"]}, "seats": {"$gt": 10}}', '{"company": "company-3", "$userId": {"$startsWith": "u1"}}', '{"$userId": "u17"}',
	'{"$or": [{"$userId": "u17"}, {"company": "company-4"}]}', '{"plan": "team", "$rollout": {"percent": 50}}', '{"$not": {"$userId": "u17"}}', '{"nothing": 1}']) AS c;
-- The people are of two accounts; one in ten is inactive; members have metadata too.
SELECT FROM unnest(ARRAY['regress_matching', 'regress_others']) AS a, workflow_perms.create_account(a, 'boss');
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata, active)
	SELECT a, 'u' || i, 'connected', jsonb_build_object('plan', (ARRAY['free', 'pro', 'team'])[1 + i % 3], 'seats', i % 100, 'company', 'company-' || i % 50), i % 10 <> 0
	FROM unnest(ARRAY['regress_matching', 'regress_others']) AS a, generate_series(1, 600) AS i;
UPDATE workflow_perms.users SET metadata = '{"plan": "pro", "company": "company-3", "seats": 25}' WHERE user_id = 'boss' AND account_id = 'regress_matching';
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('regress_matching', 'project', 'project');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, status, condition)
	VALUES ('regress_matching', 'gated', 'project', 'live', '{"$or": [{"seats": {"$gte": 50}}, {"$userId": "u10"}]}');
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, configuration, enabled)
	SELECT account_id, workflow_id, user_id, '', true FROM workflow_perms.users u JOIN workflow_perms.workflows w USING (account_id)
	WHERE account_id = 'regress_matching' AND user_id ~ '^u1' AND u.active AND workflow_perms.matches(u.metadata, user_id, w.condition);
-- An index of rows with chains of versions is of no use to transactions while one of the cluster is older than it.
VACUUM FULL workflow_perms.users;
CREATE INDEX regress_metadata_idx ON workflow_perms.users USING gin (metadata workflow_perms.metadata_ops);
CREATE INDEX regress_connected_idx ON workflow_perms.users USING gin (metadata workflow_perms.metadata_ops) WHERE kind = 'connected';
VACUUM ANALYZE workflow_perms.users;

BEGIN;
SELECT FROM workflow_perms.set_principal('regress_matching', 'boss');
-- What the functions say of each condition.
CREATE FUNCTION pg_temp.answers() RETURNS TABLE (condition text, users bigint, as_the_scan boolean, previews text) LANGUAGE sql AS $$
	SELECT c.condition::text, m.n, m.ids IS NOT DISTINCT FROM (SELECT array_agg(u.user_id ORDER BY u.user_id) FROM (SELECT * FROM workflow_perms.users OFFSET 0) u
				WHERE u.account_id = 'regress_matching' AND u.kind = 'connected' AND workflow_perms.matches(u.metadata, u.user_id, c.condition)),
			(SELECT count(*) || ' ' || md5(string_agg(p::text, ' ' ORDER BY p.user_id, p.what)) FROM workflow_perms.preview_condition('gated', c.condition) p)
		FROM conditions c, LATERAL (SELECT count(*) AS n, array_agg(u ORDER BY u COLLATE "C") AS ids FROM workflow_perms.users_matching(c.condition) u) m
$$;
SET LOCAL enable_bitmapscan = off;
CREATE TEMP TABLE plain ON COMMIT DROP AS SELECT * FROM pg_temp.answers();
SELECT condition, users, as_the_scan, split_part(previews, ' ', 1) AS previews FROM plain ORDER BY condition COLLATE "C";
SET LOCAL enable_bitmapscan = on;
SET LOCAL enable_seqscan = off;
SET LOCAL enable_indexscan = off;
SELECT count(*) AS differ FROM pg_temp.answers() a WHERE a::text NOT IN (SELECT p::text FROM plain p);
SELECT pg_stat_get_xact_numscans('workflow_perms.regress_connected_idx'::regclass) > 0 AS used;
DROP INDEX workflow_perms.regress_connected_idx;
SELECT count(*) AS differ FROM pg_temp.answers() a WHERE a::text NOT IN (SELECT p::text FROM plain p);
SELECT pg_stat_get_xact_numscans('workflow_perms.regress_metadata_idx'::regclass) > 0 AS used;
SELECT count(*) FROM (SELECT FROM workflow_perms.users_matching('{"plan": "pro"}') LIMIT 20) s;
-- At most some: as many, of those that match, and no more is read than that takes.
SELECT most, count(u), bool_and(u IN (SELECT workflow_perms.users_matching('{"plan": "pro"}'))) AS match
	FROM unnest(ARRAY[0, 7, 1000, NULL]) AS most LEFT JOIN LATERAL workflow_perms.users_matching('{"plan": "pro"}', most) u ON true GROUP BY most ORDER BY most;
SET LOCAL enable_seqscan = on;
SET LOCAL enable_bitmapscan = off;
SELECT pg_stat_get_xact_tuples_returned('workflow_perms.users'::regclass) AS read_before \gset
SELECT count(*) FROM workflow_perms.users_matching('{"plan": "pro"}', 7);
SELECT pg_stat_get_xact_tuples_returned('workflow_perms.users'::regclass) - :read_before AS few_read \gset
SELECT pg_stat_get_xact_tuples_returned('workflow_perms.users'::regclass) AS read_before \gset
SELECT count(*) FROM workflow_perms.users_matching('{"plan": "pro"}');
SELECT pg_stat_get_xact_tuples_returned('workflow_perms.users'::regclass) - :read_before > :few_read + 500 AS many_more_read;
SAVEPOINT negative;
SELECT count(*) FROM workflow_perms.users_matching('{"plan": "pro"}', -1);
ROLLBACK TO negative;
SELECT count(*) FROM workflow_perms.users_matching(NULL, 7);
COMMIT;
DROP INDEX workflow_perms.regress_metadata_idx;
DELETE FROM workflow_perms.accounts WHERE account_id ~ '^regress_';

-- Who may: those who may view the connected users of the account, the whole of it.
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/ada', 'regress_app'); END$$; SELECT count(*) > 0 FROM workflow_perms.users_matching('{}'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/sup', 'regress_app'); END$$; SELECT count(*) > 0 FROM workflow_perms.users_matching('{}'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('mx/sup1', 'regress_app'); END$$; SELECT count(*) > 0 FROM workflow_perms.users_matching('{}'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/mem', 'regress_app'); END$$; SELECT count(*) > 0 FROM workflow_perms.users_matching('{}'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/pro', 'regress_app'); END$$; SELECT count(*) > 0 FROM workflow_perms.users_matching('{}'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/off', 'regress_app'); END$$; SELECT count(*) > 0 FROM workflow_perms.users_matching('{}'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/', 'regress_app'); END$$; SELECT count(*) > 0 FROM workflow_perms.users_matching('{}'); ROLLBACK;
SELECT * FROM workflow_perms.users_matching('{}');
SELECT count(*) FROM workflow_perms.users_matching(NULL);
