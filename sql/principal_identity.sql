-- The session's principal can be set by set_principal() alone, once in a
-- transaction, and ends with it, or with the session; nothing else sets it, for
-- a superuser either, and everybody can clear it (spec 3, X9, X12).
CREATE ROLE regress_wp_identity;
GRANT EXECUTE ON FUNCTION workflow_perms.set_principal(text, text, boolean) TO regress_wp_identity;
CREATE VIEW regress_wp_who AS
	SELECT workflow_perms.principal_account() AS account, workflow_perms.principal_user() AS "user";
GRANT SELECT ON regress_wp_who TO PUBLIC;
INSERT INTO workflow_perms.accounts (account_id) VALUES ('acme'), ('other'), ('4:acme:x'), ('acme:u1'), (repeat('é', 127) || 'a');
INSERT INTO workflow_perms.users (account_id, user_id, kind) VALUES ('acme', 'u1', 'connected'), ('acme', 'u2', 'connected'),
	('acme', 'u3', 'connected'), ('acme', 'u4', 'connected'), ('acme', 'u:1', 'connected'), ('other', 'u1', 'connected'), ('4:acme:x', ':u:1', 'connected'),
	(repeat('é', 127) || 'a', repeat('x', 255), 'connected');
\pset null none
\pset footer off

-- Nobody set: none.
TABLE regress_wp_who;

-- For a transaction; commit and rollback end it.
BEGIN;
SELECT workflow_perms.set_principal('acme', 'u1');
TABLE regress_wp_who;
COMMIT;
TABLE regress_wp_who;
BEGIN;
SELECT workflow_perms.set_principal('acme', 'u1');
ROLLBACK;
TABLE regress_wp_who;
-- Anonymous; ids with the separators of the setting's text; ids of 255 bytes.
BEGIN;
SELECT workflow_perms.set_anonymous('acme');
TABLE regress_wp_who;
COMMIT;
BEGIN;
SELECT workflow_perms.set_principal('4:acme:x', ':u:1');
TABLE regress_wp_who;
COMMIT;
BEGIN;
SELECT workflow_perms.set_anonymous('acme:u1');
TABLE regress_wp_who;
COMMIT;
BEGIN;
SELECT workflow_perms.set_principal(repeat('é', 127) || 'a', repeat('x', 255));
SELECT account = repeat('é', 127) || 'a' AS account, "user" = repeat('x', 255) AS "user" FROM regress_wp_who;
COMMIT;
-- In autocommit it lasts for the statement, and says so.
SELECT workflow_perms.set_principal('acme', 'u1');
TABLE regress_wp_who;
SELECT set_principal IS NOT NULL AS set, workflow_perms.principal_user() FROM workflow_perms.set_principal('acme', 'u1');
-- Refused arguments.
SELECT workflow_perms.set_principal(NULL, 'u1');
SELECT workflow_perms.set_principal('acme', NULL::text);
SELECT workflow_perms.set_principal('acme', 'u1', NULL);
SELECT workflow_perms.set_anonymous(NULL);
SELECT workflow_perms.set_anonymous('acme', NULL);
SELECT workflow_perms.set_anonymous('');
SELECT workflow_perms.set_anonymous('nowhere');
SELECT workflow_perms.set_principal('', 'u1');
SELECT workflow_perms.set_principal('acme', '');
SELECT workflow_perms.set_principal(repeat('x', 256), 'u1');
SELECT workflow_perms.set_principal('acme', repeat('é', 128));

-- One in a transaction: the same again is no error, in the same scope.
BEGIN;
SELECT workflow_perms.set_principal('acme', 'u1');
SAVEPOINT s;
SELECT workflow_perms.set_principal('acme', 'u2');
ROLLBACK TO s;
SELECT workflow_perms.set_principal('acme', 'u1');
TABLE regress_wp_who;
SELECT workflow_perms.set_principal('acme', 'u1', session => true);
ROLLBACK TO s;
\set VERBOSITY sqlstate
SELECT workflow_perms.set_principal('other', 'u1');
ROLLBACK TO s;
SELECT workflow_perms.set_anonymous('acme');
ROLLBACK TO s;
TABLE regress_wp_who;
COMMIT;
TABLE regress_wp_who;
BEGIN;
SELECT workflow_perms.set_anonymous('acme');
SELECT workflow_perms.set_anonymous('acme');
SAVEPOINT s;
SELECT workflow_perms.set_principal('acme', 'u1');
ROLLBACK TO s;
TABLE regress_wp_who;
COMMIT;
-- After a rollback, a reset and both, which the transaction remembers; in its own scope alone.
BEGIN;
SAVEPOINT s;
SELECT workflow_perms.set_principal('acme', 'u1');
ROLLBACK TO s;
TABLE regress_wp_who;
SELECT workflow_perms.set_principal('acme', 'u1', session => true);
ROLLBACK TO s;
SELECT workflow_perms.set_principal('acme', 'u1');
TABLE regress_wp_who;
RESET ALL;
SAVEPOINT t;
SELECT workflow_perms.set_principal('acme', 'u1');
TABLE regress_wp_who;
ROLLBACK TO t;
TABLE regress_wp_who;
SELECT workflow_perms.set_anonymous('acme');
ROLLBACK TO t;
SELECT workflow_perms.set_principal('acme', 'u1');
TABLE regress_wp_who;
COMMIT;
TABLE regress_wp_who;
-- For the session, twice, and after a rollback; it is there when the transaction has ended.
BEGIN;
SAVEPOINT s;
SELECT workflow_perms.set_principal('acme', 'u1', session => true);
SELECT workflow_perms.set_principal('acme', 'u1', session => true);
ROLLBACK TO s;
TABLE regress_wp_who;
SELECT workflow_perms.set_principal('acme', 'u1', session => true);
SELECT workflow_perms.set_principal('acme', 'u1');
COMMIT;
TABLE regress_wp_who;
BEGIN;
RESET ALL;
TABLE regress_wp_who;
SELECT workflow_perms.set_principal('acme', 'u1', session => true);
COMMIT;
TABLE regress_wp_who;
RESET ALL;
-- A savepoint takes it back; the transaction remembers (X12).
BEGIN;
SAVEPOINT s;
SELECT workflow_perms.set_principal('acme', 'u1');
TABLE regress_wp_who;
ROLLBACK TO s;
TABLE regress_wp_who;
SELECT workflow_perms.set_principal('acme', 'u2');
ROLLBACK;
-- Released, it stays until the end.
BEGIN;
SAVEPOINT s;
SELECT workflow_perms.set_principal('acme', 'u1');
RELEASE s;
TABLE regress_wp_who;
COMMIT;
TABLE regress_wp_who;
-- RESET ALL clears it; the transaction remembers; rolling the reset back gives the same one again.
BEGIN;
SELECT workflow_perms.set_principal('acme', 'u1');
SAVEPOINT s;
RESET ALL;
TABLE regress_wp_who;
SELECT workflow_perms.set_principal('acme', 'u2');
ROLLBACK TO s;
TABLE regress_wp_who;
COMMIT;
TABLE regress_wp_who;
-- RESET ALL with none to clear is not in the way.
BEGIN;
RESET ALL;
SELECT workflow_perms.set_principal('acme', 'u1');
TABLE regress_wp_who;
COMMIT;
\set VERBOSITY terse
-- In blocks of PL/pgSQL: an exception takes it back; a committed transaction is over.
DO $$
BEGIN
	BEGIN
		PERFORM workflow_perms.set_principal('acme', 'u1');
		RAISE EXCEPTION 'back';
	EXCEPTION WHEN raise_exception THEN
		RAISE INFO 'after the exception: %', workflow_perms.principal_user();
	END;
	BEGIN
		PERFORM workflow_perms.set_principal('acme', 'u2');
	EXCEPTION WHEN active_sql_transaction THEN
		RAISE INFO 'a second one is refused: %', workflow_perms.principal_user();
	END;
	COMMIT;
	PERFORM workflow_perms.set_principal('acme', 'u3');
	RAISE INFO 'the next transaction: %', workflow_perms.principal_user();
	COMMIT;
	RAISE INFO 'after it: %', workflow_perms.principal_user();
END $$;
\set VERBOSITY sqlstate
TABLE regress_wp_who;
-- Set inside a function with settings of its own, it outlives the function.
CREATE FUNCTION pg_temp.wrapper(u text) RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	PERFORM workflow_perms.set_principal('acme', u);
	RETURN workflow_perms.principal_user();
END $$;
BEGIN;
SELECT pg_temp.wrapper('u4');
TABLE regress_wp_who;
COMMIT;
TABLE regress_wp_who;
-- An open cursor answers for the moment of each row.
BEGIN;
SELECT workflow_perms.set_principal('acme', 'u1');
DECLARE c CURSOR FOR SELECT i, workflow_perms.principal_user() FROM generate_series(1, 2) i;
FETCH 1 FROM c;
RESET ALL;
FETCH 1 FROM c;
COMMIT;

-- For the session.
SELECT workflow_perms.set_principal('acme', 'u1', session => true);
TABLE regress_wp_who;
SELECT workflow_perms.set_principal('acme', 'u1', session => true);
SELECT workflow_perms.set_principal('acme', 'u2', session => true);
SELECT workflow_perms.set_anonymous('acme', session => true);
SELECT workflow_perms.set_principal('other', 'u1', session => true);
-- On top of it, for a transaction: the same one only (X12).
BEGIN;
SELECT workflow_perms.set_principal('acme', 'u2');
ROLLBACK;
BEGIN;
SELECT workflow_perms.set_principal('acme', 'u1');
TABLE regress_wp_who;
SELECT workflow_perms.set_principal('acme', 'u1');
ROLLBACK;
TABLE regress_wp_who;
-- Resetting it makes no room for another in the same transaction, which a rollback to s would swap for it.
BEGIN;
SAVEPOINT s;
RESET ALL;
TABLE regress_wp_who;
SELECT workflow_perms.set_principal('acme', 'u2');
ROLLBACK TO s;
TABLE regress_wp_who;
COMMIT;
-- Rolled back with its transaction; cleared by DISCARD ALL; then there is room for another.
DISCARD ALL;
TABLE regress_wp_who;
BEGIN;
SELECT workflow_perms.set_principal('acme', 'u2', session => true);
ROLLBACK;
TABLE regress_wp_who;
SELECT workflow_perms.set_principal('acme', 'u2', session => true);
TABLE regress_wp_who;
RESET ALL;
TABLE regress_wp_who;
\set VERBOSITY default

-- It reaches parallel workers, and none reaches them too.
CREATE TABLE regress_wp_rows AS SELECT i FROM generate_series(1, 1000) i;
CREATE FUNCTION regress_wp_pid() RETURNS int LANGUAGE internal STABLE PARALLEL SAFE AS 'pg_backend_pid';
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;
SET parallel_leader_participation = off;
SELECT pg_backend_pid() AS leader \gset
CREATE VIEW regress_wp_workers AS
	SELECT count(*), count(*) FILTER (WHERE workflow_perms.principal_account() = 'acme' AND workflow_perms.principal_user() = 'u:1') AS u1,
		count(*) FILTER (WHERE workflow_perms.principal_account() IS NULL) AS nobody,
		count(*) FILTER (WHERE workflow_perms.principal_account() = 'acme' AND workflow_perms.principal_user() IS NULL) AS anonymous,
		min(regress_wp_pid()) AS pid
	FROM regress_wp_rows;
SELECT count, u1, nobody, anonymous, pid <> :leader AS in_workers FROM regress_wp_workers;
BEGIN;
SELECT workflow_perms.set_principal('acme', 'u:1');
SELECT count, u1, nobody, anonymous, pid <> :leader AS in_workers FROM regress_wp_workers;
RESET workflow_perms.principal;
SELECT count, u1, nobody, anonymous, pid <> :leader AS in_workers FROM regress_wp_workers;
COMMIT;
BEGIN;
SELECT workflow_perms.set_anonymous('acme');
SELECT count, u1, nobody, anonymous, pid <> :leader AS in_workers FROM regress_wp_workers;
COMMIT;
SELECT workflow_perms.set_principal('acme', 'u:1', session => true);
SELECT count, u1, nobody, anonymous, pid <> :leader AS in_workers FROM regress_wp_workers;
-- It cannot be set in one.
CREATE FUNCTION regress_wp_set(i int) RETURNS void LANGUAGE plpgsql PARALLEL SAFE AS $$
BEGIN
	PERFORM workflow_perms.set_principal('acme', 'u:1');
END $$;
\set VERBOSITY sqlstate
SELECT count(regress_wp_set(i)) FROM regress_wp_rows;
\set VERBOSITY default
-- Out of them.
RESET ALL;

-- Nothing else sets it: as a superuser, who may set any other setting.
\set VERBOSITY terse
SET workflow_perms.principal = 't4:acme:u1';
SET LOCAL workflow_perms.principal = 't4:acme:u1';
SELECT set_config('workflow_perms.principal', 't4:acme:u1', false);
SELECT set_config('workflow_perms.principal', 't4:acme:u1', true);
ALTER SYSTEM SET workflow_perms.principal = 't4:acme:u1';
ALTER ROLE regress_wp_identity SET workflow_perms.principal = 't4:acme:u1';
SELECT format('ALTER DATABASE %I SET workflow_perms.principal = %L', current_database(), 't4:acme:u1') AS statement \gset
:statement;
CREATE FUNCTION pg_temp.clause() RETURNS text LANGUAGE sql SET workflow_perms.principal = 't4:acme:u1' AS 'SELECT workflow_perms.principal_user()';
DO $$ BEGIN PERFORM set_config('workflow_perms.principal', 't4:acme:u1', false); END $$;
SELECT count(*) AS listed FROM pg_settings WHERE name = 'workflow_perms.principal';
-- Not even to the value that it has.
BEGIN;
SELECT workflow_perms.set_principal('acme', 'u1');
SET LOCAL workflow_perms.principal = 't4:acme:u1';
ROLLBACK;
-- Its text is shown to nobody, so nothing can capture it.
BEGIN;
SELECT workflow_perms.set_principal('acme', 'u1');
SELECT current_setting('workflow_perms.principal') = '' AS shown_empty;
CREATE FUNCTION pg_temp.captured() RETURNS text LANGUAGE sql SET workflow_perms.principal FROM CURRENT AS 'SELECT workflow_perms.principal_user()';
SELECT pg_temp.captured() AS inside;
TABLE regress_wp_who;
COMMIT;
SELECT pg_temp.captured() AS inside;
-- No other setting under our name.
\set VERBOSITY sqlstate
SET workflow_perms.other = 1;
\set VERBOSITY terse
TABLE regress_wp_who;

-- As an ordinary role, which has been granted set_principal.
SET ROLE regress_wp_identity;
SET workflow_perms.principal = 't4:acme:u1';
SET workflow_perms.principal = '';
RESET workflow_perms.principal;
SELECT set_config('workflow_perms.principal', 't4:acme:u1', false);
ALTER ROLE regress_wp_identity SET workflow_perms.principal = 't4:acme:u1';
BEGIN;
SELECT workflow_perms.set_principal('acme', 'u1');
TABLE regress_wp_who;
SAVEPOINT s;
SELECT set_config('workflow_perms.principal', 't4:acme:u2', true);
ROLLBACK TO s;
TABLE regress_wp_who;
RESET ALL;
TABLE regress_wp_who;
COMMIT;
SELECT workflow_perms.set_principal('acme', 'u1', session => true);
TABLE regress_wp_who;
RESET ALL;
TABLE regress_wp_who;
RESET ROLE;
-- As one that has not.
REVOKE EXECUTE ON FUNCTION workflow_perms.set_principal(text, text, boolean) FROM regress_wp_identity;
SET ROLE regress_wp_identity;
SELECT workflow_perms.set_principal('acme', 'u1');
SELECT workflow_perms.set_anonymous('acme');
TABLE regress_wp_who;
RESET ROLE;

-- Planted before the library is loaded, it is not taken over.
\c -
SET workflow_perms.principal = 't4:acme:u1';
SELECT current_setting('workflow_perms.principal') AS planted;
TABLE regress_wp_who;
SELECT current_setting('workflow_perms.principal') = '' AS gone;
\c -
SET ROLE regress_wp_identity;
BEGIN;
SET LOCAL workflow_perms.principal = 't4:acme:u1';
SAVEPOINT s;
SET LOCAL workflow_perms.principal = 't4:acme:u2';
TABLE regress_wp_who;
ROLLBACK TO s;
TABLE regress_wp_who;
COMMIT;
TABLE regress_wp_who;
\c -
-- Not where the library is first loaded under a function's own clause, either.
CREATE FUNCTION pg_temp.clause() RETURNS text LANGUAGE plpgsql SET workflow_perms.principal = 't4:acme:u1' AS
	'BEGIN RETURN workflow_perms.principal_user(); END';
SELECT pg_temp.clause();
SELECT pg_temp.clause();
TABLE regress_wp_who;

-- Somebody who does not exist is nobody's principal.
SELECT workflow_perms.set_principal('acme', 'nobody');
SELECT workflow_perms.set_principal('nowhere', 'u1');
TABLE regress_wp_who;
DELETE FROM workflow_perms.accounts WHERE account_id IN ('acme', 'other', '4:acme:x', 'acme:u1', repeat('é', 127) || 'a');

DROP VIEW regress_wp_workers, regress_wp_who;
DROP TABLE regress_wp_rows;
DROP FUNCTION regress_wp_pid(), regress_wp_set(int);
DROP ROLE regress_wp_identity;
