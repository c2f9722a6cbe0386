-- create_model() makes the tables of spec 6.1, once, for the application and not
-- for the extension: their owner, keys, row security and comments; and it refuses
-- what would go wrong. Later tests use the model made here.
\set VERBOSITY terse
-- Roles outlive the databases of earlier runs, which may still grant to them.
DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['regress_app', 'regress_engine', 'regress_powerful', 'workflow_perms_owner'] LOOP
		IF to_regrole(name) IS NULL THEN
			EXECUTE format('CREATE ROLE %I', name);
		END IF;
	END LOOP;
END $$;

-- Refused arguments.
SELECT workflow_perms.create_model(application => 'regress_app', engine => 'regress_app');
SELECT workflow_perms.create_model(application => 'regress_app', engine => NULL);
SELECT workflow_perms.create_model(application => 'regress_nobody', engine => 'regress_engine');
SELECT workflow_perms.create_model(application => '-', engine => 'regress_engine');
SELECT workflow_perms.create_model(application => 'workflow_perms_owner', engine => 'regress_engine');
ALTER ROLE regress_powerful SUPERUSER;
SELECT workflow_perms.create_model(application => 'regress_powerful', engine => 'regress_engine');
ALTER ROLE regress_powerful NOSUPERUSER BYPASSRLS;
\set VERBOSITY default
\set SHOW_CONTEXT never
SELECT workflow_perms.create_model(application => 'regress_app', engine => 'regress_powerful');
\set VERBOSITY terse
ALTER ROLE regress_powerful NOBYPASSRLS;

-- Refused owners: one that can log in, one above row security, one that somebody can become.
BEGIN;
ALTER ROLE workflow_perms_owner LOGIN;
SELECT workflow_perms.create_model(application => 'regress_app', engine => 'regress_engine');
ROLLBACK;
BEGIN;
ALTER ROLE workflow_perms_owner BYPASSRLS;
SELECT workflow_perms.create_model(application => 'regress_app', engine => 'regress_engine');
ROLLBACK;
BEGIN;
GRANT workflow_perms_owner TO regress_app;
SELECT workflow_perms.create_model(application => 'regress_app', engine => 'regress_engine');
ROLLBACK;

-- Superusers only, whatever is granted.
BEGIN;
SET LOCAL ROLE regress_app;
SELECT workflow_perms.create_model(application => 'regress_app', engine => 'regress_engine');
ROLLBACK;
BEGIN;
GRANT EXECUTE ON FUNCTION workflow_perms.create_model, workflow_perms._check_model_missing, workflow_perms._creating_extension TO regress_app;
SET LOCAL ROLE regress_app;
SELECT workflow_perms.create_model(application => 'regress_app', engine => 'regress_engine');
ROLLBACK;

-- Before there is a model, there are no accounts.
SELECT workflow_perms.create_account('a', 'b');

SELECT workflow_perms.create_model(application => 'regress_app', engine => 'regress_engine');

-- Once.
\set VERBOSITY default
SELECT workflow_perms.create_model(application => 'regress_app', engine => 'regress_engine');
\set VERBOSITY terse
\set SHOW_CONTEXT errors

-- The tables, their columns and defaults, as the spec has them.
SELECT c.relname AS "table", a.attname AS "column", format_type(a.atttypid, a.atttypmod) AS type,
	CASE WHEN a.attnotnull THEN 'not null' ELSE '' END AS null,
	coalesce(pg_get_expr(d.adbin, d.adrelid), '') AS default
FROM unnest(workflow_perms._model_tables()) WITH ORDINALITY t (name, place)
JOIN pg_class c ON c.oid = format('workflow_perms.%I', t.name)::regclass
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
ORDER BY t.place, a.attnum;

-- Their keys.
SELECT conrelid::regclass AS "table", pg_get_constraintdef(oid) AS key FROM pg_constraint
WHERE connamespace = 'workflow_perms'::regnamespace AND contype IN ('p', 'u')
ORDER BY conrelid::regclass::text COLLATE "C", contype, conname COLLATE "C";

CREATE TEMP VIEW model AS SELECT c.* FROM pg_class c WHERE c.relnamespace = 'workflow_perms'::regnamespace AND c.relkind = 'r';

-- All that follow are exceptions: there are none.
-- A table of the schema that is not of the model, and the other way round:
SELECT relname FROM model WHERE relname <> ALL (workflow_perms._model_tables());
SELECT t FROM unnest(workflow_perms._model_tables()) t WHERE to_regclass('workflow_perms.' || t) IS NULL;
-- members of the extension:
SELECT relname FROM pg_class c JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
WHERE c.relnamespace = 'workflow_perms'::regnamespace AND c.relkind <> 'c';
-- another owner; row security off, or forced:
SELECT relname FROM model WHERE relowner <> 'workflow_perms_owner'::regrole OR NOT relrowsecurity OR relforcerowsecurity;
-- no comment:
SELECT relname FROM model WHERE obj_description(oid, 'pg_class') IS NULL;
SELECT relname, attname FROM model c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 WHERE col_description(c.oid, a.attnum) IS NULL;
-- text that is not of collation "C":
SELECT relname, attname FROM model c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE a.atttypid = 'text'::regtype AND a.attcollation <> '"C"'::regcollation;
-- a first key column that is not the account:
SELECT conname FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
WHERE connamespace = 'workflow_perms'::regnamespace AND contype IN ('p', 'u', 'f') AND a.attname <> 'account_id' AND conname <> 'boards_workspace_key';
-- a foreign key that could point into another account:
SELECT conname FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = k.confkey[1]
WHERE connamespace = 'workflow_perms'::regnamespace AND contype = 'f' AND a.attname <> 'account_id';
-- one that no index of its side leads to:
SELECT conname FROM pg_constraint k
WHERE connamespace = 'workflow_perms'::regnamespace AND contype = 'f' AND NOT EXISTS (
	SELECT FROM pg_index i WHERE i.indrelid = k.conrelid
		AND (i.indkey::int2[])[0] = k.conkey[1] AND (cardinality(k.conkey) = 1 OR (i.indkey::int2[])[1] = ANY (k.conkey)));
-- one that would set NULL; the only one that follows an update:
SELECT conname, confupdtype, confdeltype FROM pg_constraint k
WHERE connamespace = 'workflow_perms'::regnamespace AND contype = 'f' AND (confdeltype NOT IN ('a', 'c') OR confupdtype <> 'a');
-- a key column that an update may change:
SELECT relname FROM model c WHERE NOT EXISTS (
	SELECT FROM pg_trigger t JOIN pg_constraint k ON k.conrelid = t.tgrelid AND k.contype IN ('p', 'u') AND k.conname <> 'boards_workspace_key'
	WHERE t.tgrelid = c.oid AND t.tgname = 'keep_columns' AND t.tgenabled = 'O' AND (
		SELECT array_agg(a.attname::text) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (k.conkey))
		<@ string_to_array(encode(t.tgargs, 'escape'), '\000'));
-- a table whose changes logical replication could not publish:
SELECT relname FROM model c WHERE relreplident = 'd' AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND contype = 'p');

-- Ids have 1 to 255 bytes.
INSERT INTO workflow_perms.accounts VALUES ('');
INSERT INTO workflow_perms.accounts VALUES (repeat('x', 256));
BEGIN;
SELECT workflow_perms.create_account(repeat('x', 255), repeat('é', 127) || 'e');
SELECT length(account_id), octet_length(user_id) FROM workflow_perms.users;
ROLLBACK;

-- create_account(): built-in roles with what spec 4.6 gives them, the first user, one grant.
SELECT workflow_perms.create_account('mc', 'first');
SELECT workflow_perms.create_account('mc', 'first');
SELECT workflow_perms.create_account('mc', NULL);
SELECT workflow_perms.create_account('mc2', '');
SELECT role, string_agg(c.capability, ' ' ORDER BY c.capability) AS capabilities
FROM workflow_perms.roles r LEFT JOIN workflow_perms.role_capabilities c USING (account_id, role) WHERE account_id = 'mc' GROUP BY role ORDER BY role;
SELECT * FROM workflow_perms.users WHERE account_id = 'mc';
SELECT * FROM workflow_perms.role_grants WHERE account_id = 'mc';
-- Nobody may call it by default; who may needs no other privilege.
BEGIN;
SET LOCAL ROLE regress_app;
SELECT workflow_perms.create_account('mc2', 'first');
ROLLBACK;
BEGIN;
GRANT EXECUTE ON FUNCTION workflow_perms.create_account TO regress_powerful;
SET LOCAL ROLE regress_powerful;
SELECT workflow_perms.create_account('mc2', 'first');
SELECT current_user, current_setting('search_path');
ROLLBACK;

-- Nothing points into another account.
SELECT workflow_perms.create_account('mc2', 'second');
INSERT INTO workflow_perms.workspaces VALUES ('mc', 'w', 'open'), ('mc2', 'w2', 'open');
INSERT INTO workflow_perms.roles VALUES ('mc2', 'Theirs');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('mc', 'w', 'second');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('mc2', 'w', 'second');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, role) VALUES ('mc', 'w', 'Theirs');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('mc', 'first', 'Theirs');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('mc', 'second', 'Admin');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES ('mc', 'first', 'Admin', 'w2');
INSERT INTO workflow_perms.role_includes VALUES ('mc', 'Admin', 'Theirs');
INSERT INTO workflow_perms.execution_rules (account_id, role, effect) VALUES ('mc', 'Theirs', 'deny');
INSERT INTO workflow_perms.boards VALUES ('mc', 'b', 'w2', 'main');

-- A grantee is a user or a role, and named once, whatever is NULL.
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id) VALUES ('mc', 'w');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id, role) VALUES ('mc', 'w', 'first', 'Admin');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, role, is_owner) VALUES ('mc', 'w', 'Admin', true);
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, role) VALUES ('mc', 'w', 'Admin'), ('mc', 'w', 'Admin');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('mc', 'first', 'Admin');
INSERT INTO workflow_perms.execution_rules (account_id, user_id, effect) VALUES ('mc', 'first', 'deny'), ('mc', 'first', 'grant');

DELETE FROM workflow_perms.accounts WHERE account_id IN ('mc', 'mc2');
DROP ROLE regress_powerful;
