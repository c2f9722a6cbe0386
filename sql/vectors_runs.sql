-- The vectors of spec 8 on runs, their steps and their history (M8 to M12, M15, M27, M29, R1,
-- R15, X3, X5, X11), and attacks on what run_history redacts. On the account of matrix_boards.
SET session_replication_role = replica;
-- Who is run-as, as publish() would have written it.
UPDATE workflow_perms.workflows w SET run_as = v.run_as
	FROM (VALUES ('vb_mem', 'mem'), ('vb_far', 'ed'), ('vb_vi', 'vi')) AS v (workflow_id, run_as)
	WHERE w.account_id = 'mb' AND w.workflow_id = v.workflow_id;
RESET session_replication_role;
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('mb', 'sole', 'member', 'member'), ('mb', 'lose', 'member', 'member');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status) VALUES
	('mb', 'vr_sole', 'o1', 'main', 'live'), ('mb', 'vr_lose', 'o1', 'main', 'live'), ('mb', 'vr_none', 'o1', 'main', 'live');
SET session_replication_role = replica;
UPDATE workflow_perms.workflows SET run_as = substr(workflow_id, 4) WHERE account_id = 'mb' AND workflow_id IN ('vr_sole', 'vr_lose');
RESET session_replication_role;
INSERT INTO workflow_perms.column_access (account_id, board_id, column_id, access, user_id) VALUES
	('mb', 'main', 'view', 'view', 'lose'), ('mb', 'main', 'empty', 'view', 'des');
INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'flow', 's4', 'o1', 'main', 'empty', 'write');
-- M29: bo publishes it with one step, and then with another. A run of each version, and one of a
-- workflow without versions that declares a step; in the project one is declared, too.
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility) VALUES ('mb', 'vr_two', 'o1', 'main');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('mb', 'vr_two', 'bo');
UPDATE workflow_perms.workflow_members SET is_owner = true WHERE account_id = 'mb' AND workflow_id = 'vr_two';
CREATE FUNCTION pg_temp.publish(step text) RETURNS void LANGUAGE sql AS $$
	INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ('mb', 'vr_two', 'bo', '1');
	SELECT FROM workflow_perms.publish('vr_two', jsonb_build_array(jsonb_build_object('step_id', step, 'workspace_id', 'o1', 'board_id', 'main', 'column_id', 'free', 'access', 'write')));
$$;
BEGIN; DO $$BEGIN PERFORM matrix.become('mb/bo', 'regress_app'); END$$; SELECT pg_temp.publish('old'), workflow_perms.start_run('vr_two', 'M29 before'); COMMIT;
BEGIN; DO $$BEGIN PERFORM matrix.become('mb/bo', 'regress_app'); END$$; SELECT pg_temp.publish('new'), workflow_perms.start_run('vr_two', 'M29'); COMMIT;

-- The runs, by the engine, which says of every step that it succeeded.
SET ROLE regress_engine;
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, status, started_at)
	SELECT 'mb', run, workflow, 'running', now()
	FROM (VALUES ('M8', 'flow'), ('M9', 'vb_mem'), ('M10', 'flow'), ('M11', 'flow'), ('M12', 'vb_far'), ('M15', 'vr_sole'), ('M29 live', 'vb_mem'),
		('M27', 'vb_vi'), ('X5', 'vr_lose'), ('nobody', 'vr_none'), ('project', 'pflow')) AS v (run, workflow);
SELECT 'M8', * FROM workflow_perms.record_step('mb', 'M8', 1, 's3', 'succeeded', '{"secret": "M8"}', 'secret M8');
SELECT 'M9', * FROM workflow_perms.record_step('mb', 'M9', 1, 'edit', 'succeeded', '{"secret": "M9"}', 'secret M9');
SELECT 'M10', * FROM workflow_perms.record_step('mb', 'M10', 1, 's2', 'succeeded', '{"secret": "M10"}', 'secret M10');
SELECT 'M11', * FROM workflow_perms.record_step('mb', 'M11', 1, 's4', 'succeeded', '{"secret": "M11"}');
SELECT 'M12', * FROM workflow_perms.record_step('mb', 'M12', 1, 'far', 'succeeded', '{"secret": "M12"}', 'secret M12');
SELECT 'M15 active', * FROM workflow_perms.record_step('mb', 'M15', 1, NULL, 'succeeded', '{"secret": "M15"}');
SELECT 'M27', * FROM workflow_perms.record_step('mb', 'M27', 1, NULL, 'succeeded', '{"secret": "M27"}', NULL, 'o1', 'main', 'free', 'write');
SELECT 'M27 to read', * FROM workflow_perms.record_step('mb', 'M27', 2, NULL, 'succeeded', '{"secret": "M27"}', NULL, 'o1', 'main', 'free', 'read');
SELECT 'X5 has the column', * FROM workflow_perms.record_step('mb', 'X5', 1, NULL, 'running', NULL, NULL, 'o1', 'main', 'view', 'read');
SELECT 'no run-as', * FROM workflow_perms.record_step('mb', 'nobody', 1, NULL, 'succeeded');
SELECT 'in a project nothing is checked', * FROM workflow_perms.record_step('mb', 'project', 1, NULL, 'succeeded', NULL, NULL, 'o1', 'priv');
SELECT 'M29 the version before', * FROM workflow_perms.record_step('mb', 'M29 before', 1, 'new', 'succeeded', '{"secret": "M29"}');
SELECT 'M29 the version before, no step', * FROM workflow_perms.record_step('mb', 'M29 before', 2, NULL, 'succeeded', '{"secret": "M29"}', NULL, 'o1', 'main', 'free', 'write');
SELECT 'M29 declared', * FROM workflow_perms.record_step('mb', 'M29', 1, 'new', 'running');
SELECT 'M29 declared once', * FROM workflow_perms.record_step('mb', 'M29', 2, 'old', 'succeeded', '{"secret": "M29"}', 'secret M29');
SELECT 'M29 never declared', * FROM workflow_perms.record_step('mb', 'M29', 3, 'nosuch', 'succeeded', '{"secret": "M29"}', 'secret M29', 'o1', 'main', 'free', 'read');
SELECT 'M29 no step', * FROM workflow_perms.record_step('mb', 'M29', 4, NULL, 'succeeded', '{"secret": "M29"}', 'secret M29', 'o1', 'main', 'free', 'read');
INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, step_id, status, details) VALUES ('mb', 'M29', 5, 'old', 'running', '{"secret": "M29"}'), ('mb', 'M29', 6, 'new', 'running', '{}');
SELECT 'M29 again', * FROM workflow_perms.record_step('mb', 'M29', 2, 'new', 'succeeded', '{"secret": "M29 again"}');
SELECT 'M29 asked', s AS step, a.* FROM unnest(ARRAY['new', 'old', 'nosuch', NULL]) s, workflow_perms.step_access('mb', 'M29', s) a;
SELECT 'M29 of a workflow without versions', * FROM workflow_perms.record_step('mb', 'M29 live', 1, 'nosuch', 'succeeded');
RESET ROLE;
-- M29: what it touches and how is what is declared, whatever the engine says; what it says of others it keeps.
SELECT run_id, step_no, step_id, workspace_id, board_id, column_id, access, status, reason FROM workflow_perms.run_steps
	WHERE account_id = 'mb' AND run_id ~ '^M29' ORDER BY 1, 2;
-- M15: run-as is deactivated. X5: it loses the column, between two of its steps.
UPDATE workflow_perms.users SET active = false WHERE account_id = 'mb' AND user_id = 'sole';
DELETE FROM workflow_perms.column_access WHERE account_id = 'mb' AND user_id = 'lose';
SET ROLE regress_engine;
SELECT 'M15 inactive', * FROM workflow_perms.record_step('mb', 'M15', 2, NULL, 'succeeded', '{"secret": "M15"}');
SELECT 'M15 asked before', * FROM workflow_perms.step_access('mb', 'M9', 'edit');
SELECT 'X5 lost it', * FROM workflow_perms.record_step('mb', 'X5', 2, NULL, 'succeeded', '{"secret": "X5"}', 'secret X5', 'o1', 'main', 'view', 'read');
SELECT 'X5 what was begun may end', * FROM workflow_perms.record_step('mb', 'X5', 1, NULL, 'succeeded');
-- A step that was refused stays so, and so does the run.
SELECT 'M9 again', * FROM workflow_perms.record_step('mb', 'M9', 1, 'edit', 'succeeded');
UPDATE workflow_perms.run_steps SET status = 'succeeded' WHERE account_id = 'mb' AND run_id = 'M9';
SELECT 'M9', workflow_perms.finish_run('mb', 'M9', 'succeeded');
SELECT 'M8', workflow_perms.finish_run('mb', 'M8', 'succeeded');
-- A run that has ended well fails with a step that comes late.
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, status, started_at) VALUES ('mb', 'late', 'vb_mem', 'succeeded', now());
SELECT 'late', * FROM workflow_perms.record_step('mb', 'late', 1, 'edit', 'succeeded', '{"secret": "late"}');
SELECT run_id, status, finished_at IS NOT NULL AS ended FROM workflow_perms.runs
	WHERE account_id = 'mb' AND (run_id ~ '^[MX]' OR run_id IN ('nobody', 'project', 'late')) ORDER BY 1;
SELECT run_id, step_no, status, reason FROM workflow_perms.run_steps
	WHERE account_id = 'mb' AND (run_id ~ '^[MX]' OR run_id IN ('nobody', 'project', 'late')) ORDER BY 1, 2;
RESET ROLE;

-- M30: every reason has its sentence, which the code alone makes.
\t on
SELECT r.reason, v.explanation
	FROM (SELECT s.reason FROM workflow_perms.run_steps s WHERE s.account_id = 'mb' UNION SELECT 'board_restricted') r (reason),
		LATERAL (SELECT (regexp_match(pg_get_viewdef('workflow_perms.redacted_run_steps'), format('WHEN %L::text THEN ''([^'']+)''', r.reason)))[1] AS explanation) v
	WHERE r.reason IS NOT NULL ORDER BY 1;
\t off

TRUNCATE matrix.cells RESTART IDENTITY;
INSERT INTO matrix.cells (cell, who, statement, expected) VALUES
	('M8 V sees the run row', 'mb/vi', $$SELECT FROM workflow_perms.runs WHERE run_id = 'M8' AND status = 'succeeded'$$, '1 row'),
	('M8 its details redacted', 'mb/vi', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'M8' AND redacted AND status = 'succeeded' AND step_no = 1 AND num_nonnulls(workspace_id, board_id, column_id, access, details, error) = 0$$, '1 row'),
	('M8 who is on B', 'mb/des', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'M8' AND NOT redacted AND board_id = 'priv' AND details = '{"secret": "M8"}'$$, '1 row'),
	('M9 the reason is in the history', 'mb/mem', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'M9' AND reason = 'column_restricted' AND status = 'failed' AND run_status = 'failed'$$, '1 row'),
	('M9 what was to be written, to who is not on the edit list', 'mb/mem', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'M9' AND redacted AND details IS NULL AND error IS NULL$$, '1 row'),
	('M9 and to who is', 'mb/ed', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'M9' AND NOT redacted AND error = 'secret M9'$$, '1 row'),
	('M10 C view-restricted against the editor: redacted', 'mb/ed', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'M10' AND redacted AND column_id IS NULL AND details IS NULL AND status = 'succeeded'$$, '1 row'),
	('M10 who sees C', 'mb/des', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'M10' AND NOT redacted AND column_id = 'both'$$, '1 row'),
	('M11 the actor owns the board', 'mb/bo', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'M11' AND NOT redacted AND details IS NOT NULL$$, '1 row'),
	('M11 another', 'mb/des', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'M11' AND redacted$$, '1 row'),
	('M12 owner lost access to W2 that a step uses: run details', 'mb/ed', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'M12' AND redacted AND reason = 'workspace_restricted' AND workspace_id IS NULL AND error IS NULL$$, '1 row'),
	('M12 by the gate', 'mb/ed', $$SELECT WHERE workflow_perms.can_view_run('M12') AND NOT workflow_perms.can_view_run_detail('M12', 1)$$, '1 row'),
	('M12 who has access', 'mb/bo', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'M12' AND NOT redacted AND workspace_id = 'c2'$$, '1 row'),
	('M15 run-as deactivated: steps fail', 'mb/vi', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'M15' AND step_no = 2 AND reason = 'run_as_inactive' AND run_status = 'failed'$$, '1 row'),
	('M15 the start is not refused', 'mb/mem', $$SELECT workflow_perms.start_run('vr_sole', 'again')$$, '1 row'),
	('M27 a viewer is run-as and a step writes a column', 'mb/vi', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'M27' AND reason = 'column_restricted' AND step_no = 1$$, '1 row'),
	('M27 what the viewer may see, whatever the account role', 'mb/vi', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'M27' AND NOT redacted$$, '2 rows'),
	('M29 recorded for a run of the version before', 'mb/bo', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'M29 before' AND reason IS NULL AND NOT redacted AND details IS NOT NULL$$, '2 rows'),
	('M29 the reason is in the history', 'mb/bo', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'M29' AND reason = 'not_found' AND status = 'failed' AND run_status = 'failed'$$, '4 rows'),
	('M29 what nobody declared is redacted, for its publisher', 'mb/bo', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'M29' AND reason = 'not_found' AND redacted AND num_nonnulls(workspace_id, board_id, column_id, access, details, error) = 0$$, '4 rows'),
	('M29 and in the table', 'mb/bo', $$SELECT FROM workflow_perms.run_steps WHERE run_id = 'M29'$$, '2 rows'),
	('M29 by the gate', 'mb/bo', $$SELECT WHERE workflow_perms.can_view_run_detail('M29', 1) AND NOT workflow_perms.can_view_run_detail('M29', 2)$$, '1 row'),
	('M29 and its explanation', 'mb/bo', $$SELECT FROM workflow_perms.explain_access('view_run_detail', ARRAY['M29', '2']) WHERE NOT verdict AND code = 'not_found' AND gate = 'declared'$$, '1 row'),
	('M30 a step failed column_restricted; its owner reads why', 'mb/mem', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'M9' AND reason = 'column_restricted' AND redacted
		AND explanation = 'The user with whose rights the run acts may not view the column of the step, or may not edit it.'$$, '1 row'),
	('M30 whoever may view the run', 'mb/vi', $$SELECT FROM workflow_perms.run_history WHERE run_id IN ('M12', 'M15', 'M27') AND explanation IS NOT NULL$$, '3 rows'),
	('M30 where there is no reason', 'mb/bo', $$SELECT FROM workflow_perms.run_history WHERE reason IS NULL AND explanation IS NOT NULL$$, '0 rows'),
	('M30 who may not view the run', 'mb/u2', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'M9'$$, '0 rows'),
	('R1 Support replays a failed run of a user whose gates pass', 'mb/sup', $$SELECT workflow_perms.replay('pbad', 'new')$$, '1 row'),
	('R15 replay of a run that succeeded', 'mb/sup', $$SELECT workflow_perms.replay('pok', 'new')$$, 'not_failed'),
	('X3 Support and a private workflow in an open workspace', 'mb/sup', $$SELECT FROM workflow_perms.run_history WHERE workflow_id = 'secret'$$, '0 rows'),
	('X3 in a project', 'mb/sup', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'pbad' AND NOT redacted$$, '2 rows'),
	('X5 run-as lost column C: the run starts', 'mb/mem', $$SELECT workflow_perms.start_run('vr_lose', 'new')$$, '1 row'),
	('X5 the step fails', 'mb/des', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'X5' AND step_no = 2 AND reason = 'column_restricted' AND run_status = 'failed'$$, '1 row'),
	('X5 Cs details redacted for a caller without view on C', 'mb/des', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'X5' AND redacted AND details IS NULL AND error IS NULL$$, '2 rows'),
	('X5 and not for one with it', 'mb/mem', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'X5' AND details = '{"secret": "X5"}'$$, '1 row'),
	('X11 connected u1 lists the runs of u2', 'mb/u1', $$SELECT FROM workflow_perms.run_history WHERE for_user = 'u2' OR started_by = 'u2'$$, '0 rows'),
	('X11 its own', 'mb/u1', $$SELECT FROM workflow_perms.run_history WHERE for_user = 'u1'$$, '5 rows'),
	('X9 run_history: none', 'none', $$SELECT FROM workflow_perms.run_history$$, '0 rows'),
	('X10 run_history: another account', 'mx/wo', $$SELECT FROM workflow_perms.run_history$$, '1 row'),
	('run_history: a run without steps is one row', 'mb/vi', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'on' AND step_no IS NULL AND NOT redacted$$, '1 row'),
	('run_history: step_no, status and reason of every step', 'mb/vi', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'ok' AND step_no IS NOT NULL AND status IS NOT NULL$$, '9 rows'),
	('run_history: not redacted is what run_steps shows', 'mb/ed', $$SELECT run_id, step_no, details, error, board_id FROM workflow_perms.run_history WHERE NOT redacted AND step_no IS NOT NULL EXCEPT SELECT run_id, step_no, details, error, board_id FROM workflow_perms.run_steps$$, '0 rows'),
	('run_history: and nothing less', 'mb/ed', $$SELECT run_id, step_no, details, error, board_id FROM workflow_perms.run_steps EXCEPT SELECT run_id, step_no, details, error, board_id FROM workflow_perms.run_history WHERE NOT redacted$$, '0 rows'),
	('run_history: writing it', 'mb/ed', $$UPDATE workflow_perms.run_history SET status = 'failed'$$, 'cannot update view "run_history"'),
	('run_history: deleting from it', 'mb/ed', $$DELETE FROM workflow_perms.run_history$$, 'cannot delete from view "run_history"');
\getenv abs_srcdir PG_ABS_SRCDIR
\set matrix_run :abs_srcdir '/test/matrix_run.sql'
\i :matrix_run
-- A board that has moved since the run is held to where it lies now, too: the step names o1, vi is not in c2.
BEGIN;
SET LOCAL session_replication_role = replica;
UPDATE workflow_perms.boards SET workspace_id = 'c2' WHERE account_id = 'mb' AND board_id = 'main';
SET LOCAL session_replication_role = origin;
SELECT matrix.become('mb/vi', 'regress_app');
SELECT workflow_perms.can_view_run('M27') AS run, workflow_perms.can_view_run_detail('M27', 2) AS detail;
ROLLBACK;
BEGIN;
SELECT matrix.become('mb/vi', 'regress_app');
SELECT workflow_perms.can_view_run('M27') AS run, workflow_perms.can_view_run_detail('M27', 2) AS detail;
ROLLBACK;

-- And so is a step of the run: mem, with whose rights M9 acts, is in c2 or not.
BEGIN;
SET LOCAL session_replication_role = replica;
UPDATE workflow_perms.boards SET workspace_id = 'c2' WHERE account_id = 'mb' AND board_id = 'main';
SET LOCAL session_replication_role = origin;
SELECT * FROM workflow_perms.step_access('mb', 'M9', 'edit');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('mb', 'c2', 'mem');
SELECT * FROM workflow_perms.step_access('mb', 'M9', 'edit');
ROLLBACK;
-- Of several steps of one statement, each is decided by what it touches, and by what holds then: lose
-- loses the column before the second. A board's workspace is its own.
BEGIN;
INSERT INTO workflow_perms.column_access (account_id, board_id, column_id, access, user_id) VALUES ('mb', 'main', 'view', 'view', 'lose');
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, status, started_at) VALUES ('mb', 'several', 'vr_lose', 'running', now()), ('mb', 'several too', 'vr_none', 'running', now());
CREATE FUNCTION pg_temp.lose() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM workflow_perms.column_access WHERE account_id = 'mb' AND user_id = 'lose';
	RETURN NEW;
END
$$;
CREATE TRIGGER a_lose BEFORE INSERT ON workflow_perms.run_steps FOR EACH ROW WHEN (NEW.step_no = 2) EXECUTE FUNCTION pg_temp.lose();
INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, workspace_id, board_id, column_id, access, status)
	SELECT 'mb', run, n, workspace, board, col, access::workflow_perms.step_access, 'succeeded'
	FROM (VALUES ('several', 1, 'o1', 'main', 'view', 'read'), ('several', 2, 'o1', 'main', 'view', 'read'), ('several', 3, 'o1', 'priv', 'view', 'read'),
		('several', 4, 'c2', 'main', 'free', 'read'), ('several', 5, 'o1', 'main', 'edit', 'write'), ('several', 6, 'o1', 'main', 'view', 'read'),
		('several', 7, 'o1', 'main', 'view', 'read'), ('several', 8, 'o1', 'main', 'edit', 'read'), ('several', 9, 'c2', NULL, NULL, NULL), ('several too', 9, 'o1', NULL, NULL, NULL),
		('several', 10, 'o1', NULL, NULL, NULL), ('several too', 10, 'o1', NULL, NULL, NULL)) AS v (run, n, workspace, board, col, access);
SELECT run_id, step_no, workspace_id, board_id, column_id, access, status, reason FROM workflow_perms.run_steps WHERE account_id = 'mb' AND run_id ^@ 'several' ORDER BY 2, 1;
ROLLBACK;

-- Attacks. mem may not see the details of M8 to M12; those of X5's second step it may, which
-- proves that an attack tells what it gets. A function that tells whatever it is given of what
-- is restricted, as cheap as can be, so that the planner asks it first:
CREATE FUNCTION matrix.tell(what text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$
BEGIN
	IF what ~ 'M8|M9|M10|M11|M12|X5|^e[0-9]|far|priv|both|c2' THEN
		RAISE NOTICE 'told: %', what;
	END IF;
	RETURN true;
END
$$;
BEGIN;
DO $$BEGIN PERFORM matrix.become('mb/mem', 'regress_app'); END$$;
\set VERBOSITY terse
-- the table
SELECT run_id, step_no FROM workflow_perms.run_steps WHERE matrix.tell(details::text) AND run_id ~ '^[MX]' ORDER BY 1, 2;
-- the view
SELECT run_id, step_no, redacted FROM workflow_perms.run_history WHERE matrix.tell(details::text || error || board_id) AND run_id ~ '^[MX]' ORDER BY 1, 2;
-- everything at once, in one condition
SELECT count(*) > 0 FROM workflow_perms.run_history
	WHERE matrix.tell(concat_ws(' ', workspace_id, board_id, column_id, access::text, error, details::text)) AND run_id IN ('M8', 'M9', 'M10', 'M11', 'M12');
SELECT run_id, to_jsonb(h) - '{started_at,finished_at}'::text[] FROM workflow_perms.run_history h WHERE run_id = 'M12';
-- a join of both, and of the table with itself
SELECT h.run_id, h.step_no, s.details FROM workflow_perms.run_history h LEFT JOIN workflow_perms.run_steps s USING (account_id, run_id, step_no)
	WHERE h.run_id IN ('M8', 'M12') AND matrix.tell(s.details::text || s.error) ORDER BY 1, 2;
SELECT count(*) FROM workflow_perms.runs r JOIN workflow_perms.run_steps s USING (account_id, run_id)
	WHERE r.run_id IN ('M8', 'M12') AND matrix.tell(NULLIF(s.run_id, 'X5') || s.error);
SELECT count(*) FROM workflow_perms.run_history a JOIN workflow_perms.run_history b ON a.error = b.error AND a.run_id = 'M12';
-- row security off: an error for the table, the same for the view
SAVEPOINT s;
SET LOCAL row_security = off;
SELECT run_id, details, redacted FROM workflow_perms.run_history WHERE run_id = 'M12';
ROLLBACK TO s;
SET LOCAL row_security = off;
SELECT details FROM workflow_perms.run_steps WHERE run_id = 'M12';
ROLLBACK TO s;
-- an error message with the value in it
SELECT error::int FROM workflow_perms.run_steps WHERE run_id = 'M12';
SELECT error::int FROM workflow_perms.run_history WHERE run_id = 'M12';
SELECT count(*) FROM workflow_perms.run_history WHERE run_id = 'M12' AND details::text::int > 0;
-- and by probing with a condition
SELECT count(*) FROM workflow_perms.run_history WHERE details = '{"secret": "M12"}' OR error LIKE 'secret M12%' OR workspace_id = 'c2';
SELECT count(*) FROM workflow_perms.run_steps WHERE details = '{"secret": "M12"}' OR error LIKE 'secret M12%' OR workspace_id = 'c2';
-- aggregates and windows
SELECT max(error), max(details::text), string_agg(board_id, ',') FROM workflow_perms.run_history WHERE run_id IN ('M8', 'M12');
SELECT run_id, lead(error) OVER (ORDER BY run_id) FROM workflow_perms.run_history WHERE run_id IN ('M8', 'M12') ORDER BY 1;
-- COPY
COPY (SELECT run_id, step_no, details, error, board_id, redacted FROM workflow_perms.run_history WHERE run_id IN ('M8', 'M10', 'M12') ORDER BY 1) TO STDOUT;
COPY (SELECT run_id, details FROM workflow_perms.run_steps WHERE run_id IN ('M8', 'M10', 'M12') ORDER BY 1) TO STDOUT;
-- a cursor, a prepared statement with a generic plan
DECLARE c CURSOR FOR SELECT run_id, details FROM workflow_perms.run_history WHERE run_id = 'M8';
FETCH ALL FROM c;
SET LOCAL plan_cache_mode = force_generic_plan;
PREPARE p(text) AS SELECT run_id, details, error FROM workflow_perms.run_history WHERE run_id = $1 AND matrix.tell(details::text) ORDER BY step_no;
EXECUTE p('M8');
EXECUTE p('X5');
-- parallel workers
SET LOCAL parallel_setup_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT count(*), count(details), count(error) FROM workflow_perms.run_history WHERE run_id IN ('M8', 'M10', 'M12');
-- EXPLAIN shows the question, never the rows
CREATE FUNCTION pg_temp.plan(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	line text;
	found boolean := false;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (ANALYZE, VERBOSE, COSTS OFF, TIMING OFF, SUMMARY OFF) ' || query LOOP
		found := found OR line ~ 'secret|far|c2';
	END LOOP;
	RETURN found;
END
$$;
SELECT pg_temp.plan('SELECT * FROM workflow_perms.run_history') AS "shown in the plan", pg_temp.plan('SELECT * FROM workflow_perms.run_steps');
-- statistics
SELECT count(*) FROM pg_stats WHERE schemaname = 'workflow_perms' AND tablename IN ('runs', 'run_steps');
ROLLBACK;
-- RETURNING, for whoever was granted everything: a guard stands before each row that is seen, and the rest is not there.
BEGIN;
DO $$BEGIN PERFORM matrix.become('mb/mem', 'regress_full'); END$$;
UPDATE workflow_perms.run_steps SET status = status WHERE run_id IN ('M8', 'M10', 'M12') AND matrix.tell(error) RETURNING details, error;
DELETE FROM workflow_perms.run_steps WHERE run_id IN ('M8', 'M10', 'M12') AND matrix.tell(error) RETURNING details, error;
SAVEPOINT s;
INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, status) VALUES ('mb', 'M12', 1, 'running') ON CONFLICT ON CONSTRAINT run_steps_pkey DO UPDATE SET status = 'failed' RETURNING details, error;
ROLLBACK TO s;
MERGE INTO workflow_perms.run_steps s USING (VALUES ('M12'), ('M8')) AS v (run_id) ON s.run_id = v.run_id
	WHEN MATCHED AND matrix.tell(s.error) THEN UPDATE SET status = 'failed';
SELECT details FROM workflow_perms.run_steps WHERE run_id = 'M12' FOR UPDATE;
ROLLBACK;
\set VERBOSITY default
-- A plan made for one who may see is no good to one who may not.
BEGIN;
PREPARE shared AS SELECT run_id, redacted, details FROM workflow_perms.run_history WHERE run_id = 'M8';
DO $$BEGIN PERFORM matrix.become('mb/des', 'regress_app'); END$$;
SET LOCAL plan_cache_mode = force_generic_plan;
EXECUTE shared;
ROLLBACK;
BEGIN;
DO $$BEGIN PERFORM matrix.become('mb/vi', 'regress_app'); END$$;
SET LOCAL plan_cache_mode = force_generic_plan;
EXECUTE shared;
ROLLBACK;
DEALLOCATE shared;
-- What history names cannot be had by making it anew: a workflow, a board, a workspace that is gone.
SET session_replication_role = replica;
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, started_as, status, started_at) VALUES ('mb', 'old', 'oldflow', 'system', 'failed', now());
INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, workflow_id, workspace_id, board_id, status, details) VALUES
	('mb', 'M8', 7, 'flow', 'o1', 'oldboard', 'succeeded', '{"secret": "M8"}'), ('mb', 'M8', 8, 'flow', 'oldspace', NULL, 'succeeded', '{"secret": "M8"}');
RESET session_replication_role;
TRUNCATE matrix.cells RESTART IDENTITY;
INSERT INTO matrix.cells (cell, who, statement, expected) VALUES
	('a workflow that is gone', 'mb/mem', $$INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('mb', 'oldflow', 'o1')$$, 'used_id'),
	('a board that is gone', 'mb/mem', $$INSERT INTO workflow_perms.boards VALUES ('mb', 'oldboard', 'o1', 'main')$$, 'used_id'),
	('a workspace that is gone', 'mb/mem', $$INSERT INTO workflow_perms.workspaces VALUES ('mb', 'oldspace', 'closed')$$, 'used_id'),
	('its steps', 'mb/mem', $$SELECT FROM workflow_perms.run_history WHERE run_id = 'M8' AND step_no IN (7, 8) AND redacted AND details IS NULL$$, '2 rows'),
	('who may not make one anyway', 'mb/vi', $$INSERT INTO workflow_perms.boards VALUES ('mb', 'oldboard', 'o1', 'main')$$, 'account_role'),
	('one that is there, with history', 'mb/bo', $$INSERT INTO workflow_perms.boards VALUES ('mb', 'priv', 'o1', 'main') ON CONFLICT DO NOTHING$$, '0 rows'),
	('a workflow that is there, with history', 'mb/ed', $$INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('mb', 'flow', 'o1') ON CONFLICT DO NOTHING$$, '0 rows'),
	('a workspace that is there, with history', 'mb/ed', $$INSERT INTO workflow_perms.workspaces VALUES ('mb', 'o1', 'open') ON CONFLICT DO NOTHING$$, '0 rows');
\i :matrix_run
