-- offboard() (spec 5): what a leaver leaves without an active owner goes to the heir, all else that
-- names them ends, drafts are discarded, the user is deactivated; it is told and audited; all of it
-- or nothing; and who may do it. On an account of its own, with the runner of matrix_setup.
\set VERBOSITY terse
SET client_min_messages = warning;
SELECT workflow_perms.create_account('ob', 'ada');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role, active) VALUES
	('ob', 'lea', 'member', 'member', true),   -- leaves
	('ob', 'hal', 'member', 'member', true),   -- inherits
	('ob', 'cor', 'member', 'member', true),   -- owns some of it, too
	('ob', 'gone', 'member', 'member', false), ('ob', 'gus', 'member', 'guest', true), ('ob', 'bot', 'service', NULL, true),
	('ob', 'adm', 'member', 'admin', true), ('ob', 'cus', 'connected', NULL, true);
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('ob', 'o', 'open'), ('ob', 'c', 'closed'), ('ob', 'shared', 'closed'), ('ob', 'p', 'project');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id, is_owner) VALUES
	('ob', 'o', 'lea', true), ('ob', 'c', 'lea', true), ('ob', 'c', 'hal', false), ('ob', 'shared', 'lea', true), ('ob', 'shared', 'cor', true);
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status) VALUES
	('ob', 'sole', 'o', 'private', 'live'), ('ob', 'shared', 'o', 'main', 'live'), ('ob', 'with inactive', 'o', 'private', 'live'), ('ob', 'with expiring', 'o', 'private', 'live'),
	('ob', 'heir is member', 'c', 'private', 'live'), ('ob', 'invited', 'o', 'private', 'live'), ('ob', 'p', 'p', 'private', 'live');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES
	('ob', 'sole', 'lea'), ('ob', 'shared', 'lea'), ('ob', 'shared', 'cor'), ('ob', 'with inactive', 'lea'), ('ob', 'with inactive', 'gone'),
	('ob', 'with expiring', 'lea'), ('ob', 'with expiring', 'cor'), ('ob', 'heir is member', 'lea'), ('ob', 'heir is member', 'hal'), ('ob', 'invited', 'cor'), ('ob', 'invited', 'lea');
UPDATE workflow_perms.workflow_members SET is_owner = true WHERE account_id = 'ob' AND (workflow_id, user_id) NOT IN (('heir is member', 'hal'), ('invited', 'lea'));
UPDATE workflow_perms.workflow_members SET expires_at = now() + interval '1 day' WHERE account_id = 'ob' AND (workflow_id, user_id) IN (('with expiring', 'cor'), ('heir is member', 'hal'));
INSERT INTO workflow_perms.boards (account_id, board_id, workspace_id, kind) VALUES ('ob', 'b', 'o', 'main'), ('ob', 'b2', 'o', 'private');
INSERT INTO workflow_perms.board_members (account_id, board_id, user_id, is_owner) VALUES ('ob', 'b', 'lea', true), ('ob', 'b2', 'cor', true), ('ob', 'b2', 'lea', false);
INSERT INTO workflow_perms.board_columns (account_id, board_id, column_id, view_restricted) VALUES ('ob', 'b2', 'k', true);
INSERT INTO workflow_perms.column_access (account_id, board_id, column_id, access, user_id) VALUES ('ob', 'b2', 'k', 'view', 'lea');
INSERT INTO workflow_perms.roles (account_id, role) VALUES ('ob', 'Lead');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES ('ob', 'lea', 'Member', 'p'), ('ob', 'lea', 'Lead', NULL);
INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, workspace_id, user_id, effect) VALUES
	('ob', 'p', NULL, 'lea', 'deny'), ('ob', NULL, 'p', 'lea', 'grant'), ('ob', NULL, NULL, 'lea', 'grant'), ('ob', 'p', NULL, 'cor', 'deny');
INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ('ob', 'sole', 'lea', '1'), ('ob', 'shared', 'lea', '1'), ('ob', 'shared', 'cor', '1');
BEGIN; SELECT FROM workflow_perms.set_principal('ob', 'lea'); SELECT FROM workflow_perms.publish('sole'); COMMIT;
INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ('ob', 'sole', 'lea', '2');
-- Everything that names the leaver.
CREATE VIEW matrix.of_lea AS
	SELECT 'draft' AS what, count(*) AS n FROM workflow_perms.workflow_drafts WHERE account_id = 'ob' AND user_id = 'lea'
	UNION ALL SELECT 'workspace', count(*) FROM workflow_perms.workspace_members WHERE account_id = 'ob' AND user_id = 'lea'
	UNION ALL SELECT 'board', count(*) FROM workflow_perms.board_members WHERE account_id = 'ob' AND user_id = 'lea'
	UNION ALL SELECT 'workflow', count(*) FROM workflow_perms.workflow_members WHERE account_id = 'ob' AND user_id = 'lea'
	UNION ALL SELECT 'column', count(*) FROM workflow_perms.column_access WHERE account_id = 'ob' AND user_id = 'lea'
	UNION ALL SELECT 'rule', count(*) FROM workflow_perms.execution_rules WHERE account_id = 'ob' AND user_id = 'lea'
	UNION ALL SELECT 'role', count(*) FROM workflow_perms.role_grants WHERE account_id = 'ob' AND user_id = 'lea'
	UNION ALL SELECT 'active', count(*) FROM workflow_perms.users WHERE account_id = 'ob' AND user_id = 'lea' AND active;
SELECT string_agg(what || ' ' || n, ', ' ORDER BY what) FROM matrix.of_lea;

-- Refused, and nothing is changed.
TRUNCATE matrix.cells RESTART IDENTITY;
INSERT INTO matrix.cells (cell, who, statement, expected, database_role) VALUES
	('nobody', 'none', $$SELECT workflow_perms.offboard('lea', 'hal')$$, 'no_principal', 'regress_app'),
	('an anonymous principal', 'ob/', $$SELECT workflow_perms.offboard('lea', 'hal')$$, 'account_role', 'regress_app'),
	('a member', 'ob/cor', $$SELECT workflow_perms.offboard('lea', 'hal')$$, 'account_role', 'regress_app'),
	('a connected user', 'ob/cus', $$SELECT workflow_perms.offboard('lea', 'hal')$$, 'account_role', 'regress_app'),
	('oneself', 'ob/ada', $$SELECT workflow_perms.offboard('ada', 'hal')$$, 'own_row', 'regress_app'),
	('a user of another account', 'ob/ada', $$SELECT workflow_perms.offboard('adele', 'hal')$$, 'not_found', 'regress_app'),
	('a connected user leaves', 'ob/ada', $$SELECT workflow_perms.offboard('cus', 'hal')$$, '22023 user "cus" is a connected user', 'regress_app'),
	('no user', 'ob/ada', $$SELECT workflow_perms.offboard(NULL, 'hal')$$, '22004 argument "user_id" of offboard() must not be null', 'regress_app'),
	('no heir', 'ob/ada', $$SELECT workflow_perms.offboard('lea', NULL)$$, '22004 argument "heir" of offboard() must not be null', 'regress_app'),
	('the heir is the leaver', 'ob/ada', $$SELECT workflow_perms.offboard('lea', 'lea')$$, 'crowning', 'regress_app'),
	('the heir is inactive', 'ob/ada', $$SELECT workflow_perms.offboard('lea', 'gone')$$, 'crowning', 'regress_app'),
	('the heir is a guest', 'ob/ada', $$SELECT workflow_perms.offboard('lea', 'gus')$$, 'crowning', 'regress_app'),
	('the heir is a connected user', 'ob/ada', $$SELECT workflow_perms.offboard('lea', 'cus')$$, 'crowning', 'regress_app'),
	('the heir is nobody', 'ob/ada', $$SELECT workflow_perms.offboard('lea', 'nobody')$$, 'crowning', 'regress_app'),
	('the last who manages roles: ada, by another admin', 'ob/adm', $$SELECT workflow_perms.offboard('ada', 'hal')$$, 'last_role_manager', 'regress_app'),
	('a service inherits', 'ob/ada', $$SELECT workflow_perms.offboard('lea', 'bot')$$, '27 rows', 'regress_app'),
	('the engine', 'ob/ada', $$SELECT workflow_perms.offboard('lea', 'hal')$$, '42501 permission denied for function offboard', 'regress_engine');
\getenv abs_srcdir PG_ABS_SRCDIR
\set matrix_run :abs_srcdir '/test/matrix_run.sql'
\i :matrix_run
SELECT string_agg(what || ' ' || n, ', ' ORDER BY what) FROM matrix.of_lea;

-- It is told, and audited.
SELECT count(*) AS entries FROM workflow_perms.audit_log WHERE account_id = 'ob' \gset
BEGIN; DO $$BEGIN PERFORM matrix.become('ob/adm', 'regress_app'); END$$;
SELECT * FROM workflow_perms.offboard('lea', 'hal');
COMMIT;
SELECT action, object, principal, before ->> 'is_owner' AS was_owner, after ->> 'is_owner' AS is_owner, after ->> 'expires_at' AS expires_at
	FROM (SELECT * FROM workflow_perms.audit_log WHERE account_id = 'ob' ORDER BY entry OFFSET :entries) a ORDER BY object COLLATE "C", action;
SELECT string_agg(what || ' ' || n, ', ' ORDER BY what) FROM matrix.of_lea;
-- Every object has an active owner without expiry; others own as before; what ran with the leaver's rights does until the heir publishes.
SELECT workflow_id, string_agg(user_id || CASE WHEN is_owner THEN ' owns' ELSE '' END, ', ' ORDER BY user_id) FROM workflow_perms.workflow_members WHERE account_id = 'ob' GROUP BY 1 ORDER BY 1;
SELECT workspace_id, string_agg(user_id || CASE WHEN is_owner THEN ' owns' ELSE '' END, ', ' ORDER BY user_id) FROM workflow_perms.workspace_members WHERE account_id = 'ob' GROUP BY 1 ORDER BY 1;
SELECT board_id, string_agg(user_id || CASE WHEN is_owner THEN ' owns' ELSE '' END, ', ' ORDER BY user_id) FROM workflow_perms.board_members WHERE account_id = 'ob' GROUP BY 1 ORDER BY 1;
SELECT run_as FROM workflow_perms.workflows WHERE account_id = 'ob' AND workflow_id = 'sole';
BEGIN; DO $$BEGIN PERFORM matrix.become('ob/hal', 'regress_app'); END$$;
INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ('ob', 'sole', 'hal', '3');
SELECT FROM workflow_perms.publish('sole');
SELECT run_as FROM workflow_perms.workflows WHERE workflow_id = 'sole';
ROLLBACK;
-- Once more there is nothing to do.
BEGIN; DO $$BEGIN PERFORM matrix.become('ob/adm', 'regress_app'); END$$; SELECT * FROM workflow_perms.offboard('lea', 'hal'); COMMIT;
DROP VIEW matrix.of_lea;
DELETE FROM workflow_perms.accounts WHERE account_id = 'ob';
