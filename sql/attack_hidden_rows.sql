-- An attacker who may send any SQL under the application's role, as a user of
-- account mx, wants to read rows that this user may not see: through functions and
-- casts that tell, commands that meet hidden rows, error messages, statistics. No
-- LEAK below, and no text of a hidden row in any message.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE SCHEMA attack;
GRANT USAGE, CREATE ON SCHEMA attack TO regress_app;

-- Cheaper than anything else, it would like to be evaluated first; tells what belongs to others.
CREATE FUNCTION attack.leak(seen text, others text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$
BEGIN
	IF seen ~ others THEN
		RAISE WARNING 'LEAK: %', seen;
	END IF;
	RETURN true;
END
$$;
-- A row's text as an error, whatever reads it.
CREATE FUNCTION attack.shout(seen text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$
BEGIN
	RAISE EXCEPTION 'LEAK: %', seen;
END
$$;

-- It does tell where nothing stops it.
SELECT count(*) > 0 FROM workflow_perms.workflows WHERE account_id = 'mx' AND attack.leak(workflow_id, '^open_private$');

-- vi is a viewer without a role: sees no private workflow of others, no connected user, nothing of my.
BEGIN;
SELECT workflow_perms.set_principal('mx', 'vi');
SET LOCAL ROLE regress_app;
SELECT count(*) FROM workflow_perms.workflows WHERE workflow_id IN ('open_private', 'project_flow');
-- in WHERE, in a join, in an aggregate, under OFFSET 0, in UPDATE and DELETE
SELECT count(*) > 0 FROM workflow_perms.workflows WHERE attack.leak(account_id || '/' || workflow_id, '^my|private|project|app');
SELECT count(*) > 0 FROM workflow_perms.users u JOIN workflow_perms.workflows w ON attack.leak(u.user_id || u.metadata::text, '^(pro|free)\{');
SELECT count(*) FILTER (WHERE attack.leak(u.account_id || u.metadata::text, '^my|plan')) > 0 FROM workflow_perms.users u;
SELECT count(*) > 0 FROM (SELECT * FROM workflow_perms.accounts OFFSET 0) a WHERE attack.leak(a.account_id, '^my');
SELECT count(*) FROM workflow_perms.users WHERE metadata @> '{"plan": "pro"}' AND (metadata ->> 'plan')::int = 1;
SELECT count(*) FROM workflow_perms.workflows WHERE condition::text::int = 1;
UPDATE workflow_perms.workflows SET hidden = true WHERE attack.leak(account_id || '/' || workflow_id, '^my|private|project|app') AND workflow_id = 'open_private';
DELETE FROM workflow_perms.users WHERE attack.leak(user_id || metadata::text, '^(pro|free)') AND kind = 'connected' RETURNING *;
SELECT user_id FROM workflow_perms.users WHERE attack.leak(user_id || metadata::text, '^(pro|free)') AND kind = 'connected' FOR UPDATE;
-- an operator and a view of the attacker's own, found before those of the system
CREATE FUNCTION attack.same(a text, b text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$ BEGIN RETURN attack.leak(a, '^my|^(pro|free)$'); END $$;
CREATE OPERATOR attack.= (LEFTARG = text, RIGHTARG = text, FUNCTION = attack.same);
SET LOCAL search_path = attack, pg_catalog;
SELECT count(*) > 0 FROM workflow_perms.users WHERE user_id = 'pro'::text;
UPDATE workflow_perms.workflows SET visibility = 'main' WHERE workflow_id = 'open_main'::text;
ROLLBACK;
BEGIN;
SELECT workflow_perms.set_principal('mx', 'vi');
SET LOCAL ROLE regress_app;
CREATE VIEW attack.seen WITH (security_invoker) AS SELECT * FROM workflow_perms.workflows WHERE attack.leak(account_id || '/' || workflow_id, '^my|private|project|app');
CREATE VIEW attack.owned AS SELECT * FROM workflow_perms.workflows WHERE attack.leak(account_id || '/' || workflow_id, '^my|private|project|app');
SELECT count(*) > 0 FROM attack.seen;
SELECT count(*) > 0 FROM attack.owned;
COPY (SELECT account_id, user_id FROM workflow_perms.users WHERE account_id <> 'mx' OR kind = 'connected') TO STDOUT;
ROLLBACK;

-- inv may invite members, and so insert over the id of a connected user that inv may not see.
-- (DO UPDATE … WHERE is in test/tap/upsert_hidden.pl.)
BEGIN;
SELECT workflow_perms.set_principal('mx', 'inv');
SET LOCAL ROLE regress_app;
SAVEPOINT s;
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('mx', 'pro', 'member', 'viewer')
	ON CONFLICT (account_id, user_id) DO UPDATE SET active = attack.shout(users.metadata::text) RETURNING metadata;
ROLLBACK TO s;
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('mx', 'pro', 'member', 'viewer')
	ON CONFLICT DO NOTHING RETURNING metadata;
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('mx', 'pro', 'member', 'viewer');
ROLLBACK TO s;
MERGE INTO workflow_perms.users u USING (VALUES ('mx', 'pro'), ('my', 'pro')) AS v (a, b) ON u.account_id = a AND u.user_id = b
	WHEN MATCHED AND attack.shout(u.metadata::text) THEN DO NOTHING WHEN NOT MATCHED THEN DO NOTHING;
-- Another account's ids answer the same whether they exist or not.
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('my', 'pro', 'member', 'viewer')
	ON CONFLICT (account_id, user_id) DO UPDATE SET active = attack.shout(users.metadata::text);
ROLLBACK TO s;
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('nowhere', 'pro', 'member', 'viewer')
	ON CONFLICT (account_id, user_id) DO UPDATE SET active = attack.shout(users.metadata::text);
ROLLBACK;

-- Constraints: of a row that breaks one, and of the rows that it meets, no value is shown.
BEGIN;
SELECT workflow_perms.set_principal('mx', 'wo');
SET LOCAL ROLE regress_app;
SAVEPOINT s;
DELETE FROM workflow_perms.workspaces WHERE workspace_id = 'o1';
ROLLBACK TO s;
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('mx', 'open_main', 'nobody');
ROLLBACK TO s;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('mx', 'project_flow', 'o1');
ROLLBACK TO s;
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('my', 'open_main', 'mo');
ROLLBACK TO s;
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('my', 'no_such', 'mo');
ROLLBACK;

-- What ANALYZE gathers is not for them.
ANALYZE workflow_perms.users, workflow_perms.workflows;
SELECT count(*) > 0 AS gathered FROM pg_stats WHERE schemaname = 'workflow_perms';
BEGIN;
SELECT workflow_perms.set_principal('mx', 'vi');
SET LOCAL ROLE regress_app;
SELECT count(*) FROM pg_stats WHERE schemaname = 'workflow_perms';
ROLLBACK;

-- A row made up for the occasion opens nothing but itself, and no other account.
BEGIN;
SELECT workflow_perms.set_principal('mx', 'vi');
SET LOCAL ROLE regress_app;
SELECT workflow_perms.can_view('my', 'open_main', 'o1', 'main', 'live', NULL, false) AS another_account,
	workflow_perms.can_edit('mx', 'open_private', 'o1', 'main', 'live', NULL, false) AS edit,
	workflow_perms.can_view(NULL, NULL, NULL, NULL, NULL, NULL, NULL) AS nothing,
	workflow_perms.can_access_workspace('my', 'o1', 'open') AS workspace;
SELECT workflow_perms.principal('mx', 'ada');
ROLLBACK;

DROP SCHEMA attack CASCADE;
RESET client_min_messages;

-- An effect that breaks a constraint of the application's runs as the owner, to whom
-- PostgreSQL shows the row: the user is not told what it holds.
\set VERBOSITY default
\set SHOW_CONTEXT never
SELECT workflow_perms.create_account('hid', 'boss');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('hid', 'p', 'project');
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) VALUES ('hid', 'bank', 'connected', '{"plan": "pro"}');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition) VALUES ('hid', 'f', 'p', 'main', 'draft', '{"plan": "pro"}');
UPDATE workflow_perms.workflows SET status = 'live' WHERE account_id = 'hid';
ALTER TABLE workflow_perms.enablements ADD token text DEFAULT 's3cret', ADD CONSTRAINT always_on CHECK (enabled) NOT VALID;
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('hid', 'f', 'bank', true);
BEGIN;
SELECT matrix.become('hid/boss', 'regress_app');
UPDATE workflow_perms.users SET metadata = '{}' WHERE user_id = 'bank';
ROLLBACK;
-- A superuser is told.
DO $$
DECLARE
	told text;
BEGIN
	UPDATE workflow_perms.users SET metadata = '{}' WHERE account_id = 'hid' AND user_id = 'bank';
EXCEPTION WHEN check_violation THEN
	GET STACKED DIAGNOSTICS told = PG_EXCEPTION_DETAIL;
	RAISE NOTICE 'told: %', substring(told FROM 's3cret');
END $$;
ALTER TABLE workflow_perms.enablements DROP CONSTRAINT always_on, DROP COLUMN token;
DELETE FROM workflow_perms.accounts WHERE account_id = 'hid';
