-- The vectors of spec 8 on workspaces and owners (M), as far as this stands: by the gates, and
-- by what DML does under row-level security. Uses the accounts of matrix_setup.
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('mx', 'vec_guest', 'member', 'guest');
INSERT INTO workflow_perms.boards (account_id, board_id, workspace_id, kind) VALUES ('mx', 'vec_board', 'c1', 'main');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status) VALUES
	('mx', 'vec_touches', 'o1', 'main', 'live'), ('mx', 'vec_two', 'o1', 'main', 'live');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES
	('mx', 'vec_touches', 'wo'), ('mx', 'vec_two', 'wo'), ('mx', 'vec_two', 'mo');
UPDATE workflow_perms.workflow_members SET is_owner = true WHERE account_id = 'mx' AND workflow_id LIKE 'vec%';
UPDATE workflow_perms.workflow_members SET expires_at = '2100-01-01' WHERE account_id = 'mx' AND workflow_id = 'vec_two' AND user_id = 'mo';
INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, access) VALUES
	('mx', 'vec_touches', 's1', 'c2', 'read');
-- Design is invited: mo holds it for the account, vi for another workspace, vec_guest for this one.
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('mx', 'vec_role', 'o1');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, role) VALUES ('mx', 'vec_role', 'Design');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES ('mx', 'vec_guest', 'Design', 'o1');
-- mo makes a workflow, crowns wo and leaves: created_by is left, and gives no view.
BEGIN;
SELECT matrix.become('mx/mo', 'regress_app');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('mx', 'vec_made', 'o1');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('mx', 'vec_made', 'wo');
UPDATE workflow_perms.workflow_members SET is_owner = true WHERE workflow_id = 'vec_made' AND user_id = 'wo';
DELETE FROM workflow_perms.workflow_members WHERE workflow_id = 'vec_made' AND user_id = 'mo';
COMMIT;
TRUNCATE matrix.cells RESTART IDENTITY;
INSERT INTO matrix.cells (cell, who, statement, expected, database_role) VALUES
	('M1 main, open; a user of another workspace: views', 'mx/dev',
		$$SELECT WHERE workflow_perms.can_view('open_main')$$, '1 row', 'regress_app'),
	('M1 and in a list', 'mx/dev',
		$$SELECT FROM workflow_perms.workflows WHERE workflow_id = 'open_main'$$, '1 row', 'regress_app'),
	('M1 edits', 'mx/dev',
		$$SELECT WHERE workflow_perms.can_edit('open_main')$$, '0 rows', 'regress_app'),
	('M1 edits by DML', 'mx/dev',
		$$UPDATE workflow_perms.workflows SET hidden = true WHERE workflow_id = 'open_main'$$, 'not_owner', 'regress_app'),
	('M2 main, closed; the same user: views', 'mx/dev',
		$$SELECT WHERE workflow_perms.can_view('closed_main')$$, '0 rows', 'regress_app'),
	('M2 and in a list', 'mx/dev',
		$$SELECT FROM workflow_perms.workflows WHERE workflow_id = 'closed_main'$$, '0 rows', 'regress_app'),
	('M2 its member does', 'mx/mo',
		$$SELECT FROM workflow_perms.workflows WHERE workflow_id = 'closed_main'$$, '1 row', 'regress_app'),
	('M3 private; workspace member not invited', 'mx/bot',
		$$SELECT FROM workflow_perms.workflows WHERE workflow_id = 'open_private'$$, '0 rows', 'regress_app'),
	('M3 by the gate', 'mx/bot',
		$$SELECT WHERE workflow_perms.can_view('open_private')$$, '0 rows', 'regress_app'),
	('M4 private; invited member: views', 'mx/mo',
		$$SELECT FROM workflow_perms.workflows WHERE workflow_id = 'open_private'$$, '1 row', 'regress_app'),
	('M4 edits', 'mx/mo',
		$$UPDATE workflow_perms.workflows SET hidden = true WHERE workflow_id = 'open_private'$$, 'not_owner', 'regress_app'),
	('M4 by the gate', 'mx/mo',
		$$SELECT WHERE workflow_perms.can_edit('open_private')$$, '0 rows', 'regress_app'),
	('M4 invited through a role: held for the account', 'mx/mo',
		$$SELECT WHERE workflow_perms.can_view('vec_role')$$, '1 row', 'regress_app'),
	('M4 held for the workspace', 'mx/vec_guest',
		$$SELECT WHERE workflow_perms.can_view('vec_role')$$, '1 row', 'regress_app'),
	('M4 held for another one', 'mx/vi',
		$$SELECT WHERE workflow_perms.can_view('vec_role')$$, '0 rows', 'regress_app'),
	('M4 and in a list', 'mx/vi',
		$$SELECT FROM workflow_perms.workflows WHERE workflow_id = 'vec_role'$$, '0 rows', 'regress_app'),
	('M12 a step uses a workspace that the owner lost: views', 'mx/wo',
		$$SELECT FROM workflow_perms.workflows WHERE workflow_id = 'vec_touches'$$, '1 row', 'regress_app'),
	('M12 edits', 'mx/wo',
		$$UPDATE workflow_perms.workflows SET hidden = true WHERE workflow_id = 'vec_touches'$$, 'workspace_restricted', 'regress_app'),
	('M12 by the gate', 'mx/wo',
		$$SELECT WHERE workflow_perms.can_edit('vec_touches')$$, '0 rows', 'regress_app'),
	('M12 once it is accessible again', 'none',
		$$INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('mx', 'c2', 'wo'); SELECT WHERE (SELECT matrix.ask('mx/wo', $q$workflow_perms.can_edit('vec_touches')$q$))$$, '1 row', 'none'),
	('M13 a viewer creates', 'mx/vi',
		$$INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('mx', 'new', 'o1')$$, 'account_role', 'regress_app'),
	('M13 a guest creates', 'mx/gus',
		$$INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('mx', 'new', 'c1')$$, 'account_role', 'regress_app'),
	('M13 by the gate', 'mx/vi',
		$$SELECT WHERE workflow_perms.can_create('o1')$$, '0 rows', 'regress_app'),
	('M13 a member creates', 'mx/mo',
		$$INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('mx', 'new', 'o1')$$, '1 row', 'regress_app'),
	('M14 the creator is owner', 'mx/mo',
		$$INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('mx', 'new', 'o1'); SELECT FROM workflow_perms.workflow_members WHERE workflow_id = 'new' AND user_id = 'mo' AND is_owner$$, '1 row', 'regress_app'),
	('M14 and may edit', 'mx/mo',
		$$INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('mx', 'new', 'o1'); UPDATE workflow_perms.workflows SET status = 'live' WHERE workflow_id = 'new'$$, '1 row', 'regress_app'),
	('M14 crowning a non-member', 'mx/wo',
		$$INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, is_owner) VALUES ('mx', 'open_main', 'vi', true)$$, 'cannot be made its owner', 'regress_app'),
	('M14 crowning a non-member, above row security', 'none',
		$$INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, is_owner) VALUES ('mx', 'open_main', 'vi', true)$$, 'cannot be made its owner', 'none'),
	('M14 crowning a member', 'mx/wo',
		$$UPDATE workflow_perms.workflow_members SET is_owner = true WHERE workflow_id = 'open_private' AND user_id = 'mo'$$, '1 row', 'regress_app'),
	('M16 removing the last owner', 'mx/wo',
		$$DELETE FROM workflow_perms.workflow_members WHERE workflow_id = 'open_main' AND user_id = 'wo'$$, 'would be left without an owner', 'regress_app'),
	('M16 demoting the last owner', 'mx/wo',
		$$UPDATE workflow_perms.workflow_members SET is_owner = false WHERE workflow_id = 'open_main' AND user_id = 'wo'$$, 'would be left without an owner', 'regress_app'),
	('M16 deleting the last owner', 'mx/ada',
		$$DELETE FROM workflow_perms.users WHERE user_id = 'wo'$$, 'would be left without an owner', 'regress_app'),
	('M16 removing one of two', 'mx/wo',
		$$UPDATE workflow_perms.workflow_members SET is_owner = true WHERE workflow_id = 'open_private' AND user_id = 'mo'; DELETE FROM workflow_perms.workflow_members WHERE workflow_id = 'open_private' AND user_id = 'wo'$$, '1 row', 'regress_app'),
	('M17 an admin outside a closed workspace', 'mx/ada',
		$$SELECT FROM workflow_perms.workflows WHERE workflow_id = 'closed_main'$$, '0 rows', 'regress_app'),
	('M17 an admin and a private workflow', 'mx/ada',
		$$SELECT FROM workflow_perms.workflows WHERE workflow_id = 'open_private'$$, '0 rows', 'regress_app'),
	('M17 by the gate', 'mx/ada',
		$$SELECT WHERE workflow_perms.can_view('closed_main') OR workflow_perms.can_view('open_private')$$, '0 rows', 'regress_app'),
	('M18 guest, main in an open workspace, not invited', 'mx/vec_guest',
		$$SELECT FROM workflow_perms.workflows WHERE workflow_id = 'open_main'$$, '1 row', 'regress_app'),
	('M18 by the gate', 'mx/vec_guest',
		$$SELECT WHERE workflow_perms.can_view('open_main')$$, '1 row', 'regress_app'),
	('M18 in a set', 'mx/vec_guest',
		$$SELECT FROM workflow_perms.visible_workflows() v WHERE v = 'open_main'$$, '1 row', 'regress_app'),
	('M18 reaches the workspace', 'mx/vec_guest',
		$$SELECT WHERE workflow_perms.can_access_workspace('empty')$$, '0 rows', 'regress_app'),
	('M18 edits', 'mx/vec_guest',
		$$UPDATE workflow_perms.workflows SET hidden = true WHERE workflow_id = 'open_main'$$, 'not_owner', 'regress_app'),
	('M18 with guests_see_open_main off', 'none',
		$$UPDATE workflow_perms.accounts SET guests_see_open_main = false WHERE account_id = 'mx'; SELECT WHERE (SELECT matrix.ask('mx/vec_guest', $q$workflow_perms.can_view('open_main')$q$))$$, '0 rows', 'none'),
	('M18 and in a list', 'none',
		$$UPDATE workflow_perms.accounts SET guests_see_open_main = false WHERE account_id = 'mx'; SELECT WHERE (SELECT matrix.ask('mx/vec_guest', $q$EXISTS (SELECT FROM workflow_perms.workflows WHERE workflow_id = 'open_main')$q$))$$, '0 rows', 'none'),
	('M18 who is invited sees it all the same', 'none',
		$$UPDATE workflow_perms.accounts SET guests_see_open_main = false WHERE account_id = 'mx'; SELECT WHERE (SELECT matrix.ask('mx/gus', $q$workflow_perms.can_view('open_main')$q$))$$, '1 row', 'none'),
	('M19 an owner updates run_as', 'mx/wo',
		$$UPDATE workflow_perms.workflows SET run_as = 'wo' WHERE workflow_id = 'open_main'$$, 'column "run_as" of "workflows" is written by the extension only', 'regress_app'),
	('M19 with more grants', 'mx/wo',
		$$UPDATE workflow_perms.workflows SET run_as = 'wo' WHERE workflow_id = 'open_main'$$, 'is written by the extension only', 'regress_full'),
	('M22 two owners, one expiring; the other also', 'mx/wo',
		$$UPDATE workflow_perms.workflow_members SET expires_at = '2100-01-01' WHERE workflow_id = 'vec_two' AND user_id = 'wo'$$, 'would be left without an owner', 'regress_app'),
	('M22 the expiring one expires sooner', 'mx/wo',
		$$UPDATE workflow_perms.workflow_members SET expires_at = '2099-01-01' WHERE workflow_id = 'vec_two' AND user_id = 'mo'$$, '1 row', 'regress_app'),
	('M23 a step names workspace o1 and a board of c1', 'none',
		$$INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, board_id, access) VALUES ('mx', 'open_main', 's', 'o1', 'vec_board', 'read')$$, 'constraint "workflow_steps_board_fkey"', 'none'),
	('M23 the boards own workspace', 'none',
		$$INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, board_id, access) VALUES ('mx', 'open_main', 's', 'c1', 'vec_board', 'read')$$, '1 row', 'none'),
	('M24 a member inserts a private workflow RETURNING', 'mx/mo',
		$$INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('mx', 'new', 'o1') RETURNING *$$, '1 row', 'regress_app'),
	('M24 with the creators name in it', 'mx/mo',
		$$WITH made AS (INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('mx', 'new', 'o1') RETURNING *) SELECT FROM made WHERE workflow_id = 'new' AND visibility = 'private' AND created_by = 'mo'$$, '1 row', 'regress_app'),
	('M24 the creator who is a member no more', 'none',
		$$SELECT WHERE (SELECT matrix.ask('mx/mo', $q$EXISTS (SELECT FROM workflow_perms.workflows WHERE workflow_id = 'vec_made')$q$))$$, '0 rows', 'none'),
	('M25 a non-owner updates a visible workflow', 'mx/mo',
		$$UPDATE workflow_perms.workflows SET hidden = true WHERE workflow_id = 'open_main'$$, 'not_owner', 'regress_app'),
	('M25 an invisible one', 'mx/vi',
		$$UPDATE workflow_perms.workflows SET hidden = true WHERE workflow_id = 'open_private'$$, '0 rows', 'regress_app'),
	('M25 both at once: the visible one is an error', 'mx/vi',
		$$UPDATE workflow_perms.workflows SET hidden = true WHERE workflow_id = 'open_main' OR workflow_id = 'open_private'$$, 'not_owner', 'regress_app'),
	('M25 deletes a visible one', 'mx/mo',
		$$DELETE FROM workflow_perms.workflows WHERE workflow_id = 'open_main'$$, 'not_owner', 'regress_app'),
	('M25 deletes an invisible one', 'mx/vi',
		$$DELETE FROM workflow_perms.workflows WHERE workflow_id = 'open_private'$$, '0 rows', 'regress_app'),
	('M26 private, live, no condition, open; a connected user', 'mx/free',
		$$SELECT FROM workflow_perms.workflows WHERE workflow_id = 'open_private'$$, '0 rows', 'regress_app'),
	('M26 by the gate', 'mx/free',
		$$SELECT WHERE workflow_perms.can_view('open_private')$$, '0 rows', 'regress_app'),
	('M26 main instead', 'mx/free',
		$$SELECT FROM workflow_perms.workflows WHERE workflow_id = 'open_main'$$, '1 row', 'regress_app');
\getenv abs_srcdir PG_ABS_SRCDIR
\set matrix_run :abs_srcdir '/test/matrix_run.sql'
\i :matrix_run
DELETE FROM workflow_perms.workflows WHERE account_id = 'mx' AND workflow_id LIKE 'vec%';
DELETE FROM workflow_perms.boards WHERE account_id = 'mx' AND board_id = 'vec_board';
DELETE FROM workflow_perms.users WHERE account_id = 'mx' AND user_id = 'vec_guest';
