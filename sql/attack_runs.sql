-- An attacker who may start runs, or see that they took place, wants more: what a
-- restricted step did, and whose rights a workflow runs with. No LEAK below.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE SCHEMA attack;
GRANT USAGE, CREATE ON SCHEMA attack TO regress_app;
CREATE FUNCTION attack.leak(seen text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$
BEGIN
	IF seen ~ 'sesame' THEN
		RAISE WARNING 'LEAK: %', seen;
	END IF;
	RETURN true;
END
$$;
SELECT workflow_perms.create_account('at', 'ada');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES
	('at', 'director', 'member', 'member'), ('at', 'own', 'member', 'member'), ('at', 'mem', 'member', 'member'), ('at', 'u', 'connected', NULL);
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('at', 'o', 'open');
INSERT INTO workflow_perms.boards (account_id, board_id, workspace_id, kind) VALUES ('at', 'priv', 'o', 'private');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status) VALUES
	('at', 'private', 'o', 'private', 'live'), ('at', 'main', 'o', 'main', 'live');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('at', 'private', 'own'), ('at', 'main', 'own');
UPDATE workflow_perms.workflow_members SET is_owner = true WHERE account_id = 'at';
INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, user_id, effect) VALUES
	('at', 'private', 'mem', 'grant'), ('at', 'private', 'u', 'grant');
-- History as it would have come about.
SET session_replication_role = replica;
UPDATE workflow_perms.workflows SET run_as = 'director' WHERE account_id = 'at';
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, started_as, run_as, status, started_at) VALUES ('at', 'r', 'main', 'system', 'director', 'failed', now());
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, started_as, run_as, status, started_at) VALUES ('at', 'open sesame, run', 'private', 'system', 'director', 'failed', now());
INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, workflow_id, workspace_id, board_id, access, status, details, error) VALUES
	('at', 'r', 1, 'main', 'o', 'priv', 'read', 'failed', '{"say": "sesame"}', 'open sesame'),
	('at', 'open sesame, run', 1, 'private', NULL, NULL, NULL, 'failed', '{"say": "sesame"}', 'open sesame');
RESET session_replication_role;

-- Who may run a workflow without seeing it does not learn from an error whom it runs as.
BEGIN;
SELECT workflow_perms.set_principal('at', 'mem');
SET LOCAL ROLE regress_app;
SELECT workflow_perms.can_view('private') AS sees, workflow_perms.can_run('private') AS runs;
SAVEPOINT s;
SELECT workflow_perms.start_run('private', NULL);
ROLLBACK TO s;
SELECT workflow_perms.start_run('private', '');
ROLLBACK TO s;
SELECT workflow_perms.start_run('private', repeat('x', 256));
ROLLBACK TO s;
SELECT workflow_perms.start_run('private', 'r');
ROLLBACK;
BEGIN;
SELECT workflow_perms.set_principal('at', 'own');
SET LOCAL ROLE regress_app;
SAVEPOINT s;
SELECT workflow_perms.replay('r', NULL);
ROLLBACK TO s;
SELECT workflow_perms.replay('r', '');
ROLLBACK;

-- mem sees the run and not the board: no way of asking shows the step.
BEGIN;
SELECT workflow_perms.set_principal('at', 'mem');
SET LOCAL ROLE regress_app;
SAVEPOINT s;
SELECT run_id, step_no, status, details, error, redacted FROM workflow_perms.run_history WHERE attack.leak(details::text) AND attack.leak(error);
SELECT count(*) FROM workflow_perms.run_steps WHERE attack.leak(details::text) AND attack.leak(error);
SELECT count(*) FROM workflow_perms.runs r JOIN workflow_perms.run_steps s ON attack.leak(s.error) AND s.run_id = r.run_id;
SELECT count(*) FROM workflow_perms.run_history WHERE (details ->> 'say')::int = 1 OR error::int = 1;
SELECT count(*) FROM workflow_perms.run_history h WHERE attack.leak(h::text);
SELECT count(*) FROM workflow_perms.run_history WHERE attack.leak(run_id);
SELECT count(*) FROM workflow_perms.runs WHERE attack.leak(run_id);
SELECT count(*) FROM workflow_perms.redacted_run_steps WHERE attack.leak(run_id) AND attack.leak(details::text) AND attack.leak(error);
SELECT count(*) FROM workflow_perms.redacted_run_steps s WHERE attack.leak(s::text);
SELECT step_no FROM workflow_perms.run_history ORDER BY attack.leak(details::text), error;
COPY (SELECT details, error FROM workflow_perms.run_history) TO STDOUT;
DECLARE c CURSOR FOR SELECT details FROM workflow_perms.run_history;
FETCH ALL FROM c;
CREATE VIEW attack.mine AS SELECT * FROM workflow_perms.run_history WHERE attack.leak(details::text);
SELECT count(*) FROM attack.mine;
SELECT details FROM workflow_perms.run_steps FOR UPDATE;
ROLLBACK TO s;
UPDATE workflow_perms.run_steps SET details = details RETURNING details;
ROLLBACK TO s;
UPDATE workflow_perms.run_history SET error = '' RETURNING details;
ROLLBACK TO s;
SELECT workflow_perms.record_step('at', 'r', 1, NULL, 'failed');
ROLLBACK TO s;
SELECT * FROM workflow_perms.step_access('at', 'r', 's');
ROLLBACK TO s;
SELECT workflow_perms._start_verdict('at', 'main', 'director', NULL);
ROLLBACK TO s;
SELECT workflow_perms.replay('r', 'again');
ROLLBACK;

-- A customer starts a run for another customer, to read what comes of it; and asks so which users
-- and workflows there are. Whatever is named, the answer is the same.
INSERT INTO workflow_perms.users (account_id, user_id, kind) VALUES ('at', 'victim', 'connected');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('at', 'app', 'app');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, status) VALUES ('at', 'flow', 'app', 'live');
CREATE FUNCTION attack.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	RETURN 'done';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || regexp_replace(SQLERRM, '^.*:', '');
END
$$;
CREATE VIEW attack.starts AS SELECT who, string_agg(DISTINCT answer, ', ') AS answers
	FROM unnest(ARRAY['flow', 'private', 'nosuch']) AS w, unnest(ARRAY['victim', 'mem', 'own', 'nobody', 'U', '']) AS who,
		attack.try(format('SELECT workflow_perms.start_run(%L, ''of u'', %L)', w, who)) AS answer
	GROUP BY who ORDER BY who COLLATE "C";
GRANT SELECT ON attack.starts TO regress_app, regress_engine;
GRANT USAGE ON SCHEMA attack TO regress_engine;
BEGIN;
SELECT workflow_perms.set_principal('at', 'u');
SET LOCAL ROLE regress_app;
SELECT attack.try($$SELECT workflow_perms.start_run('flow', 'of u', 'u')$$) AS "for oneself";
TABLE attack.starts;
SET LOCAL ROLE regress_engine;
TABLE attack.starts;
SELECT who, attack.try(format('INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, for_user, status, started_at) VALUES (''at'', ''by the engine'', ''flow'', %L, ''running'', now())', who))
	FROM unnest(ARRAY['u', 'victim', 'nobody']) who;
ROLLBACK;
BEGIN;
SELECT workflow_perms.set_anonymous('at');
SET LOCAL ROLE regress_app;
TABLE attack.starts;
ROLLBACK;

-- Nor by any other function that the application may call, whichever of its arguments names the
-- user: one who is there is answered as one who is not. A member learns it by some of them.
CREATE TABLE attack.calls AS
	SELECT f.name, a.place, format('SELECT * FROM %s(%s)', f.name, string_agg(CASE
			WHEN x.place = a.place THEN '%1$L'
			WHEN x.name = 'action' THEN $$'run'$$
			WHEN x.name = 'account_id' THEN $$'at'$$
			WHEN x.type = 'text'::regtype THEN $$'flow'$$
			WHEN x.type IN ('jsonb'::regtype, 'workflow_perms.metadata_condition'::regtype) THEN format($$'{}'::%s$$, x.type)
			WHEN x.type = 'text[]'::regtype THEN $$'{flow,1}'$$
			ELSE format('NULL::%s', x.type) END, ', ' ORDER BY x.place)) AS call
	FROM (SELECT p.oid, p.oid::regproc::text AS name, p.proargtypes, p.proargnames FROM pg_proc p
			-- a token that is refused leaves nobody who could ask on
			WHERE p.pronamespace = 'workflow_perms'::regnamespace AND p.prokind = 'f' AND p.proname <> 'authenticate'
				AND p.prorettype NOT IN ('trigger'::regtype, 'internal'::regtype) AND has_function_privilege('regress_app', p.oid, 'EXECUTE')) AS f,
		LATERAL (SELECT place, type FROM unnest(f.proargtypes) WITH ORDINALITY AS t (type, place) WHERE type = 'text'::regtype) AS a,
		LATERAL (SELECT t.place, t.type::regtype, f.proargnames[t.place] AS name FROM unnest(f.proargtypes) WITH ORDINALITY AS t (type, place)) AS x
	GROUP BY f.oid, f.name, a.place;
-- What is said of the user, with the name taken out.
CREATE FUNCTION attack.said(call text, who text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text := '';
	r record;
BEGIN
	BEGIN
		FOR r IN EXECUTE format(call, who) LOOP
			answer := answer || r::text;
		END LOOP;
		RAISE EXCEPTION USING ERRCODE = 'ATUND';
	EXCEPTION
		WHEN SQLSTATE 'ATUND' THEN
		WHEN OTHERS THEN answer := SQLSTATE || SQLERRM;
	END;
	RETURN replace(answer, who, 'who');
END
$$;
CREATE VIEW attack.told WITH (security_invoker) AS
	SELECT count(*) > 100 AS asked, string_agg(DISTINCT name, ', ' ORDER BY name) FILTER (WHERE tells) AS tells
	FROM (SELECT name, bool_or(attack.said(call, who) <> attack.said(call, 'nobody')) AS tells
		FROM attack.calls, unnest(ARRAY['victim', 'director']) AS who GROUP BY name, place) AS answers;
GRANT SELECT ON attack.told, attack.calls TO regress_app;
BEGIN; SELECT workflow_perms.set_principal('at', 'u'); SET LOCAL ROLE regress_app; TABLE attack.told; ROLLBACK;
BEGIN; SELECT workflow_perms.set_anonymous('at'); SET LOCAL ROLE regress_app; TABLE attack.told; ROLLBACK;
BEGIN; SELECT workflow_perms.set_principal('at', 'ada'); SET LOCAL ROLE regress_app; SELECT asked, tells ~ 'start_run' AND tells ~ 'explain_access' AS tells FROM attack.told; ROLLBACK;

-- own owns main, which runs with the director's rights, and has it do something with them: what
-- does not pass through publish() does not get there, not with every privilege either.
INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, board_id, access) VALUES
	('at', 'main', 's', 'o', NULL, 'read');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status) VALUES ('at', 'mine', 'o', 'main', 'live');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, is_owner) VALUES ('at', 'mine', 'own', false);
UPDATE workflow_perms.workflow_members SET is_owner = true WHERE account_id = 'at';
CREATE VIEW attack.steps WITH (security_invoker) AS SELECT * FROM workflow_perms.workflow_steps;
GRANT ALL ON attack.steps TO regress_full;
GRANT USAGE ON SCHEMA attack TO regress_full;
BEGIN;
SELECT workflow_perms.set_principal('at', 'own');
SET LOCAL ROLE regress_full;
-- a step of one's own workflow, which one may write
INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, access) VALUES ('at', 'mine', 'mine', 'o', 'read');
SELECT n, attack.try(statement) FROM (VALUES
	(1, $$INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, access) VALUES ('at', 'main', 'evil', 'o', 'write')$$),
	(2, $$INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, access) VALUES ('at', 'main', 's', 'o', 'write') ON CONFLICT (account_id, workflow_id, step_id) DO UPDATE SET access = 'write'$$),
	(3, $$INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, access) VALUES ('at', 'main', 's', 'o', 'write') ON CONFLICT DO NOTHING$$),
	(4, $$UPDATE workflow_perms.workflow_steps SET access = 'write' WHERE workflow_id = 'main'$$),
	(5, $$UPDATE workflow_perms.workflow_steps SET access = 'write'$$),
	(6, $$UPDATE workflow_perms.workflow_steps SET workflow_id = 'main', step_id = 'evil' WHERE workflow_id = 'mine'$$),
	(7, $$DELETE FROM workflow_perms.workflow_steps WHERE workflow_id = 'main'$$),
	(8, $$MERGE INTO workflow_perms.workflow_steps s USING (VALUES ('s'), ('evil')) AS v (step_id) ON s.workflow_id = 'main' AND s.step_id = v.step_id WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN INSERT (account_id, workflow_id, step_id, workspace_id, access) VALUES ('at', 'main', v.step_id, 'o', 'write')$$),
	(9, $$MERGE INTO workflow_perms.workflow_steps s USING (VALUES ('s')) AS v (step_id) ON s.workflow_id = 'main' AND s.step_id = v.step_id WHEN MATCHED THEN DELETE$$),
	(10, $$INSERT INTO attack.steps (account_id, workflow_id, step_id, workspace_id, access) VALUES ('at', 'main', 'evil', 'o', 'write')$$),
	(11, $$UPDATE attack.steps SET access = 'write' WHERE workflow_id = 'main'$$),
	(12, $$WITH gone AS (DELETE FROM workflow_perms.workflow_steps WHERE workflow_id = 'mine' RETURNING step_id) INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, access) SELECT 'at', 'main', step_id, 'o', 'write' FROM gone$$),
	(13, $$UPDATE workflow_perms.workflows SET run_as = 'own' WHERE workflow_id = 'main'$$),
	(14, $$UPDATE workflow_perms.workflows SET run_as = 'director' WHERE workflow_id = 'mine'$$),
	(15, $$TRUNCATE workflow_perms.workflow_steps$$)) AS v (n, statement) ORDER BY n;
SAVEPOINT s;
COPY workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, access) FROM STDIN;
at	main	evil	o	write
\.
ROLLBACK TO s;
-- Publishing makes it one's own; taking that back takes it all back.
INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ('at', 'main', 'own', '1');
SET LOCAL ROLE regress_app;
SELECT FROM workflow_perms.publish('main');
INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, access) VALUES ('at', 'main', 'evil', 'o', 'write');
SELECT workflow_id, run_as FROM workflow_perms.workflows WHERE workflow_id IN ('main', 'mine') ORDER BY 1;
ROLLBACK TO s;
SET LOCAL ROLE regress_app;
INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, access) VALUES ('at', 'main', 'evil', 'o', 'write');
ROLLBACK;
SELECT workflow_id, run_as, step_id, access FROM workflow_perms.workflows LEFT JOIN workflow_perms.workflow_steps USING (account_id, workflow_id)
	WHERE account_id = 'at' AND workflow_id IN ('main', 'mine') ORDER BY 1;

-- The engine records a step that nobody declared, as one that touches nothing or what everybody
-- sees: it has failed, and no way of asking shows what it did, whoever asks.
SET ROLE regress_engine;
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, status, started_at) VALUES ('at', 'hidden', 'main', 'running', now());
SELECT * FROM workflow_perms.record_step('at', 'hidden', 1, 'evil', 'succeeded', '{"say": "sesame"}', 'open sesame');
SELECT * FROM workflow_perms.record_step('at', 'hidden', 2, NULL, 'running', '{"say": "sesame"}', 'open sesame', 'o', NULL, NULL, 'read');
SELECT * FROM workflow_perms.record_step('at', 'hidden', 2, 's', 'succeeded', '{"say": "sesame, again"}');
UPDATE workflow_perms.run_steps SET details = '{"say": "sesame, once more"}' WHERE run_id = 'hidden';
RESET ROLE;
CREATE VIEW attack.hidden WITH (security_invoker) AS SELECT
	(SELECT count(*) FROM workflow_perms.run_steps WHERE run_id = 'hidden' AND attack.leak(details::text) AND attack.leak(error)) AS steps,
	(SELECT count(*) FROM workflow_perms.run_history h WHERE run_id = 'hidden' AND redacted AND attack.leak(h::text)) AS redacted,
	(SELECT count(*) FROM workflow_perms.run_history h WHERE run_id = 'hidden' AND NOT redacted) AS shown,
	workflow_perms.can_view_run_detail('hidden', 1) AS gate,
	(SELECT string_agg(e.code, ' ') FROM workflow_perms.explain_access('view_run_detail', ARRAY['hidden', '2']) e) AS code;
GRANT SELECT ON attack.hidden TO regress_app;
CREATE FUNCTION attack.look(who text) RETURNS SETOF attack.hidden LANGUAGE plpgsql AS $$
BEGIN
	PERFORM matrix.become('at/' || who, 'regress_app');
	RETURN QUERY TABLE attack.hidden;
END
$$;
BEGIN; SELECT * FROM attack.look('mem'); ROLLBACK;
BEGIN; SELECT * FROM attack.look('own'); ROLLBACK;
BEGIN; SELECT * FROM attack.look('director'); ROLLBACK;
BEGIN; SELECT * FROM attack.look('ada'); ROLLBACK;
-- Nor does it come to light when a step of that id is declared afterwards.
INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, access) VALUES ('at', 'main', 'evil', 'o', 'read');
BEGIN; SELECT * FROM attack.look('director'); ROLLBACK;

DELETE FROM workflow_perms.accounts WHERE account_id = 'at';
DROP SCHEMA attack CASCADE;
RESET client_min_messages;
