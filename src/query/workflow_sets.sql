-- query/workflow_sets.sql: workflows that may be viewed or run, as sets;
-- whether a run may start, and whether a user may enable (spec 4.4, 4.5, 5).

-- Returns ids, not rows of a table: the tables belong to the application and
-- are made later.
CREATE FUNCTION workflow_perms.visible_workflows() RETURNS TABLE (workflow_id text)
	LANGUAGE c STABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000
	AS 'MODULE_PATHNAME', 'wp_visible_workflows';
COMMENT ON FUNCTION workflow_perms.visible_workflows() IS
	'The ids of the workflows that the session''s principal may see: those for which can_view() is true, in no order. Empty without a principal. Spec 5.';

CREATE FUNCTION workflow_perms.runnable_workflows() RETURNS TABLE (workflow_id text)
	LANGUAGE c STABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000
	AS 'MODULE_PATHNAME', 'wp_runnable_workflows';
COMMENT ON FUNCTION workflow_perms.runnable_workflows() IS
	'The ids of the workflows that the session''s principal may run: those for which can_run() is true, in no order. Running requires no right to view, so visible_workflows() may not list all of them. Empty without a principal. Spec 5.';

CREATE FUNCTION workflow_perms._start_verdict(account_id text, workflow_id text, started_by text, for_user text)
	RETURNS text LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 2000
	AS 'MODULE_PATHNAME', 'wp_start_verdict';
COMMENT ON FUNCTION workflow_perms._start_verdict(text, text, text, text) IS
	'Internal, for code that records runs: may a run of this workflow start, with this started_by (NULL: no user, as for a schedule) and this for_user (NULL: no user)? ''allowed'', or the code of the first gate that fails; not_own if a connected user starts it for another user. With both users, the starter''s gates up to not_open are checked, then every run gate of for_user. Raises 42704 for a user that does not exist; for a for_user only if the code is not not_own. Privileged: no role may execute it by default. Spec 4.5.';

CREATE FUNCTION workflow_perms._call_verdict(account_id text, workflow_id text, parent_run text, for_user text)
	RETURNS text LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 2000
	AS 'MODULE_PATHNAME', 'wp_call_verdict';
COMMENT ON FUNCTION workflow_perms._call_verdict(text, text, text, text) IS
	'Internal, for code that records runs: the same for a run that the run parent_run calls, with the parent''s starter, and for for_user (NULL: the user that the parent is for). not_found for a parent that is missing, or whose starter or user no longer exists. Raises 42704 for a for_user that does not exist. Privileged: no role may execute it by default. Spec 4.5.';

CREATE FUNCTION workflow_perms._start_verdict(workflow_id text, for_user text)
	RETURNS text LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000
	AS 'MODULE_PATHNAME', 'wp_session_start_verdict';
COMMENT ON FUNCTION workflow_perms._start_verdict(text, text) IS
	'Internal, for start_run(): the same for a run that the session''s principal starts, which may be anonymous. Privileged: no role may execute it by default. Spec 4.5.';

-- What ends an enablement, for any user.  The workflow's status and whether the
-- user is active do not matter.
CREATE FUNCTION workflow_perms._end_of_enabling(user_id text, kind workflow_perms.user_kind, metadata jsonb,
	workspace_kind workflow_perms.workspace_kind, offered boolean, visibility workflow_perms.workflow_visibility,
	condition workflow_perms.metadata_condition, at timestamptz)
	RETURNS text LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_end_of_enabling';
COMMENT ON FUNCTION workflow_perms._end_of_enabling(text, workflow_perms.user_kind, jsonb, workflow_perms.workspace_kind, boolean, workflow_perms.workflow_visibility, workflow_perms.metadata_condition, timestamptz) IS
	'Internal: the code that says why the user with this row may not keep a workflow with this row enabled in a workspace with this row; NULL if they may. $ago counts from at. Spec 4.4.';
