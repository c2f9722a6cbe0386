-- An account from its first row on, each step where the account is and as the role
-- that would do it. Included by citus.sql.
SELECT shop.create_account(:'account', 'olga');
SELECT shop.does(:'account', NULL, $$INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ($1, 'ann', 'member', 'member'), ($1, 'gus', 'member', 'guest') RETURNING user_id$$);
SELECT shop.does(:'account', NULL, $$INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) VALUES ($1, 'c1', 'connected', '{"plan": "pro"}'), ($1, 'c2', 'connected', '{"plan": "free"}') RETURNING user_id$$);
SELECT shop.does(:'account', NULL, $$INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ($1, 'open', 'open'), ($1, 'closed', 'closed') RETURNING workspace_id$$);
SELECT shop.does(:'account', NULL, $$INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition) VALUES ($1, 'w1', 'open', 'main', 'live', '{"plan": "pro"}'), ($1, 'w2', 'closed', 'main', 'live', NULL), ($1, 'w3', 'open', 'main', 'live', '{"plan": "pro"}') RETURNING workflow_id$$);
SELECT shop.does(:'account', NULL, $$SELECT DISTINCT condition FROM workflow_perms.conditions WHERE account_id = $1$$);

SET ROLE app;
-- what a member makes is its own, and it edits that alone
SELECT shop.asks(:'account', 'ann', format($$INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility) VALUES (%L, 'w4', 'open', 'private') RETURNING created_by$$, :'account'));
SELECT shop.does(:'account', 'ann', $$SELECT user_id FROM workflow_perms.workflow_members WHERE account_id = $1 AND workflow_id = 'w4' AND is_owner$$);
SELECT shop.does(:'account', 'ann', $$SELECT workflow_id FROM workflow_perms.workflows WHERE account_id = $1 ORDER BY 1$$);
SELECT shop.does(:'account', 'ann', $$SELECT workflow_id FROM workflow_perms.workflows WHERE account_id = $1 AND workflow_perms.can_edit(workflow_id)$$);
SELECT shop.does(:'account', 'ann', $$UPDATE workflow_perms.workflows SET hidden = true WHERE account_id = $1 AND workflow_id = 'w4' RETURNING hidden$$);
SELECT shop.does(:'account', 'ann', $$UPDATE workflow_perms.workflows SET hidden = true WHERE account_id = $1 AND workflow_id = 'w1' RETURNING hidden$$);
SELECT shop.does(:'account', 'ann', $$UPDATE workflow_perms.workflows SET hidden = true WHERE account_id = $1 AND workflow_id = 'w2' RETURNING hidden$$);
SELECT shop.does(:'account', 'gus', $$SELECT workflow_id FROM workflow_perms.workflows WHERE account_id = $1$$);
SELECT shop.does(:'account', 'c2', $$SELECT workflow_id FROM workflow_perms.workflows WHERE account_id = $1$$);
SELECT shop.does(:'account', 'ann', $$SELECT workflow_id FROM workflow_perms.visible_workflows('workflow_id', 2)$$);
SELECT shop.asks(:'account', 'ann', $$SELECT string_agg(workflow_id, ' ') FROM workflow_perms.visible_workflows('workflow_id', 2)$$);
SELECT shop.asks(:'account', 'c1', $$SELECT string_agg(workflow_id, ' ') FROM workflow_perms.visible_workflows('workflow_id', 2)$$);
SELECT shop.asks(:'account', 'ann', $$SELECT string_agg(w::text, ' ') FROM workflow_perms.what_can() w$$);
-- the audit log names the model's tables, not shards
SELECT shop.does(:'account', 'olga', $$SELECT principal || ' ' || object FROM workflow_perms.audit_log WHERE account_id = $1 AND action = 'update'$$);
-- enabling, and what ends it
SELECT shop.asks(:'account', 'c1', $$SELECT workflow_perms.enable('w1')$$);
SELECT shop.asks(:'account', 'c1', $$SELECT workflow_perms.enable('w3')$$);
SELECT shop.asks(:'account', 'c2', $$SELECT workflow_perms.enable('w3')$$);
SELECT shop.does(:'account', 'c1', $$SELECT workflow_id FROM workflow_perms.enablements WHERE account_id = $1 AND enabled ORDER BY 1$$);
RESET ROLE;
UPDATE workflow_perms.workflows SET condition = '{"plan": "team"}' WHERE account_id = :'account' AND workflow_id = 'w3';
SELECT workflow_id, enabled, reason FROM workflow_perms.enablements WHERE account_id = :'account' ORDER BY 1;
UPDATE workflow_perms.users SET metadata = '{"plan": "free"}' WHERE account_id = :'account' AND user_id = 'c1';
SELECT workflow_id, enabled, reason FROM workflow_perms.enablements WHERE account_id = :'account' ORDER BY 1;
SELECT count(DISTINCT condition) FROM workflow_perms.conditions WHERE account_id = :'account';
-- drafts go with the right to edit, and no earlier
SELECT shop.does(:'account', 'ann', $$INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ($1, 'w4', 'ann', '{"steps": []}') RETURNING user_id$$);
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, is_owner) VALUES (:'account', 'w4', 'olga', false);
UPDATE workflow_perms.workflow_members SET is_owner = true WHERE account_id = :'account' AND workflow_id = 'w4';
SELECT user_id FROM workflow_perms.workflow_drafts WHERE account_id = :'account';
UPDATE workflow_perms.workflow_members SET is_owner = false WHERE account_id = :'account' AND workflow_id = 'w4' AND user_id = 'ann';
SELECT user_id FROM workflow_perms.workflow_drafts WHERE account_id = :'account';
-- invariants
UPDATE workflow_perms.workflow_members SET is_owner = false WHERE account_id = :'account' AND workflow_id = 'w4' AND user_id = 'olga';
DELETE FROM workflow_perms.audit_log WHERE account_id = :'account';
INSERT INTO workflow_perms.role_includes (account_id, role, included_role) VALUES (:'account', 'Support', 'Member');
INSERT INTO workflow_perms.role_includes (account_id, role, included_role) VALUES (:'account', 'Member', 'Support');
