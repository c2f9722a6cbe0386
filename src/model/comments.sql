-- model/comments.sql: descriptions of every table and column, for \d+ and for
-- tools.
CREATE FUNCTION workflow_perms._comment_tables() RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	c record;
BEGIN
	-- Columns with the same meaning in many tables.
	FOR c IN
		SELECT k.relation, 'account_id' AS name, 'The account that the row belongs to.' AS words
		FROM workflow_perms._model_keys() k WHERE k.relation <> 'accounts'
		UNION ALL
		SELECT t, 'expires_at', 'From this time on the row decides nothing; NULL: never.'
		FROM unnest(ARRAY['role_grants', 'workspace_members', 'workflow_members', 'board_members', 'execution_rules']) AS t
		UNION ALL
		SELECT m || '_members', replace(w.name, '%', m), replace(w.words, '%', m)
		FROM unnest(ARRAY['workspace', 'workflow', 'board']) AS m, (VALUES
			('%_id', 'The %.'),
			('user_id', 'The member, if it is a user; a connected user is refused.'),
			('role', 'The role whose holders are members, if it is a role.')
		) AS w (name, words)
	LOOP
		EXECUTE format('COMMENT ON COLUMN workflow_perms.%I.%I IS %L', c.relation, c.name, c.words);
	END LOOP;

	COMMENT ON TABLE workflow_perms.accounts IS 'The tenants. Every other row belongs to exactly one of them.';
	COMMENT ON COLUMN workflow_perms.accounts.account_id IS 'The account''s id, 1 to 255 bytes.';
	COMMENT ON COLUMN workflow_perms.accounts.creator_roles IS 'Account roles that may create workflows in open and closed workspaces. Spec 4.3.';
	COMMENT ON COLUMN workflow_perms.accounts.guests_see_open_main IS 'Whether guests see main workflows of open workspaces. Spec 4.1.';
	COMMENT ON COLUMN workflow_perms.accounts.default_execution IS 'The result of an execution walk if no rule names the principal. Spec 4.5.';

	COMMENT ON TABLE workflow_perms.users IS 'Members, connected users and service accounts of an account.';
	COMMENT ON COLUMN workflow_perms.users.user_id IS 'The user''s id, 1 to 255 bytes, unique in the account.';
	COMMENT ON COLUMN workflow_perms.users.kind IS 'member, connected or service; never changes.';
	COMMENT ON COLUMN workflow_perms.users.account_role IS 'The account role of a member (required) or of a service; none for connected users.';
	COMMENT ON COLUMN workflow_perms.users.metadata IS 'The user''s metadata, a JSON object. Conditions are evaluated over it.';
	COMMENT ON COLUMN workflow_perms.users.active IS 'An inactive user may do nothing.';

	COMMENT ON TABLE workflow_perms.roles IS 'Named roles of an account: the built-in ones and its own.';
	COMMENT ON COLUMN workflow_perms.roles.role IS 'The role''s name, 1 to 255 bytes. AuthenticatedUser and NonAuthenticatedUser are system roles.';

	COMMENT ON TABLE workflow_perms.role_capabilities IS 'The capabilities that a role has.';
	COMMENT ON COLUMN workflow_perms.role_capabilities.role IS 'The role that has the capability; not a system role.';
	COMMENT ON COLUMN workflow_perms.role_capabilities.capability IS 'A capability of spec 4.6, or one of the account''s own: its name has a dot, and the part before it is not that of a built-in family.';

	COMMENT ON TABLE workflow_perms.role_includes IS 'Holders of a role also hold the roles it includes, in the same scope. Acyclic.';
	COMMENT ON COLUMN workflow_perms.role_includes.role IS 'The role that includes.';
	COMMENT ON COLUMN workflow_perms.role_includes.included_role IS 'The included role, which holders of the role also hold.';

	COMMENT ON TABLE workflow_perms.workspaces IS 'Containers of workflows and boards.';
	COMMENT ON COLUMN workflow_perms.workspaces.workspace_id IS 'The workspace''s id, 1 to 255 bytes, unique in the account.';
	COMMENT ON COLUMN workflow_perms.workspaces.kind IS 'open or closed (access by membership), project or app (by capability). Only open and closed can be changed into each other.';
	COMMENT ON COLUMN workflow_perms.workspaces.offered IS 'Whether its workflows are offered to connected users by condition; in open and closed workspaces only the main ones. NULL: yes in open, project and app, no in closed. In app it only hides: rules decide about running. Spec 4.1.';

	COMMENT ON TABLE workflow_perms.role_grants IS 'Roles given to users, for the whole account or for one workspace.';
	COMMENT ON COLUMN workflow_perms.role_grants.user_id IS 'The user that holds the role.';
	COMMENT ON COLUMN workflow_perms.role_grants.role IS 'The role that is held; not a system role.';
	COMMENT ON COLUMN workflow_perms.role_grants.workspace_id IS 'The workspace that the grant is for; NULL: the whole account.';

	COMMENT ON TABLE workflow_perms.workspace_members IS 'Members and owners of a workspace: users, or everyone who holds a role.';
	COMMENT ON COLUMN workflow_perms.workspace_members.is_owner IS 'Whether this user owns the workspace.';

	COMMENT ON TABLE workflow_perms.workflows IS 'Workflows, each in a workspace.';
	COMMENT ON COLUMN workflow_perms.workflows.workflow_id IS 'The workflow''s id, 1 to 255 bytes, unique in the account.';
	COMMENT ON COLUMN workflow_perms.workflows.workspace_id IS 'The workflow''s workspace. It can be changed only to a workspace of the same family.';
	COMMENT ON COLUMN workflow_perms.workflows.name IS 'The name that users see, 1 to 255 characters, not unique; NULL: none. No decision depends on it.';
	COMMENT ON COLUMN workflow_perms.workflows.visibility IS 'main: for everyone who has access to the workspace; private: for owners and invited members. Spec 4.1.';
	COMMENT ON COLUMN workflow_perms.workflows.status IS 'draft, live or stopped.';
	COMMENT ON COLUMN workflow_perms.workflows.condition IS 'Binds every principal except members and services; NULL: no condition.';
	COMMENT ON COLUMN workflow_perms.workflows.hidden IS 'Connected users do not see it, but may still enable and run it.';
	COMMENT ON COLUMN workflow_perms.workflows.default_enabled IS 'Enabled for connected users when they first connect. Spec 4.4.';
	COMMENT ON COLUMN workflow_perms.workflows.created_by IS 'The member or service that created it; NULL if there was none or it no longer exists. Written by the extension.';
	COMMENT ON COLUMN workflow_perms.workflows.run_as IS 'The user whose rights its runs have, and the only one that may write its steps. Written by the extension when the workflow is published or transferred, or when its first steps are written.';
	COMMENT ON COLUMN workflow_perms.workflows.live_version IS 'The version that runs; NULL if it was never published. Written by the extension.';

	COMMENT ON TABLE workflow_perms.workflow_members IS 'Owners and invited members of a workflow: users, or everyone who holds a role. The creator is the first owner.';
	COMMENT ON COLUMN workflow_perms.workflow_members.is_owner IS 'Whether this user owns the workflow. One owner without expiry always remains.';

	COMMENT ON TABLE workflow_perms.workflow_versions IS 'The published versions of workflows. Written by publish().';
	COMMENT ON COLUMN workflow_perms.workflow_versions.workflow_id IS 'The workflow.';
	COMMENT ON COLUMN workflow_perms.workflow_versions.version IS 'The number of the version, from 1.';
	COMMENT ON COLUMN workflow_perms.workflow_versions.definition IS 'The workflow''s definition, opaque to the extension.';
	COMMENT ON COLUMN workflow_perms.workflow_versions.published_by IS 'The user that published it; NULL if it no longer exists. Written by the extension.';
	COMMENT ON COLUMN workflow_perms.workflow_versions.published_at IS 'The time of publishing. Written by the extension.';

	COMMENT ON TABLE workflow_perms.workflow_drafts IS 'One draft per workflow and editor, visible to that user only. Spec 4.7.';
	COMMENT ON COLUMN workflow_perms.workflow_drafts.workflow_id IS 'The workflow.';
	COMMENT ON COLUMN workflow_perms.workflow_drafts.user_id IS 'The user whose draft it is.';
	COMMENT ON COLUMN workflow_perms.workflow_drafts.definition IS 'The draft, opaque to the extension.';
	COMMENT ON COLUMN workflow_perms.workflow_drafts.updated_at IS 'The time of the last save. Written by the extension.';

	COMMENT ON TABLE workflow_perms.boards IS 'Boards that steps of workflows use, each in a workspace.';
	COMMENT ON COLUMN workflow_perms.boards.board_id IS 'The board''s id, 1 to 255 bytes, unique in the account.';
	COMMENT ON COLUMN workflow_perms.boards.workspace_id IS 'The board''s workspace. Steps that use the board follow it.';
	COMMENT ON COLUMN workflow_perms.boards.kind IS 'main, shareable or private. Spec 4.8.';

	COMMENT ON TABLE workflow_perms.board_members IS 'Members and owners of a board: users, or everyone who holds a role.';
	COMMENT ON COLUMN workflow_perms.board_members.is_owner IS 'Whether this user owns the board. Column restrictions do not apply to owners.';

	COMMENT ON TABLE workflow_perms.board_columns IS 'Columns of boards, and whether they are restricted.';
	COMMENT ON COLUMN workflow_perms.board_columns.board_id IS 'The board.';
	COMMENT ON COLUMN workflow_perms.board_columns.column_id IS 'The column''s id, 1 to 255 bytes, unique in the board.';
	COMMENT ON COLUMN workflow_perms.board_columns.view_restricted IS 'Whether only the view list (column_access) and board owners see it.';
	COMMENT ON COLUMN workflow_perms.board_columns.edit_restricted IS 'Whether only the edit list (column_access) and board owners edit it.';

	COMMENT ON TABLE workflow_perms.column_access IS 'The view list and the edit list of a restricted column. Spec 4.8.';
	COMMENT ON COLUMN workflow_perms.column_access.board_id IS 'The column''s board.';
	COMMENT ON COLUMN workflow_perms.column_access.column_id IS 'The column.';
	COMMENT ON COLUMN workflow_perms.column_access.access IS 'The list: view or edit.';
	COMMENT ON COLUMN workflow_perms.column_access.user_id IS 'The user on the list, if the row names a user.';
	COMMENT ON COLUMN workflow_perms.column_access.role IS 'The role whose holders are on the list, if the row names a role.';

	COMMENT ON TABLE workflow_perms.workflow_steps IS 'The steps of a workflow''s live version, and the objects that they touch.';
	COMMENT ON COLUMN workflow_perms.workflow_steps.workflow_id IS 'The workflow.';
	COMMENT ON COLUMN workflow_perms.workflow_steps.step_id IS 'The step''s id, 1 to 255 bytes, unique in the workflow.';
	COMMENT ON COLUMN workflow_perms.workflow_steps.workspace_id IS 'The workspace that the step touches.';
	COMMENT ON COLUMN workflow_perms.workflow_steps.board_id IS 'The board that the step uses, in that workspace.';
	COMMENT ON COLUMN workflow_perms.workflow_steps.column_id IS 'The column of that board.';
	COMMENT ON COLUMN workflow_perms.workflow_steps.access IS 'The access to the column: read or write.';

	COMMENT ON TABLE workflow_perms.execution_rules IS 'Rules that allow or deny running a workflow, the workflows of a workspace, or all of the account''s workflows. Spec 4.5.';
	COMMENT ON COLUMN workflow_perms.execution_rules.workflow_id IS 'The workflow that the rule is for; NULL: a workspace, or the whole account.';
	COMMENT ON COLUMN workflow_perms.execution_rules.workspace_id IS 'The workspace (an application) that the rule is for; NULL: a workflow, or the whole account.';
	COMMENT ON COLUMN workflow_perms.execution_rules.user_id IS 'The user that it names, if it names a user.';
	COMMENT ON COLUMN workflow_perms.execution_rules.role IS 'The role that it names, if it names a role: a custom role or a system role.';
	COMMENT ON COLUMN workflow_perms.execution_rules.effect IS 'grant or deny.';

	COMMENT ON TABLE workflow_perms.connections IS 'The configurations that connected users have connected. Written by connect().';
	COMMENT ON COLUMN workflow_perms.connections.user_id IS 'The connected user.';
	COMMENT ON COLUMN workflow_perms.connections.configuration IS 'The configuration, at most 255 bytes; empty if the product has only one.';
	COMMENT ON COLUMN workflow_perms.connections.connected_at IS 'The time of the first connection. Written by the extension.';

	COMMENT ON TABLE workflow_perms.enablements IS 'The workflows that connected users have enabled or disabled, by configuration. Spec 4.4.';
	COMMENT ON COLUMN workflow_perms.enablements.workflow_id IS 'The workflow.';
	COMMENT ON COLUMN workflow_perms.enablements.user_id IS 'The connected user.';
	COMMENT ON COLUMN workflow_perms.enablements.configuration IS 'The configuration, at most 255 bytes; empty if the product has only one.';
	COMMENT ON COLUMN workflow_perms.enablements.enabled IS 'Whether it is enabled.';
	COMMENT ON COLUMN workflow_perms.enablements.reason IS 'The reason for the present state: user, default, or the code that disabled it. Written by the extension.';
	COMMENT ON COLUMN workflow_perms.enablements.changed_at IS 'The time of the last change of enabled. Written by the extension.';

	COMMENT ON TABLE workflow_perms.runs IS 'Runs of workflows, as the engine records them. A history: its ids may name objects that no longer exist.';
	COMMENT ON COLUMN workflow_perms.runs.run_id IS 'The run''s id, 1 to 255 bytes, unique in the account.';
	COMMENT ON COLUMN workflow_perms.runs.workflow_id IS 'The workflow that ran.';
	COMMENT ON COLUMN workflow_perms.runs.parent_run IS 'The run that called it and whose starter it has; only the engine names it. NULL: no run called it.';
	COMMENT ON COLUMN workflow_perms.runs.version IS 'The workflow''s live version at the start. Written by the extension.';
	COMMENT ON COLUMN workflow_perms.runs.started_by IS 'The user that started it; NULL if started_as is not user. Written by the extension.';
	COMMENT ON COLUMN workflow_perms.runs.started_as IS 'The kind of starter: user, anonymous or system (a schedule or a trigger). Written by the extension.';
	COMMENT ON COLUMN workflow_perms.runs.for_user IS 'The user that the run is for, if any. A run that another run called has its parent''s, unless another user is given.';
	COMMENT ON COLUMN workflow_perms.runs.run_as IS 'The user whose rights it has. Written by the extension.';
	COMMENT ON COLUMN workflow_perms.runs.status IS 'running, succeeded or failed.';
	COMMENT ON COLUMN workflow_perms.runs.started_at IS 'The time of the start.';
	COMMENT ON COLUMN workflow_perms.runs.finished_at IS 'The time of the end; NULL: still running.';

	COMMENT ON TABLE workflow_perms.run_steps IS 'Steps of runs, as the engine records them. A history: its ids may name objects that no longer exist.';
	COMMENT ON COLUMN workflow_perms.run_steps.run_id IS 'The run.';
	COMMENT ON COLUMN workflow_perms.run_steps.step_no IS 'The step''s number in the run.';
	COMMENT ON COLUMN workflow_perms.run_steps.workflow_id IS 'The workflow of the run. Written by the extension only.';
	COMMENT ON COLUMN workflow_perms.run_steps.step_id IS 'The step of the workflow.';
	COMMENT ON COLUMN workflow_perms.run_steps.workspace_id IS 'The workspace that it touched.';
	COMMENT ON COLUMN workflow_perms.run_steps.board_id IS 'The board that it used.';
	COMMENT ON COLUMN workflow_perms.run_steps.column_id IS 'The column of that board.';
	COMMENT ON COLUMN workflow_perms.run_steps.access IS 'The access to the column: read or write.';
	COMMENT ON COLUMN workflow_perms.run_steps.status IS 'running, succeeded or failed; failed if run_as may not do the step.';
	COMMENT ON COLUMN workflow_perms.run_steps.details IS 'Details that the engine records.';
	COMMENT ON COLUMN workflow_perms.run_steps.error IS 'The error, if it failed.';
	COMMENT ON COLUMN workflow_perms.run_steps.reason IS 'The code that says why run_as may not do the step. not_found: the live version declares steps, but not this one. Written by the extension.';

	COMMENT ON TABLE workflow_perms.audit_log IS 'All changes of permissions, with the user that made them, including automatic changes. Append-only. Spec 5.';
	COMMENT ON COLUMN workflow_perms.audit_log.entry IS 'The id of the entry: a UUID of version 7, so ids are in the order of time.';
	COMMENT ON COLUMN workflow_perms.audit_log.at IS 'The time at which the changing transaction began.';
	COMMENT ON COLUMN workflow_perms.audit_log.principal IS 'The user on whose behalf the change was made; NULL without a principal, for an anonymous one, and for one of another account.';
	COMMENT ON COLUMN workflow_perms.audit_log.database_role IS 'The database role that the session had taken.';
	COMMENT ON COLUMN workflow_perms.audit_log.action IS 'insert, update or delete.';
	COMMENT ON COLUMN workflow_perms.audit_log.object IS 'The table and the row''s key within the account, NULL as -, such as `workflow_members w1 u2 -`.';
	COMMENT ON COLUMN workflow_perms.audit_log.before IS 'The row before the change; NULL: there was none.';
	COMMENT ON COLUMN workflow_perms.audit_log.after IS 'The row after the change; NULL: there is none.';

	COMMENT ON TABLE workflow_perms.conditions IS 'The distinct conditions of each account''s workflows, so that each is evaluated once. Written by the extension; no role may read it.';
	COMMENT ON COLUMN workflow_perms.conditions.entry IS 'Identifies the row, here and in replicas.';
	COMMENT ON COLUMN workflow_perms.conditions.condition IS 'The condition. Conditions that no workflow has any more, and duplicates, are harmless.';
	COMMENT ON COLUMN workflow_perms.conditions.hash IS 'Its condition_hash().';
	COMMENT ON COLUMN workflow_perms.conditions.added IS 'The transaction that added the row; after a restore, a transaction of the dumped server.';
END
$body$;
COMMENT ON FUNCTION workflow_perms._comment_tables() IS 'Internal step of create_model(): comments on tables and columns.';
