-- Rows below a workflow: the run history, and an application's notes under protect(),
-- by who asks. The account `history`: 300,000 runs of two steps (200,000 in --quick), and as many notes, of
-- workflows of which `most` sees 67 %, `some` 1 %, `none` nothing; those of the projects
-- are for Support (`sup`), 32 %; `cust` is a connected user with a hundred runs. Peers
-- are semi-joins by hand with what each may see, above row security, with the same
-- indexes.
SELECT least(2 * :rows, 300000) AS runs \gset
CREATE FUNCTION bench.history_flow(i bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'hf_' || substr(md5(i::text), 1, 16) $$;
SELECT workflow_perms.create_account('history', 'admin');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('history', 'none', 'member', 'guest'), ('history', 'some', 'member', 'guest'),
	('history', 'most', 'member', 'guest'), ('history', 'sup', 'member', 'guest'), ('history', 'cust', 'connected', NULL);
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('history', 'sup', 'Support');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind)
	SELECT 'history', 'ws_' || i, CASE WHEN i < 68 THEN 'closed' ELSE 'project' END::workflow_perms.workspace_kind FROM generate_series(0, 99) AS i;
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id)
	SELECT 'history', 'ws_' || i, 'most' FROM generate_series(0, 66) AS i UNION ALL VALUES ('history', 'ws_67', 'some');
SET session_replication_role = replica;
-- Steps run with the rights of `most`, so that they are asked about and none is refused.
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, run_as)
	SELECT 'history', bench.history_flow(i), 'ws_' || i % 100, 'main', 'live', 'most' FROM generate_series(0, :runs * 3 / 10 - 1) AS i;
CREATE TABLE bench.runs AS
	SELECT i, 'run_' || i AS run_id, bench.history_flow(bench.draw(i, 51, :runs * 3 / 10)) AS workflow_id, CASE WHEN bench.draw(i, 52, greatest(:runs / 100, 1)) = 0 THEN 'cust' END AS for_user,
		CASE WHEN bench.draw(i, 53, 100) = 0 THEN 'failed' ELSE 'succeeded' END::workflow_perms.run_status AS status, timestamptz '2026-01-01' + i * interval '1 second' AS started_at
	FROM generate_series(1, :runs) AS i;
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
-- What each may see, by the rule above.
CREATE TABLE bench.history_visible AS
	SELECT u AS user_id, workflow_id FROM unnest('{none,some,most,sup}'::text[]) AS u, workflow_perms.workflows w
	WHERE account_id = 'history' AND CASE u WHEN 'some' THEN workspace_id = 'ws_67' WHEN 'most' THEN substr(workspace_id, 4)::int < 67 WHEN 'sup' THEN substr(workspace_id, 4)::int >= 68 ELSE false END;
CREATE INDEX ON bench.history_visible (user_id, workflow_id);
-- The engine's tables, bare, with the same indexes.
CREATE TABLE bench.bare_runs (LIKE workflow_perms.runs INCLUDING INDEXES INCLUDING DEFAULTS);
ALTER TABLE bench.bare_runs ALTER started_as SET DEFAULT 'system';
CREATE TABLE bench.bare_steps (LIKE workflow_perms.run_steps INCLUDING INDEXES INCLUDING DEFAULTS);
INSERT INTO bench.bare_runs SELECT * FROM workflow_perms.runs WHERE account_id = 'history';
INSERT INTO bench.bare_steps SELECT * FROM workflow_perms.run_steps WHERE account_id = 'history';
GRANT INSERT, UPDATE, SELECT ON bench.bare_runs, bench.bare_steps TO bench_engine;
\ir _vacuum.sql
INSERT INTO bench.cases (case_name, per, unit, at_most, session, at_size)
	SELECT 'history-newest-' || who, 1, 'ms', 5, format('SELECT workflow_perms.set_principal(''history'', %L)', who), 0 FROM unnest('{none,some,most,sup,cust}'::text[]) AS who;
INSERT INTO bench.contestants (case_name, contestant, side, role, statement, answer)
	SELECT 'history-newest-' || who, 'run_history', 'ours', 'bench_app', 'SELECT * FROM workflow_perms.run_history ORDER BY started_at DESC, run_id DESC LIMIT 100',
		'SELECT coalesce(string_agg(run_id || step_no, '','' ORDER BY started_at DESC, step_no), '''') FROM (SELECT * FROM workflow_perms.run_history ORDER BY started_at DESC, run_id DESC LIMIT 100) AS h'
	FROM unnest('{none,some,most,sup,cust}'::text[]) AS who;
INSERT INTO bench.contestants (case_name, contestant, side, statement, answer)
	SELECT 'history-newest-' || who, 'semi-join by hand', 'peer', 'SELECT * FROM ' || q, 'SELECT coalesce(string_agg(run_id || step_no, '','' ORDER BY started_at DESC, step_no), '''') FROM ' || q
	FROM unnest('{none,some,most,sup,cust}'::text[]) AS who,
		LATERAL (SELECT format($$(SELECT r.run_id, r.started_at, r.status AS run_status, s.* FROM
			(SELECT account_id, run_id, started_at, status FROM workflow_perms.runs WHERE account_id = 'history' AND %s ORDER BY started_at DESC, run_id DESC LIMIT 50) AS r
			LEFT JOIN LATERAL (SELECT step_no, details FROM workflow_perms.run_steps s WHERE s.account_id = r.account_id AND s.run_id = r.run_id OFFSET 0) AS s ON true) AS h$$,
			CASE who WHEN 'cust' THEN $$for_user = 'cust'$$ ELSE format('workflow_id IN (SELECT workflow_id FROM bench.history_visible WHERE user_id = %L)', who) END) AS q) AS q;
INSERT INTO bench.cases (case_name, per, unit, session)
	SELECT format('history-count-%s-%s', what, who), 1, 'ms', format('SELECT workflow_perms.set_principal(''history'', %L)', who) FROM unnest('{runs,run_steps,notes}'::text[]) AS what, unnest('{none,some}'::text[]) AS who;
INSERT INTO bench.contestants (case_name, contestant, side, at_most, role, statement, answer)
	SELECT format('history-count-%s-%s', what, who), contestant, side, at_most, role, q, format('SELECT count::text FROM (%s) AS n', q)
	FROM (VALUES ('runs', 'workflow_perms.runs'), ('run_steps', 'workflow_perms.run_steps'), ('notes', 'bench.notes')) AS t (what, relation), unnest('{none,some}'::text[]) AS who,
		LATERAL (VALUES ('row security', 'ours', NULL::numeric, 'bench_app'::name, 'SELECT count(*) FROM ' || relation),
			('semi-join by hand', 'peer', 1.5, NULL, format($$SELECT count(*) FROM %s WHERE account_id = 'history' AND workflow_id IN (SELECT workflow_id FROM bench.history_visible WHERE user_id = %L)$$, relation, who))) AS c (contestant, side, at_most, role, q);
-- Sets, against the list under row security.
INSERT INTO bench.cases (case_name, per, unit, session) VALUES ('sets', 1, 'ms', 'SELECT workflow_perms.set_principal(''history'', ''some'')');
INSERT INTO bench.contestants (case_name, contestant, side, at_most, role, statement, answer)
	SELECT 'sets', contestant, side, at_most, 'bench_app', q, format('SELECT count::text FROM (%s) AS n', q) FROM (VALUES
		('visible_workflows()', 'ours', NULL::numeric, 'SELECT count(*) FROM workflow_perms.visible_workflows()'),
		('what_can()', 'ours', NULL, 'SELECT count(*) FROM workflow_perms.what_can()'),
		('list under row security', 'peer', 1.5, 'SELECT count(*) FROM workflow_perms.workflows')) AS c (contestant, side, at_most, q);
-- The engine records runs of two steps, and one of many steps.
CREATE FUNCTION bench.bare_run(n int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1 .. n LOOP
		INSERT INTO bench.bare_runs (account_id, run_id, workflow_id, status, started_at) VALUES ('history', 'new_' || i, bench.history_flow(i), 'running', now());
		INSERT INTO bench.bare_steps (account_id, run_id, step_no, workflow_id, status, details) VALUES ('history', 'new_' || i, 1, 'w', 'succeeded', '{"a": 1}'), ('history', 'new_' || i, 2, 'w', 'succeeded', '{"a": 2}');
		UPDATE bench.bare_runs SET status = 'succeeded', finished_at = now() WHERE account_id = 'history' AND run_id = 'new_' || i;
	END LOOP;
END $$;
CREATE FUNCTION bench.recorded_run(n int, how text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1 .. n LOOP
		INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, status, started_at) VALUES ('history', 'new_' || i, bench.history_flow(i), 'running', now());
		IF how = 'record_step' THEN
			PERFORM workflow_perms.record_step('history', 'new_' || i, step, NULL, 'succeeded', jsonb_build_object('a', step)) FROM generate_series(1, 2) AS step;
		ELSIF how = 'record_steps' THEN
			PERFORM workflow_perms.record_steps('history', 'new_' || i, '[{"step_no": 1, "status": "succeeded", "details": {"a": 1}}, {"step_no": 2, "status": "succeeded", "details": {"a": 2}}]');
		ELSE
			INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, status, details) VALUES ('history', 'new_' || i, 1, 'succeeded', '{"a": 1}'), ('history', 'new_' || i, 2, 'succeeded', '{"a": 2}');
		END IF;
		PERFORM workflow_perms.finish_run('history', 'new_' || i, 'succeeded');
	END LOOP;
END $$;
CREATE TABLE bench.many_steps AS
	SELECT jsonb_agg(jsonb_build_object('step_no', n, 'status', 'succeeded', 'details', jsonb_build_object('n', n)) ORDER BY n) AS steps FROM generate_series(1, 200) AS n;
GRANT SELECT ON bench.many_steps TO bench_engine;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA bench TO PUBLIC;
INSERT INTO bench.cases (case_name, per, unit)
	SELECT 'engine-run' || how, 50, 'us' FROM unnest('{"", ", record_step()", ", record_steps()"}'::text[]) AS how UNION ALL VALUES ('engine-many-steps', 200, 'us');
INSERT INTO bench.contestants (case_name, contestant, side, at_most, role, statement)
	SELECT case_name, contestant, side, at_most, 'bench_engine', statement
	FROM (VALUES ('engine-run', 2.5), ('engine-run, record_step()', NULL), ('engine-run, record_steps()', NULL)) AS e (case_name, at_most),
		LATERAL (VALUES ('workflow_perms', 'ours', format('SELECT bench.recorded_run(50, %L)', substring(case_name FROM ', (.*)\(\)'))), ('bare tables', 'peer', 'SELECT bench.bare_run(50)')) AS c (contestant, side, statement);
INSERT INTO bench.contestants (case_name, contestant, side, role, setup, statement)
	SELECT 'engine-many-steps', contestant, side, 'bench_engine', format($$INSERT INTO %s (account_id, run_id, workflow_id, status, started_at) VALUES ('history', 'many', bench.history_flow(1), 'running', now())$$, relation), statement
	FROM (VALUES
		('record_steps()', 'ours', 'workflow_perms.runs', $$SELECT count(*) FROM bench.many_steps m, workflow_perms.record_steps('history', 'many', m.steps)$$),
		('bare INSERT', 'peer', 'bench.bare_runs', $$INSERT INTO bench.bare_steps (account_id, run_id, step_no, workflow_id, status, details)
			SELECT 'history', 'many', g.step_no, 'w', g.status, g.details FROM bench.many_steps m, jsonb_to_recordset(m.steps) AS g (step_no integer, status workflow_perms.run_status, details jsonb)$$)
	) AS c (contestant, side, relation, statement);
