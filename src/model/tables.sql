-- model/tables.sql: the tables of spec 6.1, in the body of a function that
-- create_model() calls.  If the extension script made them, they would be its
-- members, and a dump would lose their rows.
--
-- Conventions.  Every key starts with account_id and every foreign key includes
-- it, so that no row can refer to another account.  A row that has no meaning
-- without its parent is deleted with it (CASCADE).  If deleting it would
-- silently loosen a rule (a role that is named, a workspace or board that a
-- step touches), it prevents deleting its parent (NO ACTION).  Tables that
-- prevent it also have a foreign key of their own to accounts.  So when an
-- account is deleted, all of them are emptied in the first round of cascades,
-- before the parents are checked in the second.
--
-- Tables of grantees have a unique key with NULLs in it and therefore no
-- primary key.  Logical replication identifies their rows by the whole row.
CREATE FUNCTION workflow_perms._model_tables() RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1
BEGIN ATOMIC
	SELECT ARRAY['accounts', 'users', 'roles', 'role_capabilities', 'role_includes', 'workspaces', 'role_grants',
		'workspace_members', 'workflows', 'workflow_members', 'workflow_versions', 'workflow_drafts', 'boards',
		'board_members', 'board_columns', 'column_access', 'workflow_steps', 'execution_rules', 'connections',
		'enablements', 'runs', 'run_steps', 'audit_log', 'conditions'];
END;
COMMENT ON FUNCTION workflow_perms._model_tables() IS 'Internal: the names of the tables that create_model() makes, parents first.';

-- The columns that never change: account_id, the rest of the key, and others.
CREATE FUNCTION workflow_perms._model_keys()
RETURNS TABLE (relation text, key text[], besides text[], is_audited boolean)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1 ROWS 24
BEGIN ATOMIC
	VALUES
		('accounts'::text, '{}'::text[], '{}'::text[], true),
		('users', '{user_id}', '{kind}', true),
		('roles', '{role}', '{}', true),
		('role_capabilities', '{role,capability}', '{}', true),
		('role_includes', '{role,included_role}', '{}', true),
		('role_grants', '{user_id,role,workspace_id}', '{}', true),
		('workspaces', '{workspace_id}', '{}', true),
		('workspace_members', '{workspace_id,user_id,role}', '{}', true),
		('workflows', '{workflow_id}', '{}', true),
		('workflow_members', '{workflow_id,user_id,role}', '{}', true),
		('workflow_versions', '{workflow_id,version}', '{}', false),
		('workflow_drafts', '{workflow_id,user_id}', '{}', false),
		('boards', '{board_id}', '{}', true),
		('board_members', '{board_id,user_id,role}', '{}', true),
		('board_columns', '{board_id,column_id}', '{}', true),
		('column_access', '{board_id,column_id,access,user_id,role}', '{}', true),
		('workflow_steps', '{workflow_id,step_id}', '{}', false),
		('execution_rules', '{workflow_id,workspace_id,user_id,role}', '{}', true),
		('connections', '{user_id,configuration}', '{}', false),
		('enablements', '{workflow_id,user_id,configuration}', '{}', true),
		('runs', '{run_id}', '{workflow_id,parent_run,for_user}', false),
		('run_steps', '{run_id,step_no}', '{}', false),
		('audit_log', '{entry}', '{}', false),
		('conditions', '{entry}', '{}', false);
END;
COMMENT ON FUNCTION workflow_perms._model_keys() IS 'Internal: for each table of the model, the columns of its key after account_id, other columns that never change, and whether changes are audited.';

CREATE FUNCTION workflow_perms._create_tables() RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	object text;
BEGIN
	CREATE TABLE workflow_perms.accounts (
		account_id text COLLATE "C" NOT NULL,
		creator_roles workflow_perms.account_role[] NOT NULL DEFAULT '{admin,member}',
		guests_see_open_main boolean NOT NULL DEFAULT true,
		default_execution workflow_perms.execution_effect NOT NULL DEFAULT 'grant',
		CONSTRAINT accounts_pkey PRIMARY KEY (account_id),
		CONSTRAINT accounts_account_id_has_1_to_255_bytes CHECK (octet_length(account_id) BETWEEN 1 AND 255),
		CONSTRAINT accounts_creator_roles_is_a_plain_list
			CHECK (coalesce(array_ndims(creator_roles), 1) = 1 AND array_position(creator_roles, NULL) IS NULL)
	);

	CREATE TABLE workflow_perms.users (
		account_id text COLLATE "C" NOT NULL,
		user_id text COLLATE "C" NOT NULL,
		kind workflow_perms.user_kind NOT NULL,
		account_role workflow_perms.account_role,
		metadata jsonb NOT NULL DEFAULT '{}',
		active boolean NOT NULL DEFAULT true,
		CONSTRAINT users_pkey PRIMARY KEY (account_id, user_id),
		CONSTRAINT users_account_fkey FOREIGN KEY (account_id) REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT users_user_id_has_1_to_255_bytes CHECK (octet_length(user_id) BETWEEN 1 AND 255),
		CONSTRAINT users_member_has_account_role CHECK (kind <> 'member' OR account_role IS NOT NULL),
		CONSTRAINT users_connected_has_no_account_role CHECK (kind <> 'connected' OR account_role IS NULL),
		CONSTRAINT users_metadata_is_an_object CHECK (jsonb_typeof(metadata) = 'object')
	);

	CREATE TABLE workflow_perms.roles (
		account_id text COLLATE "C" NOT NULL,
		role text COLLATE "C" NOT NULL,
		CONSTRAINT roles_pkey PRIMARY KEY (account_id, role),
		CONSTRAINT roles_account_fkey FOREIGN KEY (account_id) REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT roles_role_has_1_to_255_bytes CHECK (octet_length(role) BETWEEN 1 AND 255),
		-- the other spelling of a system role is not a role
		CONSTRAINT roles_role_is_no_alias CHECK (role <> 'NotAuthenticatedUser')
	);

	CREATE TABLE workflow_perms.role_capabilities (
		account_id text COLLATE "C" NOT NULL,
		role text COLLATE "C" NOT NULL,
		capability text COLLATE "C" NOT NULL,
		CONSTRAINT role_capabilities_pkey PRIMARY KEY (account_id, role, capability),
		CONSTRAINT role_capabilities_role_fkey FOREIGN KEY (account_id, role)
			REFERENCES workflow_perms.roles ON DELETE CASCADE,
		CONSTRAINT role_capabilities_role_is_no_system_role CHECK (role NOT IN ('AuthenticatedUser', 'NonAuthenticatedUser')),
		CONSTRAINT role_capabilities_capability_has_1_to_255_bytes CHECK (octet_length(capability) BETWEEN 1 AND 255)
	);

	CREATE TABLE workflow_perms.role_includes (
		account_id text COLLATE "C" NOT NULL,
		role text COLLATE "C" NOT NULL,
		included_role text COLLATE "C" NOT NULL,
		CONSTRAINT role_includes_pkey PRIMARY KEY (account_id, role, included_role),
		CONSTRAINT role_includes_account_fkey FOREIGN KEY (account_id) REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT role_includes_role_fkey FOREIGN KEY (account_id, role)
			REFERENCES workflow_perms.roles ON DELETE CASCADE,
		CONSTRAINT role_includes_included_role_fkey FOREIGN KEY (account_id, included_role)
			REFERENCES workflow_perms.roles,
		CONSTRAINT role_includes_role_is_no_system_role CHECK (role NOT IN ('AuthenticatedUser', 'NonAuthenticatedUser')),
		CONSTRAINT role_includes_included_role_is_no_system_role
			CHECK (included_role NOT IN ('AuthenticatedUser', 'NonAuthenticatedUser'))
	);

	CREATE TABLE workflow_perms.workspaces (
		account_id text COLLATE "C" NOT NULL,
		workspace_id text COLLATE "C" NOT NULL,
		kind workflow_perms.workspace_kind NOT NULL,
		offered boolean,
		-- Includes all columns, so that an index-only scan reads all workspaces of
		-- an account.
		CONSTRAINT workspaces_pkey PRIMARY KEY (account_id, workspace_id) INCLUDE (kind, offered),
		CONSTRAINT workspaces_account_fkey FOREIGN KEY (account_id) REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT workspaces_workspace_id_has_1_to_255_bytes CHECK (octet_length(workspace_id) BETWEEN 1 AND 255)
	);

	CREATE TABLE workflow_perms.role_grants (
		account_id text COLLATE "C" NOT NULL,
		user_id text COLLATE "C" NOT NULL,
		role text COLLATE "C" NOT NULL,
		workspace_id text COLLATE "C",
		expires_at timestamptz,
		CONSTRAINT role_grants_key UNIQUE NULLS NOT DISTINCT (account_id, user_id, role, workspace_id),
		CONSTRAINT role_grants_account_fkey FOREIGN KEY (account_id) REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT role_grants_user_fkey FOREIGN KEY (account_id, user_id)
			REFERENCES workflow_perms.users ON DELETE CASCADE,
		CONSTRAINT role_grants_role_fkey FOREIGN KEY (account_id, role) REFERENCES workflow_perms.roles,
		CONSTRAINT role_grants_workspace_fkey FOREIGN KEY (account_id, workspace_id)
			REFERENCES workflow_perms.workspaces ON DELETE CASCADE,
		CONSTRAINT role_grants_role_is_no_system_role CHECK (role NOT IN ('AuthenticatedUser', 'NonAuthenticatedUser'))
	);

	CREATE TABLE workflow_perms.workflows (
		account_id text COLLATE "C" NOT NULL,
		workflow_id text COLLATE "C" NOT NULL,
		workspace_id text COLLATE "C" NOT NULL,
		name text COLLATE "C",
		visibility workflow_perms.workflow_visibility NOT NULL DEFAULT 'private',
		status workflow_perms.workflow_status NOT NULL DEFAULT 'draft',
		condition workflow_perms.metadata_condition,
		hidden boolean NOT NULL DEFAULT false,
		default_enabled boolean NOT NULL DEFAULT false,
		created_by text COLLATE "C",
		run_as text COLLATE "C",
		live_version integer,
		CONSTRAINT workflows_pkey PRIMARY KEY (account_id, workflow_id),
		CONSTRAINT workflows_account_fkey FOREIGN KEY (account_id) REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT workflows_workspace_fkey FOREIGN KEY (account_id, workspace_id) REFERENCES workflow_perms.workspaces,
		CONSTRAINT workflows_created_by_fkey FOREIGN KEY (account_id, created_by) REFERENCES workflow_perms.users,
		CONSTRAINT workflows_run_as_fkey FOREIGN KEY (account_id, run_as) REFERENCES workflow_perms.users,
		CONSTRAINT workflows_workflow_id_has_1_to_255_bytes CHECK (octet_length(workflow_id) BETWEEN 1 AND 255),
		CONSTRAINT workflows_name_has_1_to_255_characters CHECK (char_length(name) BETWEEN 1 AND 255)
	);

	CREATE TABLE workflow_perms.workflow_versions (
		account_id text COLLATE "C" NOT NULL,
		workflow_id text COLLATE "C" NOT NULL,
		version integer NOT NULL,
		definition jsonb NOT NULL,
		published_by text COLLATE "C",
		published_at timestamptz NOT NULL,
		CONSTRAINT workflow_versions_pkey PRIMARY KEY (account_id, workflow_id, version),
		CONSTRAINT workflow_versions_account_fkey FOREIGN KEY (account_id)
			REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT workflow_versions_workflow_fkey FOREIGN KEY (account_id, workflow_id)
			REFERENCES workflow_perms.workflows ON DELETE CASCADE,
		CONSTRAINT workflow_versions_published_by_fkey FOREIGN KEY (account_id, published_by)
			REFERENCES workflow_perms.users,
		CONSTRAINT workflow_versions_version_is_positive CHECK (version > 0)
	);
	ALTER TABLE workflow_perms.workflows
		ADD CONSTRAINT workflows_live_version_fkey FOREIGN KEY (account_id, workflow_id, live_version)
			REFERENCES workflow_perms.workflow_versions;

	CREATE TABLE workflow_perms.workflow_drafts (
		account_id text COLLATE "C" NOT NULL,
		workflow_id text COLLATE "C" NOT NULL,
		user_id text COLLATE "C" NOT NULL,
		definition jsonb NOT NULL,
		updated_at timestamptz NOT NULL,
		CONSTRAINT workflow_drafts_pkey PRIMARY KEY (account_id, workflow_id, user_id),
		CONSTRAINT workflow_drafts_workflow_fkey FOREIGN KEY (account_id, workflow_id)
			REFERENCES workflow_perms.workflows ON DELETE CASCADE,
		CONSTRAINT workflow_drafts_user_fkey FOREIGN KEY (account_id, user_id)
			REFERENCES workflow_perms.users ON DELETE CASCADE
	);

	CREATE TABLE workflow_perms.boards (
		account_id text COLLATE "C" NOT NULL,
		board_id text COLLATE "C" NOT NULL,
		workspace_id text COLLATE "C" NOT NULL,
		kind workflow_perms.board_kind NOT NULL,
		CONSTRAINT boards_pkey PRIMARY KEY (account_id, board_id),
		-- steps refer to this, so that a step's board is in the step's
		-- workspace
		CONSTRAINT boards_workspace_key UNIQUE (account_id, board_id, workspace_id),
		CONSTRAINT boards_account_fkey FOREIGN KEY (account_id) REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT boards_workspace_fkey FOREIGN KEY (account_id, workspace_id) REFERENCES workflow_perms.workspaces,
		CONSTRAINT boards_board_id_has_1_to_255_bytes CHECK (octet_length(board_id) BETWEEN 1 AND 255)
	);

	FOREACH object IN ARRAY ARRAY['workspace', 'workflow', 'board'] LOOP
		EXECUTE format($table$
			CREATE TABLE workflow_perms.%1$s_members (
				account_id text COLLATE "C" NOT NULL,
				%1$s_id text COLLATE "C" NOT NULL,
				user_id text COLLATE "C",
				role text COLLATE "C",
				is_owner boolean NOT NULL DEFAULT false,
				expires_at timestamptz,
				CONSTRAINT %1$s_members_key UNIQUE NULLS NOT DISTINCT (account_id, %1$s_id, user_id, role),
				CONSTRAINT %1$s_members_account_fkey FOREIGN KEY (account_id)
					REFERENCES workflow_perms.accounts ON DELETE CASCADE,
				CONSTRAINT %1$s_members_%1$s_fkey FOREIGN KEY (account_id, %1$s_id)
					REFERENCES workflow_perms.%1$ss ON DELETE CASCADE,
				CONSTRAINT %1$s_members_user_fkey FOREIGN KEY (account_id, user_id)
					REFERENCES workflow_perms.users ON DELETE CASCADE,
				CONSTRAINT %1$s_members_role_fkey FOREIGN KEY (account_id, role) REFERENCES workflow_perms.roles,
				CONSTRAINT %1$s_members_grantee_is_user_or_role CHECK (num_nonnulls(user_id, role) = 1),
				CONSTRAINT %1$s_members_owner_is_a_user CHECK (NOT is_owner OR user_id IS NOT NULL),
				CONSTRAINT %1$s_members_role_is_no_system_role
					CHECK (role NOT IN ('AuthenticatedUser', 'NonAuthenticatedUser'))
			)$table$, object);
	END LOOP;

	CREATE TABLE workflow_perms.board_columns (
		account_id text COLLATE "C" NOT NULL,
		board_id text COLLATE "C" NOT NULL,
		column_id text COLLATE "C" NOT NULL,
		view_restricted boolean NOT NULL DEFAULT false,
		edit_restricted boolean NOT NULL DEFAULT false,
		CONSTRAINT board_columns_pkey PRIMARY KEY (account_id, board_id, column_id),
		CONSTRAINT board_columns_board_fkey FOREIGN KEY (account_id, board_id)
			REFERENCES workflow_perms.boards ON DELETE CASCADE,
		CONSTRAINT board_columns_column_id_has_1_to_255_bytes CHECK (octet_length(column_id) BETWEEN 1 AND 255)
	);

	CREATE TABLE workflow_perms.column_access (
		account_id text COLLATE "C" NOT NULL,
		board_id text COLLATE "C" NOT NULL,
		column_id text COLLATE "C" NOT NULL,
		access workflow_perms.column_right NOT NULL,
		user_id text COLLATE "C",
		role text COLLATE "C",
		CONSTRAINT column_access_key UNIQUE NULLS NOT DISTINCT (account_id, board_id, column_id, access, user_id, role),
		CONSTRAINT column_access_account_fkey FOREIGN KEY (account_id) REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT column_access_column_fkey FOREIGN KEY (account_id, board_id, column_id)
			REFERENCES workflow_perms.board_columns ON DELETE CASCADE,
		CONSTRAINT column_access_user_fkey FOREIGN KEY (account_id, user_id)
			REFERENCES workflow_perms.users ON DELETE CASCADE,
		CONSTRAINT column_access_role_fkey FOREIGN KEY (account_id, role) REFERENCES workflow_perms.roles,
		CONSTRAINT column_access_grantee_is_user_or_role CHECK (num_nonnulls(user_id, role) = 1),
		CONSTRAINT column_access_role_is_no_system_role CHECK (role NOT IN ('AuthenticatedUser', 'NonAuthenticatedUser'))
	);

	CREATE TABLE workflow_perms.workflow_steps (
		account_id text COLLATE "C" NOT NULL,
		workflow_id text COLLATE "C" NOT NULL,
		step_id text COLLATE "C" NOT NULL,
		workspace_id text COLLATE "C" NOT NULL,
		board_id text COLLATE "C",
		column_id text COLLATE "C",
		access workflow_perms.step_access NOT NULL,
		CONSTRAINT workflow_steps_pkey PRIMARY KEY (account_id, workflow_id, step_id),
		CONSTRAINT workflow_steps_account_fkey FOREIGN KEY (account_id) REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT workflow_steps_workflow_fkey FOREIGN KEY (account_id, workflow_id)
			REFERENCES workflow_perms.workflows ON DELETE CASCADE,
		CONSTRAINT workflow_steps_workspace_fkey FOREIGN KEY (account_id, workspace_id) REFERENCES workflow_perms.workspaces,
		-- if a board moves to another workspace, its steps' workspace_id
		-- follows
		CONSTRAINT workflow_steps_board_fkey FOREIGN KEY (account_id, board_id, workspace_id)
			REFERENCES workflow_perms.boards (account_id, board_id, workspace_id) ON UPDATE CASCADE,
		CONSTRAINT workflow_steps_column_fkey FOREIGN KEY (account_id, board_id, column_id)
			REFERENCES workflow_perms.board_columns,
		CONSTRAINT workflow_steps_step_id_has_1_to_255_bytes CHECK (octet_length(step_id) BETWEEN 1 AND 255),
		CONSTRAINT workflow_steps_column_has_a_board CHECK (column_id IS NULL OR board_id IS NOT NULL)
	);

	CREATE TABLE workflow_perms.execution_rules (
		account_id text COLLATE "C" NOT NULL,
		workflow_id text COLLATE "C",
		workspace_id text COLLATE "C",
		user_id text COLLATE "C",
		role text COLLATE "C",
		effect workflow_perms.execution_effect NOT NULL,
		expires_at timestamptz,
		CONSTRAINT execution_rules_key
			UNIQUE NULLS NOT DISTINCT (account_id, workflow_id, workspace_id, user_id, role),
		CONSTRAINT execution_rules_account_fkey FOREIGN KEY (account_id) REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT execution_rules_workflow_fkey FOREIGN KEY (account_id, workflow_id)
			REFERENCES workflow_perms.workflows ON DELETE CASCADE,
		CONSTRAINT execution_rules_workspace_fkey FOREIGN KEY (account_id, workspace_id)
			REFERENCES workflow_perms.workspaces ON DELETE CASCADE,
		CONSTRAINT execution_rules_user_fkey FOREIGN KEY (account_id, user_id)
			REFERENCES workflow_perms.users ON DELETE CASCADE,
		CONSTRAINT execution_rules_role_fkey FOREIGN KEY (account_id, role) REFERENCES workflow_perms.roles,
		CONSTRAINT execution_rules_workflow_or_workspace CHECK (num_nulls(workflow_id, workspace_id) >= 1),
		CONSTRAINT execution_rules_grantee_is_user_or_role CHECK (num_nonnulls(user_id, role) = 1)
	);

	CREATE TABLE workflow_perms.connections (
		account_id text COLLATE "C" NOT NULL,
		user_id text COLLATE "C" NOT NULL,
		configuration text COLLATE "C" NOT NULL DEFAULT '',
		connected_at timestamptz NOT NULL,
		CONSTRAINT connections_pkey PRIMARY KEY (account_id, user_id, configuration),
		CONSTRAINT connections_user_fkey FOREIGN KEY (account_id, user_id)
			REFERENCES workflow_perms.users ON DELETE CASCADE,
		CONSTRAINT connections_configuration_has_at_most_255_bytes CHECK (octet_length(configuration) <= 255)
	);

	-- Thousands of rows may be disabled at once.  If a page has room for the
	-- new versions (HOT, because no indexed column changes), the indexes are
	-- not updated.
	CREATE TABLE workflow_perms.enablements (
		account_id text COLLATE "C" NOT NULL,
		workflow_id text COLLATE "C" NOT NULL,
		user_id text COLLATE "C" NOT NULL,
		configuration text COLLATE "C" NOT NULL DEFAULT '',
		enabled boolean NOT NULL,
		reason text COLLATE "C",
		changed_at timestamptz NOT NULL,
		CONSTRAINT enablements_pkey PRIMARY KEY (account_id, workflow_id, user_id, configuration),
		CONSTRAINT enablements_workflow_fkey FOREIGN KEY (account_id, workflow_id)
			REFERENCES workflow_perms.workflows ON DELETE CASCADE,
		CONSTRAINT enablements_user_fkey FOREIGN KEY (account_id, user_id)
			REFERENCES workflow_perms.users ON DELETE CASCADE,
		CONSTRAINT enablements_configuration_has_at_most_255_bytes CHECK (octet_length(configuration) <= 255)
	) WITH (fillfactor = 70);

	-- History: the objects that it names may be deleted, so there are no
	-- foreign keys; lengths are checked here.  PostgreSQL parses the checks of a
	-- table for each statement, so there is one, and it is short: seven with
	-- their messages took twice as long as the rest of an insert of a row.
	CREATE TABLE workflow_perms.runs (
		account_id text COLLATE "C" NOT NULL,
		run_id text COLLATE "C" NOT NULL,
		workflow_id text COLLATE "C" NOT NULL,
		parent_run text COLLATE "C",
		version integer,
		started_by text COLLATE "C",
		started_as workflow_perms.run_starter NOT NULL,
		for_user text COLLATE "C",
		run_as text COLLATE "C",
		status workflow_perms.run_status NOT NULL,
		started_at timestamptz NOT NULL,
		finished_at timestamptz,
		CONSTRAINT runs_pkey PRIMARY KEY (account_id, run_id),
		CONSTRAINT runs_ids_have_1_to_255_bytes CHECK (workflow_perms._require_ids('runs',
			account_id, run_id, workflow_id, parent_run, started_by, for_user, run_as))
	);

	CREATE TABLE workflow_perms.run_steps (
		account_id text COLLATE "C" NOT NULL,
		run_id text COLLATE "C" NOT NULL,
		step_no integer NOT NULL,
		workflow_id text COLLATE "C" NOT NULL,
		step_id text COLLATE "C",
		workspace_id text COLLATE "C",
		board_id text COLLATE "C",
		column_id text COLLATE "C",
		access workflow_perms.step_access,
		status workflow_perms.run_status NOT NULL,
		details jsonb,
		error text COLLATE "C",
		reason text COLLATE "C",
		CONSTRAINT run_steps_pkey PRIMARY KEY (account_id, run_id, step_no),
		CONSTRAINT run_steps_ids_have_1_to_255_bytes CHECK (workflow_perms._require_ids('run_steps',
			account_id, run_id, workflow_id, step_id, workspace_id, board_id, column_id))
	);

	-- No check of account_id: an entry belongs to an existing account, and a
	-- check would be parsed again for every logged statement.
	CREATE TABLE workflow_perms.audit_log (
		account_id text COLLATE "C" NOT NULL,
		entry uuid NOT NULL,
		at timestamptz NOT NULL,
		principal text COLLATE "C",
		database_role text COLLATE "C" NOT NULL,
		action text COLLATE "C" NOT NULL,
		object text COLLATE "C" NOT NULL,
		before jsonb,
		after jsonb,
		CONSTRAINT audit_log_pkey PRIMARY KEY (account_id, entry)
	);

	-- The registry of conditions (register_conditions.sql).  The hash is
	-- generated, so it is always that of the server to which the rows are
	-- restored or replicated.
	CREATE TABLE workflow_perms.conditions (
		account_id text COLLATE "C" NOT NULL,
		entry uuid NOT NULL DEFAULT gen_random_uuid(),
		condition workflow_perms.metadata_condition NOT NULL,
		hash bigint NOT NULL GENERATED ALWAYS AS (workflow_perms.condition_hash(condition)) STORED,
		added xid8 NOT NULL,
		CONSTRAINT conditions_pkey PRIMARY KEY (account_id, entry),
		CONSTRAINT conditions_account_id_has_1_to_255_bytes CHECK (octet_length(account_id) BETWEEN 1 AND 255)
	);

	-- Without this, updates and deletes of tables that have no primary key
	-- could not be published.
	ALTER TABLE workflow_perms.role_grants REPLICA IDENTITY FULL;
	ALTER TABLE workflow_perms.workspace_members REPLICA IDENTITY FULL;
	ALTER TABLE workflow_perms.workflow_members REPLICA IDENTITY FULL;
	ALTER TABLE workflow_perms.board_members REPLICA IDENTITY FULL;
	ALTER TABLE workflow_perms.column_access REPLICA IDENTITY FULL;
	ALTER TABLE workflow_perms.execution_rules REPLICA IDENTITY FULL;
END
$body$;
COMMENT ON FUNCTION workflow_perms._create_tables() IS 'Internal step of create_model(): the tables with their keys and constraints. Spec 6.1.';
