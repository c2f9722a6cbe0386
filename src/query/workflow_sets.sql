-- query/workflow_sets.sql: what one may run, as a set, whether a run may start, and whether
-- somebody may enable (spec 4.4, 4.5, 5).

-- No rows of a table type: the tables are the application's own, made later.
CREATE FUNCTION workflow_perms.visible_workflows() RETURNS TABLE (workflow_id text)
	LANGUAGE c STABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000
	AS 'MODULE_PATHNAME', 'wp_visible_workflows';
COMMENT ON FUNCTION workflow_perms.visible_workflows() IS
	'The ids of the workflows that the session''s principal may see: those for which can_view() is true, in no order. Empty without a principal. Spec 5.';

CREATE FUNCTION workflow_perms.runnable_workflows() RETURNS TABLE (workflow_id text)
	LANGUAGE c STABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000
	AS 'MODULE_PATHNAME', 'wp_runnable_workflows';
COMMENT ON FUNCTION workflow_perms.runnable_workflows() IS
	'The ids of the workflows that the session''s principal may run: those for which can_run() is true, in no order. Running needs no right to view, so some may be ids that visible_workflows() does not list. Empty without a principal. Spec 5.';

CREATE FUNCTION workflow_perms._start_verdict(account_id text, workflow_id text, started_by text, for_user text)
	RETURNS text LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 2000
	AS 'MODULE_PATHNAME', 'wp_start_verdict';
COMMENT ON FUNCTION workflow_perms._start_verdict(text, text, text, text) IS
	'Internal, for whoever records runs: may a run of this workflow start, begun by started_by (null: nobody, as a schedule does) for for_user (null: nobody)? ''allowed'', or the code of the first gate that fails: not_own where a connected user starts it for another; with both, the starter''s gates up to not_open, then every run gate of for_user. Raises 42704 for a user that does not exist, of for_user unless it is not_own. Privileged: EXECUTE is granted to nobody by default. Spec 4.5.';

CREATE FUNCTION workflow_perms._start_verdict(workflow_id text, for_user text)
	RETURNS text LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000
	AS 'MODULE_PATHNAME', 'wp_session_start_verdict';
COMMENT ON FUNCTION workflow_perms._start_verdict(text, text) IS
	'Internal, for start_run(): the same for a run that the session''s principal starts, an anonymous one too. Privileged: EXECUTE is granted to nobody by default. Spec 4.5.';

-- What ends an enablement, of whichever user: neither the workflow's status nor the user's
-- activity is asked.
CREATE FUNCTION workflow_perms._end_of_enabling(user_id text, kind workflow_perms.user_kind, metadata jsonb,
	workspace_kind workflow_perms.workspace_kind, visibility workflow_perms.workflow_visibility,
	condition workflow_perms.metadata_condition)
	RETURNS text LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_end_of_enabling';
COMMENT ON FUNCTION workflow_perms._end_of_enabling(text, workflow_perms.user_kind, jsonb, workflow_perms.workspace_kind, workflow_perms.workflow_visibility, workflow_perms.metadata_condition) IS
	'Internal: the code for which the user of this row may not keep a workflow of this row enabled in a workspace of this kind, NULL where they may. Spec 4.4.';
