-- model/grants.sql: what the application's role and the engine's may ask for at
-- all.  Which rows is the policies' matter; this is which statements and columns.
--
-- INSERT and UPDATE are granted by column: keys and what the extension alone
-- writes (spec 6.1, `!`) are left out, so a statement that names one is refused
-- by PostgreSQL itself, before any row is looked at.  The triggers refuse them
-- too, for roles that were given more.  Who adds columns of their own grants them.

CREATE FUNCTION workflow_perms._create_grants(application regrole, engine regrole)
RETURNS void LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	t record;
BEGIN
	FOR t IN
		SELECT *
		FROM (VALUES
			-- table, columns of INSERT, columns of UPDATE, DELETE?
			('accounts', NULL, 'creator_roles, guests_see_open_main, default_execution', false),
			('users', 'account_id, user_id, kind, account_role, metadata, active', 'account_role, metadata, active', true),
			('roles', 'account_id, role', NULL, true),
			('role_capabilities', 'account_id, role, capability', NULL, true),
			('role_includes', 'account_id, role, included_role', NULL, true),
			('role_grants', 'account_id, user_id, role, workspace_id, expires_at', 'expires_at', true),
			('workspaces', 'account_id, workspace_id, kind', 'kind', true),
			('workspace_members', 'account_id, workspace_id, user_id, role, is_owner, expires_at', 'is_owner, expires_at', true),
			('workflows', 'account_id, workflow_id, workspace_id, visibility, status, condition, hidden, default_enabled',
				'workspace_id, visibility, status, condition, hidden, default_enabled', true),
			('workflow_members', 'account_id, workflow_id, user_id, role, is_owner, expires_at', 'is_owner, expires_at', true),
			('workflow_drafts', 'account_id, workflow_id, user_id, definition', 'definition', true),
			('workflow_versions', NULL, NULL, false),
			('execution_rules', 'account_id, workflow_id, user_id, role, effect, expires_at', 'effect, expires_at', true),
			('boards', 'account_id, board_id, workspace_id, kind', 'workspace_id, kind', true),
			('board_members', 'account_id, board_id, user_id, role, is_owner, expires_at', 'is_owner, expires_at', true),
			('board_columns', 'account_id, board_id, column_id, view_restricted, edit_restricted',
				'view_restricted, edit_restricted', true),
			('column_access', 'account_id, board_id, column_id, access, user_id, role', NULL, true),
			('workflow_steps', 'account_id, workflow_id, step_id, workspace_id, board_id, column_id, access',
				'workspace_id, board_id, column_id, access', true),
			('runs', NULL, NULL, false),
			('run_steps', NULL, NULL, false),
			('connections', NULL, NULL, true),
			('enablements', 'account_id, workflow_id, user_id, configuration, enabled', 'enabled', false),
			('audit_log', NULL, NULL, false)
		) AS t(relation, inserted, updated, deleted)
	LOOP
		EXECUTE format('REVOKE ALL ON workflow_perms.%I FROM PUBLIC', t.relation);
		EXECUTE format('GRANT SELECT%s ON workflow_perms.%I TO %s',
			CASE WHEN t.deleted THEN ', DELETE' END, t.relation, application);
		IF t.inserted IS NOT NULL THEN
			EXECUTE format('GRANT INSERT (%s) ON workflow_perms.%I TO %s', t.inserted, t.relation, application);
		END IF;
		IF t.updated IS NOT NULL THEN
			EXECUTE format('GRANT UPDATE (%s) ON workflow_perms.%I TO %s', t.updated, t.relation, application);
		END IF;
	END LOOP;

	EXECUTE format('GRANT SELECT ON workflow_perms.run_history TO %s', application);
	EXECUTE format('GRANT EXECUTE ON FUNCTION workflow_perms.publish(text), workflow_perms.publish(text, jsonb),'
		' workflow_perms.transfer_ownership(text, text) TO %s', application);
	EXECUTE format('GRANT EXECUTE ON FUNCTION workflow_perms.start_run(text, text, text),'
		' workflow_perms.replay(text, text) TO %s, %s', application, engine);

	-- The engine: runs and their steps, of every account, and nothing else.
	EXECUTE format('GRANT SELECT, INSERT (account_id, run_id, workflow_id, for_user, status, started_at, finished_at),'
		' UPDATE (status, finished_at) ON workflow_perms.runs TO %s', engine);
	EXECUTE format('GRANT SELECT, INSERT (account_id, run_id, step_no, step_id, workspace_id, board_id, column_id, access,'
		' status, details, error), UPDATE (status, details, error) ON workflow_perms.run_steps TO %s', engine);
	EXECUTE format('GRANT EXECUTE ON FUNCTION workflow_perms.step_access(text, text, text),'
		' workflow_perms.record_step(text, text, integer, text, workflow_perms.run_status, jsonb, text, text, text, text, workflow_perms.step_access),'
		' workflow_perms.finish_run(text, text, workflow_perms.run_status) TO %s', engine);

	-- What guards and effects ask about others, as the owner.
	GRANT EXECUTE ON FUNCTION workflow_perms._start_verdict(text, text, text, text),
		workflow_perms._start_verdict(text, text),
		workflow_perms.principal(text, text), workflow_perms._lapsed_drafts(text[], text[], text[]),
		workflow_perms._discard_lapsed(text[], text[], text[], text[], text[], text[]),
		workflow_perms._hold_workflow(text, text),
		workflow_perms._run_step_verdict(text, text, text, text, text, workflow_perms.step_access, boolean),
		workflow_perms._has_active_owner(text, text, text),
		workflow_perms._held_roles(text),
		workflow_perms._holds_capabilities_of(text, text, text),
		workflow_perms._member_refusal(text, text, text, text, boolean, text),
		workflow_perms._require_grantee(text, text, text),
		workflow_perms._insert_user_refusal(text, workflow_perms.user_kind, workflow_perms.account_role),
		workflow_perms._require_board_owner(text, text, text, text, text),
		workflow_perms._role_closure(text, text),
		workflow_perms._transfer_refusal(text, text),
		workflow_perms._workflow_refusal(text, text, text)
		TO workflow_perms_owner;

	-- permission_drift() is for the owner too.
	GRANT EXECUTE ON FUNCTION workflow_perms._drift_of_identity(), workflow_perms._drift_of_owners(),
		workflow_perms._drift_of_readers(), workflow_perms._drift_of_tables(), workflow_perms._drift_of_version(),
		workflow_perms._given_settings(text), workflow_perms._model_mark(), workflow_perms._model_relations(),
		workflow_perms._privileged_functions(), workflow_perms._users_of(oid, oid)
		TO workflow_perms_owner;

	-- Enabling, whose gate asks as the tables' owner.
	EXECUTE format('GRANT EXECUTE ON FUNCTION workflow_perms.enable(text, text), workflow_perms.enable(text, text, text),'
		' workflow_perms.disable(text, text), workflow_perms.disable(text, text, text),'
		' workflow_perms._set_enabled(text, text, text, boolean), workflow_perms.connect(text),'
		' workflow_perms.connect(text, text), workflow_perms.merge_metadata(text, jsonb) TO %s', application);
	GRANT EXECUTE ON FUNCTION workflow_perms._gate_enabling(text, text, text) TO workflow_perms_owner;

	EXECUTE format('GRANT USAGE ON SCHEMA workflow_perms TO %s, %s', application, engine);
END
$$;
COMMENT ON FUNCTION workflow_perms._create_grants(regrole, regrole) IS
'Part of create_model(): the privileges of the application''s role and the engine''s on the tables. Spec 6.3.';

-- Nobody needs to call these, nor to put guards onto tables of their own.
REVOKE EXECUTE ON FUNCTION
	workflow_perms.guard_accounts(), workflow_perms.guard_users(), workflow_perms.guard_roles(),
	workflow_perms.guard_role_capabilities(), workflow_perms.guard_role_includes(), workflow_perms.guard_role_grants(),
	workflow_perms.guard_workspaces(), workflow_perms.guard_workspace_members(), workflow_perms.guard_workflows(),
	workflow_perms.guard_workflow_members(), workflow_perms.guard_execution_rules(),
	workflow_perms._create_policy_set(text, text, text), workflow_perms._create_policies(),
	workflow_perms._create_grants(regrole, regrole)
FROM PUBLIC;
