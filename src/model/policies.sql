-- model/policies.sql: row-level security policies of the tables (spec 6.3), and
-- the triggers that call the guards.  The policies of conditions, audit_log and
-- accounts, and the engine's policies on runs, are with the features that they
-- serve (register_conditions.sql, audit.sql, record.sql, runs.sql).
--
-- The pattern is the same for every table.  One predicate says which rows are
-- visible.  SELECT, UPDATE and DELETE all use it, so a write to an invisible
-- row finds 0 rows, raises no error and reveals nothing.  The guard, a BEFORE
-- trigger, decides whether a visible row may be written.  It can raise the
-- code, while a policy could only hide the row.  The checks on new rows are a
-- second barrier after the guard: only members and services of an account write
-- into it, and connected users for themselves.
--
-- Policies are TO PUBLIC. They decide by the session's principal, whichever
-- role runs the query.  Grants say which roles have access to the tables at
-- all.  Policies use columns and functions only, without sub-selects, so that
-- the planner can turn them into index conditions and a distributed engine can
-- ship them.  Every decision checks the account anyway, but policies check it
-- separately and first.  So every key of every table can be used as an index.

CREATE FUNCTION workflow_perms._create_policy_set(relation text, visible text, writers text)
RETURNS void LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	rows_there CONSTANT text := format('account_id = workflow_perms.principal_account() AND (%s)', visible);
	guard text[];
BEGIN
	-- One guard for several tables, with different arguments.
	SELECT g.arguments::text[] INTO guard
		FROM (VALUES
			('board_columns', '{_guard_board,column}'),
			('column_access', '{_guard_board,access to column}'),
			('workflow_versions', '{_refuse_write,version of workflow,workflow_id}'),
			('audit_log', '{_refuse_write,audit entry,object}'),
			('conditions', '{_refuse_write,registered condition}')
		) AS g (table_name, arguments)
		WHERE g.table_name = relation;
	guard := coalesce(guard, ARRAY['guard_' || relation]);

	EXECUTE format('CREATE POLICY %1$I ON workflow_perms.%2$I FOR SELECT USING (%3$s)',
		relation || '_select', relation, rows_there);
	EXECUTE format('CREATE POLICY %1$I ON workflow_perms.%2$I FOR INSERT WITH CHECK (%3$s)',
		relation || '_insert', relation, writers);
	EXECUTE format('CREATE POLICY %1$I ON workflow_perms.%2$I FOR UPDATE USING (%3$s) WITH CHECK (%4$s)',
		relation || '_update', relation, rows_there, writers);
	EXECUTE format('CREATE POLICY %1$I ON workflow_perms.%2$I FOR DELETE USING (%3$s)',
		relation || '_delete', relation, rows_there);
	-- The name sorts before the invariants' triggers: a principal that may not
	-- write learns nothing else.
	EXECUTE format('CREATE TRIGGER authorize BEFORE INSERT OR UPDATE OR DELETE ON workflow_perms.%1$I'
		' FOR EACH ROW EXECUTE FUNCTION workflow_perms.%2$s', relation,
		CASE WHEN relation IN ('runs', 'run_steps') THEN 'guard_history()'
			ELSE format('guard(%s)', (SELECT string_agg(quote_literal(g.argument), ', ' ORDER BY g.place)
				FROM unnest(guard) WITH ORDINALITY AS g (argument, place))) END);
END
$$;
COMMENT ON FUNCTION workflow_perms._create_policy_set(text, text, text) IS
'Internal step of create_model(): the policies and the guard of one table. The first predicate says which rows are visible, the second who may write new rows at all. Spec 6.3.';

CREATE FUNCTION workflow_perms._create_policies()
RETURNS void LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	team CONSTANT text := 'workflow_perms.principal_is_team(account_id)';
	admin CONSTANT text := 'workflow_perms.principal_has_account_role(account_id, VARIADIC ''{admin}''::workflow_perms.account_role[])';
	guest CONSTANT text := 'workflow_perms.principal_has_account_role(account_id, VARIADIC ''{guest}''::workflow_perms.account_role[])';
	oneself CONSTANT text := 'workflow_perms.principal_is(account_id, user_id)';
	event text;
BEGIN
	PERFORM workflow_perms._create_policy_set('accounts', team, team);

	PERFORM workflow_perms._create_policy_set('users', concat_ws(' OR ',
		oneself,
		format('(kind <> ''connected'' AND %s AND NOT %s)', team, guest),
		'(kind = ''connected'' AND workflow_perms.principal_holds(account_id, ''connected_users.view''))'), team);

	PERFORM workflow_perms._create_policy_set('roles', team, team);
	PERFORM workflow_perms._create_policy_set('role_capabilities', team, team);
	PERFORM workflow_perms._create_policy_set('role_includes', team, team);

	PERFORM workflow_perms._create_policy_set('role_grants', concat_ws(' OR ',
		oneself,
		admin,
		'workflow_perms.principal_holds(account_id, ''team.manage_roles'')',
		-- NULL means the whole account; the line above has covered that
		'(workspace_id IS NOT NULL AND workflow_perms.principal_holds(account_id, ''team.manage_roles'', workspace_id))'), team);

	PERFORM workflow_perms._create_policy_set('workspaces', concat_ws(' OR ',
		'workflow_perms.can_access_workspace(account_id, workspace_id, kind)',
		admin), team);

	-- For INSERT ... RETURNING only.  The row is returned before a trigger
	-- makes its creator the owner.
	CREATE POLICY workspaces_returning ON workflow_perms.workspaces FOR SELECT USING (
		account_id = workflow_perms.principal_account()
		AND workflow_perms.principal_makes_workspace(account_id, workspace_id, kind));

	PERFORM workflow_perms._create_policy_set('workspace_members', concat_ws(' OR ',
		oneself,
		format('(%s AND workflow_perms.can_access_workspace(workspace_id))', team)), team);

	-- The second line is for INSERT ... RETURNING. The row is returned before a
	-- trigger makes its creator the owner.  Both lines are index conditions
	-- (src/planner).
	PERFORM workflow_perms._create_policy_set('workflows', concat_ws(' OR ',
		'workflow_perms.can_view(account_id, workflow_id, workspace_id, visibility, status, condition, hidden)',
		'workflow_perms.principal_created(account_id, workflow_id, workspace_id, created_by)'), team);

	PERFORM workflow_perms._create_policy_set('workflow_members',
		format('(%s AND workflow_perms.can_view_in(account_id, workflow_id))', team), team);

	PERFORM workflow_perms._create_policy_set('workflow_drafts',
		oneself || ' AND workflow_perms.can_view_draft(workflow_id)', team);

	PERFORM workflow_perms._create_policy_set('workflow_versions',
		format('(%s AND workflow_perms.can_view_in(account_id, workflow_id) AND workflow_perms.can_view_version(workflow_id, version))', team), team);

	PERFORM workflow_perms._create_policy_set('execution_rules', concat_ws(' OR ',
		admin,
		'workflow_perms.principal_holds(account_id, ''team.manage_roles'')',
		-- If both are NULL, the rule is for the whole account; the lines above have covered that
		'(workflow_id IS NOT NULL AND workflow_perms.principal_manages_rules(account_id, workflow_id))',
		'(workspace_id IS NOT NULL AND workflow_perms.workspace_rules_verdict(account_id, workspace_id) = ''allowed'')'), team);

	PERFORM workflow_perms._create_policy_set('boards',
		'workflow_perms.can_view_board(account_id, board_id, workspace_id, kind)', team);
	CREATE POLICY boards_returning ON workflow_perms.boards FOR SELECT USING (
		account_id = workflow_perms.principal_account() AND workflow_perms.principal_makes_board(account_id, board_id));
	PERFORM workflow_perms._create_policy_set('board_members', 'workflow_perms.can_view_board(board_id)', team);
	PERFORM workflow_perms._create_policy_set('board_columns',
		'workflow_perms.can_view_column(account_id, board_id, column_id, view_restricted)', team);
	PERFORM workflow_perms._create_policy_set('column_access', concat_ws(' OR ',
		oneself,
		'workflow_perms.principal_owns_board(account_id, board_id)'), team);
	PERFORM workflow_perms._create_policy_set('workflow_steps',
		format('(%s AND workflow_perms.can_view_in(account_id, workflow_id))', team), team);
	-- For roles that the guard binds.
	FOREACH event IN ARRAY ARRAY['insert', 'update', 'delete'] LOOP
		EXECUTE format('CREATE TRIGGER %I AFTER %s ON workflow_perms.workflow_steps REFERENCING %s TABLE AS changed'
			' FOR EACH STATEMENT WHEN (row_security_active(''workflow_perms.workflow_steps''))'
			' EXECUTE FUNCTION workflow_perms.effect(''_become_run_as'')',
			'become_run_as_' || event, event, CASE event WHEN 'delete' THEN 'OLD' ELSE 'NEW' END);
	END LOOP;
	PERFORM workflow_perms._create_policy_set('runs',
		'workflow_perms.can_view_run(account_id, workflow_id, started_by, for_user)', team);
	PERFORM workflow_perms._create_policy_set('run_steps',
		'workflow_perms.can_view_run_detail(account_id, workflow_id, run_id, workspace_id, board_id, column_id, access, reason)', team);

	PERFORM workflow_perms._create_policy_set('connections', concat_ws(' OR ',
		oneself,
		'workflow_perms.principal_holds(account_id, ''connected_users.view'')'), team);

	PERFORM workflow_perms._create_policy_set('enablements', concat_ws(' OR ',
			oneself,
			'workflow_perms.principal_holds_for_workflow(account_id, ''connected_users.view'', workflow_id)'),
		concat_ws(' OR ', oneself, team));
END
$$;
COMMENT ON FUNCTION workflow_perms._create_policies() IS
'Part of create_model(): policies and guards. Spec 6.3.';
