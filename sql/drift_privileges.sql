-- permission_drift() (spec 5) finds privileges that are not as CREATE EXTENSION and
-- create_model() gave them, settings of the extension that somebody was given, and who
-- works as the engine. Each finding is provoked, and gone when the command that it names
-- has been run. grant_model() gives again what is missing.
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET client_min_messages = warning;
\getenv srcdir PG_ABS_SRCDIR
\set shared :srcdir '/test/drift.sql'
\set ECHO none
\i :shared
\set ECHO all
TABLE pg_temp.drift;

BEGIN;
CREATE ROLE "regress Drifter";
CREATE TEMP TABLE before AS SELECT * FROM workflow_perms._privilege_objects();

-- More than was given: on a table, its columns, the view, functions, a type, the
-- schema; to a role, to the model's own, to everybody; to be passed on, and passed on.
GRANT SELECT, TRUNCATE ON workflow_perms.users TO "regress Drifter";
GRANT UPDATE (live_version, run_as) ON workflow_perms.workflows TO regress_app;
GRANT INSERT ON workflow_perms.conditions TO PUBLIC;
GRANT SELECT ON workflow_perms.run_history TO regress_engine;
GRANT SELECT ON workflow_perms.audit_log TO regress_app WITH GRANT OPTION;
SET ROLE regress_app;
GRANT SELECT ON workflow_perms.audit_log TO "regress Drifter";
RESET ROLE;
GRANT EXECUTE ON FUNCTION workflow_perms.forget_unused_conditions(bigint) TO regress_app;
GRANT EXECUTE ON FUNCTION workflow_perms._model_objects() TO PUBLIC;
GRANT USAGE ON TYPE workflow_perms.metadata_condition TO regress_engine WITH GRANT OPTION;
GRANT USAGE ON SCHEMA workflow_perms TO "regress Drifter";
TABLE pg_temp.drift;
SELECT pg_temp.mend();

-- Not: what other findings tell, superusers, and columns of the application's own.
GRANT TRIGGER ON workflow_perms.users TO regress_app;
GRANT EXECUTE ON FUNCTION workflow_perms.create_account TO regress_app;
ALTER TABLE workflow_perms.users ADD COLUMN "e mail" text;
GRANT SELECT ("e mail"), UPDATE ("e mail") ON workflow_perms.users TO regress_app, "regress Drifter";
SELECT finding, object FROM pg_temp.drift;
REVOKE TRIGGER ON workflow_perms.users FROM regress_app;
REVOKE EXECUTE ON FUNCTION workflow_perms.create_account FROM regress_app;
ALTER TABLE workflow_perms.users DROP COLUMN "e mail";
ALTER ROLE "regress Drifter" SUPERUSER;
GRANT ALL ON ALL TABLES IN SCHEMA workflow_perms TO "regress Drifter";
TABLE pg_temp.drift;
REVOKE ALL ON ALL TABLES IN SCHEMA workflow_perms FROM "regress Drifter";
ALTER ROLE "regress Drifter" NOSUPERUSER;

-- REVOKE on a table takes the columns with it: what was meant comes back, and what the application granted on its own.
ALTER TABLE workflow_perms.runs ADD COLUMN note text;
GRANT UPDATE (note) ON workflow_perms.runs TO regress_engine;
GRANT UPDATE, INSERT ON workflow_perms.runs TO regress_engine;
TABLE pg_temp.drift;
SELECT pg_temp.mend();
SELECT has_column_privilege('regress_engine', 'workflow_perms.runs', 'note', 'UPDATE') AS own, has_column_privilege('regress_engine', 'workflow_perms.runs', 'run_id', 'UPDATE') AS key;
ALTER TABLE workflow_perms.runs DROP COLUMN note;
-- What an older version granted on columns goes when the table is granted.
GRANT INSERT (account_id, role), UPDATE (role) ON workflow_perms.roles TO regress_app;
REVOKE UPDATE ON workflow_perms.accounts FROM regress_app;
GRANT UPDATE (creator_roles) ON workflow_perms.accounts TO regress_app;
TABLE pg_temp.drift;
SELECT pg_temp.mend();
SELECT workflow_perms.grant_model('regress_app', 'regress_engine');
TABLE pg_temp.drift;

-- Less: the application's, the engine's, the owner's own and what guards need, everybody's.
REVOKE DELETE, INSERT ON workflow_perms.users FROM regress_app;
REVOKE EXECUTE ON FUNCTION workflow_perms.enable(text, text) FROM regress_app;
REVOKE ALL ON workflow_perms.runs, workflow_perms.run_steps FROM regress_engine;
REVOKE EXECUTE ON FUNCTION workflow_perms.principal(text, text) FROM workflow_perms_owner;
REVOKE INSERT ON workflow_perms.audit_log FROM workflow_perms_owner;
REVOKE EXECUTE ON FUNCTION workflow_perms.can_view(text) FROM PUBLIC;
REVOKE USAGE ON SCHEMA workflow_perms FROM PUBLIC, regress_app;
TABLE pg_temp.drift;
SELECT workflow_perms.grant_model('regress_app', 'regress_engine');
TABLE pg_temp.drift;
SELECT workflow_perms.grant_model('regress_app', 'regress_engine');
-- All: as after pg_restore --no-privileges.
REVOKE ALL ON ALL TABLES IN SCHEMA workflow_perms FROM regress_app, regress_engine;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA workflow_perms FROM PUBLIC, regress_app, regress_engine, workflow_perms_owner;
REVOKE ALL ON SCHEMA workflow_perms FROM PUBLIC, regress_app, regress_engine;
SELECT finding, object, detail ~ '^Lacks .*; and the like on [0-9]+ more\.$' AS many, mend FROM pg_temp.drift;
SELECT pg_temp.mend();

-- All of it is as it was.
SELECT * FROM (SELECT o.kind, o.object, o.column_name, a.* FROM before o, aclexplode(o.acl) a) AS b
	FULL JOIN (SELECT o.kind, o.object, o.column_name, a.* FROM workflow_perms._privilege_objects() o, aclexplode(o.acl) a) AS a
	USING (kind, object, column_name, grantor, grantee, privilege_type, is_grantable)
	WHERE a IS NULL OR b IS NULL;

-- Settings: granted, to set and to write into the server's file; made for a role, a database, a role in one.
GRANT SET ON PARAMETER workflow_perms.token_keys_file TO "regress Drifter" WITH GRANT OPTION;
GRANT ALTER SYSTEM ON PARAMETER workflow_perms.token_issuer TO PUBLIC;
LOAD 'workflow_perms';
ALTER ROLE regress_app SET workflow_perms.token_account_claim = 'acme';
DO $$ BEGIN
	EXECUTE format('ALTER DATABASE %I SET workflow_perms.token_audience = ''us''', current_database());
	EXECUTE format('ALTER ROLE regress_engine IN DATABASE %I SET workflow_perms.token_clock_skew = 60', current_database());
END $$;
SELECT finding, replace(object, quote_ident(current_database()), 'here') AS object, detail, replace(mend, quote_ident(current_database()), 'here') AS mend FROM pg_temp.drift;
SELECT pg_temp.mend();

-- Who works as the engine, by whom; superusers are told otherwise.
CREATE ROLE regress_worker;
CREATE ROLE regress_root SUPERUSER;
GRANT regress_engine TO "regress Drifter" WITH ADMIN OPTION;
GRANT "regress Drifter" TO regress_worker;
SELECT finding, object, detail, regexp_replace(mend, 'GRANTED BY \S+', 'GRANTED BY …') AS mend FROM pg_temp.drift;
SELECT pg_temp.mend();
GRANT regress_engine TO regress_root;
SELECT finding, object FROM pg_temp.drift;
SELECT pg_temp.mend();
ROLLBACK;

-- grant_model() is refused: to others, inside of a script, without a model, with other roles.
SELECT workflow_perms.grant_model(application => 'regress_app', engine => 'regress_app');
SELECT workflow_perms.grant_model(application => NULL, engine => 'regress_engine');
SELECT workflow_perms.grant_model(application => 'workflow_perms_owner', engine => 'regress_engine');
SELECT workflow_perms.grant_model(application => 'regress_nobody', engine => 'regress_engine');
\set VERBOSITY default
SELECT workflow_perms.grant_model(application => 'regress_engine', engine => 'regress_app');
BEGIN;
GRANT EXECUTE ON FUNCTION workflow_perms.grant_model, workflow_perms._creating_extension TO regress_app;
SET LOCAL ROLE regress_app;
SELECT workflow_perms.grant_model(application => 'regress_app', engine => 'regress_engine');
ROLLBACK;
BEGIN;
DROP POLICY accounts_application ON workflow_perms.accounts;
SELECT workflow_perms.grant_model(application => 'regress_app', engine => 'regress_engine');
ROLLBACK;
BEGIN;
DO $$ BEGIN EXECUTE (SELECT format('DROP TABLE %s CASCADE', string_agg(r::text, ', ')) FROM workflow_perms._model_relations() r); END $$;
SAVEPOINT bare;
SELECT workflow_perms.grant_model(application => 'regress_app', engine => 'regress_engine');
ROLLBACK TO bare;
-- Without a model, everybody's functions can be missing all the same.
REVOKE EXECUTE ON FUNCTION workflow_perms.can_view(text) FROM PUBLIC;
SELECT finding, object, detail, mend FROM pg_temp.drift WHERE finding = 'missing_privilege';
ROLLBACK;
