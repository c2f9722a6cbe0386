-- An attacker who shares the application's role and may change something wants the
-- audit log not to say who did: by losing the principal between the change and its
-- entry, by another role, by writing the log.
\set SHOW_CONTEXT never
\pset format unaligned
\pset footer off
SET client_min_messages = warning;
CREATE SCHEMA attack;
GRANT USAGE, CREATE ON SCHEMA attack TO regress_app;
CREATE FUNCTION attack.forget() RETURNS boolean LANGUAGE plpgsql VOLATILE COST 1000000 AS $$ BEGIN RESET ALL; RETURN true; END $$;
CREATE FUNCTION attack.spoil() RETURNS boolean LANGUAGE plpgsql VOLATILE COST 1000000 AS $$
BEGIN
	PERFORM workflow_perms.authenticate('no token');
EXCEPTION WHEN OTHERS THEN
	RETURN true;
END
$$;
CREATE FUNCTION attack.log() RETURNS TABLE (principal text, role text, action text, object text) LANGUAGE sql SECURITY DEFINER AS $$
	SELECT coalesce(a.principal, '-'), CASE a.database_role WHEN session_user THEN 'superuser' ELSE a.database_role END, a.action, a.object
		FROM workflow_perms.audit_log a WHERE a.at = now() ORDER BY a.entry
$$;

-- What runs after the guard has let the row through, and before the statement ends.
BEGIN;
SELECT workflow_perms.set_principal('mx', 'ada');
SET LOCAL ROLE regress_app;
UPDATE workflow_perms.users SET account_role = 'admin' WHERE user_id = 'mo' RETURNING user_id, attack.forget();
SELECT principal, role, action, object FROM attack.log();
-- and nobody is the principal any more, for any decision
UPDATE workflow_perms.users SET account_role = 'viewer' WHERE user_id = 'mo';
SELECT workflow_perms.principal_user(), workflow_perms.can('team.manage_roles');
ROLLBACK;
BEGIN;
SELECT workflow_perms.set_principal('mx', 'ada');
SET LOCAL ROLE regress_app;
WITH gone AS (DELETE FROM workflow_perms.role_grants WHERE user_id = 'sup' RETURNING role)
	INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('mx', 'vi', 'Support')
	RETURNING role, (SELECT count(*) FROM gone), attack.forget();
SELECT principal, role, action, object FROM attack.log();
ROLLBACK;
BEGIN;
SELECT workflow_perms.set_principal('mx', 'dev');
SET LOCAL ROLE regress_app;
UPDATE workflow_perms.users SET metadata = '{"plan": "none"}' WHERE user_id = 'pro' RETURNING attack.forget();
SELECT principal, role, action, object FROM attack.log();
ROLLBACK;
-- so by a token that is refused, after which the session has no principal
BEGIN;
SELECT workflow_perms.set_principal('mx', 'dev');
SET LOCAL ROLE regress_app;
UPDATE workflow_perms.users SET metadata = '{"plan": "none"}' WHERE user_id = 'pro' RETURNING attack.spoil();
SELECT workflow_perms.principal_user();
SELECT principal, role, action, object FROM attack.log();
ROLLBACK;

-- A principal of which the setting was undone did nothing; nor did that of another transaction.
BEGIN;
SAVEPOINT s;
SELECT workflow_perms.set_principal('mx', 'ada');
ROLLBACK TO s;
UPDATE workflow_perms.users SET account_role = 'viewer' WHERE account_id = 'mx' AND user_id = 'mo';
SELECT principal, role, action, object FROM attack.log();
ROLLBACK;
BEGIN;
SELECT workflow_perms.set_principal('mx', 'ada');
RESET ALL;
COMMIT;
SET client_min_messages = warning;
BEGIN;
UPDATE workflow_perms.users SET account_role = 'viewer' WHERE account_id = 'mx' AND user_id = 'mo';
SELECT principal, role, action, object FROM attack.log();
ROLLBACK;

-- The log itself, and what would keep entries out of it.
BEGIN;
SELECT workflow_perms.set_principal('mx', 'ada');
SET LOCAL ROLE regress_full;
SAVEPOINT s;
INSERT INTO workflow_perms.audit_log (account_id, at, principal, database_role, action, object) VALUES ('mx', now(), 'mo', 'postgres', 'update', 'users ada');
ROLLBACK TO s;
UPDATE workflow_perms.audit_log SET principal = 'mo' WHERE object = 'roles Admin';
ROLLBACK TO s;
DELETE FROM workflow_perms.audit_log WHERE object = 'roles Admin';
ROLLBACK TO s;
SET LOCAL ROLE regress_app;
CREATE TRIGGER hush BEFORE INSERT ON workflow_perms.audit_log FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
ROLLBACK TO s;
CREATE RULE hush AS ON INSERT TO workflow_perms.audit_log DO INSTEAD NOTHING;
ROLLBACK;

DROP SCHEMA attack CASCADE;
RESET client_min_messages;
