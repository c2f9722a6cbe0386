-- The vectors of the spec, family P (conditions), as far as enabling goes, and what
-- else 4.4 says: what may be enabled, by whichever way; what a change ends; what
-- connecting enables. Every attempt is a transaction of its own, as the user named,
-- under the application's role.
\set VERBOSITY terse
SET search_path = workflow_perms, public;

-- Says what came of a statement: "ok", or the error.
CREATE PROCEDURE pg_temp.does(vector text, who text, statement text, database_role text DEFAULT 'regress_app') LANGUAGE plpgsql AS $$
DECLARE
	outcome text := 'ok';
BEGIN
	PERFORM CASE WHEN who IS NULL THEN workflow_perms.set_anonymous('en') ELSE workflow_perms.set_principal('en', who) END;
	BEGIN
		EXECUTE format('SET LOCAL ROLE %I', database_role);
		EXECUTE statement;
		RESET ROLE;
	EXCEPTION WHEN OTHERS THEN
		outcome := SQLSTATE || ' ' || SQLERRM;
	END;
	COMMIT;
	RAISE NOTICE '% %, %: %', vector, coalesce(who, 'anonymous'), statement, outcome;
END
$$;
-- Says what the user may do with the workflow: the codes, after checking that all
-- forms of can_enable agree.
CREATE PROCEDURE pg_temp.may(vector text, who text, workflow text) LANGUAGE plpgsql AS $$
DECLARE
	w workflow_perms.workflows;
	p workflow_perms.principal := workflow_perms.principal('en', who);
	codes text[];
	forms boolean[];
BEGIN
	SELECT * INTO STRICT w FROM workflow_perms.workflows WHERE account_id = 'en' AND workflow_id = workflow;
	PERFORM CASE WHEN who IS NULL THEN workflow_perms.set_anonymous('en') ELSE workflow_perms.set_principal('en', who) END;
	SELECT array_agg(workflow_perms.workflow_verdict(action, w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden) ORDER BY n)
		INTO codes FROM unnest(ARRAY['view', 'enable', 'run']) WITH ORDINALITY AS a (action, n);
	forms := ARRAY[workflow_perms.can_enable(workflow), workflow_perms.can_enable(w),
		workflow_perms.can_enable(w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden),
		workflow_perms.can_enable(p, workflow), workflow_perms.can_enable(p, w),
		workflow_perms.can_enable(p, w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden)];
	IF forms <> array_fill(codes[2] = 'allowed', ARRAY[6]) THEN
		RAISE WARNING 'the forms of can_enable do not agree: %', forms;
	END IF;
	COMMIT;
	RAISE NOTICE '% % on %: see %, enable %, run %', vector, coalesce(who, 'anonymous'), workflow, codes[1], codes[2], codes[3];
END
$$;
CREATE VIEW pg_temp.enabled AS
	SELECT workflow_id, user_id, configuration, enabled, reason FROM workflow_perms.enablements
	WHERE account_id = 'en' ORDER BY workflow_id, user_id, configuration;

SELECT create_account('en', 'boss');
INSERT INTO workspaces VALUES ('en', 'project', 'project'), ('en', 'other', 'project'), ('en', 'open', 'open'), ('en', 'open2', 'open'), ('en', 'closed', 'closed'), ('en', 'app', 'app');
INSERT INTO users (account_id, user_id, kind, account_role, metadata, active) VALUES
	('en', 'pro', 'connected', NULL, '{"billingPlan": "pro"}', true),
	('en', 'free', 'connected', NULL, '{"billingPlan": "free"}', true),
	('en', 'bare', 'connected', NULL, '{}', true),
	('en', 'sleeper', 'connected', NULL, '{"billingPlan": "pro"}', false),
	('en', 'new', 'connected', NULL, '{"billingPlan": "free"}', true),
	('en', 'sue', 'member', 'viewer', '{}', true),
	('en', 'sue1', 'member', 'viewer', '{}', true),
	('en', 'robot', 'service', NULL, '{}', true);
INSERT INTO role_grants (account_id, user_id, role, workspace_id) VALUES
	('en', 'sue', 'Support', NULL), ('en', 'sue1', 'Support', 'project'), ('en', 'pro', 'Support', NULL);
INSERT INTO workflows (account_id, workflow_id, workspace_id, visibility, status, condition, hidden) VALUES
	('en', 'A', 'project', 'private', 'live', '{"billingPlan": "pro"}', false),
	('en', 'any', 'project', 'private', 'live', NULL, false),
	('en', 'hidden', 'project', 'private', 'live', NULL, true),
	('en', 'hidden A', 'project', 'private', 'live', '{"billingPlan": "pro"}', true),
	('en', 'draft', 'project', 'private', 'draft', NULL, false),
	('en', 'elsewhere', 'other', 'private', 'live', NULL, false),
	('en', 'open main', 'open', 'main', 'live', NULL, false),
	('en', 'open private', 'open', 'private', 'live', NULL, false),
	('en', 'closed main', 'closed', 'main', 'live', NULL, false),
	('en', 'in app', 'app', 'private', 'live', NULL, false);

-- P1: matches: sees, enables, runs once enabled
CALL pg_temp.may('P1', 'pro', 'A');
CALL pg_temp.does('P1', 'pro', $$SELECT workflow_perms.enable('A')$$);
CALL pg_temp.may('P1', 'pro', 'A');
-- P2: does not match: by no way at all
CALL pg_temp.may('P2', 'free', 'A');
CALL pg_temp.does('P2', 'free', $$SELECT workflow_perms.enable('A')$$);
CALL pg_temp.does('P2', 'sue', $$SELECT workflow_perms.enable('A', '', 'free')$$);
CALL pg_temp.does('P2', 'free', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('en', 'A', 'free', true)$$);
CALL pg_temp.does('P2', 'free', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('en', 'A', 'free', false)$$);
CALL pg_temp.does('P2', 'free', $$UPDATE workflow_perms.enablements SET enabled = true$$);
CALL pg_temp.does('P2', 'free', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('en', 'A', 'free', false) ON CONFLICT ON CONSTRAINT enablements_pkey DO UPDATE SET enabled = true$$);
-- the same by a superuser, whom row security does not bind, and by COPY; also of a row that comes before what it names
INSERT INTO enablements (account_id, workflow_id, user_id, configuration, enabled) VALUES ('en', 'A', 'free', 'c', true);
UPDATE enablements SET enabled = true WHERE account_id = 'en' AND user_id = 'free';
COPY enablements (account_id, workflow_id, user_id, configuration, enabled) FROM stdin;
en	A	pro	c	t
en	A	free	c	t
\.
WITH e AS (INSERT INTO enablements (account_id, workflow_id, user_id, enabled) VALUES ('en', 'to be', 'free', true))
	INSERT INTO workflows (account_id, workflow_id, workspace_id, condition) VALUES ('en', 'to be', 'project', '{"billingPlan": "pro"}');
CALL pg_temp.does('P2', 'free', $$MERGE INTO workflow_perms.enablements e USING (VALUES (1)) AS v ON e.workflow_id = 'A' WHEN MATCHED THEN UPDATE SET enabled = true$$);
-- P3: no metadata
CALL pg_temp.may('P3', 'bare', 'A');
CALL pg_temp.does('P3', 'bare', $$SELECT workflow_perms.enable('A')$$);
SELECT * FROM pg_temp.enabled;

-- P4: enabled, then no longer: disabled in the same transaction, the time kept
BEGIN;
UPDATE users SET metadata = '{"billingPlan": "free"}' WHERE account_id = 'en' AND user_id = 'pro';
SELECT workflow_id, enabled, reason, changed_at = now() AS now FROM enablements WHERE account_id = 'en' AND user_id = 'pro';
COMMIT;
CALL pg_temp.may('P4', 'pro', 'A');
-- P5: matches again, and stays disabled
UPDATE users SET metadata = '{"billingPlan": "pro"}' WHERE account_id = 'en' AND user_id = 'pro';
CALL pg_temp.may('P5', 'pro', 'A');
SELECT * FROM pg_temp.enabled WHERE user_id = 'pro';

-- P6: a condition is saved: the one goes, the other is not even touched
CALL pg_temp.does('P6', 'free', $$SELECT workflow_perms.enable('any')$$);
CALL pg_temp.does('P6', 'pro', $$SELECT workflow_perms.enable('any')$$);
CREATE TEMP TABLE before AS SELECT *, ctid AS place FROM enablements WHERE account_id = 'en' AND workflow_id = 'any';
UPDATE workflows SET condition = '{"billingPlan": "pro"}' WHERE account_id = 'en' AND workflow_id = 'any';
SELECT user_id, e.enabled, e.reason, e.ctid = b.place AND e.changed_at = b.changed_at AS untouched FROM enablements e JOIN before b USING (account_id, workflow_id, user_id, configuration) ORDER BY user_id;
CALL pg_temp.may('P6', 'free', 'any');
UPDATE workflows SET condition = NULL WHERE account_id = 'en' AND workflow_id = 'any';

-- P7: hidden, and enabled by hand or by default all the same; P8: not where the condition fails
CALL pg_temp.may('P7', 'free', 'hidden');
CALL pg_temp.does('P7', 'free', $$SELECT workflow_perms.enable('hidden')$$);
CALL pg_temp.may('P7', 'free', 'hidden');
CALL pg_temp.may('P8', 'free', 'hidden A');
CALL pg_temp.does('P8', 'free', $$SELECT workflow_perms.enable('hidden A')$$);

-- P9: the user's own disabling is not undone by a default; P10, P25, P7: what connecting enables, skips and says
CALL pg_temp.does('P9', 'new', $$SELECT workflow_perms.enable('any')$$);
CALL pg_temp.does('P9', 'new', $$SELECT workflow_perms.disable('any')$$);
CALL pg_temp.does('P26', 'bare', $$SELECT workflow_perms.connect()$$);
UPDATE workflows SET default_enabled = true WHERE account_id = 'en' AND workflow_id IN ('A', 'any', 'hidden', 'draft', 'open private', 'in app');
SELECT 'P9' AS vector, * FROM pg_temp.enabled WHERE user_id = 'new';
BEGIN;
SELECT set_principal('en', 'new');
SET LOCAL ROLE regress_app;
SELECT 'P10, P25' AS vector, * FROM connect();
SELECT 'again' AS vector, * FROM connect('');
SELECT 'another configuration' AS vector, * FROM connect('second');
COMMIT;
SELECT * FROM pg_temp.enabled WHERE user_id = 'new';
-- P26: connected while nothing was default
BEGIN;
SELECT set_principal('en', 'bare');
SET LOCAL ROLE regress_app;
SELECT 'P26' AS vector, * FROM connect();
COMMIT;
SELECT * FROM pg_temp.enabled WHERE user_id = 'bare' AND enabled;
SELECT user_id, configuration, connected_at = (SELECT min(connected_at) FROM connections c WHERE c.account_id = 'en' AND c.user_id = o.user_id) AS first FROM connections o WHERE account_id = 'en' ORDER BY 1, 2;
-- connecting for others
CALL pg_temp.does('connect', 'sue', $$SELECT workflow_perms.connect('', 'free')$$);
CALL pg_temp.does('connect', 'sue1', $$SELECT workflow_perms.connect('third', 'free')$$);
CALL pg_temp.does('connect', 'free', $$SELECT workflow_perms.connect('', 'pro')$$);
CALL pg_temp.does('connect', 'sue', $$SELECT workflow_perms.connect('', 'nobody')$$);
CALL pg_temp.does('connect', 'sue', $$SELECT workflow_perms.connect('', 'sleeper')$$);
CALL pg_temp.does('connect', 'sleeper', $$SELECT workflow_perms.connect()$$);
CALL pg_temp.does('connect', 'sue', $$SELECT workflow_perms.connect()$$);
CALL pg_temp.does('connect', NULL, $$SELECT workflow_perms.connect()$$);
SELECT connect('');
SELECT * FROM pg_temp.enabled WHERE user_id IN ('free', 'sleeper');

-- P17: a merge that keeps the plan disables nothing
CALL pg_temp.does('P17', 'pro', $$SELECT workflow_perms.enable('A')$$);
CALL pg_temp.does('P17', 'sue', $$SELECT workflow_perms.merge_metadata('pro', '{"seats": 20}')$$);
SELECT 'P17' AS vector, metadata, e.enabled FROM users u JOIN enablements e USING (account_id, user_id) WHERE account_id = 'en' AND user_id = 'pro' AND workflow_id = 'A' AND configuration = '';
-- P19: inactive; P20: a draft
CALL pg_temp.may('P19', 'sleeper', 'A');
CALL pg_temp.does('P19', 'sleeper', $$SELECT workflow_perms.enable('A')$$);
CALL pg_temp.does('P19', 'sue', $$SELECT workflow_perms.enable('A', '', 'sleeper')$$);
CALL pg_temp.may('P20', 'pro', 'draft');
CALL pg_temp.does('P20', 'pro', $$SELECT workflow_perms.enable('draft')$$);
-- P29: stopped, with a wider condition, and live again; what is stopped is not run meanwhile
CALL pg_temp.does('P29', 'pro', $$SELECT workflow_perms.enable('A')$$);
UPDATE workflows SET status = 'stopped' WHERE account_id = 'en' AND workflow_id = 'A';
UPDATE workflows SET condition = '{"billingPlan": {"$in": ["pro", "team"]}}' WHERE account_id = 'en' AND workflow_id = 'A';
CALL pg_temp.may('P29', 'pro', 'A');
UPDATE workflows SET status = 'live' WHERE account_id = 'en' AND workflow_id = 'A';
SELECT 'P29' AS vector, * FROM pg_temp.enabled WHERE workflow_id = 'A' AND user_id = 'pro' AND configuration = '';
CALL pg_temp.may('P29', 'pro', 'A');
-- the same of a user who is not active while the metadata are synced
UPDATE users SET active = false WHERE account_id = 'en' AND user_id = 'pro';
UPDATE users SET metadata = metadata || '{"synced": true}' WHERE account_id = 'en' AND user_id = 'pro';
CALL pg_temp.may('P29', 'pro', 'A');
UPDATE users SET active = true, metadata = metadata - 'synced' WHERE account_id = 'en' AND user_id = 'pro';
UPDATE workflows SET condition = '{"billingPlan": "pro"}' WHERE account_id = 'en' AND workflow_id = 'A';
CALL pg_temp.may('P29', 'pro', 'A');
-- P28: becomes private in an open workspace; the same by moving to a closed one, and by the workspace's closing
CALL pg_temp.may('P28', 'free', 'open main');
CALL pg_temp.does('P28', 'free', $$SELECT workflow_perms.enable('open main')$$);
UPDATE workflows SET visibility = 'private' WHERE account_id = 'en' AND workflow_id = 'open main';
SELECT 'P28' AS vector, * FROM pg_temp.enabled WHERE workflow_id = 'open main';
CALL pg_temp.may('P28', 'free', 'open main');
UPDATE workflows SET visibility = 'main' WHERE account_id = 'en' AND workflow_id = 'open main';
CALL pg_temp.does('moved', 'free', $$SELECT workflow_perms.enable('open main')$$);
UPDATE workflows SET workspace_id = 'open2' WHERE account_id = 'en' AND workflow_id = 'open main';
SELECT 'moved to an open one' AS change, * FROM pg_temp.enabled WHERE workflow_id = 'open main';
UPDATE workflows SET workspace_id = 'closed' WHERE account_id = 'en' AND workflow_id = 'open main';
SELECT 'moved to a closed one' AS change, * FROM pg_temp.enabled WHERE workflow_id = 'open main';
UPDATE workflows SET workspace_id = 'open' WHERE account_id = 'en' AND workflow_id = 'open main';
CALL pg_temp.does('closed', 'free', $$SELECT workflow_perms.enable('open main')$$);
UPDATE workspaces SET kind = 'closed' WHERE account_id = 'en' AND workspace_id = 'open';
SELECT 'workspace closed' AS change, * FROM pg_temp.enabled WHERE workflow_id = 'open main';
UPDATE workspaces SET kind = 'open' WHERE account_id = 'en' AND workspace_id = 'open';
-- P30: a closed workspace that is offered: its main workflows, by condition
INSERT INTO workspaces (account_id, workspace_id, kind, offered) VALUES ('en', 'shared', 'closed', true), ('en', 'withdrawn', 'project', false), ('en', 'withdrawn app', 'app', false);
INSERT INTO workflows (account_id, workflow_id, workspace_id, visibility, status, condition, default_enabled) VALUES
	('en', 'shared A', 'shared', 'main', 'live', '{"billingPlan": "pro"}', true), ('en', 'withdrawn A', 'withdrawn', 'main', 'live', '{"billingPlan": "pro"}', true),
	('en', 'in withdrawn app', 'withdrawn app', 'main', 'live', NULL, false);
CALL pg_temp.may('P30', 'pro', 'shared A');
CALL pg_temp.may('P30', 'free', 'shared A');
CALL pg_temp.does('P30', 'free', $$SELECT workflow_perms.enable('shared A')$$);
CALL pg_temp.does('P30', 'pro', $$SELECT workflow_perms.enable('shared A')$$);
CALL pg_temp.may('P30', 'pro', 'shared A');
CALL pg_temp.may('P30', 'sue', 'shared A');
-- P31: a project that is not offered: by no way; an app that is not is hidden, and run as ever
CALL pg_temp.may('P31', 'pro', 'withdrawn A');
CALL pg_temp.does('P31', 'pro', $$SELECT workflow_perms.enable('withdrawn A')$$);
CALL pg_temp.does('P31', 'sue', $$SELECT workflow_perms.enable('withdrawn A', '', 'pro')$$);
CALL pg_temp.does('P31', 'pro', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('en', 'withdrawn A', 'pro', true)$$);
INSERT INTO enablements (account_id, workflow_id, user_id, enabled) VALUES ('en', 'withdrawn A', 'pro', true);
CALL pg_temp.may('P31', 'pro', 'in withdrawn app');
BEGIN;
SELECT set_principal('en', 'pro');
SET LOCAL ROLE regress_app;
SELECT 'P30, P31' AS vector, * FROM connect('offers') WHERE workflow_id LIKE '% A' AND workflow_id <> 'hidden A';
ROLLBACK;
-- Offered no longer: what was enabled ends with the change; a change that takes no sight ends nothing.
UPDATE workspaces SET offered = true WHERE account_id = 'en' AND workspace_id = 'withdrawn';
CALL pg_temp.does('P31', 'pro', $$SELECT workflow_perms.enable('withdrawn A')$$);
UPDATE workspaces SET offered = NULL WHERE account_id = 'en' AND workspace_id = 'withdrawn';
SELECT 'by its kind' AS change, * FROM pg_temp.enabled WHERE workflow_id = 'withdrawn A';
CALL pg_temp.may('P31', 'pro', 'withdrawn A');
UPDATE workspaces SET offered = false WHERE account_id = 'en' AND workspace_id = 'withdrawn';
SELECT 'P31' AS vector, * FROM pg_temp.enabled WHERE workflow_id = 'withdrawn A';
CALL pg_temp.may('P31', 'pro', 'withdrawn A');
UPDATE workspaces SET kind = 'open' WHERE account_id = 'en' AND workspace_id = 'shared';
UPDATE workspaces SET kind = 'closed' WHERE account_id = 'en' AND workspace_id = 'shared';
SELECT 'opened and closed' AS change, * FROM pg_temp.enabled WHERE workflow_id = 'shared A';
UPDATE workspaces SET offered = NULL WHERE account_id = 'en' AND workspace_id = 'shared';
SELECT 'P30' AS vector, * FROM pg_temp.enabled WHERE workflow_id = 'shared A';
UPDATE workspaces SET kind = 'open' WHERE account_id = 'en' AND workspace_id = 'shared';
CALL pg_temp.does('opened', 'pro', $$SELECT workflow_perms.enable('shared A')$$);
UPDATE workspaces SET kind = 'closed', offered = true WHERE account_id = 'en' AND workspace_id = 'shared';
SELECT 'closed and offered' AS change, * FROM pg_temp.enabled WHERE workflow_id = 'shared A';
-- What moves ends where it comes to lie.
UPDATE workflows SET workspace_id = 'closed' WHERE account_id = 'en' AND workflow_id = 'shared A';
SELECT 'moved to a closed one' AS change, * FROM pg_temp.enabled WHERE workflow_id = 'shared A';
DELETE FROM workflows WHERE account_id = 'en' AND (workspace_id LIKE 'withdrawn%' OR workflow_id = 'shared A');
-- M26: private in an open workspace; and what else is not for connected users
CALL pg_temp.may('M26', 'pro', 'open private');
CALL pg_temp.does('M26', 'pro', $$SELECT workflow_perms.enable('open private')$$);
CALL pg_temp.may('4.4', 'pro', 'closed main');
CALL pg_temp.does('4.4', 'pro', $$SELECT workflow_perms.enable('closed main')$$);
CALL pg_temp.may('4.4', 'pro', 'in app');
CALL pg_temp.does('4.4', 'pro', $$SELECT workflow_perms.enable('in app')$$);
CALL pg_temp.may('4.4', 'boss', 'any');
CALL pg_temp.may('4.4', 'robot', 'any');
CALL pg_temp.may('4.4', NULL, 'any');
CALL pg_temp.does('4.4', 'boss', $$SELECT workflow_perms.enable('any')$$);
CALL pg_temp.does('4.4', 'sue', $$SELECT workflow_perms.enable('any', '', 'robot')$$);
CALL pg_temp.does('4.4', NULL, $$SELECT workflow_perms.enable('any')$$);
CALL pg_temp.does('4.4', 'pro', $$SELECT workflow_perms.enable('nowhere')$$);
CALL pg_temp.does('4.4', 'pro', $$SELECT workflow_perms.enable(NULL)$$);
CALL pg_temp.does('4.4', 'sue', $$SELECT workflow_perms.enable('any', '', 'nobody')$$);
CALL pg_temp.does('4.4', 'pro', $$SELECT workflow_perms.disable('nowhere')$$);
SELECT enable('any');
SELECT enable('any', '', 'pro');

-- X7: Support sets the plan of a user, who then enables
CALL pg_temp.does('X7', 'bare', $$SELECT workflow_perms.enable('A')$$);
CALL pg_temp.does('X7', 'sue', $$UPDATE workflow_perms.users SET metadata = '{"billingPlan": "pro"}' WHERE user_id = 'bare'$$);
CALL pg_temp.does('X7', 'bare', $$SELECT workflow_perms.enable('A')$$);
SELECT 'X7' AS vector, * FROM pg_temp.enabled WHERE user_id = 'bare' AND enabled;

-- A change of nothing re-evaluates nothing: what would not be allowed today stays
-- where nobody touches what its gate looks at.
UPDATE workflows SET status = 'stopped' WHERE account_id = 'en' AND workflow_id = 'A';
UPDATE workflows SET condition = condition, visibility = visibility, hidden = true WHERE account_id = 'en' AND workflow_id = 'A';
UPDATE users SET metadata = metadata, active = true WHERE account_id = 'en';
CALL pg_temp.does('nothing', 'sue', $$SELECT workflow_perms.merge_metadata('bare', '{"billingPlan": "pro"}')$$);
SELECT 'nothing' AS change, * FROM pg_temp.enabled WHERE workflow_id = 'A' AND enabled;
CALL pg_temp.may('stopped', 'bare', 'A');
-- to enable again what is enabled is asked like any enabling; to write it back is no enabling
CALL pg_temp.does('stopped', 'bare', $$SELECT workflow_perms.enable('A')$$);
CALL pg_temp.does('stopped', 'bare', $$UPDATE workflow_perms.enablements SET enabled = enabled$$);
-- and where something is touched, by condition and place alone
CALL pg_temp.does('stopped', 'sue', $$SELECT workflow_perms.merge_metadata('bare', '{"seats": 1}')$$);
SELECT 'stopped' AS change, * FROM pg_temp.enabled WHERE workflow_id = 'A';
UPDATE workflows SET status = 'live' WHERE account_id = 'en' AND workflow_id = 'A';

-- One statement, many rows: each by its own workflow and user, in every configuration.
INSERT INTO users (account_id, user_id, kind, metadata) SELECT 'en', 'many ' || n, 'connected', jsonb_build_object('n', n) FROM generate_series(1, 40) AS n;
INSERT INTO workflows (account_id, workflow_id, workspace_id, status) SELECT 'en', 'many ' || n, 'project', 'live' FROM generate_series(0, 3) AS n;
INSERT INTO enablements (account_id, workflow_id, user_id, configuration, enabled) SELECT 'en', 'many ' || w, 'many ' || n, c, true FROM generate_series(0, 3) AS w, generate_series(1, 40) AS n, unnest(ARRAY['', 'x']) AS c;
UPDATE workflows SET condition = format('{"n": {"$gt": %s}}', 10 * right(workflow_id, 1)::int)::metadata_condition WHERE account_id = 'en' AND workflow_id LIKE 'many %';
SELECT workflow_id, enabled, reason, count(*), min((metadata ->> 'n')::int), max((metadata ->> 'n')::int) FROM enablements JOIN users USING (account_id, user_id) WHERE account_id = 'en' AND workflow_id LIKE 'many %' GROUP BY 1, 2, 3 ORDER BY 1, 2;
UPDATE users SET metadata = jsonb_build_object('n', (metadata ->> 'n')::int - 20) WHERE account_id = 'en' AND user_id LIKE 'many %';
SELECT workflow_id, enabled, reason, count(*), min((metadata ->> 'n')::int), max((metadata ->> 'n')::int) FROM enablements JOIN users USING (account_id, user_id) WHERE account_id = 'en' AND workflow_id LIKE 'many %' GROUP BY 1, 2, 3 ORDER BY 1, 2;

-- merge_metadata(): objects deeply, everything else replaced, null a value, values long enough to be stored apart.
SELECT _merge_json('{"a": 1, "o": {"x": 1, "y": {"z": [1, 2]}}}', '{"b": 2, "o": {"y": {"z": [3], "w": null}}, "a": {"n": 1}}');
SELECT _merge_json('{"o": {"x": 1}}', '{"o": null}'), _merge_json('{"o": {"x": 1}}', '{"o": {}}'), _merge_json('{}', '{}'), _merge_json('{"a": [1]}', '{"a": {"b": [{"c": 1}]}}');
UPDATE users SET metadata = jsonb_build_object('long', (SELECT string_agg(md5(n::text), '') FROM generate_series(1, 400) AS n), 'billingPlan', 'pro') WHERE account_id = 'en' AND user_id = 'pro';
CREATE TEMP TABLE place AS SELECT ctid AS place, pg_column_size(metadata) > 4000 AS long FROM users WHERE account_id = 'en' AND user_id = 'pro';
CALL pg_temp.does('merge', 'sue', $$SELECT workflow_perms.merge_metadata('pro', '{"billingPlan": "pro"}')$$);
SELECT u.ctid = p.place AS nothing_written, long FROM users u, place p WHERE account_id = 'en' AND user_id = 'pro';
CALL pg_temp.does('merge', 'sue', $$SELECT workflow_perms.merge_metadata('pro', '{"more": {"deep": true}}')$$);
SELECT metadata - 'long' AS metadata, e.enabled FROM users JOIN enablements e USING (account_id, user_id) WHERE account_id = 'en' AND user_id = 'pro' AND workflow_id = 'A';
CALL pg_temp.does('merge', 'pro', $$SELECT workflow_perms.merge_metadata('pro', '{"billingPlan": "free"}')$$);
CALL pg_temp.does('merge', 'sue1', $$SELECT workflow_perms.merge_metadata('pro', '{"billingPlan": "free"}')$$);
CALL pg_temp.does('merge', 'sue', $$SELECT workflow_perms.merge_metadata('nobody', '{"billingPlan": "free"}')$$);
CALL pg_temp.does('merge', 'sue', $$SELECT workflow_perms.merge_metadata('pro', '[1]')$$);
CALL pg_temp.does('merge', 'sue', $$SELECT workflow_perms.merge_metadata('pro', NULL)$$);
SELECT merge_metadata('pro', '{}');

-- A change is a change by whichever statement, of values stored apart too; and what is
-- written back as it was, is none.
UPDATE workflows SET status = 'stopped' WHERE account_id = 'en' AND workflow_id = 'A';
UPDATE users SET active = true WHERE account_id = 'en' AND user_id = 'pro';
UPDATE users SET metadata = metadata::text::jsonb WHERE account_id = 'en' AND user_id = 'pro';
SELECT 'written back' AS change, * FROM pg_temp.enabled WHERE workflow_id = 'A' AND user_id = 'pro';
UPDATE workflows SET status = 'live' WHERE account_id = 'en' AND workflow_id = 'A';
INSERT INTO users (account_id, user_id, kind, metadata) SELECT 'en', u, 'connected', '{"billingPlan": "free"}' FROM unnest(ARRAY['pro', 'newer']) u
	ON CONFLICT ON CONSTRAINT users_pkey DO UPDATE SET metadata = users.metadata || EXCLUDED.metadata;
SELECT 'ON CONFLICT' AS change, * FROM pg_temp.enabled WHERE workflow_id = 'A' AND user_id = 'pro';
UPDATE users SET metadata = '{"billingPlan": "pro"}' WHERE account_id = 'en' AND user_id IN ('pro', 'newer', 'bare');
INSERT INTO enablements (account_id, workflow_id, user_id, enabled) SELECT 'en', 'A', u, true FROM unnest(ARRAY['pro', 'newer', 'bare']) u
	ON CONFLICT ON CONSTRAINT enablements_pkey DO UPDATE SET enabled = true;
MERGE INTO users u USING unnest(ARRAY['pro', 'newest', 'newer', 'sleeper']) v ON u.account_id = 'en' AND u.user_id = v
	WHEN MATCHED AND u.user_id = 'newer' THEN UPDATE SET metadata = '{"billingPlan": "free"}'
	WHEN MATCHED AND u.user_id = 'sleeper' THEN DELETE
	WHEN MATCHED THEN UPDATE SET active = true
	WHEN NOT MATCHED THEN INSERT (account_id, user_id, kind) VALUES ('en', v, 'connected');
SELECT 'MERGE' AS change, * FROM pg_temp.enabled WHERE workflow_id = 'A' AND user_id IN ('pro', 'newer', 'bare');
WITH changed AS (UPDATE users SET metadata = '{}' WHERE account_id = 'en' AND user_id = 'bare' RETURNING user_id)
	UPDATE workflows SET condition = '{"billingPlan": {"$exists": true}}' FROM changed WHERE account_id = 'en' AND workflow_id = 'A';
SELECT 'both in one statement' AS change, * FROM pg_temp.enabled WHERE workflow_id = 'A' AND user_id IN ('pro', 'bare');
