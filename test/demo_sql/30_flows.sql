-- A flow runner: one application, service accounts, roles of its own.
SELECT workflow_perms.create_account('flows', 'root');

INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES
	('flows', 'dev', 'member', 'member'),
	('flows', 'reader', 'service', NULL),
	('flows', 'ci', 'service', NULL);
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) VALUES
	('flows', 'visitor', 'connected', '{"country": "DE", "app": "v1.10.0"}');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES
	('flows', 'orders', 'app'),
	('flows', 'reports', 'app');
INSERT INTO workflow_perms.roles (account_id, role) VALUES ('flows', 'Observer');
INSERT INTO workflow_perms.role_capabilities (account_id, role, capability) VALUES ('flows', 'Observer', 'workflows.view');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES
	('flows', 'dev', 'Member', NULL),
	('flows', 'reader', 'Observer', 'reports');

INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition) VALUES
	('flows', 'checkout', 'orders', 'main', 'live', '{"app": {"$vgte": "1.9.0"}}'),
	('flows', 'refund', 'orders', 'main', 'live', '{"country": {"$nin": ["DE", "FR"]}}'),
	('flows', 'nightly', 'reports', 'main', 'live', NULL);

-- Whoever signs in may run what is live; the reports' application is for observers and
-- for ci, which is kept from the refunds.
INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, workspace_id, user_id, role, effect) VALUES
	('flows', NULL, NULL, NULL, 'NonAuthenticatedUser', 'deny'),
	('flows', NULL, 'reports', NULL, 'AuthenticatedUser', 'deny'),
	('flows', NULL, 'reports', NULL, 'Observer', 'grant'),
	('flows', NULL, 'reports', 'ci', NULL, 'grant'),
	('flows', 'refund', NULL, 'ci', NULL, 'deny');
