-- An embedded-integration vendor: a project, team roles, and connected users who
-- see the workflows of their plan.
SELECT workflow_perms.create_account('integrations', 'ada');

INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES
	('integrations', 'max', 'member', 'member'),
	('integrations', 'sue', 'member', 'member'),
	('integrations', 'nora', 'member', 'viewer');
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) VALUES
	('integrations', 'cafe', 'connected', '{"billingPlan": "free", "seats": 3, "region": "us"}'),
	('integrations', 'bank', 'connected', '{"billingPlan": "enterprise", "seats": 400, "region": "eu"}'),
	('integrations', 'shop', 'connected', '{"billingPlan": "pro", "seats": 12, "features": ["beta"]}'),
	('integrations', 'solo', 'connected', '{"billingPlan": "pro", "seats": "12"}'),
	('integrations', 'u42', 'connected', '{}');
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata, active) VALUES
	('integrations', 'gone', 'connected', '{"billingPlan": "pro"}', false);
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES
	('integrations', 'max', 'Member'),
	('integrations', 'sue', 'Support');

INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES
	('integrations', 'crm', 'project');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition, hidden) VALUES
	('integrations', 'welcome', 'crm', 'main', 'live', NULL, false),
	('integrations', 'alerts', 'crm', 'main', 'live', '{"billingPlan": "pro"}', false),
	('integrations', 'sync', 'crm', 'main', 'live', '{"billingPlan": {"$in": ["pro", "enterprise"]}, "seats": {"$gte": 10}}', false),
	('integrations', 'preview', 'crm', 'main', 'live', '{"$or": [{"features": "beta"}, {"$userId": "u42"}]}', false),
	('integrations', 'legacy', 'crm', 'main', 'live', NULL, true),
	('integrations', 'next', 'crm', 'main', 'draft', NULL, false);
