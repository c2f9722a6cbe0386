-- model/guard_refusals.sql: how guards refuse, and checks that several guards
-- share.
--
-- A guard decides about one row that the caller may see (or wants to insert).
-- It computes a code, NULL for "allowed", and passes it to _refuse.  Codes of
-- the spec (section 4) are used if one fits.  The write matrix (6.3) needs
-- these in addition:
--   own_row      the rule is "never own row"
--   not_own      the rule is "own"
--   system       written by the extension's own functions only
--   by_roles     a project or an app has no members
--   not_draft    a workflow starts as a draft
--   used_id      the history of runs names this id, for an object that was
--                deleted (rules.c)
-- docs/refusals.md lists all of them.  Rules that bind every role (keys, kinds,
-- `!` columns, last owners, built-in roles) are not here.  The invariants'
-- triggers check them.
--
-- Guards are STABLE: each row is decided by the state at the beginning of the
-- statement, as in the policies.  Otherwise an owner who makes another owner
-- and steps down in one UPDATE would succeed or fail by the order of the rows.
--
-- Those that read tables by queries are plpgsql because create_model() makes the
-- tables later.  The guards call them as the owner of the tables.  For other
-- callers row-level security applies, so they learn nothing.

CREATE FUNCTION workflow_perms._refuse(action text, object_kind text, object_id text, code text)
RETURNS void LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'wp_refuse_sql';
COMMENT ON FUNCTION workflow_perms._refuse(text, text, text, text) IS
'Raises the refusal of a write: "permission denied to <action> <object kind> "<id>": <code>", SQLSTATE 42501, with a hint. A code no_capability may name the required capability after a colon. The code is the constraint name and is also in the detail. The table is the one that is written or, for functions, that of the object. Does nothing if the code is NULL. Spec 6.3, 7.';

CREATE FUNCTION workflow_perms._refuse(action text, object_kind text, object_id text, code text, column_name text)
RETURNS void LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'wp_refuse_sql';
COMMENT ON FUNCTION workflow_perms._refuse(text, text, text, text, text) IS
'As _refuse(action, object_kind, object_id, code), with the column at fault; NULL: no specific column. Spec 7.';

CREATE FUNCTION workflow_perms._raise_violation(state text, code text, message text, hint text, table_name text, column_name text)
RETURNS void LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'wp_raise_violation_sql';
COMMENT ON FUNCTION workflow_perms._raise_violation(text, text, text, text, text, text) IS
'Raises the refusal of an invariant: this SQLSTATE, the message followed by the code, and the hint. The code is the constraint name and is also in the detail. table_name is a table of the model (NULL: the one whose guard runs), column_name the column at fault (NULL: no specific column). Spec 7.';

CREATE FUNCTION workflow_perms._raise(state text, message text, hint text)
RETURNS void LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'wp_raise_sql';
COMMENT ON FUNCTION workflow_perms._raise(text, text, text) IS
'Raises an error with that SQLSTATE, as RAISE does, but without the context of the extension''s own code. Spec 7.';

CREATE FUNCTION workflow_perms._raise(state text, message text, hint text, detail text)
RETURNS void LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'wp_raise_sql';
COMMENT ON FUNCTION workflow_perms._raise(text, text, text, text) IS
'As _raise(state, message, hint), with a detail. Spec 7.';

CREATE FUNCTION workflow_perms._name_capability(code text, action text, account text, workspace text)
RETURNS text LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'wp_name_capability_sql';
COMMENT ON FUNCTION workflow_perms._name_capability(text, text, text, text) IS
'Internal: the code. For no_capability, followed by a colon and the first capability that the action requires and the session''s principal does not hold for the workspace.';

-- A row must name a user or a role of its own account.  Foreign keys ensure
-- this too, but later and without a hint.
CREATE FUNCTION workflow_perms._require_grantee(account text, subject text, named_role text)
RETURNS void LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 20
AS 'MODULE_PATHNAME', 'wp_require_grantee';
COMMENT ON FUNCTION workflow_perms._require_grantee(text, text, text) IS
'Internal: raises 23503 if the account has no such user or role (NULL: none is named). Spec 7.';

-- The same for the workspace that a row names, and for its board and column.
CREATE FUNCTION workflow_perms._require_place(account text, workspace text, board text, board_column text)
RETURNS void LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 20
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF workspace IS NOT NULL AND NOT EXISTS (
		SELECT FROM workflow_perms.workspaces w WHERE w.account_id OPERATOR(workflow_perms.==) account AND w.workspace_id OPERATOR(workflow_perms.==) workspace)
	THEN
		PERFORM workflow_perms._raise_violation('23503', 'not_found', format('workspace "%s" does not exist in account "%s"', workspace, account),
			'Name a workspace of the row''s own account.', NULL, 'workspace_id');
	END IF;
	IF board IS NOT NULL AND NOT EXISTS (
		SELECT FROM workflow_perms.boards b WHERE b.account_id = account AND b.board_id = board AND b.workspace_id = workspace)
	THEN
		PERFORM workflow_perms._raise_violation('23503', 'not_found', format('board "%s" does not exist in workspace "%s"', board, workspace),
			'Name a board of the workspace that the row names.', NULL, 'board_id');
	END IF;
	IF board IS NOT NULL AND board_column IS NOT NULL AND NOT EXISTS (
		SELECT FROM workflow_perms.board_columns c WHERE c.account_id = account AND c.board_id = board AND c.column_id = board_column)
	THEN
		PERFORM workflow_perms._raise_violation('23503', 'not_found', format('column "%s" does not exist on board "%s"', board_column, board),
			'Name a column of the board that the row names.', NULL, 'column_id');
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._require_place(text, text, text, text) IS
'Internal: raises 23503 if the account has no such workspace, the workspace no such board, or the board no such column (NULL: none is named). Spec 7.';

-- For tables that only the extension's own functions write.  The trigger's
-- second argument is the object kind, the third the column of its id.
CREATE FUNCTION workflow_perms._refuse_write()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	subject CONSTANT jsonb := to_jsonb(CASE TG_OP WHEN 'INSERT' THEN NEW ELSE OLD END);
BEGIN
	PERFORM workflow_perms._refuse(lower(TG_OP), TG_ARGV[1], subject ->> TG_ARGV[2],
		coalesce(workflow_perms._caller_refusal(subject ->> 'account_id'), 'system'));
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION workflow_perms._refuse_write() IS 'Trigger: refuses every write to roles that row security binds. Spec 6.3.';

-- No principal may truncate: a table has the rows of every account.
CREATE FUNCTION workflow_perms._refuse_truncate()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM workflow_perms._refuse('truncate', 'table', TG_TABLE_NAME::text, 'system');
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION workflow_perms._refuse_truncate() IS 'Trigger: refuses TRUNCATE to roles that row security binds. Spec 6.3.';

-- The gates that come first for every action, in their order (spec 4); NULL if
-- all are passed.
CREATE FUNCTION workflow_perms._caller_refusal(account_id text)
RETURNS text LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'wp_caller_refusal';
COMMENT ON FUNCTION workflow_perms._caller_refusal(text) IS
'no_principal, inactive or not_found if the session''s principal may do nothing in that account, otherwise NULL. Spec 4.';

CREATE FUNCTION workflow_perms._workflow_refusal(action text, account text, workflow text)
RETURNS text LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 50
AS 'MODULE_PATHNAME', 'wp_workflow_refusal';
COMMENT ON FUNCTION workflow_perms._workflow_refusal(text, text, text) IS
'The code of the first gate that refuses the session''s principal the action on the workflow, NULL if it is allowed. Raises 22023 for an unknown action. Spec 4.';
