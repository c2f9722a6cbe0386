-- query/run_access.sql: runs, their steps and their history (spec 4.8, 6.2). None is
-- strict: NULL means no.
CREATE FUNCTION workflow_perms.can_view_run(run_id text) RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE COST 300 AS 'MODULE_PATHNAME', 'wp_can_view_run';
COMMENT ON FUNCTION workflow_perms.can_view_run(text) IS
	'May the session''s principal see this run of its account: that it took place, and the numbers, states and reasons of its steps? True or false, never NULL; false for a run that does not exist. Spec 4.8, 6.2.';

CREATE FUNCTION workflow_perms.can_view_run(account_id text, workflow_id text, started_by text, for_user text) RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'wp_can_view_run_columns';
COMMENT ON FUNCTION workflow_perms.can_view_run(text, text, text, text) IS
	'As can_view_run(run_id), from the columns of a run''s row: the form for policies. Spec 4.8.';

CREATE FUNCTION workflow_perms.can_view_run_detail(run_id text, step_no integer) RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE COST 800 AS 'MODULE_PATHNAME', 'wp_can_view_run_detail';
COMMENT ON FUNCTION workflow_perms.can_view_run_detail(text, integer) IS
	'May the session''s principal see the details of this step of a run? True or false, never NULL; false for a step that does not exist, and for every principal if the step failed because it was not declared. Spec 4.8, 6.2.';

CREATE FUNCTION workflow_perms.can_view_run_detail(account_id text, workflow_id text, run_id text, workspace_id text, board_id text,
	column_id text, access workflow_perms.step_access, reason text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 20 AS 'MODULE_PATHNAME', 'wp_can_view_run_detail_columns';
COMMENT ON FUNCTION workflow_perms.can_view_run_detail(text, text, text, text, text, text, workflow_perms.step_access, text) IS
	'As can_view_run_detail(run_id, step_no), from the columns of a row of run_steps: the form for policies. Spec 4.8.';

CREATE FUNCTION workflow_perms._view_steps_of(account_id text, workflow_id text, run_id text) RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'wp_view_steps_of';
COMMENT ON FUNCTION workflow_perms._view_steps_of(text, text, text) IS
	'Internal, for redacted_run_steps: may the session''s principal see the run with this step? Spec 4.8.';

CREATE FUNCTION workflow_perms.can_replay(run_id text) RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'wp_can_replay';
COMMENT ON FUNCTION workflow_perms.can_replay(text) IS
	'May the session''s principal replay this run of its account? True or false, never NULL; false for a run that does not exist. Spec 4.8, 6.2.';

CREATE FUNCTION workflow_perms.replay_verdict(run_id text) RETURNS text
	LANGUAGE c STABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'wp_replay_verdict';
COMMENT ON FUNCTION workflow_perms.replay_verdict(text) IS
	'The decision on whether the session''s principal may replay this run: ''allowed'', or the code of the first gate that fails. The run gates of for_user, or else of the session''s principal, come last. Spec 4.8.';

CREATE FUNCTION workflow_perms.step_access(run_id text, step_id text, OUT allowed boolean, OUT reason text) RETURNS record
	LANGUAGE c STABLE PARALLEL SAFE COST 2000 AS 'MODULE_PATHNAME', 'wp_step_access';
COMMENT ON FUNCTION workflow_perms.step_access(text, text) IS
	'May this run of the account do this step of the workflow''s live version, with the present rights of its run_as? If not, reason is one of run_as_inactive, workspace_restricted, board_restricted, column_restricted, not_found. For a principal that may view the run; otherwise reason says why it may not. Spec 4.8.';

CREATE FUNCTION workflow_perms.step_access(account text, run_id text, step_id text, OUT allowed boolean, OUT reason text) RETURNS record
	LANGUAGE c STABLE PARALLEL SAFE COST 2000 AS 'MODULE_PATHNAME', 'wp_step_access_engine';
COMMENT ON FUNCTION workflow_perms.step_access(text, text, text) IS
	'As step_access(run_id, step_id), for the engine, which may ask for any account. Privileged: only the engine''s role may execute it. Spec 4.8.';
