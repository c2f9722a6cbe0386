-- test/benchmarks/_own_model.sql: the rows of _own.sql in the model's tables, and triggers that
-- copy each write of the application's flows into them. test/bench --own measures this
-- first, in a database of its own, and shows it as further peers of _own.sql's cases.
\ir _own_rows.sql
SET session_replication_role = replica;
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role, active) SELECT account_id, user_id, kind::workflow_perms.user_kind, account_role::workflow_perms.account_role, active FROM own.wp_users;
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) SELECT account_id, user_id, role FROM own.wp_role_grants;
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) SELECT account_id, workspace_id, kind::workflow_perms.workspace_kind FROM own.wp_workspaces;
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id, role) SELECT account_id, workspace_id, user_id, role FROM own.wp_workspace_members;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, name, visibility, status, condition, created_by, run_as, updated_at)
	SELECT w.account_id, w.workflow_id, w.workspace_id, w.name, w.visibility::workflow_perms.workflow_visibility, w.status::workflow_perms.workflow_status, w.condition, w.created_by, w.run_as, f.updated_at
	FROM own.wp_workflows w JOIN own.flows f ON f.id = w.workflow_id;
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, is_owner)
	SELECT account_id, workflow_id, user_id, bool_or(is_owner) FROM own.wp_workflow_members GROUP BY 1, 2, 3;
RESET session_replication_role;
CREATE INDEX ON workflow_perms.workflows (account_id, updated_at DESC);
-- Runs as a role that may write both, past the guards. The extension makes the creator the owner.
CREATE FUNCTION own.copy_flow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = own AS $$
BEGIN
	IF TG_OP = 'INSERT' THEN
		INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, name, visibility, status, condition, updated_at)
			SELECT account_id, workflow_id, workspace_id, name, visibility::workflow_perms.workflow_visibility, status::workflow_perms.workflow_status, condition, NEW.updated_at FROM wp_workflows WHERE workflow_id = NEW.id;
	ELSIF TG_OP = 'UPDATE' THEN
		UPDATE workflow_perms.workflows w SET workspace_id = n.workspace_id, name = n.name, visibility = n.visibility::workflow_perms.workflow_visibility,
			status = n.status::workflow_perms.workflow_status, condition = n.condition, updated_at = NEW.updated_at
			FROM wp_workflows n WHERE n.workflow_id = NEW.id AND w.account_id = NEW.org_id::text AND w.workflow_id = NEW.id::text;
	ELSE
		DELETE FROM workflow_perms.workflows w WHERE w.account_id = OLD.org_id::text AND w.workflow_id = OLD.id::text;
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER copy_flow AFTER INSERT OR UPDATE OR DELETE ON own.flows FOR EACH ROW EXECUTE FUNCTION own.copy_flow();
VACUUM ANALYZE;
INSERT INTO bench.contestants (case_name, contestant, side, statement, answer, role, at_most) VALUES
	('own tables, list of 20', 'the model''s tables', 'peer', 'SELECT workflow_id, name FROM workflow_perms.workflows ORDER BY updated_at DESC LIMIT 20',
		'SELECT string_agg(workflow_id, '','') FROM (SELECT workflow_id FROM workflow_perms.workflows ORDER BY updated_at DESC, workflow_id LIMIT 20) AS q', 'bench_app', 1.5),
	('own tables, count', 'the model''s tables', 'peer', 'SELECT count(*) FROM workflow_perms.workflows',
		'SELECT count(*) || '' '' || sum(hashtextextended(workflow_id, 1)) FROM workflow_perms.workflows', 'bench_app', 1.5),
	('own tables, one by its id', 'the model''s tables', 'peer', format('SELECT name FROM workflow_perms.workflows WHERE workflow_id = %L', :'one'),
		format('SELECT name FROM workflow_perms.workflows WHERE workflow_id = %L', :'one'), 'bench_app', 1.5),
	('own tables, 100 new rows', 'copying triggers', 'peer', format('INSERT INTO own.flows SELECT own.uid(''new'', i), %L, %L, ''new'', ''draft'', %L, false, NULL, now() FROM generate_series(1, 100) i', :'org', :'folder', :'me'), NULL, 'bench_app', 1.0),
	('own tables, 100 changed rows', 'copying triggers', 'peer', 'UPDATE own.flows SET name = name || ''*'' WHERE id IN (SELECT own.uid(''change'', i) FROM generate_series(1, 100) i)', NULL, 'bench_app', 1.0);
