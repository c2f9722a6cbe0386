-- installed.sql: records how the functions of the extension are made, so that
-- permission_drift() can find replaced ones and give the command that makes
-- them again.  It runs after everything else that makes functions.  It replaces
-- an empty function of ours, made earlier, to which permission_drift() is
-- bound.
--
-- The record uses PostgreSQL's own words.  For a body that is written as SQL
-- (BEGIN ATOMIC, RETURN) these may differ between major releases; `major` says
-- which release they are from.
DO $do$
DECLARE
	made record;
BEGIN
	-- PostgreSQL may print a body that is written as SQL differently after it
	-- has read its own output ('a'::text AS text).  The record must have the
	-- form that its own command produces.
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
COMMENT ON FUNCTION workflow_perms._installed_functions() IS 'Internal: the functions of the extension as CREATE EXTENSION made them, each with the command that makes it. For a body written as SQL, the major release that printed it.';
