-- The people and places of two accounts, :people and that with a 2: everybody who may see some of the rows of a list
-- for another reason (sql/pages.sql, sql/ordered_path.sql).
SELECT FROM workflow_perms.create_account(:'people', 'admin');
SELECT FROM workflow_perms.create_account(:'people' || '2', 'admin');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role, active) VALUES
	(:'people', 'member', 'member', 'member', true), (:'people', 'viewer', 'member', 'viewer', true), (:'people', 'guest', 'member', 'guest', true),
	(:'people', 'off', 'member', 'member', false), (:'people', 'service', 'service', NULL, true);
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) VALUES
	(:'people', 'pro', 'connected', '{"plan": "pro", "seats": 5}'), (:'people', 'free', 'connected', '{"plan": "free"}'),
	(:'people' || '2', 'pro', 'connected', '{"plan": "pro", "seats": 5}');
INSERT INTO workflow_perms.roles (account_id, role) VALUES (:'people', 'crew'), (:'people', 'viewers');
INSERT INTO workflow_perms.role_capabilities (account_id, role, capability) VALUES (:'people', 'viewers', 'workflows.view');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind)
	SELECT a, 'w' || i, (ARRAY['open', 'closed', 'closed', 'closed', 'project', 'app'])[1 + i % 6]::workflow_perms.workspace_kind
	FROM unnest(ARRAY[:'people', :'people' || '2']) a, generate_series(1, 18) i;
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id)
	SELECT :'people', 'w' || i, u FROM generate_series(1, 18) i, unnest(ARRAY['admin', 'member', 'viewer', 'guest', 'off']) u
	WHERE i % 6 < 4 AND (i * 7 + length(u)) % 5 = 0;
INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES
	(:'people', 'member', 'crew', NULL), (:'people', 'guest', 'crew', 'w3'), (:'people', 'service', 'crew', 'w8'), (:'people', 'viewer', 'viewers', 'w4');
