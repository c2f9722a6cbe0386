-- permission_drift() (spec 5): each finding is provoked, and gone when the command
-- that it names has been run.
\set VERBOSITY terse
\set SHOW_CONTEXT never
DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['regress_drifter', 'regress_app', 'regress_engine'] LOOP
		IF to_regrole(name) IS NULL THEN
			EXECUTE format('CREATE ROLE %I', name);
		END IF;
	END LOOP;
END $$;
\getenv srcdir PG_ABS_SRCDIR
\set shared :srcdir '/test/drift.sql'
\set ECHO none
\i :shared
\set ECHO all
-- Nothing to find: nobody can be somebody else by default, and no test has left anything.
TABLE pg_temp.drift;

-- For superusers and the owner of the tables.
SET ROLE regress_app;
SELECT * FROM workflow_perms.permission_drift();
SELECT * FROM workflow_perms._drift_of_tables();
SET ROLE workflow_perms_owner;
SELECT count(*) >= 0 AS answers FROM workflow_perms.permission_drift();
RESET ROLE;

-- All of it in a transaction: no role and no table keeps anything of it, even if the test fails.
BEGIN;
CREATE SCHEMA drift;

-- Policies and no row security, on the model and elsewhere.
ALTER TABLE workflow_perms.users DISABLE ROW LEVEL SECURITY;
CREATE TABLE drift.odd (i int);
CREATE POLICY mine ON drift.odd USING (i > 0);
TABLE pg_temp.drift;
SELECT pg_temp.mend();
DROP TABLE drift.odd;

-- Tables that hold workflow ids and no policy: by name, by foreign key; and not views,
-- temporary tables, parts, tables with policies of their own or with other columns.
CREATE TABLE drift.named (workflow_id uuid, account_id bigint);
CREATE TABLE drift."Key'd" (tenant text, "the ""flow" text, FOREIGN KEY ("the ""flow", tenant) REFERENCES workflow_perms.workflows (workflow_id, account_id));
CREATE TABLE drift.parted (account_id text, workflow_id text) PARTITION BY LIST (account_id);
CREATE TABLE drift.part PARTITION OF drift.parted DEFAULT;
CREATE TABLE drift.thought_of (account_id text, workflow_id text);
CREATE POLICY none ON drift.thought_of USING (false);
ALTER TABLE drift.thought_of ENABLE ROW LEVEL SECURITY;
CREATE TABLE drift.other (account_id text, workflow_id money);
CREATE VIEW drift.view AS TABLE drift.named;
CREATE TEMP TABLE passing (account_id text, workflow_id text);
TABLE pg_temp.drift;
SELECT pg_temp.mend();
DROP TABLE pg_temp.passing;
-- Owned by the application: its policies have to be forced.
CREATE TABLE drift.owned (account_id text, workflow_id text);
ALTER TABLE drift.owned OWNER TO regress_app;
TABLE pg_temp.drift;
SELECT pg_temp.mend();
-- A protected table that lost a policy, and one with a new partition.
DROP POLICY workflow_perms_update ON drift.named;
CREATE TABLE drift.grand PARTITION OF drift.parted FOR VALUES IN ('mx');
TABLE pg_temp.drift;
SELECT pg_temp.mend();

-- Policies of protect() that say something else: by their expressions, for other roles, permissive.
CREATE TABLE drift.whole (account_id varchar(40), workflow_id uuid, workspace_id text, visibility workflow_perms.workflow_visibility,
	status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, hidden boolean);
CREATE DOMAIN drift.ids AS bigint;
CREATE TABLE drift.typed ("a (id)" drift.ids, "w::text" integer);
SELECT workflow_perms.protect('drift.whole', workspace => 'workspace_id', visibility => 'visibility', status => 'status', condition => 'condition', hidden => 'hidden'), workflow_perms.protect('drift.typed', 'a (id)', 'w::text');
TABLE pg_temp.drift;
ALTER POLICY workflow_perms_select ON drift.named USING (true);
ALTER POLICY workflow_perms_update ON drift.owned WITH CHECK (true);
ALTER POLICY workflow_perms_delete ON drift.whole TO regress_app;
ALTER POLICY workflow_perms_account ON drift.typed USING (true);
DO $$
DECLARE
	words CONSTANT text := (SELECT obj_description(oid, 'pg_policy') FROM pg_policy WHERE polrelid = 'drift.part'::regclass AND polname = 'workflow_perms_select');
BEGIN
	DROP POLICY workflow_perms_select ON drift.part;
	CREATE POLICY workflow_perms_select ON drift.part FOR SELECT
		USING (account_id = workflow_perms.principal_account() AND workflow_perms.can_view_in(account_id, workflow_id));
	EXECUTE format('COMMENT ON POLICY workflow_perms_select ON drift.part IS %L', words);
END $$;
TABLE pg_temp.drift;
SELECT pg_temp.mend();
-- What row security does not bind there.
GRANT SELECT, TRUNCATE, REFERENCES ON drift.named TO regress_drifter;
GRANT TRIGGER ON drift.part TO PUBLIC;
TABLE pg_temp.drift;
SELECT pg_temp.mend();
REVOKE SELECT ON drift.named FROM regress_drifter;

-- Privileges that let others' code and foreign keys onto the model, and such code.
GRANT TRIGGER ON workflow_perms.audit_log TO regress_drifter WITH GRANT OPTION;
GRANT REFERENCES ON workflow_perms.users TO PUBLIC;
GRANT REFERENCES (workflow_id) ON workflow_perms.workflows TO regress_drifter;
GRANT USAGE, CREATE ON SCHEMA drift TO regress_drifter;
SET LOCAL ROLE regress_drifter;
CREATE FUNCTION drift.spy() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER spy BEFORE INSERT ON workflow_perms.audit_log FOR EACH ROW EXECUTE FUNCTION drift.spy();
RESET ROLE;
CREATE RULE quiet AS ON INSERT TO workflow_perms.audit_log DO INSTEAD NOTHING;
TABLE pg_temp.drift;
SELECT pg_temp.mend();

-- Code of others that writing calls: checks, defaults, indexes, statistics, a trigger's
-- condition, a domain's check, a cast to JSON; by an operator and by another's function.
SET LOCAL ROLE regress_drifter;
CREATE FUNCTION drift.spies(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN true; END';
CREATE FUNCTION drift.says() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE OPERATOR drift.!! (RIGHTARG = text, FUNCTION = drift.spies);
CREATE DOMAIN drift.word AS text;
CREATE TYPE drift.mood AS ENUM ('good');
CREATE FUNCTION drift.in_json(drift.mood) RETURNS json LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE CAST (drift.mood AS json) WITH FUNCTION drift.in_json;
CREATE TYPE drift.pair AS (mood drift.mood, n int);
CREATE TABLE drift.rows (i int);
RESET ROLE;
CREATE FUNCTION drift.by_us(text) RETURNS boolean IMMUTABLE RETURN drift.spies($1);
CREATE FUNCTION drift.ours(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE DOMAIN drift.checked AS text CONSTRAINT spied CHECK (drift.spies(VALUE));
ALTER TABLE workflow_perms.users ADD CONSTRAINT "the check" CHECK (OPERATOR(drift.!!) user_id), ADD CONSTRAINT by_us CHECK (drift.by_us(user_id)),
	ADD CONSTRAINT ours CHECK (drift.ours(user_id)), ADD COLUMN email text DEFAULT drift.says(), ADD COLUMN spied boolean GENERATED ALWAYS AS (drift.spies(user_id)) STORED;
ALTER TABLE workflow_perms.users ADD CONSTRAINT no_two EXCLUDE USING btree (email WITH =) WHERE (drift.spies(email));
CREATE INDEX "an index" ON workflow_perms.workflows (drift.spies(workflow_id));
CREATE STATISTICS drift."its statistics" ON (drift.spies(role)), role FROM workflow_perms.roles;
CREATE TRIGGER own BEFORE UPDATE ON workflow_perms.roles FOR EACH ROW WHEN (drift.spies(NEW.role)) EXECUTE FUNCTION suppress_redundant_updates_trigger();
ALTER TABLE workflow_perms.boards ADD COLUMN moods drift.mood[], ADD COLUMN pair drift.pair, ADD COLUMN word drift.word, ADD COLUMN checked drift.checked, ADD COLUMN "the rows" drift.rows;
SELECT finding, object, detail, replace(mend, 'OWNER TO ' || quote_ident(pg_get_userbyid(10)), 'OWNER TO (superuser)') AS mend FROM pg_temp.drift;
SELECT pg_temp.mend();
ALTER TABLE workflow_perms.users DROP CONSTRAINT ours, DROP COLUMN email, DROP COLUMN spied;
ALTER TABLE workflow_perms.boards DROP COLUMN moods, DROP COLUMN pair, DROP COLUMN word, DROP COLUMN checked;

-- What a crash empties.
ALTER TABLE workflow_perms.audit_log SET UNLOGGED;
TABLE pg_temp.drift;
SELECT pg_temp.mend();

-- Row security forced on the model.
ALTER TABLE workflow_perms.accounts FORCE ROW LEVEL SECURITY;
TABLE pg_temp.drift;
SELECT pg_temp.mend();

-- Tables of the model in an extension.
ALTER EXTENSION workflow_perms ADD TABLE workflow_perms.boards;
TABLE pg_temp.drift;
SELECT pg_temp.mend();

-- Triggers of the model, by table, by setting, by the right to make the setting; the foreign keys' too.
ALTER TABLE workflow_perms.role_grants DISABLE TRIGGER authorize;
ALTER TABLE workflow_perms.role_includes ENABLE REPLICA TRIGGER keep_columns;
ALTER TABLE workflow_perms.accounts ENABLE ALWAYS TRIGGER authorize;
CREATE FUNCTION drift.own() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER own BEFORE INSERT ON workflow_perms.accounts FOR EACH ROW EXECUTE FUNCTION drift.own();
ALTER TABLE workflow_perms.accounts DISABLE TRIGGER own;
ALTER ROLE regress_drifter SET session_replication_role = replica;
DO $$ BEGIN EXECUTE format('ALTER ROLE regress_app IN DATABASE %I SET session_replication_role = ''REPLICA''', current_database()); END $$;
ALTER ROLE regress_engine SET session_replication_role = local;
GRANT SET ON PARAMETER session_replication_role TO regress_engine WITH GRANT OPTION;
SELECT finding, replace(object, quote_ident(current_database()), 'here') AS object, detail, replace(mend, quote_ident(current_database()), 'here') AS mend FROM pg_temp.drift;
SELECT pg_temp.mend();
ALTER TABLE workflow_perms.accounts ENABLE TRIGGER authorize;
DROP TRIGGER own ON workflow_perms.accounts;
ALTER ROLE regress_engine RESET session_replication_role;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE workflow_perms.enablements DISABLE TRIGGER ALL;
SELECT finding, count(*) > 2 AS many, bool_or(detail ~ 'foreign key') AS keys FROM pg_temp.drift GROUP BY 1;
SELECT pg_temp.mend();

-- Owners that row security does not bind, and who can become one.
ALTER TABLE workflow_perms.users OWNER TO regress_drifter;
ALTER ROLE workflow_perms_owner LOGIN BYPASSRLS;
GRANT workflow_perms_owner TO regress_app;
SELECT finding, object, detail, regexp_replace(mend, 'GRANTED BY \S+', 'GRANTED BY …') AS mend FROM pg_temp.drift;
SELECT pg_temp.mend();
ALTER TABLE drift.thought_of OWNER TO regress_drifter;
ALTER TABLE drift.named OWNER TO regress_drifter;
TABLE pg_temp.drift;
ALTER ROLE regress_drifter LOGIN;
TABLE pg_temp.drift;
SELECT pg_temp.mend();
ALTER ROLE regress_drifter NOLOGIN;

-- The application's role and the engine's, who works as them, whom they can become.
ALTER ROLE regress_app BYPASSRLS;
ALTER ROLE regress_engine SUPERUSER;
TABLE pg_temp.drift;
SELECT pg_temp.mend();
ALTER ROLE regress_drifter BYPASSRLS;
GRANT regress_app TO regress_drifter;
TABLE pg_temp.drift;
SELECT pg_temp.mend();
REVOKE regress_app FROM regress_drifter;
ALTER ROLE regress_drifter SUPERUSER;
GRANT regress_engine TO regress_drifter;
SELECT finding, object, detail, regexp_replace(mend, 'GRANTED BY \S+', 'GRANTED BY …') AS mend FROM pg_temp.drift;
SELECT pg_temp.mend();
GRANT regress_drifter TO regress_app;
SELECT finding, object, detail, regexp_replace(mend, 'GRANTED BY \S+', 'GRANTED BY …') AS mend FROM pg_temp.drift;
SELECT pg_temp.mend();
ALTER ROLE regress_drifter NOSUPERUSER NOBYPASSRLS;

-- What others read through: a view, one that is reached through another, one that is
-- written through, what is stored, and a function whose body is known; by the model's
-- tables, a protected one's, and one whose policy asks the extension.
CREATE TABLE drift.asks (account_id text, workflow_id text);
CREATE POLICY asks ON drift.asks USING (account_id = workflow_perms.principal_account());
ALTER TABLE drift.asks ENABLE ROW LEVEL SECURITY;
CREATE VIEW drift.bare AS SELECT workflow_id FROM workflow_perms.workflows;
GRANT SELECT (workflow_id) ON drift.bare TO regress_app;
CREATE VIEW drift.below AS SELECT n.* FROM drift.named n, drift.asks;
CREATE VIEW drift.between WITH (security_invoker) AS SELECT * FROM drift.below;
CREATE VIEW drift.above AS SELECT * FROM drift.below;
GRANT SELECT ON drift.above TO PUBLIC;
CREATE VIEW drift.written AS SELECT * FROM workflow_perms.users;
GRANT DELETE ON drift.written TO regress_app;
CREATE VIEW drift.asked WITH (security_invoker = on) AS SELECT * FROM workflow_perms.workflows;
GRANT SELECT ON drift.asked TO PUBLIC;
CREATE MATERIALIZED VIEW drift.kept AS SELECT count(*) FROM drift.asked;
GRANT SELECT ON drift.kept TO regress_app WITH GRANT OPTION;
CREATE FUNCTION drift.below_it() RETURNS bigint STABLE BEGIN ATOMIC SELECT count(*) FROM drift.asked; END;
CREATE FUNCTION drift.counts() RETURNS bigint STABLE SECURITY DEFINER RETURN drift.below_it();
CREATE PROCEDURE drift.cleans() SECURITY DEFINER BEGIN ATOMIC DELETE FROM workflow_perms.audit_log; END;
TABLE pg_temp.drift;
SELECT pg_temp.mend();
-- Rules of a table, and what reads as the engine.
CREATE TABLE drift.ruled (i int);
CREATE RULE "reads 'it'" AS ON INSERT TO drift.ruled DO ALSO SELECT * FROM workflow_perms.users;
CREATE RULE other AS ON UPDATE TO drift.ruled DO ALSO NOTHING;
GRANT SELECT ON drift.ruled TO PUBLIC;
TABLE pg_temp.drift;
GRANT INSERT ON drift.ruled TO regress_app;
GRANT CREATE ON SCHEMA drift TO regress_engine;
CREATE VIEW drift.of_engine AS SELECT * FROM workflow_perms.runs;
ALTER VIEW drift.of_engine OWNER TO regress_engine;
GRANT SELECT ON drift.of_engine TO regress_app;
CREATE FUNCTION drift.engine_counts() RETURNS bigint STABLE SECURITY DEFINER BEGIN ATOMIC SELECT count(*) FROM workflow_perms.run_steps; END;
ALTER FUNCTION drift.engine_counts() OWNER TO regress_engine;
CREATE VIEW drift.engine_users AS SELECT * FROM workflow_perms.users;
ALTER VIEW drift.engine_users OWNER TO regress_engine;
GRANT SELECT ON drift.engine_users TO regress_app;
TABLE pg_temp.drift;
SELECT pg_temp.mend();
REVOKE CREATE ON SCHEMA drift FROM regress_engine;
-- Not: what nobody else may use, what an owner reads whom row security binds, what asks as
-- who asks, what those may use who are above row security anyway, and our own.
CREATE VIEW drift.unshared AS SELECT * FROM workflow_perms.workflows;
CREATE FUNCTION drift.closed() RETURNS bigint STABLE SECURITY DEFINER BEGIN ATOMIC SELECT count(*) FROM workflow_perms.workflows; END;
REVOKE EXECUTE ON FUNCTION drift.closed() FROM PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA drift TO regress_drifter;
ALTER ROLE regress_drifter BYPASSRLS;
CREATE VIEW drift.lent AS SELECT * FROM workflow_perms.workflows;
ALTER VIEW drift.lent OWNER TO regress_app;
GRANT SELECT ON drift.lent TO PUBLIC;
TABLE pg_temp.drift;
ALTER ROLE regress_drifter NOBYPASSRLS;
TABLE pg_temp.drift;
-- An owner of the table itself, forced or not, and one who is above row security without being a superuser.
REVOKE SELECT ON ALL TABLES IN SCHEMA drift FROM regress_drifter;
CREATE VIEW drift.of_owner AS SELECT * FROM drift.owned;
ALTER VIEW drift.of_owner OWNER TO regress_app;
GRANT SELECT ON drift.of_owner TO PUBLIC;
TABLE pg_temp.drift;
ALTER TABLE drift.owned NO FORCE ROW LEVEL SECURITY;
ALTER VIEW drift.lent OWNER TO regress_drifter;
ALTER ROLE regress_drifter BYPASSRLS;
TABLE pg_temp.drift;
SELECT pg_temp.mend();
ALTER ROLE regress_drifter NOBYPASSRLS;

-- Who can be anybody, and who can ask about anybody.
GRANT EXECUTE ON FUNCTION workflow_perms.set_principal TO regress_app WITH GRANT OPTION;
SET ROLE regress_app;
GRANT EXECUTE ON FUNCTION workflow_perms.set_principal TO regress_drifter;
RESET ROLE;
GRANT EXECUTE ON FUNCTION workflow_perms.principal(text, text), workflow_perms.can_run(workflow_perms.principal, text), workflow_perms.create_account TO PUBLIC;
TABLE pg_temp.drift;
SELECT pg_temp.mend();

-- By functions that lend their owner's right, themselves or through others.
CREATE FUNCTION drift.becomes(account text, who text) RETURNS void BEGIN ATOMIC SELECT workflow_perms.set_principal(account, who, false); END;
CREATE FUNCTION drift.logs_in(who text) RETURNS void SECURITY DEFINER BEGIN ATOMIC SELECT drift.becomes('a', who); END;
CREATE PROCEDURE drift.asks_about(who text) SECURITY DEFINER BEGIN ATOMIC SELECT workflow_perms.principal('a'::text, who); END;
REVOKE EXECUTE ON PROCEDURE drift.asks_about FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE drift.asks_about TO regress_app;
CREATE FUNCTION drift.without_right(who text) RETURNS void SECURITY DEFINER BEGIN ATOMIC SELECT workflow_perms.set_principal('a'::text, who, false); END;
ALTER FUNCTION drift.without_right OWNER TO regress_drifter;
SELECT finding, object, replace(detail, ' as ' || quote_ident(current_user), ' as (us)') AS detail, mend FROM pg_temp.drift;
SELECT pg_temp.mend();

-- Claims of an API server, by opt-in, or by the right to it.
ALTER ROLE regress_drifter SET workflow_perms.trust_request_claims = on;
ALTER ROLE regress_app SET workflow_perms.trust_request_claims = off;
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET workflow_perms.trust_request_claims = true', current_database()); END $$;
GRANT SET ON PARAMETER workflow_perms.trust_request_claims TO regress_engine;
SELECT finding, replace(object, quote_ident(current_database()), 'here') AS object, detail, replace(mend, quote_ident(current_database()), 'here') AS mend FROM pg_temp.drift;
SELECT pg_temp.mend();
ALTER ROLE regress_app RESET workflow_perms.trust_request_claims;
-- In other letters, as ALTER ROLE writes it where the library is not loaded, with other settings beside it.
INSERT INTO pg_db_role_setting VALUES (0, 'regress_drifter'::regrole, ARRAY['Workflow_Perms.Trust_Request_Claims=on', 'search_path="a, ""b""", public', 'DateStyle=ISO, DMY',
	'work_mem=4MB', 'my.words=it''s', 'Workflow_Perms.Token_Issuer=acme']);
SELECT finding, object, mend FROM pg_temp.drift;
SELECT pg_temp.mend();
SELECT unnest(setconfig) FROM pg_db_role_setting WHERE setrole = 'regress_drifter'::regrole;
ALTER ROLE regress_drifter RESET ALL;

TABLE pg_temp.drift;
ROLLBACK;
DROP ROLE regress_drifter;
