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
-- rules of the workspace and of the account
INSERT INTO workflow_perms.execution_rules (account_id, workspace_id, role, effect) VALUES (:'account', 'open', 'AuthenticatedUser', 'deny');
SELECT shop.asks(:'account', 'ann', $$SELECT string_agg(code || ': ' || decided_by, ' ') FROM workflow_perms.explain_access('run', 'w1') WHERE code IS NOT NULL$$);
SET ROLE app;
SELECT shop.asks(:'account', 'ann', $$SELECT workflow_perms.start_run('w1', 'r1')$$);
SELECT shop.asks(:'account', 'ann', $$SELECT string_agg(workflow_id, ' ') FROM workflow_perms.runnable_workflows()$$);
RESET ROLE;
DELETE FROM workflow_perms.execution_rules WHERE account_id = :'account';
SET ROLE app;
SELECT shop.asks(:'account', 'olga', format($$INSERT INTO workflow_perms.execution_rules (account_id, user_id, effect) VALUES (%L, 'ann', 'deny') RETURNING effect$$, :'account'));
SELECT shop.asks(:'account', 'ann', $$SELECT workflow_perms.start_run('w1', 'r1')$$);
SELECT shop.asks(:'account', 'ann', format($$DELETE FROM workflow_perms.execution_rules WHERE account_id = %L RETURNING effect$$, :'account'));
SELECT shop.asks(:'account', 'olga', format($$DELETE FROM workflow_perms.execution_rules WHERE account_id = %L RETURNING effect$$, :'account'));
SELECT shop.asks(:'account', 'ann', $$SELECT string_agg(workflow_id, ' ' ORDER BY workflow_id) FROM workflow_perms.runnable_workflows()$$);
-- publishing, with steps and without
SELECT shop.asks(:'account', 'olga', format($$INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES (%L, 'w4', 'olga', '1') RETURNING user_id$$, :'account'));
SELECT shop.asks(:'account', 'olga', $$SELECT state FROM workflow_perms.definition('w4')$$);
SELECT shop.asks(:'account', 'olga', $$SELECT count(*) FROM workflow_perms.publish('w4', '[{"step_id": "s1", "workspace_id": "open", "access": "write"}]')$$);
SELECT shop.asks(:'account', 'olga', format($$INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES (%L, 'w4', 'olga', '2') RETURNING user_id$$, :'account'));
SELECT shop.asks(:'account', 'olga', $$SELECT count(*) FROM workflow_perms.publish('w4')$$);
SELECT shop.asks(:'account', 'olga', $$SELECT state || ' ' || version FROM workflow_perms.definition('w4')$$);
-- runs, and what they call
SELECT shop.asks(:'account', 'ann', $$SELECT workflow_perms.start_run('w1', 'r1')$$);
SELECT shop.asks(:'account', 'olga', $$SELECT workflow_perms.start_run('w4', 'r2')$$);
SET ROLE flow_engine;
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, parent_run, status, started_at) VALUES (:'account', 'r3', 'w3', 'r1', 'running', now()) RETURNING run_id, started_by;
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, parent_run, status, started_at) VALUES (:'account', 'r4', 'w2', 'r1', 'running', now());
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, parent_run, status, started_at) VALUES (:'account', 'r4', 'w3', 'no', 'running', now());
SELECT shop.records(:'account', $$SELECT workflow_perms.record_step($1, 'r2', 1, 's1', 'succeeded', '{"sent": 1}')$$);
SELECT shop.records(:'account', $$SELECT workflow_perms.record_step($1, 'r2', 2, 's2', 'succeeded', '{"sent": 2}')$$);
UPDATE workflow_perms.runs SET status = 'succeeded' WHERE account_id = :'account' AND run_id = 'r3' RETURNING run_id, finished_at IS NOT NULL AS ended;
RESET ROLE;
SELECT run_id, workflow_id, parent_run, started_by, started_as, run_as, status FROM workflow_perms.runs WHERE account_id = :'account' ORDER BY 1;
SET ROLE app;
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, parent_run, status, started_at) VALUES (:'account', 'r5', 'w3', 'r1', 'running', now());
SELECT shop.does(:'account', 'ann', $$SELECT concat_ws(' ', run_id, parent_run) FROM workflow_perms.runs WHERE account_id = $1 ORDER BY 1$$);
SELECT shop.does(:'account', 'c1', $$SELECT run_id FROM workflow_perms.runs WHERE account_id = $1$$);
SELECT shop.does(:'account', 'olga', $$SELECT concat_ws(' ', run_id, step_no, status, reason) FROM workflow_perms.run_steps WHERE account_id = $1 ORDER BY 1$$);
SELECT shop.asks(:'account', 'ann', $$SELECT workflow_perms.replay('r2', 'r5')$$);
SELECT shop.asks(:'account', 'olga', $$SELECT workflow_perms.replay('r2', 'r5')$$);
-- lists in an order, by either plan
BEGIN;
SET LOCAL citus.propagate_set_commands = 'local';
SET LOCAL workflow_perms.enable_ordered_path = off;
SELECT shop.does(:'account', 'ann', $$SELECT workflow_id FROM workflow_perms.workflows WHERE account_id = $1 ORDER BY workflow_id DESC LIMIT 2$$);
COMMIT;
SELECT shop.does(:'account', 'ann', $$SELECT workflow_id FROM workflow_perms.workflows WHERE account_id = $1 ORDER BY workflow_id DESC LIMIT 2$$);
SELECT shop.asks(:'account', 'ann', $$SELECT string_agg(v.workflow_id, ' ' ORDER BY v.workflow_id) FROM workflow_perms.visible_workflows() v$$);
SELECT shop.asks(:'account', 'c1', $$SELECT count(*) FROM workflow_perms.visible_workflows()$$);
-- somebody leaves
SELECT shop.asks(:'account', 'ann', $$SELECT workflow_perms.offboard('gus', 'olga')$$);
SELECT shop.asks(:'account', 'olga', $$SELECT string_agg(concat_ws(' ', relation, object, change), ', ') FROM workflow_perms.offboard('ann', 'olga')$$);
SELECT shop.does(:'account', 'ann', $$SELECT workflow_id FROM workflow_perms.workflows WHERE account_id = $1$$);
SELECT shop.does(:'account', 'olga', $$SELECT concat_ws(' ', action, object, principal, database_role) FROM workflow_perms.audit_log WHERE account_id = $1 ORDER BY entry DESC LIMIT 2$$);
RESET ROLE;
-- and comes back, for the tests that follow
UPDATE workflow_perms.users SET active = true WHERE account_id = :'account' AND user_id = 'ann';
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES (:'account', 'w4', 'ann');
