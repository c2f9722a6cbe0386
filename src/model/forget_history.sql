-- model/forget_history.sql: forget_history(), which deletes old runs with their
-- steps and old entries of the audit log, and logs that it did.
--
-- One account at a time.  Entries of the log are found by their ids, which are in
-- the order of time (UUIDs of version 7), runs by runs_started_idx.
CREATE FUNCTION workflow_perms._forget_history(before timestamptz, most bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
#variable_conflict use_column
DECLARE
	account text;
	first_kept uuid;
	old text[];
	runs bigint;
	entries bigint;
	forgotten bigint := 0;
BEGIN
	IF before IS NULL THEN
		PERFORM workflow_perms._raise('22004', 'argument "before" of forget_history() must not be null', 'Give the time from which history is kept.');
	ELSIF NOT isfinite(before) OR before > now() THEN
		PERFORM workflow_perms._raise('22023', 'argument "before" of forget_history() must be a time in the past', 'Such as now() - interval ''1 year''.');
	END IF;
	first_kept := (lpad(to_hex(greatest(0, floor(extract(epoch FROM before) * 1000))::bigint), 12, '0') || repeat('0', 20))::uuid;
	FOR account IN
		SELECT a.account_id
		FROM workflow_perms.accounts a
		WHERE EXISTS (SELECT FROM workflow_perms.runs r WHERE r.account_id = a.account_id AND r.started_at < before AND r.status <> 'running')
			OR EXISTS (SELECT FROM workflow_perms.audit_log e WHERE e.account_id = a.account_id AND e.entry < first_kept)
		ORDER BY a.account_id
	LOOP
		EXIT WHEN forgotten >= most;
		-- An account that is being deleted takes its history with it.
		PERFORM FROM workflow_perms.accounts a WHERE a.account_id = account FOR KEY SHARE SKIP LOCKED;
		CONTINUE WHEN NOT FOUND;
		-- Locked first, by a statement of its own: the next one sees the steps that were
		-- written until then.
		old := ARRAY(
			SELECT r.run_id
			FROM workflow_perms.runs r
			WHERE r.account_id = account AND r.started_at < before AND r.status <> 'running'
			ORDER BY r.started_at
			LIMIT most - forgotten
			FOR UPDATE SKIP LOCKED);
		DELETE FROM workflow_perms.run_steps s WHERE s.account_id = account AND s.run_id = ANY (old);
		DELETE FROM workflow_perms.runs r WHERE r.account_id = account AND r.run_id = ANY (old);
		GET DIAGNOSTICS runs = ROW_COUNT;
		-- Materialized: a plan may evaluate a sub-select with LIMIT again and again.
		WITH o AS MATERIALIZED (
			SELECT e.entry
			FROM workflow_perms.audit_log e
			WHERE e.account_id = account AND e.entry < first_kept
			ORDER BY e.entry
			LIMIT most - forgotten - runs
			FOR UPDATE SKIP LOCKED
		)
		DELETE FROM workflow_perms.audit_log e USING o WHERE e.account_id = account AND e.entry = o.entry;
		GET DIAGNOSTICS entries = ROW_COUNT;
		CONTINUE WHEN runs + entries = 0;
		forgotten := forgotten + runs + entries;
		INSERT INTO workflow_perms.audit_log (account_id, entry, at, principal, database_role, action, object, after)
			VALUES (account, workflow_perms._entry_id(), now(),
				CASE WHEN workflow_perms.principal_account() = account THEN workflow_perms.principal_user() END,
				coalesce(nullif(current_setting('role'), 'none'), session_user), 'forget', 'history',
				jsonb_build_object('before', before, 'runs', runs, 'entries', entries));
	END LOOP;
	RETURN forgotten;
END
$body$;
COMMENT ON FUNCTION workflow_perms._forget_history(timestamptz, bigint) IS 'Internal: the body of forget_history().';
CREATE FUNCTION workflow_perms.forget_history(before timestamptz, most bigint DEFAULT 10000) RETURNS bigint
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms.forget_history(timestamptz, bigint) IS
'Deletes runs that have ended and were started before this time, with their steps, and entries of the audit log that were written before it, at most this many together (NULL: all), and returns how many. Writes an entry (action forget, object history) into the log of each account from which it deleted some. Waits for nobody: rows that are locked are left for the next call. To delete all of them in batches, call it, each time in a transaction of its own, until it returns 0. Raises 22004 without a time and 22023 if the time is not in the past. Privileged: no role may execute it by default. Spec 6.2.';
