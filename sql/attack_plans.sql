-- An attacker runs plans that were made while somebody else was the principal: prepared,
-- kept by a function, forced one way and the other, and one plan for many principals. What
-- comes is what whoever asks may see, row for row, and nothing of the one before. On the
-- accounts of matrix_setup, and on two that are alike and large enough for every index.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
DO $$
DECLARE
	account text;
BEGIN
	FOREACH account IN ARRAY ARRAY['pa', 'pb'] LOOP
		PERFORM workflow_perms.create_account(account, 'ada');
		INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) SELECT account, 'u' || i, 'member', 'viewer' FROM generate_series(1, 3) i;
		INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) SELECT account, 'c' || i, 'closed' FROM generate_series(1, 20) i;
		INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) SELECT account, 'c' || i, 'u' || i FROM generate_series(1, 3) i;
		-- (No need for all their effects here.)
		SET LOCAL session_replication_role = replica;
		INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status)
			SELECT account, i::text, 'c' || 1 + i % 20, CASE WHEN i % 3 = 0 THEN 'private' ELSE 'main' END::workflow_perms.workflow_visibility, 'live'
			FROM generate_series(1, 1000) i;
		SET LOCAL session_replication_role = origin;
		INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) SELECT account, (i * 30)::text, 'u' || i FROM generate_series(1, 3) i;
	END LOOP;
END
$$;
ANALYZE workflow_perms.workflows;
CREATE SCHEMA plans;
GRANT USAGE ON SCHEMA plans TO regress_app;
SET plan_cache_mode = force_generic_plan;
SET jit = off;
-- Each keeps one plan for the session: by the policies; by can_…; and for a principal that is given.
CREATE FUNCTION plans.listed() RETURNS text[] LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT array_agg(w.account_id || ' ' || w.workflow_id ORDER BY w.account_id, w.workflow_id) FROM workflow_perms.workflows w);
END
$$;
CREATE FUNCTION plans.viewed() RETURNS text[] LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT array_agg(w.account_id || ' ' || w.workflow_id ORDER BY w.account_id, w.workflow_id) FROM workflow_perms.workflows w
		WHERE workflow_perms.can_view(w));
END
$$;
CREATE FUNCTION plans.run() RETURNS text[] LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT array_agg(w.account_id || ' ' || w.workflow_id ORDER BY w.account_id, w.workflow_id) FROM workflow_perms.workflows w
		WHERE workflow_perms.can_run(w));
END
$$;
CREATE FUNCTION plans.given(p workflow_perms.principal) RETURNS text[] LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT array_agg(w.account_id || ' ' || w.workflow_id ORDER BY w.account_id, w.workflow_id) FROM workflow_perms.workflows w
		WHERE workflow_perms.can_view(p, w));
END
$$;
-- Row by row: a verdict is not taken apart.
CREATE FUNCTION plans.allowed(action text) RETURNS text[] LANGUAGE sql AS $$
	SELECT array_agg(w.account_id || ' ' || w.workflow_id ORDER BY w.account_id, w.workflow_id) FROM workflow_perms.workflows w
	WHERE workflow_perms.workflow_verdict(action, w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden) = 'allowed'
$$;
CREATE TABLE plans.truth (who text PRIMARY KEY, viewed text[], run text[]);
CREATE TABLE plans.answers (scan text, who text, way text, answer text[]);
CREATE PROCEDURE plans.become(who text) LANGUAGE plpgsql AS $$
BEGIN
	IF who <> 'none' THEN
		PERFORM CASE split_part(who, '/', 2) WHEN '' THEN workflow_perms.set_anonymous(split_part(who, '/', 1))
			ELSE workflow_perms.set_principal(split_part(who, '/', 1), split_part(who, '/', 2)) END;
	END IF;
END
$$;
-- Everybody of both accounts, nobody, and the anonymous, in an order in which accounts and classes alternate; twice.
CREATE PROCEDURE plans.ask(scan text, accounts text[]) LANGUAGE plpgsql AS $$
DECLARE
	who text;
	listed text[];
BEGIN
	FOR who IN
		SELECT u.who FROM generate_series(1, 2) round, (
			SELECT account_id || '/' || user_id AS who FROM workflow_perms.users WHERE account_id = ANY (accounts)
			UNION ALL SELECT a || '/' FROM unnest(accounts) a UNION ALL VALUES ('none')) u
		ORDER BY round, md5(u.who)
	LOOP
		CALL plans.become(who);
		PERFORM set_config('enable_seqscan', scan, true);
		INSERT INTO plans.truth SELECT who, plans.allowed('view'), plans.allowed('run') ON CONFLICT DO NOTHING;
		INSERT INTO plans.answers SELECT scan, who, 'can_view', plans.viewed() UNION ALL SELECT scan, who, 'can_run', plans.run();
		IF who <> 'none' THEN
			INSERT INTO plans.answers SELECT scan, who, 'given', plans.given(workflow_perms.principal(split_part(who, '/', 1), nullif(split_part(who, '/', 2), '')));
		END IF;
		SET LOCAL ROLE regress_app;
		listed := plans.listed();
		RESET ROLE;
		INSERT INTO plans.answers VALUES (scan, who, 'policy', listed);
		COMMIT;
	END LOOP;
END
$$;
-- Plans made by an attacker first, for himself, then by whatever the planner likes; and all over again.
CALL plans.ask('off', '{mx,my}');
CALL plans.ask('off', '{pa,pb}');
DISCARD PLANS;
CALL plans.ask('on', '{mx,my}');
CALL plans.ask('on', '{pa,pb}');
SELECT way, count(*) > 60 AS asked, count(DISTINCT answer) > 5 AS differ,
	count(*) FILTER (WHERE answer IS DISTINCT FROM CASE way WHEN 'can_run' THEN t.run ELSE t.viewed END) AS wrong
	FROM plans.answers a JOIN plans.truth t USING (who) GROUP BY way ORDER BY way;
-- One plan, and within it one principal after the other.
SET enable_seqscan = off;
SELECT count(*) > 20 AS asked, count(*) FILTER (WHERE a.viewed IS DISTINCT FROM t.viewed) AS wrong
	FROM (SELECT u.account_id || '/' || u.user_id AS who,
			(SELECT array_agg(w.account_id || ' ' || w.workflow_id ORDER BY w.account_id, w.workflow_id) FROM workflow_perms.workflows w
				WHERE workflow_perms.can_view(p.p, w)) AS viewed
		FROM workflow_perms.users u, LATERAL (SELECT workflow_perms.principal(u.account_id, u.user_id) AS p OFFSET 0) p
		WHERE u.account_id IN ('mx', 'my')) a JOIN plans.truth t USING (who);
RESET enable_seqscan;
-- One prepared by a superuser, with the principal of then.
BEGIN;
SELECT workflow_perms.set_principal('mx', 'wo');
PREPARE mine AS SELECT workflow_id FROM workflow_perms.workflows WHERE account_id IN ('mx', 'my') ORDER BY 1;
COMMIT;
BEGIN;
SELECT workflow_perms.set_principal('my', 'mo');
SET LOCAL ROLE regress_app;
EXECUTE mine;
ROLLBACK;
BEGIN;
SET LOCAL ROLE regress_app;
EXECUTE mine;
ROLLBACK;
DEALLOCATE mine;
-- What EXPLAIN shows of a plan, run or not, is nobody's: no id of a row, nor whose it is and where they may.
CREATE FUNCTION plans.explained(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ' || query LOOP
		RETURN NEXT line;
	END LOOP;
END
$$;
SET enable_seqscan = off;
BEGIN;
SELECT workflow_perms.set_principal('mx', 'mo');
SET LOCAL ROLE regress_app;
SELECT count(*) > 10 AS planned, count(*) FILTER (WHERE line ~ 'can_|_allowed') > 0 AS decided,
	string_agg(line, E'\n') FILTER (WHERE line ~ '\m(mx|my|mo|wo|ada|pro|free|Design|o1|c1|p1|a1|open_|closed_|project_|other_|app_)\M|\m(open|closed|project|other_project|app)_') AS told
	FROM unnest(ARRAY['SELECT * FROM workflow_perms.workflows', 'SELECT * FROM workflow_perms.users', 'SELECT * FROM workflow_perms.workspaces',
		'SELECT * FROM workflow_perms.workflow_members', 'SELECT * FROM workflow_perms.runs', 'SELECT * FROM workflow_perms.visible_workflows()']) q,
		plans.explained(q) line;
ROLLBACK;
-- An arm that is asked about no column, by one whom conditions bind.
BEGIN;
SELECT workflow_perms.set_principal('mx', 'pro');
SET LOCAL ROLE regress_app;
SELECT count(*) FROM pg_catalog.pg_am WHERE amname = 'btree' AND workflow_perms._no_condition(timeofday());
ROLLBACK;
RESET enable_seqscan;
RESET plan_cache_mode;
RESET jit;
DROP SCHEMA plans CASCADE;
DELETE FROM workflow_perms.accounts WHERE account_id IN ('pa', 'pb');
ANALYZE workflow_perms.workflows;
RESET client_min_messages;
