-- The vectors of spec 8 across the gates (X6, X8, X9, X10), their viewing, editing and writing
-- parts: by the gates, and by what DML does under row-level security.
-- Uses the accounts of matrix_setup.
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES
	('mx', 'vec_dev', 'member', 'member'), ('mx', 'vec_old', 'member', 'viewer');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role, expires_at) VALUES
	('mx', 'vec_dev', 'Member', NULL), ('mx', 'vec_old', 'Member', '2020-01-01');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id, is_owner, expires_at) VALUES
	('mx', 'c1', 'vec_dev', false, NULL), ('mx', 'c1', 'vec_old', false, '2020-01-01'), ('mx', 'empty', 'vec_old', true, '2020-01-01');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, expires_at) VALUES
	('mx', 'open_private', 'vec_old', '2020-01-01'), ('mx', 'open_main', 'vec_old', '2020-01-01');
UPDATE workflow_perms.workflow_members SET is_owner = true WHERE account_id = 'mx' AND workflow_id = 'open_main' AND user_id = 'vec_old';
-- A role that is a member, or was; held for the account and for a project; more of a role in another account.
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES
	('mx', 'vec_role', 'member', 'viewer'), ('mx', 'vec_else', 'member', 'viewer');
INSERT INTO workflow_perms.roles (account_id, role) VALUES ('mx', 'Vec'), ('my', 'Vec');
INSERT INTO workflow_perms.role_capabilities (account_id, role, capability) VALUES ('my', 'Vec', 'acme.export');
INSERT INTO workflow_perms.role_includes (account_id, role, included_role) VALUES ('my', 'Vec', 'Support');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES
	('mx', 'vec_role', 'Vec', NULL), ('mx', 'vec_else', 'Vec', 'p1');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, role, expires_at) VALUES
	('mx', 'c1', 'Vec', NULL), ('mx', 'c2', 'Vec', '2020-01-01');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, role, expires_at) VALUES ('mx', 'open_private', 'Vec', '2020-01-01');
INSERT INTO workflow_perms.boards (account_id, board_id, workspace_id, kind) VALUES ('mx', 'vec_old', 'o1', 'shareable'), ('mx', 'vec_now', 'o1', 'shareable');
INSERT INTO workflow_perms.board_members (account_id, board_id, role, expires_at) VALUES ('mx', 'vec_old', 'Vec', '2020-01-01'), ('mx', 'vec_now', 'Vec', NULL);
TRUNCATE matrix.cells RESTART IDENTITY;
INSERT INTO matrix.cells (cell, who, statement, expected, database_role) VALUES
	('X6 Member who is not an owner edits in an open workspace', 'mx/dev',
		$$UPDATE workflow_perms.workflows SET hidden = true WHERE workflow_id = 'open_main'$$, 'not_owner', 'regress_app'),
	('X6 by the gate', 'mx/dev',
		$$SELECT WHERE workflow_perms.can_edit('open_main')$$, '0 rows', 'regress_app'),
	('X6 in a closed workspace', 'mx/vec_dev',
		$$UPDATE workflow_perms.workflows SET hidden = true WHERE workflow_id = 'closed_main'$$, 'not_owner', 'regress_app'),
	('X6 in a project', 'mx/dev',
		$$UPDATE workflow_perms.workflows SET hidden = true WHERE workflow_id = 'project_flow'$$, '1 row', 'regress_app'),
	('X6 by the gate', 'mx/dev',
		$$SELECT WHERE workflow_perms.can_edit('project_flow')$$, '1 row', 'regress_app'),
	('X8 an expired role grant', 'mx/vec_old',
		$$SELECT WHERE workflow_perms.can('workflows.view')$$, '0 rows', 'regress_app'),
	('X8 and what it showed', 'mx/vec_old',
		$$SELECT FROM workflow_perms.workflows WHERE workspace_id = 'p1'$$, '0 rows', 'regress_app'),
	('X8 an expired workspace membership', 'mx/vec_old',
		$$SELECT FROM workflow_perms.workflows WHERE workflow_id = 'closed_main'$$, '0 rows', 'regress_app'),
	('X8 the workspace itself', 'mx/vec_old',
		$$SELECT FROM workflow_perms.workspaces WHERE workspace_id = 'c1'$$, '0 rows', 'regress_app'),
	('X8 an expired workspace ownership', 'mx/vec_old',
		$$UPDATE workflow_perms.workspaces SET kind = 'closed' WHERE workspace_id = 'empty'$$, 'not_owner', 'regress_app'),
	('X8 an expired workflow membership', 'mx/vec_old',
		$$SELECT FROM workflow_perms.workflows WHERE workflow_id = 'open_private'$$, '0 rows', 'regress_app'),
	('X8 an expired ownership of a workflow', 'mx/vec_old',
		$$UPDATE workflow_perms.workflows SET hidden = true WHERE workflow_id = 'open_main'$$, 'not_owner', 'regress_app'),
	('X8 a role that is a member of a workspace', 'mx/vec_role',
		$$SELECT WHERE workflow_perms.can_access_workspace('c1')$$, '1 row', 'regress_app'),
	('X8 a role whose membership of a workspace has expired', 'mx/vec_role',
		$$SELECT WHERE workflow_perms.can_access_workspace('c2')$$, '0 rows', 'regress_app'),
	('X8 of a workflow', 'mx/vec_role',
		$$SELECT WHERE workflow_perms.can_view('open_private')$$, '0 rows', 'regress_app'),
	('X8 a role that is a member of a board', 'mx/vec_role',
		$$SELECT FROM workflow_perms.boards WHERE board_id LIKE 'vec%'$$, '1 row', 'regress_app'),
	('X8 a role whose membership of a board has expired', 'mx/vec_role',
		$$SELECT WHERE workflow_perms.can_view_board('vec_old')$$, '0 rows', 'regress_app'),
	('R10 a role that is a member, held for another workspace', 'mx/vec_else',
		$$SELECT WHERE workflow_perms.can_access_workspace('c1') OR workflow_perms.can_view_board('vec_now')$$, '0 rows', 'regress_app'),
	('X10 what a role of that name has in another account', 'mx/vec_role',
		$$SELECT WHERE workflow_perms.can('acme.export')$$, '0 rows', 'regress_app'),
	('X10 and what it includes there', 'mx/vec_role',
		$$SELECT WHERE workflow_perms.can('task_history.view')$$, '0 rows', 'regress_app'),
	('X8 expiring at this very moment is expired', 'none',
		$$UPDATE workflow_perms.workflow_members SET expires_at = now() WHERE account_id = 'mx' AND workflow_id = 'open_private' AND user_id = 'mo'; SELECT WHERE (SELECT matrix.ask('mx/mo', $q$workflow_perms.can_view('open_private')$q$))$$, '0 rows', 'none'),
	('X8 a moment later is not', 'none',
		$$UPDATE workflow_perms.workflow_members SET expires_at = now() + '1 microsecond' WHERE account_id = 'mx' AND workflow_id = 'open_private' AND user_id = 'mo'; SELECT WHERE (SELECT matrix.ask('mx/mo', $q$workflow_perms.can_view('open_private')$q$))$$, '1 row', 'none'),
	('X8 the expired rows are still there, for who manages them', 'mx/wo',
		$$SELECT FROM workflow_perms.workflow_members WHERE user_id = 'vec_old'$$, '2 rows', 'regress_app'),
	('X9 no principal: accounts', 'none',
		$$SELECT FROM workflow_perms.accounts$$, '0 rows', 'regress_app'),
	('X9 no principal: users', 'none',
		$$SELECT FROM workflow_perms.users$$, '0 rows', 'regress_app'),
	('X9 no principal: roles', 'none',
		$$SELECT FROM workflow_perms.roles$$, '0 rows', 'regress_app'),
	('X9 no principal: role_capabilities', 'none',
		$$SELECT FROM workflow_perms.role_capabilities$$, '0 rows', 'regress_app'),
	('X9 no principal: role_includes', 'none',
		$$SELECT FROM workflow_perms.role_includes$$, '0 rows', 'regress_app'),
	('X9 no principal: role_grants', 'none',
		$$SELECT FROM workflow_perms.role_grants$$, '0 rows', 'regress_app'),
	('X9 no principal: workspaces', 'none',
		$$SELECT FROM workflow_perms.workspaces$$, '0 rows', 'regress_app'),
	('X9 no principal: workspace_members', 'none',
		$$SELECT FROM workflow_perms.workspace_members$$, '0 rows', 'regress_app'),
	('X9 no principal: workflows', 'none',
		$$SELECT FROM workflow_perms.workflows$$, '0 rows', 'regress_app'),
	('X9 no principal: workflow_members', 'none',
		$$SELECT FROM workflow_perms.workflow_members$$, '0 rows', 'regress_app'),
	('X9 no principal: every check', 'none',
		$$SELECT WHERE workflow_perms.can_view('open_main') OR workflow_perms.can_edit('open_main') OR workflow_perms.can_operate('open_main') OR workflow_perms.can_publish('open_main') OR workflow_perms.can_delete('open_main') OR workflow_perms.can_manage_members('open_main') OR workflow_perms.can_view_draft('open_main') OR workflow_perms.can_create('o1') OR workflow_perms.can('workflows.view') OR workflow_perms.can_access_workspace('o1')$$, '0 rows', 'regress_app'),
	('X9 no principal: an update', 'none',
		$$UPDATE workflow_perms.workflows SET hidden = true WHERE workflow_id = 'open_main'$$, '0 rows', 'regress_app'),
	('X9 no principal: an insert', 'none',
		$$INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('mx', 'new', 'o1')$$, 'no_principal', 'regress_app'),
	('X10 a workflow of another account: the gate', 'mx/wo',
		$$SELECT WHERE workflow_perms.workflow_verdict('view', 'my', 'open_main', 'o1', 'main', 'live', NULL, false) = 'not_found'$$, '1 row', 'regress_app'),
	('X10 the same as one that does not exist', 'mx/wo',
		$$SELECT WHERE workflow_perms.workflow_verdict('view', 'nowhere', 'open_main', 'o1', 'main', 'live', NULL, false) = 'not_found'$$, '1 row', 'regress_app'),
	('X10 read', 'mx/wo',
		$$SELECT FROM workflow_perms.workflows WHERE account_id = 'my'$$, '0 rows', 'regress_app'),
	('X10 updated', 'mx/wo',
		$$UPDATE workflow_perms.workflows SET hidden = true WHERE account_id = 'my'$$, '0 rows', 'regress_app'),
	('X10 deleted', 'mx/wo',
		$$DELETE FROM workflow_perms.workflows WHERE account_id = 'my'$$, '0 rows', 'regress_app'),
	('X10 given a member', 'mx/wo',
		$$INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('my', 'open_main', 'ada')$$, 'not_found', 'regress_app'),
	('X10 one that does not exist, given a member', 'mx/wo',
		$$INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('my', 'nope', 'ada')$$, 'not_found', 'regress_app'),
	('X11 the same id in two accounts: this ones', 'mx/wo',
		$$SELECT FROM workflow_perms.workflows WHERE workflow_id = 'open_main'$$, '1 row', 'regress_app'),
	('X11 the same id in two accounts: that ones', 'my/mo',
		$$SELECT FROM workflow_perms.workflows WHERE workflow_id = 'open_main' AND account_id = 'my'$$, '1 row', 'regress_app');
\getenv abs_srcdir PG_ABS_SRCDIR
\set matrix_run :abs_srcdir '/test/matrix_run.sql'
\i :matrix_run
DELETE FROM workflow_perms.users WHERE account_id = 'mx' AND user_id LIKE 'vec%';
DELETE FROM workflow_perms.boards WHERE account_id = 'mx' AND board_id LIKE 'vec%';
DELETE FROM workflow_perms.workspace_members WHERE account_id = 'mx' AND role = 'Vec';
DELETE FROM workflow_perms.workflow_members WHERE account_id = 'mx' AND role = 'Vec';
DELETE FROM workflow_perms.role_capabilities WHERE account_id = 'my' AND role = 'Vec';
DELETE FROM workflow_perms.role_includes WHERE account_id = 'my' AND role = 'Vec';
DELETE FROM workflow_perms.roles WHERE role = 'Vec';
