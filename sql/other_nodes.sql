-- On a connection from another node of a distributed database (Citus names those by
-- application_name), the session's principal that was not set there is an error where
-- somebody is asked for, so that no answer is short; in triggers it is nobody, as ever;
-- and it is set there for the transaction only.
\set VERBOSITY terse
SELECT workflow_perms.principal_account(), workflow_perms.can_view('w1');
SET application_name = 'citus_internal gpid=10000000123';
SELECT workflow_perms.principal_account();
SELECT workflow_perms.principal_account_uuid();
SELECT workflow_perms.principal_account_bigint();
SELECT workflow_perms.can_view('w1');
SELECT workflow_perms.can_view('a', 'w1', 's1', 'main', 'live', NULL::workflow_perms.metadata_condition, false);
SELECT workflow_perms.principal_is_team('a');
-- who it is may be asked, and what a given principal may do
SELECT workflow_perms.principal_user();
SELECT workflow_perms.can_view(NULL::workflow_perms.principal, 'a', 'w1', 's1', 'main', 'live', NULL::workflow_perms.metadata_condition, false);
SELECT workflow_perms.set_principal('a', 'u', session => true);
CREATE TEMP TABLE asked (account text, team boolean);
CREATE FUNCTION pg_temp.ask() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.team := workflow_perms.principal_is_team(NEW.account);
	RETURN NEW;
END
$$;
CREATE TRIGGER ask BEFORE INSERT ON asked FOR EACH ROW EXECUTE FUNCTION pg_temp.ask();
INSERT INTO asked VALUES ('a') RETURNING team;
SET application_name = 'another';
SELECT workflow_perms.principal_account(), workflow_perms.can_view('w1');
