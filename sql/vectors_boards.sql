-- The vectors of spec 8 on boards and columns (M8 to M12, M23, M28, their parts on configuration):
-- what an editor may choose, by the menus and by DML. On the account of matrix_boards.
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status) VALUES
	('mb', 'vb_mem', 'o1', 'main', 'live'), ('mb', 'vb_far', 'o1', 'main', 'live'), ('mb', 'vb_vi', 'o1', 'main', 'live');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES
	('mb', 'vb_mem', 'mem'), ('mb', 'vb_mem', 'vi'), ('mb', 'vb_mem', 'bo'), ('mb', 'vb_far', 'ed'), ('mb', 'vb_vi', 'vi');
UPDATE workflow_perms.workflow_members SET is_owner = true WHERE account_id = 'mb' AND workflow_id LIKE 'vb%';
INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, board_id, column_id, access) VALUES
	('mb', 'vb_mem', 'priv', 'o1', 'priv', NULL, 'read'), ('mb', 'vb_mem', 'edit', 'o1', 'main', 'edit', 'write'),
	('mb', 'vb_mem', 'both', 'o1', 'main', 'both', 'read'), ('mb', 'vb_far', 'far', 'c2', 'far', NULL, 'read');
-- M28: mem and bo own it, mem publishes it.
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility) VALUES ('mb', 'vb_two', 'o1', 'main'), ('mb', 'vb_new', 'o1', 'main');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('mb', 'vb_two', 'mem'), ('mb', 'vb_two', 'bo'), ('mb', 'vb_new', 'mem'), ('mb', 'vb_new', 'bo');
UPDATE workflow_perms.workflow_members SET is_owner = true WHERE account_id = 'mb' AND workflow_id IN ('vb_two', 'vb_new');
BEGIN;
DO $$BEGIN PERFORM matrix.become('mb/mem', 'regress_app'); END$$;
INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ('mb', 'vb_two', 'mem', '1');
SELECT workflow_perms.publish('vb_two', '[{"step_id": "s", "workspace_id": "o1", "board_id": "main", "column_id": "free", "access": "write"}]');
COMMIT;
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
	('board_state: in a project, by the board''s own workspace', 'mb/proj', $$SELECT WHERE workflow_perms.board_state('pflow', 'priv') = 'grey' AND workflow_perms.board_state('pflow', 'ours') = 'selectable' AND workflow_perms.board_state('pflow', 'far') = 'absent'$$, '1 row'),
	('M31 a board of a closed workspace, asked by a connected user from a project''s workflow', 'mb/u1', $$SELECT WHERE workflow_perms.can_view('pflow') AND workflow_perms.board_state('pflow', 'far') = 'absent'$$, '1 row'),
	('M31 and of any other', 'mb/u1', $$SELECT WHERE workflow_perms.board_state('pflow', 'main') = 'absent' AND workflow_perms.board_state('pflow', 'ours') = 'absent'$$, '1 row'),
	('M31 its columns', 'mb/u1', $$SELECT WHERE workflow_perms.column_state('pflow', NULL, 'far', 'free', 'read') = 'hidden' AND workflow_perms.column_state('pflow', NULL, 'main', 'free', 'write') = 'hidden'$$, '1 row'),
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
	('M28 a co-owner who is not run_as inserts a step without publishing', 'mb/bo', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'vb_two', 'new', 'o1', 'main', 'view', 'write')$$, 'not_own'),
	('M28 changes one', 'mb/bo', $$UPDATE workflow_perms.workflow_steps SET access = 'read' WHERE workflow_id = 'vb_two'$$, 'not_own'),
	('M28 saves one as it is', 'mb/bo', $$UPDATE workflow_perms.workflow_steps SET access = access WHERE workflow_id = 'vb_two'$$, 'not_own'),
	('M28 deletes one', 'mb/bo', $$DELETE FROM workflow_perms.workflow_steps WHERE workflow_id = 'vb_two'$$, 'not_own'),
	('M28 publishes it, and is run_as', 'mb/bo', $$INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ('mb', 'vb_two', 'bo', '2'); SELECT workflow_perms.publish('vb_two', '[{"step_id": "new", "workspace_id": "o1", "board_id": "main", "column_id": "view", "access": "write"}]'); SELECT FROM workflow_perms.workflows JOIN workflow_perms.workflow_steps USING (account_id, workflow_id) WHERE workflow_id = 'vb_two' AND run_as = 'bo' AND step_id = 'new'$$, '1 row'),
	('M28 and then writes steps', 'mb/bo', $$INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ('mb', 'vb_two', 'bo', '2'); SELECT workflow_perms.publish('vb_two'); INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'vb_two', 'new', 'o1', 'main', 'view', 'write')$$, '1 row'),
	('M28 run_as inserts one', 'mb/mem', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'vb_two', 'new', 'o1', 'main', 'view', 'write')$$, '1 row'),
	('M28 changes one', 'mb/mem', $$UPDATE workflow_perms.workflow_steps SET access = 'read' WHERE workflow_id = 'vb_two'$$, '1 row'),
	('M28 deletes one', 'mb/mem', $$DELETE FROM workflow_perms.workflow_steps WHERE workflow_id = 'vb_two'$$, '1 row'),
	('M28 while nobody is run_as, an owner who inserts one becomes it', 'mb/bo', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'vb_new', 'new', 'o1', 'main', 'view', 'write'), ('mb', 'vb_new', 'other', 'o1', 'main', 'view', 'read'); SELECT FROM workflow_perms.workflows WHERE workflow_id = 'vb_new' AND run_as = 'bo'$$, '1 row'),
	('M28 so does an owner who changes one', 'mb/mem', $$UPDATE workflow_perms.workflow_steps SET access = 'read' WHERE workflow_id = 'vb_mem' AND step_id = 'edit'; SELECT FROM workflow_perms.workflows WHERE workflow_id = 'vb_mem' AND run_as = 'mem'$$, '1 row'),
	('M28 or deletes one', 'mb/mem', $$DELETE FROM workflow_perms.workflow_steps WHERE workflow_id = 'vb_mem' AND step_id = 'edit'; SELECT FROM workflow_perms.workflows WHERE workflow_id = 'vb_mem' AND run_as = 'mem'$$, '1 row'),
	('M28 who may not publish does not', 'mb/des', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'vb_new', 'new', 'o1', 'main', 'free', 'read')$$, 'not_owner'),
	('M23 a step names workspace W1 and a board of W2', 'mb/bo', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'vb_mem', 'new', 'o1', 'far', NULL, 'read')$$, 'board "far" does not exist in workspace "o1"'),
	('M23 or moves to one', 'mb/bo', $$UPDATE workflow_perms.workflow_steps SET workspace_id = 'c1' WHERE workflow_id = 'vb_mem' AND step_id = 'edit'$$, 'board "main" does not exist in workspace "c1"');
\getenv abs_srcdir PG_ABS_SRCDIR
\set matrix_run :abs_srcdir '/test/matrix_run.sql'
\i :matrix_run
-- Who becomes run_as so is in the audit log, as whose doing.
BEGIN;
SELECT entry AS last FROM workflow_perms.audit_log ORDER BY entry DESC LIMIT 1 \gset
DO $$BEGIN PERFORM matrix.become('mb/bo', 'regress_app'); END$$;
INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'vb_new', 'new', 'o1', 'main', 'view', 'write'), ('mb', 'vb_new', 'other', 'o1', 'main', 'view', 'read');
RESET ROLE;
SELECT principal, database_role, action, object, before ->> 'run_as' AS before, after ->> 'run_as' AS after
	FROM workflow_perms.audit_log WHERE entry > :'last' ORDER BY entry;
ROLLBACK;
-- Roles that row security does not bind write as they like, whoever is set, and lend nobody's rights.
BEGIN;
SELECT workflow_perms.set_principal('mb', 'bo');
INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'vb_new', 'new', 'o1', 'main', 'view', 'write'), ('mb', 'vb_two', 'new', 'o1', 'main', 'view', 'write');
SELECT workflow_id, run_as FROM workflow_perms.workflows WHERE account_id = 'mb' AND workflow_id IN ('vb_new', 'vb_two') ORDER BY 1;
ROLLBACK;
