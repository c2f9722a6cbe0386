-- query/board_access.sql: boards and columns (spec 4.8, 6.2). None is strict: NULL means no.
CREATE FUNCTION workflow_perms.can_view_board(board_id text) RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'wp_can_view_board';
COMMENT ON FUNCTION workflow_perms.can_view_board(text) IS
	'May the session''s principal see this board of its account? True or false, never NULL; false for a board that does not exist. Spec 4.8, 6.2.';

CREATE FUNCTION workflow_perms.can_view_board(account_id text, board_id text, workspace_id text, kind workflow_perms.board_kind)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'wp_can_view_board_columns';
COMMENT ON FUNCTION workflow_perms.can_view_board(text, text, text, workflow_perms.board_kind) IS
	'As can_view_board(board_id), from the columns of a board''s row: the form for policies. Spec 4.8.';

CREATE FUNCTION workflow_perms.can_view_column(board_id text, column_id text) RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE COST 300 AS 'MODULE_PATHNAME', 'wp_can_view_column';
COMMENT ON FUNCTION workflow_perms.can_view_column(text, text) IS
	'May the session''s principal see this column of this board of its account? True or false, never NULL; false for a column that does not exist. Spec 4.8, 6.2.';

CREATE FUNCTION workflow_perms.can_view_column(account_id text, board_id text, column_id text, view_restricted boolean)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 300 AS 'MODULE_PATHNAME', 'wp_can_view_column_columns';
COMMENT ON FUNCTION workflow_perms.can_view_column(text, text, text, boolean) IS
	'As can_view_column(board_id, column_id), from the columns of a row of board_columns: the form for policies. Spec 4.8.';

CREATE FUNCTION workflow_perms.can_edit_column(board_id text, column_id text) RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE COST 300 AS 'MODULE_PATHNAME', 'wp_can_edit_column';
COMMENT ON FUNCTION workflow_perms.can_edit_column(text, text) IS
	'May the session''s principal edit this column of this board of its account? True or false, never NULL; false for a column that does not exist, and always for the account role viewer. Spec 4.8, 6.2.';

CREATE FUNCTION workflow_perms.principal_owns_board(account_id text, board_id text) RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'wp_principal_owns_board';
COMMENT ON FUNCTION workflow_perms.principal_owns_board(text, text) IS
	'Is the session''s principal an owner of this board? Spec 6.3 (BO).';

CREATE FUNCTION workflow_perms.principal_makes_board(account_id text, board_id text) RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'wp_principal_makes_board';
COMMENT ON FUNCTION workflow_perms.principal_makes_board(text, text) IS
	'Is this the row of a new board that the session''s principal, a member or service, is inserting? For the policy that lets INSERT ... RETURNING return it; false for every existing board. Spec 6.3.';

CREATE FUNCTION workflow_perms.principal_makes_workspace(account_id text, workspace_id text, kind workflow_perms.workspace_kind)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'wp_principal_makes_workspace';
COMMENT ON FUNCTION workflow_perms.principal_makes_workspace(text, text, workflow_perms.workspace_kind) IS
	'Is this the row of a new open or closed workspace that the session''s principal is inserting? For the policy that lets INSERT ... RETURNING return it; false for every existing workspace. Spec 6.3.';

CREATE FUNCTION workflow_perms.board_state(workflow_id text, board_id text) RETURNS text
	LANGUAGE c STABLE PARALLEL SAFE COST 400 AS 'MODULE_PATHNAME', 'wp_board_state_sql';
COMMENT ON FUNCTION workflow_perms.board_state(text, text) IS
	'How a menu of the workflow''s editor shows a board, decided by the board''s own workspace: absent (the workspace is not accessible or does not exist), grey (the board may not be seen) or selectable. Absent for a principal that may not view the workflow. Spec 4.8.';

CREATE FUNCTION workflow_perms.column_state(workflow_id text, step_id text, board_id text, column_id text, access workflow_perms.step_access)
	RETURNS text LANGUAGE c STABLE PARALLEL SAFE COST 600 AS 'MODULE_PATHNAME', 'wp_column_state_sql';
COMMENT ON FUNCTION workflow_perms.column_state(text, text, text, text, workflow_perms.step_access) IS
	'How a menu of a step (step_id NULL: a new one) that reads or writes shows a column: hidden (it may not be seen, and the step does not use it), grey (the step uses it, and it may not be seen or edited), selectable_will_fail (newly chosen for writing, and it may not be edited) or selectable. Hidden for a principal that may not view the workflow. Spec 4.8.';

CREATE FUNCTION workflow_perms.configure_step_verdict(account_id text, workflow_id text, step_id text,
	workspace_id text, board_id text, column_id text, access workflow_perms.step_access)
	RETURNS text LANGUAGE c STABLE PARALLEL SAFE COST 600 AS 'MODULE_PATHNAME', 'wp_configure_step_verdict';
COMMENT ON FUNCTION workflow_perms.configure_step_verdict(text, text, text, text, text, text, workflow_perms.step_access) IS
	'The decision on the objects that a step of the workflow touches, configured by the session''s principal: ''allowed'', or the code for the object that it may not choose. A step that stays as it is saved is not checked, and neither is a step in a project or an app. Does not check whether the principal may edit the workflow. Spec 6.3.';
