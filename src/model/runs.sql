-- model/runs.sql: the records of runs, who may write them, and what is refused
-- (spec 4.8).
--
-- The engine's role is trusted with the runs of every account.  It records
-- which workflows ran, their progress, and what their steps touched and did.
-- It is not trusted with the rights of a run.  Whether a run may start is
-- checked when its row is inserted.  A step that run_as may not do is stored as
-- failed, whatever the engine wrote.  The engine reads and writes no other
-- table.

CREATE FUNCTION workflow_perms._create_engine_policies(engine regrole)
RETURNS void LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	history text;
BEGIN
	FOREACH history IN ARRAY ARRAY['runs', 'run_steps'] LOOP
		EXECUTE format('CREATE POLICY %1$I ON workflow_perms.%2$I FOR SELECT TO %3$s USING (true)',
			history || '_engine_select', history, engine);
		EXECUTE format('CREATE POLICY %1$I ON workflow_perms.%2$I FOR INSERT TO %3$s WITH CHECK (true)',
			history || '_engine_insert', history, engine);
		EXECUTE format('CREATE POLICY %1$I ON workflow_perms.%2$I FOR UPDATE TO %3$s USING (true) WITH CHECK (true)',
			history || '_engine_update', history, engine);
	END LOOP;
END
$$;
COMMENT ON FUNCTION workflow_perms._create_engine_policies(regrole) IS
'Part of create_model(): the engine may see and write runs and run_steps of every account. guard_history() reads its role from these policies. Spec 4.8, 6.3.';

CREATE FUNCTION workflow_perms.guard_history()
RETURNS trigger LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_guard_history';
COMMENT ON FUNCTION workflow_perms.guard_history() IS 'Trigger: who may write runs and run_steps, and which runs the engine may start. Spec 4.5, 4.8, 6.3.';

CREATE FUNCTION workflow_perms._write_run()
RETURNS trigger LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_write_run';
COMMENT ON FUNCTION workflow_perms._write_run() IS 'Internal trigger: a run gets the workflow''s version and run_as at its start. Its starter is its parent''s starter, or the session''s principal without a parent. Raises 42501 for a workflow, 23503 for a parent that does not exist.';

CREATE FUNCTION workflow_perms._write_run_status()
RETURNS trigger LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_write_run_status';
COMMENT ON FUNCTION workflow_perms._write_run_status() IS
'Internal trigger: the status of a run can only advance (23514); a run that ends gets an end time. Spec 6.3.';

CREATE FUNCTION workflow_perms._write_run_step()
RETURNS trigger LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_write_run_step';
COMMENT ON FUNCTION workflow_perms._write_run_step() IS
'Internal trigger: a step is stored as failed, with the reason, if run_as may not do it, or if the live version declares steps but not this one. Raises 23503 for a run that does not exist, 23514 for a step that would go back. Spec 4.8.';

CREATE FUNCTION workflow_perms._fail_run()
RETURNS trigger LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE workflow_perms.runs SET status = 'failed'
		WHERE account_id = NEW.account_id AND run_id = NEW.run_id AND status <> 'failed';
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION workflow_perms._fail_run() IS 'Internal effect: a run fails if one of its steps was refused. Spec 4.8.';

-- Checked before the row is made.  The table's constraints would refuse it too,
-- but show the whole row to a user who may not see the workflow.
CREATE FUNCTION workflow_perms._check_run_id(run_id text)
RETURNS void LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF (octet_length(run_id) BETWEEN 1 AND 255) IS NOT TRUE THEN
		PERFORM workflow_perms._raise('22023', 'the run id must have 1 to 255 bytes',
			'Give every run an id of its own.',
			coalesce('It has ' || octet_length(run_id) || '.', 'It is null.'));
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._check_run_id(text) IS 'Internal: raises 22023 if this cannot be the id of a run.';

-- Between the verdict and the run, a transaction that we wait for may delete
-- the workflow.
CREATE FUNCTION workflow_perms._hold_workflow(verdict text, workflow_id text)
RETURNS text LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 100
AS 'MODULE_PATHNAME', 'wp_hold_workflow_sql';
COMMENT ON FUNCTION workflow_perms._hold_workflow(text, text) IS
'Internal: the verdict. If it allows running the workflow, the workflow cannot be deleted until the transaction ends; if it was deleted, not_found.';

-- The functions.  Each has its body next to it, which runs as the owner
-- (call_as_owner.c).
CREATE FUNCTION workflow_perms.start_run(workflow_id text, run_id text, for_user text DEFAULT NULL)
RETURNS void LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 2000
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms.start_run(text, text, text) IS
'Starts a run with this id of a workflow in the account of the session''s principal, started by the principal and, if for_user is given, for that user (connected and anonymous principals: for themselves only). Records it as running, with the workflow''s live version and run_as. It is not refused because run_as may do nothing. Raises 42501 with the code of the first run gate that fails, 22023 for an invalid run id, 23505 for one that exists, 42704 for a for_user that does not exist. The application''s role and the engine''s may execute it. Spec 4.5, 4.8.';

CREATE FUNCTION workflow_perms._start_run(workflow_id text, run_id text, for_user text)
RETURNS void LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	code text := workflow_perms._start_verdict(_start_run.workflow_id, _start_run.for_user);
BEGIN
	code := workflow_perms._hold_workflow(code, _start_run.workflow_id);
	IF code <> 'allowed' THEN
		PERFORM workflow_perms._refuse('run', 'workflow', _start_run.workflow_id, code);
	END IF;
	PERFORM workflow_perms._check_run_id(_start_run.run_id);
	INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, for_user, status, started_at)
	VALUES (workflow_perms.principal_account(), _start_run.run_id, _start_run.workflow_id, _start_run.for_user, 'running', now());
END
$$;
COMMENT ON FUNCTION workflow_perms._start_run(text, text, text) IS 'Internal: the body of start_run().';

CREATE FUNCTION workflow_perms.replay(run_id text, new_run_id text)
RETURNS void LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 2000
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms.replay(text, text) IS
'Starts the workflow of a failed run in the account of the session''s principal again, for the same user, as another run, started by the principal. Raises 42501 with the code of the first gate of replay that fails, 22023 for an invalid run id, 23505 for one that exists. The application''s role and the engine''s may execute it. Spec 4.8.';

CREATE FUNCTION workflow_perms._replay(run_id text, new_run_id text)
RETURNS void LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	account CONSTANT text := workflow_perms.principal_account();
	code text := workflow_perms.replay_verdict(_replay.run_id);
BEGIN
	code := workflow_perms._hold_workflow(code, (SELECT r.workflow_id
		FROM workflow_perms.runs r
		WHERE r.account_id = account AND r.run_id = _replay.run_id));
	IF code <> 'allowed' THEN
		PERFORM workflow_perms._refuse('replay', 'run', _replay.run_id, workflow_perms._name_capability(code, 'replay',
			account, (SELECT w.workspace_id
				FROM workflow_perms.workflows w
				WHERE w.account_id OPERATOR(workflow_perms.==) account AND w.workflow_id OPERATOR(workflow_perms.==) (SELECT r.workflow_id
					FROM workflow_perms.runs r
					WHERE r.account_id = account AND r.run_id = _replay.run_id))));
	END IF;
	PERFORM workflow_perms._check_run_id(new_run_id);
	INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, for_user, status, started_at)
	SELECT r.account_id, new_run_id, r.workflow_id, r.for_user, 'running', now()
	FROM workflow_perms.runs r
	WHERE r.account_id = account AND r.run_id = _replay.run_id;
END
$$;
COMMENT ON FUNCTION workflow_perms._replay(text, text) IS 'Internal: the body of replay().';

CREATE FUNCTION workflow_perms.record_step(account text, run_id text, step_no integer, step_id text,
	status workflow_perms.run_status, details jsonb DEFAULT NULL, error text DEFAULT NULL,
	workspace_id text DEFAULT NULL, board_id text DEFAULT NULL, column_id text DEFAULT NULL,
	access workflow_perms.step_access DEFAULT NULL, OUT allowed boolean, OUT reason text)
RETURNS record LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 2000
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms.record_step(text, text, integer, text, workflow_perms.run_status, jsonb, text, text, text, text, workflow_perms.step_access) IS
'Records a step of a run, or the progress of a recorded one (status, details, error). For a step of the live version, the objects that it touches are copied from workflow_steps, and the arguments workspace, board, column and access are ignored; for other steps they are used. Returns whether run_as may do the step. If not, the step and the run have failed, and reason is the code: not_found if the run belongs to the live version, which declares steps but not this one. Raises 23503 for a run that does not exist, 23514 for a step that would go back. Only the engine''s role may execute it. Spec 4.8.';

CREATE FUNCTION workflow_perms._record_step(account text, run_id text, step_no integer, step_id text,
	status workflow_perms.run_status, details jsonb, error text,
	workspace_id text, board_id text, column_id text,
	access workflow_perms.step_access, OUT allowed boolean, OUT reason text)
RETURNS record LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	UPDATE workflow_perms.run_steps s
		SET status = CASE WHEN s.reason IS NULL THEN _record_step.status ELSE s.status END,
			details = coalesce(_record_step.details, s.details), error = coalesce(_record_step.error, s.error)
		WHERE s.account_id = account AND s.run_id = _record_step.run_id AND s.step_no = _record_step.step_no
		RETURNING s.reason IS NULL, s.reason INTO _record_step.allowed, _record_step.reason;
	IF NOT FOUND THEN
		INSERT INTO workflow_perms.run_steps AS s
			(account_id, run_id, step_no, step_id, workspace_id, board_id, column_id, access, status, details, error)
			VALUES (account, _record_step.run_id, _record_step.step_no, _record_step.step_id, _record_step.workspace_id,
				_record_step.board_id, _record_step.column_id, _record_step.access, _record_step.status,
				_record_step.details, _record_step.error)
			RETURNING s.reason IS NULL, s.reason INTO _record_step.allowed, _record_step.reason;
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._record_step(text, text, integer, text, workflow_perms.run_status, jsonb, text, text, text, text, workflow_perms.step_access) IS
'Internal: the body of record_step().';

CREATE FUNCTION workflow_perms.record_steps(account text, run_id text, steps jsonb, OUT step_no integer, OUT allowed boolean, OUT reason text)
RETURNS SETOF record LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 5000 ROWS 10
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms.record_steps(text, text, jsonb) IS
'record_step() for several steps of one run: a JSON array of objects with the keys step_no, status, and where there is something to say step_id, details, error, workspace_id, board_id, column_id and access. All of them or, after an error, none. Returns a row for each, in their order. Raises what record_step() does, and 22023 for steps that are no such array, name something else or have one number twice. Only the engine''s role may execute it. Spec 4.8, 6.2.';

CREATE FUNCTION workflow_perms._record_steps(account text, run_id text, steps jsonb, OUT step_no integer, OUT allowed boolean, OUT reason text)
RETURNS SETOF record LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	wrong text;
BEGIN
	IF jsonb_typeof(steps) IS DISTINCT FROM 'array' OR EXISTS (SELECT FROM jsonb_array_elements(steps) e WHERE jsonb_typeof(e) <> 'object') THEN
		PERFORM workflow_perms._raise('22023', 'steps must be an array of objects',
			'Write [{"step_no": 1, "status": "succeeded"}].');
	END IF;
	SELECT min(k) INTO wrong
		FROM jsonb_array_elements(steps) e, jsonb_object_keys(e) k
		WHERE k NOT IN ('step_no', 'step_id', 'status', 'details', 'error', 'workspace_id', 'board_id', 'column_id', 'access');
	IF wrong IS NOT NULL THEN
		PERFORM workflow_perms._raise('22023', format('a step has no "%s"', wrong),
			'It has step_no, step_id, status, details, error, workspace_id, board_id, column_id and access.');
	END IF;
	SELECT (e ->> 'step_no')::integer INTO wrong FROM jsonb_array_elements(steps) e GROUP BY 1 HAVING count(*) > 1 LIMIT 1;
	IF FOUND THEN
		PERFORM workflow_perms._raise('22023', format('there are several steps with the number %s', coalesce(wrong, 'null')),
			'Number the steps of a run.');
	END IF;

	RETURN QUERY
		WITH given AS MATERIALIZED (
			SELECT g.*
			FROM ROWS FROM (jsonb_to_recordset(steps) AS (step_no integer, step_id text, workspace_id text, board_id text,
				column_id text, access workflow_perms.step_access, status workflow_perms.run_status, details jsonb, error text))
				WITH ORDINALITY AS g (step_no, step_id, workspace_id, board_id, column_id, access, status, details, error, place)
		), progress AS (
			UPDATE workflow_perms.run_steps s
			SET status = CASE WHEN s.reason IS NULL THEN g.status ELSE s.status END,
				details = coalesce(g.details, s.details), error = coalesce(g.error, s.error)
			FROM given g
			WHERE s.account_id = account AND s.run_id = _record_steps.run_id AND s.step_no = g.step_no
			RETURNING s.step_no, s.reason
		), recorded AS (
			INSERT INTO workflow_perms.run_steps AS s
				(account_id, run_id, step_no, step_id, workspace_id, board_id, column_id, access, status, details, error)
			SELECT account, _record_steps.run_id, g.step_no, g.step_id, g.workspace_id, g.board_id, g.column_id, g.access, g.status, g.details, g.error
			FROM given g
			WHERE NOT EXISTS (
				SELECT FROM workflow_perms.run_steps s
				WHERE s.account_id = account AND s.run_id = _record_steps.run_id AND s.step_no = g.step_no)
			-- The first that is refused is the reason of the run.
			ORDER BY g.step_no
			RETURNING s.step_no, s.reason
		)
		SELECT g.step_no, s.reason IS NULL, s.reason
		FROM given g JOIN (TABLE progress UNION ALL TABLE recorded) s ON s.step_no = g.step_no
		ORDER BY g.place;
END
$$;
COMMENT ON FUNCTION workflow_perms._record_steps(text, text, jsonb) IS 'Internal: the body of record_steps().';

CREATE FUNCTION workflow_perms.finish_run(account text, run_id text, status workflow_perms.run_status)
RETURNS workflow_perms.run_status LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms.finish_run(text, text, workflow_perms.run_status) IS
'Ends a run as succeeded or failed and returns how it ended: failed if a step was refused, whatever the argument. Raises 42704 for a run that does not exist, 22023 for a status that is not an end. Only the engine''s role may execute it. Spec 4.8.';

CREATE FUNCTION workflow_perms._finish_run(account text, run_id text, status workflow_perms.run_status)
RETURNS workflow_perms.run_status LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	ended workflow_perms.run_status;
BEGIN
	IF _finish_run.status IS NULL OR _finish_run.status = 'running' THEN
		PERFORM workflow_perms._raise('22023', format('a run cannot end as %s', coalesce(_finish_run.status::text, 'null')),
			'Say succeeded or failed.');
	END IF;
	-- Waits for a step that is being refused, and looks at the status again.
	UPDATE workflow_perms.runs r SET status = _finish_run.status
		WHERE r.account_id = account AND r.run_id = _finish_run.run_id AND r.status = 'running'
		RETURNING r.status INTO ended;
	IF NOT FOUND THEN
		SELECT r.status INTO ended
			FROM workflow_perms.runs r
			WHERE r.account_id = account AND r.run_id = _finish_run.run_id;
		IF NOT FOUND THEN
			PERFORM workflow_perms._raise_violation('42704', 'not_found', format('run "%s" does not exist', _finish_run.run_id),
				'Runs are started by start_run(), or inserted by the engine.', 'runs', NULL);
		END IF;
	END IF;
	RETURN ended;
END
$$;
COMMENT ON FUNCTION workflow_perms._finish_run(text, text, workflow_perms.run_status) IS 'Internal: the body of finish_run().';

-- The history.  run_history reads runs as the caller, so that their policy, an
-- order and a limit reach their indexes; and only of the runs that are left, the
-- steps.  redacted_run_steps reads these as the owner of the tables.  It removes
-- restricted parts before any condition or function of the caller sees the row
-- (security_barrier).
CREATE FUNCTION workflow_perms._create_history()
RETURNS void LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	described record;
BEGIN
	CREATE VIEW workflow_perms.redacted_run_steps WITH (security_barrier) AS
	SELECT s.account_id, s.run_id, s.step_no, s.workflow_id, s.step_id, s.status, s.reason,
		-- depends only on the code, because the touched objects may be hidden
		CASE s.reason
			WHEN 'not_found' THEN 'The live version of the workflow does not declare the step.'
			WHEN 'run_as_inactive' THEN 'There was no active user with whose rights the run could act.'
			WHEN 'workspace_restricted' THEN 'The user with whose rights the run acts has no access to the workspace of the step.'
			WHEN 'board_restricted' THEN 'The user with whose rights the run acts may not view the board of the step.'
			WHEN 'column_restricted' THEN 'The user with whose rights the run acts may not view the column of the step, or may not edit it.'
		END AS explanation,
		CASE WHEN d.shown THEN s.workspace_id END AS workspace_id,
		CASE WHEN d.shown THEN s.board_id END AS board_id,
		CASE WHEN d.shown THEN s.column_id END AS column_id,
		CASE WHEN d.shown THEN s.access END AS access,
		CASE WHEN d.shown THEN s.details END AS details,
		CASE WHEN d.shown THEN s.error END AS error,
		d.shown IS NOT TRUE AS redacted
	FROM workflow_perms.run_steps s
	LEFT JOIN LATERAL (
		SELECT workflow_perms.can_view_run_detail(s.account_id, s.workflow_id, s.run_id, s.workspace_id, s.board_id, s.column_id, s.access, s.reason) AS shown
		OFFSET 0 -- called once per row, not once per column
	) d ON true
	WHERE s.account_id = workflow_perms.principal_account()
		AND workflow_perms._view_steps_of(s.account_id, s.workflow_id, s.run_id);
	COMMENT ON VIEW workflow_perms.redacted_run_steps IS
	'The steps of the runs that the session''s principal may see, for run_history, whose columns these are. Spec 4.8.';

	CREATE VIEW workflow_perms.run_history WITH (security_invoker) AS
	SELECT r.account_id, r.run_id, r.workflow_id, r.parent_run, r.version, r.started_by, r.started_as, r.for_user, r.run_as,
		r.status AS run_status, r.started_at, r.finished_at,
		s.step_no, s.step_id, s.status, s.reason, s.explanation,
		s.workspace_id, s.board_id, s.column_id, s.access, s.details, s.error,
		(s.step_no IS NOT NULL AND s.redacted) AS redacted
	FROM workflow_perms.runs r
	LEFT JOIN LATERAL (
		SELECT h.*
		FROM workflow_perms.redacted_run_steps h
		WHERE h.account_id = r.account_id AND h.run_id = r.run_id
		OFFSET 0 -- read for the runs that are left after order and limit
	) s ON true
	WHERE r.account_id = workflow_perms.principal_account();
	COMMENT ON VIEW workflow_perms.run_history IS
	'The runs that the session''s principal may see, one row per step (one row for a run without steps). Number, status, reason and explanation of a step are always shown. If the objects that it touched may not be seen, or are not known, redacted is true, and these objects, its details and its error are NULL. Roles that row security does not bind see all runs of the principal''s account, and the steps of those that the principal may see. Spec 4.8.';
	COMMENT ON COLUMN workflow_perms.run_history.account_id IS 'account of the run: that of the session''s principal';
	COMMENT ON COLUMN workflow_perms.run_history.run_id IS 'id of the run';
	COMMENT ON COLUMN workflow_perms.run_history.workflow_id IS 'workflow that was run';
	COMMENT ON COLUMN workflow_perms.run_history.parent_run IS 'run that called it; NULL: none';
	COMMENT ON COLUMN workflow_perms.run_history.version IS 'live version when the run started; NULL: none';
	COMMENT ON COLUMN workflow_perms.run_history.started_by IS 'user that started the run; NULL if started_as is not user';
	COMMENT ON COLUMN workflow_perms.run_history.started_as IS 'kind of starter: user, anonymous or system (a schedule or a trigger)';
	COMMENT ON COLUMN workflow_perms.run_history.for_user IS 'connected user that the run is for; NULL: none';
	COMMENT ON COLUMN workflow_perms.run_history.run_as IS 'user whose rights its steps have';
	COMMENT ON COLUMN workflow_perms.run_history.run_status IS 'progress of the run: running, succeeded or failed';
	COMMENT ON COLUMN workflow_perms.run_history.started_at IS 'time of the start';
	COMMENT ON COLUMN workflow_perms.run_history.finished_at IS 'time of the end; NULL: still running';
	COMMENT ON COLUMN workflow_perms.run_history.step_no IS 'number of the step in the run; NULL: the run has no steps';
	COMMENT ON COLUMN workflow_perms.run_history.step_id IS 'step of the workflow';
	COMMENT ON COLUMN workflow_perms.run_history.status IS 'progress of the step: running, succeeded or failed';
	COMMENT ON COLUMN workflow_perms.run_history.reason IS 'code that says why run_as could not do the step; not_found: it was not declared; NULL: it could';
	COMMENT ON COLUMN workflow_perms.run_history.explanation IS 'the reason as a sentence that names nothing that the step touched; NULL without a reason';
	COMMENT ON COLUMN workflow_perms.run_history.workspace_id IS 'workspace that the step touched; NULL if redacted';
	COMMENT ON COLUMN workflow_perms.run_history.board_id IS 'board that the step touched; NULL if redacted';
	COMMENT ON COLUMN workflow_perms.run_history.column_id IS 'column that the step touched; NULL if redacted';
	COMMENT ON COLUMN workflow_perms.run_history.access IS 'access to it: read or write; NULL if redacted';
	COMMENT ON COLUMN workflow_perms.run_history.details IS 'details that the engine recorded; NULL if redacted';
	COMMENT ON COLUMN workflow_perms.run_history.error IS 'error that the engine recorded; NULL if redacted';
	COMMENT ON COLUMN workflow_perms.run_history.redacted IS 'whether the session''s principal may not see the objects that the step touched, and so not the details';
	FOR described IN
		SELECT s.attname, col_description(h.attrelid, h.attnum) AS words
		FROM pg_attribute s JOIN pg_attribute h ON h.attrelid = 'workflow_perms.run_history'::regclass AND h.attname = s.attname
		WHERE s.attrelid = 'workflow_perms.redacted_run_steps'::regclass AND s.attnum > 0
	LOOP
		EXECUTE format('COMMENT ON COLUMN workflow_perms.redacted_run_steps.%I IS %L', described.attname, described.words);
	END LOOP;
END
$$;
COMMENT ON FUNCTION workflow_perms._create_history() IS 'Part of create_model(): the views run_history and redacted_run_steps. Spec 4.8.';
