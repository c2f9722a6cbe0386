-- Boards that steps use, versions that were published, and runs: what is
-- redacted for whom, and what fails because the publisher may not do it.
INSERT INTO workflow_perms.boards (account_id, board_id, workspace_id, kind) VALUES
	('company', 'pipeline', 'marketing', 'main'),
	('company', 'partners', 'marketing', 'shareable'),
	('company', 'salaries', 'finance', 'private');
INSERT INTO workflow_perms.board_members (account_id, board_id, user_id, role, is_owner) VALUES
	('company', 'pipeline', 'ann', NULL, true),
	('company', 'partners', 'ann', NULL, true),
	('company', 'partners', 'gus', NULL, false),
	('company', 'salaries', 'tom', NULL, true),
	('company', 'salaries', NULL, 'Finance', false);
INSERT INTO workflow_perms.board_columns (account_id, board_id, column_id, view_restricted, edit_restricted) VALUES
	('company', 'pipeline', 'phase', false, true),
	('company', 'pipeline', 'budget', true, true),
	('company', 'partners', 'contact', false, false),
	('company', 'salaries', 'amount', false, true);
INSERT INTO workflow_perms.column_access (account_id, board_id, column_id, access, user_id, role) VALUES
	('company', 'pipeline', 'phase', 'edit', 'vic', NULL),
	('company', 'pipeline', 'budget', 'view', NULL, 'Finance'),
	('company', 'pipeline', 'budget', 'view', 'tom', NULL),
	('company', 'pipeline', 'budget', 'edit', 'tom', NULL);

BEGIN;
SELECT workflow_perms.set_principal('company', 'ann');
INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES
	('company', 'campaign', 'ann', '{"do": ["greet", "plan", "invite", "spend"]}');
SELECT workflow_perms.publish('campaign', '[
	{"step_id": "greet", "workspace_id": "marketing", "access": "read"},
	{"step_id": "plan", "workspace_id": "marketing", "board_id": "pipeline", "column_id": "phase", "access": "write"},
	{"step_id": "invite", "workspace_id": "marketing", "board_id": "partners", "access": "read"},
	{"step_id": "spend", "workspace_id": "marketing", "board_id": "pipeline", "column_id": "budget", "access": "write"}]');
COMMIT;
BEGIN;
SELECT workflow_perms.set_principal('company', 'tom');
INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES
	('company', 'bonuses', 'tom', '{"do": ["pay"]}');
SELECT workflow_perms.publish('bonuses', '[
	{"step_id": "pay", "workspace_id": "finance", "board_id": "salaries", "column_id": "amount", "access": "write"}]');
COMMIT;

INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES
	('integrations', 'sync', 'bank', true),
	('integrations', 'sync', 'shop', true),
	('company', 'campaign', 'client', true);
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, for_user, status, started_at) VALUES
	('integrations', 'sync-1', 'sync', 'bank', 'running', now()),
	('integrations', 'sync-2', 'sync', 'shop', 'running', now()),
	('company', 'campaign-1', 'campaign', NULL, 'running', now()),
	('company', 'campaign-2', 'campaign', 'client', 'running', now()),
	('company', 'bonuses-1', 'bonuses', NULL, 'running', now()),
	('flows', 'nightly-1', 'nightly', NULL, 'running', now());
INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, step_id, workspace_id, board_id, column_id, access, status, details) VALUES
	('integrations', 'sync-1', 1, 'fetch', NULL, NULL, NULL, NULL, 'failed', '{"rows": 0}'),
	('integrations', 'sync-2', 1, 'fetch', NULL, NULL, NULL, NULL, 'succeeded', '{"rows": 7}'),
	('company', 'campaign-1', 1, 'plan', 'marketing', 'pipeline', 'phase', 'write', 'succeeded', '{"to": "done"}'),
	('company', 'campaign-1', 2, 'invite', 'marketing', 'partners', NULL, 'read', 'succeeded', '{"partners": 3}'),
	('company', 'campaign-2', 1, 'greet', 'marketing', NULL, NULL, 'read', 'succeeded', '{"to": "client"}'),
	('company', 'campaign-2', 2, 'spend', 'marketing', 'pipeline', 'budget', 'write', 'succeeded', '{"euro": 500}'),
	('company', 'bonuses-1', 1, 'pay', 'finance', 'salaries', 'amount', 'write', 'succeeded', '{"euro": 9000}');
UPDATE workflow_perms.runs SET status = 'failed', finished_at = now() WHERE run_id = 'sync-1';
UPDATE workflow_perms.runs SET status = 'succeeded', finished_at = now() WHERE run_id IN ('sync-2', 'campaign-1', 'bonuses-1');
