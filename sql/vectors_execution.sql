-- The vectors of the spec, family F (execution rules), P35, X1, X2, X8, X9 and the
-- running parts of family P: each by the id, row and column forms, with and
-- without an explicit principal, and as runnable_workflows(), which have to agree.
\set VERBOSITY terse
SET search_path = workflow_perms, public;

-- One account for each vector, all alike. Whoever is called u… holds R1 and R2: the
-- member through inclusion, the service for the workspaces where vectors lie.
CREATE PROCEDURE pg_temp.stage(account text) LANGUAGE plpgsql AS $$
BEGIN
	PERFORM workflow_perms.create_account(account, 'boss');
	INSERT INTO users (account_id, user_id, kind, account_role, metadata, active) VALUES
		(account, 'u', 'connected', NULL, '{"billingPlan": "pro"}', true),
		(account, 'u member', 'member', 'viewer', '{}', true),
		(account, 'u service', 'service', NULL, '{}', true),
		(account, 'free', 'connected', NULL, '{"billingPlan": "free"}', true),
		(account, 'bare', 'connected', NULL, '{}', true),
		(account, 'other', 'member', 'viewer', '{}', true),
		(account, 'sleeper', 'connected', NULL, '{"billingPlan": "pro"}', false);
	INSERT INTO workspaces VALUES (account, 'app', 'app'), (account, 'app 2', 'app'), (account, 'open', 'open'), (account, 'project', 'project');
	INSERT INTO roles VALUES (account, 'R1'), (account, 'R2'), (account, 'Outer'), (account, 'Elsewhere');
	INSERT INTO role_includes VALUES (account, 'Outer', 'R1'), (account, 'Outer', 'R2');
	INSERT INTO role_grants (account_id, user_id, role, workspace_id) VALUES
		(account, 'u', 'R1', NULL), (account, 'u', 'R2', NULL), (account, 'u member', 'Outer', NULL),
		(account, 'u service', 'R1', 'app'), (account, 'u service', 'R2', 'app'), (account, 'u service', 'R1', 'app 2');
	INSERT INTO workflows (account_id, workflow_id, workspace_id, status) VALUES (account, 'w', 'app', 'live');
END $$;
-- A rule on a workflow, on an application or another workspace, or on the account.
-- `to_whom`: U is u, the member and the service.
CREATE PROCEDURE pg_temp.rule(account text, workflow text, to_whom text, effect execution_effect, expires timestamptz DEFAULT NULL, workspace text DEFAULT NULL)
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO execution_rules (account_id, workflow_id, workspace_id, user_id, role, effect, expires_at)
		SELECT account, workflow, workspace, who, CASE WHEN who IS NULL THEN to_whom END, effect, expires
		FROM unnest(CASE to_whom WHEN 'U' THEN ARRAY['u', 'u member', 'u service'] ELSE ARRAY[NULL] END) who;
END $$;
CREATE PROCEDURE pg_temp.app_rule(account text, to_whom text, effect execution_effect, workspace text DEFAULT 'app', expires timestamptz DEFAULT NULL)
LANGUAGE sql AS $$ CALL pg_temp.rule(account, NULL, to_whom, effect, expires, workspace) $$;

CREATE TEMP TABLE answers (account text, who text, workflow text, code text, forms boolean[], in_set boolean, seen boolean);
-- What everybody of the account may run, asked in all the ways there are; a
-- transaction each, since a transaction has one principal.
CREATE PROCEDURE pg_temp.ask(account text) LANGUAGE plpgsql AS $$
DECLARE
	who text;
	runnable text[];
	visible text[];
BEGIN
	FOR who IN SELECT u.user_id FROM users u WHERE u.account_id = account UNION ALL SELECT NULL LOOP
		PERFORM CASE WHEN who IS NULL THEN set_anonymous(account) ELSE set_principal(account, who) END;
		SET LOCAL ROLE regress_app;
		SELECT coalesce(array_agg(r.workflow_id), '{}') INTO runnable FROM workflow_perms.runnable_workflows() r;
		SELECT coalesce(array_agg(v.workflow_id), '{}') INTO visible FROM workflow_perms.visible_workflows() v;
		RESET ROLE;
		INSERT INTO answers
			SELECT account, coalesce(who, '(anonymous)'), w.workflow_id,
				workflow_verdict('run', w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden),
				ARRAY[can_run(w.workflow_id), can_run(w),
					can_run(w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden),
					can_run(p, w.workflow_id), can_run(p, w),
					can_run(p, w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden),
					can_run(p::text::principal, w)],
				w.workflow_id = ANY (runnable),
				CASE WHEN can_view(w) = (w.workflow_id = ANY (visible)) THEN can_view(w) END
			FROM workflows w, principal(account, who) p WHERE w.account_id = account;
		COMMIT;
	END LOOP;
END $$;
CREATE PROCEDURE pg_temp.ask_all() LANGUAGE plpgsql AS $$
DECLARE
	account text;
BEGIN
	DELETE FROM answers;
	FOR account IN SELECT a.account_id FROM accounts a WHERE a.account_id ~ '^[FPX][0-9]' LOOP
		CALL pg_temp.ask(account);
	END LOOP;
END $$;

DO $$
DECLARE
	vector text;
	n int;
BEGIN
	FOREACH vector IN ARRAY ARRAY['F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7', 'F8', 'F10', 'F11', 'F12', 'F13', 'F15', 'F16', 'F17', 'F18', 'F19',
		'F20', 'F21', 'F22', 'F23', 'F24', 'F25', 'F26', 'F30', 'P', 'X1', 'X2', 'X8'] LOOP
		CALL pg_temp.stage(CASE vector WHEN 'P' THEN 'P1' ELSE vector END);
	END LOOP;
	-- account, workflow, grantee, effect
	CALL pg_temp.rule('F2', 'w', 'NonAuthenticatedUser', 'deny');
	CALL pg_temp.rule('F3', 'w', 'U', 'deny'); CALL pg_temp.app_rule('F3', 'AuthenticatedUser', 'grant');
	CALL pg_temp.rule('F4', 'w', 'U', 'grant'); CALL pg_temp.rule('F4', 'w', 'R1', 'deny');
	CALL pg_temp.rule('F5', 'w', 'U', 'deny'); CALL pg_temp.rule('F5', 'w', 'R1', 'grant');
	CALL pg_temp.rule('F6', 'w', 'R1', 'grant'); CALL pg_temp.rule('F6', 'w', 'R2', 'deny');
	CALL pg_temp.rule('F7', 'w', 'R1', 'grant'); CALL pg_temp.rule('F7', 'w', 'AuthenticatedUser', 'deny');
	CALL pg_temp.rule('F8', 'w', 'R1', 'deny'); CALL pg_temp.rule('F8', 'w', 'AuthenticatedUser', 'grant');
	CALL pg_temp.app_rule('F10', 'AuthenticatedUser', 'deny');
	CALL pg_temp.rule('F11', 'w', 'AuthenticatedUser', 'grant'); CALL pg_temp.app_rule('F11', 'AuthenticatedUser', 'deny');
	CALL pg_temp.app_rule('F12', 'R1', 'grant'); CALL pg_temp.app_rule('F12', 'AuthenticatedUser', 'deny');
	CALL pg_temp.rule('F13', 'w', 'U', 'grant');
	UPDATE workflows SET status = 'stopped' WHERE account_id = 'F13';
	CALL pg_temp.rule('F15', 'w', 'U', 'deny'); CALL pg_temp.rule('F15', 'w', 'R1', 'grant');
	CALL pg_temp.rule('F16', 'w', 'AuthenticatedUser', 'deny');
	-- F17: A is w, it calls B
	INSERT INTO workflows (account_id, workflow_id, workspace_id, status) VALUES ('F17', 'B', 'app', 'live');
	CALL pg_temp.rule('F17', 'B', 'U', 'deny');
	-- F18, F19: private, in an open workspace; `other` is invited to one
	INSERT INTO workflows (account_id, workflow_id, workspace_id, status)
		SELECT account, name, 'open', 'live' FROM unnest(ARRAY['F18', 'F19']) account, unnest(ARRAY['private', 'private, U=G']) name;
	INSERT INTO workflow_members (account_id, workflow_id, user_id) SELECT account, 'private', 'other' FROM unnest(ARRAY['F18', 'F19']) account;
	CALL pg_temp.rule('F18', 'private, U=G', 'U', 'grant');
	CALL pg_temp.app_rule('F19', 'AuthenticatedUser', 'grant', 'open');
	-- F20, F21: A
	UPDATE workflows SET condition = '{"billingPlan": "pro"}' WHERE account_id IN ('F20', 'F21');
	INSERT INTO workflows (account_id, workflow_id, workspace_id, status, visibility, condition) VALUES ('F20', 'in open', 'open', 'live', 'main', '{"billingPlan": "pro"}'),
		('F20', 'in open, Non=G', 'open', 'live', 'private', '{"billingPlan": "pro"}'), ('F20', 'in open, Non=G, no condition', 'open', 'live', 'private', NULL);
	CALL pg_temp.rule('F20', 'in open, Non=G', 'NonAuthenticatedUser', 'grant');
	CALL pg_temp.rule('F20', 'in open, Non=G, no condition', 'NonAuthenticatedUser', 'grant');
	CALL pg_temp.app_rule('F22', 'U', 'deny'); CALL pg_temp.app_rule('F22', 'R1', 'grant');
	UPDATE accounts SET default_execution = 'deny' WHERE account_id = 'F23';
	INSERT INTO workflows (account_id, workflow_id, workspace_id, status) VALUES ('F23', 'U=G', 'app', 'live');
	CALL pg_temp.rule('F23', 'U=G', 'U', 'grant');
	-- F24: R1 of the service counts in app and app 2, Elsewhere of all three in app 2 only
	INSERT INTO role_grants (account_id, user_id, role, workspace_id) SELECT 'F24', who, 'Elsewhere', 'app 2' FROM unnest(ARRAY['u', 'u member', 'u service']) who;
	INSERT INTO workflows (account_id, workflow_id, workspace_id, status) VALUES ('F24', 'w 2', 'app 2', 'live');
	-- … of a role held everywhere and one held here deny still beats grant
	INSERT INTO workflows (account_id, workflow_id, workspace_id, status) VALUES ('F24', 'both scopes, R1=D', 'app 2', 'live'), ('F24', 'both scopes, R1=G', 'app 2', 'live');
	CALL pg_temp.rule('F24', 'both scopes, R1=D', 'R1', 'deny'); CALL pg_temp.rule('F24', 'both scopes, R1=D', 'Elsewhere', 'grant');
	CALL pg_temp.rule('F24', 'both scopes, R1=G', 'R1', 'grant'); CALL pg_temp.rule('F24', 'both scopes, R1=G', 'Elsewhere', 'deny');
	CALL pg_temp.rule('F24', 'w', 'Elsewhere', 'deny'); CALL pg_temp.rule('F24', NULL, 'Elsewhere', 'deny');
	CALL pg_temp.app_rule('F24', 'Elsewhere', 'deny');
	-- F25: the application's rule says nothing of the other's workflow
	INSERT INTO workflows (account_id, workflow_id, workspace_id, status) VALUES ('F25', 'w 2', 'app 2', 'live');
	CALL pg_temp.app_rule('F25', 'AuthenticatedUser', 'deny');
	-- F26: the application's rule is nearer than the account's; each for its whole step
	INSERT INTO workflows (account_id, workflow_id, workspace_id, status) VALUES ('F26', 'w 2', 'app 2', 'live');
	CALL pg_temp.app_rule('F26', 'U', 'grant'); CALL pg_temp.rule('F26', NULL, 'U', 'deny');
	CALL pg_temp.app_rule('F26', 'AuthenticatedUser', 'grant', 'app 2'); CALL pg_temp.rule('F26', NULL, 'AuthenticatedUser', 'deny');
	-- F30: guests, who see what is main in an open workspace, and run it where they are invited, or granted it
	INSERT INTO users (account_id, user_id, kind, account_role) VALUES ('F30', 'guest', 'member', 'guest'), ('F30', 'guest of the workspace', 'member', 'guest'), ('F30', 'guest with a role', 'member', 'guest');
	INSERT INTO workflows (account_id, workflow_id, workspace_id, status, visibility) SELECT 'F30', name, 'open', 'live', 'main' FROM unnest(ARRAY['main', 'main, invited', 'main, U=G']) name;
	INSERT INTO workflows (account_id, workflow_id, workspace_id, status) VALUES ('F30', 'in the project', 'project', 'live');
	INSERT INTO workflow_members (account_id, workflow_id, user_id) VALUES ('F30', 'main, invited', 'guest');
	INSERT INTO workspace_members (account_id, workspace_id, user_id) VALUES ('F30', 'open', 'guest of the workspace');
	INSERT INTO role_grants (account_id, user_id, role) VALUES ('F30', 'guest with a role', 'Member');
	INSERT INTO execution_rules (account_id, workflow_id, user_id, effect) VALUES ('F30', 'main, U=G', 'guest', 'grant');
	-- P and X: projects, and one workflow in an open workspace
	INSERT INTO workflows (account_id, workflow_id, workspace_id, status, visibility, condition, hidden) VALUES
		('P1', 'P1-P3, P19: A', 'project', 'live', 'private', '{"billingPlan": "pro"}', false),
		('P1', 'A, not enabled', 'project', 'live', 'private', '{"billingPlan": "pro"}', false),
		('P1', 'P7: hidden', 'project', 'live', 'private', NULL, true),
		('P1', 'P8: hidden and A', 'project', 'live', 'private', '{"billingPlan": "pro"}', true),
		('P1', 'P20: draft', 'project', 'draft', 'private', NULL, false),
		('P1', 'M1: main', 'open', 'live', 'main', NULL, false),
		('P1', 'P28, M26: private', 'open', 'live', 'private', NULL, false),
		('P1', 'P28: private, U=G', 'open', 'live', 'private', NULL, false),
		('X1', 'A', 'project', 'live', 'private', '{"billingPlan": "pro"}', false),
		('X2', 'A', 'project', 'live', 'private', '{"billingPlan": "pro"}', false);
	DELETE FROM workflows WHERE account_id ~ '^[PX][12]$' AND workflow_id = 'w';
	CALL pg_temp.rule('P1', 'P28: private, U=G', 'U', 'grant');
	CALL pg_temp.rule('X1', 'A', 'U', 'deny');
	-- X8: what is expired, and what expires later; roles too
	INSERT INTO role_grants (account_id, user_id, role, expires_at) SELECT 'X8', who, 'Elsewhere', '2020-01-01' FROM unnest(ARRAY['u', 'u member', 'u service']) who;
	FOR n IN 1..5 LOOP
		INSERT INTO workflows (account_id, workflow_id, workspace_id, status) VALUES ('X8', n::text, 'app', 'live');
	END LOOP;
	CALL pg_temp.rule('X8', '1', 'U', 'deny', '2020-01-01');
	CALL pg_temp.rule('X8', '2', 'U', 'deny', 'infinity');
	CALL pg_temp.rule('X8', '3', 'U', 'grant', '2020-01-01'); CALL pg_temp.rule('X8', '3', 'AuthenticatedUser', 'deny');
	CALL pg_temp.rule('X8', '4', 'Elsewhere', 'deny');
	CALL pg_temp.rule('X8', '5', 'R1', 'deny', '2020-01-01');
	CALL pg_temp.app_rule('X8', 'AuthenticatedUser', 'deny', 'app', '2020-01-01');
	-- F29: the application's rules of these made the account's; F19 as well
	FOREACH vector IN ARRAY ARRAY['F3', 'F10', 'F11', 'F12', 'F19', 'F22'] LOOP
		CALL pg_temp.stage('F29 ' || vector);
		INSERT INTO workflows (account_id, workflow_id, workspace_id, status)
			SELECT 'F29 ' || vector, w.workflow_id, w.workspace_id, w.status FROM workflows w WHERE w.account_id = vector AND w.workflow_id <> 'w';
		INSERT INTO workflow_members (account_id, workflow_id, user_id)
			SELECT 'F29 ' || vector, m.workflow_id, m.user_id FROM workflow_members m WHERE m.account_id = vector;
		INSERT INTO execution_rules (account_id, workflow_id, user_id, role, effect)
			SELECT 'F29 ' || vector, r.workflow_id, r.user_id, r.role, r.effect FROM execution_rules r WHERE r.account_id = vector;
	END LOOP;
END $$;
-- Enabled as a dump would load it, whatever the gate of enabling says today.
SET session_replication_role = replica;
INSERT INTO enablements (account_id, workflow_id, user_id, configuration, enabled, changed_at)
	SELECT w.account_id, w.workflow_id, u.user_id, c, c = 'second', now()
	FROM workflows w JOIN users u ON u.account_id = w.account_id AND u.kind = 'connected', unnest(ARRAY['', 'second']) c
	WHERE w.account_id IN ('P1', 'X1', 'X2') AND w.workflow_id <> 'A, not enabled';
RESET session_replication_role;
CALL pg_temp.ask_all();

-- None: every way of asking gives the same answer.
SELECT * FROM answers WHERE in_set IS DISTINCT FROM (code = 'allowed') OR seen IS NULL
	OR forms <> ARRAY(SELECT code = 'allowed' FROM generate_series(1, 7));
-- Codes: one row for those who get the same.
SELECT account AS vector, workflow, code, string_agg(who, ', ' ORDER BY who COLLATE "C") AS who FROM answers WHERE account ~ '^F([1-9]|1[0-7])$'
	GROUP BY account, workflow, code ORDER BY length(account), account COLLATE "C", workflow COLLATE "C", code COLLATE "C";
-- Where sight matters too: who can see it.
CREATE TEMP VIEW codes AS
	SELECT account, workflow, code, seen, string_agg(who, ', ' ORDER BY who COLLATE "C") AS who FROM answers GROUP BY account, workflow, code, seen;
SELECT account AS vector, workflow, code, seen, who FROM codes WHERE account ~ '^F(18|19|2[0-6]|30)$' ORDER BY account COLLATE "C", workflow COLLATE "C", code COLLATE "C", who COLLATE "C";
-- F29: the same, but for who says so.
SELECT workflow, who, string_agg(account || ' ' || code, ', ' ORDER BY account COLLATE "C") AS differ, count(*) AS n
FROM (SELECT replace(account, 'F29 ', '') AS vector, account, workflow, who, code FROM answers) a
WHERE vector IN ('F3', 'F10', 'F11', 'F12', 'F19', 'F22')
GROUP BY vector, workflow, who
HAVING count(*) <> 2 OR count(DISTINCT replace(code, '_account_', '_app_')) <> 1 OR (min(code) LIKE '%\_app\_%') AND min(code) = max(code);
SELECT account AS vector, workflow, code, seen, who FROM codes WHERE account ~ '^F29' ORDER BY account COLLATE "C", workflow COLLATE "C", code COLLATE "C", who COLLATE "C";
SELECT account AS vector, workflow, code, seen, who FROM codes WHERE account ~ '^[PX]' ORDER BY account COLLATE "C", workflow COLLATE "C", code COLLATE "C", who COLLATE "C";

-- F14: the same after new versions have been published.
CREATE TEMP TABLE before AS TABLE answers;
INSERT INTO workflow_versions (account_id, workflow_id, version, definition) SELECT account_id, workflow_id, v, '{}' FROM workflows, generate_series(1, 2) v WHERE account_id ~ '^[FPX][0-9]';
SET session_replication_role = replica;
UPDATE workflows SET live_version = 2 WHERE account_id ~ '^[FPX][0-9]';
RESET session_replication_role;
CALL pg_temp.ask_all();
SELECT count(*) > 100 AS asked FROM before;
SELECT * FROM (TABLE before EXCEPT TABLE answers) gone UNION ALL SELECT * FROM (TABLE answers EXCEPT TABLE before) come;

-- F30: why not; a grant to all who are signed in does not reach them either, nor does a start for somebody
BEGIN;
SELECT set_principal('F30', 'guest');
SELECT * FROM explain_access('run', 'main');
INSERT INTO execution_rules (account_id, role, effect) VALUES ('F30', 'AuthenticatedUser', 'grant');
SELECT can_run('main') AS "F30", can_run('main, invited') AS invited;
ROLLBACK;
SELECT _start_verdict('F30', 'main', 'guest', 'u') AS "F30", _start_verdict('F30', 'main, invited', 'guest', 'u') AS invited;

-- F21: a run made for a user passes the starter's walk and that user's gates; a run
-- without a starter the user's alone.
SELECT started_by, for_user, _start_verdict('F21', 'w', started_by, for_user) AS "F21 (condition A)"
FROM (VALUES ('u service', 'free'), ('u service', 'u'), ('u service', NULL), (NULL, 'free'), (NULL, 'u'), (NULL, NULL), ('free', NULL), ('u', 'sleeper'), ('sleeper', 'u'), ('other', 'bare')) v (started_by, for_user);
SELECT started_by, for_user, _start_verdict('F16', 'w', started_by, for_user) AS "F16 (Auth=D)" FROM (VALUES ('u service', 'u'), (NULL, 'u'), (NULL, NULL)) v (started_by, for_user);
SELECT _start_verdict('F5', 'w', 'u service', 'free') AS "denied starter", _start_verdict('F5', 'w', 'other', 'u') AS "denied user",
	_start_verdict('F13', 'w', NULL, NULL) AS stopped, _start_verdict('F1', 'nope', 'other', 'free') AS "no such workflow", _start_verdict('F1', NULL, NULL, NULL) AS "null";
SELECT _start_verdict('P1', 'M1: main', 'other', 'u') AS "a member who may view", _start_verdict('P1', 'P28: private, U=G', 'other', 'u') AS "one who may not",
	_start_verdict('P1', 'P28: private, U=G', 'u service', 'u') AS "one granted", _start_verdict('P1', 'A, not enabled', NULL, 'u') AS "not enabled";
SELECT _start_verdict('F1', 'w', 'nobody', NULL);
SELECT _start_verdict('F1', 'w', NULL, 'nobody');
SELECT _start_verdict(NULL, 'w', 'u', NULL);
-- P35: connected users start runs for themselves alone. Neither the other user nor the workflow is
-- looked up before that is said, so nobody learns from it which there are.
SELECT workflow, started_by, for_user, _start_verdict('F21', workflow, started_by, for_user) AS "P35"
FROM (VALUES ('w', 'u', 'free'), ('w', 'u', 'other'), ('w', 'u', 'nobody'), ('nope', 'u', 'free'), ('nope', 'u', 'nobody'), (NULL, 'u', 'U'),
	('w', 'u', 'u'), ('w', 'u', NULL), ('nope', 'u', 'u'), ('w', 'sleeper', 'sleeper'), ('w', 'sleeper', 'u'), ('nope', 'sleeper', 'nobody'),
	('w', 'other', 'u'), ('w', 'u service', 'u')) v (workflow, started_by, for_user);
CREATE FUNCTION pg_temp.start(workflow text, for_user text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM workflow_perms.start_run(workflow, 'P35 ' || coalesce(for_user, 'nobody'), for_user);
	RETURN 'started';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
\set starts 'SELECT workflow, for_user, pg_temp.start(workflow, for_user) AS "P35" FROM (VALUES (''w'', ''free''), (''w'', ''nobody''), (''nope'', ''free''), (''nope'', ''nobody''), (''w'', NULL), (''w'', ''u'')) v (workflow, for_user)'
BEGIN; SELECT set_principal('F1', 'u'); SET LOCAL ROLE regress_app; :starts; ROLLBACK;
BEGIN; SELECT set_anonymous('F1'); SET LOCAL ROLE regress_app; :starts; ROLLBACK;
BEGIN; SELECT set_principal('F1', 'sleeper'); SET LOCAL ROLE regress_app; :starts; ROLLBACK;
BEGIN; SELECT set_principal('F1', 'other'); SET LOCAL ROLE regress_app; :starts; ROLLBACK;
-- So for runs that the engine records on their behalf.
BEGIN;
SELECT set_principal('F1', 'u');
SET LOCAL ROLE regress_engine;
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, for_user, status, started_at) VALUES ('F1', 'P35 own', 'w', 'u', 'running', now());
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, for_user, status, started_at) VALUES ('F1', 'P35', 'w', 'free', 'running', now());
ROLLBACK;
-- F27, F28: a run that a run calls is started by whoever started that, for whom that was made. A is
-- w, B calls it, A calls C; Non may not run C, nor A in F27.
CALL pg_temp.stage('F27'); CALL pg_temp.stage('F28');
INSERT INTO workflows (account_id, workflow_id, workspace_id, status) SELECT account, name, 'app', 'live' FROM unnest(ARRAY['F27', 'F28']) account, unnest(ARRAY['B', 'C']) name;
CALL pg_temp.rule('F27', 'w', 'NonAuthenticatedUser', 'deny'); CALL pg_temp.rule('F28', 'C', 'NonAuthenticatedUser', 'deny');
CALL pg_temp.rule('F28', 'C', 'U', 'deny');
UPDATE workflows SET condition = '{"billingPlan": "pro"}' WHERE account_id = 'F28' AND workflow_id = 'B';
CREATE FUNCTION pg_temp.called(account text, run text, workflow text, parent text, for_user text DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	told text;
BEGIN
	INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, parent_run, for_user, status, started_at)
		VALUES (account, run, workflow, parent, called.for_user, 'running', now())
		RETURNING format('by %s as %s for %s', coalesce(started_by, 'nobody'), started_as, coalesce(runs.for_user, 'nobody')) INTO told;
	RETURN told;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
DO $$
DECLARE
	v text[];
BEGIN
	FOREACH v SLICE 1 IN ARRAY ARRAY[['F27', NULL, 'B', 'b', NULL], ['F28', NULL, 'w', 'b', NULL], ['F28', 'u', 'B', 'by u', NULL], ['F28', 'u service', 'B', 'by a service', 'u'],
		['F28', 'other', 'B', 'by other', NULL], ['F28', 'u', 'B', 'by u for u', 'u']] LOOP
		PERFORM CASE WHEN v[2] IS NULL THEN set_anonymous(v[1]) ELSE set_principal(v[1], v[2]) END;
		PERFORM start_run(v[3], v[4], v[5]);
		SET CONSTRAINTS ALL IMMEDIATE;
		COMMIT;
	END LOOP;
END $$;
SET ROLE regress_engine;
SELECT pg_temp.called('F27', 'a', 'w', 'b') AS "F27: A", pg_temp.called('F27', 'nightly', 'B', NULL) AS "a schedule's B";
SELECT pg_temp.called('F27', 'nightly a', 'w', 'nightly') AS "and its A";
SELECT pg_temp.called('F28', 'a', 'w', 'b') AS "F28: A";
SELECT pg_temp.called('F28', 'c', 'C', 'a') AS "and its C";
-- The gates of the starter, and of the user, given or the parent's; connected and anonymous principals for themselves alone.
SELECT parent, workflow, for_user, pg_temp.called('F28', format('%s, %s, %s', parent, workflow, for_user), workflow, parent, for_user) AS call
FROM (VALUES ('by u', 'w', NULL), ('by u', 'C', NULL), ('by u', 'w', 'u'), ('by u', 'w', 'free'), ('by u', 'w', 'nobody'), ('by u for u', 'w', NULL), ('by u for u', 'w', 'free'),
	('b', 'w', 'u'), ('b', 'w', 'nobody'), ('b', 'B', NULL), ('by a service', 'w', NULL), ('by a service', 'C', NULL), ('by a service', 'B', 'free'), ('by a service', 'w', 'free'),
	('by a service', 'w', 'nobody'), ('by other', 'C', NULL), ('by other', 'C', 'u'), ('by other', 'w', 'u'), ('nope', 'w', NULL), ('nope', 'nope', 'nobody'), ('', 'w', NULL), ('by u', 'nope', NULL)) v (parent, workflow, for_user);
-- What many rows at once bring: the parent is there before. And what is not inserted is not asked for less.
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, parent_run, status, started_at) VALUES ('F28', 'first', 'w', NULL, 'running', now()), ('F28', 'second', 'w', 'first', 'running', now());
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, parent_run, status, started_at) VALUES ('F28', 'again', 'w', 'by other', 'running', now()) ON CONFLICT DO NOTHING;
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, parent_run, status, started_at) VALUES ('F28', 'again', 'C', 'by u', 'running', now()) ON CONFLICT DO NOTHING;
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, parent_run, status, started_at) VALUES ('F28', 'again', 'w', 'by u', 'failed', now())
	ON CONFLICT (account_id, run_id) DO UPDATE SET status = EXCLUDED.status RETURNING parent_run, started_by, started_as, status;
SELECT run_id, parent_run, started_by, started_as, for_user FROM workflow_perms.runs WHERE account_id = 'F28' AND run_id = 'again' ORDER BY run_id;
RESET ROLE;
-- A starter, or a user, who is no more; one who is not active; one who may no longer.
INSERT INTO users (account_id, user_id, kind, account_role) VALUES ('F28', 'brief', 'member', 'viewer'), ('F28', 'brief c', 'connected', NULL);
DO $$
BEGIN
	PERFORM set_principal('F28', 'brief'); PERFORM start_run('w', 'by brief', NULL); PERFORM start_run('w', 'for brief c', 'brief c');
	COMMIT;
	PERFORM set_principal('F28', 'other'); PERFORM start_run('w', 'by other for brief c', 'brief c');
	COMMIT;
END $$;
DELETE FROM users WHERE account_id = 'F28' AND user_id LIKE 'brief%';
BEGIN;
UPDATE users SET active = false WHERE account_id = 'F28' AND user_id = 'u service';
CALL pg_temp.app_rule('F28', 'U', 'deny');
SET LOCAL ROLE regress_engine;
SELECT parent, pg_temp.called('F28', 'later', 'w', parent) AS call FROM unnest(ARRAY['by brief', 'for brief c', 'by other for brief c', 'by a service', 'by u', 'nope']) parent;
ROLLBACK;
-- Loaded past the triggers: what says two things has no starter.
SET session_replication_role = replica;
INSERT INTO runs (account_id, run_id, workflow_id, started_by, started_as, status, started_at) VALUES ('F28', 'odd 1', 'w', NULL, 'user', 'running', now()), ('F28', 'odd 2', 'w', 'u', 'anonymous', 'running', now());
RESET session_replication_role;
SELECT _call_verdict('F28', 'w', 'odd 1', NULL), _call_verdict('F28', 'w', 'odd 2', NULL), _call_verdict(NULL, 'w', 'b', NULL) AS "no account", _call_verdict('F28', NULL, 'b', NULL) AS "no workflow",
	_call_verdict('F28', 'w', NULL, NULL) AS "no run", _call_verdict('F28', 'w', 'b', NULL) AS b;
-- History says who called. Above row security a parent is needed all the same.
BEGIN;
SELECT set_principal('F28', 'u');
SET LOCAL ROLE regress_app;
SELECT run_id, parent_run, started_by, started_as, for_user FROM workflow_perms.run_history ORDER BY run_id COLLATE "C";
ROLLBACK;
INSERT INTO runs (account_id, run_id, workflow_id, parent_run, status, started_at) VALUES ('F28', 'orphan', 'w', 'nope', 'running', now());
COPY runs (account_id, run_id, workflow_id, parent_run, status, started_at) FROM stdin;
F28	copied	C	by u	running	2026-01-01
F28	copied by it	C	copied	running	2026-01-01
\.
COPY runs (account_id, run_id, workflow_id, parent_run, started_as, status, started_at) FROM stdin;
F28	copied too	C	by u	system	running	2026-01-01
\.
COPY runs (account_id, run_id, workflow_id, parent_run, status, started_at) FROM stdin;
F28	copied too	C	by u	running	2026-01-01
F28	copied orphan	C	nope	running	2026-01-01
\.
SELECT run_id, parent_run, started_by, started_as, for_user FROM runs WHERE account_id = 'F28' AND run_id LIKE 'copied%' ORDER BY run_id;
SET ROLE regress_app;
SELECT workflow_perms._call_verdict('F28', 'w', 'b', NULL);
RESET ROLE;
-- The session's principal as the starter, anonymous too.
SELECT _start_verdict('w', 'u') AS "none set";
BEGIN; SELECT set_anonymous('F2'); SELECT _start_verdict('w', NULL) AS "F2 anonymous", _start_verdict('w', 'u') AS "and for a user"; COMMIT;
BEGIN; SELECT set_anonymous('F16'); SELECT _start_verdict('w', NULL) AS "F16 anonymous", _start_verdict('w', 'u') AS "and for a user"; COMMIT;
BEGIN; SELECT set_principal('F21', 'u service'); SELECT _start_verdict('w', NULL) AS "F21 service", _start_verdict('w', 'free') AS "for a free user", _start_verdict('w', 'u') AS "for a pro user"; COMMIT;
-- Who may ask about others.
SET ROLE regress_app;
SELECT workflow_perms._start_verdict('F21', 'w', 'u', 'free');
SELECT workflow_perms._start_verdict('w', 'free');
SELECT workflow_perms.can_run(NULL::workflow_perms.principal, 'w');
RESET ROLE;

-- X9: no principal, nothing.
SELECT can_run('w'), can_run(w), can_run(NULL::principal, w) FROM workflows w WHERE account_id = 'F1';
SELECT (SELECT count(*) FROM runnable_workflows()) AS runnable, (SELECT count(*) FROM visible_workflows()) AS visible;
-- NULL is no, in every form; an id that is not there too.
BEGIN;
SELECT set_principal('F1', 'u');
SELECT can_run(NULL::text), can_run('nope'), can_run(NULL::workflows), NOT can_run('w') AS not_can_run, can_run('F1', 'w', 'app', 'private', NULL, NULL, false) AS no_status,
	can_run('F1', NULL, 'app', 'private', 'live', NULL, false) AS no_id, can_run('F2', 'w', 'app', 'private', 'live', NULL, false) AS another_account;
-- Also in the list of a SELECT.
SELECT runnable_workflows();
COMMIT;
-- Nor does a row without an id open a gate: what denies it cannot be known.
BEGIN;
SELECT set_anonymous('F10');
SELECT workflow_verdict('run', 'F10', NULL, 'app', 'private', 'live', NULL, false) AS no_id, workflow_verdict('run', 'F10', 'elsewhere', NULL, 'private', 'live', NULL, false) AS no_workspace,
	workflow_verdict('run', 'F10', 'elsewhere', 'app', 'private', 'live', NULL, false) AS unlisted;
COMMIT;

-- The rules are read when a decision needs them, under the statement's own
-- snapshot: what changes inside a transaction counts at once, and a savepoint
-- takes its rule with it.
BEGIN;
SELECT set_principal('F1', 'u');
SELECT can_view('w'), can_run('w');
SAVEPOINT s;
INSERT INTO execution_rules (account_id, workflow_id, user_id, effect) VALUES ('F1', 'w', 'u', 'deny');
SELECT can_view('w'), can_run('w');
ROLLBACK TO s;
SELECT can_run('w'), can_view('w');
-- A rule expiring at this very moment has expired.
INSERT INTO execution_rules (account_id, workflow_id, user_id, effect, expires_at) VALUES ('F1', 'w', 'u', 'deny', now());
SELECT can_run('w');
UPDATE execution_rules SET expires_at = now() + '1 microsecond' WHERE account_id = 'F1';
SELECT can_run('w');
ROLLBACK;
-- An expiry of a facet ends what is kept: the snapshot may be the same, the time is not.
INSERT INTO execution_rules (account_id, workflow_id, user_id, effect, expires_at) VALUES ('F1', 'w', 'u', 'deny', clock_timestamp() + '1 second')
RETURNING expires_at AS expires \gset
SELECT set_principal('F1', 'u', session => true);
SELECT can_view('w'), can_run('w') = (now() >= :'expires') AS as_the_time_says;
SELECT pg_sleep(1.1);
SELECT can_view('w'), can_run('w'), now() >= :'expires' AS expired;
RESET ALL;
SET search_path = workflow_perms, public;
-- A load of the rules that fails leaves a principal that decides as before. Seeing
-- does not load them.
BEGIN;
SELECT set_principal('F3', 'u');
SELECT can_view('w');
SAVEPOINT s;
ALTER TABLE execution_rules RENAME COLUMN effect TO effects;
SELECT can_view('w'), can_enable('w');
\set VERBOSITY sqlstate
SELECT can_run('w');
\set VERBOSITY terse
ROLLBACK TO s;
SELECT can_view('w'), can_run('w');
COMMIT;

-- NotAuthenticatedUser is another spelling.
BEGIN;
INSERT INTO execution_rules (account_id, workflow_id, role, effect) VALUES ('F1', 'w', 'NotAuthenticatedUser', 'deny') RETURNING role;
SELECT set_anonymous('F1');
SELECT can_run('w'), workflow_verdict('run', 'F1', 'w', 'app', 'private', 'live', NULL, false);
ROLLBACK;
-- A row without a workspace, or without an id, has no rules of one: the account's are the account's.
BEGIN;
SELECT set_principal('F29 F10', 'u service');
SELECT w, s, workflow_verdict('run', 'F29 F10', w, s, 'private', 'live', NULL, false) FROM (VALUES ('w', 'app'), ('w', NULL), (NULL, 'app'), (NULL, NULL)) AS v (w, s);
ROLLBACK;
-- What a principal carries of it.
SELECT principal('F24', 'u service')::jsonb -> 'rules' AS rules;
SELECT principal('P1', 'u')::jsonb -> 'enabled' AS enabled, principal('P1', 'other')::jsonb -> 'enabled' AS of_a_member, principal('F16', NULL)::jsonb -> 'rules' AS anonymous;
DELETE FROM accounts WHERE account_id ~ '^[FPX][0-9]';
