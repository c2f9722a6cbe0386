-- permission_drift() about schema workflow_perms: who else may create in it, what is in it
-- and not ours, of whatever kind, what of ours is somebody else's; each gone when the command
-- that it names has been run.
\set VERBOSITY terse
CREATE ROLE regress_intruder;
\getenv srcdir PG_ABS_SRCDIR
\set shared :srcdir '/test/drift.sql'
\set ECHO none
\i :shared
\set ECHO all
-- The superuser that initdb made is called as whoever made it.
CREATE VIEW pg_temp.shown AS
	SELECT finding, object, replace(detail, 'belongs to ' || quote_ident(pg_get_userbyid(10)), 'belongs to (superuser)') AS detail,
		replace(mend, 'OWNER TO ' || quote_ident(pg_get_userbyid(10)), 'OWNER TO (superuser)') AS mend
	FROM pg_temp.drift;
TABLE pg_temp.shown;
BEGIN;

-- Who may create: by a grant, by another's, everybody.
GRANT ALL ON SCHEMA workflow_perms TO regress_intruder WITH GRANT OPTION;
SET LOCAL ROLE regress_intruder;
GRANT CREATE ON SCHEMA workflow_perms TO regress_app;
RESET ROLE;
GRANT CREATE ON SCHEMA workflow_perms TO PUBLIC;
TABLE pg_temp.shown;
SELECT pg_temp.mend(3);
SELECT has_schema_privilege('regress_app', 'workflow_perms', 'USAGE') AS app_uses, has_schema_privilege('regress_app', 'workflow_perms', 'CREATE') AS app_creates;

-- What is in it.
GRANT CREATE ON SCHEMA workflow_perms TO regress_intruder;
GRANT CREATE, USAGE ON SCHEMA public TO regress_intruder;
SET LOCAL ROLE regress_intruder;
CREATE FUNCTION workflow_perms._users_of(used_class regclass, used_id oid, OUT class oid, OUT id oid) RETURNS SETOF record LANGUAGE sql AS 'SELECT 1::oid, 2::oid';
CREATE PROCEDURE workflow_perms.can_view("x""y" text[]) LANGUAGE sql AS '';
CREATE AGGREGATE workflow_perms.can_run(jsonb) (SFUNC = jsonb_concat, STYPE = jsonb);
CREATE TYPE workflow_perms."Its type" AS ENUM ('a');
CREATE TYPE workflow_perms.pair AS (a int, b int);
CREATE TYPE workflow_perms.span AS RANGE (SUBTYPE = int);
CREATE DOMAIN workflow_perms.word AS text;
CREATE TABLE workflow_perms.sources (id int PRIMARY KEY, n serial, i int GENERATED ALWAYS AS IDENTITY, words text);
CREATE STATISTICS workflow_perms.its_statistics ON id, words FROM workflow_perms.sources;
CREATE VIEW workflow_perms.seen AS SELECT 1 AS one;
CREATE MATERIALIZED VIEW workflow_perms.stored AS SELECT 1 AS one;
CREATE SEQUENCE workflow_perms.counter;
CREATE FUNCTION workflow_perms.same(workflow_perms."Its type", text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR workflow_perms.~ (LEFTARG = workflow_perms."Its type", RIGHTARG = text, FUNCTION = workflow_perms.same);
CREATE FUNCTION workflow_perms.as_text(workflow_perms."Its type") RETURNS text LANGUAGE sql AS $$SELECT ''$$;
CREATE CAST (workflow_perms."Its type" AS text) WITH FUNCTION workflow_perms.as_text AS IMPLICIT;
CREATE COLLATION workflow_perms.its_collation FROM "C";
CREATE TEXT SEARCH CONFIGURATION workflow_perms.its_configuration (COPY = pg_catalog.simple);
CREATE TEXT SEARCH DICTIONARY workflow_perms.its_dictionary (TEMPLATE = pg_catalog.simple);
-- A cast of a type that lies elsewhere to one of ours.
CREATE TYPE public.regress_elsewhere AS ENUM ('a');
CREATE FUNCTION public.regress_kind(public.regress_elsewhere) RETURNS workflow_perms.user_kind LANGUAGE sql AS $$SELECT 'member'::workflow_perms.user_kind$$;
CREATE CAST (public.regress_elsewhere AS workflow_perms.user_kind) WITH FUNCTION public.regress_kind;
RESET ROLE;
CREATE OPERATOR FAMILY workflow_perms.superusers USING btree;
CREATE TABLE workflow_perms.plain (i int);
TABLE pg_temp.shown;
SELECT pg_temp.mend(3);
DROP TYPE public.regress_elsewhere CASCADE;
REVOKE CREATE ON SCHEMA public FROM regress_intruder;

-- Not: what goes with the model's own tables.
CREATE INDEX regress_index ON workflow_perms.workflows (status);
CREATE STATISTICS workflow_perms.regress_statistics ON status, hidden FROM workflow_perms.workflows;
ALTER TABLE workflow_perms.workflows ADD COLUMN regress_number serial, ADD CONSTRAINT regress_constraint CHECK (regress_number > 0);
TABLE pg_temp.shown;

-- A name that differs from one of ours by quotes alone is somebody else's, and replaces nothing.
SAVEPOINT quotes;
CREATE FUNCTION workflow_perms."can""_view"(text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
SELECT finding, object, mend FROM pg_temp.shown WHERE object LIKE '%can%';
ROLLBACK TO quotes;

-- What is ours, and somebody else's.
ALTER SCHEMA workflow_perms OWNER TO regress_intruder;
ALTER FUNCTION workflow_perms.permission_drift() OWNER TO regress_intruder;
ALTER FUNCTION workflow_perms._installed_functions() OWNER TO regress_intruder;
ALTER TYPE workflow_perms.metadata_condition OWNER TO regress_intruder;
ALTER OPERATOR workflow_perms.~ (jsonb, workflow_perms.metadata_condition) OWNER TO regress_intruder;
SELECT finding, object, detail, left(mend, 100) AS mend FROM pg_temp.shown;
SELECT pg_temp.mend(3);

-- One of ours that its owner gave another body: no command lends that a superuser's rights.
ALTER FUNCTION workflow_perms.can(text) OWNER TO regress_intruder;
GRANT CREATE ON SCHEMA workflow_perms TO regress_intruder;
SET LOCAL ROLE regress_intruder;
CREATE OR REPLACE FUNCTION workflow_perms.can(capability text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN true; END';
RESET ROLE;
CREATE FUNCTION public.regress_lent(mend text) RETURNS SETOF regprocedure LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE mend;
	RETURN QUERY SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
		WHERE p.pronamespace = 'workflow_perms'::regnamespace AND p.prosecdef AND r.rolsuper
			AND pg_get_functiondef(p.oid) NOT IN (SELECT i.definition FROM workflow_perms._installed_functions() i);
	RAISE EXCEPTION 'nothing is lent';
EXCEPTION
	WHEN raise_exception THEN RETURN;
END $$;
SELECT finding, object, split_part(mend, ' ', 1) AS command FROM pg_temp.shown;
SELECT l.lent FROM pg_temp.drift d, LATERAL public.regress_lent(d.mend) l (lent);
SELECT pg_temp.mend(3);
SELECT r.rolsuper, p.prosecdef FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner WHERE p.oid = 'workflow_perms.can(text)'::regprocedure;
DROP FUNCTION public.regress_lent;
-- A function of his that he made a member, while he owned the extension.
CREATE FUNCTION public.regress_added(int) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
ALTER FUNCTION public.regress_added(int) OWNER TO regress_intruder;
ALTER EXTENSION workflow_perms ADD FUNCTION public.regress_added(int);
UPDATE pg_extension SET extowner = 'regress_intruder'::regrole WHERE extname = 'workflow_perms';
INSERT INTO pg_shdepend SELECT d.oid, 'pg_extension'::regclass, e.oid, 0, 'pg_authid'::regclass, e.extowner, 'o'
	FROM pg_extension e, pg_database d WHERE extname = 'workflow_perms' AND d.datname = current_database();
SELECT finding, object, detail, regexp_replace(mend, 'objid = \d+|oid = \d+', 'oid = …', 'g') AS mend FROM pg_temp.shown;
SELECT pg_temp.mend(3);
DROP FUNCTION public.regress_added(int);

-- What is read as the model's.
CREATE TABLE public.regress_child () INHERITS (workflow_perms.execution_rules);
ALTER TABLE public.regress_child OWNER TO regress_intruder;
TABLE pg_temp.shown;
SELECT pg_temp.mend(3);
DROP TABLE public.regress_child;
ROLLBACK;
DROP ROLE regress_intruder;
