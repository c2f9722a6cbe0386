-- What one can_view costs, in each form, over the workflows of one account: 100
-- workspaces, a third of them closed, a third of the workflows private. Peers are
-- the same rule written by hand. Net of the scan. Of one account: an id means a
-- workflow of the principal's, and another case's account has the same ids.
SELECT workflow_perms.create_account('bench', 'admin');
SELECT setseed(0.42);
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role)
	SELECT 'bench', 'user-' || i, 'member', 'member' FROM generate_series(1, 200) AS i;
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind)
	SELECT 'bench', 'workspace-' || i, CASE WHEN i % 3 = 0 THEN 'closed' ELSE 'open' END::workflow_perms.workspace_kind
	FROM generate_series(1, 100) AS i;
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id)
	SELECT 'bench', 'workspace-' || i, 'user-' || j FROM generate_series(1, 100) AS i, generate_series(1, 200) AS j
	WHERE (i * 7 + j) % 10 = 0;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status)
	SELECT 'bench', 'workflow-' || i, 'workspace-' || 1 + (random() * 99)::int,
		CASE WHEN random() < 0.67 THEN 'main' ELSE 'private' END::workflow_perms.workflow_visibility, 'live'
	FROM generate_series(1, :rows / 10) AS i;
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id)
	SELECT 'bench', workflow_id, 'user-' || 1 + (random() * 199)::int
	FROM workflow_perms.workflows WHERE account_id = 'bench' AND visibility = 'private';
\ir _vacuum.sql

CREATE FUNCTION by_exists(text, text, text, workflow_perms.workflow_visibility) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN EXISTS (SELECT FROM workflow_perms.workflow_members m
			WHERE m.account_id = $1 AND m.workflow_id = $2 AND m.user_id = 'user-7')
		OR ($4 = 'main' AND (EXISTS (SELECT FROM workflow_perms.workspaces s
				WHERE s.account_id = $1 AND s.workspace_id = $3 AND s.kind = 'open')
			OR EXISTS (SELECT FROM workflow_perms.workspace_members m
				WHERE m.account_id = $1 AND m.workspace_id = $3 AND m.user_id = 'user-7')));
END
$$;

INSERT INTO bench.cases (case_name, per, unit, session)
	SELECT 'can_view(' || form || ')', :rows / 10, 'ns', $$SELECT workflow_perms.set_principal('bench', 'user-7')$$
	FROM unnest(ARRAY['row', 'columns', 'id']) AS form;
INSERT INTO bench.contestants (case_name, contestant, side, statement, answer)
SELECT 'can_view(' || form || ')', contestant, side,
	format('SELECT count(*) FROM workflow_perms.workflows w WHERE w.account_id = ''bench'' AND %s', predicate),
	CASE WHEN side <> 'baseline' THEN
		format('SELECT count(*) || '' '' || md5(string_agg(workflow_id, '','' ORDER BY workflow_id)) FROM workflow_perms.workflows w WHERE w.account_id = ''bench'' AND %s', predicate) END
FROM unnest(ARRAY['row', 'columns', 'id']) AS form
CROSS JOIN LATERAL (VALUES
	('bare scan', 'baseline', $q$w.workflow_id <> ''$q$),
	('workflow_perms', 'ours', CASE form
		WHEN 'row' THEN 'workflow_perms.can_view(w)'
		WHEN 'columns' THEN 'workflow_perms.can_view(account_id, workflow_id, workspace_id, visibility, status, condition, hidden)'
		ELSE 'workflow_perms.can_view(workflow_id)' END),
	('EXISTS in plpgsql', 'peer', 'by_exists(account_id, workflow_id, workspace_id, visibility)')
) AS c (contestant, side, predicate);
