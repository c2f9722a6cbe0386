-- The write matrix (spec 6.3), tables boards, board_members, board_columns, column_access
-- and workflow_steps: for each rule one who may and one who may not. And what 4.8 says of
-- boards and columns, by the gates. On an account of its own, with the runner of matrix_setup.
SELECT workflow_perms.create_account('mb', 'ada');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role, active) VALUES
	('mb', 'bo', 'member', 'member', true),    -- owns the boards
	('mb', 'ed', 'member', 'member', true),    -- owns workflows, no board
	('mb', 'mem', 'member', 'member', true),   -- neither
	('mb', 'des', 'member', 'member', true),   -- holds Design
	('mb', 'des1', 'member', 'member', true),  -- holds Design for c1
	('mb', 'vi', 'member', 'viewer', true),    -- owns a board and workflows, and never edits
	('mb', 'gus', 'member', 'guest', true),
	('mb', 'sup', 'member', 'viewer', true),   -- holds Support
	('mb', 'proj', 'member', 'viewer', true),  -- holds Projects for p1
	('mb', 'off', 'member', 'admin', false),
	('mb', 'bot', 'service', NULL, true),
	('mb', 'u1', 'connected', NULL, true), ('mb', 'u2', 'connected', NULL, true);
INSERT INTO workflow_perms.roles (account_id, role) VALUES ('mb', 'Design'), ('mb', 'Projects');
INSERT INTO workflow_perms.role_capabilities (account_id, role, capability) VALUES
	('mb', 'Projects', 'projects.modify'), ('mb', 'Projects', 'workflows.view'), ('mb', 'Projects', 'workflows.modify');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES
	('mb', 'o1', 'open'), ('mb', 'c1', 'closed'), ('mb', 'c2', 'closed'), ('mb', 'p1', 'project'), ('mb', 'a1', 'app');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES
	('mb', 'des', 'Design', NULL), ('mb', 'des1', 'Design', 'c1'), ('mb', 'sup', 'Support', NULL), ('mb', 'proj', 'Projects', 'p1');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id, is_owner) VALUES
	('mb', 'o1', 'bo', true), ('mb', 'o1', 'gus', false), ('mb', 'c1', 'bo', true), ('mb', 'c1', 'ed', false), ('mb', 'c2', 'bo', true);
INSERT INTO workflow_perms.boards (account_id, board_id, workspace_id, kind) VALUES
	('mb', 'main', 'o1', 'main'), ('mb', 'share', 'o1', 'shareable'), ('mb', 'priv', 'o1', 'private'),
	('mb', 'cmain', 'c1', 'main'), ('mb', 'far', 'c2', 'main'), ('mb', 'ours', 'p1', 'main'),
	('mb', 'lost', 'o1', 'private'), ('mb', 'vboard', 'o1', 'main');
INSERT INTO workflow_perms.board_members (account_id, board_id, user_id, role, is_owner, expires_at) VALUES
	('mb', 'main', 'bo', NULL, true, NULL), ('mb', 'share', 'bo', NULL, true, NULL), ('mb', 'priv', 'bo', NULL, true, NULL),
	('mb', 'cmain', 'bo', NULL, true, NULL), ('mb', 'far', 'bo', NULL, true, NULL),
	('mb', 'share', 'gus', NULL, false, NULL), ('mb', 'share', 'mem', NULL, false, NULL), ('mb', 'share', 'sup', NULL, false, '2020-01-01'),
	('mb', 'priv', 'gus', NULL, false, NULL), ('mb', 'priv', NULL, 'Design', false, NULL),
	('mb', 'lost', 'off', NULL, true, NULL), ('mb', 'vboard', 'vi', NULL, true, NULL);
INSERT INTO workflow_perms.board_columns (account_id, board_id, column_id, view_restricted, edit_restricted) VALUES
	('mb', 'main', 'free', false, false), ('mb', 'main', 'view', true, false), ('mb', 'main', 'edit', false, true),
	('mb', 'main', 'both', true, true), ('mb', 'main', 'empty', true, true), ('mb', 'priv', 'free', false, false),
	('mb', 'far', 'free', false, false), ('mb', 'vboard', 'free', false, false), ('mb', 'vboard', 'both', true, true);
INSERT INTO workflow_perms.column_access (account_id, board_id, column_id, access, user_id, role) VALUES
	('mb', 'main', 'view', 'view', 'ed', NULL), ('mb', 'main', 'edit', 'edit', 'ed', NULL), ('mb', 'main', 'edit', 'edit', 'vi', NULL),
	('mb', 'main', 'both', 'view', NULL, 'Design'), ('mb', 'main', 'both', 'edit', 'ed', NULL),
	('mb', 'main', 'view', 'view', 'mem', NULL);
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status) VALUES
	('mb', 'flow', 'o1', 'main', 'live'), ('mb', 'secret', 'o1', 'private', 'live'), ('mb', 'pflow', 'p1', 'private', 'live');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES
	('mb', 'flow', 'ed'), ('mb', 'flow', 'bo'), ('mb', 'secret', 'bo');
UPDATE workflow_perms.workflow_members SET is_owner = true WHERE account_id = 'mb';
INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, board_id, column_id, access) VALUES
	('mb', 'flow', 's1', 'o1', 'main', 'free', 'write'), ('mb', 'flow', 's2', 'o1', 'main', 'both', 'read'),
	('mb', 'flow', 's3', 'o1', 'priv', 'free', 'read'),
	('mb', 'secret', 's1', 'o1', NULL, NULL, 'read'), ('mb', 'pflow', 's1', 'p1', 'ours', NULL, 'read');
-- With somebody as run_as, as publish() would have written it; forgotten again below.
SET session_replication_role = replica;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, run_as) VALUES
	('mb', 'taken', 'o1', 'private', 'live', 'ed'), ('mb', 'lent', 'o1', 'main', 'live', 'ed'),
	('mb', 'ptaken', 'p1', 'private', 'live', 'ada'), ('mb', 'plent', 'p1', 'private', 'live', 'proj');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, is_owner) VALUES
	('mb', 'taken', 'ed', true), ('mb', 'taken', 'bo', true), ('mb', 'lent', 'bo', true);
INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, board_id, column_id, access) VALUES
	('mb', 'taken', 's1', 'o1', NULL, NULL, 'write'), ('mb', 'plent', 's1', 'p1', NULL, NULL, 'read');
RESET session_replication_role;
TRUNCATE matrix.cells RESTART IDENTITY;

-- 4.8: who sees a board, who sees and edits a column, by the gates.
INSERT INTO matrix.cells (cell, who, statement, expected) VALUES
	('can_view_board main: reaches the workspace', 'mb/vi', $$SELECT WHERE workflow_perms.can_view_board('main')$$, '1 row'),
	('can_view_board main: a guest who reaches it', 'mb/gus', $$SELECT WHERE workflow_perms.can_view_board('main')$$, '0 rows'),
	('can_view_board main, closed: a member', 'mb/ed', $$SELECT WHERE workflow_perms.can_view_board('cmain')$$, '1 row'),
	('can_view_board main, closed: not one', 'mb/ada', $$SELECT WHERE workflow_perms.can_view_board('cmain')$$, '0 rows'),
	('can_view_board main, open: a service without account role', 'mb/bot', $$SELECT WHERE workflow_perms.can_view_board('main')$$, '0 rows'),
	('can_view_board main, project: a role there', 'mb/proj', $$SELECT WHERE workflow_perms.can_view_board('ours')$$, '1 row'),
	('can_view_board main, project: none', 'mb/mem', $$SELECT WHERE workflow_perms.can_view_board('ours')$$, '0 rows'),
	('can_view_board shareable: a member', 'mb/mem', $$SELECT WHERE workflow_perms.can_view_board('share')$$, '1 row'),
	('can_view_board shareable: a guest who is one', 'mb/gus', $$SELECT WHERE workflow_perms.can_view_board('share')$$, '1 row'),
	('can_view_board shareable: not one', 'mb/ed', $$SELECT WHERE workflow_perms.can_view_board('share')$$, '0 rows'),
	('X8 can_view_board shareable: expired', 'mb/sup', $$SELECT WHERE workflow_perms.can_view_board('share')$$, '0 rows'),
	('can_view_board private: a member through a role', 'mb/des', $$SELECT WHERE workflow_perms.can_view_board('priv')$$, '1 row'),
	('can_view_board private: through a role held elsewhere', 'mb/des1', $$SELECT WHERE workflow_perms.can_view_board('priv')$$, '0 rows'),
	('can_view_board private: a guest who is a member', 'mb/gus', $$SELECT WHERE workflow_perms.can_view_board('priv')$$, '0 rows'),
	('can_view_board private: AA', 'mb/ada', $$SELECT WHERE workflow_perms.can_view_board('priv')$$, '0 rows'),
	('can_view_board: connected', 'mb/u1', $$SELECT WHERE workflow_perms.can_view_board('main')$$, '0 rows'),
	('can_view_board: inactive', 'mb/off', $$SELECT WHERE workflow_perms.can_view_board('main')$$, '0 rows'),
	('can_view_board: none', 'none', $$SELECT WHERE workflow_perms.can_view_board('main')$$, '0 rows'),
	('can_view_board: never NULL', 'mb/ed', $$SELECT WHERE NOT workflow_perms.can_view_board(NULL) AND NOT workflow_perms.can_view_board('nosuch')$$, '1 row'),
	('can_view_column: no restriction', 'mb/mem', $$SELECT WHERE workflow_perms.can_view_column('main', 'free') AND workflow_perms.can_edit_column('main', 'free')$$, '1 row'),
	('can_view_column: on the view list', 'mb/ed', $$SELECT WHERE workflow_perms.can_view_column('main', 'view') AND workflow_perms.can_edit_column('main', 'view')$$, '1 row'),
	('can_view_column: not on it', 'mb/des', $$SELECT WHERE workflow_perms.can_view_column('main', 'view') OR workflow_perms.can_edit_column('main', 'view')$$, '0 rows'),
	('can_view_column: on it through a role', 'mb/des', $$SELECT WHERE workflow_perms.can_view_column('main', 'both')$$, '1 row'),
	('can_view_column: through a role held elsewhere', 'mb/des1', $$SELECT WHERE workflow_perms.can_view_column('main', 'both')$$, '0 rows'),
	('can_edit_column: on the edit list', 'mb/ed', $$SELECT WHERE workflow_perms.can_edit_column('main', 'edit')$$, '1 row'),
	('can_edit_column: not on it', 'mb/mem', $$SELECT WHERE workflow_perms.can_edit_column('main', 'edit')$$, '0 rows'),
	('can_edit_column: not on it, sees it', 'mb/mem', $$SELECT WHERE workflow_perms.can_view_column('main', 'edit')$$, '1 row'),
	('can_edit_column: edit needs view', 'mb/ed', $$SELECT WHERE workflow_perms.can_edit_column('main', 'both')$$, '0 rows'),
	('can_edit_column: a viewer on the edit list', 'mb/vi', $$SELECT WHERE workflow_perms.can_edit_column('main', 'edit') OR workflow_perms.can_edit_column('main', 'free')$$, '0 rows'),
	('can_edit_column: a viewer who owns the board', 'mb/vi', $$SELECT WHERE workflow_perms.can_edit_column('vboard', 'free')$$, '0 rows'),
	('can_view_column: empty lists, owner', 'mb/bo', $$SELECT WHERE workflow_perms.can_view_column('main', 'empty') AND workflow_perms.can_edit_column('main', 'empty')$$, '1 row'),
	('can_view_column: empty lists, another', 'mb/ed', $$SELECT WHERE workflow_perms.can_view_column('main', 'empty')$$, '0 rows'),
	('can_view_column: of a board not seen', 'mb/ed', $$SELECT WHERE workflow_perms.can_view_column('priv', 'free')$$, '0 rows'),
	('can_view_column: never NULL', 'mb/bo', $$SELECT WHERE NOT workflow_perms.can_view_column('main', NULL) AND NOT workflow_perms.can_edit_column(NULL, 'free') AND NOT workflow_perms.can_view_column('main', 'nosuch')$$, '1 row'),

-- boards
	('boards select: equal to the gate', 'mb/des', $$SELECT FROM workflow_perms.boards b WHERE board_id IN ('main', 'priv', 'vboard')$$, '3 rows'),
	('boards select: all there is, a project''s too', 'mb/des', $$SELECT FROM workflow_perms.boards$$, '4 rows'),
	('boards select: guest', 'mb/gus', $$SELECT FROM workflow_perms.boards$$, '1 row'),
	('boards select: connected', 'mb/u1', $$SELECT FROM workflow_perms.boards$$, '0 rows'),
	('X9 boards select: none', 'none', $$SELECT FROM workflow_perms.boards$$, '0 rows'),
	('boards insert: open, account member', 'mb/mem', $$INSERT INTO workflow_perms.boards VALUES ('mb', 'new', 'o1', 'main')$$, '1 row'),
	('boards insert: becomes BO', 'mb/mem', $$INSERT INTO workflow_perms.boards VALUES ('mb', 'new', 'o1', 'private'); SELECT WHERE workflow_perms.principal_owns_board('mb', 'new') AND workflow_perms.can_view_board('new')$$, '1 row'),
	('boards insert: private, returning', 'mb/mem', $$INSERT INTO workflow_perms.boards VALUES ('mb', 'new', 'o1', 'private'), ('mb', 'new2', 'o1', 'shareable') RETURNING *$$, '2 rows'),
	('boards insert: project, returning', 'mb/proj', $$INSERT INTO workflow_perms.boards VALUES ('mb', 'new', 'p1', 'private') RETURNING *$$, '1 row'),
	('boards insert: returning, over one not seen', 'mb/mem', $$INSERT INTO workflow_perms.boards VALUES ('mb', 'priv', 'o1', 'private') ON CONFLICT (account_id, board_id) DO UPDATE SET kind = 'main' RETURNING *$$, 'new row violates row-level security policy for table "boards"'),
	('boards insert: a new one is none that is there', 'mb/mem', $$SELECT WHERE NOT workflow_perms.principal_makes_board('mb', 'priv') AND NOT workflow_perms.principal_makes_board('mb', 'main') AND NOT workflow_perms.principal_makes_board('mx', 'new') AND NOT workflow_perms.principal_makes_board('mb', NULL)$$, '1 row'),
	('boards insert: open, viewer', 'mb/vi', $$INSERT INTO workflow_perms.boards VALUES ('mb', 'new', 'o1', 'main')$$, 'account_role'),
	('boards insert: closed, not a member', 'mb/mem', $$INSERT INTO workflow_perms.boards VALUES ('mb', 'new', 'c1', 'main')$$, 'workspace_restricted'),
	('boards insert: project, projects.modify', 'mb/proj', $$INSERT INTO workflow_perms.boards VALUES ('mb', 'new', 'p1', 'main')$$, '1 row'),
	('boards insert: app, projects.modify elsewhere', 'mb/proj', $$INSERT INTO workflow_perms.boards VALUES ('mb', 'new', 'a1', 'main')$$, 'no_capability'),
	('boards insert: no such workspace', 'mb/mem', $$INSERT INTO workflow_perms.boards VALUES ('mb', 'new', 'nosuch', 'main')$$, 'not_found'),
	('boards insert: another account', 'mb/mem', $$INSERT INTO workflow_perms.boards VALUES ('mx', 'new', 'o1', 'main')$$, 'not_found'),
	('boards insert: connected', 'mb/u1', $$INSERT INTO workflow_perms.boards VALUES ('mb', 'new', 'o1', 'main')$$, 'account_role'),
	('boards insert: inactive', 'mb/off', $$INSERT INTO workflow_perms.boards VALUES ('mb', 'new', 'o1', 'main')$$, 'inactive'),
	('boards insert: none', 'none', $$INSERT INTO workflow_perms.boards VALUES ('mb', 'new', 'o1', 'main')$$, 'no_principal'),
	('boards update kind: BO', 'mb/bo', $$UPDATE workflow_perms.boards SET kind = 'private' WHERE board_id = 'main'$$, '1 row'),
	('boards update kind: AA', 'mb/ada', $$UPDATE workflow_perms.boards SET kind = 'private' WHERE board_id = 'main'$$, 'not_owner'),
	('boards update kind: not seen', 'mb/ada', $$UPDATE workflow_perms.boards SET kind = 'main' WHERE board_id = 'priv'$$, '0 rows'),
	('boards update workspace: BO with access', 'mb/bo', $$UPDATE workflow_perms.boards SET workspace_id = 'c1' WHERE board_id = 'main'$$, '1 row'),
	('boards update workspace: its steps follow', 'mb/bo', $$UPDATE workflow_perms.boards SET workspace_id = 'c1' WHERE board_id = 'main'; SELECT FROM workflow_perms.workflow_steps WHERE board_id = 'main' AND workspace_id = 'c1'$$, '2 rows'),
	('boards update workspace: BO without access to the new', 'mb/vi', $$UPDATE workflow_perms.boards SET workspace_id = 'c1' WHERE board_id = 'vboard'$$, 'workspace_restricted'),
	('boards update key', 'mb/bo', $$UPDATE workflow_perms.boards SET board_id = 'x' WHERE board_id = 'main'$$, 'column "board_id" of "boards" never changes'),
	('boards delete: BO', 'mb/bo', $$DELETE FROM workflow_perms.boards WHERE board_id = 'share'$$, '1 row'),
	('boards delete: AA', 'mb/ada', $$DELETE FROM workflow_perms.boards WHERE board_id = 'vboard'$$, 'not_owner'),

-- board_members
	('board_members select: can_view_board', 'mb/mem', $$SELECT FROM workflow_perms.board_members WHERE board_id IN ('main', 'share')$$, '5 rows'),
	('board_members select: not', 'mb/mem', $$SELECT FROM workflow_perms.board_members WHERE board_id = 'priv'$$, '0 rows'),
	('X9 board_members select: none', 'none', $$SELECT FROM workflow_perms.board_members$$, '0 rows'),
	('board_members insert: BO', 'mb/bo', $$INSERT INTO workflow_perms.board_members (account_id, board_id, user_id) VALUES ('mb', 'priv', 'mem')$$, '1 row'),
	('board_members insert: BO, a role', 'mb/bo', $$INSERT INTO workflow_perms.board_members (account_id, board_id, role) VALUES ('mb', 'share', 'Design')$$, '1 row'),
	('board_members insert: a member', 'mb/mem', $$INSERT INTO workflow_perms.board_members (account_id, board_id, user_id) VALUES ('mb', 'share', 'ed')$$, 'not_owner'),
	('board_members insert: AA, there is an owner', 'mb/ada', $$INSERT INTO workflow_perms.board_members (account_id, board_id, user_id) VALUES ('mb', 'main', 'ada')$$, 'not_owner'),
	('board_members insert: AA, no active owner', 'mb/ada', $$INSERT INTO workflow_perms.board_members (account_id, board_id, user_id, is_owner) VALUES ('mb', 'lost', 'ada', true)$$, '1 row'),
	('board_members insert: another, no active owner', 'mb/mem', $$INSERT INTO workflow_perms.board_members (account_id, board_id, user_id) VALUES ('mb', 'lost', 'mem')$$, 'not_owner'),
	('board_members insert: guest, shareable', 'mb/bo', $$DELETE FROM workflow_perms.board_members WHERE board_id = 'share' AND user_id = 'gus'; INSERT INTO workflow_perms.board_members (account_id, board_id, user_id) VALUES ('mb', 'share', 'gus')$$, '1 row'),
	('board_members insert: guest, main', 'mb/bo', $$INSERT INTO workflow_perms.board_members (account_id, board_id, user_id) VALUES ('mb', 'main', 'gus')$$, 'account_role'),
	('board_members insert: guest, no active owner', 'mb/ada', $$INSERT INTO workflow_perms.board_members (account_id, board_id, user_id) VALUES ('mb', 'lost', 'gus')$$, 'account_role'),
	('board_members insert: connected', 'mb/bo', $$INSERT INTO workflow_perms.board_members (account_id, board_id, user_id) VALUES ('mb', 'main', 'u1')$$, 'cannot be a member'),
	('board_members update: BO', 'mb/bo', $$UPDATE workflow_perms.board_members SET is_owner = true WHERE board_id = 'share' AND user_id = 'mem'$$, '1 row'),
	('board_members update: a member', 'mb/mem', $$UPDATE workflow_perms.board_members SET is_owner = true WHERE board_id = 'share' AND user_id = 'mem'$$, 'not_owner'),
	('board_members update: the last BO steps down', 'mb/bo', $$UPDATE workflow_perms.board_members SET is_owner = false WHERE board_id = 'share' AND user_id = 'bo'$$, 'would be left without an owner'),
	('board_members delete: BO', 'mb/bo', $$DELETE FROM workflow_perms.board_members WHERE board_id = 'share' AND user_id = 'mem'$$, '1 row'),
	('board_members delete: oneself', 'mb/mem', $$DELETE FROM workflow_perms.board_members WHERE board_id = 'share' AND user_id = 'mem'$$, '1 row'),
	('board_members delete: another', 'mb/mem', $$DELETE FROM workflow_perms.board_members WHERE board_id = 'share' AND user_id = 'gus'$$, 'not_owner'),
	('board_members delete: the last BO', 'mb/bo', $$DELETE FROM workflow_perms.board_members WHERE board_id = 'share' AND user_id = 'bo'$$, 'would be left without an owner'),

-- board_columns
	('board_columns select: can_view_column', 'mb/mem', $$SELECT FROM workflow_perms.board_columns WHERE board_id = 'main'$$, '3 rows'),
	('board_columns select: BO', 'mb/bo', $$SELECT FROM workflow_perms.board_columns WHERE board_id = 'main'$$, '5 rows'),
	('board_columns select: board not seen', 'mb/mem', $$SELECT FROM workflow_perms.board_columns WHERE board_id = 'priv'$$, '0 rows'),
	('X9 board_columns select: none', 'none', $$SELECT FROM workflow_perms.board_columns$$, '0 rows'),
	('board_columns insert: BO', 'mb/bo', $$INSERT INTO workflow_perms.board_columns VALUES ('mb', 'main', 'new', true, true) RETURNING *$$, '1 row'),
	('board_columns insert: another', 'mb/mem', $$INSERT INTO workflow_perms.board_columns VALUES ('mb', 'main', 'new')$$, 'not_owner'),
	('board_columns update: BO', 'mb/bo', $$UPDATE workflow_perms.board_columns SET view_restricted = true WHERE column_id = 'free' AND board_id = 'main'$$, '1 row'),
	('board_columns update: on the lists', 'mb/ed', $$UPDATE workflow_perms.board_columns SET view_restricted = false WHERE column_id = 'view'$$, 'not_owner'),
	('board_columns update: not seen', 'mb/des', $$UPDATE workflow_perms.board_columns SET view_restricted = false WHERE column_id = 'view'$$, '0 rows'),
	('board_columns delete: BO', 'mb/bo', $$DELETE FROM workflow_perms.board_columns WHERE column_id = 'empty'$$, '1 row'),
	('board_columns delete: another', 'mb/ada', $$DELETE FROM workflow_perms.board_columns WHERE board_id = 'main' AND column_id = 'free'$$, 'not_owner'),

-- column_access
	('column_access select: BO', 'mb/bo', $$SELECT FROM workflow_perms.column_access$$, '6 rows'),
	('column_access select: rows naming oneself', 'mb/ed', $$SELECT FROM workflow_perms.column_access$$, '3 rows'),
	('column_access select: another', 'mb/ada', $$SELECT FROM workflow_perms.column_access$$, '0 rows'),
	('X9 column_access select: none', 'none', $$SELECT FROM workflow_perms.column_access$$, '0 rows'),
	('column_access insert: BO', 'mb/bo', $$INSERT INTO workflow_perms.column_access (account_id, board_id, column_id, access, user_id) VALUES ('mb', 'main', 'empty', 'view', 'ed') RETURNING *$$, '1 row'),
	('column_access insert: oneself', 'mb/ed', $$INSERT INTO workflow_perms.column_access (account_id, board_id, column_id, access, user_id) VALUES ('mb', 'main', 'empty', 'view', 'ed')$$, 'not_owner'),
	('column_access update: BO, but keys never change', 'mb/bo', $$UPDATE workflow_perms.column_access SET access = 'edit' WHERE column_id = 'view'$$, 'permission denied for table column_access'),
	('column_access delete: BO', 'mb/bo', $$DELETE FROM workflow_perms.column_access WHERE column_id = 'view'$$, '2 rows'),
	('column_access delete: oneself', 'mb/ed', $$DELETE FROM workflow_perms.column_access WHERE column_id = 'view'$$, 'not_owner'),

-- workflow_steps
	('workflow_steps select: T with can_view', 'mb/vi', $$SELECT FROM workflow_perms.workflow_steps$$, '3 rows'),
	('workflow_steps select: private', 'mb/bo', $$SELECT FROM workflow_perms.workflow_steps WHERE workflow_id = 'secret'$$, '1 row'),
	('workflow_steps select: connected, who sees the workflow', 'mb/u1', $$SELECT FROM workflow_perms.workflow_steps$$, '0 rows'),
	('X9 workflow_steps select: none', 'none', $$SELECT FROM workflow_perms.workflow_steps$$, '0 rows'),
	('workflow_steps insert: owner', 'mb/ed', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'flow', 'new', 'o1', 'main', 'view', 'write') RETURNING *$$, '1 row'),
	('workflow_steps insert: not owner', 'mb/mem', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'flow', 'new', 'o1', 'main', 'free', 'read')$$, 'not_owner'),
	('workflow_steps insert: no such workflow', 'mb/ed', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'nosuch', 'new', 'o1', NULL, NULL, 'read')$$, 'not_found'),
	('workflow_steps insert: workspace not accessible', 'mb/ed', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'flow', 'new', 'c2', NULL, NULL, 'read')$$, 'workspace_restricted'),
	('workflow_steps insert: board grey', 'mb/ed', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'flow', 'new', 'o1', 'priv', NULL, 'read')$$, 'board_restricted'),
	('workflow_steps insert: board absent', 'mb/ed', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'flow', 'new', 'c2', 'far', NULL, 'read')$$, 'workspace_restricted'),
	('workflow_steps insert: column hidden', 'mb/ed', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'flow', 'new', 'o1', 'main', 'empty', 'read')$$, 'column_restricted'),
	('workflow_steps insert: column will fail', 'mb/bo', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'flow', 'new', 'o1', 'vboard', 'free', 'write')$$, '1 row'),
	('M23 workflow_steps insert: a board of another workspace', 'mb/bo', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'flow', 'new', 'o1', 'cmain', NULL, 'read')$$, 'board "cmain" does not exist in workspace "o1"'),
	('workflow_steps insert: project, workflows.deploy', 'mb/ada', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'pflow', 'new', 'o1', 'priv', NULL, 'read')$$, '1 row'),
	('workflow_steps insert: project, workflows.modify alone', 'mb/proj', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'pflow', 'new', 'o1', 'priv', NULL, 'read')$$, 'no_capability'),
	('workflow_steps insert: project, without', 'mb/ed', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'pflow', 'new', 'o1', NULL, NULL, 'read')$$, 'no_capability'),
	('workflow_steps update: owner', 'mb/ed', $$UPDATE workflow_perms.workflow_steps SET access = 'read' WHERE step_id = 's1' AND workflow_id = 'flow'$$, '1 row'),
	('workflow_steps update: not owner', 'mb/mem', $$UPDATE workflow_perms.workflow_steps SET access = 'read' WHERE step_id = 's1' AND workflow_id = 'flow'$$, 'not_owner'),
	('workflow_steps update: to what one may not choose', 'mb/ed', $$UPDATE workflow_perms.workflow_steps SET column_id = 'empty' WHERE step_id = 's1' AND workflow_id = 'flow'$$, 'column_restricted'),
	('workflow_steps update: unchanged, of a column not seen', 'mb/ed', $$UPDATE workflow_perms.workflow_steps SET access = access WHERE step_id = 's2'$$, '1 row'),
	('workflow_steps update: unchanged, of a board not seen', 'mb/ed', $$UPDATE workflow_perms.workflow_steps SET access = access WHERE step_id = 's3'$$, '1 row'),
	('workflow_steps update: changed, of a board not seen', 'mb/ed', $$UPDATE workflow_perms.workflow_steps SET access = 'write' WHERE step_id = 's3'$$, 'board_restricted'),
	('workflow_steps delete: owner', 'mb/ed', $$DELETE FROM workflow_perms.workflow_steps WHERE workflow_id = 'flow'$$, '3 rows'),
	('workflow_steps delete: not owner', 'mb/mem', $$DELETE FROM workflow_perms.workflow_steps WHERE workflow_id = 'flow'$$, 'not_owner'),
	-- where somebody is run_as
	('workflow_steps insert: owner, run_as', 'mb/ed', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'taken', 'new', 'o1', 'main', 'view', 'write')$$, '1 row'),
	('workflow_steps insert: owner, another is run_as', 'mb/bo', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'taken', 'new', 'o1', 'main', 'view', 'write')$$, 'not_own'),
	('workflow_steps insert: and to what one may not choose', 'mb/bo', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'taken', 'new', 'c2', 'vboard', 'both', 'write')$$, 'not_own'),
	('workflow_steps insert: run_as, not owner', 'mb/ed', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'lent', 'new', 'o1', 'main', 'view', 'write')$$, 'not_owner'),
	('workflow_steps insert: project, run_as', 'mb/ada', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'ptaken', 'new', 'p1', NULL, NULL, 'read')$$, '1 row'),
	('workflow_steps insert: project, another is run_as', 'mb/ada', $$INSERT INTO workflow_perms.workflow_steps VALUES ('mb', 'plent', 'new', 'p1', NULL, NULL, 'read')$$, 'not_own'),
	('workflow_steps update: owner, run_as', 'mb/ed', $$UPDATE workflow_perms.workflow_steps SET access = 'read' WHERE workflow_id = 'taken'$$, '1 row'),
	('workflow_steps update: owner, another is run_as', 'mb/bo', $$UPDATE workflow_perms.workflow_steps SET access = 'read' WHERE workflow_id = 'taken'$$, 'not_own'),
	('workflow_steps update: project, another is run_as', 'mb/ada', $$UPDATE workflow_perms.workflow_steps SET access = 'write' WHERE workflow_id = 'plent'$$, 'not_own'),
	('workflow_steps delete: owner, run_as', 'mb/ed', $$DELETE FROM workflow_perms.workflow_steps WHERE workflow_id = 'taken'$$, '1 row'),
	('workflow_steps delete: owner, another is run_as', 'mb/bo', $$DELETE FROM workflow_perms.workflow_steps WHERE workflow_id = 'taken'$$, 'not_own'),
	('workflow_steps delete: project, another is run_as', 'mb/ada', $$DELETE FROM workflow_perms.workflow_steps WHERE workflow_id = 'plent'$$, 'not_own'),
	('workflow_steps: one of several is of a workflow that another is run_as of', 'mb/bo', $$DELETE FROM workflow_perms.workflow_steps WHERE workflow_id IN ('secret', 'taken')$$, 'not_own'),
	('workflow_steps: who writes those of several becomes run_as of each', 'mb/bo', $$DELETE FROM workflow_perms.workflow_steps WHERE workflow_id IN ('flow', 'secret'); SELECT FROM workflow_perms.workflows WHERE workflow_id IN ('flow', 'secret') AND run_as = 'bo'$$, '2 rows');
\getenv abs_srcdir PG_ABS_SRCDIR
\set matrix_run :abs_srcdir '/test/matrix_run.sql'
\i :matrix_run
DELETE FROM workflow_perms.workflows WHERE account_id = 'mb' AND workflow_id IN ('taken', 'lent', 'ptaken', 'plent');
-- For everybody and every board and column, what the table shows is what the gates say.
CREATE FUNCTION pg_temp.compare(who text, OUT boards bigint, OUT wrong_boards bigint, OUT columns bigint, OUT wrong_columns bigint)
LANGUAGE plpgsql AS $$
DECLARE
	shown_boards text[];
	shown_columns text[];
BEGIN
	PERFORM matrix.become('mb/' || who, 'regress_app');
	SELECT array_agg(board_id) INTO shown_boards FROM workflow_perms.boards;
	SELECT array_agg(board_id || '/' || column_id) INTO shown_columns FROM workflow_perms.board_columns;
	PERFORM set_config('role', 'none', true);
	SELECT count(*) FILTER (WHERE can), count(*) FILTER (WHERE can <> coalesce(board_id = ANY (shown_boards), false))
		INTO boards, wrong_boards
		FROM workflow_perms.boards, workflow_perms.can_view_board(board_id) can WHERE account_id = 'mb';
	SELECT count(*) FILTER (WHERE can), count(*) FILTER (WHERE can <> coalesce(board_id || '/' || column_id = ANY (shown_columns), false))
		INTO columns, wrong_columns
		FROM workflow_perms.board_columns, workflow_perms.can_view_column(board_id, column_id) can WHERE account_id = 'mb';
END
$$;
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SELECT format('SELECT %L, * FROM pg_temp.compare(%1$L)', user_id)
	FROM workflow_perms.users WHERE account_id = 'mb' ORDER BY user_id \gexec
\pset tuples_only off
\pset format aligned
RESET client_min_messages;
