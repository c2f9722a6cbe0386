-- test/benchmarks/_sizes.sql: what the largest sizes cost (docs/costs.md): of each a hundredth, to warm up,
-- a tenth and the whole, so that what grows faster than its number shows; what the backend holds then; and what test/bench --sizes
-- cancels, which runs this in a database of its own, by a superuser, whom the guards let pass.
\set QUIET on
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS workflow_perms;
DO $$
BEGIN
	IF to_regrole('bench_sizes_app') IS NULL THEN CREATE ROLE bench_sizes_app; END IF;
	IF to_regrole('bench_sizes_engine') IS NULL THEN CREATE ROLE bench_sizes_engine; END IF;
	PERFORM workflow_perms.create_model('bench_sizes_app', 'bench_sizes_engine');
END
$$;
CREATE SCHEMA sizes;
CREATE TABLE sizes.cases (what text, n int, account text GENERATED ALWAYS AS (what || ' ' || n) STORED, who text);
INSERT INTO sizes.cases (what, n, who) SELECT what, greatest((most * :scale / share)::int, 10), who FROM (VALUES
	('memberships', 1000000, 'u'), ('rules', 1000000, 'c'), ('roles', 200000, 'u'), ('workspaces', 100000, 'u'), ('conditions', 500000, 'c')
	) AS c (what, most, who), unnest(ARRAY[100, 10, 1]) share;

-- The rows, past the triggers: what is measured is reading them.
SELECT workflow_perms.create_account(account, 'root') FROM sizes.cases;
SET session_replication_role = replica;
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role, metadata)
	SELECT account, 'u', 'member'::workflow_perms.user_kind, 'member'::workflow_perms.account_role, '{}'::jsonb FROM sizes.cases UNION ALL SELECT account, 'c', 'connected'::workflow_perms.user_kind, NULL, '{"k": 7, "plan": "pro"}' FROM sizes.cases;
INSERT INTO workflow_perms.workspaces SELECT account, 's', (CASE what WHEN 'memberships' THEN 'open' WHEN 'rules' THEN 'app' ELSE 'project' END)::workflow_perms.workspace_kind FROM sizes.cases;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition)
	SELECT account, 'w' || i, 's', CASE what WHEN 'memberships' THEN 'private' ELSE 'main' END::workflow_perms.workflow_visibility, 'live'::workflow_perms.workflow_status,
		CASE what WHEN 'conditions' THEN format('{"k": %s, "plan": {"$in": ["pro", "p%s"]}}', i, i % 1000)::workflow_perms.metadata_condition END
	FROM sizes.cases, generate_series(1, CASE WHEN what IN ('memberships', 'rules', 'conditions') THEN n ELSE 20 END) i;
INSERT INTO workflow_perms.conditions (account_id, condition, added)
	SELECT account_id, condition, pg_current_xact_id() FROM workflow_perms.workflows WHERE condition IS NOT NULL;
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) SELECT account, 'w' || i, 'u' FROM sizes.cases, generate_series(1, n) i WHERE what = 'memberships';
INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, role, effect)
	SELECT account, 'w' || i, 'AuthenticatedUser', (CASE i % 2 WHEN 0 THEN 'grant' ELSE 'deny' END)::workflow_perms.execution_effect FROM sizes.cases, generate_series(1, n) i WHERE what = 'rules';
INSERT INTO workflow_perms.roles SELECT account, 'r' || i FROM sizes.cases, generate_series(1, n) i WHERE what = 'roles';
INSERT INTO workflow_perms.role_capabilities SELECT account, 'r' || i, 'workflows.view' FROM sizes.cases, generate_series(1, n) i WHERE what = 'roles';
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) SELECT account, 'u', 'r' || i FROM sizes.cases, generate_series(1, n) i WHERE what = 'roles';
INSERT INTO workflow_perms.workspaces SELECT account, 's' || i, 'closed' FROM sizes.cases, generate_series(1, n) i WHERE what = 'workspaces';
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) SELECT account, 's' || i, 'u' FROM sizes.cases, generate_series(1, n) i WHERE what = 'workspaces';
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status) SELECT account, 'x' || i, 's' || i, 'main', 'live' FROM sizes.cases, generate_series(1, n) i WHERE what = 'workspaces';
RESET session_replication_role;
VACUUM ANALYZE;

CREATE TABLE sizes.asked (step int, name text, statement text);
INSERT INTO sizes.asked VALUES
	(1, 'a check', $$SELECT workflow_perms.can_view('w7'), workflow_perms.can_run('w7')$$),
	(2, 'a list, first', $$SELECT count(*) FROM workflow_perms.workflows$$),
	(3, 'a list, again', $$SELECT count(*) FROM workflow_perms.workflows$$),
	(6, 'what may be run', $$SELECT count(*) FROM workflow_perms.runnable_workflows()$$),
	(4, 'a value', $$SELECT count(*) FROM workflow_perms.principal(workflow_perms.principal_account(), workflow_perms.principal_user()) p WHERE length(p::text) > 0$$);
-- One row more of what there are many of.
CREATE FUNCTION sizes.write(what text) RETURNS text LANGUAGE sql AS $$
	SELECT CASE what
		WHEN 'memberships' THEN $s$INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) SELECT workflow_perms.principal_account(), 'w1', 'root'$s$
		WHEN 'rules' THEN $s$INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, role, effect) SELECT workflow_perms.principal_account(), 'w1', 'Admin', 'deny'$s$
		WHEN 'roles' THEN $s$INSERT INTO workflow_perms.role_grants (account_id, user_id, role) SELECT workflow_perms.principal_account(), 'root', 'r1'$s$
		WHEN 'workspaces' THEN $s$INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) SELECT workflow_perms.principal_account(), 's1', 'root'$s$
		ELSE $s$UPDATE workflow_perms.workflows SET condition = '{"k": -1}' WHERE account_id = workflow_perms.principal_account() AND workflow_id = 'w1'$s$
	END $$;

CREATE TABLE sizes.told (what text, n int, step int, name text, ms numeric, held bigint, late numeric);
-- Asks one question of each, with the principal set in the same transaction.
CREATE PROCEDURE sizes.measure(steps int[]) LANGUAGE plpgsql AS $$
DECLARE
	c record;
	q record;
	began timestamptz;
	taken numeric;
	held bigint;
BEGIN
	FOR c IN SELECT * FROM sizes.cases ORDER BY what, n LOOP
		FOR q IN SELECT * FROM sizes.asked WHERE step = ANY (steps) UNION ALL SELECT 5, 'a write', sizes.write(c.what) WHERE 5 = ANY (steps) ORDER BY 1 LOOP
			began := clock_timestamp();
			PERFORM workflow_perms.set_principal(c.account, c.who);
			-- What the application may do is asked as the application.
			IF q.step IN (1, 2, 3, 6) THEN
				SET LOCAL ROLE bench_sizes_app;
			END IF;
			EXECUTE q.statement;
			RESET ROLE;
			taken := extract(epoch FROM clock_timestamp() - began) * 1000;
			SELECT sum(total_bytes) INTO held FROM pg_backend_memory_contexts WHERE name ~ '^workflow_perms';
			IF q.step = 5 THEN
				ROLLBACK;
			END IF;
			INSERT INTO sizes.told VALUES (c.what, c.n, q.step, q.name, taken, held);
			COMMIT;
		END LOOP;
	END LOOP;
END
$$;
-- What a connection that begins is asked.
CALL sizes.measure(ARRAY[5]);
\c -
CALL sizes.measure(ARRAY[1]);
\c -
CALL sizes.measure(ARRAY[2, 3]);
\c -
CALL sizes.measure(ARRAY[4]);
\c -
CALL sizes.measure(ARRAY[6]);
-- What to cancel: the whole of each, where it takes long enough.
CREATE VIEW sizes.to_cancel AS
	SELECT t.what, t.name, greatest((t.ms / 3)::int, 1) AS after, c.account, c.who, CASE WHEN t.step IN (2, 6) THEN 'SET LOCAL ROLE bench_sizes_app; ' ELSE '' END || a.statement AS statement
	FROM sizes.told t JOIN sizes.cases c USING (what, n) JOIN sizes.asked a USING (step)
	WHERE t.step IN (2, 4, 6) AND t.ms > 50 AND t.n = (SELECT max(n) FROM sizes.cases m WHERE m.what = t.what) ORDER BY t.what, t.step;
CREATE VIEW sizes.report AS
	SELECT t.what, t.n, t.name, round(t.ms, 1) AS ms, round(f.ms, 1) AS tenth_ms, round(t.ms / nullif(f.ms, 0) / 10, 2) AS growth,
		round(coalesce(t.held, 0) / 1048576.0, 1) AS held_mb, round(f.held / 1048576.0, 1) AS tenth_held_mb
	FROM sizes.told t JOIN sizes.told f USING (what, name) WHERE f.n = t.n / 10 AND t.n = (SELECT max(n) FROM sizes.cases m WHERE m.what = t.what) ORDER BY t.what, t.step;
