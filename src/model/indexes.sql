-- model/indexes.sql: indexes on the referencing side of every foreign key that
-- no unique key covers, and those that load principals.  Indexes on a nullable
-- column contain only the rows that have it.
CREATE FUNCTION workflow_perms._create_indexes() RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	name text;
BEGIN
	CREATE INDEX users_kind_idx ON workflow_perms.users (account_id, kind);
	-- The team among many customers.  Under row security a comparison of kinds
	-- is no index condition, because it is not leakproof, but it implies a predicate.
	CREATE INDEX users_team_idx ON workflow_perms.users (account_id, user_id) WHERE kind <> 'connected';
	CREATE INDEX role_includes_included_role_idx ON workflow_perms.role_includes (account_id, included_role);
	CREATE INDEX role_capabilities_capability_idx ON workflow_perms.role_capabilities (account_id, capability);

	CREATE INDEX role_grants_role_idx ON workflow_perms.role_grants (account_id, role);
	CREATE INDEX role_grants_workspace_idx ON workflow_perms.role_grants (account_id, workspace_id)
		WHERE workspace_id IS NOT NULL;

	-- Workspaces of a kind that is open to a principal, read from the index
	-- alone.
	CREATE INDEX workspaces_kind_idx ON workflow_perms.workspaces (account_id, kind, workspace_id) INCLUDE (offered);

	-- For the arms of a decision (planner/rewrite.c): the workflows of a
	-- workspace, and its main workflows.
	CREATE INDEX workflows_workspace_idx ON workflow_perms.workflows (account_id, workspace_id, visibility);
	CREATE INDEX workflows_default_enabled_idx ON workflow_perms.workflows (account_id) WHERE default_enabled;
	CREATE INDEX workflows_created_by_idx ON workflow_perms.workflows (account_id, created_by);
	CREATE INDEX workflows_run_as_idx ON workflow_perms.workflows (account_id, run_as)
		WHERE run_as IS NOT NULL;

	-- The workflows of an account without a condition, few or nearly all, in
	-- the workspaces that are offered.
	CREATE INDEX workflows_unconditional_idx ON workflow_perms.workflows
		(workflow_perms._unconditional_account(account_id, condition), workspace_id);
	-- A workspace determines the account.  Without this, the planner
	-- underestimates the workflows of a workspace.
	CREATE STATISTICS workflow_perms.workflows_workspace_stats (dependencies)
		ON account_id, workspace_id FROM workflow_perms.workflows;
	-- The workflows of each condition, and of no condition, in the order of
	-- their ids.
	CREATE INDEX workflows_condition_idx ON workflow_perms.workflows
		(account_id, workflow_perms.condition_hash(condition), workflow_id);

	CREATE INDEX workflow_versions_published_by_idx ON workflow_perms.workflow_versions (account_id, published_by)
		WHERE published_by IS NOT NULL;
	CREATE INDEX workflow_drafts_user_idx ON workflow_perms.workflow_drafts (account_id, user_id);

	CREATE INDEX boards_workspace_idx ON workflow_perms.boards (account_id, workspace_id);
	FOREACH name IN ARRAY ARRAY['workspace_members', 'workflow_members', 'board_members', 'column_access', 'execution_rules'] LOOP
		EXECUTE format('CREATE INDEX %I ON workflow_perms.%I (account_id, user_id) WHERE user_id IS NOT NULL',
			name || '_user_idx', name);
		EXECUTE format('CREATE INDEX %I ON workflow_perms.%I (account_id, role) WHERE role IS NOT NULL',
			name || '_role_idx', name);
	END LOOP;

	CREATE INDEX execution_rules_workspace_idx ON workflow_perms.execution_rules (account_id, workspace_id)
		WHERE workspace_id IS NOT NULL;

	CREATE INDEX workflow_steps_workspace_idx ON workflow_perms.workflow_steps (account_id, workspace_id);
	CREATE INDEX workflow_steps_column_idx ON workflow_perms.workflow_steps (account_id, board_id, column_id)
		WHERE board_id IS NOT NULL;

	CREATE INDEX enablements_user_idx ON workflow_perms.enablements (account_id, user_id);

	-- Is a condition registered? What was added since?
	CREATE INDEX conditions_hash_idx ON workflow_perms.conditions (account_id, hash);
	CREATE INDEX conditions_added_idx ON workflow_perms.conditions (account_id, added);

	-- Is an id named by history? A step is in at most one of the two.
	CREATE INDEX run_steps_board_idx ON workflow_perms.run_steps (account_id, board_id) WHERE board_id IS NOT NULL;
	CREATE INDEX run_steps_workspace_idx ON workflow_perms.run_steps (account_id, workspace_id)
		WHERE workspace_id IS NOT NULL AND board_id IS NULL;

	-- Screens of the history: the newest runs of an account, of a workflow and
	-- of a user, and the failed ones; pages go on behind (started_at, run_id).
	CREATE INDEX runs_started_idx ON workflow_perms.runs (account_id, started_at, run_id);
	CREATE INDEX runs_failed_idx ON workflow_perms.runs (account_id, started_at, run_id) WHERE status = 'failed';
	CREATE INDEX runs_workflow_idx ON workflow_perms.runs (account_id, workflow_id, started_at, run_id);
	CREATE INDEX runs_for_user_idx ON workflow_perms.runs (account_id, for_user, started_at, run_id) WHERE for_user IS NOT NULL;
	CREATE INDEX runs_started_by_idx ON workflow_perms.runs (account_id, started_by, started_at, run_id) WHERE started_by IS NOT NULL;
	CREATE INDEX run_steps_workflow_idx ON workflow_perms.run_steps (account_id, workflow_id);
END
$body$;
COMMENT ON FUNCTION workflow_perms._create_indexes() IS 'Internal step of create_model(): the indexes other than keys.';
