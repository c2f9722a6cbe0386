-- Where a superuser has turned workflow_perms.allow_principal_change on, for tests, a transaction
-- and a session change their principal at any time; nobody else turns it on, in any way (spec 3).
CREATE ROLE regress_wp_change;
CREATE ROLE regress_wp_granted;
GRANT EXECUTE ON FUNCTION workflow_perms.set_principal(text, text, boolean), workflow_perms.set_anonymous(text, boolean), workflow_perms.authenticate(text, boolean)
	TO regress_wp_change;
INSERT INTO workflow_perms.accounts (account_id) VALUES ('acme'), ('other');
INSERT INTO workflow_perms.users (account_id, user_id, kind) VALUES ('acme', 'u1', 'connected'), ('acme', 'u2', 'connected'), ('other', 'u1', 'connected');
CREATE VIEW regress_wp_who AS
	SELECT workflow_perms.principal_account() AS account, workflow_perms.principal_user() AS "user";
GRANT SELECT ON regress_wp_who TO PUBLIC;
\pset null none
\pset footer off
\set VERBOSITY terse
SHOW workflow_perms.allow_principal_change;

-- On: one after the other, in any scope, after rollbacks and resets; what is restored is what was there.
SET workflow_perms.allow_principal_change = on;
SET ROLE regress_wp_change;
BEGIN;
SELECT workflow_perms.set_principal('acme', 'u1');
SELECT workflow_perms.set_principal('acme', 'u2');
TABLE regress_wp_who;
SAVEPOINT s;
SELECT workflow_perms.set_principal('other', 'u1');
TABLE regress_wp_who;
ROLLBACK TO s;
TABLE regress_wp_who;
SELECT workflow_perms.set_anonymous('acme');
TABLE regress_wp_who;
RESET ROLE; RESET workflow_perms.principal; SET ROLE regress_wp_change;
TABLE regress_wp_who;
SELECT workflow_perms.set_principal('acme', 'u1', session => true);
SELECT workflow_perms.set_principal('acme', 'u2');
TABLE regress_wp_who;
COMMIT;
TABLE regress_wp_who;
SELECT workflow_perms.set_principal('other', 'u1', session => true);
TABLE regress_wp_who;
-- Who is decided on is who it is now.
BEGIN;
SELECT workflow_perms.set_principal('acme', 'u1');
SELECT workflow_perms.principal_is('acme', 'u1') AS u1, workflow_perms.principal_is('acme', 'u2') AS u2;
SELECT workflow_perms.set_principal('acme', 'u2');
SELECT workflow_perms.principal_is('acme', 'u1') AS u1, workflow_perms.principal_is('acme', 'u2') AS u2;
-- A token that is refused leaves nobody, not after a rollback either, nor after the transaction; another can be set.
SAVEPOINT s;
SELECT workflow_perms.authenticate('x.y.z');
ROLLBACK TO s;
TABLE regress_wp_who;
SELECT workflow_perms.set_principal('acme', 'u1');
TABLE regress_wp_who;
COMMIT;
TABLE regress_wp_who;
-- A parameter that got lost is an error still, and so is one who does not exist.
SELECT workflow_perms.set_principal('acme', NULL::text);
SELECT workflow_perms.set_principal('acme', 'nobody');
RESET ROLE;
-- Off again, in the middle: the last one stays the transaction's.
BEGIN;
SELECT workflow_perms.set_principal('acme', 'u1');
SELECT workflow_perms.set_principal('acme', 'u2');
SET LOCAL workflow_perms.allow_principal_change = off;
SELECT workflow_perms.set_principal('acme', 'u2');
SELECT workflow_perms.set_principal('acme', 'u1');
ROLLBACK;
RESET workflow_perms.allow_principal_change;

-- Nobody else turns it on.
SET ROLE regress_wp_change;
SET workflow_perms.allow_principal_change = on;
SET LOCAL workflow_perms.allow_principal_change = on;
SELECT set_config('workflow_perms.allow_principal_change', 'on', false);
ALTER ROLE regress_wp_change SET workflow_perms.allow_principal_change = on;
SELECT format('ALTER DATABASE %I SET workflow_perms.allow_principal_change = on', current_database()) AS statement \gset
:statement;
CREATE FUNCTION pg_temp.clause() RETURNS text LANGUAGE sql SET workflow_perms.allow_principal_change = on AS $$SELECT current_setting('workflow_perms.allow_principal_change')$$;
SELECT pg_temp.clause();
SHOW workflow_perms.allow_principal_change;
RESET ROLE;
-- Not before the library is loaded, either.
\c -
SET ROLE regress_wp_change;
SET workflow_perms.allow_principal_change = on;
ALTER ROLE regress_wp_change SET workflow_perms.allow_principal_change = on;
TABLE regress_wp_who;
SHOW workflow_perms.allow_principal_change;
BEGIN;
SELECT workflow_perms.set_principal('acme', 'u1');
SELECT workflow_perms.set_principal('acme', 'u2');
ROLLBACK;
RESET ROLE;
-- A whole server does not, not for a superuser.
ALTER SYSTEM SET workflow_perms.allow_principal_change = on;
-- Whoever was granted SET does.
GRANT SET ON PARAMETER workflow_perms.allow_principal_change TO regress_wp_granted;
SET ROLE regress_wp_granted;
SET workflow_perms.allow_principal_change = on;
SHOW workflow_perms.allow_principal_change;
RESET workflow_perms.allow_principal_change;
RESET ROLE;

-- permission_drift() reports it wherever it is, with what ends it.
ALTER ROLE regress_wp_change SET workflow_perms.allow_principal_change = on;
SELECT format('ALTER DATABASE %I SET workflow_perms.allow_principal_change = 1; ALTER ROLE regress_wp_granted IN DATABASE %1$I SET Workflow_Perms.Allow_Principal_Change = yes',
	current_database()) AS statement \gset
:statement;
CREATE FUNCTION public.regress_wp_clause() RETURNS int LANGUAGE sql SET workflow_perms.allow_principal_change = on AS 'SELECT 1';
CREATE FUNCTION public.regress_wp_quiet() RETURNS int LANGUAGE sql SET workflow_perms.allow_principal_change = on AS 'SELECT 1';
ALTER FUNCTION public.regress_wp_quiet() RESET workflow_perms.allow_principal_change;
\set ECHO errors
SELECT finding, replace(object, current_database(), 'this') AS object, detail, replace(mend, current_database(), 'this') AS mend FROM workflow_perms.permission_drift()
	WHERE finding IN ('changes_principal', 'setting_given') OR object ~ 'regress_wp' ORDER BY finding, permission_drift.object COLLATE "C", permission_drift.detail COLLATE "C";
SELECT mend AS statement FROM workflow_perms.permission_drift() WHERE finding IN ('changes_principal', 'sets_principal') AND mend ~ 'allow_principal_change|regress_wp' ORDER BY object COLLATE "C", mend COLLATE "C" \gexec
\set ECHO all
SELECT finding, object FROM workflow_perms.permission_drift() WHERE finding IN ('changes_principal', 'setting_given') OR object ~ 'regress_wp';

DELETE FROM workflow_perms.accounts WHERE account_id IN ('acme', 'other');
DROP FUNCTION public.regress_wp_clause(), public.regress_wp_quiet();
DROP VIEW regress_wp_who;
REVOKE EXECUTE ON FUNCTION workflow_perms.authenticate(text, boolean) FROM regress_wp_change;
DROP ROLE regress_wp_change;
DROP ROLE regress_wp_granted;
