-- installed.sql: notes how the functions of the extension are made, so that
-- permission_drift() can tell which were replaced, and give the command that makes them
-- as they were.  After everything else that makes functions; in the place of an empty
-- one of our own that was made a moment ago, which permission_drift() is bound to.
--
-- What stands in the note is PostgreSQL's own words, which may differ between majors for
-- a body that is written as SQL (BEGIN ATOMIC, RETURN): `major` says whose they are.
DO $do$
DECLARE
	made record;
BEGIN
	-- What PostgreSQL says of a body that is written as SQL it may say otherwise once it has
	-- read that ('a'::text AS text): the note is to be what its own command makes.
	FOR made IN
		SELECT pg_get_functiondef(p.oid) AS definition FROM pg_proc p
		WHERE p.pronamespace = 'workflow_perms'::regnamespace AND p.prosqlbody IS NOT NULL AND p.proname <> '_installed_functions'
	LOOP
		EXECUTE made.definition;
	END LOOP;
	EXECUTE (
		SELECT format('CREATE OR REPLACE FUNCTION workflow_perms._installed_functions() RETURNS TABLE (signature text, definition text, major integer)'
			' LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 400 SET search_path = pg_catalog, pg_temp AS %L',
			E'\nVALUES\n' || string_agg(format(E'(%L, %L,\n%s)', p.oid::regprocedure, pg_get_functiondef(p.oid),
				CASE WHEN p.prosqlbody IS NULL THEN 'NULL::integer' ELSE (current_setting('server_version_num')::integer / 10000)::text END),
				E',\n' ORDER BY p.oid) || E'\n')
		FROM pg_proc p
		WHERE p.pronamespace = 'workflow_perms'::regnamespace AND p.proname <> '_installed_functions');
END
$do$;
COMMENT ON FUNCTION workflow_perms._installed_functions() IS 'Internal: the functions of the extension as CREATE EXTENSION made them, each with the command that makes it; for a body written as SQL the major release in whose words.';
