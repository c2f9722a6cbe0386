-- The write matrix (spec 6.3), table accounts: for each rule one who may and one who may not.
TRUNCATE matrix.cells RESTART IDENTITY;
INSERT INTO matrix.cells (cell, who, statement, expected, database_role) VALUES
	-- SELECT: team, own row
	('select: a member', 'mx/mo',
		$$SELECT FROM workflow_perms.accounts$$, '1 row', 'regress_app'),
	('select: a guest', 'mx/gus',
		$$SELECT FROM workflow_perms.accounts$$, '1 row', 'regress_app'),
	('select: a service', 'mx/bot',
		$$SELECT FROM workflow_perms.accounts$$, '1 row', 'regress_app'),
	('select: own account only', 'mx/ada',
		$$SELECT FROM workflow_perms.accounts WHERE account_id = 'my'$$, '0 rows', 'regress_app'),
	('select: a connected user', 'mx/pro',
		$$SELECT FROM workflow_perms.accounts$$, '0 rows', 'regress_app'),
	('select: inactive', 'mx/off',
		$$SELECT FROM workflow_perms.accounts$$, '0 rows', 'regress_app'),
	('select: anonymous', 'mx/',
		$$SELECT FROM workflow_perms.accounts$$, '0 rows', 'regress_app'),
	('select: none', 'none',
		$$SELECT FROM workflow_perms.accounts$$, '0 rows', 'regress_app'),
	-- INSERT: create_account only
	('insert: the application', 'mx/ada',
		$$INSERT INTO workflow_perms.accounts VALUES ('new')$$, 'permission denied for table accounts', 'regress_app'),
	('insert: whoever was granted it', 'mx/ada',
		$$INSERT INTO workflow_perms.accounts VALUES ('new')$$, 'not_found', 'regress_full'),
	('insert: even the own account', 'mx/ada',
		$$INSERT INTO workflow_perms.accounts VALUES ('mx')$$, 'system', 'regress_full'),
	-- UPDATE: creator_roles, guests_see_open_main: AA
	('update creator_roles: AA', 'mx/adele',
		$$UPDATE workflow_perms.accounts SET creator_roles = '{admin}'$$, '1 row', 'regress_app'),
	('update creator_roles: MR who is no AA', 'mx/lead',
		$$UPDATE workflow_perms.accounts SET creator_roles = '{viewer}'$$, 'account_role', 'regress_app'),
	('update guests_see_open_main: AA', 'mx/adele',
		$$UPDATE workflow_perms.accounts SET guests_see_open_main = false$$, '1 row', 'regress_app'),
	('update guests_see_open_main: a member', 'mx/mo',
		$$UPDATE workflow_perms.accounts SET guests_see_open_main = false$$, 'account_role', 'regress_app'),
	-- default_execution: AA or MR
	('update default_execution: AA', 'mx/adele',
		$$UPDATE workflow_perms.accounts SET default_execution = 'deny'$$, '1 row', 'regress_app'),
	('update default_execution: MR', 'mx/lead',
		$$UPDATE workflow_perms.accounts SET default_execution = 'deny'$$, '1 row', 'regress_app'),
	('update default_execution: MR for one workspace', 'mx/lead1',
		$$UPDATE workflow_perms.accounts SET default_execution = 'deny'$$, 'account_role', 'regress_app'),
	('update default_execution and more: MR', 'mx/lead',
		$$UPDATE workflow_perms.accounts SET default_execution = 'deny', guests_see_open_main = false$$, 'account_role', 'regress_app'),
	('update default_execution: neither', 'mx/dev',
		$$UPDATE workflow_perms.accounts SET default_execution = 'deny'$$, 'account_role', 'regress_app'),
	('update: a connected user', 'mx/pro',
		$$UPDATE workflow_perms.accounts SET default_execution = 'deny'$$, '0 rows', 'regress_app'),
	('update: another account', 'mx/ada',
		$$UPDATE workflow_perms.accounts SET default_execution = 'deny' WHERE account_id = 'my'$$, '0 rows', 'regress_app'),
	('update the key: the application', 'mx/ada',
		$$UPDATE workflow_perms.accounts SET account_id = 'zz'$$, 'column "account_id" of "accounts" never changes', 'regress_app'),
	('update the key: whoever was granted it', 'mx/ada',
		$$UPDATE workflow_perms.accounts SET account_id = 'zz'$$, 'never changes', 'regress_full'),
	-- DELETE: nobody
	('delete: the application', 'mx/ada',
		$$DELETE FROM workflow_perms.accounts$$, 'permission denied for table accounts', 'regress_app'),
	('delete: whoever was granted it', 'mx/ada',
		$$DELETE FROM workflow_perms.accounts$$, 'system', 'regress_full'),
	('delete: another account', 'mx/ada',
		$$DELETE FROM workflow_perms.accounts WHERE account_id = 'my'$$, '0 rows', 'regress_full'),
	('truncate', 'mx/ada',
		$$TRUNCATE workflow_perms.accounts CASCADE$$, 'permission denied for table accounts', 'regress_app');
\set ECHO none
\pset format unaligned
\pset tuples_only on
SELECT * FROM matrix.script \gexec
\pset tuples_only off
\pset format aligned
\set ECHO all
