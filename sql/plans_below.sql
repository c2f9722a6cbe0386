-- Screens over rows below a workflow, by who asks: the newest of the run history, the
-- failed, pages, one workflow, one run, counts, joins, and a table under protect().
-- However a plan comes about, kept from another principal or made for this one, it reads
-- no table whole for a few rows, and does not walk past what may not be seen. What is
-- compared is the number of rows that the scans read, with the number returned.
SET client_min_messages = warning;
SET jit = off;
SET max_parallel_workers_per_gather = 0;
\getenv abs_srcdir PG_ABS_SRCDIR
\set model_made :abs_srcdir '/test/model_made.sql'
\i :model_made
CREATE SCHEMA below;
GRANT USAGE ON SCHEMA below TO regress_app;
SELECT workflow_perms.create_account('below', 'boss');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('below', 'none', 'member', 'guest'), ('below', 'some', 'member', 'guest'),
	('below', 'most', 'member', 'guest'), ('below', 'sup', 'member', 'guest'), ('below', 'cust', 'connected', NULL), ('below', 'idle', 'connected', NULL);
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('below', 'sup', 'Support');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind)
	SELECT 'below', 's' || i, CASE WHEN i < 68 THEN 'closed' ELSE 'project' END::workflow_perms.workspace_kind FROM generate_series(0, 99) AS i;
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id)
	SELECT 'below', 's' || i, 'most' FROM generate_series(0, 66) AS i UNION ALL VALUES ('below', 's67', 'some');
SET session_replication_role = replica;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status)
	SELECT 'below', 'f' || i, 's' || i % 100, 'main', 'live' FROM generate_series(1, 4000) AS i;
-- `some` sees nothing of the newest quarter.
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, started_as, for_user, status, started_at)
	SELECT 'below', 'r' || i, 'f' || CASE WHEN i > 15000 AND i % 100 = 67 THEN 1 ELSE 1 + (i - 1) % 4000 END, 'system', CASE WHEN i % 300 = 0 THEN 'cust' END,
		CASE WHEN i % 101 = 0 THEN 'failed' ELSE 'succeeded' END::workflow_perms.run_status, '2026-01-01'::timestamptz + i * interval '1 second'
	FROM generate_series(1, 20000) AS i;
INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, workflow_id, status, details)
	SELECT account_id, run_id, n, workflow_id, 'succeeded', '{"d": 1}' FROM workflow_perms.runs, generate_series(1, 2) AS n WHERE account_id = 'below';
INSERT INTO workflow_perms.workflow_versions (account_id, workflow_id, version, definition, published_at)
	SELECT account_id, workflow_id, 1, '1', now() FROM workflow_perms.workflows WHERE account_id = 'below';
UPDATE workflow_perms.workflows SET live_version = 1 WHERE account_id = 'below';
RESET session_replication_role;
CREATE TABLE below.notes (account_id text COLLATE "C", workflow_id text COLLATE "C", n int, note text);
INSERT INTO below.notes SELECT account_id, workflow_id, substr(run_id, 2)::int, 'note' FROM workflow_perms.runs WHERE account_id = 'below';
CREATE INDEX ON below.notes (account_id, n);
SELECT workflow_perms.protect('below.notes');
GRANT SELECT ON below.notes TO regress_app;
VACUUM (ANALYZE) workflow_perms.workflows, workflow_perms.runs, workflow_perms.run_steps, workflow_perms.workflow_versions, below.notes;

CREATE TABLE below.screens (screen text PRIMARY KEY, query text, place int GENERATED ALWAYS AS IDENTITY);
INSERT INTO below.screens (screen, query) VALUES
	('newest 50', 'SELECT * FROM workflow_perms.run_history ORDER BY started_at DESC LIMIT 50'),
	('newest 50 by key', 'SELECT * FROM workflow_perms.run_history ORDER BY started_at DESC, run_id DESC LIMIT 50'),
	('next page', $$SELECT * FROM workflow_perms.run_history WHERE (started_at, run_id) < ('2026-01-01 03:00', 'r1') ORDER BY started_at DESC, run_id DESC LIMIT 50$$),
	('failed', $$SELECT * FROM workflow_perms.run_history WHERE run_status = 'failed' ORDER BY started_at DESC LIMIT 50$$),
	('one workflow', $$SELECT * FROM workflow_perms.run_history WHERE workflow_id = 'f67' ORDER BY started_at DESC LIMIT 50$$),
	('one run', $$SELECT * FROM workflow_perms.run_history WHERE run_id = 'r67'$$),
	('count runs', 'SELECT count(*) FROM workflow_perms.runs'),
	('count steps', 'SELECT count(*) FROM workflow_perms.run_steps'),
	('count versions', 'SELECT count(*) FROM workflow_perms.workflow_versions'),
	('count notes', 'SELECT count(*) FROM below.notes'),
	('newest notes', 'SELECT * FROM below.notes ORDER BY n DESC LIMIT 20'),
	('join', 'SELECT r.run_id, w.workspace_id FROM workflow_perms.runs r JOIN workflow_perms.workflows w USING (account_id, workflow_id) ORDER BY r.started_at DESC LIMIT 20');
-- Rows that scans of tables have read, and whether one read a table whole.
CREATE FUNCTION below.read(node jsonb, OUT rows numeric, OUT whole boolean) LANGUAGE plpgsql STABLE AS $$
DECLARE
	child jsonb;
	below record;
	type text := node ->> 'Node Type';
BEGIN
	rows := 0;
	whole := type = 'Seq Scan';
	IF node ? 'Relation Name' THEN
		rows := ((node ->> 'Actual Rows')::numeric + coalesce((node ->> 'Rows Removed by Filter')::numeric, 0)
			+ coalesce((node ->> 'Rows Removed by Index Recheck')::numeric, 0)) * (node ->> 'Actual Loops')::numeric;
	END IF;
	FOR child IN SELECT * FROM jsonb_array_elements(node -> 'Plans') LOOP
		SELECT * INTO below FROM below.read(child);
		rows := rows + below.rows;
		whole := whole OR below.whole;
	END LOOP;
END
$$;
CREATE TABLE below.found (way text, screen text, who text, returned numeric, rows numeric, whole boolean);
GRANT INSERT ON below.found TO regress_app;
SELECT format('PREPARE %I AS %s', screen, query) FROM below.screens ORDER BY place \gexec
-- Principals take turns, so that each plan that is kept meets another.
CREATE PROCEDURE below.ask(way text, rounds int) LANGUAGE plpgsql AS $$
DECLARE
	asker text;
	s below.screens;
	screens below.screens[] := ARRAY(SELECT x FROM below.screens x ORDER BY place);
	plan jsonb;
	node jsonb;
	found record;
BEGIN
	FOR i IN 1 .. rounds LOOP
		FOREACH asker IN ARRAY '{none,most,some,sup,idle,cust}'::text[] LOOP
			PERFORM workflow_perms.set_principal('below', asker);
			FOREACH s IN ARRAY screens LOOP
				SET LOCAL ROLE regress_app;
				EXECUTE format('EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, FORMAT JSON) EXECUTE %I', s.screen) INTO plan;
				RESET ROLE;
				node := plan -> 0 -> 'Plan';
				SELECT * INTO found FROM below.read(node);
				IF i = rounds THEN
					INSERT INTO below.found VALUES (way, s.screen, asker, (CASE WHEN s.screen ^@ 'count' THEN node -> 'Plans' -> 0 ELSE node END ->> 'Actual Rows')::numeric::bigint, found.rows, found.whole);
				END IF;
			END LOOP;
			COMMIT;
		END LOOP;
	END LOOP;
END
$$;
SET plan_cache_mode = force_custom_plan;
CALL below.ask('custom', 1);
SET plan_cache_mode = force_generic_plan;
-- The first round learns how many workflows each principal has the right to.
CALL below.ask('generic', 3);
RESET plan_cache_mode;

-- Rows that were read without need, if they are more than some pages of them.
SELECT way, who, screen, returned, rows, whole FROM below.found JOIN below.screens USING (screen)
	WHERE (rows > 4 * returned + 300 OR whole AND returned < 2000) AND (who NOT IN ('cust', 'idle') OR screen <> 'count versions') ORDER BY way, who, place;
-- Of each screen: what was returned.
SELECT screen, string_agg(who || ' ' || returned, ', ' ORDER BY who) AS rows FROM below.found JOIN below.screens USING (screen) WHERE way = 'custom' GROUP BY screen, place ORDER BY place;
-- Of many workflows none is decided twice: those that are listed need no look-up.
\set look_ups 'SELECT idx_scan AS now FROM pg_stat_xact_user_tables WHERE relid = ''workflow_perms.workflows''::regclass'
BEGIN;
SELECT workflow_perms.set_principal('below', 'most');
SET LOCAL ROLE regress_app;
:look_ups \gset before_
SELECT count(*) FROM below.notes;
:look_ups \gset notes_
SELECT :notes_now - :before_now < 1000 AS decided_once;
SELECT count(*) FROM workflow_perms.run_steps;
:look_ups \gset steps_
SELECT :steps_now - :notes_now < 1000 AS decided_once;
COMMIT;
DROP SCHEMA below CASCADE;
DELETE FROM workflow_perms.accounts WHERE account_id = 'below';
VACUUM ANALYZE workflow_perms.workflows, workflow_perms.runs, workflow_perms.run_steps, workflow_perms.workflow_versions;
