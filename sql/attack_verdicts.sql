-- Verdicts of workflows that a backend remembers for the rows that belong to them: runs,
-- steps, the history, versions, a protected table. A verdict ends with what it depends
-- on: a right that is revoked, a savepoint that is rolled back, another principal,
-- another account, the time. And whichever way rows are found, they are those of
-- workflows that may be seen, asked one by one.
SET client_min_messages = warning;
SET jit = off;
\getenv abs_srcdir PG_ABS_SRCDIR
\set model_made :abs_srcdir '/test/model_made.sql'
\i :model_made
CREATE SCHEMA verdicts;
GRANT USAGE, CREATE ON SCHEMA verdicts TO regress_app;
-- Two accounts with the same ids. In the second everything is open.
SELECT workflow_perms.create_account(a, 'boss') FROM unnest('{av,aw}'::text[]) AS a;
UPDATE workflow_perms.accounts SET guests_see_open_main = false WHERE account_id = 'av';
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role, metadata)
	SELECT a, u.* FROM unnest('{av,aw}'::text[]) AS a, (VALUES
		('none', 'member'::workflow_perms.user_kind, 'guest'::workflow_perms.account_role, '{}'::jsonb), ('few', 'member', 'member', '{}'), ('most', 'member', 'guest', '{}'),
		('sup', 'service', NULL, '{}'), ('cust', 'connected', NULL, jsonb_build_object('since', now() + '1 hour')), ('other', 'connected', NULL, '{}')) AS u;
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('av', 'sup', 'Support');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('av', 'mine', 'closed'), ('av', 'big', 'closed'), ('av', 'proj', 'project'), ('aw', 'mine', 'open'), ('aw', 'big', 'open'), ('aw', 'proj', 'open'),
	('av', 'x', 'closed'), ('av', 'xy', 'closed');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('av', 'mine', 'few'), ('av', 'mine', 'most'), ('av', 'big', 'most'), ('av', 'x', 'few');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition)
	SELECT a, 'w' || i, CASE WHEN i % 400 < 5 THEN 'mine' WHEN i % 10 = 9 THEN 'proj' ELSE 'big' END, 'main', 'live',
		CASE WHEN i % 20 = 9 THEN '{"since": {"$after": {"$ago": "PT2S"}}}' END::workflow_perms.metadata_condition
	FROM unnest('{av,aw}'::text[]) AS a, generate_series(1, 4000) AS i;
INSERT INTO workflow_perms.boards (account_id, board_id, workspace_id, kind) VALUES ('av', 'yz', 'x', 'main'), ('av', 'z', 'xy', 'main');
SET session_replication_role = replica;
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, started_as, started_by, for_user, status, started_at)
	SELECT a, 'r' || i, 'w' || (1 + i * 2 % 4000), CASE WHEN i % 397 = 0 THEN 'user' ELSE 'system' END::workflow_perms.run_starter,
		CASE WHEN i % 397 = 0 THEN 'cust' END, CASE WHEN i % 199 = 0 THEN 'cust' END,
		CASE WHEN i % 50 = 0 THEN 'failed' ELSE 'succeeded' END::workflow_perms.run_status, '2026-01-01'::timestamptz + i * interval '1 second'
	FROM unnest('{av,aw}'::text[]) AS a, generate_series(4, 2000, 4) AS i;
INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, workflow_id, workspace_id, board_id, status, details)
	SELECT account_id, run_id, n, workflow_id, CASE n WHEN 1 THEN NULL WHEN 2 THEN 'x' ELSE 'xy' END, CASE n WHEN 1 THEN NULL WHEN 2 THEN 'yz' ELSE 'z' END, 'succeeded', jsonb_build_object('n', n)
	FROM workflow_perms.runs, generate_series(1, 3) AS n WHERE account_id IN ('av', 'aw') AND (n < 2 OR workflow_id IN ('w1', 'w2'));
INSERT INTO workflow_perms.workflow_versions (account_id, workflow_id, version, definition, published_at)
	SELECT account_id, workflow_id, 1, '1', now() FROM workflow_perms.workflows WHERE account_id IN ('av', 'aw');
UPDATE workflow_perms.workflows SET live_version = 1 WHERE account_id IN ('av', 'aw');
RESET session_replication_role;
CREATE TABLE verdicts.notes (account_id text, workflow_id text, n int);
INSERT INTO verdicts.notes SELECT account_id, workflow_id, n FROM workflow_perms.workflows, generate_series(1, 2) AS n WHERE account_id IN ('av', 'aw') UNION ALL VALUES ('av', NULL, 0), ('av', 'nosuch', 0), (NULL, 'w1', 0);
CREATE TABLE verdicts.numbered (account_id text, workflow_id bigint, n int);
SELECT workflow_perms.protect('verdicts.notes'), workflow_perms.protect('verdicts.numbered');
GRANT SELECT, INSERT, UPDATE, DELETE ON verdicts.notes, verdicts.numbered TO regress_app;
ANALYZE workflow_perms.workflows, workflow_perms.runs, workflow_perms.run_steps, workflow_perms.workflow_versions, verdicts.notes;

-- What the policies show, counted; kept plans.
PREPARE seen AS SELECT (SELECT count(*) FROM workflow_perms.runs) AS runs, (SELECT count(*) FROM workflow_perms.run_steps) AS steps,
	(SELECT count(*) FROM workflow_perms.run_history) AS history, (SELECT count(*) FROM workflow_perms.run_history WHERE redacted) AS redacted,
	(SELECT count(*) FROM workflow_perms.workflow_versions) AS versions, (SELECT count(*) FROM verdicts.notes) AS notes;
-- What it is when each row is asked, as the owner of the tables.
CREATE TABLE verdicts.wanted (account text, asker text, runs bigint, steps bigint, versions bigint, notes bigint);
CREATE PROCEDURE verdicts.ask() LANGUAGE plpgsql AS $$
DECLARE
	asker record;
BEGIN
	FOR asker IN SELECT account_id, user_id FROM workflow_perms.users WHERE account_id IN ('av', 'aw') LOOP
		PERFORM workflow_perms.set_principal(asker.account_id, asker.user_id);
		INSERT INTO verdicts.wanted SELECT asker.account_id, asker.user_id,
			(SELECT count(*) FROM workflow_perms.runs r WHERE account_id = asker.account_id AND workflow_perms.can_view_run(r.run_id)),
			(SELECT count(*) FROM workflow_perms.run_steps s WHERE account_id = asker.account_id AND workflow_perms.can_view_run_detail(s.run_id, s.step_no)),
			(SELECT count(*) FROM workflow_perms.workflow_versions v JOIN workflow_perms.workflows w USING (account_id, workflow_id) WHERE account_id = asker.account_id AND workflow_perms.principal_is_team(account_id)
				AND workflow_perms.workflow_verdict('view', account_id, workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden) = 'allowed'),
			(SELECT count(*) FROM verdicts.notes n JOIN workflow_perms.workflows w USING (account_id, workflow_id) WHERE account_id = asker.account_id
				AND workflow_perms.workflow_verdict('view', account_id, workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden) = 'allowed');
		COMMIT;
	END LOOP;
END
$$;
CALL verdicts.ask();
SELECT account, asker, runs, steps, versions, notes FROM verdicts.wanted ORDER BY account, asker;
CREATE PROCEDURE verdicts.compare(leaning text) LANGUAGE plpgsql AS $$
DECLARE
	account_now text;
	asker_now text;
	seen record;
BEGIN
	FOREACH account_now IN ARRAY '{av,aw}'::text[] LOOP
		FOREACH asker_now IN ARRAY '{none,few,most,sup,cust,other,few}'::text[] LOOP
			PERFORM workflow_perms.set_principal(account_now, asker_now);
			SET LOCAL ROLE regress_app;
			EXECUTE 'EXECUTE seen' INTO seen;
			RESET ROLE;
			COMMIT;
			IF NOT EXISTS (SELECT FROM verdicts.wanted w WHERE w.account = account_now AND w.asker = asker_now
				AND (w.runs, w.steps, w.versions, w.notes) = (seen.runs, seen.steps, seen.versions, seen.notes))
			THEN
				RAISE WARNING '% % %: %', leaning, account_now, asker_now, seen;
			END IF;
		END LOOP;
	END LOOP;
END
$$;
CALL verdicts.compare('as planned');
SET plan_cache_mode = force_generic_plan;
CALL verdicts.compare('generic');
SET enable_seqscan = off;
CALL verdicts.compare('generic, by index');
RESET plan_cache_mode;
CALL verdicts.compare('by index');
RESET enable_seqscan;
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SET enable_bitmapscan = off;
CALL verdicts.compare('by scan');
RESET enable_bitmapscan;
SET enable_seqscan = off;
CALL verdicts.compare('by bitmap');
RESET enable_seqscan;
RESET enable_indexscan;
RESET enable_indexonlyscan;
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET min_parallel_index_scan_size = 0;
CALL verdicts.compare('in parallel');
RESET max_parallel_workers_per_gather;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET min_parallel_index_scan_size;

-- A right that is revoked in the transaction that has used it, and the savepoint of that,
-- rolled back; by another role, which acts in between.
CREATE FUNCTION verdicts.change(statement text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN EXECUTE statement; END $$;
BEGIN;
SELECT workflow_perms.set_principal('av', 'few');
SET LOCAL ROLE regress_app;
EXECUTE seen;
SAVEPOINT s;
SELECT verdicts.change($$DELETE FROM workflow_perms.workspace_members WHERE account_id = 'av' AND user_id = 'few'$$);
EXECUTE seen;
ROLLBACK TO s;
EXECUTE seen;
SELECT verdicts.change($$UPDATE workflow_perms.workspace_members SET expires_at = now() WHERE account_id = 'av' AND user_id = 'few' AND workspace_id = 'mine'$$);
EXECUTE seen;
ROLLBACK TO s;
SELECT verdicts.change($$UPDATE workflow_perms.users SET active = false WHERE account_id = 'av' AND user_id = 'few'$$);
EXECUTE seen;
ROLLBACK TO s;
SELECT verdicts.change($$UPDATE workflow_perms.workflows SET visibility = 'private' WHERE account_id = 'av' AND workflow_id IN ('w1', 'w2', 'w3')$$);
EXECUTE seen;
ROLLBACK TO s;
SELECT verdicts.change($$DELETE FROM workflow_perms.workflows WHERE account_id = 'av' AND workflow_id = 'w4'$$);
EXECUTE seen;
ROLLBACK TO s;
EXECUTE seen;
-- A cursor keeps its snapshot, and what it may show; what comes later does not.
DECLARE before CURSOR FOR SELECT n, workflow_id FROM verdicts.notes WHERE workflow_id IN ('w1', 'w400') ORDER BY workflow_id, n;
FETCH 1 FROM before;
SELECT verdicts.change($$DELETE FROM workflow_perms.workspace_members WHERE account_id = 'av' AND user_id = 'few'$$);
EXECUTE seen;
FETCH ALL FROM before;
EXECUTE seen;
ROLLBACK;

-- Nobody set, an anonymous principal, the next transaction's principal, in one session.
BEGIN;
SET LOCAL ROLE regress_app;
EXECUTE seen;
COMMIT;
BEGIN;
SELECT workflow_perms.set_anonymous('av');
SET LOCAL ROLE regress_app;
EXECUTE seen;
COMMIT;
BEGIN;
SELECT workflow_perms.set_principal('aw', 'few');
SET LOCAL ROLE regress_app;
SELECT count(*), count(*) FILTER (WHERE account_id = 'aw') AS own FROM verdicts.notes;
SELECT workflow_perms.can_view_in('aw', 'w7') AS own, workflow_perms.can_view_in('av', 'w7') AS other_account;
COMMIT;
BEGIN;
SELECT workflow_perms.set_principal('av', 'few');
SET LOCAL ROLE regress_app;
SELECT workflow_perms.can_view_in('av', 'w1') AS own, workflow_perms.can_view_in('av', 'w7') AS not_own, workflow_perms.can_view_in('aw', 'w1') AS other_account;
-- What a step touched is remembered by all of its ids, not by what these make together:
-- `x` and `yz` may be seen, `xy` and `z` may not.
SELECT run_id, step_no, details, redacted FROM workflow_perms.run_history WHERE workflow_id = 'w1' ORDER BY run_id, step_no;
SELECT run_id, step_no, details, redacted FROM workflow_perms.run_history WHERE workflow_id = 'w1' ORDER BY run_id, step_no DESC;
SELECT count(*) FROM workflow_perms.redacted_run_steps WHERE workflow_id = 'w1';
SELECT count(*) FROM workflow_perms.redacted_run_steps WHERE workflow_id = 'w7';
-- Rights to write are others than rights to read.
UPDATE verdicts.notes SET n = n;
INSERT INTO verdicts.notes VALUES ('av', 'w1', 3);
COMMIT;

-- The time: a condition that reckons from now() is decided anew in the next transaction,
-- though nothing else has changed.
UPDATE workflow_perms.users SET metadata = jsonb_build_object('since', clock_timestamp() + '3 seconds') WHERE account_id = 'av' AND user_id = 'cust';
BEGIN;
SELECT workflow_perms.set_principal('av', 'cust');
SET LOCAL ROLE regress_app;
SELECT count(*) AS conditional FROM verdicts.notes WHERE workflow_id ~ '[02468]9$' AND workflow_perms.can_view_in(account_id, workflow_id);
COMMIT;
SELECT pg_sleep(5.1);
BEGIN;
SELECT workflow_perms.set_principal('av', 'cust');
SET LOCAL ROLE regress_app;
SELECT count(*) AS conditional FROM verdicts.notes WHERE workflow_id ~ '[02468]9$' AND workflow_perms.can_view_in(account_id, workflow_id);
COMMIT;

-- The functions of the plans, called by anybody: they tell nothing that may not be asked.
BEGIN;
SELECT workflow_perms.set_principal('av', 'few');
SET LOCAL ROLE regress_app;
SELECT workflow_perms._view_in('av', 'w1') AS sees, workflow_perms._view_in('av', 'w7') AS does_not, workflow_perms._edit_in('av', 'w1') AS edits,
	workflow_perms._view_run('av', 'w1', NULL, NULL) AS run, workflow_perms._view_run('av', 'w7', 'few', 'few') AS not_its_run, workflow_perms._bound_user() AS member;
COMMIT;
DROP SCHEMA verdicts CASCADE;
DELETE FROM workflow_perms.accounts WHERE account_id IN ('av', 'aw');
VACUUM ANALYZE workflow_perms.workflows, workflow_perms.runs, workflow_perms.run_steps, workflow_perms.workflow_versions;
