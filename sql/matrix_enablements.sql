-- The write matrix (spec 6.3), tables connections and enablements: for each rule one
-- who may and one who may not. `project_flow` has the condition of plan pro and lies in
-- p1; `other_project_flow` has none and lies in p2.
BEGIN;
INSERT INTO workflow_perms.roles (account_id, role) VALUES ('mx', 'Watchers');
INSERT INTO workflow_perms.role_capabilities (account_id, role, capability) VALUES ('mx', 'Watchers', 'connected_users.view');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role, metadata, active) VALUES
	('mx', 'watch', 'member', 'viewer', '{}', true), -- holds Watchers: connected_users.view and nothing else
	('mx', 'asleep', 'connected', NULL, '{"plan": "pro"}', false);
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('mx', 'watch', 'Watchers');
INSERT INTO workflow_perms.connections (account_id, user_id) VALUES ('mx', 'pro'), ('mx', 'free'), ('my', 'pro');
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES
	('mx', 'project_flow', 'pro', true), ('mx', 'project_flow', 'free', false), ('mx', 'other_project_flow', 'free', true),
	('mx', 'project_flow', 'asleep', false);
COMMIT;
TRUNCATE matrix.cells RESTART IDENTITY;
INSERT INTO matrix.cells (cell, who, statement, expected, database_role) VALUES
	-- connections SELECT: C own, connected_users.view
	('connections select: own', 'mx/pro', $$SELECT FROM workflow_perms.connections$$, '1 row', 'regress_app'),
	('connections select: connected_users.view', 'mx/watch', $$SELECT FROM workflow_perms.connections$$, '2 rows', 'regress_app'),
	('connections select: held for one workspace only', 'mx/sup1', $$SELECT FROM workflow_perms.connections$$, '0 rows', 'regress_app'),
	('connections select: AA without it', 'mx/adele', $$SELECT FROM workflow_perms.connections$$, '0 rows', 'regress_app'),
	('connections select: anonymous', 'mx/', $$SELECT FROM workflow_perms.connections$$, '0 rows', 'regress_app'),
	('connections select: none', 'none', $$SELECT FROM workflow_perms.connections$$, '0 rows', 'regress_app'),
	-- connections INSERT, UPDATE: the extension
	('connections insert: own', 'mx/pro', $$INSERT INTO workflow_perms.connections (account_id, user_id, configuration) VALUES ('mx', 'pro', 'c')$$, 'system', 'regress_full'),
	('connections insert: Support', 'mx/sup', $$INSERT INTO workflow_perms.connections (account_id, user_id, configuration) VALUES ('mx', 'pro', 'c')$$, 'system', 'regress_full'),
	('connections insert: not granted', 'mx/sup', $$INSERT INTO workflow_perms.connections (account_id, user_id, configuration) VALUES ('mx', 'pro', 'c')$$, 'permission denied for table connections', 'regress_app'),
	('connections insert by connect(): own', 'mx/pro', $$SELECT FROM workflow_perms.connect('c')$$, '0 rows', 'regress_app'),
	('connections update: Support', 'mx/sup', $$UPDATE workflow_perms.connections SET configuration = 'c' WHERE user_id = 'pro'$$, 'system', 'regress_full'),
	-- connections DELETE: connected_users.manage
	('connections delete: Support', 'mx/sup', $$DELETE FROM workflow_perms.connections WHERE user_id = 'pro'$$, '1 row', 'regress_app'),
	('connections delete: own', 'mx/pro', $$DELETE FROM workflow_perms.connections WHERE user_id = 'pro'$$, 'no_capability', 'regress_app'),
	('connections delete: who may see only', 'mx/watch', $$DELETE FROM workflow_perms.connections WHERE user_id = 'pro'$$, 'no_capability', 'regress_app'),
	('connections delete: of another account', 'my/ada', $$DELETE FROM workflow_perms.connections WHERE account_id = 'mx'$$, '0 rows', 'regress_app'),
	-- enablements SELECT: C own, connected_users.view for the account or the workflow's workspace
	('enablements select: own', 'mx/pro', $$SELECT FROM workflow_perms.enablements$$, '1 row', 'regress_app'),
	('enablements select: connected_users.view', 'mx/watch', $$SELECT FROM workflow_perms.enablements$$, '4 rows', 'regress_app'),
	('enablements select: held for one workspace', 'mx/sup1', $$SELECT FROM workflow_perms.enablements$$, '3 rows', 'regress_app'),
	('enablements select: AA without it', 'mx/adele', $$SELECT FROM workflow_perms.enablements$$, '0 rows', 'regress_app'),
	('enablements select: an owner of workflows', 'mx/wo', $$SELECT FROM workflow_perms.enablements$$, '0 rows', 'regress_app'),
	('enablements select: inactive', 'mx/asleep', $$SELECT FROM workflow_perms.enablements$$, '0 rows', 'regress_app'),
	('enablements select: none', 'none', $$SELECT FROM workflow_perms.enablements$$, '0 rows', 'regress_app'),
	-- enablements INSERT: C own or connected_users.manage for the account or the workflow's workspace
	('enablements insert: own', 'mx/pro', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('mx', 'open_main', 'pro', true)$$, '1 row', 'regress_app'),
	('enablements insert and return: own', 'mx/pro', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('mx', 'open_main', 'pro', true) RETURNING reason, changed_at$$, '1 row', 'regress_app'),
	('enablements insert: another''s', 'mx/free', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('mx', 'open_main', 'pro', true)$$, 'no_capability', 'regress_app'),
	('enablements insert: Support', 'mx/sup', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('mx', 'open_main', 'pro', true)$$, '1 row', 'regress_app'),
	('enablements insert: Support for that workspace', 'mx/sup1', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, configuration, enabled) VALUES ('mx', 'project_flow', 'pro', 'c', true)$$, '1 row', 'regress_app'),
	('enablements insert: Support for another workspace', 'mx/sup1', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('mx', 'other_project_flow', 'pro', true)$$, 'no_capability', 'regress_app'),
	('enablements insert: who may see only', 'mx/watch', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('mx', 'open_main', 'pro', true)$$, 'no_capability', 'regress_app'),
	('enablements insert: AA without it', 'mx/adele', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('mx', 'open_main', 'pro', false)$$, 'no_capability', 'regress_app'),
	('enablements insert: anonymous', 'mx/', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('mx', 'open_main', 'pro', true)$$, 'no_capability', 'regress_app'),
	('enablements insert: none', 'none', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('mx', 'open_main', 'pro', true)$$, 'no_principal', 'regress_app'),
	('enablements insert: inactive', 'mx/asleep', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('mx', 'open_main', 'asleep', true)$$, 'inactive', 'regress_app'),
	('enablements insert: in another account', 'my/pro', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('mx', 'open_main', 'pro', true)$$, 'not_found', 'regress_app'),
	('enablements insert: a member''s own', 'mx/mo', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('mx', 'open_main', 'mo', true)$$, 'not_connected', 'regress_app'),
	('enablements insert: disabled, of a member', 'mx/sup', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('mx', 'open_main', 'mo', false)$$, 'is not a connected user', 'regress_app'),
	('enablements insert: what the extension writes', 'mx/pro', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled, reason) VALUES ('mx', 'open_main', 'pro', true, 'default')$$, 'written by the extension only', 'regress_full'),
	-- the gate of the user's own can_enable, whoever asks
	('enablements insert: own, condition', 'mx/free', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, configuration, enabled) VALUES ('mx', 'project_flow', 'free', 'c', true)$$, 'condition', 'regress_app'),
	('enablements insert: Support, condition', 'mx/sup', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, configuration, enabled) VALUES ('mx', 'project_flow', 'free', 'c', true)$$, 'condition', 'regress_app'),
	('enablements insert: own, disabled', 'mx/free', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, configuration, enabled) VALUES ('mx', 'project_flow', 'free', 'c', false)$$, '1 row', 'regress_app'),
	('enablements insert: own, not visible', 'mx/pro', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('mx', 'open_private', 'pro', true)$$, 'not_visible', 'regress_app'),
	('enablements insert: own, in an app', 'mx/pro', $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('mx', 'app_flow', 'pro', true)$$, 'not_connected', 'regress_app'),
	-- enablements UPDATE: the same
	('enablements update off: own', 'mx/pro', $$UPDATE workflow_perms.enablements SET enabled = false$$, '1 row', 'regress_app'),
	('enablements update on: own, condition', 'mx/free', $$UPDATE workflow_perms.enablements SET enabled = true WHERE workflow_id = 'project_flow'$$, 'condition', 'regress_app'),
	('enablements update on: own', 'mx/free', $$UPDATE workflow_perms.enablements SET enabled = true WHERE workflow_id = 'other_project_flow'$$, '1 row', 'regress_app'),
	('enablements update on: Support, inactive user', 'mx/sup', $$UPDATE workflow_perms.enablements SET enabled = true WHERE user_id = 'asleep'$$, 'inactive', 'regress_app'),
	('enablements update off: Support', 'mx/sup', $$UPDATE workflow_perms.enablements SET enabled = false WHERE user_id = 'pro'$$, '1 row', 'regress_app'),
	('enablements update off: Support for that workspace', 'mx/sup1', $$UPDATE workflow_perms.enablements SET enabled = false$$, '3 rows', 'regress_app'),
	('enablements update off: who may see only', 'mx/watch', $$UPDATE workflow_perms.enablements SET enabled = false WHERE user_id = 'pro'$$, 'no_capability', 'regress_app'),
	('enablements update off: another''s', 'mx/free', $$UPDATE workflow_perms.enablements SET enabled = false WHERE user_id = 'pro'$$, '0 rows', 'regress_app'),
	('enablements update: the key', 'mx/free', $$UPDATE workflow_perms.enablements SET user_id = 'pro' WHERE workflow_id = 'other_project_flow'$$, 'never changes', 'regress_full'),
	('enablements update: the reason', 'mx/pro', $$UPDATE workflow_perms.enablements SET reason = 'default'$$, 'written by the extension only', 'regress_full'),
	-- enablements DELETE: nobody under row security
	('enablements delete: own', 'mx/pro', $$DELETE FROM workflow_perms.enablements$$, 'system', 'regress_full'),
	('enablements delete: Support', 'mx/sup', $$DELETE FROM workflow_perms.enablements WHERE user_id = 'pro'$$, 'system', 'regress_full'),
	('enablements delete: not granted', 'mx/sup', $$DELETE FROM workflow_perms.enablements$$, 'permission denied for table enablements', 'regress_app'),
	-- the functions are the same writes
	('enable: own', 'mx/pro', $$SELECT workflow_perms.enable('open_main')$$, '1 row', 'regress_app'),
	('enable: Support for another workspace', 'mx/sup1', $$SELECT workflow_perms.enable('other_project_flow', '', 'pro')$$, 'no_capability', 'regress_app'),
	('enable: Support for that workspace', 'mx/sup1', $$SELECT workflow_perms.enable('project_flow', 'c', 'pro')$$, '1 row', 'regress_app'),
	('disable: another''s', 'mx/free', $$SELECT workflow_perms.disable('project_flow', '', 'pro')$$, 'no_capability', 'regress_app'),
	('disable: Support', 'mx/sup', $$SELECT workflow_perms.disable('project_flow', '', 'pro')$$, '1 row', 'regress_app'),
	('merge_metadata: Support', 'mx/sup', $$SELECT workflow_perms.merge_metadata('pro', '{"plan": "free"}')$$, '1 row', 'regress_app'),
	('merge_metadata: who may see only', 'mx/watch', $$SELECT workflow_perms.merge_metadata('pro', '{"plan": "free"}')$$, 'no_capability', 'regress_app'),
	('enable: a role without rights on the table', 'mx/pro', $$SELECT workflow_perms.enable('open_main')$$, 'permission denied for function enable', 'regress_engine'),
	('the gate and its effects are nobody''s to call', 'mx/pro', $$SELECT workflow_perms._connect('', 'free')$$, 'permission denied for function _connect', 'regress_app');
\getenv abs_srcdir PG_ABS_SRCDIR
\set matrix_run :abs_srcdir '/test/matrix_run.sql'
\i :matrix_run
DELETE FROM workflow_perms.users WHERE account_id = 'mx' AND user_id IN ('watch', 'asleep');
DELETE FROM workflow_perms.enablements WHERE account_id = 'mx';
DELETE FROM workflow_perms.connections WHERE account_id IN ('mx', 'my');
DELETE FROM workflow_perms.roles WHERE account_id = 'mx' AND role = 'Watchers';
