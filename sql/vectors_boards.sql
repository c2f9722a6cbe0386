-- The vectors of spec 8 on boards and columns (M8 to M12, M23, their parts on configuration):
-- what an editor may choose, by the menus and by DML. On the account of matrix_boards.
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status) VALUES
	('mb', 'vb_mem', 'o1', 'main', 'live'), ('mb', 'vb_far', 'o1', 'main', 'live'), ('mb', 'vb_vi', 'o1', 'main', 'live');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES
	('mb', 'vb_mem', 'mem'), ('mb', 'vb_mem', 'vi'), ('mb', 'vb_mem', 'bo'), ('mb', 'vb_far', 'ed'), ('mb', 'vb_vi', 'vi');
UPDATE workflow_perms.workflow_members SET is_owner = true WHERE account_id = 'mb' AND workflow_id LIKE 'vb%';
INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, board_id, column_id, access) VALUES
	('mb', 'vb_mem', 'priv', 'o1', 'priv', NULL, 'read'), ('mb', 'vb_mem', 'edit', 'o1', 'main', 'edit', 'write'),
	('mb', 'vb_mem', 'both', 'o1', 'main', 'both', 'read'), ('mb', 'vb_far', 'far', 'c2', 'far', NULL, 'read');
TRUNCATE matrix.cells RESTART IDENTITY;
INSERT INTO matrix.cells (cell, who, statement, expected) VALUES
	('M8 a step uses private board B; V, an owner, is not on B: grey', 'mb/vi', $$SELECT WHERE workflow_perms.board_state('vb_mem', 'priv') = 'grey'$$, '1 row'),
	('M8 V puts it into another step', 'mb/vi', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'vb_mem', 'new', 'o1', 'priv', NULL, 'read')$$, 'board_restricted'),
	('M8 V saves the step as it is', 'mb/vi', $$UPDATE workflow_perms.workflow_steps SET access = access WHERE workflow_id = 'vb_mem'$$, '3 rows'),
	('M8 who is on B', 'mb/bo', $$SELECT WHERE workflow_perms.board_state('vb_mem', 'priv') = 'selectable'$$, '1 row'),
	('board_state: workspace not accessible', 'mb/mem', $$SELECT WHERE workflow_perms.board_state('vb_mem', 'far') = 'absent'$$, '1 row'),
	('board_state: a shareable board one is on', 'mb/mem', $$SELECT WHERE workflow_perms.board_state('vb_mem', 'share') = 'selectable'$$, '1 row'),
	('board_state: no such board', 'mb/mem', $$SELECT WHERE workflow_perms.board_state('vb_mem', 'nosuch') = 'absent'$$, '1 row'),
	('board_state: who may not view the workflow', 'mb/mem', $$SELECT WHERE workflow_perms.board_state('secret', 'main') = 'absent'$$, '1 row'),
	('board_state: in a project', 'mb/proj', $$SELECT WHERE workflow_perms.board_state('pflow', 'priv') = 'selectable'$$, '1 row'),
	('X9 board_state: none', 'none', $$SELECT WHERE workflow_perms.board_state('vb_mem', 'main') = 'absent'$$, '1 row'),
	('M9 a step writes C, edit-restricted against the owner: chosen anew', 'mb/mem', $$SELECT WHERE workflow_perms.column_state('vb_mem', NULL, 'main', 'edit', 'write') = 'selectable_will_fail'$$, '1 row'),
	('M9 configuring', 'mb/mem', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'vb_mem', 'new', 'o1', 'main', 'edit', 'write')$$, '1 row'),
	('M9 to read it', 'mb/mem', $$SELECT WHERE workflow_perms.column_state('vb_mem', 'new', 'main', 'edit', 'read') = 'selectable'$$, '1 row'),
	('M9 used by the step: grey', 'mb/mem', $$SELECT WHERE workflow_perms.column_state('vb_mem', 'edit', 'main', 'edit', 'write') = 'grey'$$, '1 row'),
	('M9 an editor on the edit list', 'mb/ed', $$SELECT WHERE workflow_perms.column_state('vb_mem', NULL, 'main', 'edit', 'write') = 'selectable'$$, '1 row'),
	('M10 C view-restricted against the editor: hidden', 'mb/mem', $$SELECT WHERE workflow_perms.column_state('vb_mem', NULL, 'main', 'both', 'read') = 'hidden'$$, '1 row'),
	('M10 choosing it', 'mb/mem', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'vb_mem', 'new', 'o1', 'main', 'both', 'read')$$, 'column_restricted'),
	('M10 used by the step: grey', 'mb/mem', $$SELECT WHERE workflow_perms.column_state('vb_mem', 'both', 'main', 'both', 'read') = 'grey'$$, '1 row'),
	('M10 by another step: hidden', 'mb/mem', $$SELECT WHERE workflow_perms.column_state('vb_mem', 'edit', 'main', 'both', 'read') = 'hidden'$$, '1 row'),
	('M10 saving the step that uses it', 'mb/mem', $$UPDATE workflow_perms.workflow_steps SET access = 'read' WHERE workflow_id = 'vb_mem' AND step_id = 'both'$$, '1 row'),
	('M11 restrictions on C; the actor owns the board', 'mb/bo', $$SELECT WHERE workflow_perms.column_state('vb_mem', NULL, 'main', 'both', 'write') = 'selectable' AND workflow_perms.column_state('vb_mem', 'both', 'main', 'both', 'write') = 'selectable' AND workflow_perms.can_edit_column('main', 'empty')$$, '1 row'),
	('M11 choosing it', 'mb/bo', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'vb_mem', 'new', 'o1', 'main', 'empty', 'write')$$, '1 row'),
	('M12 owner lost access to a workspace that a step uses: edit', 'mb/ed', $$SELECT WHERE workflow_perms.can_edit('vb_far')$$, '0 rows'),
	('M12 and by DML', 'mb/ed', $$UPDATE workflow_perms.workflow_steps SET access = 'write' WHERE workflow_id = 'vb_far'$$, 'workspace_restricted'),
	('M23 a step names workspace W1 and a board of W2', 'mb/bo', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'vb_mem', 'new', 'o1', 'far', NULL, 'read')$$, '"workflow_steps_board_fkey"'),
	('M23 or moves to one', 'mb/bo', $$UPDATE workflow_perms.workflow_steps SET workspace_id = 'c1' WHERE workflow_id = 'vb_mem' AND step_id = 'edit'$$, '"workflow_steps_board_fkey"');
\set ECHO none
\pset format unaligned
\pset tuples_only on
SELECT * FROM matrix.script \gexec
\pset tuples_only off
\pset format aligned
\set ECHO all
