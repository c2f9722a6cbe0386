-- permission_drift() (spec 5) finds what is not as create_model() and CREATE EXTENSION
-- made it: policies, triggers, constraints, the view, functions. Each finding is
-- provoked, and gone when the command that it names has been run; what was made
-- is then as it was.
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE VIEW pg_temp.drift AS
	SELECT * FROM workflow_perms.permission_drift() ORDER BY finding COLLATE "C", object COLLATE "C", mend COLLATE "C";
CREATE FUNCTION pg_temp.mend() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	found record;
BEGIN
	FOR found IN SELECT DISTINCT mend FROM pg_temp.drift LOOP
		EXECUTE found.mend;
	END LOOP;
	RETURN QUERY SELECT 'still there: ' || d.mend FROM pg_temp.drift d;
END $$;
-- Other tests try what a role with every grant can do.
DO $$
BEGIN
	IF to_regrole('regress_full') IS NOT NULL THEN
		REVOKE ALL ON ALL TABLES IN SCHEMA workflow_perms FROM regress_full CASCADE;
	END IF;
END $$;
TABLE pg_temp.drift;

BEGIN;
CREATE TEMP TABLE before AS SELECT * FROM workflow_perms._model_objects();
CREATE TEMP TABLE functions_before AS
	SELECT oid::regprocedure AS function, pg_get_functiondef(oid) AS definition, proacl FROM pg_proc WHERE pronamespace = 'workflow_perms'::regnamespace;

-- A policy more, open or narrow; one that was opened, made anew, made for somebody, dropped.
CREATE POLICY everything ON workflow_perms.users USING (true);
CREATE POLICY "only 'mine'" ON workflow_perms.workflows AS RESTRICTIVE FOR SELECT USING (hidden);
ALTER POLICY workflows_select ON workflow_perms.workflows USING (true);
DROP POLICY roles_select ON workflow_perms.roles;
CREATE POLICY roles_select ON workflow_perms.roles FOR ALL USING (account_id = workflow_perms.principal_account() AND workflow_perms.principal_is_team(account_id));
ALTER POLICY boards_select ON workflow_perms.boards TO regress_app;
DROP POLICY audit_log_select ON workflow_perms.audit_log;
ALTER POLICY run_steps_engine_select ON workflow_perms.run_steps TO PUBLIC;
TABLE pg_temp.drift;
SELECT pg_temp.mend();

-- A trigger that is gone, that calls another function, at another time, on a condition; one of ours where none belongs.
DROP TRIGGER authorize ON workflow_perms.workflow_members;
DROP TRIGGER authorize ON workflow_perms.roles;
CREATE FUNCTION pg_temp.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER authorize BEFORE INSERT OR UPDATE OR DELETE ON workflow_perms.roles FOR EACH ROW EXECUTE FUNCTION pg_temp.nothing();
CREATE OR REPLACE TRIGGER authorize BEFORE DELETE ON workflow_perms.users FOR EACH ROW EXECUTE FUNCTION workflow_perms.guard('guard_users');
CREATE OR REPLACE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.users FOR EACH ROW WHEN (NEW.kind = 'member')
	EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'user_id', 'kind');
CREATE TRIGGER stray BEFORE UPDATE ON workflow_perms.accounts FOR EACH ROW EXECUTE FUNCTION workflow_perms._keep_entries();
TABLE pg_temp.drift;
SELECT pg_temp.mend();

-- Constraints, NOT NULL, the view, a whole table.
ALTER TABLE workflow_perms.users DROP CONSTRAINT users_member_has_account_role;
ALTER TABLE workflow_perms.enablements DROP CONSTRAINT enablements_user_fkey;
ALTER TABLE workflow_perms.workflows ALTER hidden DROP NOT NULL;
CREATE OR REPLACE VIEW workflow_perms.run_history WITH (security_barrier) AS
	SELECT r.account_id, r.run_id, r.workflow_id, r.version, r.started_by, r.for_user, r.run_as, r.status AS run_status, r.started_at, r.finished_at,
		s.step_no, s.step_id, s.status, s.reason, s.workspace_id, s.board_id, s.column_id, s.access, s.details, s.error, false AS redacted
	FROM workflow_perms.runs r LEFT JOIN workflow_perms.run_steps s USING (account_id, run_id);
DROP TABLE workflow_perms.column_access;
SELECT finding, object, detail, mend FROM pg_temp.drift;
SELECT pg_temp.mend();

-- All of it is as it was.
SELECT object, relation, h.definition, b.definition FROM before b FULL JOIN workflow_perms._model_objects() h USING (step, relation, object)
	WHERE b.definition IS DISTINCT FROM h.definition;

-- Not: what the application adds under names of its own, and indexes.
ALTER TABLE workflow_perms.users ADD COLUMN email text, ADD CONSTRAINT own_check CHECK (email LIKE '%@%');
CREATE FUNCTION pg_temp.own() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER own BEFORE INSERT ON workflow_perms.users FOR EACH ROW EXECUTE FUNCTION pg_temp.own();
DROP INDEX workflow_perms.users_kind_idx;
-- Nor roles under other names.
ALTER ROLE regress_engine RENAME TO "regress Engine's";
ALTER ROLE regress_app RENAME TO regress_renamed;
TABLE pg_temp.drift;
ALTER ROLE "regress Engine's" RENAME TO regress_engine;
ALTER ROLE regress_renamed RENAME TO regress_app;

-- One of the engine's policies for another role than the others.
CREATE ROLE regress_other;
ALTER POLICY runs_engine_insert ON workflow_perms.runs TO regress_other;
TABLE pg_temp.drift;
SELECT pg_temp.mend();
-- Nothing that says which role is the application's: it is then to be named.
DROP POLICY accounts_application ON workflow_perms.accounts;
TABLE pg_temp.drift;
SAVEPOINT unknown;
SELECT pg_temp.mend();
ROLLBACK TO unknown;
SELECT workflow_perms.upgrade_model(application => 'regress_app', engine => 'regress_engine');
TABLE pg_temp.drift;

-- Functions that were replaced: the body, in PL/pgSQL, C and SQL; what is said about one.
CREATE OR REPLACE FUNCTION workflow_perms._keep_rows() RETURNS trigger LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp AS 'BEGIN RETURN NULL; END';
CREATE OR REPLACE FUNCTION workflow_perms.principal_is_team(account_id text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE COST 5 RETURN true;
CREATE OR REPLACE FUNCTION workflow_perms._table_family(relation oid) RETURNS SETOF regclass
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 50 ROWS 5 BEGIN ATOMIC SELECT relation::regclass; END;
ALTER FUNCTION workflow_perms.enable(text, text, text) SECURITY DEFINER;
ALTER FUNCTION workflow_perms.merge_metadata(text, jsonb) LEAKPROOF;
ALTER FUNCTION workflow_perms._check_steps(jsonb) RESET ALL;
ALTER FUNCTION workflow_perms.guard_users() SET row_security = off;
SELECT finding, object, detail, regexp_replace(mend, '\s+', ' ', 'g') AS mend FROM pg_temp.drift WHERE length(mend) < 500;
SELECT finding, object FROM pg_temp.drift;
SELECT pg_temp.mend();
SELECT function FROM functions_before b FULL JOIN pg_proc p ON p.oid = b.function
	WHERE p.pronamespace = 'workflow_perms'::regnamespace AND (b.definition, b.proacl) IS DISTINCT FROM (pg_get_functiondef(p.oid), p.proacl);
ROLLBACK;

-- As the owner of the tables.
BEGIN;
ALTER POLICY users_select ON workflow_perms.users USING (true);
SET LOCAL ROLE workflow_perms_owner;
SELECT * FROM workflow_perms.permission_drift();
ROLLBACK;

-- Tables of which nothing is noted.
BEGIN;
DO $$ BEGIN EXECUTE format('COMMENT ON POLICY accounts_select ON workflow_perms.accounts IS %L', workflow_perms._model_mark()); END $$;
SELECT finding, object, mend FROM pg_temp.drift;
SELECT workflow_perms.upgrade_model();
TABLE pg_temp.drift;
ROLLBACK;
