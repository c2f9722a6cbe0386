-- A work-management company: open and closed workspaces, private workflows,
-- owners, viewers and guests, a team that is a role, and a closed workspace of
-- which customers are offered what is main.
SELECT workflow_perms.create_account('company', 'olga');

INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES
	('company', 'tom', 'member', 'member'),
	('company', 'ann', 'member', 'member'),
	('company', 'fay', 'member', 'member'),
	('company', 'vic', 'member', 'viewer'),
	('company', 'gus', 'member', 'guest'),
	('company', 'bot', 'service', NULL);
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) VALUES
	('company', 'client', 'connected', '{"plan": "pro", "seats": 20, "region": "eu"}');
INSERT INTO workflow_perms.roles (account_id, role) VALUES ('company', 'Finance');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('company', 'fay', 'Finance');

INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES
	('company', 'marketing', 'open'),
	('company', 'finance', 'closed');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind, offered) VALUES
	('company', 'portal', 'closed', true);
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id, role) VALUES
	('company', 'marketing', 'ann', NULL),
	('company', 'finance', 'tom', NULL),
	('company', 'finance', NULL, 'Finance'),
	('company', 'portal', 'ann', NULL);
UPDATE workflow_perms.workspace_members SET is_owner = true
	WHERE account_id = 'company' AND (workspace_id, user_id) IN (('marketing', 'ann'), ('finance', 'tom'), ('portal', 'ann'));

INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status) VALUES
	('company', 'campaign', 'marketing', 'main', 'live'),
	('company', 'surprise', 'marketing', 'private', 'live'),
	('company', 'invoices', 'finance', 'main', 'live'),
	('company', 'bonuses', 'finance', 'private', 'live');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition) VALUES
	('company', 'statements', 'portal', 'main', 'live', '{"plan": "pro"}'),
	('company', 'payouts', 'portal', 'main', 'live', '{"plan": "enterprise"}');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, role) VALUES
	('company', 'campaign', 'ann', NULL),
	('company', 'campaign', 'gus', NULL),
	('company', 'surprise', 'ann', NULL),
	('company', 'surprise', 'vic', NULL),
	('company', 'invoices', 'tom', NULL),
	('company', 'invoices', 'bot', NULL),
	('company', 'bonuses', 'tom', NULL),
	('company', 'bonuses', NULL, 'Finance'),
	('company', 'statements', 'ann', NULL),
	('company', 'payouts', 'ann', NULL);
UPDATE workflow_perms.workflow_members SET is_owner = true
	WHERE account_id = 'company'
		AND (workflow_id, user_id) IN (('campaign', 'ann'), ('surprise', 'ann'), ('invoices', 'tom'), ('bonuses', 'tom'),
			('statements', 'ann'), ('payouts', 'ann'));
