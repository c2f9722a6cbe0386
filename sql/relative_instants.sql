-- Relative instants in the gates (spec 2.1, P34): which time they are reckoned from, that of the
-- transaction or of a principal as a value; enabling, connecting, previews, users_matching(); that
-- no answer outlives its transaction's time; and reevaluate(), which ends what time has ended.
\set VERBOSITY terse
SET search_path = workflow_perms, public;
SELECT create_account(a, 'boss') FROM unnest(ARRAY['ago', 'ago other']) AS a;
INSERT INTO workspaces VALUES ('ago', 'project', 'project'), ('ago', 'open', 'open'), ('ago other', 'project', 'project');
CREATE FUNCTION pg_temp.days(n int) RETURNS jsonb LANGUAGE sql AS $$ SELECT jsonb_build_object('signedUpAt', now() - n * interval '1 day') $$;
INSERT INTO users (account_id, user_id, kind, metadata)
	SELECT a, 'day ' || n, 'connected', pg_temp.days(n) FROM unnest(ARRAY['ago', 'ago other']) AS a, unnest(ARRAY[1, 29, 31, 400]) AS n;
INSERT INTO users (account_id, user_id, kind, metadata) VALUES ('ago', 'bare', 'connected', '{}'), ('ago', 'sleeper', 'connected', pg_temp.days(1));
INSERT INTO workflows (account_id, workflow_id, workspace_id, visibility, status, condition)
	SELECT a, w, 'project', 'private', 'live', c::metadata_condition FROM unnest(ARRAY['ago', 'ago other']) AS a, (VALUES
		('new', '{"signedUpAt": {"$after": {"$ago": "P30D"}}}'), ('old', '{"signedUpAt": {"$before": {"$ago": "P30D"}}}'),
		('not new', '{"$not": {"signedUpAt": {"$after": {"$ago": "P30D"}}}}'), ('not at all', '{"signedUpAt": {"$after": {"$ago": "P20000Y"}}}'),
		('any', NULL)) AS v (w, c);
CREATE VIEW pg_temp.enabled AS SELECT workflow_id, user_id, enabled, reason FROM enablements WHERE account_id = 'ago' AND configuration = '' ORDER BY 1, 2;

-- P34 by the gates of enabling and running.
CREATE PROCEDURE pg_temp.does(vector text, who text, statement text) LANGUAGE plpgsql AS $$
DECLARE
	outcome text := 'ok';
BEGIN
	PERFORM workflow_perms.set_principal('ago', who);
	BEGIN
		SET LOCAL ROLE regress_app;
		EXECUTE statement;
		RESET ROLE;
	EXCEPTION WHEN OTHERS THEN
		outcome := SQLSTATE || ' ' || SQLERRM;
	END;
	COMMIT;
	RAISE NOTICE '% %, %: %', vector, who, statement, outcome;
END
$$;
CALL pg_temp.does('P34', 'day 29', $$SELECT workflow_perms.enable('new')$$);
CALL pg_temp.does('P34', 'day 31', $$SELECT workflow_perms.enable('new')$$);
CALL pg_temp.does('P34', 'bare', $$SELECT workflow_perms.enable('not new')$$);
CALL pg_temp.does('P34', 'day 31', $$SELECT workflow_perms.enable('not new')$$);
CALL pg_temp.does('P34', 'day 29', $$SELECT workflow_perms.enable('not at all')$$);
INSERT INTO enablements (account_id, workflow_id, user_id, enabled) VALUES ('ago', 'new', 'day 31', true);
SELECT 'P34' AS vector, u.user_id, w.workflow_id, can_view(p, w) AS see, can_enable(p, w) AS enable, can_run(p, w) AS run
	FROM users u, workflows w, LATERAL principal('ago', u.user_id) p WHERE u.account_id = 'ago' AND u.user_id IN ('day 29', 'day 31') AND w.account_id = 'ago' AND w.workflow_id IN ('new', 'old', 'not new') ORDER BY 2, 3;

-- A principal that is a value has a time of its own, however it is changed.
CREATE FUNCTION pg_temp.at(who text, at timestamptz) RETURNS principal LANGUAGE sql AS
	$$ SELECT jsonb_set(principal('ago', who)::jsonb, '{taken_at}', to_jsonb(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')))::principal $$;
SELECT who, days, can_view(p, 'new') AS by_id, can_view(p, w) AS by_row, can_view(with_metadata(p, u.metadata), 'new') AS with_metadata, can_view(with_role(p, 'Support'), 'new') AS with_role,
	condition_hash(w.condition) = ANY (_matching_hashes(p)) AS among_those_that_hold
	FROM unnest(ARRAY['day 29', 'day 31']) AS who, unnest(ARRAY[-400, -2, 0, 2]) AS days, pg_temp.at(who, now() + days * interval '1 day') AS p,
		workflows w, users u
	WHERE w.account_id = 'ago' AND w.workflow_id = 'new' AND u.account_id = 'ago' AND u.user_id = who ORDER BY who, days;
SELECT with_role(p, 'Support')::jsonb ->> 'taken_at' = p::jsonb ->> 'taken_at' AS keeps_its_time FROM pg_temp.at('day 29', '2020-02-02 02:02:02.020202Z') p;
-- The lists of one, by indexes on conditions and without.
CREATE INDEX regress_ago_idx ON workflows USING gin (condition);
CREATE FUNCTION pg_temp.seen(p principal, indexed boolean) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	seen text;
BEGIN
	PERFORM set_config('enable_seqscan', (NOT indexed)::text, true), set_config('enable_bitmapscan', indexed::text, true), set_config('enable_indexscan', indexed::text, true);
	EXECUTE 'SELECT string_agg(workflow_id, '', '' ORDER BY workflow_id) FROM workflow_perms.workflows w WHERE account_id = ''ago'' AND workflow_perms.can_view($1, w)' INTO seen USING p;
	RETURN seen;
END
$$;
SELECT who, days, pg_temp.seen(pg_temp.at(who, now() + days * interval '1 day'), true) AS by_index, pg_temp.seen(pg_temp.at(who, now() + days * interval '1 day'), false) AS by_scan
	FROM unnest(ARRAY['day 29', 'day 31', 'bare']) AS who, unnest(ARRAY[-2, 0, 2]) AS days ORDER BY who, days;
DROP INDEX regress_ago_idx;

-- users_matching() and previews take now(), with an index on metadata and without.
CREATE INDEX regress_ago_metadata_idx ON users USING gin (metadata metadata_ops);
CREATE FUNCTION pg_temp.matching(condition metadata_condition, indexed boolean) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('enable_seqscan', (NOT indexed)::text, true), set_config('enable_bitmapscan', indexed::text, true), set_config('enable_indexscan', indexed::text, true);
	RETURN concat((SELECT string_agg(u, ', ' ORDER BY u) FROM workflow_perms.users_matching(condition) u), ' | ', (SELECT string_agg(concat_ws(' ', user_id, change, what), ', ') FROM workflow_perms.preview_condition('new', condition)));
END
$$;
BEGIN;
SELECT set_principal('ago', 'boss');
SELECT c, pg_temp.matching(c::metadata_condition, true) AS by_index, pg_temp.matching(c::metadata_condition, true) = pg_temp.matching(c::metadata_condition, false) AS as_by_scan
	FROM unnest(ARRAY['{"signedUpAt": {"$after": {"$ago": "P30D"}, "$type": "string"}}', '{"$not": {"signedUpAt": {"$after": {"$ago": "P30D"}}}}', '{"$or": [{"signedUpAt": {"$before": {"$ago": "P1Y"}}}, {"$userId": "bare"}]}', '{"$nor": [{"signedUpAt": {"$before": {"$ago": "P2D"}}}]}']) AS c;
-- Why it is unknown, and not false: the duration; the value.
SELECT u, d - 'seen' AS detail FROM unnest(ARRAY['day 29', 'bare']) AS u, explain_access('view', 'not at all', u) e, jsonb_array_elements(e.detail) d WHERE e.code = 'condition';
SELECT * FROM preview_metadata('day 29', pg_temp.days(31)) ORDER BY 1, 3;
COMMIT;
DROP INDEX regress_ago_metadata_idx;

-- Time alone disables nothing, though nothing runs; a change of metadata or condition does. Days
-- pass: everybody's metadata lies further back, and no trigger hears of it.
CREATE PROCEDURE pg_temp.days_pass(n int) LANGUAGE plpgsql AS $$
BEGIN
	SET LOCAL session_replication_role = replica;
	UPDATE workflow_perms.users SET metadata = jsonb_set(metadata, '{signedUpAt}', to_jsonb((metadata ->> 'signedUpAt')::timestamptz - n * interval '1 day')) WHERE account_id LIKE 'ago%' AND metadata ? 'signedUpAt';
	COMMIT;
END
$$;
INSERT INTO enablements (account_id, workflow_id, user_id, configuration, enabled) SELECT u.account_id, w, u.user_id, c, true FROM users u, unnest(ARRAY['new', 'any']) AS w, unnest(ARRAY['', 'second']) AS c
	WHERE account_id LIKE 'ago%' AND user_id IN ('day 1', 'day 29', 'sleeper') ON CONFLICT DO NOTHING;
UPDATE users SET active = false WHERE account_id = 'ago' AND user_id = 'sleeper';
CALL pg_temp.days_pass(2);
SELECT * FROM pg_temp.enabled;
SELECT u.user_id, w.workflow_id, can_run(principal('ago', u.user_id), w) AS runs FROM users u, workflows w WHERE u.account_id = 'ago' AND u.user_id IN ('day 1', 'day 29') AND w.account_id = 'ago' AND w.workflow_id IN ('new', 'any') ORDER BY 1, 2;
BEGIN;
UPDATE users SET metadata = metadata || '{"plan": "pro"}' WHERE account_id = 'ago' AND user_id LIKE 'day%';
SELECT * FROM pg_temp.enabled;
ROLLBACK;
BEGIN;
UPDATE workflows SET condition = '{"signedUpAt": {"$after": {"$ago": "P32D"}}}' WHERE account_id = 'ago' AND workflow_id = 'new';
SELECT * FROM pg_temp.enabled;
UPDATE workflows SET condition = '{"signedUpAt": {"$after": {"$ago": "P2D"}}}' WHERE account_id = 'ago' AND workflow_id = 'new';
SELECT * FROM pg_temp.enabled;
ROLLBACK;

-- reevaluate(): the account's alone; what it disabled is in the log; once. For nobody by default.
-- Under an older snapshot it could end what a later change has allowed again.
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT reevaluate('ago');
ROLLBACK;
BEGIN;
SELECT reevaluate('ago other'), (SELECT count(*) FROM enablements WHERE account_id = 'ago other' AND NOT enabled) AS disabled;
SELECT reevaluate('ago');
SELECT * FROM pg_temp.enabled;
SELECT action, object, before ->> 'enabled' AS was, after ->> 'enabled' AS is_now, after ->> 'reason' AS reason, (after ->> 'changed_at')::timestamptz = now() AS at_now, principal
	FROM audit_log WHERE account_id = 'ago' AND at = now() ORDER BY entry;
SELECT reevaluate('ago') AS again, reevaluate(NULL) AS of_none;
-- It asks the condition and the place, of whomever: an inactive user's, a stopped workflow's, what the place forbids.
SAVEPOINT s;
SET LOCAL session_replication_role = replica;
UPDATE workflows SET status = 'stopped', workspace_id = 'open' WHERE account_id = 'ago' AND workflow_id = 'any';
UPDATE users SET metadata = pg_temp.days(100) WHERE account_id = 'ago' AND user_id = 'sleeper';
SET LOCAL session_replication_role = origin;
SELECT reevaluate('ago');
SELECT workflow_id, user_id, reason, count(*) FROM enablements WHERE account_id = 'ago' AND NOT enabled GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
ROLLBACK TO s;
SELECT reevaluate('nowhere');
ROLLBACK;
CALL pg_temp.does('privilege', 'boss', $$SELECT workflow_perms.reevaluate('ago')$$);
SET ROLE regress_engine;
SELECT workflow_perms.reevaluate('ago');
RESET ROLE;
-- A role that may call it needs no other right.
CREATE ROLE regress_sweeper;
GRANT USAGE ON SCHEMA workflow_perms TO regress_sweeper;
GRANT EXECUTE ON FUNCTION workflow_perms.reevaluate(text) TO regress_sweeper;
SET ROLE regress_sweeper;
SELECT workflow_perms.reevaluate('ago');
RESET ROLE;
REVOKE ALL ON FUNCTION workflow_perms.reevaluate(text) FROM regress_sweeper;
REVOKE USAGE ON SCHEMA workflow_perms FROM regress_sweeper;
DROP ROLE regress_sweeper;
SELECT * FROM pg_temp.enabled;

-- connect() takes now(): what is on by default and matches.
UPDATE workflows SET default_enabled = true WHERE account_id = 'ago' AND workflow_id IN ('new', 'not new');
BEGIN;
SELECT set_principal('ago', 'day 400');
SELECT * FROM connect();
COMMIT;
BEGIN;
SELECT set_principal('ago', 'day 1');
SELECT * FROM connect('third');
COMMIT;

-- An answer is for one transaction's time: in a later one it is another, though nothing has been
-- written and all snapshots see the same. Within one nothing changes, however long it takes.
INSERT INTO users (account_id, user_id, kind, metadata) VALUES ('ago', 'trial', 'connected', '{}');
INSERT INTO workflows (account_id, workflow_id, workspace_id, visibility, status, condition) VALUES
	('ago', 'on trial', 'project', 'private', 'live', '{"trialEnds": {"$after": {"$ago": "PT0S"}}}'), ('ago', 'trial over', 'project', 'private', 'live', '{"trialEnds": {"$before": {"$ago": "PT0S"}}}');
CREATE FUNCTION pg_temp.trial() RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', 'ids', can_view('on trial'), can_view('trial over'),
		'list', (SELECT string_agg(workflow_id, ', ' ORDER BY workflow_id) FROM visible_workflows() WHERE workflow_id LIKE '%trial%'),
		'policy', (SELECT string_agg(workflow_id, ', ' ORDER BY workflow_id) FROM workflows WHERE can_view(account_id, workflow_id, workspace_id, visibility, status, condition, hidden) AND workflow_id LIKE '%trial%'),
		'hashes', (SELECT string_agg(workflow_id, ', ' ORDER BY workflow_id) FROM workflows w WHERE account_id = 'ago' AND workflow_id LIKE '%trial%' AND condition_hash(condition) = ANY (_matching_hashes())),
		'explained', (SELECT count(*) FROM explain_access('view', 'on trial') WHERE code = 'condition'))
$$;
SELECT set_principal('ago', 'trial', true);
PREPARE listed AS SELECT string_agg(workflow_id, ', ' ORDER BY workflow_id) FROM workflows w WHERE can_view(w) AND workflow_id LIKE '%trial%';
SET plan_cache_mode = force_generic_plan;
UPDATE users SET metadata = jsonb_build_object('trialEnds', clock_timestamp() + interval '2.5 seconds') WHERE account_id = 'ago' AND user_id = 'trial';
EXECUTE listed;
SELECT pg_temp.trial();
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT pg_temp.trial();
SELECT FROM pg_sleep(2.6);
SELECT pg_temp.trial();
DECLARE held CURSOR WITH HOLD FOR SELECT string_agg(workflow_id, ', ' ORDER BY workflow_id) FROM workflows w WHERE can_view(w) AND workflow_id LIKE '%trial%';
COMMIT;
SELECT pg_temp.trial();
EXECUTE listed;
-- What was held is of its transaction.
FETCH ALL FROM held;
CLOSE held;
-- The other way round: what a later transaction found is nothing to a principal of an earlier time.
SELECT pg_temp.trial(), can_view(pg_temp.at('trial', now() - interval '1 minute'), 'on trial') AS a_minute_before,
	array_length(_matching_hashes(pg_temp.at('trial', now() - interval '1 minute')), 1) AS hold;
SELECT pg_temp.trial();
RESET plan_cache_mode;
DISCARD ALL;
