-- The write matrix (spec 6.3), table audit_log, and what the vectors R3 and X7 say of it:
-- for each rule one who may and one who may not.
TRUNCATE matrix.cells RESTART IDENTITY;
INSERT INTO matrix.cells (cell, who, statement, expected, database_role) VALUES
	('select: AA', 'mx/adele',
		$$SELECT FROM workflow_perms.audit_log WHERE object = 'workspaces o1'$$, '1 row', 'regress_app'),
	('select: MR', 'mx/lead',
		$$SELECT FROM workflow_perms.audit_log WHERE object = 'workspaces o1'$$, '1 row', 'regress_app'),
	('select: MR for one workspace', 'mx/lead1',
		$$SELECT FROM workflow_perms.audit_log$$, '0 rows', 'regress_app'),
	('select: neither', 'mx/dev',
		$$SELECT FROM workflow_perms.audit_log$$, '0 rows', 'regress_app'),
	('select: inactive', 'mx/off',
		$$SELECT FROM workflow_perms.audit_log$$, '0 rows', 'regress_app'),
	('select: a connected user who was given Admin', 'mx/pro',
		$$SELECT FROM workflow_perms.audit_log$$, '0 rows', 'regress_app'),
	('select: anonymous', 'mx/',
		$$SELECT FROM workflow_perms.audit_log$$, '0 rows', 'regress_app'),
	('select: none', 'none',
		$$SELECT FROM workflow_perms.audit_log$$, '0 rows', 'regress_app'),
	('select: another account', 'mx/ada',
		$$SELECT FROM workflow_perms.audit_log WHERE account_id <> 'mx'$$, '0 rows', 'regress_app'),
	('select: the engine', 'mx/ada',
		$$SELECT FROM workflow_perms.audit_log$$, 'permission denied for table audit_log', 'regress_engine'),
	('insert: the application', 'mx/ada',
		$$INSERT INTO workflow_perms.audit_log (account_id, at, database_role, action, object) VALUES ('mx', now(), 'x', 'insert', 'users eve')$$, 'permission denied for table audit_log', 'regress_app'),
	('insert: whoever was granted it', 'mx/ada',
		$$INSERT INTO workflow_perms.audit_log (account_id, at, database_role, action, object) VALUES ('mx', now(), 'x', 'insert', 'users eve')$$, 'system', 'regress_full'),
	('insert: into another account', 'mx/ada',
		$$INSERT INTO workflow_perms.audit_log (account_id, at, database_role, action, object) VALUES ('my', now(), 'x', 'insert', 'users eve')$$, 'not_found', 'regress_full'),
	('update: the application', 'mx/ada',
		$$UPDATE workflow_perms.audit_log SET principal = 'eve'$$, 'permission denied for table audit_log', 'regress_app'),
	('update: whoever was granted it', 'mx/ada',
		$$UPDATE workflow_perms.audit_log SET principal = 'eve' WHERE object = 'workspaces o1'$$, 'system', 'regress_full'),
	('update: who may not see it', 'mx/dev',
		$$UPDATE workflow_perms.audit_log SET principal = 'eve'$$, '0 rows', 'regress_full'),
	('delete: the application', 'mx/ada',
		$$DELETE FROM workflow_perms.audit_log$$, 'permission denied for table audit_log', 'regress_app'),
	('delete: whoever was granted it', 'mx/ada',
		$$DELETE FROM workflow_perms.audit_log WHERE object = 'workspaces o1'$$, 'system', 'regress_full'),
	('delete: who may not see it', 'mx/dev',
		$$DELETE FROM workflow_perms.audit_log$$, '0 rows', 'regress_full'),
	('truncate: whoever was granted it', 'mx/ada',
		$$TRUNCATE workflow_perms.audit_log$$, 'entries of the audit log stay as they were written', 'regress_full');
\set ECHO none
\pset format unaligned
\pset tuples_only on
SELECT * FROM matrix.script \gexec
\pset tuples_only off
\set ECHO all
-- R3, X7: Support edits a connected user's metadata, and it is in the audit log, which Support does not see.
BEGIN;
DO $$ BEGIN PERFORM matrix.become('mx/sup', 'regress_app'); END $$;
UPDATE workflow_perms.users SET metadata = '{"plan": "enterprise"}' WHERE user_id = 'free';
SELECT count(*) FROM workflow_perms.audit_log;
RESET ROLE;
SELECT principal, database_role, action, object, before -> 'metadata' AS before, after -> 'metadata' AS after
	FROM workflow_perms.audit_log WHERE account_id = 'mx' ORDER BY entry DESC LIMIT 1;
ROLLBACK;
-- X7: Support sets the plan of a user, who then enables: both are in the log.
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition) VALUES ('mx', 'x7', 'p1', 'main', 'live', '{"plan": "enterprise"}');
BEGIN;
DO $$ BEGIN PERFORM matrix.become('mx/sup', 'regress_app'); END $$;
UPDATE workflow_perms.users SET metadata = '{"plan": "enterprise"}' WHERE user_id = 'free';
COMMIT;
BEGIN;
DO $$ BEGIN PERFORM matrix.become('mx/free', 'regress_app'); END $$;
SELECT workflow_perms.enable('x7');
COMMIT;
SELECT principal, database_role, action, object, after -> 'metadata' AS metadata, after -> 'enabled' AS enabled, after -> 'reason' AS reason
	FROM (SELECT * FROM workflow_perms.audit_log WHERE account_id = 'mx' ORDER BY entry DESC LIMIT 2) AS l ORDER BY entry;
UPDATE workflow_perms.users SET metadata = '{"plan": "free"}' WHERE account_id = 'mx' AND user_id = 'free';
DELETE FROM workflow_perms.workflows WHERE account_id = 'mx' AND workflow_id = 'x7';
-- R2: what was refused is not there.
BEGIN;
SELECT entry AS last FROM workflow_perms.audit_log ORDER BY entry DESC LIMIT 1 \gset
DO $$ BEGIN PERFORM matrix.become('mx/sup1', 'regress_app'); END $$;
UPDATE workflow_perms.users SET metadata = '{"plan": "enterprise"}' WHERE user_id = 'free';
RESET ROLE;
SELECT count(*) FROM workflow_perms.audit_log WHERE entry > :'last';
ROLLBACK;
\pset format aligned
