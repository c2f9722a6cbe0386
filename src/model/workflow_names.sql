-- model/workflow_names.sql: the view workflow_names: what Support needs to know of
-- workflows that it may not view (spec 5).

CREATE FUNCTION workflow_perms._model_views() RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1
RETURN ARRAY['redacted_run_steps', 'run_history', 'workflow_names'];
COMMENT ON FUNCTION workflow_perms._model_views() IS 'Internal: the views that create_model() makes.';

-- Functions in a view are called by the caller, who may not execute those of a view over a
-- source. So over a source the names are read by a function, as the owner of the tables.
CREATE FUNCTION workflow_perms._names_in_source()
RETURNS TABLE (account_id text, workflow_id text, workspace_id text, status workflow_perms.workflow_status, name text)
LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000 ROWS 1000
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms._names_in_source() IS 'Internal: the rows of workflow_names, where workflows is read from a source. Spec 6.4.';

CREATE FUNCTION workflow_perms.__names_in_source()
RETURNS TABLE (account_id text, workflow_id text, workspace_id text, status workflow_perms.workflow_status, name text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000 ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
		SELECT w.account_id, w.workflow_id, w.workspace_id, w.status, w.name
		FROM workflow_perms.workflows w
		WHERE w.account_id OPERATOR(workflow_perms.==) workflow_perms.principal_account()
			AND workflow_perms.can_view_name(w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden)
			-- A key that occurs twice names nothing.
			AND (SELECT count(*) FROM workflow_perms.workflows o
				WHERE o.account_id OPERATOR(workflow_perms.==) w.account_id AND o.workflow_id OPERATOR(workflow_perms.==) w.workflow_id) = 1;
END
$$;
COMMENT ON FUNCTION workflow_perms.__names_in_source() IS 'Internal: the body of _names_in_source().';

-- Replaces the query of the view if the view exists, and keeps its privileges.
CREATE FUNCTION workflow_perms._create_names(from_source boolean)
RETURNS void LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF from_source THEN
		CREATE OR REPLACE VIEW workflow_perms.workflow_names WITH (security_barrier) AS
		SELECT n.account_id COLLATE "C" AS account_id, n.workflow_id COLLATE "C" AS workflow_id, n.workspace_id COLLATE "C" AS workspace_id,
			n.status, n.name COLLATE "C" AS name
		FROM workflow_perms._names_in_source() n;
	ELSE
		CREATE OR REPLACE VIEW workflow_perms.workflow_names WITH (security_barrier) AS
		SELECT w.account_id, w.workflow_id, w.workspace_id, w.status, w.name
		FROM workflow_perms.workflows w
		WHERE w.account_id = workflow_perms.principal_account()
			AND workflow_perms.can_view_name(w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden);
	END IF;
	COMMENT ON VIEW workflow_perms.workflow_names IS
	'The names of the workflows that the session''s principal may view and, in projects and apps, of those in a workspace for which it holds connected_users.view or task_history.view: what Support''s pages need, and no more. Spec 5.';
	COMMENT ON COLUMN workflow_perms.workflow_names.account_id IS 'account of the workflow: that of the session''s principal';
	COMMENT ON COLUMN workflow_perms.workflow_names.workflow_id IS 'id of the workflow';
	COMMENT ON COLUMN workflow_perms.workflow_names.workspace_id IS 'workspace that it is in';
	COMMENT ON COLUMN workflow_perms.workflow_names.status IS 'draft, live or stopped';
	COMMENT ON COLUMN workflow_perms.workflow_names.name IS 'name for people; NULL: none';
END
$$;
COMMENT ON FUNCTION workflow_perms._create_names(boolean) IS 'Part of create_model(), and with true of read_from(): the view workflow_names, over the table or over a source. Spec 5, 6.4.';
