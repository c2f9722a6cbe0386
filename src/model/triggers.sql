-- model/triggers.sql: which function stands where. Triggers of one event run in the
-- order of their names: authorize (the write matrix, see policies.sql),
-- extension_writes, keep_columns (refuse), write_... (fill in). Foreign keys (RI_...) come before all
-- triggers that run after the row.
CREATE FUNCTION workflow_perms._create_triggers() RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	-- Keys never change, nor does the kind of a user.
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.accounts FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.users FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'user_id', 'kind');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.roles FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'role');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.role_capabilities FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'role', 'capability');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.role_includes FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'role', 'included_role');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.workspaces FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'workspace_id');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.role_grants FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'user_id', 'role', 'workspace_id');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.workspace_members FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'workspace_id', 'user_id', 'role');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.workflows FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'workflow_id');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.workflow_members FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'workflow_id', 'user_id', 'role');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.workflow_versions FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'workflow_id', 'version');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.workflow_drafts FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'workflow_id', 'user_id');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.boards FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'board_id');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.board_members FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'board_id', 'user_id', 'role');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.board_columns FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'board_id', 'column_id');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.column_access FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'board_id', 'column_id', 'access', 'user_id', 'role');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.workflow_steps FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'workflow_id', 'step_id');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.execution_rules FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'workflow_id', 'user_id', 'role');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.connections FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'user_id', 'configuration');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.enablements FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'workflow_id', 'user_id', 'configuration');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.runs FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'run_id', 'workflow_id', 'for_user');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.run_steps FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'run_id', 'step_no');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.audit_log FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'entry');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.conditions FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'entry');

	-- Columns that the extension writes.
	CREATE TRIGGER extension_writes BEFORE INSERT OR UPDATE ON workflow_perms.workflows FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._extension_writes('created_by', 'run_as', 'live_version');
	CREATE TRIGGER extension_writes BEFORE INSERT OR UPDATE ON workflow_perms.workflow_drafts FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._extension_writes('updated_at');
	CREATE TRIGGER extension_writes BEFORE INSERT OR UPDATE ON workflow_perms.workflow_versions FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._extension_writes('published_by', 'published_at');
	CREATE TRIGGER extension_writes BEFORE INSERT OR UPDATE ON workflow_perms.connections FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._extension_writes('connected_at');
	CREATE TRIGGER extension_writes BEFORE INSERT OR UPDATE ON workflow_perms.enablements FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._extension_writes('reason', 'changed_at');
	CREATE TRIGGER extension_writes BEFORE INSERT OR UPDATE ON workflow_perms.runs FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._extension_writes('version', 'started_by', 'run_as');
	CREATE TRIGGER extension_writes BEFORE INSERT OR UPDATE ON workflow_perms.run_steps FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._extension_writes('reason');
	CREATE TRIGGER write_created_by BEFORE INSERT ON workflow_perms.workflows FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._write_created_by();
	CREATE TRIGGER write_updated_at BEFORE INSERT OR UPDATE ON workflow_perms.workflow_drafts FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._write_updated_at();
	CREATE TRIGGER write_published_at BEFORE INSERT ON workflow_perms.workflow_versions FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._write_published_at();
	CREATE TRIGGER write_connected_at BEFORE INSERT ON workflow_perms.connections FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._write_connected_at();
	CREATE TRIGGER write_enablement BEFORE INSERT OR UPDATE ON workflow_perms.enablements FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._write_enablement();
	CREATE TRIGGER write_run BEFORE INSERT ON workflow_perms.runs FOR EACH ROW
		EXECUTE FUNCTION workflow_perms.effect('_write_run');

	-- Accounts and users.
	CREATE TRIGGER create_built_in_roles AFTER INSERT ON workflow_perms.accounts FOR EACH ROW
		EXECUTE FUNCTION workflow_perms.effect('_create_built_in_roles');
	CREATE TRIGGER forget_account AFTER DELETE ON workflow_perms.accounts FOR EACH ROW
		EXECUTE FUNCTION workflow_perms.effect('_forget_account');
	CREATE TRIGGER unname_user BEFORE DELETE ON workflow_perms.users FOR EACH ROW
		EXECUTE FUNCTION workflow_perms.effect('_unname_user');
	CREATE TRIGGER last_admin_changes AFTER UPDATE ON workflow_perms.users FOR EACH ROW
		WHEN (OLD.active AND OLD.account_role = 'admin' AND (NOT NEW.active OR NEW.account_role IS DISTINCT FROM 'admin'))
		EXECUTE FUNCTION workflow_perms._invariant('last_admin');
	CREATE TRIGGER last_admin_goes AFTER DELETE ON workflow_perms.users FOR EACH ROW
		WHEN (OLD.active AND OLD.account_role = 'admin')
		EXECUTE FUNCTION workflow_perms._invariant('last_admin');

	-- Roles. Whoever takes something away may take it from the last who manages roles.
	CREATE TRIGGER built_in_role AFTER DELETE ON workflow_perms.roles FOR EACH ROW
		WHEN (OLD.role IN ('Admin', 'Member', 'Support', 'AuthenticatedUser', 'NonAuthenticatedUser'))
		EXECUTE FUNCTION workflow_perms._invariant('built_in_role');
	CREATE TRIGGER check_capability BEFORE INSERT ON workflow_perms.role_capabilities FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._check_capability();
	CREATE TRIGGER acyclic_roles AFTER INSERT ON workflow_perms.role_includes FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._invariant('acyclic_roles');
	CREATE TRIGGER last_role_manager_stops AFTER UPDATE ON workflow_perms.users FOR EACH ROW
		WHEN (OLD.active AND NOT NEW.active)
		EXECUTE FUNCTION workflow_perms._invariant('last_role_manager');
	CREATE TRIGGER last_role_manager_changes AFTER UPDATE ON workflow_perms.role_grants FOR EACH ROW
		WHEN (OLD.workspace_id IS NULL AND OLD.expires_at IS DISTINCT FROM NEW.expires_at)
		EXECUTE FUNCTION workflow_perms._invariant('last_role_manager');
	CREATE TRIGGER last_role_manager_goes AFTER DELETE ON workflow_perms.role_grants FOR EACH ROW
		WHEN (OLD.workspace_id IS NULL)
		EXECUTE FUNCTION workflow_perms._invariant('last_role_manager');
	CREATE TRIGGER last_role_manager_loses AFTER DELETE ON workflow_perms.role_capabilities FOR EACH ROW
		WHEN (OLD.capability = 'team.manage_roles')
		EXECUTE FUNCTION workflow_perms._invariant('last_role_manager');
	CREATE TRIGGER last_role_manager_loses AFTER DELETE ON workflow_perms.role_includes FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._invariant('last_role_manager');

	-- Workspaces, boards and workflows: kinds, families, members, owners.
	CREATE TRIGGER check_workspace_kind BEFORE UPDATE ON workflow_perms.workspaces FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._check_workspace_kind();
	CREATE TRIGGER same_family AFTER UPDATE ON workflow_perms.workflows FOR EACH ROW
		WHEN (OLD.workspace_id IS DISTINCT FROM NEW.workspace_id)
		EXECUTE FUNCTION workflow_perms._invariant('same_family');
	CREATE TRIGGER create_first_owner AFTER INSERT ON workflow_perms.workflows FOR EACH ROW
		WHEN (NEW.created_by IS NOT NULL)
		EXECUTE FUNCTION workflow_perms.effect('_create_first_owner');
	CREATE TRIGGER crowning BEFORE INSERT ON workflow_perms.workflow_members FOR EACH ROW
		WHEN (NEW.is_owner)
		EXECUTE FUNCTION workflow_perms._invariant('crowning');

	CREATE TRIGGER no_connected_member AFTER INSERT ON workflow_perms.workspace_members FOR EACH ROW
		WHEN (NEW.user_id IS NOT NULL)
		EXECUTE FUNCTION workflow_perms._invariant('no_connected_member');
	CREATE TRIGGER last_workspace_owner_changes AFTER UPDATE ON workflow_perms.workspace_members FOR EACH ROW
		WHEN (OLD.is_owner AND (NOT NEW.is_owner OR OLD.expires_at IS DISTINCT FROM NEW.expires_at))
		EXECUTE FUNCTION workflow_perms._invariant('last_workspace_owner');
	CREATE TRIGGER last_workspace_owner_goes AFTER DELETE ON workflow_perms.workspace_members FOR EACH ROW
		WHEN (OLD.is_owner)
		EXECUTE FUNCTION workflow_perms._invariant('last_workspace_owner');
	CREATE TRIGGER no_connected_member AFTER INSERT ON workflow_perms.workflow_members FOR EACH ROW
		WHEN (NEW.user_id IS NOT NULL)
		EXECUTE FUNCTION workflow_perms._invariant('no_connected_member');
	CREATE TRIGGER last_workflow_owner_changes AFTER UPDATE ON workflow_perms.workflow_members FOR EACH ROW
		WHEN (OLD.is_owner AND (NOT NEW.is_owner OR OLD.expires_at IS DISTINCT FROM NEW.expires_at))
		EXECUTE FUNCTION workflow_perms._invariant('last_workflow_owner');
	CREATE TRIGGER last_workflow_owner_goes AFTER DELETE ON workflow_perms.workflow_members FOR EACH ROW
		WHEN (OLD.is_owner)
		EXECUTE FUNCTION workflow_perms._invariant('last_workflow_owner');
	CREATE TRIGGER no_connected_member AFTER INSERT ON workflow_perms.board_members FOR EACH ROW
		WHEN (NEW.user_id IS NOT NULL)
		EXECUTE FUNCTION workflow_perms._invariant('no_connected_member');
	CREATE TRIGGER last_board_owner_changes AFTER UPDATE ON workflow_perms.board_members FOR EACH ROW
		WHEN (OLD.is_owner AND (NOT NEW.is_owner OR OLD.expires_at IS DISTINCT FROM NEW.expires_at))
		EXECUTE FUNCTION workflow_perms._invariant('last_board_owner');
	CREATE TRIGGER last_board_owner_goes AFTER DELETE ON workflow_perms.board_members FOR EACH ROW
		WHEN (OLD.is_owner)
		EXECUTE FUNCTION workflow_perms._invariant('last_board_owner');

	-- Enabling: nobody gets past its gate, and what the gate no longer allows ends with the change.
	CREATE TRIGGER enable_gate BEFORE INSERT ON workflow_perms.enablements FOR EACH ROW
		WHEN (NEW.enabled)
		EXECUTE FUNCTION workflow_perms.effect('_check_enabling');
	CREATE TRIGGER enable_gate_again BEFORE UPDATE ON workflow_perms.enablements FOR EACH ROW
		WHEN (NEW.enabled AND NOT OLD.enabled)
		EXECUTE FUNCTION workflow_perms.effect('_check_enabling');
	CREATE TRIGGER reevaluate AFTER UPDATE ON workflow_perms.users
		REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
		EXECUTE FUNCTION workflow_perms.effect('_reevaluate', 'users');
	CREATE TRIGGER reevaluate AFTER UPDATE ON workflow_perms.workflows
		REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
		EXECUTE FUNCTION workflow_perms.effect('_reevaluate', 'workflows');
	CREATE TRIGGER reevaluate AFTER UPDATE ON workflow_perms.workspaces
		REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
		EXECUTE FUNCTION workflow_perms.effect('_reevaluate', 'workspaces');

	-- What belongs to connected users, and rules.
	CREATE TRIGGER connected_user_only AFTER INSERT ON workflow_perms.connections FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._invariant('connected_user_only');
	CREATE TRIGGER connected_user_only AFTER INSERT ON workflow_perms.enablements FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._invariant('connected_user_only');
	CREATE TRIGGER canonical_role BEFORE INSERT OR UPDATE ON workflow_perms.execution_rules FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._canonical_role();
END
$body$;
COMMENT ON FUNCTION workflow_perms._create_triggers() IS 'Internal step of create_model(): the triggers that keep the model true.';
