-- An attacker under a role that was granted everything on the tables (GRANT ALL,
-- as people do) and owns none of them wants past row security and the triggers.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
BEGIN;
SELECT workflow_perms.set_principal('mx', 'ada');
SET LOCAL ROLE regress_full;
SAVEPOINT s;
-- TRUNCATE knows no policies: it would take every account's rows, audited or not.
TRUNCATE workflow_perms.workflow_members;
ROLLBACK TO s;
TRUNCATE workflow_perms.workflow_steps;
ROLLBACK TO s;
TRUNCATE workflow_perms.run_steps;
ROLLBACK TO s;
TRUNCATE workflow_perms.accounts CASCADE;
ROLLBACK TO s;
-- row security off is an error, and the guards stay
SET LOCAL row_security = off;
SELECT count(*) FROM workflow_perms.workflows;
ROLLBACK TO s;
SET LOCAL row_security = off;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('my', 'stolen', 'o1');
ROLLBACK TO s;
COPY workflow_perms.workflow_members FROM STDIN;
my	open_main	ada	\N	t	\N
\.
ROLLBACK TO s;
-- no replica, no disabled trigger, no policy, no rule, no child table, no owner
SET LOCAL session_replication_role = replica;
ROLLBACK TO s;
ALTER TABLE workflow_perms.workflows DISABLE TRIGGER ALL;
ROLLBACK TO s;
ALTER TABLE workflow_perms.workflows DISABLE ROW LEVEL SECURITY;
ROLLBACK TO s;
CREATE POLICY mine ON workflow_perms.workflows USING (true);
ROLLBACK TO s;
CREATE RULE mine AS ON INSERT TO workflow_perms.workflows DO INSTEAD NOTHING;
ROLLBACK TO s;
CREATE TABLE pg_temp.child () INHERITS (workflow_perms.workflows);
ROLLBACK TO s;
SELECT pg_has_role('workflow_perms_owner', 'USAGE') AS is_owner;
CREATE FUNCTION workflow_perms.mine() RETURNS int LANGUAGE sql AS 'SELECT 1';
ROLLBACK TO s;
-- the extension's own triggers on a table of the attacker's, which would lend it their rights
CREATE TEMP TABLE mine (account_id text);
CREATE TRIGGER t BEFORE INSERT ON pg_temp.mine FOR EACH ROW EXECUTE FUNCTION workflow_perms.effect('_forget_account');
ROLLBACK TO s;
-- columns that the extension writes, keys, kinds
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, created_by) VALUES ('mx', 'forged', 'empty', 'mo');
ROLLBACK TO s;
UPDATE workflow_perms.accounts SET account_id = 'my' WHERE account_id = 'mx';
ROLLBACK TO s;
UPDATE workflow_perms.users SET kind = 'service' WHERE user_id = 'mo';
ROLLBACK;

-- Whom row security does not bind may: what is not audited, a superuser empties.
BEGIN;
TRUNCATE workflow_perms.run_steps;
ROLLBACK;
RESET client_min_messages;
