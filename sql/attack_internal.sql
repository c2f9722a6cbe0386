-- What stands in plans and indexes tells nobody anything when it is called: neither sets
-- of ids of what one cannot see nor which conditions hold; and no function of ours breaks
-- the server, whatever is missing or of no use among its arguments. On the accounts of
-- matrix_setup.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE SCHEMA internals;
-- A value of type internal is to be had neither by writing NULL nor by a cast, a parameter or a function.
GRANT USAGE ON SCHEMA internals TO PUBLIC;
CREATE FUNCTION internals.answer(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	EXECUTE query;
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN 'returned';
EXCEPTION
	WHEN OTHERS THEN RETURN SQLSTATE;
END
$$;
CREATE FUNCTION internals.call(f oid, argument text) RETURNS text LANGUAGE sql AS $$
	SELECT format('SELECT workflow_perms.%I(%s)', proname, (SELECT string_agg(format(CASE t::regtype::text
				WHEN 'internal' THEN argument WHEN '"any"' THEN 'NULL::text' WHEN 'anyelement' THEN 'NULL::text'
				WHEN 'record' THEN 'NULL::workflow_perms.workflows' ELSE 'NULL::%s' END, t::regtype), ', ' ORDER BY n)
			FROM unnest(proargtypes::oid[]) WITH ORDINALITY a (t, n)))
		FROM pg_proc WHERE oid = f $$;
CREATE VIEW internals.functions AS
	SELECT p.oid, proname, 'internal'::regtype = ANY (proargtypes::oid[]) AS of_planner
	FROM pg_proc p WHERE pronamespace = 'workflow_perms'::regnamespace AND prorettype <> 'trigger'::regtype AND prokind = 'f';
GRANT SELECT ON internals.functions TO PUBLIC;
BEGIN;
SELECT workflow_perms.set_principal('mx', 'pro');
SET LOCAL ROLE regress_app;
SELECT workflow_id FROM workflow_perms.workflows ORDER BY 1;
SELECT workspace_id FROM workflow_perms.workspaces ORDER BY 1;
-- Which error it is depends on the minor release.
SELECT q, internals.answer(q) = 'returned' AS returned FROM (VALUES ('SELECT workflow_perms._candidates(''view bound'')'),
	('SELECT workflow_perms._candidates(NULL::internal, ''view bound'')')) v (q);
-- (An unknown NULL is a principal as well, to newer releases: nobody, for whom there is nothing.)
SELECT workflow_perms._candidates(NULL::workflow_perms.principal, 'view bound');
RESET ROLE;
SELECT f.oid::regprocedure, a FROM internals.functions f, (VALUES ('NULL'), ('NULL::internal'), ('NULL::text'), ('(SELECT NULL)')) v (a)
	WHERE of_planner AND NOT (proname ~ '^_(candidates|bound_metadata)' AND a = 'NULL') AND internals.answer(internals.call(oid, a)) = 'returned' ORDER BY 1, 2;
SELECT count(*) > 5 AS tried FROM internals.functions WHERE of_planner;
-- What everybody may call and returns many ids is what the application lists, by rules of its own.
SELECT f.oid::regprocedure FROM internals.functions f JOIN pg_proc p USING (oid)
	WHERE NOT of_planner AND f.proname ^@ '_' AND provolatile <> 'i' AND (proretset OR prorettype::regtype::text ~ '\[\]$')
		AND has_function_privilege('regress_app', p.oid, 'EXECUTE')
	ORDER BY 1;
ROLLBACK;
-- Nothing but NULLs, as somebody, as an anonymous one and as nobody.
DO $$
DECLARE
	who text;
	tried bigint;
BEGIN
	FOREACH who IN ARRAY ARRAY['mx/mo', 'mx/pro', 'mx/', 'none'] LOOP
		PERFORM matrix.become(who, 'regress_app');
		SELECT count(internals.answer(internals.call(oid, 'NULL'))) INTO tried FROM internals.functions WHERE NOT of_planner;
		ROLLBACK;
		RAISE INFO '%: %', who, tried > 100;
	END LOOP;
END
$$;
-- Rows that are none, in all forms that a row can have.
BEGIN;
SELECT workflow_perms.set_principal('mx', 'mo');
SET LOCAL ROLE regress_app;
SELECT p.proname, row_text, internals.answer(format('SELECT workflow_perms.%I(%s)', p.proname, row_text))
	FROM (SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'workflow_perms'::regnamespace AND proargtypes = '2249'::oidvector) p,
		(VALUES ('ROW()'), ('ROW(1, 2)'), ('NULL'), ('ROW(ROW())'), ('NULL::record'), ('NULL::workflow_perms.workflows'), ('ROW(NULL)::record')) v (row_text)
	WHERE p.proname IN ('can_view', 'can_run') ORDER BY 1, 2;
ROLLBACK;
DROP SCHEMA internals CASCADE;
RESET client_min_messages;
