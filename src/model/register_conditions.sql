-- model/register_conditions.sql: the registry of conditions, the table
-- `conditions`.  It has each distinct condition of an account's workflows once,
-- so that it is evaluated once, however many workflows have it
-- (lookup/matching_conditions.c).
--
-- It guarantees that a transaction that sees a workflow also sees, or could
-- see, its condition here.  A row too many is harmless, because the workflow's
-- own condition decides.  A missing row would hide workflows.  So:
--
-- - Writing a workflow looks for its condition among the rows that are
--   committed now or were written by the transaction itself, and adds it if it
--   is missing.  Others that see the workflow see rows that were committed
--   before.  A row of the transaction itself commits and rolls back with it,
--   savepoint by savepoint.
-- - There is no unique constraint.  Of two transactions that add the same
--   condition at the same time, neither waits for the other, and none fails at
--   REPEATABLE READ. Duplicates are harmless too.
-- - The triggers always fire, also on subscribers and with
--   session_replication_role = replica.  A row that arrives by replication is
--   stamped anew like any other.
-- - Rows are deleted with their account, or by forget_unused_conditions().
--   That prevents writing conditions of the account meanwhile: looking for a
--   condition first takes a lock that conflicts with it.  An account cannot be
--   deleted while one of its workflows is written, because the foreign key is
--   checked first.
--
-- `added` is the transaction that added the row.  A backend that has read the
-- registry continues from the oldest transaction that was running then.
CREATE FUNCTION workflow_perms._register_condition() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_register_condition';
COMMENT ON FUNCTION workflow_perms._register_condition() IS 'Internal trigger: adds a workflow''s condition to the registry, unless it is there.';

CREATE FUNCTION workflow_perms._stamp_condition() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_stamp_condition';
COMMENT ON FUNCTION workflow_perms._stamp_condition() IS 'Internal trigger: records which transaction added a condition to the registry, and skips a condition that is there.';

CREATE FUNCTION workflow_perms._keep_conditions() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	IF TG_OP = 'DELETE' AND workflow_perms.in_effect() THEN
		RETURN OLD;
	ELSIF TG_LEVEL = 'ROW' AND current_setting('session_replication_role') = 'replica' THEN
		-- A condition that the publisher deletes may be needed here.
		RETURN NULL;
	END IF;
	PERFORM workflow_perms._raise_violation('23001', 'append_only', 'registered conditions stay as they are',
		'They go with their account. To be rid of those that no workflow has any more: SELECT workflow_perms.forget_unused_conditions();',
		TG_TABLE_NAME::text, NULL);
END
$body$;
COMMENT ON FUNCTION workflow_perms._keep_conditions() IS 'Internal trigger: for every role, refuses to change or truncate the registry of conditions (23001); ignores it on replicas.';

CREATE FUNCTION workflow_perms._create_registry()
RETURNS void LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	CREATE TRIGGER keep_all_conditions BEFORE TRUNCATE ON workflow_perms.conditions FOR EACH STATEMENT
		EXECUTE FUNCTION workflow_perms._keep_conditions();
	ALTER TABLE workflow_perms.workflows
		ENABLE ALWAYS TRIGGER register_condition, ENABLE ALWAYS TRIGGER register_condition_again;
	ALTER TABLE workflow_perms.conditions
		ENABLE ALWAYS TRIGGER stamp_condition, ENABLE ALWAYS TRIGGER keep_conditions, ENABLE ALWAYS TRIGGER keep_all_conditions;

	PERFORM workflow_perms._create_policy_set('conditions', 'false', 'false');
END
$body$;
COMMENT ON FUNCTION workflow_perms._create_registry() IS 'Internal step of create_model(): the triggers that fill the registry of conditions and keep it unchanged, and its policy, which shows it to no role.';

CREATE FUNCTION workflow_perms._register_conditions() RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	registered bigint;
BEGIN
	INSERT INTO workflow_perms.conditions (account_id, condition, added)
		SELECT DISTINCT w.account_id, w.condition, '0'::xid8
		FROM workflow_perms.workflows w
		WHERE w.condition IS NOT NULL;
	GET DIAGNOSTICS registered = ROW_COUNT;
	RETURN registered;
END
$body$;
COMMENT ON FUNCTION workflow_perms._register_conditions() IS 'Internal: the body of register_conditions().';
CREATE FUNCTION workflow_perms.register_conditions() RETURNS bigint
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms.register_conditions() IS 'Adds the conditions of all workflows to the registry, and returns how many were missing: 0, unless workflows were written while its triggers were disabled (pg_restore --disable-triggers). Privileged: no role may execute it by default.';

CREATE FUNCTION workflow_perms._hold_registry(account_id text) RETURNS boolean
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 5
AS 'MODULE_PATHNAME', 'wp_hold_registry';
COMMENT ON FUNCTION workflow_perms._hold_registry(text) IS 'Internal: until the transaction ends, prevents writing workflows with conditions in this account, and in the few accounts that share its lock. Returns false at once if a transaction is writing such a workflow.';

-- One account at a time.  It first prevents writing conditions of the account.
-- Then a new statement, which sees everything committed until then, looks for
-- unused ones.
CREATE FUNCTION workflow_perms._forget_unused_conditions(most bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	account text;
	here bigint;
	forgotten bigint := 0;
BEGIN
	IF current_setting('transaction_isolation') <> 'read committed' THEN
		RAISE EXCEPTION 'forget_unused_conditions() must run at READ COMMITTED'
			USING ERRCODE = 'active_sql_transaction', HINT = 'At other levels it could not see what was committed while it ran.';
	END IF;
	FOR account IN
		SELECT DISTINCT c.account_id
		FROM workflow_perms.conditions c
		WHERE NOT EXISTS (SELECT FROM workflow_perms.workflows w
			WHERE w.account_id OPERATOR(workflow_perms.==) c.account_id AND workflow_perms.condition_hash(w.condition) = c.hash)
		ORDER BY c.account_id
	LOOP
		EXIT WHEN forgotten >= most;
		CONTINUE WHEN NOT workflow_perms._hold_registry(account);
		-- Materialized: a plan may evaluate a sub-select with LIMIT again and again.
		WITH unused AS MATERIALIZED (
			SELECT c.entry
			FROM workflow_perms.conditions c
			WHERE c.account_id = account AND NOT EXISTS (SELECT FROM workflow_perms.workflows w
				WHERE w.account_id OPERATOR(workflow_perms.==) c.account_id AND workflow_perms.condition_hash(w.condition) = c.hash)
			LIMIT most - forgotten
			FOR UPDATE SKIP LOCKED
		)
		DELETE FROM workflow_perms.conditions f USING unused WHERE f.account_id = account AND f.entry = unused.entry;
		GET DIAGNOSTICS here = ROW_COUNT;
		forgotten := forgotten + here;
	END LOOP;
	RETURN forgotten;
END
$body$;
COMMENT ON FUNCTION workflow_perms._forget_unused_conditions(bigint) IS 'Internal: the body of forget_unused_conditions().';
CREATE FUNCTION workflow_perms.forget_unused_conditions(most bigint DEFAULT NULL) RETURNS bigint
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms.forget_unused_conditions(bigint) IS 'Deletes registered conditions that no workflow has any more, at most this many (NULL: all), and returns how many. Until the transaction ends, workflows with conditions cannot be written in the accounts from which it deleted some, nor in the few that share their locks. Accounts in which a transaction is writing such a workflow are left for the next call, so it never waits. To delete in batches, call it with some thousands, each time in a transaction of its own, until it returns 0. Raises 25001 at an isolation level other than READ COMMITTED. Privileged: no role may execute it by default.';
