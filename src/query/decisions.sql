-- query/decisions.sql: the decisions as SQL functions (spec 6.2).

-- Every action on a workflow has the same six forms: an id, a row or the
-- columns, each for the session's principal and for a principal given as first
-- argument.  With a given principal, the row and column forms read nothing
-- else, hence IMMUTABLE (spec 3).  The others read the session and the tables,
-- hence STABLE. None is strict: NULL means no.
DO $forms$
DECLARE
	all_of CONSTANT text := 'The names of all actions (view, view_draft, edit, operate, publish, delete, manage_members, enable, run, in this order) that ';
	action record;
	form record;
BEGIN
	FOR action IN
		VALUES
			('can_view', 'see the workflow', '4.1'),
			('can_view_draft', 'have a draft of the workflow and see it', '4.2, 4.7'),
			('can_edit', 'edit the workflow', '4.2'),
			('can_operate', 'turn the workflow between live and stopped', '4.2'),
			('can_publish', 'publish the workflow', '4.2'),
			('can_delete', 'delete the workflow', '4.2'),
			('can_manage_members', 'manage the members of the workflow', '4.2'),
			('can_enable', 'enable the workflow for themselves', '4.4'),
			('can_run', 'run the workflow', '4.5'),
			('actions', NULL, '5')
	LOOP
		FOR form IN
			VALUES
				('id', 'workflow_id text', 'Takes the id of a workflow of the account; false for one that does not exist.'),
				('row', 'workflow record', 'Takes a row of any table or view with the columns account_id, workflow_id, workspace_id (text, uuid or bigint), visibility, status, condition and hidden; raises 42703 or 42804 for a row without them.'),
				('columns', 'account_id text, workflow_id text, workspace_id text, visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, hidden boolean', 'Takes the columns of a workflow''s row: the form for policies.'),
				('columns', 'account_id text, workflow_id text, workspace_id text, visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, hidden boolean, owner_id text', 'Takes the columns of a workflow''s row, and the user who owns the row, a member or service, as an owner row of workflow_members would say; NULL: none. workflow_id NULL: a row that no member row, rule or enablement names.')
		LOOP
			EXECUTE pg_catalog.format(
				'CREATE FUNCTION workflow_perms.%I(%s) RETURNS %s LANGUAGE c STABLE PARALLEL SAFE COST %s AS ''MODULE_PATHNAME'', %L',
				action.column1, form.column2, CASE action.column1 WHEN 'actions' THEN 'text[]' ELSE 'boolean' END,
				CASE form.column1 WHEN 'id' THEN 200 ELSE 5 END,
				'wp_' || action.column1 || '_' || form.column1);
			EXECUTE pg_catalog.format('COMMENT ON FUNCTION workflow_perms.%I(%s) IS %L',
				action.column1, form.column2,
				coalesce('May the session''s principal ' || action.column2 || '? True or false, never NULL; false without a principal. ' || form.column3,
					all_of || 'the session''s principal may do. Empty without one, never NULL. ' || pg_catalog.replace(form.column3, 'false for', 'empty for')) || ' Spec ' || action.column3 || ', 6.2.');
			EXECUTE pg_catalog.format(
				'CREATE FUNCTION workflow_perms.%I(principal workflow_perms.principal, %s) RETURNS %s LANGUAGE c %s PARALLEL SAFE COST %s AS ''MODULE_PATHNAME'', %L',
				action.column1, form.column2, CASE action.column1 WHEN 'actions' THEN 'text[]' ELSE 'boolean' END,
				CASE form.column1 WHEN 'id' THEN 'STABLE' ELSE 'IMMUTABLE' END,
				CASE form.column1 WHEN 'id' THEN 200 ELSE 10 END,
				'wp_' || action.column1 || '_principal_' || form.column1);
			EXECUTE pg_catalog.format('COMMENT ON FUNCTION workflow_perms.%I(workflow_perms.principal, %s) IS %L',
				action.column1, form.column2,
				coalesce('May this principal ' || action.column2 || '? True or false, never NULL. ' || form.column3,
					all_of || 'this principal may do; never NULL. ' || pg_catalog.replace(form.column3, 'false for', 'empty for')) ||
				CASE form.column1 WHEN 'id' THEN ' Privileged: reads the workflow for any caller. Spec ' ELSE ' Reads nothing else. Spec ' END || action.column3 || ', 6.2.');
		END LOOP;
	END LOOP;
END
$forms$;

-- For the view workflow_names alone, in the form for policies.
CREATE FUNCTION workflow_perms.can_view_name(account_id text, workflow_id text, workspace_id text,
	visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status,
	condition workflow_perms.metadata_condition, hidden boolean)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_can_view_name_columns';
COMMENT ON FUNCTION workflow_perms.can_view_name(text, text, text, workflow_perms.workflow_visibility, workflow_perms.workflow_status, workflow_perms.metadata_condition, boolean) IS
	'May the session''s principal know that the workflow exists, and its name and status: view it or, in a project or an app, hold connected_users.view or task_history.view for its workspace? True or false, never NULL; false without a principal. Takes the columns of a workflow''s row. Spec 5.';

-- For rows of other tables that name a workflow by its whole key.  An id alone
-- would mean the session's account, whose `w1` may not be the `w1` of the row
-- (vector X11).
CREATE FUNCTION workflow_perms.can_view_in(account_id text, workflow_id text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 10
	AS 'MODULE_PATHNAME', 'wp_can_view_in';
COMMENT ON FUNCTION workflow_perms.can_view_in(text, text) IS
	'May the session''s principal, of this account, see this workflow? True or false, never NULL; false for another account. The form for policies of tables that refer to a workflow. Spec 4.1, 6.2.';

CREATE FUNCTION workflow_perms.can_edit_in(account_id text, workflow_id text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 10
	AS 'MODULE_PATHNAME', 'wp_can_edit_in';
COMMENT ON FUNCTION workflow_perms.can_edit_in(text, text) IS
	'May the session''s principal, of this account, edit this workflow? True or false, never NULL; false for another account. The form for policies of tables that refer to a workflow. Spec 4.2, 6.2.';

CREATE FUNCTION workflow_perms.workflow_verdict(action text, account_id text, workflow_id text, workspace_id text,
	visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status,
	condition workflow_perms.metadata_condition, hidden boolean)
	RETURNS text LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_workflow_verdict';
COMMENT ON FUNCTION workflow_perms.workflow_verdict(text, text, text, text, workflow_perms.workflow_visibility, workflow_perms.workflow_status, workflow_perms.metadata_condition, boolean) IS
	'The decision on an action (view, view_draft, edit, operate, publish, delete, manage_members, manage_rules, enable, run) of the session''s principal on the workflow with these columns: ''allowed'', or the code of the first gate that fails. Raises 22023 for another action. Spec 4.';

CREATE FUNCTION workflow_perms.workflow_verdict(action text, account_id text, workflow_id text, workspace_id text,
	visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status,
	condition workflow_perms.metadata_condition, hidden boolean, owner_id text)
	RETURNS text LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_workflow_verdict';
COMMENT ON FUNCTION workflow_perms.workflow_verdict(text, text, text, text, workflow_perms.workflow_visibility, workflow_perms.workflow_status, workflow_perms.metadata_condition, boolean, text) IS
	'The same for a row that this user owns; NULL: nobody. Spec 4, 6.2.';

CREATE FUNCTION workflow_perms.principal_manages_rules(account_id text, workflow_id text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 200
	AS 'MODULE_PATHNAME', 'wp_principal_manages_rules';
COMMENT ON FUNCTION workflow_perms.principal_manages_rules(text, text) IS
	'May the session''s principal write the execution rules of this workflow? This requires managing its members (open, closed) or deploying in its workspace (project, app). Spec 6.3.';

CREATE FUNCTION workflow_perms.can_view_version(workflow_id text, version integer)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 200
	AS 'MODULE_PATHNAME', 'wp_can_view_version';
COMMENT ON FUNCTION workflow_perms.can_view_version(text, integer) IS
	'May the session''s principal, a member or a service, see the definition of this version of a workflow of its account? The live version requires the right to view the workflow, others the right to edit it. False for a workflow that does not exist. Spec 4.7.';

CREATE FUNCTION workflow_perms.principal_created(account_id text, workflow_id text, workspace_id text, created_by text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_principal_created';
COMMENT ON FUNCTION workflow_perms.principal_created(text, text, text, text) IS
	'Is this a workflow in an open or closed workspace that the session''s principal has just created and that has no member row yet? Lets INSERT ... RETURNING see it. Spec 6.3.';

CREATE FUNCTION workflow_perms.can(capability text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_can';
COMMENT ON FUNCTION workflow_perms.can(text) IS
	'Does the session''s principal hold this capability for the whole account? An account admin''s account role carries team.invite and api_keys.manage. False for an unknown capability, for connected users and without a principal. Spec 1, 4.6.';

CREATE FUNCTION workflow_perms.can(capability text, workspace_id text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_can';
COMMENT ON FUNCTION workflow_perms.can(text, text) IS
	'Does the session''s principal hold this capability for the whole account or for this workspace? Spec 4.6.';

CREATE FUNCTION workflow_perms.can_create(workspace_id text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_can_create';
COMMENT ON FUNCTION workflow_perms.can_create(text) IS
	'May the session''s principal create workflows in this workspace of its account? False for a workspace that does not exist. Spec 4.3.';

CREATE FUNCTION workflow_perms.create_verdict(account_id text, workspace_id text)
	RETURNS text LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_create_verdict';
COMMENT ON FUNCTION workflow_perms.create_verdict(text, text) IS
	'The decision on whether the session''s principal may create a workflow in this workspace: ''allowed'', or the code of the first gate that fails. Spec 4.3.';

CREATE FUNCTION workflow_perms.workspace_rules_verdict(account_id text, workspace_id text)
	RETURNS text LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_workspace_rules_verdict';
COMMENT ON FUNCTION workflow_perms.workspace_rules_verdict(text, text) IS
	'The decision on writing the execution rules of this workspace by the session''s principal, an owner of it (open, closed) or a holder of workflows.deploy for it (project, app): ''allowed'', or the code of the first gate that fails. Spec 6.3.';

CREATE FUNCTION workflow_perms.can_access_workspace(workspace_id text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_can_access_workspace';
COMMENT ON FUNCTION workflow_perms.can_access_workspace(text) IS
	'May the session''s principal select this workspace of its account and see its details? False for a workspace that does not exist. Spec 4.2.';

CREATE FUNCTION workflow_perms.can_access_workspace(account_id text, workspace_id text, kind workflow_perms.workspace_kind)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_can_access_workspace_columns';
COMMENT ON FUNCTION workflow_perms.can_access_workspace(text, text, workflow_perms.workspace_kind) IS
	'As can_access_workspace(workspace_id), from the columns of a workspace''s row: the form for policies. Spec 4.2.';

-- Checks of the session's principal itself, for policies and guards.

CREATE FUNCTION workflow_perms.principal_is_team(account_id text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_principal_is_team';
COMMENT ON FUNCTION workflow_perms.principal_is_team(text) IS
	'Is the session''s principal an active member or service of this account? Spec 6.3 (T).';

CREATE FUNCTION workflow_perms.principal_is(account_id text, user_id text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_principal_is';
COMMENT ON FUNCTION workflow_perms.principal_is(text, text) IS
	'Is the session''s principal exactly this user, and active? Spec 6.3.';

CREATE FUNCTION workflow_perms.principal_has_account_role(account_id text, VARIADIC roles workflow_perms.account_role[])
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_principal_has_account_role';
COMMENT ON FUNCTION workflow_perms.principal_has_account_role(text, workflow_perms.account_role[]) IS
	'Is the session''s principal an active member or service of this account with one of these account roles? Spec 6.3 (AA).';

CREATE FUNCTION workflow_perms.principal_holds(account_id text, capability text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_principal_holds';
COMMENT ON FUNCTION workflow_perms.principal_holds(text, text) IS
	'Does the session''s principal, of this account, hold the capability for the whole account? Spec 6.3 (cap*).';

CREATE FUNCTION workflow_perms.principal_holds(account_id text, capability text, workspace_id text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_principal_holds';
COMMENT ON FUNCTION workflow_perms.principal_holds(text, text, text) IS
	'Does the session''s principal, of this account, hold the capability for the whole account or for this workspace? Spec 6.3 (cap@).';

CREATE FUNCTION workflow_perms.principal_holds_for_workflow(account_id text, capability text, workflow_id text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 50
	AS 'MODULE_PATHNAME', 'wp_principal_holds_for_workflow';
COMMENT ON FUNCTION workflow_perms.principal_holds_for_workflow(text, text, text) IS
	'Does the session''s principal, of this account, hold the capability for the whole account or for the workspace of this workflow? False for a workflow that does not exist. Spec 6.3 (cap@).';

CREATE FUNCTION workflow_perms.principal_owns_workspace(account_id text, workspace_id text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_principal_owns_workspace';
COMMENT ON FUNCTION workflow_perms.principal_owns_workspace(text, text) IS
	'Is the session''s principal an owner of this workspace? Spec 6.3 (WO).';

-- Another user's principal is privileged: see privileges.sql.
CREATE FUNCTION workflow_perms.principal(account text, user_id text)
	RETURNS workflow_perms.principal LANGUAGE c STABLE PARALLEL SAFE COST 1000
	AS 'MODULE_PATHNAME', 'wp_principal';
COMMENT ON FUNCTION workflow_perms.principal(text, text) IS
	'Loads everything that the rules need to know about this user of this account, as a value. user_id NULL: an anonymous principal. Raises 42704 for an account or user that does not exist. Privileged: no role may execute it by default. Spec 3.';
