-- query/run_access.sql: runs, their steps and their history (spec 4.8, 6.2). None is
-- strict: NULL means no.
CREATE FUNCTION workflow_perms.can_view_run(run_id text) RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE COST 300 AS 'MODULE_PATHNAME', 'wp_can_view_run';
COMMENT ON FUNCTION workflow_perms.can_view_run(text) IS
	'May the session''s principal see that this run of its account took place, the numbers, states and reasons of its steps? True or false, never NULL; false for one that does not exist. Spec 4.8, 6.2.';

CREATE FUNCTION workflow_perms.can_view_run(account_id text, workflow_id text, started_by text, for_user text) RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'wp_can_view_run_columns';
COMMENT ON FUNCTION workflow_perms.can_view_run(text, text, text, text) IS
	'As can_view_run(run_id), from the columns of a run''s row: the form for policies. Spec 4.8.';

CREATE FUNCTION workflow_perms.can_view_run_detail(run_id text, step_no integer) RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE COST 800 AS 'MODULE_PATHNAME', 'wp_can_view_run_detail';
COMMENT ON FUNCTION workflow_perms.can_view_run_detail(text, integer) IS
	'May the session''s principal see the details of this step of a run? True or false, never NULL; false for one that does not exist, and, of a step that failed because it was not declared, for everybody. Spec 4.8, 6.2.';

CREATE FUNCTION workflow_perms.can_view_run_detail(account_id text, run_id text, workspace_id text, board_id text,
	column_id text, access workflow_perms.step_access, reason text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 700 AS 'MODULE_PATHNAME', 'wp_can_view_run_detail_columns';
COMMENT ON FUNCTION workflow_perms.can_view_run_detail(text, text, text, text, text, workflow_perms.step_access, text) IS
	'As can_view_run_detail(run_id, step_no), from the columns of a row of run_steps: the form for policies. Spec 4.8.';

CREATE FUNCTION workflow_perms.can_replay(run_id text) RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'wp_can_replay';
COMMENT ON FUNCTION workflow_perms.can_replay(text) IS
	'May the session''s principal replay this run of its account? True or false, never NULL; false for one that does not exist. Spec 4.8, 6.2.';

CREATE FUNCTION workflow_perms.replay_verdict(run_id text) RETURNS text
	LANGUAGE c STABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'wp_replay_verdict';
COMMENT ON FUNCTION workflow_perms.replay_verdict(text) IS
	'The decision on replaying this run by the session''s principal: ''allowed'', or the code of the first gate that fails, the run gates of for_user (or of the replayer) last. Spec 4.8.';

CREATE FUNCTION workflow_perms.step_access(run_id text, step_id text, OUT allowed boolean, OUT reason text) RETURNS record
	LANGUAGE c STABLE PARALLEL SAFE COST 2000 AS 'MODULE_PATHNAME', 'wp_step_access';
COMMENT ON FUNCTION workflow_perms.step_access(text, text) IS
	'May this run of the account do this step of the workflow''s live version, with the rights that its run-as has now? If not, the code: run_as_inactive, workspace_restricted, board_restricted, column_restricted, not_found. For a principal who may view the run; else the code of why not. Spec 4.8.';

CREATE FUNCTION workflow_perms.step_access(account text, run_id text, step_id text, OUT allowed boolean, OUT reason text) RETURNS record
	LANGUAGE c STABLE PARALLEL SAFE COST 2000 AS 'MODULE_PATHNAME', 'wp_step_access_engine';
COMMENT ON FUNCTION workflow_perms.step_access(text, text, text) IS
	'As step_access(run_id, step_id), for the engine, which asks for any account. Privileged: EXECUTE is granted to the engine''s role only. Spec 4.8.';

CREATE FUNCTION workflow_perms._run_step_verdict(account_id text, run_id text, workspace_id text, board_id text,
	column_id text, access workflow_perms.step_access, undeclared boolean)
	RETURNS text LANGUAGE c STABLE PARALLEL SAFE COST 2000 AS 'MODULE_PATHNAME', 'wp_run_step_verdict';
COMMENT ON FUNCTION workflow_perms._run_step_verdict(text, text, text, text, text, workflow_perms.step_access, boolean) IS
	'Internal: the decision on a step of the run that touches this, by the rights of its run-as: ''allowed'' or the code; undeclared (NULL counts as true): the live version, which the run is of, declares steps and not this one. Privileged. Spec 4.8.';
