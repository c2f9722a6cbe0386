-- model/register_conditions.sql: the registry of conditions, the table `conditions`: each
-- distinct condition of an account's workflows once, so that it is evaluated once,
-- however many workflows have it (lookup/matching_conditions.c).
--
-- What it promises: whoever sees a workflow sees, or could see, its condition here.
-- A row too many does no harm, for the workflow's own condition decides; a row
-- missing would hide workflows.  So:
--
-- - Whoever writes a workflow looks for its condition among what is committed now
--   or written by the transaction itself, and adds it unless it is there.  What was
--   committed before, others see if they see the workflow; what is the
--   transaction's own comes and goes with it, savepoint by savepoint.
-- - Nothing is unique: of two transactions that add the same condition at once,
--   neither waits for the other, and none fails at REPEATABLE READ.  Doubles do no
--   harm either.
-- - The triggers fire always: on subscribers, and for whoever plays one.  What
--   arrives by replication is a row like any other, stamped anew.
-- - Rows go when their account goes, or by forget_unused_conditions(), which lets
--   nobody write conditions of the account meanwhile: whoever looks for one first
--   takes a lock that it does not share.  An account cannot go while a workflow of
--   it is written: the foreign key is checked first.
--
-- `added` is the transaction that added the row: a backend that has read the
-- registry reads on from the oldest transaction that ran then.
CREATE FUNCTION workflow_perms._register_condition() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_register_condition';
COMMENT ON FUNCTION workflow_perms._register_condition() IS 'Internal trigger: puts a workflow''s condition into the registry, unless it is there.';

CREATE FUNCTION workflow_perms._stamp_condition() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_stamp_condition';
COMMENT ON FUNCTION workflow_perms._stamp_condition() IS 'Internal trigger: says which transaction added a condition to the registry, and skips one that is there.';

CREATE FUNCTION workflow_perms._keep_conditions() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	IF TG_OP = 'DELETE' AND workflow_perms.in_effect() THEN
		RETURN OLD;
	ELSIF TG_LEVEL = 'ROW' AND current_setting('session_replication_role') = 'replica' THEN
		-- What the publisher forgets may be needed here.
		RETURN NULL;
	END IF;
	PERFORM workflow_perms._raise_violation('23001', 'append_only', 'registered conditions stay as they are',
		'They go with their account. To be rid of those that no workflow has any more: SELECT workflow_perms.forget_unused_conditions();',
		TG_TABLE_NAME::text, NULL);
END
$body$;
COMMENT ON FUNCTION workflow_perms._keep_conditions() IS 'Internal trigger: refuses to change or empty the registry of conditions, 23001, for every role; ignores it on replicas.';

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
COMMENT ON FUNCTION workflow_perms._create_registry() IS 'Internal step of create_model(): what fills the registry of conditions, what keeps it, and that nobody sees it.';

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
COMMENT ON FUNCTION workflow_perms.register_conditions() IS 'Puts the conditions of all workflows into the registry, and returns how many were not there: none, unless workflows were written while its triggers were disabled (pg_restore --disable-triggers). EXECUTE is granted to nobody by default.';

CREATE FUNCTION workflow_perms._hold_registry(account_id text) RETURNS boolean
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 5
AS 'MODULE_PATHNAME', 'wp_hold_registry';
COMMENT ON FUNCTION workflow_perms._hold_registry(text) IS 'Internal: lets nobody write workflows with conditions in this account until the transaction ends, nor in the few accounts that share its lock; false, at once, where somebody is writing them.';

-- An account at a time: first nobody may write its conditions, then it is looked, by a
-- statement that sees what was committed until then.
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
			WHERE w.account_id = c.account_id AND workflow_perms.condition_hash(w.condition) = c.hash)
		ORDER BY c.account_id
	LOOP
		EXIT WHEN forgotten >= most;
		CONTINUE WHEN NOT workflow_perms._hold_registry(account);
		DELETE FROM workflow_perms.conditions f
			USING (SELECT c.entry
				FROM workflow_perms.conditions c
				WHERE c.account_id = account AND NOT EXISTS (SELECT FROM workflow_perms.workflows w
					WHERE w.account_id = c.account_id AND workflow_perms.condition_hash(w.condition) = c.hash)
				LIMIT most - forgotten
				FOR UPDATE SKIP LOCKED) AS unused
			WHERE f.account_id = account AND f.entry = unused.entry;
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
COMMENT ON FUNCTION workflow_perms.forget_unused_conditions(bigint) IS 'Deletes registered conditions that no workflow has any more, at most so many (NULL: all), and returns how many. Until its transaction ends nobody can write workflows with conditions in the accounts that it took some from, nor in the few that share their locks; accounts in which somebody is writing such a workflow are left for the next time, so it waits for nobody. In batches: call it with some thousands, each time in a transaction of its own, until it returns 0. Raises 25001 at an isolation level other than READ COMMITTED. EXECUTE is granted to nobody by default.';
