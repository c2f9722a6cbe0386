-- model/triggers.sql: which trigger calls which function.  Triggers for the
-- same event run in the order of their names: authorize (the write matrix, see
-- policies.sql), extension_writes, keep_columns (refuse), write_... (fill in).
-- Foreign keys (RI_...) come before all other AFTER triggers.
CREATE FUNCTION workflow_perms._create_triggers() RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	t record;
	kind text;
BEGIN
	FOR t IN
		SELECT k.relation, 'keep_columns' AS name, 'BEFORE UPDATE' AS firing, NULL AS condition,
			'_keep_columns' AS function, 'account_id'::text || k.key || k.besides AS arguments
		FROM workflow_perms._model_keys() k
		UNION ALL
		SELECT relation, 'extension_writes', 'BEFORE INSERT OR UPDATE', NULL, '_extension_writes', columns::text[]
		FROM (VALUES
			('workflows', '{created_by,run_as,live_version}'),
			('workflow_drafts', '{updated_at}'),
			('workflow_versions', '{published_by,published_at}'),
			('connections', '{connected_at}'),
			('enablements', '{reason,changed_at}'),
			('runs', '{version,started_by,started_as,run_as}'),
			('run_steps', '{workflow_id,reason}')
		) AS w (relation, columns)
		UNION ALL
		SELECT relation, name, firing, condition, function, arguments::text[]
		FROM (VALUES
			-- Columns that the extension writes.
			('workflows', 'write_created_by', 'BEFORE INSERT', NULL, '_write_created_by', '{}'),
			('workflow_drafts', 'write_updated_at', 'BEFORE INSERT OR UPDATE', NULL, '_write_updated_at', '{}'),
			('workflow_versions', 'write_published_at', 'BEFORE INSERT', NULL, '_write_published_at', '{}'),
			('connections', 'write_connected_at', 'BEFORE INSERT', NULL, '_write_connected_at', '{}'),
			('enablements', 'write_enablement', 'BEFORE INSERT', NULL, '_write_enablement', '{}'),
			-- Re-evaluation sets these columns itself, for up to a hundred
			-- thousand rows at once.
			('enablements', 'write_enablement_again', 'BEFORE UPDATE',
				'OLD.enabled IS DISTINCT FROM NEW.enabled AND OLD.changed_at IS NOT DISTINCT FROM NEW.changed_at',
				'_write_enablement', '{}'),
			('runs', 'write_run', 'BEFORE INSERT', NULL, '_write_run', '{}'),

			-- Accounts and users.
			('accounts', 'create_built_in_roles', 'AFTER INSERT', NULL, 'effect', '{_create_built_in_roles}'),
			('accounts', 'forget_account', 'AFTER DELETE', NULL, 'effect', '{_forget_account}'),
			('users', 'check_metadata', 'BEFORE INSERT OR UPDATE', NULL, '_check_metadata', '{}'),
			('users', 'unname_user', 'BEFORE DELETE', NULL, 'effect', '{_unname_user}'),
			('users', 'last_admin_changes', 'AFTER UPDATE',
				$$OLD.active AND OLD.account_role = 'admin'
					AND (NOT NEW.active OR NEW.account_role IS DISTINCT FROM 'admin')$$,
				'_invariant', '{last_admin}'),
			('users', 'last_admin_goes', 'AFTER DELETE', $$OLD.active AND OLD.account_role = 'admin'$$,
				'_invariant', '{last_admin}'),

			-- Roles.  Every deletion may affect the last user who manages
			-- roles.
			('roles', 'built_in_role', 'AFTER DELETE',
				$$OLD.role IN ('Admin', 'Member', 'Support', 'AuthenticatedUser', 'NonAuthenticatedUser')$$,
				'_invariant', '{built_in_role}'),
			('role_capabilities', 'check_capability', 'BEFORE INSERT', NULL, '_check_capability', '{}'),
			('role_includes', 'acyclic_roles', 'AFTER INSERT', NULL, '_invariant', '{acyclic_roles}'),
			('users', 'last_role_manager_stops', 'AFTER UPDATE', 'OLD.active AND NOT NEW.active',
				'_invariant', '{last_role_manager}'),
			('role_grants', 'last_role_manager_changes', 'AFTER UPDATE',
				'OLD.workspace_id IS NULL AND OLD.expires_at IS DISTINCT FROM NEW.expires_at',
				'_invariant', '{last_role_manager}'),
			('role_grants', 'last_role_manager_goes', 'AFTER DELETE', 'OLD.workspace_id IS NULL',
				'_invariant', '{last_role_manager}'),
			('role_capabilities', 'last_role_manager_loses', 'AFTER DELETE',
				$$OLD.capability = 'team.manage_roles'$$, '_invariant', '{last_role_manager}'),
			('role_includes', 'last_role_manager_loses', 'AFTER DELETE', NULL, '_invariant', '{last_role_manager}'),

			-- Workspaces and workflows: kinds, families, the first owner.
			('workspaces', 'check_workspace_kind', 'BEFORE UPDATE', NULL, '_check_workspace_kind', '{}'),
			('workflows', 'same_family', 'AFTER UPDATE', 'OLD.workspace_id IS DISTINCT FROM NEW.workspace_id',
				'_invariant', '{same_family}'),
			('workflow_members', 'crowning', 'BEFORE INSERT', 'NEW.is_owner', '_invariant', '{crowning}'),

			-- Drafts, if the right to edit may change.
			('users', 'discard_drafts', 'AFTER UPDATE',
				'OLD.active IS DISTINCT FROM NEW.active OR OLD.account_role IS DISTINCT FROM NEW.account_role',
				'effect', '{_discard_drafts,this user}'),
			('workflows', 'discard_drafts', 'AFTER UPDATE', 'OLD.workspace_id IS DISTINCT FROM NEW.workspace_id',
				'effect', '{_discard_drafts,this workflow}'),
			('workspaces', 'discard_drafts', 'AFTER UPDATE', 'OLD.kind IS DISTINCT FROM NEW.kind',
				'effect', '{_discard_drafts,this workspace}'),

			-- Runs.
			('runs', 'write_status', 'BEFORE UPDATE', NULL, '_write_run_status', '{}'),
			('run_steps', 'write_step', 'BEFORE INSERT OR UPDATE', NULL, '_write_run_step', '{}'),
			('run_steps', 'fail_run', 'AFTER INSERT OR UPDATE', 'NEW.reason IS NOT NULL', 'effect', '{_fail_run}'),
			('workflows', 'authorize_id', 'AFTER INSERT', NULL, '_invariant', '{used_workflow_id}'),
			('workspaces', 'authorize_id', 'AFTER INSERT', NULL, '_invariant', '{used_workspace_id}'),
			('boards', 'authorize_id', 'AFTER INSERT', NULL, '_invariant', '{used_board_id}'),

			-- The audit log is written by effects, and deleted by the effect
			-- that forgets an account.
			('audit_log', 'keep_entries', 'BEFORE UPDATE', NULL, '_keep_entries', '{}'),
			('audit_log', 'keep_entries_from_others', 'BEFORE INSERT OR DELETE', 'NOT workflow_perms.in_effect()',
				'_keep_entries', '{}'),

			-- Conditions: after the row is inserted, because then it can no
			-- longer change, and after the foreign keys.
			('workflows', 'register_condition', 'AFTER INSERT', 'NEW.condition IS NOT NULL', '_register_condition', '{}'),
			('workflows', 'register_condition_again', 'AFTER UPDATE',
				'NEW.condition IS NOT NULL AND (OLD.condition IS NULL OR NEW.account_id <> OLD.account_id
					OR NEW.condition OPERATOR(workflow_perms.<>) OLD.condition)', '_register_condition', '{}'),
			('conditions', 'stamp_condition', 'BEFORE INSERT', NULL, '_stamp_condition', '{}'),
			('conditions', 'keep_conditions', 'BEFORE UPDATE OR DELETE', NULL, '_keep_conditions', '{}'),

			-- Enabling: every way passes the gate.
			('enablements', 'enable_gate', 'BEFORE INSERT', 'NEW.enabled', 'effect', '{_check_enabling}'),
			('enablements', 'enable_gate_again', 'BEFORE UPDATE', 'NEW.enabled AND NOT OLD.enabled',
				'effect', '{_check_enabling}'),

			-- Objects of connected users, and rules.
			('connections', 'connected_user_only', 'AFTER INSERT', NULL, '_invariant', '{connected_user_only}'),
			('enablements', 'connected_user_only', 'AFTER INSERT', NULL, '_invariant', '{connected_user_only}'),
			('execution_rules', 'canonical_role', 'BEFORE INSERT OR UPDATE', NULL, '_canonical_role', '{}')
		) AS r (relation, name, firing, condition, function, arguments)
		UNION ALL
		SELECT m.kind || '_members', format(o.name, m.kind), o.firing, o.condition,
			'_invariant', ARRAY[format(o.rule, m.kind)]
		FROM unnest(ARRAY['workspace', 'workflow', 'board']) AS m (kind), (VALUES
			('no_connected_member', 'AFTER INSERT', 'NEW.user_id IS NOT NULL', 'no_connected_member'),
			('last_%s_owner_changes', 'AFTER UPDATE',
				'OLD.is_owner AND (NOT NEW.is_owner OR OLD.expires_at IS DISTINCT FROM NEW.expires_at)', 'last_%s_owner'),
			('last_%s_owner_goes', 'AFTER DELETE', 'OLD.is_owner', 'last_%s_owner')
		) AS o (name, firing, condition, rule)
	LOOP
		EXECUTE format('CREATE TRIGGER %I %s ON workflow_perms.%I FOR EACH ROW %s'
			' EXECUTE FUNCTION workflow_perms.%I(%s)',
			t.name, t.firing, t.relation, 'WHEN (' || t.condition || ')', t.function,
			(SELECT string_agg(quote_literal(a.word), ', ' ORDER BY a.place)
				FROM unnest(t.arguments) WITH ORDINALITY AS a (word, place)));
	END LOOP;

	FOREACH kind IN ARRAY ARRAY['workflow', 'workspace', 'board'] LOOP
		EXECUTE format('CREATE TRIGGER create_first_owner AFTER INSERT ON workflow_perms.%I'
			' REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT'
			' EXECUTE FUNCTION workflow_perms.effect(''_own_what_one_makes'', %L)', kind || 's', kind);
	END LOOP;

	-- Enablements end if the condition or the place no longer allows them.
	FOREACH kind IN ARRAY ARRAY['users', 'workflows', 'workspaces'] LOOP
		EXECUTE format('CREATE TRIGGER reevaluate AFTER UPDATE ON workflow_perms.%I'
			' REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT'
			' EXECUTE FUNCTION workflow_perms.effect(''_reevaluate'', %1$L)', kind);
	END LOOP;
END
$body$;
COMMENT ON FUNCTION workflow_perms._create_triggers() IS 'Internal step of create_model(): the triggers that enforce the model''s rules.';
