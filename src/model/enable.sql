-- model/enable.sql: enabling, disabling (enable.c), connecting, and the gate
-- that every way of enabling passes, for every role (enable_trigger.c; spec
-- 4.4). end_enablements.c ends enablements when something else changes.  The
-- guards check first whether a principal may write the rows at all (spec 6.3).
--
-- Locks.  Before enabling, the rows of the user, the workflow and its workspace
-- are locked FOR SHARE and then read, always in this order.  A change of one of
-- these rows locks it as well.  So the two wait for each other: either the
-- decision sees the change, or the change finds the enablement when it
-- re-evaluates.  At REPEATABLE READ, enabling that cannot see the change fails
-- with a serialization error, and re-evaluation reads what is committed.  A row of a source
-- is never locked (read_from()): if it changes later, the run gate decides.

CREATE FUNCTION workflow_perms.guard_connections()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.user_id ELSE OLD.user_id END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL AND TG_OP <> 'DELETE' THEN
		code := 'system';
	ELSIF code IS NULL AND NOT workflow_perms.principal_holds(account, 'connected_users.manage') THEN
		code := 'no_capability:connected_users.manage';
	END IF;

	PERFORM workflow_perms._refuse(lower(TG_OP), 'connection of user', subject, code);
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_connections() IS 'Trigger: who may write connections. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_enablements()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.workflow_id ELSE OLD.workflow_id END;
	owner CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.user_id ELSE OLD.user_id END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL AND TG_OP = 'DELETE' THEN
		code := 'system';
	ELSIF code IS NULL AND NOT workflow_perms.principal_is(account, owner)
		AND NOT workflow_perms.principal_holds_for_workflow(account, 'connected_users.manage', subject)
	THEN
		code := 'no_capability:connected_users.manage';
	ELSIF code IS NULL AND TG_OP = 'INSERT' AND NOT NEW.enabled AND NOT (
		1 = (SELECT count(*) FROM workflow_perms.workflows w WHERE w.account_id OPERATOR(workflow_perms.==) account AND w.workflow_id OPERATOR(workflow_perms.==) subject)
		AND 1 = (SELECT count(*) FROM workflow_perms.users u WHERE u.account_id OPERATOR(workflow_perms.==) account AND u.user_id OPERATOR(workflow_perms.==) owner))
	THEN
		-- the foreign keys ensure this too, but later and without a code;
		-- enabling has its own gate
		code := 'not_found';
	END IF;

	PERFORM workflow_perms._refuse(lower(TG_OP), 'enablement of workflow', subject, code);
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_enablements() IS 'Trigger: who may write enablements. Spec 6.3.';

CREATE FUNCTION workflow_perms._gate_enabling(account text, workflow text, subject text)
RETURNS text LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 200
AS 'MODULE_PATHNAME', 'wp_gate_enabling';
COMMENT ON FUNCTION workflow_perms._gate_enabling(text, text, text) IS
'Internal: the code that says why the user may not enable the workflow, NULL if they may. The rows that decide are locked until the transaction ends. Spec 4.4.';

CREATE FUNCTION workflow_perms._check_enabling()
RETURNS trigger LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_check_enabling';
COMMENT ON FUNCTION workflow_perms._check_enabling() IS 'Internal trigger: raises 42501 for an enablement that its user may not enable, whichever role writes it. Spec 4.4.';

CREATE FUNCTION workflow_perms._reevaluate() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_reevaluate';
COMMENT ON FUNCTION workflow_perms._reevaluate() IS 'Internal effect: after a change of the table that the trigger''s second argument names, disables enablements that their gate no longer allows, with the code as reason. Spec 4.4.';

-- Ends the enablements that time alone has ended.  The trigger _reevaluate()
-- does the same after changes.  This works row by row, because one UPDATE of
-- all rows would queue its triggers in memory.  Each row is decided again in
-- its present state, which the snapshot of a transaction may not show.
CREATE FUNCTION workflow_perms._reevaluate(account_id text)
RETURNS bigint LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	due record;
	disabled bigint := 0;
BEGIN
	IF current_setting('transaction_isolation') <> 'read committed' THEN
		PERFORM workflow_perms._raise('25001', 'reevaluate() needs the isolation level read committed',
			'Call it in a transaction of its own.');
	END IF;
	IF NOT EXISTS (SELECT FROM workflow_perms.accounts a WHERE a.account_id = _reevaluate.account_id) THEN
		PERFORM workflow_perms._raise('42704', format('account "%s" does not exist', _reevaluate.account_id), NULL);
	END IF;
	FOR due IN
		SELECT e.workflow_id, e.user_id, e.configuration
		FROM workflow_perms.enablements e
			CROSS JOIN LATERAL (SELECT f.* FROM workflow_perms.users f
				WHERE f.account_id OPERATOR(workflow_perms.==) _reevaluate.account_id AND f.user_id OPERATOR(workflow_perms.==) e.user_id OFFSET 0) u
			CROSS JOIN LATERAL (SELECT f.* FROM workflow_perms.workflows f
				WHERE f.account_id OPERATOR(workflow_perms.==) _reevaluate.account_id AND f.workflow_id OPERATOR(workflow_perms.==) e.workflow_id OFFSET 0) w
			CROSS JOIN LATERAL (SELECT f.* FROM workflow_perms.workspaces f
				WHERE f.account_id OPERATOR(workflow_perms.==) _reevaluate.account_id AND f.workspace_id OPERATOR(workflow_perms.==) w.workspace_id OFFSET 0) s
		WHERE e.account_id = _reevaluate.account_id AND e.enabled
			AND workflow_perms._end_of_enabling(u.user_id, u.kind, u.metadata, s.kind, s.offered, w.visibility, w.condition, now()) IS NOT NULL
		ORDER BY e.workflow_id, e.user_id, e.configuration
	LOOP
		UPDATE workflow_perms.enablements e SET enabled = false, changed_at = now(), reason = code
			FROM workflow_perms.users u, workflow_perms.workflows w,
				LATERAL (SELECT f.* FROM workflow_perms.workspaces f
					WHERE f.account_id OPERATOR(workflow_perms.==) _reevaluate.account_id AND f.workspace_id OPERATOR(workflow_perms.==) w.workspace_id OFFSET 0) s,
				workflow_perms._end_of_enabling(u.user_id, u.kind, u.metadata, s.kind, s.offered, w.visibility, w.condition, now()) AS code
			WHERE e.account_id = _reevaluate.account_id AND e.workflow_id = due.workflow_id
				AND e.user_id = due.user_id AND e.configuration = due.configuration AND e.enabled
				AND u.account_id OPERATOR(workflow_perms.==) _reevaluate.account_id AND u.user_id OPERATOR(workflow_perms.==) due.user_id
				AND w.account_id OPERATOR(workflow_perms.==) _reevaluate.account_id AND w.workflow_id OPERATOR(workflow_perms.==) due.workflow_id
				AND code IS NOT NULL;
		disabled := disabled + FOUND::int;
	END LOOP;
	RETURN disabled;
END
$$;
COMMENT ON FUNCTION workflow_perms._reevaluate(text) IS 'Internal: the body of reevaluate().';
CREATE FUNCTION workflow_perms.reevaluate(account_id text)
RETURNS bigint LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms.reevaluate(text) IS
'Disables the enablements of the account that their condition or their place no longer allows, with the code as reason, and returns how many. A change of a row ends enablements by itself. This function ends those that time has ended, for conditions with $ago: call it from a schedule. can_run refuses the run either way. Each disabled enablement is in the audit log. Raises 42704 for an account that does not exist; NULL for NULL. No role has EXECUTE by default. Spec 2.1, 4.4.';

-- These write with the caller's own rights.  The guard checks the caller, the
-- gate checks the user.
CREATE FUNCTION workflow_perms.enable(workflow_id text, configuration text DEFAULT '')
RETURNS void LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'wp_enable';
COMMENT ON FUNCTION workflow_perms.enable(text, text) IS
'Enables the workflow for the session''s principal, a connected user, in this configuration. Enabling it again does nothing. Raises 42501 with the code if can_enable is false. Permission: the user itself. Spec 4.4.';

CREATE FUNCTION workflow_perms.enable(workflow_id text, configuration text, user_id text)
RETURNS void LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'wp_enable';
COMMENT ON FUNCTION workflow_perms.enable(text, text, text) IS
'Enables the workflow for this connected user, who must be able to enable it. Raises 42501 with the code of the user''s can_enable, or if the caller may not do this. Permission: connected_users.manage for the account or the workflow''s workspace, or the user itself. Spec 4.4.';

CREATE FUNCTION workflow_perms.disable(workflow_id text, configuration text DEFAULT '')
RETURNS void LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'wp_disable';
COMMENT ON FUNCTION workflow_perms.disable(text, text) IS
'Disables the workflow for the session''s principal in this configuration, whether or not it was enabled: connecting later does not enable it. Raises 42501 without a connected user, not_found for a workflow that does not exist. Permission: the user itself. Spec 4.4.';

CREATE FUNCTION workflow_perms.disable(workflow_id text, configuration text, user_id text)
RETURNS void LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'wp_disable';
COMMENT ON FUNCTION workflow_perms.disable(text, text, text) IS
'Disables the workflow for this connected user in this configuration. Raises 42501 if the caller may not do this, not_found for a workflow or user that does not exist. Permission: connected_users.manage for the account or the workflow''s workspace, or the user itself. Spec 4.4.';

-- connect(): the body, which runs as the owner of the tables (see call_as_owner.c).
CREATE FUNCTION workflow_perms._connect(configuration text, user_id text)
RETURNS TABLE (workflow_id text, enabled boolean, code text)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	account CONSTANT text := workflow_perms.principal_account();
	wanted CONSTANT text := _connect.configuration;
	subject CONSTANT text := _connect.user_id;
	refusal text := workflow_perms._caller_refusal(account);
	u record;
BEGIN
	IF refusal IS NULL THEN
		IF NOT workflow_perms._is_source('users') THEN
			PERFORM FROM workflow_perms.users f WHERE f.account_id OPERATOR(workflow_perms.==) account AND f.user_id OPERATOR(workflow_perms.==) subject FOR SHARE;
		END IF;
		SELECT min(f.kind) AS kind, bool_and(f.active) AS active INTO u FROM workflow_perms.users f
			WHERE f.account_id OPERATOR(workflow_perms.==) account AND f.user_id OPERATOR(workflow_perms.==) subject
			HAVING count(*) = 1;
		refusal := CASE
			WHEN subject IS NULL THEN 'not_connected'
			WHEN NOT workflow_perms.principal_is(account, subject)
				AND NOT workflow_perms.principal_holds(account, 'connected_users.manage') THEN 'no_capability:connected_users.manage'
			WHEN u.kind IS NULL THEN 'not_found'
			WHEN u.kind <> 'connected' THEN 'not_connected'
			WHEN NOT u.active THEN 'inactive'
		END;
	END IF;
	PERFORM workflow_perms._refuse('connect', 'user', subject, refusal);

	INSERT INTO workflow_perms.connections (account_id, user_id, configuration)
		VALUES (account, subject, wanted) ON CONFLICT DO NOTHING;
	IF NOT FOUND THEN
		RETURN;
	END IF;

	IF NOT workflow_perms._is_source('workflows') THEN
		PERFORM FROM workflow_perms.workflows f
			WHERE f.account_id OPERATOR(workflow_perms.==) account AND f.default_enabled
			ORDER BY f.workflow_id FOR SHARE;
	END IF;
	FOR workflow_id IN
		SELECT f.workflow_id FROM workflow_perms.workflows f
		WHERE f.account_id OPERATOR(workflow_perms.==) account AND f.default_enabled
		ORDER BY f.workflow_id
	LOOP
		-- An earlier choice of the user stays.
		CONTINUE WHEN EXISTS (SELECT FROM workflow_perms.enablements e
			WHERE e.account_id = account AND e.workflow_id = _connect.workflow_id
				AND e.user_id = subject AND e.configuration = wanted);
		code := workflow_perms._gate_enabling(account, _connect.workflow_id, subject);
		enabled := _connect.code IS NULL;
		IF _connect.enabled THEN
			INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, configuration, enabled, reason)
				VALUES (account, _connect.workflow_id, subject, wanted, true, 'default')
				ON CONFLICT DO NOTHING;
			CONTINUE WHEN NOT FOUND;
		END IF;
		RETURN NEXT;
	END LOOP;
END
$$;
COMMENT ON FUNCTION workflow_perms._connect(text, text) IS 'Internal: the body of connect(). Spec 4.4.';

CREATE FUNCTION workflow_perms.connect(configuration text, user_id text)
RETURNS TABLE (workflow_id text, enabled boolean, code text)
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000 ROWS 10
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms.connect(text, text) IS
'Records that this connected user has connected the configuration. The first time only, it also enables the workflows that are default_enabled and that the user may enable. Returns a row for each of these: whether it was enabled, or the code that says why not; no rows if connected before. Raises 42501 for an inactive or unknown user, and if the caller may not do this. Permission: connected_users.manage for the account, or the user itself. Spec 4.4.';

CREATE FUNCTION workflow_perms.connect(configuration text DEFAULT '')
RETURNS TABLE (workflow_id text, enabled boolean, code text)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY SELECT * FROM workflow_perms.connect(configuration, workflow_perms.principal_user());
END
$$;
COMMENT ON FUNCTION workflow_perms.connect(text) IS
'As connect(configuration, user_id), for the session''s principal: records that it has connected the configuration and, the first time only, enables the workflows that are default_enabled. Raises 42501 if it is not a connected user. Permission: the user itself. Spec 4.4.';
