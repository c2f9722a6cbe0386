-- Screens of an account with many customers, many workflows that they are not offered, and a small team: indexes lead to
-- the few rows, although a comparison of kinds is no index condition under row security.
\set VERBOSITY terse
SET client_min_messages = warning;
SET jit = off;
\getenv abs_srcdir PG_ABS_SRCDIR
\set model_made :abs_srcdir '/test/model_made.sql'
\i :model_made
SELECT workflow_perms.create_account('screens', 'boss');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) SELECT 'screens', 'u' || i, 'member', 'viewer' FROM generate_series(1, 20) AS i;
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) SELECT 'screens', 'c' || i, 'connected', '{"plan": "pro"}' FROM generate_series(1, 4000) AS i;
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('screens', 'closed', 'closed'), ('screens', 'project', 'project');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition)
	SELECT 'screens', 'w' || i, CASE WHEN i > 2000 THEN 'closed' ELSE 'project' END, 'main', 'live',
		CASE WHEN i <= 2000 AND i % 200 > 0 THEN format('{"plan": "%s"}', CASE i % 100 WHEN 1 THEN 'pro' ELSE i % 100 || '' END) END::workflow_perms.metadata_condition
	FROM generate_series(1, 4000) AS i;
VACUUM ANALYZE workflow_perms.users;
VACUUM ANALYZE workflow_perms.workflows;
CREATE FUNCTION pg_temp.led_by(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		-- Whether by a bitmap is a close call.
		RETURN QUERY SELECT regexp_replace(trim(line), '^(->  )?(Bitmap )?Index (Only )?Scan (using|on) (\w+).*', 'index \5') WHERE line ~ '^ *(->  )?(Bitmap Index|Index|Index Only|Seq) Scan|Index Cond';
	END LOOP;
END
$$;
BEGIN;
SELECT workflow_perms.set_principal('screens', 'boss');
SET LOCAL ROLE regress_app;
SET search_path = workflow_perms;
-- Team Members, one page and all; Administration > Permissions.
SELECT * FROM pg_temp.led_by($$SELECT user_id, active FROM users WHERE kind = 'member' ORDER BY user_id LIMIT 20$$);
SELECT * FROM pg_temp.led_by($$SELECT user_id, active FROM users WHERE kind IN ('member', 'service') ORDER BY user_id$$);
SELECT * FROM pg_temp.led_by($$SELECT account_role, count(*) FROM users WHERE kind = 'member' AND active GROUP BY 1$$);
SELECT account_role, count(*) FROM users WHERE kind = 'member' AND active GROUP BY 1 ORDER BY 1;
COMMIT;
-- Connect Portal: the workflows without a condition are looked for in the workspaces that are offered.
BEGIN;
SELECT workflow_perms.set_principal('screens', 'c1');
SET LOCAL ROLE regress_app;
SET LOCAL enable_seqscan = off;
SELECT l AS led_by FROM pg_temp.led_by('SELECT count(*) FROM workflow_perms.workflows') AS l WHERE l ~ 'index.*uncondition|_unconditional';
SELECT count(*) FROM workflow_perms.workflows;
COMMIT;
RESET search_path;
DELETE FROM workflow_perms.accounts WHERE account_id = 'screens';
