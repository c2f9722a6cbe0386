-- How boards and columns stand in an editor's menus (spec 4.8): by the board's own workspace,
-- wherever the workflow lies. Every kind of principal, of workspace of the workflow and of the
-- board, against what the single questions answer. On the account of matrix_boards.
SET session_replication_role = replica;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status) VALUES
	('mb', 'mn_open', 'o1', 'main', 'live'), ('mb', 'mn_closed', 'c1', 'main', 'live'), ('mb', 'mn_private', 'o1', 'private', 'live'),
	('mb', 'mn_project', 'p1', 'main', 'live'), ('mb', 'mn_app', 'a1', 'main', 'live'), ('mb', 'mn_stopped', 'p1', 'main', 'stopped');
INSERT INTO workflow_perms.boards (account_id, board_id, workspace_id, kind)
	SELECT 'mb', format('mn_%s_%s', w.workspace_id, k), w.workspace_id, k
	FROM workflow_perms.workspaces w, unnest(enum_range(NULL::workflow_perms.board_kind)) k WHERE w.account_id = 'mb';
INSERT INTO workflow_perms.board_columns (account_id, board_id, column_id, view_restricted, edit_restricted)
	SELECT 'mb', b.board_id, c.column_id, c.column_id IN ('view', 'both'), c.column_id IN ('edit', 'both')
	FROM workflow_perms.boards b, unnest('{free,view,edit,both}'::text[]) c (column_id) WHERE b.account_id = 'mb' AND b.board_id LIKE 'mn%';
INSERT INTO workflow_perms.board_members (account_id, board_id, user_id, is_owner)
	SELECT 'mb', b.board_id, u.user_id, u.user_id = 'bo'
	FROM workflow_perms.boards b, unnest('{bo,mem,gus,vi,bot}'::text[]) u (user_id) WHERE b.account_id = 'mb' AND b.board_id LIKE 'mn%';
INSERT INTO workflow_perms.column_access (account_id, board_id, column_id, access, user_id)
	SELECT 'mb', b.board_id, c.column_id, a.access, 'mem'
	FROM workflow_perms.boards b, unnest('{view,edit,both}'::text[]) c (column_id), unnest(enum_range(NULL::workflow_perms.column_right)) a (access)
	WHERE b.account_id = 'mb' AND b.board_id LIKE 'mn%' AND (c.column_id = 'both' OR a.access::text = c.column_id);
-- Each workflow has a step that uses a column of each board.
INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, board_id, column_id, access)
	SELECT 'mb', w.workflow_id, b.board_id, b.workspace_id, b.board_id, 'both', 'write'
	FROM workflow_perms.workflows w, workflow_perms.boards b WHERE w.account_id = 'mb' AND w.workflow_id LIKE 'mn%' AND b.account_id = 'mb' AND b.board_id LIKE 'mn%';
RESET session_replication_role;

CREATE TABLE menus (who text, workflow text, board text, board_kind text, step text, col text, access text, sees boolean, board_state text, wanted_board text, column_state text, wanted_column text);
-- All that one principal is told.
CREATE PROCEDURE pg_temp.ask(who text) LANGUAGE plpgsql AS $$
BEGIN
	IF who = 'anonymous' THEN
		PERFORM workflow_perms.set_anonymous('mb');
	ELSIF who <> 'none' THEN
		PERFORM workflow_perms.set_principal('mb', who);
	END IF;
	INSERT INTO menus
		SELECT who, w.workflow_id, s.kind, b.kind, t.step, c.column_id, a.access, w.sees,
			workflow_perms.board_state(w.workflow_id, b.board_id),
			CASE WHEN NOT w.sees OR NOT workflow_perms.can_access_workspace(b.workspace_id) THEN 'absent'
				WHEN workflow_perms.can_view_board(b.board_id) THEN 'selectable' ELSE 'grey' END,
			workflow_perms.column_state(w.workflow_id, t.step, b.board_id, c.column_id, a.access),
			CASE WHEN NOT w.sees THEN 'hidden'
				WHEN t.step IS NOT NULL AND c.column_id = 'both' THEN CASE WHEN workflow_perms.can_edit_column(b.board_id, c.column_id) THEN 'selectable' ELSE 'grey' END
				WHEN NOT workflow_perms.can_view_column(b.board_id, c.column_id) THEN 'hidden'
				WHEN a.access = 'write' AND NOT workflow_perms.can_edit_column(b.board_id, c.column_id) THEN 'selectable_will_fail'
				ELSE 'selectable' END
		FROM (SELECT f.workflow_id, workflow_perms.can_view(f.workflow_id) AS sees FROM workflow_perms.workflows f WHERE f.account_id = 'mb' AND f.workflow_id LIKE 'mn%') w,
			workflow_perms.boards b JOIN workflow_perms.workspaces s USING (account_id, workspace_id) JOIN workflow_perms.board_columns c USING (account_id, board_id),
			unnest(ARRAY[NULL, b.board_id]) t (step), unnest(enum_range(NULL::workflow_perms.step_access)) a (access)
		WHERE b.account_id = 'mb' AND b.board_id LIKE 'mn%';
	COMMIT;
END
$$;
\set ECHO none
SELECT format('CALL pg_temp.ask(%L)', u.user_id) FROM workflow_perms.users u WHERE u.account_id = 'mb'
	UNION ALL SELECT format('CALL pg_temp.ask(%L)', who) FROM unnest('{anonymous,none}'::text[]) who ORDER BY 1 \gexec
\set ECHO all
SELECT count(*) > 10000 AS many, count(*) FILTER (WHERE board_state <> wanted_board OR column_state <> wanted_column) AS wrong FROM menus;
SELECT DISTINCT who, workflow, board, board_kind, board_state, wanted_board FROM menus WHERE board_state <> wanted_board ORDER BY 1, 2, 3, 4 LIMIT 20;
SELECT who, workflow, board, board_kind, step, col, access, column_state, wanted_column FROM menus WHERE column_state <> wanted_column ORDER BY 1, 2, 3, 4, 5, 6, 7 LIMIT 20;
-- Who is told what, of boards that are for whoever reaches their workspace.
SELECT CASE WHEN u.kind IS NULL THEN m.who WHEN NOT u.active THEN 'inactive' ELSE concat_ws(' ', u.kind, u.account_role) END AS asker, m.workflow, m.board,
		string_agg(DISTINCT m.board_state, ', ' ORDER BY m.board_state) AS board_state, string_agg(DISTINCT m.column_state, ', ' ORDER BY m.column_state) AS column_state
	FROM menus m LEFT JOIN workflow_perms.users u ON u.account_id = 'mb' AND u.user_id = m.who
	WHERE m.sees AND m.board_kind = 'main' AND m.workflow IN ('mn_open', 'mn_project') GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
SELECT DISTINCT who FROM menus WHERE who IN (SELECT user_id FROM workflow_perms.users WHERE account_id = 'mb' AND kind = 'connected' UNION VALUES ('anonymous'), ('none'))
	AND (board_state <> 'absent' OR column_state NOT IN ('hidden', 'grey'));
SET session_replication_role = replica;
DELETE FROM workflow_perms.workflow_steps WHERE account_id = 'mb' AND workflow_id LIKE 'mn%';
DELETE FROM workflow_perms.column_access WHERE account_id = 'mb' AND board_id LIKE 'mn%';
DELETE FROM workflow_perms.board_columns WHERE account_id = 'mb' AND board_id LIKE 'mn%';
DELETE FROM workflow_perms.board_members WHERE account_id = 'mb' AND board_id LIKE 'mn%';
DELETE FROM workflow_perms.boards WHERE account_id = 'mb' AND board_id LIKE 'mn%';
DELETE FROM workflow_perms.workflows WHERE account_id = 'mb' AND workflow_id LIKE 'mn%';
RESET session_replication_role;
DROP TABLE menus;
