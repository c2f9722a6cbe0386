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
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, run_as, status, started_at) VALUES ('at', 'r', 'main', 'director', 'failed', now());
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, run_as, status, started_at) VALUES ('at', 'open sesame, run', 'private', 'director', 'failed', now());
INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, workspace_id, board_id, access, status, details, error) VALUES
	('at', 'r', 1, 'o', 'priv', 'read', 'failed', '{"say": "sesame"}', 'open sesame');
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

DELETE FROM workflow_perms.accounts WHERE account_id = 'at';
DROP SCHEMA attack CASCADE;
RESET client_min_messages;
