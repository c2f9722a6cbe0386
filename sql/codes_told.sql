-- What the code of a refusal tells of an object: nothing of another account's, which is answered as
-- what does not exist; of one's own account whether it is there, and why not, as spec 1 allows. The
-- calls are made, and their answers are the table of docs/security.md. On the accounts of matrix_setup.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
\set page `sed -n '/^## What codes tell/,/^## What a backend/p' "$PG_ABS_SRCDIR/docs/security.md"`
CREATE SCHEMA told;
GRANT USAGE ON SCHEMA told TO PUBLIC;
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('my', 'their_ws', 'open');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition) VALUES
	('mx', 'told_private', 'o1', 'private', 'live', NULL), ('mx', 'told_condition', 'o1', 'main', 'live', '{"plan": "free"}'),
	('mx', 'told_draft', 'o1', 'main', 'draft', NULL), ('mx', 'told_visible', 'o1', 'main', 'live', NULL),
	('my', 'their_flow', 'their_ws', 'main', 'live', NULL);
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, for_user, status, started_at)
	SELECT account_id, workflow_id, workflow_id, 'free', 'failed', now() FROM workflow_perms.workflows WHERE workflow_id IN ('their_flow', 'told_private', 'told_condition', 'told_draft', 'told_visible');
INSERT INTO workflow_perms.boards VALUES ('mx', 'told_private', 'o1', 'private'), ('mx', 'told_visible', 'o1', 'main'), ('my', 'their_board', 'their_ws', 'main');

CREATE TABLE told.askers (n int, kind text, who text);
INSERT INTO told.askers VALUES (1, 'team', 'mx/vi'), (2, 'connected', 'mx/pro'), (3, 'anonymous', 'mx/');
CREATE TABLE told.situations (n int GENERATED ALWAYS AS IDENTITY, about text, situation text, object text);
INSERT INTO told.situations (about, situation, object) VALUES
	('workflow', 'absent', 'nosuch'), ('workflow', 'another account''s', 'their_flow'), ('workflow', 'private', 'told_private'),
	('workflow', 'condition does not match', 'told_condition'), ('workflow', 'draft', 'told_draft'), ('workflow', 'main and live', 'told_visible'),
	('workspace', 'absent', 'nosuch'), ('workspace', 'another account''s', 'their_ws'), ('workspace', 'closed', 'c1'), ('workspace', 'open', 'o1'),
	('board', 'absent', 'nosuch'), ('board', 'another account''s', 'their_board'), ('board', 'private', 'told_private'), ('board', 'main', 'told_visible');
CREATE TABLE told.calls (n int GENERATED ALWAYS AS IDENTITY, about text, words text, call text);
INSERT INTO told.calls (about, words, call) VALUES
	('workflow', '`explain_access(''run'', w)`', $$SELECT code FROM workflow_perms.explain_access('run', '%1$s') WHERE code IS NOT NULL$$),
	('workflow', '`start_run(w, …)`', $$SELECT workflow_perms.start_run('%1$s', 'told_new')::text$$),
	('workflow', '`start_run(w, …, for_user => another)`', $$SELECT workflow_perms.start_run('%1$s', 'told_new', for_user => 'free')::text$$),
	('workflow', '`start_run(w, …, for_user => nobody''s id)`', $$SELECT workflow_perms.start_run('%1$s', 'told_new', for_user => 'ghost')::text$$),
	('workflow', '`replay(run of w, …)`', $$SELECT workflow_perms.replay('%1$s', 'told_new')::text$$),
	('workflow', '`enable(w)`', $$SELECT workflow_perms.enable('%1$s')::text$$),
	('workflow', '`disable(w)`', $$SELECT workflow_perms.disable('%1$s')::text$$),
	('workflow', '`publish(w)`', $$SELECT user_id FROM workflow_perms.publish('%1$s')$$),
	('workflow', '`transfer_ownership(w, …)`', $$SELECT workflow_perms.transfer_ownership('%1$s', 'mo')::text$$),
	('workflow', '`who_can(''view'', w)`', $$SELECT user_id FROM workflow_perms.who_can('view', '%1$s')$$),
	('workflow', '`preview_condition(w, …)`', $$SELECT user_id FROM workflow_perms.preview_condition('%1$s', '{}')$$),
	('workflow', '`definition(w)`', $$SELECT state FROM workflow_perms.definition('%1$s')$$),
	('workflow', '`INSERT INTO workflow_members`', $$INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('mx', '%1$s', 'mo')$$),
	('workflow', '`INSERT INTO workflow_drafts`', $$INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ('mx', '%1$s', %2$L, '{}')$$),
	('workflow', '`INSERT INTO workflow_steps`', $$INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, access) VALUES ('mx', '%1$s', 's', 'o1', 'read')$$),
	('workflow', '`INSERT INTO execution_rules`', $$INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, user_id, effect) VALUES ('mx', '%1$s', 'mo', 'deny')$$),
	('workflow', '`INSERT INTO enablements`, one''s own', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('mx', '%1$s', %2$L, true)$$),
	('workflow', '`UPDATE workflows`', $$UPDATE workflow_perms.workflows SET hidden = true WHERE workflow_id = '%1$s'$$),
	('workflow', '`DELETE FROM workflows`', $$DELETE FROM workflow_perms.workflows WHERE workflow_id = '%1$s'$$),
	('workspace', '`explain_access(''create'', s)`', $$SELECT code FROM workflow_perms.explain_access('create', '%1$s') WHERE code IS NOT NULL$$),
	('workspace', '`INSERT INTO workflows`', $$INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('mx', 'told_new', '%1$s')$$),
	('workspace', '`INSERT INTO workspace_members`', $$INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('mx', '%1$s', 'adele')$$),
	('workspace', '`INSERT INTO boards`', $$INSERT INTO workflow_perms.boards (account_id, board_id, workspace_id, kind) VALUES ('mx', 'told_new', '%1$s', 'main')$$),
	('workspace', '`UPDATE workspaces`', $$UPDATE workflow_perms.workspaces SET kind = 'closed' WHERE workspace_id = '%1$s'$$),
	('board', '`explain_access(''view_board'', b)`', $$SELECT code FROM workflow_perms.explain_access('view_board', '%1$s') WHERE code IS NOT NULL$$),
	('board', '`INSERT INTO board_members`', $$INSERT INTO workflow_perms.board_members (account_id, board_id, user_id) VALUES ('mx', '%1$s', 'adele')$$),
	('board', '`INSERT INTO board_columns`', $$INSERT INTO workflow_perms.board_columns (account_id, board_id, column_id) VALUES ('mx', '%1$s', 'c')$$),
	('board', '`UPDATE boards`', $$UPDATE workflow_perms.boards SET kind = 'private' WHERE board_id = '%1$s'$$);
GRANT SELECT ON ALL TABLES IN SCHEMA told TO PUBLIC;

-- Makes a call and undoes it: the code, or what else was answered.
CREATE FUNCTION told.answer(who text, call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
	answer text;
BEGIN
	PERFORM matrix.become(who, 'regress_app');
	IF call ~ '^SELECT code' THEN
		EXECUTE call INTO answer;
		answer := coalesce('`' || answer || '`', 'allowed');
	ELSE
		EXECUTE call;
		GET DIAGNOSTICS n = ROW_COUNT;
		answer := CASE n WHEN 0 THEN 'nothing' ELSE 'done' END;
	END IF;
	RAISE EXCEPTION USING ERRCODE = 'TOLDX';
EXCEPTION
	WHEN SQLSTATE 'TOLDX' THEN
		RETURN answer;
	WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS answer = CONSTRAINT_NAME;
		RETURN CASE WHEN answer = '' OR SQLSTATE = '23503' AND answer <> 'not_found' THEN SQLSTATE ELSE '`' || answer || '`' END;
END
$$;
SET workflow_perms.allow_principal_change = on;
CREATE TABLE told.answers AS
	SELECT a.n AS asker, a.kind, c.n AS call, c.words, s.about, s.n AS situation, s.situation AS words_of_situation,
		told.answer(a.who, format(c.call, s.object, coalesce(nullif(split_part(a.who, '/', 2), ''), 'pro'))) AS answer
	FROM told.askers a, told.calls c JOIN told.situations s USING (about);
RESET workflow_perms.allow_principal_change;

-- What another account has is not there.
SELECT kind, words, absent.answer AS absent, other.answer AS other FROM told.answers absent JOIN told.answers other USING (asker, kind, call, words)
	WHERE absent.words_of_situation = 'absent' AND other.words_of_situation = 'another account''s' AND absent.answer <> other.answer ORDER BY call, asker;
-- A user who does not exist, as one who does, to those who do not work in the account.
SELECT a.kind, a.words_of_situation, a.answer, b.answer FROM told.answers a JOIN told.answers b USING (asker, situation)
	WHERE a.words ~ 'another\)' AND b.words ~ 'nobody' AND a.kind <> 'team' AND a.answer <> b.answer;

CREATE TABLE told.lines AS
	SELECT about, 0 AS asker, 0 AS call, format('| who | call | %s |', string_agg(situation, ' | ' ORDER BY n)) AS line FROM told.situations GROUP BY about
	UNION ALL
	-- calls with the same answers share a line
	SELECT about, asker, min(call), format('| %s | %s | %s |', kind, string_agg(words, '; ' ORDER BY call), answers)
	FROM (
		SELECT about, asker, kind, call, words, string_agg(answer, ' | ' ORDER BY situation) AS answers
		FROM told.answers GROUP BY about, asker, kind, call, words
	) AS a
	GROUP BY about, asker, kind, answers;
\t on
\pset format unaligned
SELECT line FROM told.lines ORDER BY about <> 'workflow', about <> 'workspace', asker, call;
\pset format aligned
\t off
-- The page has the same lines, and no other.
SELECT line AS not_on_the_page FROM told.lines WHERE line NOT IN (SELECT regexp_split_to_table(:'page', '\n')) ORDER BY 1;
SELECT l AS of_no_call FROM regexp_split_to_table(:'page', '\n') l WHERE l ~ '^\| ' AND l !~ '^\| ---' AND l NOT IN (SELECT line FROM told.lines);

DELETE FROM workflow_perms.runs WHERE run_id ~ '^told_|^their_';
DELETE FROM workflow_perms.boards WHERE board_id IN ('told_private', 'told_visible', 'their_board');
DELETE FROM workflow_perms.workflows WHERE workflow_id ~ '^told_|^their_';
DELETE FROM workflow_perms.workspaces WHERE workspace_id = 'their_ws';
\set VERBOSITY terse
DROP SCHEMA told CASCADE;
