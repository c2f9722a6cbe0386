-- Who can? One workflow in an open workspace of an account of :rows / 40 users, some
-- of them guests, inactive or invited; against asking for one after the other.
SELECT workflow_perms.create_account('crowd', 'admin');
SET session_replication_role = replica;
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role, active)
	SELECT 'crowd', 'user-' || i, 'member', CASE WHEN i % 10 = 0 THEN 'guest' ELSE 'member' END::workflow_perms.account_role, i % 17 > 0
	FROM generate_series(1, :rows / 40) AS i;
INSERT INTO workflow_perms.workspaces VALUES ('crowd', 'open', 'open');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status) VALUES ('crowd', 'popular', 'open', 'main', 'live');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, is_owner)
	SELECT 'crowd', 'popular', 'user-' || i, i = 1 FROM generate_series(1, :rows / 40, 100) AS i
	UNION ALL SELECT 'crowd', 'popular', 'user-' || i, false FROM generate_series(10, :rows / 40, 500) AS i;
RESET session_replication_role;
\ir _vacuum.sql
INSERT INTO bench.cases (case_name, per, unit, session, at_most) VALUES
	(format('who can view, of %s users', :rows / 40), 1, 'ms', $$SELECT workflow_perms.set_principal('crowd', 'user-1')$$, :rows / 40 * 0.02);
INSERT INTO bench.contestants (case_name, contestant, side, statement, answer)
SELECT case_name, contestant, side, 'SELECT count(*) FROM ' || source, 'SELECT count(*) || '' '' || sum(hashtextextended(user_id, 1)) FROM ' || source
FROM bench.cases, (VALUES
	('workflow_perms', 'ours', $$workflow_perms.who_can('view', 'popular')$$),
	('can_view for one after the other', 'peer', $$workflow_perms.users u, workflow_perms.workflows w
		WHERE u.account_id = 'crowd' AND w.account_id = 'crowd' AND workflow_perms.can_view(workflow_perms.principal('crowd', u.user_id), w)$$)
) AS c (contestant, side, source)
WHERE case_name LIKE 'who can view%';
