-- 100,000 more workflows of the company, over 60 workspaces: two of three open,
-- seven of ten workflows main, a condition on one in five.
SELECT setseed(0.15);
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind)
	SELECT 'company', 'team-' || i, CASE WHEN i % 3 = 0 THEN 'closed' ELSE 'open' END::workflow_perms.workspace_kind
	FROM generate_series(1, 60) AS i;
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id)
	SELECT 'company', 'team-' || i, (ARRAY['tom', 'ann', 'fay', 'gus'])[1 + i % 4]
	FROM generate_series(1, 60) AS i;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition)
	SELECT 'company', 'flow-' || lpad(i::text, 6, '0'), 'team-' || 1 + (random() * 59)::int,
		CASE WHEN random() < 0.7 THEN 'main' ELSE 'private' END::workflow_perms.workflow_visibility,
		CASE WHEN random() < 0.9 THEN 'live' ELSE 'draft' END::workflow_perms.workflow_status,
		CASE WHEN random() < 0.2 THEN
			format('{"plan": {"$in": ["pro", "enterprise"]}, "seats": {"$gte": %s}}', 1 + (random() * 40)::int)
		END::workflow_perms.metadata_condition
	FROM generate_series(1, 100000) AS i;
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id)
	SELECT 'company', workflow_id, (ARRAY['tom', 'ann', 'fay', 'vic', 'gus'])[1 + (random() * 4)::int]
	FROM workflow_perms.workflows
	WHERE account_id = 'company' AND visibility = 'private' AND workflow_id LIKE 'flow-%' AND random() < 0.1;
ANALYZE;
