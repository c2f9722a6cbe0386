-- model/refusal.sql: how a guard says no, and what the guards of several tables ask.
--
-- A guard answers for one row that the caller may see (or wants to insert): it
-- works out a code, NULL for "allowed", and hands it to _refuse.  Codes of the
-- spec (section 4) are used where one fits; those that the write matrix (6.3)
-- needs besides are:
--   own_row      the rule is "never own row"
--   not_own      the rule is "own"
--   system       written by the extension's own functions only
--   not_draft    a workflow starts as a draft
--   used_id      the history of runs names this id, of something that is gone (rules.c)
-- What binds every role (keys, kinds, `!` columns, last owners, built-in roles)
-- is not said here but by the invariants' triggers.
--
-- Guards are STABLE: each row is judged by what held when the statement began, as
-- it is by the policies. Otherwise an owner who crowns another and steps down in
-- one UPDATE would succeed or fail by the order of the rows.
--
-- These functions are plpgsql because the tables they read are made later, by
-- create_model().  The guards call them as the owner of the tables; anybody else
-- who does reads under row-level security and learns nothing.

CREATE FUNCTION workflow_perms._refuse(action text, object_kind text, object_id text, code text)
RETURNS void LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION 'permission denied to % % "%": %', action, object_kind, coalesce(object_id, ''), code
		USING ERRCODE = 'insufficient_privilege',
			HINT = CASE code
				WHEN 'no_principal' THEN 'Call set_principal() or authenticate() in this transaction first.'
				WHEN 'inactive' THEN 'The user is not active.'
				WHEN 'not_found' THEN 'There is no such row in the account of the session''s principal.'
				WHEN 'account_role' THEN 'The user''s account role does not allow this.'
				WHEN 'no_capability' THEN 'It takes a capability that the user does not hold here.'
				WHEN 'not_owner' THEN 'It takes an owner.'
				WHEN 'not_connected' THEN 'Connected users enable workflows, and not those of an app.'
				WHEN 'not_live' THEN 'The workflow is not live.'
				WHEN 'condition' THEN 'The user''s metadata does not match the workflow''s condition.'
				WHEN 'not_visible' THEN 'It takes the right to view the workflow.'
				WHEN 'workspace_restricted' THEN 'The user has no access to a workspace that this touches.'
				WHEN 'board_restricted' THEN 'The user may not see a board that this touches.'
				WHEN 'column_restricted' THEN 'The user may not see a column that this touches.'
				WHEN 'not_failed' THEN 'Only a run that failed is replayed.'
				WHEN 'own_row' THEN 'Nobody does this for themselves: someone else with the right has to.'
				WHEN 'not_own' THEN 'Only the user whose row it is does this.'
				WHEN 'system' THEN 'Only the extension''s own functions do this.'
				WHEN 'not_draft' THEN 'Insert it with status draft and publish it then.'
				WHEN 'not_open' THEN 'It takes a grant on the workflow itself, or the right to view it.'
				WHEN 'not_enabled' THEN 'The user has not enabled the workflow, or it was disabled.'
				ELSE CASE
					WHEN code LIKE 'denied%' THEN 'An execution rule, or the account''s default, denies it.'
					ELSE 'The user may view the workflow but not do this.'
				END
			END;
END
$$;
COMMENT ON FUNCTION workflow_perms._refuse(text, text, text, text) IS
'Raises the refusal of a write: "permission denied to <action> <object kind> "<id>": <code>", SQLSTATE 42501. Spec 6.3.';

-- No principal truncates: a table holds the rows of every account.
CREATE FUNCTION workflow_perms._refuse_truncate()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM workflow_perms._refuse('truncate', 'table', TG_TABLE_NAME, 'system');
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION workflow_perms._refuse_truncate() IS 'Trigger: refuses TRUNCATE to whoever row security binds. Spec 6.3.';
REVOKE EXECUTE ON FUNCTION workflow_perms._refuse_truncate() FROM PUBLIC;

-- The gates of every action, in their order (spec 4); NULL where all are passed.
CREATE FUNCTION workflow_perms._caller_refusal(account_id text)
RETURNS text LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := workflow_perms.principal_account();
	me CONSTANT text := workflow_perms.principal_user();
BEGIN
	IF account IS NULL THEN
		RETURN 'no_principal';
	END IF;
	-- An anonymous principal passes here: it holds nothing, and the rules say which nothing.
	IF me IS NOT NULL AND NOT workflow_perms.principal_is(account, me) THEN
		RETURN 'inactive';
	END IF;
	IF account_id IS DISTINCT FROM account THEN
		RETURN 'not_found';
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION workflow_perms._caller_refusal(text) IS
'no_principal, inactive or not_found where the session''s principal may do nothing in that account, else NULL. Spec 4.';

CREATE FUNCTION workflow_perms._workflow_refusal(action text, account text, workflow text)
RETURNS text LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 50
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL THEN
		SELECT workflow_perms.workflow_verdict(action, w.account_id, w.workflow_id, w.workspace_id,
				w.visibility, w.status, w.condition, w.hidden)
			INTO code
		FROM workflow_perms.workflows w
		WHERE w.account_id = account AND w.workflow_id = workflow;
		code := coalesce(code, 'not_found');
	END IF;
	RETURN NULLIF(code, 'allowed');
END
$$;
COMMENT ON FUNCTION workflow_perms._workflow_refusal(text, text, text) IS
'The code of the first gate that refuses the session''s principal that action on the workflow, NULL where it is allowed. Spec 4.';
