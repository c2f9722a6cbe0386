-- An attacker who owns something beside the protected tables (triggers, rules, views,
-- a schema of his own, a table of the application) wants through it at rows that the
-- user behind the statement may not see or write. On the accounts of matrix_setup: mo
-- sees open_main, open_private and closed_main of mx, and may edit none of them.
\set SHOW_CONTEXT never
\set VERBOSITY terse
SET client_min_messages = warning;
DO $$
BEGIN
	IF to_regrole('regress_tenant') IS NULL THEN
		CREATE ROLE regress_tenant;
	END IF;
END
$$;
CREATE SCHEMA attack;
CREATE SCHEMA beside AUTHORIZATION regress_tenant;
GRANT USAGE, CREATE ON SCHEMA attack TO regress_tenant, regress_app;
GRANT USAGE ON SCHEMA beside TO regress_app;
CREATE TABLE attack.logs (account_id text, workflow_id text, line text);
INSERT INTO attack.logs SELECT account_id, workflow_id, 'line of ' || account_id FROM workflow_perms.workflows WHERE account_id IN ('mx', 'my');
ALTER TABLE attack.logs OWNER TO regress_tenant;
SET ROLE regress_tenant;
SELECT workflow_perms.protect('attack.logs');
GRANT SELECT, INSERT, UPDATE, DELETE ON attack.logs TO regress_app;

-- Who owns a protected table is not bound where its policies are not forced, and permission_drift() says so.
ALTER TABLE attack.logs NO FORCE ROW LEVEL SECURITY;
SELECT count(DISTINCT account_id) AS accounts FROM attack.logs;
RESET ROLE;
ALTER ROLE regress_tenant LOGIN;
SELECT finding, mend FROM workflow_perms.permission_drift() WHERE object = 'attack.logs';
ALTER ROLE regress_tenant NOLOGIN;
SET ROLE regress_tenant;
ALTER TABLE attack.logs FORCE ROW LEVEL SECURITY;
SELECT count(*) FROM attack.logs;
-- The owner of a table of the application owns none of the model by it.
ALTER TABLE workflow_perms.workflows NO FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON workflow_perms.workflows USING (true);
SELECT workflow_perms.unprotect('workflow_perms.workflows');
SELECT workflow_perms.protect('workflow_perms.workflows');
RESET ROLE;

-- Views. One that reads as who asks sees what he sees, security_barrier or not; one that
-- reads as its owner sees what the session's principal sees, while policies bind the owner.
SET ROLE regress_tenant;
CREATE VIEW beside.invoker WITH (security_invoker) AS TABLE attack.logs;
CREATE VIEW beside.barrier WITH (security_invoker, security_barrier) AS TABLE attack.logs;
CREATE VIEW beside.owners AS TABLE attack.logs;
CREATE VIEW beside.written AS SELECT * FROM attack.logs WHERE account_id = 'mx' WITH LOCAL CHECK OPTION;
-- a function that tells every row that it is asked about, at no cost
CREATE FUNCTION beside.tell(seen text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$
BEGIN
	IF seen !~ '^mx (open_main|open_private|closed_main)$' THEN
		RAISE WARNING 'LEAK: %', seen;
	END IF;
	RETURN true;
END
$$;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA beside TO regress_app;
RESET ROLE;
BEGIN;
SELECT matrix.become('mx/mo', 'regress_app');
SELECT workflow_id FROM beside.invoker WHERE beside.tell(account_id || ' ' || workflow_id) ORDER BY 1;
SELECT count(*) FROM beside.barrier WHERE beside.tell(account_id || ' ' || workflow_id);
SELECT count(*) FROM beside.owners WHERE beside.tell(account_id || ' ' || workflow_id);
UPDATE beside.owners SET line = 'taken' RETURNING workflow_id;
DELETE FROM beside.written RETURNING workflow_id;
SAVEPOINT s;
INSERT INTO beside.written VALUES ('mx', 'open_main', 'forged');
ROLLBACK TO s;
RESET ROLE;
SELECT count(*) FROM attack.logs WHERE line !~ '^line of ';
ROLLBACK;
BEGIN;
SELECT matrix.become('none', 'regress_app');
SELECT (SELECT count(*) FROM beside.invoker) + (SELECT count(*) FROM beside.barrier) + (SELECT count(*) FROM beside.owners) AS nobody_sees;
ROLLBACK;

-- Triggers of the table's owner are called with rows that may be written, and read as who writes.
SET ROLE regress_tenant;
CREATE FUNCTION beside.spy() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	n int;
BEGIN
	IF TG_OP <> 'INSERT' AND NOT beside.tell(OLD.account_id || ' ' || OLD.workflow_id) THEN
		RETURN NULL;
	END IF;
	SELECT count(*) INTO n FROM attack.logs WHERE account_id = 'my' OR workflow_id = 'app_flow';
	IF n > 0 THEN
		RAISE WARNING 'LEAK: % rows in a trigger', n;
	END IF;
	-- moves what is written to where the writer may not write
	IF TG_OP <> 'DELETE' THEN
		NEW.account_id := 'my';
		RETURN NEW;
	END IF;
	RETURN OLD;
END
$$;
CREATE TRIGGER spy BEFORE INSERT OR UPDATE OR DELETE ON attack.logs FOR EACH ROW EXECUTE FUNCTION beside.spy();
RESET ROLE;
BEGIN;
SELECT matrix.become('mx/mo', 'regress_app');
UPDATE attack.logs SET line = 'taken';
DELETE FROM attack.logs;
ROLLBACK;
BEGIN;
SELECT matrix.become('mx/wo', 'regress_app');
SAVEPOINT s;
UPDATE attack.logs SET line = 'mine' WHERE workflow_id = 'open_main';
ROLLBACK TO s;
INSERT INTO attack.logs VALUES ('mx', 'open_main', 'mine');
ROLLBACK TO s;
DELETE FROM attack.logs;
ROLLBACK;
DROP TRIGGER spy ON attack.logs;

-- Rules of the table's owner: what they add is done with the owner's rights, which end at the policies.
SET ROLE regress_tenant;
CREATE TABLE beside.loot (LIKE attack.logs);
CREATE RULE steal AS ON UPDATE TO attack.logs DO ALSO INSERT INTO beside.loot SELECT * FROM attack.logs;
CREATE RULE wreck AS ON INSERT TO attack.logs DO ALSO DELETE FROM attack.logs;
RESET ROLE;
BEGIN;
SELECT matrix.become('mx/mo', 'regress_app');
UPDATE attack.logs SET line = 'taken';
RESET ROLE;
SELECT account_id, workflow_id FROM beside.loot WHERE NOT (account_id = 'mx' AND workflow_id IN ('open_main', 'open_private', 'closed_main'));
ROLLBACK;
BEGIN;
SELECT count(*) AS before FROM attack.logs WHERE workflow_id IN ('app_flow', 'project_flow') OR account_id = 'my';
SELECT matrix.become('mx/wo', 'regress_app');
INSERT INTO attack.logs VALUES ('mx', 'open_main', 'mine');
RESET ROLE;
SELECT count(*) AS after FROM attack.logs WHERE workflow_id IN ('app_flow', 'project_flow') OR account_id = 'my';
ROLLBACK;

-- A child or a neighbour of the same name, with CREATE beside the model and in front of it in search_path.
SET ROLE regress_tenant;
CREATE TABLE beside.workflows (LIKE workflow_perms.workflows);
CREATE TABLE beside.workflows (account_id text, workflow_id text, workspace_id text, visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status,
	condition workflow_perms.metadata_condition, hidden boolean);
INSERT INTO beside.workflows (account_id, workflow_id, workspace_id, visibility, status) VALUES ('mx', 'app_flow', 'o1', 'main', 'live'), ('mx', 'invented', 'o1', 'main', 'live');
CREATE TABLE beside.users (account_id text, user_id text, kind text, account_role text, active boolean);
INSERT INTO beside.users VALUES ('mx', 'mo', 'member', 'admin', true);
CREATE FUNCTION beside.can_view(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION beside.can_view_in(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE TABLE workflow_perms.neighbour ();
CREATE TABLE beside.child () INHERITS (workflow_perms.workflows);
RESET ROLE;
BEGIN;
SELECT matrix.become('mx/mo', 'regress_app');
SET LOCAL search_path = beside, pg_catalog;
SELECT workflow_perms.can_view('app_flow') AS hidden_one, workflow_perms.can_view('invented') AS invented, workflow_perms.can_edit('open_main') AS edit;
SELECT count(*) FILTER (WHERE workflow_id = 'app_flow') AS hidden_one, count(*) FROM attack.logs;
SELECT workflow_perms.visible_workflows() ORDER BY 1;
ROLLBACK;
DROP SCHEMA attack, beside CASCADE;
DROP ROLE regress_tenant;
RESET client_min_messages;
